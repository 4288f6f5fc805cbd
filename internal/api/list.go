package api

import (
	"encoding/base64"
	"strings"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
)

// Paging is how a list is asked for a page at a time.
type Paging struct {
	Conditional
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"Lines of a page."`
	Cursor string `query:"cursor" maxLength:"100" doc:"What the page before gave as next."`
}

// Page is a part of a list. A page without next is the last.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the following page."`
}

// pageOf cuts a list, in the order of its keys, behind the cursor. A key is never a name.
func pageOf[T any](p Paging, list []T, key func(T) string) (Page[T], error) {
	start := 0
	if p.Cursor != "" {
		after, err := base64.RawURLEncoding.DecodeString(p.Cursor)
		if err != nil || !strings.HasPrefix(string(after), "k") {
			return Page[T]{}, fault.New(fault.Invalid, "api.cursor", nil).On("cursor")
		}
		for start < len(list) && key(list[start]) <= string(after[1:]) {
			start++
		}
	}
	end := min(len(list), start+p.Limit)
	page := Page[T]{Items: append([]T{}, list[start:end]...)}
	if end < len(list) {
		page.Next = base64.RawURLEncoding.EncodeToString([]byte("k" + key(list[end-1])))
	}
	return page, nil
}

// order writes an id so that the order of texts is the order of ids.
func order(i id.ID) string {
	text := i.String()
	return strings.Repeat("0", 20-len(text)) + text
}

// dayOf reads a date of the query, YYYY-MM-DD; otherwise when none was given.
func dayOf(text, field string, otherwise day.Day) (day.Day, error) {
	if text == "" {
		return otherwise, nil
	}
	d, err := day.Parse(text)
	if err != nil {
		return 0, fault.New(fault.Invalid, "api.day", nil).On(field)
	}
	return d, nil
}

// idOf reads an id of the address; 0 when none was given.
func idOf(text, field string) (id.ID, error) {
	if text == "" {
		return 0, nil
	}
	i, err := id.Parse(text)
	if err != nil {
		return 0, fault.New(fault.NotFound, "api.unknown", nil).On(field)
	}
	return i, nil
}

// ending is the last day of a range whose end is exclusive; "" while it is open.
func ending(until day.Day) string {
	if until == day.Forever {
		return ""
	}
	return (until - 1).String()
}

// words gives a list that is written with spaces; never nil, so that it is [] in JSON.
func words(text string) []string { return append([]string{}, strings.Fields(text)...) }

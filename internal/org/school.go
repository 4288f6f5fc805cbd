package org

import (
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/viet"
)

// Levels of education, from the lowest: nursery and kindergarten, primary, lower
// secondary, upper secondary, continuing education, vocational and continuing.
var Levels = []string{"MN", "TH", "THCS", "THPT", "GDTX", "GDNN"}

// School is a school as it stands in one period.
type School struct {
	ID        id.ID
	From      day.Day
	Until     day.Day
	Code      string
	Name      string
	Type      string // "PTDTBT TH&THCS"; "" when the source does not say
	Levels    string // separated by spaces, in the order of Levels; "" when not known
	LocatedIn id.ID  // the unit it stands in
	ManagedBy id.ID  // the unit whose body manages it
}

// HasLevel says whether the school teaches the level.
func (s School) HasLevel(level string) bool {
	return slices.Contains(strings.Fields(s.Levels), level)
}

// typeWords are longer ways of writing types, folded, as met in lists.
var typeWords = []struct{ word, short string }{
	{"truong", ""}, {"pho thong dan toc ban tru", "PTDTBT"}, {"pho thong dan toc noi tru", "PTDTNT"},
	{"giao duc nghe nghiep", "GDNN"}, {"giao duc thuong xuyen", "GDTX"},
	{"trung hoc co so", "THCS"}, {"trung hoc pho thong", "THPT"}, {"tieu hoc", "TH"},
	{"mam non", "MN"}, {"mau giao", "MG"}, {"nha tre", "NT"}, {" va ", "&"},
}

// ParseType gives the short form of a school type and the levels that it teaches:
// "Trường PTDTBT Tiểu học và THCS" is "PTDTBT TH&THCS" with "TH THCS". An empty type is
// no fault and has no level. Fault: org.unknown-type.
func ParseType(written string) (short, levels string, err error) {
	text := viet.Fold(viet.Clean(written))
	for _, w := range typeWords {
		text = strings.ReplaceAll(text, w.word, w.short)
	}
	text = strings.ToUpper(text)
	var boarding, kinds []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" &-,+/", r) }) {
		switch part {
		case "PTDTBT", "PTDTNT":
			boarding = append(boarding, part)
		case "MG", "NT", "MN", "TH", "THCS", "THPT", "GDTX", "GDNN":
			if !slices.Contains(kinds, part) {
				kinds = append(kinds, part)
			}
		default:
			return "", "", fault.New(fault.Invalid, "org.unknown-type", fault.Args{"type": written}).On("type")
		}
	}
	if len(boarding) > 1 {
		return "", "", fault.New(fault.Invalid, "org.unknown-type", fault.Args{"type": written}).On("type")
	}
	taught := map[string]bool{}
	for _, k := range kinds {
		if k == "MG" || k == "NT" {
			k = "MN"
		}
		taught[k] = true
	}
	if len(kinds) == 0 && slices.Contains(boarding, "PTDTNT") {
		taught["THCS"], taught["THPT"] = true, true // a boarding school teaches both unless its type says
	}
	separator := "&"
	if slices.Contains(kinds, "GDNN") {
		separator = "-"
	}
	short = strings.TrimSpace(strings.Join(boarding, "") + " " + strings.Join(kinds, separator))
	return short, joinLevels(taught), nil
}

// ParseLevels reads levels separated by spaces, commas or "&". Fault: org.unknown-level.
func ParseLevels(written string) (string, error) {
	taught := map[string]bool{}
	for _, part := range strings.FieldsFunc(strings.ToUpper(written), func(r rune) bool { return strings.ContainsRune(" &,;/+", r) }) {
		if !slices.Contains(Levels, part) {
			return "", fault.New(fault.Invalid, "org.unknown-level", fault.Args{"level": part, "known": strings.Join(Levels, ", ")}).On("levels")
		}
		taught[part] = true
	}
	return joinLevels(taught), nil
}

func joinLevels(taught map[string]bool) string {
	var all []string
	for _, level := range Levels {
		if taught[level] {
			all = append(all, level)
		}
	}
	return strings.Join(all, " ")
}

// managerOf gives the unit whose body manages a school, when a list does not say: the
// Department's province for THPT, GDTX and GDNN; else the district, and since there is
// none the commune (Luật Tổ chức chính quyền địa phương 2025, Nghị định 142/2025/NĐ-CP).
// path leads from the top unit to the one the school stands in.
func managerOf(levels string, path []Unit) id.ID {
	for _, level := range []string{"THPT", "GDTX", "GDNN"} {
		if slices.Contains(strings.Fields(levels), level) {
			return path[0].ID
		}
	}
	for _, kind := range []Kind{District, Commune} {
		for _, u := range path {
			if u.Kind == kind {
				return u.ID
			}
		}
	}
	return path[len(path)-1].ID
}

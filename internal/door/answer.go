package door

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/a-h/templ"
)

// Answer is what a handler wants to be sent. It is rendered after the transaction.
type Answer struct {
	Status  int
	Header  http.Header
	Body    func(ctx context.Context, w io.Writer) error // nil: none
	Streams bool                                         // written as it is made, for long files
}

func answer(status int, kind string, body func(context.Context, io.Writer) error) Answer {
	header := http.Header{}
	if kind != "" {
		header.Set("Content-Type", kind)
	}
	return Answer{Status: status, Header: header, Body: body}
}

// Page answers with a page or a part of one.
func Page(page templ.Component) Answer { return PageWith(http.StatusOK, page) }

// PageWith is Page with another status.
func PageWith(status int, page templ.Component) Answer {
	return answer(status, "text/html; charset=utf-8", page.Render)
}

// SeeOther sends the browser on after a form was taken.
func SeeOther(address string) Answer {
	return answer(http.StatusSeeOther, "", nil).With("Location", address)
}

// NoContent says that it is done.
func NoContent() Answer { return answer(http.StatusNoContent, "", nil) }

// NotModified says that the browser has it already.
func NotModified(tag string) Answer { return answer(http.StatusNotModified, "", nil).Tagged(tag) }

// JSON answers with a value.
func JSON(status int, value any) Answer {
	return answer(status, "application/json; charset=utf-8", func(_ context.Context, w io.Writer) error {
		return json.NewEncoder(w).Encode(value)
	})
}

// File answers with a file to keep. The name must hold no pupil's name.
func File(name, kind string, write func(io.Writer) error) Answer {
	a := answer(http.StatusOK, kind, func(_ context.Context, w io.Writer) error { return write(w) })
	return a.With("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// With adds a header.
func (a Answer) With(name, value string) Answer {
	a.Header = a.Header.Clone()
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header.Set(name, value)
	return a
}

// Tagged lets the browser keep the page and ask with the tag whether it still holds.
func (a Answer) Tagged(tag string) Answer {
	return a.With("ETag", tag).With("Cache-Control", "private, no-cache")
}

// LocalAddress is address when it leads to this product, else otherwise: what a form says
// about where to go on must not lead elsewhere.
func LocalAddress(address, otherwise string) string {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.ContainsAny(address, "\\\r\n\t") {
		return otherwise
	}
	return address
}

package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"ralop/internal/text"
)

type languageKey struct{}

// Lang is the language that the page is being rendered in; Vietnamese unless said otherwise.
func Lang(ctx context.Context) text.Lang {
	if lang, ok := ctx.Value(languageKey{}).(text.Lang); ok && lang != "" {
		return lang
	}
	return text.Vietnamese
}

// T is text.T in the language of the page: { ui.T(ctx, "student.title") }.
func T(ctx context.Context, id string, facts ...any) string { return text.T(Lang(ctx), id, facts...) }

// In renders a part of a page, such as an answer to htmx, in this language.
func In(lang text.Lang, part templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return part.Render(context.WithValue(ctx, languageKey{}, lang), w)
	})
}

package frame

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// In puts parts between the braces of a component, as a templ file does.
func In(outer templ.Component, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, templ.Join(parts...)), w)
	})
}

package frame

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"ralop/internal/web/ui"
)

// Form is a form that is posted. upload: it carries a file.
func Form(action string, upload bool, parts ...templ.Component) templ.Component {
	open := `<form class="form" method="post" action="` + templ.EscapeString(action) + `"`
	if upload {
		open += ` enctype="multipart/form-data"`
	}
	return Wrap(open+`>`, `</form>`, parts...)
}

// Box is a division with a class of the style sheet: stack, split, fields, board-top.
func Box(class string, parts ...templ.Component) templ.Component {
	return Wrap(`<div class="`+templ.EscapeString(class)+`">`, `</div>`, parts...)
}

// Words is a paragraph.
func Words(sentence string) templ.Component {
	return Wrap(`<p>`, `</p>`, ui.Text(sentence))
}

// Quietly is a paragraph of less weight.
func Quietly(sentence string) templ.Component {
	return Wrap(`<p class="muted">`, `</p>`, ui.Text(sentence))
}

// Wrap puts parts between two pieces of HTML that the caller wrote and escaped.
func Wrap(open, end string, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, open); err != nil {
			return err
		}
		if err := templ.Join(parts...).Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, end)
		return err
	})
}

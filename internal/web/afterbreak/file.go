package afterbreak

import (
	"context"
	"io"
	"strings"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/paper"
	"ralop/internal/store"
)

var mimes = map[paper.Format]string{
	paper.FormatDocx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper.FormatPDF: "application/pdf",
	paper.FormatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", paper.FormatCSV: "text/csv; charset=utf-8",
}

func formatOf(r *door.Request) (paper.Format, error) {
	format := paper.Format(r.Path("format"))
	if mimes[format] == "" {
		return "", fault.New(fault.NotFound, "door.unknown", nil)
	}
	return format, nil
}

// boardFile hands out the day's fast report of the board on the screen: docx and pdf as a paper, xlsx with its tables,
// csv as the table of parts.
func boardFile(kind access.Kind, name string) door.Func {
	return func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
		format, err := formatOf(r)
		if err != nil {
			return door.Answer{}, err
		}
		q, err := readQuery(r, kind, name)
		if err != nil {
			return door.Answer{}, err
		}
		document, b, err := afterbreak.FastReport(ctx, tx, r.Who, q, r.Config().Demonstration)
		if err != nil {
			return door.Answer{}, err
		}
		r.Export("afterbreak", q.Place, b.Rule, len(b.Children))
		if format != paper.FormatCSV {
			return door.File(b.FileName(format), mimes[format], func(w io.Writer) error { return paper.Write(w, format, document) }), nil
		}
		table := document.Body[len(document.Body)-1].Table
		list := paper.List{Title: r.T("afterbreak.title"), Stamp: r.Now.Time(), Columns: []paper.Column{{Key: "name", Title: r.T("afterbreak.unit")}}}
		if table != nil {
			list.Columns = table.Columns
		}
		if r.Config().Demonstration {
			list.Watermark = r.T("common.demonstration")
		}
		return door.File(b.FileName(format), mimes[format], func(w io.Writer) error {
			out, err := paper.NewList(w, format, list)
			if err != nil {
				return err
			}
			if table != nil {
				for _, row := range table.Rows {
					if err := out.Row(row.Cells...); err != nil {
						return err
					}
				}
			}
			return out.Close()
		}), nil
	}
}

// listFile hands out the list as it is filtered: docx and pdf to carry along, xlsx and csv to work with. The file's name
// names no child.
func listFile(kind access.Kind, name string) door.Func {
	return func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
		format, err := formatOf(r)
		if err != nil {
			return door.Answer{}, err
		}
		v, err := readRoll(ctx, tx, r, kind, name)
		if err != nil {
			return door.Answer{}, err
		}
		if v.l.Break.ID == 0 {
			return door.Answer{}, fault.New(fault.NotFound, "afterbreak.no-break", nil)
		}
		r.Export("afterbreak.list", v.l.At, v.l.Rule, len(v.rows))
		file := "can-tro-lai-" + r.Today.String() + "." + string(format)
		v.l.Rows = v.rows
		if format == paper.FormatDocx || format == paper.FormatPDF {
			document, err := afterbreak.ListPaper(ctx, tx, r.Who, v.l, r.Config().Demonstration)
			if err != nil {
				return door.Answer{}, err
			}
			return door.File(file, mimes[format], func(w io.Writer) error { return paper.Write(w, format, document) }), nil
		}
		list := paper.List{Title: v.title(), Stamp: r.Now.Time()}
		if r.Config().Demonstration {
			list.Watermark = r.T("common.demonstration")
		}
		for _, c := range []struct{ key, word string }{{"name", "pupils.name"}, {"born", "pupils.born"}, {"class", "afterbreak.class"}, {"school", "pupils.school"}, {"home", "afterbreak.home"},
			{"know", "afterbreak.know"}, {"note", "afterbreak.heard"}, {"note_text", "afterbreak.note_text"}, {"state", "afterbreak.now"}, {"back", "afterbreak.back_on"}, {"cause", "afterbreak.cause"}} {
			list.Columns = append(list.Columns, paper.Column{Key: c.key, Title: r.T(c.word)})
		}
		return door.File(file, mimes[format], func(w io.Writer) error {
			out, err := paper.NewList(w, format, list)
			if err != nil {
				return err
			}
			for _, p := range v.rows {
				note, back, cause := "", "", ""
				if p.Note != "" {
					note = r.T("afterbreak.note-" + p.Note)
				}
				if p.BackOn <= r.Today {
					back = p.BackOn.Vietnamese()
				} else if p.Cause != "" {
					cause = r.T("rollcall.reason-" + p.Cause)
				}
				var cells []paper.Cell
				for _, text := range []string{p.Name, p.Born.Vietnamese(), p.ClassName, p.SchoolName, p.UnitName, strings.Join(p.Facts.Sentences(r.Lang), " "), note, p.NoteText,
					r.T("afterbreak.state-" + string(p.StateOn(r.Today))), back, cause} {
					cells = append(cells, paper.Text(text))
				}
				if err := out.Row(cells...); err != nil {
					return err
				}
			}
			return out.Close()
		}), nil
	}
}

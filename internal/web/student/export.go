package student

import (
	"io"

	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/paper"
)

// kinds of files that lists come in.
var formats = map[string]struct {
	kind  string
	begin func(io.Writer, paper.List) (paper.ListWriter, error)
}{
	"csv":  {"text/csv; charset=utf-8", paper.CSV},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", paper.XLSX},
}

// export hands the list out as it is filtered and sorted. The file's name names no child.
func (l *listing) export(r *door.Request, format string) (door.Answer, error) {
	f, known := formats[format]
	if !known {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	list := paper.List{Title: l.title, Stamp: r.Now.Time()}
	if r.Config().Demonstration {
		list.Watermark = r.T("common.demonstration")
	}
	for _, c := range []struct{ key, word string }{{"name", "pupils.name"}, {"sex", "pupils.sex"}, {"born", "pupils.born"}, {"grade", "pupils.grade"},
		{"class", "pupils.class_head"}, {"school", "pupils.school"}, {"village", "pupils.village"}, {"boarding", "pupils.boarding"}} {
		list.Columns = append(list.Columns, paper.Column{Key: c.key, Title: r.T(c.word)})
	}
	for _, o := range l.objects {
		r.Export("pupils", o.resource, o.rule, len(l.rows))
	}
	rows := l.rows
	return door.File("hoc-sinh-"+r.Today.String()+"."+format, f.kind, func(w io.Writer) error {
		out, err := f.begin(w, list)
		if err != nil {
			return err
		}
		for _, p := range rows {
			boarding := ""
			if p.Boarding != "" {
				boarding = r.T("pupils.boarding-" + p.Boarding)
			}
			if err := out.Row(paper.Text(p.Name), paper.Text(r.T("pupils.sex-"+p.Sex)), paper.Text(p.Born.Vietnamese()), paper.Text(p.Grade), paper.Text(p.ClassName),
				paper.Text(p.SchoolName), paper.Text(p.Village), paper.Text(boarding)); err != nil {
				return err
			}
		}
		return out.Close()
	}), nil
}

package frame

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/door"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/web/ui"
)

// With is an address with the values of a query and changes to them: pairs of a name and a
// value; "" takes the name out.
func With(address string, query url.Values, changes ...string) string {
	out := url.Values{}
	for name, values := range query {
		out[name] = values
	}
	for i := 0; i+1 < len(changes); i += 2 {
		out.Del(changes[i])
		if changes[i+1] != "" {
			out.Set(changes[i], changes[i+1])
		}
	}
	if len(out) == 0 {
		return address
	}
	return address + "?" + out.Encode()
}

// Pager leads through a list of so many rows, size on a page, of which shown stand here from
// a place on; at is the address of a page, by its number from 1.
func Pager(label string, from, shown, total, size int, at func(page string) string) templ.Component {
	pages, now := ui.Pages{Label: label}, from/size+1
	if from > 0 {
		pages.Previous = at(strconv.Itoa(now - 1))
	}
	if from+shown < total {
		pages.Next = at(strconv.Itoa(now + 1))
	}
	return ui.Pager(pages)
}

// Grade is a grade in words: "Khối 7", "Mẫu giáo 4 tuổi"; one that no level has stays as it is.
func Grade(r *door.Request, grade string) string {
	switch {
	case grade == "":
		return "–"
	case org.LevelOfGrade(grade) == "":
		return grade
	case grade == "NT":
		return r.T("pupils.grade_nursery")
	case strings.HasSuffix(grade, "T"):
		return r.T("pupils.grade_age", "age", strings.TrimSuffix(grade, "T"))
	}
	return r.T("pupils.grade_number", "grade", grade)
}

// ListFile answers with a list as csv or (format "xlsx") as a workbook. The name of the
// file has neither ending nor a pupil's name. What the list shows is noted by the caller.
func ListFile(r *door.Request, name, title, format string, heads []string, rows [][]string) door.Answer {
	list := paper.List{Title: title, Stamp: r.Now.Time()}
	if r.Config().Demonstration {
		list.Watermark = r.T("common.demonstration")
	}
	for i, head := range heads {
		list.Columns = append(list.Columns, paper.Column{Key: "c" + strconv.Itoa(i), Title: head})
	}
	begin, kind := paper.CSV, "text/csv; charset=utf-8"
	if format == "xlsx" {
		begin, kind = paper.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	} else {
		format = "csv"
	}
	return door.File(name+"."+format, kind, func(w io.Writer) error {
		out, err := begin(w, list)
		if err != nil {
			return err
		}
		for _, row := range rows {
			cells := make([]paper.Cell, len(row))
			for i, value := range row {
				cells[i] = paper.Text(value)
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

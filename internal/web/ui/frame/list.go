package frame

import (
	"io"
	"strconv"

	"ralop/internal/door"
	"ralop/internal/paper"
)

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

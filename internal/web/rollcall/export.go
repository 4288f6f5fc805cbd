package rollcall

import (
	"context"
	"io"
	"slices"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// exportToday hands out the grid of a school's day as csv or xlsx: a row for each class
// and session, counts only. The export is in the audit book.
func exportToday(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	format := paper.Format(r.Value("dang"))
	if !slices.Contains([]paper.Format{paper.FormatCSV, paper.FormatXLSX}, format) {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	d, err := readDay(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	rule, err := access.May(ctx, tx, r.Who, access.SeeBoard, access.School(d.school.ID))
	if err != nil {
		return door.Answer{}, err
	}
	list := paper.List{Title: r.T("roll.export-title", "day", d.page.Day.Vietnamese()), Stamp: r.Now.Time()}
	if r.Config().Demonstration {
		list.Watermark = r.T("common.demonstration")
	}
	for _, c := range []struct {
		key, title string
		kind       paper.ColumnKind
	}{{"class", "roll.class", paper.KindText}, {"level", "roll.export-level", paper.KindText}, {"session", "roll.export-session", paper.KindText}, {"state", "roll.export-state", paper.KindText},
		{"size", "roll.enrolled", paper.KindInteger}, {"present", "roll.export-present", paper.KindInteger}, {"unknown", "roll.export-unknown", paper.KindInteger}, {"excused", "roll.export-excused", paper.KindInteger},
		{"unexcused", "roll.export-unexcused", paper.KindInteger}, {"late", "roll.export-late", paper.KindInteger}, {"received", "roll.export-received", paper.KindText}} {
		list.Columns = append(list.Columns, paper.Column{Key: c.key, Title: r.T(c.title), Kind: c.kind})
	}
	var rows [][]paper.Cell
	for _, class := range d.page.Classes {
		for _, cell := range class.Sessions {
			rows = append(rows, exportRow(r, d, class, cell))
		}
	}
	r.Export("today", access.School(d.school.ID), rule, len(rows))
	return door.File("diem-danh-"+d.page.Day.String()+"."+string(format), format.MediaType(), func(w io.Writer) error {
		out, err := paper.NewList(w, format, list)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := out.Row(row...); err != nil {
				return err
			}
		}
		return out.Close()
	}), nil
}

func exportRow(r *door.Request, d daily, class rollcall.ClassToday, cell rollcall.Cell) []paper.Cell {
	row := []paper.Cell{paper.Text(d.classes[class.Class].Name), paper.Text(class.Level), paper.Text(sessionName(r, cell.Verdict.Session))}
	s := cell.Sheet
	switch {
	case s == nil && cell.Verdict.Held:
		row = append(row, paper.Text(r.T("rollcall.state-not-taken")))
	case s == nil:
		row = append(row, paper.Text(cause(r, cell.Verdict)))
	default:
		row = append(row, paper.Text(r.T("rollcall.state-"+s.State.Code())))
	}
	if s == nil || s.State != rollcall.Taken {
		for range 6 {
			row = append(row, paper.Cell{})
		}
	} else {
		for _, n := range []int{s.Size, s.Present(), s.Unknown, s.Excused, s.Unexcused, s.Late} {
			row = append(row, paper.Int(int64(n)))
		}
	}
	received := ""
	if s != nil {
		received = receivedWords(r, s.ReceivedAt, d.page.Day, s.EnteredLate)
	}
	return append(row, paper.Text(received))
}

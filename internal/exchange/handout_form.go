package exchange

import (
	"context"
	"io"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/national"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/student"
)

// form02Handing is form 02-TH-ĐN of a primary school: codes and words of the Ministry, the
// numbers that are certain, and beside every other line why it is empty.
var form02Handing = Handing{
	Name: "form02", File: "bieu-02-TH-DN",
	At:       map[access.Kind]access.Action{access.SchoolKind: access.SeePupils},
	Settings: []string{"on"},
	Fits: func(ctx context.Context, tx *store.Tx, who access.Who, place access.Resource) (bool, error) {
		spans, err := org.SchoolSpans(ctx, tx, who, place.ID)
		return slices.ContainsFunc(spans, func(s org.School) bool { return s.HasLevel(student.TH) }), err
	},
	Open: openForm02,
}

// on reads the day that is asked for; zero is today.
func (t Task) on() (day.Day, error) {
	if t.Asked["on"] == "" {
		return 0, nil
	}
	d, err := day.ParseLoose(t.Asked["on"])
	if err != nil {
		return 0, fault.New(fault.Invalid, "door.no-day", nil).On("on")
	}
	return d, nil
}

func openForm02(ctx context.Context, db *store.Store, t Task) (*Rows, error) {
	on, err := t.on()
	if err != nil {
		return nil, err
	}
	var filled national.Filled
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		filled, err = national.Fill(ctx, tx, t.Who, t.Place.ID, on)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows := &Rows{Title: t.T("handout.form02-title", "school", filled.School.Name, "day", filled.On.Vietnamese()), Total: int64(len(filled.Lines))}
	rows.Columns = t.columns("handout.form-code", "handout.form-item", "handout.form-label", "handout.form-unit")
	rows.Columns[2].Width = 60
	for _, key := range []string{"total", "girls", "minority", "minority_girls"} {
		rows.Columns = append(rows.Columns, paper.Column{Key: key, Title: t.T("handout.form-" + key), Kind: paper.KindInteger})
	}
	rows.Columns = append(rows.Columns, t.columns("handout.form-note")...)
	ended := false
	rows.Next = func(context.Context) ([][]paper.Cell, error) {
		if ended {
			return nil, io.EOF
		}
		ended = true
		return t.formRows(filled.Lines), nil
	}
	return rows, nil
}

func (t Task) formRows(lines []national.Line) (rows [][]paper.Cell) {
	for _, l := range lines {
		cells := textCells(l.Code, l.Item, l.Label, l.Unit)
		numbers := make([]paper.Cell, 4)
		if l.Known {
			numbers[0] = paper.Int(int64(l.Total))
			if l.Split() {
				numbers[1], numbers[2], numbers[3] = paper.Int(int64(l.Girls)), paper.Int(int64(l.Minority)), paper.Int(int64(l.MinorityGirls))
			}
		}
		note := ""
		if l.Note != "" {
			note = t.T("national.note-" + l.Note)
		}
		rows = append(rows, append(append(cells, numbers...), paper.Text(note)))
	}
	return rows
}

package exchange

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/book"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// monthHanding is the month's marks of all classes of a school, or of the children who live
// in a unit: a row a child, a column a day.
var monthHanding = Handing{
	Name: "month", File: "diem-danh-thang",
	At:       map[access.Kind]access.Action{access.SchoolKind: access.SeePupils, access.ResidenceKind: access.SeePupils},
	Settings: []string{"month"},
	Heavy:    true, // every class has its sheets, rolls and marks
	Open:     openMonth,
}

// month reads the setting "2020-05" or "05/2020"; today's month when nothing is said.
func (t Task) month(today day.Day) (day.Day, error) {
	written := t.Asked["month"]
	if written == "" {
		return today.MonthStart(), nil
	}
	var year, month int
	if _, err := fmt.Sscanf(written, "%d-%d", &year, &month); err != nil {
		if _, err := fmt.Sscanf(written, "%d/%d", &month, &year); err != nil {
			return 0, badMonth()
		}
	}
	if month < 1 || month > 12 || year < 1990 || year > 2200 {
		return 0, badMonth()
	}
	first, err := day.Parse(fmt.Sprintf("%04d-%02d-01", year, month))
	if err != nil {
		return 0, badMonth()
	}
	return first, nil
}

func badMonth() error { return fault.New(fault.Invalid, "handout.bad-month", nil).On("month") }

func openMonth(ctx context.Context, db *store.Store, t Task) (*Rows, error) {
	var month day.Day
	var parts []id.ID
	rows := &Rows{}
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if month, err = t.month(tx.Today()); err != nil {
			return err
		}
		if rows.Total, err = t.countPupils(ctx, tx); err != nil {
			return err
		}
		if t.Place.Kind == access.SchoolKind {
			parts, err = t.classesIn(ctx, tx, month)
		} else {
			parts, err = t.partsOf(ctx, tx)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	period := day.MonthOf(month)
	rows.Title = t.T("handout.kind-month") + " " + month.Midnight().Format("01-2006") + " – " + t.PlaceName
	rows.Columns = t.columns("handout.class", "pupils.name", "pupils.born", "pupils.village")
	for d := period.From; d < period.Until; d++ {
		rows.Columns = append(rows.Columns, paper.Column{Key: "d" + strconv.Itoa(d.DayOfMonth()), Title: strconv.Itoa(d.DayOfMonth())})
	}
	for _, key := range []string{"held", "excused", "unexcused", "unknown", "late"} {
		rows.Columns = append(rows.Columns, paper.Column{Key: key, Title: t.T("handout.month-" + key), Kind: paper.KindInteger})
	}
	rows.Next = bySlices(db, parts, func(ctx context.Context, tx *store.Tx, part id.ID) ([][]paper.Cell, error) {
		if t.Place.Kind == access.SchoolKind {
			m, err := book.MonthOf(ctx, tx, t.Who, part, month)
			return monthRows(m, m.Class.Name, nil), err
		}
		return t.monthAtHome(ctx, tx, part, month)
	})
	return rows, nil
}

// classesIn are the classes of the school that stood on some day of the month.
func (t Task) classesIn(ctx context.Context, tx *store.Tx, month day.Day) (parts []id.ID, err error) {
	period := day.MonthOf(month)
	classes, err := org.Classes(ctx, tx, t.Who, t.Place.ID, period.Last().SchoolYear())
	for _, c := range classes {
		if c.From < period.Until && period.From < c.Until {
			parts = append(parts, c.ID)
		}
	}
	return parts, err
}

// monthAtHome reads the children of a commune class by class.
func (t Task) monthAtHome(ctx context.Context, tx *store.Tx, part id.ID, month day.Day) (rows [][]paper.Cell, err error) {
	in := student.ListIn{Residence: part, On: min(day.MonthOf(month).Last(), tx.Today()), Limit: everyone}
	page, _, err := student.List(ctx, tx, t.Who, in)
	if err != nil {
		return nil, err
	}
	living, villages := map[id.ID]bool{}, map[id.ID]string{}
	schools := map[id.ID]string{}
	var classes []id.ID
	for _, p := range page {
		living[p.Pupil], villages[p.Pupil] = true, p.Village
		if p.Class != 0 && !slices.Contains(classes, p.Class) {
			classes = append(classes, p.Class)
			schools[p.Class] = p.ClassName + ", " + p.SchoolName
		}
	}
	slices.SortFunc(classes, func(a, b id.ID) int {
		x, y := viet.SortKey(schools[a]), viet.SortKey(schools[b])
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return int(min(1, max(-1, int64(a)-int64(b))))
	})
	for _, class := range classes {
		m, err := book.MonthAtHome(ctx, tx, t.Who, part, class, month, living)
		if err != nil {
			return nil, err
		}
		rows = append(rows, monthRows(m, schools[class], villages)...)
	}
	return rows, nil
}

func monthRows(m book.Month, class string, villages map[id.ID]string) (rows [][]paper.Cell) {
	for _, l := range m.Lines {
		cells := textCells(class, l.Name, l.Born.Vietnamese(), villages[l.Pupil])
		for d := m.Period.From; d < m.Period.Until; d++ {
			letters, _ := m.Day(l.Pupil, d)
			cells = append(cells, paper.Text(letters))
		}
		for _, n := range []int{l.Held, l.Excused, l.Unexcused, l.Unknown, l.Late} {
			cells = append(cells, paper.Int(int64(n)))
		}
		rows = append(rows, cells)
	}
	return rows
}

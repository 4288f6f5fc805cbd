package book

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// Month is what was called in a class in a month.
type Month struct {
	Class  org.Class
	School org.School
	Period day.Range
	Rule   string    // by which the caller sees the names: for the look
	Sheets []Sheet   // in order of time
	Days   []day.Day // on which there is a sheet, in order
	Lines  []Line    // by name; who left during the month is among them
	cells  map[cellKey]rollcall.Kind
	on     map[onKey]bool // pupils on the rolls of the sheets
}

type (
	cellKey struct {
		Day     day.Day
		Session calendar.Session
		Pupil   id.ID
	}
	onKey struct {
		Roll  int
		Pupil id.ID
	}
)

// Sheet is a session that was called.
type Sheet struct {
	Day     day.Day
	Session calendar.Session
	Roll    int
	Size    int
	Absent  int
}

// Line is a pupil's month. The counts are sessions; Held are those called while she was on
// the roll.
type Line struct {
	Pupil                                   id.ID
	Name, NameSort, Sex                     string
	Born                                    day.Day
	Held, Excused, Unexcused, Unknown, Late int
}

// MonthOf reads a month of a class. Faults: those of access.May and org.ClassByID.
func MonthOf(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, month day.Day) (m Month, err error) {
	rule, err := access.May(ctx, tx, who, access.SeePupils, access.Class(class))
	if err != nil {
		return m, err
	}
	return monthOf(ctx, tx, who, class, month, rule)
}

// MonthAtHome is MonthOf for those who answer for children by where they live: of the class
// it has only the lines of the children living there, as student.List gave them for the
// unit. Faults: those of access.May and org.ClassByID.
func MonthAtHome(ctx context.Context, tx *store.Tx, who access.Who, unit, class id.ID, month day.Day, living map[id.ID]bool) (m Month, err error) {
	rule, err := access.May(ctx, tx, who, access.SeePupils, access.Residence(unit))
	if err != nil {
		return m, err
	}
	m, err = monthOf(ctx, tx, who, class, month, rule)
	m.Lines = slices.DeleteFunc(m.Lines, func(l Line) bool { return !living[l.Pupil] })
	return m, err
}

func monthOf(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, month day.Day, rule string) (m Month, err error) {
	m.Rule = rule
	if m.Class, err = org.ClassByID(ctx, tx, who, class); err != nil {
		return m, err
	}
	m.Period = day.MonthOf(month)
	if m.School, err = org.SchoolOn(ctx, tx, who, m.Class.School, min(m.Period.Last(), m.Class.Until-1)); err != nil {
		return m, err
	}
	sheets, err := rollcall.SheetsOf(ctx, tx, who.Realm, class, m.Period)
	if err != nil {
		return m, err
	}
	m.on = map[onKey]bool{}
	at := map[id.ID]int{}
	for _, s := range sheets {
		if s.State != rollcall.Taken {
			continue
		}
		m.Sheets = append(m.Sheets, Sheet{Day: s.Day, Session: s.Session, Roll: s.Roll, Size: s.Size, Absent: s.Absent()})
		if len(m.Days) == 0 || m.Days[len(m.Days)-1] != s.Day {
			m.Days = append(m.Days, s.Day)
		}
	}
	for i := len(m.Sheets) - 1; i >= 0; i-- { // the newest roll first: names are of today anyhow
		number := m.Sheets[i].Roll
		if slices.ContainsFunc(m.Sheets[i+1:], func(s Sheet) bool { return s.Roll == number }) {
			continue
		}
		roll, err := student.RollByNumber(ctx, tx, who.Realm, class, number)
		if err != nil {
			return m, err
		}
		for _, p := range roll.Members {
			m.on[onKey{number, p.Pupil}] = true
			if _, known := at[p.Pupil]; !known {
				at[p.Pupil] = 0
				m.Lines = append(m.Lines, Line{Pupil: p.Pupil, Name: p.Name, NameSort: p.NameSort, Sex: p.Sex, Born: p.Born})
			}
		}
	}
	if len(m.Sheets) == 0 { // nothing was called yet: the class as it is
		roll, _, err := student.PeekRoll(ctx, tx, who.Realm, class, max(m.Period.From, min(m.Period.Last(), tx.Today())))
		if err != nil {
			return m, err
		}
		for _, p := range roll.Members {
			m.Lines = append(m.Lines, Line{Pupil: p.Pupil, Name: p.Name, NameSort: p.NameSort, Sex: p.Sex, Born: p.Born})
		}
	}
	slices.SortFunc(m.Lines, func(a, b Line) int {
		if c := strings.Compare(a.NameSort, b.NameSort); c != 0 {
			return c
		}
		return int(min(1, max(-1, int64(a.Pupil)-int64(b.Pupil))))
	})
	marks, err := rollcall.MarksOfClass(ctx, tx, who.Realm, m.Class.School, class, m.Period)
	m.cells = make(map[cellKey]rollcall.Kind, len(marks))
	for _, k := range marks {
		m.cells[cellKey{k.Day, k.Session, k.Pupil}] = k.Kind
	}
	m.count()
	return m, err
}

func (m *Month) count() {
	for i := range m.Lines {
		l := &m.Lines[i]
		for _, s := range m.Sheets {
			if !m.on[onKey{s.Roll, l.Pupil}] {
				continue
			}
			l.Held++
			switch m.cells[cellKey{s.Day, s.Session, l.Pupil}] {
			case rollcall.Excused:
				l.Excused++
			case rollcall.Unexcused:
				l.Unexcused++
			case rollcall.Unknown:
				l.Unknown++
			case rollcall.Late:
				l.Late++
			}
		}
	}
}

// Kind says what a pupil was in a session; called is false when the session was not called
// or she was not on its roll.
func (m Month) Kind(pupil id.ID, s Sheet) (kind rollcall.Kind, called bool) {
	return m.cells[cellKey{s.Day, s.Session, pupil}], m.on[onKey{s.Roll, pupil}]
}

// letters of a book. Not there yet or not there any more is a dash.
var letters = map[rollcall.Kind]string{rollcall.Present: "", rollcall.Excused: "P", rollcall.Unexcused: "K", rollcall.Unknown: "?", rollcall.Late: "M"}

// Day is what a book shows of a pupil's day: one letter when its sessions agree, else one for
// each session with a stroke between ("K/" was there in the afternoon); ok is false when no
// session of that day was called with her on the roll.
func (m Month) Day(pupil id.ID, on day.Day) (cell string, ok bool) {
	var parts []string
	for _, s := range m.Sheets {
		if s.Day != on {
			continue
		}
		if kind, called := m.Kind(pupil, s); called {
			parts = append(parts, letters[kind])
		}
	}
	if len(parts) == 0 {
		return "", false
	}
	if len(slices.Compact(slices.Clone(parts))) == 1 {
		return parts[0], true
	}
	return strings.Join(parts, "/"), true
}

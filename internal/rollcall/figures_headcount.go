package rollcall

import (
	"context"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Headcounts are the sums of usable counts: of a class, used while the class has no
// sheet in that session; of a whole school, used only for a level and day on which no class of it has
// a sheet or a count. Attendance is Present ÷ Enrolled, and Present ÷ (Present + Absent) without
// the released. A count of a whole day weighs one session, and is left out where the
// same place has counts of sessions.
type Headcounts struct {
	Number   int // counts used
	Enrolled int
	Present  int
	Absent   int
	Released int
	// Of these, those whose absences are split into có phép and không phép; the others leave
	// both sides of a rate that needs the split.
	SplitNumber    int
	SplitEnrolled  int
	SplitExcused   int
	SplitUnexcused int
}

// Plus adds two sums.
func (h Headcounts) Plus(o Headcounts) Headcounts {
	return Headcounts{h.Number + o.Number, h.Enrolled + o.Enrolled, h.Present + o.Present, h.Absent + o.Absent, h.Released + o.Released,
		h.SplitNumber + o.SplitNumber, h.SplitEnrolled + o.SplitEnrolled, h.SplitExcused + o.SplitExcused, h.SplitUnexcused + o.SplitUnexcused}
}

// headcounts adds the usable counts to the figures.
func (q Question) headcounts(ctx context.Context, tx *store.Tx, realm int, at func(id.ID, string, day.Day) *Figure) error {
	schools, err := HeadcountSchools(ctx, tx, realm, q.Schools, q.Period)
	if err != nil || len(schools) == 0 {
		return err
	}
	type kinds struct{ All, OfClasses, Unlevelled, First, Last, Sheets int }
	k, err := store.One[kinds](ctx, tx, sqlHeadcountKinds, realm, store.In(schools), q.Period.From, q.Period.Until)
	if err != nil {
		return err
	}
	if q.By != ByDay && k.OfClasses == 0 && k.Sheets == 0 && k.First == k.Last && (k.Unlevelled == 0 || k.Unlevelled == k.All) {
		return q.plainHeadcounts(ctx, tx, realm, schools, at) // every count is used: the engine adds them up
	}
	return q.mixedHeadcounts(ctx, tx, realm, schools, at)
}

type headcountSum struct {
	School id.ID
	Level  string
	Headcounts
}

func (q Question) plainHeadcounts(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, at func(id.ID, string, day.Day) *Figure) error {
	for from := q.Period.From; from < q.Period.Until; {
		until := q.Period.Until
		if q.By == ByMonth {
			until = min(until, day.MonthOf(from).Until)
		}
		rows, err := store.All[headcountSum](ctx, tx, sqlHeadcountSums, realm, store.In(schools), from, until, q.Level, q.Session)
		if err != nil {
			return err
		}
		for _, r := range rows {
			f := at(r.School, r.Level, q.piece(from))
			f.Headcounts = f.Headcounts.Plus(r.Headcounts)
		}
		from = until
	}
	return nil
}

// place is where and when a count or a sheet is of; a zero field stands for all.
type place struct {
	school, class id.ID
	level         string
	day           day.Day
	session       calendar.Session
}

func (q Question) mixedHeadcounts(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, at func(id.ID, string, day.Day) *Figure) error {
	type row struct {
		School  id.ID
		Level   string
		Day     day.Day
		Session calendar.Session
		Class   id.ID
		Headcounts
	}
	rows, err := store.All[row](ctx, tx, sqlHeadcountRows, realm, store.In(schools), q.Period.From, q.Period.Until)
	if err != nil {
		return err
	}
	type sheet struct {
		School  id.ID
		Class   id.ID
		Level   string
		Day     day.Day
		Session calendar.Session
	}
	sheets, err := store.All[sheet](ctx, tx, sqlTakenSheets, realm, store.In(schools), q.Period.From, q.Period.Until, Taken)
	if err != nil {
		return err
	}
	of := map[place]bool{} // what there is of a school's or level's day, and of a class's day and session
	for _, s := range sheets {
		of[place{school: s.School, day: s.Day}] = true
		of[place{school: s.School, level: s.Level, day: s.Day}] = true
		of[place{class: s.Class, day: s.Day}] = true
		of[place{class: s.Class, day: s.Day, session: s.Session}] = true
	}
	levels, sessions := map[place]bool{}, map[place]bool{} // where a level, and where sessions, were counted apart
	for _, r := range rows {
		switch {
		case r.Class != 0:
			of[place{school: r.School, day: r.Day}] = true
			of[place{school: r.School, level: r.Level, day: r.Day}] = true
		case r.Level != "":
			levels[place{school: r.School, day: r.Day}] = true
		}
		if r.Session != calendar.WholeDay {
			sessions[place{school: r.School, class: r.Class, level: r.Level, day: r.Day}] = true
		}
	}
	for _, r := range rows {
		switch {
		case q.Level != "" && r.Level != q.Level:
		case q.Session != calendar.WholeDay && r.Session != q.Session && r.Session != calendar.WholeDay:
		case r.Session == calendar.WholeDay && sessions[place{school: r.School, class: r.Class, level: r.Level, day: r.Day}]:
		case r.Class == 0 && of[place{school: r.School, level: r.Level, day: r.Day}]:
		case r.Class == 0 && r.Level == "" && levels[place{school: r.School, day: r.Day}]:
		case r.Class != 0 && of[place{class: r.Class, day: r.Day, session: r.Session}]: // of the whole day: any session of it
		default:
			f := at(r.School, r.Level, q.piece(r.Day))
			f.Headcounts = f.Headcounts.Plus(r.Headcounts)
		}
	}
	return nil
}

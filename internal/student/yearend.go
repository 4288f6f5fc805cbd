package student

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// PromoteIn ends a school year at a school: everybody enrolled is promoted to the next
// grade, except who stays.
type PromoteIn struct {
	School   id.ID
	Year     int
	On       day.Day // first day after the year
	Repeat   []id.ID // pupils who do the grade once more
	NextUp   id.ID   // school that those who finish a level are expected at; 0 when not known
	LastHere string  // last grade taught here; "" takes the end of a level, unless the school teaches on
}

// Promoted counts what a year's end came to.
type Promoted struct{ Promoted, Repeating, Finished int }

// Promote ends the year's open spells of a school and writes down whom which school
// expects at the next opening. Those who finish with no next school known are leavers.
// It runs once: a second call finds nobody enrolled. Fault: access.no-grant.
func Promote(ctx context.Context, tx *store.Tx, who access.Who, in PromoteIn) (Promoted, error) {
	var sum Promoted
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(in.School))
	if err != nil {
		return sum, err
	}
	levels, err := store.One[string](ctx, tx, sqlSchoolLevels, who.Realm, in.School, in.On.Add(-1))
	if store.IsNone(err) {
		return sum, fault.New(fault.NotFound, "student.no-school", nil).On("school")
	} else if err != nil {
		return sum, err
	}
	open, err := holdOpen(ctx, tx, who.Realm, in)
	if err != nil {
		return sum, err
	}
	repeats := map[id.ID]bool{}
	for _, p := range in.Repeat {
		repeats[p] = true
	}
	var ends, members, expected [][]any
	for _, s := range open {
		members = append(members, []any{who.Realm, s.Enrolment, in.On})
		reason, school, level, grade, origin := "promoted", in.School, s.Level, NextGrade(s.Grade), EntryOpening
		switch nextLevel := org.LevelOfGrade(grade); {
		case repeats[s.Pupil]:
			reason, grade, origin = "retained", s.Grade, EntryRepeater
			sum.Repeating++
		case s.Grade == in.LastHere, grade == "", org.LevelOfGrade(s.Grade) != nextLevel && (in.LastHere != "" || !hasLevel(levels, nextLevel)):
			reason, school, level, origin = "finished", in.NextUp, nextLevel, EntryEntrant
			sum.Finished++
		case org.LevelOfGrade(s.Grade) != nextLevel:
			level, origin = nextLevel, EntryEntrant
			sum.Promoted++
		default:
			sum.Promoted++
		}
		ends = append(ends, []any{who.Realm, s.Enrolment, in.On, ExitYearEnd, Confirmed, reason})
		if school != 0 && grade != "" {
			expected = append(expected, []any{who.Realm, s.Pupil, in.Year + 1, school, level, grade, origin, "expected", day.Forever, ""})
		}
	}
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{sqlEndSpell, ends}, {sqlEndMembershipsOfSpell, members}, {sqlInsertExpected, expected}} {
		if err := tx.Many(ctx, step.query, step.rows); err != nil {
			return sum, err
		}
	}
	if rest := (day.Range{From: in.On, Until: calendar.Bounds(in.Year).Until}); len(open) > 0 {
		if err := calendar.MarkStale(ctx, tx, who.Realm, in.School, rest); err != nil {
			return sum, err
		}
	}
	return sum, audit.Record(ctx, tx, who.Audit("student.promote", access.School(in.School), rule, map[string]any{"year": in.Year, "on": in.On, "spells": len(open)}))
}

// holdOpen gives the year's open spells with their pupils held: who ends or moves one of them
// in the same moment was before it, and the spell is not among them, or waits and finds the
// year ended. Pupils are held in one order, as every verb with several does.
func holdOpen(ctx context.Context, tx *store.Tx, realm int, in PromoteIn) ([]Spell, error) {
	held := map[id.ID]bool{}
	for {
		open, err := store.All[Spell](ctx, tx, sqlOpenSpells, realm, in.School, in.Year, in.On)
		if err != nil {
			return nil, err
		}
		var fresh []id.ID
		for _, s := range open {
			if !held[s.Pupil] {
				held[s.Pupil] = true
				fresh = append(fresh, s.Pupil)
			}
		}
		if len(fresh) == 0 {
			return open, nil
		}
		slices.Sort(fresh)
		touches := make([][]any, len(fresh))
		for i, pupil := range fresh {
			touches[i] = []any{realm, pupil, tx.Now()}
		}
		if err := tx.Many(ctx, sqlTouch, touches); err != nil {
			return nil, err
		}
	}
}

func hasLevel(levels, level string) bool { return level != "" && slices.Contains(words(levels), level) }

// Awaited is where a child is expected who may never have come.
type Awaited struct {
	School id.ID
	Level  string
	Grade  string
}

// AwaitedAt gives where a child was last expected at the opening of a year; the zero value
// when it never was. It asks no right: its callers have.
func AwaitedAt(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) (Awaited, error) {
	a, err := store.One[Awaited](ctx, tx, sqlExpectedAt, realm, pupil)
	if store.IsNone(err) {
		return Awaited{}, nil
	}
	return a, err
}

// Expected is what a school year's opening looks like beside the year before, for one
// school, level and grade.
type Expected struct {
	School     id.ID
	Level      string
	Grade      string
	FromBelow  int // last year's end less leavers: promoted within the school
	Repeating  int
	Entrants   int // of lớp 1, 6, 10 that are known by name
	Arrived    int // of these three
	Elsewhere  int // arrived at another school of the realm
	Lost       int // bỏ học trong hè
	Moved      int // moved away, vocational training, died: settled, no dropout
	Unknown    int // still expected and not seen: chưa xác nhận
	Unexpected int // began at the opening without being expected
}

// Expected is the number that ought to be there.
func (e Expected) Expected() int { return e.FromBelow + e.Repeating + e.Entrants }

// ExpectedAtOpening compares the opening of a school year with what the year before let
// expect. Every expected child is in exactly one of Arrived, Elsewhere, Lost, Moved and
// Unknown. It asks no right: a room calls it after its own May.
func ExpectedAtOpening(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, year int) ([]Expected, error) {
	type line struct {
		School                      id.ID
		Level, Grade, Origin, State string
		Count                       int
	}
	lines, err := store.All[line](ctx, tx, sqlExpected, realm, store.In(schools), year)
	if err != nil {
		return nil, err
	}
	sums := map[LedgerKey]*Expected{}
	at := func(l line) *Expected {
		key := LedgerKey{l.School, l.Level, l.Grade}
		if sums[key] == nil {
			sums[key] = &Expected{School: l.School, Level: l.Level, Grade: l.Grade}
		}
		return sums[key]
	}
	for _, l := range lines {
		e := at(l)
		switch l.Origin {
		case EntryRepeater:
			e.Repeating += l.Count
		case EntryEntrant:
			e.Entrants += l.Count
		default:
			e.FromBelow += l.Count
		}
		switch l.State {
		case "arrived":
			e.Arrived += l.Count
		case "elsewhere":
			e.Elsewhere += l.Count
		case "lost":
			e.Lost += l.Count
		case "expected":
			e.Unknown += l.Count
		default:
			e.Moved += l.Count
		}
	}
	began, err := store.All[line](ctx, tx, sqlUnexpected, realm, store.In(schools), year)
	if err != nil {
		return nil, err
	}
	for _, l := range began {
		at(l).Unexpected += l.Count
	}
	all := make([]Expected, 0, len(sums))
	for _, e := range sums {
		all = append(all, *e)
	}
	slices.SortFunc(all, func(a, b Expected) int { return compareKeys(a.key(), b.key()) })
	return all, nil
}

func (e Expected) key() LedgerKey { return LedgerKey{e.School, e.Level, e.Grade} }

// NotBackIn says what became of a child in the summer who is expected and did not come.
type NotBackIn struct {
	Pupil  id.ID
	Year   int    // the year that opens
	State  string // lost (dropped out), moved, vocational, died
	On     day.Day
	Reason string
}

// NotBack settles an expected child. Faults: student.not-expected, student.unknown-exit.
func NotBack(ctx context.Context, tx *store.Tx, who access.Who, in NotBackIn) error {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(in.Pupil))
	if err != nil {
		return err
	}
	if !contains([]string{"lost", ExitMoved, ExitVocational, ExitDied}, in.State) {
		return fault.New(fault.Invalid, "student.unknown-exit", fault.Args{"value": in.State}).On("state")
	}
	settled, err := tx.Exec(ctx, sqlSettleExpected, who.Realm, in.Pupil, in.Year, in.State, in.On, in.Reason)
	if err != nil {
		return err
	}
	if settled == 0 {
		return fault.New(fault.Conflict, "student.not-expected", nil)
	}
	return record(ctx, tx, who, "student.not-back", in.Pupil, rule, map[string]any{"year": in.Year, "state": in.State})
}

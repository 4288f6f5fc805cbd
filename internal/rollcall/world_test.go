package rollcall_test

import (
	"context"
	"testing"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// world is a small district without names, for what the cast is too small for: schools of
// 20 classes of 35, all meeting on the mornings of Monday to Friday.
type world struct {
	classes []id.ID
	teacher access.Who // of every class
}

const worldRealm = 1

func (world) school(class id.ID) id.ID   { return class / 100 }
func (world) pupil(class, n id.ID) id.ID { return class*100 + n }
func worldDays() (days []day.Day)        { return weekdays("2020-01-02", "2020-01-31") }

func weekdays(from, until string) (days []day.Day) {
	for d := day.MustParse(from); d < day.MustParse(until); d++ {
		if _, off := calendar.DayOff(d); !off && d.Weekday() >= 1 && d.Weekday() <= 5 {
			days = append(days, d)
		}
	}
	return days
}

func makeWorld(tb testing.TB, s *store.Store, schools int) world {
	tb.Helper()
	w := world{worldClasses(schools), access.Who{Realm: worldRealm, Account: 9}}
	year, long := day.Range{From: day.MustParse("2019-08-26"), Until: day.MustParse("2020-07-12")}, day.Range{From: day.MustParse("2000-01-01"), Until: day.Forever}
	rows := map[string][][]any{}
	add := func(table string, row ...any) { rows[table] = append(rows[table], row) }
	add("realm", worldRealm, "x", "", day.Instant(0))
	add("unit", 7, "commune", "00007", "Xã x")
	add("unit_closure", 7, 7, long.From, long.Until, 0)
	add("term", worldRealm, 2019, 1, "realm", 0, year.From, year.Until, 35)
	add("timetable", worldRealm, "realm", 0, "", year.From, year.Until, 31, 0, 0, 1)
	w.teacher.Grants = []access.Grant{{ID: 1, Role: access.Principal, ScopeKind: access.UnitScope, Scope: 7, Period: long}}
	for i := range schools {
		school := id.ID(1000 + i)
		add("school", worldRealm, school)
		add("school_period", worldRealm, school, long.From, long.Until, school.String(), "x", "x", "x", "THCS", "THCS", 7, 7)
		w.teacher.Grants = append(w.teacher.Grants, access.Grant{ID: 10 + school, Role: access.Principal, ScopeKind: access.SchoolScope, Scope: school, Period: long})
		for c := range 20 {
			class := school*100 + id.ID(c)
			add("class", worldRealm, class, school, 2019, "x", "x", "THCS", "6", 0, year.From, year.Until)
			for n := range id.ID(35) {
				pupil := w.pupil(class, n)
				add("pupil", worldRealm, pupil, "", "", "x", "x", "x", "F", long.From, "", "thai", "", "", "", 1, day.Instant(0))
				add("enrolment", worldRealm, pupil, pupil, school, 2019, "THCS", "6", year.From, year.Until, "opening", "", "", "", 0, "")
				add("class_membership", worldRealm, pupil, class, year.From, year.Until)
			}
		}
	}
	err := s.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, t := range []struct {
			name    string
			columns []string
		}{
			{"realm", []string{"realm", "name", "story", "opened_at"}},
			{"unit", []string{"id", "kind", "code", "full_name"}},
			{"unit_closure", []string{"ancestor", "descendant", "from_day", "until_day", "depth"}},
			{"school", []string{"realm", "id"}},
			{"school_period", []string{"realm", "school", "from_day", "until_day", "code", "name", "name_fold", "name_sort", "type", "levels", "located_in", "managed_by"}},
			{"class", []string{"realm", "id", "school", "year", "name", "name_sort", "level", "grades", "site", "from_day", "until_day"}},
			{"term", []string{"realm", "year", "number", "scope_kind", "scope", "from_day", "until_day", "weeks"}},
			{"timetable", []string{"realm", "scope_kind", "scope", "level", "from_day", "until_day", "morning", "afternoon", "evening", "main_session"}},
			{"pupil", []string{"realm", "id", "code", "national_id", "name", "name_fold", "name_sort", "sex", "born", "birthplace", "ethnicity", "address", "phone", "disability", "version", "changed_at"}},
			{"enrolment", []string{"realm", "id", "pupil", "school", "year", "level", "grade", "from_day", "until_day", "entry_kind", "exit_kind", "exit_state", "exit_reason", "other_school", "paper"}},
			{"class_membership", []string{"realm", "enrolment", "class", "from_day", "until_day"}},
		} {
			if err := tx.Load(ctx, t.name, t.columns, rows[t.name]); err != nil {
				return err
			}
		}
		for i := range schools {
			if err := calendar.MarkStale(ctx, tx, worldRealm, id.ID(1000+i), year); err != nil {
				return err
			}
		}
		if s.Engine() == store.Postgres {
			_, err := tx.Exec(ctx, `ANALYZE`) // as the server does by itself after a while
			return err
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

func worldClasses(schools int) (classes []id.ID) {
	for i := range schools {
		for c := range 20 {
			classes = append(classes, id.ID(1000+i)*100+id.ID(c))
		}
	}
	return classes
}

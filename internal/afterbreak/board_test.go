package afterbreak_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// A class has 8 away on the first day, 5 are brought back, 3 stay open: the third published scenario.
func TestAClassBringsItsChildrenBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		on(h, back-5)
		closed(t, h, everybody, tet)
		refresh(t, h)
		on(h, back)
		call(t, h, apptest.Class8A, back, 1, 2, 3, 4, 5, 6, 7, 8)
		b := mustBoard(t, h, school(apptest.MuongMunS))
		if b.Break.Return != back || b.Break.Reasons != "tet" || b.Total != share(57, 35, 27) || b.Total.Missing() != 8 || b.Total.Unknown() != 22 || b.Total.Complete() {
			t.Fatalf("day 1: %+v, %+v", b.Break, b.Total)
		}
		refresh(t, h)
		on(h, back+1)
		call(t, h, apptest.Class8A, back+1, 6, 7, 8)
		for _, kept := range []bool{false, true} { // worked out at once, and from what is kept
			if kept {
				refresh(t, h)
			}
			b = mustBoard(t, h, school(apptest.MuongMunS))
			if b.Total != share(57, 35, 32) || len(b.Days) != 2 || b.Days[0].Share.Missing() != 8 || b.Days[1].Share.Missing() != 3 {
				t.Errorf("day 2 (kept %v): %+v, %+v", kept, b.Total, b.Days)
			}
			if len(b.Curve) != 2 || b.Curve[0].Share.Back != 27 || b.Curve[1].Share.Back != 32 {
				t.Errorf("curve (kept %v): %+v", kept, b.Curve)
			}
			var of8A afterbreak.Share
			for _, c := range b.Children {
				if c.Child.ID == apptest.Class8A {
					of8A = c.Share
				}
			}
			if of8A != share(35, 35, 32) {
				t.Errorf("8A (kept %v): %+v", kept, of8A)
			}
			// The commune above counts the same, school by school and home by home.
			if c := mustBoard(t, h, unit(apptest.TuanGiao)); c.Total.Back != 32 || c.Total.Missing() != 3 || c.Waiting != 0 {
				t.Errorf("district (kept %v): %+v", kept, c.Total)
			}
		}
		l, err := list(t, h, apptest.Hoa.Who(), access.Class(apptest.Class8A))
		if err != nil || len(l.Rows) != 35 {
			t.Fatalf("%d rows, %v", len(l.Rows), err)
		}
		states := map[afterbreak.State]int{}
		for _, row := range l.Rows {
			states[row.StateOn(back+1)]++
		}
		if states[afterbreak.Missing] != 3 || states[afterbreak.Back] != 32 {
			t.Errorf("states of the list: %v", states)
		}
		// A pupil of the first sheet who turns out to have been there was back on the first day.
		missing := b.Causes
		if len(missing) != 2 || missing[0].Code != "" && missing[0].Code != "other" {
			t.Errorf("causes of three children are told apart: %+v", missing)
		}
	})
}

// A level of a school with no calendar of classes is what its counts say; unmarked is not absent.
func TestCountsStandWhereNobodyIsMarked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		on(h, back)
		closed(t, h, everybody, tet)
		refresh(t, h)
		send := func(d day.Day, enrolled, present int) {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := rollcall.SubmitHeadcount(ctx, tx, system, rollcall.Headcount{School: apptest.MuongMunP, Day: d, Enrolled: enrolled, Present: present, Absent: enrolled - present}, 0)
				return err
			})
		}
		send(back, 15, 9)
		call(t, h, apptest.Class9A, back, 1, 2)
		on(h, back+1)
		send(back+1, 15, 14)
		for range 2 {
			b := mustBoard(t, h, unit(apptest.TuanGiao))
			if b.Total.Expected != 57+15+9 || b.Total.Seen != 15+9 || b.Total.Back != 14+7 {
				t.Errorf("%+v", b.Total)
			}
			home := unit(apptest.TuanGiao)
			home.Residence = true
			if r := mustBoard(t, h, home); r.Total != b.Total {
				t.Errorf("by residence %+v, by school %+v", r.Total, b.Total)
			}
			if c := mustBoard(t, h, unit(apptest.MuongMun)); c.Total != share(72, 15, 14) || len(c.Children) != 2 {
				t.Errorf("commune: %+v", c)
			}
			refresh(t, h)
		}
	})
}

// Schools may come back on different days: each runs by its own calendar, and the curve compares equal days.
func TestSchoolsComeBackByTheirOwnCalendar(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		on(h, back+4)
		closed(t, h, everybody, tet)
		closed(t, h, calendar.Scope{Kind: calendar.ScopeSchool, ID: apptest.PuNhungS}, day.Range{From: tet.Until, Until: tet.Until + 2})
		call(t, h, apptest.Class6A, back, 1)
		call(t, h, apptest.Class9A, back+2, 1, 2, 3)
		refresh(t, h)
		b := mustBoard(t, h, unit(apptest.TuanGiao))
		if len(b.Breaks) != 2 || b.Breaks[0].Kind != afterbreak.Opening || b.Break.Return != back || b.Break.LastReturn != back+2 {
			t.Fatalf("breaks: %+v", b.Breaks)
		}
		if b.Curve[0].Share.Seen != 19 || b.Curve[0].Share.Back != 15 {
			t.Errorf("day 1 of each: %+v", b.Curve[0])
		}
		if n := len(b.Curve); n != 5 {
			t.Errorf("%d steps", n)
		}
		// On the fifth day only the schools that have had one are on the curve.
		if got := b.Curve[4].Share.Expected; got != 57+15 {
			t.Errorf("day 5 expects %d", got)
		}
		asked := unit(apptest.TuanGiao)
		asked.On = back
		if b := mustBoard(t, h, asked); b.Total.Seen != 10 || b.Total.Expected != 57+15 {
			t.Errorf("on the first day: %+v", b.Total)
		}
	})
}

// A closure of four days is no break; an epidemic that follows Tết makes one break of both.
func TestBreaksAreFoundFromTheCalendar(t *testing.T) {
	weekdays := calendar.WeekOf(calendar.Morning, 5)
	year := calendar.Term{Scope: everybody, Year: 2019, Number: 1, Period: day.Range{From: apptest.YearStart, Until: apptest.YearEnd}}
	plan := func(closures ...calendar.Exception) []*calendar.ClassPlan {
		place := calendar.Place{Class: 1, Level: "TH", Life: calendar.Bounds(2019), Chain: calendar.Always(everybody)}
		table := calendar.Timetable{Scope: everybody, Period: year.Period, Week: weekdays, Main: calendar.Morning}
		return []*calendar.ClassPlan{{Plan: calendar.NewPlan(place, []calendar.Term{year}, []calendar.Timetable{table}, closures)}}
	}
	closure := func(reason calendar.Reason, from, until string) calendar.Exception {
		return calendar.Exception{ID: id.ID(len(from)), Kind: calendar.Closure, Scope: everybody, Reason: reason, Period: day.Range{From: day.MustParse(from), Until: day.MustParse(until)}}
	}
	gaps := afterbreak.GapsOf(plan(closure(calendar.ReasonCold, "2019-12-09", "2019-12-13")), 2019)
	if len(gaps) != 1 || gaps[0].Kind != afterbreak.Opening || gaps[0].Return != apptest.YearStart {
		t.Errorf("four cold days: %+v", gaps)
	}
	gaps = afterbreak.GapsOf(plan(closure(calendar.ReasonTet, "2020-01-20", "2020-02-03"), closure(calendar.ReasonEpidemic, "2020-02-03", "2020-05-04")), 2019)
	if len(gaps) != 2 || gaps[1].From != day.MustParse("2020-01-20") || gaps[1].Return != day.MustParse("2020-05-04") || len(gaps[1].Reasons) != 2 {
		t.Errorf("Tết and the epidemic: %+v", gaps)
	}
	if gaps := afterbreak.GapsOf(plan(closure(calendar.ReasonFlood, "2020-07-01", "2020-08-01")), 2019); len(gaps) != 1 {
		t.Errorf("the flood before the end of the year has no return: %+v", gaps)
	}
}

// Who comes back at another school is back; a correction is seen at once.
func TestACorrectionIsSeen(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		on(h, back+1)
		closed(t, h, everybody, tet)
		call(t, h, apptest.Class8B, back, 1, 2, 3)
		refresh(t, h)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			s := rollcall.Submission{Class: apptest.Class8B, Day: back, Session: calendar.Morning, State: rollcall.Taken, BaseVersion: 1, Reason: "ghi nhầm",
				Marks: []rollcall.Mark{{Pupil: apptest.Pupil(apptest.Class8B, 3), Kind: rollcall.Excused, Reason: "illness"}}}
			s.Act[0], s.Act[15] = 2, 9
			_, err := rollcall.Correct(ctx, tx, system, s)
			return err
		})
		for range 2 {
			if b := mustBoard(t, h, school(apptest.MuongMunS)); b.Total != share(57, 12, 11) {
				t.Errorf("%+v", b.Total)
			}
			refresh(t, h)
		}
	})
}

func TestWhoSeesBoardsAndLists(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		on(h, back)
		closed(t, h, everybody, tet)
		refresh(t, h)
		call(t, h, apptest.Class9A, back, 1)
		home := unit(apptest.PhiengPi)
		home.Residence = true
		if b, err := board(t, h, apptest.Pao.Who(), home); err != nil || b.Total != share(14, 9, 8) {
			t.Errorf("the village head: %+v, %v", b.Total, err)
		}
		for _, no := range []struct {
			who apptest.Person
			q   afterbreak.Query
		}{{apptest.Pao, unit(apptest.PuNhung)}, {apptest.Hoa, school(apptest.MuongMunS)}, {apptest.Thuong, unit(apptest.PuNhung)}, {apptest.Lan, school(apptest.MuongMunS)}} {
			if _, err := board(t, h, no.who.Who(), no.q); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s sees %v: %v", no.who.Name, no.q.Place, err)
			}
		}
		for _, c := range []struct {
			who  apptest.Person
			at   access.Resource
			rows int // -1: refused
		}{
			{apptest.Hoa, access.Class(apptest.Class8A), 35}, {apptest.Hoa, access.Class(apptest.Class8B), -1}, {apptest.Son, access.School(apptest.MuongMunS), 57},
			{apptest.Pao, access.Residence(apptest.PhiengPi), 14}, {apptest.Pao, access.Residence(apptest.BanLum), -1}, {apptest.Pao, access.School(apptest.PuNhungS), -1},
			{apptest.Thuong, access.School(apptest.MuongMunS), -1}, {apptest.Huong, access.School(apptest.MuongMunS), -1}, {apptest.Ho, access.Residence(apptest.PhiengPi), -1},
			{apptest.Quan, access.School(apptest.MuongMunS), -1}, {apptest.Sua, access.Residence(apptest.PuNhung), 14},
		} {
			l, err := list(t, h, c.who.Who(), c.at)
			if c.rows < 0 && !fault.Is(err, fault.Forbidden) || c.rows >= 0 && (err != nil || len(l.Rows) != c.rows) {
				t.Errorf("%s opens %v: %d rows, %v", c.who.Name, c.at, len(l.Rows), err)
			}
		}
	})
}

// Whatever is called and absent, the two views agree, parts make the whole, and nobody who is back goes away again.
func TestViewsAgreeForAnyHistory(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	on(h, back-5)
	closed(t, h, everybody, tet)
	refresh(t, h)
	chance := rand.New(rand.NewPCG(610, 2020))
	for d := back; d < back+5; d++ {
		on(h, d)
		for _, c := range apptest.Classes {
			if chance.IntN(3) == 0 {
				continue // not called that day
			}
			var absent []int
			for n := 1; n <= c.Size; n++ {
				if chance.IntN(5) == 0 {
					absent = append(absent, n)
				}
			}
			call(t, h, c.ID, d, absent...)
		}
		if chance.IntN(2) == 0 {
			refresh(t, h)
		}
		bySchool, home := unit(apptest.TuanGiao), unit(apptest.TuanGiao)
		home.Residence = true
		a, b := mustBoard(t, h, bySchool), mustBoard(t, h, home)
		if a.Total != b.Total || a.Total.Expected != 81 {
			t.Fatalf("%v: by school %+v, by residence %+v", d, a.Total, b.Total)
		}
		for _, board := range []afterbreak.Board{a, b} {
			var parts, levels afterbreak.Share
			for _, line := range board.Children {
				parts = parts.Plus(line.Share)
			}
			for _, line := range board.Levels {
				levels = levels.Plus(line.Share)
			}
			if parts != board.Total || levels != board.Total {
				t.Fatalf("%v: parts %+v, levels %+v, whole %+v", d, parts, levels, board.Total)
			}
			for i := 1; i < len(board.Days); i++ {
				if board.Days[i].Share.Back < board.Days[i-1].Share.Back || board.Days[i].Share.Seen < board.Days[i-1].Share.Seen {
					t.Fatalf("%v: back falls: %+v", d, board.Days)
				}
			}
		}
	}
}

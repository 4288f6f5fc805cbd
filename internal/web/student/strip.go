package student

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/learning"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
)

// yearOf draws the school year of a child in one line, and her standing against the
// limit of missed sessions.
func yearOf(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) (strip, limit templ.Component, err error) {
	year := r.Today.SchoolYear()
	bounds := calendar.Bounds(year)
	marks, err := rollcall.MarksOf(ctx, tx, r.Who.Realm, rec.Pupil, bounds)
	if err != nil {
		return nil, nil, err
	}
	byDay := map[day.Day][]rollcall.PupilMark{}
	for _, m := range marks {
		byDay[m.Day] = append(byDay[m.Day], m)
	}
	days := map[day.Day]ui.StripDay{}
	var weeks []calendar.SchoolWeek
	for _, m := range rec.Classes {
		held := m.Period.Intersect(bounds)
		if held.Empty() {
			continue
		}
		plan, err := calendar.PlanOf(ctx, tx, r.Who.Realm, m.Class)
		if err != nil {
			return nil, nil, err
		}
		if weeks, err = weeksOf(ctx, tx, r, m.Class, plan, year); err != nil {
			return nil, nil, err
		}
		sheets, err := rollcall.SheetsOf(ctx, tx, r.Who.Realm, m.Class, held)
		if err != nil {
			return nil, nil, err
		}
		called := map[day.Day]bool{}
		for _, s := range sheets {
			called[s.Day] = true
		}
		for d := held.From; d < held.Until; d++ {
			days[d] = judge(r, plan.Day(d), byDay[d], called[d], d)
		}
	}
	s := ui.Strip{Title: r.T("pupils.strip", "year", yearName(year)), Rows: strings.Fields(r.T("pupils.weekdays"))}
	month := 0
	for _, w := range weeks {
		if w.Term == 0 && w.Held == 0 {
			continue
		}
		week := ui.StripWeek{Label: r.T("pupils.week", "number", w.Number, "from", w.Monday.Short(), "to", w.Monday.Add(5).Short())}
		if m := int(w.Monday.Add(5).Month()); m != month {
			month = m
			week.Month = fmt.Sprint(m)
		}
		for d := w.Monday; d < w.Monday.Add(6); d++ {
			week.Days = append(week.Days, days[d])
		}
		s.Weeks = append(s.Weeks, week)
	}
	if len(s.Weeks) == 0 {
		strip = ui.Empty{Icon: ui.IconCalendar, Title: r.T("pupils.no_year"), Text: r.T("pupils.no_year_text")}.Draw()
	} else {
		strip = s.Draw()
	}
	limit, err = limitOf(ctx, tx, r, rec)
	return strip, limit, err
}

// weeksOf numbers the weeks of a class's school.
func weeksOf(ctx context.Context, tx *store.Tx, r *door.Request, class id.ID, plan *calendar.ClassPlan, year int) ([]calendar.SchoolWeek, error) {
	held := func(d day.Day) (n int) {
		for _, v := range plan.Day(d) {
			if v.Held {
				n++
			}
		}
		return n
	}
	return calendar.NumberWeeks(plan.Terms(), held), nil
}

// judge is the square of one day: the worst that is known of the child.
func judge(r *door.Request, sessions [len(calendar.Sessions)]calendar.Verdict, marks []rollcall.PupilMark, called bool, d day.Day) ui.StripDay {
	held, closed := false, ""
	for _, v := range sessions {
		held = held || v.Held
		switch {
		case v.Cause == calendar.ByClosure && v.Exception != nil:
			closed = r.T("calendar.reason." + string(v.Exception.Reason))
		case v.Cause == calendar.ByHoliday:
			closed = r.T("calendar.holiday." + v.Holiday)
		}
	}
	if len(marks) > 0 {
		worst := marks[0]
		rank := map[rollcall.Kind]int{rollcall.Late: 1, rollcall.Excused: 2, rollcall.Unknown: 3, rollcall.Unexcused: 4}
		var words []string
		for _, m := range marks {
			if rank[m.Kind] > rank[worst.Kind] {
				worst = m
			}
			text := strings.ToLower(r.T("calendar.session."+m.Session.Code())) + ": " + r.T("rollcall.kind-"+m.Kind.Code())
			if m.Reason != "" {
				text += " (" + r.T("rollcall.reason-"+rollcall.Spoken(m.Reason)) + ")"
			}
			words = append(words, text)
		}
		return ui.StripDay{Mark: ui.StripMark(worst.Kind.Code()), Text: d.Short() + " " + strings.Join(words, "; ")}
	}
	switch {
	case !held && closed != "":
		return ui.StripDay{Mark: ui.DayClosed, Text: d.Short() + ": " + closed}
	case !held || d > r.Today:
		return ui.StripDay{}
	case !called:
		return ui.StripDay{Mark: ui.DayMissing, Text: d.Short() + ": " + r.T("ui.day_missing")}
	}
	return ui.StripDay{Mark: ui.DayPresent, Text: d.Short() + ": " + r.T("ui.day_present")}
}

// limitOf is the counter of TT 22/2021 Điều 12, before it TT 58/2011 Điều 15: at least n of 45, m sessions not called.
func limitOf(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) (templ.Component, error) {
	last, _ := standing(rec, r.Today)
	limit, ruled := rollcall.LimitOf(last.Level, r.Today)
	missed, err := rollcall.MissedSessions(ctx, tx, r.Who.Realm, []id.ID{rec.Pupil}, r.Today)
	if err != nil {
		return nil, err
	}
	m := missed[rec.Pupil]
	tile := ui.Tile{Label: r.T("pupils.missed"), Value: r.T("pupils.at_least", "n", m.Sessions), Detail: r.T("pupils.uncalled", "m", m.Uncalled)}
	if ruled {
		law := "tt22-2021"
		if scale, _ := learning.ScaleOf(last.Year, last.Grade); scale.Code == "tt58-2011" { // the new circular came in grade by grade
			law = scale.Code
		}
		tile.Detail = r.T("pupils.of_limit", "limit", limit.Sessions, "law", r.T("pupils.limit_law-"+law), "m", m.Uncalled)
		switch {
		case !limit.Eligible(m):
			tile.Tone, tile.Badge = ui.Red, ui.Badge{Label: r.T("pupils.over_limit", "limit", limit.Sessions), Tone: ui.Red, Icon: ui.IconWarning}.Draw()
		case limit.Step(m) > 0:
			tile.Tone, tile.Badge = ui.Amber, ui.Badge{Label: r.T("pupils.step", "step", limit.Step(m)), Tone: ui.Amber, Icon: ui.IconWarning}.Draw()
		}
	}
	return ui.Tiles(tile), nil
}

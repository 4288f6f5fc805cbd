package casework

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/calendar"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/ui"
)

// gravity orders marks: the worst of a day is its sign.
var gravity = map[rollcall.Kind]int{rollcall.Late: 1, rollcall.Excused: 2, rollcall.Unknown: 3, rollcall.Unexcused: 4}

// stripOf draws the school year of the child in one line, without reasons: those are in
// the case as far as the reader may know them.
func stripOf(ctx context.Context, tx *store.Tx, r *door.Request, v casework.View) (templ.Component, error) {
	if v.Case.Class == 0 {
		return ui.Text(""), nil
	}
	year := r.Today.SchoolYear()
	bounds := calendar.Bounds(year)
	plan, err := calendar.PlanOf(ctx, tx, r.Who.Realm, v.Case.Class)
	if err != nil {
		return nil, err
	}
	sheets, err := rollcall.SheetsOf(ctx, tx, r.Who.Realm, v.Case.Class, bounds)
	if err != nil {
		return nil, err
	}
	called := map[day.Day]bool{}
	for _, s := range sheets {
		called[s.Day] = true
	}
	marks := map[day.Day][]rollcall.PupilMark{}
	for _, m := range v.Absences {
		marks[m.Day] = append(marks[m.Day], m)
	}
	held := func(d day.Day) (n int) {
		for _, verdict := range plan.Day(d) {
			if verdict.Held {
				n++
			}
		}
		return n
	}
	s := ui.Strip{Title: r.T("pupils.strip", "year", fmt.Sprint(year, "–", year+1)), Rows: strings.Fields(r.T("pupils.weekdays"))}
	month := 0
	for _, w := range calendar.NumberWeeks(plan.Terms(), held) {
		if w.Term == 0 && w.Held == 0 {
			continue
		}
		week := ui.StripWeek{Label: r.T("pupils.week", "number", w.Number, "from", w.Monday.Short(), "to", w.Monday.Add(5).Short())}
		if m := int(w.Monday.Add(5).Month()); m != month {
			month, week.Month = m, fmt.Sprint(m)
		}
		for d := w.Monday; d < w.Monday.Add(6); d++ {
			week.Days = append(week.Days, judge(r, held(d) > 0, marks[d], called[d], d))
		}
		s.Weeks = append(s.Weeks, week)
	}
	if len(s.Weeks) == 0 {
		return ui.Text(""), nil
	}
	return s.Draw(), nil
}

func judge(r *door.Request, held bool, marks []rollcall.PupilMark, called bool, d day.Day) ui.StripDay {
	if len(marks) > 0 {
		worst := marks[0]
		var words []string
		for _, m := range marks {
			if gravity[m.Kind] > gravity[worst.Kind] {
				worst = m
			}
			words = append(words, strings.ToLower(r.T("calendar.session."+m.Session.Code()))+": "+r.T("rollcall.kind-"+m.Kind.Code()))
		}
		return ui.StripDay{Mark: ui.StripMark(worst.Kind.Code()), Text: d.Short() + " " + strings.Join(words, "; ")}
	}
	switch {
	case !held || d > r.Today:
		return ui.StripDay{}
	case !called:
		return ui.StripDay{Mark: ui.DayMissing, Text: d.Short() + ": " + r.T("ui.day_missing")}
	}
	return ui.StripDay{Mark: ui.DayPresent, Text: d.Short() + ": " + r.T("ui.day_present")}
}

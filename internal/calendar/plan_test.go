package calendar_test

import (
	"math/rand"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
)

var (
	province = calendar.Scope{Kind: calendar.ScopeUnit, ID: 1}
	commune  = calendar.Scope{Kind: calendar.ScopeUnit, ID: 2}
	school   = calendar.Scope{Kind: calendar.ScopeSchool, ID: 3}
	site     = calendar.Scope{Kind: calendar.ScopeSite, ID: 4}
	class    = calendar.Scope{Kind: calendar.ScopeClass, ID: 5}
	scopes   = []calendar.Scope{class, site, school, commune, province}
)

func on(text string) day.Day { return day.MustParse(text) }

func through(first, last string) day.Range { return day.Through(on(first), on(last)) }

func place() calendar.Place {
	return calendar.Place{Class: 5, Level: "THCS", Life: day.Range{From: on("2019-08-01"), Until: on("2020-08-01")}, Chain: calendar.Always(scopes...)}
}

// The year 2019-2020 as it went: the second term ran to 15 July because of Covid.
func terms() []calendar.Term {
	return []calendar.Term{
		{Scope: province, Year: 2019, Number: 1, Period: through("2019-09-09", "2020-01-11")},
		{Scope: province, Year: 2019, Number: 2, Period: through("2020-01-13", "2020-07-15")},
	}
}

// Mornings from Monday to Saturday, Tuesday and Thursday afternoons too.
func timetable() calendar.Timetable {
	week := calendar.WeekOf(calendar.Morning, 6).With(time.Tuesday, calendar.Afternoon).With(time.Thursday, calendar.Afternoon)
	return calendar.Timetable{Scope: school, Period: day.Range{From: on("2019-08-01"), Until: day.Forever}, Week: week, Main: calendar.Morning}
}

func exception(n int64, kind calendar.Kind, scope calendar.Scope, period day.Range, session calendar.Session) calendar.Exception {
	return calendar.Exception{ID: id.ID(n), Kind: kind, Scope: scope, Period: period, Session: session,
		Reason: calendar.ReasonCold, Declared: day.Instant(n)}
}

func plan(exceptions ...calendar.Exception) *calendar.Plan {
	return calendar.NewPlan(place(), terms(), []calendar.Timetable{timetable()}, exceptions)
}

func TestBase(t *testing.T) {
	p := plan()
	for _, c := range []struct {
		day     string
		session calendar.Session
		held    bool
		main    bool
		cause   calendar.Cause
	}{
		{"2019-09-09", calendar.Morning, true, true, calendar.ByTimetable},
		{"2019-09-09", calendar.Afternoon, false, false, calendar.NoSession},
		{"2019-09-10", calendar.Afternoon, true, false, calendar.ByTimetable},
		{"2019-09-10", calendar.Evening, false, false, calendar.NoSession},
		{"2019-09-15", calendar.Morning, false, false, calendar.NoSession},   // Sunday
		{"2019-09-05", calendar.Morning, false, false, calendar.OutsideTerm}, // opening day
		{"2020-01-12", calendar.Morning, false, false, calendar.OutsideTerm}, // between the terms
		{"2020-07-15", calendar.Morning, true, true, calendar.ByTimetable},   // extended
		{"2020-07-16", calendar.Morning, false, false, calendar.OutsideTerm},
		{"2020-01-25", calendar.Morning, false, false, calendar.ByHoliday}, // mùng 1, a Saturday
		{"2020-04-02", calendar.Afternoon, false, false, calendar.ByHoliday},
		{"2018-09-10", calendar.Morning, false, false, calendar.OutsideLife},
	} {
		v := p.On(on(c.day), c.session)
		if v.Held != c.held || v.Main != c.main || v.Cause != c.cause {
			t.Errorf("%s %s: %+v, want held %v, main %v, %s", c.day, c.session.Code(), v, c.held, c.main, c.cause)
		}
	}
}

// TestExceptions walks the rules: the nearest scope wins, then what was declared last; one session or the whole day.
func TestExceptions(t *testing.T) {
	const monday, tuesday, sunday = "2020-02-03", "2020-02-04", "2020-02-09"
	closure, makeUp := calendar.Closure, calendar.MakeUp
	week := through(monday, sunday)
	for name, c := range map[string]struct {
		exceptions []calendar.Exception
		day        string
		session    calendar.Session
		held       bool
		main       bool
		cause      calendar.Cause
		by         id.ID
	}{
		"province closes":                       {[]calendar.Exception{exception(1, closure, province, week, 0)}, monday, calendar.Morning, false, false, calendar.ByClosure, 1},
		"last day is in":                        {[]calendar.Exception{exception(1, closure, province, through(monday, tuesday), 0)}, tuesday, calendar.Morning, false, false, calendar.ByClosure, 1},
		"the day after is not":                  {[]calendar.Exception{exception(1, closure, province, through(monday, monday), 0)}, tuesday, calendar.Morning, true, true, calendar.ByTimetable, 0},
		"school teaches all the same":           {[]calendar.Exception{exception(1, makeUp, school, week, 0), exception(2, closure, province, week, 0)}, monday, calendar.Morning, true, true, calendar.ByTimetable, 0},
		"site closed within an open school":     {[]calendar.Exception{exception(1, closure, site, week, 0), exception(2, makeUp, school, week, 0)}, monday, calendar.Morning, false, false, calendar.ByClosure, 1},
		"the later of one scope":                {[]calendar.Exception{exception(1, closure, school, week, 0), exception(2, makeUp, school, week, 0)}, monday, calendar.Morning, true, true, calendar.ByTimetable, 0},
		"the later of one scope, other order":   {[]calendar.Exception{exception(2, closure, school, week, 0), exception(1, makeUp, school, week, 0)}, monday, calendar.Morning, false, false, calendar.ByClosure, 2},
		"only the afternoon":                    {[]calendar.Exception{exception(1, closure, commune, week, calendar.Afternoon)}, tuesday, calendar.Morning, true, true, calendar.ByTimetable, 0},
		"only the afternoon, the afternoon":     {[]calendar.Exception{exception(1, closure, commune, week, calendar.Afternoon)}, tuesday, calendar.Afternoon, false, false, calendar.ByClosure, 1},
		"a second session never is main":        {[]calendar.Exception{exception(1, closure, commune, week, calendar.Morning)}, tuesday, calendar.Afternoon, true, false, calendar.ByTimetable, 0},
		"nothing to close":                      {[]calendar.Exception{exception(1, closure, class, week, 0)}, sunday, calendar.Morning, false, false, calendar.NoSession, 0},
		"make-up on Sunday, whole day, morning": {[]calendar.Exception{exception(1, makeUp, class, through(sunday, sunday), 0)}, sunday, calendar.Morning, true, true, calendar.ByMakeUp, 1},
		"make-up on Sunday, second session":     {[]calendar.Exception{exception(1, makeUp, class, through(sunday, sunday), 0)}, sunday, calendar.Afternoon, true, false, calendar.ByMakeUp, 1},
		"make-up on Sunday, never evenings":     {[]calendar.Exception{exception(1, makeUp, class, through(sunday, sunday), 0)}, sunday, calendar.Evening, false, false, calendar.NoSession, 0},
		"make-up one afternoon is main":         {[]calendar.Exception{exception(1, makeUp, class, through(sunday, sunday), calendar.Afternoon)}, sunday, calendar.Afternoon, true, true, calendar.ByMakeUp, 1},
		"make-up whole day on a one-session day": {[]calendar.Exception{exception(1, makeUp, class, through(monday, monday), 0)}, monday,
			calendar.Afternoon, false, false, calendar.NoSession, 0},
		"make-up on a holiday":      {[]calendar.Exception{exception(1, makeUp, school, through("2020-04-02", "2020-04-02"), calendar.Morning)}, "2020-04-02", calendar.Morning, true, true, calendar.ByMakeUp, 1},
		"make-up after the term":    {[]calendar.Exception{exception(1, makeUp, school, through("2020-07-17", "2020-07-17"), calendar.Morning)}, "2020-07-17", calendar.Morning, true, true, calendar.ByMakeUp, 1},
		"make-up of no class's day": {[]calendar.Exception{exception(1, makeUp, school, through("2020-08-03", "2020-08-03"), calendar.Morning)}, "2020-08-03", calendar.Morning, false, false, calendar.OutsideLife, 0},
		"another place":             {[]calendar.Exception{exception(1, closure, calendar.Scope{Kind: calendar.ScopeSchool, ID: 99}, week, 0)}, monday, calendar.Morning, true, true, calendar.ByTimetable, 0},
		"same number, other kind":   {[]calendar.Exception{exception(1, closure, calendar.Scope{Kind: calendar.ScopeSite, ID: 3}, week, 0)}, monday, calendar.Morning, true, true, calendar.ByTimetable, 0},
	} {
		v := plan(c.exceptions...).On(on(c.day), c.session)
		var by id.ID
		if v.Exception != nil {
			by = v.Exception.ID
		}
		if v.Held != c.held || v.Main != c.main || v.Cause != c.cause || by != c.by {
			t.Errorf("%s: held %v main %v %s by %d, want held %v main %v %s by %d", name, v.Held, v.Main, v.Cause, by, c.held, c.main, c.cause, c.by)
		}
	}
}

func TestLevelOfAClosure(t *testing.T) {
	// Below 10 °C primary schools close, below 7 °C lower secondary too.
	primary := exception(1, calendar.Closure, province, through("2020-02-03", "2020-02-04"), 0)
	primary.Level = "TH"
	lower := exception(2, calendar.Closure, province, through("2020-02-04", "2020-02-04"), 0)
	lower.Level = "THCS"
	p := plan(primary, lower)
	if !p.On(on("2020-02-03"), calendar.Morning).Held || p.On(on("2020-02-04"), calendar.Morning).Held {
		t.Error("a closure of one level reaches another, or does not reach its own")
	}
}

func TestTetOfASchool(t *testing.T) {
	// Lai Châu gives ten days; the school, which may set its own, gives twelve.
	common := exception(1, calendar.Closure, province, through("2020-01-20", "2020-01-29"), 0)
	own := exception(2, calendar.Closure, school, through("2020-01-20", "2020-01-31"), 0)
	if plan(common).On(on("2020-01-30"), calendar.Morning).Cause != calendar.ByTimetable {
		t.Error("the common break ends on 29 January")
	}
	v := plan(common, own).On(on("2020-01-29"), calendar.Morning)
	if v.Cause != calendar.ByClosure || v.Exception.Scope != school {
		t.Errorf("the school's own break must be the reason, got %+v", v)
	}
	if plan(common, own).On(on("2020-01-30"), calendar.Morning).Held {
		t.Error("the school's break ends on 31 January")
	}
}

func TestTimetablesAreDatedAndInherited(t *testing.T) {
	general := timetable()
	general.Scope = province
	lower := calendar.Timetable{Scope: province, Level: "THCS", Period: general.Period, Week: calendar.WeekOf(calendar.Morning, 5), Main: calendar.Morning}
	shift := calendar.Timetable{Scope: class, Period: through("2020-03-02", "2020-03-31"), Week: calendar.WeekOf(calendar.Afternoon, 6), Main: calendar.Afternoon}
	p := calendar.NewPlan(place(), terms(), []calendar.Timetable{general, shift, lower}, nil)
	for text, want := range map[string][3]bool{
		"2020-02-29": {false, false, false}, // Saturday under the timetable of the level
		"2020-03-02": {false, true, false},
		"2020-03-31": {false, true, false},
		"2020-04-01": {true, false, false},
	} {
		var got [3]bool
		for i, v := range p.Day(on(text)) {
			got[i] = v.Held
			if v.Held && !v.Main {
				t.Errorf("%s: the only session is not the main one", text)
			}
		}
		if got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestPlacesMove: on 1 July 2025 a school came under another commune; rules of either hold only while it lies there.
func TestPlacesMove(t *testing.T) {
	heir := calendar.Scope{Kind: calendar.ScopeUnit, ID: 20}
	moved := place()
	moved.Chain = calendar.Always(class, site, school)
	cut := on("2020-02-05")
	moved.Chain = append(moved.Chain,
		calendar.Link{Scope: commune, Distance: 3, Period: day.Range{Until: cut}},
		calendar.Link{Scope: heir, Distance: 3, Period: day.Range{From: cut, Until: day.Forever}})
	closed := func(scope calendar.Scope) (out []string) {
		p := calendar.NewPlan(moved, append(terms(), calendar.Term{Scope: class, Year: 2019, Number: 2, Period: terms()[1].Period}),
			[]calendar.Timetable{timetable()}, []calendar.Exception{exception(1, calendar.Closure, scope, through("2020-02-04", "2020-02-05"), 0)})
		for d := on("2020-02-03"); d <= on("2020-02-06"); d++ {
			if !p.On(d, calendar.Morning).Held {
				out = append(out, d.Short())
			}
		}
		return out
	}
	if got := closed(commune); !reflect.DeepEqual(got, []string{"4/2"}) {
		t.Errorf("the old commune closes %v", got)
	}
	if got := closed(heir); !reflect.DeepEqual(got, []string{"5/2"}) {
		t.Errorf("the new commune closes %v", got)
	}
}

func TestTermsOfASchoolWin(t *testing.T) {
	early := calendar.Term{Scope: school, Year: 2019, Number: 1, Period: through("2019-08-26", "2019-12-28")}
	p := calendar.NewPlan(place(), append(terms(), early), []calendar.Timetable{timetable()}, nil)
	if !p.On(on("2019-08-26"), calendar.Morning).Held || p.On(on("2020-01-06"), calendar.Morning).Held || !p.On(on("2020-01-13"), calendar.Morning).Held {
		t.Error("the school's first term replaces the province's, and only that one")
	}
}

// TestClosureMadeUp is the worked example: two sessions closed for cold, two made up later.
func TestClosureMadeUp(t *testing.T) {
	month := through("2020-03-02", "2020-03-27")
	before := plan().Tally(month)
	after := plan(
		exception(1, calendar.Closure, school, through("2020-03-03", "2020-03-03"), 0),
		exception(2, calendar.MakeUp, school, through("2020-03-15", "2020-03-15"), calendar.Morning),
		exception(3, calendar.MakeUp, school, through("2020-03-22", "2020-03-22"), calendar.Morning),
	).Tally(month)
	if want := (calendar.Tally{Planned: before.Planned, Held: before.Held, Closed: 2, MadeUp: 2}); after != want {
		t.Errorf("%+v, want %+v", after, want)
	}
}

func TestFrame(t *testing.T) {
	for year := 2014; year <= 2035; year++ {
		y, terms := calendar.Frame(year)
		if err := y.Check(); err != nil {
			t.Errorf("%d: %v", year, err)
		}
		if terms[0].Period.Days() != 7*18 || terms[1].Period.Days() < 7*17 || terms[0].Period.Until != terms[1].Period.From {
			t.Errorf("%d: terms %v", year, terms)
		}
		if first := terms[0].Period.From; first.Weekday() != time.Monday || first < y.Opening || first > y.Opening.Add(6) {
			t.Errorf("%d: teaching begins on %s", year, first)
		}
	}
	late := calendar.Year{Year: 2019, Period: through("2019-08-26", "2020-07-15"), Opening: on("2019-09-05")}
	if late.Check() == nil {
		t.Error("a year that ends after 31 May needs a reason")
	}
	late.Extension = "Covid-19"
	if err := late.Check(); err != nil {
		t.Error(err)
	}
}

func TestWeeksAreNumberedByTeaching(t *testing.T) {
	closed := exception(1, calendar.Closure, province, through("2020-01-20", "2020-02-02"), 0)
	p := plan(closed)
	weeks := calendar.NumberWeeks(p.Terms(), func(d day.Day) (n int) {
		for _, v := range p.Day(d) {
			if v.Held {
				n++
			}
		}
		return n
	})
	find := func(monday string) calendar.SchoolWeek {
		for _, w := range weeks {
			if w.Monday == on(monday) {
				return w
			}
		}
		t.Fatalf("no week of %s", monday)
		return calendar.SchoolWeek{}
	}
	for monday, want := range map[string]calendar.SchoolWeek{
		"2019-09-09": {Term: 1, Number: 1, Held: 8},
		"2020-01-06": {Term: 1, Number: 18, Held: 8},
		"2020-01-13": {Term: 2, Number: 19, Held: 8},
		"2020-01-20": {Term: 2, Number: 0, Held: 0},
		"2020-01-27": {Term: 2, Number: 0, Held: 0},
		"2020-02-03": {Term: 2, Number: 20, Held: 8},
	} {
		want.Monday = on(monday)
		if got := find(monday); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestPlanProperties(t *testing.T) {
	base := on("2020-02-03")
	draw := rapid.Custom(func(t *rapid.T) calendar.Exception {
		from := base.Add(rapid.IntRange(0, 20).Draw(t, "from"))
		return calendar.Exception{
			ID:       id.ID(rapid.Int64Range(1, 1000).Draw(t, "id")),
			Kind:     rapid.SampledFrom([]calendar.Kind{calendar.Closure, calendar.MakeUp}).Draw(t, "kind"),
			Scope:    rapid.SampledFrom(append([]calendar.Scope{{Kind: calendar.ScopeSchool, ID: 99}}, scopes...)).Draw(t, "scope"),
			Level:    rapid.SampledFrom([]string{"", "", "THCS", "TH"}).Draw(t, "level"),
			Period:   day.Range{From: from, Until: from.Add(rapid.IntRange(1, 10).Draw(t, "days"))},
			Session:  calendar.Session(rapid.IntRange(0, 3).Draw(t, "session")),
			Declared: day.Instant(rapid.Int64Range(1, 5).Draw(t, "declared")),
		}
	})
	month := day.Range{From: base, Until: base.Add(30)}
	rapid.Check(t, func(t *rapid.T) {
		exceptions := rapid.SliceOfNDistinct(draw, 0, 8, func(e calendar.Exception) id.ID { return e.ID }).Draw(t, "exceptions")
		p := plan(exceptions...)

		mains := map[day.Day]int{}
		for _, v := range p.Due(month) {
			if v.Main {
				mains[v.Day]++
			}
			if mains[v.Day] > 1 {
				t.Fatalf("two main sessions on %s", v.Day)
			}
		}
		if tally := p.Tally(month); tally.Held != tally.Planned-tally.Closed+tally.MadeUp || tally.Held != len(p.Due(month)) {
			t.Fatalf("the tally does not add up: %+v", tally)
		}

		shuffled := append([]calendar.Exception(nil), exceptions...)
		rand.New(rand.NewSource(int64(len(exceptions)))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if !reflect.DeepEqual(plan(shuffled...).Due(month), p.Due(month)) {
			t.Fatal("the order of the rules changes what is due")
		}

		near := calendar.Exception{ID: 2000, Kind: calendar.Closure, Scope: class, Period: month, Declared: 100}
		if due := plan(append(shuffled, near)...).Due(month); len(due) != 0 {
			t.Fatalf("a closed class holds %v", due)
		}
		near.Scope.ID = 6
		if !reflect.DeepEqual(plan(append(shuffled, near)...).Due(month), p.Due(month)) {
			t.Fatal("another class's closure changes what is due")
		}
	})
}

func TestSessionWords(t *testing.T) {
	for _, s := range []calendar.Session{calendar.WholeDay, calendar.Morning, calendar.Afternoon, calendar.Evening} {
		if got, ok := calendar.ParseSession(s.Code()); !ok || got != s {
			t.Errorf("%s reads as %v", s.Code(), got)
		}
	}
	if _, ok := calendar.ParseSession("noon"); ok {
		t.Error("an unknown session is an error")
	}
	w := calendar.WeekOf(calendar.Morning, 6)
	if w.Count() != 6 || w.Has(time.Sunday, calendar.Morning) || !w.Has(time.Saturday, calendar.Morning) || w.Any(calendar.Afternoon) {
		t.Errorf("week %b", w)
	}
	if full := calendar.WeekOf(calendar.Evening, 7); !full.Valid() || calendar.Week(1<<21).Valid() {
		t.Error("a week has 21 sessions")
	}
}

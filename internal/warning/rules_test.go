package warning_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/text"
	"ralop/internal/warning"
)

var monday = day.MustParse("2020-01-06")

// history reads marks: a letter for each school day, Monday to Friday, of the main
// session: . present, M late, ? not known, P leave, K no leave, - nobody marked; | is two
// weeks of Tết. Afternoons are read likewise, a letter for each day; "" none.
func history(level, grade, mornings, afternoons string) *warning.History {
	kinds := map[byte]warning.Mark{'.': warning.Present, 'M': warning.Late, '?': warning.Unknown, 'P': warning.Excused, 'K': warning.Unexcused}
	var sessions []warning.Session
	breaks := []warning.Break{{Days: day.Range{From: monday.Add(-3), Until: monday}, Return: monday, Reason: "opening"}}
	at, n := monday, 0
	for i := range len(mornings) {
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			at++
		}
		if mornings[i] == '|' {
			breaks = append(breaks, warning.Break{Days: day.Range{From: at, Until: at.Add(14)}, Return: at.Add(14), Reason: "tet"})
			at = at.Add(14)
			continue
		}
		if mornings[i] != '-' {
			sessions = append(sessions, warning.Session{Day: at, Part: 1, Main: true, Mark: kinds[mornings[i]]})
		}
		if n < len(afternoons) && afternoons[n] != '-' && afternoons[n] != ' ' {
			sessions = append(sessions, warning.Session{Day: at, Part: 2, Mark: kinds[afternoons[n]]})
		}
		n++
		at++
	}
	p := warning.Pupil{ID: 1, School: 2, Class: 3, Level: level, Grade: grade}
	return warning.NewHistory(p, at-1, sessions, breaks)
}

func is(n int) string { return strings.Repeat(".", n) }

func TestEachRuleHasItsCases(t *testing.T) {
	cases := []struct {
		name       string
		level      string
		grade      string
		mornings   string
		afternoons string
		want       string // "rule step" of all findings, in order of rules
	}{
		{"nobody absent", "THCS", "8", is(30), "", ""},
		{"one day not known", "THCS", "8", is(3) + "?", "", "absent-run find-out"},
		{"two days", "THCS", "8", is(3) + "?K", "", "absent-run call"},
		{"three days", "THCS", "8", is(3) + "?KK", "", "absent-run visit"},
		{"four are still a visit", "THCS", "8", is(3) + "?KKK", "", "absent-run visit"},
		{"five days", "THCS", "8", is(3) + "KKKKK", "", "absent-run commune"},
		{"nine are still the commune", "THCS", "8", is(3) + "KKKKKKKKK", "", "absent-run commune"},
		{"ten days", "THCS", "8", is(3) + "KKKKKKKKKK", "", "absent-run committee"},
		{"primary has the whole ladder", "TH", "1", is(3) + "KKKKK", "", "absent-run commune"},
		{"five years old too", "MN", "5T", is(3) + "KKK", "", "absent-run visit"},
		{"under five only advice", "MN", "4T", is(3) + "KKKKKKKKKK", "", "absent-run advise"},
		{"upper secondary: counsel", "THPT", "11", is(3) + "KKKKK", "", "absent-run counsel"},
		{"GDTX as upper secondary", "GDTX", "11", is(3) + "KKKKKKKKKK", "", "absent-run commune"},
		{"back again", "THCS", "8", is(3) + "KKK.", "", ""},
		{"late is back", "THCS", "8", is(3) + "KKKM", "", ""},
		{"unmarked days neither break nor lengthen a run", "THCS", "8", is(3) + "K--K", "", "absent-run call"},
		{"unmarked at the end changes nothing", "THCS", "8", is(3) + "KK---", "", "absent-run call"},
		{"nothing but unmarked", "THCS", "8", "-----", "", ""},
		{"a day with leave ends a run", "THCS", "8", is(3) + "KKP", "", ""},
		{"afternoons are no run", "THCS", "8", is(3) + "...", "   KKK", ""},

		{"four days of leave", "THCS", "8", is(3) + "PPPP", "", ""},
		{"five days of leave", "THCS", "8", is(3) + "PPPPP", "", "leave-run call"},
		{"leave that turns into absence has one signal", "THCS", "8", is(3) + "PPPKK", "", "absent-run call"},
		{"absence that turns into leave", "THCS", "8", is(3) + "KKPPP", "", "leave-run call"},
		{"eight days of leave in a month", "THCS", "8", "PP.PP.PP.PP.", "", "leave-month call"},
		{"seven are not", "THCS", "8", "PP.PP.PP.P.", "", ""},
		{"eight days in two months are not", "THCS", "8", is(15) + "PP.P.PP.PP.P.", "", "rate-20 call"},

		{"not back on the first day after Tết", "THCS", "8", is(10) + "|K", "", "no-return find-out"},
		{"on leave is not back either", "THCS", "8", is(10) + "|P", "", "no-return find-out"},
		{"third day", "THCS", "8", is(10) + "|K?P", "", "no-return visit"},
		{"the run that began before the break counts from the return", "THCS", "8", is(8) + "KK|KK", "", "no-return call"},
		{"seen once, then away: an ordinary run", "THCS", "8", is(10) + "|.KK", "", "absent-run call"},
		{"the first day back was not marked", "THCS", "8", is(10) + "|-K", "", "no-return find-out"},
		{"nobody marked since the break", "THCS", "8", is(10) + "|---", "", ""},
		{"marked for the first time long after the break", "THCS", "8", is(10) + "|-------K", "", "absent-run find-out"},
		{"at the opening", "THCS", "6", "KKK", "", "no-return visit"},
		{"opening, five years old", "MN", "5T", "?", "", "no-return find-out"},

		{"a tenth of twenty days", "TH", "3", is(5) + "K" + is(9) + "K" + is(9), "", "rate-20 find-out"},
		{"a fifth", "TH", "3", is(5) + "K..K...P..........K.", "", "rate-20 call"},
		{"less than a tenth", "TH", "3", is(20) + "K" + is(9), "", ""},
		{"nineteen days are too few", "TH", "3", "K.K" + is(16), "", ""},
		{"all of it is the run of now", "TH", "3", is(18) + "KK", "", "absent-run call"},
		{"by sessions, not days", "TH", "3", is(20), "...K...K...K...K....", "rate-20 find-out"},
		{"the year", "TH", "3", "K...K...K...K" + is(19), "", "rate-year find-out"},
		{"a fifth of the year", "TH", "3", "K.K.K.K.K.K.K." + is(20), "", "rate-year call"},
		{"the year is young", "TH", "3", "K..K..K" + is(8), "", ""},

		{"fifteen sessions towards 45", "THCS", "9", strings.Repeat("P.....", 15), "", "rate-20 find-out rate-year find-out sessions-45 find-out"},
		{"fourteen", "THCS", "9", strings.Repeat("P.....", 14), "", "rate-20 find-out rate-year find-out"},
		{"thirty", "THCS", "9", strings.Repeat("P..", 30), "", "rate-20 call rate-year call sessions-45 call"},
		{"forty", "THPT", "10", strings.Repeat("P..", 40), "", "rate-20 counsel rate-year counsel sessions-45 counsel"},
		{"primary has no such limit", "TH", "5", strings.Repeat("P.....", 15), "", "rate-20 find-out rate-year find-out"},

		{"Mondays", "TH", "2", is(15) + strings.Repeat("K....", 4) + is(5), "", "rate-20 find-out rate-year find-out pattern call"},
		{"Mondays twice are no pattern", "TH", "2", strings.Repeat(".....", 5) + strings.Repeat("K....", 2) + is(5), "", "rate-20 find-out"},
		{"afternoons", "TH", "2", is(40), strings.Repeat("-", 30) + "K.K..K.K.K", "rate-20 find-out rate-year find-out pattern call"},
		{"collapse of a habit", "TH", "4", is(45) + "K.K.K.....", "", "collapse call"},
		{"never came much", "TH", "4", strings.Repeat("K........", 5) + "K.K.K.....", "", "rate-20 call rate-year find-out"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := history(c.level, c.grade, c.mornings, c.afternoons)
			if got := say(h, warning.DefaultLimits()); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// say writes what the rules find of a history: "rule step rule step".
func say(h *warning.History, l warning.Limits) string {
	found := warning.Judge(h, l)
	var words []string
	for _, r := range warning.Rules {
		if f, ok := found[r.Code]; ok {
			words = append(words, r.Code, string(warning.StepOf(r.Code, warning.LadderOf(h.Pupil.Level, h.Pupil.Grade), f.Reached)))
		}
	}
	return strings.Join(words, " ")
}

func TestOtherRulesHaveTheirCases(t *testing.T) {
	l := warning.DefaultLimits()
	class := func(called string) string {
		var c warning.ClassDays
		for i := range len(called) {
			c.Held = append(c.Held, warning.HeldDay{Day: monday.Add(i), Called: called[i] == 'x'})
		}
		r, _ := warning.RuleOf("class-unmarked")
		f, ok := r.Class(c, l)
		if !ok {
			return ""
		}
		return f.Since.String() + " " + string(rune('0'+f.Facts.Days))
	}
	for called, want := range map[string]string{"xxx": "", "xx-": "", "x--": "2020-01-07 2", "---": "2020-01-06 3", "--x": "", "": ""} {
		if got := class(called); got != want {
			t.Errorf("class %q: got %q, want %q", called, got, want)
		}
	}
	fact := func(rule string, days int) bool {
		r, _ := warning.RuleOf(rule)
		_, ok := r.Fact(warning.Fact{Rule: rule, Since: monday, Days: days, On: monday.Add(days)}, l)
		return ok
	}
	for _, c := range []struct {
		rule string
		days int
		want bool
	}{{"unconfirmed-exit", 29, false}, {"unconfirmed-exit", 30, true}, {"support-lost", 0, true}, {"support-lost", 29, true}, {"support-lost", 30, false},
		{"not-arrived", 0, false}, {"not-arrived", 1, true}} {
		if got := fact(c.rule, c.days); got != c.want {
			t.Errorf("%s after %d days: %v", c.rule, c.days, got)
		}
	}
	cluster := func(rule string, n int) bool {
		r, _ := warning.RuleOf(rule)
		c := warning.Cluster{Rule: rule, Subject: 9}
		for i := range n {
			c.Runs = append(c.Runs, warning.ClusterRun{Pupil: 100 + 1, Since: monday, Last: monday, Days: 1})
			c.Runs[i].Pupil += monday2(i)
		}
		_, ok := r.Cluster(c, l)
		return ok
	}
	if cluster("village-cluster", 4) || !cluster("village-cluster", 5) || cluster("sibling-cluster", 1) || !cluster("sibling-cluster", 2) {
		t.Error("a village is five children, siblings are two")
	}
}

type idOf = id.ID

func monday2(i int) idOf { return idOf(i) }

func TestEveryNumberMovesItsRule(t *testing.T) {
	l := warning.DefaultLimits().With("absent-run", "days", 4, 6)
	if got := say(history("TH", "2", is(3)+"KKK", ""), l); got != "" {
		t.Errorf("three days under a threshold of four: %q", got)
	}
	if got := say(history("TH", "2", is(3)+"KKKK", ""), l); got != "absent-run find-out" {
		t.Errorf("four days: %q", got)
	}
	for _, threshold := range warning.Delivered() {
		if _, ok := warning.RuleOf(threshold.Rule); !ok || len(threshold.Numbers) == 0 || threshold.Standing == "" {
			t.Errorf("the threshold %+v", threshold)
		}
	}
}

// TestRulesHaveNoPlaceForWhoAChildIs: what a rule is given has exactly these fields.
func TestRulesHaveNoPlaceForWhoAChildIs(t *testing.T) {
	allowed := map[reflect.Type][]string{
		reflect.TypeFor[warning.History]():    {"Pupil", "On", "Sessions", "Main", "Breaks"},
		reflect.TypeFor[warning.Pupil]():      {"ID", "School", "Class", "Level", "Grade"},
		reflect.TypeFor[warning.Session]():    {"Day", "Part", "Main", "Mark"},
		reflect.TypeFor[warning.Break]():      {"Days", "Return", "Reason"},
		reflect.TypeFor[warning.Fact]():       {"Rule", "Pupil", "On", "Since", "Days", "What"},
		reflect.TypeFor[warning.ClassDays]():  {"On", "Held"},
		reflect.TypeFor[warning.Cluster]():    {"Rule", "Subject", "Runs"},
		reflect.TypeFor[warning.ClusterRun](): {"Pupil", "Since", "Last", "Days"},
		reflect.TypeFor[warning.Context]():    {"OverAge", "Repeated", "Returned", "SiblingGrade", "SiblingYear", "Poverty"},
	}
	for kind, fields := range allowed {
		for i := range kind.NumField() {
			if name := kind.Field(i).Name; !slices.Contains(fields, name) {
				t.Errorf("%s has the field %s: may a warning depend on it? Never on ethnicity, religion, sex or what a village is", kind, name)
			}
		}
	}
}

func drawHistory(t *rapid.T) (mornings, afternoons string) {
	letters := rapid.SampledFrom([]byte("......MKP?-"))
	m := rapid.SliceOfN(letters, 1, 120).Draw(t, "mornings")
	if rapid.Bool().Draw(t, "tết") {
		m = slices.Insert(m, rapid.IntRange(0, len(m)-1).Draw(t, "when"), '|')
	}
	return string(m), string(rapid.SliceOfN(letters, 0, len(m)).Draw(t, "afternoons"))
}

// TestUnmarkedSessionsSayNothing: whatever comes unmarked at the end, and an unmarked
// session anywhere, changes no run and raises nothing; nothing at all marked, no signal.
func TestUnmarkedSessionsSayNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mornings, afternoons := drawHistory(t)
		h := history("THCS", "8", mornings, afternoons)
		before := warning.Judge(h, warning.DefaultLimits())
		longer := warning.Judge(history("THCS", "8", mornings+strings.Repeat("-", rapid.IntRange(1, 20).Draw(t, "more")), afternoons), warning.DefaultLimits())
		if !reflect.DeepEqual(before, longer) {
			t.Fatalf("unmarked days changed %v into %v", before, longer)
		}
		nothing := strings.Map(func(r rune) rune {
			if r == '|' {
				return r
			}
			return '-'
		}, mornings)
		if got := warning.Judge(history("THCS", "8", nothing, ""), warning.DefaultLimits()); len(got) > 0 {
			t.Fatalf("nothing was marked, and yet %v", got)
		}
		for rule, f := range before {
			last := false
			for _, s := range h.Sessions {
				last = last || s.Day == f.Last
			}
			if !last {
				t.Fatalf("%s rests on %v, which nobody marked", rule, f.Last)
			}
		}
	})
}

// TestOneAbsenceHasOneRunSignal: the rules of runs never speak of a child together.
func TestOneAbsenceHasOneRunSignal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mornings, afternoons := drawHistory(t)
		found := warning.Judge(history("TH", "4", mornings, afternoons), warning.DefaultLimits())
		runs := 0
		for _, rule := range []string{"no-return", "absent-run", "leave-run", "collapse"} {
			if _, ok := found[rule]; ok {
				runs++
			}
		}
		if runs > 1 {
			t.Fatalf("%q: %v", mornings, found)
		}
	})
}

// TestAMilderMarkNeverRaises: a session more attended never makes a run longer.
func TestAMilderMarkNeverRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mornings, _ := drawHistory(t)
		at := rapid.IntRange(0, len(mornings)-1).Draw(t, "at")
		if mornings[at] == '|' || mornings[at] == '-' {
			return
		}
		milder := mornings[:at] + "." + mornings[at+1:]
		rank := func(m string) int {
			best := -1
			for _, rule := range []string{"no-return", "absent-run"} {
				if f, ok := warning.Judge(history("TH", "4", m, ""), warning.DefaultLimits())[rule]; ok {
					best = max(best, f.Facts.Days)
				}
			}
			return best
		}
		if rank(milder) > rank(mornings) {
			t.Fatalf("%q → %q", mornings, milder)
		}
	})
}

func TestSentencesSayTheEvidence(t *testing.T) {
	f := warning.Facts{Days: 4, Unexcused: 4, Context: warning.Context{SiblingGrade: "8", SiblingYear: 2018, Returned: true}}
	since := day.MustParse("2020-02-12")
	want := "Vắng 4 ngày liền từ 12/2, không phép; anh chị em đã bỏ học ở lớp 8 năm học 2018-2019; đã từng nghỉ rồi trở lại."
	if got := warning.SentenceOf(text.Vietnamese, "absent-run", f, since, since.Add(3)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := warning.SentenceOf(text.English, "no-return", warning.Facts{Days: 3, Unexcused: 2, Unknown: 1, Break: "tet", Return: since}, since, since.Add(2)); got !=
		"After Tết: not seen for 3 school days since the class met again on 12 February, 2 without leave, 1 not known why." {
		t.Errorf("got %s", got)
	}
	for _, lang := range []text.Lang{text.Vietnamese, text.English} {
		for _, r := range warning.Rules {
			for _, facts := range []warning.Facts{
				{Days: 2, N: 1, D: 4, Pupils: 5, Weekday: 1, Exit: "moved", Support: "boarding", Break: "opening"},
				{Days: 2, Excused: 1, Unknown: 1, Session: 2, Exit: "vocational", Support: "lodging", Break: "cold", Context: warning.Context{OverAge: 2, Repeated: true, Poverty: "poor", SiblingGrade: "5T"}},
				{Days: 1, Exit: "transfer-out", Weekday: 7, Support: "semi-boarding"},
			} {
				if got := warning.SentenceOf(lang, r.Code, facts, since, since); strings.ContainsAny(got, "«»") || strings.Contains(got, "<no value>") {
					t.Errorf("%s of %s: %s", lang, r.Code, got)
				}
			}
			for _, key := range []string{"rule-", "about-"} {
				if !text.Has(lang, "warning."+key+r.Code) {
					t.Errorf("%s has no %s%s", lang, key, r.Code)
				}
			}
		}
		for _, s := range warning.Steps {
			if !text.Has(lang, "warning.step-"+string(s)) {
				t.Errorf("%s has no words for the step %s", lang, s)
			}
		}
	}
}

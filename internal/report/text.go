package report

import (
	"strconv"
	"strings"

	"ralop/internal/ratio"
	"ralop/internal/rollcall"
	"ralop/internal/text"
	"ralop/internal/viet"
)

// enoughPercent is the coverage under which a unit is named as incomplete.
const enoughPercent = 80

// textOf makes the sentences of the paper from its figures. They state figures with their
// counts; a cause or an act only where somebody recorded it.
func textOf(f Figures) []Section {
	bodies := map[SectionName]string{
		Situation: situation(f), Results: results(f), Solutions: solutions(f), Difficulties: difficulties(f), Tasks: tasks(f), Proposals: "",
	}
	all := make([]Section, len(SectionNames))
	for i, name := range SectionNames {
		all[i] = Section{Name: name, Generated: bodies[name], Body: bodies[name]}
	}
	return all
}

// lines gathers the paragraphs of a part; empty ones are left out.
type lines []string

func (l *lines) add(line string) {
	if line != "" {
		*l = append(*l, line)
	}
}

func (l lines) text() string { return strings.Join(l, "\n") }

func count(n int64) string { return viet.Integer(n) }

// signed puts a number below zero in brackets, for the middle of a sum.
func signed(n int64) string {
	if n < 0 {
		return "(" + count(n) + ")"
	}
	return count(n)
}

// rate is "92,34% (711/770)".
func rate(r ratio.Ratio) string {
	if !r.Known() {
		return say("rate-none")
	}
	return say("rate", "percent", r.Percent(2), "n", count(r.N), "d", count(r.D))
}

// midSentence is a unit's name within a sentence: "huyện Tuần Giáo", "Trường TH …" as it is.
func midSentence(p Place) string { return inSentence(p.Word, p.Name) }

func inSentence(word, name string) string {
	if word != "" && strings.HasPrefix(name, word+" ") {
		return strings.ToLower(word) + strings.TrimPrefix(name, word)
	}
	return name
}

func situation(f Figures) string {
	var l lines
	t := f.Total
	name := "situation-units"
	switch {
	case f.Place.Tier == "school":
		name = "situation-school"
	case f.Units == 0:
		name = "situation-schools"
	}
	l.add(say(name, "name", midSentence(f.Place), "units", f.Units, "below", unitsBelow(f), "schools", f.Schools, "classes", count(t.Classes), "now", count(t.Now), "opening", count(t.Opening)))
	if len(f.Levels) > 1 {
		var parts []string
		for _, r := range f.Levels {
			parts = append(parts, say("situation-level", "level", say("level-"+r.Level), "classes", count(r.Classes), "now", count(r.Now)))
		}
		l.add(say("situation-levels", "list", strings.Join(parts, "; ")))
	}
	switch {
	case t.Due > 0:
		l.add(say("situation-source", "days", daysWords(f.Period()), "taken", count(t.Taken), "due", count(t.Due), "percent", t.Coverage().Percent(2)))
	case t.Taken > 0:
		l.add(say("situation-taken", "days", daysWords(f.Period()), "taken", count(t.Taken)))
	default:
		l.add(say("situation-no-due", "days", daysWords(f.Period())))
	}
	var thin []string
	for _, c := range f.Children {
		if c.Kind != "" && c.Total.Due > 0 && !c.Total.Coverage().AtLeast(enoughPercent, 100) {
			thin = append(thin, say("situation-thin-one", "name", c.Name, "taken", count(c.Total.Taken), "due", count(c.Total.Due), "percent", c.Total.Coverage().Percent(2)))
		}
	}
	if len(thin) > 0 {
		l.add(say("situation-thin", "least", enoughPercent, "list", strings.Join(thin, "; ")))
	}
	l.add(provisional(f))
	if f.Stale > 0 {
		l.add(say("situation-stale", "n", f.Stale))
	}
	if e := f.Earlier; e != nil {
		days := e.From.Vietnamese() + "–" + e.Last.Vietnamese()
		if len(e.Adjustments) == 0 {
			l.add(say("situation-earlier-none", "days", days))
		} else {
			l.add(say("situation-earlier", "days", days, "n", len(e.Adjustments), "then", rate(e.Frozen.Attendance()), "now", rate(e.Today.Attendance())))
		}
	}
	return l.text()
}

// unitsBelow are the units right below as people call them together.
func unitsBelow(f Figures) string {
	if f.Place.Tier == "province" {
		for _, c := range f.Children {
			if strings.HasPrefix(c.Name, say("word-district")) {
				return say("below-province-districts")
			}
		}
	}
	if f.Place.Tier == "school" {
		return ""
	}
	return say("below-" + f.Place.Tier)
}

func provisional(f Figures) string {
	waiting := f.Provisional()
	if len(waiting) == 0 {
		return ""
	}
	all := 0
	var names []string
	for _, c := range f.Children {
		if c.Kind != "" {
			all++
		}
	}
	if len(waiting) == all && all > shown {
		return say("situation-all-provisional", "n", all)
	}
	for _, c := range waiting {
		names = append(names, c.Name)
	}
	return say("situation-provisional", "n", len(waiting), "list", strings.Join(names, ", "))
}

// bands are the ages that papers name.
var bands = []struct{ from, to int }{{3, 5}, {5, 5}, {6, 6}, {6, 10}, {11, 14}, {15, 17}}

func (f Figures) band(from, to int) ratio.Ratio {
	var r ratio.Ratio
	for _, a := range f.Mobilisation {
		if age, err := strconv.Atoi(a.Age); err == nil && from <= age && age <= to {
			r = r.Add(ratio.Of(a.N, a.D))
		}
	}
	return r
}

func bandWords(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + "–" + strconv.Itoa(to)
}

func results(f Figures) string {
	var l lines
	t := f.Total
	school := f.Place.Tier == "school"
	heading := func(name string) string {
		if school {
			name += "-school"
		}
		return say(name)
	}
	if !school {
		var parts []string
		for _, b := range bands {
			if r := f.band(b.from, b.to); r.Known() {
				parts = append(parts, say("results-age", "age", bandWords(b.from, b.to), "rate", rate(r)))
			}
		}
		l.add(say("results-mobilisation"))
		if len(parts) > 0 {
			l.add(say("results-ages", "list", strings.Join(parts, "; ")))
			if r := f.band(3, 17); r.D > r.N {
				l.add(say("results-not-in", "n", count(r.D-r.N), "from", 3, "to", 17))
			}
		} else {
			l.add(say("results-ages", "list", say("rate-none")))
		}
	}
	whole := say("whole-" + f.Place.Tier)
	l.add(heading("results-retention"))
	died := ""
	if t.Died > 0 {
		died = say("results-died", "n", count(t.Died))
	}
	l.add(say("results-kept", "whole", whole, "rate", rate(t.Retention()), "came", count(t.Came), "left", count(t.Left), "dropouts", count(t.Dropouts), "died", died))
	l.add(byLevel(f, "results-kept-levels", Row.Retention))
	l.add(say("results-moves", "came", count(f.Month.Came), "left", count(f.Month.Left), "dropouts", count(f.Month.Dropouts), "returned", count(f.Month.Returned)))
	if t.Unconfirmed > 0 {
		l.add(say("results-unconfirmed", "n", count(t.Unconfirmed)))
	}
	l.add(say("results-identity", "opening", count(t.Opening), "now", count(t.Now), "dropouts", count(t.Dropouts), "other", signed(t.OtherDecrease())))
	l.add(heading("results-attendance"))
	if !t.Attendance().Known() {
		l.add(say("results-none"))
		return l.text()
	}
	l.add(say("results-present", "whole", whole, "rate", rate(t.Attendance()), "change", changeWords(t)))
	l.add(byLevel(f, "results-present-levels", Row.Attendance))
	unsplit := ""
	if t.Unsplit > 0 {
		unsplit = say("results-unsplit", "n", count(t.Unsplit))
	}
	l.add(say("results-absent", "absent", count(t.Absent()), "excused", count(t.Excused), "unexcused", count(t.Unexcused), "unknown", count(t.Unknown), "unsplit", unsplit))
	l.add(highland(f))
	return l.text()
}

func byLevel(f Figures, sentence string, of func(Row) ratio.Ratio) string {
	var parts []string
	for _, r := range f.Levels {
		if value := of(r.Row); value.Known() {
			parts = append(parts, say("results-level", "level", say("level-"+r.Level), "rate", rate(value)))
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return say(sentence, "list", strings.Join(parts, "; "))
}

func changeWords(t Row) string {
	now := t.Attendance()
	words := ""
	if t.Before.Known() {
		words += say("results-"+direction(now, t.Before), "points", points(now, t.Before), "rate", rate(t.Before))
	}
	if t.LastYear.Known() {
		words += say("results-year-"+direction(now, t.LastYear), "points", points(now, t.LastYear))
	}
	return words
}

func direction(now, before ratio.Ratio) string {
	switch {
	case points(now, before) == "0,00":
		return "even"
	case now.Compare(before) > 0:
		return "up"
	}
	return "down"
}

// points is the change without its sign.
func points(now, before ratio.Ratio) string {
	return strings.TrimLeft(now.PointsFrom(before, 2), "+-")
}

func highland(f Figures) string {
	var high, rest ratio.Ratio
	n := 0
	for _, c := range f.Children {
		if c.Highland {
			n++
			high = high.Add(c.Total.Attendance())
		} else {
			rest = rest.Add(c.Total.Attendance())
		}
	}
	if n == 0 || !high.Known() || !rest.Known() {
		return ""
	}
	return say("results-highland", "n", n, "high", rate(high), "rest", rate(rest))
}

func solutions(f Figures) string {
	var l lines
	if f.Checks > 0 {
		l.add("- " + say("solutions-checks", "n", count(int64(f.Checks))))
	}
	return l.text()
}

func difficulties(f Figures) string {
	var l lines
	var below, fallen []string
	for _, g := range f.Lowest {
		if g.Against == "target" {
			level := ""
			if g.Level != "" {
				level = " " + say("level-"+g.Level)
			}
			below = append(below, say("difficulties-target-one", "name", g.Name, "indicator", say("indicator-"+g.Indicator), "level", level, "rate", rate(g.Now), "target", g.Other.Percent(2)))
		} else {
			fallen = append(fallen, say("difficulties-fallen-one", "name", g.Name, "rate", rate(g.Now), "points", points(g.Now, g.Other)))
		}
	}
	if len(below) > 0 {
		l.add("- " + say("difficulties-target", "list", strings.Join(below, "; ")))
	}
	if len(fallen) > 0 {
		l.add("- " + say("difficulties-fallen", "list", strings.Join(fallen, "; ")))
	}
	if f.Watch.LongAbsent+f.Watch.Often > 0 {
		l.add("- " + say("difficulties-watch", "long", count(f.Watch.LongAbsent), "often", count(f.Watch.Often), "from", OftenFrom))
	}
	if list, none := causes(f.Absence); list != "" {
		l.add("- " + say("difficulties-absence", "list", list))
		if none > 0 {
			l.add("- " + say("difficulties-absence-none", "n", count(none)))
		}
	}
	if list, _ := causes(f.Dropout); list != "" {
		l.add("- " + say("difficulties-dropout", "list", list))
	}
	return l.text()
}

// causes lists the commonest causes that somebody recorded, and how often none was.
func causes(all []Cause) (list string, none int64) {
	var parts []string
	for _, c := range all {
		switch {
		case c.Code == "":
			none += c.N
		case len(parts) < shown:
			parts = append(parts, say("difficulties-cause", "cause", strings.ToLower(causeWords(c.Code)), "n", count(c.N)))
		}
	}
	return strings.Join(parts, "; "), none
}

// causeWords names a cause code; rollcall has the words.
func causeWords(code string) string {
	if code == "" {
		return say("cause-none")
	}
	return text.T(text.Vietnamese, "rollcall.reason-"+rollcall.Spoken(code))
}

func tasks(f Figures) string {
	var l lines
	add := func(name string, n int64) {
		if n > 0 {
			l.add("- " + say(name, "n", count(n)))
		}
	}
	add("tasks-long", f.Watch.LongAbsent)
	add("tasks-often", f.Watch.Often)
	add("tasks-unconfirmed", f.Total.Unconfirmed)
	add("tasks-unknown", f.Total.Unknown)
	add("tasks-coverage", f.Total.Due-f.Total.Taken)
	var names []string
	for _, g := range f.Lowest {
		if g.Against == "target" && g.Indicator == "attendance" && !contains(names, g.Name) {
			names = append(names, g.Name)
		}
	}
	if len(names) > 0 {
		l.add("- " + say("tasks-lowest", "list", strings.Join(names, ", ")))
	}
	return l.text()
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

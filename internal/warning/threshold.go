package warning

import (
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
)

// Threshold is a list of numbers of a rule as delivered.
type Threshold struct {
	Rule     string `toml:"rule"`
	Name     string `toml:"name"`
	Numbers  []int  `toml:"numbers"`
	Standing string `toml:"standing"` // law, issue, own: "warning.standing-<standing>"
	Source   string `toml:"source"`
}

//go:embed thresholds.toml
var thresholdFile []byte

type ladderRow struct {
	Rules   []string `toml:"rules"`
	Full    []Step   `toml:"full"`
	Counsel []Step   `toml:"counsel"`
}

var delivered = func() (file struct {
	Threshold []Threshold `toml:"threshold"`
	Ladder    []ladderRow `toml:"ladder"`
}) {
	if err := toml.Unmarshal(thresholdFile, &file); err != nil {
		panic("warning: thresholds.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return file
}()

// Delivered are the thresholds as delivered, in the order of the page.
func Delivered() []Threshold { return slices.Clone(delivered.Threshold) }

// StepOf gives what a rule asks for at a threshold; the last step stands for all beyond it.
func StepOf(rule string, ladder Ladder, reached int) Step {
	if ladder == AdviceOnly && rule != "class-unmarked" {
		return StepAdvise
	}
	for _, row := range delivered.Ladder {
		if slices.Contains(row.Rules, rule) {
			steps := row.Full
			if ladder == Counsel {
				steps = row.Counsel
			}
			return steps[min(reached, len(steps)-1)]
		}
	}
	return StepFindOut
}

type thresholdKey struct{ rule, name string }

// Limits are the numbers that hold in one place, level and season.
type Limits map[thresholdKey][]int

// DefaultLimits are the numbers as delivered.
func DefaultLimits() Limits {
	l := make(Limits, len(delivered.Threshold))
	for _, t := range delivered.Threshold {
		l[thresholdKey{t.Rule, t.Name}] = t.Numbers
	}
	return l
}

// With gives the limits with other numbers for one threshold; l stays.
func (l Limits) With(rule, name string, numbers ...int) Limits {
	with := make(Limits, len(l))
	for key, known := range l {
		with[key] = known
	}
	with[thresholdKey{rule, name}] = numbers
	return with
}

func (l Limits) all(rule, name string) []int { return l[thresholdKey{rule, name}] }

func (l Limits) one(rule, name string) int { return l[thresholdKey{rule, name}][0] }

// reached gives the index of the highest number of a threshold that n comes to, -1 for none.
func (l Limits) reached(rule, name string, n int) int {
	at := -1
	for i, number := range l.all(rule, name) {
		if n >= number {
			at = i
		}
	}
	return at
}

// reachedShare is reached for n of d in percent, in whole numbers.
func (l Limits) reachedShare(rule, name string, n, d int) int {
	at := -1
	for i, percent := range l.all(rule, name) {
		if d > 0 && 100*n >= percent*d {
			at = i
		}
	}
	return at
}

// Setting is a threshold that somebody set for a place.
type Setting struct {
	ID          id.ID
	ScopeKind   calendar.ScopeKind // realm, unit, school
	Scope       id.ID
	Rule        string
	Name        string
	Level       string // "" for all
	SeasonFrom  int    // month × 100 + day; 0: the whole year
	SeasonUntil int    // the last day of it
	Period      day.Range
	Numbers     string
	Reason      string
	Account     id.ID
	SetAt       day.Instant
	WithdrawnAt day.Instant
}

// Values are the numbers.
func (s Setting) Values() []int {
	numbers, _ := parseNumbers(s.Numbers)
	return numbers
}

func parseNumbers(text string) ([]int, bool) {
	var numbers []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '/' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > 1000 {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	return numbers, len(numbers) > 0
}

func formatNumbers(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, " ")
}

// holds says whether the setting is in force on a day, as known at an instant.
func (s Setting) holds(level string, on day.Day, known day.Instant) bool {
	if s.SetAt > known || s.WithdrawnAt != 0 && s.WithdrawnAt <= known || !s.Period.Has(on) || s.Level != "" && s.Level != level {
		return false
	}
	at := int(on.Month())*100 + on.DayOfMonth()
	switch {
	case s.SeasonFrom == 0:
		return true
	case s.SeasonFrom <= s.SeasonUntil:
		return s.SeasonFrom <= at && at <= s.SeasonUntil
	}
	return at >= s.SeasonFrom || at <= s.SeasonUntil
}

// placeScope is a scope with its distance from a school: school, commune, …, manager, realm.
type placeScope struct {
	kind     calendar.ScopeKind
	id       id.ID
	distance int
}

// limitsAt gives the numbers that hold for a level on a day.
func limitsAt(settings []Setting, chain []placeScope, level string, on day.Day, known day.Instant) Limits {
	l := DefaultLimits()
	for key, s := range bestSettings(settings, chain, level, on, known) {
		if numbers := s.Values(); len(numbers) > 0 {
			l[key] = numbers
		}
	}
	return l
}

// bestSettings picks for each threshold what was set nearest: by place, then one that
// names the level, then one of a season, then the one set last.
func bestSettings(settings []Setting, chain []placeScope, level string, on day.Day, known day.Instant) map[thresholdKey]Setting {
	distances, best := map[thresholdKey]int{}, map[thresholdKey]Setting{}
	for _, s := range settings {
		if !s.holds(level, on, known) {
			continue
		}
		for _, place := range chain {
			if place.kind != s.ScopeKind || place.id != s.Scope {
				continue
			}
			key := thresholdKey{s.Rule, s.Name}
			if old, ok := best[key]; !ok || nearer(s, old, place.distance, distances[key]) {
				best[key], distances[key] = s, place.distance
			}
		}
	}
	return best
}

func nearer(a, b Setting, distanceA, distanceB int) bool {
	plain := func(is bool) int {
		if is {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(distanceA, distanceB), cmp.Compare(plain(a.Level == ""), plain(b.Level == "")),
		cmp.Compare(plain(a.SeasonFrom == 0), plain(b.SeasonFrom == 0)), cmp.Compare(b.SetAt, a.SetAt), cmp.Compare(b.ID, a.ID)) < 0
}

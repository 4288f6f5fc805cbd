package casework

import (
	_ "embed"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/calendar"
	"ralop/internal/day"
)

// Step is what is to be done next; its words are "casework.step-<step>".
type Step string

// Clock is in what days a deadline is counted.
type Clock string

const (
	SchoolDays  Clock = "school"  // days on which the child's class holds a session
	WorkingDays Clock = "working" // Monday to Friday without the days off by law
)

// Rung is one step of a ladder.
type Rung struct {
	Step  Step     `toml:"name"`
	Tier  Tier     `toml:"tier"`  // who answers for it
	Clock Clock    `toml:"clock"` // in what the days are counted
	Days  int      `toml:"days"`  // from the act before, or the opening
	Acts  []string `toml:"acts"`  // kinds of act that end it
}

// Ladder is the steps of a level, in order.
type Ladder struct {
	Name   string   `toml:"name"` // full, advice, counsel
	Levels []string `toml:"levels"`
	Grades []string `toml:"grades"` // named grades come before levels
	Rungs  []Rung   `toml:"step"`
}

type climbing struct {
	Tier  Tier  `toml:"tier"`
	Clock Clock `toml:"clock"`
	Days  int   `toml:"days"`
}

//go:embed ladder.toml
var ladderFile []byte

var rules = func() (r struct {
	Opens  []string   `toml:"opens"`
	Rules  []string   `toml:"rules"`
	Ladder []Ladder   `toml:"ladder"`
	Climb  []climbing `toml:"climb"`
}) {
	if err := toml.Unmarshal(ladderFile, &r); err != nil {
		panic("casework: ladder.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return r
}()

// Ladders are those of all levels.
var Ladders = rules.Ladder

// LadderOf is the ladder of a level and grade; the full one for a level that none names.
func LadderOf(level, grade string) Ladder {
	for _, l := range Ladders {
		if slices.Contains(l.Grades, grade) {
			return l
		}
	}
	for _, l := range Ladders {
		if slices.Contains(l.Levels, level) {
			return l
		}
	}
	return Ladders[0]
}

// first is the rung on which a case begins.
func (l Ladder) first() Rung { return l.Rungs[0] }

// rung finds a step; a step of another ladder (the child changed the level) is the first.
func (l Ladder) rung(step Step) (Rung, int) {
	for i, r := range l.Rungs {
		if r.Step == step {
			return r, i
		}
	}
	return l.Rungs[0], 0
}

// after gives the rung that follows an act: the first behind the last rung that the act
// ends, and never one before the rung at hand.
func (l Ladder) after(step Step, act string) Rung {
	_, at := l.rung(step)
	for at < len(l.Rungs)-1 && slices.Contains(l.Rungs[at].Acts, act) {
		at++
	}
	return l.Rungs[at]
}

// within gives the rung, or the last one before it that asks no higher tier.
func (l Ladder) within(step Step, tier Tier) Rung {
	_, at := l.rung(step)
	for at > 0 && !tier.atLeast(l.Rungs[at].Tier) {
		at--
	}
	return l.Rungs[at]
}

// heldDays counts the school days of a class; *calendar.Plan does.
type heldDays interface {
	NthDayAfter(d day.Day, n int) day.Day
	HeldOn(d day.Day) bool
}

// count gives the n-th day after from on a clock; of 0 days, from itself or, when that is
// none of the clock's days, the next that is.
func count(held heldDays, clock Clock, from day.Day, n int) day.Day {
	if clock == SchoolDays && held != nil {
		if n == 0 && held.HeldOn(from) {
			return from
		}
		return held.NthDayAfter(from, max(n, 1))
	}
	if n == 0 && isWorking(from) {
		return from
	}
	for n = max(n, 1); n > 0; {
		if from++; isWorking(from) {
			n--
		}
	}
	return from
}

func isWorking(d day.Day) bool {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	_, off := calendar.DayOff(d)
	return !off
}

// above is the tier to which silence climbs, with its clock; false at the top, and on a
// ladder that has no such tier.
func (l Ladder) above(tier Tier) (climbing, bool) {
	if l.Name == "advice" {
		return climbing{}, false
	}
	at := slices.Index(Tiers, tier)
	if at < 0 || at+1 >= len(Tiers) {
		return climbing{}, false
	}
	i := slices.IndexFunc(rules.Climb, func(c climbing) bool { return c.Tier == Tiers[at+1] })
	return rules.Climb[i], true
}

// atLeast says whether tier a is b or above it.
func (t Tier) atLeast(b Tier) bool { return slices.Index(Tiers, t) >= slices.Index(Tiers, b) }

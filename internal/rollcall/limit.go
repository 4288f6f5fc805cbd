package rollcall

import (
	"context"
	_ "embed"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Limit is how many sessions of a school year a pupil may miss and still be moved up. It
// counts one session a day at most, the main one, absent for whatever reason; a late
// pupil was there. Steps are where a warning is due: 15, 30, 40 are the product's own.
type Limit struct {
	From     day.Day  `toml:"from"`
	Until    day.Day  `toml:"until"`
	Levels   []string `toml:"levels"`
	Sessions int      `toml:"sessions"`
	Steps    []int    `toml:"steps"`
	Source   string   `toml:"source"`
}

//go:embed limit.toml
var limitFile []byte

// Limits are the rules by date.
var Limits = func() []Limit {
	var file struct {
		Limit []Limit `toml:"limit"`
	}
	if err := toml.Unmarshal(limitFile, &file); err != nil {
		panic("rollcall: limit.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return file.Limit
}()

// LimitOf gives the rule for a level on a day; primary and preschool have none.
func LimitOf(level string, on day.Day) (Limit, bool) {
	for _, l := range Limits {
		if l.From <= on && on < l.Until && slices.Contains(l.Levels, level) {
			return l, true
		}
	}
	return Limit{}, false
}

// Missed is a pupil's standing against the limit in a school year: "ít nhất n (m buổi
// chưa điểm danh)".
type Missed struct {
	Pupil    id.ID
	Sessions int // main sessions missed for certain
	Uncalled int // main sessions held by her class that nobody called
}

// Eligible says whether the pupil may still be moved up: 45 may, 46 may not.
func (l Limit) Eligible(m Missed) bool { return m.Sessions <= l.Sessions }

// Step is the highest warning step reached, 0 for none.
func (l Limit) Step(m Missed) int {
	step := 0
	for _, s := range l.Steps {
		if m.Sessions >= s {
			step = s
		}
	}
	return step
}

// MissedSessions counts, for pupils, the main sessions missed in the school year of a
// day, up to and with that day, in whatever class and school they were.
func MissedSessions(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, on day.Day) (map[id.ID]Missed, error) {
	year := day.Range{From: calendar.Bounds(on.SchoolYear()).From, Until: on + 1}
	out := make(map[id.ID]Missed, len(pupils))
	for _, pupil := range pupils {
		out[pupil] = Missed{Pupil: pupil}
	}
	type count struct {
		Pupil    id.ID
		Sessions int
	}
	missed, err := store.All[count](ctx, tx, sqlMissed, realm, store.In(pupils), year.From, year.Until, true, Taken, Late)
	if err != nil {
		return nil, err
	}
	for _, c := range missed {
		m := out[c.Pupil]
		m.Sessions = c.Sessions
		out[c.Pupil] = m
	}
	return out, uncalled(ctx, tx, realm, pupils, year, out)
}

// uncalled adds the main sessions that the pupils' classes held and nobody called. A day
// on which the class said "no class today", or whose sheet is void, was called.
func uncalled(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, year day.Range, out map[id.ID]Missed) error {
	type spell struct {
		Pupil     id.ID
		Class     id.ID
		Member    day.Range
		Enrolment day.Range
	}
	spells, err := store.All[spell](ctx, tx, sqlClassesOf, realm, store.In(pupils), year.From, year.Until)
	if err != nil {
		return err
	}
	open := map[id.ID][]day.Day{} // class → days whose main session nobody called
	for _, s := range spells {
		days, known := open[s.Class]
		if !known {
			if days, err = uncalledDays(ctx, tx, realm, s.Class, year); err != nil {
				return err
			}
			open[s.Class] = days
		}
		held := s.Member.Intersect(s.Enrolment).Intersect(year)
		m := out[s.Pupil]
		for _, d := range days {
			if held.Has(d) {
				m.Uncalled++
			}
		}
		out[s.Pupil] = m
	}
	return nil
}

func uncalledDays(ctx context.Context, tx *store.Tx, realm int, class id.ID, year day.Range) ([]day.Day, error) {
	k, err := know(ctx, tx, realm, class)
	if err != nil {
		return nil, err
	}
	type called struct {
		Day     day.Day
		Session calendar.Session
	}
	sheets, err := store.All[called](ctx, tx, sqlCalled, realm, class, year.From, year.Until)
	if err != nil {
		return nil, err
	}
	var days []day.Day
	for _, v := range k.plan.Due(year) {
		if v.Main && !slices.Contains(sheets, called{v.Day, v.Session}) {
			days = append(days, v.Day)
		}
	}
	return days, nil
}

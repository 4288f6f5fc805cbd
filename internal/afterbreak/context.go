package afterbreak

import (
	"context"
	"strconv"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/viet"
)

// Facts are what may make a child's way back harder. They order a list and are told in sentences.
type Facts struct {
	Away      int  `json:"away,omitempty"`      // days absent among the last Looked days before the break
	AwayYear  int  `json:"year,omitempty"`      // days absent in the school year before it
	Late      int  `json:"late,omitempty"`      // the day of school on which she came back from an earlier break, 3 or later
	Never     bool `json:"never,omitempty"`     // was not seen again after an earlier break that year
	Left      bool `json:"left,omitempty"`      // dropped out once and came back
	Sibling   bool `json:"sibling,omitempty"`   // a child of the same household dropped out in these two years
	Over      int  `json:"over,omitempty"`      // years older than the grade, 2 or more
	Repeating bool `json:"repeating,omitempty"` // the grade once more
	Poor      bool `json:"poor,omitempty"`      // of a poor or near-poor household
	Support   bool `json:"support,omitempty"`   // boarded at school before and does so no more
}

// Looked is how many days before a break are looked at for absence.
const Looked = 14

// order is the place in line: the greater, the sooner somebody talks to the family. It is a habit of the list, no
// measure of a child, and is never shown.
func (f Facts) order() int {
	n := 3*min(f.Away, 10) + min(f.AwayYear/5, 6) + 2*min(f.Over, 3)
	for _, yes := range []struct {
		true bool
		n    int
	}{{f.Late > 0, 8}, {f.Never, 10}, {f.Left, 8}, {f.Sibling, 6}, {f.Repeating, 4}, {f.Poor, 2}, {f.Support, 4}} {
		if yes.true {
			n += yes.n
		}
	}
	return n
}

// Sentences tells the facts, the weightiest first; none when nothing is known that would make the way back hard.
func (f Facts) Sentences(lang text.Lang) (said []string) {
	say := func(yes bool, name string, facts ...any) {
		if yes {
			said = append(said, text.T(lang, "afterbreak.fact-"+name, facts...))
		}
	}
	say(f.Never, "never")
	say(f.Late > 0, "late", "n", f.Late)
	say(f.Left, "left")
	say(f.Sibling, "sibling")
	say(f.Away > 0, "away", "days", f.Away, "looked", Looked)
	say(f.AwayYear >= 15, "away-year", "days", f.AwayYear)
	say(f.Repeating, "repeating")
	say(f.Over >= 2, "over", "years", f.Over)
	say(f.Support, "support")
	say(f.Poor, "poor")
	return said
}

// tellOf gathers the facts of the children of a list, as they were known before the break.
func tellOf(ctx context.Context, tx *store.Tx, realm int, b Break, s schoolBreak, children []child) (map[id.ID]Facts, error) {
	facts := map[id.ID]Facts{}
	pupils := store.In(pupilsOf(children))
	for _, c := range children {
		f := Facts{Repeating: c.Entry == "repeater", Left: c.Entry == "return"}
		if age, ok := ageOf[c.Grade]; ok {
			if over := b.Year - c.Born.Year() - age; over >= 2 {
				f.Over = over
			}
		}
		facts[c.Pupil] = f
	}
	change := func(pupil id.ID, with func(*Facts)) {
		if f, ok := facts[pupil]; ok {
			with(&f)
			facts[pupil] = f
		}
	}
	type count struct {
		Pupil id.ID
		N     int
	}
	if b.Kind == Closure {
		recent, err := store.All[count](ctx, tx, sqlAwayDays, realm, pupils, s.From-Looked, s.From)
		if err != nil {
			return nil, err
		}
		for _, r := range recent {
			change(r.Pupil, func(f *Facts) { f.Away = r.N })
		}
	}
	year := b.bounds().From
	until := s.From
	if b.Kind == Opening { // what is known of the year before
		year, until = year.AddMonths(-12), year
	}
	whole, err := store.All[count](ctx, tx, sqlAwayDays, realm, pupils, year, until)
	if err != nil {
		return nil, err
	}
	for _, r := range whole {
		change(r.Pupil, func(f *Facts) { f.AwayYear = r.N })
	}
	type past struct {
		Pupil  id.ID
		Back   day.Day
		Return day.Day
		Held   int64
	}
	pasts, err := store.All[past](ctx, tx, sqlPastReturns, realm, pupils, s.From, s.From.AddMonths(-24), day.Forever)
	if err != nil {
		return nil, err
	}
	for _, p := range pasts {
		change(p.Pupil, func(f *Facts) {
			switch n := nth(p.Held, p.Return, min(p.Back, p.Return+Followed)); {
			case p.Back == day.Forever:
				f.Never = true
			case n >= 3:
				f.Late = max(f.Late, n)
			}
		})
	}
	for _, one := range []struct {
		query string
		args  []any
		with  func(*Facts)
	}{
		{sqlDroppedOnce, []any{s.From}, func(f *Facts) { f.Left = true }},
		{sqlPoor, []any{b.Year}, func(f *Facts) { f.Poor = true }},
		{sqlLostBoarding, []any{s.begins(b.Kind), s.From.AddMonths(-18)}, func(f *Facts) { f.Support = true }},
	} {
		rows, err := store.All[id.ID](ctx, tx, one.query, append([]any{realm, pupils}, one.args...)...)
		if err != nil {
			return nil, err
		}
		for _, pupil := range rows {
			change(pupil, one.with)
		}
	}
	return facts, siblings(ctx, tx, realm, s, pupils, change)
}

// siblings finds children of a household that a dropout of these two years came from: the same guardian by name and
// telephone, or by name in the same village.
func siblings(ctx context.Context, tx *store.Tx, realm int, s schoolBreak, pupils any, change func(id.ID, func(*Facts))) error {
	type home struct {
		Pupil id.ID
		Name  string
		Phone string
		Unit  id.ID
	}
	left, err := store.All[home](ctx, tx, sqlHomesOfDropouts, realm, s.From.AddMonths(-24), s.From)
	if err != nil || len(left) == 0 {
		return err
	}
	keys := func(h home) (keys []string) {
		name := viet.Fold(h.Name)
		if h.Phone != "" {
			keys = append(keys, name+"\n"+h.Phone)
		}
		if h.Unit != 0 {
			keys = append(keys, name+"\n"+h.Unit.String())
		}
		return keys
	}
	known := map[string]id.ID{}
	for _, h := range left {
		for _, key := range keys(h) {
			known[key] = h.Pupil
		}
	}
	homes, err := store.All[home](ctx, tx, sqlHomesOf, realm, pupils, s.From)
	for _, h := range homes {
		for _, key := range keys(h) {
			if other := known[key]; other != 0 && other != h.Pupil {
				change(h.Pupil, func(f *Facts) { f.Sibling = true })
			}
		}
	}
	return err
}

// ageOf is the age at which a grade begins, by calendar years (domain.md, section 1.2).
var ageOf = func() map[string]int {
	ages := map[string]int{"3T": 3, "4T": 4, "5T": 5}
	for grade := 1; grade <= 12; grade++ {
		ages[strconv.Itoa(grade)] = grade + 5
	}
	return ages
}()

package story

import (
	"context"
	"strconv"

	"ralop/internal/benefit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/learning"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// loadLists writes what lists of others bring, for the commune of the stage: results of the
// first term, support received, and the households of children who are in no school.
func (l *loader) loadLists(ctx context.Context, tx *store.Tx) error {
	p := l.p
	commune := p.Schools[p.Classes[p.stage()].School].Commune
	result := rowsOf("learning_result", "realm pupil year term school grade scale study conduct account set_at")
	support := rowsOf("benefit", "realm pupil scheme from_day until_day school ground paper account set_at")
	month := rowsOf("benefit_month", "realm pupil scheme month school dong grams account set_at")
	r := p.stream("lists", 0)
	set := day.InstantOf(day.Date(p.Year+1, 2, 10).Midnight())
	done := map[int]bool{}
	for _, e := range p.Spells {
		if p.Schools[e.School].Commune != commune || done[e.Pupil] || e.From > p.Teaching.From.Add(30) {
			continue
		}
		done[e.Pupil] = true
		child, pupil, school := &p.Pupils[e.Pupil], l.pupils[e.Pupil], l.schools[e.School]
		if scale, ok := learning.ScaleOf(p.Year, e.Grade); ok && e.Until > day.Date(p.Year+1, 1, 20) {
			study := scale.Study[min(len(scale.Study)-1, r.IntN(3)+r.IntN(2))]
			result.add(l.realm, pupil, p.Year, 1, school, e.Grade, scale.Code, study.Code, scale.Conduct[r.IntN(2)].Code, id.ID(0), set)
		}
		grant := func(scheme benefit.Scheme, ground benefit.Ground, paper string, dong, grams int64) {
			until := min(e.Until, day.Date(p.Year+1, 6, 1))
			support.add(l.realm, pupil, string(scheme), e.From, until, school, string(ground), paper, id.ID(0), set)
			skipped := 10 * (1 - min(1, r.IntN(12))) // of one in twelve a month was not written down
			for m := day.Date(p.Year, 9, 1); m.AddMonths(1) <= min(until, p.today()); m = m.AddMonths(1) {
				if int(m.Month()) != skipped {
					month.add(l.realm, pupil, string(scheme), m, school, dong, grams, id.ID(0), set)
				}
			}
		}
		number := strconv.Itoa(40+e.School) + "/QĐ-UBND"
		switch {
		case child.Stay == SemiBoarder:
			grant("boarding-meals", "far", number, 596000, 0)
			grant("rice", "far", number, 0, 15000)
		case child.Poverty == Poor:
			grant("learning-costs", "poor", number, 100000, 0)
		}
		if child.Disabled {
			grant("disability", "disabled", number, 0, 0)
		}
	}
	home, person := l.households(tx, commune, set)
	for _, t := range []*table{result, support, month, home, person} {
		if err := t.load(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// households are sheets of the survey: those who dropped out with their family's sheet, and
// invented children who were never on a list.
func (l *loader) households(tx *store.Tx, commune int, set day.Instant) (home, person *table) {
	p, r := l.p, l.p.stream("households", 0)
	home = rowsOf("household", "realm id village year number head address residency account set_at")
	person = rowsOf("household_person", "realm household number name name_fold sex born_year born relation schooling grade school exempt pupil account set_at")
	sheets := map[int]int{} // by village
	add := func(village int, head string) id.ID {
		sheets[village]++
		key := tx.NewID()
		home.add(l.realm, key, l.villages[village], p.Year, strconv.Itoa(sheets[village]), head, "", "permanent", id.ID(0), set)
		return key
	}
	live := func(sheet id.ID, name string, girl bool, born day.Day, exact bool, schooling, grade, school string, exempt bool, pupil id.ID) {
		sex, on := "M", born
		if girl {
			sex = "F"
		}
		if !exact {
			on = 0
		}
		person.add(l.realm, sheet, 1, name, viet.Fold(name), sex, born.Year(), on, "", schooling, grade, school, exempt, pupil, id.ID(0), set)
	}
	for _, e := range p.Spells {
		child := &p.Pupils[e.Pupil]
		if e.Exit != DroppedOut || p.Villages[child.Village].Commune != commune {
			continue
		}
		live(add(child.Village, child.Guardian), child.Name, child.Girl, child.Born, true, "dropped", e.Grade, p.Schools[e.School].Name, false, l.pupils[e.Pupil])
	}
	for v := range p.Villages {
		village := &p.Villages[v]
		if village.Commune != commune {
			continue
		}
		for _, k := range []struct {
			age       int
			schooling string
			grade     string
			exempt    bool
		}{{16, "dropped", "9", false}, {4, "never", "", false}, {15, "learning", "10", false}, {9, "never", "", true}} {
			if r.IntN(3) > 0 {
				continue
			}
			girl := r.IntN(2) == 0
			name := personName(r, village.Group, girl, "")
			live(add(v, personName(r, village.Group, false, surnameOf(name))), name, girl, day.Date(p.Year-k.age, 6, 1), false, k.schooling, k.grade, "", k.exempt, 0)
		}
	}
	return home, person
}

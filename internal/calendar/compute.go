package calendar

import (
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// ComputeDue works out what is due at a school in a period from the rules and the spells, without the kept rows: the
// truth that `ralop check` compares them with. Rows are in order of day, session, level, grade.
func ComputeDue(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) ([]DueRow, error) {
	years, err := store.All[int](ctx, tx, sqlClassYears, realm, school)
	if err != nil {
		return nil, err
	}
	var rows []DueRow
	for _, year := range years {
		within := period.Intersect(Bounds(year))
		if within.Empty() {
			continue
		}
		// Not the kept plans: a rebuild must see a class that nobody marked.
		plans, err := loadPlans(ctx, tx, realm, school, year)
		if err != nil {
			return nil, err
		}
		rolls, err := loadRolls(ctx, tx, realm, plans, within)
		if err != nil {
			return nil, err
		}
		rows = append(rows, computeYear(plans, rolls, within)...)
	}
	return rows, nil
}

// gradeRoll is the number of pupils of one grade in a class on each day of a period: changes at first, then sums.
type gradeRoll struct {
	grade string
	count []int
}

func loadRolls(ctx context.Context, tx *store.Tx, realm int, plans *SchoolPlans, within day.Range) (map[id.ID][]*gradeRoll, error) {
	classes := make([]id.ID, len(plans.Classes))
	for i, c := range plans.Classes {
		classes[i] = c.place.Class
	}
	type spell struct {
		Class      id.ID
		Grade      string
		Membership day.Range
		Enrolment  day.Range
		Pupils     int
	}
	spells, err := store.All[spell](ctx, tx, sqlRollSpells, realm, store.In(classes))
	if err != nil {
		return nil, err
	}
	rolls := map[id.ID][]*gradeRoll{}
	for _, s := range spells {
		held := s.Membership.Intersect(s.Enrolment).Intersect(within)
		if held.Empty() {
			continue
		}
		i := slices.IndexFunc(rolls[s.Class], func(g *gradeRoll) bool { return g.grade == s.Grade })
		if i < 0 {
			i = len(rolls[s.Class])
			rolls[s.Class] = append(rolls[s.Class], &gradeRoll{s.Grade, make([]int, within.Days()+1)})
		}
		count := rolls[s.Class][i].count
		count[held.From.Sub(within.From)] += s.Pupils
		count[held.Until.Sub(within.From)] -= s.Pupils
	}
	for _, grades := range rolls {
		for _, g := range grades {
			for i := 1; i < len(g.count); i++ {
				g.count[i] += g.count[i-1]
			}
		}
	}
	return rolls, nil
}

func computeYear(plans *SchoolPlans, rolls map[id.ID][]*gradeRoll, within day.Range) []DueRow {
	sums := map[dueKey]dueCount{}
	add := func(k dueKey, sheets, roll int) {
		sum := sums[k]
		sums[k] = dueCount{sum.sheets + sheets, sum.roll + roll}
	}
	for _, c := range plans.Classes {
		grades := rolls[c.place.Class]
		if len(grades) == 0 {
			continue
		}
		for _, v := range c.Due(within) {
			at, total := v.Day.Sub(within.From), 0
			for _, g := range grades {
				if n := g.count[at]; n > 0 {
					total += n
					if g.grade == "" {
						continue // the key of the whole level
					}
					add(dueKey{v.Day, v.Session, c.place.Level, g.grade}, 0, n)
				}
			}
			if total > 0 {
				add(dueKey{v.Day, v.Session, c.place.Level, ""}, 1, total)
			}
		}
	}
	rows := make([]DueRow, 0, len(sums))
	for k, n := range sums {
		rows = append(rows, DueRow{k.day, k.session, k.level, k.grade, n.sheets, n.roll})
	}
	slices.SortFunc(rows, func(a, b DueRow) int { return a.key().compare(b.key()) })
	return rows
}

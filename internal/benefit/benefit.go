package benefit

import (
	"context"
	"slices"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// Benefit is a support to which a pupil is entitled.
type Benefit struct {
	Pupil  id.ID
	Scheme Scheme
	From   day.Day
	Until  day.Day // exclusive
	School id.ID   // that keeps the list
	Ground Ground  // "" when not told
	Paper  string  // number of the decision
}

// Month is what was paid and handed out for a month.
type Month struct {
	Pupil  id.ID
	Scheme Scheme
	Month  day.Day // its first day
	School id.ID
	Dong   int64
	Grams  int64 // of rice
}

// Period is the days of the spell.
func (b Benefit) Period() day.Range { return day.Range{From: b.From, Until: b.Until} }

// Of gives what a pupil was and is entitled to, and what was paid of it. Fault: access.no-grant.
func Of(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID) (benefits []Benefit, months []Month, err error) {
	if _, err := access.May(ctx, tx, who, access.SeeBenefits, access.Pupil(pupil)); err != nil {
		return nil, nil, err
	}
	if benefits, err = store.All[Benefit](ctx, tx, sqlBenefitsOf, who.Realm, store.In([]id.ID{pupil})); err != nil {
		return nil, nil, err
	}
	months, err = store.All[Month](ctx, tx, sqlMonthsOf, who.Realm, store.In([]id.ID{pupil}))
	return benefits, months, err
}

// Receiver is a spell with the child whom it is for, and what was paid of it in a period.
type Receiver struct {
	Benefit
	Name      string
	NameSort  string
	Sex       string
	Born      day.Day
	Class     id.ID // joined last at the school in the period; 0 when she was in none
	ClassName string
	ClassSort string
	Grade     string
	Paid      []Month // the earliest first
}

// Sums gives what was paid and handed out.
func Sums(months []Month) (dong, grams int64) {
	for _, m := range months {
		dong, grams = dong+m.Dong, grams+m.Grams
	}
	return dong, grams
}

// Unpaid are the months of the spell within a period for which nothing was written down;
// none when the most that the rule gives in a school year was. Support of the nine months
// of teaching leaves June, July and August out.
func (b Benefit) Unpaid(paid []Month, within day.Range) (months []day.Day) {
	rule, _ := b.Scheme.On(b.From)
	if rule.Months > 0 && len(paid) >= rule.Months {
		return nil
	}
	days := b.Period().Intersect(within)
	for m := days.From.MonthStart(); m < days.Until; m = m.AddMonths(1) {
		vacation := m.Month() >= time.June && m.Month() <= time.August
		if vacation && rule.Months > 0 && rule.Months <= 9 || slices.ContainsFunc(paid, func(p Month) bool { return p.Month == m }) {
			continue
		}
		months = append(months, m)
	}
	return months
}

// At lists who receives what by the lists of a school in a period, by name; asked of a
// class, those of the class only. Rule is by which the caller may see it, for the look.
// Faults: access.no-grant, those of org.ClassByID.
func At(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource, period day.Range) (all []Receiver, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.SeeBenefits, at); err != nil {
		return nil, "", err
	}
	school := at.ID
	if at.Kind == access.ClassKind {
		class, err := org.ClassByID(ctx, tx, who, at.ID)
		if err != nil {
			return nil, "", err
		}
		school = class.School
	}
	type row struct {
		Benefit
		Name, NameSort, Sex string
		Born                day.Day
	}
	rows, err := store.All[row](ctx, tx, sqlReceivers, who.Realm, school, period.From, period.Until)
	if err != nil || len(rows) == 0 {
		return nil, rule, err
	}
	type place struct {
		Pupil, Class      id.ID
		Name, Sort, Grade string
	}
	places, err := store.All[place](ctx, tx, sqlClassesAt, who.Realm, school, period.From, period.Until, period.From.SchoolYear(), period.Last().SchoolYear())
	if err != nil {
		return nil, "", err
	}
	last := map[id.ID]place{}
	for _, p := range places {
		last[p.Pupil] = p
	}
	months, err := store.All[Month](ctx, tx, sqlMonthsAt, who.Realm, school, period.From.MonthStart(), period.Until)
	if err != nil {
		return nil, "", err
	}
	type key struct {
		pupil  id.ID
		scheme Scheme
	}
	paid := map[key][]Month{}
	for _, m := range months {
		paid[key{m.Pupil, m.Scheme}] = append(paid[key{m.Pupil, m.Scheme}], m)
	}
	for _, r := range rows {
		in := last[r.Pupil]
		if at.Kind == access.ClassKind && in.Class != at.ID {
			continue
		}
		one := Receiver{Benefit: r.Benefit, Name: r.Name, NameSort: r.NameSort, Sex: r.Sex, Born: r.Born, Class: in.Class, ClassName: in.Name, ClassSort: in.Sort, Grade: in.Grade}
		for _, m := range paid[key{r.Pupil, r.Scheme}] {
			if r.Period().Overlaps(day.MonthOf(m.Month)) {
				one.Paid = append(one.Paid, m)
			}
		}
		all = append(all, one)
	}
	return all, rule, nil
}

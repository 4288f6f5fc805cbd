package casework

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/store"
)

// SmallCell is the number under which a cell about protected causes is left out.
const SmallCell = 5

// counted is what tables of causes and solutions need of a case: no name.
type counted struct {
	ID        id.ID
	Village   id.ID
	Level     string
	Ladder    string
	Rule      string
	OpenedOn  day.Day
	Cause     string
	Protected bool
	Outcome   Outcome
	ReturnOn  day.Day
}

// casesAt reads the cases of a place that were opened or came back in a period.
func casesAt(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource, period day.Range) ([]counted, error) {
	switch at.Kind {
	case access.SchoolKind:
		return store.All[counted](ctx, tx, sqlStatisticsSchools, who.Realm, store.In([]id.ID{at.ID}), period.From, period.Until)
	case access.UnitKind:
		schools, err := schoolsUnder(ctx, tx, who, at.ID)
		if err != nil || len(schools) == 0 {
			return nil, err
		}
		return store.All[counted](ctx, tx, sqlStatisticsSchools, who.Realm, store.In(schools), period.From, period.Until)
	}
	return store.All[counted](ctx, tx, sqlStatisticsResidence, who.Realm, at.ID, period.From, period.Until, tx.Today())
}

// CausesOf counts the causes of the cases opened in a period, by "", month, village or
// level. All protected causes are one line; where it is small, its cases stand among those
// whose cause is not known, so that neither a line nor a subtraction tells of them.
func CausesOf(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource, period day.Range, by string) (CauseTable, error) {
	var table CauseTable
	if _, err := access.May(ctx, tx, who, access.SeeBoard, at); err != nil {
		return table, err
	}
	if by != "" && by != "month" && by != "village" && by != "level" {
		return table, fault.New(fault.Invalid, "casework.bad-code", fault.Args{"value": by}).On("by")
	}
	cases, err := casesAt(ctx, tx, who, at, period)
	if err != nil {
		return table, err
	}
	cases = slices.DeleteFunc(cases, func(c counted) bool { return !period.Has(c.OpenedOn) || c.Outcome == Withdrawn })
	table = tableOfCauses(cases, by)
	var villages []id.ID
	for _, r := range table.Rows {
		if r.Place != 0 && !slices.Contains(villages, r.Place) {
			villages = append(villages, r.Place)
		}
	}
	type named struct {
		ID         id.ID
		Name, Sort string
	}
	names, err := store.All[named](ctx, tx, sqlUnitNames, store.In(villages), tx.Today())
	for i := range table.Rows {
		for _, n := range names {
			if n.ID == table.Rows[i].Place {
				table.Rows[i].PlaceName = n.Name
			}
		}
	}
	return table, err
}

func tableOfCauses(cases []counted, by string) (t CauseTable) {
	sums := map[CauseCount]int{}
	other := 0
	for _, c := range cases {
		row := CauseCount{Cause: c.Cause}
		switch {
		case c.Protected:
			row.Cause = "protected"
		case c.Cause == "":
			t.Unknown++
		case c.Cause == "other":
			other++
		}
		switch by {
		case "month":
			row.Month = c.OpenedOn.MonthStart()
		case "village":
			row.Place = c.Village
		case "level":
			row.Level = c.Level
		}
		sums[row]++
	}
	known := 0
	for row, n := range sums {
		if row.Cause == "protected" && n < SmallCell {
			hidden := row
			hidden.Cause = ""
			sums[hidden] += n
			t.Unknown += n
			delete(sums, row)
		}
	}
	for row, n := range sums {
		row.Cases = n
		t.Total += n
		if row.Cause != "" {
			known += n
		}
		t.Rows = append(t.Rows, row)
	}
	t.OtherMany = known > 0 && 5*other > known
	order := func(code string) int {
		if i := slices.IndexFunc(Causes, func(c Cause) bool { return c.Code == code }); i >= 0 {
			return i
		}
		return len(Causes) + len(code)
	}
	slices.SortFunc(t.Rows, func(a, b CauseCount) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Place, b.Place), strings.Compare(a.Level, b.Level), cmp.Compare(order(a.Cause), order(b.Cause)))
	})
	return t
}

// doneFor is one kind of action that was taken for a case.
type doneFor struct {
	Case id.ID
	Kind string
	On   day.Day
}

// Solutions says, for each kind of action taken for cases opened in a period, how many of
// the children were back within 7 and 30 days of it, beside cases of the same ladder and
// opening rule without it. It observes and proves nothing: who is visited differs from who
// is not. The interval is Wilson's, 95 %.
func Solutions(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource, period day.Range) ([]Solution, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, at); err != nil {
		return nil, err
	}
	cases, err := casesAt(ctx, tx, who, at, period)
	if err != nil {
		return nil, err
	}
	cases = slices.DeleteFunc(cases, func(c counted) bool { return !period.Has(c.OpenedOn) || c.Outcome == Withdrawn })
	var ids []id.ID
	for _, c := range cases {
		ids = append(ids, c.ID)
	}
	type act struct {
		Case            id.ID
		Kind            string
		Taken           day.Instant
		School, Commune string
	}
	acts, err := store.All[act](ctx, tx, sqlStatisticsActs, who.Realm, store.In(ids))
	if err != nil {
		return nil, err
	}
	var done []doneFor
	for _, a := range acts {
		if k, known := actKind(a.Kind); known && k.Solution {
			done = append(done, doneFor{a.Case, a.Kind, a.Taken.Day()})
		}
		for _, code := range strings.Fields(a.School + " " + a.Commune) {
			done = append(done, doneFor{a.Case, "support-" + code, a.Taken.Day()})
		}
	}
	type referred struct {
		Case id.ID
		Body string
		On   day.Day
	}
	referrals, err := store.All[referred](ctx, tx, sqlStatisticsReferrals, who.Realm, store.In(ids))
	for _, r := range referrals {
		done = append(done, doneFor{r.Case, "referral-" + r.Body, r.On})
	}
	return compare(cases, done, tx.Today()), err
}

// compare is the arithmetic of Solutions.
func compare(cases []counted, done []doneFor, today day.Day) (all []Solution) {
	first := map[string]map[id.ID]day.Day{}
	times := map[string]int{}
	for _, d := range done {
		if first[d.Kind] == nil {
			first[d.Kind] = map[id.ID]day.Day{}
		}
		if on, seen := first[d.Kind][d.Case]; !seen || d.On < on {
			first[d.Kind][d.Case] = d.On
		}
		times[d.Kind]++
	}
	for kind, days := range first {
		s := Solution{Kind: kind, Acts: times[kind]}
		alike := map[[2]string]bool{}
		for _, c := range cases {
			if _, with := days[c.ID]; with {
				alike[[2]string{c.Ladder, c.Rule}] = true
			}
		}
		for _, c := range cases {
			if on, with := days[c.ID]; with {
				s.With.count(c, on, today)
			} else if alike[[2]string{c.Ladder, c.Rule}] {
				s.Without.count(c, c.OpenedOn, today)
			}
		}
		s.With.intervals()
		s.Without.intervals()
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Solution) int { return cmp.Compare(solutionOrder(a.Kind), solutionOrder(b.Kind)) })
	return all
}

func solutionOrder(kind string) string {
	if i := slices.IndexFunc(ActKinds, func(k ActKind) bool { return k.Code == kind }); i >= 0 {
		return string(rune('0' + i))
	}
	return kind
}

// count takes a case that has been given days from a day on.
func (s *Share7and30) count(c counted, from, today day.Day) {
	s.Cases++
	back := c.Outcome == CameBack && !c.ReturnOn.IsZero() && c.ReturnOn >= from
	for _, w := range []struct {
		days     int
		of, hits *int
	}{{7, &s.Of7, &s.Back7}, {30, &s.Of30, &s.Back30}} {
		hit := back && c.ReturnOn <= from.Add(w.days)
		if hit || from.Add(w.days) <= today {
			*w.of++
		}
		if hit {
			*w.hits++
		}
	}
}

func (s *Share7and30) intervals() {
	s.Low7, s.High7 = Wilson(ratio.Of(int64(s.Back7), int64(s.Of7)))
	s.Low30, s.High30 = Wilson(ratio.Of(int64(s.Back30), int64(s.Of30)))
}

// Wilson is Wilson's score interval of a share, 95 %: Wilson, E. B. (1927), Probable
// inference, the law of succession, and statistical inference, JASA 22. Of nothing it is
// 0 to 1.
func Wilson(r ratio.Ratio) (low, high float64) {
	if !r.Known() {
		return 0, 1
	}
	const z = 1.959964
	n, p := float64(r.D), float64(r.N)/float64(r.D)
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, middle-half), min(1, middle+half)
}

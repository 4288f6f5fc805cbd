package calendar

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// OpenYearIn opens a school year of the realm, or changes its frame.
type OpenYearIn struct {
	Year   Year
	Terms  []Term // of the realm; Scope and Year are filled in
	Reason string // the decision that sets it: "QĐ 815/QĐ-UBND ngày 14/8/2019"
}

// OpenYear writes the frame of a school year: from gathering to the end, opening day, terms. The same again changes
// nothing. Faults: those of Year.Check, "calendar.term-outside", "calendar.terms-overlap", "calendar.need-reason".
func OpenYear(ctx context.Context, tx *store.Tx, who access.Who, in OpenYearIn) (Change, error) {
	scope := Scope{Kind: ScopeRealm}
	rule, resource, err := mayChange(ctx, tx, who, scope)
	if err != nil {
		return Change{}, err
	}
	in.Reason, in.Year.Extension = viet.Clean(in.Reason), viet.Clean(in.Year.Extension)
	if err := in.Year.Check(); err != nil {
		return Change{}, err
	}
	if err := needReason(in.Reason); err != nil {
		return Change{}, err
	}
	for i := range in.Terms {
		in.Terms[i].Scope, in.Terms[i].Year = scope, in.Year.Year
	}
	if err := checkTerms(in.Year, in.Terms); err != nil {
		return Change{}, err
	}
	change := Change{Period: Bounds(in.Year.Year)}
	was, err := store.One[Year](ctx, tx, sqlYear, who.Realm, in.Year.Year)
	if err != nil && !store.IsNone(err) {
		return Change{}, err
	}
	terms, err := store.All[Term](ctx, tx, sqlAllTerms, who.Realm, in.Year.Year)
	if err != nil {
		return Change{}, err
	}
	if was == in.Year && sameTerms(terms, in.Terms) {
		return change, nil
	}
	if _, err := tx.Exec(ctx, sqlPutYear, who.Realm, in.Year.Year, in.Year.Period.From, in.Year.Opening, in.Year.Period.Until, in.Year.Extension); err != nil {
		return Change{}, err
	}
	for _, t := range in.Terms {
		if err := putTerm(ctx, tx, who.Realm, t); err != nil {
			return Change{}, err
		}
	}
	return change, finish(ctx, tx, who, scope, &change, "calendar.open-year", rule, resource,
		map[string]any{"year": in.Year.Year, "reason": in.Reason})
}

// SetTermIn sets one term of a scope: a school whose first term began earlier, a commune whose second is extended.
type SetTermIn struct {
	Term   Term
	Reason string
}

// SetTerm writes the term of a scope. The year must be open ("calendar.no-year"); a term may go beyond the frame of the
// year only within 1 August to 31 July ("calendar.term-outside").
func SetTerm(ctx context.Context, tx *store.Tx, who access.Who, in SetTermIn) (Change, error) {
	rule, resource, err := mayChange(ctx, tx, who, in.Term.Scope)
	if err != nil {
		return Change{}, err
	}
	in.Reason = viet.Clean(in.Reason)
	if err := needReason(in.Reason); err != nil {
		return Change{}, err
	}
	t := in.Term
	year, err := store.One[Year](ctx, tx, sqlYear, who.Realm, t.Year)
	if store.IsNone(err) {
		return Change{}, fault.New(fault.Invalid, "calendar.no-year", fault.Args{"year": t.Year}).On("year")
	} else if err != nil {
		return Change{}, err
	}
	year.Period = Bounds(t.Year)
	if err := checkTerms(year, []Term{t}); err != nil {
		return Change{}, err
	}
	terms, err := store.All[Term](ctx, tx, sqlAllTerms, who.Realm, t.Year)
	if err != nil {
		return Change{}, err
	}
	change := Change{Period: t.Period}
	for _, old := range terms {
		if old == t {
			return change, nil
		}
		// Days that the term had and has no more change too: its own before, or the inherited one it now hides.
		if old.Number == t.Number {
			change.Period = hull(change.Period, old.Period)
		}
	}
	if err := putTerm(ctx, tx, who.Realm, t); err != nil {
		return Change{}, err
	}
	return change, finish(ctx, tx, who, t.Scope, &change, "calendar.set-term", rule, resource,
		map[string]any{"year": t.Year, "term": t.Number, "reason": in.Reason})
}

func hull(a, b day.Range) day.Range {
	return day.Range{From: min(a.From, b.From), Until: max(a.Until, b.Until)}
}

func putTerm(ctx context.Context, tx *store.Tx, realm int, t Term) error {
	_, err := tx.Exec(ctx, sqlPutTerm, realm, t.Year, t.Number, t.Scope.Kind, t.Scope.ID, t.Period.From, t.Period.Until, t.Weeks)
	return err
}

func checkTerms(year Year, terms []Term) error {
	var list fault.List
	for i, t := range terms {
		if t.Number < 1 || t.Number > 3 {
			list = append(list, fault.New(fault.Invalid, "calendar.bad-term", fault.Args{"term": t.Number}).On("term"))
		}
		if t.Period.Empty() || t.Period.From < year.Period.From || t.Period.Until > year.Period.Until {
			list = append(list, fault.New(fault.Invalid, "calendar.term-outside", fault.Args{"term": t.Number,
				"from": year.Period.From.Vietnamese(), "last": year.Period.Last().Vietnamese()}).On("from"))
		}
		for _, other := range terms[:i] {
			if t.Number == other.Number || t.Period.Overlaps(other.Period) {
				list = append(list, fault.New(fault.Invalid, "calendar.terms-overlap", fault.Args{"term": t.Number, "other": other.Number}).On("from"))
			}
		}
	}
	return list.OrNil()
}

// sameTerms says whether every wanted term stands.
func sameTerms(are, wanted []Term) bool {
	for _, w := range wanted {
		found := false
		for _, t := range are {
			found = found || t == w
		}
		if !found {
			return false
		}
	}
	return true
}

// Years lists the school years of a realm, the oldest first. A calendar is no secret: whoever is signed in may read it.
func Years(ctx context.Context, tx *store.Tx, realm int) ([]Year, error) {
	return store.All[Year](ctx, tx, sqlYears, realm)
}

// YearOf gives a school year with all its terms, of every scope; the fault "calendar.no-year" when it is not open.
func YearOf(ctx context.Context, tx *store.Tx, realm, year int) (Year, []Term, error) {
	y, err := store.One[Year](ctx, tx, sqlYear, realm, year)
	if store.IsNone(err) {
		return y, nil, fault.New(fault.NotFound, "calendar.no-year", fault.Args{"year": year})
	} else if err != nil {
		return y, nil, err
	}
	terms, err := store.All[Term](ctx, tx, sqlAllTerms, realm, year)
	return y, terms, err
}

package report

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/ratio"
	"ralop/internal/store"
)

// What stands beside the rows: causes, pupils to be watched, mobilisation, the lowest
// units, sources, and what became of the paper before.

func (g *gathering) causes() error {
	read := func(query string, of func(Figures) []Cause) ([]Cause, error) {
		found, err := store.All[Cause](g.ctx, g.tx, query, g.who.Realm, store.In(g.live), g.period.From, g.period.Until)
		if err != nil {
			return nil, err
		}
		sums := map[string]int64{}
		for _, c := range found {
			sums[c.Code] += c.N
		}
		for _, f := range g.frozen {
			for _, c := range of(f) {
				sums[c.Code] += c.N
			}
		}
		all := []Cause{}
		for code, n := range sums {
			all = append(all, Cause{code, n})
		}
		slices.SortFunc(all, func(a, b Cause) int {
			switch {
			case (a.Code == "") != (b.Code == ""): // "not recorded" stands last
				if a.Code == "" {
					return 1
				}
				return -1
			case a.N != b.N:
				return int(b.N - a.N)
			case a.Code < b.Code:
				return -1
			}
			return 1
		})
		return all, nil
	}
	var err error
	if g.figures.Absence, err = read(sqlAbsenceCauses, func(f Figures) []Cause { return f.Absence }); err != nil {
		return err
	}
	if g.figures.Dropout, err = read(sqlDropoutCauses, func(f Figures) []Cause { return f.Dropout }); err != nil {
		return err
	}
	g.figures.Checks, err = store.One[int](g.ctx, g.tx, sqlPhysicalCounts, g.who.Realm, store.In(g.live), g.period.From, g.period.Until)
	for _, f := range g.frozen {
		g.figures.Checks += f.Checks
	}
	return err
}

func (g *gathering) watch() error {
	long, err := g.measure(indicator.LongAbsence, g.place, indicator.ByChildren)
	if err != nil {
		return err
	}
	away := map[id.ID]int64{}
	for _, row := range long.Rows {
		away[row.Child.Place.ID] = row.Value.N
	}
	type often struct {
		School id.ID
		N      int64
	}
	found, err := store.All[often](g.ctx, g.tx, sqlOften, g.who.Realm, store.In(g.live), g.period.From, g.period.Until, OftenFrom)
	if err != nil {
		return err
	}
	bySchool := map[id.ID]int64{}
	for _, o := range found {
		bySchool[o.School] += o.N
	}
	if g.place.Kind == access.SchoolKind {
		g.figures.Watch = Watch{long.Total.N, bySchool[g.place.ID], g.figures.Total.Unknown}
		return nil
	}
	for i := range g.figures.Children {
		c := &g.figures.Children[i]
		if c.Paper == 0 {
			c.Watch = Watch{LongAbsent: away[c.ID], Unresolved: c.Total.Unknown}
			for _, school := range g.schools[c.ID] {
				c.Watch.Often += bySchool[school]
			}
		}
		g.figures.Watch = g.figures.Watch.add(c.Watch)
	}
	return nil
}

func (g *gathering) measure(what indicator.ID, place Place, by indicator.By) (indicator.Result, error) {
	at := indicator.Unit(place.ID)
	if place.Kind == access.SchoolKind {
		at = indicator.School(place.ID)
		if by == indicator.ByChildren {
			by = indicator.Total
		}
	}
	return indicator.Measure(g.ctx, g.tx, g.who, indicator.Query{Indicator: what, Place: at, Period: g.period, By: by})
}

// mobilisation by age: of the whole unit, or of its children when some of their figures
// are frozen.
func (g *gathering) mobilisation() error {
	if g.place.Kind == access.SchoolKind {
		return nil
	}
	places := []Place{g.place}
	ages := map[string]ratio.Ratio{}
	if len(g.frozen) > 0 && g.figures.Units > 0 {
		places = nil
		for _, c := range g.figures.Children {
			if c.Kind == access.UnitKind && c.Paper == 0 {
				places = append(places, Unit(c.ID))
			}
		}
		for _, f := range g.frozen {
			for _, a := range f.Mobilisation {
				ages[a.Age] = ages[a.Age].Add(ratio.Of(a.N, a.D))
			}
		}
	}
	for _, place := range places {
		result, err := g.measure(indicator.Mobilisation, place, indicator.ByAge)
		if err != nil {
			return err
		}
		for _, row := range result.Rows {
			ages[row.Key] = ages[row.Key].Add(row.Value.Ratio)
		}
	}
	for age, r := range ages {
		g.figures.Mobilisation = append(g.figures.Mobilisation, AgeRow{age, r.N, r.D})
	}
	slices.SortFunc(g.figures.Mobilisation, func(a, b AgeRow) int {
		if a.Age < b.Age {
			return -1
		}
		return 1
	})
	return nil
}

func (g *gathering) lowest() error {
	type row struct {
		Unit, School id.ID
		Target       target
	}
	rows, err := store.All[row](g.ctx, g.tx, sqlTargets, g.who.Realm, g.figures.SchoolYear)
	if err != nil {
		return err
	}
	targets := map[id.ID][]target{}
	for _, r := range rows {
		targets[r.Unit|r.School] = append(targets[r.Unit|r.School], r.Target)
	}
	g.figures.Lowest = gaps(g.figures.Children, targets)
	return nil
}

func (g *gathering) keepSources() error {
	live, err := sourcesOf(g.ctx, g.tx, g.who.Realm, g.live, g.period)
	if err != nil {
		return err
	}
	for class, s := range live {
		g.sources[class] = s
	}
	if g.place.Kind != access.SchoolKind {
		return nil
	}
	type class struct {
		ID          id.ID
		Name, Level string
	}
	classes, err := store.All[class](g.ctx, g.tx, sqlClasses, g.who.Realm, g.place.ID, g.period.From, g.period.Last())
	for _, c := range classes {
		s := live[c.ID]
		g.figures.Classes = append(g.figures.Classes, ClassRow{c.ID, c.Name, c.Level, s.Open, s.Close, s.Sheets, s.N, s.D})
	}
	return err
}

// earlier finds the frozen paper of the period before and what has changed since.
func (g *gathering) earlier() error {
	paper, err := paperBy(g.ctx, g.tx, sqlFrozenBefore, g.who.Realm, g.place.unit(), g.place.school(), g.period.From)
	if store.IsNone(err) {
		return nil
	} else if err != nil {
		return err
	}
	f, err := figuresOf(g.ctx, g.tx, g.who.Realm, paper.ID)
	if err != nil {
		return err
	}
	adjustments, err := adjustments(g.ctx, g.tx, g.who.Realm, paper)
	if err != nil {
		return err
	}
	g.figures.Earlier = &Earlier{Report: paper.ID, From: f.From, Last: f.Last, Frozen: f.Total, Adjustments: adjustments}
	g.figures.Earlier.Today, err = todayTotal(g.ctx, g.tx, g.who, g.place, paper.Period)
	return err
}

// todayTotal counts the total of a place for a period as the facts stand now, whatever
// was accepted.
func todayTotal(ctx context.Context, tx *store.Tx, who access.Who, place Place, period day.Range) (Row, error) {
	g := &gathering{ctx: ctx, tx: tx, who: who, place: place, period: period, schools: map[id.ID][]id.ID{}}
	g.figures = Figures{Place: place, SchoolYear: period.Last().SchoolYear()}
	if err := g.head(); err != nil {
		return Row{}, err
	}
	if err := g.layout(); err != nil {
		return Row{}, err
	}
	for _, c := range g.figures.Children {
		g.live = append(g.live, g.schools[c.ID]...)
	}
	rows, _, err := g.counts()
	var total Row
	for _, row := range rows {
		total = total.Add(row)
	}
	return total, err
}

package benefit

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// Line is a line of a list of beneficiaries.
type Line struct {
	Row    int
	Pupil  student.Named
	Scheme string  // as written
	Ground string  // as written
	From   day.Day // zero: ListIn.Period.From
	Until  day.Day // exclusive; zero: ListIn.Period.Until
	Paper  string
	Months []day.Day // for which it was paid or handed out
	Dong   int64     // each month
	Grams  int64
}

// ListIn is a list of a school that comes in.
type ListIn struct {
	School id.ID
	Year   int       // school year: whom the list may name
	Period day.Range // for lines that tell no days; zero: they must tell
	Scheme string    // for lines that name none
	Paper  string
}

// Planned is what a line would do. Was is what stands (zero: nothing); with Fault nothing
// goes in.
type Planned struct {
	Row    int
	Pupil  id.ID
	Was    Benefit
	Is     Benefit
	Months []Month // new or changed
	Fault  *fault.Fault
	Notes  []*fault.Fault
}

// New, Changed and Same say what becomes of the line.
func (p Planned) New() bool     { return p.Fault == nil && p.Was == (Benefit{}) }
func (p Planned) Same() bool    { return p.Fault == nil && p.Was == p.Is && len(p.Months) == 0 }
func (p Planned) Changed() bool { return p.Fault == nil && !p.New() && !p.Same() }

// List plans lists of beneficiaries, batch by batch. It is used by one goroutine.
type List struct {
	who   access.Who
	in    ListIn
	index *student.Index
	seen  map[listKey]int     // rows that named the spell
	spell map[id.ID][]Benefit // of earlier batches, beside what the database has
}

type listKey struct {
	pupil  id.ID
	scheme Scheme
	day    day.Day
}

// Begin begins a list. Fault: access.no-grant.
func Begin(ctx context.Context, tx *store.Tx, who access.Who, in ListIn) (*List, error) {
	if _, err := access.May(ctx, tx, who, access.ChangeBenefits, access.School(in.School)); err != nil {
		return nil, err
	}
	if in.Year == 0 {
		in.Year = tx.Today().SchoolYear()
	}
	index, err := student.IndexOf(ctx, tx, who.Realm, in.School, in.Year)
	return &List{who: who, in: in, index: index, seen: map[listKey]int{}, spell: map[id.ID][]Benefit{}}, err
}

// Plan says what lines would do, in their order. Nothing is written.
//
// Faults of lines: those of student.Index.Find; benefit.unknown-scheme,
// benefit.unknown-ground, benefit.scheme-then (no such support on that day),
// benefit.no-days, benefit.overlaps, benefit.twice, benefit.month-outside. Notes:
// benefit.many-months, benefit.other-amount.
func (l *List) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Planned, error) {
	planned := make([]Planned, len(lines))
	var pupils []id.ID
	for i, line := range lines {
		planned[i] = l.read(line)
		if planned[i].Fault == nil {
			pupils = append(pupils, planned[i].Pupil)
		}
	}
	if len(pupils) == 0 {
		return planned, nil
	}
	standing, err := store.All[Benefit](ctx, tx, sqlBenefitsOf, l.who.Realm, store.In(pupils))
	if err != nil {
		return nil, err
	}
	months, err := store.All[Month](ctx, tx, sqlMonthsOf, l.who.Realm, store.In(pupils))
	if err != nil {
		return nil, err
	}
	paid := map[listKey]Month{}
	for _, m := range months {
		paid[listKey{m.Pupil, m.Scheme, m.Month}] = m
	}
	spells := map[id.ID][]Benefit{}
	for _, b := range standing {
		spells[b.Pupil] = append(spells[b.Pupil], b)
	}
	for i := range planned {
		if planned[i].Fault == nil {
			l.compare(&planned[i], spells, paid, lines[i])
		}
	}
	return planned, nil
}

// read understands a line without what stands.
func (l *List) read(line Line) Planned {
	p := Planned{Row: line.Row}
	refuse := func(code, field string, args fault.Args) Planned {
		p.Fault = fault.New(fault.Invalid, code, args).On(field)
		return p
	}
	meant, wrong := l.index.Find(line.Pupil)
	if wrong != nil {
		p.Fault = wrong
		return p
	}
	p.Pupil = meant.Pupil
	written := line.Scheme
	if written == "" {
		written = l.in.Scheme
	}
	scheme, ok := ParseScheme(written)
	if !ok {
		return refuse("benefit.unknown-scheme", "scheme", fault.Args{"value": written})
	}
	p.Is = Benefit{Pupil: meant.Pupil, Scheme: scheme, From: line.From, Until: line.Until, School: l.in.School, Paper: viet.Clean(line.Paper)}
	if line.Ground != "" {
		if p.Is.Ground, ok = ParseGround(line.Ground); !ok {
			return refuse("benefit.unknown-ground", "ground", fault.Args{"value": line.Ground})
		}
	}
	if p.Is.Paper == "" {
		p.Is.Paper = viet.Clean(l.in.Paper)
	}
	if p.Is.From.IsZero() {
		p.Is.From = l.in.Period.From
	}
	if p.Is.Until.IsZero() {
		p.Is.Until = l.in.Period.Until
	}
	if p.Is.From.IsZero() || p.Is.Until <= p.Is.From {
		return refuse("benefit.no-days", "from", nil)
	}
	rule, ok := scheme.On(p.Is.From)
	if !ok {
		return refuse("benefit.scheme-then", "from", fault.Args{"day": p.Is.From.Vietnamese()})
	}
	if n := len(line.Months); rule.Months > 0 && n > rule.Months {
		p.Notes = append(p.Notes, fault.New(fault.Invalid, "benefit.many-months", fault.Args{"n": n, "most": rule.Months, "source": rule.Source}))
	}
	if rule.Dong > 0 && line.Dong > 0 && line.Dong != rule.Dong || rule.Grams > 0 && line.Grams > 0 && line.Grams != rule.Grams {
		p.Notes = append(p.Notes, fault.New(fault.Invalid, "benefit.other-amount", fault.Args{"source": rule.Source}))
	}
	return p
}

// compare holds a line against what stands and what earlier lines said.
func (l *List) compare(p *Planned, spells map[id.ID][]Benefit, paid map[listKey]Month, line Line) {
	key := listKey{p.Pupil, p.Is.Scheme, p.Is.From}
	if row, twice := l.seen[key]; twice && row != p.Row {
		p.Fault = fault.New(fault.Conflict, "benefit.twice", fault.Args{"row": row}).On("scheme")
		return
	}
	for _, b := range slices.Concat(spells[p.Pupil], l.spell[p.Pupil]) {
		switch {
		case b.Scheme != p.Is.Scheme:
		case b.From == p.Is.From:
			p.Was = b
		case b.Period().Overlaps(p.Is.Period()):
			p.Fault = fault.New(fault.Conflict, "benefit.overlaps", fault.Args{"from": b.From.Vietnamese(), "last": (b.Until - 1).Vietnamese()}).On("from")
			return
		}
	}
	if p.Was != (Benefit{}) { // what a list does not tell is not taken away
		if p.Is.Ground == "" {
			p.Is.Ground = p.Was.Ground
		}
		if p.Is.Paper == "" {
			p.Is.Paper = p.Was.Paper
		}
	}
	for _, month := range line.Months {
		m := Month{p.Pupil, p.Is.Scheme, month.MonthStart(), l.in.School, line.Dong, line.Grams}
		if !p.Is.Period().Overlaps(day.MonthOf(month)) {
			p.Fault = fault.New(fault.Invalid, "benefit.month-outside", fault.Args{"month": int(month.Month()), "year": month.Year()}).On("months")
			return
		}
		if old, was := paid[listKey{m.Pupil, m.Scheme, m.Month}]; !was || old != m {
			p.Months = append(p.Months, m)
		}
	}
	l.seen[key] = p.Row
	if p.New() {
		l.spell[p.Pupil] = append(l.spell[p.Pupil], p.Is)
	}
}

// Put writes what was planned, and nothing that is the same.
func Put(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, planned []Planned) error {
	rule, err := access.May(ctx, tx, who, access.ChangeBenefits, access.School(school))
	if err != nil {
		return err
	}
	var benefits, months [][]any
	fresh := 0
	for _, p := range planned {
		if p.Fault != nil || p.Is.School != school {
			continue
		}
		if p.Was != p.Is {
			b := p.Is
			benefits = append(benefits, []any{who.Realm, b.Pupil, b.Scheme, b.From, b.Until, b.School, b.Ground, b.Paper, who.Account, tx.Now()})
		}
		if p.New() {
			fresh++
		}
		for _, m := range p.Months {
			months = append(months, []any{who.Realm, m.Pupil, m.Scheme, m.Month, m.School, m.Dong, m.Grams, who.Account, tx.Now()})
		}
	}
	if len(benefits)+len(months) == 0 {
		return nil
	}
	if err := tx.Many(ctx, sqlPutBenefit, benefits); err != nil {
		return err
	}
	if err := tx.Many(ctx, sqlPutMonth, months); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("benefit.import", access.School(school), rule,
		map[string]int{"new": fresh, "changed": len(benefits) - fresh, "months": len(months)}))
}

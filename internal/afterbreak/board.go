package afterbreak

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Query asks for the board of a place.
type Query struct {
	Place     access.Resource // a unit or a school
	Break     id.ID           // 0: the latest that children have come back from, else the next
	On        day.Day         // as it stood that day; 0: today
	Level     string          // "" is all
	Residence bool            // where the children live, instead of where they learn; units only
}

// Line is one part of the whole.
type Line struct {
	Key   string // a level
	Child Child
	Share Share
}

// DayLine is how it stood on a day of school.
type DayLine struct {
	N      int // which day of school at the place since the return
	Day    day.Day
	Share  Share
	Levels map[string]Share
}

// Step is how it stood n days of school after the return, each school by its own calendar; those that have not had
// that day yet are on neither side.
type Step struct {
	N     int
	Share Share
}

// Cause is how many of the missing are away for a cause; "" is not known. Causes of few children, and those that must
// stay with few people, are among "other".
type Cause struct {
	Code   string
	Levels map[string]int64
	N      int64
}

// Board is everything a board shows, by one access rule.
type Board struct {
	Query    Query // as answered
	Code     string
	Name     string
	Kind     string
	Rule     string
	Break    Break
	Breaks   []Break // of this and the last years, the latest last
	Past     *Break  // the same of the year before, where there was one
	Total    Share
	Levels   []Line
	Children []Line
	Days     []DayLine
	Curve    []Step
	Before   []Step            // the curve of Past
	Levelled map[string][]Step // the curve of each level
	Apart    map[Child][]Step  // the curve of each child
	Causes   []Cause           // of those missing
	Waiting  int               // schools whose latest marks are not in yet
	List     ListState         // of the schools of the place
}

// ListState says how far the expected-back lists of a place are.
type ListState struct {
	Schools int // levels of schools that have the break
	Made    int
	Frozen  int
	First   day.Day // on which the first was frozen
	Last    day.Day
}

// SmallCause is the number of children under which a cause is not told apart.
const SmallCause = 5

// guarded are causes that stay with those who answer for the child (casework's protected causes).
var guarded = map[string]bool{"marriage": true, "labour": true, "stigma": true}

// maySee asks for the board of the place; who answers for the children that live in a unit sees it by residence.
func maySee(ctx context.Context, tx *store.Tx, who access.Who, q Query) (string, error) {
	rule, err := access.May(ctx, tx, who, access.SeeBoard, q.Place)
	if fault.Is(err, fault.Forbidden) && q.Residence && q.Place.Kind == access.UnitKind {
		if rule, err := access.May(ctx, tx, who, access.SeeBoard, access.Residence(q.Place.ID)); err == nil {
			return rule, nil
		}
	}
	return rule, err
}

// ReadBoard gathers the board of a place. A place whose schools had no break gives a board without one (Break.ID 0).
func ReadBoard(ctx context.Context, tx *store.Tx, who access.Who, q Query) (Board, error) {
	if q.Place.Kind != access.UnitKind {
		q.Residence = false
	}
	rule, err := maySee(ctx, tx, who, q)
	if err != nil {
		return Board{}, err
	}
	if q.On == 0 || q.On > tx.Today() {
		q.On = tx.Today()
	}
	l, err := lay(ctx, tx, who.Realm, q.Place, q.Residence, tx.Today())
	if err != nil {
		return Board{}, err
	}
	b := Board{Query: q, Code: l.code, Name: l.name, Kind: l.kind, Rule: rule}
	if b.Breaks, err = breaksAt(ctx, tx, who.Realm, l, q.Residence); err != nil {
		return b, err
	}
	if q.Break != 0 && !slices.ContainsFunc(b.Breaks, func(o Break) bool { return o.ID == q.Break }) {
		return b, fault.New(fault.NotFound, "afterbreak.no-break", nil)
	}
	b.choose(tx.Today())
	if b.Break.ID == 0 {
		return b, nil
	}
	b.Query.Break = b.Break.ID
	rows, waiting, err := flows(ctx, tx, who.Realm, b.Break.ID, q.Place, l, q.Residence)
	if err != nil {
		return b, err
	}
	b.Waiting = waiting
	if q.Place.Kind == access.SchoolKind {
		if l.children, err = classesOf(ctx, tx, who, q.Place.ID, b.Break.Year); err != nil {
			return b, err
		}
	}
	b.fill(rows, l.children)
	if err := b.readCauses(ctx, tx, who.Realm, l); err != nil {
		return b, err
	}
	if err := b.readLists(ctx, tx, who.Realm, l); err != nil {
		return b, err
	}
	return b, b.readPast(ctx, tx, who.Realm, l)
}

// breaksAt are the breaks of the last school years that any school of the place had; by residence, any school.
func breaksAt(ctx context.Context, tx *store.Tx, realm int, l *layout, residence bool) ([]Break, error) {
	if residence {
		return store.All[Break](ctx, tx, sqlBreaks, realm, since(tx.Today()))
	}
	return store.All[Break](ctx, tx, sqlBreaksAt, realm, store.In(l.schools), since(tx.Today()))
}

// choose takes the break that is asked for, else the latest whose return has come, else the next.
func (b *Board) choose(today day.Day) {
	var next *Break
	for i := range b.Breaks {
		o := &b.Breaks[i]
		switch {
		case b.Query.Break == o.ID:
			b.Break = *o
			return
		case b.Query.Break != 0:
		case o.Return <= today:
			if b.Break.ID == 0 || o.Return >= b.Break.Return {
				b.Break = *o
			}
		case next == nil || o.Return < next.Return:
			next = o
		}
	}
	if b.Break.ID == 0 && next != nil {
		b.Break = *next
	}
	// A list is made before the break: near it, the coming one is what people work on.
	if b.Query.Break == 0 && next != nil && next.From <= today+Ahead {
		b.Break = *next
	}
}

func classesOf(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, year int) ([]Child, error) {
	all, err := org.Classes(ctx, tx, who, school, year)
	children := make([]Child, len(all))
	for i, c := range all {
		children[i] = Child{access.ClassKind, c.ID, c.Name, viet.SortKey(c.Name)}
	}
	return children, err
}

// fill adds the flows up. Every line is a sum of the same flows, so the parts make the whole.
func (b *Board) fill(rows []flow, children []Child) {
	on := b.Query.On
	levels, parts := map[string]Share{}, map[id.ID]Share{}
	var chosen []flow
	for _, r := range rows {
		if r.Day <= on {
			levels[r.Level] = levels[r.Level].Plus(r.Share)
		}
		if b.Query.Level != "" && r.Level != b.Query.Level {
			continue
		}
		chosen = append(chosen, r)
		if r.Day <= on {
			b.Total = b.Total.Plus(r.Share)
			parts[r.Child] = parts[r.Child].Plus(r.Share)
		}
	}
	for _, level := range append(slices.Clone(org.Levels), "") {
		if s, ok := levels[level]; ok && s != (Share{}) {
			b.Levels = append(b.Levels, Line{Key: level, Share: s})
		}
	}
	b.Apart = map[Child][]Step{}
	byChild := map[id.ID][]flow{}
	for _, r := range chosen {
		byChild[r.Child] = append(byChild[r.Child], r)
	}
	for _, c := range append(slices.Clone(children), Child{}) {
		s, ok := parts[c.ID]
		if !ok || s == (Share{}) {
			continue
		}
		delete(parts, c.ID)
		b.Children = append(b.Children, Line{Child: c, Share: s})
		b.Apart[c] = curve(byChild[c.ID], on)
	}
	var rest Share // classes or units that are no more
	for _, s := range parts {
		rest = rest.Plus(s)
	}
	if rest != (Share{}) {
		b.Children = append(b.Children, Line{Share: rest})
	}
	b.Curve = curve(chosen, on)
	b.Levelled = map[string][]Step{}
	for _, line := range b.Levels {
		of := slices.DeleteFunc(slices.Clone(rows), func(r flow) bool { return r.Level != line.Key })
		b.Levelled[line.Key] = curve(of, on)
	}
	b.Days = daily(chosen, on)
}

// MostSteps is how many days of school a curve follows.
const MostSteps = 30

// group is the flows of one level that came back on one day, in order of time.
type group struct {
	level  string
	back   day.Day
	held   int64
	deltas []flow
}

func grouped(rows []flow) []group {
	type key struct {
		level string
		back  day.Day
		held  int64
	}
	at := map[key]int{}
	var groups []group
	for _, r := range rows {
		k := key{r.Level, r.Return, r.Held}
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, group{r.Level, r.Return, r.Held, nil})
		}
		groups[i].deltas = append(groups[i].deltas, r)
	}
	for i := range groups {
		slices.SortFunc(groups[i].deltas, func(a, b flow) int { return cmp.Compare(a.Day, b.Day) })
	}
	return groups
}

func curve(rows []flow, on day.Day) (steps []Step) {
	groups := grouped(rows)
	sums, next := make([]Share, len(groups)), make([]int, len(groups))
	for n := 1; n <= MostSteps; n++ {
		var total Share
		reached := false
		for i := range groups {
			g := &groups[i]
			until, ok := dayOf(g.held, g.back, n)
			if !ok || until > on {
				continue
			}
			reached = true
			for next[i] < len(g.deltas) && g.deltas[next[i]].Day <= until {
				sums[i] = sums[i].Plus(g.deltas[next[i]].Share)
				next[i]++
			}
			total = total.Plus(sums[i])
		}
		if !reached {
			break
		}
		steps = append(steps, Step{n, total})
	}
	return steps
}

// daily is how it stood on each day of school up to on, without days that changed nothing; the last is always there.
func daily(rows []flow, on day.Day) (lines []DayLine) {
	groups := grouped(rows)
	first := day.Forever
	for _, g := range groups {
		first = min(first, g.back)
	}
	next := make([]int, len(groups))
	levels := map[string]Share{}
	var total Share
	n := 0
	for d := first; d <= on && d < first+Followed; d++ {
		school := false
		for i := range groups {
			g := &groups[i]
			for next[i] < len(g.deltas) && g.deltas[next[i]].Day <= d {
				total = total.Plus(g.deltas[next[i]].Share)
				levels[g.level] = levels[g.level].Plus(g.deltas[next[i]].Share)
				next[i]++
			}
			if off := d.Sub(g.back); off >= 0 && off < Followed && g.held&(1<<off) != 0 {
				school = true
			}
		}
		if !school {
			continue
		}
		n++
		line := DayLine{N: n, Day: d, Share: total, Levels: map[string]Share{}}
		for level, s := range levels {
			line.Levels[level] = s
		}
		// Of two days on which nothing changed the first goes, unless something had changed on it.
		if k := len(lines); k > 1 && lines[k-1].same(lines[k-2]) {
			lines[k-1] = line
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

func (b *Board) readCauses(ctx context.Context, tx *store.Tx, realm int, l *layout) error {
	type row struct {
		Level, Cause string
		N            int64
	}
	query, within := sqlCausesBySchool, store.In(l.schools)
	if b.Query.Residence {
		query, within = sqlCausesByHome, store.In(l.units)
	}
	rows, err := store.All[row](ctx, tx, query, realm, b.Break.ID, within, b.Query.On)
	if err != nil {
		return err
	}
	sums := map[string]*Cause{}
	at := func(code string) *Cause {
		if sums[code] == nil {
			sums[code] = &Cause{Code: code, Levels: map[string]int64{}}
		}
		return sums[code]
	}
	for _, r := range rows {
		if b.Query.Level != "" && r.Level != b.Query.Level {
			continue
		}
		if guarded[r.Cause] {
			r.Cause = "other"
		}
		c := at(r.Cause)
		c.N, c.Levels[r.Level] = c.N+r.N, c.Levels[r.Level]+r.N
	}
	for code, c := range sums {
		if code == "" || code == "other" || c.N >= SmallCause {
			continue
		}
		other := at("other")
		for level, n := range c.Levels {
			other.N, other.Levels[level] = other.N+n, other.Levels[level]+n
		}
		delete(sums, code)
	}
	// Those whose school sends numbers, and marks newer than the last count, have no cause yet.
	for _, line := range b.Levels {
		if b.Query.Level != "" && line.Key != b.Query.Level {
			continue
		}
		left := line.Share.Missing()
		for _, c := range sums {
			left -= c.Levels[line.Key]
		}
		if left > 0 {
			c := at("")
			c.N, c.Levels[line.Key] = c.N+left, c.Levels[line.Key]+left
		}
	}
	for _, c := range sums {
		if c.N > 0 {
			b.Causes = append(b.Causes, *c)
		}
	}
	slices.SortFunc(b.Causes, func(a, o Cause) int {
		last := func(c Cause) int { return slices.Index([]string{"other", ""}, c.Code) }
		return cmp.Or(cmp.Compare(last(a), last(o)), cmp.Compare(o.N, a.N), cmp.Compare(a.Code, o.Code))
	})
	return nil
}

func (b *Board) readLists(ctx context.Context, tx *store.Tx, realm int, l *layout) error {
	rows, err := store.All[schoolBreak](ctx, tx, sqlSchoolsInBreak, realm, b.Break.ID)
	for _, s := range rows {
		if !slices.Contains(l.schools, s.School) || s.Level == "" {
			continue
		}
		b.List.Schools++
		if s.AsOf != day.Forever {
			b.List.Made++
		}
		if s.FrozenOn != day.Forever {
			b.List.Frozen++
			b.List.Last = max(b.List.Last, s.FrozenOn)
			if b.List.First == 0 {
				b.List.First = s.FrozenOn
			}
			b.List.First = min(b.List.First, s.FrozenOn)
		}
	}
	return err
}

// readPast reads the curve of the same break a year before: all of it.
func (b *Board) readPast(ctx context.Context, tx *store.Tx, realm int, l *layout) error {
	for i, o := range b.Breaks {
		if o.Year == b.Break.Year-1 && o.alike(b.Break) {
			b.Past = &b.Breaks[i]
		}
	}
	if b.Past == nil {
		return nil
	}
	rows, _, err := flows(ctx, tx, realm, b.Past.ID, b.Query.Place, l, b.Query.Residence)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r flow) bool { return b.Query.Level != "" && r.Level != b.Query.Level })
	b.Before = curve(rows, day.Forever)
	// A school reports while it matters: what nobody counted after the last count is no part of the curve.
	last := day.Day(0)
	for _, r := range rows {
		last = max(last, r.Day)
	}
	steps := 0
	for _, r := range rows {
		steps = max(steps, nth(r.Held, r.Return, min(last, r.Return+Followed-1)))
	}
	b.Before = b.Before[:min(len(b.Before), steps)]
	return nil
}

func (d DayLine) same(o DayLine) bool { return d.Share == o.Share && maps.Equal(d.Levels, o.Levels) }

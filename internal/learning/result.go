package learning

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// Result is what a pupil reached in a term.
type Result struct {
	Pupil   id.ID
	Year    int
	Term    int // 1, 2; 0 the year
	School  id.ID
	Grade   string
	Scale   string // code
	Study   string // code, "" when not told
	Conduct string
}

// Of gives a pupil's results, the earliest first. Fault: access.no-grant.
func Of(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID) ([]Result, error) {
	if _, err := access.May(ctx, tx, who, access.SeePupils, access.Pupil(pupil)); err != nil {
		return nil, err
	}
	return store.All[Result](ctx, tx, sqlResultsOf, who.Realm, pupil)
}

// Line is a line of a list of results.
type Line struct {
	Row     int
	Pupil   student.Named
	Term    string // as written; "" takes ListIn.Term
	Study   string
	Conduct string
}

// ListIn is a list of a school and a school year.
type ListIn struct {
	School id.ID
	Year   int
	Term   string // as written, for lines that tell none
}

// Planned is what a line would do. Was is what stands (zero: nothing).
type Planned struct {
	Row     int
	Was, Is Result
	Fault   *fault.Fault
}

// New and Changed say what becomes of the line.
func (p Planned) New() bool     { return p.Fault == nil && p.Was == (Result{}) }
func (p Planned) Changed() bool { return p.Fault == nil && !p.New() && p.Was != p.Is }

// List plans lists of results, batch by batch. It is used by one goroutine.
type List struct {
	who   access.Who
	in    ListIn
	index *student.Index
	seen  map[resultKey]int
}

type resultKey struct {
	pupil id.ID
	term  int
}

// Begin begins a list. Faults: access.no-grant, learning.bad-term.
func Begin(ctx context.Context, tx *store.Tx, who access.Who, in ListIn) (*List, error) {
	if _, err := access.May(ctx, tx, who, access.ImportPupils, access.School(in.School)); err != nil {
		return nil, err
	}
	if in.Year == 0 {
		in.Year = tx.Today().SchoolYear()
	}
	if _, ok := ParseTerm(in.Term); in.Term != "" && !ok {
		return nil, fault.New(fault.Invalid, "learning.bad-term", fault.Args{"value": in.Term}).On("term")
	}
	index, err := student.IndexOf(ctx, tx, who.Realm, in.School, in.Year)
	return &List{who, in, index, map[resultKey]int{}}, err
}

// Plan says what lines would do, in their order. Nothing is written.
//
// Faults: those of student.Index.Find; learning.bad-term, learning.no-scale,
// learning.unknown-word (a word of another scale), learning.nothing, learning.twice.
func (l *List) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Planned, error) {
	planned := make([]Planned, len(lines))
	standing := map[resultKey]Result{}
	var pupils []id.ID
	for i, line := range lines {
		planned[i] = Planned{Row: line.Row}
		planned[i].Is, planned[i].Fault = l.read(line)
		if planned[i].Fault == nil {
			pupils = append(pupils, planned[i].Is.Pupil)
		}
	}
	results, err := store.All[Result](ctx, tx, sqlResultsOfMany, l.who.Realm, l.in.Year, store.In(pupils))
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		standing[resultKey{r.Pupil, r.Term}] = r
	}
	for i := range planned {
		p := &planned[i]
		if p.Fault != nil {
			continue
		}
		key := resultKey{p.Is.Pupil, p.Is.Term}
		if row, twice := l.seen[key]; twice && row != p.Row {
			p.Fault = fault.New(fault.Conflict, "learning.twice", fault.Args{"row": row}).On("name")
			continue
		}
		l.seen[key] = p.Row
		p.Was = standing[key]
		if p.Was.Scale == p.Is.Scale { // what a list does not tell is not taken away
			if p.Is.Study == "" {
				p.Is.Study = p.Was.Study
			}
			if p.Is.Conduct == "" {
				p.Is.Conduct = p.Was.Conduct
			}
		}
	}
	return planned, nil
}

func (l *List) read(line Line) (Result, *fault.Fault) {
	refuse := func(code, field string, args fault.Args) (Result, *fault.Fault) {
		return Result{}, fault.New(fault.Invalid, code, args).On(field)
	}
	meant, wrong := l.index.Find(line.Pupil)
	if wrong != nil {
		return Result{}, wrong
	}
	written := line.Term
	if written == "" {
		written = l.in.Term
	}
	term, ok := ParseTerm(written)
	if !ok {
		return refuse("learning.bad-term", "term", fault.Args{"value": written})
	}
	scale, ok := ScaleOf(l.in.Year, meant.Grade)
	if !ok {
		return refuse("learning.no-scale", "study", fault.Args{"grade": meant.Grade, "year": l.in.Year})
	}
	r := Result{Pupil: meant.Pupil, Year: l.in.Year, Term: term, School: l.in.School, Grade: meant.Grade, Scale: scale.Code}
	if r.Study, ok = scale.ParseStudy(line.Study); !ok {
		return refuse("learning.unknown-word", "study", fault.Args{"value": line.Study, "source": scale.Source})
	}
	if r.Conduct, ok = scale.ParseConduct(line.Conduct); !ok {
		return refuse("learning.unknown-word", "conduct", fault.Args{"value": line.Conduct, "source": scale.Source})
	}
	if r.Study+r.Conduct == "" {
		return refuse("learning.nothing", "study", nil)
	}
	return r, nil
}

// Put writes what was planned, and nothing that is the same.
func Put(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, planned []Planned) error {
	rule, err := access.May(ctx, tx, who, access.ImportPupils, access.School(school))
	if err != nil {
		return err
	}
	var rows [][]any
	year, fresh := 0, 0
	for _, p := range planned {
		if r := p.Is; (p.New() || p.Changed()) && r.School == school {
			rows = append(rows, []any{who.Realm, r.Pupil, r.Year, r.Term, r.School, r.Grade, r.Scale, r.Study, r.Conduct, who.Account, tx.Now()})
			year = r.Year
			if p.New() {
				fresh++
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Many(ctx, sqlPutResult, rows); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("learning.import", access.School(school), rule, map[string]int{"year": year, "new": fresh, "changed": len(rows) - fresh}))
}

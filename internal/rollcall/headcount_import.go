package rollcall

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// HeadcountLine is a line of a file of counts. One of Enrolled, Present and Absent may be
// missing (nil): the others give it.
type HeadcountLine struct {
	Row      int // as a person sees it
	School   string
	Level    string
	Count    Headcount // day, session, splits, released
	Enrolled *int
	Present  *int
	Absent   *int
}

// HeadcountFault is a line that may not go in, and why.
type HeadcountFault struct {
	Row   int
	Fault *fault.Fault
}

// HeadcountPlan is what an import would do: a dry run shows it, CommitHeadcounts does it.
type HeadcountPlan struct {
	Rows               int
	New, Changed, Same int
	Errors             []HeadcountFault
	counts             []Headcount // that go in, by school and day
}

// complete works out the figure that is not given.
func (l HeadcountLine) complete() (Headcount, *fault.Fault) {
	h := l.Count
	missing := func(field string) *fault.Fault {
		return fault.New(fault.Invalid, "rollcall.count-missing", nil).On(field)
	}
	switch {
	case l.Enrolled != nil && l.Present != nil && l.Absent != nil:
		h.Enrolled, h.Present, h.Absent = *l.Enrolled, *l.Present, *l.Absent
	case l.Present != nil && l.Absent != nil:
		h.Present, h.Absent = *l.Present, *l.Absent
		h.Enrolled = h.Present + h.Absent + h.Released
	case l.Enrolled != nil && l.Present != nil:
		h.Enrolled, h.Present = *l.Enrolled, *l.Present
		h.Absent = h.Enrolled - h.Present - h.Released
	case l.Enrolled != nil && l.Absent != nil:
		h.Enrolled, h.Absent = *l.Enrolled, *l.Absent
		h.Present = h.Enrolled - h.Absent - h.Released
	case l.Enrolled == nil:
		return h, missing("enrolled")
	default:
		return h, missing("present")
	}
	if h.Day.IsZero() {
		return h, fault.New(fault.Invalid, "rollcall.day-missing", nil).On("date")
	}
	return h, nil
}

// PlanHeadcounts reads lines of counts of whole schools against what is known: which are
// new, changed, the same or wrong. Schools are found by code on the day.
func PlanHeadcounts(ctx context.Context, tx *store.Tx, who access.Who, lines []HeadcountLine) (*HeadcountPlan, error) {
	p := &HeadcountPlan{Rows: len(lines)}
	refuse := func(row int, err error) error {
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		p.Errors = append(p.Errors, HeadcountFault{row, f})
		return nil
	}
	schools := map[string]org.School{}
	seen := map[headcountKey]Headcount{}
	for _, l := range lines {
		h, wrong := l.complete()
		if wrong != nil {
			p.Errors = append(p.Errors, HeadcountFault{l.Row, wrong})
			continue
		}
		school, known := schools[l.School]
		if !known || h.Day < school.From || h.Day >= school.Until {
			var err error
			if school, err = findSchool(ctx, tx, who, l.School, h.Day); err != nil {
				if err := refuse(l.Row, err); err != nil {
					return nil, err
				}
				continue
			}
			schools[l.School] = school
		}
		h.School = school.ID
		var err error
		if h.Level, err = levelIn(school, l.Level); err != nil {
			if err := refuse(l.Row, err); err != nil {
				return nil, err
			}
			continue
		}
		if wrong := h.check(tx.Today()); wrong != nil {
			p.Errors = append(p.Errors, HeadcountFault{l.Row, wrong})
			continue
		}
		if other, twice := seen[h.key()]; twice {
			if !other.same(h) {
				p.Errors = append(p.Errors, HeadcountFault{l.Row, fault.New(fault.Invalid, "rollcall.two-counts", nil).On("date")})
			}
			continue
		}
		seen[h.key()] = h
		p.counts = append(p.counts, h)
	}
	slices.SortStableFunc(p.counts, func(a, b Headcount) int { return cmp.Or(cmp.Compare(a.School, b.School), cmp.Compare(a.Day, b.Day)) })
	return p, p.compare(ctx, tx, who.Realm)
}

// findSchool finds a school that stood on the day, and asks whether the caller may count there.
func findSchool(ctx context.Context, tx *store.Tx, who access.Who, code string, on day.Day) (org.School, error) {
	school, err := org.ResolveSchool(ctx, tx, who, code, on)
	if err != nil {
		return school, err
	}
	if on < school.From || on >= school.Until {
		return school, fault.New(fault.Invalid, "rollcall.no-school-then", fault.Args{"school": code, "day": on.Vietnamese()}).On("school")
	}
	_, err = access.May(ctx, tx, who, access.SubmitHeadcount, access.School(school.ID))
	return school, err
}

func (p *HeadcountPlan) compare(ctx context.Context, tx *store.Tx, realm int) error {
	for _, rows := range bySchool(p.counts) {
		known, err := keptHeadcounts(ctx, tx, realm, rows)
		if err != nil {
			return err
		}
		for _, h := range rows {
			switch old, is := known[h.key()]; {
			case !is:
				p.New++
			case old.same(h):
				p.Same++
			default:
				p.Changed++
			}
		}
	}
	return nil
}

// bySchool cuts counts, which are in order of school and day, into one piece for each school.
func bySchool(counts []Headcount) (pieces [][]Headcount) {
	for start := 0; start < len(counts); {
		end := start + 1
		for end < len(counts) && counts[end].School == counts[start].School {
			end++
		}
		pieces = append(pieces, counts[start:end])
		start = end
	}
	return pieces
}

func keptHeadcounts(ctx context.Context, tx *store.Tx, realm int, rows []Headcount) (map[headcountKey]KeptHeadcount, error) {
	kept, err := store.All[KeptHeadcount](ctx, tx, sqlHeadcountsOfSchool, realm, rows[0].School, rows[0].Day, rows[len(rows)-1].Day+1)
	known := make(map[headcountKey]KeptHeadcount, len(kept))
	for _, h := range kept {
		known[h.key()] = h
	}
	return known, err
}

// rowsOfOneWrite keeps an import from holding the writer for long: roll calls wait for nobody.
const rowsOfOneWrite = 500

// CommitHeadcounts carries a plan out, a few schools in each transaction: new counts go
// in, changed ones get a new version, the same again change nothing. One line in the
// audit book for each school. progress may be nil.
func CommitHeadcounts(ctx context.Context, s *store.Store, who access.Who, p *HeadcountPlan, progress func(done, total int)) error {
	pieces := bySchool(p.counts)
	done := 0
	for len(pieces) > 0 {
		n, rows := 0, 0
		for n < len(pieces) && (n == 0 || rows+len(pieces[n]) <= rowsOfOneWrite) {
			rows += len(pieces[n])
			n++
		}
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, piece := range pieces[:n] {
				if err := putHeadcounts(ctx, tx, who, piece); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		pieces = pieces[n:]
		if done += rows; progress != nil {
			progress(done, len(p.counts))
		}
	}
	return nil
}

// putHeadcounts keeps the counts of one school.
func putHeadcounts(ctx context.Context, tx *store.Tx, who access.Who, counts []Headcount) error {
	school := counts[0].School
	rule, err := access.May(ctx, tx, who, access.SubmitHeadcount, access.School(school))
	if err != nil {
		return err
	}
	known, err := keptHeadcounts(ctx, tx, who.Realm, counts)
	if err != nil {
		return err
	}
	var fresh, changed, versions [][]any
	for _, h := range counts {
		kept := KeptHeadcount{h, 1, who.Account, tx.Now()}
		old, is := known[h.key()]
		switch {
		case is && old.same(h):
			continue
		case is:
			kept.Version = old.Version + 1
			changed = append(changed, append(kept.columns(who.Realm), old.Version))
		default:
			fresh = append(fresh, kept.columns(who.Realm))
		}
		versions = append(versions, kept.version(who.Realm))
	}
	if len(versions) == 0 {
		return nil
	}
	if err := tx.Load(ctx, "headcount", loadHeadcount, fresh); err != nil {
		return err
	}
	if err := tx.Many(ctx, sqlReplaceHeadcount, changed); err != nil {
		return err
	}
	if err := tx.Load(ctx, "headcount_version", loadHeadcountVersion, versions); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("headcount.import", access.School(school), rule,
		map[string]any{"from": counts[0].Day, "last": counts[len(counts)-1].Day, "new": len(fresh), "changed": len(changed)}))
}

// Schools lists the schools of the counts that go in.
func (p *HeadcountPlan) Schools() (schools []id.ID) {
	for _, piece := range bySchool(p.counts) {
		schools = append(schools, piece[0].School)
	}
	return schools
}

// The columns that an import fills, in the order of KeptHeadcount.columns and version.
var (
	loadHeadcount = []string{"realm", "school", "day", "session", "class", "level", "enrolled", "present", "absent", "excused", "unexcused", "released", "version", "account", "received_at"}

	loadHeadcountVersion = []string{"realm", "school", "day", "session", "class", "level", "version", "body", "account", "received_at"}
)

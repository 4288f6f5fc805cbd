package rollcall

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"ralop/internal/access"
	"ralop/internal/store"
)

// PlannedHeadcount is what a line of counts would do.
type PlannedHeadcount struct {
	Was    Headcount // what stands
	Stands bool
	Is     Headcount
}

// Changed says whether another count stands.
func (p PlannedHeadcount) Changed() bool { return p.Stands && !p.Was.same(p.Is) }

// Text is the whole count as text: equal texts are the same count.
func (p PlannedHeadcount) Text() string {
	h, part := p.Is, func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	return fmt.Sprint(h.School, h.Day, int(h.Session), h.Class, h.Level, h.Enrolled, h.Present, h.Absent, part(h.Excused), part(h.Unexcused), h.Released)
}

// ReadHeadcountLine says what one line of counts would do. Faults: those of PlanHeadcounts.
func ReadHeadcountLine(ctx context.Context, tx *store.Tx, who access.Who, l HeadcountLine) (PlannedHeadcount, error) {
	h, wrong := l.complete()
	if wrong != nil {
		return PlannedHeadcount{}, wrong
	}
	school, err := findSchool(ctx, tx, who, l.School, h.Day)
	if err != nil {
		return PlannedHeadcount{}, err
	}
	h.School = school.ID
	if h.Level, err = levelIn(school, l.Level); err != nil {
		return PlannedHeadcount{}, err
	}
	if wrong := h.check(tx.Today()); wrong != nil {
		return PlannedHeadcount{}, wrong
	}
	p := PlannedHeadcount{Is: h}
	known, err := keptHeadcounts(ctx, tx, who.Realm, []Headcount{h})
	if kept, stands := known[h.key()]; stands {
		p.Was, p.Stands = kept.Headcount, true
	}
	return p, err
}

// PutHeadcounts keeps counts of schools as an import does: new ones go in, changed ones get
// a new version, the same change nothing.
func PutHeadcounts(ctx context.Context, tx *store.Tx, who access.Who, counts []Headcount) error {
	counts = slices.Clone(counts)
	slices.SortStableFunc(counts, func(a, b Headcount) int { return cmp.Or(cmp.Compare(a.School, b.School), cmp.Compare(a.Day, b.Day)) })
	for _, piece := range bySchool(counts) {
		if err := putHeadcounts(ctx, tx, who, piece); err != nil {
			return err
		}
	}
	return nil
}

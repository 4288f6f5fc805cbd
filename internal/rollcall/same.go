package rollcall

import (
	"context"
	"slices"

	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// An act says what was said, by the ids that its author saw. When a record has become a part
// of another since, the act means the record that stands; when that is taken back it means
// the old one again. So nothing of it is rewritten: acts are read by what is one child now.

// unlisted gives the pupils with marks who are not on a list.
func (l *list) unlisted(marks []Mark) (pupils []id.ID) {
	for _, m := range marks {
		if !l.has(m.Pupil) {
			pupils = append(pupils, m.Pupil)
		}
	}
	return pupils
}

// meanNow lets acts speak of the pupils on a list, where they name records that became a part of theirs.
func meanNow(ctx context.Context, tx *store.Tx, realm int, l *list, acts []Act) error {
	var strange []id.ID
	for i := range acts {
		strange = append(strange, l.unlisted(acts[i].Marks)...)
		if i > 0 && slices.Equal(acts[i].Roll, acts[i-1].Roll) {
			continue
		}
		for _, pupil := range acts[i].Roll {
			if !l.has(pupil) {
				strange = append(strange, pupil)
			}
		}
	}
	same, err := mergedInto(ctx, tx, realm, strange)
	if err != nil || len(same) == 0 {
		return err
	}
	for i := range acts {
		acts[i].mean(same, l)
	}
	return nil
}

// mergedInto gives, of pupils, those whose records became a part of another, and of which.
func mergedInto(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID) (map[id.ID]id.ID, error) {
	if len(pupils) == 0 {
		return nil, nil
	}
	slices.Sort(pupils)
	return student.MergedMany(ctx, tx, realm, slices.Compact(pupils))
}

// mean puts the records that stand, as far as they are on a list, in the place of those that
// became a part of them, and says whether there were any. Where both were called, what was
// said of the one kept stands: as in ApplyMerge.
func (a *Act) mean(same map[id.ID]id.ID, l *list) (renamed bool) {
	on := func(pupil id.ID) (id.ID, bool) {
		kept, merged := same[pupil]
		return kept, merged && !l.has(pupil) && l.has(kept)
	}
	marked := func(marks []Mark, pupil id.ID) bool {
		return slices.ContainsFunc(marks, func(m Mark) bool { return m.Pupil == pupil })
	}
	called := func(pupil id.ID) bool {
		_, listed := slices.BinarySearch(a.Roll, pupil)
		return listed
	}
	var marks []Mark
	for _, m := range a.Marks {
		kept, is := on(m.Pupil)
		if !is {
			marks = append(marks, m)
			continue
		}
		renamed = true
		if called(kept) && called(m.Pupil) || marked(a.Marks, kept) || marked(marks, kept) {
			continue
		}
		m.Pupil = kept
		marks = append(marks, m)
	}
	var roll []id.ID
	for i, pupil := range a.Roll {
		kept, is := on(pupil)
		if !is {
			if roll != nil {
				roll = append(roll, pupil)
			}
			continue
		}
		if roll == nil { // rolls are shared by acts
			roll = slices.Clone(a.Roll[:i])
		}
		renamed = true
		roll = append(roll, kept)
	}
	if renamed {
		slices.SortFunc(marks, byPupil)
		a.Marks = marks
	}
	if roll != nil {
		slices.Sort(roll)
		a.Roll = slices.Compact(roll)
	}
	return renamed
}

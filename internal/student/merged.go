package student

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// MergedInto gives the record that an id leads to: the pupil's own, or the one that the
// record became a part of. It asks no right.
func MergedInto(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) (id.ID, error) {
	into, err := MergedMany(ctx, tx, realm, []id.ID{pupil})
	if kept, merged := into[pupil]; merged {
		pupil = kept
	}
	return pupil, err
}

// MergedMany gives, for those of some ids whose records became a part of another, the
// record that each leads to now. It asks no right.
func MergedMany(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID) (map[id.ID]id.ID, error) {
	type row struct{ Gone, Into id.ID }
	into := map[id.ID]id.ID{}
	for ask := pupils; len(ask) > 0; {
		rows, err := store.All[row](ctx, tx, sqlMergedMany, realm, store.In(ask))
		if err != nil {
			return nil, err
		}
		ask = nil
		for _, r := range rows { // a record may have become part of one that later became part of a third
			if into[r.Gone] = r.Into; into[r.Into] == 0 {
				ask = append(ask, r.Into)
			}
		}
	}
	for gone, kept := range into {
		for into[kept] != 0 {
			kept = into[kept]
		}
		into[gone] = kept
	}
	return into, nil
}

// FormerNumbers gives, for numbers that a record had before it was merged or mended, the
// record that they mean now: old lists still carry them. It asks no right.
func FormerNumbers(ctx context.Context, tx *store.Tx, realm int, numbers []string) (map[string]id.ID, error) {
	type row struct {
		Number string
		Pupil  id.ID
	}
	rows, err := store.All[row](ctx, tx, sqlFormerNumbers, realm, store.In(numbers))
	if err != nil {
		return nil, err
	}
	pupils := make([]id.ID, len(rows))
	for i, r := range rows {
		pupils[i] = r.Pupil
	}
	into, err := MergedMany(ctx, tx, realm, pupils)
	if err != nil {
		return nil, err
	}
	means, several := map[string]id.ID{}, map[string]bool{}
	for _, r := range rows {
		if kept := into[r.Pupil]; kept != 0 {
			r.Pupil = kept
		}
		if other := means[r.Number]; other != 0 && other != r.Pupil {
			several[r.Number] = true
		}
		means[r.Number] = r.Pupil
	}
	for number := range several { // two have had it: it means neither
		delete(means, number)
	}
	return means, nil
}

// keepFormer remembers the numbers that a record had and has no more.
func keepFormer(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, was, now Person) error {
	for _, number := range []string{was.Code, was.NationalID} {
		if number == "" || number == now.Code || number == now.NationalID {
			continue
		}
		if _, err := tx.Exec(ctx, sqlInsertNumber, realm, number, pupil); err != nil {
			return err
		}
	}
	return nil
}

// MergeDone is a merge as the page of a record shows it.
type MergeDone struct {
	ID       id.ID
	Kept     id.ID
	Gone     id.ID
	State    string // merged, undone, kept
	MergedAt day.Instant
	MergedBy id.ID
	Name     string // of the record that is gone, as old lists have it
}

// MergesOf lists what became a part of a record, the newest first. It asks no right: the
// page of the record does.
func MergesOf(ctx context.Context, tx *store.Tx, realm int, kept id.ID) ([]MergeDone, error) {
	return store.All[MergeDone](ctx, tx, sqlMergesOf, realm, kept)
}

// MergedAway is a record that became a part of another, for those who knew it by its id.
type MergedAway struct {
	Gone    id.ID
	Kept    id.ID // the record that it leads to now
	At      day.Instant
	Name    string
	Sex     string
	Born    day.Day
	Classes []id.ID // in which it ever was; none once a merge can no longer be taken back
}

// MergedAwayOf gives the records that became a part of some. It asks no right: its callers
// have, for the records that stand.
func MergedAwayOf(ctx context.Context, tx *store.Tx, realm int, kept []id.ID) (all []MergedAway, err error) {
	type row struct {
		Gone, Kept id.ID
		At         day.Instant
		Name, Sex  string
		Born       day.Day
		Before     string
	}
	leads := map[id.ID]id.ID{}
	for _, pupil := range kept {
		leads[pupil] = pupil
	}
	var members, enrolments *store.Shape
	for ask := kept; len(ask) > 0; {
		rows, err := store.All[row](ctx, tx, sqlMergedAway, realm, store.In(ask))
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 && members == nil {
			if members, err = tx.ShapeOf(ctx, "class_membership"); err != nil {
				return nil, err
			}
			if enrolments, err = tx.ShapeOf(ctx, "enrolment"); err != nil {
				return nil, err
			}
		}
		ask = nil
		for _, r := range rows {
			if leads[r.Gone] != 0 {
				continue
			}
			one := MergedAway{Gone: r.Gone, Kept: leads[r.Kept], At: r.At, Name: r.Name, Sex: r.Sex, Born: r.Born}
			if r.Before != "" {
				before, err := readImages(r.Before)
				if err != nil {
					return nil, err
				}
				one.Classes = classesIn(before, enrolments, members, r.Gone)
			}
			leads[r.Gone] = one.Kept
			all, ask = append(all, one), append(ask, r.Gone)
		}
	}
	slices.SortFunc(all, func(a, b MergedAway) int { return cmp.Compare(a.Gone, b.Gone) })
	return all, nil
}

// classesIn are the classes in which a record was, by the rows that a merge keeps.
func classesIn(j journal, enrolments, members *store.Shape, pupil id.ID) (classes []id.ID) {
	theirs := map[any]bool{}
	for _, row := range j.Rows["enrolment"] {
		if row[enrolments.Place("pupil")] == int64(pupil) {
			theirs[row[enrolments.Place("id")]] = true
		}
	}
	for _, row := range j.Rows["class_membership"] {
		if class, ok := row[members.Place("class")].(int64); ok && theirs[row[members.Place("enrolment")]] && !slices.Contains(classes, id.ID(class)) {
			classes = append(classes, id.ID(class))
		}
	}
	return classes
}

// ChangedAt says when the records of pupils last changed: the person, her spells or her
// classes. It asks no right: its callers have.
func ChangedAt(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID) (map[id.ID]day.Instant, error) {
	at := make(map[id.ID]day.Instant, len(pupils))
	for some := range slices.Chunk(pupils, 2000) {
		err := tx.Each(ctx, func(row store.Row) error {
			var pupil id.ID
			var changed day.Instant
			err := row.Scan(&pupil, &changed)
			at[pupil] = changed
			return err
		}, sqlChangedAt, realm, store.In(some))
		if err != nil {
			return nil, err
		}
	}
	return at, nil
}

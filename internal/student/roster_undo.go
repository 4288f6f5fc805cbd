package student

import (
	"context"
	"maps"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
)

// Restored brings what follows from class lists up to date after rows of an import were taken
// back in the same transaction: what is due is worked out again, and the class days whose
// lists are other than they were are named, for rollcall. It asks no right.
func Restored(ctx context.Context, tx *store.Tx, realm int, rows []intake.Restored) ([]ClassDays, error) {
	pupils := map[id.ID]bool{}
	days := map[id.ID]day.Range{}
	for _, row := range rows {
		switch row.Table {
		case "pupil":
			if row.Was != nil && row.Is != nil {
				pupils[row.ID("id")] = true
			}
		case "pupil_residence":
			pupils[row.ID("pupil")] = true
		case "class_membership", "enrolment":
			for _, image := range []store.Image{row.Was, row.Is} {
				if image == nil {
					continue
				}
				period, err := periodOf(row, image)
				if err != nil {
					return nil, err
				}
				of := intake.Restored{Table: row.Table, Columns: row.Columns, Is: image}
				if row.Table == "class_membership" {
					days[of.ID("class")] = cover(days[of.ID("class")], period)
				} else if period = period.Intersect(calendar.Bounds(int(of.ID("year")))); !period.Empty() {
					if err := calendar.MarkStale(ctx, tx, realm, of.ID("school"), period); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	var changes []ClassDays
	for _, class := range slices.Sorted(maps.Keys(days)) {
		if found, err := store.All[id.ID](ctx, tx, sqlClassThere, realm, class); err != nil {
			return nil, err
		} else if len(found) == 0 { // it went with the import that opened it
			continue
		}
		come, err := settle(ctx, tx, realm, []ClassDays{{class, days[class]}})
		if err != nil {
			return nil, err
		}
		changes = append(changes, come...)
	}
	for _, pupil := range slices.Sorted(maps.Keys(pupils)) {
		more, err := classDays(ctx, tx, realm, pupil, []day.Range{calendar.Bounds(tx.Today().SchoolYear()), {From: tx.Today(), Until: day.Forever}})
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	return changes, nil
}

func cover(a, b day.Range) day.Range {
	if a.Empty() {
		return b
	}
	return day.Range{From: min(a.From, b.From), Until: max(a.Until, b.Until)}
}

func periodOf(row intake.Restored, image store.Image) (day.Range, error) {
	from, err := day.Parse(row.Text(image, "from_day"))
	if err != nil {
		return day.Range{}, err
	}
	until, err := day.Parse(row.Text(image, "until_day"))
	return day.Range{From: from, Until: until}, err
}

// Imported gives the children whom a run made or enrolled, and the classes that it put
// children into. It asks no right.
func Imported(ctx context.Context, tx *store.Tx, realm int, run id.ID) (pupils, classes []id.ID, err error) {
	enrolments, err := intake.MadeRows(ctx, tx, realm, run, 0, "enrolment")
	if err != nil {
		return nil, nil, err
	}
	changed, err := intake.ChangedRows(ctx, tx, realm, run, 0, "pupil")
	if err != nil {
		return nil, nil, err
	}
	const part = 5000
	type pair struct{ Pupil, Class id.ID }
	seen, in := map[id.ID]bool{}, map[id.ID]bool{}
	take := func(query string, all []id.ID) error {
		for chunk := range slices.Chunk(all, part) {
			found, err := store.All[pair](ctx, tx, query, realm, store.In(chunk))
			if err != nil {
				return err
			}
			for _, p := range found {
				if !seen[p.Pupil] {
					seen[p.Pupil] = true
					pupils = append(pupils, p.Pupil)
				}
				if !in[p.Class] {
					in[p.Class] = true
					classes = append(classes, p.Class)
				}
			}
		}
		return nil
	}
	if err := take(sqlClassesOfSpells, enrolments); err != nil {
		return nil, nil, err
	}
	return pupils, classes, take(sqlClassesOfPupils, changed)
}

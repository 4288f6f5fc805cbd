package indicator

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// CheckGroups counts the kept sums of groups of a school again and gives the months in
// which they differ. A month that is out of date anyway is passed over: nobody uses its
// sums before KeepGroups has made them again. For `ralop check`; it only reads.
func CheckGroups(ctx context.Context, tx *store.Tx, realm int, school id.ID) (differ []day.Day, err error) {
	months, err := store.All[day.Day](ctx, tx, sqlKeptGroupMonths, realm, school)
	if err != nil {
		return nil, err
	}
	for _, month := range months {
		stale, err := staleGroups(ctx, tx, realm, []id.ID{school}, month)
		if err != nil {
			return nil, err
		}
		if stale[school] {
			continue
		}
		rows, err := store.All[groupSumRow](ctx, tx, sqlKeptGroups, realm, store.In([]id.ID{school}), month)
		if err != nil {
			return nil, err
		}
		counted, err := countGroups(ctx, tx, realm, []id.ID{school}, day.MonthOf(month))
		if err != nil {
			return nil, err
		}
		kept := map[Group]Marks{}
		for _, row := range rows {
			kept[row.Group] = kept[row.Group].Add(row.sum().Marks)
		}
		same := len(rows) == len(counted)
		for _, sum := range counted {
			same = same && kept[sum.Group] == sum.Marks
		}
		if !same {
			differ = append(differ, month)
		}
	}
	return differ, nil
}

// RepairGroups makes the kept sums of groups of a school's month again, in one short
// write. Who may change the settings of the realm may ask for it.
func RepairGroups(ctx context.Context, s *store.Store, who access.Who, school id.ID, month day.Day) error {
	var sums []groupSum
	var changes int64
	var rule string
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if rule, err = access.May(ctx, tx, who, access.ChangeSettings, access.Realm()); err != nil {
			return err
		}
		if changes, err = rollcall.Changes(ctx, tx, who.Realm, school, month); err != nil {
			return err
		}
		sums, err = countGroups(ctx, tx, who.Realm, []id.ID{school}, day.MonthOf(month))
		return err
	})
	if err != nil {
		return err
	}
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := keepGroups(ctx, tx, who.Realm, school, month, changes, sums); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Audit("indicator.repair", access.School(school), rule, map[string]any{"month": month, "groups": len(sums)}))
	})
	if store.IsUnique(err) { // KeepGroups was first
		return nil
	}
	return err
}

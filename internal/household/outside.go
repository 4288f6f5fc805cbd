package household

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Ages of those who ought to learn, in the calendar year in which the school year begins:
// kindergarten of 3 to the upper secondary school of 17.
const (
	YoungestAge = 3
	OldestAge   = 17
)

// Person is one who lives in a household.
type Person struct {
	Name      string
	Sex       string // F, M, "" when not told
	BornYear  int
	Born      day.Day // zero when only the year is known
	Relation  string
	Schooling Schooling
	Grade     string
	School    string // as written
	Exempt    bool   // cannot learn: need not be mobilised
	Pupil     id.ID  // 0 when no pupil of the realm was recognised
}

// Child is a child of age on no roll of the realm.
type Child struct {
	Village     id.ID
	VillageName string
	Number      string // of the sheet
	Head        string
	Address     string
	Person
}

// Elsewhere says that the sheet tells that the child learns, but no roll of the realm has
// it: to be asked where.
func (c Child) Elsewhere() bool { return c.Schooling == Learning }

// Outside lists the children of age in a village or commune who are in no enrolment of
// the realm today, by the survey of a school year (0: this one). Rule is by which the
// caller may see them, for the look that the door writes into the audit book.
func Outside(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, year int) (children []Child, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.SeeHouseholds, access.Residence(unit)); err != nil {
		return nil, "", err
	}
	if year == 0 {
		year = tx.Today().SchoolYear()
	}
	children, err = store.All[Child](ctx, tx, sqlOutside, who.Realm, unit, year, tx.Today(), year-OldestAge, year-YoungestAge)
	return children, rule, err
}

// Purge takes away surveys of school years before one, at most so many households, and
// says how many went.
func Purge(ctx context.Context, tx *store.Tx, who access.Who, before, limit int) (int, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return 0, err
	}
	old, err := store.All[id.ID](ctx, tx, sqlOldHouseholds, who.Realm, before, limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	for _, query := range []string{sqlDropPersons, sqlDropHouseholds} {
		if _, err := tx.Exec(ctx, query, who.Realm, store.In(old)); err != nil {
			return 0, err
		}
	}
	return len(old), audit.Record(ctx, tx, who.Audit("household.purge", access.Realm(), rule, map[string]int{"before": before, "households": len(old)}))
}

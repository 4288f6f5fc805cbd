package exchange

import (
	"context"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/household"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
)

// outsideHanding is the children of age who are on no roll, by the survey of households: the
// list that a committee goes from door to door with.
var outsideHanding = Handing{
	Name: "outside", File: "tre-chua-ra-lop",
	At:       map[access.Kind]access.Action{access.ResidenceKind: access.SeeHouseholds},
	Settings: []string{"year"},
	Open:     openOutside,
}

func openOutside(ctx context.Context, db *store.Store, t Task) (*Rows, error) {
	year, err := yearSetting(t.Asked)
	if err != nil {
		return nil, err
	}
	var parts []id.ID
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if year == 0 {
			year = tx.Today().SchoolYear()
		}
		parts, err = t.partsOf(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows := &Rows{Title: t.T("handout.kind-outside") + " – " + t.PlaceName}
	rows.Columns = t.columns("handout.village", "handout.sheet", "handout.head", "handout.address", "pupils.name", "pupils.sex", "pupils.born", "handout.born_year")
	rows.Columns = append(rows.Columns, paper.Column{Key: "age", Title: t.T("handout.age"), Kind: paper.KindInteger})
	rows.Columns = append(rows.Columns, t.columns("handout.relation", "handout.schooling", "handout.reached", "handout.school_told", "handout.exempt")...)
	rows.Next = bySlices(db, parts, func(ctx context.Context, tx *store.Tx, part id.ID) (slice [][]paper.Cell, err error) {
		children, _, err := household.Outside(ctx, tx, t.Who, part, year)
		for _, c := range children {
			sex, born, exempt := "", "", ""
			if c.Sex != "" {
				sex = t.T("pupils.sex-" + c.Sex)
			}
			if !c.Born.IsZero() {
				born = c.Born.Vietnamese()
			}
			if c.Exempt {
				exempt = t.T("handout.yes")
			}
			cells := textCells(c.VillageName, c.Number, c.Head, c.Address, c.Name, sex, born, strconv.Itoa(c.BornYear))
			cells = append(cells, paper.Int(int64(year-c.BornYear)))
			slice = append(slice, append(cells, textCells(c.Relation, c.Schooling.Name(t.Lang), c.Grade, c.School, exempt)...))
		}
		return slice, err
	})
	return rows, nil
}

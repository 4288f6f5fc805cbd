package exchange

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// pupilsHanding is the list of children of a class, a school or a place of residence, as
// its page filters it: by commune, village and name.
var pupilsHanding = Handing{
	Name: "pupils", File: "hoc-sinh",
	At: map[access.Kind]access.Action{access.ClassKind: access.SeePupils, access.SchoolKind: access.SeePupils, access.ResidenceKind: access.SeePupils},
	// text is a part of the name.
	Settings: []string{"text", "level", "grade", "boarding"},
	Open:     openPupils,
}

// everyone is a limit that no place reaches.
const everyone = 1 << 30

// leftoverPage is how many children are looked through at a time for those whom no part had.
const leftoverPage = 5000

func (t Task) pupilsIn() student.ListIn {
	in := student.ListIn{Text: t.Asked["text"], Level: t.Asked["level"], Grade: t.Asked["grade"], Boarding: t.Asked["boarding"], Limit: everyone}
	switch t.Place.Kind {
	case access.ClassKind:
		in.Class = t.Place.ID
	case access.SchoolKind:
		in.School = t.Place.ID
	default:
		in.Residence = t.Place.ID
	}
	return in
}

// partsOf are the slices in which the children of a place are read: the communes of a
// district or province, else the place itself.
func (t Task) partsOf(ctx context.Context, tx *store.Tx) ([]id.ID, error) {
	if t.Place.Kind != access.ResidenceKind {
		return []id.ID{t.Place.ID}, nil
	}
	units, err := org.Subtree(ctx, tx, t.Place.ID, tx.Today())
	if err != nil {
		return nil, err
	}
	var parts []id.ID
	for _, u := range units {
		if u.Kind == org.Commune {
			parts = append(parts, u.ID)
		}
	}
	if len(parts) == 0 {
		parts = []id.ID{t.Place.ID}
	}
	return parts, nil
}

// countPupils says how many children the list has now. Faults: those of access.May.
func (t Task) countPupils(ctx context.Context, tx *store.Tx) (int64, error) {
	in := t.pupilsIn()
	in.Limit = 1
	_, total, err := student.List(ctx, tx, t.Who, in)
	return int64(total), err
}

func openPupils(ctx context.Context, db *store.Store, t Task) (*Rows, error) {
	rows := &Rows{Title: t.T("handout.kind-pupils") + " – " + t.PlaceName,
		Columns: t.columns("pupils.name", "pupils.sex", "pupils.born", "pupils.grade", "pupils.class_head", "pupils.school", "pupils.village", "pupils.boarding")}
	var parts []id.ID
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if rows.Total, err = t.countPupils(ctx, tx); err == nil {
			parts, err = t.partsOf(ctx, tx)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	written := make(map[id.ID]bool, rows.Total) // a child who moves while the list is read is in it once
	each := bySlices(db, parts, func(ctx context.Context, tx *store.Tx, part id.ID) ([][]paper.Cell, error) {
		page, err := t.childrenOf(ctx, tx, part)
		return t.pupilRows(page, written), err
	})
	rows.Next = each
	if parts[0] != t.Place.ID || len(parts) > 1 { // who lives in the district, and nobody knows in which commune
		rest := t.leftovers(db, written, &rows.Total)
		rows.Next = func(ctx context.Context) ([][]paper.Cell, error) {
			slice, err := each(ctx)
			if err == io.EOF {
				return rest(ctx)
			}
			return slice, err
		}
	}
	return rows, nil
}

// childrenOf reads one part: by village and name.
func (t Task) childrenOf(ctx context.Context, tx *store.Tx, part id.ID) ([]student.ListedPupil, error) {
	in := t.pupilsIn()
	if in.Residence != 0 {
		in.Residence = part
	}
	page, _, err := student.List(ctx, tx, t.Who, in)
	if in.Residence != 0 {
		keys := map[string]string{}
		for _, p := range page {
			if _, known := keys[p.Village]; !known {
				keys[p.Village] = viet.SortKey(p.Village)
			}
		}
		slices.SortStableFunc(page, func(a, b student.ListedPupil) int {
			return cmp.Or(strings.Compare(keys[a.Village], keys[b.Village]), strings.Compare(a.NameSort, b.NameSort), cmp.Compare(a.Pupil, b.Pupil))
		})
	}
	return page, err
}

// leftovers reads, page by page and only when some are missing, whom no part had.
func (t Task) leftovers(db *store.Store, written map[id.ID]bool, total *int64) func(context.Context) ([][]paper.Cell, error) {
	after, ended := "", false
	return func(ctx context.Context) (rows [][]paper.Cell, err error) {
		if ended || int64(len(written)) >= *total {
			return nil, io.EOF
		}
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			in := t.pupilsIn()
			in.After, in.Limit = after, leftoverPage
			page, _, err := student.List(ctx, tx, t.Who, in)
			if ended = len(page) < leftoverPage; !ended {
				after = page[len(page)-1].Cursor()
			}
			rows = t.pupilRows(page, written)
			return err
		})
		return rows, err
	}
}

func (t Task) pupilRows(page []student.ListedPupil, written map[id.ID]bool) (rows [][]paper.Cell) {
	for _, p := range page {
		if written[p.Pupil] {
			continue
		}
		written[p.Pupil] = true
		boarding := ""
		if p.Boarding != "" {
			boarding = t.T("pupils.boarding-" + p.Boarding)
		}
		rows = append(rows, textCells(p.Name, t.T("pupils.sex-"+p.Sex), p.Born.Vietnamese(), p.Grade, p.ClassName, p.SchoolName, p.Village, boarding))
	}
	return rows
}

package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Registered is a line of a school's register of pupils (sổ đăng bộ): a child with the spell
// that she has or had there in a school year, numbers open.
type Registered struct {
	Pupil      id.ID
	Code       string
	NationalID string
	Name       string
	Sex        string
	Born       day.Day
	Birthplace string
	Ethnicity  string
	Address    string
	Level      string
	Grade      string
	Period     day.Range
	Entry      string
	Exit       string // "" while she is enrolled
	ExitState  string
	Paper      string
	Guardians  []Guardian
}

// Register gives everybody who was enrolled at a school in a school year, in the order in
// which they came. It needs the right to see identifiers, and stands in the audit book as
// an export with how many. Faults: those of access.May.
func Register(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, year int) ([]Registered, error) {
	rule, err := access.May(ctx, tx, who, access.SeeIdentifiers, access.School(school))
	if err != nil {
		return nil, err
	}
	type row struct {
		Pupil                                        id.ID
		Code, NationalID, Name, Sex                  string
		Born                                         day.Day
		Birthplace, Ethnicity, Address, Level, Grade string
		From, Until                                  day.Day
		Entry, Exit, ExitState, Paper                string
	}
	rows, err := store.All[row](ctx, tx, sqlRegister, who.Realm, school, year)
	if err != nil {
		return nil, err
	}
	all := make([]Registered, len(rows))
	at := make(map[id.ID][]int, len(rows))
	pupils := make([]id.ID, 0, len(rows))
	for i, r := range rows {
		all[i] = Registered{Pupil: r.Pupil, Code: r.Code, NationalID: r.NationalID, Name: r.Name, Sex: r.Sex, Born: r.Born, Birthplace: r.Birthplace, Ethnicity: r.Ethnicity,
			Address: r.Address, Level: r.Level, Grade: r.Grade, Period: day.Range{From: r.From, Until: r.Until}, Entry: r.Entry, Exit: r.Exit, ExitState: r.ExitState, Paper: r.Paper}
		if len(at[r.Pupil]) == 0 {
			pupils = append(pupils, r.Pupil)
		}
		at[r.Pupil] = append(at[r.Pupil], i)
	}
	if err := eachGuardian(ctx, tx, who.Realm, pupils, func(pupil id.ID, g Guardian) {
		for _, i := range at[pupil] {
			all[i].Guardians = append(all[i].Guardians, g)
		}
	}); err != nil {
		return nil, err
	}
	return all, audit.Record(ctx, tx, who.Audit("export", access.School(school), rule, map[string]any{"list": "register", "year": year, "pupils": len(all)}))
}

package app

import (
	"context"
	"fmt"
	"strconv"

	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/report"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/upkeep"
)

// Finding is something that Check found and that must not be so. What is one of kept-sums, due,
// groups, identity, paper-file, paper-figures, paper-sums, paper-head, audit, unsealed.
type Finding = upkeep.Finding

// Checked is what Check looked at.
type Checked struct {
	Schools  int       `json:"schools"`
	Papers   int       `json:"papers"` // frozen
	Blocks   int64     `json:"audit_blocks"`
	Entries  int64     `json:"audit_entries"`
	Findings []Finding `json:"findings"`
}

const sqlSchools = `SELECT id FROM school WHERE realm = $1 ORDER BY id`

const sqlYears = `SELECT year FROM school_year WHERE realm = $1 ORDER BY year`

// Check proves what is kept twice: the sums of every school against its sheets, what is
// due against the calendar, the sums of groups against both, the identity of letter 6622 of
// every school and year, frozen papers against what was kept with them, and the chain of the
// audit book. It only reads, school by school.
func (a *App) Check(ctx context.Context, progress func(done, total int)) (Checked, error) {
	var found Checked
	var schools []id.ID
	var years []int
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if schools, err = store.All[id.ID](ctx, tx, sqlSchools, a.Realm); err != nil {
			return err
		}
		years, err = store.All[int](ctx, tx, sqlYears, a.Realm)
		return err
	})
	if err != nil {
		return found, err
	}
	for i, school := range schools {
		if progress != nil {
			progress(i, len(schools))
		}
		findings, err := a.checkSchool(ctx, school, years)
		if err != nil {
			return found, err
		}
		found.Schools++
		found.Findings = append(found.Findings, findings...)
	}
	papers, flaws, err := report.CheckFrozen(ctx, a.Store, a.Realm)
	if err != nil {
		return found, err
	}
	found.Papers = papers
	for _, f := range flaws {
		found.Findings = append(found.Findings, Finding{What: "paper-" + f.What, Report: f.Report, Detail: f.Detail})
	}
	book, err := audit.Verify(ctx, a.Store, a.Realm, nil)
	if err != nil {
		return found, err
	}
	found.Blocks, found.Entries = book.Blocks, book.Entries
	if book.Broken != nil {
		found.Findings = append(found.Findings, Finding{What: "audit", Detail: book.Broken.Why})
	}
	return found, a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		waiting, err := audit.Unsealed(ctx, tx, a.Realm)
		if err == nil && waiting.Overdue > 0 {
			found.Findings = append(found.Findings, Finding{What: "unsealed", Detail: waiting.Oldest.String()})
		}
		return err
	})
}

// always is every day of which there may be a sheet.
var always = day.Range{From: day.Date(1990, 1, 1), Until: day.Forever}

func (a *App) checkSchool(ctx context.Context, school id.ID, years []int) (findings []Finding, err error) {
	add := func(what, detail string) {
		findings = append(findings, Finding{What: what, School: school, Detail: detail})
	}
	err = a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		findings = nil
		differences, err := rollcall.Check(ctx, tx, a.Realm, school, always)
		if err != nil {
			return err
		}
		for _, d := range differences {
			add("kept-sums", d.String())
		}
		due, err := calendar.CheckDue(ctx, tx, a.Realm, school)
		if err != nil {
			return err
		}
		if due > 0 {
			add("due", strconv.Itoa(due))
		}
		months, err := indicator.CheckGroups(ctx, tx, a.Realm, school)
		if err != nil {
			return err
		}
		for _, month := range months {
			add("groups", month.String()[:7])
		}
		for _, year := range years {
			ledger, err := student.ReadLedger(ctx, tx, a.Realm, student.LedgerIn{Schools: []id.ID{school}, Period: calendar.Bounds(year)})
			if err != nil {
				return err
			}
			if total := ledger.Total(); !total.Balanced() {
				add("identity", fmt.Sprintf("%d: %+v", year, total))
			}
		}
		return nil
	})
	return findings, err
}

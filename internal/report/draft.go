package report

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// CreateIn asks for a new paper.
type CreateIn struct {
	Place  Place // Unit or School
	Period day.Range
}

// Create begins a paper: the figures are gathered in one snapshot, the text is made from
// them. Where a paper of the place and period is under way or out already, that one is
// named in the fault "report.exists" (Conflict, argument "report"); after a returned one
// see Revise.
func Create(ctx context.Context, s *store.Store, who access.Who, in CreateIn) (id.ID, error) {
	var figures Figures
	var rule string
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if rule, err = access.May(ctx, tx, who, access.DraftReport, in.Place.Resource()); err != nil {
			return err
		}
		figures, _, err = gather(ctx, tx, who, in.Place, in.Period)
		return err
	})
	if err != nil {
		return 0, err
	}
	var made id.ID
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		latest, err := latestOf(ctx, tx, who.Realm, in.Place, in.Period)
		if err == nil {
			return fault.New(fault.Conflict, "report.exists", fault.Args{"report": latest.ID.String()})
		} else if !store.IsNone(err) {
			return err
		}
		made, err = insert(ctx, tx, who, in.Place, in.Period, 1, figures, textOf(figures), rule)
		return err
	})
	if store.IsUnique(err) {
		err = fault.New(fault.Conflict, "report.exists", fault.Args{"report": ""}).Because(err)
	}
	return made, err
}

func latestOf(ctx context.Context, tx *store.Tx, realm int, place Place, period day.Range) (Report, error) {
	return paperBy(ctx, tx, sqlLatest, realm, place.unit(), place.school(), period.From, period.Until)
}

func insert(ctx context.Context, tx *store.Tx, who access.Who, place Place, period day.Range, revision int, f Figures, text []Section, rule string) (id.ID, error) {
	encoded, err := f.encoded()
	if err != nil {
		return 0, err
	}
	report := tx.NewID()
	if _, err := tx.Exec(ctx, sqlInsert, who.Realm, report, KindMonthly, place.unit(), place.school(), period.From, period.Until, revision,
		Draft, day.Day(0), encoded, day.Instant(0)); err != nil {
		return 0, err
	}
	if err := keepSections(ctx, tx, who.Realm, report, text); err != nil {
		return 0, err
	}
	if err := record(ctx, tx, who, report, Draft, ""); err != nil {
		return 0, err
	}
	return report, audit.Record(ctx, tx, who.Audit("report.create", place.Resource(), rule,
		map[string]any{"report": report, "from": period.From, "to": period.Last(), "revision": revision}))
}

func keepSections(ctx context.Context, tx *store.Tx, realm int, report id.ID, sections []Section) error {
	for _, s := range sections {
		if _, err := tx.Exec(ctx, sqlKeepSection, realm, report, s.Name, s.Generated, s.Body, s.Edited); err != nil {
			return err
		}
	}
	return nil
}

// merge takes newly generated sentences: what a person edited stays.
func merge(old, generated []Section) []Section {
	merged := make([]Section, len(generated))
	for i, fresh := range generated {
		merged[i] = fresh
		for _, s := range old {
			if s.Name == fresh.Name && s.Edited {
				merged[i].Body, merged[i].Edited = s.Body, true
			}
		}
	}
	return merged
}

// Refresh brings the figures of a draft up to date and makes the sentences again; what a
// person edited stays, with the new sentences beside it. Faults: report.changed,
// report.not-draft (Conflict).
func Refresh(ctx context.Context, s *store.Store, who access.Who, report id.ID, version int) error {
	var figures Figures
	var rule string
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, allowing, err := allowed(ctx, tx, who, report, access.DraftReport)
		if err != nil {
			return err
		}
		rule = allowing
		if err := atDraft(r, version); err != nil {
			return err
		}
		figures, _, err = gather(ctx, tx, who, r.Place, r.Period)
		return err
	})
	if err != nil {
		return err
	}
	encoded, err := figures.encoded()
	if err != nil {
		return err
	}
	return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := read(ctx, tx, who.Realm, report)
		if err != nil {
			return err
		}
		if n, err := tx.Exec(ctx, sqlDraftFigures, who.Realm, report, version, encoded); err != nil {
			return err
		} else if n == 0 {
			return changed(r, version)
		}
		old, err := sectionsOf(ctx, tx, who.Realm, report)
		if err != nil {
			return err
		}
		if err := keepSections(ctx, tx, who.Realm, report, merge(old, textOf(figures))); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Audit("report.refresh", r.Place.Resource(), rule, map[string]any{"report": report}))
	})
}

func atDraft(r Report, version int) error {
	if r.State != Draft {
		return fault.New(fault.Conflict, "report.not-draft", nil)
	}
	if r.Version != version {
		return changed(r, version)
	}
	return nil
}

// EditIn is the text of one part as a person wants it.
type EditIn struct {
	Report  id.ID
	Version int
	Section SectionName
	Body    string // one paragraph a line; equal to the generated text makes it follow the figures again
}

// longestSection is how many characters a part may have.
const longestSection = 20_000

// Edit takes a person's text for a part of a draft. Faults: report.changed,
// report.not-draft, report.no-section, report.long-section.
func Edit(ctx context.Context, tx *store.Tx, who access.Who, in EditIn) error {
	r, rule, err := allowed(ctx, tx, who, in.Report, access.DraftReport)
	if err != nil {
		return err
	}
	if err := atDraft(r, in.Version); err != nil {
		return err
	}
	in.Body = viet.CleanText(in.Body)
	if len([]rune(in.Body)) > longestSection {
		return fault.New(fault.Invalid, "report.long-section", fault.Args{"most": longestSection}).On("body")
	}
	sections, err := sectionsOf(ctx, tx, who.Realm, in.Report)
	if err != nil {
		return err
	}
	for _, s := range sections {
		if s.Name != in.Section {
			continue
		}
		if n, err := tx.Exec(ctx, sqlTouch, who.Realm, in.Report, in.Version); err != nil {
			return err
		} else if n == 0 {
			return changed(r, in.Version)
		}
		s.Body, s.Edited = in.Body, in.Body != s.Generated
		if err := keepSections(ctx, tx, who.Realm, in.Report, []Section{s}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Audit("report.edit", r.Place.Resource(), rule, map[string]any{"report": in.Report, "section": in.Section}))
	}
	return fault.New(fault.NotFound, "report.no-section", nil)
}

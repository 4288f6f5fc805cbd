package report

import (
	"context"
	"encoding/json"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// What CheckFrozen finds wrong with a frozen paper.
const (
	FlawFile    = "file"    // a file is missing, or is not what the audit book says was made
	FlawFigures = "figures" // the kept figures are not those of the json file, or do not balance
	FlawSums    = "sums"    // the figures are not the sum of what the classes contributed
	FlawHead    = "head"    // the head of the audit book printed on it is in no chain
)

// Flaw is something about a frozen paper that must not be so.
type Flaw struct {
	Report id.ID
	What   string
	Detail string // codes and numbers
}

const auditPage = 500

// CheckFrozen proves every frozen paper of a realm against what was kept with it at the
// freezing: each file against its digest and against the digest in the audit book, the
// figures against the json file, their sums against what each class contributed, and the
// head of the audit book that stands on the paper against the chain. It says how many
// papers there are. For `ralop check`; it only reads, a paper at a time.
func CheckFrozen(ctx context.Context, s *store.Store, realm int) (papers int, flaws []Flaw, err error) {
	var all []Report
	var written map[id.ID]map[paper.Format]string
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if all, err = papersBy(ctx, tx, sqlFrozen, realm, day.Instant(0)); err != nil || len(all) == 0 {
			return err
		}
		written, err = digestsInBook(ctx, tx, realm)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	for _, r := range all {
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			found, err := checkFrozen(ctx, tx, realm, r, written[r.ID])
			flaws = append(flaws, found...)
			return err
		})
		if err != nil {
			return 0, nil, err
		}
	}
	return len(all), flaws, nil
}

// digestsInBook reads from the audit book which files were written last for each paper.
func digestsInBook(ctx context.Context, tx *store.Tx, realm int) (map[id.ID]map[paper.Format]string, error) {
	written := map[id.ID]map[paper.Format]string{}
	for page := (audit.Filter{Action: "report.", Limit: auditPage}); ; {
		lines, err := audit.Lines(ctx, tx, realm, page)
		if err != nil {
			return nil, err
		}
		for _, line := range lines { // the newest first
			var said struct {
				Report  id.ID                   `json:"report"`
				Digests map[paper.Format]string `json:"digests"`
			}
			if json.Unmarshal([]byte(line.Detail), &said) != nil || len(said.Digests) == 0 {
				continue
			}
			if written[said.Report] == nil {
				written[said.Report] = map[paper.Format]string{}
			}
			for format, digest := range said.Digests {
				if _, newer := written[said.Report][format]; !newer {
					written[said.Report][format] = digest
				}
			}
		}
		if len(lines) < auditPage {
			return written, nil
		}
		page.Before = lines[len(lines)-1].ID
	}
}

func checkFrozen(ctx context.Context, tx *store.Tx, realm int, r Report, written map[paper.Format]string) (flaws []Flaw, err error) {
	bad := func(what, detail string, args ...any) {
		flaws = append(flaws, Flaw{r.ID, what, fmt.Sprintf(detail, args...)})
	}
	formats := Formats
	if _, signed := written[FormatSigned]; signed {
		formats = append(formats[:len(formats):len(formats)], FormatSigned)
	}
	var book *Book
	for _, format := range formats {
		file, err := store.One[File](ctx, tx, sqlFile, realm, r.ID, format)
		switch {
		case store.IsNone(err):
			bad(FlawFile, "%s: –", format)
			continue
		case err != nil:
			return nil, err
		}
		if now := digest(file.Content); now != file.Digest || now != written[format] {
			bad(FlawFile, "%s: %.12s, %.12s / %.12s", format, now, file.Digest, written[format])
			continue
		}
		if format == paper.FormatJSON {
			read, err := decodeBook(file.Content)
			if err != nil {
				bad(FlawFile, "%s", format)
				continue
			}
			book = &read
		}
	}
	figures, err := figuresOf(ctx, tx, realm, r.ID)
	if err != nil {
		bad(FlawFigures, "–")
		return flaws, nil
	}
	if book != nil {
		here, err := figures.encoded()
		if err != nil {
			return nil, err
		}
		there, err := book.Figures.encoded()
		if err != nil {
			return nil, err
		}
		if viet.NFC(here) != there || book.Head != r.AuditHead {
			bad(FlawFigures, "json")
		}
	}
	if !figures.Balanced() {
		bad(FlawFigures, "CV 6622")
	}
	sources, err := keptSources(ctx, tx, realm, r.ID)
	if err != nil {
		return nil, err
	}
	for _, sums := range compareSources(figures, sources) {
		bad(FlawSums, "%s", sums)
	}
	if r.AuditHead != "" {
		blocks, err := store.One[int](ctx, tx, sqlAuditBlock, realm, r.AuditHead)
		if err != nil {
			return nil, err
		}
		if blocks == 0 {
			bad(FlawHead, "%.12s", r.AuditHead)
		}
	}
	return flaws, nil
}

// compareSources says in what figures differ from what the classes contributed. Of what a
// school counted without names only a part may be used (rollcall.Headcounts), so that the
// figures lie between the sheets alone and all.
func compareSources(f Figures, sources map[id.ID]Source) (differences []string) {
	type sums struct{ Sheets, N, D int64 }
	var sheets, all sums
	for _, s := range sources {
		all = sums{all.Sheets + s.Sheets, all.N + s.N, all.D + s.D}
		if s.Class != s.School {
			sheets = sums{sheets.Sheets + s.Sheets, sheets.N + s.N, sheets.D + s.D}
		}
	}
	total := sums{f.Total.Taken, f.Total.Present(), f.Total.Roll}
	within := func(low, n, high int64) bool { return low <= n && n <= high }
	if !within(sheets.Sheets, total.Sheets, all.Sheets) || !within(sheets.N, total.N, all.N) || !within(sheets.D, total.D, all.D) {
		differences = append(differences, fmt.Sprintf("%+v / %+v", total, all))
	}
	if f.Place.Kind != access.SchoolKind {
		return differences
	}
	for _, c := range f.Classes {
		s := sources[c.ID]
		if kept := (ClassRow{c.ID, c.Name, c.Level, s.Open, s.Close, s.Sheets, s.N, s.D}); kept != c {
			differences = append(differences, fmt.Sprintf("class %s: %d %d %d / %d %d %d", c.ID, c.Sheets, c.N, c.D, s.Sheets, s.N, s.D))
		}
	}
	return differences
}

package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// FormatSigned is the digitally signed pdf that a person attached.
const FormatSigned paper.Format = "signed"

// Formats in which every paper comes.
var Formats = []paper.Format{paper.FormatDocx, paper.FormatPDF, paper.FormatXLSX, paper.FormatJSON}

// File is a rendered paper.
type File struct {
	Format  paper.Format
	Name    string
	Digest  string // hex SHA-256 of Content
	Content []byte
}

// Book is a paper with all that stands behind it: what the json file holds.
type Book struct {
	Kind     string         `json:"kind"`
	Unit     string         `json:"unit"` // code
	Name     string         `json:"name"`
	From     day.Day        `json:"from"`
	Last     day.Day        `json:"to"`
	Revision int            `json:"revision"`
	State    State          `json:"state"`
	Number   string         `json:"number,omitempty"`
	IssuedOn day.Day        `json:"issued_on,omitzero"`
	Head     string         `json:"audit_head,omitempty"`
	Figures  Figures        `json:"figures"`
	Document paper.Document `json:"document"`
}

func decodeBook(content []byte) (Book, error) {
	var b Book
	if err := json.Unmarshal(content, &b); err != nil {
		return b, fmt.Errorf("report: a kept paper: %w", err)
	}
	return b, nil
}

// Write writes the book in a format.
func (b Book) write(f paper.Format) ([]byte, error) {
	var out bytes.Buffer
	if f != paper.FormatJSON {
		err := paper.Write(&out, f, b.Document)
		return out.Bytes(), err
	}
	// The document is checked, and brought to NFC, as in the other formats.
	if err := paper.JSON(&bytes.Buffer{}, b.Document); err != nil {
		return nil, err
	}
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(b); err != nil {
		return nil, err
	}
	return []byte(viet.NFC(out.String())), nil
}

// FileName is the name of the paper's file: no accents, so that every mail program keeps it.
func (b Book) FileName(f paper.Format) string {
	ending := string(f)
	if f == FormatSigned {
		ending = "signed.pdf"
	}
	period := b.From.String()[:7]
	if p := day.Through(b.From, b.Last); !isMonth(p) {
		period = b.From.String() + "_" + b.Last.String()
	}
	return fmt.Sprintf("bao-cao_%s_%s.%s", slug(b.Unit), period, ending)
}

func slug(code string) string {
	out := []rune{}
	for _, r := range viet.Fold(code) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			out = append(out, r)
		}
	}
	return string(out)
}

func (b Book) file(f paper.Format) (File, error) {
	content, err := b.write(f)
	if err != nil {
		return File{}, err
	}
	return File{f, b.FileName(f), digest(content), content}, nil
}

func (b Book) files() ([]File, error) {
	var all []File
	for _, f := range Formats {
		one, err := b.file(f)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func signedFile(b Book, content []byte) File {
	return File{FormatSigned, b.FileName(FormatSigned), digest(content), content}
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Approve approves a paper and freezes it: figures, definitions, files and what each class
// contributed, all of one snapshot, with the head of the audit book. What changes between
// the snapshot and the commit appears as an adjustment. Faults: report.wrong-state,
// report.changed, report.unbalanced.
func Approve(ctx context.Context, s *store.Store, who access.Who, in StepIn) error {
	var r Report
	var rule, encoded string
	var sources map[id.ID]Source
	var files []File
	var book Book
	var at day.Instant
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if r, err = full(ctx, tx, who, in.Report); err != nil {
			return err
		}
		if _, rule, err = may(ctx, tx, who, r, ActApprove); err != nil {
			return err
		}
		if r.Version != in.Version {
			return changed(r, in.Version)
		}
		at = tx.Now()
		var figures Figures
		if figures, sources, err = gather(ctx, tx, who, r.Place, r.Period); err != nil {
			return err
		}
		if !figures.Balanced() {
			return fault.New(fault.Conflict, "report.unbalanced", nil)
		}
		if encoded, err = figures.encoded(); err != nil {
			return err
		}
		r.State, r.FrozenAt = Approved, at
		if r.AuditHead, err = store.One[string](ctx, tx, sqlAuditHead, who.Realm); store.IsNone(err) {
			err = nil
		}
		if err != nil {
			return err
		}
		book, err = bookOf(ctx, tx, who, r, figures)
		return err
	})
	if err == nil { // rendered outside the snapshot and outside the writer
		files, err = book.files()
	}
	if err != nil {
		return err
	}
	return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if n, err := tx.Exec(ctx, sqlFreeze, who.Realm, r.ID, in.Version, encoded, at, r.AuditHead); err != nil {
			return err
		} else if n == 0 {
			return changed(r, in.Version)
		}
		if err := keepSources(ctx, tx, who.Realm, r.ID, sources); err != nil {
			return err
		}
		sections, err := sectionsOf(ctx, tx, who.Realm, r.ID)
		if err != nil {
			return err
		}
		if err := keepSections(ctx, tx, who.Realm, r.ID, merge(sections, textOf(book.Figures))); err != nil {
			return err
		}
		digests, err := keepFiles(ctx, tx, who.Realm, r.ID, files)
		if err != nil {
			return err
		}
		return stepped(ctx, tx, who, r, ActApprove, Approved, rule, viet.CleanText(in.Note), map[string]any{"digests": digests, "head": r.AuditHead})
	})
}

func keepFiles(ctx context.Context, tx *store.Tx, realm int, report id.ID, files []File) (map[string]string, error) {
	digests := map[string]string{}
	for _, f := range files {
		if _, err := tx.Exec(ctx, sqlKeepFile, realm, report, f.Format, f.Name, f.Digest, f.Content); err != nil {
			return nil, err
		}
		digests[string(f.Format)] = f.Digest
	}
	return digests, nil
}

func fileOf(ctx context.Context, tx *store.Tx, realm int, report id.ID, f paper.Format) (File, error) {
	kept, err := store.One[File](ctx, tx, sqlFile, realm, report, f)
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "report.no-file", nil)
	}
	return kept, err
}

// signer is who approves, as the paper names them.
type signer struct{ Name, Title string }

func signerOf(ctx context.Context, tx *store.Tx, who access.Who) (signer, error) {
	s, err := store.One[signer](ctx, tx, sqlAccount, who.Realm, who.Account)
	if store.IsNone(err) {
		return signer{}, nil
	}
	return s, err
}

// bookOf makes the paper from figures and the text that is kept. Of a frozen paper the
// approver's name stands under it.
func bookOf(ctx context.Context, tx *store.Tx, who access.Who, r Report, f Figures) (Book, error) {
	sections, err := sectionsOf(ctx, tx, who.Realm, r.ID)
	if err != nil {
		return Book{}, err
	}
	sections = merge(sections, textOf(f))
	proposals, err := proposalsOf(ctx, tx, who.Realm, r.ID)
	if err != nil {
		return Book{}, err
	}
	var by signer
	if r.State == Approved {
		if by, err = signerOf(ctx, tx, who); err != nil {
			return Book{}, err
		}
	}
	return makeBook(r, f, sections, proposals, by), nil
}

func makeBook(r Report, f Figures, sections []Section, proposals []Proposal, by signer) Book {
	return Book{Kind: KindMonthly, Unit: f.Place.Code, Name: f.Place.Name, From: f.From, Last: f.Last, Revision: r.Revision, State: r.State,
		Number: r.Number, IssuedOn: r.IssuedOn, Head: r.AuditHead, Figures: f, Document: document(r, f, sections, proposals, by)}
}

package transfer_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/student"
	"ralop/internal/transfer"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	child = apptest.Pupil(apptest.Class8A, 2) // of Bản Phiêng Pi, boards, semi-boarding
	mai   = apptest.Mai.Who()
	left  = day.MustParse("2020-05-25")
)

// offer makes an offer of a child and gives its id.
func offer(t *testing.T, h *apptest.House, who access.Who, pupil, to id.ID, reason string) (made id.ID) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		done, err := student.Offer(ctx, tx, who, student.OfferIn{Pupil: pupil, To: to, On: left, Reason: reason})
		if err != nil {
			return err
		}
		if _, err := rollcall.ApplyEnrolments(ctx, tx, who, done.Changes, "student.chuyen-truong"); err != nil {
			return err
		}
		made, err = student.OpenTransferOf(ctx, tx, apptest.Realm, done.Enrolment)
		return err
	})
	return made
}

func letter(t *testing.T, h *apptest.House, who access.Who, school, of id.ID) (l transfer.Letter, err error) {
	t.Helper()
	err = h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		l, err = transfer.LetterOf(ctx, tx, who, school, of)
		return err
	})
	return l, err
}

func archive(t *testing.T, h *apptest.House, who access.Who, school, of id.ID) (a transfer.Archive, err error) {
	t.Helper()
	err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		a, err = transfer.ArchiveOf(ctx, tx, who, school, of)
		return err
	})
	return a, err
}

// golden holds a letter to what was looked at; RALOP_PAPERS is a folder for its files.
func golden(t *testing.T, name string, d paper.Document) {
	t.Helper()
	var got bytes.Buffer
	if err := paper.JSON(&got, d); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s differs: -update writes it anew, then look at it:\n%s", name, diff)
	}
	for _, format := range []paper.Format{paper.FormatDocx, paper.FormatPDF} {
		var file bytes.Buffer
		if err := paper.Write(&file, format, d); err != nil || file.Len() < 3000 {
			t.Errorf("%s as %s: %v, %d bytes", name, format, err, file.Len())
		}
		if folder := os.Getenv("RALOP_PAPERS"); folder != "" {
			if err := os.WriteFile(filepath.Join(folder, name+"."+string(format)), file.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The letters are the same on both engines and as they were looked at: the principal's, the
// commune's since July 2025, that of a primary school to a school nobody knows.
func TestLetters(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		inside := offer(t, h, mai, child, apptest.PuNhungS, "gia đình chuyển về ở xã Pú Nhung")
		outside := offer(t, h, apptest.Xuan.Who(), apptest.Pupil(apptest.Class34, 5), 0, "")
		for _, c := range []struct {
			name   string
			who    access.Who
			school id.ID
			offer  id.ID
			at     string
		}{
			{"letter-principal", mai, apptest.MuongMunS, inside, "2020-05-29"},
			{"letter-outside", apptest.Xuan.Who(), apptest.MuongMunP, outside, "2020-05-29"},
			{"letter-commune", mai, apptest.MuongMunS, inside, "2025-07-01"},
		} {
			h.Clock.Set(day.MustParse(c.at).Midnight().Add(9 * time.Hour))
			l, err := letter(t, h, c.who, c.school, c.offer)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, l.Paper)
		}
	})
}

// A cause is no reason that a family gave: what came in by a list, and codes, stay behind.
func TestACauseIsNotOnTheLetter(t *testing.T) {
	h := apptest.Open(t, storetest.Engines[0])
	for i, reason := range []string{"marriage", "field-work", "theo bố mẹ đi làm"} {
		of := offer(t, h, mai, apptest.Pupil(apptest.Class8A, 11+i), apptest.PuNhungS, reason)
		says := func() bool {
			l, err := letter(t, h, mai, apptest.MuongMunS, of)
			if err != nil {
				t.Fatal(err)
			}
			var all bytes.Buffer
			if err := paper.JSON(&all, l.Paper); err != nil {
				t.Fatal(err)
			}
			return strings.Contains(all.String(), reason)
		}
		if says() != (i == 2) {
			t.Errorf("%s: on the letter %v", reason, says())
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE transfer_offer SET offered_by = 0 WHERE realm = $1 AND id = $2`, apptest.Realm, of)
			return err
		})
		if says() {
			t.Errorf("%s came by a list and stands on the letter", reason)
		}
	}
}

// Papers are drawn up by who makes the offer, as long as the record is that school's.
func TestWhoDrawsUpPapers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		of := offer(t, h, mai, child, apptest.PuNhungS, "")
		both := func(who access.Who, school id.ID) (codes []string) {
			t.Helper()
			for _, err := range []error{second(letter(t, h, who, school, of)), second(archive(t, h, who, school, of))} {
				code := "done"
				if f, ok := fault.Of(err); ok {
					code = f.Code
				} else if err != nil {
					t.Fatal(err)
				}
				codes = append(codes, code)
			}
			return slices.Compact(codes)
		}
		expect := func(when string, p apptest.Person, school id.ID, want string) {
			t.Helper()
			if got := both(p.Who(), school); len(got) != 1 || got[0] != want {
				t.Errorf("%s, %s at %d: %v, want %s", when, p.Login, school, got, want)
			}
		}
		expect("open", apptest.Son, apptest.MuongMunS, "done")
		expect("open", apptest.Lan, apptest.PuNhungS, "student.no-offer") // hers to answer, not to draw up
		for _, p := range []apptest.Person{apptest.Lan, apptest.Xuan, apptest.Hoa, apptest.Vinh, apptest.Thuong, apptest.Pao, apptest.Quan} {
			expect("open", p, apptest.MuongMunS, "access.no-grant")
		}

		accept := func(arrive bool) {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				if arrive {
					if _, err := tx.Exec(ctx, `UPDATE class SET grades = '8 9' WHERE realm = $1 AND id = $2`, apptest.Realm, apptest.Class9A); err != nil {
						return err
					}
					_, err := student.Accept(ctx, tx, apptest.Lan.Who(), student.AcceptIn{Pupil: child, Class: apptest.Class9A, Grade: "8", From: left})
					return err
				}
				spells, err := student.SpellsOf(ctx, tx, apptest.Realm, child)
				if err != nil {
					return err
				}
				_, err = student.Confirm(ctx, tx, mai, student.ConfirmIn{Pupil: child, Enrolment: spells[len(spells)-1].Enrolment, Paper: "GXN 5"})
				return err
			})
		}
		accept(true)
		expect("accepted", apptest.Son, apptest.MuongMunS, "identity.papers-closed")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.UndoAccept(ctx, tx, apptest.Lan.Who(), student.UndoAcceptIn{Offer: of, Reason: "nhầm em cùng tên"})
			return err
		})
		expect("undone", apptest.Son, apptest.MuongMunS, "done")
		accept(false)
		expect("confirmed by a paper", apptest.Son, apptest.MuongMunS, "done")
		h.Clock.Advance(student.PapersDays * 24 * time.Hour)
		expect("30 days later", apptest.Son, apptest.MuongMunS, "done")
		h.Clock.Advance(24 * time.Hour)
		expect("31 days later", apptest.Son, apptest.MuongMunS, "identity.papers-closed")

		// Each archive is an export of this child in the audit book, and nothing there names her.
		details := apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1 AND action = 'export' AND object_kind = 'pupil' AND object = $1`, child)
		if len(details) != 4 || !strings.Contains(details[0], `"transfer.archive"`) {
			t.Errorf("the audit book says %v", details)
		}
		for _, entry := range apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1`) {
			if strings.Contains(entry, apptest.PupilName(apptest.Class8A, 2)) {
				t.Errorf("the audit book names the child: %s", entry)
			}
		}
		// A refused offer has no papers.
		refused := offer(t, h, mai, apptest.Pupil(apptest.Class8A, 9), apptest.PuNhungS, "")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Refuse(ctx, tx, apptest.Lan.Who(), student.RefuseIn{Pupil: apptest.Pupil(apptest.Class8A, 9)})
			return err
		})
		of = refused
		expect("refused", apptest.Son, apptest.MuongMunS, "identity.papers-closed")
	})
}

func second[T any](_ T, err error) error { return err }

// The archive counts what was called, month by month, and holds nothing that the receiving
// school has no need of.
func TestWhatAnArchiveHolds(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		call := func(n int, on string, kind rollcall.Kind) {
			t.Helper()
			s := rollcall.Submission{Act: [16]byte{1, byte(n)}, Class: apptest.Class8A, Day: day.MustParse(on), Session: calendar.Morning, State: rollcall.Taken, Device: "test"}
			if kind != rollcall.Present {
				s.Marks = []rollcall.Mark{{Pupil: child, Kind: kind, Reason: "illness", Note: "mẹ gọi điện"}}
			}
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := rollcall.Submit(ctx, tx, access.System(apptest.Realm), s)
				return err
			})
		}
		for i, c := range []struct {
			on   string
			kind rollcall.Kind
		}{{"2020-04-27", rollcall.Excused}, {"2020-04-28", rollcall.Unexcused}, {"2020-05-18", rollcall.Unknown}, {"2020-05-19", rollcall.Late}, {"2020-05-20", rollcall.Present},
			{"2020-05-21", rollcall.Unexcused}, {"2020-05-28", rollcall.Present}} { // on the last of them she is gone
			call(i, c.on, c.kind)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for term, codes := range map[int][2]string{1: {"excellent", "good"}, 0: {"fair", "good"}} {
				if _, err := tx.Exec(ctx, `INSERT INTO learning_result (realm, pupil, year, term, school, grade, scale, study, conduct, account, set_at) VALUES ($1, $2, 2019, $3, 501, '8', 'tt58-2011', $4, $5, 0, $6)`,
					apptest.Realm, child, term, codes[0], codes[1], tx.Now()); err != nil {
					return err
				}
			}
			for _, change := range []string{`UPDATE pupil SET disability = '01' WHERE realm = $1 AND id = $2`, `UPDATE enrolment SET exit_reason = 'marriage' WHERE realm = $1 AND pupil = $2`} {
				if _, err := tx.Exec(ctx, change, apptest.Realm, child); err != nil {
					return err
				}
			}
			return nil
		})
		a, err := archive(t, h, mai, apptest.MuongMunS, offer(t, h, mai, child, 0, "marriage"))
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, s := range a.Sheets[:4] {
			fmt.Fprintf(&got, "# %s\n%s\n", s.Name, strings.Join(s.Heads, " | "))
			for _, row := range s.Rows {
				var cells []string
				for _, c := range row {
					if c.Kind == paper.CellInteger {
						cells = append(cells, fmt.Sprint(c.Value))
						continue
					}
					cells = append(cells, c.Text)
				}
				fmt.Fprintln(&got, strings.Join(cells, " | "))
			}
		}
		file := filepath.Join("testdata", "archive.golden.txt")
		if *update {
			if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("the archive differs:\n%s", diff)
		}
		if a.Child.Person.Code == "" || a.Child.Person.NationalID == "" || strings.Contains(a.Child.Person.Code, "•") || a.Child.Commune == "" || a.Child.ClassName != "8A" {
			t.Errorf("the child is %+v", a.Child)
		}
		all := fmt.Sprintf("%+v", a)
		for _, word := range []string{"marriage", "illness", "mẹ gọi điện", "semi-boarding", "poor", "Disability:01"} {
			if strings.Contains(all, word) {
				t.Errorf("the archive says %q", word)
			}
		}
	})
}

func TestPasswordsAreTheSystems(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p := transfer.NewPassword()
		if err := transfer.CheckPassword(p); err != nil || seen[p] || len(p) != 24 {
			t.Fatalf("%q: %v", p, err)
		}
		seen[p] = true
	}
	for _, weak := range []string{"", "12345678", "ra-lop-2020", "abcd-efgh-abcd-efgh-abcd", "ABCD-EFGH-ABCD-EFGH-ABC1", "ABCDEFGHABCDEFGHABCD", "ABCD-EFGH-ABCD-EFGH-ABCD-EFGH"} {
		if err := transfer.CheckPassword(weak); !fault.HasCode(err, "transfer.weak-password") {
			t.Errorf("%q: %v", weak, err)
		}
	}
}

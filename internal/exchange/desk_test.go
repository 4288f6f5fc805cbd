package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/text"
)

var atSchool = intake.Place{Kind: string(access.SchoolKind), ID: apptest.MuongMunS}

// kept are the tables that hold what people said and did: an undo brings each of them back
// bit for bit. Lists of a class and marks of what is to be worked out again only follow.
func kept(table string) bool {
	for _, prefix := range []string{"intake_", "audit_", "roll", "school_due", "sheet_version"} {
		if strings.HasPrefix(table, prefix) && table != "role_grant" {
			return false
		}
	}
	return true
}

// everything is all rows of a realm by table.
func everything(t testing.TB, h *apptest.House) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			shape, err := tx.ShapeOf(ctx, table)
			if err != nil {
				return err
			}
			if shape.Place("realm") < 0 || !kept(table) {
				continue
			}
			rows, err := tx.Images(ctx, shape, apptest.Realm, nil)
			if err != nil {
				return err
			}
			for _, row := range rows {
				all[table] = append(all[table], fmt.Sprint(row...))
			}
		}
		return nil
	})
	return all
}

func upload(t testing.TB, h *apptest.House, who access.Who, content string) intake.Run {
	t.Helper()
	run, err := exchange.Upload(t.Context(), h.Store, who, exchange.UploadIn{Kind: "students", Place: atSchool, Name: "danh sách.csv",
		Content: strings.NewReader(content), Asked: exchange.Asked{Settings: map[string]string{"year": "2019"}}})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// ask does one thing with a run and works until nothing waits.
func ask(t testing.TB, h *apptest.House, run id.ID, f func(ctx context.Context, tx *store.Tx) error) intake.Run {
	t.Helper()
	h.Write(t, f)
	after, err := exchange.Drive(t.Context(), h.Store, apptest.Realm, run, nil)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func plan(t testing.TB, h *apptest.House, who access.Who, content string) intake.Run {
	t.Helper()
	run := upload(t, h, who, content)
	planned := ask(t, h, run.ID, func(ctx context.Context, tx *store.Tx) error {
		return exchange.Choose(ctx, tx, who, run.ID, exchange.Asked{Settings: map[string]string{"year": "2019"}})
	})
	if planned.State != intake.Planned {
		t.Fatalf("planned: %+v, %v", planned, planned.Fault())
	}
	return planned
}

func commit(t testing.TB, h *apptest.House, who access.Who, planned intake.Run) intake.Run {
	t.Helper()
	return ask(t, h, planned.ID, func(ctx context.Context, tx *store.Tx) error {
		return exchange.Commit(ctx, tx, who, planned.ID, planned.Digest)
	})
}

func undo(t testing.TB, h *apptest.House, who access.Who, run id.ID) intake.Run {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		stands, err := exchange.StandingIn(ctx, tx, who, run)
		if len(stands) > 0 {
			t.Errorf("in the way of an undo: %+v", stands)
		}
		return err
	})
	return ask(t, h, run, func(ctx context.Context, tx *store.Tx) error { return exchange.Undo(ctx, tx, who, run) })
}

func TestDeskPlansCommitsAndUndoes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		before := everything(t, h)
		list := classList(append(goodRows[:4:4], badRows...)...)
		planned := plan(t, h, mai, list)
		want := intake.Counts{Rows: 9, New: 4, Refused: 5, Asked: 1, Noted: planned.Counts.Noted, More: map[string]int{"classes": 2}}
		if diff := cmp.Diff(want, planned.Counts); diff != "" {
			t.Errorf("the plan: %s", diff)
		}
		if diff := cmp.Diff(before, everything(t, h)); diff != "" {
			t.Errorf("a plan wrote: %s", diff)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			fresh, err := exchange.Lines(ctx, tx, mai, planned.ID, intake.New, 0, 10)
			if len(fresh) != 4 || !strings.Contains(fresh[0].Body, "Sùng A Tủa") || fresh[0].Row != 5 {
				t.Errorf("preview: %+v", fresh)
			}
			if err != nil {
				return err
			}
			refused, err := exchange.Lines(ctx, tx, mai, planned.ID, intake.Refused, 0, 10)
			says := ""
			for _, l := range refused {
				says += fmt.Sprintf("%d %s\n", l.Row, exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(text.Vietnamese))
			}
			for _, w := range []string{"9 Dòng 9, cột D (Ngày sinh): «31/02/2007»", "10 Cột F (Dân tộc): Không có dân tộc «Xá Khao»", "12 Cột B (Mã định danh Bộ GD&ĐT): Học sinh này đã có ở dòng 5 của tệp."} {
				if !strings.Contains(says, w) {
					t.Errorf("missing %q in\n%s", w, says)
				}
			}
			return err
		})

		done := commit(t, h, mai, planned)
		if done.State != intake.Done || done.Counts.New != 4 || done.Counts.Refused != 5 || done.Position != 9 {
			t.Fatalf("committed: %+v, %v", done, done.Fault())
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil WHERE realm = 1 AND code LIKE '99%'`); n[0] < 2 {
			t.Errorf("%d of the children are there", n[0])
		}
		var file bytes.Buffer
		if err := exchange.WriteRefused(t.Context(), h.Store, mai, done.ID, &file, paper.FormatCSV, text.Vietnamese); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(file.String(), "\n"); got != 6 || !strings.Contains(file.String(), "Vừ A Chứ") {
			t.Errorf("refused rows:\n%s", file.String())
		}

		again := plan(t, h, mai, list)
		if again.Counts.Same != 4 || again.Counts.New+again.Counts.Changed != 0 {
			t.Errorf("the same file again: %+v", again.Counts)
		}

		// A bad row is mended on the screen, and goes in on the same run.
		mended := ask(t, h, done.ID, func(ctx context.Context, tx *store.Tx) error {
			return exchange.Mend(ctx, tx, mai, done.ID, []intake.Fix{{Row: 9, Column: 3, Text: "28/2/2007"}, {Row: 10, Column: 5, Text: "Kháng"}})
		})
		if mended.State != intake.Planned || mended.Counts.New != 2 || mended.Counts.Same != 4 || mended.Counts.Refused != 3 {
			t.Errorf("mended: %+v, %v", mended, mended.Fault())
		}
		if done = commit(t, h, mai, mended); done.State != intake.Done || done.Counts.New != 2 {
			t.Errorf("mended and committed: %+v, %v", done, done.Fault())
		}

		if undone := undo(t, h, mai, done.ID); undone.State != intake.Undone {
			t.Errorf("undone: %+v, %v", undone, undone.Fault())
		}
		if diff := cmp.Diff(before, everything(t, h)); diff != "" {
			t.Errorf("after the undo: %s", diff)
		}
		acts := apptest.Query[string](t, h, `SELECT action FROM audit_entry WHERE realm = 1 AND action LIKE 'import.%' ORDER BY id`)
		if got := strings.Join(acts, " "); !strings.HasSuffix(got, "import.commit import.undo") {
			t.Errorf("audit: %s", got)
		}
	})
}

// listed draws a class list over few names, days and codes, so that rows meet each other and
// the children who are there.
func listed(t *rapid.T, label string, h []string) string {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label+name) }
	var rows []string
	for i := range rapid.IntRange(1, 12).Draw(t, label+"rows") {
		name := pick("name", append(h, "Lò Thị Ánh", "Quàng Văn Ơn", "Vừ A Páo", "LÒ THỊ ÁNH")...)
		given, born, _ := strings.Cut(name, "|")
		if born == "" {
			born = pick("born", "15/12/2007", "1/2/2008")
		}
		class := pick("class", "7A", "7B", "8A", "6A")
		row := make([]string, 25)
		row[0], row[1], row[2], row[3], row[4] = fmt.Sprint(i+1), pick("code", "", "", "9900000001", "9900000002", "9900000003"), given, born, pick("sex", "Nam", "Nữ")
		row[5], row[6], row[7] = pick("ethnicity", "", "Thái", "Mông"), "Đang học", pick("phone", "", "0100000001")
		row[9], row[11] = pick("village", "", "Bản Lúm", "Bản Hồng"), pick("commune", "", "Xã Mường Mùn")
		row[16], row[18], row[19] = pick("father", "", "Lò Văn Giang"), pick("year", "", "1980"), pick("mother", "", "Giàng Thị Mỷ")
		row[22], row[23], row[24] = class, "Khối "+class[:1], pick("number", "", "", "999000000011", "999000000012")
		rows = append(rows, strings.Join(row, ","))
	}
	return classList(rows...)
}

// Whatever was there and whatever came in: an undo brings every table back bit for bit, and
// the same file a second time changes nothing.
func TestUndoRestoresEveryRow(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	was := checks.Value.String()
	if err := checks.Value.Set("8"); err != nil {
		t.Fatal(err)
	}
	defer checks.Value.Set(was)
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		type child struct {
			Name string
			Born day.Day
		}
		var known []string
		for _, n := range []int{1, 2, 3, 4} {
			c := apptest.Query[child](t, h, `SELECT name, born FROM pupil WHERE realm = 1 AND id = $1`, apptest.Pupil(apptest.Class8A, n))
			known = append(known, c[0].Name+"|"+c[0].Born.Vietnamese())
		}
		at, wrote, changed := 0, 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			at++
			var done []intake.Run
			var stood []map[string][]string
			for _, label := range []string{"first ", "second "} {
				before := everything(t, h)
				list := listed(rt, label, known)
				planned := plan(t, h, mai, list)
				run := commit(t, h, mai, planned)
				if run.State != intake.Done || run.Counts.New != planned.Counts.New || run.Counts.Changed != planned.Counts.Changed || run.Counts.Refused != planned.Counts.Refused {
					rt.Fatalf("planned %+v, came to %+v, %v", planned.Counts, run, run.Fault())
				}
				after := everything(t, h)
				again := plan(t, h, mai, list)
				// A refused row may find its place once the others are in; what went in changes nothing again.
				if again.Counts.New+again.Counts.Changed > run.Counts.Refused {
					rt.Fatalf("the same file again is %+v after %+v\n%s", again.Counts, run.Counts, list)
				}
				if diff := cmp.Diff(after, everything(t, h)); diff != "" {
					rt.Fatalf("planning again wrote: %s", diff)
				}
				wrote, changed = wrote+run.Counts.New, changed+run.Counts.Changed
				done, stood = append(done, run), append(stood, before)
			}
			for i, run := range slices.Backward(done) {
				if run.Entries == 0 {
					continue
				}
				if undone := undo(t, h, mai, run.ID); undone.State != intake.Undone {
					rt.Fatalf("undone: %+v, %v", undone, undone.Fault())
				}
				if diff := cmp.Diff(stood[i], everything(t, h)); diff != "" {
					rt.Fatalf("after the undo: %s", diff)
				}
			}
		})
		if wrote == 0 || changed == 0 {
			t.Errorf("%d rows were new and %d changed in %d imports: the lists meet nobody", wrote, changed, at)
		}
	})
}

func TestMovedPlanIsShownAgain(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		planned := plan(t, h, mai, classList(goodRows[:3]...))
		other := commit(t, h, mai, plan(t, h, mai, classList(goodRows[0])))
		if other.State != intake.Done {
			t.Fatalf("%+v", other)
		}
		before := everything(t, h)
		shown := commit(t, h, mai, planned)
		if shown.State != intake.Planned || !shown.Moved || shown.Counts.New != 2 || shown.Counts.Same != 1 || shown.Digest == planned.Digest {
			t.Errorf("a plan that moved: %+v", shown)
		}
		if diff := cmp.Diff(before, everything(t, h)); diff != "" {
			t.Errorf("it wrote all the same: %s", diff)
		}
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return exchange.Commit(ctx, tx, mai, planned.ID, planned.Digest)
		})
		if !fault.HasCode(err, "intake.moved") {
			t.Errorf("the old plan: %v", err)
		}
		if done := commit(t, h, mai, shown); done.State != intake.Done || done.Counts.New != 2 || done.Moved {
			t.Errorf("the new plan: %+v", done)
		}
	})
}

func TestRightsOfTheDesk(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	if _, err := exchange.Upload(t.Context(), h.Store, apptest.Hoa.Who(), exchange.UploadIn{Kind: "students", Place: atSchool, Name: "x.csv", Content: strings.NewReader("a,b\n")}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a teacher uploads: %v", err)
	}
	run := upload(t, h, apptest.Mai.Who(), classList(goodRows...))
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		for name, err := range map[string]error{
			"choose": exchange.Choose(ctx, tx, apptest.Xuan.Who(), run.ID, exchange.Asked{}),
			"commit": exchange.Commit(ctx, tx, apptest.Xuan.Who(), run.ID, run.Digest),
			"mend":   exchange.Mend(ctx, tx, apptest.Xuan.Who(), run.ID, nil),
			"undo":   exchange.Undo(ctx, tx, apptest.Xuan.Who(), run.ID),
		} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s by the clerk of another school: %v", name, err)
			}
		}
		if runs, err := exchange.Runs(ctx, tx, apptest.Xuan.Who(), atSchool, 10); err != nil || len(runs) != 0 {
			t.Errorf("runs shown to her: %v, %v", runs, err)
		}
		runs, err := exchange.Runs(ctx, tx, apptest.Mai.Who(), atSchool, 10)
		if len(runs) != 1 {
			t.Errorf("%d runs", len(runs))
		}
		return err
	})
}

// nthRow is the row of one of many children, in one of many classes.
func nthRow(i int) string {
	return fmt.Sprintf(`%d,98%08d,Lò Thị Ánh %c%c,%d/%d/2007,Nữ,Thái,Đang học,,,Bản Lúm,,Xã Mường Mùn,,,,,,,,Giàng Thị Mỷ,,1985,7%c,Khối 7,`,
		i+1, i, 'A'+i%26, 'A'+i/26, i%28+1, i%12+1, 'A'+i/40)
}

// A pass that is stopped after any of its transactions, and taken up by another process, puts
// every row in once.
func TestStoppedImportGoesOnOnce(t *testing.T) {
	var rows []string
	for i := range 300 {
		rows = append(rows, nthRow(i))
	}
	list := classList(rows...)
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		before := everything(t, h)
		planned := plan(t, h, mai, list)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return exchange.Commit(ctx, tx, mai, planned.ID, planned.Digest)
		})
		run := planned
		for stops := 1; run.State != intake.Done; stops++ {
			if stops > 20 {
				t.Fatalf("it does not come to an end: %+v", run)
			}
			ctx, stop := context.WithCancel(t.Context())
			slices := 0
			_, err := exchange.Drive(ctx, h.Store, apptest.Realm, run.ID, func(done, total int) {
				if slices++; slices == stops%3+1 {
					stop()
				}
			})
			stop()
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
				if run, err = intake.Find(ctx, tx, apptest.Realm, run.ID); err != nil || run.Ended() {
					return err
				}
				return exchange.Resume(ctx, tx, mai, run.ID)
			})
		}
		if run.Counts.New != 300 || run.Counts.Refused != 0 || run.Counts.Rows != 300 {
			t.Errorf("%+v, %v", run.Counts, run.Fault())
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil WHERE realm = 1 AND code LIKE '98%'`); n[0] != 300 {
			t.Errorf("%d children", n[0])
		}
		// The undo is stopped and goes on, too.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { return exchange.Undo(ctx, tx, mai, run.ID) })
		ctx, stop := context.WithCancel(t.Context())
		if _, err := exchange.Drive(ctx, h.Store, apptest.Realm, run.ID, func(done, total int) { stop() }); !errors.Is(err, context.Canceled) {
			t.Fatalf("the undo was not stopped: %v", err)
		}
		stop()
		undone := ask(t, h, run.ID, func(ctx context.Context, tx *store.Tx) error { return exchange.Resume(ctx, tx, mai, run.ID) })
		if undone.State != intake.Undone {
			t.Errorf("undone: %+v, %v", undone, undone.Fault())
		}
		if diff := cmp.Diff(before, everything(t, h)); diff != "" {
			t.Errorf("after the undo: %s", diff)
		}
	})
}

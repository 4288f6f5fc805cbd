package exchange_test

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/student"
	"ralop/internal/text"
)

// An import on which somebody called the roll, marked a child or mended a record is not taken
// back, and it is said what stands in the way.
func TestUndoSaysWhatStandsInTheWay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		row := `1,9900000001,Sùng A Tủa,5/9/2006,Nam,Mông,Đang học,,,Bản Lúm,,Xã Mường Mùn,,,,,,,,,,,8A,Khối 8,`
		done := commit(t, h, mai, plan(t, h, mai, classList(row)))
		pupil := apptest.Query[id.ID](t, h, `SELECT id FROM pupil WHERE realm = 1 AND code = '9900000001'`)[0]
		refused := func(what string, tables ...string) {
			t.Helper()
			var stands []intake.Standing
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				stands, err = exchange.StandingIn(ctx, tx, mai, done.ID)
				return err
			})
			var got []string
			for _, s := range stands {
				got = append(got, s.Table)
				if says := exchange.StandingText(text.Vietnamese, s); !strings.Contains(says, "sau khi nhập") || len(s.Links) == 0 || s.Rows == 0 {
					t.Errorf("%s: %q, %+v", what, says, s)
				}
			}
			if diff := cmp.Diff(tables, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return exchange.Undo(ctx, tx, mai, done.ID) })
			if !fault.HasCode(err, "intake.stands") {
				t.Errorf("%s: the undo: %v", what, err)
			}
		}
		call := func(act byte, on string, marks ...rollcall.Mark) {
			t.Helper()
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := rollcall.Submit(ctx, tx, apptest.Hoa.Who(), rollcall.Submission{Act: [16]byte{9, act}, Class: apptest.Class8A, Day: day.MustParse(on),
					Session: calendar.Morning, TakenAt: tx.Now(), State: rollcall.Taken, Marks: marks})
				return err
			})
		}
		call(1, "2020-05-28")
		refused("a sheet", "sheet")
		call(2, "2020-05-27", rollcall.Mark{Pupil: pupil, Kind: rollcall.Unexcused})
		refused("a mark", "mark", "sheet")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			r, err := store.One[student.Person](ctx, tx, `SELECT code, national_id, name, sex, born, birthplace, ethnicity, address, phone, disability FROM pupil WHERE realm = 1 AND id = $1`, pupil)
			if err != nil {
				return err
			}
			r.Phone = "0100000009"
			_, err = student.Change(ctx, tx, mai, student.ChangeIn{Pupil: pupil, Version: 1, Person: r, From: tx.Today(), Residence: apptest.BanLum, Year: 2019})
			return err
		})
		refused("a mended record", "mark", "pupil", "sheet")
	})
}

// What only follows from a list does not stand in the way: a sheet of the morning takes the new
// child in by itself, and lets her go again.
func TestUndoTakesAChildOffTheSheetsOfTheDay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Submit(ctx, tx, apptest.Hoa.Who(), rollcall.Submission{Act: [16]byte{9, 1}, Class: apptest.Class8A, Day: tx.Today(),
				Session: calendar.Morning, TakenAt: tx.Now(), State: rollcall.Taken, Marks: []rollcall.Mark{{Pupil: apptest.Pupil(apptest.Class8A, 4), Kind: rollcall.Unexcused}}})
			return err
		})
		sizes := func() []int {
			return apptest.Query[int](t, h, `SELECT size FROM sheet WHERE realm = 1 AND class = $1`, apptest.Class8A)
		}
		before, was := everything(t, h), sizes()
		row := `1,9900000001,Sùng A Tủa,5/9/2006,Nam,Mông,Đang học,,,Bản Lúm,,Xã Mường Mùn,,,,,,,,,,,8A,Khối 8,`
		done := commit(t, h, mai, plan(t, h, mai, classList(row)))
		if now := sizes(); len(was) != 1 || len(now) != 1 || now[0] != was[0]+1 {
			t.Fatalf("the sheet counts %v after %v", now, was)
		}
		if undone := undo(t, h, mai, done.ID); undone.State != intake.Undone {
			t.Fatalf("%+v, %v", undone, undone.Fault())
		}
		after := everything(t, h)
		for _, table := range []string{"sheet", "school_month"} { // versions and counts of changes grow
			delete(before, table)
			delete(after, table)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("after the undo: %s", diff)
		}
		if now := sizes(); now[0] != was[0] {
			t.Errorf("the sheet counts %v, it counted %v", now, was)
		}
	})
}

const killedAt, killedRun = "RALOP_TEST_DESK_AT", "RALOP_TEST_DESK_RUN"

// TestMain is also the process that is killed in the middle of an import.
func TestMain(m *testing.M) {
	if at := os.Getenv(killedAt); at != "" {
		os.Exit(driveUntilKilled(at, os.Getenv(killedRun)))
	}
	os.Exit(m.Run())
}

func driveUntilKilled(at, number string) int {
	ctx := context.Background()
	config := store.Config{Dir: at}
	if strings.Contains(at, "://") {
		config = store.Config{URL: at}
	}
	db, err := store.Open(ctx, config)
	if err != nil {
		return 1
	}
	run, err := id.Parse(number)
	if err != nil {
		return 1
	}
	slices := 0
	if _, err := exchange.Drive(ctx, db, apptest.Realm, run, func(done, total int) {
		if slices++; slices == 25 {
			os.Stdout.WriteString("on the way\n")
			time.Sleep(time.Hour) // here it is killed
		}
	}); err != nil {
		return 1
	}
	return 0
}

// addressOf is where another process finds the database of a house.
func addressOf(t *testing.T, h *apptest.House) string {
	t.Helper()
	if h.Store.Engine() == store.SQLite {
		return strings.TrimSuffix(apptest.Query[string](t, h, `SELECT file FROM pragma_database_list WHERE name = 'main'`)[0], "/"+store.FileName)
	}
	folder := apptest.Query[string](t, h, `SELECT setting FROM pg_settings WHERE name = 'unix_socket_directories'`)[0]
	return "postgres://postgres@/" + apptest.Query[string](t, h, `SELECT current_database()::text`)[0] + "?host=" + url.QueryEscape(folder)
}

// A file of some thousand rows whose process is killed in the middle of the commit is taken up
// by another one, and every row goes in once.
func TestKilledImportGoesOnInAnotherProcess(t *testing.T) {
	const children = 3000
	rows := make([]string, children)
	for i := range rows {
		rows[i] = fmt.Sprintf(`%d,98%08d,Lò Thị %c%c%c,%d/%d/2007,Nữ,Thái,Đang học,,,Bản Lúm,,Xã Mường Mùn,,,,,,,,Giàng Thị Mỷ,,1985,7A%d,Khối 7,`,
			i+1, i, 'A'+i%26, 'a'+i/26%26, 'a'+i/676, i%28+1, i%12+1, i/40)
	}
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			h := apptest.Open(t, engine)
			at := addressOf(t, h)
			system := access.System(apptest.Realm)
			planned := plan(t, h, system, classList(rows...))
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				return exchange.Commit(ctx, tx, system, planned.ID, planned.Digest)
			})
			child := exec.Command(os.Args[0], "-test.run=^$")
			child.Env = append(os.Environ(), killedAt+"="+at, killedRun+"="+planned.ID.String())
			out, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			said, err := bufio.NewReader(out).ReadString('\n')
			if killed := child.Process.Kill(); err != nil || killed != nil || said != "on the way\n" {
				t.Fatalf("the other process: %q, %v, %v", said, err, killed)
			}
			if err := child.Wait(); err == nil {
				t.Fatal("it came to an end by itself")
			}
			there := func() int {
				return apptest.Query[int](t, h, `SELECT COUNT(DISTINCT code) FROM pupil WHERE realm = 1 AND code LIKE '98%'`)[0]
			}
			if n := there(); n == 0 || n >= children {
				t.Errorf("%d children when it was killed", n)
			}
			done := ask(t, h, planned.ID, func(ctx context.Context, tx *store.Tx) error { return exchange.Resume(ctx, tx, system, planned.ID) })
			all := apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil WHERE realm = 1 AND code LIKE '98%'`)[0]
			if done.State != intake.Done || done.Moved || done.Counts.New != children || done.Counts.Refused != 0 || there() != children || all != children {
				t.Errorf("%+v, %v; %d children, %d records", done.Counts, done.Fault(), there(), all)
			}
			if spells := apptest.Query[int](t, h, `SELECT COUNT(*) FROM enrolment e JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil WHERE e.realm = 1 AND p.code LIKE '98%'`)[0]; spells != children {
				t.Errorf("%d spells", spells)
			}
		})
	}
}

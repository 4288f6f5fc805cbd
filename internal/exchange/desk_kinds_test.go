package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// desk is one person at the import desk of a place.
type desk struct {
	*apptest.House
	t     *testing.T
	who   access.Who
	place intake.Place
}

var school = intake.Place{Kind: string(access.SchoolKind), ID: apptest.MuongMunS}

// plan uploads a file of a kind and plans it.
func (d desk) plan(kind, name, content string, settings map[string]string) intake.Run {
	d.t.Helper()
	run, err := exchange.Upload(d.t.Context(), d.Store, d.who, exchange.UploadIn{Kind: kind, Place: d.place, Name: name, Content: strings.NewReader(content)})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.again(run, settings)
}

// again plans a run anew with other answers.
func (d desk) again(run intake.Run, settings map[string]string) intake.Run {
	d.t.Helper()
	d.Write(d.t, func(ctx context.Context, tx *store.Tx) error {
		return exchange.Choose(ctx, tx, d.who, run.ID, exchange.Asked{Settings: settings})
	})
	return d.drive(run, intake.Planned)
}

func (d desk) drive(run intake.Run, state string) intake.Run {
	d.t.Helper()
	run, err := exchange.Drive(d.t.Context(), d.Store, apptest.Realm, run.ID, nil)
	if err != nil || run.State != state {
		d.t.Fatalf("the run is %s, %+v: %v", run.State, run.Error, err)
	}
	return run
}

func (d desk) commit(run intake.Run) intake.Run {
	d.t.Helper()
	d.Write(d.t, func(ctx context.Context, tx *store.Tx) error {
		return exchange.Commit(ctx, tx, d.who, run.ID, run.Digest)
	})
	return d.drive(run, intake.Done)
}

func (d desk) undo(run intake.Run) intake.Run {
	d.t.Helper()
	d.Write(d.t, func(ctx context.Context, tx *store.Tx) error { return exchange.Undo(ctx, tx, d.who, run.ID) })
	return d.drive(run, intake.Undone)
}

// said gives the codes of what a plan says of rows, each with its row.
func (d desk) said(run intake.Run, sort string) (codes []string) {
	d.t.Helper()
	d.Read(d.t, func(ctx context.Context, tx *store.Tx) error {
		lines, err := exchange.Lines(ctx, tx, d.who, run.ID, sort, 0, 1000)
		for _, l := range lines {
			codes = append(codes, fmt.Sprintf("%d %s", l.Row, l.Code))
		}
		return err
	})
	return codes
}

// rows gives tables as they are, to be compared before and after.
func (d desk) rows(tables ...string) string {
	d.t.Helper()
	var b bytes.Buffer
	for _, table := range tables {
		d.Read(d.t, func(ctx context.Context, tx *store.Tx) error {
			shape, err := tx.ShapeOf(ctx, table)
			if err != nil {
				return err
			}
			images, err := tx.Images(ctx, shape, apptest.Realm, nil)
			all := make([]string, len(images))
			for i, image := range images {
				all[i] = fmt.Sprint(image...)
			}
			slices.Sort(all)
			fmt.Fprintln(&b, table, all)
			return err
		})
	}
	return b.String()
}

// unchanged commits a file again: it changes nothing.
func (d desk) unchanged(kind, name, content string, settings map[string]string) {
	d.t.Helper()
	run := d.plan(kind, name, content, settings)
	if run.Counts.New+run.Counts.Changed+run.Counts.Refused > 0 || run.Counts.Same == 0 {
		d.t.Errorf("the second time: %+v, refused %v", run.Counts, d.said(run, intake.Refused))
	}
}

// registerCSV is a register of class 6A as schools keep it: titles, weekdays under the days,
// sums and signatures at the end.
func registerCSV(cell func(n, d int) string) string {
	var b strings.Builder
	b.WriteString("UBND HUYỆN TUẦN GIÁO;;;\nTRƯỜNG PTDTBT THCS MƯỜNG MÙN;;;\n;;BẢNG ĐIỂM DANH THÁNG 5 NĂM 2020;\n;;Lớp: 6A;\n\nSTT;Họ và tên;Ngày sinh;Ngày trong tháng")
	days := []int{25, 26, 27, 28, 29}
	b.WriteString(";;;;;Tổng\n;;")
	for _, d := range days {
		fmt.Fprintf(&b, ";%d", d)
	}
	b.WriteString(";P;K\n;;;T2;T3;T4;T5;T6\n")
	for n := 1; n <= 10; n++ {
		fmt.Fprintf(&b, "%d;%s;%s", n, apptest.PupilName(apptest.Class6A, n), bornIn6A(n).Vietnamese())
		for _, d := range days {
			b.WriteString(";" + cell(n, d))
		}
		b.WriteString(";;\n")
	}
	b.WriteString(";;;;;;;\n;;;;;;GIÁO VIÊN CHỦ NHIỆM;\n")
	return b.String()
}

func bornIn6A(n int) day.Day { return day.Date(2008, 1+monthNumber(n), 1+n%28) }

func sheetsOf6A(h *apptest.House, t *testing.T) (sheets []rollcall.Sheet) {
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		sheets, err = rollcall.SheetsOf(ctx, tx, apptest.Realm, apptest.Class6A, day.Range{From: apptest.YearStart, Until: apptest.YearEnd})
		return err
	})
	return sheets
}

func exactSums(t *testing.T, h *apptest.House, schools ...id.ID) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, school := range schools {
			differences, err := rollcall.Check(ctx, tx, apptest.Realm, school, day.Range{From: apptest.YearStart.MonthStart(), Until: apptest.YearEnd.MonthStart().AddMonths(1)})
			if err != nil || len(differences) > 0 {
				t.Errorf("%v %v", differences, err)
			}
		}
		return nil
	})
}

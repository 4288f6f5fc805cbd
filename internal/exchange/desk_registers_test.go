package exchange_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/intake"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

func monthNumber(n int) time.Month { return time.Month(n % 12) }

func TestRegisterAtTheDesk(t *testing.T) {
	marks := map[[2]int]string{{2, 25}: "P", {2, 26}: "K", {3, 26}: "M", {5, 27}: "v"}
	content := registerCSV(func(n, d int) string {
		if d == 28 {
			return "" // a day without any code
		}
		if code, marked := marks[[2]int{n, d}]; marked {
			return code
		}
		if d == 29 && n != 4 {
			return "x"
		}
		if d == 29 {
			return "" // one pupil was not called
		}
		return "x"
	})
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Mai.Who(), school}
		keep := []string{"sheet", "sheet_version", "mark"}
		before := d.rows(keep...)
		run := d.plan("registers", "so.csv", content, nil)
		if run.Counts.Refused != 0 || run.Counts.More["sheets"] != 2 {
			t.Fatalf("%+v, refused %v, notes %v", run.Counts, d.said(run, intake.Refused), d.said(run, intake.Note))
		}
		notes := strings.Join(d.said(run, intake.Note), ", ")
		for _, code := range []string{"rollcall.import-code", "rollcall.import-unread", "rollcall.import-blank"} {
			if !strings.Contains(notes, code) {
				t.Errorf("no note %s: %s", code, notes)
			}
		}
		settings := map[string]string{"legend": "v=K", "blanks": "present"}
		run = d.again(run, settings)
		if run.Counts.More["sheets"] != 4 || run.Counts.New != 10 {
			t.Fatalf("%+v, %v", run.Counts, d.said(run, intake.Note))
		}
		run = d.commit(run)
		exactSums(t, h, apptest.MuongMunS)
		sheets := sheetsOf6A(h, t)
		if len(sheets) != 4 || sheets[0].Excused != 1 || sheets[1].Unexcused != 1 || sheets[1].Late != 1 || sheets[2].Unexcused != 1 || sheets[3].Absent() != 0 {
			t.Errorf("%+v", sheets)
		}
		d.unchanged("registers", "so.csv", content, settings)
		// What blanks mean is remembered for the next file of the source, where nobody was asked.
		if next := d.plan("registers", "so.csv", content, nil); next.Counts.New+next.Counts.Changed != 0 || len(d.said(next, intake.Note)) > 2 {
			t.Errorf("remembered: %+v, %v", next.Counts, d.said(next, intake.Note))
		}
		d.undo(run)
		if after := d.rows(keep...); after != before {
			t.Errorf("after the undo\n%s\nwant\n%s", after, before)
		}
		exactSums(t, h, apptest.MuongMunS)

		// What is built on an import stands in the way of taking it back.
		run = d.commit(d.plan("registers", "so.csv", content, settings))
		first := sheetsOf6A(h, t)[0]
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Correct(ctx, tx, apptest.Son.Who(), rollcall.Submission{Act: [16]byte{7}, Class: first.Class, Day: first.Day, Session: calendar.Morning,
				BaseVersion: first.Version, State: rollcall.Taken, Reason: "Hỏi lại gia đình"})
			return err
		})
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return exchange.Undo(ctx, tx, d.who, run.ID) })
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("undone although a sheet was corrected since: %v", err)
		}
	})
}

func TestReplacingRegister(t *testing.T) {
	sheet := func(code string) string {
		return registerCSV(func(n, d int) string {
			if n == 2 && d == 25 {
				return code
			}
			return "x"
		})
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Mai.Who(), school}
		d.commit(d.plan("registers", "a.csv", sheet("P"), nil))
		before := d.rows("sheet", "sheet_version", "mark")
		run := d.plan("registers", "b.csv", sheet("K"), nil)
		if run.Counts.New+run.Counts.Changed != 0 || !strings.Contains(strings.Join(d.said(run, intake.Note), " "), "rollcall.import-differs") {
			t.Fatalf("%+v, %v", run.Counts, d.said(run, intake.Note))
		}
		run = d.again(run, map[string]string{"replace": "Sổ giấy ghi đúng"})
		if run.Counts.Changed != 10 || run.Counts.More["sheets"] != 1 {
			t.Fatalf("%+v", run.Counts)
		}
		run = d.commit(run)
		if s := sheetsOf6A(h, t)[0]; s.Unexcused != 1 || s.Version != 2 {
			t.Errorf("%+v", s)
		}
		d.undo(run)
		exactSums(t, h, apptest.MuongMunS)
		if after := d.rows("sheet", "sheet_version", "mark"); after != before {
			t.Errorf("after the undo\n%s\nwant\n%s", after, before)
		}
	})
}

func TestAttendanceInLongForm(t *testing.T) {
	var b strings.Builder
	b.WriteString("Mã học sinh,Họ tên,Lớp,Ngày,Buổi,Trạng thái\n")
	for _, d := range []int{28, 29} {
		for n := 10; n >= 1; n-- {
			code := "có mặt"
			if n == d-24 { // 4 on the 28th, 5 on the 29th
				code = "vắng có phép"
			}
			fmt.Fprintf(&b, "11%08d,%s,6A,%02d/05/2020,sáng,%s\n", apptest.Pupil(apptest.Class6A, n), apptest.PupilName(apptest.Class6A, n), d, code)
		}
	}
	b.WriteString("9900000001,Người Lạ,6A,28/05/2020,sáng,K\n,Người Lạ,,28/05/2020,sáng,K\n1100601001,,6A,30/02/2020,sáng,K\n1100601001,,6A,28/05/2020,đêm,K\n")
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Binh.Who(), intake.Place{Kind: "class", ID: apptest.Class6A}} // the homeroom teacher, her class
		run := d.plan("attendance", "su-kien.csv", b.String(), nil)
		want := []string{"22 student.not-here", "23 rollcall.import-class", "24 exchange.bad-date", "25 rollcall.session-cell"}
		if got := d.said(run, intake.Refused); !slices.Equal(got, want) || run.Counts.More["sheets"] != 2 {
			t.Fatalf("%+v, refused %v, notes %v", run.Counts, got, d.said(run, intake.Note))
		}
		run = d.commit(run)
		sheets := sheetsOf6A(h, t)
		if len(sheets) != 2 || sheets[0].Excused != 1 || sheets[1].Excused != 1 || sheets[0].Size != 10 {
			t.Errorf("%+v", sheets)
		}
		d.undo(run)
		if left := sheetsOf6A(h, t); len(left) != 0 {
			t.Errorf("left %+v", left)
		}
		exactSums(t, h, apptest.MuongMunS)
	})
}

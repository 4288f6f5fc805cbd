package exchange_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/text"
)

const calendarFile = `loại,phạm vi,mã,cấp học,từ ngày,đến ngày,buổi,lý do,ghi chú,năm học,học kỳ,số tuần,khai giảng,sáng,chiều,buổi chính
năm học,,,,24/08/2020,31/05/2021,,QĐ 1/QĐ-UBND,,2020-2021,,,05/09/2020,,,
học kỳ,,,,07/09/2020,10/01/2021,,QĐ 1/QĐ-UBND,,2020,1,18,,,,
học kỳ,trường,PN-THCS,,31/08/2020,03/01/2021,,KH 2/KH-THCS,,2020,1,18,,,,
thời khóa biểu,huyện,099,THCS,24/08/2020,,,KH năm học,,,,,,2-7,"3,5",
nghỉ,tỉnh,11,,18/05/2020,19/05/2020,,Rét đậm rét hại,,,,,,,,
học bù,lớp,MM-THCS/8A,,23/05/2020,,sáng,make-up,,,,,,,,
nghỉ,lớp,MM-THCS/9Z,,23/05/2020,,,cold,,,,,,,,
nghỉ,trường,MM-THCS,,31/02/2020,,,cold,,,,,,,,
nghỉ,trường,MM-THCS,,20/05/2020,,,buồn ngủ,,,,,,,,
nghỉ,trường,MM-THCS,,21/05/2020,20/05/2020,,cold,,,,,,,,
thời khóa biểu,trường,MM-THCS,,25/05/2020,,,KH,,,,,,9,,
năm học,,,,24/08/2022,31/07/2023,,QĐ,,2022,,,05/09/2022,,,
`

func TestCalendarFile(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		load := func(dryRun bool) (calendar.Imported, []exchange.RowFault, int) {
			t.Helper()
			table, err := exchange.ReadTable("lich.csv", strings.NewReader(calendarFile))
			if err != nil {
				t.Fatal(err)
			}
			_, lines, unread, err := exchange.ReadCalendar(table, nil)
			if err != nil {
				t.Fatal(err)
			}
			changes := 0
			after := func(context.Context, *store.Tx, calendar.Change) error { changes++; return nil }
			got, err := calendar.Import(t.Context(), h.Store, apptest.Thanh.Who(), lines, dryRun, after, nil)
			if err != nil {
				t.Fatal(err)
			}
			return got, unread, changes
		}
		tables := func() (counts [5]int) {
			for i, name := range []string{"school_year", "term", "timetable", "calendar_exception", "audit_entry"} {
				counts[i] = apptest.Query[int](t, h, "SELECT COUNT(*) FROM "+name)[0]
			}
			return counts
		}
		before := tables()
		dry, _, _ := load(true)
		if tables() != before {
			t.Error("a dry run changed something")
		}
		made, unread, changes := load(false)
		if !reflect.DeepEqual(dry, made) {
			t.Errorf("the dry run foretold %+v, it became %+v", dry, made)
		}
		if made.Made != 6 || changes != 6 || made.Same != 0 {
			t.Errorf("%+v with %d changes, want 6 lines", made, changes)
		}
		codes := map[int]string{}
		for _, r := range made.Refused {
			codes[r.Row] = r.Fault.Code
		}
		for _, r := range unread {
			codes[r.Row] = r.Fault.Code
		}
		want := map[int]string{8: "calendar.no-class", 9: "exchange.bad-date", 10: "calendar.bad-reason", 11: "calendar.bad-period",
			12: "calendar.bad-weekdays", 13: "calendar.extension-reason"}
		if !reflect.DeepEqual(codes, want) {
			t.Errorf("refused %v, want %v", codes, want)
		}
		after := tables()
		if got, want := after, [5]int{before[0] + 1, before[1] + 2, before[2] + 1, before[3] + 2, before[4] + 6}; got != want {
			t.Errorf("rows %v, want %v", got, want)
		}

		again, _, changes := load(false)
		if again.Made != 0 || again.Same != 6 || changes != 0 || tables() != after {
			t.Errorf("the same file again: %+v, %d changes", again, changes)
		}

		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for text, held := range map[string]bool{"2020-05-18": false, "2020-05-19": false, "2020-05-20": true, "2020-05-23": true} {
				v, err := calendar.Resolve(ctx, tx, apptest.Realm, apptest.Class8A, day.MustParse(text), calendar.Morning)
				if err != nil || v.Held != held {
					t.Errorf("8A on %s: %+v, %v", text, v, err)
				}
			}
			return nil
		})
	})
}

// TestCalendarRefusedLinesComeBack: the file of refused lines has a column "why" beside the file's own "lý do"; mended, it
// is read again.
func TestCalendarRefusedLinesComeBack(t *testing.T) {
	read := func(content string) (*exchange.Sheet, []calendar.Line) {
		t.Helper()
		table, err := exchange.ReadTable("lich.csv", strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		sheet, lines, _, err := exchange.ReadCalendar(table, nil)
		if err != nil {
			t.Fatal(err)
		}
		return sheet, lines
	}
	sheet, lines := read(calendarFile)
	for _, lang := range []text.Lang{text.Vietnamese, text.English} {
		var out strings.Builder
		refused := []exchange.RowFault{{Row: 10, Fault: fault.New(fault.Invalid, "calendar.bad-reason", fault.Args{"reason": "buồn ngủ"})}}
		if err := sheet.WriteRejected(&out, lang, refused); err != nil {
			t.Fatal(err)
		}
		_, again := read(out.String())
		want := lines[len(lines)-4]
		want.Row = 2
		if len(again) != 1 || again[0] != want {
			t.Errorf("%s: read again as %+v, want %+v", lang, again, want)
		}
	}
}

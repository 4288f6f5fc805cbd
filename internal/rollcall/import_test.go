package rollcall_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// register makes a register of a class: row n+10 is pupil n; codes by pupil and day, the
// others get rest.
func register(class apptest.Class, rest string, days []day.Day, codes map[int]map[day.Day]string) (lines []rollcall.RegisterLine) {
	for n := 1; n <= class.Size; n++ {
		l := rollcall.RegisterLine{Row: n + 10, Class: "Lớp " + class.Name, Pupil: student.Named{Name: apptest.PupilName(class.ID, n), Born: bornOf(class, n)}}
		for _, d := range days {
			code, given := codes[n][d]
			if !given {
				code = rest
			}
			l.Cells = append(l.Cells, rollcall.RegisterCell{Day: d, Code: code})
		}
		lines = append(lines, l)
	}
	return lines
}

func bornOf(class apptest.Class, n int) day.Day {
	return day.Date(2019-5-map[string]int{"6": 6, "8": 8}[class.Grades[0]], 1+monthOf(n), 1+n%28)
}

func plan(t *testing.T, h *apptest.House, who access.Who, in rollcall.RegisterIn) (p *rollcall.RegisterPlan) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = rollcall.PlanRegister(ctx, tx, who, in)
		return err
	})
	return p
}

func put(t *testing.T, h *apptest.House, who access.Who, in rollcall.RegisterIn, p *rollcall.RegisterPlan) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error { return rollcall.PutRegister(ctx, tx, who, in, p.Sheets) })
}

func codesOf(findings []rollcall.RegisterFinding) (codes []string) {
	for _, f := range findings {
		codes = append(codes, f.Fault.Code)
	}
	return codes
}

func TestRegisterComesIn(t *testing.T) {
	class := apptest.Classes[0] // 6A, 10 pupils
	days := []day.Day{today - 3, today - 2, today - 1, today}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := apptest.Mai.Who()
		in := rollcall.RegisterIn{School: apptest.MuongMunS, Lines: register(class, "x", days, map[int]map[day.Day]string{
			2: {days[0]: "P", days[1]: "kp"}, 3: {days[0]: "M", days[2]: ""}, 4: {days[1]: "KS"},
		})}
		p := plan(t, h, who, in)
		if len(p.Refused) > 0 || len(p.Sheets) != 2 {
			t.Fatalf("refused %v, %d sheets, findings %v", codesOf(p.Refused), len(p.Sheets), codesOf(p.Findings))
		}
		// An empty cell is neither present nor absent; a code that nobody explained is asked about.
		for _, code := range []string{"rollcall.import-code", "rollcall.import-unread", "rollcall.import-blank"} {
			if !slices.Contains(codesOf(p.Findings), code) {
				t.Errorf("no finding %s in %v", code, codesOf(p.Findings))
			}
		}
		in.Blanks = rollcall.BlanksPresent
		in.Legend = understood(rollcall.ParseLegend("ks = K"))(t)
		p = plan(t, h, who, in)
		if len(p.Sheets) != 4 || len(p.Findings) != 0 {
			t.Fatalf("%d sheets, findings %v", len(p.Sheets), codesOf(p.Findings))
		}
		put(t, h, who, in, p)
		exact(t, h, apptest.MuongMunS)
		sheets := sheetsOf(t, h, class.ID)
		if len(sheets) != 4 || sheets[0].Excused != 1 || sheets[0].Late != 1 || sheets[1].Unexcused != 2 || sheets[2].Absent() != 0 || sheets[0].Size != 10 {
			t.Errorf("kept %+v", sheets)
		}
		// The same again changes nothing.
		again := plan(t, h, who, in)
		if len(again.Sheets) != 0 || again.Same != 4 || len(again.Findings) != 0 {
			t.Errorf("again: %d sheets, %d same, %v", len(again.Sheets), again.Same, codesOf(again.Findings))
		}
		// What stands is not overwritten without a reason.
		in.Lines = register(class, "x", days, map[int]map[day.Day]string{2: {days[0]: "K", days[1]: "K"}, 3: {days[0]: "M"}, 4: {days[1]: "K"}})
		other := plan(t, h, who, in)
		if len(other.Sheets) != 0 || !slices.Equal(codesOf(other.Findings), []string{"rollcall.import-differs"}) {
			t.Errorf("differing: %d sheets, %v", len(other.Sheets), codesOf(other.Findings))
		}
		in.Replace, in.Seed[0] = "Sổ giấy ghi đúng", 9
		other = plan(t, h, who, in)
		if len(other.Sheets) != 1 || !other.Sheets[0].Changed() || other.Sheets[0].Was[0].Kind != rollcall.Excused {
			t.Fatalf("replacing: %+v", other.Sheets)
		}
		put(t, h, who, in, other)
		exact(t, h, apptest.MuongMunS)
		if now := sheetsOf(t, h, class.ID)[0]; now.Version != 2 || now.Unexcused != 1 || now.Excused != 0 {
			t.Errorf("replaced: %+v", now)
		}
	})
}

func TestRegisterTellsWhatItCannotTake(t *testing.T) {
	class := apptest.Classes[1] // 8A meets on Tuesday and Thursday afternoons, too
	thursday := today - 1
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := apptest.Mai.Who()
		in := rollcall.RegisterIn{School: apptest.MuongMunS, Class: "8a", Lines: register(class, "x", []day.Day{today - 5, thursday, today + 3}, nil)}
		p := plan(t, h, who, in)
		for _, code := range []string{"rollcall.import-halves", "rollcall.import-closed", "rollcall.import-future"} {
			if !slices.Contains(codesOf(p.Findings), code) {
				t.Errorf("no finding %s in %v", code, codesOf(p.Findings))
			}
		}
		// Number 7 and 8 are namesakes with different birthdays; without these they are two that fit.
		if len(p.Refused) != 0 || len(p.Sheets) != 0 {
			t.Errorf("refused %v, %d sheets", codesOf(p.Refused), len(p.Sheets))
		}
		for halves, want := range map[rollcall.Halves]int{rollcall.HalvesMain: 1, rollcall.HalvesAll: 2} {
			in.Halves = halves
			if p := plan(t, h, who, in); len(p.Sheets) != want {
				t.Errorf("%s: %d sheets, want %d", halves, len(p.Sheets), want)
			}
		}
		in.Halves = rollcall.HalvesMain
		in.Lines[6].Pupil.Born = 0
		in.Lines[8].Pupil.Name = "Người Không Có"
		in.Lines[9].Pupil = student.Named{Code: apptestCode(class, 10), Name: apptest.PupilName(class.ID, 11)}
		p = plan(t, h, who, in)
		if got := codesOf(p.Refused); !slices.Equal(got, []string{"student.several", "student.not-here", "student.other-name"}) {
			t.Errorf("refused %v", got)
		}
		if len(p.Sheets) != 0 || !slices.Contains(codesOf(p.Findings), "rollcall.import-unlisted") {
			t.Errorf("a class of which three are not said is taken: %v", codesOf(p.Findings))
		}
		// A class-day without any code is none, unless the book was kept every day.
		in.Lines = register(class, "", []day.Day{thursday - 1, today}, map[int]map[day.Day]string{1: {today: "P"}})
		in.Blanks = rollcall.BlanksPresent
		if p := plan(t, h, who, in); len(p.Sheets) != 1 || p.Sheets[0].Day != today {
			t.Errorf("%+v", p.Sheets)
		}
		in.Blanks = rollcall.BlanksEveryDay
		if p := plan(t, h, who, in); len(p.Sheets) != 3 { // Thursday between them, too
			t.Errorf("%d sheets", len(p.Sheets))
		}
		// Nobody writes another school's register, and a teacher writes her class's only.
		for _, stranger := range []apptest.Person{apptest.Lan, apptest.Binh, apptest.Quan, apptest.Thuong} {
			if p := plan(t, h, stranger.Who(), in); len(p.Sheets) != 0 || !fault.Is(p.Refused[0].Fault, fault.Forbidden) {
				t.Errorf("%s: %d sheets, %v", stranger.Login, len(p.Sheets), codesOf(p.Refused))
			}
		}
	})
}

func TestTakenBackRegister(t *testing.T) {
	class := apptest.Classes[0]
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := apptest.Mai.Who()
		in := rollcall.RegisterIn{School: apptest.MuongMunS, Lines: register(class, "x", []day.Day{today}, map[int]map[day.Day]string{2: {today: "P"}})}
		p := plan(t, h, who, in)
		put(t, h, who, in, p)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, table := range []string{"mark", "sheet_version", "sheet"} { // as the journal of an import does
				if _, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE realm = $1 AND class = $2 AND day = $3", apptest.Realm, class.ID, today); err != nil {
					return err
				}
			}
			return rollcall.TakenBack(ctx, tx, who, apptest.MuongMunS, []rollcall.SheetKey{{Class: class.ID, Day: today, Session: calendar.Morning}})
		})
		exact(t, h, apptest.MuongMunS)
		// The same register may come in again.
		p = plan(t, h, who, in)
		put(t, h, who, in, p)
		exact(t, h, apptest.MuongMunS)
		if got := sheetsOf(t, h, class.ID); len(got) != 1 || got[0].Excused != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func sheetsOf(t *testing.T, h *apptest.House, class id.ID) (sheets []rollcall.Sheet) {
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		sheets, err = rollcall.SheetsOf(ctx, tx, apptest.Realm, class, day.Range{From: apptest.YearStart, Until: apptest.YearEnd})
		return err
	})
	return sheets
}

func understood[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func apptestCode(class apptest.Class, n int) string {
	return fmt.Sprintf("11%08d", apptest.Pupil(class.ID, n))
}

func monthOf(n int) time.Month { return time.Month(n % 12) }

package indicator

import (
	"testing"

	"pgregory.net/rapid"

	"ralop/internal/ratio"
	"ralop/internal/student"
)

// The vectors of the design, domain.md 1.5. They are pure arithmetic, so they are tested
// beside it; the same figures through the room's face are in measure_test.go.
func TestVectors(t *testing.T) {
	year := student.Movement{Opening: 400, Arrivals: 6, Departures: 10, Dropouts: 4, Now: 392}
	cases := []struct {
		name    string
		got     ratio.Ratio
		n, d    int64
		percent string
	}{
		{"chuyên cần 1 buổi/ngày", Marks{Sheets: 22, Roll: 35 * 22, Excused: 18, Unexcused: 41}.rate(Attendance), 711, 770, "92,34"},
		{"chỉ tính K", Marks{Sheets: 22, Roll: 35 * 22, Excused: 18, Unexcused: 41}.rate(AttendanceUnexcused), 729, 770, "94,68"},
		{"chuyển đến muộn", Marks{Roll: 35 * 10}.Add(Marks{Roll: 36 * 12}).rate(Attendance), 782, 782, "100,00"},
		{"tỷ số của các tổng", Marks{Roll: 770, Unexcused: 59}.Add(Marks{Roll: 200}).rate(Attendance), 911, 970, "93,92"},
		{"duy trì kiểu 1", movementRate(RetentionGross, year), 392, 400, "98,00"},
		{"duy trì kiểu 2", movementRate(Retention, year), 392, 396, "98,99"},
		{"tỷ lệ bỏ học", movementRate(Dropout, year), 4, 400, "1,00"},
		{"chưa rõ cũng là vắng", Marks{Roll: 35, Unknown: 3, Late: 2}.rate(Attendance), 32, 35, "91,43"},
		{"không rõ P hay K thì đứng ngoài", Marks{Roll: 100, Unexcused: 5, SplitUnknown: 40, SplitAbsent: 6}.rate(AttendanceUnexcused), 55, 60, "91,67"},
		{"cho nghỉ đứng ngoài hai vế", Marks{Roll: 100, SplitAbsent: 8, SplitUnknown: 100, Released: 2}.rate(AttendanceExcludingReleased), 90, 98, "91,84"},
		{"3 buổi chưa điểm danh đứng ngoài hai vế", Marks{Sheets: 19, Roll: 35 * 19}.rate(Attendance), 665, 665, "100,00"},
		{"2 buổi nghỉ rét, 2 buổi học bù", Marks{Sheets: 20, Roll: 35 * 20}.Add(Marks{Sheets: 2, Roll: 35 * 2}).rate(Attendance), 770, 770, "100,00"},
		{"huy động 6 tuổi", ratio.Of(110+6, 120-2), 116, 118, "98,31"},
		{"PTDTBT THCS", ratio.Of(134, 300), 134, 300, "44,67"},
	}
	for _, c := range cases {
		if c.got != ratio.Of(c.n, c.d) || c.got.Percent(2) != c.percent {
			t.Errorf("%s: got %s = %s %%, want %d/%d = %s %%", c.name, c.got, c.got.Percent(2), c.n, c.d, c.percent)
		}
	}
	if !year.Balanced() || year.OtherDecrease() != 4 {
		t.Errorf("400 = 392 + 4 + (10 − 6) must hold: %+v", year)
	}
	if missed := (Value{Coverage: Coverage{Taken: 19, Due: 22}}); missed.Complete() != (19*100 >= 80*22) || missed.Coverage.Due-missed.Coverage.Taken != 3 {
		t.Errorf("3 of 22 sessions were not marked: %+v", missed)
	}
	if !ratio.Of(116, 118).AtLeast(98, 100) || ratio.Of(134, 300).AtLeast(45, 100) {
		t.Error("116/118 passes 98 %; 134/300 is under 45 %")
	}
	if !ratio.Of(98, 100).AtLeast(98, 100) || ratio.Of(97999, 100000).AtLeast(98, 100) {
		t.Error("a threshold is inclusive and is not rounded to")
	}
}

func TestSuppressionGivesNothingAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pupils := rapid.SliceOfN(rapid.Int64Range(0, 40), 1, 12).Draw(t, "pupils")
		hide := Suppress(pupils)
		var hidden, together, shownOthers int64
		for i, n := range pupils {
			switch {
			case hide[i]:
				hidden, together = hidden+1, together+n
			case n > 0:
				shownOthers++
				if n < SmallCell {
					t.Fatalf("row %d with %d pupils is shown: %v %v", i, n, pupils, hide)
				}
			}
		}
		if hidden == 1 && shownOthers > 0 {
			t.Fatalf("one hidden row alone is total minus siblings: %v %v", pupils, hide)
		}
		if hidden > 0 && together < SmallCell && shownOthers > 0 {
			t.Fatalf("the hidden rows hold %d pupils together, a small cell themselves: %v %v", together, pupils, hide)
		}
	})
}

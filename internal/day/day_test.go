package day_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ralop/internal/day"
)

func TestDaysReadAsPeopleWriteThem(t *testing.T) {
	want := day.Date(2019, time.September, 5)
	for _, text := range []string{"2019-09-05", "5/9/2019", "05/09/2019", " 5-9-2019 ", "05.09.2019"} {
		if got, err := day.ParseLoose(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5/9", "31/2/2019", "5/9/19", "2019/09/05", "13/13/2019", "hôm nay"} {
		if got, err := day.ParseLoose(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestCivilDateIsThatOfHanoi(t *testing.T) {
	evening := time.Date(2020, time.May, 28, 17, 30, 0, 0, time.UTC) // 0:30 of the 29th in Hà Nội
	if got := day.InstantOf(evening).Day(); got.String() != "2020-05-29" {
		t.Errorf("half past midnight in Hà Nội was %v", got)
	}
}

func TestSchoolYearIsCutOnTheFirstOfAugust(t *testing.T) {
	for text, want := range map[string]int{"2019-07-31": 2018, "2019-08-01": 2019, "2020-05-29": 2019} {
		if got := day.MustParse(text).SchoolYear(); got != want {
			t.Errorf("%s: school year %d, want %d", text, got, want)
		}
	}
}

func TestDayRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := day.Day(rapid.Int32Range(-40000, int32(day.Forever)).Draw(t, "day"))
		value, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		var scanned day.Day
		if err := scanned.Scan(value); err != nil || scanned != d {
			t.Fatalf("%v came back as %v, %v", d, scanned, err)
		}
		content, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var read day.Day
		if err := json.Unmarshal(content, &read); err != nil || read != d {
			t.Fatalf("%s came back as %v, %v", content, read, err)
		}
		if w := d.WeekStart(); w.Weekday() != time.Monday || d.Sub(w) < 0 || d.Sub(w) > 6 {
			t.Fatalf("the week of %v begins on %v", d, w)
		}
		if m := day.MonthOf(d); !m.Has(d) || m.From.DayOfMonth() != 1 || m.Until.DayOfMonth() != 1 {
			t.Fatalf("the month of %v is %v", d, m)
		}
	})
}

func TestRangesAreHalfOpen(t *testing.T) {
	may := day.Through(day.MustParse("2020-05-01"), day.MustParse("2020-05-31"))
	june := day.MonthOf(day.MustParse("2020-06-15"))
	switch {
	case may.Overlaps(june), may.Has(june.From), !may.Has(may.Last()), may.Days() != 31, !may.Intersect(june).Empty():
		t.Errorf("May %v and June %v share no day", may, june)
	}
}

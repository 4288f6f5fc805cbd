package calendar_test

import (
	"testing"

	"pgregory.net/rapid"

	"ralop/internal/calendar"
	"ralop/internal/day"
)

func TestTet(t *testing.T) {
	// 1985 came a month before China's, 2007 and 2030 a day before.
	for year, want := range map[int]string{
		1968: "1968-01-29", 1985: "1985-01-21", 2000: "2000-02-05", 2007: "2007-02-17", 2014: "2014-01-31",
		2015: "2015-02-19", 2019: "2019-02-05", 2020: "2020-01-25", 2021: "2021-02-12", 2023: "2023-01-22",
		2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17", 2030: "2030-02-02",
	} {
		if got := calendar.Tet(year).String(); got != want {
			t.Errorf("Tết %d is on %s, want %s", year, got, want)
		}
	}
}

func TestLunarDates(t *testing.T) {
	for solar, want := range map[string]calendar.Lunar{
		"2020-04-02": {Year: 2020, Month: 3, Day: 10},
		"2020-05-23": {Year: 2020, Month: 4, Day: 1, Leap: true},
		"2020-06-21": {Year: 2020, Month: 5, Day: 1},
		"2023-03-22": {Year: 2023, Month: 2, Day: 1, Leap: true},
		"2025-08-01": {Year: 2025, Month: 6, Day: 8, Leap: true},
		"2024-12-31": {Year: 2024, Month: 12, Day: 1},
		"2019-12-29": {Year: 2019, Month: 12, Day: 4},
	} {
		if got := calendar.LunarOf(day.MustParse(solar)); got != want {
			t.Errorf("%s is %+v, want %+v", solar, got, want)
		}
	}
	if _, ok := (calendar.Lunar{Year: 2021, Month: 4, Day: 1, Leap: true}).Solar(); ok {
		t.Error("2021 has no leap month")
	}
}

func TestLunarAndSolarAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := day.Day(rapid.Int32Range(int32(day.Date(1901, 1, 1)), int32(day.Date(2099, 12, 31))).Draw(t, "day"))
		l := calendar.LunarOf(d)
		back, ok := l.Solar()
		if !ok || back != d {
			t.Fatalf("%s is %+v, which is %s (%v)", d, l, back, ok)
		}
		if next := calendar.LunarOf(d + 1); next.Day != l.Day+1 && (next.Day != 1 || l.Day < 29) {
			t.Fatalf("after %+v comes %+v", l, next)
		}
	})
}

func TestDaysOff(t *testing.T) {
	for text, want := range map[string]string{
		"2020-01-01": "new-year", "2020-01-24": "tet-eve", "2020-01-25": "tet", "2020-01-27": "tet-third", "2020-04-02": "hung-kings",
		"2020-04-30": "victory", "2020-05-01": "labour", "2020-09-02": "national",
		"2020-01-28": "", "2021-09-03": "", "2019-11-20": "", "2006-04-07": "",
	} {
		h, off := calendar.DayOff(day.MustParse(text))
		if h.Code != want || off != (want != "") {
			t.Errorf("%s: %q, off %v, want %q", text, h.Code, off, want)
		}
	}
	second := func(year int) (n int) {
		for _, h := range calendar.Holidays(year) {
			if h.Code == "national-second" && h.Chosen && !h.Off {
				n++
			}
		}
		return n
	}
	if second(2020) != 0 || second(2021) != 1 {
		t.Error("the second day of the National Day begins in 2021")
	}
}

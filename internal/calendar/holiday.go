package calendar

import (
	"cmp"
	_ "embed"
	"slices"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/day"
)

// Holiday is a day that the law or custom names. Its name is the text "calendar.holiday.<Code>".
type Holiday struct {
	Day  day.Day
	Code string
	Off  bool   // no school by law; false: kept without being a day off
	Law  string // the text that says so, "" for custom
	// Chosen: the law gives a further day off whose place the Government announces each year. Day is the likely place;
	// it closes no school until it is declared.
	Chosen bool
}

type holidayRule struct {
	Code     string
	Calendar string
	Month    int
	Day      int
	Offset   int
	First    int
	Last     int
	Off      bool
	Chosen   bool
	Law      string
}

//go:embed holidays.toml
var holidayFile []byte

var holidayRules = sync.OnceValue(func() []holidayRule {
	var file struct{ Holiday []holidayRule }
	if err := toml.Unmarshal(holidayFile, &file); err != nil {
		panic("calendar: holidays.toml: " + err.Error())
	}
	return file.Holiday
})

var (
	holidayMemo   = map[int][]Holiday{}
	holidayMemoMu sync.Mutex
)

// Holidays gives the named days of a calendar year in order of date. The caller must not change the slice.
func Holidays(year int) []Holiday {
	holidayMemoMu.Lock()
	defer holidayMemoMu.Unlock()
	if known, ok := holidayMemo[year]; ok {
		return known
	}
	var all []Holiday
	for _, rule := range holidayRules() {
		// A lunar month 12 ends in the next calendar year, and 1/12 may fall twice in one year: try both lunar years.
		for _, d := range rule.days(year) {
			if d.Year() == year {
				all = append(all, Holiday{Day: d, Code: rule.Code, Off: rule.Off, Law: rule.Law, Chosen: rule.Chosen})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Holiday) int { return cmp.Compare(a.Day, b.Day) })
	holidayMemo[year] = all
	return all
}

func (r holidayRule) days(year int) []day.Day {
	if r.First > year || r.Last != 0 && r.Last < year {
		return nil
	}
	if r.Calendar == "solar" {
		return []day.Day{day.Date(year, time.Month(r.Month), r.Day).Add(r.Offset)}
	}
	var days []day.Day
	for _, lunarYear := range []int{year - 1, year} {
		if d, ok := (Lunar{Year: lunarYear, Month: r.Month, Day: r.Day}).Solar(); ok {
			days = append(days, d.Add(r.Offset))
		}
	}
	return days
}

// DayOff gives the legal holiday on which no school is held, if d is one.
func DayOff(d day.Day) (Holiday, bool) {
	for _, h := range Holidays(d.Year()) {
		if h.Day == d && h.Off {
			return h, true
		}
	}
	return Holiday{}, false
}

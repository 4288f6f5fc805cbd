// Package day holds the two words for time that everybody speaks: Day, a civil
// date in Asia/Ho_Chi_Minh, and Instant, a point in time in microseconds UTC.
//
// It is on the words floor: no I/O, and every package may import it. Keeping a
// civil date apart from a point in time is what makes "the school day" mean the
// same thing on a phone with a wrong clock, on the server, and on paper.
package day

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
)

// Place is the civil time zone of the product. It has had no daylight saving
// since 1975, so a fixed zone is exact and needs no zone database on the machine.
var Place = time.FixedZone("ICT", 7*60*60)

// Day is a civil date, counted in days since 1970-01-01. The zero Day is
// 1970-01-01 and is used nowhere as a real date: IsZero reads as "not given".
type Day int32

// Forever ends a period that has no end. All periods are half-open: the day
// "until" is not part of the period.
var Forever = Date(9999, time.December, 31)

// Date makes a Day; values out of range are carried over as time.Date does.
func Date(year int, month time.Month, date int) Day {
	return Day(time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Parse reads YYYY-MM-DD.
func Parse(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("day: %q is not a date of the form YYYY-MM-DD", text)
	}
	return Day(t.Unix() / 86400), nil
}

// MustParse is Parse for constants in programs and tests; it panics on a fault.
func MustParse(text string) Day {
	d, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseLoose reads what people type and what sheets hold: 5/9/2019, 05-09-2019,
// 05.09.2019 (day first, as in Vietnam) and YYYY-MM-DD.
func ParseLoose(text string) (Day, error) {
	text = strings.TrimSpace(text)
	if d, err := Parse(text); err == nil {
		return d, nil
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(parts) == 3 && len(parts[2]) == 4 {
		t, err := time.Parse("2/1/2006", parts[0]+"/"+parts[1]+"/"+parts[2])
		if err == nil {
			return Day(t.Unix() / 86400), nil
		}
	}
	return 0, fmt.Errorf("day: %q is not a date", text)
}

func (d Day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Midnight is the start of d in UTC, for file formats that hold a time where a date is meant.
func (d Day) Midnight() time.Time { return d.time() }

// String gives YYYY-MM-DD.
func (d Day) String() string { return d.time().Format(time.DateOnly) }

// Vietnamese gives dd/mm/yyyy.
func (d Day) Vietnamese() string { return d.time().Format("02/01/2006") }

// Short gives d/m, for column heads and sentences within one year.
func (d Day) Short() string { return d.time().Format("2/1") }

func (d Day) Year() int             { return d.time().Year() }
func (d Day) Month() time.Month     { return d.time().Month() }
func (d Day) DayOfMonth() int       { return d.time().Day() }
func (d Day) Weekday() time.Weekday { return d.time().Weekday() }
func (d Day) IsZero() bool          { return d == 0 }

// Add moves by whole days.
func (d Day) Add(days int) Day { return d + Day(days) }

// AddMonths moves by whole months; the day of the month is carried over as time.AddDate does.
func (d Day) AddMonths(months int) Day {
	return Day(d.time().AddDate(0, months, 0).Unix() / 86400)
}

// Sub is the number of days from other to d.
func (d Day) Sub(other Day) int { return int(d - other) }

// MonthStart is the first day of d's month.
func (d Day) MonthStart() Day { return Date(d.Year(), d.Month(), 1) }

// WeekStart is the Monday of d's week.
func (d Day) WeekStart() Day { return d - Day((int(d.Weekday())+6)%7) }

// SchoolYear is the year in which the school year holding d began; school years
// are cut on 1 August.
func (d Day) SchoolYear() int {
	if d.Month() >= time.August {
		return d.Year()
	}
	return d.Year() - 1
}

// Value writes a Day as text, which both engines take for a date.
func (d Day) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads a DATE of PostgreSQL and a YYYY-MM-DD text of SQLite. NULL is the zero Day.
func (d *Day) Scan(source any) error {
	switch v := source.(type) {
	case nil:
		*d = 0
	case time.Time:
		*d = Date(v.Year(), v.Month(), v.Day())
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	default:
		return fmt.Errorf("day: cannot read a date from %T", source)
	}
	return nil
}

// MarshalText gives YYYY-MM-DD, so that JSON holds dates people can read.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Range is a half-open period of days: From is in it, Until is not.
type Range struct{ From, Until Day }

// Through makes the Range that a person names by its first and last day.
func Through(first, last Day) Range { return Range{first, last + 1} }

// MonthOf is the calendar month that holds d.
func MonthOf(d Day) Range { return Range{d.MonthStart(), d.MonthStart().AddMonths(1)} }

func (r Range) Has(d Day) bool        { return r.From <= d && d < r.Until }
func (r Range) Empty() bool           { return r.Until <= r.From }
func (r Range) Last() Day             { return r.Until - 1 }
func (r Range) Days() int             { return max(0, int(r.Until-r.From)) }
func (r Range) Overlaps(o Range) bool { return r.From < o.Until && o.From < r.Until }

// Intersect is the part that both hold; it may be Empty.
func (r Range) Intersect(o Range) Range { return Range{max(r.From, o.From), min(r.Until, o.Until)} }

// Instant is a point in time, in microseconds since 1970 UTC. The store writes it
// as TIMESTAMPTZ on PostgreSQL and as INTEGER on SQLite; it is no driver.Valuer on
// purpose, because only the store knows the engine.
type Instant int64

// InstantOf cuts t to microseconds, which both engines keep exactly.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives the point in time in the civil zone of the product.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).In(Place) }

// Day is the civil date at i in Asia/Ho_Chi_Minh.
func (i Instant) Day() Day {
	t := i.Time()
	return Date(t.Year(), t.Month(), t.Day())
}

func (i Instant) IsZero() bool                    { return i == 0 }
func (i Instant) Add(d time.Duration) Instant     { return i + Instant(d.Microseconds()) }
func (i Instant) Sub(other Instant) time.Duration { return time.Duration(i-other) * time.Microsecond }
func (i Instant) String() string                  { return i.Time().Format(time.RFC3339Nano) }

// Clock gives HH:MM of the civil day, as on a receipt.
func (i Instant) Clock() string { return i.Time().Format("15:04") }

// Scan reads TIMESTAMPTZ of PostgreSQL and INTEGER microseconds of SQLite. NULL is the zero Instant.
func (i *Instant) Scan(source any) error {
	switch v := source.(type) {
	case nil:
		*i = 0
	case int64:
		*i = Instant(v)
	case time.Time:
		*i = InstantOf(v)
	default:
		return fmt.Errorf("day: cannot read an instant from %T", source)
	}
	return nil
}

// MarshalText gives RFC 3339 with the zone of the product.
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads RFC 3339.
func (i *Instant) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return fmt.Errorf("day: %q is not a time of RFC 3339", text)
	}
	*i = InstantOf(t)
	return nil
}

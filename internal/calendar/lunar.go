package calendar

import (
	"math"

	"ralop/internal/day"
)

// Lunar is a date of the Vietnamese lunar calendar, reckoned at UTC+7.
type Lunar struct {
	Year, Month, Day int
	Leap             bool // the second of two months with one number (tháng nhuận)
}

// The astronomy is of Jean Meeus, "Astronomical Algorithms": the mean new moon with its periodic terms, and the
// apparent longitude of the sun to about a hundredth of a degree. Vietnam's calendar differs from China's where the
// hour between UTC+7 and UTC+8 carries a new moon or a solstice over midnight (Tết 1985, 2007, 2030).

const (
	julianOfEpoch = 2440588 // Julian day number of 1970-01-01
	lunation      = 29.530588853
	radian        = math.Pi / 180
)

// newMoon gives the civil day at UTC+7 of the k-th new moon since 1900-01-01.
func newMoon(k int) day.Day {
	t := float64(k) / 1236.85
	t2, t3 := t*t, t*t*t
	mean := 2415020.75933 + 29.53058868*float64(k) + 0.0001178*t2 - 0.000000155*t3 +
		0.00033*math.Sin((166.56+132.87*t-0.009173*t2)*radian)
	sun := (359.2242 + 29.10535608*float64(k) - 0.0000333*t2 - 0.00000347*t3) * radian
	moon := (306.0253 + 385.81691806*float64(k) + 0.0107306*t2 + 0.00001236*t3) * radian
	node := (21.2964 + 390.67050646*float64(k) - 0.0016528*t2 - 0.00000239*t3) * radian
	periodic := (0.1734-0.000393*t)*math.Sin(sun) + 0.0021*math.Sin(2*sun) -
		0.4068*math.Sin(moon) + 0.0161*math.Sin(2*moon) - 0.0004*math.Sin(3*moon) +
		0.0104*math.Sin(2*node) - 0.0051*math.Sin(sun+moon) - 0.0074*math.Sin(sun-moon) +
		0.0004*math.Sin(2*node+sun) - 0.0004*math.Sin(2*node-sun) - 0.0006*math.Sin(2*node+moon) +
		0.0010*math.Sin(2*node-moon) + 0.0005*math.Sin(2*moon+sun)
	dynamical := -0.000278 + 0.000265*t + 0.000262*t2
	return day.Day(math.Floor(mean+periodic-dynamical+0.5+7.0/24)) - julianOfEpoch
}

// sector gives which twelfth of the ecliptic, from 0, the sun stands in at the midnight of UTC+7 that begins d.
func sector(d day.Day) int {
	t := (float64(d) + julianOfEpoch - 2451545.5 - 7.0/24) / 36525
	t2 := t * t
	anomaly := (357.52910 + 35999.05030*t - 0.0001559*t2 - 0.00000048*t2*t) * radian
	longitude := 280.46645 + 36000.76983*t + 0.0003032*t2 +
		(1.914600-0.004817*t-0.000014*t2)*math.Sin(anomaly) +
		(0.019993-0.000101*t)*math.Sin(2*anomaly) + 0.000290*math.Sin(3*anomaly)
	return int(math.Floor(longitude/30)) - 12*int(math.Floor(longitude/360))
}

// moonAt gives the number of the last new moon on or before d.
func moonAt(d day.Day) int {
	k := int(math.Floor((float64(d) + julianOfEpoch - 2415021.076998695) / lunation))
	for newMoon(k+1) <= d {
		k++
	}
	for newMoon(k) > d {
		k--
	}
	return k
}

// eleventh gives the number of the new moon that begins lunar month 11 of a year, the month of the winter solstice.
func eleventh(year int) int {
	k := moonAt(day.Date(year, 12, 31))
	if sector(newMoon(k)) >= 9 {
		k-- // the solstice is past when this month begins
	}
	return k
}

// leapAfter gives how many months after month 11 the leap month of a thirteen-month year comes: the first month in which
// the sun enters no new sector.
func leapAfter(k int) int {
	for i := 1; i < 14; i++ {
		if sector(newMoon(k+i)) == sector(newMoon(k+i+1)) {
			return i
		}
	}
	return 14
}

// LunarOf gives the lunar date of a day (exact for 1900–2100).
func LunarOf(d day.Day) Lunar {
	k := moonAt(d)
	year := d.Year()
	first := eleventh(year)
	if first > k {
		year--
		first = eleventh(year)
	}
	months := k - first
	leap := false
	if eleventh(year+1)-first == 13 {
		if after := leapAfter(first); months >= after {
			leap = months == after
			months--
		}
	}
	l := Lunar{Year: year, Month: 11 + months, Day: d.Sub(newMoon(k)) + 1, Leap: leap}
	if l.Month > 12 {
		l.Month, l.Year = l.Month-12, l.Year+1
	}
	return l
}

// Solar gives the civil day of a lunar date; false when the year has no such day (a 30th of a short month, a leap month
// in a year without one).
func (l Lunar) Solar() (day.Day, bool) {
	year, months := l.Year, l.Month-11
	if l.Month < 11 {
		year, months = year-1, l.Month+1
	}
	first := eleventh(year)
	if eleventh(year+1)-first == 13 {
		if after := leapAfter(first); months >= after || l.Leap && months == after-1 {
			months++
		}
	}
	d := newMoon(first+months) + day.Day(l.Day-1)
	return d, l.Day >= 1 && LunarOf(d) == l
}

// Tet gives the first day of the lunar year that begins in this calendar year.
func Tet(year int) day.Day {
	d, _ := Lunar{Year: year, Month: 1, Day: 1}.Solar()
	return d
}

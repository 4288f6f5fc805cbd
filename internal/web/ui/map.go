package ui

import "strconv"

// StripMark is the sign of one day in a Strip.
type StripMark string

const (
	DayNone      StripMark = ""          // no school day
	DayClosed    StripMark = "closed"    // holiday, storm, closure
	DayMissing   StripMark = "missing"   // due, but the roll was not called
	DayPresent   StripMark = "present"   // of a pupil
	DayUnknown   StripMark = "unknown"   // absent, nobody knows why yet
	DayExcused   StripMark = "excused"   // có phép
	DayUnexcused StripMark = "unexcused" // không phép
	DayLate      StripMark = "late"
	DayShare     StripMark = "share" // of a class: shaded by Step
)

// Strip shows the 35 weeks of a year in one line, one small square a day.
type Strip struct {
	Title string
	Note  string
	Rows  []string // names of the days, top to bottom: "T2" … "T7"
	Weeks []StripWeek
	Steps []string // for DayShare: what each of the five shades stands for
	Quiet bool     // without the sheet, legend and table, for a row of a list
}

// StripWeek is one column. Month is written above it where a month begins.
type StripWeek struct {
	Label string // "tuần 12, 2/12–7/12"
	Month string
	Days  []StripDay
}

// StripDay is one square. Text says it in words: "18/5: vắng không phép".
type StripDay struct {
	Mark StripMark
	Step int // 0 … 4, for DayShare
	Text string
}

const (
	stripCell = 12.0
	stripLeft = 26.0
	stripTop  = 18.0
)

func (s Strip) rows() int {
	n := len(s.Rows)
	for _, w := range s.Weeks {
		n = max(n, len(w.Days))
	}
	return n
}

func (s Strip) viewBox() string {
	return "0 0 " + num(stripLeft+stripCell*float64(len(s.Weeks))) + " " + num(stripTop+stripCell*float64(s.rows()))
}

func stripX(week int) float64 { return stripLeft + stripCell*float64(week) }
func stripY(row int) float64  { return stripTop + stripCell*float64(row) }

// used lists the marks that occur, in a fixed order, for the legend.
func (s Strip) used() []StripMark {
	seen := map[StripMark]bool{}
	for _, w := range s.Weeks {
		for _, d := range w.Days {
			seen[d.Mark] = true
		}
	}
	var list []StripMark
	for _, m := range []StripMark{DayPresent, DayLate, DayUnknown, DayExcused, DayUnexcused, DayMissing, DayClosed} {
		if seen[m] {
			list = append(list, m)
		}
	}
	return list
}

func (s Strip) shaded() bool {
	for _, w := range s.Weeks {
		for _, d := range w.Days {
			if d.Mark == DayShare {
				return true
			}
		}
	}
	return false
}

// worth tells whether a day is put into the table behind: the unremarkable are left out.
func (d StripDay) worth() bool { return d.Text != "" && d.Mark != DayPresent && d.Mark != DayNone }

// UnitMap shades units by a value in five steps. Every unit also carries its value in
// words, so the colour is never the only sign.
type UnitMap struct {
	Title  string
	Note   string
	Bounds [4]float64 // between the five steps, ascending
	Unit   string     // "%"
	Units  []MapUnit

	// LowDark darkens the low values, as where a low rate asks for attention.
	LowDark bool

	// Width and Height are the drawing area of the paths; zero: squares with names.
	Width, Height float64
	Outline       string // path of the border around all, may be empty
}

// MapUnit is one unit of a UnitMap.
type MapUnit struct {
	Name  string
	URL   string
	Point Point // Thin: hatched

	// Col and Row, from 1 to 16, place the square; zero: in order.
	Col, Row int

	// Path is the outline in the drawing area, X and Y where its label stands.
	Path string
	X, Y float64
}

func (m UnitMap) step(p Point) int {
	if p.None {
		return -1
	}
	step := 0
	for _, b := range m.Bounds {
		if p.Value >= b {
			step++
		}
	}
	if m.LowDark {
		return 4 - step
	}
	return step
}

func stepClass(step int) string {
	if step < 0 {
		return "step-none"
	}
	return "step-" + strconv.Itoa(step)
}

func (m UnitMap) viewBox() string { return "0 0 " + num(m.Width) + " " + num(m.Height) }

// legend gives the words of the five steps from light to dark.
func (m UnitMap) legend() []string {
	unit := ""
	if m.Unit != "" {
		unit = " " + m.Unit
	}
	words := []string{"< " + decimal(m.Bounds[0]) + unit}
	for i := range 3 {
		words = append(words, decimal(m.Bounds[i])+"–"+decimal(m.Bounds[i+1])+unit)
	}
	words = append(words, "≥ "+decimal(m.Bounds[3])+unit)
	if m.LowDark {
		for i, j := 0, 4; i < j; i, j = i+1, j-1 {
			words[i], words[j] = words[j], words[i]
		}
	}
	return words
}

func (m UnitMap) anyThin() bool {
	for _, u := range m.Units {
		if u.Point.Thin {
			return true
		}
	}
	return false
}

func (m UnitMap) anyNone() bool {
	for _, u := range m.Units {
		if u.Point.None {
			return true
		}
	}
	return false
}

// placed says whether the squares stand where the caller put them.
func (m UnitMap) placed() bool {
	for _, u := range m.Units {
		if u.placed() != "" {
			return true
		}
	}
	return false
}

func (u MapUnit) placed() string {
	if u.Col == 0 || u.Row == 0 {
		return ""
	}
	return "col-" + strconv.Itoa(u.Col) + " row-" + strconv.Itoa(u.Row)
}

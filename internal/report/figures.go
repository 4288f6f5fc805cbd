package report

import (
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/student"
)

// Figures are everything that a synthesis says in numbers: pure, and kept as JSON.
type Figures struct {
	Place        Place        `json:"place"`
	From         day.Day      `json:"from"`
	Last         day.Day      `json:"to"` // inclusive, as the paper prints it
	SchoolYear   int          `json:"school_year"`
	Opening      day.Day      `json:"opening"` // cumulative columns begin after it
	GatheredAt   day.Instant  `json:"gathered_at"`
	Total        Row          `json:"total"`
	Levels       []LevelRow   `json:"levels"`
	Children     []Child      `json:"children"`
	Classes      []ClassRow   `json:"classes,omitempty"` // of a school
	Mobilisation []AgeRow     `json:"mobilisation"`      // of a unit, by residence
	Schools      int          `json:"schools"`
	Units        int          `json:"units"` // units right below
	Absence      []Cause      `json:"absence_causes"`
	Dropout      []Cause      `json:"dropout_causes"` // of the period
	Watch        Watch        `json:"watch"`
	Lowest       []Gap        `json:"lowest"`
	Month        Moves        `json:"period_moves"` // movement of the period alone
	Checks       int          `json:"physical_counts"`
	Story        string       `json:"story,omitempty"` // of a demonstration
	Definitions  []Definition `json:"definitions"`
	Stale        int          `json:"recalculating"` // schools whose due is being worked out again
	Earlier      *Earlier     `json:"earlier,omitempty"`
}

// Definition names the version of an indicator that the figures follow.
type Definition struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// Row are the columns of a unit, level or grade. Movement is cumulative since the opening
// of the school year; lượt = pupil × session.
type Row struct {
	Classes  int64 `json:"classes"`
	Opening  int64 `json:"opening"`
	Came     int64 `json:"came"` // transferred in, returned, begun late
	Left     int64 `json:"left"` // all that left and did neither drop out nor die
	Dropouts int64 `json:"dropouts"`
	Died     int64 `json:"died"`
	Now      int64 `json:"now"`
	// Of Came and Left: between places of the same row; of Left: nobody has said where to.
	CameInternal int64 `json:"came_internal"`
	Unconfirmed  int64 `json:"unconfirmed"`

	Taken     int64 `json:"taken"` // sheets and counts
	Due       int64 `json:"due"`
	Roll      int64 `json:"roll"` // had to be present
	Unknown   int64 `json:"unknown"`
	Excused   int64 `json:"excused"`
	Unexcused int64 `json:"unexcused"`
	Unsplit   int64 `json:"unsplit"`  // absent in counts that know no P and K
	Released  int64 `json:"released"` // let go early, in counts

	Before   ratio.Ratio `json:"before"`    // attendance of the period before
	LastYear ratio.Ratio `json:"last_year"` // of the same period a year earlier
}

// Add is the sum: of a parent over its children.
func (r Row) Add(o Row) Row {
	return Row{r.Classes + o.Classes, r.Opening + o.Opening, r.Came + o.Came, r.Left + o.Left, r.Dropouts + o.Dropouts, r.Died + o.Died, r.Now + o.Now,
		r.CameInternal + o.CameInternal, r.Unconfirmed + o.Unconfirmed,
		r.Taken + o.Taken, r.Due + o.Due, r.Roll + o.Roll, r.Unknown + o.Unknown, r.Excused + o.Excused, r.Unexcused + o.Unexcused,
		r.Unsplit + o.Unsplit, r.Released + o.Released, r.Before.Add(o.Before), r.LastYear.Add(o.LastYear)}
}

// Empty says that nobody is or was there.
func (r Row) Empty() bool { return r == Row{} }

// Absent is lượt vắng, of any kind.
func (r Row) Absent() int64 { return r.Unknown + r.Excused + r.Unexcused + r.Unsplit }

// Present is lượt có mặt.
func (r Row) Present() int64 { return r.Roll - r.Absent() - r.Released }

// Attendance is tỷ lệ chuyên cần.
func (r Row) Attendance() ratio.Ratio { return ratio.Of(r.Present(), r.Roll) }

// Retention is tỷ lệ duy trì sĩ số kiểu 2 (trừ chuyển).
func (r Row) Retention() ratio.Ratio { return ratio.Of(r.Now, r.Opening+r.Came-r.Left) }

// Coverage is sheets taken ÷ due.
func (r Row) Coverage() ratio.Ratio { return ratio.Of(r.Taken, r.Due) }

// OtherDecrease is column (4) of CV 6622: net of those who came.
func (r Row) OtherDecrease() int64 { return r.Left + r.Died - r.Came }

// Balanced is the identity of CV 6622: (1) = (2) + (3) + (4).
func (r Row) Balanced() bool { return r.Opening == r.Now+r.Dropouts+r.OtherDecrease() }

// move adds the cumulative movement of a ledger.
func (r Row) move(m student.Movement) Row {
	r.Opening += int64(m.Opening)
	r.Came += int64(m.Entered + m.Arrivals + m.Returns)
	r.Left += int64(m.Departures + m.Vocational + m.Moved + m.YearEnd + m.OtherExit)
	r.Dropouts += int64(m.Dropouts)
	r.Died += int64(m.Died)
	r.Now += int64(m.Now)
	r.CameInternal += int64(m.ArrivalsInternal)
	r.Unconfirmed += int64(m.UnconfirmedExits())
	return r
}

// LevelRow is the row of a level (of a school's child: of a grade).
type LevelRow struct {
	Level string `json:"level"`
	Row
}

// Child is a part of the place: a unit or school under a unit, a grade of a school.
type Child struct {
	Kind     access.Kind `json:"kind"` // unit, school; "" for a grade
	ID       id.ID       `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Highland bool        `json:"highland,omitempty"` // xã vùng cao on the last day
	Total    Row         `json:"total"`
	Levels   []LevelRow  `json:"levels"`
	// Paper is the accepted paper that the figures are from; 0: live, and so provisional.
	Paper id.ID `json:"paper,omitempty"`
	State State `json:"paper_state,omitempty"` // of its paper, "" when there is none
	Watch Watch `json:"watch"`
}

// Provisional says that the child's figures come from no accepted paper.
func (c Child) Provisional() bool { return c.Kind != "" && c.Paper == 0 }

// ClassRow is what a class contributed.
type ClassRow struct {
	ID     id.ID  `json:"id"`
	Name   string `json:"name"`
	Level  string `json:"level"`
	Open   int64  `json:"open"`  // pupils on the first day of the period
	Close  int64  `json:"close"` // on the last
	Sheets int64  `json:"sheets"`
	N      int64  `json:"n"`
	D      int64  `json:"d"`
}

// AgeRow is mobilisation of an age or band.
type AgeRow struct {
	Age string `json:"age"`
	N   int64  `json:"n"`
	D   int64  `json:"d"`
}

// Cause is how often a cause code was recorded; "" is none recorded.
type Cause struct {
	Code string `json:"code"`
	N    int64  `json:"n"`
}

// Watch counts pupils to be watched.
type Watch struct {
	LongAbsent int64 `json:"long_absent"` // vắng dài ngày chưa kết luận
	Often      int64 `json:"often"`       // away without leave in OftenFrom sessions of the period or more
	Unresolved int64 `json:"unresolved"`  // lượt vắng chưa rõ of the period
}

// OftenFrom is the number of sessions without leave in a period from which a pupil is
// counted as being at risk (domain.md 15, item 8: five in a month).
const OftenFrom = 5

func (w Watch) add(o Watch) Watch {
	return Watch{w.LongAbsent + o.LongAbsent, w.Often + o.Often, w.Unresolved + o.Unresolved}
}

// Moves are those of the period alone.
type Moves struct {
	Came        int64 `json:"came"`
	Left        int64 `json:"left"`
	Dropouts    int64 `json:"dropouts"`
	Returned    int64 `json:"returned"`
	Unconfirmed int64 `json:"unconfirmed"`
}

// Gap is a child below its own target or its own past.
type Gap struct {
	Child     id.ID       `json:"child"`
	Name      string      `json:"name"`
	Against   string      `json:"against"`   // target, before
	Indicator string      `json:"indicator"` // attendance, retention
	Level     string      `json:"level,omitempty"`
	Now       ratio.Ratio `json:"now"`
	Other     ratio.Ratio `json:"other"`
}

// shown is how many gaps of a kind a paper names.
const shown = 5

// target is a rate that a place was given.
type target struct {
	Indicator string
	Level     string
	Ratio     ratio.Ratio
}

// gaps finds the children furthest below their own targets and their own period before.
func gaps(children []Child, targets map[id.ID][]target) []Gap {
	var below, fallen []Gap
	for _, c := range children {
		for _, t := range targets[c.ID] {
			row := c.row(t.Level)
			now := row.Attendance()
			if t.Indicator == "retention" {
				now = row.Retention()
			}
			if now.Known() && t.Ratio.Known() && now.Compare(t.Ratio) < 0 {
				below = append(below, Gap{c.ID, c.Name, "target", t.Indicator, t.Level, now, t.Ratio})
			}
		}
		if now := c.Total.Attendance(); now.Known() && c.Total.Before.Known() && now.Compare(c.Total.Before) < 0 {
			fallen = append(fallen, Gap{c.ID, c.Name, "before", "attendance", "", now, c.Total.Before})
		}
	}
	return append(furthest(below), furthest(fallen)...)
}

func (c Child) row(level string) Row {
	if level == "" {
		return c.Total
	}
	for _, l := range c.Levels {
		if l.Level == level {
			return l.Row
		}
	}
	return Row{}
}

func furthest(all []Gap) []Gap {
	slices.SortStableFunc(all, func(a, b Gap) int {
		x, y := a.Other.Float()-a.Now.Float(), b.Other.Float()-b.Now.Float()
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return all[:min(shown, len(all))]
}

// levelRows adds rows of levels and keeps the order of levels.
func levelRows(order []string, rows map[string]Row) []LevelRow {
	all := []LevelRow{}
	for _, level := range order {
		if row, ok := rows[level]; ok && !row.Empty() {
			all = append(all, LevelRow{level, row})
		}
	}
	return all
}

// sum makes Total and Levels from the children.
func (f *Figures) sum(order []string) {
	f.Total = Row{}
	levels := map[string]Row{}
	for _, c := range f.Children {
		f.Total = f.Total.Add(c.Total)
		for _, l := range c.Levels {
			levels[l.Level] = levels[l.Level].Add(l.Row)
		}
	}
	f.Levels = levelRows(order, levels)
}

// comparable gives the total of levels without a period that has not the same levels as this one.
func (r Row) comparable(levels []LevelRow) Row {
	for _, l := range levels {
		now := l.Attendance().Known()
		if now != l.Before.Known() {
			r.Before = ratio.Ratio{}
		}
		if now != l.LastYear.Known() {
			r.LastYear = ratio.Ratio{}
		}
	}
	return r
}

// Provisional lists the children whose papers were not accepted.
func (f Figures) Provisional() []Child {
	var all []Child
	for _, c := range f.Children {
		if c.Provisional() {
			all = append(all, c)
		}
	}
	return all
}

// Balanced says whether the identity of CV 6622 holds for every row.
func (f Figures) Balanced() bool {
	if !f.Total.Balanced() {
		return false
	}
	for _, c := range f.Children {
		for _, l := range c.Levels {
			if !l.Balanced() {
				return false
			}
		}
	}
	return true
}

// Period is the period of the figures.
func (f Figures) Period() day.Range { return day.Through(f.From, f.Last) }

// Earlier is the latest frozen paper of the period before, with what changed since.
type Earlier struct {
	Report      id.ID        `json:"report"`
	From        day.Day      `json:"from"`
	Last        day.Day      `json:"to"`
	Frozen      Row          `json:"frozen"`
	Today       Row          `json:"today"`
	Adjustments []Adjustment `json:"adjustments"`
}

package indicator

import (
	"ralop/internal/ratio"
)

// Coverage says how complete the data behind a figure is: sheets taken of sheets due.
// Figures that need no roll call (retention, mobilisation) have no coverage.
type Coverage struct {
	Taken int64 `json:"taken"`
	Due   int64 `json:"due"`
}

// Ratio is the coverage as a rate.
func (c Coverage) Ratio() ratio.Ratio { return ratio.Of(c.Taken, c.Due) }

// Value is a figure: N of D, how complete it is, and how firm.
type Value struct {
	ratio.Ratio
	Coverage Coverage
	// Recalculating says that what is due is being worked out again ("đang tính lại").
	Recalculating bool
	// Suppressed hides a small cell: N and D are zero and must be shown as hidden.
	Suppressed bool
}

// Add is the sum of two values: ratio of sums, coverage of sums.
func (v Value) Add(o Value) Value {
	v.Ratio = v.Ratio.Add(o.Ratio)
	v.Coverage.Taken += o.Coverage.Taken
	v.Coverage.Due += o.Coverage.Due
	v.Recalculating = v.Recalculating || o.Recalculating
	v.Suppressed = v.Suppressed || o.Suppressed
	return v
}

// EnoughCoverage is the share of due sheets under which a rate is shown grey, with its
// reason (inclusive; compared in whole numbers).
var EnoughCoverage = ratio.Of(80, 100)

// Complete says whether enough of what was due has been taken to show the rate plainly.
func (v Value) Complete() bool {
	return v.Coverage.Due == 0 || v.Coverage.Ratio().AtLeast(EnoughCoverage.N, EnoughCoverage.D)
}

// Marks are sums over sheets: what every attendance figure is made from. Lượt (pupil ×
// session) throughout.
type Marks struct {
	Sheets    int64 // sheets and counts taken
	Roll      int64 // had to be present
	Unknown   int64 // vắng – chưa rõ
	Excused   int64
	Unexcused int64
	Late      int64 // present
	// SplitUnknown is the part of Roll from counts whose P and K are not known: it leaves both
	// sides of the rate that counts only K.
	SplitUnknown int64
	// SplitAbsent is the number absent in SplitUnknown.
	SplitAbsent int64
	// Released were let go early, in counts of schools.
	Released int64
}

// Add is the sum.
func (m Marks) Add(o Marks) Marks {
	return Marks{m.Sheets + o.Sheets, m.Roll + o.Roll, m.Unknown + o.Unknown, m.Excused + o.Excused, m.Unexcused + o.Unexcused,
		m.Late + o.Late, m.SplitUnknown + o.SplitUnknown, m.SplitAbsent + o.SplitAbsent, m.Released + o.Released}
}

// Absent are all who were not there, with leave or without, known or not.
func (m Marks) Absent() int64 { return m.Unknown + m.Excused + m.Unexcused + m.SplitAbsent }

// rate is the arithmetic of each attendance figure.
func (m Marks) rate(indicator ID) ratio.Ratio {
	switch indicator {
	case AttendanceUnexcused:
		return ratio.Of(m.Roll-m.SplitUnknown-m.Unexcused, m.Roll-m.SplitUnknown)
	case AttendanceExcludingReleased:
		return ratio.Of(m.Roll-m.Absent()-m.Released, m.Roll-m.Released)
	}
	return ratio.Of(m.Roll-m.Absent()-m.Released, m.Roll)
}

// Movement is the ledger of a place and a period, in pupils.
type Movement struct {
	Opening     int64 // at the opening of the school year
	Arrived     int64 // after it: transfers in
	Left        int64 // transfers out and other departures that are no dropout
	Dropped     int64
	Died        int64
	Unconfirmed int64 // of Left: not yet confirmed where to
	Repeaters   int64 // of Opening
	Now         int64
}

// Add is the sum.
func (m Movement) Add(o Movement) Movement {
	return Movement{m.Opening + o.Opening, m.Arrived + o.Arrived, m.Left + o.Left, m.Dropped + o.Dropped, m.Died + o.Died,
		m.Unconfirmed + o.Unconfirmed, m.Repeaters + o.Repeaters, m.Now + o.Now}
}

// OtherDecrease is column (4) of letter 6622/BGDĐT-KHTC: what left net of arrivals, dropouts apart.
func (m Movement) OtherDecrease() int64 { return m.Left + m.Died - m.Arrived }

// Identity is opening = now + dropouts + other decrease of letter 6622/BGDĐT-KHTC.
func (m Movement) Identity() bool { return m.Opening == m.Now+m.Dropped+m.OtherDecrease() }

// rate is the arithmetic of each figure of the ledger.
func (m Movement) rate(indicator ID) ratio.Ratio {
	switch indicator {
	case Retention:
		stayed := m.Opening + m.Arrived - m.Left
		return ratio.Of(stayed-m.Dropped-m.Died, stayed)
	case RetentionGross:
		return ratio.Of(m.Now, m.Opening)
	case Dropout:
		return ratio.Of(m.Dropped, m.Opening)
	case TransferUnconfirmed:
		return ratio.Of(m.Unconfirmed, m.Opening)
	case TransferIn:
		return ratio.Of(m.Arrived, m.Opening)
	case TransferOut:
		return ratio.Of(m.Left, m.Opening)
	case Repeat:
		return ratio.Of(m.Repeaters, m.Opening)
	}
	return ratio.Ratio{}
}

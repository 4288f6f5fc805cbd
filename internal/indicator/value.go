package indicator

import (
	"ralop/internal/ratio"
	"ralop/internal/student"
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

// movementRate is the arithmetic of each figure of the ledger; m is cumulative since the
// opening of the school year.
func movementRate(indicator ID, m student.Movement) ratio.Ratio {
	switch indicator {
	case Retention:
		// (đầu năm + đến − đi − bỏ học − chết) ÷ (đầu năm + đến − đi): by the identity of letter
		// 6622 what is left of the numerator is exactly those who are there now.
		return of(m.Now, m.Now+m.Dropouts+m.Died)
	case RetentionGross:
		return of(m.Now, m.Opening)
	case Dropout:
		return of(m.Dropouts, m.Opening)
	case TransferUnconfirmed:
		return of(m.UnconfirmedExits(), m.Opening)
	case TransferIn:
		return of(m.Arrivals, m.Opening)
	case TransferOut:
		return of(m.Departures, m.Opening)
	}
	return ratio.Ratio{}
}

func of(n, d int) ratio.Ratio { return ratio.Of(int64(n), int64(d)) }

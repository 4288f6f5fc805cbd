package warning

// noReturn: after a time without school the child has not been seen on any marked day.
// At the opening of the year the same holds for those on the roll. A mark of leave is no
// return either: who is at home is not back.
var noReturn = Rule{Code: "no-return", Version: 1, Subject: OfPupil, Covers: []string{"absent-run", "leave-run", "collapse"},
	Pupil: func(h *History, l Limits) (Finding, bool) {
		for i := len(h.Breaks) - 1; i >= 0; i-- {
			b := h.Breaks[i]
			if b.Reason != opening && b.Days.Days() < l.one("no-return", "break") {
				continue
			}
			if b.Return > h.On {
				continue
			}
			var f Finding
			for j := len(h.Main) - 1; j >= 0 && h.Main[j].Day >= b.Return; j-- {
				if !h.Main[j].Mark.Absent() {
					return Finding{}, false
				}
				f.count(h.Main[j])
			}
			if f.Facts.Days == 0 || f.Since > b.Return+markedWithin {
				return Finding{}, false // nobody marked the days after the break: she may have been there
			}
			f.Facts.Break, f.Facts.Return = b.Reason, b.Return
			f.Reached = l.reached("no-return", "days", f.Facts.Days)
			return f, f.Reached >= 0
		}
		return Finding{}, false
	}}

// markedWithin is by how many days after a break its first marked day must lie for the
// rule to say anything of the return.
const markedWithin = 7

// opening is the reason of the break before the first day of a school year.
const opening = "opening"

// count adds a day, going back in time.
func (f *Finding) count(s Session) {
	if f.Facts.Days == 0 {
		f.Last = s.Day
	}
	f.Since = s.Day
	f.Facts.Days++
	switch s.Mark {
	case Unknown:
		f.Facts.Unknown++
	case Unexcused:
		f.Facts.Unexcused++
	case Excused:
		f.Facts.Excused++
	}
}

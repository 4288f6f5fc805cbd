package warning

// leaveRun: absent with leave for days on end. Days without leave in between count as
// well; the run must hold at least one day with leave.
var leaveRun = Rule{Code: "leave-run", Version: 1, Subject: OfPupil, Covers: []string{"collapse"},
	Pupil: func(h *History, l Limits) (Finding, bool) {
		var f Finding
		for i := len(h.Main) - 1; i >= 0 && h.Main[i].Mark.Absent(); i-- {
			f.count(h.Main[i])
		}
		f.Reached = l.reached("leave-run", "days", f.Facts.Days)
		return f, f.Reached >= 0 && f.Facts.Excused > 0
	}}

// leaveMonth: many days with leave in one month, not one after another. It speaks of the
// month of the last marked day.
var leaveMonth = Rule{Code: "leave-month", Version: 1, Subject: OfPupil,
	Pupil: func(h *History, l Limits) (Finding, bool) {
		var f Finding
		for i := len(h.Main) - 1; i >= 0 && h.Main[i].Day >= h.Main[len(h.Main)-1].Day.MonthStart(); i-- {
			if h.Main[i].Mark == Excused {
				f.count(h.Main[i])
			}
		}
		f.Reached = l.reached("leave-month", "days", f.Facts.Days)
		if f.Reached < 0 {
			return Finding{}, false
		}
		f.Since = f.Last.MonthStart()
		return f, true
	}}

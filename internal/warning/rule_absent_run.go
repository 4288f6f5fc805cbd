package warning

// absentRun: school days one after another without leave, or not known why, up to the
// last marked day. A day with leave ends the run: the family has spoken.
var absentRun = Rule{Code: "absent-run", Version: 1, Subject: OfPupil, Covers: []string{"leave-run", "collapse"},
	Pupil: func(h *History, l Limits) (Finding, bool) {
		var f Finding
		for i := len(h.Main) - 1; i >= 0 && h.Main[i].Mark.WithoutLeave(); i-- {
			f.count(h.Main[i])
		}
		f.Reached = l.reached("absent-run", "days", f.Facts.Days)
		return f, f.Reached >= 0
	}}

package warning

import "ralop/internal/calendar"

// rate20: a tenth, a fifth of the sessions of the last twenty marked school days missed,
// whatever the reason. It is silent when all of them are the run that goes on now: that
// absence has its own signal.
var rate20 = Rule{Code: "rate-20", Version: 1, Subject: OfPupil,
	Pupil: func(h *History, l Limits) (Finding, bool) {
		window := l.one("rate-20", "window")
		sessions, days, first := h.lastDays(window)
		if days < window {
			return Finding{}, false
		}
		f := shareOf(sessions)
		f.Reached = l.reachedShare("rate-20", "share", f.Facts.N, f.Facts.D)
		if f.Reached < 0 || f.Facts.N == missed(h.runNow()) {
			return Finding{}, false
		}
		f.Since, f.Last, f.Facts.Window = first, h.lastDay(), window
		return f, true
	}}

// rateYear: the same of the school year, once there are days enough.
var rateYear = Rule{Code: "rate-year", Version: 1, Subject: OfPupil,
	Pupil: func(h *History, l Limits) (Finding, bool) {
		if len(h.Main) < l.one("rate-year", "least") {
			return Finding{}, false
		}
		f := shareOf(h.Sessions)
		f.Reached = l.reachedShare("rate-year", "share", f.Facts.N, f.Facts.D)
		if f.Reached < 0 || f.Facts.N == missed(h.runNow()) {
			return Finding{}, false
		}
		f.Since, f.Last = calendar.Bounds(h.On.SchoolYear()).From, h.lastDay()
		return f, true
	}}

func shareOf(sessions []Session) (f Finding) {
	f.Facts.D = len(sessions)
	for _, s := range sessions {
		if s.Mark.Absent() {
			f.Facts.N++
			f.Last = s.Day
		}
	}
	return f
}

// runNow gives the sessions from the first day of the absence that goes on at the end.
func (h *History) runNow() []Session {
	i := len(h.Main)
	for i > 0 && h.Main[i-1].Mark.Absent() {
		i--
	}
	if i == len(h.Main) {
		return nil
	}
	from := h.Main[i].Day
	j := len(h.Sessions)
	for j > 0 && h.Sessions[j-1].Day >= from {
		j--
	}
	return h.Sessions[j:]
}

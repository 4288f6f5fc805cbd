package warning

// collapse: a child who used to be there misses much of the last days, in bits that make
// no run. It is measured against the pupil's own habit, never against others.
var collapse = Rule{Code: "collapse", Version: 1, Subject: OfPupil, Covers: []string{"rate-20"},
	Pupil: func(h *History, l Limits) (Finding, bool) {
		window, habit := l.one("collapse", "window"), l.all("collapse", "habit")
		sessions, days, first := h.lastDays(window)
		if days < window {
			return Finding{}, false
		}
		f := shareOf(sessions)
		if f.Reached = l.reachedShare("collapse", "share", f.Facts.N, f.Facts.D); f.Reached < 0 {
			return Finding{}, false
		}
		before := h.until(first - 1)
		if len(before.Main) < habit[0] {
			return Finding{}, false
		}
		f.Facts.Before, f.Facts.Habit = missed(before.Sessions), len(before.Sessions)
		if 100*f.Facts.Before > habit[len(habit)-1]*f.Facts.Habit {
			return Finding{}, false
		}
		f.Since, f.Last, f.Facts.Window = first, h.lastDay(), window
		return f, true
	}}

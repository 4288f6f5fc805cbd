package warning

// pattern: absences that fall on one weekday (the day after a market, Monday) or in one
// session (every afternoon). A weekday counts by main sessions, a session by itself; both
// need a share of that weekday's sessions and of all the absences.
var pattern = Rule{Code: "pattern", Version: 1, Subject: OfPupil,
	Pupil: func(h *History, l Limits) (Finding, bool) {
		window, times := l.one("pattern", "window"), l.one("pattern", "times")
		sessions, days, first := h.lastDays(window)
		if days < window {
			return Finding{}, false
		}
		var held, away [8]int
		var heldIn, awayIn [4]int
		all, main := 0, 0
		for _, s := range sessions {
			weekday, absent := (int(s.Day.Weekday())+6)%7+1, s.Mark.Absent()
			heldIn[s.Part&3]++
			if s.Main {
				held[weekday]++
			}
			if !absent {
				continue
			}
			all++
			awayIn[s.Part&3]++
			if s.Main {
				main++
				away[weekday]++
			}
		}
		shares := l.all("pattern", "share")
		of := func(n, held, all int) bool {
			return n >= times && 100*n >= shares[0]*held && 100*n >= shares[len(shares)-1]*all
		}
		for weekday := 1; weekday <= 7; weekday++ {
			if n := away[weekday]; of(n, held[weekday], main) {
				return Finding{Since: first, Last: h.lastDay(), Facts: Facts{N: n, D: held[weekday], Weekday: weekday, Window: window}}, true
			}
		}
		for part := 1; part <= 3; part++ {
			// One session of a class that has no other is no pattern.
			if n := awayIn[part]; heldIn[part] < len(sessions) && of(n, heldIn[part], all) {
				return Finding{Since: first, Last: h.lastDay(), Facts: Facts{N: n, D: heldIn[part], Session: part, Window: window}}, true
			}
		}
		return Finding{}, false
	}}

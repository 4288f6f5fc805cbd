package warning

import (
	"ralop/internal/calendar"
	"ralop/internal/rollcall"
)

// sessions45: main sessions missed in the school year, on the way to the number past
// which a pupil is not moved up (TT 22/2021 Điều 12; one session a day, whatever the
// reason). It speaks where that rule holds.
var sessions45 = Rule{Code: "sessions-45", Version: 1, Subject: OfPupil,
	Pupil: func(h *History, l Limits) (Finding, bool) {
		limit, held := rollcall.LimitOf(h.Pupil.Level, h.On)
		if !held {
			return Finding{}, false
		}
		f := shareOf(h.Main)
		f.Reached = l.reached("sessions-45", "sessions", f.Facts.N)
		if f.Reached < 0 {
			return Finding{}, false
		}
		f.Facts.Limit, f.Since = limit.Sessions, calendar.Bounds(h.On.SchoolYear()).From
		return f, true
	}}

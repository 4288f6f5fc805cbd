package casework

import (
	"ralop/internal/day"
)

// BackRule says when a child is back: present in at least Present of the next Of marked sessions.
type BackRule struct{ Present, Of int }

// Verdict is what the marks say of a return.
type Verdict struct {
	State    string  // "away": no return; "watching": too few sessions yet; "back"
	ReturnOn day.Day // first day in class again; 0 while away
	CertOn   day.Day // on which it became certain; 0 else
}

// Judge looks at the marked sessions of a child, in order, from the day on which the case
// was opened or the child is said to have returned. Every session present may begin a
// return; it holds when at least Present of the Of marked sessions from it on are present,
// and has failed as soon as that can no longer be. Sessions that nobody marked are not
// there at all: they count on neither side.
func (r BackRule) Judge(sessions []Presence) Verdict {
	for i, first := range sessions {
		if !first.Here {
			continue
		}
		here, away := 0, 0
		for _, s := range sessions[i:] {
			if s.Here {
				here++
			} else {
				away++
			}
			if away > r.Of-r.Present {
				break
			}
			if here+away == r.Of {
				return Verdict{"back", first.Day, s.Day}
			}
		}
		if away <= r.Of-r.Present {
			return Verdict{"watching", first.Day, 0}
		}
	}
	return Verdict{State: "away"}
}

// holds says whether a child who came back is still there at a check: of the last Of
// sessions marked up to the check at least Present were present. known is false when
// nothing was marked.
func (r BackRule) holds(sessions []Presence) (here, of int, holds, known bool) {
	for _, s := range sessions[max(0, len(sessions)-r.Of):] {
		of++
		if s.Here {
			here++
		}
	}
	return here, of, of-here <= r.Of-r.Present, of > 0
}

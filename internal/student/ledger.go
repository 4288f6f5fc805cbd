package student

import (
	"cmp"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
)

// How spells begin.
const (
	EntryOpening  = "opening"     // from the grade below, at the start of the year
	EntryEntrant  = "entrant"     // new in the first grade of a level
	EntryRepeater = "repeater"    // the same grade once more
	EntryTransfer = "transfer-in" // from another school
	EntryReturn   = "return"      // after dropping out or going away
	EntryOther    = "other"
)

// How spells end.
const (
	ExitNone       = ""
	ExitYearEnd    = "year-end"
	ExitTransfer   = "transfer-out"
	ExitDropout    = "dropout"
	ExitVocational = "vocational" // went to learn a trade: no dropout
	ExitMoved      = "moved"      // the family moved away
	ExitDied       = "died"
	ExitOther      = "other"
)

// Whether an exit is confirmed.
const (
	Confirmed   = "confirmed"
	Unconfirmed = "unconfirmed" // chưa xác nhận: no acceptance and no paper yet
	CameBack    = "came-back"   // was unconfirmed, and the child is back
)

// LedgerKey is what movements are counted for. Place is a school (view học ở) or the
// unit where children live (view cư trú); 0 when their residence is not known.
type LedgerKey struct {
	Place id.ID
	Level string
	Grade string
}

// Movement counts the pupils of a place over a period. Each spell is counted at its
// beginning and at its end, so that Balanced holds for every place, every sum of places
// and every period.
type Movement struct {
	Opening               int // enrolled as the period begins
	Entered               int // began in the period without a transfer: opening, entrant, repeater, other
	Arrivals              int // transferred in
	ArrivalsInternal      int // of which from within the places counted
	Returns               int
	Departures            int // transferred out, offered ones too
	DeparturesInternal    int // of which to within the places counted, accepted
	DeparturesUnconfirmed int // of which offered and not yet accepted, or no paper yet
	Dropouts              int
	Vocational            int
	VocationalUnconfirmed int
	Moved                 int
	MovedUnconfirmed      int
	Died                  int
	YearEnd               int // ended with the school year
	OtherExit             int
	Now                   int // enrolled as the period ends
}

// Add gives the sum of two places or grades.
func (m Movement) Add(o Movement) Movement {
	m.Opening += o.Opening
	m.Entered += o.Entered
	m.Arrivals += o.Arrivals
	m.ArrivalsInternal += o.ArrivalsInternal
	m.Returns += o.Returns
	m.Departures += o.Departures
	m.DeparturesInternal += o.DeparturesInternal
	m.DeparturesUnconfirmed += o.DeparturesUnconfirmed
	m.Dropouts += o.Dropouts
	m.Vocational += o.Vocational
	m.VocationalUnconfirmed += o.VocationalUnconfirmed
	m.Moved += o.Moved
	m.MovedUnconfirmed += o.MovedUnconfirmed
	m.Died += o.Died
	m.YearEnd += o.YearEnd
	m.OtherExit += o.OtherExit
	m.Now += o.Now
	return m
}

// OtherDecrease is column (4) of CV 6622, "giảm vì lý do khác": all that left and did not
// drop out, less all that came. It is negative when more came.
func (m Movement) OtherDecrease() int {
	return m.Departures + m.Vocational + m.Moved + m.Died + m.YearEnd + m.OtherExit - m.Entered - m.Arrivals - m.Returns
}

// UnconfirmedExits counts those who left and of whom nobody has said where they are.
func (m Movement) UnconfirmedExits() int {
	return m.DeparturesUnconfirmed + m.VocationalUnconfirmed + m.MovedUnconfirmed
}

// Balanced is the identity of CV 6622: (1) opening = (2) now + (3) dropouts + (4) other decrease.
func (m Movement) Balanced() bool { return m.Opening == m.Now+m.Dropouts+m.OtherDecrease() }

// Ledger is the movement of a period by place, level and grade, with the pairs that make
// "of which internal" of any set of places.
type Ledger struct {
	Rows      map[LedgerKey]Movement
	transfers []transfer
}

// transfer is a number of arrivals (or departures) of a row that came from (went to) a place.
type transfer struct {
	key     LedgerKey
	other   id.ID
	arrival bool
	count   int
}

// Sum adds the rows that the filter keeps. Internal are the transfers whose both ends are
// in it: of a commune, those between its schools; of a district, those between its communes too.
func (l Ledger) Sum(keep func(LedgerKey) bool) Movement {
	var sum Movement
	places := map[id.ID]bool{}
	for key, m := range l.Rows {
		if keep(key) {
			sum = sum.Add(m)
			places[key.Place] = true
		}
	}
	for _, t := range l.transfers {
		switch {
		case !keep(t.key) || !places[t.other]:
		case t.arrival:
			sum.ArrivalsInternal += t.count
		default:
			sum.DeparturesInternal += t.count
		}
	}
	return sum
}

// Total is the sum of all rows.
func (l Ledger) Total() Movement { return l.Sum(func(LedgerKey) bool { return true }) }

// Of is the sum of some places, of one level or of all ("").
func (l Ledger) Of(level string, places ...id.ID) Movement {
	return l.Sum(func(k LedgerKey) bool { return (level == "" || k.Level == level) && slices.Contains(places, k.Place) })
}

// Balanced says whether the identity holds for every row; where not, which.
func (l Ledger) Balanced() (LedgerKey, bool) {
	for key, m := range l.Rows {
		if !m.Balanced() {
			return key, false
		}
	}
	return LedgerKey{}, true
}

// tally is one line of an aggregated count: the spells of a place, level and grade that
// began and ended alike.
type tally struct {
	Key       LedgerKey
	Entry     string // how they began
	Exit      string
	ExitState string
	From      id.ID // place where they came from, 0 outside or unknown
	To        id.ID
	Opening   int // began before the period and did not end before it
	Began     int // began in it
	Ended     int // ended in it
	Now       int
}

// makeLedger turns counts of spells into movements. It decides nothing by numbers: every
// spell that began or ended in the period falls into exactly one column.
func makeLedger(tallies []tally) Ledger {
	l := Ledger{Rows: map[LedgerKey]Movement{}}
	for _, t := range tallies {
		m := l.Rows[t.Key]
		m.Opening += t.Opening
		m.Now += t.Now
		if t.Began > 0 {
			switch t.Entry {
			case EntryTransfer:
				m.Arrivals += t.Began
				l.pair(t.Key, t.From, true, t.Began)
			case EntryReturn:
				m.Returns += t.Began
			default:
				m.Entered += t.Began
			}
		}
		if t.Ended > 0 {
			open := 0
			if t.ExitState == Unconfirmed {
				open = t.Ended
			}
			switch t.Exit {
			case ExitTransfer:
				m.Departures += t.Ended
				m.DeparturesUnconfirmed += open
				if open == 0 {
					l.pair(t.Key, t.To, false, t.Ended)
				}
			case ExitDropout:
				m.Dropouts += t.Ended
			case ExitVocational:
				m.Vocational += t.Ended
				m.VocationalUnconfirmed += open
			case ExitMoved:
				m.Moved += t.Ended
				m.MovedUnconfirmed += open
			case ExitDied:
				m.Died += t.Ended
			case ExitNone, ExitYearEnd:
				m.YearEnd += t.Ended
			default:
				m.OtherExit += t.Ended
			}
		}
		l.Rows[t.Key] = m
	}
	return l
}

func (l *Ledger) pair(key LedgerKey, other id.ID, arrival bool, count int) {
	if other != 0 {
		l.transfers = append(l.transfers, transfer{key, other, arrival, count})
	}
}

// comeback is a dropout of the period whose child returned within it, in the same year.
type comeback struct {
	Left, Back LedgerKey
}

// cancel takes comebacks out of cumulative columns: who dropped out and returned counts
// as neither. If she came back to another place or grade, that was a change of place.
func (l *Ledger) cancel(comebacks []comeback) {
	for _, c := range comebacks {
		same := c.Left == c.Back
		if left, counted := l.Rows[c.Left]; counted {
			left.Dropouts--
			if same {
				left.Returns--
			} else {
				left.Departures++
				l.pair(c.Left, c.Back.Place, false, 1)
			}
			l.Rows[c.Left] = left
		}
		if back, counted := l.Rows[c.Back]; counted && !same {
			back.Returns--
			back.Arrivals++
			l.Rows[c.Back] = back
			l.pair(c.Back, c.Left.Place, true, 1)
		}
	}
}

// Spell is an enrolment as the ledger and the verbs see it.
type Spell struct {
	Enrolment  id.ID
	Pupil      id.ID
	School     id.ID
	Year       int
	Level      string
	Grade      string
	Period     day.Range // Until is day.Forever while enrolled
	Entry      string
	FromSchool id.ID // where from, inside the realm
	Exit       string
	ExitState  string
	ExitReason string // cause code of a dropout
	ToSchool   id.ID  // where to, inside the realm
	Paper      string // number of the paper that confirms
}

// Active says whether the child is enrolled by the spell on a day.
func (s Spell) Active(on day.Day) bool { return s.Period.Has(on) }

// LedgerOf is the ledger of spells at hand; ReadLedger does the same in the database.
func LedgerOf(spells []Spell, period day.Range, cumulative bool) Ledger {
	var tallies []tally
	for _, s := range spells {
		t := tally{Key: s.key(), Entry: s.Entry, Exit: s.Exit, ExitState: s.ExitState}
		t.Opening = count(s.Period.From < period.From && period.From <= s.Period.Until)
		t.Began = count(period.From <= s.Period.From && s.Period.From < period.Until)
		t.Ended = count(period.From <= s.Period.Until && s.Period.Until < period.Until)
		t.Now = count(s.Period.From < period.Until && period.Until <= s.Period.Until)
		t.From, t.To = s.FromSchool, s.ToSchool
		tallies = append(tallies, t)
	}
	l := makeLedger(tallies)
	if cumulative {
		l.cancel(comebacksOf(spells, period))
	}
	return l
}

func (s Spell) key() LedgerKey { return LedgerKey{s.School, s.Level, s.Grade} }

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func comebacksOf(spells []Spell, period day.Range) []comeback {
	var all []comeback
	for _, back := range spells {
		if back.Entry != EntryReturn || !period.Has(back.Period.From) {
			continue
		}
		var left *Spell
		for i, s := range spells {
			if s.Pupil == back.Pupil && s.Enrolment != back.Enrolment && s.Period.Until <= back.Period.From &&
				(left == nil || cmp.Or(cmp.Compare(s.Period.Until, left.Period.Until), cmp.Compare(s.Period.From, left.Period.From)) > 0) {
				left = &spells[i]
			}
		}
		if left != nil && left.Exit == ExitDropout && left.Year == back.Year && period.Has(left.Period.Until) {
			all = append(all, comeback{left.key(), back.key()})
		}
	}
	return all
}

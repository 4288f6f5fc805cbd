package story

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"ralop/internal/calendar"
	"ralop/internal/day"
)

// rosterEntry is the time of one pupil in one class.
type rosterEntry struct {
	pupil       int32
	from, until day.Day
	fade        day.Day // away from here on; day.Forever = never
}

func (p *Plan) fillRosters() {
	p.rosters = make([][]rosterEntry, len(p.Classes))
	for _, e := range p.Spells {
		for _, m := range e.Classes {
			fade := day.Forever
			if e.fade != 0 {
				fade = e.fade
			}
			p.rosters[m.Class] = append(p.rosters[m.Class], rosterEntry{int32(e.Pupil), m.From, m.Until, fade})
		}
	}
	for _, roster := range p.rosters {
		slices.SortFunc(roster, func(a, b rosterEntry) int {
			return cmp.Or(cmp.Compare(a.pupil, b.pupil), cmp.Compare(a.from, b.from))
		})
	}
}

// Marks of a roll call.
const (
	Unknown   = '?' // away, nobody has said why
	Excused   = 'P'
	Unexcused = 'K'
	Late      = 'M' // present, late
)

// Mark is a pupil who was not simply present.
type Mark struct {
	Pupil  int
	Kind   byte
	Reason string // "sick", "family", "weather", "field", "work", "festival", "far" or ""
}

// Sheet is the roll of one class in one session as it stands at the clock's start.
type Sheet struct {
	Class   int
	Slot    Slot
	Pupils  []int // on the roll that day, in order of index; reused by the next sheet
	Marks   []Mark
	TakenAt day.Instant
	NoClass string // why the class was not held, "" when it was: then there are no marks
}

// Sheets plays the year of a class until the clock's start: its rolls that were taken, in order of time. Sessions that
// are due and not yielded were not taken. The slices of a sheet are valid until the next is yielded.
func (p *Plan) Sheets(class int, yield func(*Sheet) bool) {
	c := &p.Classes[class]
	school := &p.Schools[c.School]
	commune := &p.Communes[school.Commune]
	r := p.stream("marks", class)
	roster := p.rosters[class]
	away := make([]awayState, len(roster))
	base := baseRate(c.Level, commune.Highland) * (.75 + .5*r.Float64())
	forget := .006 + .012*r.Float64() // how often the roll is not taken
	if !p.Sites[c.Site].Main {
		forget += .03
	}
	sheet := Sheet{Class: class}
	season, seasonDay := 0.0, day.Day(0)
	for _, slot := range p.Due(class, p.today()) {
		sheet.Slot, sheet.Pupils, sheet.Marks = slot, sheet.Pupils[:0], sheet.Marks[:0]
		if slot.Day != seasonDay {
			season, seasonDay = p.season(slot.Day, c.Level, commune), slot.Day
		}
		for i := range roster {
			e := &roster[i]
			if slot.Day < e.from || slot.Day >= e.until {
				continue
			}
			sheet.Pupils = append(sheet.Pupils, int(e.pupil))
			if kind, reason := p.play(r, &away[i], e, slot, base*season, c, commune.Highland); kind != 0 {
				sheet.Marks = append(sheet.Marks, Mark{int(e.pupil), kind, reason})
			}
		}
		taken := r.Float64() >= forget*lately(p.today(), slot.Day)
		sheet.NoClass = ""
		if r.IntN(1000) == 0 {
			sheet.NoClass, sheet.Marks = pick(r, noClass), sheet.Marks[:0]
		}
		p.stamp(r, &sheet)
		if taken && len(sheet.Pupils) > 0 && !yield(&sheet) {
			return
		}
	}
}

var noClass = []string{"Giáo viên ốm, chưa có người dạy thay", "Họp phụ huynh cả trường", "Mất điện, trời tối không học được", "Đường vào điểm trường bị sạt"}

type awayState struct {
	left   int // days still to stay away
	kind   byte
	reason string
	on     day.Day // last day judged
	absent bool    // on that day
}

// play says how a pupil is marked in a session. An absence lasts some days; who is away in the morning is away in the
// afternoon.
func (p *Plan) play(r *rand.Rand, s *awayState, e *rosterEntry, slot Slot, rate float64, c *Class, highland bool) (byte, string) {
	if s.on != slot.Day { // the day's first session
		s.on, s.absent = slot.Day, false
		switch {
		case slot.Day >= e.fade:
			if s.left == 0 || s.kind == Late {
				s.kind, s.reason = Unexcused, pick(r, []string{"work", "work", "field", "family", ""})
			}
			s.left, s.absent = 1, true
		case s.left > 0:
			s.left, s.absent = s.left-1, true
		case r.Float64() < rate*float64(p.Pupils[e.pupil].habit)/1.9: // runs of 1.9 days on average
			s.absent, s.left = true, 0
			for r.IntN(100) < 47 && s.left < 12 {
				s.left++
			}
			s.kind, s.reason = excuse(r, c.Level, highland, slot.Day)
		}
	} else if !s.absent && r.Float64() < rate*.35 { // went home at noon
		return p.fresh(r, slot.Day, Unexcused), ""
	}
	if !s.absent {
		if r.IntN(400) == 0 {
			return Late, ""
		}
		return 0, ""
	}
	return p.fresh(r, slot.Day, s.kind), s.reason
}

// fresh leaves the marks of the last days unresolved where nobody knows yet; very few stay so for ever.
func (p *Plan) fresh(r *rand.Rand, d day.Day, kind byte) byte {
	switch age := p.today().Sub(d); {
	case age <= 1 && r.IntN(100) < 55, age == 2 && r.IntN(100) < 30, age == 3 && r.IntN(100) < 15, r.IntN(1000) < 9:
		return Unknown
	}
	return kind
}

func excuse(r *rand.Rand, level string, highland bool, d day.Day) (byte, string) {
	excused := 72
	switch {
	case highland && level == THCS:
		excused = 34
	case highland, level == THCS, level == GDTX:
		excused = 52
	}
	if r.IntN(100) < excused {
		return Excused, pick(r, []string{"sick", "sick", "sick", "family", "weather", ""})
	}
	if m := d.Month(); m >= time.February && m <= time.May {
		return Unexcused, pick(r, []string{"field", "field", "work", "family", "", ""})
	}
	return Unexcused, pick(r, []string{"field", "work", "family", "festival", "far", "", ""})
}

// baseRate is the usual share of pupils away.
func baseRate(level string, highland bool) float64 {
	rates := map[string][2]float64{MN: {.042, .062}, TH: {.011, .024}, THCS: {.024, .042}, THPT: {.025, .035}, GDTX: {.07, .09}}[level]
	if highland {
		return rates[1]
	}
	return rates[0]
}

// season is how much more than usual is missed on a day: the first week, the rice harvest, the cold, the days before
// Tết, the return after the closure, the weeks when the fields are burnt, Mondays.
func (p *Plan) season(d day.Day, level string, commune *Commune) float64 {
	f := 1.0
	since := d.Sub(p.Teaching.From)
	older := level == THCS || level == THPT || level == GDTX
	switch {
	case since < 7:
		f = 1.7
	case d >= day.Date(p.Year, 9, 25) && d < day.Date(p.Year, 10, 21) && older && commune.Highland:
		f = 1.6
	case d >= day.Date(p.Year, 12, 1) && d < day.Date(p.Year, 12, 24) && level == MN:
		f = 1.5
	case p.Story == TuanGiao && d >= day.Date(2020, 1, 14) && d < day.Date(2020, 2, 1):
		f = 2.1
	}
	if p.Story == TuanGiao && d >= day.Date(2020, 4, 27) {
		back := day.Date(2020, 4, 27)
		if !older {
			back = day.Date(2020, 5, 4)
		}
		days := float64(d.Sub(back))
		f = 1.25 + 2.2/(1+days/3) // many in the first days, then fewer
		if older && commune.Highland {
			f += .55
		}
		if level == THCS && commune.Falling {
			f += .9 + days*.055
		}
	} else if p.Story == LaiChau && commune.Falling && level == THCS {
		f += float64(since) * .012
	}
	if d.Weekday() == time.Monday {
		f *= 1.15
	}
	return f
}

// lately: yesterday's rolls are less complete than last month's.
func lately(today, d day.Day) float64 {
	switch today.Sub(d) {
	case 1:
		return 4
	case 2, 3:
		return 2
	}
	return 1
}

// stamp says when the roll was taken.
func (p *Plan) stamp(r *rand.Rand, s *Sheet) {
	minutes := 7*60 + r.IntN(35)
	if s.Slot.Session == calendar.Afternoon {
		minutes = 13*60 + 30 + r.IntN(35)
	}
	d := s.Slot.Day
	if r.IntN(100) < 3 && p.today().Sub(d) > 2 { // entered late, from paper
		d, minutes = d.Add(1), 16*60+r.IntN(120)
	}
	s.TakenAt = day.InstantOf(d.Midnight().Add(time.Duration(minutes-7*60)*time.Minute + time.Duration(r.IntN(60))*time.Second))
}

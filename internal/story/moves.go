package story

import (
	"math/rand/v2"

	"ralop/internal/day"
)

// dropRate is the share of pupils who drop out in a whole year.
func (p *Plan) dropRate(c *Class) float64 {
	commune := p.Communes[p.Schools[c.School].Commune]
	switch c.Level {
	case MN:
		return .0004
	case TH:
		return .0012
	case THCS:
		switch {
		case commune.Falling:
			return .030
		case commune.Highland:
			return .017
		}
		return .009
	case THPT:
		return .019
	default:
		return .045
	}
}

// addMoves lets some pupils come late, change class or school, drop out, come back, move away.
func (p *Plan) addMoves() {
	byGrade := map[string][]int{}
	for c := range p.Classes {
		for _, g := range p.Classes[c].Grades {
			byGrade[g] = append(byGrade[g], c)
		}
	}
	share := float64(p.today().Sub(p.Teaching.From)) / 280 // of the year that has passed
	for first, n := 0, len(p.Spells); first < n; first++ {
		e := &p.Spells[first]
		r := p.stream("move", e.Pupil)
		class := e.Classes[0].Class
		c := &p.Classes[class]
		switch x := r.Float64(); {
		case x < p.dropRate(c)*share:
			p.dropOut(r, first)
		case x < .046 && x > .042 && share > .2: // moved within the story
			p.handOver(r, first, byGrade[e.Grade])
		case x > .052 && x < .0545:
			if d, ok := p.schoolDay(r, class, p.Teaching.From.Add(10), p.today()); ok {
				p.end(first, d, LeftArea, "")
				if r.IntN(3) > 0 {
					p.Spells[first].Exit = TransferOut
				}
			}
		case x > .06 && x < .0606 && (e.Grade == "9" || c.Level == THPT):
			if d, ok := p.schoolDay(r, class, p.Teaching.From.Add(20), p.today()); ok {
				p.end(first, d, Vocational, "")
			}
		case x > .07 && x < .0725:
			p.changeClass(r, first, byGrade[e.Grade])
		case x > .08 && x < .092 && e.Entry == NewEntrant && c.Level != THPT && c.Level != GDTX: // came late
			if d, ok := p.schoolDay(r, class, p.Teaching.From.Add(3), p.Teaching.From.Add(30)); ok {
				e.From, e.Classes[0].From = d, d
			}
		case x > .1 && x < .10004:
			if d, ok := p.schoolDay(r, class, p.Teaching.From.Add(10), p.today()); ok {
				p.end(first, d, Died, "")
			}
		case x > .12 && x < .128 && c.Level == THCS && p.Communes[p.Schools[e.School].Commune].Highland,
			x > .12 && x < .1235 && (c.Level == THPT || c.Level == GDTX):
			// away for long, and nobody has concluded what became of her
			if d, ok := p.schoolDay(r, class, p.today().Add(-32), p.today().Add(-12)); ok {
				e.fade = d
			}
		}
	}
	for class := range p.Classes { // families who came from elsewhere
		r := p.stream("arrival", class)
		if r.IntN(14) == 0 {
			if d, ok := p.schoolDay(r, class, p.Teaching.From.Add(8), p.today()); ok {
				grade := pick(r, p.Classes[class].Grades)
				p.enrol(p.newPupil(r, class, grade), class, grade, d, TransferIn)
			}
		}
	}
}

func (p *Plan) end(spell int, d day.Day, exit, cause string) {
	e := &p.Spells[spell]
	e.Until, e.Exit, e.Cause = d, exit, cause
	e.Classes[len(e.Classes)-1].Until = d
}

var dropCauses = map[string]float64{"poverty": .24, "weak": .18, "far": .07, "work": .33, "marriage": .08, "other": .10}

// dropOut ends a spell after some weeks away; one in five is brought back.
func (p *Plan) dropOut(r *rand.Rand, spell int) {
	e := &p.Spells[spell]
	from := p.Teaching.From.Add(25)
	if p.Story == TuanGiao && r.IntN(100) < 62 {
		from = day.Date(2020, 5, 11) // those who did not come back after the closure
	}
	d, ok := p.schoolDay(r, e.Classes[0].Class, from, p.today())
	if !ok {
		return
	}
	p.end(spell, d, DroppedOut, draw(r, dropCauses))
	p.Spells[spell].fade = max(d.Add(-10-r.IntN(12)), e.From)
	if r.IntN(5) > 0 {
		return
	}
	if back, ok := p.schoolDay(r, e.Classes[0].Class, d.Add(6), d.Add(40)); ok {
		n := p.enrol(e.Pupil, e.Classes[0].Class, e.Grade, back, Returned)
		p.Pupils[p.Spells[n].Pupil].habit *= 1.6
	}
}

// handOver moves a pupil to another school of the story; the last weeks' offers are not all accepted yet.
func (p *Plan) handOver(r *rand.Rand, spell int, classes []int) {
	e := &p.Spells[spell]
	to := pick(r, classes)
	d, ok := p.schoolDay(r, e.Classes[0].Class, p.Teaching.From.Add(15), p.today())
	if !ok || p.Classes[to].School == e.School {
		return
	}
	if p.today().Sub(d) < 25 && r.IntN(2) == 0 {
		p.end(spell, d, Unconfirmed, "")
		p.Spells[spell].To = p.Classes[to].School
		return
	}
	p.end(spell, d, TransferOut, "")
	p.Spells[spell].To = p.Classes[to].School
	grade := e.Grade
	from := e.School
	p.Spells[p.enrol(e.Pupil, to, grade, d, TransferIn)].Origin = from
}

func (p *Plan) changeClass(r *rand.Rand, spell int, classes []int) {
	e := &p.Spells[spell]
	to := pick(r, classes)
	for range 40 {
		if p.Classes[to].School == e.School && to != e.Classes[0].Class {
			break
		}
		to = pick(r, classes)
	}
	d, ok := p.schoolDay(r, e.Classes[0].Class, p.Teaching.From.Add(15), p.today())
	if !ok || p.Classes[to].School != e.School || to == e.Classes[0].Class {
		return
	}
	e.Classes[0].Until = d
	e.Classes = append(e.Classes, Membership{to, d, day.Forever})
}

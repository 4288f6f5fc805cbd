package story

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"ralop/internal/day"
)

// addPupils fills every seat with an invented child.
func (p *Plan) addPupils() {
	for _, b := range p.built {
		r := p.stream("pupil", b.class)
		for g, grade := range b.grades {
			for range b.counts[g] {
				n := p.newPupil(r, b.class, grade)
				entry := Continuing
				switch grade {
				case "1", "6", "10", "NT":
					entry = NewEntrant
				case "3T":
					if r.IntN(3) > 0 {
						entry = NewEntrant
					}
				}
				if c := &p.Classes[b.class]; entry == Continuing && c.Level != MN && r.IntN(1000) < 7 {
					entry = Repeater
				}
				p.enrol(n, b.class, grade, p.Teaching.From, entry)
			}
		}
	}
}

func (p *Plan) enrol(pupil, class int, grade string, from day.Day, entry string) int {
	p.Spells = append(p.Spells, Enrolment{Pupil: pupil, School: p.Classes[class].School, Grade: grade, From: from, Until: day.Forever,
		Entry: entry, To: -1, Origin: -1, Classes: []Membership{{class, from, day.Forever}}})
	return len(p.Spells) - 1
}

// addExpected says whom each school expected in September: those who came, and some who did not.
func (p *Plan) addExpected() {
	origins := map[string]string{Continuing: "opening", Repeater: "repeater", NewEntrant: "entrant"}
	for _, e := range p.Spells {
		if origin := origins[e.Entry]; origin != "" {
			level := p.Classes[e.Classes[0].Class].Level
			p.Expected = append(p.Expected, Expect{Pupil: e.Pupil, School: e.School, Level: level, Grade: e.Grade, Origin: origin, State: "arrived", Settled: e.From})
		}
	}
	for c := range p.Classes {
		class := &p.Classes[c]
		r := p.stream("summer", c)
		rate := p.dropRate(class) * .45 * float64(len(p.rosters[c])) // of the year's dropouts, a third go in the summer
		if r.Float64() > rate {
			continue
		}
		grade := class.Grades[0]
		x := Expect{Pupil: p.newPupil(r, c, grade), School: class.School, Level: class.Level, Grade: grade, Origin: "opening", State: "lost",
			Settled: p.Teaching.From.Add(12 + r.IntN(20)), Cause: draw(r, dropCauses)}
		if grade == "1" || grade == "6" || grade == "10" {
			x.Origin = "entrant"
		}
		switch r.IntN(10) {
		case 0, 1:
			x.State, x.Cause = "moved", ""
		case 2, 3:
			x.State, x.Cause, x.Settled = "expected", "", day.Forever
		}
		p.Expected = append(p.Expected, x)
	}
}

// newPupil invents a child who learns in a class: where she lives, to whom she belongs, how she gets to school.
func (p *Plan) newPupil(r *rand.Rand, class int, grade string) int {
	c := &p.Classes[class]
	school := &p.Schools[c.School]
	village := p.home(r, c, school)
	v := &p.Villages[village]
	commune := &p.Communes[v.Commune]
	child := Pupil{Village: village, Girl: r.IntN(1000) < 488}
	child.Ethnic = v.Group
	if r.Float64() > .90 {
		child.Ethnic = draw(r, commune.Mix)
	}
	for school.Type == "PTDTNT" && child.Ethnic == kinh {
		child.Ethnic = v.Group
		if v.Group == kinh {
			child.Ethnic = thai
		}
	}
	child.Born = p.birthday(r, grade, commune.Highland)
	child.Name = personName(r, child.Ethnic, child.Girl, "")
	p.addGuardian(r, &child)
	poor := commune.Poor
	if child.Ethnic == kinh {
		poor *= .15
	}
	switch x := r.Float64(); {
	case x < poor:
		child.Poverty = Poor
	case x < poor+.13:
		child.Poverty = NearPoor
	}
	child.Disabled = r.IntN(1000) < 7
	child.Stay = p.stay(r, c, school, v)
	child.habit = habit(r)
	child.MinistryCode = fmt.Sprintf("99%08d", len(p.Pupils)+1)
	child.PersonalCode = fmt.Sprintf("999%09d", len(p.Pupils)+1)
	p.Pupils = append(p.Pupils, child)
	return len(p.Pupils) - 1
}

// home draws a village: the site's own for a remote class, any of the commune, or of another commune.
func (p *Plan) home(r *rand.Rand, c *Class, school *School) int {
	site := p.Sites[c.Site]
	if !site.Main {
		return site.Village
	}
	away := map[string]int{MN: 1, TH: 2, THCS: 4, THPT: 78, GDTX: 70}[c.Level]
	at := school.Commune
	if r.IntN(100) < away && len(p.Communes) > 1 {
		// neighbours stand near each other in the official list; upper secondary pupils come from the whole district
		for at == school.Commune {
			at = r.IntN(len(p.Communes))
			if c.Level == MN || c.Level == TH || c.Level == THCS {
				at = (school.Commune + 1 + r.IntN(3)) % len(p.Communes)
			}
			if p.Communes[at].District != p.Communes[school.Commune].District && r.IntN(20) > 0 {
				at = school.Commune
				if p.onlyCommune(at) {
					break
				}
			}
		}
	}
	villages := p.Communes[at].Villages
	v := villages[r.IntN(len(villages))]
	if p.Villages[v].Remote && (c.Level == MN || c.Level == TH && !school.Boarding) {
		v = villages[r.IntN(2)] // the small children of far villages learn at their own site
	}
	return v
}

func (p *Plan) onlyCommune(c int) bool {
	for i := range p.Communes {
		if i != c && p.Communes[i].District == p.Communes[c].District {
			return false
		}
	}
	return true
}

func (p *Plan) stay(r *rand.Rand, c *Class, school *School, v *Village) string {
	switch {
	case school.Type == "PTDTNT":
		return Boarder
	case strings.HasPrefix(school.Type, "PTDTBT") && p.Sites[c.Site].Main:
		far := v.Remote || v.Commune != school.Commune
		if far && r.IntN(100) < 94 || !far && c.Level == THCS && r.IntN(100) < 14 {
			return SemiBoarder
		}
	case c.Level == THPT && v.Commune != school.Commune && p.Communes[v.Commune].Highland && r.IntN(100) < 55:
		return SemiBoarder
	}
	return AtHome
}

// birthday gives the usual year of birth of a grade; some are older, more so in the highlands.
func (p *Plan) birthday(r *rand.Rand, grade string, highland bool) day.Day {
	age := map[string]int{"NT": 2, "3T": 3, "4T": 4, "5T": 5}[grade]
	if age == 0 {
		age = 5 + int(atoi(grade))
		older := 3
		if highland {
			older = 9
		}
		if r.IntN(100) < older {
			age += 1 + r.IntN(2)/1*r.IntN(2)
		}
	}
	return day.Date(p.Year-age, 1, 1).Add(r.IntN(365))
}

func (p *Plan) addGuardian(r *rand.Rand, child *Pupil) {
	switch x := r.IntN(100); {
	case x < 68:
		child.Relation, child.Guardian = "father", personName(r, child.Ethnic, false, surnameOf(child.Name))
	case x < 90:
		child.Relation, child.Guardian = "mother", personName(r, child.Ethnic, true, "")
	default: // parents work far away
		child.Relation, child.Guardian = "grandparent", personName(r, child.Ethnic, r.IntN(2) == 0, "")
	}
	if r.IntN(100) < 64 {
		child.Phone = fmt.Sprintf("010%07d", r.IntN(10_000_000))
	}
}

// habit is how often a child is away against her class: most seldom, a few often.
func habit(r *rand.Rand) float32 {
	switch x := r.IntN(1000); {
	case x < 620:
		return .45
	case x < 880:
		return 1.2
	case x < 975:
		return 2.8
	default:
		return 6.5
	}
}

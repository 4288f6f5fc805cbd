package story

import (
	"context"
	"slices"

	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/store"
)

// addPeople names one person for each role, around one class of a highland lower secondary school.
func (p *Plan) addPeople() {
	at := p.stage()
	school := &p.Schools[p.Classes[at].School]
	commune := &p.Communes[school.Commune]
	village := p.Pupils[p.rosters[at][0].pupil].Village
	for _, e := range p.rosters[at] {
		if v := p.Pupils[e.pupil].Village; p.Villages[v].Commune == school.Commune && p.Villages[v].Remote {
			village = v
			break
		}
	}
	other := at
	for _, c := range school.Classes {
		if c != at && p.Classes[c].Level == p.Classes[at].Level {
			other = c
		}
	}
	r := p.stream("people", 0)
	local := likeliest(commune.Mix)
	add := func(key, ethnic string, girl bool, role, unit string, school, class, village int) *Person {
		p.People = append(p.People, Person{Key: key, Login: key, Name: personName(r, ethnic, girl, ""), Girl: girl, Ethnic: ethnic, Role: role, Unit: unit,
			School: school, Class: class, Village: village, From: p.Teaching.From, Until: day.Forever})
		return &p.People[len(p.People)-1]
	}
	s := p.Classes[at].School
	teacher := add("homeroom", local, p.Classes[at].TeacherGirl, "homeroom_teacher", "", s, at, -1)
	teacher.Name = p.Classes[at].Teacher
	teacher = add("homeroom-other", local, p.Classes[other].TeacherGirl, "homeroom_teacher", "", s, other, -1)
	teacher.Name = p.Classes[other].Teacher
	sub := add("substitute", thai, true, "substitute", "", s, at, -1)
	sub.From, sub.Until = p.today().Add(-4), p.today().Add(5)
	add("clerk", thai, true, "school_clerk", "", s, -1, -1)
	add("principal", kinh, false, "principal", "", s, -1, -1)
	add("boarding", local, true, "boarding_staff", "", s, -1, -1)
	add("village", p.Villages[village].Group, false, "village_head", "", -1, -1, village)
	add("commune", thai, true, "commune_official", commune.Code, -1, -1, -1)
	add("child-protection", local, false, "child_protection", commune.Code, -1, -1, -1)
	add("commune-chair", local, false, "commune_leader", commune.Code, -1, -1, -1)
	if commune.District != "" {
		add("district", kinh, true, "education_official", commune.District, -1, -1, -1)
		add("district-head", kinh, false, "education_leader", commune.District, -1, -1, -1)
		add("district-chair", thai, false, "unit_leader", commune.District, -1, -1, -1)
	}
	add("province", thai, true, "education_official", p.Province, -1, -1, -1)
	add("province-head", kinh, true, "education_leader", p.Province, -1, -1, -1)
	add("province-chair", kinh, false, "unit_leader", p.Province, -1, -1, -1)
	add("inspector", kinh, false, "inspector", p.Top, -1, -1, -1)
	add("admin", kinh, true, "administrator", p.Province, -1, -1, -1)
}

// stage is the class the story is told around: lớp 8 of a lower secondary school with semi-boarders where attendance
// falls, else the first class of lower secondary there is.
func (p *Plan) stage() int {
	best, score := 0, -1
	for c := range p.Classes {
		class := &p.Classes[c]
		school := &p.Schools[class.School]
		commune := p.Communes[school.Commune]
		n := 0
		for i, yes := range []bool{class.Level == THCS, commune.Falling, school.ptdtbt(), len(school.Levels) == 1, class.Grades[0] == "8", commune.Code == "03259"} {
			if yes {
				n += 32 >> i
			}
		}
		if n > score {
			best, score = c, n
		}
	}
	return best
}

// Offer is a person of the demonstration as whom one may sign in by a click.
type Offer = account.Offer

// offered are the logins of the named people in the order in which they are offered.
var offered = []string{"homeroom", "substitute", "homeroom-other", "clerk", "principal", "boarding", "village", "commune", "child-protection", "commune-chair",
	"district", "district-head", "district-chair", "province", "province-head", "province-chair", "inspector", "admin"}

// Offers gives the named people of the demonstration that a database holds, for one-click sign-in.
func Offers(ctx context.Context, tx *store.Tx, realm int) ([]Offer, error) {
	all, err := store.All[Offer](ctx, tx, sqlOffers, realm, store.In(offered))
	slices.SortFunc(all, func(a, b Offer) int {
		return slices.Index(offered, a.Login) - slices.Index(offered, b.Login)
	})
	return all, err
}

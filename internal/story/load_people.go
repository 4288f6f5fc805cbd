package story

import (
	"fmt"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// peopleTables writes the named people, and a homeroom teacher for every class, a clerk and a principal for every
// school, an official for every commune, so that every sheet has an author and every missing one somebody to remind.
// Nobody has a password: one signs in by a click, which only the demonstration offers.
func (l *loader) peopleTables(tx *store.Tx) []*table {
	p := l.p
	account := rowsOf("account", "realm id name name_sort title login phone email language theme password must_change failures locked_until disabled made_at")
	login := rowsOf("login", "name realm account")
	grant := rowsOf("role_grant", "realm id account role scope_kind scope from_day until_day given_by given_at reason")
	add := func(name, title, key string) id.ID {
		n := tx.NewID()
		account.add(l.realm, n, name, viet.NameSortKey(name), title, key, "", "", "vi", "", "", false, 0, day.Instant(0), false, l.now)
		login.add(viet.Fold(key), l.realm, n)
		return n
	}
	give := func(to id.ID, role access.Role, kind access.ScopeKind, scope id.ID, period day.Range, reason string) {
		grant.add(l.realm, tx.NewID(), to, string(role), string(kind), scope, period.From, period.Until, id.ID(0), l.now, reason)
	}
	always := day.Range{From: day.Date(p.Year, 8, 1), Until: day.Date(p.Year+1, 8, 1)}
	l.teachers = make([]id.ID, len(p.Classes))
	taken := map[string]bool{} // posts held by the named people
	for _, person := range p.People {
		role := roles[person.Role]
		scope, kind, title := id.ID(0), access.UnitScope, person.title(p)
		switch {
		case person.Class >= 0:
			kind, scope = access.ClassScope, l.classes[person.Class]
		case person.School >= 0:
			kind, scope = access.SchoolScope, l.schools[person.School]
		case person.Village >= 0:
			kind, scope = access.ResidenceScope, l.villages[person.Village]
		default:
			scope = l.unit(person.Unit)
			if role == access.ChildProtection {
				kind = access.ResidenceScope
			}
		}
		n := add(person.Name, title, person.Login)
		period, reason := always, ""
		if person.Until != day.Forever {
			period, reason = day.Range{From: person.From, Until: person.Until}, "Dạy thay giáo viên chủ nhiệm nghỉ ốm"
		}
		give(n, role, kind, scope, period, reason)
		switch role {
		case access.HomeroomTeacher:
			l.teachers[person.Class] = n
		case access.Inspector:
			l.inspector = n
		}
		taken[fmt.Sprint(role, scope)] = true
	}
	r := p.stream("staff", 0)
	staff := func(name, title, key string, role access.Role, kind access.ScopeKind, scope id.ID) id.ID {
		n := add(name, title, key)
		give(n, role, kind, scope, always, "")
		return n
	}
	for c := range p.Classes {
		if class := &p.Classes[c]; l.teachers[c] == 0 {
			l.teachers[c] = staff(class.Teacher, "Giáo viên chủ nhiệm lớp "+class.Name, fmt.Sprintf("gv-%04d", c+1), access.HomeroomTeacher, access.ClassScope, l.classes[c])
		}
	}
	for s, school := range p.Schools {
		key := strings.ToLower(school.Code)
		if !taken[fmt.Sprint(access.Principal, l.schools[s])] {
			staff(personName(r, kinh, r.IntN(2) == 0, ""), "Hiệu trưởng", "ht-"+key, access.Principal, access.SchoolScope, l.schools[s])
		}
		if !taken[fmt.Sprint(access.SchoolClerk, l.schools[s])] {
			staff(personName(r, thai, true, ""), "Văn thư", "vt-"+key, access.SchoolClerk, access.SchoolScope, l.schools[s])
		}
	}
	for _, c := range p.Communes {
		if unit := l.unit(c.Code); !taken[fmt.Sprint(access.CommuneOfficial, unit)] {
			staff(personName(r, likeliest(c.Mix), r.IntN(2) == 0, ""), "Công chức Văn hóa – Xã hội", "xa-"+c.Code, access.CommuneOfficial, access.UnitScope, unit)
		}
	}
	return []*table{account, login, grant}
}

var roles = map[string]access.Role{
	"homeroom_teacher": access.HomeroomTeacher, "substitute": access.SubstituteTeacher, "boarding_staff": access.BoardingStaff, "school_clerk": access.SchoolClerk,
	"principal": access.Principal, "village_head": access.VillageHead, "child_protection": access.ChildProtection, "commune_official": access.CommuneOfficial,
	"commune_leader": access.CommuneLeader, "education_official": access.EducationOfficial, "education_leader": access.EducationLeader, "unit_leader": access.UnitLeader,
	"inspector": access.Inspector, "administrator": access.Administrator,
}

// title is the office of a person as it is printed under a name.
func (person *Person) title(p *Plan) string {
	switch person.Key {
	case "homeroom", "homeroom-other":
		return "Giáo viên chủ nhiệm lớp " + p.Classes[person.Class].Name
	case "village":
		return "Trưởng " + strings.ToLower(p.Villages[person.Village].Name[:1]) + p.Villages[person.Village].Name[1:]
	}
	return titles[person.Key]
}

var titles = map[string]string{
	"substitute": "Giáo viên dạy thay", "clerk": "Văn thư", "principal": "Hiệu trưởng", "boarding": "Quản lý học sinh bán trú",
	"commune": "Công chức Văn hóa – Xã hội", "child-protection": "Cán bộ bảo vệ trẻ em", "commune-chair": "Chủ tịch UBND xã",
	"district": "Chuyên viên Phòng GD&ĐT", "district-head": "Trưởng phòng GD&ĐT", "district-chair": "Phó Chủ tịch UBND huyện",
	"province": "Chuyên viên Sở GD&ĐT", "province-head": "Giám đốc Sở GD&ĐT", "province-chair": "Phó Chủ tịch UBND tỉnh", "inspector": "Thanh tra", "admin": "Quản trị hệ thống",
}

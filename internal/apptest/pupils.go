package apptest

import (
	"strings"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/viet"
)

// passwordHash is Password by argon2id with little work, so that tests sign in fast.
const passwordHash = "$argon2id$v=19$m=64,t=1,p=1$cmEtbG9wLWNhc3Qtc2FsdA$63IZTiBHQFpb0/cudFPWtTbZviSLIYw/XJ9G0rCeLOs"

var (
	familyNames = []string{"Lò", "Quàng", "Cà", "Vừ", "Giàng", "Sùng", "Mùa", "Lường", "Tòng", "Nguyễn"}
	givenNames  = []string{"Páo", "Súa", "Dế", "Ánh", "Bình", "Chứ", "Đông", "Hạnh", "Khua", "Lử", "Mỷ", "Nênh", "Ơn", "Phương", "Sếnh"}
)

// PupilName is the name of pupil number n of a class; numbers 7 and 8 are namesakes.
func PupilName(class id.ID, n int) string {
	if n == 8 {
		n = 7
	}
	family := familyNames[(n+int(class))%len(familyNames)]
	middle := "Văn"
	if Sex(n) == "F" {
		middle = "Thị"
	}
	return family + " " + middle + " " + givenNames[(n*7+int(class))%len(givenNames)]
}

// Sex of pupil number n: odd numbers are girls.
func Sex(n int) string {
	if n%2 == 1 {
		return "F"
	}
	return "M"
}

// Residence is where pupil number n of a class lives.
func Residence(class id.ID, n int) id.ID {
	switch {
	case class == Class9A, class == Class8A && n <= 5:
		return PhiengPi
	case n%2 == 0:
		return BanHong
	}
	return BanLum
}

// Ethnicity, boarding and poverty of pupil number n of a class.
func Ethnicity(class id.ID, n int) string {
	if n%3 == 0 {
		return "mong"
	}
	return "thai"
}

func boarding(class id.ID, n int) string {
	if class == Class8A && n <= 5 {
		return "semi-boarding"
	}
	return ""
}

func poverty(n int) string {
	if n%4 == 0 {
		return "poor"
	}
	return ""
}

func classTables(now day.Instant) []table {
	classes := table{name: "class", columns: []string{"realm", "id", "school", "year", "name", "name_sort", "level", "grades", "site", "from_day", "until_day"}}
	times := table{name: "timetable", columns: []string{"realm", "scope_kind", "scope", "level", "from_day", "until_day", "morning", "afternoon", "evening", "main_session"}}
	pupils := table{name: "pupil", columns: []string{"realm", "id", "code", "national_id", "name", "name_fold", "name_sort", "sex", "born", "birthplace", "ethnicity", "address", "phone", "disability", "version", "changed_at"}}
	guardians := table{name: "guardian", columns: []string{"realm", "pupil", "number", "relation", "name", "born_year", "phone"}}
	residences := table{name: "pupil_residence", columns: []string{"realm", "pupil", "from_day", "until_day", "unit"}}
	boardings := table{name: "pupil_boarding", columns: []string{"realm", "pupil", "from_day", "until_day", "kind"}}
	poverties := table{name: "pupil_poverty", columns: []string{"realm", "pupil", "year", "status"}}
	enrolments := table{name: "enrolment", columns: []string{"realm", "id", "pupil", "school", "year", "level", "grade", "from_day", "until_day", "entry_kind", "exit_kind", "exit_state", "exit_reason", "other_school", "paper"}}
	members := table{name: "class_membership", columns: []string{"realm", "enrolment", "class", "from_day", "until_day"}}
	year := table{"school_year", []string{"realm", "year", "from_day", "opening_day", "until_day"}, [][]any{{Realm, SchoolYear, YearStart, day.MustParse("2019-09-05"), YearEnd}}}
	terms := table{"term", []string{"realm", "year", "number", "scope_kind", "scope", "from_day", "until_day", "weeks"}, [][]any{
		{Realm, SchoolYear, 1, "realm", 0, YearStart, day.MustParse("2020-01-06"), 18},
		{Realm, SchoolYear, 2, "realm", 0, day.MustParse("2020-01-06"), YearEnd, 17}}}
	const mondayToFriday = 0b0011111
	for _, c := range Classes {
		classes.rows = append(classes.rows, []any{Realm, c.ID, c.School, SchoolYear, c.Name, viet.SortKey(c.Name), c.Level, strings.Join(c.Grades, " "), 0, YearStart, YearEnd})
		afternoons := 0
		if c.ID == Class8A {
			afternoons = 0b0001010
		}
		times.rows = append(times.rows, []any{Realm, "class", c.ID, "", YearStart, YearEnd, mondayToFriday, afternoons, 0, 1})
		for n := 1; n <= c.Size; n++ {
			pupil, name := Pupil(c.ID, n), PupilName(c.ID, n)
			grade := c.Grades[0]
			if len(c.Grades) > 1 && n > 3 {
				grade = c.Grades[1]
			}
			born := day.Date(2019-5-gradeNumber(grade), 1+monthOf(n), 1+n%28)
			pupils.rows = append(pupils.rows, []any{Realm, pupil, "11" + pad(pupil, 8), "0110" + pad(pupil, 8), name, viet.Fold(name), viet.NameSortKey(name), Sex(n), born, "", Ethnicity(c.ID, n), "", "09" + pad(pupil, 8), "", 1, now})
			guardians.rows = append(guardians.rows, []any{Realm, pupil, 1, "mother", "Lò Thị Mẹ", 1985, "03" + pad(pupil, 8)})
			residences.rows = append(residences.rows, []any{Realm, pupil, day.MustParse("2010-01-01"), day.Forever, Residence(c.ID, n)})
			if kind := boarding(c.ID, n); kind != "" {
				boardings.rows = append(boardings.rows, []any{Realm, pupil, YearStart, YearEnd, kind})
			}
			if status := poverty(n); status != "" {
				poverties.rows = append(poverties.rows, []any{Realm, pupil, SchoolYear, status})
			}
			enrolments.rows = append(enrolments.rows, []any{Realm, Enrolment(c.ID, n), pupil, c.School, SchoolYear, c.Level, grade, YearStart, YearEnd, "opening", "", "", "", 0, ""})
			members.rows = append(members.rows, []any{Realm, Enrolment(c.ID, n), c.ID, YearStart, YearEnd})
		}
	}
	return []table{classes, year, terms, times, pupils, guardians, residences, boardings, poverties, enrolments, members}
}

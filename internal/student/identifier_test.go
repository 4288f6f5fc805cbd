package student_test

import (
	"slices"
	"testing"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/student"
)

func TestIdentifiersAreHeldAgainstWhatIsKnown(t *testing.T) {
	girl := student.Person{Sex: "F", Born: day.MustParse("2006-03-04"), Birthplace: "Xa Muong Mun, huyen Tuan Giao, tinh Dien Bien"}
	for _, c := range []struct {
		code, number, sex, born, place string
		wrong, doubtful                []string
	}{
		{number: "011306123456"},
		{code: "1112345678", number: "012306123456", place: "Tuan Giao, Lai Chau"},
		{number: "101306123456"}, // a country
		{code: "11123456", doubtful: []string{"identity.code-length"}},
		{code: "HS123", wrong: []string{"identity.code-form"}},
		{number: "01130612345", wrong: []string{"identity.national-form"}},
		{number: "01130612345x", wrong: []string{"identity.national-form"}},
		{number: "003306123456", wrong: []string{"identity.national-province"}},
		{number: "000306123456", wrong: []string{"identity.national-province"}},
		{number: "014306123456", doubtful: []string{"identity.national-birthplace"}},
		{number: "014306123456", place: "Ban Lum"},
		{number: "011206123456", wrong: []string{"identity.national-sex"}},
		{number: "011306123456", sex: "M", wrong: []string{"identity.national-sex"}},
		{number: "011106123456", wrong: []string{"identity.national-year"}}, // 1906
		{number: "011307123456", wrong: []string{"identity.national-year"}},
		{number: "011199123456", born: "1999-12-31"},
		{number: "015306123456", place: "tinh Lao Cai"}, // Yên Bái of before July 2025
	} {
		p := girl
		p.Code, p.NationalID = c.code, c.number
		if c.sex != "" {
			p.Sex = c.sex
		}
		if c.born != "" {
			p.Born = day.MustParse(c.born)
		}
		if c.place != "" {
			p.Birthplace = c.place
		}
		wrong, doubtful := student.CheckIdentifiers(p)
		if !slices.Equal(codes(wrong), c.wrong) || !slices.Equal(codes(doubtful), c.doubtful) {
			t.Errorf("%q %q: wrong %v, doubtful %v; want %v, %v", c.code, c.number, codes(wrong), codes(doubtful), c.wrong, c.doubtful)
		}
	}
}

func codes(faults []*fault.Fault) (all []string) {
	for _, f := range faults {
		all = append(all, f.Code)
	}
	return all
}

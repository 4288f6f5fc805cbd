package student

import (
	"slices"
	"strings"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
)

// Reasons for and against two records being one child. Ethnicity is none of them.
const (
	SameName        = "name"
	NearName        = "near-name" // one letter differs, or the words stand in another order
	SameBirth       = "born"
	SwappedBirth    = "swapped-born" // day and month changed places
	SameYear        = "year"
	SameVillage     = "village"
	SameFather      = "father"
	SameMother      = "mother"
	SameNationalID  = "national"
	SameCode        = "code"
	OtherSex        = "other-sex"
	OtherNationalID = "other-national"
	OtherCode       = "other-code"
	OtherFather     = "other-father"
	OtherMother     = "other-mother"
)

// weights of the reasons. Same name and same birth date alone make a pair worth a look; two
// different numbers of the state make it none.
var weights = map[string]int{
	SameName: 35, NearName: 20, SameBirth: 30, SwappedBirth: 22, SameYear: 8, SameVillage: 12, SameFather: 12, SameMother: 12, SameNationalID: 60, SameCode: 50,
	OtherSex: -25, OtherNationalID: -45, OtherCode: -20, OtherFather: -10, OtherMother: -10,
}

// PairFrom is the score from which a pair is listed; 100 is the most.
const PairFrom = 60

// Likeness is what a record is compared by.
type Likeness struct {
	Pupil      id.ID
	Name       string // folded
	Sex        string
	Born       day.Day
	Code       string
	NationalID string
	Village    id.ID  // unit of residence, 0 when not known
	Father     string // folded, "" when not known
	Mother     string
	School     id.ID // of the running spell, 0
}

// Compare gives the score of two records, 0 to 100, and the reasons, those for it first.
func (a Likeness) Compare(b Likeness) (score int, reasons []string) {
	add := func(is bool, reason string) {
		if is {
			score += weights[reason]
			reasons = append(reasons, reason)
		}
	}
	switch {
	case a.Name == b.Name:
		add(true, SameName)
	case nearName(a.Name, b.Name):
		add(true, NearName)
	}
	switch {
	case a.Born == b.Born:
		add(true, SameBirth)
	case a.Born == swapped(b.Born):
		add(true, SwappedBirth)
	default:
		add(a.Born.Year() == b.Born.Year(), SameYear)
	}
	add(a.Village != 0 && a.Village == b.Village, SameVillage)
	both := func(x, y string) bool { return x != "" && y != "" }
	add(both(a.Father, b.Father) && a.Father == b.Father, SameFather)
	add(both(a.Mother, b.Mother) && a.Mother == b.Mother, SameMother)
	add(both(a.NationalID, b.NationalID) && a.NationalID == b.NationalID, SameNationalID)
	add(both(a.Code, b.Code) && a.Code == b.Code, SameCode)
	add(both(a.Sex, b.Sex) && a.Sex != b.Sex, OtherSex)
	add(both(a.NationalID, b.NationalID) && a.NationalID != b.NationalID, OtherNationalID)
	add(both(a.Code, b.Code) && a.Code != b.Code, OtherCode)
	add(both(a.Father, b.Father) && a.Father != b.Father, OtherFather)
	add(both(a.Mother, b.Mother) && a.Mother != b.Mother, OtherMother)
	if slices.Contains(reasons, NearName) && a.School != 0 && a.School == b.School {
		return 0, nil // twins have one birth date, one home, the same parents, names alike, and go to one school
	}
	return max(0, min(100, score)), reasons
}

// swapped is a birth date with day and month in each other's place; the same when that is no date.
func swapped(d day.Day) day.Day {
	if d.DayOfMonth() > 12 {
		return d
	}
	return day.Date(d.Year(), time.Month(d.DayOfMonth()), int(d.Month()))
}

// nearName says whether two folded names differ by one letter or by the order of their words.
func nearName(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) == len(y) {
		slices.Sort(x)
		slices.Sort(y)
		if slices.Equal(x, y) {
			return true
		}
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	start := 0
	for start < len(a) && a[start] == b[start] {
		start++
	}
	if len(a) == len(b) {
		return start < len(a) && a[start+1:] == b[start+1:]
	}
	return a[start:] == b[start+1:]
}

package student

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"

	"ralop/internal/fault"
	"ralop/internal/viet"
)

// Ethnicity is one of the 54 groups, or foreigners. It is stored by its key, because the
// two official lists give the codes to different groups: 04 is Hoa in the one of 1979
// and Mường in the one of 2008.
type Ethnicity struct {
	Key      string // "mong"
	Name     string // "Mông"
	Code1979 string // QĐ 121-TCTK/PPCĐ, used by the national education database; "55" for foreigners
	Code2008 string // QĐ 1019/QĐ-TCTK
	Aliases  []string
}

// Foreign is the key of those who are no citizens.
const Foreign = "foreign"

//go:embed ethnicity.tsv
var ethnicityList string

var ethnicities, ethnicityBy = readEthnicities()

type ethnicityIndex struct {
	key, code1979, code2008 map[string]*Ethnicity
	name, alias             map[string]*Ethnicity // by letters only; an alias of several groups is nil
}

func readEthnicities() ([]Ethnicity, ethnicityIndex) {
	var all []Ethnicity
	for line := range strings.Lines(ethnicityList) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSpace(line), "\t")
		e := Ethnicity{Key: cells[0], Name: cells[1], Code1979: cells[2], Code2008: cells[3]}
		if len(cells) > 4 {
			e.Aliases = strings.Split(cells[4], ", ")
		}
		all = append(all, e)
	}
	by := ethnicityIndex{map[string]*Ethnicity{}, map[string]*Ethnicity{}, map[string]*Ethnicity{}, map[string]*Ethnicity{}, map[string]*Ethnicity{}}
	for i := range all {
		e := &all[i]
		by.key[e.Key], by.code1979[e.Code1979], by.code2008[e.Code2008], by.name[letters(e.Name)] = e, e, e, e
		for _, alias := range e.Aliases {
			for _, form := range []string{letters(alias), marked(alias)} {
				if other, taken := by.alias[form]; taken && other != e {
					by.alias[form] = nil
				} else {
					by.alias[form] = e
				}
			}
		}
	}
	return all, by
}

// marked is letters with their marks: Mây is not the May of the Chứt.
func marked(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, viet.Clean(name))
}

// letters is the form in which names of groups are compared: H'Mông, Hmông and HMÔNG are one.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, viet.Fold(viet.Clean(name)))
}

// Ethnicities gives all groups in the order of the list of 1979, foreigners last.
func Ethnicities() []Ethnicity { return slices.Clone(ethnicities) }

// EthnicityOf gives the group with a key.
func EthnicityOf(key string) (Ethnicity, bool) { return found(ethnicityBy.key[key]) }

// EthnicityByCode1979 gives the group with a code of QĐ 121-TCTK/PPCĐ.
func EthnicityByCode1979(code string) (Ethnicity, bool) { return found(ethnicityBy.code1979[code]) }

// EthnicityByCode2008 gives the group with a code of QĐ 1019/QĐ-TCTK.
func EthnicityByCode2008(code string) (Ethnicity, bool) { return found(ethnicityBy.code2008[code]) }

func found(e *Ethnicity) (Ethnicity, bool) {
	if e == nil {
		return Ethnicity{}, false
	}
	return *e, true
}

// ParseEthnicity reads what people write for a group: its name, with or without marks,
// else another name that only one group has, with its marks or with none. "" is not given and stays "". A bare code is refused: nobody
// knows which list it is of. Fault: student.unknown-ethnicity.
func ParseEthnicity(text string) (key string, err error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	form, full := letters(text), marked(text)
	for _, before := range []string{"", "dantoc", "nguoi"} {
		if e := ethnicityBy.name[strings.TrimPrefix(form, before)]; e != nil {
			return e.Key, nil
		}
	}
	for _, before := range []string{"", "dântộc", "dantoc", "người", "nguoi"} {
		if e := ethnicityBy.alias[strings.TrimPrefix(full, before)]; e != nil {
			return e.Key, nil
		}
	}
	return "", fault.New(fault.Invalid, "student.unknown-ethnicity", fault.Args{"value": viet.Clean(text)}).On("ethnicity")
}

package exchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"ralop/internal/student"
	"ralop/internal/viet"
)

// content is what cells look like, whatever the heading says.
type content string

const (
	holdsDate      content = "date"
	holdsSex       content = "sex"
	holdsEthnicity content = "ethnicity"
	holdsNumber12  content = "number of the state"
	holdsCode10    content = "code of the Ministry"
	holdsPhone     content = "phone"
	holdsClass     content = "class"
	holdsGrade     content = "grade"
	holdsName      content = "name of a person"
	holdsYear      content = "year"
	holdsCount     content = "count"
)

// contents says what the cells of a field look like, by the field's name; a field not
// here is never guessed from cells.
var contents = map[string]content{
	"born": holdsDate, "date": holdsDate, "from": holdsDate, "until": holdsDate, "valid_from": holdsDate, "day": holdsDate,
	"sex": holdsSex, "ethnicity": holdsEthnicity, "national_id": holdsNumber12, "phone": holdsPhone, "class": holdsClass, "grade": holdsGrade,
	"name": holdsName, "father": holdsName, "mother": holdsName, "guardian": holdsName,
	"father_born": holdsYear, "mother_born": holdsYear, "absent": holdsCount, "present": holdsCount, "enrolled": holdsCount,
}

// guessed are the contents by which a column without a telling heading is found, the
// surest first. Names and classes come last: much else looks like them.
var guessed = []content{holdsNumber12, holdsSex, holdsEthnicity, holdsPhone, holdsDate, holdsClass, holdsName}

var (
	twelveDigits = regexp.MustCompile(`^0\d{11}$`)
	tenDigits    = regexp.MustCompile(`^\d{10}$`)
	phoneDigits  = regexp.MustCompile(`^(\+?84|0)[235789]\d{8}$`)
	className    = regexp.MustCompile(`^(lop )?(1[0-2]|[1-9]) ?[a-z]{1,3} ?\d{0,2}$`)
	gradeName    = regexp.MustCompile(`^((khoi|lop) ?)?(1[0-2]|[1-9])$`)
)

// looks says whether one cell, in Unicode, looks like a content.
func (c content) looks(cell string) bool {
	switch c {
	case holdsDate:
		d, err := ParseDate(cell, "", false)
		return err == nil && d.Year() >= 1930 && d.Year() <= 2100
	case holdsSex:
		return slices.Contains([]string{"nam", "nu", "m", "f", "x", "male", "female", "trai", "gai"}, viet.Fold(cell))
	case holdsEthnicity:
		_, err := student.ParseEthnicity(cell)
		return err == nil && strings.IndexFunc(cell, unicode.IsLetter) >= 0
	case holdsNumber12:
		return twelveDigits.MatchString(cell)
	case holdsCode10:
		return tenDigits.MatchString(cell)
	case holdsPhone:
		return phoneDigits.MatchString(strings.NewReplacer(" ", "", ".", "", "-", "").Replace(cell))
	case holdsClass:
		return className.MatchString(FoldHeading(cell))
	case holdsGrade:
		return gradeName.MatchString(FoldHeading(cell))
	case holdsName:
		return looksLikeName(cell)
	case holdsYear:
		year, err := strconv.Atoi(cell)
		return err == nil && year > 1900 && year < 2100
	case holdsCount:
		_, err := strconv.Atoi(cell)
		return err == nil
	}
	return false
}

// looksLikeName: two to six words, each with a capital first, no digit.
func looksLikeName(cell string) bool {
	words := strings.Fields(cell)
	if len(words) < 2 || len(words) > 6 || strings.ContainsAny(cell, "0123456789/:;()") {
		return false
	}
	for _, word := range words {
		if first := []rune(word)[0]; !unicode.IsUpper(first) {
			return false
		}
	}
	return true
}

// fits says how many of a hundred cells look like what the field holds; -1 when there is
// nothing to say.
func fits(field string, cells []string) int {
	c, known := contents[field]
	if !known || len(cells) == 0 || c == holdsName {
		return -1
	}
	return share100(c, cells)
}

func share100(c content, cells []string) int {
	n := 0
	for _, cell := range cells {
		if c.looks(cell) {
			n++
		}
	}
	return n * 100 / len(cells)
}

// guessContents gives fields without a column to columns without a field, by what their
// cells look like.
func guessContents(guesses []ColumnGuess, cells [][]string, fields []Field, passed map[int]bool, held map[string]int) {
	for _, c := range guessed {
		for _, f := range fields {
			if _, taken := held[f.Name]; taken || contents[f.Name] != c || !f.Required && c != holdsNumber12 && c != holdsEthnicity && c != holdsPhone {
				continue
			}
			best, most, second := -1, 0, 0
			for at := range guesses {
				if guesses[at].Field != "" || passed[at] || len(cells[at]) == 0 || f.Required && len(cells[at])*2 < longest(cells) {
					continue
				}
				switch n := share100(c, cells[at]); {
				case n > most:
					best, most, second = at, n, most
				case n > second:
					second = n
				}
			}
			if most < 60 {
				continue
			}
			sure := most * 8 / 10
			if second > 60 {
				sure /= 2 // two columns look so: a person must say
			}
			guesses[best].Field, guesses[best].Why, guesses[best].Sure = f.Name, ByContent, sure
			held[f.Name] = best
		}
	}
}

func longest(cells [][]string) int {
	most := 0
	for _, column := range cells {
		most = max(most, len(column))
	}
	return most
}

package exchange

import (
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/viet"
)

// StudentWatch finds, over all rows of a class list, what is odd and no mistake of one
// row alone: codes of the wrong length or of another province, two children of one name
// and birth date, a child in two classes. It remembers digests, not names.
type StudentWatch struct {
	head     Head
	prefixes []string
	seed     maphash.Seed
	codes    map[uint64]seen
	persons  map[uint64]seen
}

type seen struct {
	row   int
	class uint64
	pupil id.ID
}

// Odd is a finding of a StudentWatch. Where it speaks of another row Other is that row, and
// Pupil the child whom that row means, 0 while there is no record.
type Odd struct {
	RowFault
	Other int
	Pupil id.ID
}

// NewStudentWatch begins a watch. prefixes are the two digits that codes of the province
// begin with, as they are and were; without any the province is not looked at.
func NewStudentWatch(head Head, prefixes ...string) *StudentWatch {
	return &StudentWatch{head: head, prefixes: prefixes, seed: maphash.MakeSeed(), codes: map[uint64]seen{}, persons: map[uint64]seen{}}
}

// Look gives the findings on a row, which means a pupil of whom there is a record, or 0. The
// row that a finding refers to is its argument "other", as people call it.
func (w *StudentWatch) Look(row Row, pupil id.ID) []Odd {
	var found []Odd
	tell := func(code, field string, args fault.Args) {
		args["row"] = w.head.RowName(row.Number)
		if field != "" {
			args["column"], args["heading"] = w.head.Column(field), w.head.Heading(field)
		}
		found = append(found, Odd{RowFault: RowFault{row.Number, fault.New(fault.Invalid, code, args).On(field)}})
	}
	tellOf := func(before seen, code, field string) {
		tell(code, field, fault.Args{"other": w.head.RowName(before.row)})
		last := &found[len(found)-1]
		last.Other, last.Pupil = before.row, before.pupil
	}
	code := w.head.Get(row, "code")
	for _, f := range []struct {
		field  string
		wanted int
	}{{"code", 10}, {"national_id", 12}} {
		cell := w.head.Get(row, f.field)
		if n := utf8.RuneCountInString(cell); cell != "" && n != f.wanted {
			tell("exchange.code-length", f.field, fault.Args{"length": n, "wanted": f.wanted})
		}
	}
	if len(code) == 10 && digitsOnly(code) && len(w.prefixes) > 0 {
		if !hasAnyPrefix(code, w.prefixes) {
			tell("exchange.code-province", "code", fault.Args{"prefix": code[:2]})
		}
	}
	class := w.sum(FoldHeading(w.head.Get(row, "class")))
	person := w.sum(viet.Fold(w.head.Get(row, "name")) + "\x00" + w.born(row))
	same, again := w.persons[person]
	if code != "" {
		key := w.sum(code)
		if before, double := w.codes[key]; double && before.class != class {
			tellOf(before, "exchange.two-classes", "class")
			return found
		} else if !double {
			w.codes[key] = seen{row.Number, class, pupil}
		}
	}
	if !again {
		w.persons[person] = seen{row.Number, class, pupil}
		return found
	}
	if code == "" && same.class != class {
		tellOf(same, "exchange.two-classes", "class")
	} else {
		tellOf(same, "exchange.double-name", "name")
	}
	return found
}

func (w *StudentWatch) born(row Row) string {
	d, err := w.head.Day(row, "born")
	if err != nil {
		return w.head.Get(row, "born")
	}
	return d.String()
}

func (w *StudentWatch) sum(text string) uint64 { return maphash.String(w.seed, text) }

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// StudentFields are the columns that a class list may have.
func StudentFields() []Field { return slices.Clone(studentFields) }

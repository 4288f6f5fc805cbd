package student

import (
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Named is how a list names a child who is known already: by mã định danh, by số định
// danh, or by name with birth date or class. What a list does not tell is empty.
type Named struct {
	Code       string
	NationalID string
	Name       string
	Born       day.Day
	BornYear   int // where a list tells no more
	Class      string
}

// Meant is a child of a school in a school year.
type Meant struct {
	Pupil   id.ID
	Level   string // of the last spell
	Grade   string
	Period  day.Range // of the last spell
	Classes []MeantClass
}

// MeantClass is a class in which the child was.
type MeantClass struct {
	Class  id.ID
	Name   string
	Period day.Range
}

// Index finds whom lists mean among the children that a school has, or had, in a school year.
type Index struct {
	children []meantChild
	byCode   map[string][]int
	byNumber map[string][]int
	byName   map[string][]int // folded
}

type meantChild struct {
	Meant
	name string // folded
	born day.Day
}

// IndexOf reads the children of a school in a school year. It asks no right: a room calls
// it after its own May, and shows nobody whom the list does not name.
func IndexOf(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int) (*Index, error) {
	return indexOf(ctx, tx, sqlMeantInSchool, realm, school, year, day.Forever)
}

// IndexOfResidence reads the children who live in a unit today, wherever they learn. It
// asks no right, as IndexOf.
func IndexOfResidence(ctx context.Context, tx *store.Tx, realm int, unit id.ID) (*Index, error) {
	return indexOf(ctx, tx, sqlMeantInResidence, realm, unit, tx.Today(), day.Forever)
}

func indexOf(ctx context.Context, tx *store.Tx, query string, args ...any) (*Index, error) {
	type row struct {
		Pupil            id.ID
		Code, NationalID string
		Name             string
		Born             day.Day
		Level, Grade     string
		From, Until      day.Day
		Class            id.ID
		ClassName        string
		In, Out          day.Day
	}
	x := &Index{byCode: map[string][]int{}, byNumber: map[string][]int{}, byName: map[string][]int{}}
	at := map[id.ID]int{}
	rows, err := store.All[row](ctx, tx, query, args...)
	for _, r := range rows {
		i, seen := at[r.Pupil]
		if !seen {
			i = len(x.children)
			at[r.Pupil] = i
			child := meantChild{Meant{Pupil: r.Pupil}, viet.Fold(viet.Clean(r.Name)), r.Born}
			x.children = append(x.children, child)
			x.byName[child.name] = append(x.byName[child.name], i)
			if r.Code != "" {
				x.byCode[r.Code] = append(x.byCode[r.Code], i)
			}
			if r.NationalID != "" {
				x.byNumber[r.NationalID] = append(x.byNumber[r.NationalID], i)
			}
		}
		c := &x.children[i]
		c.Level, c.Grade, c.Period = r.Level, r.Grade, day.Range{From: r.From, Until: r.Until}
		if r.Class != 0 {
			c.Classes = append(c.Classes, MeantClass{r.Class, r.ClassName, day.Range{From: r.In, Until: r.Out}})
		}
	}
	return x, err
}

// Find gives the child that a list means. It never guesses.
//
// Faults: NotFound student.not-here; Conflict student.several (two fit: the list must
// tell more), student.other-name (the number belongs to a child of another name);
// Invalid student.nobody-named.
func (x *Index) Find(n Named) (Meant, *fault.Fault) {
	name := viet.Fold(viet.Clean(n.Name))
	var found []int
	field := "name"
	switch {
	case n.Code != "" && len(x.byCode[n.Code]) > 0:
		found, field = x.byCode[n.Code], "code"
	case n.NationalID != "" && len(x.byNumber[n.NationalID]) > 0:
		found, field = x.byNumber[n.NationalID], "national_id"
	case n.Code != "" || n.NationalID != "" || name == "":
		if name == "" && n.Code == "" && n.NationalID == "" {
			return Meant{}, fault.New(fault.Invalid, "student.nobody-named", nil).On("name")
		}
		if name == "" || n.Born == 0 && n.BornYear == 0 {
			return Meant{}, fault.New(fault.NotFound, "student.not-here", nil).On("code")
		}
		fallthrough
	default:
		found = x.byName[name]
	}
	found = slices.Clone(found)
	if field == "name" {
		found = slices.DeleteFunc(found, func(i int) bool {
			return n.Born != 0 && x.children[i].born != n.Born || n.BornYear != 0 && x.children[i].born.Year() != n.BornYear
		})
		if key := classKey(n.Class); key != "" && len(found) > 1 {
			found = slices.DeleteFunc(found, func(i int) bool {
				return !slices.ContainsFunc(x.children[i].Classes, func(c MeantClass) bool { return classKey(c.Name) == key })
			})
		}
	} else if name != "" && len(found) == 1 && x.children[found[0]].name != name {
		return Meant{}, fault.New(fault.Conflict, "student.other-name", nil).On(field)
	}
	switch len(found) {
	case 0:
		return Meant{}, fault.New(fault.NotFound, "student.not-here", nil).On(field)
	case 1:
		return x.children[found[0]].Meant, nil
	}
	return Meant{}, fault.New(fault.Conflict, "student.several", nil).On(field)
}

// ByNumbers finds children of the whole realm by mã định danh and by số định danh, for
// lists of people who may learn anywhere. A number that two bear finds none of them. It asks
// no right, as IndexOf.
func ByNumbers(ctx context.Context, tx *store.Tx, realm int, codes, numbers []string) (byCode, byNumber map[string]id.ID, err error) {
	type row struct {
		Pupil            id.ID
		Code, NationalID string
	}
	byCode, byNumber = map[string]id.ID{}, map[string]id.ID{}
	rows, err := store.All[row](ctx, tx, sqlMeantByNumber, realm, store.In(codes), store.In(numbers))
	put := func(to map[string]id.ID, number string, pupil id.ID) {
		if other, twice := to[number]; twice && other != pupil {
			pupil = 0
		}
		if number != "" {
			to[number] = pupil
		}
	}
	for _, r := range rows {
		put(byCode, r.Code, r.Pupil)
		put(byNumber, r.NationalID, r.Pupil)
	}
	return byCode, byNumber, err
}

// InClass says whether the child was in the class on a day.
func (m Meant) InClass(class id.ID, on day.Day) bool {
	return slices.ContainsFunc(m.Classes, func(c MeantClass) bool { return c.Class == class && c.Period.Has(on) })
}

// ClassKey is the form in which names of classes are compared: "Lớp 8 A" is 8A.
func ClassKey(name string) string { return classKey(name) }

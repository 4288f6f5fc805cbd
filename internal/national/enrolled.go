package national

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
)

// Enrolled is a child on a school's roll on a day, without a name.
type Enrolled struct {
	Pupil      id.ID
	Class      id.ID // 0 when she is in none yet
	Level      string
	Grade      string
	Sex        string
	Born       day.Day
	Ethnicity  string // key, "" when not known
	Disability string // code of the Ministry's list, "" for none
	Boarding   string
	Entry      string
}

// Age is that of the forms: the first year of the school year less the year of birth.
func (e Enrolled) Age(year int) int { return year - e.Born.Year() }

// Minority says whether the child is of one of the 53 minorities; of a child whose group is
// not known it says no.
func (e Enrolled) Minority() bool {
	return e.Ethnicity != "" && e.Ethnicity != "kinh" && e.Ethnicity != student.Foreign
}

// EnrolledAt lists who is enrolled at a school on a day. It asks no right: a room or door
// calls it after its own May.
func EnrolledAt(ctx context.Context, tx *store.Tx, realm int, school id.ID, on day.Day) ([]Enrolled, error) {
	return store.All[Enrolled](ctx, tx, sqlEnrolled, realm, school, on)
}

// CountedGrade is the grade under which a class is counted: its own; of a lớp ghép the one
// with most of its pupils, the lower one when two have as many (lop_hoc.LopGhep of the
// Ministry's data description: "lớp có học sinh nhiều nhất").
func CountedGrade(class org.Class, enrolled []Enrolled) string {
	grades := class.GradeList()
	if len(grades) == 0 {
		return ""
	}
	pupils := map[string]int{}
	for _, e := range enrolled {
		if e.Class == class.ID {
			pupils[e.Grade]++
		}
	}
	order := org.Grades(class.Level)
	slices.SortStableFunc(grades, func(a, b string) int {
		return cmp.Or(cmp.Compare(pupils[b], pupils[a]), cmp.Compare(slices.Index(order, a), slices.Index(order, b)))
	})
	return grades[0]
}

// ClassesOn are the classes of a school and year that stand on a day.
func ClassesOn(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, on day.Day) ([]org.Class, error) {
	classes, err := org.Classes(ctx, tx, who, school, on.SchoolYear())
	return slices.DeleteFunc(classes, func(c org.Class) bool { return on < c.From || c.Until <= on }), err
}

package roster

import (
	"fmt"
	"strings"

	"ralop/internal/id"
)

// Local names of what is no pupil's.
func UnitName(unit id.ID) string       { return "unit-" + unit.String() }
func AccountName(account id.ID) string { return "account-" + account.String() }
func YearName(year int) string         { return fmt.Sprintf("year-%d", year) }
func TermName(year, term int) string   { return fmt.Sprintf("term-%d-%d", year, term) }

// CourseName is that of the classes of some grades at a school; grades are separated by spaces.
func CourseName(school id.ID, grades string) string {
	return "course-" + school.String() + "-" + strings.ReplaceAll(grades, " ", ".")
}

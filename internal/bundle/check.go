package bundle

import (
	"fmt"
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/fault"
)

// Finding is what is wrong with a line of a bundle, or to be noted about it.
type Finding struct {
	File  string // "users.csv"
	Line  int    // the first line below the headings is 2; 0 for the file
	Fault *fault.Fault
}

// words of the standard for the columns that the house reads (1EdTech, OneRoster: CSV
// Binding 1.2, section 4).
var allowedWords = map[string][]string{
	"academicSessions type": {"gradingPeriod", "semester", "schoolYear", "term"},
	"classes classType":     {"homeroom", "scheduled"},
	"demographics sex":      {"male", "female", "other", "unspecified"},
	"enrollments role":      {"administrator", "proctor", "student", "teacher"},
	"enrollments primary":   {"true", "false"},
	"orgs type":             {"department", "school", "district", "local", "state", "national"},
	"roles roleType":        {"primary", "secondary"},
	"roles role": {"aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative", "siteAdministrator",
		"student", "systemAdministrator", "teacher"},
	"users enabledUser": {"true", "false"},
}

// requiredCells must be filled (the column "Required: Yes" of the standard).
var requiredCells = map[string][]string{
	"academicSessions": {"sourcedId", "title", "type", "startDate", "endDate", "schoolYear"},
	"classes":          {"sourcedId", "title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"},
	"courses":          {"sourcedId", "title", "orgSourcedId"},
	"demographics":     {"sourcedId"},
	"enrollments":      {"sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"},
	"orgs":             {"sourcedId", "name", "type"},
	"roles":            {"sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"},
	"users":            {"sourcedId", "enabledUser", "username", "givenName", "familyName"},
}

// cellPointers are columns that name lines of other files.
var cellPointers = map[string]string{
	"academicSessions parentSourcedId": "academicSessions", "classes courseSourcedId": "courses", "classes schoolSourcedId": "orgs", "classes termSourcedIds": "academicSessions",
	"courses schoolYearSourcedId": "academicSessions", "courses orgSourcedId": "orgs", "demographics sourcedId": "users",
	"enrollments classSourcedId": "classes", "enrollments schoolSourcedId": "orgs", "enrollments userSourcedId": "users",
	"orgs parentSourcedId": "orgs", "roles userSourcedId": "users", "roles orgSourcedId": "orgs", "users primaryOrgSourcedId": "orgs",
}

// Check holds every line to the standard and gives what is wrong; lines with a finding are
// taken out of the bundle, and so are lines that point to them.
//
// Codes: api.cell-missing, api.cell-word, api.cell-date, api.cell-long, api.cell-points,
// api.id-twice, api.line-deleted.
func (b *Bundle) Check() []Finding {
	var findings []Finding
	ids := map[string]map[string]bool{}
	for name, t := range b.tables {
		ids[name] = map[string]bool{}
		var kept [][]string
		for i, row := range t.rows {
			f := t.flaw(row)
			if sourced := t.cell(row, "sourcedId"); f == nil && ids[name][sourced] {
				f = fault.New(fault.Conflict, "api.id-twice", fault.Args{"id": clipped(sourced)}).On("sourcedId")
			}
			if f != nil {
				findings = append(findings, Finding{name + ".csv", i + 2, f})
				kept = append(kept, nil)
				continue
			}
			ids[name][t.cell(row, "sourcedId")] = true
			kept = append(kept, row)
		}
		t.rows = kept
	}
	for again := true; again; { // what points to a line that went out goes out too
		again = false
		for name, t := range b.tables {
			for i, row := range t.rows {
				if row == nil {
					continue
				}
				if f := t.lost(row, ids); f != nil {
					findings = append(findings, Finding{name + ".csv", i + 2, f})
					delete(ids[name], t.cell(row, "sourcedId"))
					t.rows[i], again = nil, true
				}
			}
		}
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return findings
}

func (t *csvTable) flaw(row []string) *fault.Fault {
	wrong := func(code, heading string, args fault.Args) *fault.Fault {
		if args == nil {
			args = fault.Args{}
		}
		args["heading"] = heading
		return fault.New(fault.Invalid, "api."+code, args).On(heading)
	}
	for heading, i := range t.at {
		if len(row[i]) > longestCell {
			return wrong("cell-long", clipped(heading), fault.Args{"most": longestCell})
		}
	}
	if t.cell(row, "status") == "tobedeleted" {
		return wrong("line-deleted", "status", nil)
	}
	for _, heading := range requiredCells[t.name] {
		if strings.TrimSpace(t.cell(row, heading)) == "" {
			return wrong("cell-missing", heading, nil)
		}
	}
	for _, heading := range strings.Split(Heads[t.name], ",") {
		value := t.cell(row, heading)
		if value == "" {
			continue
		}
		if allowed := allowedWords[t.name+" "+heading]; allowed != nil && !slices.Contains(allowed, value) {
			return wrong("cell-word", heading, fault.Args{"value": clipped(value), "known": strings.Join(allowed, ", ")})
		}
		if strings.HasSuffix(heading, "Date") {
			if _, err := day.Parse(value); err != nil {
				return wrong("cell-date", heading, fault.Args{"value": clipped(value)})
			}
		}
	}
	return nil
}

func (t *csvTable) lost(row []string, ids map[string]map[string]bool) *fault.Fault {
	for _, heading := range strings.Split(Heads[t.name], ",") {
		other := cellPointers[t.name+" "+heading]
		if other == "" || t.cell(row, heading) == "" {
			continue
		}
		for one := range strings.SplitSeq(t.cell(row, heading), ",") {
			if one = strings.TrimSpace(one); !ids[other][one] {
				return fault.New(fault.Invalid, "api.cell-points", fault.Args{"heading": heading, "id": clipped(one), "file": fmt.Sprint(other, ".csv")}).On(heading)
			}
		}
	}
	return nil
}

// each goes through the lines that stand, with the number of each.
func (t *csvTable) each(f func(line int, cell func(heading string) string)) {
	for i, row := range t.rows {
		if row != nil {
			f(i+2, func(heading string) string { return strings.TrimSpace(t.cell(row, heading)) })
		}
	}
}

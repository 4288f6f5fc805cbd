package api

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"ralop/internal/day"
	"ralop/internal/fault"
)

// Bundle is a OneRoster 1.2 bundle of csv files (bulk) as it was read: every filled file
// that the house takes in, its lines by column.
type Bundle struct {
	tables  map[string]*csvTable
	Ignored []string // files that are filled and that the house does not take in
	System  string   // source.systemName of the manifest
}

type csvTable struct {
	name string
	at   map[string]int
	rows [][]string
}

// cell gives a field of a line by its heading.
func (t *csvTable) cell(row []string, heading string) string { return row[t.at[heading]] }

// Limits of what is read: against archives that unpack to more than they look like.
const (
	mostParts    = 64
	mostUnpacked = 1 << 30
	longestCell  = 4 << 10
	mostRows     = 2_000_000 // of one file
)

func badBundle(code string, args fault.Args) error {
	return fault.New(fault.Invalid, "api."+code, args)
}

// ReadBundle reads a bundle and holds its manifest and headings to the standard.
//
// Faults: Invalid api.bundle-zip, api.bundle-big, api.bundle-no-manifest, api.bundle-version,
// api.bundle-missing, api.bundle-unannounced, api.bundle-heading-missing,
// api.bundle-heading-unknown, api.bundle-heading-twice, api.bundle-encoding, api.bundle-csv,
// api.bundle-empty; Unsupported api.bundle-delta.
func ReadBundle(r io.ReaderAt, size int64) (*Bundle, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, badBundle("bundle-zip", nil)
	}
	if len(archive.File) > mostParts {
		return nil, badBundle("bundle-big", nil)
	}
	parts := map[string]*zip.File{}
	for _, part := range archive.File {
		name := path.Base(strings.ReplaceAll(part.Name, `\`, "/"))
		if part.FileInfo().IsDir() || strings.HasPrefix(part.Name, "__MACOSX") || strings.HasPrefix(name, ".") {
			continue
		}
		if _, twice := parts[name]; twice {
			return nil, badBundle("bundle-zip", nil)
		}
		parts[name] = part
	}
	left := int64(mostUnpacked)
	manifest, err := readTable(parts["manifest.csv"], "manifest", []string{"propertyName", "value"}, &left)
	if err != nil {
		return nil, err
	}
	if manifest == nil {
		return nil, badBundle("bundle-no-manifest", nil)
	}
	said := map[string]string{}
	for _, row := range manifest.rows {
		said[row[0]] = row[1]
	}
	if said["oneroster.version"] != "1.2" || said["manifest.version"] != "1.0" {
		return nil, badBundle("bundle-version", fault.Args{"version": said["oneroster.version"], "manifest": said["manifest.version"]})
	}
	b := &Bundle{tables: map[string]*csvTable{}, System: said["source.systemName"]}
	for _, name := range bundleFiles {
		part, there := parts[name+".csv"]
		switch said["file."+name] {
		case "delta":
			return nil, fault.New(fault.Unsupported, "api.bundle-delta", fault.Args{"file": name + ".csv"})
		case "bulk":
			if !there {
				return nil, badBundle("bundle-missing", fault.Args{"file": name + ".csv"})
			}
		default:
			if there {
				return nil, badBundle("bundle-unannounced", fault.Args{"file": name + ".csv"})
			}
			continue
		}
		if heads[name] == "" {
			b.Ignored = append(b.Ignored, name+".csv")
			continue
		}
		if b.tables[name], err = readTable(part, name, strings.Split(heads[name], ","), &left); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"orgs", "academicSessions"} {
		if b.tables[name] == nil {
			return nil, badBundle("bundle-missing", fault.Args{"file": name + ".csv"})
		}
	}
	for name, heading := range heads {
		if b.tables[name] == nil {
			b.tables[name] = &csvTable{name: name, at: positions(strings.Split(heading, ","))}
		}
	}
	return b, nil
}

func positions(headings []string) map[string]int {
	at := map[string]int{}
	for i, h := range headings {
		at[h] = i
	}
	return at
}

// readTable reads a part; nil when it is not there. Headings must all be there; more are
// allowed only as extensions ("metadata.…"), as the standard has it.
func readTable(part *zip.File, name string, headings []string, left *int64) (*csvTable, error) {
	if part == nil {
		return nil, nil
	}
	file := name + ".csv"
	r, err := part.Open()
	if err != nil {
		return nil, badBundle("bundle-zip", nil)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, *left+1))
	if err != nil {
		return nil, badBundle("bundle-zip", nil)
	}
	if *left -= int64(len(content)); *left < 0 {
		return nil, badBundle("bundle-big", nil)
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(content) {
		return nil, badBundle("bundle-encoding", fault.Args{"file": file})
	}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.ReuseRecord = false
	first, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, badBundle("bundle-empty", fault.Args{"file": file})
	}
	bad := func(err error) error {
		var at *csv.ParseError
		if errors.As(err, &at) {
			return badBundle("bundle-csv", fault.Args{"file": file, "line": at.Line})
		}
		return badBundle("bundle-csv", fault.Args{"file": file, "line": 0})
	}
	if err != nil {
		return nil, bad(err)
	}
	t := &csvTable{name: name, at: map[string]int{}}
	for i, heading := range first {
		heading = strings.TrimSpace(heading)
		if !slices.Contains(headings, heading) && !strings.HasPrefix(heading, "metadata.") {
			return nil, badBundle("bundle-heading-unknown", fault.Args{"file": file, "heading": clipped(heading)})
		}
		if _, twice := t.at[heading]; twice {
			return nil, badBundle("bundle-heading-twice", fault.Args{"file": file, "heading": heading})
		}
		t.at[heading] = i
	}
	for _, heading := range headings {
		if _, there := t.at[heading]; !there {
			return nil, badBundle("bundle-heading-missing", fault.Args{"file": file, "heading": heading})
		}
	}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, bad(err)
		}
		if len(t.rows) == mostRows {
			return nil, badBundle("bundle-big", nil)
		}
		t.rows = append(t.rows, row)
	}
}

// clipped shortens what a file says before it is shown.
func clipped(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}

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
	for _, heading := range strings.Split(heads[t.name], ",") {
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
	for _, heading := range strings.Split(heads[t.name], ",") {
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

package exchange

import (
	"sort"
	"strconv"
	"strings"
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/viet"
)

// Field is one column that an import knows. Aliases are other headings under which it
// is met; headings are compared without marks, case, punctuation and doubled spaces.
type Field struct {
	Name     string
	Aliases  []string
	Required bool
}

// Mapped is one "COLUMN=field" of --map, with an optional layout after a colon:
// "Date=date:20060102".
type Mapped struct{ Column, Field, Layout string }

// ParseMapping reads "COLUMN=field,COLUMN=field:layout,…". A backslash takes a comma or
// an equals sign into a column's name.
func ParseMapping(mapping string) ([]Mapped, error) {
	var all []Mapped
	for _, part := range splitUnescaped(mapping, ',') {
		if strings.TrimSpace(part) == "" {
			continue
		}
		sides := splitUnescaped(part, '=')
		if len(sides) != 2 || strings.TrimSpace(sides[0]) == "" || strings.TrimSpace(sides[1]) == "" {
			return nil, fault.New(fault.Invalid, "exchange.bad-mapping", fault.Args{"part": part}).On("map")
		}
		field, layout, _ := strings.Cut(strings.TrimSpace(sides[1]), ":")
		all = append(all, Mapped{unescape(strings.TrimSpace(sides[0])), field, layout})
	}
	return all, nil
}

func splitUnescaped(s string, separator byte) []string {
	var parts []string
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if s[i] == separator {
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

func unescape(s string) string {
	return strings.NewReplacer(`\,`, ",", `\=`, "=", `\\`, `\`).Replace(s)
}

// Head says in which column each field of a sheet stands.
type Head struct {
	Row     int // the row of the headings
	columns map[string]int
	names   map[string]string
	layouts map[string]string
	table   string
	parts   []string // names of the tables that are read, for people

	date1904 bool
}

// NewHead finds the fields in a row of headings. Columns nobody asked for are left
// alone. Faults: exchange.unknown-field (--map names a field that does not exist),
// exchange.no-column (--map names a column, or a required field has none),
// exchange.two-columns.
func (t *Table) NewHead(row Row, fields []Field, mapping []Mapped) (Head, error) {
	if t.head != nil && row.Number == t.head.Row && len(mapping) == 0 {
		return *t.head, nil
	}
	h := Head{Row: row.Number, columns: map[string]int{}, names: map[string]string{}, layouts: map[string]string{},
		table: t.name, date1904: t.date1904}
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Name] = true
	}
	for _, m := range mapping {
		if !known[m.Field] {
			return h, fault.New(fault.Invalid, "exchange.unknown-field",
				fault.Args{"field": m.Field, "known": knownFields(fields)}).On("map")
		}
		at := findColumn(row, []string{m.Column})
		if len(at) == 0 {
			return h, h.noColumn(m.Column, row)
		}
		h.put(m.Field, at[0], row)
		h.layouts[m.Field] = m.Layout
	}
	taken := map[int]bool{}
	for _, at := range h.columns {
		taken[at] = true
	}
	for _, f := range fields {
		if _, done := h.columns[f.Name]; done {
			continue
		}
		at := findColumn(row, append([]string{f.Name}, f.Aliases...))
		free := at[:0]
		for _, i := range at {
			if !taken[i] {
				free = append(free, i)
			}
		}
		switch {
		case len(free) > 1:
			return h, fault.New(fault.Invalid, "exchange.two-columns", fault.Args{"file": t.name, "row": row.Number,
				"field": f.Name, "first": ColumnName(free[0]), "second": ColumnName(free[1])})
		case len(free) == 1:
			h.put(f.Name, free[0], row)
			taken[free[0]] = true
		case f.Required:
			return h, h.noColumn(f.Name, row)
		}
	}
	return h, nil
}

func (h Head) put(field string, at int, row Row) {
	h.columns[field] = at
	h.names[field] = row.Cell(at)
}

func (h Head) noColumn(name string, row Row) error {
	return fault.New(fault.Invalid, "exchange.no-column",
		fault.Args{"file": h.table, "row": row.Number, "column": name, "found": strings.Join(row.Cells, ", ")}).On(name)
}

func knownFields(fields []Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

// findColumn gives the columns whose heading is one of names.
func findColumn(row Row, names []string) []int {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[FoldHeading(name)] = true
	}
	var at []int
	for i, cell := range row.Cells {
		if cell != "" && wanted[FoldHeading(cell)] {
			at = append(at, i)
		}
	}
	return at
}

// FoldHeading is the form in which headings are compared: "Họ và tên (*)", "ho va ten"
// and "HỌ_VÀ_TÊN" are one.
func FoldHeading(s string) string {
	words := strings.FieldsFunc(viet.Fold(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
	return strings.Join(words, " ")
}

// Has says whether the sheet has a column for the field.
func (h Head) Has(field string) bool { _, ok := h.columns[field]; return ok }

// Get gives the cell of a field, "" when the sheet has no such column.
func (h Head) Get(row Row, field string) string {
	at, ok := h.columns[field]
	if !ok {
		return ""
	}
	return row.Cell(at)
}

// Column gives the letters of a field's column, "" when there is none; Heading gives
// what stands above it.
func (h Head) Column(field string) string {
	at, ok := h.columns[field]
	if !ok {
		return ""
	}
	return ColumnName(at)
}

// RowName is how people call a row of the file: "12", or "6B: 12" when it has several tables.
func (h Head) RowName(number int) string { return rowName(h.parts, number) }

// Heading gives the heading of a field's column as the sheet writes it.
func (h Head) Heading(field string) string { return h.names[field] }

// Day reads the date in a field: by the layout given with --map (Go's, as 20060102),
// else day first (5/9/2019), YYYY-MM-DD, or the serial number of a spreadsheet. An
// empty cell is the zero Day without error. Fault: exchange.bad-date.
func (h Head) Day(row Row, field string) (day.Day, error) {
	cell := h.Get(row, field)
	if cell == "" {
		return 0, nil
	}
	d, err := ParseDate(cell, h.layouts[field], h.date1904)
	if err != nil {
		return 0, h.Fault("exchange.bad-date", row, field, cell)
	}
	return d, nil
}

// Count reads a whole number not below 0. An empty cell is not given: ok is false.
// Fault: exchange.bad-number.
func (h Head) Count(row Row, field string) (n int, ok bool, err error) {
	cell := h.Get(row, field)
	if cell == "" {
		return 0, false, nil
	}
	n, err = strconv.Atoi(strings.TrimSuffix(cell, ".0"))
	if err != nil || n < 0 {
		return 0, false, h.Fault("exchange.bad-number", row, field, cell)
	}
	return n, true, nil
}

// Fault makes a fault that names row, column and heading. A value is shown only when it
// is given; never give a child's name.
func (h Head) Fault(code string, row Row, field, value string) *fault.Fault {
	return fault.New(fault.Invalid, code, fault.Args{"row": h.RowName(row.Number), "column": h.Column(field),
		"heading": h.Heading(field), "value": value}).On(field)
}

// ParseDate reads a date cell; see Head.Day. Serial numbers count from 1899-12-30, or
// from 1904-01-01 in workbooks made so.
func ParseDate(cell, layout string, date1904 bool) (day.Day, error) {
	if layout != "" {
		t, err := time.Parse(layout, cell)
		if err != nil {
			return 0, err
		}
		return day.Date(t.Year(), t.Month(), t.Day()), nil
	}
	text := cell
	if first, _, found := strings.Cut(cell, " "); found && strings.Contains(cell, ":") { // a time behind the date
		text = first
	}
	text = strings.TrimPrefix(strings.ReplaceAll(text, " ", ""), "'")
	if d, err := day.ParseLoose(text); err == nil {
		return d, nil
	}
	if d, ok := shortDate(text); ok {
		return d, nil
	}
	serial, err := strconv.ParseFloat(cell, 64)
	if err != nil || serial < 10000 || serial > 2958465 { // 1927 to 9999; "2013" is a year, not a day
		return 0, strconv.ErrSyntax
	}
	if date1904 {
		return day.Date(1904, time.January, 1).Add(int(serial)), nil
	}
	return day.Date(1899, time.December, 30).Add(int(serial)), nil
}

// twoDigitBorder: a year of two digits above it is of the last century.
const twoDigitBorder = 40

// shortDate reads 5/9/14 and 5-9-14, day first, and 2014/9/5.
func shortDate(text string) (day.Day, bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '-' || r == '.' || r == ',' })
	if len(parts) != 3 {
		return 0, false
	}
	switch {
	case len(parts[0]) == 4:
		parts[0], parts[2] = parts[2], parts[0]
	case len(parts[2]) == 2 && digitsOnly(parts[2]):
		century := "20"
		if parts[2] > strconv.Itoa(twoDigitBorder) {
			century = "19"
		}
		parts[2] = century + parts[2]
	case len(parts[2]) != 4:
		return 0, false
	}
	d, err := day.ParseLoose(parts[0] + "/" + parts[1] + "/" + parts[2])
	return d, err == nil
}

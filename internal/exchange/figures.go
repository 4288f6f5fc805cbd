package exchange

import (
	"strconv"
	"strings"

	"ralop/internal/fault"
	"ralop/internal/indicator"
)

var registerFields = []Field{
	{Name: "unit", Aliases: []string{"mã", "mã đơn vị", "mã xã", "mã thôn", "mã bản", "code"}, Required: true},
	{Name: "year", Aliases: []string{"năm học", "năm"}, Required: true},
	{Name: "age", Aliases: []string{"tuổi", "độ tuổi"}, Required: true},
	{Name: "children", Aliases: []string{"số trẻ", "tổng số trẻ", "số trẻ trong độ tuổi"}, Required: true},
	{Name: "exempt", Aliases: []string{"không phải huy động", "khuyết tật không học được"}},
	{Name: "elsewhere", Aliases: []string{"học ngoài tỉnh", "học nơi khác"}},
	{Name: "source", Aliases: []string{"căn cứ", "nguồn", "văn bản"}},
}

// RegisterLine is a line of a register of age; Unit is a code as the file writes it.
type RegisterLine struct {
	Row  int
	Unit string
	indicator.Register
}

// ReadRegister reads children by unit, school year and age. source is for rows that name none.
func ReadRegister(t *Table, mapping []Mapped, source string) (*Sheet, []RegisterLine, []RowFault, error) {
	s, err := ReadSheet(t, registerFields, mapping)
	if err != nil {
		return nil, nil, nil, err
	}
	var lines []RegisterLine
	var faults []RowFault
	for _, row := range s.rows {
		l := RegisterLine{Row: row.Number, Unit: s.Head.Get(row, "unit")}
		l.Source = orElse(s.Head.Get(row, "source"), source)
		f := s.counts(row, map[string]*int{"age": &l.Age, "children": &l.Children, "exempt": &l.Exempt, "elsewhere": &l.Elsewhere})
		if f == nil {
			l.Year, f = s.year(row)
		}
		if f != nil {
			faults = append(faults, RowFault{row.Number, f})
			continue
		}
		lines = append(lines, l)
	}
	return s, lines, faults, nil
}

var targetFields = []Field{
	{Name: "place", Aliases: []string{"mã", "mã đơn vị", "mã xã", "mã trường", "code", "unit", "school"}, Required: true},
	{Name: "indicator", Aliases: []string{"chỉ số", "chỉ tiêu"}, Required: true},
	{Name: "level", Aliases: []string{"cấp học", "cấp"}},
	{Name: "year", Aliases: []string{"năm học", "năm"}, Required: true},
	{Name: "value", Aliases: []string{"mức", "giá trị", "chỉ tiêu giao", "mức giao"}, Required: true},
	{Name: "source", Aliases: []string{"căn cứ", "văn bản", "quyết định"}},
}

// TargetLine is a target as a file writes it; PlaceCode names a unit or a school.
type TargetLine struct {
	Row       int
	PlaceCode string
	indicator.Target
}

// ReadTargets reads chỉ tiêu giao: place, indicator, level, school year, value. A value is
// a rate in per cent ("95,5", "95,5 %"), or a number of children above 100 for
// mobilisation. source is for rows that name none.
func ReadTargets(t *Table, mapping []Mapped, source string) (*Sheet, []TargetLine, []RowFault, error) {
	s, err := ReadSheet(t, targetFields, mapping)
	if err != nil {
		return nil, nil, nil, err
	}
	var lines []TargetLine
	var faults []RowFault
	for _, row := range s.rows {
		l := TargetLine{Row: row.Number, PlaceCode: s.Head.Get(row, "place")}
		l.Indicator, l.Level = indicator.ID(s.Head.Get(row, "indicator")), strings.ToUpper(s.Head.Get(row, "level"))
		l.Source = orElse(s.Head.Get(row, "source"), source)
		var f *fault.Fault
		if l.Year, f = s.year(row); f == nil {
			var ok bool
			if l.N, l.D, ok = parseTarget(s.Head.Get(row, "value")); !ok {
				f = s.Head.Fault("exchange.bad-number", row, "value", s.Head.Get(row, "value"))
			}
		}
		if f != nil {
			faults = append(faults, RowFault{row.Number, f})
			continue
		}
		lines = append(lines, l)
	}
	return s, lines, faults, nil
}

// parseTarget reads "95,5 %" as 955/1000 and "24000" as 24000/1.
func parseTarget(written string) (n, d int64, ok bool) {
	digits, percent := strings.CutSuffix(strings.TrimSpace(written), "%")
	digits = strings.ReplaceAll(strings.TrimSpace(digits), ",", ".")
	whole, part, decimal := strings.Cut(digits, ".")
	n, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil || n < 0 || len(part) > 6 {
		return 0, 0, false
	}
	if !decimal && !percent && n > 100 {
		return n, 1, true
	}
	d = 100
	for range part {
		d *= 10
	}
	return n, d, true
}

// counts reads whole numbers; an empty cell leaves 0.
func (s *Sheet) counts(row Row, into map[string]*int) *fault.Fault {
	for _, field := range []string{"age", "children", "exempt", "elsewhere"} {
		n, _, err := s.Head.Count(row, field)
		if f, refused := fault.Of(err); refused {
			return f
		}
		*into[field] = n
	}
	return nil
}

// year reads "2019" or "2019-2020": the year in which the school year begins.
func (s *Sheet) year(row Row) (int, *fault.Fault) {
	written := s.Head.Get(row, "year")
	first, _, _ := strings.Cut(strings.ReplaceAll(written, "–", "-"), "-")
	year, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return 0, s.Head.Fault("exchange.bad-number", row, "year", written)
	}
	return year, nil
}

func orElse(written, otherwise string) string {
	if written == "" {
		return otherwise
	}
	return written
}

package exchange

import (
	"ralop/internal/fault"
	"ralop/internal/org"
)

var unitFields = []Field{
	{Name: "code", Aliases: []string{"mã", "mã đơn vị", "mã ĐVHC", "ma"}, Required: true},
	{Name: "full_name", Aliases: []string{"tên đầy đủ", "tên đơn vị"}},
	{Name: "kind", Aliases: []string{"loại", "cấp"}},
	{Name: "name", Aliases: []string{"tên"}},
	{Name: "commune_code", Aliases: []string{"mã xã", "mã phường xã"}},
	{Name: "district_code", Aliases: []string{"mã huyện", "mã quận huyện"}},
	{Name: "province_code", Aliases: []string{"mã tỉnh", "mã tỉnh thành phố"}},
}

// Sheet is a table read whole, so that refused rows can be written out again as they came.
type Sheet struct {
	Head Head
	rows []Row
	head Row
}

// ReadSheet reads a table whose first filled row holds the headings.
// Faults: those of NewHead, exchange.empty and those of a broken file.
func ReadSheet(t *Table, fields []Field, mapping []Mapped) (*Sheet, error) {
	s := &Sheet{}
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		if s.head.Number == 0 {
			s.head = row
			if s.Head, err = t.NewHead(row, fields, mapping); err != nil {
				return nil, err
			}
			continue
		}
		s.rows = append(s.rows, row)
	}
	if s.head.Number == 0 {
		return nil, fault.New(fault.Invalid, "exchange.empty", fault.Args{"file": t.name})
	}
	return s, nil
}

// Rows gives the rows under the headings.
func (s *Sheet) Rows() []Row { return s.rows }

// ReadUnits reads a list of units: code, full_name, kind, name, commune_code (of
// villages), district_code, province_code. Columns not in the file are empty.
func ReadUnits(t *Table, mapping []Mapped) (*Sheet, []org.UnitLine, error) {
	s, err := ReadSheet(t, unitFields, mapping)
	if err != nil {
		return nil, nil, err
	}
	lines := make([]org.UnitLine, len(s.rows))
	for i, row := range s.rows {
		get := func(field string) string { return s.Head.Get(row, field) }
		lines[i] = org.UnitLine{Row: row.Number, Code: get("code"), FullName: get("full_name"), Word: get("kind"), Name: get("name"),
			CommuneCode: get("commune_code"), DistrictCode: get("district_code"), ProvinceCode: get("province_code")}
	}
	return s, lines, nil
}

var mapFields = []Field{
	{Name: "old_code", Aliases: []string{"mã cũ"}, Required: true},
	{Name: "new_code", Aliases: []string{"mã mới"}, Required: true},
	{Name: "part", Aliases: []string{"phần"}},
	{Name: "old_district_code", Aliases: []string{"mã huyện cũ"}},
}

// ReadMap reads what became of what: old_code, new_code, part (whole or split; empty is
// seen from the file). A line without old_code names the district old_district_code.
func ReadMap(t *Table, mapping []Mapped) (*Sheet, []org.MapLine, error) {
	s, err := ReadSheet(t, mapFields, mapping)
	if err != nil {
		return nil, nil, err
	}
	lines := make([]org.MapLine, len(s.rows))
	for i, row := range s.rows {
		get := func(field string) string { return s.Head.Get(row, field) }
		lines[i] = org.MapLine{Row: row.Number, Old: get("old_code"), OldDistrict: get("old_district_code"), New: get("new_code"), Part: get("part")}
	}
	return s, lines, nil
}

package exchange

import (
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/org"
)

var schoolFields = []Field{
	{Name: "code", Aliases: []string{"mã trường", "mã"}, Required: true},
	{Name: "name", Aliases: []string{"tên trường", "tên"}},
	{Name: "unit", Aliases: []string{"mã xã", "mã đơn vị", "đơn vị"}, Required: true},
	{Name: "type", Aliases: []string{"loại trường", "loại hình", "loại"}},
	{Name: "levels", Aliases: []string{"cấp học", "nhóm cấp học"}},
	{Name: "managed_by", Aliases: []string{"cơ quan quản lý", "đơn vị quản lý"}},
	{Name: "valid_from", Aliases: []string{"từ ngày", "ngày thành lập"}},
	{Name: "valid_until", Aliases: []string{"đến ngày"}},
}

// ReadSchools reads a list of schools: code, name, unit, type, levels, managed_by,
// valid_from, valid_until. Rows whose dates cannot be read come back as faults.
func ReadSchools(t *Table, mapping []Mapped) (*Sheet, []org.SchoolLine, []RowFault, error) {
	s, err := ReadSheet(t, schoolFields, mapping)
	if err != nil {
		return nil, nil, nil, err
	}
	var lines []org.SchoolLine
	var faults []RowFault
	for _, row := range s.rows {
		get := func(field string) string { return s.Head.Get(row, field) }
		l := org.SchoolLine{Row: row.Number, Code: get("code"), Name: get("name"), Unit: get("unit"), Type: get("type"),
			Levels: get("levels"), ManagedBy: get("managed_by")}
		var f *fault.Fault
		if l.From, f = s.day(row, "valid_from"); f == nil {
			l.Until, f = s.day(row, "valid_until")
		}
		if f != nil {
			faults = append(faults, RowFault{row.Number, f})
			continue
		}
		lines = append(lines, l)
	}
	return s, lines, faults, nil
}

func (s *Sheet) day(row Row, field string) (day.Day, *fault.Fault) {
	d, err := s.Head.Day(row, field)
	f, _ := fault.Of(err)
	return d, f
}

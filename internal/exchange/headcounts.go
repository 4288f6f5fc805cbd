package exchange

import (
	"ralop/internal/calendar"
	"ralop/internal/fault"
	"ralop/internal/rollcall"
)

var headcountFields = []Field{
	{Name: "school", Aliases: []string{"mã trường", "trường"}, Required: true},
	{Name: "date", Aliases: []string{"ngày"}, Required: true},
	{Name: "session", Aliases: []string{"buổi"}},
	{Name: "level", Aliases: []string{"cấp", "cấp học"}},
	{Name: "enrolled", Aliases: []string{"sĩ số"}},
	{Name: "present", Aliases: []string{"có mặt"}},
	{Name: "absent", Aliases: []string{"vắng", "vắng mặt"}},
	{Name: "excused", Aliases: []string{"có phép", "vắng có phép"}},
	{Name: "unexcused", Aliases: []string{"không phép", "vắng không phép"}},
	{Name: "released", Aliases: []string{"cho về"}},
}

// ReadHeadcounts reads counts of schools: school, date, session, level, enrolled,
// present, absent, excused, unexcused, released. One of enrolled, present and absent may
// be missing. Rows with cells that cannot be read come back as faults.
func ReadHeadcounts(t *Table, mapping []Mapped) (*Sheet, []rollcall.HeadcountLine, []RowFault, error) {
	s, err := ReadSheet(t, headcountFields, mapping)
	if err != nil {
		return nil, nil, nil, err
	}
	lines := make([]rollcall.HeadcountLine, 0, len(s.rows))
	var faults []RowFault
	for _, row := range s.rows {
		l, wrong := s.headcount(row)
		if wrong != nil {
			faults = append(faults, RowFault{row.Number, wrong})
			continue
		}
		lines = append(lines, l)
	}
	return s, lines, faults, nil
}

func (s *Sheet) headcount(row Row) (rollcall.HeadcountLine, *fault.Fault) {
	l := rollcall.HeadcountLine{Row: row.Number, School: s.Head.Get(row, "school"), Level: s.Head.Get(row, "level")}
	var wrong *fault.Fault
	if l.Count.Day, wrong = s.day(row, "date"); wrong != nil {
		return l, wrong
	}
	session, ok := calendar.ParseSession(s.Head.Get(row, "session"))
	if !ok {
		return l, s.Head.Fault("rollcall.session-cell", row, "session", s.Head.Get(row, "session"))
	}
	l.Count.Session = session
	for _, c := range []struct {
		field string
		to    **int
	}{{"enrolled", &l.Enrolled}, {"present", &l.Present}, {"absent", &l.Absent}, {"excused", &l.Count.Excused}, {"unexcused", &l.Count.Unexcused}} {
		n, given, err := s.Head.Count(row, c.field)
		if f, refused := fault.Of(err); refused {
			return l, f
		}
		if given {
			*c.to = &n
		}
	}
	n, _, err := s.Head.Count(row, "released")
	if f, refused := fault.Of(err); refused {
		return l, f
	}
	l.Count.Released = n
	return l, nil
}

package exchange

import (
	"strconv"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/fault"
)

var calendarFields = []Field{
	{Name: "kind", Aliases: []string{"loại"}, Required: true},
	{Name: "scope_kind", Aliases: []string{"phạm vi", "loại phạm vi", "cấp áp dụng"}},
	{Name: "scope", Aliases: []string{"scope_code", "mã", "mã đơn vị", "mã phạm vi", "nơi áp dụng"}},
	{Name: "level", Aliases: []string{"cấp học", "cấp"}},
	{Name: "from", Aliases: []string{"từ ngày", "từ"}, Required: true},
	{Name: "to", Aliases: []string{"đến ngày", "đến hết ngày", "đến", "last"}},
	{Name: "until", Aliases: []string{"trước ngày"}},
	{Name: "session", Aliases: []string{"buổi"}},
	{Name: "reason", Aliases: []string{"lý do", "căn cứ", "lý do, căn cứ"}, Required: true},
	{Name: "note", Aliases: []string{"ghi chú"}},
	{Name: "year", Aliases: []string{"năm học"}},
	{Name: "term", Aliases: []string{"học kỳ"}},
	{Name: "weeks", Aliases: []string{"số tuần"}},
	{Name: "opening", Aliases: []string{"khai giảng", "ngày khai giảng"}},
	{Name: "morning", Aliases: []string{"sáng", "buổi sáng"}},
	{Name: "afternoon", Aliases: []string{"chiều", "buổi chiều"}},
	{Name: "evening", Aliases: []string{"tối", "buổi tối"}},
	{Name: "main", Aliases: []string{"buổi chính"}},
}

// ReadCalendar reads a calendar file: school years, terms, timetables, closures and make-ups (calendar.Line says which
// columns each needs). The end of a period is given by its last day (to) or by the first day after it (until). Lines whose
// dates or numbers cannot be read are refused here and are not among the lines given back.
func ReadCalendar(t *Table, mapping []Mapped) (*Sheet, []calendar.Line, []RowFault, error) {
	s, err := ReadSheet(t, calendarFields, mapping)
	if err != nil {
		return nil, nil, nil, err
	}
	var lines []calendar.Line
	var refused []RowFault
	for _, row := range s.rows {
		line, err := calendarLine(s.Head, row)
		if f, ok := fault.Of(err); ok {
			refused = append(refused, RowFault{row.Number, f})
			continue
		} else if err != nil {
			return nil, nil, nil, err
		}
		lines = append(lines, line)
	}
	return s, lines, refused, nil
}

func calendarLine(h Head, row Row) (calendar.Line, error) {
	get := func(field string) string { return h.Get(row, field) }
	line := calendar.Line{Row: row.Number, Kind: get("kind"), ScopeKind: get("scope_kind"), Scope: get("scope"), Level: get("level"),
		Session: get("session"), Reason: get("reason"), Note: get("note"),
		Morning: get("morning"), Afternoon: get("afternoon"), Evening: get("evening"), Main: get("main")}
	var err error
	if line.From, err = h.Day(row, "from"); err != nil {
		return line, err
	}
	if line.Opening, err = h.Day(row, "opening"); err != nil {
		return line, err
	}
	if line.Until, err = h.Day(row, "until"); err != nil {
		return line, err
	}
	last, err := h.Day(row, "to")
	if err != nil {
		return line, err
	}
	if line.Until.IsZero() && !last.IsZero() {
		line.Until = last + 1
	}
	if line.Term, _, err = h.Count(row, "term"); err != nil {
		return line, err
	}
	if line.Weeks, _, err = h.Count(row, "weeks"); err != nil {
		return line, err
	}
	first, second, _ := strings.Cut(get("year"), "-") // "2019-2020" too
	if first = strings.TrimSpace(first); first == "" {
		return line, nil
	}
	if line.Year, err = strconv.Atoi(strings.TrimSuffix(first, ".0")); err != nil || second != "" && strings.TrimSpace(second) != strconv.Itoa(line.Year+1) {
		return line, h.Fault("exchange.bad-number", row, "year", get("year"))
	}
	return line, nil
}

package exchange

import (
	"ralop/internal/committee"
	"ralop/internal/fault"
	"ralop/internal/text"
)

var committeeFields = []Field{
	{Name: "office", Aliases: []string{"chức danh", "chức danh trong ban chỉ đạo"}, Required: true},
	{Name: "name", Aliases: []string{"họ và tên", "họ tên"}, Required: true},
	{Name: "job", Aliases: []string{"chức vụ", "chức vụ, đơn vị", "chức vụ, đơn vị công tác"}},
	{Name: "body", Aliases: []string{"ngành, đoàn thể", "ngành", "đoàn thể"}, Required: true},
	{Name: "phone", Aliases: []string{"điện thoại", "số điện thoại"}},
	{Name: "login", Aliases: []string{"tài khoản", "tên đăng nhập"}},
	{Name: "places", Aliases: []string{"địa bàn, trường", "bản, trường", "địa bàn", "phụ trách"}},
	{Name: "levels", Aliases: []string{"cấp học"}},
	{Name: "tasks", Aliases: []string{"nhiệm vụ"}},
	{Name: "from", Aliases: []string{"từ ngày"}},
}

// ReadCommittee reads a list of members of a committee: office, name, job, body, phone,
// login, places and tasks (several parted by semicolons), levels, from. Offices, bodies and
// tasks are read by their codes or by the words that pages show, in both languages.
// Rows whose words are not known come back as faults.
func ReadCommittee(t *Table, mapping []Mapped) (*Sheet, []committee.Line, []RowFault, error) {
	s, err := ReadSheet(t, committeeFields, mapping)
	if err != nil {
		return nil, nil, nil, err
	}
	var lines []committee.Line
	var faults []RowFault
	for _, row := range s.rows {
		get := func(field string) string { return s.Head.Get(row, field) }
		l := committee.Line{Row: row.Number, Name: get("name"), Job: get("job"), Phone: get("phone"), Login: get("login"),
			Places: committee.SplitList(get("places")), Levels: committee.SplitList(get("levels"))}
		f := committeeWords(&l, get)
		if f == nil {
			l.Started, f = s.day(row, "from")
		}
		if f != nil {
			faults = append(faults, RowFault{row.Number, f})
			continue
		}
		lines = append(lines, l)
	}
	return s, lines, faults, nil
}

// committeeWords reads office, body and tasks.
func committeeWords(l *committee.Line, get func(string) string) *fault.Fault {
	var ok bool
	if l.Office, ok = wordOf("committee.office-", committee.Offices, get("office")); !ok {
		return fault.New(fault.Invalid, "committee.unknown-office", nil).On("office")
	}
	var bodies []committee.Body
	for _, row := range committee.Bodies {
		bodies = append(bodies, row.Body)
	}
	if l.Body, ok = wordOf("committee.body-", bodies, get("body")); !ok {
		return fault.New(fault.Invalid, "committee.unknown-body", nil).On("body")
	}
	for _, written := range committee.SplitList(get("tasks")) {
		task, ok := wordOf("committee.task-", committee.Tasks, written)
		if !ok {
			return fault.New(fault.Invalid, "committee.unknown-task", nil).On("tasks")
		}
		l.Tasks = append(l.Tasks, task)
	}
	return nil
}

// wordOf finds the code that a cell means: the code itself or its words in a language.
func wordOf[T ~string](prefix string, codes []T, written string) (T, bool) {
	folded := FoldHeading(written)
	for _, code := range codes {
		if written == string(code) || folded == FoldHeading(text.T(text.Vietnamese, prefix+string(code))) || folded == FoldHeading(text.T(text.English, prefix+string(code))) {
			return code, true
		}
	}
	return "", false
}

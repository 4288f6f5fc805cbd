package exchange

import (
	"context"
	"fmt"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/staff"
	"ralop/internal/store"
)

// staffKind takes lists of teachers and officials with their roles. No passwords.
var staffKind = Kind{
	Name: "staff",
	Fields: []Field{
		{Name: "name", Aliases: []string{"họ và tên", "họ tên", "họ tên giáo viên", "họ và tên giáo viên", "tên"}, Required: true},
		{Name: "staff_code", Aliases: []string{"mã giáo viên", "mã cán bộ", "mã định danh", "mã số", "mã CBGVNV", "mã GV"}},
		{Name: "login", Aliases: []string{"tên đăng nhập", "tài khoản"}},
		{Name: "title", Aliases: []string{"chức vụ", "chức danh"}},
		{Name: "phone", Aliases: []string{"điện thoại", "số điện thoại", "SĐT", "di động"}},
		{Name: "email", Aliases: []string{"thư điện tử", "e-mail", "địa chỉ email"}},
		{Name: "role", Aliases: []string{"vai trò", "quyền", "nhiệm vụ", "phân công"}},
		{Name: "school", Aliases: []string{"mã trường", "trường"}},
		{Name: "class", Aliases: []string{"lớp", "lớp chủ nhiệm", "chủ nhiệm lớp"}},
		{Name: "place", Aliases: []string{"đơn vị", "địa bàn", "nơi áp dụng", "thôn/bản", "bản", "xã", "mã đơn vị", "phụ trách"}},
		{Name: "from", Aliases: []string{"từ ngày", "ngày bắt đầu"}},
		{Name: "until", Aliases: []string{"đến ngày", "ngày kết thúc", "đến hết ngày"}},
	},
	At:       map[access.Kind]access.Action{access.RealmKind: access.ManageAccounts},
	Settings: []string{"from", "reason"},
	Begin: func(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
		in := staff.ListIn{Reason: job.Settings["reason"]}
		var err error
		if in.From, err = daySetting(job.Settings, "from"); err != nil {
			return nil, err
		}
		list, err := staff.Begin(ctx, tx, job.Who, in)
		return &staffTaker{who: job.Who, list: list}, err
	},
}

// daySetting reads a day of the settings; zero when it is not given.
func daySetting(settings map[string]string, name string) (day.Day, error) {
	if settings[name] == "" {
		return 0, nil
	}
	d, err := ParseDate(settings[name], "", false)
	if err != nil {
		return 0, fault.New(fault.Invalid, "door.no-day", nil).On(name)
	}
	return d, nil
}

// span reads "from" and "until" of a line: the last day, whose next is the end.
func (l Line) span() (from, until day.Day, err error) {
	if from, err = l.Head.Day(l.Row, "from"); err != nil {
		return 0, 0, err
	}
	if until, err = l.Head.Day(l.Row, "until"); err != nil || until.IsZero() {
		return from, 0, err
	}
	return from, until + 1, nil
}

type staffTaker struct {
	Plainly
	who  access.Who
	list *staff.List
}

func (t *staffTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	return list[staff.Line, staff.Planned]{
		read: func(l Line, a *Act) (line staff.Line, err error) {
			a.Where = l.Get("school")
			line = staff.Line{Row: l.Row.Number, Name: l.Get("name"), Title: l.Get("title"), Login: l.Get("login"), Code: l.Get("staff_code"), Phone: l.Get("phone"),
				Email: l.Get("email"), Role: l.Get("role"), School: l.Get("school"), Class: l.Get("class"), Place: l.Get("place")}
			line.From, line.Until, err = l.span()
			return line, err
		},
		plan:    func(read []staff.Line) ([]staff.Planned, error) { return t.list.Plan(ctx, tx, read) },
		refused: func(p staff.Planned) *fault.Fault { return p.Fault },
		show:    showStaff,
	}.acts(lines)
}

func showStaff(p staff.Planned, a *Act) {
	a.Where = p.Place
	a.change(FieldChange{"login", p.Was.Login, p.Is.Login}, FieldChange{"title", p.Was.Title, p.Is.Title}, FieldChange{"phone", p.Was.Phone, p.Is.Phone},
		FieldChange{"email", p.Was.Email, p.Is.Email})
	a.Digest = fmt.Sprint(p.Is)
	if p.Grant == nil {
		return
	}
	a.Fields = append(a.Fields, FieldChange{Field: "role", Is: string(p.Grant.Role)}, FieldChange{Field: "from", Is: p.Grant.Period.From.Vietnamese()})
	if p.Grant.Period.Until != day.Forever {
		a.Fields = append(a.Fields, FieldChange{Field: "until", Is: (p.Grant.Period.Until - 1).Vietnamese()})
	}
	a.Digest += fmt.Sprint(p.Grant.Role, p.Grant.Scope, p.Grant.Period)
}

func (t *staffTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	planned, logins := make([]staff.Planned, len(acts)), make([]string, len(acts))
	for i, a := range acts {
		planned[i] = a.Do.(staff.Planned)
		logins[i] = planned[i].Is.Login
	}
	slices.Sort(logins)
	logins = slices.Compact(logins)
	if err := j.Watch(ctx, tx, "account", []string{"login"}, store.In(logins)); err != nil {
		return err
	}
	if err := j.Watch(ctx, tx, "login", []string{"name"}, store.In(logins)); err != nil {
		return err
	}
	return staff.Put(ctx, tx, t.who, planned, func(of []id.ID) error {
		return j.Watch(ctx, tx, "role_grant", []string{"account"}, store.In(of))
	})
}

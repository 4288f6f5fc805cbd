package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/app"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// accountCommand is for the owner of the machine: the first administrator is made here.
type accountCommand struct {
	List     accountListCommand     `cmd:"" help:"List accounts. / Liệt kê tài khoản."`
	Create   accountCreateCommand   `cmd:"" help:"Make an account and the code to set its password. / Tạo tài khoản."`
	Import   accountImportCommand   `cmd:"" help:"Make the accounts of a list: name, login, title, phone, email. / Tạo tài khoản từ danh sách."`
	Code     accountCodeCommand     `cmd:"" help:"Make a code to set a password. / Cấp mã đặt mật khẩu."`
	Password accountPasswordCommand `cmd:"" help:"Set a password read from standard input; it must be changed at sign-in. / Đặt mật khẩu."`
	Disable  accountDisableCommand  `cmd:"" help:"Shut an account out. / Khóa tài khoản."`
	Enable   accountEnableCommand   `cmd:"" help:"Let an account in again. / Mở khóa tài khoản."`
	Grant    accountGrantCommand    `cmd:"" help:"Give a role in a place. / Giao quyền."`
}

// write opens the house, runs f in one transaction and closes it.
func (e *Env) write(f func(context.Context, *store.Tx, access.Who) error) error {
	a, err := e.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Store.Write(e.Context, func(ctx context.Context, tx *store.Tx) error { return f(ctx, tx, a.System()) })
}

type accountListCommand struct {
	Search string `help:"Part of a name or login. / Tìm theo tên."`
	Role   string `help:"Only this role. / Vai trò."`
}

func (c *accountListCommand) Run(env *Env) error {
	type row struct {
		ID    id.ID         `json:"id"`
		Login string        `json:"login"`
		Name  string        `json:"name"`
		Title string        `json:"title"`
		State account.State `json:"state"`
		Roles []access.Role `json:"roles"`
	}
	rows := []row{}
	err := env.read(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		list, err := account.List(ctx, tx, who, account.Filter{Search: c.Search, Role: access.Role(c.Role)})
		for _, l := range list {
			rows = append(rows, row{l.ID, l.Login, l.Name, l.Title, l.StateAt(tx.Now()), l.Roles})
		}
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, rows)
	}
	for _, r := range rows {
		roles := make([]string, len(r.Roles))
		for i, role := range r.Roles {
			roles[i] = string(role)
		}
		fmt.Fprintf(env.Out, "%-20s %-28s %-9s %s\n", r.Login, r.Name, r.State, strings.Join(roles, " "))
	}
	return nil
}

type accountCreateCommand struct {
	Login string `arg:"" help:"What is typed at sign-in. / Tên đăng nhập."`
	Name  string `help:"Full name. / Họ và tên." required:""`
	Title string `help:"Office held. / Chức vụ."`
	Phone string `help:"Telephone. / Điện thoại."`
	Email string `help:"E-mail. / Thư điện tử."`
	Role  string `help:"Give this role as well, such as administrator. / Giao luôn vai trò."`
	Place string `help:"Where: code of a unit or school, or SCHOOL/CLASS. / Nơi áp dụng."`
}

func (c *accountCreateCommand) Run(env *Env) error {
	var code account.Code
	err := env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		made, given, err := account.Create(ctx, tx, who, account.CreateInput{Name: c.Name, Title: c.Title, Login: c.Login, Phone: c.Phone, Email: c.Email})
		if err != nil || c.Role == "" {
			code = given
			return err
		}
		code = given
		return giveRole(ctx, tx, who, made, access.Role(c.Role), c.Place, day.Range{From: tx.Today()}, "")
	})
	if err != nil {
		return err
	}
	return printCode(env, account.FoldLogin(c.Login), code)
}

func printCode(env *Env, login string, code account.Code) error {
	if env.JSON {
		return printJSON(env, map[string]any{"login": login, "code": code.Text, "until": code.Until})
	}
	_, err := fmt.Fprintln(env.Out, env.T("account.code-line", "login", login, "code", code.Text, "until", code.Until.Day().Vietnamese()+" "+code.Until.Clock()))
	return err
}

// giveRole gives a role in a place named by its code.
func giveRole(ctx context.Context, tx *store.Tx, who access.Who, of id.ID, role access.Role, place string, period day.Range, reason string) error {
	scope, err := placeOf(ctx, tx, who, access.ScopeKindOf(role), place)
	if err != nil {
		return err
	}
	_, err = access.Give(ctx, tx, who, access.GiveInput{Account: of, Role: role, Scope: scope, Period: period, Reason: reason})
	return err
}

func placeOf(ctx context.Context, tx *store.Tx, who access.Who, kind access.ScopeKind, place string) (id.ID, error) {
	switch kind {
	case access.SchoolScope:
		s, err := org.ResolveSchool(ctx, tx, who, place, tx.Today())
		return s.ID, err
	case access.ClassScope:
		school, class, _ := strings.Cut(place, "/")
		s, err := org.ResolveSchool(ctx, tx, who, school, tx.Today())
		if err != nil {
			return 0, err
		}
		c, err := org.ClassNamed(ctx, tx, who, s.ID, tx.Today().SchoolYear(), class)
		return c.ID, err
	case "":
		return 0, fault.New(fault.Invalid, "access.role-scope", nil).On("role")
	}
	u, err := org.Resolve(ctx, tx, place, tx.Today())
	return u.ID, err
}

type accountImportCommand struct {
	importFlags
	Codes string `help:"Write login, name and code of each new account to this csv. / Ghi mã của từng tài khoản ra tệp." type:"path" placeholder:"FILE"`
}

var accountFields = []exchange.Field{
	{Name: "name", Aliases: []string{"họ và tên", "họ tên", "tên"}, Required: true},
	{Name: "login", Aliases: []string{"tên đăng nhập", "tài khoản"}, Required: true},
	{Name: "title", Aliases: []string{"chức vụ", "chức danh"}},
	{Name: "phone", Aliases: []string{"điện thoại", "số điện thoại"}},
	{Name: "email", Aliases: []string{"thư điện tử"}},
}

func (c *accountImportCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, err := exchange.ReadSheet(table, accountFields, mapping)
	if err != nil {
		return err
	}
	list := make([]account.CreateInput, len(sheet.Rows()))
	for i, row := range sheet.Rows() {
		get := func(field string) string { return sheet.Head.Get(row, field) }
		list[i] = account.CreateInput{Name: get("name"), Login: get("login"), Title: get("title"), Phone: get("phone"), Email: get("email")}
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	made, err := c.make(env, a, list)
	if err != nil {
		return err
	}
	result := importResult{Rows: len(list), Counts: map[string]int{"new": 0, "same": 0}}
	var refused []exchange.RowFault
	codes := [][]string{{"login", "name", "code"}}
	for i, m := range made {
		switch {
		case m.Known:
			result.Counts["same"]++
		case m.Err != nil:
			f, _ := fault.Of(m.Err)
			refused = append(refused, exchange.RowFault{Row: sheet.Rows()[i].Number, Fault: f})
		default:
			result.Counts["new"]++
			codes = append(codes, []string{m.Login, list[i].Name, m.Code.Text})
		}
	}
	if err := c.writeCodes(codes); err != nil {
		return err
	}
	return c.finish(env, result, sheet, refused, nil)
}

// make makes the accounts; a dry run only says what is wrong.
func (c *accountImportCommand) make(env *Env, a *app.App, list []account.CreateInput) ([]account.Imported, error) {
	if c.DryRun {
		return account.Try(env.Context, a.Store, a.System(), list)
	}
	return account.Import(env.Context, a.Store, a.System(), list)
}

func (c *accountImportCommand) writeCodes(codes [][]string) error {
	if c.Codes == "" || c.DryRun {
		return nil
	}
	file, err := os.OpenFile(c.Codes, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	out := csv.NewWriter(file)
	if err := out.WriteAll(codes); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

type accountCodeCommand struct {
	Login string `arg:"" help:"Of the account. / Tên đăng nhập."`
}

func (c *accountCodeCommand) Run(env *Env) error {
	var code account.Code
	err := env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		of, err := account.ByLogin(ctx, tx, who.Realm, c.Login)
		if err == nil {
			code, err = account.MakeCode(ctx, tx, who, of)
		}
		return err
	})
	if err != nil {
		return err
	}
	return printCode(env, account.FoldLogin(c.Login), code)
}

type accountPasswordCommand struct {
	Login string `arg:"" help:"Of the account. / Tên đăng nhập."`
}

func (c *accountPasswordCommand) Run(env *Env) error {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line == "" && err != nil {
		return fault.New(fault.Invalid, "account.short", fault.Args{"letters": 10}).On("password")
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var of id.ID
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		of, err = account.ByLogin(ctx, tx, a.Realm, c.Login)
		return err
	})
	if err != nil {
		return err
	}
	return account.SetPassword(env.Context, a.Store, a.System(), of, strings.TrimRight(line, "\r\n"))
}

type accountDisableCommand struct {
	Login string `arg:"" help:"Of the account. / Tên đăng nhập."`
}

func (c *accountDisableCommand) Run(env *Env) error { return env.disable(c.Login, true) }

type accountEnableCommand struct {
	Login string `arg:"" help:"Of the account. / Tên đăng nhập."`
}

func (c *accountEnableCommand) Run(env *Env) error { return env.disable(c.Login, false) }

func (e *Env) disable(login string, disabled bool) error {
	return e.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		of, err := account.ByLogin(ctx, tx, who.Realm, login)
		if err != nil {
			return err
		}
		return account.Disable(ctx, tx, who, of, disabled)
	})
}

type accountGrantCommand struct {
	Login  string `arg:"" help:"Of the account. / Tên đăng nhập."`
	Role   string `arg:"" help:"homeroom-teacher, school-clerk, principal, commune-official, administrator … / Vai trò."`
	Place  string `arg:"" help:"Code of a unit or school, or SCHOOL/CLASS. / Nơi áp dụng."`
	From   string `help:"First day; today if not given. / Từ ngày."`
	Until  string `help:"Last day; without end if not given. / Đến ngày."`
	Reason string `help:"Why, such as the number of a decision. / Lý do."`
}

func (c *accountGrantCommand) Run(env *Env) error {
	return env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		of, err := account.ByLogin(ctx, tx, who.Realm, c.Login)
		if err != nil {
			return err
		}
		period := day.Range{From: tx.Today()}
		if c.From != "" {
			if period.From, err = parseDay(c.From, "from"); err != nil {
				return err
			}
		}
		if c.Until != "" {
			last, err := parseDay(c.Until, "until")
			if err != nil {
				return err
			}
			period.Until = last + 1
		}
		return giveRole(ctx, tx, who, of, access.Role(c.Role), c.Place, period, c.Reason)
	})
}

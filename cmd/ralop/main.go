// Command ralop is the whole product: one binary that serves, imports, reports and
// demonstrates. It parses words into a call of a lower floor and knows no rules.
//
// Exit codes: 0 done · 1 the machine failed · 2 the words of the call are off ·
// 3 the input is wrong · 4 some rows were refused (good rows are kept) ·
// 5 not found or not allowed · 6 somebody else was first, or busy.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"ralop/internal/app"
	"ralop/internal/fault"
	"ralop/internal/story"
	"ralop/internal/text"
)

// commands is the command line. A new command is a field here and a file beside this one.
type commands struct {
	Data string `help:"Folder of the SQLite database. / Thư mục dữ liệu SQLite." env:"RALOP_DATA" default:"${data}" type:"path"`
	DB   string `help:"PostgreSQL address, postgres://…; wins over --data. / Địa chỉ PostgreSQL." env:"RALOP_DB" name:"db"`
	Lang string `help:"Language of messages: vi, en. / Ngôn ngữ thông báo." env:"RALOP_LANG" default:"vi" enum:"vi,en"`
	JSON bool   `help:"Print results as JSON. / In kết quả dạng JSON." name:"json"`

	Demo       demoCommand       `cmd:"" help:"Make the demonstration and serve it. / Chạy dữ liệu minh họa."`
	Serve      serveCommand      `cmd:"" help:"Serve the pages. / Phục vụ."`
	Init       initCommand       `cmd:"" help:"Make the database of a realm. / Tạo cơ sở dữ liệu."`
	Migrate    migrateCommand    `cmd:"" help:"Bring the schema up to date. / Cập nhật cấu trúc dữ liệu."`
	Units      unitsCommand      `cmd:"" help:"Units: list, show, close. / Đơn vị hành chính."`
	Import     importCommand     `cmd:"" help:"Bring in files. / Nhập tệp."`
	Indicator  indicatorCommand  `cmd:"" help:"A figure of a unit or school, with its parts. / Chỉ số của đơn vị hoặc trường."`
	Warning    warningCommand    `cmd:"" help:"Early warnings: work out, count. / Cảnh báo sớm."`
	Afterbreak afterbreakCommand `cmd:"" help:"Who came back after a break, and the report of the day. / Học sinh trở lại sau kỳ nghỉ."`
	Report     reportCommand     `cmd:"" help:"Syntheses of units and schools. / Báo cáo tổng hợp."`
	Account    accountCommand    `cmd:"" help:"Accounts, codes and rights. / Tài khoản và quyền."`
	Token      tokenCommand      `cmd:"" help:"Tokens with which programs call the API. / Mã truy cập API."`
	Webhook    webhookCommand    `cmd:"" help:"Programs that are told what happened. / Webhook."`
	Oneroster  onerosterCommand  `cmd:"" help:"The whole roster as a OneRoster bundle; in with import oneroster. / Gói OneRoster."`
	Settings   settingsCommand   `cmd:"" help:"Show and change the settings of the realm. / Xem và đổi thiết lập."`
	Backup     backupCommand     `cmd:"" help:"Copies: make, list, rehearse a restore. / Sao lưu."`
	Restore    restoreCommand    `cmd:"" help:"Put a copy where --data or --db says. / Phục hồi từ bản sao."`
	Check      checkCommand      `cmd:"" help:"Prove kept sums, due, identity and the audit book. / Kiểm tra dữ liệu."`
	Doctor     doctorCommand     `cmd:"" help:"Say in plain words whether all is well. / Khám sức khỏe hệ thống."`
	Completion completionCommand `cmd:"" help:"Print bash completion: source <(ralop completion). / In mã hoàn thành lệnh."`
	Version    versionCommand    `cmd:"" help:"Print the version. / In phiên bản."`
}

// Env is what a command runs in.
type Env struct {
	Context  context.Context
	Out, Err io.Writer
	Lang     text.Lang
	JSON     bool
	Config   app.Config
}

// Open opens the house; the caller closes it. It must hold a realm.
func (e *Env) Open() (*app.App, error) {
	a, err := app.Open(e.Context, e.Config)
	if err != nil {
		return nil, err
	}
	if a.Realm == 0 {
		a.Close()
		return nil, fault.New(fault.NotFound, "app.no-realm", nil)
	}
	return a, nil
}

// T is a message in the language of the call.
func (e *Env) T(id string, facts ...any) string { return text.T(e.Lang, id, facts...) }

// defaultData is the folder of real data when none is named.
const defaultData = "ralop-data"

// errRefused says that good rows went in and others did not: exit code 4.
var errRefused = errors.New("some rows were refused")

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, err io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parser, failure := kong.New(&c, kong.Name("ralop"), kong.Description(text.T(text.Vietnamese, "app.about")),
		kong.Writers(out, err), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"data": defaultData, "stories": story.TuanGiao + ", " + story.LaiChau},
		kong.Exit(func(code int) { panic(exit(code)) }))
	if failure != nil {
		fmt.Fprintln(err, failure)
		return 1
	}
	return guarded(func() int {
		call, failure := parser.Parse(args)
		if failure != nil {
			fmt.Fprintln(err, "ralop:", failure)
			return 2
		}
		env := &Env{Context: ctx, Out: out, Err: err, Lang: text.ParseLang(c.Lang), JSON: c.JSON,
			Config: app.Config{Dir: c.Data, URL: c.DB, Log: slog.New(slog.NewTextHandler(err, &slog.HandlerOptions{Level: slog.LevelWarn}))}}
		return report(env, call.Run(env))
	})
}

type exit int

// guarded turns kong's wish to end the process (after --help) into a return.
func guarded(f func() int) (code int) {
	defer func() {
		if p := recover(); p != nil {
			wanted, ok := p.(exit)
			if !ok {
				panic(p)
			}
			code = int(wanted)
		}
	}()
	return f()
}

// report prints what went wrong in the caller's language and gives the exit code.
func report(env *Env, err error) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, errRefused) {
		return 4
	}
	f, ok := fault.Of(err)
	if !ok {
		fmt.Fprintln(env.Err, "ralop:", err)
		return 1
	}
	fmt.Fprintln(env.Err, "ralop:", text.Fault(env.Lang, f))
	switch f.Kind {
	case fault.NotFound, fault.Forbidden, fault.Unsigned:
		return 5
	case fault.Conflict, fault.Locked, fault.Busy:
		return 6
	}
	return 3
}

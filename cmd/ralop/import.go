package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"

	"ralop/internal/access"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/text"
)

// importCommand holds one command for each kind of file. A new kind is a field here and a
// file import_KIND.go beside this one.
type importCommand struct {
	Units      importUnitsCommand      `cmd:"" help:"A list of provinces, districts, communes or villages. / Danh sách đơn vị hành chính."`
	Map        importMapCommand        `cmd:"" help:"What became of which unit. / Bảng chuyển đổi đơn vị cũ – mới."`
	Schools    importSchoolsCommand    `cmd:"" help:"Schools. / Danh sách trường."`
	Zones      importZonesCommand      `cmd:"" help:"Zones of difficulty, dated. / Vùng cao, khu vực I–III."`
	Boundaries importBoundariesCommand `cmd:"" help:"Boundaries, GeoJSON. / Ranh giới."`
	Students   importStudentsCommand   `cmd:"" help:"Class lists of pupils. / Danh sách học sinh."`
	Calendar   importCalendarCommand   `cmd:"" help:"School years, terms, timetables, closures, make-ups. / Năm học, thời khóa biểu, ngày nghỉ, học bù."`
	Register   importRegisterCommand   `cmd:"" help:"Children by unit, school year and age. / Điều tra độ tuổi."`
	Targets    importTargetsCommand    `cmd:"" help:"Targets set by a document. / Chỉ tiêu giao."`
	Headcounts importHeadcountsCommand `cmd:"" help:"Counts of enrolled, present and absent by school. / Số liệu sĩ số, có mặt, vắng theo trường."`
	Committee  importCommitteeCommand  `cmd:"" help:"Members of a steering committee and their duties. / Thành viên ban chỉ đạo và phân công."`
	Attendance importAttendanceCommand `cmd:"" help:"A register of a month (a column a day) or events of attendance. / Sổ điểm danh."`
	Staff      importStaffCommand      `cmd:"" help:"Teachers and officials with their roles. / Giáo viên, cán bộ."`
	Benefits   importBenefitsCommand   `cmd:"" help:"Who receives which support. / Danh sách hưởng chế độ."`
	Results    importResultsCommand    `cmd:"" help:"Results of learning and conduct of a term. / Kết quả học tập, rèn luyện."`
	Households importHouseholdsCommand `cmd:"" help:"Survey sheets of the households of a commune. / Phiếu điều tra hộ gia đình."`
	List       importListCommand       `cmd:"" help:"The newest imports. / Các lần nhập gần đây."`
	Undo       importUndoCommand       `cmd:"" help:"Take an import back. / Lấy lại một lần nhập."`
	Resume     importResumeCommand     `cmd:"" help:"Go on with an import that was stopped. / Chạy tiếp lần nhập bị dừng."`
	Oneroster  importOnerosterCommand  `cmd:"" help:"A OneRoster 1.2 bundle of csv files. / Gói OneRoster."`
}

// importFlags are those of every import.
type importFlags struct {
	File   string `arg:"" help:"File .csv, .csv.gz or .xlsx. / Tệp." type:"path"`
	Map    string `help:"Columns with other headings: \"COLUMN=field,…\". / Tên cột khác." placeholder:"COLUMN=field"`
	DryRun bool   `help:"Show what would happen, change nothing. / Chỉ xem trước." name:"dry-run"`
	Errors string `help:"Write refused rows to this csv, to be mended and imported again. / Ghi các dòng lỗi ra tệp." type:"path" placeholder:"FILE"`
}

// open opens the file as a table and reads --map.
func (f importFlags) open() (*exchange.Table, []exchange.Mapped, error) {
	mapping, err := exchange.ParseMapping(f.Map)
	if err != nil {
		return nil, nil, err
	}
	t, err := exchange.OpenTable(f.File)
	return t, mapping, err
}

// importResult is what an import prints; figures that do not apply stay 0 and are left out.
type importResult struct {
	File    string         `json:"file"`
	Run     string         `json:"run,omitempty"` // of the import desk: what undo and resume name
	DryRun  bool           `json:"dry_run"`
	Rows    int            `json:"rows"`
	Refused int            `json:"refused"`
	Counts  map[string]int `json:"counts"` // by the last part of a message id: new, changed, ended, same …
	Errors  []importError  `json:"errors,omitempty"`
	Notes   []importError  `json:"notes,omitempty"`
}

type importError struct {
	Row     int    `json:"row"`
	Column  string `json:"column,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// order in which counts are printed; their words are exchange.count-NAME.
var countOrder = []string{"new", "changed", "ended", "same", "heirs", "moved", "left", "kept", "classes", "sheets"}

// finish prints the result, writes refused rows where --errors says, and gives
// errRefused when there are any. sheet may be nil: then --errors writes no rows.
func (f importFlags) finish(env *Env, result importResult, sheet *exchange.Sheet, refused []exchange.RowFault, notes []exchange.RowFault) error {
	result.File, result.DryRun = f.File, f.DryRun
	result.Errors, result.Notes = describe(env, refused), describe(env, notes)
	rows := map[int]bool{}
	for _, r := range refused {
		rows[r.Row] = true
	}
	result.Refused = len(rows)
	if f.Errors != "" && len(refused) > 0 && sheet != nil {
		if err := f.writeErrors(env.Lang, sheet, refused); err != nil {
			return err
		}
	}
	if env.JSON {
		encoder := json.NewEncoder(env.Out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(result); err != nil {
			return err
		}
	} else {
		f.print(env, result)
	}
	if len(refused) > 0 {
		return errRefused
	}
	return nil
}

func (f importFlags) writeErrors(lang text.Lang, sheet *exchange.Sheet, refused []exchange.RowFault) error {
	out, err := os.Create(f.Errors)
	if err != nil {
		return err
	}
	if err := sheet.WriteRejected(out, lang, refused); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// shown is how many row errors the terminal gets; --errors and --json hold all.
const shown = 20

func (f importFlags) print(env *Env, result importResult) {
	for _, list := range [][]importError{result.Errors, result.Notes} {
		for _, e := range list[:min(shown, len(list))] {
			line := e.Message // a fault of no row in particular
			if e.Row > 0 {
				line = env.T("exchange.row-message", "row", e.Row, "message", e.Message)
			}
			fmt.Fprintln(env.Err, line)
		}
		if more := len(list) - shown; more > 0 {
			fmt.Fprintln(env.Err, env.T("exchange.row-more", "more", more))
		}
	}
	var parts []string
	for _, name := range countOrder {
		if n, ok := result.Counts[name]; ok {
			parts = append(parts, env.T("exchange.count-"+name, "n", n))
		}
	}
	id := "exchange.imported"
	if f.DryRun {
		id = "exchange.dry-run"
	}
	fmt.Fprintln(env.Out, env.T(id, "file", f.File, "rows", result.Rows, "counts", strings.Join(parts, ", ")))
	if result.Run != "" {
		fmt.Fprintln(env.Out, env.T("exchange.run-number", "run", result.Run))
	}
	if result.Refused > 0 {
		fmt.Fprintln(env.Err, env.T("exchange.refused", "n", result.Refused))
		if f.Errors != "" {
			fmt.Fprintln(env.Err, env.T("exchange.refused-file", "file", f.Errors))
		}
	}
}

func describe(env *Env, faults []exchange.RowFault) []importError {
	var all []importError
	for _, r := range faults {
		all = append(all, importError{r.Row, r.Fault.Field, r.Fault.Code, r.Text(env.Lang)})
	}
	slices.SortStableFunc(all, func(a, b importError) int { return a.Row - b.Row })
	return all
}

// progress gives a function that draws a bar on a terminal and does nothing elsewhere.
func (e *Env) progress(label string) func(done, total int) {
	file, ok := e.Err.(*os.File)
	if !ok {
		return func(int, int) {}
	}
	if about, err := file.Stat(); err != nil || about.Mode()&os.ModeCharDevice == 0 {
		return func(int, int) {}
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(label),
				progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100_000_000))
		}
		bar.ChangeMax(total)
		_ = bar.Set(done) // a bar that cannot be drawn stops nothing
	}
}

// unitPlan runs plan on a snapshot, commits it unless it is a dry run or has errors, and
// prints what came of it.
func (f importFlags) unitPlan(env *Env, sheet *exchange.Sheet, plan func(context.Context, *store.Tx, access.Who) (*org.Plan, error)) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var p *org.Plan
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = plan(ctx, tx, a.System())
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	if !f.DryRun {
		failed = org.Commit(env.Context, a.Store, a.System(), p, env.progress(env.T("exchange.writing")))
		if failed != nil && !fault.HasCode(failed, "org.list-has-errors") {
			return failed
		}
	}
	counts := map[string]int{"new": p.New, "changed": p.Changed, "ended": p.Ended, "same": p.Same, "heirs": p.Heirs}
	err = f.finish(env, importResult{Rows: p.Rows, Counts: counts}, sheet, rowFaults(p.Errors), rowFaults(p.Waiting))
	if failed != nil {
		return failed // nothing went in: not "some rows were refused"
	}
	return err
}

func rowFaults(faults []org.RowFault) []exchange.RowFault {
	all := make([]exchange.RowFault, len(faults))
	for i, f := range faults {
		all[i] = exchange.RowFault(f)
	}
	return all
}

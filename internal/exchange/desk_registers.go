package exchange

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// registersKind takes the daily register in its wide form: a row a pupil, a column a day.
var registersKind = Kind{
	Name:     "registers",
	Fields:   registerFieldsWide,
	At:       map[access.Kind]access.Action{access.SchoolKind: access.TakeRoll, access.ClassKind: access.TakeRoll},
	Settings: []string{"month", "legend", "blanks", "halves", "replace"},
	Habits:   []string{"legend", "blanks", "halves"},
	Begin:    beginRegister(false),
	Whole:    true,
	Derived:  []string{"roll", "roll_group", "roll_member"},
	Restored: restoredSheets,
}

// attendanceKind takes events of attendance in long form: pupil, day, session, code.
var attendanceKind = Kind{
	Name: "attendance",
	Fields: append(append(append([]Field{}, pupilFields...), classField),
		Field{Name: "date", Aliases: []string{"ngày", "ngày điểm danh", "ngày nghỉ", "ngày vắng"}, Required: true},
		Field{Name: "session", Aliases: []string{"buổi", "buổi học"}},
		Field{Name: "mark", Aliases: []string{"ký hiệu", "trạng thái", "điểm danh", "loại vắng", "chuyên cần", "phép"}, Required: true}),
	At:       registersKind.At,
	Settings: []string{"legend", "blanks", "halves", "replace"},
	Habits:   registersKind.Habits,
	Begin:    beginRegister(true),
	Whole:    true,
	Derived:  registersKind.Derived,
	Restored: restoredSheets,
}

// registerTaker plans all lines of a register at once. The sheets of a class are shared out
// among its lines, by day and session: so a slice of lines writes a slice of sheets, and
// which line writes which sheet follows from the file alone.
type registerTaker struct {
	Plainly
	who    access.Who
	in     rollcall.RegisterIn
	long   bool
	month  day.Day // as a person chose it; zero: titles tell
	parts  []day.Day
	passed []Line
	sheets int
}

func beginRegister(long bool) func(context.Context, *store.Tx, Job) (Taker, error) {
	return func(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
		t := &registerTaker{who: job.Who, long: long, in: rollcall.RegisterIn{Blanks: rollcall.Blanks(job.Settings["blanks"]),
			Halves: rollcall.Halves(job.Settings["halves"]), Replace: job.Settings["replace"]}}
		if month := job.Settings["month"]; month != "" {
			var ok bool
			if t.month, ok = parseMonth(month); !ok {
				return nil, fault.New(fault.Invalid, "rollcall.import-month", nil).On("month")
			}
		}
		var err error
		if t.in.Legend, err = rollcall.ParseLegend(job.Settings["legend"]); err != nil {
			return nil, err
		}
		if !slices.Contains([]rollcall.Blanks{rollcall.BlanksUnasked, rollcall.BlanksUnmarked, rollcall.BlanksPresent, rollcall.BlanksEveryDay}, t.in.Blanks) {
			return nil, fault.New(fault.Invalid, "rollcall.import-blanks", fault.Args{"value": string(t.in.Blanks)}).On("blanks")
		}
		if !slices.Contains([]rollcall.Halves{rollcall.HalvesUnasked, rollcall.HalvesMain, rollcall.HalvesAll}, t.in.Halves) {
			return nil, fault.New(fault.Invalid, "rollcall.import-halves-setting", fault.Args{"value": string(t.in.Halves)}).On("halves")
		}
		copy(t.in.Seed[:], job.Run.ID.String())
		t.in.School = job.Run.Place.ID
		if job.Run.Place.Kind == string(access.ClassKind) {
			class, err := org.ClassByID(ctx, tx, job.Who, job.Run.Place.ID)
			if err != nil {
				return nil, err
			}
			t.in.School = class.School
		}
		return t, nil
	}
}

// opened finds the month of each table of the file: in its titles, else in its name with the
// titles, else what a person chose.
func (t *registerTaker) opened(r *Reading) {
	t.parts = nil
	for _, p := range r.parts {
		var titles []string
		for _, row := range p.head.above {
			titles = append(titles, strings.Join(row.Cells, " "))
		}
		titles = append(titles, r.Headings.Cells...)
		t.parts = append(t.parts, cmp.Or(monthOf(titles...), monthOf(append([]string{p.part.name}, titles...)...), t.month))
	}
}

func (t *registerTaker) Passed(_ context.Context, _ *store.Tx, lines []Line) error {
	t.passed = append(t.passed, lines...)
	return nil
}

// read reads lines as what the register says; a line without a name is none (weekdays, sums, signatures).
func (t *registerTaker) read(lines []Line) (said []rollcall.RegisterLine, wrong map[int]*fault.Fault, err error) {
	wrong = map[int]*fault.Fault{}
	for _, l := range lines {
		if l.Get("name") == "" && l.Get("code") == "" && l.Get("national_id") == "" {
			continue
		}
		who, err := l.named()
		line := rollcall.RegisterLine{Row: l.Row.Number, Class: who.Class, Pupil: who}
		if f, refused := fault.Of(err); refused {
			wrong[line.Row] = f
			continue
		} else if err != nil {
			return nil, nil, err
		}
		var f *fault.Fault
		if t.long {
			line.Cells, f = l.event()
		} else {
			line.Cells, f = t.cells(l)
		}
		if f != nil {
			wrong[line.Row] = f
			continue
		}
		said = append(said, line)
	}
	return said, wrong, nil
}

func (l Line) event() ([]rollcall.RegisterCell, *fault.Fault) {
	on, err := l.Head.Day(l.Row, "date")
	if f, refused := fault.Of(err); refused {
		return nil, f
	}
	if on.IsZero() {
		return nil, l.Head.Fault("rollcall.day-missing", l.Row, "date", "")
	}
	session, ok := calendar.ParseSession(l.Get("session"))
	if !ok {
		return nil, l.Head.Fault("rollcall.session-cell", l.Row, "session", l.Get("session"))
	}
	return []rollcall.RegisterCell{{Day: on, Session: session, Code: l.Get("mark")}}, nil
}

func (t *registerTaker) cells(l Line) (cells []rollcall.RegisterCell, f *fault.Fault) {
	month := t.month
	if part := l.Row.Number / PartStride; part < len(t.parts) {
		month = t.parts[part]
	}
	if month.IsZero() {
		return nil, fault.New(fault.Invalid, "rollcall.import-month", nil).On("month")
	}
	for _, field := range dayFields {
		if !l.Head.Has(field.name) {
			continue
		}
		on, ok := dayIn(month, field.day)
		if ok {
			cells = append(cells, rollcall.RegisterCell{Day: on, Session: field.session, Code: l.Get(field.name)})
		}
	}
	if len(cells) == 0 {
		return nil, fault.New(fault.Invalid, "rollcall.import-no-days", nil)
	}
	return cells, nil
}

// registerDo is what a line writes.
type registerDo struct{ sheets []rollcall.RegisterSheet }

func (t *registerTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	all := slices.Concat(t.passed, lines)
	said, wrong, err := t.read(all)
	if err != nil {
		return nil, err
	}
	t.in.Lines = said
	plan, err := rollcall.PlanRegister(ctx, tx, t.who, t.in)
	if err != nil {
		return nil, err
	}
	t.sheets = len(plan.Sheets)
	acts := map[int]*Act{}
	list := make([]Act, len(all))
	for i, l := range all {
		list[i] = Act{Row: l.Row.Number, What: Same, Name: l.Get("name"), Where: l.Get("class")}
		acts[l.Row.Number] = &list[i]
		if f := wrong[l.Row.Number]; f != nil {
			list[i].Faults = append(list[i].Faults, f)
		}
	}
	for _, r := range plan.Refused {
		if a := acts[r.Row]; !slices.ContainsFunc(a.Faults, func(f *fault.Fault) bool { return f.Code == r.Fault.Code }) {
			a.Faults = append(a.Faults, r.Fault)
		}
	}
	t.share(plan, acts)
	t.remark(plan, said, acts)
	for i := range list {
		list[i].Digest = registerDigest(list[i])
	}
	return list[len(t.passed):], nil
}

// share gives every planned sheet to one of its lines, and shows each line what it says.
func (t *registerTaker) share(plan *rollcall.RegisterPlan, acts map[int]*Act) {
	for _, s := range plan.Sheets {
		var free []int
		for _, row := range s.Rows {
			if a := acts[row]; len(a.Faults) == 0 {
				free = append(free, row)
				if s.Changed() {
					a.What = Changed
				} else if a.What == Same {
					a.What = New
				}
			}
		}
		if len(s.Rows) == 0 { // a day without a cell, of a book that was kept every day
			for row, r := range plan.Rows {
				if r.Class == s.Class && len(acts[row].Faults) == 0 {
					free = append(free, row)
				}
			}
		}
		if len(free) == 0 {
			continue
		}
		slices.Sort(free)
		carrier := acts[free[(int(s.Day)*3+int(s.Session))%len(free)]]
		if carrier.What == Same {
			carrier.What = New
		}
		do, _ := carrier.Do.(registerDo)
		do.sheets = append(do.sheets, s)
		carrier.Do = do
		rowOf := map[id.ID]int{}
		for _, row := range free {
			rowOf[plan.Rows[row].Pupil] = row
		}
		for _, m := range s.Marks {
			if a := acts[rowOf[m.Pupil]]; a != nil {
				a.show(m.Kind, s, wasOf(s, m.Pupil))
			}
		}
		for _, m := range s.Was {
			if !slices.ContainsFunc(s.Marks, func(n rollcall.Mark) bool { return n.Pupil == m.Pupil }) {
				if a := acts[rowOf[m.Pupil]]; a != nil {
					a.show(rollcall.Present, s, m.Kind)
				}
			}
		}
	}
}

func wasOf(s rollcall.RegisterSheet, pupil id.ID) rollcall.Kind {
	for _, m := range s.Was {
		if m.Pupil == pupil {
			return m.Kind
		}
	}
	return rollcall.Present
}

// show notes what a sheet says of a line's pupil: the days of each kind.
func (a *Act) show(kind rollcall.Kind, s rollcall.RegisterSheet, was rollcall.Kind) {
	if kind == was {
		return
	}
	date := s.Day.Short()
	if s.Session != calendar.Morning {
		date += " " + s.Session.Code()
	}
	change := FieldChange{Field: "mark-" + kind.Code(), Is: date}
	if s.Changed() {
		change.Was = was.Code()
	}
	for i, f := range a.Fields {
		if f.Field == change.Field && f.Was == change.Was {
			a.Fields[i].Is += ", " + date
			return
		}
	}
	a.Fields = append(a.Fields, change)
}

// remark hangs what is told of classes and days on a line.
func (t *registerTaker) remark(plan *rollcall.RegisterPlan, said []rollcall.RegisterLine, acts map[int]*Act) {
	for _, f := range plan.Findings {
		a := acts[f.Row]
		for _, l := range said {
			if a == nil && len(acts[l.Row].Faults) == 0 && plan.Rows[l.Row].Class == f.Class {
				a = acts[l.Row]
			}
		}
		if a == nil {
			continue
		}
		remark := Remark{Fault: f.Fault, LinkKind: access.ClassKind, Link: f.Class}
		if f.Pupil != 0 {
			remark.LinkKind, remark.Link = access.PupilKind, f.Pupil
		}
		a.Notes = append(a.Notes, remark)
	}
}

// registerDigest is all that a line writes. It stays the same when another part of the file
// has been written already.
func registerDigest(a Act) string { return fmt.Sprint(a.Row, a.Do) }

func (t *registerTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	var sheets []rollcall.RegisterSheet
	var classes []id.ID
	var days []day.Day
	for _, a := range acts {
		do, _ := a.Do.(registerDo)
		for _, s := range do.sheets {
			sheets = append(sheets, s)
			classes, days = append(classes, s.Class), append(days, s.Day)
		}
	}
	if len(sheets) == 0 {
		return nil
	}
	slices.Sort(classes)
	slices.Sort(days)
	of, on := store.In(slices.Compact(classes)), store.In(slices.Compact(days))
	for _, table := range []string{"sheet", "sheet_version"} {
		if err := j.Watch(ctx, tx, table, []string{"class", "day"}, of, on); err != nil {
			return err
		}
	}
	if err := j.Watch(ctx, tx, "mark", []string{"school", "day", "class"}, t.in.School, on, of); err != nil {
		return err
	}
	return rollcall.PutRegister(ctx, tx, t.who, t.in, sheets)
}

// More counts the sheets of the plan.
func (t *registerTaker) More() map[string]int { return map[string]int{"sheets": t.sheets} }

// restoredSheets brings the sums to the sheets after an undo.
func restoredSheets(ctx context.Context, tx *store.Tx, who access.Who, rows []intake.Restored) error {
	sheets := map[id.ID][]rollcall.SheetKey{} // by school
	for _, r := range rows {
		if r.Table != "sheet" {
			continue
		}
		image := r.Is
		if image == nil {
			image = r.Was
		}
		on, err := day.Parse(r.Text(image, "day"))
		if err != nil {
			return err
		}
		school := r.ID("school")
		sheets[school] = append(sheets[school], rollcall.SheetKey{Class: r.ID("class"), Day: on, Session: calendar.Session(r.ID("session"))})
	}
	for school, list := range sheets {
		if err := rollcall.TakenBack(ctx, tx, who, school, list); err != nil {
			return err
		}
	}
	return nil
}

// Package exchange holds the pages of files that come in: class lists of a school with a
// plan before anything is written, and the lists of the administrator.
//
// It enters the door exchange, which reads the files: the one place where a page needs
// the reader of another door (a row of layers_test.go).
package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/job"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// rosterKind names the runs; a file that was uploaded is forgotten after rosterAge.
const (
	rosterKind = "import-students"
	rosterAge  = 24 * time.Hour
	rosterBody = 16 << 20
	shownRows  = 200 // of each list on the page; the file of refused rows has all
)

// Routes are the pages of imports.
func Routes() []door.Route {
	school := door.Names{"school": access.SchoolKind}
	run := door.Names{"school": access.SchoolKind, "job": ""}
	return []door.Route{
		{Method: "GET", Pattern: "/truong/{school}/nhap-hoc-sinh", Names: school, Action: access.ImportPupils, Handler: door.Read(uploadForm)},
		{Method: "POST", Pattern: "/truong/{school}/nhap-hoc-sinh", Names: school, Action: access.ImportPupils, Body: rosterBody, Handler: door.Act(upload).Or(uploadAgain)},
		{Method: "GET", Pattern: "/truong/{school}/nhap-hoc-sinh/{job}", Names: run, Action: access.ImportPupils, Handler: door.Read(showRun)},
		{Method: "POST", Pattern: "/truong/{school}/nhap-hoc-sinh/{job}", Names: run, Action: access.ImportPupils, Handler: door.Act(commit)},
		{Method: "GET", Pattern: "/truong/{school}/nhap-hoc-sinh/{job}/dong-loi", Names: run, Action: access.ImportPupils, Handler: door.Read(refusedRows)},
		{Method: "GET", Pattern: "/quan-tri/nhap", Action: access.ChangeUnits, Handler: door.Read(listForm)},
		{Method: "POST", Pattern: "/quan-tri/nhap", Action: access.ChangeUnits, Body: 64 << 20, Handler: door.Act(importList).Or(listAgain)},
	}
}

// outcome is what a plan or a commit came to; it is the result of the run.
type outcome struct {
	Name    string
	File    []byte // as uploaded; forgotten once it is in
	Refused []byte // csv of the refused rows
	Rows    int
	Counts  student.RosterCounts
	Changes []student.RosterChange
	Errors  []rowText
	Notes   []rowText
	Moved   bool   // the plan was not what the person saw: look again
	Error   string // the whole stopped
}

type rowText struct {
	Row  int
	Text string
}

// running are the runs that this process has in hand.
var running sync.Map

func address(school id.ID) string { return frame.SchoolAddress(school) + "/nhap-hoc-sinh" }

func uploadForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return uploadAgain(ctx, tx, r, nil)
}

func chrome(ctx context.Context, tx *store.Tx, r *door.Request) (ui.Chrome, id.ID, error) {
	school, err := r.ID("school")
	if err != nil {
		return ui.Chrome{}, 0, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ImportPupils, access.School(school)); err != nil {
		return ui.Chrome{}, 0, err
	}
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	c := frame.Chrome(r, frame.Pupils, r.T("intake.roster"))
	c.Place, c.Lead = place, s.Name
	return c, school, err
}

func uploadAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	c, school, err := chrome(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c.Narrow = true
	var mistakes []ui.Mistake
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Field: "o-file", Text: door.Sentence(r.Lang, f)})
	}
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(address(school), true, ui.Faults("", mistakes),
		frame.Words(r.T("intake.roster_text")),
		ui.Input(ui.Field{Name: "file", Label: r.T("intake.file"), Kind: "file", Accept: ".xlsx,.csv,.gz", Help: r.T("intake.file_help")}),
		frame.In(ui.More(r.T("intake.columns"), false), frame.Words(r.T("intake.columns_text")), ui.Input(ui.Field{Name: "map", Label: r.T("intake.map"), Help: r.T("intake.map_help"), Value: r.Value("map"), Optional: true}),
			ui.Input(ui.Field{Name: "from", Label: r.T("intake.from"), Help: r.T("intake.from_help"), Kind: "date", Optional: true, Value: r.Value("from"), Class: "input-short"})),
		ui.Actions(ui.Button{Label: r.T("intake.read"), Kind: ui.Primary, Icon: ui.IconUpload}, ui.Button{Label: r.T("intake.cancel"), URL: frame.SchoolAddress(school) + "/hoc-sinh", Kind: ui.Quiet}))))), nil
}

// input is what a file is read with; it is kept beside the file.
type input struct {
	School string
	Map    string
	From   string
}

type kept struct {
	In  input
	Out outcome
}

func upload(ctx context.Context, r *door.Request) (door.Answer, error) {
	file, header, err := r.File("file")
	if err != nil {
		return door.Answer{}, err
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return door.Answer{}, err
	}
	k := kept{In: input{Map: r.Value("map"), From: r.Value("from")}, Out: outcome{Name: header.Filename, File: content}}
	var school id.ID
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, school, err = chrome(ctx, tx, r); err != nil {
			return err
		}
		s, err := frame.SchoolAsOf(ctx, tx, r.Who, school, r.Today)
		k.In.School = s.Code
		return err
	})
	if err != nil {
		return door.Answer{}, err
	}
	if err := k.read(ctx, r, true, nil); err != nil {
		return door.Answer{}, err
	}
	var run id.ID
	err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := job.Purge(ctx, tx, r.Who.Realm, rosterKind, rosterAge); err != nil {
			return err
		}
		run, err = job.Begin(ctx, tx, r.Who.Realm, r.Who.Account, rosterKind+"/"+school.String(), k.encode())
		return err
	})
	return door.SeeOther(address(school) + "/" + run.String()), err
}

func (k kept) encode() string {
	text, err := json.Marshal(k)
	if err != nil {
		panic("exchange: a run cannot be written: " + err.Error()) // plain fields only
	}
	return string(text)
}

// read plans the file, or puts it in.
func (k *kept) read(ctx context.Context, r *door.Request, dry bool, progress func(int)) error {
	table, err := exchange.ReadTable(k.Out.Name, bytes.NewReader(k.Out.File))
	if err != nil {
		return err
	}
	defer table.Close()
	mapping, err := exchange.ParseMapping(k.In.Map)
	if err != nil {
		return err
	}
	in := student.RosterIn{School: k.In.School, DryRun: dry}
	if k.In.From != "" {
		if in.From, err = exchange.ParseDate(k.In.From, "", false); err != nil {
			return fault.New(fault.Invalid, "door.no-day", nil).On("from")
		}
	}
	in.Reach = func(ctx context.Context, tx *store.Tx, changes []student.ClassDays) error {
		_, err := rollcall.ApplyEnrolments(ctx, tx, r.Who, changes, "import")
		return err
	}
	out := outcome{Name: k.Out.Name, File: k.Out.File}
	in.Tell = func(changes []student.RosterChange) {
		out.Changes = append(out.Changes, changes[:min(len(changes), max(0, shownRows-len(out.Changes)))]...)
	}
	var refused bytes.Buffer
	run := exchange.StudentsIn{Table: table, Mapping: mapping, Roster: student.NewRoster(r.Who, in), Rejected: exchange.NewRejectedRows(&refused, paper.FormatCSV, r.Lang),
		Report: func(wrong, notes []exchange.RowFault) {
			for _, f := range wrong {
				out.Errors = append(out.Errors, rowText{f.Row, f.Text(r.Lang)})
			}
			for _, f := range notes {
				out.Notes = append(out.Notes, rowText{f.Row, f.Text(r.Lang)})
			}
		}}
	if progress != nil {
		run.Progress = func(done, _ int) { progress(done) }
	}
	if out.Rows, err = exchange.ImportStudents(ctx, r.Store(), run); err != nil {
		return err
	}
	if err := run.Rejected.Close(); err != nil {
		return err
	}
	out.Counts, out.Refused = run.Roster.RosterCounts, refused.Bytes()
	k.Out = out
	return nil
}

// runOf finds the run of the address: of this school and this person.
func runOf(ctx context.Context, tx *store.Tx, r *door.Request) (run job.Run, k kept, school id.ID, err error) {
	if _, school, err = chrome(ctx, tx, r); err != nil {
		return run, k, school, err
	}
	number, err := r.ID("job")
	if err != nil {
		return run, k, school, err
	}
	run, err = job.Find(ctx, tx, r.Who.Realm, number, r.Who.Account)
	if store.IsNone(err) || err == nil && run.Kind != rosterKind+"/"+school.String() {
		return run, k, school, fault.New(fault.NotFound, "intake.no_run", nil)
	} else if err != nil {
		return run, k, school, err
	}
	return run, k, school, json.Unmarshal([]byte(run.Result), &k)
}

func showRun(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	run, k, school, err := runOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if r.Partial() {
		return door.Page(ui.In(r.Lang, progressOf(r, run, k, school))), nil
	}
	rule, err := access.May(ctx, tx, r.Who, access.ImportPupils, access.School(school))
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.School(school), rule, "import")
	c, _, err := chrome(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("intake.of_file", "file", k.Out.Name, "rows", k.Out.Rows)
	here := address(school) + "/" + run.ID.String()
	parts := []templ.Component{ui.Steps(r.T("intake.way"), ui.Step{Label: r.T("intake.step_read"), State: ui.StepDone},
		ui.Step{Label: r.T("intake.step_plan"), State: stepState(run.State, job.Waiting)}, ui.Step{Label: r.T("intake.step_done"), State: stepState(run.State, job.Done)})}
	if run.State == job.Running || run.State == job.Failed || run.State == job.Done {
		parts = append(parts, progressOf(r, run, k, school))
	}
	if k.Out.Moved {
		parts = append(parts, ui.Notice{Tone: ui.Amber, Text: r.T("intake.moved")}.Draw())
	}
	parts = append(parts, tiles(r, k.Out))
	if _, here := running.Load(run.ID); run.State == job.Waiting || run.State == job.Failed || run.State == job.Running && !here {
		label := r.T("intake.commit", "n", k.Out.Counts.New+k.Out.Counts.Changed)
		if run.State != job.Waiting {
			label = r.T("intake.commit_again")
		}
		button := ui.Button{Label: label, Kind: ui.Primary, Icon: ui.IconCheck, Disabled: k.Out.Counts.New+k.Out.Counts.Changed == 0}
		parts = append(parts, frame.Box("actions", ui.Post(address(school)+"/"+run.ID.String(), button), ui.Press(ui.Button{Label: r.T("intake.other_file"), URL: address(school)})))
	}
	if len(k.Out.Errors) > 0 {
		parts = append(parts, frame.In(ui.SectionWith("loi", r.T("intake.refused"), ui.Press(ui.Button{Label: r.T("intake.refused_file"), URL: here + "/dong-loi", Icon: ui.IconDownload, Small: true, Download: true})), rowTable(r, r.T("intake.refused"), k.Out.Errors, r.T("intake.refused_note"))))
	}
	if len(k.Out.Changes) > 0 {
		parts = append(parts, frame.In(ui.Section("se-ghi", r.T("intake.changes"), r.T("intake.changes_note", "shown", len(k.Out.Changes))), changeTable(r, k.Out.Changes)))
	}
	if len(k.Out.Notes) > 0 {
		parts = append(parts, frame.In(ui.Section("luu-y", r.T("intake.notes"), ""), rowTable(r, r.T("intake.notes"), k.Out.Notes, "")))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func stepState(now, step string) ui.StepState {
	switch {
	case now == job.Done:
		return ui.StepDone
	case step == job.Done && now == job.Waiting:
		return ui.StepAhead
	}
	return ui.StepNow
}

func progressOf(r *door.Request, run job.Run, k kept, school id.ID) templ.Component {
	p := ui.Progress{ID: "tien-do", Label: r.T("intake.writing"), Done: run.Done, Of: run.Total}
	switch run.State {
	case job.Done:
		p.Finished, p.Label = true, r.T("intake.done", "new", k.Out.Counts.New, "changed", k.Out.Counts.Changed)
	case job.Failed:
		p.Failed, p.Label, p.Detail = true, r.T("intake.failed"), k.Out.Error
	default:
		if _, here := running.Load(run.ID); here {
			p.Poll = address(school) + "/" + run.ID.String()
		} else {
			p.Failed, p.Label = true, r.T("intake.interrupted")
		}
	}
	return p.Draw()
}

func tiles(r *door.Request, o outcome) templ.Component {
	tile := func(key string, n int, tone ui.Tone) ui.Tile {
		t := ui.Tile{Label: r.T("intake.count-" + key), Value: ui.Number(n), Unit: r.T("intake.rows")}
		if n > 0 {
			t.Tone = tone
		}
		return t
	}
	return ui.Tiles(tile("new", o.Counts.New, ui.Green), tile("changed", o.Counts.Changed, ui.Amber), tile("same", o.Counts.Same, ui.Plain), tile("refused", o.Counts.Refused, ui.Red))
}

func rowTable(r *door.Request, caption string, rows []rowText, note string) templ.Component {
	t := ui.Table{Caption: caption, Quiet: true, Note: note, Columns: []ui.Column{{Label: r.T("intake.row"), Number: true}, {Label: r.T("intake.why"), Broad: true}}}
	for _, row := range rows[:min(len(rows), shownRows)] {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.Itoa(row.Row)), ui.Text(row.Text)}})
	}
	return t.Draw()
}

func changeTable(r *door.Request, changes []student.RosterChange) templ.Component {
	t := ui.Table{Caption: r.T("intake.changes"), Quiet: true, Columns: []ui.Column{{Label: r.T("intake.row"), Number: true}, {Label: r.T("pupils.name")}, {Label: r.T("pupils.class_head")}, {Label: r.T("intake.what"), Broad: true}}}
	for _, c := range changes {
		what := ui.Badge{Label: r.T("intake.new"), Tone: ui.Green}.Draw()
		if !c.New {
			var lines []templ.Component
			for _, f := range c.Fields {
				line := r.T("pupils." + f.Field)
				if f.Was != "" || f.Is != "" {
					line += ": " + word(r, f.Field, f.Was) + " → " + word(r, f.Field, f.Is)
				}
				lines = append(lines, frame.Wrap("<div>", "</div>", ui.Text(line)))
			}
			what = templ.Join(lines...)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.Itoa(c.Row)), ui.Text(c.Name), ui.Text(c.Class), what}})
	}
	return t.Draw()
}

func word(r *door.Request, field, value string) string {
	switch {
	case value == "":
		return "(" + r.T("intake.empty") + ")"
	case field == "sex":
		return r.T("pupils.sex-" + value)
	case field == "ethnicity":
		if e, ok := student.EthnicityOf(value); ok {
			return e.Name
		}
	}
	return value
}

// commit puts in what was planned. It first plans again: when that is not what the person
// saw, nothing is written and the new plan is shown.
func commit(ctx context.Context, r *door.Request) (door.Answer, error) {
	var run job.Run
	var k kept
	var school id.ID
	err := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		run, k, school, err = runOf(ctx, tx, r)
		return err
	})
	if err != nil {
		return door.Answer{}, err
	}
	to := door.SeeOther(address(school) + "/" + run.ID.String())
	if _, already := running.LoadOrStore(run.ID, true); already || run.State == job.Done {
		if !already {
			running.Delete(run.ID)
		}
		return to, nil
	}
	set := func(ctx context.Context, state string) error {
		return r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return job.Set(ctx, tx, r.Who.Realm, run.ID, state, k.encode())
		})
	}
	if run.State == job.Waiting {
		planned := k.Out.Counts
		if err := k.read(ctx, r, true, nil); err != nil {
			running.Delete(run.ID)
			return door.Answer{}, err
		}
		if k.Out.Moved = k.Out.Counts != planned; k.Out.Moved {
			running.Delete(run.ID)
			return to, set(ctx, job.Waiting)
		}
	}
	total := int64(k.Out.Rows)
	advance := func(ctx context.Context, done int) error {
		return r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return job.Advance(ctx, tx, r.Who.Realm, run.ID, int64(done), total)
		})
	}
	if err := set(ctx, job.Running); err != nil {
		running.Delete(run.ID)
		return door.Answer{}, err
	}
	if err := advance(ctx, 0); err != nil {
		running.Delete(run.ID)
		return door.Answer{}, err
	}
	behind := context.WithoutCancel(ctx)
	go func() {
		defer running.Delete(run.ID)
		file := k.Out.File
		changes := k.Out.Changes
		err := k.read(behind, r, false, func(done int) { _ = advance(behind, done) }) // how far it is does not decide whether it is done
		state := job.Done
		k.Out.Changes = changes
		k.Out.File = nil
		if err != nil {
			state, k.Out.File, k.Out.Error = job.Failed, file, failure(r, err)
		}
		_ = set(behind, state) // a run that could not be written down stays running, and may be begun again
	}()
	return to, nil
}

func failure(r *door.Request, err error) string {
	if f, ok := fault.Of(err); ok {
		return door.Sentence(r.Lang, f)
	}
	return r.T("door.broken")
}

func refusedRows(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	_, k, school, err := runOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	rule, err := access.May(ctx, tx, r.Who, access.ImportPupils, access.School(school))
	if err != nil {
		return door.Answer{}, err
	}
	r.Export("refused-rows", access.School(school), rule, k.Out.Counts.Refused)
	return door.File("dong-loi.csv", "text/csv; charset=utf-8", func(w io.Writer) error {
		_, err := w.Write(k.Out.Refused)
		return err
	}), nil
}

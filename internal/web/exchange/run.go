package exchange

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Sizes of pages.
const (
	linesPage = 50
	mendPage  = 10
	listed    = 50000 // lines of one downloaded list
)

// patience is how long an answer waits for a short pass, so that most people see its end
// at once; the pass goes on without them.
const patience = 2 * time.Second

// drive begins the pass that a run waits for, beside this request. What stops here is taken
// up by the worker.
func drive(ctx context.Context, r *door.Request, run id.ID) {
	done := make(chan struct{})
	db, realm, behind := r.Store(), r.Who.Realm, context.WithoutCancel(ctx)
	go func() {
		defer close(done)
		_, _ = exchange.Drive(behind, db, realm, run, nil) // what went wrong stands in the run
	}()
	select {
	case <-done:
	case <-ctx.Done():
	case <-time.After(patience):
	}
}

func runOf(ctx context.Context, tx *store.Tx, r *door.Request) (intake.Run, exchange.Kind, error) {
	run, err := r.ID("run")
	if err != nil {
		return intake.Run{}, exchange.Kind{}, err
	}
	return exchange.RunOf(ctx, tx, r.Who, run)
}

func showRun(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return runAgain(ctx, tx, r, nil)
}

// runAgain is the page of a run, whatever state it is in.
func runAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	run, kind, err := runOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if r.Partial() {
		return door.Page(ui.In(r.Lang, progress(r, run))), nil
	}
	if run.State == intake.Uploaded {
		return columnsAgain(ctx, tx, r, faults)
	}
	rule, err := kind.May(ctx, tx, r.Who, run.Place)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Resource{Kind: access.Kind(run.Place.Kind), ID: run.Place.ID}, rule, "import")
	c, err := chrome(ctx, tx, r, run.Place, r.T("desk.title"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("desk.of_file", "kind", kindWord(r, run.Kind), "file", run.FileName, "rows", ui.Number(run.Counts.Rows))
	c.Badge = stateBadge(r, run)
	var mistakes []ui.Mistake
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
	}
	parts := []templ.Component{steps(r, run), ui.Faults("", mistakes)}
	if run.Moved && run.State == intake.Planned {
		parts = append(parts, ui.Notice{Tone: ui.Amber, Text: r.T("intake.moved")}.Draw())
	}
	if !run.Ended() || run.State == intake.Failed {
		parts = append(parts, progress(r, run))
	}
	if !run.Ended() {
		parts = append(parts, frame.Quietly(r.T("desk.leave")), ui.Press(ui.Button{Label: r.T("desk.refresh"), URL: runAddress(run.ID), Kind: ui.Quiet}))
		return door.Page(frame.In(ui.Page(c), parts...)), nil
	}
	parts = append(parts, tiles(r, run))
	acts, err := actions(ctx, tx, r, run, kind)
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, acts)
	lines, err := linesPart(ctx, tx, r, run, kind)
	if err != nil {
		return door.Answer{}, err
	}
	return door.Page(frame.In(ui.Page(c), append(parts, lines)...)), nil
}

// steps is the way of a file.
func steps(r *door.Request, run intake.Run) templ.Component {
	at := map[string]int{intake.Uploaded: 1, intake.Planning: 2, intake.Planned: 2, intake.Committing: 3, intake.Undoing: 3, intake.Done: 4, intake.Undone: 4}[run.State]
	var all []ui.Step
	for i, key := range []string{"step_file", "step_columns", "step_plan", "step_write"} {
		s := ui.Step{Label: r.T("desk." + key)}
		if i < at {
			s.State = ui.StepDone
		} else if i == at {
			s.State = ui.StepNow
		}
		all = append(all, s)
	}
	return ui.Steps(r.T("intake.way"), all...)
}

// progress is how far the run is; it asks again until the run has ended.
func progress(r *door.Request, run intake.Run) templ.Component {
	p := ui.Progress{ID: "tien-do", Label: r.T("desk.state-" + run.State), Done: run.Position, Of: run.Total}
	switch {
	case run.State == intake.Failed:
		p.Failed, p.Label = true, r.T("desk.failed")
		if f := run.Fault(); f != nil {
			p.Detail = door.Sentence(r.Lang, f)
		}
	case run.Ended():
		p.Finished, p.Detail = true, r.T("desk.ended")
	default:
		p.Poll = runAddress(run.ID)
	}
	return p.Draw()
}

func tiles(r *door.Request, run intake.Run) templ.Component {
	tile := func(key string, n int, tone ui.Tone) ui.Tile {
		t := ui.Tile{Label: r.T("intake.count-" + key), Value: ui.Number(n), Unit: r.T("intake.rows")}
		if n > 0 {
			t.Tone = tone
		}
		return t
	}
	c := run.Counts
	return ui.Tiles(tile("new", c.New, ui.Green), tile("changed", c.Changed, ui.Amber), tile("same", c.Same, ui.Plain), tile("refused", c.Refused, ui.Red))
}

// actions are what can be done with a run that stands.
func actions(ctx context.Context, tx *store.Tx, r *door.Request, run intake.Run, kind exchange.Kind) (templ.Component, error) {
	here := runAddress(run.ID)
	columns := ui.Press(ui.Button{Label: r.T("desk.columns_title"), URL: here + "/cot", Icon: ui.IconTable})
	if kind.Open != nil {
		columns = templ.NopComponent
	}
	other := ui.Button{Label: r.T("intake.other_file"), URL: deskAddress(run.Place), Kind: ui.Quiet}
	switch run.State {
	case intake.Planned:
		n := run.Counts.New + run.Counts.Changed
		button := ui.Button{Label: r.T("intake.commit", "n", ui.Number(n)), Kind: ui.Primary, Icon: ui.IconCheck, Name: "act", Value: "commit", Disabled: n == 0}
		return frame.Box("actions", ui.Post(here, button, ui.Pair{Name: "digest", Value: run.Digest}), columns, ui.Press(other)), nil
	case intake.Failed:
		parts := []templ.Component{}
		if run.Entries > 0 || run.Digest != "" {
			parts = append(parts, ui.Post(here, ui.Button{Label: r.T("intake.commit_again"), Kind: ui.Primary, Name: "act", Value: "resume"}))
		}
		if run.Entries > 0 {
			parts = append(parts, ui.Press(ui.Button{Label: r.T("desk.undo"), URL: here + "?hoan-tac=1"}))
		}
		return frame.Box("actions", append(parts, columns, ui.Press(other))...), nil
	case intake.Done:
		if r.Value("hoan-tac") != "" {
			return undoPart(ctx, tx, r, run)
		}
		parts := []templ.Component{ui.Notice{Tone: ui.Green, Text: r.T("intake.done", "new", ui.Number(run.Counts.New), "changed", ui.Number(run.Counts.Changed))}.Draw()}
		buttons := []ui.Button{other}
		if run.Entries > 0 {
			buttons = append(buttons, ui.Button{Label: r.T("desk.undo"), URL: here + "?hoan-tac=1", Kind: ui.Quiet})
		}
		return templ.Join(append(parts, ui.Actions(buttons...))...), nil
	}
	return templ.Join(ui.Notice{Tone: ui.Plain, Text: r.T("desk.undone")}.Draw(), ui.Actions(other)), nil
}

// undoPart says what stands in the way of an undo, or asks whether it is meant.
func undoPart(ctx context.Context, tx *store.Tx, r *door.Request, run intake.Run) (templ.Component, error) {
	standing, err := exchange.StandingIn(ctx, tx, r.Who, run.ID)
	if err != nil {
		return nil, err
	}
	here := runAddress(run.ID)
	back := ui.Button{Label: r.T("intake.cancel"), URL: here, Kind: ui.Quiet}
	if len(standing) == 0 {
		return frame.In(ui.Card(r.T("desk.undo")), frame.Words(r.T("desk.undo_text", "n", ui.Number(run.Counts.New+run.Counts.Changed))),
			frame.Box("actions", ui.Post(here, ui.Button{Label: r.T("desk.undo_now"), Kind: ui.Danger, Name: "act", Value: "undo"}), ui.Press(back))), nil
	}
	var items []templ.Component
	for _, s := range standing {
		key := "desk.stands"
		if s.Changed {
			key = "desk.stands_changed"
		}
		line := []templ.Component{ui.Text(r.T(key, "what", wordOr(r, "intake.standing-"+s.Table, s.Table), "n", ui.Number(s.Rows)))}
		for i, link := range s.Links {
			if at := linkAddress(s.LinkKind, link); at != "" {
				line = append(line, ui.Text(" "), ui.Link(at, "["+strconv.Itoa(i+1)+"]"))
			}
		}
		items = append(items, frame.Wrap("<li>", "</li>", line...))
	}
	return frame.In(ui.Card(r.T("desk.undo_refused")), frame.Words(r.T("desk.undo_refused_text")), frame.Wrap("<ul>", "</ul>", items...), ui.Actions(back)), nil
}

func linkAddress(kind string, of id.ID) string {
	if of == 0 {
		return ""
	}
	switch access.Kind(kind) {
	case access.PupilKind:
		return "/hoc-sinh/" + of.String()
	case access.ClassKind:
		return frame.ClassAddress(of)
	case access.SchoolKind:
		return frame.SchoolAddress(of)
	case access.UnitKind:
		return frame.UnitAddress(of)
	}
	return ""
}

// actOnRun carries out a button.
func actOnRun(ctx context.Context, r *door.Request) (door.Answer, error) {
	run, err := r.ID("run")
	if err != nil {
		return door.Answer{}, err
	}
	err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, _, err := exchange.RunOf(ctx, tx, r.Who, run); err != nil {
			return err
		}
		switch r.Value("act") {
		case "commit":
			return exchange.Commit(ctx, tx, r.Who, run, r.Value("digest"))
		case "resume":
			return exchange.Resume(ctx, tx, r.Who, run)
		case "undo":
			return exchange.Undo(ctx, tx, r.Who, run)
		}
		return fault.New(fault.Invalid, "desk.no_act", nil)
	})
	if err != nil {
		return door.Answer{}, err
	}
	drive(ctx, r, run)
	return door.SeeOther(runAddress(run)), nil
}

// previewOf reads what a plan says of a row.
func previewOf(l intake.Line) (p exchange.Preview) {
	_ = json.Unmarshal([]byte(l.Body), &p) // the door's own; a line without one is empty
	return p
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"ralop/internal/access"
	"ralop/internal/app"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/paper"
	"ralop/internal/store"
)

// importHeap is what the heap of an import may take, in bytes; the database's own is beside it.
const importHeap = 160 << 20

// desk takes a file in at the import desk of the realm, in this process. more are counts
// beside those of rows that are printed also when they are 0.
func (f importFlags) desk(env *Env, kind string, settings map[string]string, more ...string) error {
	return f.deskAt(env, kind, "", "", settings, more...)
}

// deskAt is desk at a place: a school or a unit by its code, or the realm.
func (f importFlags) deskAt(env *Env, kind string, of access.Kind, code string, settings map[string]string, more ...string) error {
	mapping, err := exchange.ParseMapping(f.Map)
	if err != nil {
		return err
	}
	asked := exchange.Asked{Settings: settings}
	for _, m := range mapping {
		asked.Layout.Columns = append(asked.Layout.Columns, exchange.Choice{Heading: m.Column, Field: m.Field, Date: m.Layout})
	}
	file, err := os.Open(f.File)
	if errors.Is(err, os.ErrNotExist) {
		return fault.New(fault.NotFound, "exchange.no-file", fault.Args{"file": f.File})
	} else if err != nil {
		return err
	}
	defer file.Close()
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	who := a.System()
	place := intake.Place{Kind: string(access.RealmKind)}
	if of != "" {
		err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
			scope := access.ScopeKind(of)
			at, err := placeOf(ctx, tx, who, scope, code)
			place = intake.Place{Kind: string(of), ID: at}
			return err
		})
		if err != nil {
			return err
		}
	}
	// The heap of a long file is cleared more often rather than let grow to twice what lives.
	debug.SetMemoryLimit(min(debug.SetMemoryLimit(-1), importHeap))
	run, err := exchange.Upload(env.Context, a.Store, who, exchange.UploadIn{Kind: kind, Place: place,
		Name: filepath.Base(f.File), Content: file, Asked: asked})
	if err != nil {
		return err
	}
	err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error {
		if f.DryRun {
			return exchange.Choose(ctx, tx, who, run.ID, asked)
		}
		return exchange.CommitUnseen(ctx, tx, who, run.ID)
	})
	if err != nil {
		return err
	}
	if f.DryRun { // it leaves nothing behind
		defer a.Store.Write(context.WithoutCancel(env.Context), func(ctx context.Context, tx *store.Tx) error {
			return exchange.Discard(ctx, tx, who, run.ID)
		})
	}
	return f.drive(env, a, run.ID, more...)
}

// drive works on a run until it ends and prints what came of it.
func (f importFlags) drive(env *Env, a *app.App, number id.ID, more ...string) error {
	run, err := exchange.Drive(env.Context, a.Store, a.Realm, number, env.progress(env.T("exchange.writing")))
	if err != nil {
		if env.Context.Err() != nil {
			fmt.Fprintln(env.Err, env.T("exchange.stopped", "run", number))
		}
		return err
	}
	if ended := run.Fault(); ended != nil {
		return ended
	}
	result := importResult{Run: run.ID.String(), Rows: run.Counts.Rows, Counts: map[string]int{"new": run.Counts.New, "changed": run.Counts.Changed, "same": run.Counts.Same}}
	for _, name := range more {
		result.Counts[name] = run.Counts.More[name]
	}
	if f.DryRun {
		result.Run = ""
	}
	refused, err := f.said(env, a, run.ID, intake.Refused)
	if err != nil {
		return err
	}
	notes, err := f.said(env, a, run.ID, intake.Note)
	if err != nil {
		return err
	}
	if f.Errors != "" && len(refused) > 0 {
		if err := f.writeRefused(env, a, run.ID); err != nil {
			return err
		}
	}
	return f.finish(env, result, nil, refused, notes)
}

func (f importFlags) said(env *Env, a *app.App, run id.ID, sort string) (all []exchange.RowFault, err error) {
	const most = 100_000
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
		lines, err := exchange.Lines(ctx, tx, a.System(), run, sort, 0, most)
		for _, l := range lines {
			all = append(all, exchange.RowFault{Row: l.Row, Fault: l.Fault()})
		}
		return err
	})
	return all, err
}

// writeRefused writes refused rows to the file of --errors: xlsx by its name, else csv.
func (f importFlags) writeRefused(env *Env, a *app.App, run id.ID) error {
	format := paper.FormatCSV
	if strings.HasSuffix(strings.ToLower(f.Errors), ".xlsx") {
		format = paper.FormatXLSX
	}
	// Beside its place first: a list that could not be written whole takes no other's place.
	part, err := os.Create(f.Errors + ".part")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	err = exchange.WriteRefused(env.Context, a.Store, a.System(), run, part, format, env.Lang)
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(part.Name(), f.Errors)
	}
	return err
}

type importListCommand struct {
	Limit int `help:"How many of the newest. / Số lần nhập mới nhất." default:"20"`
}

// listedRun is one line of the list.
type listedRun struct {
	Run      string        `json:"run"`
	Kind     string        `json:"kind"`
	Place    string        `json:"place"`
	File     string        `json:"file"`
	State    string        `json:"state"`
	Position int64         `json:"position"`
	Total    int64         `json:"total"`
	Counts   intake.Counts `json:"counts"`
	MadeAt   string        `json:"made_at"`
}

// Run lists the newest imports.
func (c *importListCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var runs []intake.Run
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		runs, err = intake.Newest(ctx, tx, a.Realm, c.Limit)
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		all := []listedRun{}
		for _, r := range runs {
			all = append(all, listedRun{r.ID.String(), r.Kind, r.Place.Kind + " " + r.Place.ID.String(), r.FileName, r.State, r.Position, r.Total, r.Counts, r.MadeAt.String()})
		}
		return json.NewEncoder(env.Out).Encode(all)
	}
	for _, r := range runs {
		fmt.Fprintln(env.Out, env.T("exchange.run", "run", r.ID, "file", r.FileName, "kind", env.T("intake.kind-"+r.Kind), "state", env.T("intake.state-"+r.State),
			"new", r.Counts.New, "changed", r.Counts.Changed, "refused", r.Counts.Refused, "day", r.MadeAt.Day().Vietnamese()))
	}
	return nil
}

type importUndoCommand struct {
	Number string `arg:"" name:"run" help:"Number of the import, as the list says. / Số của lần nhập."`
}

// Run takes an import back, or says what stands in the way.
func (c *importUndoCommand) Run(env *Env) error {
	run, err := runNumber(c.Number)
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
		stands, err := exchange.StandingIn(ctx, tx, a.System(), run)
		for _, s := range stands {
			fmt.Fprintln(env.Err, exchange.StandingText(env.Lang, s))
		}
		return err
	})
	if err != nil {
		return err
	}
	err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error { return exchange.Undo(ctx, tx, a.System(), run) })
	if err != nil {
		return err
	}
	undone, err := exchange.Drive(env.Context, a.Store, a.Realm, run, env.progress(env.T("exchange.undoing")))
	if err != nil {
		return err
	}
	if ended := undone.Fault(); ended != nil {
		return ended
	}
	fmt.Fprintln(env.Out, env.T("exchange.undone", "file", undone.FileName, "run", run))
	return nil
}

type importResumeCommand struct {
	Number string `arg:"" name:"run" help:"Number of the import, as the list says. / Số của lần nhập."`
	Errors string `help:"Write refused rows to this csv. / Ghi các dòng lỗi ra tệp." type:"path" placeholder:"FILE"`
}

// Run goes on with an import that was stopped, where its last transaction left it.
func (c *importResumeCommand) Run(env *Env) error {
	run, err := runNumber(c.Number)
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	f := importFlags{Errors: c.Errors}
	err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error {
		r, _, err := exchange.RunOf(ctx, tx, a.System(), run)
		if err != nil {
			return err
		}
		f.File = r.FileName
		return exchange.Resume(ctx, tx, a.System(), run)
	})
	if err != nil {
		return err
	}
	return f.drive(env, a, run)
}

func runNumber(text string) (id.ID, error) {
	run, err := id.Parse(text)
	if err != nil {
		return 0, intake.NoRun()
	}
	return run, nil
}

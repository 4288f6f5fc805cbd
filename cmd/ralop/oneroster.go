package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ralop/internal/access"
	"ralop/internal/api"
	"ralop/internal/app"
	"ralop/internal/bundle"
	"ralop/internal/exchange"
	"ralop/internal/intake"
	"ralop/internal/store"
)

// onerosterCommand is for the owner of the machine: the whole roster as a bundle of csv files.
type onerosterCommand struct {
	Export onerosterExportCommand `cmd:"" help:"Write the whole roster as a OneRoster 1.2 bundle. / Xuất gói OneRoster."`
}

type onerosterExportCommand struct {
	File string `arg:"" help:"File .zip to write. / Tệp zip." type:"path"`
}

func (c *onerosterExportCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	// Beside its place first: a bundle that is half written has no name.
	part, err := os.OpenFile(c.File+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if err := api.WriteBundle(env.Context, a.Store, a.Realm, part); err != nil {
		part.Close()
		return err
	}
	if err := part.Close(); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), c.File); err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, map[string]any{"file": c.File})
	}
	_, err = fmt.Fprintln(env.Out, env.T("api.bundle-written", "file", c.File))
	return err
}

// importOnerosterCommand takes a bundle in.
type importOnerosterCommand struct {
	File   string `arg:"" help:"OneRoster 1.2 bundle, .zip of csv files (bulk). / Gói OneRoster." type:"existingfile"`
	DryRun bool   `help:"Show what would happen, change nothing. / Chỉ xem trước." name:"dry-run"`
}

func (c *importOnerosterCommand) Run(env *Env) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return err
	}
	if _, err := bundle.Read(file, about.Size()); err != nil { // before anything is kept
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	who := a.System()
	run, err := exchange.Upload(env.Context, a.Store, who, exchange.UploadIn{Kind: "oneroster", Place: intake.Place{Kind: string(access.RealmKind)},
		Name: filepath.Base(c.File), Content: io.NewSectionReader(file, 0, about.Size())})
	if err != nil {
		return err
	}
	err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error {
		if c.DryRun {
			return exchange.Choose(ctx, tx, who, run.ID, exchange.Asked{})
		}
		return exchange.CommitUnseen(ctx, tx, who, run.ID)
	})
	if err != nil {
		return err
	}
	if c.DryRun { // it leaves nothing behind
		defer a.Store.Write(context.WithoutCancel(env.Context), func(ctx context.Context, tx *store.Tx) error {
			return exchange.Discard(ctx, tx, who, run.ID)
		})
	}
	if run, err = exchange.Drive(env.Context, a.Store, a.Realm, run.ID, env.progress(env.T("exchange.writing"))); err != nil {
		if env.Context.Err() != nil {
			fmt.Fprintln(env.Err, env.T("exchange.stopped", "run", run.ID))
		}
		return err
	}
	if ended := run.Fault(); ended != nil {
		return ended
	}
	if err := c.print(env, a, run); err != nil {
		return err
	}
	if run.Counts.Refused > 0 {
		return errRefused
	}
	return nil
}

type onerosterFinding struct {
	File string `json:"file"`
	importError
}

func (c *importOnerosterCommand) print(env *Env, a *app.App, run intake.Run) error {
	told := func(sort string) (list []onerosterFinding, err error) {
		said, err := importFlags{}.said(env, a, run.ID, sort)
		for _, f := range said {
			file := c.File
			if f.Row > 0 {
				file = bundle.Order[f.Row/exchange.PartStride] + ".csv"
			}
			f.Row %= exchange.PartStride
			list = append(list, onerosterFinding{file, describe(env, []exchange.RowFault{f})[0]})
		}
		return list, err
	}
	errors, err := told(intake.Refused)
	if err != nil {
		return err
	}
	notes, err := told(intake.Note)
	if err != nil {
		return err
	}
	files := []string{"orgs", "academicSessions", "classes", "users", "enrollments"}
	if env.JSON {
		counts := map[string]map[string]int{}
		for _, f := range files {
			counts[f] = map[string]int{"new": run.Counts.More[f+" new"], "same": run.Counts.More[f+" same"]}
		}
		result := map[string]any{"file": c.File, "dry_run": c.DryRun, "counts": counts, "errors": errors, "notes": notes}
		if !c.DryRun {
			result["run"] = run.ID.String()
		}
		return printJSON(env, result)
	}
	for _, f := range files {
		fmt.Fprintln(env.Out, env.T("api.bundle-count", "file", f+".csv", "new", run.Counts.More[f+" new"], "same", run.Counts.More[f+" same"]))
	}
	for _, part := range []struct {
		head string
		list []onerosterFinding
	}{{"api.bundle-refused", errors}, {"api.bundle-notes", notes}} {
		if len(part.list) > 0 {
			fmt.Fprintf(env.Out, "%s: %d\n", env.T(part.head), len(part.list))
		}
		for _, f := range part.list {
			fmt.Fprintf(env.Out, "  %s:%d %s\n", f.File, f.Row, f.Message)
		}
	}
	return nil
}

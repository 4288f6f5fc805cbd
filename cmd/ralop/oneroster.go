package main

import (
	"fmt"
	"os"

	"ralop/internal/api"
	"ralop/internal/exchange"
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
	bundle, err := api.ReadBundle(file, about.Size())
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	done, err := api.ImportBundle(env.Context, a.Store, a.System(), api.ImportIn{Bundle: bundle, DryRun: c.DryRun, Progress: env.progress(env.T("exchange.writing"))})
	if err != nil {
		return err
	}
	if err := c.print(env, bundle, done); err != nil {
		return err
	}
	if len(done.Findings) > 0 {
		return errRefused
	}
	return nil
}

type onerosterFinding struct {
	File string `json:"file"`
	importError
}

func (c *importOnerosterCommand) print(env *Env, bundle *api.Bundle, done *api.Imported) error {
	told := func(findings []api.Finding) (list []onerosterFinding) {
		for _, f := range findings {
			list = append(list, onerosterFinding{f.File, describe(env, []exchange.RowFault{{Row: f.Line, Fault: f.Fault}})[0]})
		}
		return list
	}
	errors, notes := told(done.Findings), told(done.Notes)
	files := []string{"orgs", "academicSessions", "classes", "users", "enrollments"}
	if env.JSON {
		counts := map[string]map[string]int{}
		for _, f := range files {
			counts[f] = map[string]int{"new": done.Counts[f].New, "same": done.Counts[f].Same}
		}
		return printJSON(env, map[string]any{"file": c.File, "dry_run": c.DryRun, "counts": counts, "errors": errors, "notes": notes, "ignored": bundle.Ignored})
	}
	for _, f := range files {
		fmt.Fprintln(env.Out, env.T("api.bundle-count", "file", f+".csv", "new", done.Counts[f].New, "same", done.Counts[f].Same))
	}
	for _, f := range bundle.Ignored {
		fmt.Fprintln(env.Out, env.T("api.bundle-ignored", "file", f))
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

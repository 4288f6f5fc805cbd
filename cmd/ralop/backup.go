package main

import (
	"encoding/json"
	"fmt"
	"time"

	"ralop/internal/app"
	"ralop/internal/fault"
	"ralop/internal/store"
)

type backupCommand struct {
	Make     backupMake     `cmd:"" default:"withargs" help:"Copy everything while people work. / Sao lưu khi hệ thống đang chạy."`
	List     backupList     `cmd:"" help:"The copies in a folder. / Các bản sao."`
	Rehearse backupRehearse `cmd:"" help:"Restore a copy into a scratch place and prove it. / Diễn tập phục hồi."`
}

type backupMake struct {
	To   string `help:"Folder of the copies, best on another disk. / Thư mục chứa các bản sao." default:"ralop-backup" type:"path"`
	Keep int    `help:"How many copies stay; 0 keeps all. / Số bản sao giữ lại." default:"14"`
}

func (c *backupMake) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	folder, m, err := a.Backup(env.Context, c.To, c.Keep)
	if err != nil {
		return err
	}
	if env.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"folder": folder, "manifest": m})
	}
	fmt.Fprintln(env.Out, env.T("app.backed-up", "folder", folder, "bytes", m.Bytes, "sheets", m.Sums.Sheets))
	return nil
}

type backupList struct {
	In string `help:"Folder of the copies. / Thư mục chứa các bản sao." default:"ralop-backup" type:"path"`
}

func (c *backupList) Run(env *Env) error {
	copies, err := app.Copies(c.In)
	if err != nil {
		return err
	}
	for _, folder := range copies {
		m, err := app.ReadManifest(folder)
		if damaged, ok := fault.Of(err); ok {
			fmt.Fprintln(env.Out, folder, "–", env.T(damaged.Code, "folder", folder))
			continue
		} else if err != nil {
			return err
		}
		fmt.Fprintln(env.Out, env.T("app.copy", "folder", folder, "day", m.MadeAt.Day().Vietnamese(), "clock", m.MadeAt.Clock(), "bytes", m.Bytes, "engine", string(m.Engine)))
	}
	if len(copies) == 0 {
		return fault.New(fault.NotFound, "app.no-copy", fault.Args{"folder": c.In})
	}
	return nil
}

type backupRehearse struct {
	In      string `help:"Folder of the copies; the newest is tried. / Thư mục chứa các bản sao." default:"ralop-backup" type:"path"`
	Copy    string `help:"This copy instead of the newest. / Thử đúng bản sao này." type:"path"`
	Scratch string `help:"Empty PostgreSQL database to restore a dump into. / Cơ sở dữ liệu PostgreSQL trống để thử."`
}

func (c *backupRehearse) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	folder := c.Copy
	if folder == "" {
		copies, err := app.Copies(c.In)
		if err != nil {
			return err
		}
		if len(copies) == 0 {
			return fault.New(fault.NotFound, "app.no-copy", fault.Args{"folder": c.In})
		}
		folder = copies[0]
	}
	r, err := a.Rehearse(env.Context, folder, c.Scratch, env.progress(env.T("app.rehearsing")))
	if err != nil {
		return err
	}
	if env.JSON {
		if err := json.NewEncoder(env.Out).Encode(r); err != nil {
			return err
		}
	} else {
		for _, d := range r.Differences {
			fmt.Fprintln(env.Out, env.T("app.differs", "what", d))
		}
		for _, f := range r.Findings {
			fmt.Fprintln(env.Out, env.T("app.finding-"+f.What, "school", f.School, "detail", f.Detail))
		}
		fmt.Fprintln(env.Out, env.T("app.rehearsed", "copy", folder, "seconds", fmt.Sprintf("%.1f", r.Took.Seconds()), "differences", len(r.Differences), "findings", len(r.Findings)))
	}
	if !r.Passed() {
		return errFindings
	}
	return nil
}

type restoreCommand struct {
	Copy   string    `arg:"" optional:"" help:"Folder of the copy. / Thư mục của bản sao." type:"path"`
	Stream string    `help:"Restore what was streamed to this folder or s3://bucket/folder instead. / Phục hồi từ nơi chép liên tục." placeholder:"PLACE"`
	At     time.Time `help:"As it was at this moment (2026-03-02T07:30:00+07:00). / Như lúc này." placeholder:"MOMENT"`
}

func (c *restoreCommand) Run(env *Env) error {
	if (c.Copy == "") == (c.Stream == "") {
		return fault.New(fault.Invalid, "app.restore-what", nil)
	}
	if c.Stream != "" {
		a, err := app.RestoreStream(env.Context, env.Config, c.Stream, c.At)
		if err != nil {
			return err
		}
		defer a.Close()
		fmt.Fprintln(env.Out, env.T("app.restored-stream", "name", a.Name, "place", store.PlaceName(c.Stream)))
		return nil
	}
	a, m, err := app.RestoreCopy(env.Context, env.Config, c.Copy)
	if err != nil {
		return err
	}
	defer a.Close()
	fmt.Fprintln(env.Out, env.T("app.restored", "name", a.Name, "day", m.MadeAt.Day().Vietnamese(), "clock", m.MadeAt.Clock(), "sheets", m.Sums.Sheets))
	return nil
}

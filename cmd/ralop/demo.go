package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"ralop/internal/app"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/story"
)

type demoCommand struct {
	Addr  string `help:"Address to listen at. / Địa chỉ phục vụ." default:"127.0.0.1:8020" env:"RALOP_ADDR"`
	Story string `help:"Which story: ${stories}. / Câu chuyện." default:"tuan-giao-2019"`
	Size  string `help:"commune, district or province. / Quy mô." enum:"commune,district,province" default:"district"`
	Only  bool   `help:"Make it and end, without serving. / Chỉ tạo dữ liệu, không phục vụ." name:"only"`
}

// Run makes the demonstration when its folder is empty, and serves it. A folder with other
// data is never touched.
func (c *demoCommand) Run(env *Env) error {
	if env.Config.URL == "" && filepath.Base(env.Config.Dir) == defaultData {
		// The demonstration never lies in the folder that real data would lie in.
		env.Config.Dir = filepath.Join(filepath.Dir(env.Config.Dir), "ralop-demo-"+c.Story+"-"+c.Size)
	}
	a, err := app.Open(env.Context, env.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	if a.Realm != 0 && a.Story == "" {
		return fault.New(fault.Conflict, "app.realm-open", fault.Args{"name": a.Name})
	}
	if a.Realm == 0 {
		if err := c.make(env, a); err != nil {
			return err
		}
	}
	if c.Only {
		return nil
	}
	if err := c.people(env, a); err != nil {
		return err
	}
	return serve(env, a, app.Serving{}, c.Addr, "")
}

func (c *demoCommand) make(env *Env, a *app.App) error {
	began := time.Now()
	options := story.Options{Story: c.Story, Size: c.Size}
	stage, err := story.Begin(options)
	if err != nil {
		return err
	}
	if err := a.OpenRealm(env.Context, stage.Realm, c.Story); err != nil {
		return err
	}
	if err := a.SetClock(env.Context, stage.Clock.Time()); err != nil {
		return err
	}
	plan, err := story.Build(env.Context, a.Store, a.Realm, options, env.progress(env.T("app.inventing")))
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Err, env.T("app.working"))
	if err := story.Work(env.Context, a.Store, a.Realm, plan, a.SetClock); err != nil {
		return err
	}
	if err := a.CatchUp(env.Context); err != nil {
		return err
	}
	// The clock runs on from where the story starts, however long it took to make.
	if err := a.SetClock(env.Context, stage.Clock.Time()); err != nil {
		return err
	}
	fmt.Fprintln(env.Err, env.T("app.invented", "seconds", int(time.Since(began).Seconds())))
	return nil
}

// people prints as whom one may sign in.
func (c *demoCommand) people(env *Env, a *app.App) error {
	var offers []story.Offer
	err := a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		offers, err = story.Offers(ctx, tx, a.Realm)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Out, env.T("app.people"))
	for _, o := range offers {
		fmt.Fprintf(env.Out, "  %-18s %s – %s\n", o.Login, o.Name, o.Title)
	}
	if _, err := os.Stat(env.Config.Dir); err == nil && env.Config.URL == "" {
		fmt.Fprintln(env.Out, env.T("app.folder", "folder", env.Config.Dir))
	}
	return nil
}

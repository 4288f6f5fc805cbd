package main

import (
	"fmt"
	"net"
	"net/http"

	"ralop/internal/app"
)

type serveCommand struct {
	Addr    string `help:"Address to listen at. / Địa chỉ phục vụ." default:"127.0.0.1:8020" env:"RALOP_ADDR"`
	Metrics string `help:"Address for measurements in Prometheus' form, reached by nobody but the watcher. / Địa chỉ số đo." placeholder:"127.0.0.1:9464" env:"RALOP_METRICS"`
	Secure  bool   `help:"Behind HTTPS: cookies go no other way. / Chạy sau HTTPS." env:"RALOP_SECURE"`
}

func (c *serveCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	return serve(env, a, app.Serving{Secure: c.Secure}, c.Addr, c.Metrics)
}

func serve(env *Env, a *app.App, s app.Serving, addr, metrics string) error {
	s.Version = version()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if metrics != "" {
		s.Metrics = app.NewMetrics(a)
		apart, err := net.Listen("tcp", metrics)
		if err != nil {
			return err
		}
		defer apart.Close()
		mux := http.NewServeMux()
		mux.Handle("/metrics", s.Metrics.Handler())
		go http.Serve(apart, mux)
	}
	fmt.Fprintln(env.Out, env.T("app.serving", "address", "http://"+listener.Addr().String()))
	return a.Serve(env.Context, listener, s)
}

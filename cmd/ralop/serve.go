package main

import (
	"fmt"
	"net"

	"ralop/internal/app"
)

type serveCommand struct {
	Addr   string `help:"Address to listen at. / Địa chỉ phục vụ." default:"127.0.0.1:8020" env:"RALOP_ADDR"`
	Secure bool   `help:"Behind HTTPS: cookies go no other way. / Chạy sau HTTPS." env:"RALOP_SECURE"`
}

func (c *serveCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	return serve(env, a, c.Addr, c.Secure)
}

func serve(env *Env, a *app.App, addr string, secure bool) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Out, env.T("app.serving", "address", "http://"+listener.Addr().String()))
	return a.Serve(env.Context, listener, app.Serving{Secure: secure, Version: version()})
}

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"ralop/internal/app"
	"ralop/internal/store"
)

type serveCommand struct {
	Addr    string `help:"Address to listen at. / Địa chỉ phục vụ." default:"127.0.0.1:8020" env:"RALOP_ADDR"`
	Metrics string `help:"Address for measurements in Prometheus' form, reached by nobody but the watcher. / Địa chỉ số đo." placeholder:"127.0.0.1:9464" env:"RALOP_METRICS"`
	Limits  limits `embed:""`
	Copies  string `help:"Folder of nightly copies, best on another disk; one is proved each week. / Thư mục sao lưu hằng đêm." placeholder:"FOLDER" type:"path" env:"RALOP_COPIES"`
	Keep    int    `help:"How many nightly copies stay; 0 keeps all. / Số bản sao giữ lại." default:"14" env:"RALOP_KEEP"`
	Stream  string `help:"Where every commit is copied to at once (SQLite): a folder or s3://bucket/folder. / Nơi chép liên tục." placeholder:"PLACE" env:"RALOP_STREAM"`
	Traces  bool   `help:"Send OpenTelemetry spans to OTEL_EXPORTER_OTLP_ENDPOINT; for a build with TAGS=otlp. / Gửi vết xử lý." env:"RALOP_TRACES"`
	Secure  bool   `help:"Behind HTTPS: cookies go no other way. / Chạy sau HTTPS." env:"RALOP_SECURE"`
}

func (c *serveCommand) Run(env *Env) error {
	env.Config.Limits = c.Limits.store()
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	return serve(env, a, app.Serving{Secure: c.Secure, Requests: c.Limits.Requests, Traces: c.Traces, Keeping: app.Keeping{Folder: c.Copies, Keep: c.Keep, Stream: c.Stream}}, c.Addr, c.Metrics)
}

// limits keep one process from asking more of its machine than that has.
type limits struct {
	Requests    int           `help:"Requests answered at the same time; others are asked to come again. / Số yêu cầu phục vụ cùng lúc." default:"1024" env:"RALOP_REQUESTS" group:"limits"`
	Queue       int           `help:"How many may wait for the database. / Số yêu cầu được chờ cơ sở dữ liệu." default:"1024" env:"RALOP_DB_QUEUE" name:"db-queue" group:"limits"`
	Patience    time.Duration `help:"How long one waits for a connection. / Thời gian chờ kết nối." default:"5s" env:"RALOP_DB_PATIENCE" name:"db-patience" group:"limits"`
	Connections int           `help:"PostgreSQL: most connections; 0: 4 for each processor. / Số kết nối nhiều nhất." default:"0" env:"RALOP_DB_CONNECTIONS" name:"db-connections" group:"limits"`
	Least       int           `help:"PostgreSQL: connections kept open. / Số kết nối giữ sẵn." default:"2" env:"RALOP_DB_CONNECTIONS_MIN" name:"db-connections-min" group:"limits"`
	Lifetime    time.Duration `help:"PostgreSQL: a connection is made anew after this. / Tuổi thọ một kết nối." default:"1h" env:"RALOP_DB_CONNECTION_LIFETIME" name:"db-connection-lifetime" group:"limits"`
	Statement   time.Duration `help:"PostgreSQL: longest statement; 0: no limit. / Câu lệnh lâu nhất." default:"30s" env:"RALOP_DB_STATEMENT_TIMEOUT" name:"db-statement-timeout" group:"limits"`
	Lock        time.Duration `help:"PostgreSQL: longest wait for rows that another holds; 0: no limit. / Thời gian chờ khóa." default:"10s" env:"RALOP_DB_LOCK_TIMEOUT" name:"db-lock-timeout" group:"limits"`
}

func (l limits) store() store.Limits {
	return store.Limits{Connections: l.Connections, MinConnections: l.Least, Lifetime: l.Lifetime, Statement: l.Statement, Lock: l.Lock, Patience: l.Patience, Queue: l.Queue}
}

func serve(env *Env, a *app.App, s app.Serving, addr, metrics string) error {
	s.Version = version()
	if s.Traces {
		stop, err := app.StartTraces(env.Context, s.Version)
		if err != nil {
			return err
		}
		defer stop(context.WithoutCancel(env.Context))
	}
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

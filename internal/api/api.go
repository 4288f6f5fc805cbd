package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-chi/httprate"

	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/token"
)

// Config is what this door needs.
type Config struct {
	Store   *store.Store
	Log     *slog.Logger // nil is slog.Default
	Minute  int          // requests of one token in a minute; 0 is Usual
	Observe func(method, route string, status int, took time.Duration)
}

// Usual is how often a token may ask in a minute.
const Usual = 600

// Prefix of the REST addresses.
const Prefix = "/api/v1"

// desk answers.
type desk struct {
	config Config
	rate   *httprate.RateLimiter
	api    huma.API
}

// Mounts are the addresses of this door.
func Mounts(c Config) []door.Mount {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Minute == 0 {
		c.Minute = Usual
	}
	mux := http.NewServeMux()
	d := &desk{config: c, rate: httprate.NewRateLimiter(c.Minute, time.Minute)}
	d.api = humago.New(mux, description())
	d.api.UseMiddleware(d.admit)
	d.places()
	d.pupils()
	d.sheets()
	d.figures()
	d.webhooks()
	d.page(mux)
	d.oneRoster(mux)
	d.bundle(mux)
	watched := d.watch(mux)
	return []door.Mount{{Prefix: "/api/", Handler: watched}, {Prefix: rosterPath + "/", Handler: watched}}
}

// Document is the OpenAPI description, as it is served and reviewed.
func Document() ([]byte, error) {
	mux := http.NewServeMux()
	d := &desk{api: humago.New(mux, description())}
	d.places()
	d.pupils()
	d.sheets()
	d.figures()
	d.webhooks()
	return document(d.api)
}

func document(api huma.API) ([]byte, error) {
	return json.MarshalIndent(api.OpenAPI(), "", "  ")
}

func description() huma.Config {
	c := huma.DefaultConfig("Ra Lop", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.Info.Description = "Places, pupils of a class, roll calls and figures. A token opens only what its account may see today."
	c.Servers = []*huma.Server{{URL: "/"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of an account, made with `ralop token make`."}}
	return c
}

// route describes an operation; the scope it needs is part of the description.
func route(id, method, path, summary, about string, scope token.Scope) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: Prefix + path, Summary: summary, Description: about,
		Security: []map[string][]string{{"token": {string(scope)}}}, MaxBodyBytes: 256 << 10,
		Errors:     []int{401, 403, 404, 422, 429},
		Extensions: map[string]any{"x-scope": string(scope)}}
}

// asked runs one room function for an operation: f gets the transaction and the caller in its hands.
func asked[I, O any](ctx context.Context, d *desk, in *I, f func(context.Context, *store.Tx, *Call, *I) (O, error)) (out O, err error) {
	call := callOf(ctx)
	err = d.config.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		call.looks = nil
		out, err = f(ctx, tx, call, in)
		return err
	})
	if err == nil && len(call.looks) > 0 {
		err = d.config.Store.Write(ctx, call.record)
	}
	return out, call.problem(d, err)
}

// Answered is a body with its tag.
type Answered[T any] struct {
	ETag  string `header:"ETag" doc:"Send it as If-None-Match to be told 304 while nothing has changed."`
	Cache string `header:"Cache-Control"`
	Body  T
}

// Conditional is the header by which a program says what it has.
type Conditional struct {
	Known string `header:"If-None-Match" doc:"ETag of the answer that is held already."`
}

func (c Conditional) known() string { return c.Known }

// read registers an operation that only reads.
func read[I interface{ known() string }, T any](d *desk, op huma.Operation, f func(context.Context, *store.Tx, *Call, *I) (T, error)) {
	op.Responses = map[string]*huma.Response{"304": {Description: "Not Modified"}}
	huma.Register(d.api, op, func(ctx context.Context, in *I) (*Answered[T], error) {
		body, err := asked(ctx, d, in, f)
		if err != nil {
			return nil, err
		}
		tag, err := tagOf(body)
		if err != nil {
			return nil, err
		}
		const private = "private, no-cache"
		if matches((*in).known(), tag) {
			return nil, huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"ETag": {tag}, "Cache-Control": {private}})
		}
		return &Answered[T]{tag, private, body}, nil
	})
}

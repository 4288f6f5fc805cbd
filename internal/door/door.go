package door

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// Config is what all doors share.
type Config struct {
	Store *store.Store
	Log   *slog.Logger     // nil is slog.Default
	Clock func() time.Time // the machine's, for sessions; nil is time.Now
	Face  Face             // pages of failures; nil is plain text

	Secure            bool   // served over HTTPS: cookies go no other way
	SignIn            string // address where one signs in
	ChangePassword    string // address where one must change the password
	RequestsPerMinute int    // of one session; 0 is no limit
	Requests          int    // at the same time, of all; 0 is no limit
	Demonstration     bool   // invented data: pages say so, and one click signs in
	Version           string

	// Observe is told of every answer: the pattern of its route, never its address. nil: nobody.
	Observe func(method, route string, status int, took time.Duration)
	// Traces says whether each answer is a span of the process' tracer (OpenTelemetry).
	Traces bool

	// People are those of the demonstration as whom one click signs in.
	People func(ctx context.Context, tx *store.Tx) ([]account.Offer, error)
}

// Door serves route tables.
type Door struct {
	config   Config
	sessions *scs.SessionManager
	limit    *limiter
}

// New makes a Door.
func New(c Config) *Door {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	d := &Door{config: c, limit: perSession(c.RequestsPerMinute)}
	d.sessions = newSessions(d)
	return d
}

func (d *Door) machine() day.Instant { return account.Sessions{Clock: d.config.Clock}.Now() }

// Mount is a folder of files that need no caller, such as style sheets.
type Mount struct {
	Prefix  string // "/tai-san/"
	Handler http.Handler
}

// Handler serves the routes, and the mounts beside them. An address that none of them
// names is a page that says so.
func (d *Door) Handler(routes []Route, mounts ...Mount) http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes {
		mux.Handle(route.Method+" "+route.Pattern, d.serve(route))
	}
	missing := Act(func(context.Context, *Request) (Answer, error) {
		return Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	})
	mux.Handle("/", d.serve(Route{Pattern: "/", Open: true, Always: true, Handler: missing}))
	foreign := d.serve(Route{Pattern: "/", Open: true, Always: true, Handler: Act(func(context.Context, *Request) (Answer, error) {
		return Answer{}, fault.New(fault.Forbidden, "door.foreign", nil)
	})})
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(d.sessions.LoadAndSave(foreign))
	outer := http.NewServeMux()
	for _, mount := range mounts {
		outer.Handle(mount.Prefix, mount.Handler)
	}
	outer.Handle("/", d.admitted(protection.Handler(expecting(d.sessions.LoadAndSave(mux)))))
	return Secured(outer, d.config.Secure)
}

// expecting lets the session be read together with its caller.
func expecting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(account.Expect(r.Context())))
	})
}

// serve answers one route.
func (d *Door) serve(route Route) http.Handler {
	var own *limiter
	if route.Limit != nil {
		own = newLimiter(*route.Limit)
	}
	if route.Body == 0 {
		route.Body = 1 << 20
	}
	return http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		began := time.Now()
		h.Body = http.MaxBytesReader(w, h.Body, route.Body)
		r := &Request{HTTP: h, Number: number(), Now: d.config.Store.Now(), door: d, route: route, response: w}
		r.Today = r.Now.Day()
		w.Header().Set("X-Request-Id", r.Number)
		var span trace.Span
		if d.config.Traces {
			// The pattern, never the address: a trace leaves the machine and names nobody. What a caller says of its own trace is not believed.
			var ctx context.Context
			ctx, span = otel.Tracer("ralop/door").Start(h.Context(), h.Method+" "+route.Pattern, trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot(),
				trace.WithAttributes(attribute.String("http.route", route.Pattern), attribute.String("ralop.request", r.Number)))
			r.HTTP = h.WithContext(ctx)
		}
		status, err := d.respond(w, r, own)
		took := time.Since(began)
		if span != nil {
			span.SetAttributes(attribute.Int("http.response.status_code", status))
			if status >= 500 {
				span.SetStatus(codes.Error, "")
			}
			span.End()
		}
		if d.config.Observe != nil {
			d.config.Observe(h.Method, route.Pattern, status, took)
		}
		d.log(r, status, took, err)
	})
}

// respond runs the handler and sends what it gives. The error is for the log.
func (d *Door) respond(w http.ResponseWriter, r *Request, own *limiter) (status int, err error) {
	a, err := d.run(w, r, own)
	if err != nil {
		a = d.failed(r, err)
	}
	status, sendErr := d.send(w, r, a)
	if sendErr != nil && !errors.Is(sendErr, errSent) {
		err = sendErr
		failure := d.answerOf(r, d.failure(r, err))
		status, _ = d.send(w, r, failure)
	}
	return status, err
}

func (d *Door) run(w http.ResponseWriter, r *Request, own *limiter) (a Answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	ctx := r.HTTP.Context()
	if err := d.identify(ctx, r); err != nil {
		return a, err
	}
	if d.limit != nil {
		if err := d.limit.over(w, r); err != nil {
			return a, err
		}
	}
	if own != nil {
		if err := own.over(w, r); err != nil {
			return a, err
		}
	}
	switch {
	case !r.SignedIn() && !r.route.Open:
		return a, fault.New(fault.Unsigned, "door.unsigned", nil)
	case r.Account.MustChange && !r.route.Always && d.config.ChangePassword != "":
		if r.wantsJSON() {
			return a, fault.New(fault.Forbidden, "door.must-change", nil)
		}
		return SeeOther(d.config.ChangePassword), nil
	}
	if err := readable(r); err != nil {
		return a, err
	}
	return r.route.Handler.answer(ctx, r)
}

// identify finds out who calls.
func (d *Door) identify(ctx context.Context, r *Request) error {
	session, ok := d.session(ctx)
	var err error
	if ok {
		if known := account.Expected(ctx); known.Of(session) {
			r.Account, r.Who = known.Profile, known.Who
		} else if err = d.config.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			if r.Account, err = account.Find(ctx, tx, session.Realm, session.Account); err != nil {
				return err
			}
			r.Who, err = access.Load(ctx, tx, session.Realm, session.Account)
			return err
		}); fault.Is(err, fault.NotFound) {
			err = nil
		}
		if r.Account.Disabled {
			r.Account, r.Who = account.Profile{}, access.Who{}
		} else {
			r.Session = session
		}
	}
	r.Lang, r.Theme = languageOf(r.Account.Language, r.HTTP), themeOf(r.Account.Theme, r.HTTP)
	return err
}

// readable refuses a form that is too long or broken before a handler works with half of it.
func readable(r *Request) error {
	if r.HTTP.Method == http.MethodGet || r.HTTP.Method == http.MethodHead || strings.HasPrefix(r.HTTP.Header.Get("Content-Type"), "application/json") {
		return nil
	}
	var err error
	if strings.HasPrefix(r.HTTP.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.HTTP.ParseMultipartForm(4 << 20)
	} else {
		err = r.HTTP.ParseForm()
	}
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return fault.New(fault.Unsupported, "door.too-long", fault.Args{"limit": long.Limit >> 10})
	}
	if err != nil {
		return fault.New(fault.Invalid, "door.unreadable", nil).Because(err)
	}
	return nil
}

// failed is the answer to an error; a browser that is not signed in goes to sign in.
func (d *Door) failed(r *Request, err error) Answer {
	f := d.failure(r, err)
	if f.Code == "door.unsigned" && !r.wantsJSON() && !r.Partial() && d.config.SignIn != "" {
		address := d.config.SignIn
		if r.HTTP.Method == http.MethodGet && r.HTTP.URL.Path != "/" {
			address += "?" + url.Values{"tiep": {r.Address()}}.Encode()
		}
		return SeeOther(address)
	}
	return d.answerOf(r, f)
}

// errSent says that a part of the answer is out already: nothing can be mended.
var errSent = errors.New("door: the answer broke off")

func (d *Door) send(w http.ResponseWriter, r *Request, a Answer) (int, error) {
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	var body bytes.Buffer
	if a.Body != nil && !a.Streams {
		if err := a.Body(r.HTTP.Context(), &body); err != nil {
			return a.Status, err
		}
	}
	header := w.Header()
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-store")
	}
	for name, values := range a.Header {
		header[name] = values
	}
	if a.Streams {
		w.WriteHeader(a.Status)
		if err := a.Body(r.HTTP.Context(), w); err != nil {
			return a.Status, fmt.Errorf("%w: %w", errSent, err)
		}
		return a.Status, nil
	}
	if err := send(w, r.HTTP, a.Status, &body); err != nil {
		return a.Status, fmt.Errorf("%w: %w", errSent, err)
	}
	return a.Status, nil
}

// log writes one line for a request: the pattern, never the address, whose query may hold
// what somebody searched for.
func (d *Door) log(r *Request, status int, took time.Duration, err error) {
	attributes := []slog.Attr{slog.String("request", r.Number), slog.String("method", r.HTTP.Method), slog.String("route", r.route.Pattern),
		slog.Int("status", status), slog.Duration("took", took), slog.Int("realm", r.Who.Realm), slog.String("account", r.Who.Account.String())}
	level := slog.LevelInfo
	if err != nil {
		if f, ok := fault.Of(err); ok {
			attributes = append(attributes, slog.String("fault", f.Code))
		} else {
			attributes = append(attributes, slog.String("error", err.Error()))
			level = slog.LevelError
		}
	}
	d.config.Log.LogAttrs(r.HTTP.Context(), level, "request", attributes...)
}

// number is short enough to be read out on the telephone.
func number() string {
	var random [5]byte
	rand.Read(random[:])
	return base32.StdEncoding.EncodeToString(random[:])
}

package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/token"
)

// Call is one request with its caller.
type Call struct {
	token.Caller
	Lang  text.Lang
	looks []audit.Entry
}

// Look notes that the answer names pupils of a place.
func (c *Call) Look(object access.Resource, rule string) {
	c.looks = append(c.looks, c.Who.Audit("look", object, rule, map[string]any{"token": c.Token.ID}))
}

func (c *Call) record(ctx context.Context, tx *store.Tx) error {
	for _, look := range c.looks {
		if err := audit.Record(ctx, tx, look); err != nil {
			return err
		}
	}
	c.looks = nil
	return nil
}

// identify finds the caller of a request, counts it, and asks for the scope. w gets the
// headers that say how often the token may still ask.
func (d *desk) identify(w http.ResponseWriter, r *http.Request, scope token.Scope) (*Call, error) {
	call := &Call{Lang: text.ParseLang(r.Header.Get("Accept-Language"))}
	kind, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") {
		secret = ""
	}
	err := d.config.Store.Read(r.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		call.Caller, err = token.Find(ctx, tx, strings.TrimSpace(secret))
		return err
	})
	if err != nil {
		return call, err
	}
	if call.Language != "" {
		call.Lang = text.ParseLang(call.Language)
	}
	if d.rate.OnLimit(w, r, call.Token.ID.String()) {
		return call, fault.New(fault.Busy, "api.too-often", nil)
	}
	if err := call.Must(scope); err != nil {
		return call, err
	}
	if call.Worth {
		return call, d.config.Store.Write(r.Context(), func(ctx context.Context, tx *store.Tx) error { return token.Used(ctx, tx, call.Caller) })
	}
	return call, nil
}

type callKey struct{}

// callOf gives what admit found; the door alone reads it and hands it on in signatures.
func callOf(ctx context.Context) *Call { return ctx.Value(callKey{}).(*Call) }

// admit lets a request in before anything else of it is read.
func (d *desk) admit(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	scope, _ := ctx.Operation().Extensions["x-scope"].(string)
	call, err := d.identify(w, r, token.Scope(scope))
	if err != nil {
		p := problemOf(d, call.Lang, err)
		if p.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="ralop"`)
		}
		p.write(w)
		return
	}
	next(huma.WithValue(ctx, callKey{}, call))
}

// watch writes one line for a request into the log: the pattern, never the address.
func (d *desk) watch(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &watcher{ResponseWriter: w, status: http.StatusOK}
		_, pattern := mux.Handler(r)
		if w.Header().Get("Cache-Control") == "" {
			w.Header().Set("Cache-Control", "no-store")
		}
		mux.ServeHTTP(seen, r)
		took := time.Since(began)
		if d.config.Observe != nil {
			d.config.Observe(r.Method, pattern, seen.status, took)
		}
		d.config.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("route", pattern), slog.Int("status", seen.status), slog.Duration("took", took))
	})
}

type watcher struct {
	http.ResponseWriter
	status int
}

func (w *watcher) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// tagOf makes the ETag of a body.
func tagOf(body any) (string, error) {
	text, err := json.Marshal(body)
	sum := sha256.Sum256(text)
	return `"` + hex.EncodeToString(sum[:12]) + `"`, err
}

// matches reads If-None-Match.
func matches(known, tag string) bool {
	for one := range strings.SplitSeq(known, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}

// number reads a cursor or an offset: a whole number from 0.
func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}

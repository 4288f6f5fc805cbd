package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	people "ralop/internal/account"
	"ralop/internal/api"
	"ralop/internal/door"
	"ralop/internal/offline"
	"ralop/internal/store"
	"ralop/internal/story"
	"ralop/internal/web"
	"ralop/internal/web/account"
	rollpages "ralop/internal/web/rollcall"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Serving is how an App is served.
type Serving struct {
	Requests int  // answered at the same time; whoever comes beyond is asked to come again; 0 is no limit
	Secure   bool // over HTTPS: cookies go no other way
	Version  string
	Metrics  *Metrics // nil: nothing is measured
	Keeping  Keeping  // of copies
	Traces   bool     // each answer of a page or a phone is a span of the process' tracer; those to programs are not
}

// Handler is everything a browser can ask of the house.
func (a *App) Handler(s Serving) http.Handler {
	config := door.Config{Store: a.Store, Log: a.Log, Face: frame.Face, Secure: s.Secure, Version: s.Version, Requests: s.Requests,
		SignIn: ui.SignInAddress, ChangePassword: account.ChangePasswordAddress, Demonstration: a.Story != ""}
	if config.Demonstration {
		config.People = func(ctx context.Context, tx *store.Tx) ([]people.Offer, error) { return story.Offers(ctx, tx, a.Realm) }
	}
	routes := slices.Concat(web.Routes(), offline.Routes(func() int { return a.Realm }))
	mounts := slices.Concat(web.Mounts(), offline.Mounts(rollpages.Module()), a.health(s.Version))
	config.Traces = s.Traces
	if s.Metrics != nil {
		config.Observe = s.Metrics.observe
	}
	mounts = append(mounts, api.Mounts(api.Config{Store: a.Store, Log: a.Log, Observe: config.Observe})...)
	handler := door.New(config).Handler(routes, mounts...)
	if s.Metrics != nil {
		handler = s.Metrics.counting(handler)
	}
	return handler
}

// Serve answers on the listener until ctx ends, then finishes what it took: requests in
// hand get ten seconds, and the workers end after the piece they are at.
func (a *App) Serve(ctx context.Context, listener net.Listener, s Serving) error {
	server := &http.Server{
		Handler:           a.Handler(s),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
	workers, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var stream *store.Stream
	if s.Keeping.Stream != "" {
		var err error
		if stream, err = a.Store.StreamTo(context.WithoutCancel(ctx), s.Keeping.Stream, a.Log); err != nil {
			return err
		}
	}
	var wait sync.WaitGroup
	wait.Go(func() { a.Work(workers) })
	wait.Go(func() { a.keepUp(workers, s.Keeping, stream) })
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		if err = server.Shutdown(grace); err != nil {
			server.Close() // what is still on its way then is not answered, and is sent again
		}
		cancel()
	}
	stop()
	wait.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	if stream != nil { // last: what the workers wrote at the end is brought there, too
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		err = errors.Join(err, stream.Close(end))
	}
	return err
}

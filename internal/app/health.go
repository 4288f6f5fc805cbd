package app

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"ralop/internal/door"
	"ralop/internal/store"
)

// Addresses that machines ask; they name nobody and need no caller.
const (
	HealthAddress = "/healthz" // the process answers
	ReadyAddress  = "/readyz"  // … and its database, too
)

// health are the two answers a balancer or systemd asks for.
func (a *App) health(version string) []door.Mount {
	answer := func(w http.ResponseWriter, status int, state string) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]string{"status": state, "version": version})
	}
	return []door.Mount{
		{Prefix: HealthAddress, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, http.StatusOK, "ok") })},
		{Prefix: ReadyAddress, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
			defer cancel()
			if err := a.answers(ctx); err != nil {
				a.Log.Error("not ready", "error", err.Error())
				answer(w, http.StatusServiceUnavailable, "database")
				return
			}
			answer(w, http.StatusOK, "ok")
		})},
	}
}

// answers says whether the database does.
func (a *App) answers(ctx context.Context) error {
	return a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := store.One[int](ctx, tx, sqlAnyRealm)
		return err
	})
}

const sqlAnyRealm = `SELECT COUNT(*) FROM realm`

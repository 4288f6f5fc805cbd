// Package notify is the pages of notices: each person's list and wishes, and for the
// administrator what was sent and how. None of them names a pupil.
package notify

import (
	"context"
	_ "embed"
	"io"
	"net/http"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/notify"
	"ralop/internal/store"
)

// Addresses of the administrator's pages.
const (
	BoardAddress    = "/quan-tri/gui-thong-bao"
	SettingsAddress = "/quan-tri/gui-thong-bao/thiet-lap"
)

// Routes are the addresses of this package.
func Routes() []door.Route {
	one := door.Names{"notice": ""}
	return []door.Route{
		{Method: "GET", Pattern: notify.ListAddress, Handler: door.Read(list)},
		{Method: "GET", Pattern: notify.ListAddress + "/so", Handler: door.Read(count)},
		{Method: "POST", Pattern: notify.ListAddress + "/da-xem", Handler: door.Write(readAll)},
		{Method: "GET", Pattern: notify.OpenAddress + "{notice}", Names: one, Handler: door.Write(open)},
		{Method: "GET", Pattern: notify.WishAddress, Handler: door.Write(showWish)},
		{Method: "POST", Pattern: notify.WishAddress, Handler: door.Write(keepWish).Or(wishAgain)},
		{Method: "POST", Pattern: notify.ListAddress + "/may", Handler: door.Write(subscribe)},
		{Method: "POST", Pattern: notify.ListAddress + "/may/bo", Handler: door.Write(unsubscribe)},
		{Method: "GET", Pattern: notify.ListAddress + "/sw.js", Open: true, Always: true, Handler: script(workerScript)},
		{Method: "GET", Pattern: notify.ListAddress + "/push.js", Open: true, Always: true, Handler: script(pushScript)},

		{Method: "GET", Pattern: BoardAddress, Action: access.ChangeSettings, Handler: door.Read(board)},
		{Method: "GET", Pattern: BoardAddress + ".csv", Action: access.ChangeSettings, Handler: door.Read(exportBoard)},
		{Method: "POST", Pattern: BoardAddress + "/lai/{notice}", Names: one, Action: access.ChangeSettings, Handler: door.Write(again)},
		{Method: "POST", Pattern: BoardAddress + "/thu", Action: access.ChangeSettings, Handler: door.Write(try)},
		{Method: "GET", Pattern: SettingsAddress, Action: access.ChangeSettings, Handler: door.Read(showSettings)},
		{Method: "POST", Pattern: SettingsAddress, Action: access.ChangeSettings, Handler: door.Write(keepSettings).Or(settingsAgain)},
	}
}

//go:embed assets/sw.js
var workerScript string

//go:embed assets/push.js
var pushScript string

// script answers with a script of this package. Its address does not change with it: the
// browser asks each time.
func script(content string) door.Handler {
	return door.Read(func(context.Context, *store.Tx, *door.Request) (door.Answer, error) {
		a := door.Answer{Status: http.StatusOK, Body: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, content)
			return err
		}}
		return a.With("Content-Type", "text/javascript; charset=utf-8").With("Cache-Control", "no-cache"), nil
	})
}

// Package token is the pages of programs: with which tokens they call the API, and which
// webhooks are told what happened. Everybody has a page for their own; who manages accounts
// sees and ends all.
package token

import (
	"ralop/internal/access"
	"ralop/internal/door"
)

// Addresses of these pages.
const (
	MineAddress   = "/toi/ket-noi"
	ManageAddress = "/quan-tri/ket-noi"
	APIAddress    = "/api/" // the page that the API has of itself
)

// Routes are the addresses of this package. Whose a token or webhook is, is asked by its room.
func Routes() []door.Route {
	token, webhook, event := door.Names{"token": ""}, door.Names{"webhook": ""}, door.Names{"webhook": "", "event": ""}
	return []door.Route{
		{Method: "GET", Pattern: MineAddress, Handler: door.Read(showMine)},
		{Method: "POST", Pattern: MineAddress + "/ma", Handler: door.Write(makeToken).Or(again)},
		{Method: "POST", Pattern: MineAddress + "/ma/{token}/thu-hoi", Names: token, Handler: door.Write(revoke)},
		{Method: "POST", Pattern: MineAddress + "/webhook", Handler: door.Write(makeWebhook).Or(again)},
		{Method: "GET", Pattern: MineAddress + "/webhook/{webhook}", Names: webhook, Handler: door.Read(showWebhook)},
		{Method: "POST", Pattern: MineAddress + "/webhook/{webhook}/gui-thu", Names: webhook, Handler: door.Write(try)},
		{Method: "POST", Pattern: MineAddress + "/webhook/{webhook}/gui-lai", Names: webhook, Handler: door.Write(replayDead)},
		{Method: "POST", Pattern: MineAddress + "/webhook/{webhook}/{event}/gui-lai", Names: event, Handler: door.Write(replay)},
		{Method: "POST", Pattern: MineAddress + "/webhook/{webhook}/ket-thuc", Names: webhook, Handler: door.Write(end)},

		{Method: "GET", Pattern: ManageAddress, Action: access.ManageAccounts, Handler: door.Read(showManage)},
		{Method: "POST", Pattern: ManageAddress + "/may-chu", Action: access.ChangeSettings, Handler: door.Write(allowHosts).Or(manageAgain)},
	}
}

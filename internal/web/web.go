// Package web is the door for people: pages. The route table here is the whole of what a
// browser can ask; every folder beside it holds the pages of one room.
//
// Only app imports it.
package web

import (
	"slices"

	"ralop/internal/door"
	"ralop/internal/web/account"
	"ralop/internal/web/afterbreak"
	"ralop/internal/web/benefit"
	"ralop/internal/web/board"
	"ralop/internal/web/book"
	"ralop/internal/web/calendar"
	"ralop/internal/web/casework"
	"ralop/internal/web/committee"
	"ralop/internal/web/device"
	"ralop/internal/web/exchange"
	"ralop/internal/web/find"
	"ralop/internal/web/handout"
	"ralop/internal/web/help"
	"ralop/internal/web/household"
	"ralop/internal/web/notify"
	"ralop/internal/web/org"
	"ralop/internal/web/report"
	"ralop/internal/web/rollcall"
	"ralop/internal/web/student"
	"ralop/internal/web/token"
	"ralop/internal/web/ui"
	"ralop/internal/web/upkeep"
	"ralop/internal/web/warning"
)

// Routes is the one route table. A new folder of pages is a new line here.
func Routes() []door.Route {
	return slices.Concat(
		account.Routes(),
		afterbreak.Routes(),
		benefit.Routes(),
		board.Routes(),
		book.Routes(),
		calendar.Routes(),
		casework.Routes(),
		committee.Routes(),
		device.Routes(),
		exchange.Routes(),
		find.Routes(),
		handout.Routes(),
		help.Routes(),
		household.Routes(),
		notify.Routes(),
		org.Routes(),
		report.Routes(),
		rollcall.Routes(),
		student.Routes(),
		token.Routes(),
		upkeep.Routes(),
		warning.Routes(),
	)
}

// Mounts are the folders of files that need no caller.
func Mounts() []door.Mount {
	return []door.Mount{
		{Prefix: ui.AssetPrefix, Handler: ui.Handler()},
		{Prefix: rollcall.AssetPrefix, Handler: rollcall.Assets()},
	}
}

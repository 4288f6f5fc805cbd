// Package device holds the pages about phones: one's own, the file of a phone that cannot
// send, and which phones of a school or a unit have been quiet.
package device

import (
	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/offline"
)

// Addresses of these pages that others name.
const (
	MineAddress   = "/toi/may"
	HandInAddress = "/toi/may/nop-tep"
	HealthAddress = "/quan-tri/may"
)

// Routes are the addresses of these pages.
func Routes() []door.Route {
	school, unit := door.Names{"school": access.SchoolKind}, door.Names{"unit": access.UnitKind}
	return []door.Route{
		{Method: "GET", Pattern: MineAddress, Handler: door.Read(showMine)},
		{Method: "POST", Pattern: MineAddress + "/dang-xuat", Handler: door.Write(signOut)},
		{Method: "POST", Pattern: MineAddress + "/chan", Handler: door.Write(block)},
		{Method: "POST", Pattern: MineAddress + "/bo-chan", Handler: door.Write(unblock)},
		{Method: "GET", Pattern: HandInAddress, Handler: door.Read(showHandIn)},
		{Method: "POST", Pattern: HandInAddress, Body: offline.HandInBytes + 1<<20, Handler: door.Act(handIn).Or(handInAgain)},

		{Method: "GET", Pattern: HealthAddress, Handler: door.Read(whichHealth)},
		{Method: "POST", Pattern: HealthAddress + "/tin-nhan", Action: access.ChangeSettings, Handler: door.Write(makeGateway)},
		{Method: "GET", Pattern: "/truong/{school}/may", Names: school, Action: access.SeeDevices, Handler: door.Read(healthOfSchool)},
		{Method: "GET", Pattern: "/truong/{school}/may.csv", Names: school, Action: access.SeeDevices, Handler: door.Read(exportOfSchool)},
		{Method: "GET", Pattern: "/don-vi/{unit}/may", Names: unit, Action: access.SeeDevices, Handler: door.Read(healthOfUnit)},
		{Method: "GET", Pattern: "/don-vi/{unit}/may.csv", Names: unit, Action: access.SeeDevices, Handler: door.Read(exportOfUnit)},
	}
}

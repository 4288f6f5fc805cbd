// Package benefit is the pages of support received: who in a class and a school receives
// what, and how many in a unit. A list names children and why they are helped: whoever
// looks or takes it along is in the audit book. A unit's page names nobody.
package benefit

import (
	"ralop/internal/access"
	"ralop/internal/door"
)

// Routes are the addresses of this package.
func Routes() []door.Route {
	return []door.Route{
		{Method: "GET", Pattern: "/truong/{school}/che-do", Names: door.Names{"school": access.SchoolKind}, Action: access.SeeBenefits, Handler: door.Read(ofSchool)},
		{Method: "GET", Pattern: "/lop/{class}/che-do", Names: door.Names{"class": access.ClassKind}, Action: access.SeeBenefits, Handler: door.Read(ofClass)},
		{Method: "GET", Pattern: "/don-vi/{unit}/che-do", Names: door.Names{"unit": access.UnitKind}, Action: access.SeeSensitive, Handler: door.Read(ofUnit)},
	}
}

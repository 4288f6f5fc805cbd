// Package calendar holds the pages of the calendar of a school and of a unit: months and
// weeks with the sessions held and why not, the 35 weeks, terms, timetables, and the
// forms that declare and withdraw closures and make-ups, each with a preview of what it
// reaches.
//
// A change of one school lets its sheets follow in the same transaction; a wider one is
// left to the worker, and the pages say "đang tính lại" until it is through.
package calendar

import (
	"ralop/internal/access"
	"ralop/internal/door"
)

// Routes are the pages of the calendar.
func Routes() []door.Route {
	var routes []door.Route
	for _, p := range []struct {
		prefix string
		names  door.Names
	}{{"/truong/{school}/lich", door.Names{"school": access.SchoolKind}}, {"/don-vi/{unit}/lich", door.Names{"unit": access.UnitKind}}} {
		routes = append(routes,
			door.Route{Method: "GET", Pattern: p.prefix, Names: p.names, Action: access.SeeBoard, Handler: door.Read(show)},
			door.Route{Method: "GET", Pattern: p.prefix + "/khai-bao", Names: p.names, Action: access.ChangeCalendar, Handler: door.Read(declareForm)},
			door.Route{Method: "POST", Pattern: p.prefix + "/khai-bao", Names: p.names, Action: access.ChangeCalendar, Handler: door.Act(declare).Or(declareAgain)},
			door.Route{Method: "GET", Pattern: p.prefix + "/thu-hoi", Names: p.names, Action: access.ChangeCalendar, Handler: door.Read(withdrawForm)},
			door.Route{Method: "POST", Pattern: p.prefix + "/thu-hoi", Names: p.names, Action: access.ChangeCalendar, Handler: door.Write(withdraw).Or(withdrawAgain)},
			door.Route{Method: "GET", Pattern: p.prefix + "/thoi-khoa-bieu", Names: p.names, Action: access.ChangeCalendar, Handler: door.Read(timetableForm)},
			door.Route{Method: "POST", Pattern: p.prefix + "/thoi-khoa-bieu", Names: p.names, Action: access.ChangeCalendar, Handler: door.Write(setTimetable).Or(timetableAgain)},
			door.Route{Method: "GET", Pattern: p.prefix + "/hoc-ky", Names: p.names, Action: access.ChangeCalendar, Handler: door.Read(termForm)},
			door.Route{Method: "POST", Pattern: p.prefix + "/hoc-ky", Names: p.names, Action: access.ChangeCalendar, Handler: door.Write(setTerm).Or(termAgain)})
	}
	return routes
}

// Package org holds the pages of places: units with their names over time and their
// successions, schools with their sites and classes, and the entry of administration.
// Places are no secret: anybody signed in may read them.
package org

import (
	"ralop/internal/access"
	"ralop/internal/door"
)

// Routes are the pages of places.
func Routes() []door.Route {
	class, school := door.Names{"class": access.ClassKind}, door.Names{"school": access.SchoolKind}
	return []door.Route{
		{Method: "GET", Pattern: "/don-vi", Handler: door.Read(top)},
		{Method: "GET", Pattern: "/don-vi/{unit}", Names: door.Names{"unit": ""}, Handler: door.Read(unit)},
		{Method: "GET", Pattern: "/truong/{school}", Names: door.Names{"school": ""}, Handler: door.Read(school_)},
		{Method: "GET", Pattern: "/truong/{school}/lop-moi", Names: school, Action: access.ChangeClasses, Handler: door.Read(openForm)},
		{Method: "POST", Pattern: "/truong/{school}/lop-moi", Names: school, Action: access.ChangeClasses, Handler: door.Write(openClass).Or(openAgain)},
		{Method: "GET", Pattern: "/lop/{class}/sua", Names: class, Action: access.ChangeClasses, Handler: door.Read(changeForm)},
		{Method: "POST", Pattern: "/lop/{class}/sua", Names: class, Action: access.ChangeClasses, Handler: door.Write(changeClass).Or(changeAgain)},
		{Method: "POST", Pattern: "/truong/{school}/diem-truong", Names: school, Action: access.ChangeSchools, Handler: door.Write(openSite).Or(schoolAgain)},
		{Method: "POST", Pattern: "/truong/{school}/diem-truong/dong", Names: school, Action: access.ChangeSchools, Handler: door.Write(closeSite)},
		{Method: "GET", Pattern: "/quan-tri/dia-ban", Handler: door.Read(manage)},
	}
}

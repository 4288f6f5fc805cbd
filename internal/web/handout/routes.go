// Package handout is the pages of lists that go out as files: the desk of a class, a
// school, a unit or a place of residence, where they are chosen, and each person's own page of the files
// that a worker made for her. None of them names a pupil.
//
// It enters the door exchange, which knows the lists (a row of layers_test.go).
package handout

import (
	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/handout"
	"ralop/internal/id"
)

// Routes are the addresses of this package.
func Routes() []door.Route {
	file := door.Names{"file": ""}
	routes := []door.Route{
		{Method: "GET", Pattern: handout.Address, Handler: door.Read(mine)},
		{Method: "GET", Pattern: handout.Address + "/{file}", Names: file, Handler: door.Act(fetch)},
		{Method: "POST", Pattern: handout.Address + "/{file}/xoa", Names: file, Handler: door.Write(remove)},
	}
	for _, p := range places {
		names := door.Names{p.name: p.kind}
		routes = append(routes,
			door.Route{Method: "GET", Pattern: p.path + "{" + p.name + "}/xuat", Names: names, Handler: door.Read(p.desk)},
			door.Route{Method: "POST", Pattern: p.path + "{" + p.name + "}/xuat", Names: names, Handler: door.Act(p.take).Or(p.again)})
	}
	return routes
}

// place is a kind of place that has a desk.
type place struct {
	kind access.Kind
	name string // of the id in the address
	path string
}

var places = []place{
	{access.ClassKind, "class", "/lop/"},
	{access.SchoolKind, "school", "/truong/"},
	{access.UnitKind, "unit", "/don-vi/"},
	{access.ResidenceKind, "unit", "/noi-o/"},
}

// deskAddress is the desk of a place, "" for a kind that has none.
func deskAddress(kind access.Kind, one id.ID) string {
	for _, p := range places {
		if p.kind == kind {
			return p.path + one.String() + "/xuat"
		}
	}
	return ""
}

func (p place) of(r *door.Request) (access.Resource, error) {
	one, err := r.ID(p.name)
	return access.Resource{Kind: p.kind, ID: one}, err
}

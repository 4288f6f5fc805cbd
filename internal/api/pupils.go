package api

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/token"
)

// Pupil is a child of a class: what a timetable or a library needs, and nothing of ethnicity or poverty.
type Pupil struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	Sex       string `json:"sex"`
	Born      string `json:"born"`
	Level     string `json:"level"`
	Grade     string `json:"grade"`
	Class     id.ID  `json:"class"`
	School    id.ID  `json:"school"`
	Residence id.ID  `json:"residence,omitempty" doc:"The unit, down to the village, in which the child lives."`
}

type pupilsIn struct {
	Paging
	Class string `path:"class"`
	On    string `query:"on" doc:"Enrolled on this day; today when absent."`
	Grade string `query:"grade" doc:"For combined classes."`
}

func (d *desk) pupils() {
	read(d, route("listPupils", "GET", "/classes/{class}/pupils", "Pupils of a class",
		"Names of the children of one class. Each call stands in the audit book as a look, with the token.", token.ReadPupils), listPupils)
}

// everybody is more than a class or a school holds.
const everybody = 1 << 30

func listPupils(ctx context.Context, tx *store.Tx, c *Call, in *pupilsIn) (page Page[Pupil], err error) {
	class, err := idOf(in.Class, "class")
	if err != nil {
		return page, err
	}
	on, err := dayOf(in.On, "on", tx.Today())
	if err != nil {
		return page, err
	}
	rule, err := access.May(ctx, tx, c.Who, access.SeePupils, access.Class(class))
	if err != nil {
		return page, err
	}
	found, _, err := student.List(ctx, tx, c.Who, student.ListIn{Class: class, On: on, Grade: in.Grade, Limit: everybody})
	if err != nil {
		return page, err
	}
	list := make([]Pupil, len(found))
	for i, p := range found {
		list[i] = Pupil{p.Pupil, p.Name, p.Sex, p.Born.String(), p.Level, p.Grade, p.Class, p.School, p.Residence}
	}
	// By id: a cursor of the list's own order would hold a name, and it stands in an address.
	slices.SortFunc(list, func(a, b Pupil) int { return cmp.Compare(a.ID, b.ID) })
	c.Look(access.Class(class), rule)
	return pageOf(in.Paging, list, func(p Pupil) string { return order(p.ID) })
}

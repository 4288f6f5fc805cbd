// Package student holds the pages of children: lists of a class, a school, a village,
// the record of one child with its verbs, what waits at a school, and the ledger.
//
// Every page that names children notes a look; a change that reaches back hands the
// class days to rollcall in the same transaction.
package student

import (
	"ralop/internal/access"
	"ralop/internal/door"
)

// Routes are the pages of children.
func Routes() []door.Route {
	class, school := door.Names{"class": access.ClassKind}, door.Names{"school": access.SchoolKind}
	pupil, pair := door.Names{"pupil": access.PupilKind}, door.Names{"one": "", "other": ""}
	routes := []door.Route{
		{Method: "GET", Pattern: "/hoc-sinh", Action: access.SeePupils, Handler: door.Read(mine)},
		{Method: "GET", Pattern: "/lop/{class}/hoc-sinh", Names: class, Action: access.SeePupils, Handler: door.Read(listOfClass)},
		{Method: "GET", Pattern: "/truong/{school}/hoc-sinh", Names: school, Action: access.SeePupils, Handler: door.Read(listOfSchool)},
		{Method: "GET", Pattern: "/noi-o/{unit}/hoc-sinh", Names: door.Names{"unit": access.ResidenceKind}, Action: access.SeePupils, Handler: door.Read(listOfResidence)},
		{Method: "GET", Pattern: "/hoc-sinh/{pupil}", Names: pupil, Action: access.SeePupils, Handler: door.Read(openRecord)},
		{Method: "POST", Pattern: "/hoc-sinh/{pupil}/so", Names: pupil, Action: access.SeeIdentifiers, Handler: door.Write(openNumbers)},
		{Method: "POST", Pattern: "/hoc-sinh/{pupil}/bo-xin-nghi", Names: pupil, Action: access.RecordLeave, Handler: door.Write(withdrawLeave)},
		{Method: "GET", Pattern: "/truong/{school}/hoc-sinh-moi", Names: school, Action: access.ChangePupils, Handler: door.Read(admitForm)},
		{Method: "POST", Pattern: "/truong/{school}/hoc-sinh-moi", Names: school, Action: access.ChangePupils, Handler: door.Write(admit).Or(admitAgain)},
		{Method: "GET", Pattern: "/truong/{school}/tiep-nhan", Names: school, Action: access.ChangePupils, Handler: door.Read(waiting)},
		{Method: "POST", Pattern: "/truong/{school}/tiep-nhan", Names: school, Action: access.ChangePupils, Handler: door.Write(settle).Or(waitingAgain)},
		{Method: "GET", Pattern: "/truong/{school}/tiep-nhan/{offer}", Names: door.Names{"school": access.SchoolKind, "offer": ""}, Action: access.ChangePupils, Handler: door.Write(openOffer)},
		{Method: "POST", Pattern: "/truong/{school}/tiep-nhan/{offer}", Names: door.Names{"school": access.SchoolKind, "offer": ""}, Action: access.ChangePupils, Handler: door.Write(undoAccept).Or(openOfferAgain)},
		{Method: "GET", Pattern: "/truong/{school}/chuyen-di/{offer}", Names: door.Names{"school": access.SchoolKind, "offer": ""}, Action: access.ChangePupils, Handler: door.Read(openLeaving)},
		{Method: "GET", Pattern: "/truong/{school}/chuyen-di/{offer}/giay-gioi-thieu/{format}", Names: door.Names{"school": access.SchoolKind, "offer": ""}, Action: access.ChangePupils, Handler: door.Read(takeLetter)},
		{Method: "POST", Pattern: "/truong/{school}/chuyen-di/{offer}/ho-so", Names: door.Names{"school": access.SchoolKind, "offer": ""}, Action: access.ChangePupils, Handler: door.Write(takeArchive).Or(openLeavingAgain)},
		{Method: "GET", Pattern: "/ho-so-trung", Action: access.SeePupils, Handler: door.Read(doubles)},
		{Method: "GET", Pattern: "/truong/{school}/ho-so-trung", Names: school, Action: access.SeePupils, Handler: door.Read(doubles)},
		{Method: "GET", Pattern: "/ho-so-trung/{one}/{other}", Names: pair, Action: access.SeePupils, Handler: door.Write(compare)},
		{Method: "POST", Pattern: "/ho-so-trung/{one}/{other}/gop", Names: pair, Action: access.ChangePupils, Handler: door.Write(merge).Or(compareAgain)},
		{Method: "POST", Pattern: "/ho-so-trung/{one}/{other}/khac", Names: pair, Action: access.ChangePupils, Handler: door.Write(notSame).Or(compareAgain)},
		{Method: "POST", Pattern: "/ho-so-trung/{one}/{other}/mo-lai", Names: pair, Action: access.ChangePupils, Handler: door.Write(reopen)},
		{Method: "POST", Pattern: "/ho-so-trung/{one}/{other}/dua-sang", Names: pair, Action: access.ChangePupils, Handler: door.Write(agree)},
		{Method: "GET", Pattern: "/hoc-sinh/{pupil}/tach/{merge}", Names: door.Names{"pupil": access.PupilKind, "merge": ""}, Action: access.ChangePupils, Handler: door.Read(undoForm)},
		{Method: "POST", Pattern: "/hoc-sinh/{pupil}/tach/{merge}", Names: door.Names{"pupil": access.PupilKind, "merge": ""}, Action: access.ChangePupils, Handler: door.Write(undoMerge).Or(undoFormAgain)},
		{Method: "GET", Pattern: "/truong/{school}/bien-dong", Names: school, Action: access.SeeBoard, Handler: door.Read(ledger)},
	}
	for _, a := range acts {
		address := "/hoc-sinh/{pupil}/" + a.path
		routes = append(routes,
			door.Route{Method: "GET", Pattern: address, Names: pupil, Action: a.action, Handler: door.Read(a.form)},
			door.Route{Method: "POST", Pattern: address, Names: pupil, Action: a.action, Handler: door.Write(a.post).Or(a.again)})
	}
	return routes
}

// Package casework is the pages of casework: what I am to do, a case with its forms and
// papers, the list of a village, the lane of a unit, causes, solutions and reminders.
//
// What a reader may know of a case is decided by the room (casework.ViewOf); pages show
// what they are given. Boards and lanes name nobody.
package casework

import (
	"ralop/internal/access"
	"ralop/internal/door"
)

// Addresses of these pages.
const (
	HomeAddress = "/van-dong"
	MineAddress = "/viec-cua-toi"
)

// Routes are the addresses of this package.
func Routes() []door.Route {
	one := door.Names{"case": ""}
	pupil := door.Names{"pupil": access.PupilKind}
	home := door.Names{"unit": access.ResidenceKind}
	unit := door.Names{"unit": access.UnitKind}
	school := door.Names{"school": access.SchoolKind}
	return []door.Route{
		{Method: "GET", Pattern: HomeAddress, Handler: door.Read(welcome)},
		{Method: "GET", Pattern: MineAddress, Handler: door.Read(mine)},
		{Method: "GET", Pattern: MineAddress + "/{format}", Handler: door.Read(mineFile)},

		{Method: "POST", Pattern: MineAddress + "/tra-loi", Handler: door.Write(answerReferred)},

		{Method: "GET", Pattern: "/van-dong/{case}", Names: one, Handler: door.Read(show)},
		{Method: "POST", Pattern: "/van-dong/{case}/so", Names: one, Handler: door.Write(showNumbers)},
		{Method: "GET", Pattern: "/van-dong/{case}/ghi", Names: one, Handler: door.Read(askAct)},
		{Method: "POST", Pattern: "/van-dong/{case}/ghi", Names: one, Handler: door.Write(keepAct).Or(actAgain)},
		{Method: "GET", Pattern: "/van-dong/{case}/ket-qua", Names: one, Handler: door.Read(askEnd)},
		{Method: "POST", Pattern: "/van-dong/{case}/ket-qua", Names: one, Handler: door.Write(keepEnd).Or(endAgain)},
		{Method: "GET", Pattern: "/van-dong/{case}/nho", Names: one, Handler: door.Read(askHandOver)},
		{Method: "POST", Pattern: "/van-dong/{case}/nho", Names: one, Handler: door.Write(handOver).Or(handOverAgain)},
		{Method: "GET", Pattern: "/van-dong/{case}/chuyen", Names: one, Handler: door.Read(askReferral)},
		{Method: "POST", Pattern: "/van-dong/{case}/chuyen", Names: one, Handler: door.Write(refer).Or(referAgain)},
		{Method: "POST", Pattern: "/van-dong/{case}/tra-loi", Names: one, Handler: door.Write(answerReferral)},
		{Method: "POST", Pattern: "/van-dong/{case}/dong-y", Names: one, Handler: door.Write(keepConsent)},
		{Method: "POST", Pattern: "/van-dong/{case}/nhan-tin", Names: one, Handler: door.Write(message)},
		{Method: "POST", Pattern: "/van-dong/{case}/bao-ve", Names: one, Handler: door.Write(protect)},
		{Method: "POST", Pattern: "/van-dong/{case}/giao-giu", Names: one, Handler: door.Write(entrust)},
		{Method: "POST", Pattern: "/van-dong/{case}/xac-nhan", Names: one, Handler: door.Write(confirmDropout)},
		{Method: "POST", Pattern: "/van-dong/{case}/da-biet", Names: one, Handler: door.Write(seeDropout)},
		{Method: "GET", Pattern: "/van-dong/{case}/giay/{paper}/{format}", Names: one, Handler: door.Read(paperOf)},
		{Method: "GET", Pattern: "/hoc-sinh/{pupil}/van-dong", Names: pupil, Action: access.OpenCase, Handler: door.Read(askOpen)},
		{Method: "POST", Pattern: "/hoc-sinh/{pupil}/van-dong", Names: pupil, Action: access.OpenCase, Handler: door.Write(open).Or(openAgain)},

		{Method: "GET", Pattern: "/cu-tru/{unit}/van-dong", Names: home, Action: access.SeeCases, Handler: door.Read(village)},
		{Method: "GET", Pattern: "/cu-tru/{unit}/van-dong/{format}", Names: home, Action: access.SeeCases, Handler: door.Read(villageFile)},
		{Method: "GET", Pattern: "/don-vi/{unit}/van-dong", Names: unit, Handler: door.Read(lane)},
		{Method: "GET", Pattern: "/don-vi/{unit}/van-dong/{format}", Names: unit, Handler: door.Read(laneFile)},
		{Method: "GET", Pattern: "/don-vi/{unit}/nguyen-nhan", Names: unit, Handler: door.Read(causesOfUnit)},
		{Method: "GET", Pattern: "/don-vi/{unit}/giai-phap", Names: unit, Handler: door.Read(solutionsOfUnit)},
		{Method: "GET", Pattern: "/truong/{school}/nguyen-nhan", Names: school, Handler: door.Read(causesOfSchool)},
		{Method: "GET", Pattern: "/truong/{school}/giai-phap", Names: school, Handler: door.Read(solutionsOfSchool)},
		{Method: "GET", Pattern: "/truong/{school}/van-dong", Names: school, Handler: door.Read(schoolLane)},

		{Method: "GET", Pattern: "/don-vi/{unit}/nhac-truong", Names: unit, Handler: door.Read(remindersOfUnit)},
		{Method: "GET", Pattern: "/truong/{school}/nhac", Names: school, Handler: door.Read(remindersOfSchool)},
		{Method: "POST", Pattern: "/truong/{school}/nhac", Names: school, Action: access.RemindSchool, Handler: door.Write(remind).Or(remindAgain)},
		{Method: "POST", Pattern: "/truong/{school}/tra-loi-nhac", Names: school, Action: access.AnswerReminder, Handler: door.Write(answerReminder).Or(remindAgain)},
	}
}

// Package rollcall is the pages of the roll call: the sheet of a class on a phone, the
// school's "Hôm nay", what differs between two roll calls and what came after the lock,
// headcounts, physical counts, the paper sheet and the history of a sheet. It decodes, calls one function of the room rollcall, and renders.
//
// The sheet is a plain form that works without a script; assets/roll.js makes it quick;
// its rules, assets/marks.js, are those of the app on the phone, too.
// What goes out is always the whole set of exceptions with the act, the roll, the version
// seen and the time, so that nothing is lost when two people send the same session.
package rollcall

import (
	"embed"
	"io/fs"
	"net/http"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/web/ui"
)

// AssetPrefix is where the module of the sheet is served.
const AssetPrefix = "/tai-san-diem-danh/"

//go:embed assets
var embedded embed.FS

var assets = func() *ui.Set {
	folder, err := fs.Sub(embedded, "assets")
	if err != nil {
		panic(err) // the folder is embedded: a test reads it
	}
	return ui.NewSet(AssetPrefix, folder)
}()

// Module gives the rules of the roll call as an ES module without imports, for the app on
// the phone: marks, signs, keys, isException, next, put, allPresent, count, fields, newAct.
func Module() []byte {
	content, err := embedded.ReadFile("assets/marks.js")
	if err != nil {
		panic(err) // the file is embedded: a test reads it
	}
	return content
}

// Assets serves the module; it is to be mounted at AssetPrefix.
func Assets() http.Handler { return assets }

// Routes are the addresses of these pages.
func Routes() []door.Route {
	class, school := door.Names{"class": access.ClassKind}, door.Names{"school": access.SchoolKind}
	return []door.Route{
		{Method: "GET", Pattern: "/{$}", Handler: door.Read(root)},
		{Method: "GET", Pattern: "/hom-nay", Handler: door.Read(home)},
		{Method: "GET", Pattern: "/diem-danh", Handler: door.Read(myClasses)},

		{Method: "GET", Pattern: "/lop/{class}/diem-danh", Names: class, Action: access.TakeRoll, Handler: door.Read(openSheet)},
		{Method: "POST", Pattern: "/lop/{class}/diem-danh", Names: class, Action: access.TakeRoll, Handler: door.Write(submit).Or(submitAgain)},
		{Method: "POST", Pattern: "/lop/{class}/chua-ro", Names: class, Action: access.TakeRoll, Handler: door.Write(resolve)},
		{Method: "GET", Pattern: "/lop/{class}/lich-su", Names: class, Action: access.SeePupils, Handler: door.Read(history)},
		{Method: "GET", Pattern: "/lop/{class}/giay", Names: class, Action: access.TakeRoll, Handler: door.Read(paperSheet)},
		{Method: "GET", Pattern: "/lop/{class}/si-so", Names: class, Action: access.CountPhysically, Handler: door.Read(physicalForm)},
		{Method: "POST", Pattern: "/lop/{class}/si-so", Names: class, Action: access.CountPhysically, Handler: door.Write(countPhysically).Or(physicalAgain)},
		{Method: "GET", Pattern: "/lop/{class}/mo-khoa", Names: class, Action: access.UnlockRoll, Handler: door.Read(unlockForm)},
		{Method: "POST", Pattern: "/lop/{class}/mo-khoa", Names: class, Action: access.UnlockRoll, Handler: door.Write(unlock).Or(unlockAgain)},
		{Method: "POST", Pattern: "/lop/{class}/khoa-lai", Names: class, Action: access.UnlockRoll, Handler: door.Write(lockAgain)},
		{Method: "GET", Pattern: "/lop/{class}/khac-nhau", Names: class, Action: access.SeePupils, Handler: door.Read(openDispute)},
		{Method: "POST", Pattern: "/lop/{class}/khac-nhau", Names: class, Action: access.CorrectRoll, Handler: door.Write(decide).Or(disputeAgain)},

		{Method: "POST", Pattern: "/truong/{school}/nhac-giao-vien", Names: school, Action: access.TakeRoll, Handler: door.Write(remindTeachers)},
		{Method: "GET", Pattern: "/truong/{school}/hom-nay", Names: school, Action: access.SeeBoard, Handler: door.Read(schoolToday)},
		{Method: "GET", Pattern: "/truong/{school}/hom-nay/tep", Names: school, Action: access.SeeBoard, Handler: door.Read(exportToday)},
		{Method: "GET", Pattern: "/truong/{school}/khac-nhau", Names: school, Action: access.SeePupils, Handler: door.Read(disputeList)},
		{Method: "GET", Pattern: "/truong/{school}/khac-nhau/tep", Names: school, Action: access.SeePupils, Handler: door.Read(exportDisputes)},
		{Method: "GET", Pattern: "/truong/{school}/cho-nhan", Names: school, Action: access.SeePupils, Handler: door.Read(lateList)},
		{Method: "GET", Pattern: "/truong/{school}/cho-nhan/tep", Names: school, Action: access.SeePupils, Handler: door.Read(exportLate)},
		{Method: "POST", Pattern: "/truong/{school}/cho-nhan", Names: school, Action: access.UnlockRoll, Handler: door.Write(answerLate).Or(drawLate)},
		{Method: "POST", Pattern: "/truong/{school}/so-dien-thoai", Names: school, Action: access.SeeIdentifiers, Handler: door.Write(showPhone)},
		{Method: "GET", Pattern: "/truong/{school}/so-dem", Names: school, Action: access.SubmitHeadcount, Handler: door.Read(headcountForm)},
		{Method: "POST", Pattern: "/truong/{school}/so-dem", Names: school, Action: access.SubmitHeadcount, Handler: door.Write(submitHeadcount).Or(headcountAgain)},
	}
}

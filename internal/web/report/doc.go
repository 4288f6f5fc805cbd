// Package report is the pages of papers under /bao-cao and of proposals under /kien-nghi: the list with what is missing from
// below, beginning a paper, the paper as it will print beside the facts it is made from,
// its steps, its files, and kiến nghị. It decodes, calls one function of the room report,
// and renders. No page of it names a pupil.
package report

import (
	"ralop/internal/access"
	"ralop/internal/door"
)

// Routes are the addresses of these pages. A paper's id names no place by itself: the room
// finds the place and asks for the right.
func Routes() []door.Route {
	paper, proposal := door.Names{"report": ""}, door.Names{"proposal": ""}
	return []door.Route{
		{Method: "GET", Pattern: "/bao-cao", Action: access.SeeReport, Handler: door.Read(list)},
		{Method: "GET", Pattern: "/bao-cao/moi", Action: access.DraftReport, Handler: door.Read(begin)},
		{Method: "POST", Pattern: "/bao-cao/moi", Action: access.DraftReport, Handler: door.Act(create).Or(beginAgain)},
		{Method: "GET", Pattern: "/kien-nghi", Action: access.ReceiveReport, Handler: door.Read(proposals)},
		{Method: "POST", Pattern: "/kien-nghi/{proposal}/tra-loi", Names: proposal, Action: access.ReceiveReport, Handler: door.Write(answer)},
		{Method: "POST", Pattern: "/kien-nghi/{proposal}/rut", Names: proposal, Action: access.DraftReport, Handler: door.Write(withdraw)},
		{Method: "GET", Pattern: "/bao-cao/{report}", Names: paper, Action: access.SeeReport, Handler: door.Read(show)},
		{Method: "GET", Pattern: "/bao-cao/{report}/tep/{format}", Names: paper, Action: access.SeeReport, Handler: door.Read(download)},
		{Method: "POST", Pattern: "/bao-cao/{report}/phan/{section}", Names: paper, Action: access.DraftReport, Handler: door.Write(edit).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/cap-nhat", Names: paper, Action: access.DraftReport, Handler: door.Act(refresh).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/kien-nghi", Names: paper, Action: access.DraftReport, Handler: door.Write(propose).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/trinh", Names: paper, Action: access.DraftReport, Handler: door.Write(submit).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/duyet", Names: paper, Action: access.ApproveReport, Handler: door.Act(approve).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/phat-hanh", Names: paper, Action: access.ApproveReport, Body: 32 << 20, Handler: door.Write(issue).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/tiep-nhan", Names: paper, Action: access.ReceiveReport, Handler: door.Write(accept).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/tra-lai", Names: paper, Action: access.ReceiveReport, Handler: door.Write(giveBack).Or(showAgain)},
		{Method: "POST", Pattern: "/bao-cao/{report}/lap-lai", Names: paper, Action: access.DraftReport, Handler: door.Act(revise).Or(showAgain)},
	}
}

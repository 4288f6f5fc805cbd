package account

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// ManageAddress is the first page of administration.
const ManageAddress = "/quan-tri"

// manageable are the pages of administration, each for those who may do one of the
// actions somewhere; the one without actions is for everybody who is signed in.
var manageable = []struct {
	word    string
	address string
	any     []access.Action
}{
	{"accounts", AccountsAddress, []access.Action{access.ManageAccounts, access.GiveGrants}},
	{"book", BookAddress, []access.Action{access.ReadAudit}},
	{"places", "/quan-tri/dia-ban", []access.Action{access.ChangeUnits, access.ChangeSchools}},
	{"notices", "/quan-tri/gui-thong-bao", []access.Action{access.ChangeSettings}},
	{"copies", "/quan-tri/ban-sao", []access.Action{access.ChangeSettings}},
	{"programs", "/quan-tri/ket-noi", []access.Action{access.ManageAccounts}},
	{"devices", "/quan-tri/may", []access.Action{access.SeeDevices}},
	{"open_title", OpenAddress, []access.Action{access.OpenPupils}},
	{"rules", RulesAddress, nil},
}

func showManage(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	var items []ui.Item
	for _, m := range manageable {
		may := len(m.any) == 0
		for _, action := range m.any {
			may = may || access.MaySomewhere(r.Who, action)
		}
		if may {
			items = append(items, ui.Item{Title: r.T("people." + m.word), Text: r.T("people.about-" + m.word), URL: m.address})
		}
	}
	return door.Page(frame.In(ui.Page(frame.Chrome(r, frame.Manage, r.T("people.manage"))), ui.List(items...))), nil
}

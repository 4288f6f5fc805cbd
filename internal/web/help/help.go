// Package help is what the product says of itself: help for each role, and the statement
// on privacy. It touches no data.
package help

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Routes are the two pages; both may be read before signing in.
func Routes() []door.Route {
	return []door.Route{
		{Method: "GET", Pattern: ui.HelpAddress, Open: true, Always: true, Handler: door.Read(help)},
		{Method: "GET", Pattern: ui.PrivacyAddress, Open: true, Always: true, Handler: door.Read(privacy)},
	}
}

// guides are the pieces of help, each with the roles that it opens for first.
var guides = []struct {
	key   string
	roles []access.Role
}{
	{"teacher", []access.Role{access.HomeroomTeacher, access.SubstituteTeacher}},
	{"school", []access.Role{access.SchoolClerk, access.Principal, access.BoardingStaff}},
	{"village", []access.Role{access.VillageHead, access.ChildProtection}},
	{"unit", []access.Role{access.CommuneOfficial, access.CommuneLeader, access.EducationOfficial, access.EducationLeader, access.UnitLeader, access.Inspector}},
	{"administrator", []access.Role{access.Administrator}},
}

// steps is how many sentences each guide has.
const steps = 4

func help(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	c := frame.Chrome(r, frame.None, r.T("help.title"))
	c.Lead, c.Narrow = r.T("help.lead"), true
	parts := []templ.Component{}
	for _, g := range guides {
		open := slices.ContainsFunc(r.Who.Grants, func(held access.Grant) bool { return slices.Contains(g.roles, held.Role) })
		var lines []templ.Component
		for i := range steps {
			lines = append(lines, frame.Wrap("<li>", "</li>", ui.Text(r.T("help."+g.key+"-"+string(rune('1'+i))))))
		}
		parts = append(parts, frame.In(ui.More(r.T("help."+g.key), open), frame.Wrap("<ol>", "</ol>", lines...)))
	}
	parts = append(parts, frame.In(ui.Section("phim", r.T("help.keys"), ""), ui.Facts(
		ui.Fact{Label: "/ · Ctrl K", Value: ui.Text(r.T("help.key_find"))}, ui.Fact{Label: "Tab · Enter", Value: ui.Text(r.T("help.key_tab"))}, ui.Fact{Label: "V P K M", Value: ui.Text(r.T("help.key_roll"))})),
		frame.In(ui.Section("tro-ngai", r.T("help.trouble"), ""), frame.Words(r.T("help.trouble_text"))),
		frame.In(ui.Section("phan-mem", r.T("help.api_title"), r.T("help.api_text")), ui.Actions(ui.Button{Label: r.T("help.api_link"), URL: "/api/?lang=" + string(r.Lang)})))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// statements are the parts of the privacy page, in order.
var statements = []string{"what", "not", "who", "trace", "rights", "keep", "law"}

func privacy(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	c := frame.Chrome(r, frame.None, r.T("help.privacy"))
	c.Lead, c.Narrow = r.T("help.privacy_lead"), true
	var parts []templ.Component
	for _, s := range statements {
		parts = append(parts, frame.In(ui.Section(s, r.T("help.privacy_"+s), ""), frame.Words(r.T("help.privacy_text-"+s))))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

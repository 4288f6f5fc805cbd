// Package committee holds the pages of steering committees, under Chỉ đạo: the committees
// of a place, a committee with its members, a member with duties and absences, who is in
// charge of which village and school, and first of all those that nobody is in charge of.
//
// It is on the doors floor and enters the committee room. No page names a pupil.
//
// Addresses keep what was chosen: tim (search), loai (kind), xem (which rows), trang (page).
package committee

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Routes are the pages of committees.
func Routes() []door.Route {
	place := door.Names{"unit": access.ResidenceKind}
	see := func(pattern string, f door.Func) door.Route {
		return door.Route{Method: "GET", Pattern: pattern, Names: place, Action: access.SeeCommittee, Handler: door.Read(f)}
	}
	var routes []door.Route
	// ask is a form at an address: GET shows it, POST does it, and shows it again with what is wrong.
	ask := func(pattern string, names door.Names, action access.Action, show func(context.Context, *store.Tx, *door.Request, *form) (door.Answer, error), do door.Func) {
		routes = append(routes,
			door.Route{Method: "GET", Pattern: pattern, Names: names, Action: action, Handler: door.Read(func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
				return show(ctx, tx, r, &form{r: r})
			})},
			door.Route{Method: "POST", Pattern: pattern, Names: names, Action: action, Handler: door.Write(do).Or(again(show))})
	}
	committee, member := door.Names{"committee": ""}, door.Names{"member": ""}
	get := func(pattern string, names door.Names, f door.Func) {
		routes = append(routes, door.Route{Method: "GET", Pattern: pattern, Names: names, Handler: door.Read(f)})
	}
	post := func(pattern string, names door.Names, f door.Func) {
		routes = append(routes, door.Route{Method: "POST", Pattern: pattern, Names: names, Handler: door.Write(f)})
	}
	routes = append(routes,
		door.Route{Method: "GET", Pattern: "/chi-dao/ban-chi-dao", Handler: door.Read(home)},
		see("/chi-dao/noi/{unit}/ban-chi-dao", list),
		see("/chi-dao/noi/{unit}/ban-chi-dao/tep/{format}", listFile),
		see("/chi-dao/noi/{unit}/phu-trach", coverage),
		see("/chi-dao/noi/{unit}/phu-trach/tep/{format}", coverageFile),
		see("/chi-dao/noi/{unit}/giao-lai", reassign),
	)
	ask("/chi-dao/noi/{unit}/ban-chi-dao/moi", door.Names{"unit": access.UnitKind}, access.ChangeCommittee, foundForm, found)
	get("/chi-dao/ban-chi-dao/{committee}", committee, show)
	get("/chi-dao/ban-chi-dao/{committee}/thanh-vien/tep/{format}", committee, membersFile)
	get("/chi-dao/ban-chi-dao/{committee}/phan-cong", committee, matrix)
	get("/chi-dao/ban-chi-dao/{committee}/phan-cong/tep/{format}", committee, dutiesFile)
	get("/chi-dao/ban-chi-dao/{committee}/van-ban/{format}", committee, rosterPaper)
	ask("/chi-dao/ban-chi-dao/{committee}/thanh-vien", committee, "", memberForm, addMember)
	ask("/chi-dao/ban-chi-dao/{committee}/giao-viec", committee, "", assignForm, assign)
	ask("/chi-dao/ban-chi-dao/{committee}/kien-toan", committee, "", refoundForm, refound)
	ask("/chi-dao/ban-chi-dao/{committee}/quy-che", committee, "", regulateForm, regulate)
	ask("/chi-dao/ban-chi-dao/{committee}/giai-the", committee, "", dissolveForm, dissolve)
	get("/chi-dao/thanh-vien/{member}", member, showMember)
	get("/chi-dao/thanh-vien/{member}/phieu/{format}", member, slipPaper)
	ask("/chi-dao/thanh-vien/{member}/sua", member, "", correctForm, correct)
	ask("/chi-dao/thanh-vien/{member}/ban-giao", member, "", handOverForm, handOver)
	ask("/chi-dao/thanh-vien/{member}/vang-mat", member, "", absenceForm, absence)
	ask("/chi-dao/thanh-vien/{member}/thoi", member, "", endForm, endMember)
	ask("/chi-dao/nhiem-vu/{duty}/thoi", door.Names{"duty": ""}, "", endDutyForm, endDuty)
	post("/chi-dao/nhiem-vu/{duty}/cap-quyen", door.Names{"duty": ""}, lend)
	post("/chi-dao/vang-mat/{absence}/tro-lai", door.Names{"absence": ""}, back)
	return routes
}

func listAddress(unit id.ID) string       { return "/chi-dao/noi/" + unit.String() + "/ban-chi-dao" }
func coverageAddress(unit id.ID) string   { return "/chi-dao/noi/" + unit.String() + "/phu-trach" }
func reassignAddress(unit id.ID) string   { return "/chi-dao/noi/" + unit.String() + "/giao-lai" }
func committeeAddress(one id.ID) string   { return "/chi-dao/ban-chi-dao/" + one.String() }
func memberAddress(member id.ID) string   { return "/chi-dao/thanh-vien/" + member.String() }
func dutyAddress(duty id.ID) string       { return "/chi-dao/nhiem-vu/" + duty.String() }
func absenceAddress(absence id.ID) string { return "/chi-dao/vang-mat/" + absence.String() }

// chrome is the frame of a page about a unit.
func chrome(ctx context.Context, tx *store.Tx, r *door.Request, unit id.ID, title string) (ui.Chrome, error) {
	c := frame.Chrome(r, frame.Direct, title)
	var err error
	c.Place, err = frame.PlaceOfUnit(ctx, tx, unit, r.Today)
	for i := range c.Place { // the place keeps the page
		path := c.Place[i].URL[len(frame.UnitAddress(0))-1:]
		c.Place[i].URL = "/chi-dao/noi/" + path + "/ban-chi-dao"
		above, unread := id.Parse(path)
		if unread != nil {
			return c, unread
		}
		if _, refused := access.May(ctx, tx, r.Who, access.SeeCommittee, access.Residence(above)); fault.Is(refused, fault.Forbidden) {
			c.Place[i].URL = "" // a place above one's own is named and leads nowhere
		} else if refused != nil {
			return c, refused
		}
	}
	return c, err
}

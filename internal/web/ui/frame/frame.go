// Package frame puts a page into the frame that belongs to its request: language, theme,
// the words of the navigation as far as the caller's roles allow, the person, the banner
// of the demonstration; and it draws the pages of failures.
//
// It is on the doors floor beside ui, and every page package may enter it.
package frame

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/notify"
	"ralop/internal/web/ui"
)

// Word is one of the words of the navigation, the same on every page.
type Word string

const (
	None    Word = ""
	Today   Word = "today"
	Pupils  Word = "pupils"
	Cases   Word = "cases"
	Boards  Word = "boards"
	Direct  Word = "direct"
	Reports Word = "reports"
	Manage  Word = "manage"
)

// words in the order of the bar. A word is shown to those who hold a role that may do one
// of the actions somewhere; whether they may do it here is asked by the page itself.
var words = []struct {
	word    Word
	address string
	icon    ui.Icon
	any     []access.Action
}{
	{Today, "/hom-nay", ui.IconToday, []access.Action{access.SeeBoard, access.TakeRoll}},
	{Pupils, "/hoc-sinh", ui.IconPupils, []access.Action{access.SeePupils, access.ChangePupils}},
	{Cases, "/van-dong", ui.IconVisit, []access.Action{access.SeeCases, access.LeadCases, access.RemindSchool, access.SeeReport}},
	{Boards, "/bang", ui.IconTable, []access.Action{access.SeeBoard}},
	{Direct, "/chi-dao/ban-chi-dao", ui.IconFlag, []access.Action{access.SeeCommittee}},
	{Reports, "/bao-cao", ui.IconReport, []access.Action{access.SeeReport}},
	{Manage, "/quan-tri", ui.IconSettings, []access.Action{access.ManageAccounts, access.GiveGrants, access.ReadAudit, access.ChangeSettings, access.ChangeCalendar, access.ChangeClasses, access.ChangeSchools, access.ChangeUnits}},
}

// Chrome is the frame of a desk page. The page adds place, time and actions of its own.
func Chrome(r *door.Request, current Word, title string) ui.Chrome {
	c := ui.Chrome{Lang: r.Lang, Theme: ui.ParseTheme(r.Theme), Title: title, Return: r.Address(),
		Demonstration: r.Config().Demonstration, Version: r.Config().Version}
	if r.HTTP.Method != "GET" {
		c.Return = ui.HomeAddress // the answer to a form has no address of its own
	}
	if r.SignedIn() {
		c.Bell = notify.ListAddress
		c.Person = &ui.Person{Name: r.Account.Name, Role: RoleLine(r)}
		for _, w := range words {
			if mayAny(r.Who, w.any) {
				c.Nav = append(c.Nav, ui.NavItem{Label: r.T("frame." + string(w.word)), URL: w.address, Icon: w.icon, Current: w.word == current})
			}
		}
	}
	if c.Demonstration {
		c.DemoLinks = []ui.Choice{{Label: r.T("frame.other_role"), URL: ui.SignInAddress}}
	}
	return c
}

// Light is the frame of a phone page.
func Light(r *door.Request, title, detail string) ui.LightChrome {
	return ui.LightChrome{Lang: r.Lang, Theme: ui.ParseTheme(r.Theme), Title: title, Detail: detail, Demonstration: r.Config().Demonstration}
}

func mayAny(who access.Who, actions []access.Action) bool {
	for _, action := range actions {
		if access.MaySomewhere(who, action) {
			return true
		}
	}
	return false
}

// RoleLine is what the person is, in words: the title of the account, else its roles.
func RoleLine(r *door.Request) string {
	if r.Account.Title != "" {
		return r.Account.Title
	}
	var names []string
	seen := map[access.Role]bool{}
	for _, grant := range r.Who.Grants {
		if !seen[grant.Role] {
			seen[grant.Role] = true
			names = append(names, r.T("access.role-"+string(grant.Role)))
		}
	}
	return strings.Join(names, ", ")
}

// Face draws a failure: what happened, what was kept, what to do, and a number to quote.
func Face(r *door.Request, f door.Failure) templ.Component {
	e := ui.ErrorPage{Happened: strings.Join(f.Sentences, " "), Do: r.T("frame.do_home"), Number: f.Number}
	key := "frame.do_" + doing[f.Status]
	if doing[f.Status] != "" {
		e.Do = r.T(key)
	}
	if r.HTTP.Method != "GET" && f.Code != "door.away" { // then nobody knows
		e.Kept = r.T("frame.kept")
	}
	home := ui.Button{Label: r.T("frame.home"), URL: ui.HomeAddress, Kind: ui.Primary}
	if !r.SignedIn() {
		home = ui.Button{Label: r.T("frame.sign_in"), URL: ui.SignInAddress, Kind: ui.Primary}
	}
	if open := openingOf(r, f); open != "" {
		e.Do, home.Kind = r.T("frame.do_open"), ui.Default
		e.Act = ui.Actions(ui.Button{Label: r.T("frame.open"), URL: open, Kind: ui.Primary, Icon: ui.IconEye}, home)
	} else {
		e.Act = ui.Actions(home)
	}
	c := Chrome(r, None, r.T("frame.failed"))
	c.Narrow = true
	return In(ui.Page(c), e.Draw())
}

// openable are the words of addresses for what may be opened for a purpose.
var openable = map[access.Kind]string{access.ClassKind: "lop", access.SchoolKind: "truong", access.ResidenceKind: "cu-tru", access.PupilKind: "em"}

// openingOf is where one who was refused pupils may ask to open them for a purpose, "" when
// it is something else that was refused.
func openingOf(r *door.Request, f door.Failure) string {
	if f.Status != 403 || r.HTTP.Method != "GET" || r.Route().Action != access.SeePupils || !access.MaySomewhere(r.Who, access.OpenPupils) {
		return ""
	}
	for name, kind := range r.Route().Names {
		if word, ok := openable[kind]; ok {
			return "/mo-ho-so?" + url.Values{"loai": {word}, "ma": {r.Path(name)}, "return": {r.Address()}}.Encode()
		}
	}
	return ""
}

var doing = map[int]string{403: "forbidden", 404: "missing", 409: "conflict", 429: "later", 503: "later", 500: "quote", 507: "quote"}

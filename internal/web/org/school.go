package org

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func school_(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return schoolAgain(ctx, tx, r, nil)
}

// schoolAgain shows a school: what it was when, its sites, its classes of a year.
func schoolAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	which, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, which, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	year, err := strconv.Atoi(r.Value("nam"))
	if err != nil {
		year = r.Today.SchoolYear()
	}
	spans, err := org.SchoolSpans(ctx, tx, r.Who, which)
	if err != nil {
		return door.Answer{}, err
	}
	classes, err := org.Classes(ctx, tx, r.Who, which, year)
	if err != nil {
		return door.Answer{}, err
	}
	sites, err := org.Sites(ctx, tx, r.Who, which, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	manager, err := org.Spans(ctx, tx, s.ManagedBy)
	if err != nil {
		return door.Answer{}, err
	}
	may := func(action access.Action) bool {
		_, err := access.May(ctx, tx, r.Who, action, access.School(which))
		return err == nil
	}
	address := frame.SchoolAddress(which)
	c := frame.Chrome(r, frame.Boards, s.Name)
	c.Place = place
	c.Lead = r.T("places.school_lead", "code", s.Code, "levels", levelWords(r, s.Levels), "manager", manager[len(manager)-1].FullName)
	if s.Until <= r.Today {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("places.school_ended", "day", s.Until.Vietnamese())})
	}
	var mistakes []ui.Mistake
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
	}
	var links []ui.Button
	for _, l := range []struct {
		action access.Action
		path   string
		icon   ui.Icon
	}{{access.SeeBoard, "hom-nay", ui.IconToday}, {access.SeePupils, "hoc-sinh", ui.IconPupils}, {access.SeeBoard, "bien-dong", ui.IconTable}, {access.SeeBoard, "lich", ui.IconCalendar},
		{access.SeeBenefits, "che-do", ui.IconTable}, {access.SeePupils, "so", ui.IconReport},
		{access.ChangePupils, "tiep-nhan", ui.IconRight}, {access.ImportPupils, "nhap-hoc-sinh", ui.IconUpload}} {
		if may(l.action) {
			links = append(links, ui.Button{Label: r.T("places.go-" + l.path), URL: address + "/" + l.path, Icon: l.icon, Small: true})
		}
	}
	if may(access.SeeBoard) {
		links = append(links, ui.Button{Label: r.T("handout.desk"), URL: address + "/xuat", Icon: ui.IconDownload, Small: true})
	}
	parts := []templ.Component{ui.Faults("", mistakes), frame.Box("actions", ui.Buttons(links...))}
	years := ui.Switch(r.T("places.year"), ui.Choice{Label: yearName(year - 1), URL: address + "?nam=" + strconv.Itoa(year-1)}, ui.Choice{Label: yearName(year), URL: address + "?nam=" + strconv.Itoa(year), Current: true}, ui.Choice{Label: yearName(year + 1), URL: address + "?nam=" + strconv.Itoa(year+1)})
	classPart := []templ.Component{classTable(ctx, tx, r, classes, sites, may(access.ChangeClasses))}
	if may(access.ChangeClasses) {
		classPart = append(classPart, ui.Actions(ui.Button{Label: r.T("places.open_class"), URL: address + "/lop-moi?nam=" + strconv.Itoa(year), Icon: ui.IconPlus}))
	}
	parts = append(parts, frame.In(ui.SectionWith("lop", r.T("places.classes"), years), classPart...),
		frame.In(ui.Section("diem-truong", r.T("places.sites"), ""), siteTable(r, which, sites, may(access.ChangeSchools))))
	if len(spans) > 1 || may(access.ChangeSchools) {
		parts = append(parts, frame.In(ui.Section("thoi-gian", r.T("places.over_time"), ""), schoolSpans(r, spans)))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func yearName(year int) string { return strconv.Itoa(year) + "–" + strconv.Itoa(year+1) }

func classTable(ctx context.Context, tx *store.Tx, r *door.Request, classes []org.Class, sites []org.Site, change bool) templ.Component {
	names := map[id.ID]string{0: r.T("places.main_site")}
	for _, s := range sites {
		names[s.ID] = s.Name
	}
	t := ui.Table{Caption: r.T("places.classes"), Quiet: true, Columns: []ui.Column{{Label: r.T("places.class")}, {Label: r.T("places.grades")}, {Label: r.T("places.site")}, {Label: r.T("places.time")}},
		Empty: ui.Empty{Icon: ui.IconSchool, Title: r.T("places.no_class"), Text: r.T("places.no_class_text")}.Draw()}
	if change {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("places.act")})
	}
	level := ""
	for _, c := range classes {
		if c.Level != level {
			level = c.Level
			t.Rows = append(t.Rows, ui.Row{Group: r.T("pupils.level-" + level)})
		}
		url := ""
		if _, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Class(c.ID)); err == nil {
			url = frame.ClassAddress(c.ID)
		}
		note := ""
		if c.Combined() {
			note = r.T("places.combined")
		}
		row := ui.Row{Cells: []templ.Component{ui.LinkNote(url, c.Name, note), ui.Text(gradeWords(r, c)), ui.Text(names[c.Site]), ui.Text(c.From.Vietnamese() + " – " + lastDay(c.Until))}}
		if change {
			row.Cells = append(row.Cells, ui.Press(ui.Button{Label: r.T("places.change"), URL: "/lop/" + c.ID.String() + "/sua", Small: true, Kind: ui.Quiet, Icon: ui.IconPencil}))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw()
}

func lastDay(until day.Day) string {
	if until == day.Forever {
		return "…"
	}
	return (until - 1).Vietnamese()
}

func gradeWords(r *door.Request, c org.Class) string {
	var words []string
	for _, g := range c.GradeList() {
		words = append(words, frame.Grade(r, g))
	}
	return strings.Join(words, ", ")
}

func siteTable(r *door.Request, school id.ID, sites []org.Site, change bool) templ.Component {
	address := frame.SchoolAddress(school) + "/diem-truong"
	t := ui.Table{Caption: r.T("places.sites"), Quiet: true, Columns: []ui.Column{{Label: r.T("places.site")}, {Label: r.T("places.since")}},
		Empty: ui.Empty{Icon: ui.IconPin, Title: r.T("places.no_site"), Text: r.T("places.no_site_text")}.Draw()}
	if change {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("places.act")})
	}
	for _, s := range sites {
		note := ""
		if s.Main {
			note = r.T("places.main_site")
		}
		row := ui.Row{Cells: []templ.Component{ui.TextNote(s.Name, note), since(r, s.From)}}
		if change {
			row.Cells = append(row.Cells, ui.Post(address+"/dong", ui.Button{Label: r.T("places.close"), Small: true, Kind: ui.Quiet}, ui.Pair{Name: "site", Value: s.ID.String()}))
		}
		t.Rows = append(t.Rows, row)
	}
	if !change {
		return t.Draw()
	}
	return frame.Box("stack", t.Draw(), frame.In(ui.More(r.T("places.open_site"), false), frame.Form(address, false, frame.Box("fields",
		ui.Input(ui.Field{Name: "name", Label: r.T("places.site_name")}), ui.Input(ui.Field{Name: "from", Label: r.T("places.since"), Kind: "date", Value: r.Today.String()}),
		ui.Input(ui.Field{Name: "village", Label: r.T("places.village_code"), Optional: true})), ui.Actions(ui.Button{Label: r.T("places.open_site"), Icon: ui.IconPlus}))))
}

func schoolSpans(r *door.Request, spans []org.School) templ.Component {
	var events []ui.Event
	for _, s := range slices.Backward(spans) {
		when := r.T("places.from_day", "day", s.From.Vietnamese())
		if s.Until != day.Forever {
			when += " " + r.T("places.to_day", "day", s.Until.Vietnamese())
		}
		events = append(events, ui.Event{When: when, Title: s.Name, Who: s.Code + " · " + s.Type})
	}
	return ui.Timeline(events...)
}

func openSite(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	s := org.Site{School: school, Name: r.Value("name")}
	if s.From, err = r.Day("from", r.Today); err != nil {
		return door.Answer{}, err
	}
	if code := r.Value("village"); code != "" {
		u, err := org.Resolve(ctx, tx, code, s.From)
		if err != nil {
			return door.Answer{}, err
		}
		s.Village = u.ID
	}
	_, err = org.OpenSite(ctx, tx, r.Who, s)
	return door.SeeOther(frame.SchoolAddress(school) + "#diem-truong"), err
}

func closeSite(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	site, err := r.ID("site")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(frame.SchoolAddress(school) + "#diem-truong"), org.CloseSite(ctx, tx, r.Who, site, r.Today)
}

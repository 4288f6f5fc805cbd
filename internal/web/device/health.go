package device

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// lookBack are the days in which sheets that have not come are sought.
const lookBack = 7

// shown are the rows of a page; the file has all of them.
const shown = 200

// place is a school or a unit whose phones are looked at.
type place struct {
	address string
	name    string
	crumbs  []ui.Crumb
	schools []id.ID
	school  id.ID // 0 for a unit
}

// whichHealth leads to the page of the caller's school or unit.
func whichHealth(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	scope, err := access.ScopeOf(ctx, tx, r.Who, access.SeeDevices)
	switch {
	case err != nil:
		return door.Answer{}, err
	case len(scope.Units) > 0:
		return door.SeeOther("/don-vi/" + scope.Units[0].String() + "/may"), nil
	case len(scope.Schools) > 0:
		return door.SeeOther("/truong/" + scope.Schools[0].String() + "/may"), nil
	}
	return door.Answer{}, fault.New(fault.Forbidden, "access.no-grant", fault.Args{"action": string(access.SeeDevices), "role": "", "place": ""})
}

func schoolPlace(ctx context.Context, tx *store.Tx, r *door.Request) (place, error) {
	school, err := r.ID("school")
	if err != nil {
		return place{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.SeeDevices, access.School(school)); err != nil {
		return place{}, err
	}
	s, crumbs, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	return place{"/truong/" + school.String() + "/may", s.Name, crumbs, []id.ID{school}, school}, err
}

func unitPlace(ctx context.Context, tx *store.Tx, r *door.Request) (place, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return place{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.SeeDevices, access.Unit(unit)); err != nil {
		return place{}, err
	}
	u, err := org.UnitOn(ctx, tx, unit, r.Today)
	if err != nil {
		return place{}, err
	}
	p := place{address: "/don-vi/" + unit.String() + "/may", name: u.FullName}
	if p.crumbs, err = frame.PlaceOfUnit(ctx, tx, unit, r.Today); err != nil {
		return p, err
	}
	for _, relation := range []org.Relation{org.Located, org.Managed} {
		schools, err := org.SchoolsUnder(ctx, tx, r.Who, unit, r.Today, relation)
		if err != nil {
			return p, err
		}
		for _, s := range schools {
			if !slices.Contains(p.schools, s.ID) {
				p.schools = append(p.schools, s.ID)
			}
		}
	}
	return p, nil
}

// quiet is one line of the page.
type quiet struct {
	device.Quiet
	name    string
	school  string
	classes string
	missing []calendar.Verdict // sessions of these classes that have no sheet, the latest first
}

func look(ctx context.Context, tx *store.Tx, r *door.Request, p place) (device.Health, []quiet, int, error) {
	days := device.QuietDays[0]
	if n, err := strconv.Atoi(r.Value("so-ngay")); err == nil && slices.Contains(device.QuietDays[:], n) {
		days = n
	}
	health, err := device.HealthOf(ctx, tx, r.Who, p.schools, days)
	if err != nil {
		return health, nil, days, err
	}
	accounts := make([]id.ID, len(health.Quiet))
	for i, q := range health.Quiet {
		accounts[i] = q.Account
	}
	names, err := account.Names(ctx, tx, r.Who.Realm, accounts)
	if err != nil {
		return health, nil, days, err
	}
	var lines []quiet
	schools := map[id.ID]string{}
	for _, q := range health.Quiet {
		if _, known := schools[q.School]; !known {
			s, err := org.SchoolOn(ctx, tx, r.Who, q.School, r.Today)
			if err != nil {
				return health, nil, days, err
			}
			schools[q.School] = s.Name
		}
		line := quiet{Quiet: q, name: names[q.Account], school: schools[q.School]}
		var classes []string
		for _, of := range q.Classes {
			class, err := org.ClassByID(ctx, tx, r.Who, of)
			if err != nil {
				return health, nil, days, err
			}
			classes = append(classes, class.Name)
			missing, err := missingOf(ctx, tx, r, of)
			if err != nil {
				return health, nil, days, err
			}
			line.missing = append(line.missing, missing...)
		}
		line.classes = strings.Join(classes, ", ")
		lines = append(lines, line)
	}
	return health, lines, days, nil
}

// missingOf are the sessions of the last days that were held and have no sheet.
func missingOf(ctx context.Context, tx *store.Tx, r *door.Request, class id.ID) ([]calendar.Verdict, error) {
	period := day.Through(r.Today.Add(-lookBack), r.Today)
	days, err := calendar.ClassCalendar(ctx, tx, r.Who, class, period)
	if err != nil {
		return nil, err
	}
	sheets, err := rollcall.SheetsOf(ctx, tx, r.Who.Realm, class, period)
	if err != nil {
		return nil, err
	}
	var missing []calendar.Verdict
	for _, verdicts := range slices.Backward(days) {
		for _, v := range verdicts {
			taken := slices.ContainsFunc(sheets, func(s rollcall.Sheet) bool { return s.Day == v.Day && s.Session == v.Session })
			if v.Held && v.Day < r.Today && !taken {
				missing = append(missing, v)
			}
		}
	}
	return missing, nil
}

func healthOfSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := schoolPlace(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return drawHealth(ctx, tx, r, p)
}

func healthOfUnit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := unitPlace(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return drawHealth(ctx, tx, r, p)
}

func drawHealth(ctx context.Context, tx *store.Tx, r *door.Request, p place) (door.Answer, error) {
	health, lines, days, err := look(ctx, tx, r, p)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Today, r.T("device.health"))
	c.Place, c.Lead = p.crumbs, r.T("device.health-lead", "place", p.name)
	c.Actions = ui.Buttons(ui.Button{Label: r.T("device.export"), URL: p.address + ".csv?so-ngay=" + strconv.Itoa(days), Icon: ui.IconDownload, Download: true})
	var choices []ui.Choice
	for _, n := range device.QuietDays {
		choices = append(choices, ui.Choice{Label: r.T("device.quiet-" + strconv.Itoa(n)), URL: p.address + "?so-ngay=" + strconv.Itoa(n), Current: n == days})
	}
	parts := []templ.Component{
		frame.Words(r.T("device.summary", "callers", health.Callers, "with", health.WithApp, "quiet", len(lines), "off", health.ClockOff, "refused", health.Refused)),
		ui.Switch(r.T("device.quiet"), choices...), quietTable(r, p, lines).Draw(),
	}
	if p.school != 0 {
		refused, err := device.RefusedIn(ctx, tx, r.Who, p.school)
		if err == nil && len(refused) > 0 {
			table, err := refusedTable(ctx, tx, r, refused, true)
			if err != nil {
				return door.Answer{}, err
			}
			parts = append(parts, frame.In(ui.Section("tu-choi", r.T("device.refused-school"), r.T("device.refused-school-note")), table.Draw()))
		} else if err != nil && !fault.Is(err, fault.Forbidden) {
			return door.Answer{}, err
		}
	}
	if gateway, err := gatewayPart(ctx, tx, r, ""); err != nil {
		return door.Answer{}, err
	} else if gateway != nil {
		parts = append(parts, gateway)
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func quietTable(r *door.Request, p place, lines []quiet) ui.Table {
	t := ui.Table{Caption: r.T("device.quiet"), Quiet: true,
		Columns: []ui.Column{{Label: r.T("device.person")}, {Label: r.T("device.classes")}, {Label: r.T("device.heard")}, {Label: r.T("device.on-it")}, {Label: r.T("device.missing"), Broad: true}},
		Empty:   ui.Empty{Icon: ui.IconCheck, Title: r.T("device.none-quiet"), Text: r.T("device.none-quiet-text")}.Draw()}
	if p.school == 0 {
		t.Columns[1] = ui.Column{Label: r.T("device.school-and-classes")}
	}
	manages := p.school != 0 && access.MaySomewhere(r.Who, access.ManageDevices)
	if manages {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("device.act")})
	}
	for _, q := range lines[:min(shown, len(lines))] {
		classes := ui.Text(q.classes)
		if p.school == 0 {
			classes = ui.LinkNote("/truong/"+q.School.String()+"/may", q.school, q.classes)
		}
		row := ui.Row{Cells: []templ.Component{ui.TextNote(q.name, label(r, q.Phone.Label)), classes, ui.Text(moment(r, q.Phone.HeardAt())),
			ui.TextNote(unsentWords(r, q.Phone), clockWords(r, q.Phone)), missingLinks(r, q)}}
		if manages {
			row.Cells = append(row.Cells, ui.Post(MineAddress+"/chan", ui.Button{Label: r.T("device.block"), Small: true, Kind: ui.Danger},
				ui.Pair{Name: "device", Value: q.Phone.Device}, ui.Pair{Name: "account", Value: q.Account.String()}, ui.Pair{Name: "return", Value: p.address}))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(lines) > shown {
		t.Foot = frame.Quietly(r.T("device.more-in-file", "n", len(lines)-shown))
	}
	return t
}

// missingLinks lead to the school's day of each sheet that has not come.
func missingLinks(r *door.Request, q quiet) templ.Component {
	if len(q.missing) == 0 {
		return ui.Text(r.T("device.nothing-missing"))
	}
	const most = 4
	var links []templ.Component
	for i, v := range q.missing[:min(most, len(q.missing))] {
		if i > 0 {
			links = append(links, ui.Text(" · "))
		}
		links = append(links, ui.Link("/truong/"+q.School.String()+"/hom-nay?ngay="+v.Day.String(), sessionWords(r, v.Day, v.Session)))
	}
	if more := len(q.missing) - most; more > 0 {
		links = append(links, ui.Text(" "+r.T("device.and-more", "n", more)))
	}
	return templ.Join(links...)
}

func exportOfSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := schoolPlace(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return export(ctx, tx, r, p)
}

func exportOfUnit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := unitPlace(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return export(ctx, tx, r, p)
}

func export(ctx context.Context, tx *store.Tx, r *door.Request, p place) (door.Answer, error) {
	_, lines, days, err := look(ctx, tx, r, p)
	if err != nil {
		return door.Answer{}, err
	}
	heads := []string{r.T("device.school"), r.T("device.classes"), r.T("device.person"), r.T("device.phone"), r.T("device.heard"), r.T("device.on-it"), r.T("device.missing")}
	var rows [][]string
	for _, q := range lines {
		var missing []string
		for _, v := range q.missing {
			missing = append(missing, sessionWords(r, v.Day, v.Session))
		}
		rows = append(rows, []string{q.school, q.classes, q.name, label(r, q.Phone.Label), moment(r, q.Phone.HeardAt()), strconv.Itoa(q.Phone.Unsent), strings.Join(missing, "; ")})
	}
	r.Export("devices", access.Realm(), "scope", len(rows))
	return frame.ListFile(r, "may-chua-dong-bo", r.T("device.quiet-"+strconv.Itoa(days)), "csv", heads, rows), nil
}

// namesOf are the names of the authors of acts.
func namesOf(ctx context.Context, tx *store.Tx, r *door.Request, acts []device.Act) (map[id.ID]string, error) {
	var accounts []id.ID
	for _, a := range acts {
		if !slices.Contains(accounts, a.Account) {
			accounts = append(accounts, a.Account)
		}
	}
	return account.Names(ctx, tx, r.Who.Realm, accounts)
}

// gatewayPart is the setting of roll calls by text message, for those who set it; nil for others.
func gatewayPart(ctx context.Context, tx *store.Tx, r *door.Request, made string) (templ.Component, error) {
	if !access.MaySomewhere(r.Who, access.ChangeSettings) {
		return nil, nil
	}
	has, err := device.HasGateway(ctx, tx, r.Who.Realm)
	if err != nil {
		return nil, err
	}
	state := "device.gateway-none"
	if has {
		state = "device.gateway-set"
	}
	parts := []templ.Component{frame.Words(r.T("device.gateway-text")), frame.Words(r.T(state))}
	if made != "" {
		parts = append(parts, ui.Notice{Tone: ui.Green, Title: r.T("device.gateway-made"), Text: made}.Draw())
	}
	parts = append(parts, ui.Post(HealthAddress+"/tin-nhan", ui.Button{Label: r.T("device.gateway-make"), Icon: ui.IconLock, Small: true}))
	return frame.In(ui.Section("tin-nhan", r.T("device.gateway"), ""), parts...), nil
}

func makeGateway(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	made, err := device.MakeGatewaySecret(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	part, err := gatewayPart(ctx, tx, r, made)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Manage, r.T("device.gateway"))
	return door.Page(frame.In(ui.Page(c), part, ui.Buttons(ui.Button{Label: r.T("device.back"), URL: HealthAddress}))), nil
}

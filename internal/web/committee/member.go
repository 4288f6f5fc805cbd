package committee

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/account"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func openedMember(ctx context.Context, tx *store.Tx, r *door.Request) (committee.MemberDetail, error) {
	which, err := r.ID("member")
	if err != nil {
		return committee.MemberDetail{}, err
	}
	return committee.LookMember(ctx, tx, r.Who, which, r.Today)
}

// memberToChange is openedMember for those who may change the committee.
func memberToChange(ctx context.Context, tx *store.Tx, r *door.Request) (committee.MemberDetail, error) {
	d, err := openedMember(ctx, tx, r)
	if err == nil && !d.MayChange {
		err = mayNot(ctx, tx, r, d.Committee)
	}
	return d, err
}

// showMember is a member: what they are in charge of, when they are away, who came before
// and after.
func showMember(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := openedMember(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Committee.Unit, d.Name)
	if err != nil {
		return door.Answer{}, err
	}
	address := memberAddress(d.ID)
	c.Lead = r.T("committee.office-"+string(d.Office)) + " · " + d.Committee.Name + " – " + d.Committee.UnitName
	inForce := d.InForce(r.Today)
	if !inForce {
		c.Badge = ui.Badge{Label: r.T("committee.member_over", "period", period(r, d.From, d.Until)), Tone: ui.Grey}.Draw()
	}
	buttons := []ui.Button{{Label: r.T("committee.slip_pdf"), URL: address + "/phieu/pdf", Icon: ui.IconPrint}, {Label: r.T("committee.slip_docx"), URL: address + "/phieu/docx", Icon: ui.IconDownload, Download: true}}
	if d.MayAbsent && inForce {
		buttons = append(buttons, ui.Button{Label: r.T("committee.absence"), URL: address + "/vang-mat", Icon: ui.IconCalendar})
	}
	if d.MayChange && inForce {
		buttons = append(buttons, ui.Button{Label: r.T("committee.hand_over"), URL: address + "/ban-giao", Icon: ui.IconRight})
	}
	c.Actions = ui.Buttons(buttons...)
	for _, a := range d.Absences {
		if a.From <= r.Today && r.Today < a.Until {
			c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("committee.away_now", "last", (a.Until-1).Vietnamese()) + " " + standsIn(r, d, a)})
		}
	}
	facts, err := memberFacts(ctx, tx, r, d)
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{frame.Box("split", facts, absences(r, d)),
		frame.In(ui.Section("nhiem-vu", r.T("committee.duties"), loadWords(r, d.Load)), dutyTable(r, d.Duties, d.MayChange, true))}
	if len(d.Ended) > 0 {
		parts = append(parts, frame.In(ui.Section("da-qua", r.T("committee.duties_ended"), ""), dutyTable(r, d.Ended, false, false)))
	}
	if len(d.Corrections) > 0 {
		parts = append(parts, frame.In(ui.Section("da-sua", r.T("committee.corrections"), ""), corrections(r, d)))
	}
	if d.MayChange && inForce {
		act := []ui.Button{{Label: r.T("committee.correct"), URL: address + "/sua", Icon: ui.IconPencil}, {Label: r.T("committee.assign"), URL: query(committeeAddress(d.Committee.ID)+"/giao-viec", "member", d.ID.String()), Icon: ui.IconPlus},
			{Label: r.T("committee.end_member"), URL: address + "/thoi", Kind: ui.Quiet, Icon: ui.IconCross}}
		parts = append(parts, ui.Actions(act...))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func memberFacts(ctx context.Context, tx *store.Tx, r *door.Request, d committee.MemberDetail) (templ.Component, error) {
	facts := []ui.Fact{{Label: r.T("committee.of_committee"), Value: ui.Link(committeeAddress(d.Committee.ID), d.Committee.Name)},
		{Label: r.T("committee.job"), Value: ui.Text(job(r, d.Member) + " · " + r.T("committee.body-"+string(d.Body)))}}
	phone := ui.Nothing()
	if d.Phone != "" {
		phone = ui.Link("tel:"+d.Phone, d.Phone)
	}
	login := ui.Text(r.T("committee.on_paper"))
	if d.Account != 0 {
		p, err := account.Find(ctx, tx, r.Who.Realm, d.Account)
		if err != nil {
			return nil, err
		}
		login = ui.Text(p.Login)
	}
	facts = append(facts, ui.Fact{Label: r.T("committee.phone"), Value: phone}, ui.Fact{Label: r.T("committee.login"), Value: login}, ui.Fact{Label: r.T("committee.in_force"), Value: ui.Text(period(r, d.From, d.Until))})
	if d.EndReason != "" {
		facts = append(facts, ui.Fact{Label: r.T("committee.reason"), Value: ui.Text(d.EndReason)})
	}
	if d.Successor != nil {
		facts = append(facts, ui.Fact{Label: r.T("committee.successor"), Value: ui.Link(memberAddress(d.Successor.ID), d.Successor.Name)})
	}
	for _, b := range d.Before {
		facts = append(facts, ui.Fact{Label: r.T("committee.before"), Value: templ.Join(ui.Link(memberAddress(b.ID), b.Name), ui.Text(" · "+period(r, b.From, b.Until)))})
	}
	return frame.In(ui.Card(r.T("committee.person")), ui.Facts(facts...)), nil
}

func standsIn(r *door.Request, d committee.MemberDetail, a committee.Absence) string {
	for _, o := range d.Others {
		if o.ID == a.Deputy {
			return r.T("committee.stands_in", "name", o.Name)
		}
	}
	return r.T("committee.stands_in_order")
}

func absences(r *door.Request, d committee.MemberDetail) templ.Component {
	if len(d.Absences) == 0 {
		return frame.In(ui.Card(r.T("committee.absences")), frame.Quietly(r.T("committee.absences_none")))
	}
	var items []ui.Item
	for _, a := range d.Absences {
		item := ui.Item{Title: period(r, a.From, a.Until), Text: standsIn(r, d, a), Tone: ui.Grey}
		if a.Note != "" {
			item.Text = a.Note + " · " + item.Text
		}
		if a.Until > r.Today {
			item.Tone = ui.Amber
			if d.MayAbsent {
				item.End = ui.Post(absenceAddress(a.ID)+"/tro-lai", ui.Button{Label: r.T("committee.back"), Small: true}, ui.Pair{Name: "member", Value: d.ID.String()})
			}
		}
		items = append(items, item)
	}
	return frame.In(ui.Card(r.T("committee.absences")), ui.List(items...))
}

func dutyTable(r *door.Request, duties []committee.DutyRow, change, now bool) templ.Component {
	t := ui.Table{Caption: r.T("committee.duties"), Quiet: true, Columns: []ui.Column{{Label: r.T("committee.place")}, {Label: r.T("committee.tasks"), Broad: true}, {Label: r.T("committee.levels")}, {Label: r.T("committee.in_force")}},
		Empty: ui.Empty{Icon: ui.IconPin, Title: r.T("committee.no_duty"), Text: r.T("committee.no_duty_text")}.Draw()}
	if change {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("committee.act")})
	} else if !now {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("committee.reason")})
	}
	for _, d := range duties {
		levels := levelWords(r, d.Levels)
		if levels == "" {
			levels = r.T("committee.all")
		}
		place := ui.Link(placeAddress(d.At()), d.PlaceName)
		if d.Unlent {
			place = templ.Join(place, ui.Text(" "), ui.Badge{Label: r.T("committee.unlent"), Tone: ui.Amber, Icon: ui.IconLock}.Draw())
		}
		row := ui.Row{Cells: []templ.Component{place, ui.Text(taskWords(r, d.Duty)), ui.Text(levels), ui.Text(period(r, d.From, d.Until))}}
		if change {
			act := []templ.Component{ui.Press(ui.Button{Label: r.T("committee.end_duty"), URL: dutyAddress(d.ID) + "/thoi", Small: true, Kind: ui.Quiet})}
			if d.Unlent {
				act = append(act, ui.Post(dutyAddress(d.ID)+"/cap-quyen", ui.Button{Label: r.T("committee.lend"), Small: true, Icon: ui.IconUnlock}, ui.Pair{Name: "member", Value: d.Member.String()}))
			}
			row.Cells = append(row.Cells, templ.Join(act...))
		} else if !now {
			row.Cells = append(row.Cells, ui.Text(d.EndReason))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw()
}

func corrections(r *door.Request, d committee.MemberDetail) templ.Component {
	var events []ui.Event
	for _, v := range d.Corrections {
		login := r.T("committee.on_paper")
		if v.Account != 0 {
			login = r.T("committee.by_account")
		}
		events = append(events, ui.Event{When: v.ChangedAt.Day().Vietnamese(), Title: v.Reason, Tone: ui.Grey, Body: ui.Text(r.T("committee.stood", "name", v.Name, "job", v.Job, "phone", v.Phone, "login", login))})
	}
	return ui.Timeline(events...)
}

// person asks who somebody is; maybe: the form may go without.
func (f *form) person(m committee.Member, login string, maybe bool) templ.Component {
	t := f.r.T
	return templ.Join(ui.Input(f.field(ui.Field{Name: "name", Label: t("committee.member_name"), Value: m.Name, Complete: "off", Optional: maybe})),
		ui.Input(f.field(ui.Field{Name: "job", Label: t("committee.job"), Value: m.Job, Optional: true, Help: t("committee.job_help")})),
		frame.Box("fields", ui.Input(f.field(ui.Field{Name: "phone", Label: t("committee.phone"), Value: m.Phone, Kind: "tel", Optional: true, Help: t("committee.phone_help"), Complete: "off"})),
			ui.Input(f.field(ui.Field{Name: "login", Label: t("committee.login"), Value: login, Optional: true, Help: t("committee.login_help"), Complete: "off"}))))
}

// place asks for office and body.
func (f *form) office(m committee.Member) templ.Component {
	t := f.r.T
	return frame.Box("fields", ui.Select(f.field(ui.Field{Name: "office", Label: t("committee.office"), Value: string(m.Office), Options: options(f.r, "committee.office-", committee.Offices, "")})),
		ui.Select(f.field(ui.Field{Name: "body", Label: t("committee.body"), Value: string(m.Body), Options: options(f.r, "committee.body-", committee.BodiesOn(f.r.Today), t("committee.choose"))})))
}

// typedMember reads who somebody is; the account by its login.
func typedMember(ctx context.Context, tx *store.Tx, r *door.Request) (in committee.MemberInput, err error) {
	in = committee.MemberInput{Office: committee.Office(r.Value("office")), Body: committee.Body(r.Value("body")), Name: r.Value("name"), Job: r.Value("job"), Phone: r.Value("phone")}
	in.Account, err = accountOf(ctx, tx, r)
	return in, err
}

func accountOf(ctx context.Context, tx *store.Tx, r *door.Request) (id.ID, error) {
	if r.Value("login") == "" {
		return 0, nil
	}
	found, err := account.ByLogin(ctx, tx, r.Who.Realm, r.Value("login"))
	return found, asInvalid(err, "committee.no_login", "login")
}

func memberForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Unit, r.T("committee.add_member"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = d.Name + " – " + d.UnitName
	address := committeeAddress(d.ID)
	return f.page(c, address+"/thanh-vien", r.T("committee.keep"), address, f.office(committee.Member{Office: committee.Ordinary}), f.person(committee.Member{}, "", false), f.time(d.Term.From)), nil
}

// time asks from when until when.
func (f *form) time(from day.Day) templ.Component {
	t := f.r.T
	return frame.Box("fields", ui.Input(f.field(ui.Field{Name: "from", Label: t("committee.since"), Kind: "date", Value: max(from, f.r.Today).String()})),
		ui.Input(f.field(ui.Field{Name: "until", Label: t("committee.last"), Kind: "date", Optional: true, Help: t("committee.last_help")})))
}

// typedTime reads first and last day.
func typedTime(r *door.Request) (p day.Range, err error) {
	if p.From, err = r.Day("from", 0); err != nil {
		return p, err
	}
	last, err := r.Day("until", 0)
	if last != 0 {
		p.Until = last + 1
	}
	return p, err
}

func addMember(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	in, err := typedMember(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if in.Period, err = typedTime(r); err != nil {
		return door.Answer{}, err
	}
	m, err := committee.AddMember(ctx, tx, r.Who, d.ID, in)
	return door.SeeOther(memberAddress(m.ID)), err
}

func loginOf(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID) (string, error) {
	if of == 0 {
		return "", nil
	}
	p, err := account.Find(ctx, tx, r.Who.Realm, of)
	return p.Login, err
}

func correctForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := memberToChange(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Committee.Unit, r.T("committee.correct"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.correct_lead")
	login, err := loginOf(ctx, tx, r, d.Account)
	if err != nil {
		return door.Answer{}, err
	}
	address := memberAddress(d.ID)
	return f.page(c, address+"/sua", r.T("committee.keep"), address, ui.Hidden(ui.Pair{Name: "version", Value: strconv.Itoa(d.Version)}), f.person(d.Member, login, false),
		ui.Input(f.field(ui.Field{Name: "reason", Label: r.T("committee.reason")}))), nil
}

func correct(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := memberToChange(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	version, err := strconv.Atoi(r.Value("version"))
	if err != nil {
		version = 0 // a form without it is one that did not see the member
	}
	in := committee.CorrectInput{Member: d.ID, Version: version, Name: r.Value("name"), Job: r.Value("job"), Phone: r.Value("phone"), Reason: r.Value("reason")}
	if in.Account, err = accountOf(ctx, tx, r); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(memberAddress(d.ID)), committee.CorrectMember(ctx, tx, r.Who, in)
}

package org

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/intake"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// top lists the top units, or opens the only one.
func top(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	held, err := org.Held(ctx, tx, r.Who, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	if len(held) == 1 {
		return door.SeeOther(frame.UnitAddress(held[0])), nil
	}
	units, err := org.Children(ctx, tx, 0, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Boards, r.T("places.units"))
	return door.Page(frame.In(ui.Page(c), unitTable(r, r.T("places.units"), units))), nil
}

func unitTable(r *door.Request, caption string, units []org.Unit) templ.Component {
	t := ui.Table{Caption: caption, Quiet: true, Columns: []ui.Column{{Label: r.T("places.name")}, {Label: r.T("places.code")}, {Label: r.T("places.kind")}, {Label: r.T("places.since")}},
		Empty: ui.Empty{Icon: ui.IconMap, Title: r.T("places.no_child"), Text: r.T("places.no_child_text")}.Draw()}
	for _, u := range units {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(frame.UnitAddress(u.ID), u.FullName), ui.Text(u.Code), ui.Text(r.T("org.kind-" + string(u.Kind))), since(r, u.From)}})
	}
	return t.Draw()
}

func since(r *door.Request, d day.Day) templ.Component {
	if d.Year() < 1990 {
		return ui.Nothing()
	}
	return ui.Text(d.Vietnamese())
}

// unit shows a unit by the tree of a day.
func unit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	on, err := r.Day("ngay", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	spans, err := org.Spans(ctx, tx, which)
	if err != nil {
		return door.Answer{}, err
	}
	now, inForce := spans[len(spans)-1], false
	for _, s := range spans {
		if s.From <= on && on < s.Until {
			now, inForce = s, true
		}
	}
	before, after, err := org.SuccessionsOf(ctx, tx, which)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Boards, now.FullName)
	if c.Place, err = frame.PlaceOfUnit(ctx, tx, which, on); err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("places.unit_lead", "kind", r.T("org.kind-"+string(now.Kind)), "code", now.Code)
	address := frame.UnitAddress(which)
	if !inForce {
		text := r.T("places.not_in_force", "day", on.Vietnamese())
		if now.Until <= on {
			text = r.T("places.ended", "day", now.Until.Vietnamese())
		}
		notice := ui.Notice{Tone: ui.Amber, Text: text}
		for _, s := range after {
			notice.Links = append(notice.Links, ui.Choice{Label: s.Other, URL: frame.UnitAddress(s.New)})
		}
		c.Notices = append(c.Notices, notice)
	}
	if c.Actions, err = unitActions(ctx, tx, r, now); err != nil {
		return door.Answer{}, err
	}
	zones, err := org.ZonesOf(ctx, tx, which, on)
	if err != nil {
		return door.Answer{}, err
	}
	children, err := org.Children(ctx, tx, which, on)
	if err != nil {
		return door.Answer{}, err
	}
	schools, err := org.SchoolsUnder(ctx, tx, r.Who, which, on, org.Located)
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{ui.Filter(ui.FilterBar{Action: address, Clear: clearOf(r, "ngay", address), Fields: []ui.Field{{Name: "ngay", Label: r.T("places.day"), Kind: "date", Value: on.String()}}}),
		frame.Box("split", spanCard(r, spans), successionCard(r, before, after, zones))}
	if now.Kind != org.Village {
		parts = append(parts, frame.In(ui.Section("truc-thuoc", r.T("places.children"), r.T("places.count", "n", len(children))), unitTable(r, r.T("places.children"), children)))
	}
	parts = append(parts, frame.In(ui.Section("truong", r.T("places.schools"), r.T("places.count", "n", len(schools))), schoolTable(r, schools)))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func clearOf(r *door.Request, name, address string) string {
	if r.Value(name) == "" {
		return ""
	}
	return address
}

// unitActions are what the caller may do with a unit.
func unitActions(ctx context.Context, tx *store.Tx, r *door.Request, u org.Unit) (templ.Component, error) {
	var buttons []ui.Button
	may := func(action access.Action, at access.Resource) bool {
		_, err := access.May(ctx, tx, r.Who, action, at)
		return err == nil
	}
	if may(access.SeeBoard, access.Unit(u.ID)) {
		buttons = append(buttons, ui.Button{Label: r.T("places.calendar"), URL: frame.UnitAddress(u.ID) + "/lich", Icon: ui.IconCalendar})
	}
	if may(access.SeeBoard, access.Unit(u.ID)) {
		buttons = append(buttons, ui.Button{Label: r.T("handout.desk"), URL: frame.UnitAddress(u.ID) + "/xuat", Icon: ui.IconDownload})
	}
	if may(access.SeePupils, access.Residence(u.ID)) {
		buttons = append(buttons, ui.Button{Label: r.T("places.residents"), URL: "/noi-o/" + u.ID.String() + "/hoc-sinh", Icon: ui.IconPupils})
	}
	if may(access.SeeHouseholds, access.Residence(u.ID)) {
		buttons = append(buttons, ui.Button{Label: r.T("household_page.link"), URL: "/noi-o/" + u.ID.String() + "/ngoai-nha-truong", Icon: ui.IconVisit})
	}
	if u.Kind != org.Village && may(access.SeeSensitive, access.Unit(u.ID)) {
		buttons = append(buttons, ui.Button{Label: r.T("benefit_page.title"), URL: frame.UnitAddress(u.ID) + "/che-do", Icon: ui.IconTable})
	}
	brings, err := mayBring(ctx, tx, r, access.Unit(u.ID))
	if err != nil {
		return nil, err
	}
	if brings {
		buttons = append(buttons, ui.Button{Label: r.T("places.bring"), URL: frame.UnitAddress(u.ID) + "/nhap", Icon: ui.IconUpload})
	}
	return ui.Buttons(buttons...), nil
}

// mayBring says whether the caller may bring any sort of file to the import desk of a place.
func mayBring(ctx context.Context, tx *store.Tx, r *door.Request, place access.Resource) (bool, error) {
	for _, k := range exchange.Kinds() {
		if _, there := k.At[place.Kind]; !there {
			continue
		}
		_, err := k.May(ctx, tx, r.Who, intake.Place{Kind: string(place.Kind), ID: place.ID})
		if _, refused := fault.Of(err); err != nil && !refused {
			return false, err
		} else if err == nil {
			return true, nil
		}
	}
	return false, nil
}

func spanCard(r *door.Request, spans []org.Unit) templ.Component {
	var events []ui.Event
	for _, s := range slices.Backward(spans) {
		when := r.T("places.always")
		if s.From.Year() >= 1990 {
			when = r.T("places.from_day", "day", s.From.Vietnamese())
		}
		if s.Until != day.Forever {
			when += " " + r.T("places.to_day", "day", s.Until.Vietnamese())
		}
		e := ui.Event{When: when, Title: s.FullName, Who: r.T("places.code") + " " + s.Code, Tone: ui.Grey}
		if s.Until == day.Forever {
			e.Tone = ui.Green
		}
		events = append(events, e)
	}
	return frame.In(ui.Card(r.T("places.over_time")), ui.Timeline(events...))
}

func successionCard(r *door.Request, before, after []org.SuccessionNamed, zones []org.ZoneSpan) templ.Component {
	var facts []ui.Fact
	list := func(label string, all []org.SuccessionNamed, old bool) {
		if len(all) == 0 {
			return
		}
		var lines []templ.Component
		for _, s := range all {
			other := s.New
			if old {
				other = s.Old
			}
			lines = append(lines, frame.Wrap("<div>", "</div>", ui.Link(frame.UnitAddress(other), s.Other), ui.Text(" · "+r.T("places.part-"+string(s.Part))+" · "+s.On.Vietnamese())))
		}
		facts = append(facts, ui.Fact{Label: label, Value: templ.Join(lines...)})
	}
	list(r.T("places.made_of"), before, true)
	list(r.T("places.became"), after, false)
	for _, z := range zones {
		facts = append(facts, ui.Fact{Label: r.T("places.zone-" + z.Zone), Value: ui.TextNote(r.T("places.from_day", "day", z.From.Vietnamese()), z.Source)})
	}
	body := ui.Facts(facts...)
	if len(facts) == 0 {
		body = frame.Quietly(r.T("places.no_succession"))
	}
	return frame.In(ui.Card(r.T("places.succession")), body)
}

func schoolTable(r *door.Request, schools []org.School) templ.Component {
	t := ui.Table{Caption: r.T("places.schools"), Quiet: true, Columns: []ui.Column{{Label: r.T("places.school")}, {Label: r.T("places.code")}, {Label: r.T("places.type")}, {Label: r.T("places.levels")}},
		Empty: ui.Empty{Icon: ui.IconSchool, Title: r.T("places.no_school"), Text: r.T("places.no_school_text")}.Draw()}
	for _, s := range schools {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(frame.SchoolAddress(s.ID), s.Name), ui.Text(s.Code), ui.Text(s.Type), ui.Text(levelWords(r, s.Levels))}})
	}
	return t.Draw()
}

func levelWords(r *door.Request, levels string) string {
	var words []string
	for _, level := range strings.Fields(levels) {
		words = append(words, r.T("pupils.level-"+level))
	}
	return strings.Join(words, ", ")
}

package committee

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// filtered are the places of a coverage list as the address asks: those with nobody, or all.
func filtered(r *door.Request, places []committee.CoveredPlace) []committee.CoveredPlace {
	search, kind, all := viet.Fold(r.Value("tim")), committee.PlaceKind(r.Value("loai")), r.Value("xem") == "tat-ca"
	return slices.DeleteFunc(slices.Clone(places), func(p committee.CoveredPlace) bool {
		return !all && !p.Missing() || kind != "" && p.Kind != kind || search != "" && !strings.Contains(viet.Fold(p.Name+" "+p.In+" "+namesOf(p)), search)
	})
}

func namesOf(p committee.CoveredPlace) string {
	var names []string
	for _, n := range p.Named {
		names = append(names, n.Name)
	}
	return strings.Join(names, ", ")
}

// coverage: who is named for each village and school, those with nobody first.
func coverage(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	cover, err := committee.Cover(ctx, tx, r.Who, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, unit, r.T("committee.coverage"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.coverage_lead")
	w := cover.Whole
	tiles := []ui.Tile{{Label: r.T("committee.villages_named"), Ratio: ratio.Of(int64(w.VillagesNamed), int64(w.Villages)), Tone: done(w.VillagesNamed, w.Villages)},
		{Label: r.T("committee.schools_named"), Ratio: ratio.Of(int64(w.SchoolsNamed), int64(w.Schools)), Tone: done(w.SchoolsNamed, w.Schools)}}
	parts := []templ.Component{ui.Tiles(tiles...)}
	if len(cover.Rows) > 0 {
		t := ui.Table{Caption: r.T("committee.by_unit"), Quiet: true, Columns: []ui.Column{{Label: r.T("committee.unit")}, {Label: r.T("committee.villages_named"), Number: true}, {Label: r.T("committee.schools_named"), Number: true}, {Label: r.T("committee.missing"), Number: true}}}
		for _, row := range cover.Rows {
			tone := ui.Plain
			if row.Missing() > 0 {
				tone = ui.Amber
			}
			t.Rows = append(t.Rows, ui.Row{Tone: tone, Cells: []templ.Component{ui.Link(coverageAddress(row.Unit), row.Name), of(row.VillagesNamed, row.Villages), of(row.SchoolsNamed, row.Schools), ui.Count(int64(row.Missing()), coverageAddress(row.Unit))}})
		}
		parts = append(parts, frame.In(ui.Section("don-vi", r.T("committee.by_unit"), ""), t.Draw()))
	}
	rows := filtered(r, cover.Places)
	page, from, to := pageOf(r, len(rows))
	links, err := assignLinks(ctx, tx, r, unit)
	if err != nil {
		return door.Answer{}, err
	}
	empty := ui.Empty{Icon: ui.IconCheck, Title: r.T("committee.none_missing"), Text: r.T("committee.none_missing_text")}
	if len(cover.Places) == 0 {
		empty = ui.Empty{Icon: ui.IconPin, Title: r.T("committee.no_places"), Text: r.T("committee.no_places_text")}
	}
	t := ui.Table{Caption: r.T("committee.places"), Quiet: true, Empty: empty.Draw()}
	heads := []string{"place", "commune", "who_named", "act"}
	if len(cover.Rows) == 0 { // in one commune its name says nothing
		heads = []string{"place", "who_named", "act"}
	}
	for _, head := range heads {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("committee." + head), Broad: head == "who_named"})
	}
	for _, p := range rows[from:to] {
		act := ui.Nothing()
		if link := links(p); link != "" && p.Missing() {
			act = ui.Press(ui.Button{Label: r.T("committee.assign"), URL: link, Small: true, Icon: ui.IconPlus})
		}
		tone := ui.Plain
		if p.Missing() {
			tone = ui.Amber
		}
		cells := []templ.Component{ui.LinkNote(placeAddress(p.Place), p.Name, p.Code)}
		if len(cover.Rows) > 0 {
			cells = append(cells, ui.Text(p.In))
		}
		t.Rows = append(t.Rows, ui.Row{Tone: tone, Cells: append(cells, namedCell(r, p), act)})
	}
	t.Foot = foot(r, page, from, to, len(rows), coverageAddress(unit)+"/tep/")
	filter := ui.FilterBar{Action: coverageAddress(unit), Clear: cleared(r, coverageAddress(unit), "tim", "loai", "xem"), Search: &ui.Field{Name: "tim", Label: r.T("committee.search_place"), Value: r.Value("tim")},
		Fields: []ui.Field{{Name: "xem", Label: r.T("committee.show"), Value: r.Value("xem"), Options: []ui.Option{{Value: "", Label: r.T("committee.only_missing")}, {Value: "tat-ca", Label: r.T("committee.all")}}},
			{Name: "loai", Label: r.T("committee.what"), Value: r.Value("loai"), Options: options(r, "committee.place-", []committee.PlaceKind{committee.UnitPlace, committee.SchoolPlace}, r.T("committee.all"))}}}
	parts = append(parts, frame.In(ui.Section("noi", r.T("committee.places"), ""), ui.Filter(filter), t.Draw()))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func placeAddress(p committee.Place) string {
	if p.Kind == committee.SchoolPlace {
		return frame.SchoolAddress(p.ID)
	}
	return frame.UnitAddress(p.ID)
}

func done(n, of int) ui.Tone {
	switch {
	case of == 0:
		return ui.Grey
	case n == of:
		return ui.Green
	}
	return ui.Amber
}

func of(n, whole int) templ.Component {
	return ui.Text(ui.Number(n) + "/" + ui.Number(whole))
}

// namedCell are the persons named for a place with their phones.
func namedCell(r *door.Request, p committee.CoveredPlace) templ.Component {
	if len(p.Named) == 0 {
		return ui.Badge{Label: r.T("committee.nobody"), Tone: ui.Amber, Icon: ui.IconWarning}.Draw()
	}
	var lines []templ.Component
	for _, n := range p.Named {
		note := contact(r, n.Phone, n.Account)
		if n.Away != nil {
			note += " · " + r.T("committee.away_until", "day", n.Away.Until.Vietnamese())
			if n.Deputy != nil {
				note += " · " + r.T("committee.stands_in", "name", n.Deputy.Name)
			}
		}
		lines = append(lines, frame.Wrap("<div>", "</div>", ui.LinkNote(memberAddress(n.Member), n.Name, note)))
	}
	if p.Stranded {
		lines = append(lines, ui.Badge{Label: r.T("committee.stranded"), Tone: ui.Red, Icon: ui.IconWarning}.Draw())
	}
	return templ.Join(lines...)
}

// contact says how a person is reached.
func contact(r *door.Request, phone string, account id.ID) string {
	switch {
	case phone == "" && account == 0:
		return r.T("committee.no_phone")
	case phone == "":
		return r.T("committee.by_account")
	case account == 0:
		return phone + " · " + r.T("committee.on_paper")
	}
	return phone
}

// assignLinks leads from a place to the form that puts somebody in charge of it: in the
// first committee in force of its commune, else of the unit, that the caller may change.
func assignLinks(ctx context.Context, tx *store.Tx, r *door.Request, unit id.ID) (func(committee.CoveredPlace) string, error) {
	all, err := committee.Committees(ctx, tx, r.Who, unit, r.Today)
	if err != nil {
		return nil, err
	}
	first := map[id.ID]id.ID{}
	for _, s := range all {
		if _, known := first[s.Unit]; known || !s.InForce(r.Today) || s.Ended {
			continue
		}
		if _, err := access.May(ctx, tx, r.Who, access.ChangeCommittee, access.Unit(s.Unit)); err == nil {
			first[s.Unit] = s.ID
		}
	}
	return func(p committee.CoveredPlace) string {
		c, ok := first[p.Commune]
		if !ok {
			c, ok = first[unit]
		}
		if !ok {
			return ""
		}
		return query(committeeAddress(c)+"/giao-viec", "places", placeValue(p.Place))
	}, nil
}

func placeValue(p committee.Place) string { return string(p.Kind) + "-" + p.ID.String() }

// reassign lists the duties that a merger left without a place or a committee.
func reassign(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	all, err := committee.ToReassign(ctx, tx, r.Who, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, unit, r.T("committee.reassign"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.reassign_lead")
	links, err := assignLinks(ctx, tx, r, unit)
	if err != nil {
		return door.Answer{}, err
	}
	page, from, to := pageOf(r, len(all))
	t := ui.Table{Caption: r.T("committee.reassign"), Quiet: true, Columns: []ui.Column{{Label: r.T("committee.place")}, {Label: r.T("committee.became")}, {Label: r.T("committee.holder")}, {Label: r.T("committee.of_committee")}, {Label: r.T("committee.act")}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("committee.reassign_none"), Text: r.T("committee.reassign_none_text")}.Draw()}
	for _, s := range all[from:to] {
		var heirs []string
		link := ""
		for _, h := range s.Heirs {
			heirs = append(heirs, h.FullName)
		}
		if len(s.Heirs) > 0 {
			place := committee.Place{Kind: committee.UnitPlace, ID: s.Heirs[0].ID}
			if s.PlaceKind == committee.SchoolPlace && !s.PlaceEnded {
				place = s.At()
			}
			if link = links(committee.CoveredPlace{Place: place, Commune: unit}); link != "" {
				link += "&continues=" + s.ID.String()
			}
		}
		act := ui.Nothing()
		if link != "" {
			act = ui.Press(ui.Button{Label: r.T("committee.assign_anew"), URL: link, Small: true, Icon: ui.IconRight})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(s.PlaceName), ui.Text(strings.Join(heirs, ", ")), holderCell(r, s.DutyRow), ui.Link(committeeAddress(s.Committee), s.CommitteeName), act}})
	}
	t.Foot = foot(r, page, from, to, len(all), "")
	return door.Page(frame.In(ui.Page(c), t.Draw())), nil
}

func holderCell(r *door.Request, d committee.DutyRow) templ.Component {
	if d.Member == 0 {
		return ui.TextNote(r.T("committee.body-"+string(d.Branch)), r.T("committee.branch"))
	}
	return ui.Link(memberAddress(d.Member), d.Holder)
}

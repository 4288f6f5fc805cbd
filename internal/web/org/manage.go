package org

import (
	"context"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// manage links everything of administration that the caller may do somewhere.
func manage(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	var system, places []ui.Item
	add := func(to *[]ui.Item, action access.Action, key, address string) {
		if access.MaySomewhere(r.Who, action) {
			*to = append(*to, ui.Item{Title: r.T("places.do-" + key), Text: r.T("places.do_text-" + key), URL: address})
		}
	}
	add(&system, access.ChangeUnits, "units", "/don-vi")
	add(&system, access.ChangeUnits, "import", "/quan-tri/nhap")
	if brings, err := mayBring(ctx, tx, r, access.Realm()); err != nil {
		return door.Answer{}, err
	} else if brings {
		system = append(system, ui.Item{Title: r.T("places.do-desk"), Text: r.T("places.do_text-desk"), URL: "/quan-tri/nhap-lieu"})
	}
	for _, g := range r.Who.Grants {
		if !g.Period.Has(r.Today) {
			continue
		}
		at := access.Resource{Kind: access.Kind(g.ScopeKind), ID: g.Scope}
		may := func(action access.Action) bool {
			_, err := access.May(ctx, tx, r.Who, action, at)
			return err == nil
		}
		switch g.ScopeKind {
		case access.SchoolScope:
			s, err := frame.SchoolAsOf(ctx, tx, r.Who, g.Scope, r.Today)
			if err != nil {
				return door.Answer{}, err
			}
			base := frame.SchoolAddress(g.Scope)
			for _, l := range []struct {
				action    access.Action
				key, path string
			}{{access.ChangeClasses, "classes", "#lop"}, {access.ChangeCalendar, "calendar", "/lich"}, {access.ImportPupils, "roster", "/nhap"}, {access.ChangePupils, "books", "/so"}, {access.ChangePupils, "transfers", "/tiep-nhan"}} {
				if may(l.action) {
					places = append(places, ui.Item{Title: r.T("places.do-" + l.key), Text: s.Name, URL: base + l.path})
				}
			}
		case access.UnitScope:
			brings, err := mayBring(ctx, tx, r, at)
			if err != nil {
				return door.Answer{}, err
			}
			if !brings && !may(access.ChangeCalendar) {
				continue
			}
			crumbs, err := frame.PlaceOfUnit(ctx, tx, g.Scope, r.Today)
			if err != nil {
				return door.Answer{}, err
			}
			unit := crumbs[len(crumbs)-1].Label
			if may(access.ChangeCalendar) {
				places = append(places, ui.Item{Title: r.T("places.do-calendar"), Text: unit, URL: frame.UnitAddress(g.Scope) + "/lich"})
			}
			if brings {
				places = append(places, ui.Item{Title: r.T("places.do-bring"), Text: unit, URL: frame.UnitAddress(g.Scope) + "/nhap"})
			}
		}
	}
	c := frame.Chrome(r, frame.Manage, r.T("places.manage"))
	c.Lead = r.T("places.manage_lead")
	var parts []templ.Component
	if len(places) > 0 {
		parts = append(parts, frame.In(ui.Section("noi", r.T("places.my_places"), ""), ui.List(places...)))
	}
	if len(system) > 0 {
		parts = append(parts, frame.In(ui.Section("he-thong", r.T("places.system"), ""), ui.List(system...)))
	}
	if len(parts) == 0 {
		parts = append(parts, ui.Empty{Icon: ui.IconSettings, Title: r.T("places.nothing_to_manage"), Text: r.T("places.nothing_to_manage_text")}.Draw())
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

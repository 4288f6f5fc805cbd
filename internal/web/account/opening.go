package account

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// openable are the kinds of things that a form may open, by their words in addresses.
var openable = map[string]access.Kind{"lop": access.ClassKind, "truong": access.SchoolKind, "cu-tru": access.ResidenceKind, "em": access.PupilKind}

// asked reads what is to be opened: ?loai=lop&ma=602. Pages that refuse lead here with it.
func asked(r *door.Request) (access.Resource, error) {
	kind, ok := openable[r.Value("loai")]
	if !ok {
		return access.Resource{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	of, err := r.ID("ma")
	return access.Resource{Kind: kind, ID: of}, err
}

func showOpening(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	if r.Value("loai") == "" {
		return openingList(ctx, tx, r)
	}
	return openingPage(ctx, tx, r, nil)
}

func openPupilsAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return openingPage(ctx, tx, r, faults)
}

// openingList is the page without a thing to open: what is open now, and how to open more.
func openingList(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	openings, err := access.OpeningsOf(ctx, tx, r.Who, tx.Now())
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Pupils, r.T("people.open_title"))
	c.Lead = r.T("people.open_lead")
	return door.Page(frame.In(ui.Page(c), openingTable(ctx, tx, r, openings).Draw())), nil
}

func openingPage(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	resource, err := asked(r)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.OpenPupils, resource); err != nil {
		return door.Answer{}, err
	}
	place, err := access.PlaceName(ctx, tx, r.Who.Realm, resource.Kind, resource.ID)
	if err != nil {
		return door.Answer{}, err
	}
	if place == "" {
		place = r.T("people.one_pupil")
	}
	c := frame.Chrome(r, frame.Pupils, r.T("people.open_title"))
	c.Lead, c.Narrow = r.T("people.open_what", "place", place), true
	purpose := ui.Field{Name: "purpose", Label: r.T("people.purpose"), Value: r.Value("purpose"), Error: door.FieldError(r, faults, "purpose")}
	for _, p := range access.Purposes {
		purpose.Options = append(purpose.Options, ui.Option{Value: p, Label: r.T("access.purpose-" + p)})
	}
	minutes := ui.Field{Name: "minutes", Label: r.T("people.how_long"), Value: first(r.Value("minutes"), "60"), Error: door.FieldError(r, faults, "for")}
	for _, n := range []int{15, 60, 240, 480, 1440} {
		minutes.Options = append(minutes.Options, ui.Option{Value: strconv.Itoa(n), Label: r.T("people.minutes-" + strconv.Itoa(n))})
	}
	note := ui.Field{Name: "note", Label: r.T("people.note"), Value: r.Value("note"), Help: r.T("people.note_help"), Optional: true}
	return door.Page(frame.In(ui.Page(c), ui.Notice{Tone: ui.Amber, Text: r.T("people.open_recorded")}.Draw(), frame.Form(OpenAddress, false,
		ui.Hidden(ui.Pair{Name: "loai", Value: r.Value("loai")}, ui.Pair{Name: "ma", Value: r.Value("ma")}, ui.Pair{Name: "return", Value: door.LocalAddress(r.Value("return"), "")}),
		ui.Radios(purpose), ui.Select(minutes), ui.Input(note), ui.Actions(ui.Button{Label: r.T("people.open"), Kind: ui.Primary, Icon: ui.IconEye})))), nil
}

func openPupils(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	resource, err := asked(r)
	if err != nil {
		return door.Answer{}, err
	}
	minutes, _ := strconv.Atoi(r.Value("minutes"))
	_, err = access.OpenForPurpose(ctx, tx, r.Who, access.OpenInput{Resource: resource, Purpose: r.Value("purpose"), Note: r.Value("note"), For: time.Duration(minutes) * time.Minute})
	return door.SeeOther(door.LocalAddress(r.Value("return"), OpenAddress)), err
}

func closeOpening(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	opening, err := r.ID("opening")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(OpenAddress), access.CloseOpening(ctx, tx, r.Who, opening)
}

// addresses of what an opening shows.
var opens = map[access.Kind]func(access.Opening) string{
	access.ClassKind:     func(o access.Opening) string { return frame.ClassAddress(o.Scope) },
	access.SchoolKind:    func(o access.Opening) string { return frame.SchoolAddress(o.Scope) + "/hoc-sinh" },
	access.ResidenceKind: func(o access.Opening) string { return "/noi-o/" + o.Scope.String() + "/hoc-sinh" },
	access.PupilKind:     func(o access.Opening) string { return "/hoc-sinh/" + o.Scope.String() },
}

func openingTable(ctx context.Context, tx *store.Tx, r *door.Request, openings []access.PastOpening) ui.Table {
	t := ui.Table{Caption: r.T("people.my_openings"), Quiet: true, Columns: []ui.Column{{Label: r.T("people.place")}, {Label: r.T("people.purpose")}, {Label: r.T("people.open_until")}, {Label: r.T("people.act")}},
		Empty: ui.Empty{Icon: ui.IconEye, Title: r.T("people.no_openings"), Text: r.T("people.no_openings_text")}.Draw()}
	for _, o := range openings {
		place, err := access.PlaceName(ctx, tx, r.Who.Realm, o.ScopeKind, o.Scope)
		if err != nil || place == "" {
			place = r.T("people.one_pupil")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(opens[o.ScopeKind](o.Opening), place), ui.TextNote(r.T("access.purpose-"+o.Purpose), o.Note), ui.Text(moment(o.Until)),
			ui.Post("/toi/mo-ho-so/"+o.ID.String()+"/dong", ui.Button{Label: r.T("people.close_opening"), Small: true})}})
	}
	return t
}

package calendar

import (
	"context"
	"errors"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func parse(number string) (id.ID, error) { return id.Parse(number) }

// reach is what a declaration would change.
type reach struct {
	schools int
	days    int
	held    int // class-sessions that the school holds before
	after   int // and after
	sheets  int // roll calls already taken that change
	counted bool
	same    bool
}

func declareForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return declarePage(ctx, tx, r, nil, nil)
}

func declareAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return declarePage(ctx, tx, r, faults, nil)
}

func declarePage(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List, preview *reach) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
	if err != nil {
		return door.Answer{}, err
	}
	options, err := scopeOptions(ctx, tx, r, p)
	if err != nil {
		return door.Answer{}, err
	}
	from, err := r.Day("from", r.Today)
	if err != nil {
		from = r.Today
	}
	kind := r.Value("kind")
	if kind != string(calendar.MakeUp) {
		kind = string(calendar.Closure)
	}
	scope := ui.Field{Name: "scope", Label: r.T("schedule.for"), Options: options}
	level := levelField(r, p)
	first := ui.Field{Name: "from", Label: r.T("schedule.from"), Kind: "date", Value: from.String(), Class: "input-short"}
	last := ui.Field{Name: "until", Label: r.T("schedule.last"), Kind: "date", Value: from.String(), Class: "input-short"}
	session := ui.Field{Name: "session", Label: r.T("schedule.session"), Value: "whole-day", Options: []ui.Option{{Value: "whole-day", Label: r.T("calendar.session.whole-day")}}}
	for _, s := range calendar.Sessions {
		session.Options = append(session.Options, ui.Option{Value: s.Code(), Label: r.T("calendar.session." + s.Code())})
	}
	reason := ui.Field{Name: "reason", Label: r.T("schedule.reason"), Options: []ui.Option{{Value: "", Label: r.T("schedule.choose_reason")}}}
	for _, code := range calendar.Reasons {
		if (code == calendar.ReasonMakeUp) == (kind == string(calendar.MakeUp)) || code == calendar.ReasonOther {
			reason.Options = append(reason.Options, ui.Option{Value: string(code), Label: r.T("calendar.reason." + string(code))})
		}
	}
	if kind == string(calendar.MakeUp) {
		reason.Value = string(calendar.ReasonMakeUp)
	}
	note := ui.Field{Name: "note", Label: r.T("schedule.note"), Help: r.T("schedule.note_help"), Optional: true}
	mistakes := fill(r, faults, &scope, &level, &first, &last, &session, &reason, &note)
	c := frame.Chrome(r, frame.Boards, r.T("schedule.declare-"+kind))
	c.Narrow, c.Place, c.Lead = true, p.crumbs, p.name
	buttons := []ui.Button{{Label: r.T("schedule.preview"), Name: "act", Value: "preview", Kind: ui.Primary, Icon: ui.IconEye}}
	parts := []templ.Component{ui.Faults("", mistakes)}
	if preview != nil {
		parts = append(parts, previewNotice(r, *preview).Draw())
		if !preview.same {
			buttons = []ui.Button{{Label: r.T("schedule.declare_now-" + kind), Name: "act", Value: "commit", Kind: ui.Primary, Icon: ui.IconCheck}, {Label: r.T("schedule.preview_again"), Name: "act", Value: "preview"}}
		}
	}
	buttons = append(buttons, ui.Button{Label: r.T("schedule.cancel"), URL: p.address, Kind: ui.Quiet})
	parts = append(parts, ui.Hidden(ui.Pair{Name: "kind", Value: kind}), ui.Select(scope), ui.Select(level), frame.Box("fields", ui.Input(first), ui.Input(last)), ui.Select(session), ui.Select(reason), ui.Input(note), ui.Actions(buttons...))
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(p.address+"/khai-bao", false, parts...)))), nil
}

func previewNotice(r *door.Request, p reach) ui.Notice {
	switch {
	case p.same:
		return ui.Notice{Tone: ui.Grey, Text: r.T("schedule.already")}
	case p.counted:
		return ui.Notice{Tone: ui.Amber, Title: r.T("schedule.preview_title"), Text: r.T("schedule.reach_school", "days", p.days, "before", p.held, "after", p.after, "sheets", p.sheets)}
	}
	return ui.Notice{Tone: ui.Amber, Title: r.T("schedule.preview_title"), Text: r.T("schedule.reach_unit", "schools", p.schools, "days", p.days)}
}

// errPreview undoes a declaration that was only tried.
var errPreview = errors.New("calendar: a preview")

// declare tries a declaration and shows what it reaches, or makes it. The preview is the
// act itself, undone: it says exactly what will happen.
func declare(ctx context.Context, r *door.Request) (door.Answer, error) {
	var answer door.Answer
	var seen reach
	commit := r.Value("act") == "commit"
	err := r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
		if err != nil {
			return err
		}
		in, kind, err := declared(ctx, tx, r, p)
		if err != nil {
			return err
		}
		seen = reach{days: in.Period.Days()}
		count := func() (held int, err error) {
			if !p.isSchool {
				return 0, nil
			}
			days, err := calendar.SchoolCalendar(ctx, tx, r.Who, p.scope.ID, in.Period)
			for _, d := range days {
				held += d.Held()
			}
			return held, err
		}
		if in.Period.Days() > 0 && in.Period.Days() <= 366 {
			if seen.held, err = count(); err != nil {
				return err
			}
		}
		verb := calendar.DeclareClosure
		if kind == calendar.MakeUp {
			verb = calendar.DeclareMakeUp
		}
		change, err := verb(ctx, tx, r.Who, in)
		if err != nil {
			return err
		}
		seen.schools, seen.same, seen.counted = len(change.Schools), !change.Made, p.isSchool
		if seen.sheets, err = follow(ctx, tx, r, change); err != nil {
			return err
		}
		if commit {
			answer = door.SeeOther(p.address + "?ngay=" + in.Period.From.String() + "&xong=" + string(kind))
			return nil
		}
		if seen.after, err = count(); err != nil {
			return err
		}
		return errPreview
	})
	if !errors.Is(err, errPreview) {
		return answer, err
	}
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		answer, err = declarePage(ctx, tx, r, nil, &seen)
		return err
	})
	return answer, err
}

func declared(ctx context.Context, tx *store.Tx, r *door.Request, p place) (in calendar.DeclareIn, kind calendar.Kind, err error) {
	kind = calendar.Closure
	if r.Value("kind") == string(calendar.MakeUp) {
		kind = calendar.MakeUp
	}
	in = calendar.DeclareIn{Level: r.Value("level"), Reason: calendar.Reason(r.Value("reason")), Note: r.Value("note")}
	if in.Scope, err = scopeOf(ctx, tx, r, p); err != nil {
		return in, kind, err
	}
	from, err := r.Day("from", 0)
	if err != nil {
		return in, kind, err
	}
	last, err := r.Day("until", from)
	if err != nil {
		return in, kind, err
	}
	in.Period = day.Through(from, last)
	session, ok := calendar.ParseSession(r.Value("session"))
	if !ok {
		return in, kind, fault.New(fault.Invalid, "calendar.bad-session", nil).On("session")
	}
	in.Session = session
	return in, kind, nil
}

func withdrawForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return withdrawAgain(ctx, tx, r, nil)
}

// withdrawAgain asks why a closure or make-up is taken back.
func withdrawAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
	if err != nil {
		return door.Answer{}, err
	}
	wanted, err := r.ID("exception")
	if err != nil {
		return door.Answer{}, err
	}
	year := calendar.Bounds(r.Today.SchoolYear())
	exceptions, err := exceptionsOf(ctx, tx, r, p, day.Range{From: year.From.AddMonths(-12), Until: year.Until.AddMonths(12)})
	if err != nil {
		return door.Answer{}, err
	}
	for _, e := range exceptions {
		if e.ID != wanted {
			continue
		}
		reason := ui.Field{Name: "reason", Label: r.T("schedule.withdraw_why")}
		mistakes := fill(r, faults, &reason)
		c := frame.Chrome(r, frame.Boards, r.T("schedule.withdraw"))
		c.Narrow, c.Place = true, p.crumbs
		c.Lead = r.T("calendar.kind."+string(e.Kind)) + ": " + r.T("calendar.reason."+string(e.Reason)) + ", " + e.Period.From.Vietnamese() + " – " + e.Period.Last().Vietnamese()
		return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(p.address+"/thu-hoi", false, ui.Faults("", mistakes), ui.Hidden(ui.Pair{Name: "exception", Value: wanted.String()}),
			frame.Quietly(r.T("schedule.withdraw_text")), ui.Input(reason), ui.Actions(ui.Button{Label: r.T("schedule.withdraw"), Kind: ui.Primary}, ui.Button{Label: r.T("schedule.cancel"), URL: p.address, Kind: ui.Quiet}))))), nil
	}
	return door.Answer{}, fault.New(fault.NotFound, "calendar.no-exception", nil)
}

func withdraw(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
	if err != nil {
		return door.Answer{}, err
	}
	wanted, err := r.ID("exception")
	if err != nil {
		return door.Answer{}, err
	}
	change, err := calendar.Withdraw(ctx, tx, r.Who, calendar.WithdrawIn{ID: wanted, Reason: r.Value("reason")})
	if err != nil {
		return door.Answer{}, err
	}
	_, err = follow(ctx, tx, r, change)
	return door.SeeOther(p.address + "?ngay=" + change.Period.From.String() + "&xong=withdrawn"), err
}

func termForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return termAgain(ctx, tx, r, nil)
}

func termAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
	if err != nil {
		return door.Answer{}, err
	}
	_, terms := calendar.Frame(r.Today.SchoolYear())
	if _, all, err := calendar.YearOf(ctx, tx, r.Who.Realm, r.Today.SchoolYear()); err == nil && len(all) > 0 {
		terms = all
	}
	at := terms[len(terms)-1]
	for _, t := range terms {
		if t.Period.Has(r.Today) {
			at = t
		}
	}
	number := ui.Field{Name: "term", Label: r.T("schedule.term"), Value: strconv.Itoa(at.Number), Class: "options-row"}
	for n := 1; n <= 3; n++ {
		number.Options = append(number.Options, ui.Option{Value: strconv.Itoa(n), Label: r.T("calendar.term." + strconv.Itoa(n))})
	}
	from := ui.Field{Name: "from", Label: r.T("schedule.from"), Kind: "date", Value: at.Period.From.String(), Class: "input-short"}
	last := ui.Field{Name: "until", Label: r.T("schedule.last"), Kind: "date", Value: at.Period.Last().String(), Class: "input-short"}
	weeks := ui.Field{Name: "weeks", Label: r.T("schedule.weeks"), Kind: "number", Min: "1", Max: "30", Value: strconv.Itoa(at.Weeks), Class: "input-number"}
	reason := ui.Field{Name: "reason", Label: r.T("schedule.ground"), Help: r.T("schedule.ground_help")}
	mistakes := fill(r, faults, &number, &from, &last, &weeks, &reason)
	c := frame.Chrome(r, frame.Boards, r.T("schedule.set_term"))
	c.Narrow, c.Place, c.Lead = true, p.crumbs, r.T("schedule.term_lead", "place", p.name, "year", yearName(r.Today.SchoolYear()))
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(p.address+"/hoc-ky", false, ui.Faults("", mistakes), ui.Radios(number), frame.Box("fields", ui.Input(from), ui.Input(last), ui.Input(weeks)), ui.Input(reason),
		ui.Actions(ui.Button{Label: r.T("schedule.keep"), Kind: ui.Primary}, ui.Button{Label: r.T("schedule.cancel"), URL: p.address, Kind: ui.Quiet}))))), nil
}

func setTerm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
	if err != nil {
		return door.Answer{}, err
	}
	t := calendar.Term{Scope: p.scope, Year: r.Today.SchoolYear()}
	t.Number, _ = strconv.Atoi(r.Value("term"))
	if t.Weeks, err = strconv.Atoi(r.Value("weeks")); err != nil || t.Weeks < 1 {
		return door.Answer{}, fault.New(fault.Invalid, "schedule.no_weeks", nil).On("weeks")
	}
	if t.Period.From, err = r.Day("from", 0); err != nil {
		return door.Answer{}, err
	}
	last, err := r.Day("until", 0)
	if err != nil {
		return door.Answer{}, err
	}
	t.Period.Until = last + 1
	change, err := calendar.SetTerm(ctx, tx, r.Who, calendar.SetTermIn{Term: t, Reason: r.Value("reason")})
	if err != nil {
		return door.Answer{}, err
	}
	_, err = follow(ctx, tx, r, change)
	return door.SeeOther(p.address + "?xong=term#hoc-ky"), err
}

package calendar

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// weekdays in the order of the forms.
var weekdays = [...]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// timetableTable lists what the classes of a school have today, or the timetables of a unit.
func timetableTable(ctx context.Context, tx *store.Tx, r *door.Request, p place) (templ.Component, error) {
	t := ui.Table{Caption: r.T("schedule.timetables"), Quiet: true, Empty: ui.Empty{Icon: ui.IconClock, Title: r.T("schedule.no_timetable"), Text: r.T("schedule.no_timetable_text")}.Draw(),
		Columns: []ui.Column{{Label: r.T("schedule.for")}}}
	for _, s := range calendar.Sessions {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("calendar.session." + s.Code())})
	}
	t.Columns = append(t.Columns, ui.Column{Label: r.T("schedule.main")}, ui.Column{Label: r.T("schedule.from_scope")})
	add := func(label, note string, tt calendar.Timetable) {
		row := ui.Row{Cells: []templ.Component{ui.TextNote(label, note)}}
		for _, s := range calendar.Sessions {
			row.Cells = append(row.Cells, sessionDays(r, tt.Week, s))
		}
		row.Cells = append(row.Cells, ui.Text(r.T("calendar.session."+tt.Main.Code())), ui.Text(r.T("calendar.scope."+string(tt.Scope.Kind))))
		t.Rows = append(t.Rows, row)
	}
	if p.isSchool {
		plans, err := calendar.Plans(ctx, tx, r.Who.Realm, p.scope.ID, r.Today.SchoolYear())
		if err != nil {
			return nil, err
		}
		classes, err := org.Classes(ctx, tx, r.Who, p.scope.ID, r.Today.SchoolYear())
		if err != nil {
			return nil, err
		}
		// Classes that meet alike stand in one row.
		var order []calendar.Timetable
		names := map[calendar.Timetable][]string{}
		for _, c := range classes {
			plan := plans.Class(c.ID)
			if plan == nil {
				continue
			}
			tt, ok := plan.TimetableOn(r.Today)
			if !ok {
				continue
			}
			tt.Period, tt.Level = day.Range{}, ""
			if tt.Scope.Kind == calendar.ScopeClass {
				tt.Scope.ID = 0
			}
			if names[tt] == nil {
				order = append(order, tt)
			}
			names[tt] = append(names[tt], c.Name)
		}
		for _, tt := range order {
			add(strings.Join(names[tt], ", "), r.T("schedule.class_count", "n", len(names[tt])), tt)
		}
		return t.Draw(), nil
	}
	for _, level := range append([]string{""}, org.Levels...) {
		all, err := calendar.Timetables(ctx, tx, r.Who.Realm, p.scope, level)
		if err != nil {
			return nil, err
		}
		for _, tt := range all {
			label := r.T("schedule.all_levels")
			if level != "" {
				label = r.T("pupils.level-" + level)
			}
			add(label, tt.Period.From.Vietnamese(), tt)
		}
	}
	return t.Draw(), nil
}

func sessionDays(r *door.Request, week calendar.Week, s calendar.Session) templ.Component {
	names := strings.Fields(r.T("schedule.weekdays"))
	var days []string
	for i, w := range weekdays {
		if week.Has(w, s) {
			days = append(days, names[i])
		}
	}
	if len(days) == 0 {
		return ui.Nothing()
	}
	if len(days) > 2 && strings.Join(days, " ") == strings.Join(names[:len(days)], " ") {
		return ui.Text(days[0] + "–" + days[len(days)-1])
	}
	return ui.Text(strings.Join(days, ", "))
}

func timetableForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return timetableAgain(ctx, tx, r, nil)
}

func timetableAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
	if err != nil {
		return door.Answer{}, err
	}
	options, err := scopeOptions(ctx, tx, r, p)
	if err != nil {
		return door.Answer{}, err
	}
	posted := r.HTTP.Method == "POST"
	names := strings.Fields(r.T("schedule.weekdays"))
	var grids []templ.Component
	for _, s := range calendar.Sessions {
		f := ui.Field{Name: "week-" + s.Code(), Label: r.T("schedule.days_of", "session", r.T("calendar.session."+s.Code())), Class: "options-row", Optional: true}
		for i := range weekdays {
			chosen := !posted && s == calendar.Morning && i < 5
			for _, v := range r.Values(f.Name) {
				chosen = chosen || v == strconv.Itoa(i)
			}
			f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(i), Label: names[i], Chosen: chosen})
		}
		grids = append(grids, ui.Checks(f))
	}
	main := ui.Field{Name: "main", Label: r.T("schedule.main"), Help: r.T("schedule.main_help"), Class: "options-row", Value: "morning"}
	for _, s := range calendar.Sessions {
		main.Options = append(main.Options, ui.Option{Value: s.Code(), Label: r.T("calendar.session." + s.Code())})
	}
	scope := ui.Field{Name: "scope", Label: r.T("schedule.for"), Options: options}
	level := levelField(r, p)
	from := ui.Field{Name: "from", Label: r.T("schedule.from"), Kind: "date", Value: r.Today.String(), Class: "input-short"}
	last := ui.Field{Name: "until", Label: r.T("schedule.last"), Kind: "date", Optional: true, Class: "input-short", Help: r.T("schedule.last_help")}
	reason := ui.Field{Name: "reason", Label: r.T("schedule.ground"), Help: r.T("schedule.ground_help")}
	mistakes := fill(r, faults, &scope, &level, &main, &from, &last, &reason)
	c := frame.Chrome(r, frame.Boards, r.T("schedule.set_timetable"))
	c.Narrow, c.Place, c.Lead = true, p.crumbs, p.name
	parts := append([]templ.Component{ui.Faults("", mistakes), ui.Select(scope), ui.Select(level)}, grids...)
	parts = append(parts, ui.Radios(main), frame.Box("fields", ui.Input(from), ui.Input(last)), ui.Check(ui.Field{Name: "inherit", Label: r.T("schedule.inherit")}, r.Value("inherit") != ""), ui.Input(reason),
		ui.Actions(ui.Button{Label: r.T("schedule.keep"), Kind: ui.Primary}, ui.Button{Label: r.T("schedule.cancel"), URL: p.address, Kind: ui.Quiet}))
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(p.address+"/thoi-khoa-bieu", false, parts...)))), nil
}

// fill puts what was typed and what was wrong into fields, and gathers the errors.
func fill(r *door.Request, faults fault.List, fields ...*ui.Field) []ui.Mistake {
	known := map[string]bool{}
	var mistakes []ui.Mistake
	for _, f := range fields {
		if r.HTTP.Method == "POST" {
			f.Value = r.Value(f.Name)
		}
		f.Error = door.FieldError(r, faults, f.Name)
		known[f.Name] = true
		mistakes = append(mistakes, ui.Mistakes(*f)...)
	}
	for _, f := range faults {
		if !known[f.Field] {
			mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
		}
	}
	return mistakes
}

func setTimetable(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.ChangeCalendar)
	if err != nil {
		return door.Answer{}, err
	}
	tt := calendar.Timetable{Level: r.Value("level")}
	if tt.Scope, err = scopeOf(ctx, tx, r, p); err != nil {
		return door.Answer{}, err
	}
	for _, s := range calendar.Sessions {
		for _, v := range r.Values("week-" + s.Code()) {
			if i, err := strconv.Atoi(v); err == nil && i >= 0 && i < len(weekdays) {
				tt.Week = tt.Week.With(weekdays[i], s)
			}
		}
	}
	tt.Main, _ = calendar.ParseSession(r.Value("main"))
	if tt.Period.From, err = r.Day("from", 0); err != nil {
		return door.Answer{}, err
	}
	last, err := r.Day("until", day.Forever-1)
	if err != nil {
		return door.Answer{}, err
	}
	tt.Period.Until = last + 1
	change, err := calendar.SetTimetable(ctx, tx, r.Who, calendar.SetTimetableIn{Timetable: tt, Inherit: r.Value("inherit") != "", Reason: r.Value("reason")})
	if err != nil {
		return door.Answer{}, err
	}
	_, err = follow(ctx, tx, r, change)
	return door.SeeOther(p.address + "?xong=timetable#thoi-khoa-bieu"), err
}

// scopeOf reads the scope of a form: the place itself, or a site or class of the school.
func scopeOf(ctx context.Context, tx *store.Tx, r *door.Request, p place) (calendar.Scope, error) {
	value := r.Value("scope")
	if value == "" {
		return p.scope, nil
	}
	options, err := scopeOptions(ctx, tx, r, p)
	if err != nil {
		return p.scope, err
	}
	for _, o := range options {
		if o.Value == value {
			kind, number, _ := strings.Cut(value, "/")
			parsed, err := parse(number)
			return calendar.Scope{Kind: calendar.ScopeKind(kind), ID: parsed}, err
		}
	}
	return p.scope, fault.New(fault.NotFound, "door.unknown", nil).On("scope")
}

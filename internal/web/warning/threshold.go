package warning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/warning"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// scope is the place whose thresholds a page shows.
type scope struct {
	kind     calendar.ScopeKind
	id       id.ID
	resource access.Resource
	address  string
	name     string
	place    []ui.Crumb
}

func scopeOf(ctx context.Context, tx *store.Tx, r *door.Request) (s scope, err error) {
	if school := r.Path("school"); school != "" {
		if s.id, err = r.ID("school"); err != nil {
			return s, err
		}
		at, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, s.id, r.Today)
		s.kind, s.resource, s.address, s.name, s.place = calendar.ScopeSchool, access.School(s.id), frame.SchoolAddress(s.id)+"/nguong-canh-bao", at.Name, place
		return s, err
	}
	if s.id, err = r.ID("unit"); err != nil {
		return s, err
	}
	spans, err := org.Spans(ctx, tx, s.id)
	if err != nil {
		return s, err
	}
	s.kind, s.resource, s.address, s.name = calendar.ScopeUnit, access.Unit(s.id), frame.UnitAddress(s.id)+"/nguong-canh-bao", spans[len(spans)-1].FullName
	s.place, err = frame.PlaceOfUnit(ctx, tx, s.id, r.Today)
	return s, err
}

func thresholds(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return thresholdsAgain(ctx, tx, r, nil)
}

func thresholdsAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	s, err := scopeOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	level := r.Value("cap")
	holdings, here, err := warning.Holdings(ctx, tx, r.Who, s.kind, s.id, level)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("warning.thresholds_title", "place", s.name))
	c.Place, c.Lead, c.Return = s.place, r.T("warning.thresholds_lead"), s.address
	if r.Value("xong") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("warning.threshold_set")})
	}
	tabs := []ui.Choice{{Label: r.T("warning.every_level"), URL: s.address, Current: level == ""}}
	for _, l := range []string{"MN", "TH", "THCS", "THPT", "GDTX"} {
		tabs = append(tabs, ui.Choice{Label: r.T("warning.level-" + l), URL: s.address + "?cap=" + l, Current: level == l})
	}
	_, err = access.May(ctx, tx, r.Who, access.SetThresholds, s.resource)
	may := err == nil
	if err != nil && !fault.Is(err, fault.Forbidden) {
		return door.Answer{}, err
	}
	names := map[id.ID]string{}
	t := ui.Table{Caption: r.T("warning.what_holds"), Columns: []ui.Column{{Label: r.T("warning.rule")}, {Label: r.T("warning.threshold")}, {Label: r.T("warning.numbers")}, {Label: r.T("warning.from_where"), Broad: true}, {Label: r.T("warning.act")}}}
	if !may {
		t.Columns = t.Columns[:4]
	}
	for _, h := range holdings {
		from := ui.TextNote(r.T("warning.delivered"), r.T("warning.standing-"+h.Standing))
		if h.Setting != nil {
			if from, err = origin(ctx, tx, r, *h.Setting, names); err != nil {
				return door.Answer{}, err
			}
		}
		numbers := ui.Text(plainNumbers(h.Numbers))
		if h.Setting != nil {
			numbers = ui.TextNote(plainNumbers(h.Numbers), r.T("warning.delivered_are", "numbers", plainNumbers(h.Threshold.Numbers)))
		}
		row := ui.Row{Cells: []templ.Component{ui.Text(r.T("warning.rule-" + h.Rule)), ui.Text(r.T("warning.name-" + h.Name)), numbers, from}}
		if may {
			row.Cells = append(row.Cells, ui.Press(ui.Button{Label: r.T("warning.edit"), URL: s.address + "?sua=" + h.Rule + "." + h.Name + "&cap=" + level + "#sua", Small: true, Kind: ui.Quiet, Icon: ui.IconPencil}))
		}
		t.Rows = append(t.Rows, row)
	}
	parts := []templ.Component{ui.Tabs(r.T("warning.level"), tabs...)}
	if may {
		form, err := s.form(ctx, tx, r, holdings, faults)
		if err != nil {
			return door.Answer{}, err
		}
		if form != nil {
			parts = append(parts, form)
		}
	}
	parts = append(parts, t.Draw())
	if len(here) > 0 {
		list, err := s.here(ctx, tx, r, here, may, names)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, list)
	}
	return door.Page(frame.In(ui.Page(c), append(parts, about(r))...)), nil
}

// origin says where a number was set, by whom and since when.
func origin(ctx context.Context, tx *store.Tx, r *door.Request, s warning.Setting, names map[id.ID]string) (templ.Component, error) {
	place := r.T("warning.whole_realm")
	switch s.ScopeKind {
	case calendar.ScopeSchool, calendar.ScopeUnit:
		if names[s.Scope] == "" {
			at := access.Unit(s.Scope)
			if s.ScopeKind == calendar.ScopeSchool {
				at = access.School(s.Scope)
			}
			name, err := access.PlaceName(ctx, tx, r.Who.Realm, at.Kind, at.ID)
			if err != nil {
				return nil, err
			}
			names[s.Scope] = name
		}
		place = names[s.Scope]
	}
	note := r.T("warning.since_day", "day", s.Period.From.Vietnamese()) + season(r, s) + " · " + s.Reason
	return ui.TextNote(place, note), nil
}

func season(r *door.Request, s warning.Setting) string {
	words := ""
	if s.Level != "" {
		words += " · " + r.T("warning.level-"+s.Level)
	}
	if s.SeasonFrom != 0 {
		words += " · " + r.T("warning.season", "from", fmt.Sprintf("%d/%d", s.SeasonFrom%100, s.SeasonFrom/100), "to", fmt.Sprintf("%d/%d", s.SeasonUntil%100, s.SeasonUntil/100))
	}
	return words
}

// here lists what was ever set at the place itself.
func (s scope) here(ctx context.Context, tx *store.Tx, r *door.Request, settings []warning.Setting, may bool, names map[id.ID]string) (templ.Component, error) {
	t := ui.Table{Caption: r.T("warning.set_here"), Columns: []ui.Column{{Label: r.T("warning.rule")}, {Label: r.T("warning.numbers")}, {Label: r.T("warning.from_where"), Broad: true}, {Label: r.T("warning.who_set")}, {Label: r.T("warning.act")}}}
	var people []id.ID
	for _, x := range settings {
		people = append(people, x.Account)
	}
	accounts, err := account.Names(ctx, tx, r.Who.Realm, people)
	if err != nil {
		return nil, err
	}
	for _, x := range settings {
		from, err := origin(ctx, tx, r, x, names)
		if err != nil {
			return nil, err
		}
		var act templ.Component = ui.Nothing()
		switch {
		case x.WithdrawnAt != 0:
			act = ui.Text(r.T("warning.withdrawn_on", "day", x.WithdrawnAt.Day().Vietnamese()))
		case may:
			act = ui.Post(s.address, ui.Button{Label: r.T("warning.withdraw"), Small: true, Kind: ui.Quiet, Name: "viec", Value: "rut"}, ui.Pair{Name: "nguong", Value: x.ID.String()})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(r.T("warning.rule-"+x.Rule), r.T("warning.name-"+x.Name)), ui.Text(plainNumbers(x.Values())), from,
			ui.TextNote(accounts[x.Account], instant(r, x.SetAt)), act}})
	}
	return t.Draw(), nil
}

// form asks for other numbers of one threshold; with try it says what they would change.
func (s scope) form(ctx context.Context, tx *store.Tx, r *door.Request, holdings []warning.Holding, faults fault.List) (templ.Component, error) {
	rule, name, _ := strings.Cut(r.Value("sua"), ".")
	i := slices.IndexFunc(holdings, func(h warning.Holding) bool { return h.Rule == rule && h.Name == name })
	if i < 0 {
		return nil, nil
	}
	h := holdings[i]
	numbers := r.Value("so")
	if numbers == "" {
		numbers = strings.ReplaceAll(plainNumbers(h.Numbers), ",", "")
	}
	from := r.Value("tu")
	if from == "" {
		from = r.Today.String()
	}
	levels := []ui.Option{{Label: r.T("warning.every_level")}}
	for _, l := range []string{"MN", "TH", "THCS", "THPT", "GDTX"} {
		levels = append(levels, ui.Option{Value: l, Label: r.T("warning.level-" + l)})
	}
	fields := []ui.Field{
		{Name: "so", Label: r.T("warning.new_numbers", "name", r.T("warning.name-"+h.Name)), Value: numbers, Help: r.T("warning.numbers_help", "count", len(h.Threshold.Numbers)), Error: door.FieldError(r, faults, "numbers"), Class: "input-short", Mode: "numeric"},
		{Name: "cap", Label: r.T("warning.level"), Value: r.Value("cap"), Options: levels, Optional: true, Error: door.FieldError(r, faults, "level")},
		{Name: "tu", Label: r.T("warning.from_day"), Kind: "date", Value: from, Error: door.FieldError(r, faults, "from")},
		{Name: "mua-tu", Label: r.T("warning.season_from"), Value: r.Value("mua-tu"), Optional: true, Hint: "1/2", Class: "input-short", Error: door.FieldError(r, faults, "season")},
		{Name: "mua-den", Label: r.T("warning.season_until"), Value: r.Value("mua-den"), Optional: true, Hint: "30/4", Class: "input-short"},
		{Name: "ly-do", Label: r.T("warning.reason"), Value: r.Value("ly-do"), Error: door.FieldError(r, faults, "reason"), Optional: true, Help: r.T("warning.reason_help")},
	}
	body := []templ.Component{ui.Faults("", ui.Mistakes(fields...)), frame.Quietly(r.T("warning.about-" + h.Rule))}
	if r.Value("viec") == "thu" && len(faults) == 0 {
		in, err := s.input(r)
		if err != nil {
			return nil, err
		}
		trial, err := warning.Try(ctx, tx, r.Who, in)
		if err != nil {
			return nil, err
		}
		body = append(body, ui.Notice{Tone: ui.Plain, Title: r.T("warning.trial"), Text: r.T("warning.trial_text", "raised", trial.Raised, "ended", trial.Ended, "stepped", trial.Stepped, "schools", trial.Schools, "of", trial.Of)}.Draw())
	}
	inputs := []templ.Component{}
	for _, f := range fields {
		if len(f.Options) > 0 {
			inputs = append(inputs, ui.Select(f))
		} else {
			inputs = append(inputs, ui.Input(f))
		}
	}
	body = append(body, frame.Form(s.address, false, ui.Hidden(ui.Pair{Name: "sua", Value: r.Value("sua")}), frame.Box("fields", inputs...),
		ui.Actions(ui.Button{Label: r.T("warning.save"), Kind: ui.Primary, Name: "viec", Value: "dat"}, ui.Button{Label: r.T("warning.try"), Name: "viec", Value: "thu"})))
	return frame.In(ui.Section("sua", r.T("warning.edit_title", "rule", r.T("warning.rule-"+h.Rule)), ""), body...), nil
}

// input reads the form.
func (s scope) input(r *door.Request) (in warning.SetIn, err error) {
	in = warning.SetIn{ScopeKind: s.kind, Scope: s.id, Level: r.Value("cap"), Numbers: r.Value("so"), Reason: r.Value("ly-do")}
	in.Rule, in.Name, _ = strings.Cut(r.Value("sua"), ".")
	if in.Period.From, err = r.Day("tu", r.Today); err != nil {
		return in, err
	}
	if in.SeasonFrom, err = dayAndMonth(r.Value("mua-tu")); err != nil {
		return in, err
	}
	in.SeasonUntil, err = dayAndMonth(r.Value("mua-den"))
	return in, err
}

// dayAndMonth reads 30/4 as 430; "" is 0.
func dayAndMonth(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	d, err := day.ParseLoose(text + "/2024") // a leap year: 29/2 may be a season's end
	if err != nil {
		return 0, fault.New(fault.Invalid, "warning.bad-season", nil).On("season")
	}
	return int(d.Month())*100 + d.DayOfMonth(), nil
}

// setThreshold sets a threshold, tries one, or takes one back.
func setThreshold(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	s, err := scopeOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if r.Value("viec") == "rut" {
		setting, err := r.ID("nguong")
		if err != nil {
			return door.Answer{}, err
		}
		return door.SeeOther(s.address + "?xong=1"), warning.WithdrawSetting(ctx, tx, r.Who, setting)
	}
	in, err := s.input(r)
	if err != nil {
		return door.Answer{}, err
	}
	if r.Value("viec") == "thu" {
		if _, err := warning.Try(ctx, tx, r.Who, in); err != nil {
			return door.Answer{}, err
		}
		return thresholdsAgain(ctx, tx, r, nil)
	}
	if _, err := warning.Set(ctx, tx, r.Who, in); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(s.address + "?xong=1"), nil
}

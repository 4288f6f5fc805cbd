package handout

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/handout"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// formats that lists come in.
var formats = []paper.Format{paper.FormatXLSX, paper.FormatCSV}

func (p place) desk(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return p.again(ctx, tx, r, nil)
}

// lists are those of a place that the caller may have. Without any it is the refusal of the first.
func lists(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource) (may []exchange.Handing, err error) {
	var refused error
	for _, h := range exchange.Handings(at.Kind) {
		_, err := h.May(ctx, tx, who, at)
		if _, known := fault.Of(err); known {
			if refused == nil {
				refused = err
			}
			continue
		} else if err != nil {
			return nil, err
		}
		if h.Fits != nil {
			if fits, err := h.Fits(ctx, tx, who, at); err != nil {
				return nil, err
			} else if !fits {
				continue
			}
		}
		may = append(may, h)
	}
	if len(may) == 0 && refused == nil {
		refused = fault.New(fault.NotFound, "handout.unknown-kind", nil)
	}
	if len(may) == 0 {
		return nil, refused
	}
	return may, nil
}

// again is the desk of a place: which list, what beside it, in which format.
func (p place) again(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	at, err := p.of(r)
	if err != nil {
		return door.Answer{}, err
	}
	may, err := lists(ctx, tx, r.Who, at)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Pupils, r.T("handout.desk"))
	switch at.Kind {
	case access.ClassKind:
		_, c.Place, err = frame.PlaceOfClass(ctx, tx, r.Who, at.ID, r.Today)
	case access.SchoolKind:
		_, c.Place, err = frame.PlaceOfSchool(ctx, tx, r.Who, at.ID, r.Today)
	default:
		c.Place, err = frame.PlaceOfUnit(ctx, tx, at.ID, r.Today)
	}
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("handout.desk_lead")
	c.Actions = ui.Buttons(ui.Button{Label: r.T("handout.mine"), URL: handout.Address, Icon: ui.IconDownload})
	chosen := may[0]
	if i := slices.IndexFunc(may, func(h exchange.Handing) bool { return h.Name == r.Value("kind") }); i >= 0 {
		chosen = may[i]
	}
	var parts []templ.Component
	tabs, err := twins(ctx, tx, r, at)
	if err != nil {
		return door.Answer{}, err
	}
	if len(tabs) > 1 {
		parts = append(parts, ui.Tabs(r.T("handout.views"), tabs...))
	}
	if len(may) > 1 {
		var choices []ui.Choice
		for _, h := range may {
			choices = append(choices, ui.Choice{Label: r.T("handout.kind-" + h.Name), URL: deskAddress(at.Kind, at.ID) + "?kind=" + h.Name, Current: h.Name == chosen.Name})
		}
		parts = append(parts, ui.Chips(r.T("handout.kinds"), choices...))
	}
	parts = append(parts, frame.In(ui.Card(r.T("handout.kind-"+chosen.Name)), form(r, at, chosen, faults)))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// twins are the two desks of a unit: of its schools, and of the children who live in it.
func twins(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource) (tabs []ui.Choice, err error) {
	if at.Kind == access.SchoolKind || at.Kind == access.ClassKind {
		return nil, nil
	}
	for _, kind := range []access.Kind{access.UnitKind, access.ResidenceKind} {
		_, err := lists(ctx, tx, r.Who, access.Resource{Kind: kind, ID: at.ID})
		if _, known := fault.Of(err); err != nil && !known {
			return nil, err
		} else if err == nil {
			tabs = append(tabs, ui.Choice{Label: r.T("handout.view-" + string(kind)), URL: deskAddress(kind, at.ID), Current: kind == at.Kind})
		}
	}
	return tabs, nil
}

func form(r *door.Request, at access.Resource, h exchange.Handing, faults fault.List) templ.Component {
	fields := settings(r, h, faults)
	format := ui.Field{Name: "format", Label: r.T("handout.format"), Value: r.Value("format"), Error: door.FieldError(r, faults, "format")}
	mistakes := ui.Mistakes(append(fields, format)...)
	for _, sentence := range door.Sentences(r, faults, "") {
		mistakes = append(mistakes, ui.Mistake{Text: sentence})
	}
	parts := []templ.Component{ui.Faults("", mistakes), ui.Hidden(ui.Pair{Name: "kind", Value: h.Name}), frame.Words(r.T("handout.help-" + h.Name))}
	var inputs []templ.Component
	for _, f := range fields {
		if len(f.Options) > 0 {
			inputs = append(inputs, ui.Select(f))
		} else {
			inputs = append(inputs, ui.Input(f))
		}
	}
	if len(inputs) > 0 {
		parts = append(parts, frame.Box("fields", inputs...))
	}
	if format.Value == "" {
		format.Value = string(formats[0])
	}
	for _, f := range formats {
		format.Options = append(format.Options, ui.Option{Value: string(f), Label: r.T("handout.format-" + string(f))})
	}
	note := r.T("handout.long_note", "rows", ui.Number(exchange.LargeList), "hours", int(handout.Age.Hours()))
	if h.Heavy {
		note = r.T("handout.heavy_note", "hours", int(handout.Age.Hours()))
	}
	parts = append(parts, ui.Radios(format), frame.Quietly(note), ui.Actions(ui.Button{Label: r.T("handout.take"), Kind: ui.Primary, Icon: ui.IconDownload}))
	return frame.Form(deskAddress(at.Kind, at.ID), false, parts...)
}

// settings are the questions beside a list: each has an answer without them.
func settings(r *door.Request, h exchange.Handing, faults fault.List) (fields []ui.Field) {
	for _, name := range h.Settings {
		f := ui.Field{Name: "s-" + name, Label: r.T("handout.setting-" + name), Value: r.Value("s-" + name), Optional: true, Error: door.FieldError(r, faults, name)}
		if id := "handout.setting_help-" + name; text.Has(r.Lang, id) {
			f.Help = r.T(id)
		}
		switch name {
		case "on":
			f.Kind = "date"
		case "year":
			f.Mode, f.Class = "numeric", "input-number"
		case "boarding":
			f.Options = []ui.Option{{Label: r.T("pupils.all")}}
			for _, kind := range []string{"boarding", "semi-boarding", "lodging"} {
				f.Options = append(f.Options, ui.Option{Value: kind, Label: r.T("pupils.boarding-" + kind)})
			}
		case "level":
			f.Options = []ui.Option{{Label: r.T("pupils.all")}}
			for _, level := range []string{"MN", "TH", "THCS", "THPT"} {
				f.Options = append(f.Options, ui.Option{Value: level, Label: r.T("pupils.level-" + level)})
			}
		}
		fields = append(fields, f)
	}
	return fields
}

// errLong says that a list turned out longer than somebody waits for.
var errLong = errors.New("handout: a long list")

// take hands a short list out at once, and orders a long one.
func (p place) take(ctx context.Context, r *door.Request) (door.Answer, error) {
	at, err := p.of(r)
	if err != nil {
		return door.Answer{}, err
	}
	h, err := exchange.HandingOf(r.Value("kind"))
	if err != nil {
		return door.Answer{}, err
	}
	format := paper.Format(r.Value("format"))
	if !slices.Contains(formats, format) {
		return door.Answer{}, fault.New(fault.Invalid, "handout.no-format", nil).On("format")
	}
	task := exchange.Task{Who: r.Who, Place: at, Asked: map[string]string{}, Lang: r.Lang}
	for _, name := range h.Settings {
		if value := r.Value("s-" + name); value != "" {
			task.Asked[name] = value
		}
	}
	var rule string
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if rule, err = h.May(ctx, tx, r.Who, at); err == nil {
			task.PlaceName, err = exchange.PlaceName(ctx, tx, r.Who, at)
		}
		return err
	})
	if err != nil {
		return door.Answer{}, err
	}
	rows, err := h.Open(ctx, r.Store(), task)
	if err != nil {
		return door.Answer{}, err
	}
	if h.Heavy || rows.Total > exchange.LargeList {
		return order(ctx, r, h, task, format, rows.Total)
	}
	list := paper.List{Stamp: r.Now.Time(), Watermark: banner(r)}
	var file bytes.Buffer
	done, err := exchange.WriteRows(ctx, &file, format, list, rows, func(_ context.Context, done int64) error {
		if done > exchange.LargeList {
			return errLong
		}
		return nil
	})
	if errors.Is(err, errLong) {
		return order(ctx, r, h, task, format, 0)
	} else if err != nil {
		return door.Answer{}, err
	}
	r.Export("list."+h.Name, at, rule, int(done))
	return door.File(nameOf(r, h, format), format.MediaType(), func(w io.Writer) error {
		_, err := w.Write(file.Bytes())
		return err
	}), nil
}

func banner(r *door.Request) string {
	if r.Config().Demonstration {
		return r.T("common.demonstration")
	}
	return ""
}

func nameOf(r *door.Request, h exchange.Handing, format paper.Format) string {
	return h.File + "-" + r.Today.String() + "." + string(format)
}

func order(ctx context.Context, r *door.Request, h exchange.Handing, t exchange.Task, format paper.Format, total int64) (door.Answer, error) {
	var file id.ID
	err := r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		file, err = handout.Ask(ctx, tx, r.Who, handout.Order{Kind: h.Name, Action: h.At[t.Place.Kind], Place: t.Place, PlaceName: t.PlaceName, Asked: h.Given(t.Asked),
			Name: nameOf(r, h, format), Format: string(format), Language: string(r.Lang), Banner: banner(r), Total: total})
		return err
	})
	return door.SeeOther(handout.Address + "?moi=" + file.String()), err
}

// refusal says whether an error is a fault that the page leaves a place out for.
func refusal(err error) bool {
	return fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound)
}

package handout

import (
	"context"
	"io"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/handout"
	"ralop/internal/id"
	"ralop/internal/job"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// moment is a time as people write it: "7:12, 29/05/2020".
func moment(i day.Instant) string { return i.Clock() + ", " + i.Day().Vietnamese() }

// mine lists one's own files, and where more can be asked for.
func mine(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	files, err := handout.Mine(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	desks, err := desksOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.None, r.T("handout.mine"))
	c.Lead = r.T("handout.mine_lead", "hours", int(handout.Age.Hours()))
	if r.Value("nhieu") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("handout.too_many_places", "rows", ui.Number(exchange.LargeList))})
	}
	var parts []templ.Component
	for _, f := range files {
		if f.Open() {
			parts = append(parts, progress(r, f))
		}
	}
	if len(parts) > 0 {
		parts = append(parts, frame.Quietly(r.T("handout.leave")))
	}
	parts = append(parts, table(r, files))
	if len(desks) > 0 {
		parts = append(parts, frame.In(ui.Section("xuat-moi", r.T("handout.new"), ""), ui.List(desks...)))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// progress is how far a file is; it asks again until the file is there.
func progress(r *door.Request, f handout.File) templ.Component {
	p := ui.Progress{ID: "tep-" + f.ID.String(), Label: r.T("handout.state-"+f.State) + ": " + r.T("handout.kind-"+f.Kind) + " – " + f.PlaceName, Done: f.Done, Of: f.Total}
	if f.Total > 0 && f.Done > f.Total { // more came while it was read
		p.Of = f.Done
	}
	switch f.State {
	case job.Failed:
		p.Failed, p.Detail = true, r.T(f.Error)
	case job.Done:
		p.Finished = true
		return frame.Box("stack-tight", p.Draw(), ui.Press(ui.Button{Label: r.T("handout.fetch"), URL: f.Address(), Icon: ui.IconDownload, Small: true}))
	default:
		p.Poll = f.Address()
	}
	return p.Draw()
}

var tones = map[string]ui.Tone{job.Waiting: ui.Amber, job.Running: ui.Amber, job.Done: ui.Green, job.Failed: ui.Red}

func table(r *door.Request, files []handout.File) templ.Component {
	t := ui.Table{Caption: r.T("handout.mine"), Quiet: true, Columns: []ui.Column{{Label: r.T("handout.list"), Broad: true}, {Label: r.T("handout.asked_at")}, {Label: r.T("handout.state")},
		{Label: r.T("handout.rows"), Number: true}, {Label: r.T("handout.size"), Number: true}, {Label: r.T("handout.until")}, {Label: r.T("handout.act"), Broad: true}},
		Empty: ui.Empty{Icon: ui.IconDownload, Title: r.T("handout.nothing"), Text: r.T("handout.nothing_text", "rows", ui.Number(exchange.LargeList))}.Draw()}
	for _, f := range files {
		state := ui.Badge{Label: r.T("handout.state-" + f.State), Tone: tones[f.State]}.Draw()
		size, rows, until := ui.Nothing(), ui.Nothing(), ui.Nothing()
		var acts []templ.Component
		switch {
		case f.Ready(r.Now):
			size, rows, until = ui.Text(weight(r, f.Size)), ui.Text(ui.Number(f.Done)), ui.Text(moment(f.UntilAt))
			acts = append(acts, ui.Press(ui.Button{Label: r.T("handout.fetch"), URL: f.Address(), Icon: ui.IconDownload, Small: true}))
		case f.State == job.Done:
			state = ui.Badge{Label: r.T("handout.state-ended"), Tone: ui.Grey}.Draw()
		case f.State == job.Failed:
			state = frame.Box("stack-tight", state, frame.Quietly(r.T(f.Error)))
		}
		label := "handout.delete"
		if f.Open() {
			label = "handout.cancel"
		}
		acts = append(acts, ui.Post(f.Address()+"/xoa", ui.Button{Label: r.T(label), Small: true, Kind: ui.Quiet, Icon: ui.IconTrash}))
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(r.T("handout.kind-"+f.Kind), f.PlaceName+" · "+f.Name), ui.Text(moment(f.MadeAt)), state, rows, size, until, frame.Box("actions", acts...)}})
	}
	return t.Draw()
}

func weight(r *door.Request, bytes int64) string {
	if bytes < 10<<20 {
		return r.T("upkeep.kilobytes", "n", ui.Number((bytes+1023)>>10))
	}
	return r.T("upkeep.megabytes", "n", ui.Number((bytes+1<<19)>>20))
}

// desksOf leads to the desks of the places of the caller's grants and openings.
func desksOf(ctx context.Context, tx *store.Tx, r *door.Request) (items []ui.Item, err error) {
	var wanted []access.Resource
	add := func(kind access.Kind, one id.ID) {
		at := access.Resource{Kind: kind, ID: one}
		if deskAddress(kind, one) != "" && !slices.Contains(wanted, at) {
			wanted = append(wanted, at)
		}
	}
	for _, g := range r.Who.Grants {
		if g.Period.Has(r.Today) {
			add(access.Kind(g.ScopeKind), g.Scope)
		}
	}
	for _, o := range r.Who.Openings {
		if o.Until > r.Now {
			add(o.ScopeKind, o.Scope)
		}
	}
	for _, at := range wanted {
		may, err := lists(ctx, tx, r.Who, at)
		if err != nil || len(may) == 0 {
			if err != nil && !refusal(err) {
				return nil, err
			}
			continue
		}
		name, err := exchange.PlaceName(ctx, tx, r.Who, at)
		if err != nil {
			return nil, err
		}
		words := ""
		for i, h := range may {
			if i > 0 {
				words += " · "
			}
			words += r.T("handout.kind-" + h.Name)
		}
		items = append(items, ui.Item{Title: name, Text: words, URL: deskAddress(at.Kind, at.ID)})
	}
	return items, nil
}

// fetch hands a file to the one who asked for it, piece by piece; htmx gets how far it is.
func fetch(ctx context.Context, r *door.Request) (door.Answer, error) {
	file, err := r.ID("file")
	if err != nil {
		return door.Answer{}, err
	}
	var f handout.File
	var rule string
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if r.Partial() {
			f, err = handout.Of(ctx, tx, r.Who, file)
		} else {
			f, rule, err = handout.Fetch(ctx, tx, r.Who, file)
		}
		return err
	})
	if err != nil {
		return door.Answer{}, err
	}
	if r.Partial() {
		return door.Page(ui.In(r.Lang, progress(r, f))), nil
	}
	r.Export("list."+f.Kind, f.Place(), rule, int(f.Done))
	a := door.File(f.Name, paper.Format(f.Format).MediaType(), nil)
	db, realm := r.Store(), r.Who.Realm
	a.Streams = true
	a.Body = func(ctx context.Context, w io.Writer) error {
		sent := int64(0)
		for number := 1; sent < f.Size; number++ {
			var body []byte
			err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				body, err = handout.Chunk(ctx, tx, realm, file, number)
				return err
			})
			if err == nil && len(body) == 0 {
				err = io.ErrUnexpectedEOF // it was deleted meanwhile
			}
			if err == nil {
				_, err = w.Write(body)
			}
			if err != nil {
				return err
			}
			sent += int64(len(body))
		}
		return nil
	}
	return a, nil
}

// remove takes a file away before its time.
func remove(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	file, err := r.ID("file")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(handout.Address), handout.Delete(ctx, tx, r.Who, file)
}

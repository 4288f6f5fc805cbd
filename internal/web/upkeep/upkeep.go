// Package upkeep is the administrator's page of copies: when everything was last copied,
// whether a restore was rehearsed and passed, how far the streamed copy is, and two buttons
// that do both now. Nothing on it names a pupil.
package upkeep

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/job"
	"ralop/internal/store"
	"ralop/internal/upkeep"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Address of the page.
const Address = "/quan-tri/ban-sao"

// Routes are the addresses of this package.
func Routes() []door.Route {
	return []door.Route{
		{Method: "GET", Pattern: Address, Action: access.ChangeSettings, Handler: door.Read(show)},
		{Method: "POST", Pattern: Address + "/sao-luu", Action: access.ChangeSettings, Handler: door.Write(ask(upkeep.CopyRun)).Or(draw)},
		{Method: "POST", Pattern: Address + "/dien-tap", Action: access.ChangeSettings, Handler: door.Write(ask(upkeep.RehearsalRun)).Or(draw)},
	}
}

func ask(kind string) func(context.Context, *store.Tx, *door.Request) (door.Answer, error) {
	return func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
		if err := upkeep.Ask(ctx, tx, r.Who, kind); err != nil {
			return door.Answer{}, err
		}
		return door.SeeOther(Address + "?xong=1"), nil
	}
}

func show(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return draw(ctx, tx, r, nil)
}

func draw(ctx context.Context, tx *store.Tx, r *door.Request, mistakes fault.List) (door.Answer, error) {
	state, err := upkeep.Read(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Manage, r.T("upkeep.title"))
	c.Lead = r.T("upkeep.lead")
	if r.Value("xong") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("upkeep.asked_done")})
	}
	var wrong []ui.Mistake
	for _, sentence := range door.Sentences(r, mistakes, "") {
		wrong = append(wrong, ui.Mistake{Text: sentence})
	}
	press := frame.Form(Address+"/sao-luu", false, ui.Actions(
		ui.Button{Label: r.T("upkeep.copy_now"), Icon: ui.IconDownload, Kind: ui.Primary},
		ui.Button{Label: r.T("upkeep.rehearse_now"), Icon: ui.IconCheck, Action: Address + "/dien-tap"}))
	return door.Page(frame.In(ui.Page(c), ui.Faults("", wrong), ui.Tiles(tiles(r, state)...), press, copies(r, state), rehearsals(r, state))), nil
}

// when is an instant of the machine as people read it.
func when(at day.Instant) string { return at.Clock() + " " + at.Day().Vietnamese() }

// tiles say how well the three ways of coming back are.
func tiles(r *door.Request, s upkeep.State) []ui.Tile {
	made := ui.Tile{Label: r.T("upkeep.copies"), Value: "–", Detail: r.T("upkeep.never_copied"), Tone: ui.Red}
	for _, run := range s.Copies {
		if run.State == job.Done {
			made = ui.Tile{Label: made.Label, Value: run.Result.At.Day().Vietnamese(), Detail: run.Result.At.Clock() + " · " + size(r, run.Result.Bytes), Tone: ui.Green}
			break
		}
	}
	proved := ui.Tile{Label: r.T("upkeep.rehearsals"), Value: "–", Detail: r.T("upkeep.never_rehearsed"), Tone: ui.Amber}
	for _, run := range s.Rehearsals {
		if run.State == job.Done || run.State == job.Failed {
			proved = ui.Tile{Label: proved.Label, Value: run.Result.At.Day().Vietnamese(), Detail: r.T("upkeep.passed"), Tone: ui.Green}
			if !run.Result.Passed() {
				proved.Detail, proved.Tone = r.T("upkeep.not_passed"), ui.Red
			}
			break
		}
	}
	flow := ui.Tile{Label: r.T("upkeep.stream"), Value: "–", Detail: r.T("upkeep.no_stream"), Tone: ui.Grey}
	if t := s.Stream; t != nil {
		flow.Value, flow.Detail, flow.Tone = t.Last.Clock(), r.T("upkeep.stream_to", "place", t.Place, "day", t.At.Day().Vietnamese()), ui.Green
		switch {
		case t.Error != "":
			flow.Detail, flow.Tone = t.Error, ui.Red
		case t.Last.IsZero():
			flow.Value, flow.Tone = "–", ui.Amber
		}
	}
	return []ui.Tile{made, proved, flow}
}

func size(r *door.Request, bytes int64) string {
	if bytes < 10<<20 {
		return r.T("upkeep.kilobytes", "n", ui.Number((bytes+1023)>>10))
	}
	return r.T("upkeep.megabytes", "n", ui.Number((bytes+1<<19)>>20))
}

// obstacle says what stood in the way: a code of the room, or the machine's words.
func obstacle(r *door.Request, why string) string {
	switch why {
	case upkeep.NoFolder, upkeep.NoCopy, upkeep.NoScratch:
		return r.T("upkeep.error-" + why)
	}
	return why
}

var tones = map[string]ui.Tone{job.Waiting: ui.Amber, job.Running: ui.Amber, job.Done: ui.Green, job.Failed: ui.Red}

func copies(r *door.Request, s upkeep.State) templ.Component {
	t := ui.Table{Caption: r.T("upkeep.copies"), Empty: ui.Empty{Icon: ui.IconDownload, Title: r.T("upkeep.never_copied"), Text: r.T("upkeep.how")}.Draw(),
		Columns: []ui.Column{{Label: r.T("upkeep.when")}, {Label: r.T("upkeep.state")}, {Label: r.T("upkeep.folder")}, {Label: r.T("upkeep.sheets"), Number: true}, {Label: r.T("upkeep.size"), Number: true}}}
	for _, run := range s.Copies {
		made := run.Result
		cells := []templ.Component{ui.Nothing(), ui.Badge{Label: r.T("upkeep.state-" + run.State), Tone: tones[run.State]}.Draw(), ui.Text(made.Folder), ui.Nothing(), ui.Nothing()}
		if !made.At.IsZero() {
			cells[0] = ui.Text(when(made.At))
		}
		if made.Error != "" {
			cells[2] = ui.Text(obstacle(r, made.Error))
		} else if run.State == job.Done {
			cells[3], cells[4] = ui.Text(ui.Number(made.Sheets)), ui.Text(size(r, made.Bytes))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t.Draw()
}

func rehearsals(r *door.Request, s upkeep.State) templ.Component {
	t := ui.Table{Caption: r.T("upkeep.rehearsals"), Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("upkeep.never_rehearsed"), Text: r.T("upkeep.how_rehearse")}.Draw(),
		Columns: []ui.Column{{Label: r.T("upkeep.when")}, {Label: r.T("upkeep.state")}, {Label: r.T("upkeep.copy")}, {Label: r.T("upkeep.seconds"), Number: true}, {Label: r.T("upkeep.found")}}}
	for _, run := range s.Rehearsals {
		tried := run.Result
		badge := ui.Badge{Label: r.T("upkeep.state-" + run.State), Tone: tones[run.State]}
		cells := []templ.Component{ui.Nothing(), ui.Nothing(), ui.Text(tried.Copy), ui.Nothing(), ui.Nothing()}
		if !tried.At.IsZero() {
			cells[0] = ui.Text(when(tried.At))
		}
		if run.State == job.Done {
			badge = ui.Badge{Label: r.T("upkeep.passed"), Tone: ui.Green}
			cells[3] = ui.Text(strconv.Itoa(int(tried.Took.Seconds() + 0.5)))
			if !tried.Passed() {
				badge = ui.Badge{Label: r.T("upkeep.not_passed"), Tone: ui.Red}
				cells[4] = ui.Text(r.T("upkeep.differences", "differences", len(tried.Differences), "findings", len(tried.Findings)))
			}
		} else if tried.Error != "" {
			cells[4] = ui.Text(obstacle(r, tried.Error))
		}
		cells[1] = badge.Draw()
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t.Draw()
}

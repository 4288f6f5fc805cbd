package device

import (
	"context"

	"github.com/a-h/templ"

	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/offline"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func showHandIn(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return handInAgain(ctx, tx, r, nil)
}

func handInAgain(_ context.Context, _ *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	c := frame.Chrome(r, frame.None, r.T("device.hand-in"))
	c.Narrow = true
	var mistakes []ui.Mistake
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Field: "o-file", Text: door.Sentence(r.Lang, f)})
	}
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(HandInAddress, true, ui.Faults("", mistakes),
		frame.Words(r.T("device.hand-in-text")),
		ui.Input(ui.Field{Name: "file", Label: r.T("device.file"), Kind: "file", Accept: ".json,.ralop,application/json", Help: r.T("device.file-help")}),
		ui.Actions(ui.Button{Label: r.T("device.hand-in-send"), Kind: ui.Primary, Icon: ui.IconUpload}, ui.Button{Label: r.T("device.back"), URL: MineAddress, Kind: ui.Quiet}))))), nil
}

var outcomeTones = map[device.Outcome]ui.Tone{device.Done: ui.Green, device.Already: ui.Grey, device.Conflict: ui.Amber, device.Waiting: ui.Amber, device.Refused: ui.Red}

// handIn judges the acts of a file and shows what became of each. The page names no child
// and no mark: the one who hands in may have no right to the class.
func handIn(ctx context.Context, r *door.Request) (door.Answer, error) {
	file, _, err := r.File("file")
	if err != nil {
		return door.Answer{}, err
	}
	defer file.Close()
	acts, err := offline.ReadFile(file)
	if err != nil {
		return door.Answer{}, err
	}
	answers, err := offline.HandIn(ctx, offline.Carrier{Store: r.Store(), Realm: r.Who.Realm, Sender: r.Who.Account, Lang: r.Lang, Demonstration: r.Config().Demonstration}, acts)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.None, r.T("device.handed-in"))
	counts := map[device.Outcome]int{}
	t := ui.Table{Caption: r.T("device.handed-in"), Quiet: true, Columns: []ui.Column{{Label: r.T("device.what")}, {Label: r.T("device.outcome")}, {Label: r.T("device.why"), Broad: true}},
		Empty: ui.Empty{Icon: ui.IconInfo, Title: r.T("device.no-acts"), Text: r.T("device.no-acts-text")}.Draw()}
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t.Rows = nil
		for _, a := range answers {
			counts[a.Outcome]++
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(about(ctx, tx, r, a.Kind, a.About)),
				ui.Badge{Label: r.T("device.outcome-" + string(a.Outcome)), Tone: outcomeTones[a.Outcome]}.Draw(), ui.Text(a.Words)}})
		}
		return nil
	})
	c.Lead = r.T("device.handed-in-lead", "n", len(answers), "new", counts[device.Done], "known", counts[device.Already], "wait", counts[device.Waiting]+counts[device.Conflict], "refused", counts[device.Refused])
	parts := []templ.Component{t.Draw()}
	if left := len(acts.Acts) - len(answers); left > 0 {
		parts = append([]templ.Component{ui.Notice{Tone: ui.Amber, Text: r.T("device.not-all", "n", left)}.Draw()}, parts...)
	}
	parts = append(parts, ui.Buttons(ui.Button{Label: r.T("device.hand-in-more"), URL: HandInAddress, Icon: ui.IconUpload}))
	return door.Page(frame.In(ui.Page(c), parts...)), err
}

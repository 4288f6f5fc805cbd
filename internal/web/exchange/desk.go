// Package exchange holds the pages of files that come in: the import desk of a school, a
// unit and the realm – upload, what the file was recognised as, the plan, rows mended in
// place, the commit, its result and undo – and the lists of the administrator.
//
// It enters the door exchange, which reads the files: the one place where a page needs
// the reader of another door (a row of layers_test.go).
package exchange

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

const (
	uploadBody = 64 << 20
	pastRuns   = 30
	runs       = "/nhap-lieu/" // a run's own address: it knows its place
)

// Routes are the pages of imports.
func Routes() []door.Route {
	school, unit, run := door.Names{"school": access.SchoolKind}, door.Names{"unit": access.UnitKind}, door.Names{"run": ""}
	old := door.Names{"school": access.SchoolKind, "run": ""}
	return []door.Route{
		{Method: "GET", Pattern: "/truong/{school}/nhap", Names: school, Handler: door.Read(schoolDesk)},
		{Method: "POST", Pattern: "/truong/{school}/nhap", Names: school, Body: uploadBody, Handler: door.Act(upload(schoolPlace)).Or(schoolAgain)},
		{Method: "GET", Pattern: "/don-vi/{unit}/nhap", Names: unit, Handler: door.Read(unitDesk)},
		{Method: "POST", Pattern: "/don-vi/{unit}/nhap", Names: unit, Body: uploadBody, Handler: door.Act(upload(unitPlace)).Or(unitAgain)},
		{Method: "GET", Pattern: "/quan-tri/nhap-lieu", Handler: door.Read(realmDesk)},
		{Method: "POST", Pattern: "/quan-tri/nhap-lieu", Body: uploadBody, Handler: door.Act(upload(realmPlace)).Or(realmAgain)},

		{Method: "GET", Pattern: "/nhap-lieu/{run}", Names: run, Handler: door.Read(showRun)},
		{Method: "POST", Pattern: "/nhap-lieu/{run}", Names: run, Handler: door.Act(actOnRun).Or(runAgain)},
		{Method: "GET", Pattern: "/nhap-lieu/{run}/cot", Names: run, Handler: door.Read(showColumns)},
		{Method: "POST", Pattern: "/nhap-lieu/{run}/cot", Names: run, Handler: door.Act(chooseColumns).Or(columnsAgain)},
		{Method: "POST", Pattern: "/nhap-lieu/{run}/sua", Names: run, Handler: door.Act(mend)},
		{Method: "GET", Pattern: "/nhap-lieu/{run}/dong-loi", Names: run, Handler: door.Act(refusedFile)},
		{Method: "GET", Pattern: "/nhap-lieu/{run}/bang", Names: run, Handler: door.Read(linesFile)},

		// addresses of before
		{Method: "GET", Pattern: "/truong/{school}/nhap-hoc-sinh", Names: school, Action: access.ImportPupils, Handler: door.Read(schoolDesk)},
		{Method: "POST", Pattern: "/truong/{school}/nhap-hoc-sinh", Names: school, Action: access.ImportPupils, Body: uploadBody, Handler: door.Act(upload(schoolPlace)).Or(schoolAgain)},
		{Method: "GET", Pattern: "/truong/{school}/nhap-hoc-sinh/{run}", Names: old, Action: access.ImportPupils, Handler: door.Read(oldRun)},

		{Method: "GET", Pattern: "/quan-tri/nhap", Action: access.ChangeUnits, Handler: door.Read(listForm)},
		{Method: "POST", Pattern: "/quan-tri/nhap", Action: access.ChangeUnits, Body: uploadBody, Handler: door.Act(importList).Or(listAgain)},
	}
}

func schoolPlace(r *door.Request) (intake.Place, error) {
	school, err := r.ID("school")
	return intake.Place{Kind: string(access.SchoolKind), ID: school}, err
}

func unitPlace(r *door.Request) (intake.Place, error) {
	unit, err := r.ID("unit")
	return intake.Place{Kind: string(access.UnitKind), ID: unit}, err
}

func realmPlace(*door.Request) (intake.Place, error) {
	return intake.Place{Kind: string(access.RealmKind)}, nil
}

// deskAddress is the desk of a place.
func deskAddress(p intake.Place) string {
	switch access.Kind(p.Kind) {
	case access.SchoolKind:
		return frame.SchoolAddress(p.ID) + "/nhap"
	case access.UnitKind:
		return frame.UnitAddress(p.ID) + "/nhap"
	}
	return "/quan-tri/nhap-lieu"
}

func runAddress(run id.ID) string { return runs + run.String() }

func schoolDesk(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return schoolAgain(ctx, tx, r, nil)
}

func schoolAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return desk(ctx, tx, r, schoolPlace, faults)
}

func unitDesk(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return unitAgain(ctx, tx, r, nil)
}

func unitAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return desk(ctx, tx, r, unitPlace, faults)
}

func realmDesk(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return realmAgain(ctx, tx, r, nil)
}

func realmAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return desk(ctx, tx, r, realmPlace, faults)
}

// kindsAt are the kinds of files that the caller may bring to a place. Without any it is
// the refusal of the first.
func kindsAt(ctx context.Context, tx *store.Tx, r *door.Request, place intake.Place) (may []exchange.Kind, err error) {
	var refused error
	for _, k := range exchange.Kinds() {
		if _, there := k.At[access.Kind(place.Kind)]; !there {
			continue
		}
		_, err := k.May(ctx, tx, r.Who, place)
		if _, known := fault.Of(err); known {
			if refused == nil {
				refused = err
			}
			continue
		} else if err != nil {
			return nil, err
		}
		may = append(may, k)
	}
	if len(may) == 0 && refused == nil {
		refused = intake.NoRun()
	}
	if len(may) == 0 {
		return nil, refused
	}
	return may, nil
}

// chrome is the frame of a page of a place.
func chrome(ctx context.Context, tx *store.Tx, r *door.Request, place intake.Place, title string) (c ui.Chrome, err error) {
	switch access.Kind(place.Kind) {
	case access.SchoolKind:
		c = frame.Chrome(r, frame.Pupils, title)
		s, crumbs, err := frame.PlaceOfSchool(ctx, tx, r.Who, place.ID, r.Today)
		c.Place, c.Lead = crumbs, s.Name
		return c, err
	case access.UnitKind:
		c = frame.Chrome(r, frame.Pupils, title)
		c.Place, err = frame.PlaceOfUnit(ctx, tx, place.ID, r.Today)
		return c, err
	}
	return frame.Chrome(r, frame.Manage, title), nil
}

// desk is the page of a place: a file of one kind, and what came in before.
func desk(ctx context.Context, tx *store.Tx, r *door.Request, of func(*door.Request) (intake.Place, error), faults fault.List) (door.Answer, error) {
	place, err := of(r)
	if err != nil {
		return door.Answer{}, err
	}
	kinds, err := kindsAt(ctx, tx, r, place)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, place, r.T("desk.title"))
	if err != nil {
		return door.Answer{}, err
	}
	kind := kinds[0]
	if at := slices.IndexFunc(kinds, func(k exchange.Kind) bool { return k.Name == r.Value("kind") }); at >= 0 {
		kind = kinds[at]
	}
	var parts []templ.Component
	if len(kinds) > 1 {
		var choices []ui.Choice
		for _, k := range kinds {
			choices = append(choices, ui.Choice{Label: kindWord(r, k.Name), URL: deskAddress(place) + "?kind=" + k.Name, Current: k.Name == kind.Name})
		}
		parts = append(parts, ui.Chips(r.T("desk.kinds"), choices...))
	}
	parts = append(parts, frame.In(ui.Card(kindWord(r, kind.Name)), uploadForm(r, place, kind, faults)))
	past, err := exchange.Runs(ctx, tx, r.Who, place, pastRuns)
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, frame.In(ui.Section("da-nhap", r.T("desk.past"), ""), pastTable(r, past)))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func uploadForm(r *door.Request, place intake.Place, kind exchange.Kind, faults fault.List) templ.Component {
	var mistakes []ui.Mistake
	password := ui.Field{Name: "password", Label: r.T("exchange.password"), Kind: "password", Complete: "off", Optional: true, Help: r.T("exchange.password_help"), Error: door.FieldError(r, faults, "password")}
	for _, f := range faults {
		field := "o-file"
		if f.Field == password.Name {
			field = password.ID()
		}
		mistakes = append(mistakes, ui.Mistake{Field: field, Text: door.Sentence(r.Lang, f)})
	}
	parts := []templ.Component{ui.Faults("", mistakes), ui.Hidden(ui.Pair{Name: "kind", Value: kind.Name})}
	if help := wordOr(r, "intake.kind_help-"+kind.Name, wordOr(r, "desk.kind_help-"+kind.Name, "")); help != "" {
		parts = append(parts, frame.Words(help))
	}
	if kind.Open != nil {
		parts = append(parts, ui.Input(ui.Field{Name: "file", Label: r.T("intake.file"), Kind: "file", Accept: ".zip"}))
	} else {
		parts = append(parts, ui.Input(ui.Field{Name: "file", Label: r.T("intake.file"), Kind: "file", Accept: ".xlsx,.xlsm,.csv,.txt,.gz,.zip", Help: r.T("desk.file_help")}), ui.Input(password),
			frame.Quietly(r.T("desk.columns_of", "columns", columnWords(r, kind))))
	}
	if len(kind.Settings) > 0 {
		parts = append(parts, settings(r, kind, place, r.Value))
	}
	parts = append(parts, ui.Actions(ui.Button{Label: r.T("intake.read"), Kind: ui.Primary, Icon: ui.IconUpload}))
	return frame.Form(deskAddress(place), true, parts...)
}

// settings are the questions beside the file, folded away where each has an answer without them.
func settings(r *door.Request, kind exchange.Kind, place intake.Place, value func(string) string) templ.Component {
	var fields []templ.Component
	open := false
	for _, name := range kind.Settings {
		if name == "school" && place.Kind == string(access.SchoolKind) {
			continue
		}
		f := ui.Field{Name: "s-" + name, Label: settingWord(r, name), Help: wordOr(r, "intake.setting-"+name+"_help", wordOr(r, "desk.setting-"+name+"_help", "")), Value: value("s-" + name), Optional: true}
		if slices.Contains([]string{"from", "on", "day", "until", "month"}, name) {
			f.Kind, f.Class = "date", "input-short"
		}
		if name == "year" {
			f.Mode, f.Class = "numeric", "input-number"
		}
		for _, answer := range exchange.Answers(name) {
			f.Options = append(f.Options, ui.Option{Value: answer, Label: r.T("intake." + name + "-" + answer)})
		}
		if len(f.Options) > 0 {
			fields, open = append(fields, ui.Select(f)), true
			continue
		}
		fields = append(fields, ui.Input(f))
	}
	if len(fields) == 0 {
		return templ.NopComponent
	}
	return frame.In(ui.More(r.T("desk.settings"), open), fields...)
}

func settingWord(r *door.Request, name string) string {
	return wordOr(r, "intake.setting-"+name, wordOr(r, "desk.setting-"+name, name))
}

// settingsOf reads them from a form.
func settingsOf(r *door.Request, kind exchange.Kind) map[string]string {
	given := map[string]string{}
	for _, name := range kind.Settings {
		if v := r.Value("s-" + name); v != "" {
			given[name] = v
		}
	}
	return given
}

func upload(of func(*door.Request) (intake.Place, error)) func(context.Context, *door.Request) (door.Answer, error) {
	return func(ctx context.Context, r *door.Request) (door.Answer, error) {
		place, err := of(r)
		if err != nil {
			return door.Answer{}, err
		}
		name := r.Value("kind")
		if name == "" {
			name = exchange.Kinds()[0].Name
		}
		kind, err := exchange.KindOf(name)
		if err != nil {
			return door.Answer{}, err
		}
		err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := kind.May(ctx, tx, r.Who, place)
			return err
		})
		if err != nil {
			return door.Answer{}, err
		}
		file, header, err := r.File("file")
		if err != nil {
			return door.Answer{}, err
		}
		defer file.Close()
		opened, size, err := exchange.Unlock(header.Filename, file, header.Size, r.Secret("password")) // needed once: what is kept is open
		if err != nil {
			return door.Answer{}, err
		}
		if kind = kind.OfFile(opened, size); kind.Name != name {
			err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := kind.May(ctx, tx, r.Who, place)
				return err
			})
			if err != nil {
				return door.Answer{}, err
			}
		}
		if err := readable(header.Filename, opened, size, kind); err != nil {
			return door.Answer{}, err
		}
		asked := exchange.Asked{Settings: settingsOf(r, kind)}
		run, err := exchange.Upload(ctx, r.Store(), r.Who, exchange.UploadIn{Kind: kind.Name, Place: place, Name: header.Filename, Content: opened, Asked: asked})
		if err != nil {
			return door.Answer{}, err
		}
		if kind.Open != nil { // nothing of it is to be chosen
			err := r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error { return exchange.Choose(ctx, tx, r.Who, run.ID, asked) })
			if err != nil {
				return door.Answer{}, err
			}
			drive(ctx, r, run.ID)
		}
		return door.SeeOther(runAddress(run.ID)), nil
	}
}

// readable refuses a file that is no table before anything is kept.
func readable(name string, file interface {
	ReadAt([]byte, int64) (int, error)
}, size int64, kind exchange.Kind) error {
	if kind.Open != nil {
		_, _, err := kind.Open(file, size)
		return err
	}
	book, err := exchange.ReadBook(name, file, size)
	if err != nil {
		return err
	}
	defer book.Close()
	_, err = book.Recognise(kind.Fields, exchange.Layout{})
	return err
}

func pastTable(r *door.Request, past []intake.Run) templ.Component {
	t := ui.Table{Caption: r.T("desk.past"), Quiet: true, Columns: []ui.Column{{Label: r.T("intake.file")}, {Label: r.T("intake.kind")}, {Label: r.T("desk.when")},
		{Label: r.T("desk.state")}, {Label: r.T("intake.count-new"), Number: true}, {Label: r.T("intake.count-changed"), Number: true}, {Label: r.T("intake.count-refused"), Number: true}},
		Empty: ui.Empty{Icon: ui.IconUpload, Title: r.T("desk.none"), Text: r.T("desk.none_text")}.Draw()}
	for _, run := range past {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(runAddress(run.ID), run.FileName), ui.Text(kindWord(r, run.Kind)), ui.Text(when(run.MadeAt)),
			stateBadge(r, run), ui.Text(ui.Number(run.Counts.New)), ui.Text(ui.Number(run.Counts.Changed)), ui.Text(ui.Number(run.Counts.Refused))}})
	}
	return t.Draw()
}

// oldRun leads from the address of before to a run's own.
func oldRun(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	run, err := r.ID("run")
	if err != nil {
		return door.Answer{}, err
	}
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ImportPupils, access.School(school)); err != nil {
		return door.Answer{}, err
	}
	found, _, err := exchange.RunOf(ctx, tx, r.Who, run)
	if err == nil && found.Place.ID != school {
		err = intake.NoRun()
	}
	return door.SeeOther(runAddress(run)), err
}

func columnWords(r *door.Request, kind exchange.Kind) string {
	var words []string
	for _, f := range kind.Fields {
		if f.Required {
			words = append(words, fieldWord(r, f))
		}
	}
	return strings.Join(words, ", ")
}

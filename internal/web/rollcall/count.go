package rollcall

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// countView is a form with what was kept before beneath it.
type countView struct {
	Action  string
	Hidden  []ui.Pair
	Faults  []ui.Mistake
	Fields  []templ.Component
	Press   ui.Button
	Lead    string
	Title   string // of what was kept
	Kept    ui.Table
	Cancel  ui.Button
	Heading string
}

// count reads a whole number of a form; -1 with a fault when it is none.
func count(r *door.Request, name string, faults *fault.List) int {
	n, err := strconv.Atoi(r.Value(name))
	if err != nil || n < 0 {
		*faults = append(*faults, fault.New(fault.Invalid, "roll.not-a-number", nil).On(name))
		return -1
	}
	return n
}

func optionalCount(r *door.Request, name string, faults *fault.List) *int {
	if r.Value(name) == "" {
		return nil
	}
	n := count(r, name, faults)
	return &n
}

func decodeHeadcount(r *door.Request) (h rollcall.Headcount, base int, err error) {
	if h.School, err = r.ID("school"); err != nil {
		return h, 0, err
	}
	if h.Day, h.Session, err = at(r); err != nil {
		return h, 0, err
	}
	var faults fault.List
	h.Level = r.Value("cap")
	h.Enrolled, h.Present, h.Absent = count(r, "si_so", &faults), count(r, "co_mat", &faults), count(r, "vang", &faults)
	h.Excused, h.Unexcused = optionalCount(r, "co_phep", &faults), optionalCount(r, "khong_phep", &faults)
	if released := optionalCount(r, "cho_ve", &faults); released != nil {
		h.Released = *released
	}
	return h, number(r, "ban"), faults.OrNil()
}

func submitHeadcount(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	h, base, err := decodeHeadcount(r)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.SubmitHeadcount(ctx, tx, r.Who, h, base); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(schoolAddress(h.School, "so-dem", h.Day) + "&da=1"), nil
}

func headcountForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return headcountAgain(ctx, tx, r, nil)
}

// headcountFields are the fields of the room's faults by the names of the form.
var headcountFields = map[string]string{"enrolled": "si_so", "absent": "vang", "session": "buoi", "day": "ngay"}

func headcountAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.SubmitHeadcount, access.School(school)); err != nil {
		return door.Answer{}, err
	}
	on, session, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	kept, err := rollcall.HeadcountSheet(ctx, tx, r.Who, school, on)
	if err != nil {
		return door.Answer{}, err
	}
	place, err := org.SchoolOn(ctx, tx, r.Who, school, on)
	if err != nil {
		return door.Answer{}, err
	}
	level := r.Value("cap")
	taught := strings.Fields(place.Levels)
	if len(taught) == 1 { // what such a school counts, it counts of its one level
		level = taught[0]
	}
	values := map[string]string{}
	base := 0
	if i := slices.IndexFunc(kept, func(k rollcall.KeptHeadcount) bool {
		return k.Class == 0 && k.Level == level && k.Session == session && r.Value("buoi") != ""
	}); i >= 0 {
		base = kept[i].Version
		values = headcountValues(kept[i])
	}
	v := countView{Action: "/truong/" + school.String() + "/so-dem", Lead: r.T("roll.headcount-lead"), Title: r.T("roll.headcount-sent"), Press: ui.Button{Label: r.T("roll.headcount-send"), Kind: ui.Primary},
		Hidden: []ui.Pair{{Name: "ngay", Value: on.String()}, {Name: "ban", Value: strconv.Itoa(base)}}, Cancel: ui.Button{Label: r.T("roll.today"), URL: schoolAddress(school, "hom-nay", on), Kind: ui.Quiet}}
	field := func(name, label, help string, optional bool) ui.Field {
		f := ui.Field{Name: name, Label: r.T(label), Kind: "number", Mode: "numeric", Class: "input-number", Min: "0", Optional: optional, Value: values[name], Error: headcountError(r, faults, name)}
		if help != "" {
			f.Help = r.T(help)
		}
		if faults != nil {
			f.Value = r.Value(name)
		}
		return f
	}
	var levels []ui.Option
	if len(taught) != 1 {
		levels = append(levels, ui.Option{Value: "", Label: r.T("roll.headcount-all")})
	}
	for _, l := range taught {
		levels = append(levels, ui.Option{Value: l, Label: l})
	}
	sessions := []ui.Option{{Value: "0", Label: sessionName(r, calendar.WholeDay)}, {Value: "1", Label: sessionName(r, calendar.Morning)}, {Value: "2", Label: sessionName(r, calendar.Afternoon)}, {Value: "3", Label: sessionName(r, calendar.Evening)}}
	first := []ui.Field{{Name: "cap", Label: r.T("roll.headcount-level"), Value: level, Options: levels, Optional: true, Filter: true},
		{Name: "buoi", Label: r.T("roll.headcount-session"), Value: strconv.Itoa(int(session)), Options: sessions, Filter: true}}
	numbers := []ui.Field{field("si_so", "roll.headcount-enrolled", "", false), field("co_mat", "roll.headcount-present", "", false), field("vang", "roll.headcount-absent", "", false)}
	split := []ui.Field{field("co_phep", "roll.headcount-excused", "roll.headcount-split", true), field("khong_phep", "roll.headcount-unexcused", "roll.headcount-split", true), field("cho_ve", "roll.headcount-released", "", true)}
	for i := range first {
		first[i].Optional = false
	}
	v.Fields = []templ.Component{fieldRow(ui.Select(first[0]), ui.Select(first[1])), fieldRow(inputs(numbers)...), fieldRow(inputs(split)...)}
	v.Faults = append(sentences(r, faults), ui.Mistakes(slices.Concat(numbers, split)...)...)
	v.Kept = keptHeadcounts(r, school, on, kept)
	c := frame.Chrome(r, frame.Today, r.T("roll.headcount"))
	c.Lead = place.Name + " · " + weekday(r, on) + " " + on.Vietnamese()
	if c.Place, err = placeOf(ctx, tx, r, place); err != nil {
		return door.Answer{}, err
	}
	if r.Value("da") == "1" && len(kept) > 0 {
		c.Notices = []ui.Notice{{Tone: ui.Green, Text: r.T("roll.headcount-kept", "clock", r.Now.Clock())}}
	}
	return door.Page(countPage(c, v)), nil
}

func headcountError(r *door.Request, faults fault.List, name string) string {
	for _, f := range faults {
		if f.Field == name || headcountFields[f.Field] == name {
			return door.Sentence(r.Lang, f)
		}
	}
	return ""
}

// sentences are the faults that belong to no field of the form.
func sentences(r *door.Request, faults fault.List) (list []ui.Mistake) {
	for _, text := range door.Sentences(r, faults, "") {
		list = append(list, ui.Mistake{Text: text})
	}
	return list
}

func inputs(fields []ui.Field) (parts []templ.Component) {
	for _, f := range fields {
		parts = append(parts, ui.Input(f))
	}
	return parts
}

func headcountValues(k rollcall.KeptHeadcount) map[string]string {
	values := map[string]string{"si_so": strconv.Itoa(k.Enrolled), "co_mat": strconv.Itoa(k.Present), "vang": strconv.Itoa(k.Absent)}
	if k.Excused != nil {
		values["co_phep"] = strconv.Itoa(*k.Excused)
	}
	if k.Unexcused != nil {
		values["khong_phep"] = strconv.Itoa(*k.Unexcused)
	}
	if k.Released != 0 {
		values["cho_ve"] = strconv.Itoa(k.Released)
	}
	return values
}

func keptHeadcounts(r *door.Request, school id.ID, on day.Day, kept []rollcall.KeptHeadcount) ui.Table {
	t := ui.Table{Caption: r.T("roll.headcount-sent"), Quiet: true, Columns: []ui.Column{{Label: r.T("roll.headcount-session")}, {Label: r.T("roll.headcount-level")},
		{Label: r.T("roll.headcount-enrolled"), Number: true}, {Label: r.T("roll.headcount-present"), Number: true}, {Label: r.T("roll.headcount-absent"), Number: true}, {Label: r.T("roll.headcount-sent")}},
		Empty: ui.Empty{Icon: ui.IconTable, Title: r.T("roll.headcount-none"), Text: r.T("roll.headcount-none-text")}.Draw()}
	for _, k := range kept {
		if k.Class != 0 {
			continue
		}
		level := k.Level
		if level == "" {
			level = r.T("roll.headcount-all")
		}
		change := schoolAddress(school, "so-dem", on) + fmt.Sprintf("&buoi=%d&cap=%s", k.Session, k.Level)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(change, sessionName(r, k.Session)), ui.Text(level), ui.Text(ui.Number(k.Enrolled)), ui.Text(ui.Number(k.Present)), ui.Text(ui.Number(k.Absent)),
			ui.Text(r.T("roll.version-n", "n", k.Version, "clock", k.ReceivedAt.Clock()))}})
	}
	return t
}

func countPhysically(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	on, session, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	var faults fault.List
	counted := count(r, "dem", &faults)
	if err := faults.OrNil(); err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.CountPhysically(ctx, tx, r.Who, rollcall.PhysicalCount{Class: class, Day: on, Session: session, Counted: counted, Note: r.Value("ghi")}); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(classAddress(class, "si-so", on, session, "da", "1")), nil
}

func physicalForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return physicalAgain(ctx, tx, r, nil)
}

// physicalAgain shows the form of a count with the counts of the last weeks.
func physicalAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	of, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.CountPhysically, access.Class(of)); err != nil {
		return door.Answer{}, err
	}
	on, session, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	class, school, c, err := classFrame(ctx, tx, r, of, on, r.T("roll.physical"))
	if err != nil {
		return door.Answer{}, err
	}
	if session == calendar.WholeDay {
		session = calendar.Morning
		if r.Now.Time().Hour() >= 12 {
			session = calendar.Afternoon
		}
	}
	past, err := rollcall.PhysicalCounts(ctx, tx, r.Who, of, day.Range{From: on.Add(-60), Until: on + 1})
	if err != nil {
		return door.Answer{}, err
	}
	classes, err := classChoices(ctx, tx, r, school.ID, on)
	if err != nil {
		return door.Answer{}, err
	}
	v := countView{Action: "/lop/" + of.String() + "/si-so", Lead: r.T("roll.physical-lead"), Title: r.T("roll.physical-past"), Press: ui.Button{Label: r.T("roll.physical-send"), Kind: ui.Primary},
		Hidden: []ui.Pair{{Name: "ngay", Value: on.String()}}, Cancel: ui.Button{Label: r.T("roll.today"), URL: schoolAddress(school.ID, "hom-nay", on), Kind: ui.Quiet}}
	counted := ui.Field{Name: "dem", Label: r.T("roll.physical-counted"), Kind: "number", Mode: "numeric", Class: "input-number", Min: "0", Value: r.Value("dem"), Error: first(door.FieldError(r, faults, "dem"), door.FieldError(r, faults, "counted"))}
	note := ui.Field{Name: "ghi", Label: r.T("roll.physical-note"), Optional: true, Value: r.Value("ghi"), Error: door.FieldError(r, faults, "note")}
	sessions := ui.Field{Name: "buoi", Label: r.T("roll.headcount-session"), Class: "options-row", Value: strconv.Itoa(int(session))}
	for _, s := range calendar.Sessions {
		sessions.Options = append(sessions.Options, ui.Option{Value: strconv.Itoa(int(s)), Label: sessionName(r, s)})
	}
	sessions.Error = door.FieldError(r, faults, "session")
	v.Fields = []templ.Component{ui.Radios(sessions), ui.Input(counted), ui.Input(note)}
	v.Faults = append(sentences(r, faults), ui.Mistakes(sessions, counted, note)...)
	if v.Kept, err = pastCounts(ctx, tx, r, past); err != nil {
		return door.Answer{}, err
	}
	if r.Value("da") == "1" && len(past) > 0 {
		c.Notices = []ui.Notice{{Tone: ui.Green, Text: r.T("roll.physical-kept", "class", class.Name)}}
	}
	return door.Page(countPage(c, v, classChips(r, classes, of, "si-so", on))), nil
}

func pastCounts(ctx context.Context, tx *store.Tx, r *door.Request, past []rollcall.CountedClass) (ui.Table, error) {
	t := ui.Table{Caption: r.T("roll.physical-past"), Quiet: true, Columns: []ui.Column{{Label: r.T("roll.physical-when")}, {Label: r.T("roll.physical-counted"), Number: true}, {Label: r.T("roll.physical-sheet"), Number: true},
		{Label: r.T("roll.physical-difference")}, {Label: r.T("roll.physical-by")}, {Label: r.T("roll.physical-note")}},
		Empty: ui.Empty{Icon: ui.IconPupils, Title: r.T("roll.physical-none"), Text: r.T("roll.physical-none-text")}.Draw()}
	known := newPeople(ctx, tx, r)
	for _, c := range slices.Backward(past) {
		by, err := known.name(c.Account)
		if err != nil {
			return t, err
		}
		present := "–"
		if c.Sheet != nil && c.Sheet.State == rollcall.Taken {
			present = ui.Number(c.Sheet.Present())
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(sessionName(r, c.Session)+" "+c.Day.Vietnamese(), c.CountedAt.Clock()), ui.Text(ui.Number(c.Counted)), ui.Text(present),
			ui.Text(differenceOf(r, c.PhysicalCount, c.Sheet)), ui.Text(by), ui.Text(c.Note)}})
	}
	return t, nil
}

// differenceOf says how a count differs from the sheet.
func differenceOf(r *door.Request, c rollcall.PhysicalCount, sheet *rollcall.Sheet) string {
	switch n, known := c.Difference(sheet); {
	case !known:
		return r.T("roll.physical-unknown")
	case n == 0:
		return r.T("roll.physical-same")
	default:
		return fmt.Sprintf("%+d", n)
	}
}

func differenceWords(r *door.Request, c rollcall.PhysicalCount, sheet *rollcall.Sheet) string {
	return fmt.Sprintf("%d (%s)", c.Counted, differenceOf(r, c, sheet))
}

func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// classFrame is the frame of a page about one class.
func classFrame(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID, on day.Day, title string) (class org.Class, school org.School, c ui.Chrome, err error) {
	if class, err = org.ClassByID(ctx, tx, r.Who, of); err != nil {
		return class, school, c, err
	}
	if school, err = org.SchoolOn(ctx, tx, r.Who, class.School, on); err != nil {
		return class, school, c, err
	}
	c = frame.Chrome(r, frame.Today, title)
	c.Lead = r.T("roll.class-of", "class", class.Name) + " · " + weekday(r, on) + " " + on.Vietnamese()
	if c.Place, err = placeOf(ctx, tx, r, school); err != nil {
		return class, school, c, err
	}
	if ok, err := may(ctx, tx, r, access.SeeBoard, access.School(school.ID)); err != nil {
		return class, school, c, err
	} else if ok {
		c.Place[len(c.Place)-1].URL = schoolAddress(school.ID, "hom-nay", on)
	}
	c.Place = append(c.Place, ui.Crumb{Label: r.T("roll.class-of", "class", class.Name)})
	return class, school, c, nil
}

func classChoices(ctx context.Context, tx *store.Tx, r *door.Request, school id.ID, on day.Day) ([]org.Class, error) {
	classes, err := org.Classes(ctx, tx, r.Who, school, on.SchoolYear())
	return slices.DeleteFunc(classes, func(c org.Class) bool { return on < c.From || on >= c.Until }), err
}

func classChips(r *door.Request, classes []org.Class, of id.ID, page string, on day.Day) templ.Component {
	var chips []ui.Choice
	for _, c := range classes {
		chips = append(chips, ui.Choice{Label: c.Name, URL: classAddress(c.ID, page, on, calendar.WholeDay), Current: c.ID == of})
	}
	return ui.Chips(r.T("roll.class"), chips...)
}

func unlock(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	from, err := r.Day("tu", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	last, err := r.Day("den", from)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.Unlock(ctx, tx, r.Who, rollcall.Unlocking{Class: class, Days: day.Through(from, last), Reason: r.Value("ly_do")}); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(classAddress(class, "mo-khoa", from, calendar.WholeDay, "da", "1")), nil
}

func unlockForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return unlockAgain(ctx, tx, r, nil)
}

func unlockAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	of, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.UnlockRoll, access.Class(of)); err != nil {
		return door.Answer{}, err
	}
	on, _, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	class, school, c, err := classFrame(ctx, tx, r, of, on, r.T("roll.unlock"))
	if err != nil {
		return door.Answer{}, err
	}
	classes, err := classChoices(ctx, tx, r, school.ID, on)
	if err != nil {
		return door.Answer{}, err
	}
	v := countView{Action: "/lop/" + of.String() + "/mo-khoa", Lead: r.T("roll.unlock-help"), Press: ui.Button{Label: r.T("roll.unlock-go"), Kind: ui.Primary, Icon: ui.IconUnlock},
		Cancel: ui.Button{Label: r.T("roll.today"), URL: schoolAddress(school.ID, "hom-nay", on), Kind: ui.Quiet}}
	from := ui.Field{Name: "tu", Label: r.T("roll.unlock-from"), Kind: "date", Class: "input-short", Value: first(r.Value("tu"), on.String()), Error: first(door.FieldError(r, faults, "days"), door.FieldError(r, faults, "tu"))}
	last := ui.Field{Name: "den", Label: r.T("roll.unlock-to"), Kind: "date", Class: "input-short", Value: first(r.Value("den"), on.String()), Error: door.FieldError(r, faults, "den")}
	why := ui.Field{Name: "ly_do", Label: r.T("roll.unlock-reason"), Rows: "2", Value: r.Value("ly_do"), Error: door.FieldError(r, faults, "reason")}
	v.Fields = []templ.Component{fieldRow(ui.Input(from), ui.Input(last)), ui.TextArea(why)}
	v.Faults = append(sentences(r, faults), ui.Mistakes(from, last, why)...)
	if r.Value("da") == "2" {
		c.Notices = []ui.Notice{{Tone: ui.Green, Text: r.T("roll.locked-again", "class", class.Name)}}
	}
	again := ui.Post("/lop/"+of.String()+"/khoa-lai", ui.Button{Label: r.T("roll.lock-again"), Kind: ui.Quiet}, ui.Pair{Name: "ngay", Value: on.String()})
	if r.Value("da") == "1" {
		c.Notices = []ui.Notice{{Tone: ui.Green, Text: r.T("roll.unlocked", "class", class.Name), Links: []ui.Choice{{Label: r.T("roll.see-sheet"), URL: sheetAddress(of, on, calendar.WholeDay)}}}}
	}
	return door.Page(countPage(c, v, classChips(r, classes, of, "mo-khoa", on), again)), nil
}

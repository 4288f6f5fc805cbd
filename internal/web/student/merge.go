package student

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// compare puts two records side by side. That they were looked at is written into the audit
// book, so the page is a write.
func compare(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return compareAgain(ctx, tx, r, nil)
}

func compareAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	one, other, err := pairOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	var c student.Comparison
	if faults == nil {
		c, err = student.Compare(ctx, tx, r.Who, one, other)
	} else {
		c, err = student.CompareAgain(ctx, tx, r.Who, one, other)
	}
	if err != nil {
		return door.Answer{}, err
	}
	p := c.Pair
	page := frame.Chrome(r, frame.Pupils, r.T("identity.compare_title"))
	page.Lead = r.T("identity.likeness-"+likeness(p.Score)) + ": " + reasonSentence(r, p.Reasons)
	page.Place = []ui.Crumb{{Label: r.T("identity.doubles"), URL: "/ho-so-trung"}, {Label: r.T("identity.compare_title")}}
	switch p.State {
	case student.PairNotSame:
		page.Notices = append(page.Notices, ui.Notice{Tone: ui.Green, Text: r.T("identity.said_not_same")})
	case student.PairMerged:
		page.Notices = append(page.Notices, ui.Notice{Tone: ui.Green, Text: r.T("identity.said_merged")})
	}
	parts := []templ.Component{sideBySide(r, c)}
	spells, err := bothSpells(ctx, tx, r, c)
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, spells)
	mine := c.Sides[0].MayChange || c.Sides[1].MayChange
	switch {
	case p.State == student.PairNotSame && mine:
		parts = append(parts, ui.Post(p.Address()+"/mo-lai", ui.Button{Label: r.T("identity.reopen"), Icon: ui.IconUndo}))
	case p.State == student.PairOpen && mine:
		if c.MayMerge && c.Sides[0].Seen && c.Sides[1].Seen {
			form, err := mergeForm(ctx, tx, r, c, faults)
			if err != nil {
				return door.Answer{}, err
			}
			parts = append(parts, form)
		}
		for i, side := range c.Sides {
			if side.MayChange && !side.Agreed && !c.Sides[1-i].MayChange {
				parts = append(parts, frame.In(ui.Card(r.T("identity.agree")), frame.Words(r.T("identity.agree_text", "school", orDash(p.Sides[1-i].SchoolName))),
					ui.Post(p.Address()+"/dua-sang", ui.Button{Label: r.T("identity.agree"), Icon: ui.IconSend}, ui.Pair{Name: "pupil", Value: p.Sides[i].Pupil.String()})))
			} else if side.MayChange && side.Agreed && !c.Sides[1-i].MayChange {
				parts = append(parts, ui.Notice{Tone: ui.Amber, Text: r.T("identity.agreed", "school", orDash(p.Sides[1-i].SchoolName))}.Draw())
			}
		}
		why := ui.Field{Name: "why", Label: r.T("identity.not_same_why"), Value: r.Value("why"), Error: door.FieldError(r, faults, "why")}
		parts = append(parts, frame.In(ui.Card(r.T("identity.not_same")), formOf(r, p.Address()+"/khac", nil, []ui.Field{why}, nil, ui.Button{Label: r.T("identity.not_same")})))
	}
	return door.Page(frame.In(ui.Page(page), parts...)), nil
}

// fieldWords is a field of a record as it is read.
func fieldWords(r *door.Request, rec student.Record, field string) string {
	p := rec.Person
	word := func(kind, value string) string {
		if value == "" {
			return ""
		}
		return r.T("pupils." + kind + "-" + value)
	}
	switch field {
	case "name":
		return p.Name
	case "sex":
		return word("sex", p.Sex)
	case "born":
		return p.Born.Vietnamese()
	case "code":
		return p.Code
	case "national_id":
		return p.NationalID
	case "birthplace":
		return p.Birthplace
	case "ethnicity":
		e, _ := student.EthnicityOf(p.Ethnicity)
		return e.Name
	case "address":
		return p.Address
	case "phone":
		return p.Phone
	case "disability":
		return word("disability", p.Disability)
	case "residence":
		return rec.Village
	case "boarding":
		return word("boarding", rec.Boarding)
	case "poverty":
		return word("poverty", rec.Poverty)
	}
	var names []string
	for _, g := range rec.Guardians {
		names = append(names, r.T("pupils.relation-"+g.Relation)+": "+g.Name)
	}
	return strings.Join(names, "; ")
}

func fieldLabel(r *door.Request, field string) string {
	switch field {
	case "residence":
		return r.T("pupils.village")
	case "guardians":
		return r.T("pupils.guardians")
	}
	return r.T("pupils." + field)
}

func sideBySide(r *door.Request, c student.Comparison) templ.Component {
	t := ui.Table{Caption: r.T("identity.side_by_side"), Quiet: true, Columns: []ui.Column{{Label: r.T("identity.field")}, {Label: r.T("identity.record_one")}, {Label: r.T("identity.record_two")}, {Label: r.T("identity.same_head")}}}
	heads := ui.Row{Cells: []templ.Component{ui.Text(r.T("pupils.school")), orNothing(c.Pair.Sides[0].SchoolName), orNothing(c.Pair.Sides[1].SchoolName), ui.Text("")}}
	t.Rows = append(t.Rows, heads)
	both := c.Sides[0].Seen && c.Sides[1].Seen
	for _, field := range student.MergeFields {
		row := ui.Row{Cells: []templ.Component{ui.Text(fieldLabel(r, field))}}
		for i := range c.Sides {
			if c.Sides[i].Seen {
				row.Cells = append(row.Cells, orNothing(fieldWords(r, c.Sides[i].Record, field)))
			} else {
				row.Cells = append(row.Cells, ui.Text(r.T("identity.hidden")))
			}
		}
		state := ui.Text("")
		if both {
			state = ui.Badge{Label: r.T("identity.same"), Tone: ui.Plain}.Draw()
			if slices.Contains(c.Differ, field) {
				state = ui.Badge{Label: r.T("identity.differs"), Tone: ui.Amber}.Draw()
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append(row.Cells, state)})
	}
	return frame.In(ui.Section("so-sanh", r.T("identity.side_by_side"), ""), t.Draw())
}

func bothSpells(ctx context.Context, tx *store.Tx, r *door.Request, c student.Comparison) (templ.Component, error) {
	var cards []templ.Component
	for i, word := range []string{"identity.record_one", "identity.record_two"} {
		if !c.Sides[i].Seen {
			continue
		}
		spells, err := plainSpells(ctx, tx, r, c.Sides[i].Record.Spells)
		if err != nil {
			return nil, err
		}
		cards = append(cards, frame.In(ui.Card(r.T(word)), spells))
	}
	return frame.In(ui.Section("qua-trinh", r.T("pupils.spells"), ""), frame.Box("columns", cards...)), nil
}

// mergeForm asks which record is kept, field by field which is right where they differ, and
// of enrolments on the same days which was so.
func mergeForm(ctx context.Context, tx *store.Tx, r *door.Request, c student.Comparison, faults fault.List) (templ.Component, error) {
	sides := [2]string{c.Pair.Sides[0].Pupil.String(), c.Pair.Sides[1].Pupil.String()}
	label := func(i int) string {
		s := c.Pair.Sides[i]
		return strings.Trim(s.ClassName+" · "+s.SchoolName, " ·")
	}
	value := func(name, otherwise string) string {
		if r.HTTP.Method == "POST" {
			return r.Value(name)
		}
		return otherwise
	}
	keep := ui.Field{Name: "keep", Kind: "radio", Label: r.T("identity.keep"), Help: r.T("identity.keep_help"), Value: value("keep", sides[fuller(c)])}
	for i, word := range []string{"identity.record_one", "identity.record_two"} {
		keep.Options = append(keep.Options, ui.Option{Value: sides[i], Label: r.T(word), Help: label(i)})
	}
	fields := []ui.Field{keep}
	for _, field := range c.Differ {
		f := ui.Field{Name: "take-" + field, Kind: "radio", Label: fieldLabel(r, field)}
		words := [2]string{fieldWords(r, c.Sides[0].Record, field), fieldWords(r, c.Sides[1].Record, field)}
		chosen := fuller(c)
		if words[chosen] == "" {
			chosen = 1 - chosen
		}
		f.Value = value(f.Name, sides[chosen])
		for i, word := range []string{"identity.record_one", "identity.record_two"} {
			f.Options = append(f.Options, ui.Option{Value: sides[i], Label: orDash(words[i]), Help: r.T(word)})
		}
		fields = append(fields, f)
	}
	for _, o := range c.Overlaps {
		f := ui.Field{Name: "so-" + o.Kept.Enrolment.String() + "-" + o.Gone.Enrolment.String(), Kind: "radio", Error: door.FieldError(r, faults, "give_way"),
			Label: r.T("identity.which_was_so", "from", o.Days.From.Vietnamese(), "until", untilWords(r, o.Days))}
		f.Value = value(f.Name, "")
		for i, s := range []student.Spell{o.Kept, o.Gone} {
			school, err := frame.SchoolAsOf(ctx, tx, r.Who, s.School, min(s.Period.From, r.Today))
			if err != nil {
				return nil, err
			}
			f.Options = append(f.Options, ui.Option{Value: s.Enrolment.String(), Label: school.Name + ", " + frame.Grade(r, s.Grade), Help: r.T([]string{"identity.record_one", "identity.record_two"}[i])})
		}
		fields = append(fields, f)
	}
	marks, err := bothMarks(ctx, tx, r, c)
	if err != nil {
		return nil, err
	}
	hidden := []ui.Pair{{Name: "version_one", Value: strconv.Itoa(c.Sides[0].Record.Version)}, {Name: "version_other", Value: strconv.Itoa(c.Sides[1].Record.Version)}}
	return frame.In(ui.Section("gop", r.T("identity.merge"), ""), frame.Words(r.T("identity.merge_text")), marks,
		frame.In(ui.Card(""), formOf(r, c.Pair.Address()+"/gop", faults, fields, hidden, ui.Button{Label: r.T("identity.merge_now"), Kind: ui.Primary, Icon: ui.IconCheck},
			ui.Button{Label: r.T("pupils.cancel"), URL: "/ho-so-trung", Kind: ui.Quiet}))), nil
}

func untilWords(r *door.Request, days day.Range) string {
	if days.Until == day.Forever {
		return r.T("identity.until_now")
	}
	return days.Last().Vietnamese()
}

// fuller is the side that says more.
func fuller(c student.Comparison) int {
	said := [2]int{}
	for i := range c.Sides {
		rec := c.Sides[i].Record
		said[i] = len(rec.Guardians) + 2*len(rec.Spells)
		for _, words := range []string{rec.Person.Code, rec.Person.NationalID, rec.Person.Birthplace, rec.Person.Ethnicity, rec.Person.Address, rec.Person.Phone, rec.Village} {
			if words != "" {
				said[i]++
			}
		}
	}
	if said[1] > said[0] {
		return 1
	}
	return 0
}

// bothMarks shows the sessions of which both records have a mark, or one a mark where the
// other was called: of those days only one enrolment can have been so.
func bothMarks(ctx context.Context, tx *store.Tx, r *door.Request, c student.Comparison) (templ.Component, error) {
	t := ui.Table{Caption: r.T("identity.both_marked"), Columns: []ui.Column{{Label: r.T("pupils.days")}, {Label: r.T("identity.record_one")}, {Label: r.T("identity.record_two")}}}
	for _, o := range c.Overlaps {
		period := o.Days.Intersect(day.Range{From: r.Today - 366, Until: r.Today + 1})
		if period.Empty() {
			continue
		}
		said := map[string][2]string{}
		var order []string
		for i := range c.Sides {
			marks, err := rollcall.MarksOf(ctx, tx, r.Who.Realm, c.Pair.Sides[i].Pupil, period)
			if err != nil {
				return nil, err
			}
			for _, m := range marks {
				at := m.Day.String() + " " + m.Session.Code()
				both, known := said[at]
				if !known {
					order = append(order, at)
				}
				both[i] = r.T("rollcall.kind-" + m.Kind.Code())
				said[at] = both
			}
		}
		slices.Sort(order)
		for _, at := range order {
			date, session, _ := strings.Cut(at, " ")
			on := day.MustParse(date)
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(on.Vietnamese(), r.T("calendar.session."+session)), ui.Text(orDash(said[at][0])), ui.Text(orDash(said[at][1]))}})
		}
	}
	if len(t.Rows) == 0 {
		return templ.NopComponent, nil
	}
	return frame.In(ui.More(r.T("identity.both_marked_count", "count", len(t.Rows)), false), t.Draw()), nil
}

func merge(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	one, other, err := pairOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	one, other = min(one, other), max(one, other)
	in := student.MergeIn{Kept: one, Gone: other}
	in.KeptVersion, _ = strconv.Atoi(r.Value("version_one"))
	in.GoneVersion, _ = strconv.Atoi(r.Value("version_other"))
	if r.Value("keep") == other.String() {
		in.Kept, in.Gone, in.KeptVersion, in.GoneVersion = other, one, in.GoneVersion, in.KeptVersion
	}
	for _, field := range student.MergeFields {
		if r.Value("take-"+field) == in.Gone.String() {
			in.Take = append(in.Take, field)
		}
	}
	for name := range r.Form() {
		pair, ok := strings.CutPrefix(name, "so-")
		first, second, both := strings.Cut(pair, "-")
		if !ok || !both {
			continue
		}
		loser := first
		if r.Value(name) == first {
			loser = second
		}
		if enrolment, err := id.Parse(loser); err == nil {
			in.GiveWay = append(in.GiveWay, enrolment)
		}
	}
	done, err := student.Merge(ctx, tx, r.Who, in)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.ApplyMerge(ctx, tx, r.Who, done.Changes, done.Same, "student.merge"); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(recordAddress(in.Kept) + "?xong=gop"), nil
}

// mergedSection names what became a part of the record, and leads to taking it back.
func mergedSection(ctx context.Context, tx *store.Tx, r *door.Request, pupil id.ID) (templ.Component, error) {
	merges, err := student.MergesOf(ctx, tx, r.Who.Realm, pupil)
	if err != nil || len(merges) == 0 {
		return templ.NopComponent, err
	}
	var items []ui.Item
	for _, m := range merges {
		item := ui.Item{Title: r.T("identity.merged_from", "name", m.Name), Text: m.MergedAt.Day().Vietnamese()}
		if m.State == "merged" {
			item.End = ui.Press(ui.Button{Label: r.T("identity.undo_merge"), URL: recordAddress(pupil) + "/tach/" + m.ID.String(), Icon: ui.IconUndo, Small: true})
		}
		items = append(items, item)
	}
	return frame.In(ui.Section("da-gop", r.T("identity.merged_records"), ""), ui.List(items...)), nil
}

func undoForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return undoFormAgain(ctx, tx, r, nil)
}

func undoFormAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	pupil, m, err := mergeOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	rec, err := student.RecordOf(ctx, tx, r.Who, pupil)
	if err != nil {
		return door.Answer{}, err
	}
	rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(pupil))
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Pupil(pupil), rule, "")
	stands, err := student.StandsInTheWay(ctx, tx, r.Who, m)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Pupils, r.T("identity.undo_merge"))
	c.Lead, c.Narrow = r.T("identity.undo_merge_text"), true
	c.Place = []ui.Crumb{{Label: rec.Person.Name, URL: recordAddress(pupil)}, {Label: r.T("identity.undo_merge")}}
	var mistakes []ui.Mistake
	for _, word := range stands {
		mistakes = append(mistakes, ui.Mistake{Text: r.T("identity.built-" + word)})
	}
	for _, f := range faults {
		if sentence := door.Sentence(r.Lang, f); !slices.ContainsFunc(mistakes, func(m ui.Mistake) bool { return m.Text == sentence }) {
			mistakes = append(mistakes, ui.Mistake{Text: sentence})
		}
	}
	parts := []templ.Component{ui.Faults(r.T("identity.undo_refused"), mistakes)}
	if len(stands) == 0 {
		parts = append(parts, frame.In(ui.Card(""), formOf(r, recordAddress(pupil)+"/tach/"+m.String(), nil, nil, nil,
			ui.Button{Label: r.T("identity.undo_merge"), Kind: ui.Danger, Icon: ui.IconUndo}, ui.Button{Label: r.T("pupils.cancel"), URL: recordAddress(pupil), Kind: ui.Quiet})))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// mergeOf finds a merge by the record in the address: one of another record is unknown there.
func mergeOf(ctx context.Context, tx *store.Tx, r *door.Request) (pupil, merge id.ID, err error) {
	if pupil, err = r.ID("pupil"); err != nil {
		return 0, 0, err
	}
	if merge, err = r.ID("merge"); err != nil {
		return 0, 0, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ChangePupils, access.Pupil(pupil)); err != nil {
		return 0, 0, err
	}
	merges, err := student.MergesOf(ctx, tx, r.Who.Realm, pupil)
	if err == nil && !slices.ContainsFunc(merges, func(m student.MergeDone) bool { return m.ID == merge }) {
		err = fault.New(fault.NotFound, "identity.no-merge", nil)
	}
	return pupil, merge, err
}

func undoMerge(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, merge, err := mergeOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	done, err := student.UndoMerge(ctx, tx, r.Who, merge)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.ApplyMerge(ctx, tx, r.Who, done.Changes, done.Same, "student.merge-undo"); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(recordAddress(pupil) + "?xong=tach"), nil
}

package student

import (
	"context"
	"strconv"

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
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// act is one verb on a child's record: a page with a form, and what it does.
type act struct {
	path   string // of the address and of the words
	action access.Action
	icon   ui.Icon
	hidden bool // not among the buttons of the record
	fits   func(student.Record, day.Day) bool
	fields func(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]ui.Field, error)
	do     func(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error)
}

func enrolled(rec student.Record, _ day.Day) bool {
	return len(rec.Spells) > 0 && rec.Spells[len(rec.Spells)-1].Exit == student.ExitNone
}

func lastIs(exits ...string) func(student.Record, day.Day) bool {
	return func(rec student.Record, _ day.Day) bool {
		if len(rec.Spells) == 0 {
			return false
		}
		for _, e := range exits {
			if rec.Spells[len(rec.Spells)-1].Exit == e {
				return true
			}
		}
		return false
	}
}

func unconfirmed(exits ...string) func(student.Record, day.Day) bool {
	is := lastIs(exits...)
	return func(rec student.Record, today day.Day) bool {
		return is(rec, today) && rec.Spells[len(rec.Spells)-1].ExitState == student.Unconfirmed
	}
}

func always(student.Record, day.Day) bool { return true }

// acts are all verbs; the order is that of the buttons.
var acts = []act{
	{path: "xin-nghi", action: access.RecordLeave, icon: ui.IconLetter, fits: enrolled, fields: leaveFields, do: recordLeave},
	{path: "sua", action: access.ChangePupils, icon: ui.IconPencil, fits: always, fields: changeFields, do: change},
	{path: "xep-lop", action: access.ChangePupils, icon: ui.IconSchool, fits: enrolled, fields: moveFields, do: move},
	{path: "chuyen-truong", action: access.ChangePupils, icon: ui.IconRight, fits: enrolled, fields: offerFields, do: offer},
	{path: "rut-de-nghi", action: access.ChangePupils, icon: ui.IconUndo, fits: unconfirmed(student.ExitTransfer), fields: refuseFields, do: refuse},
	{path: "thoi-hoc", action: access.ChangePupils, icon: ui.IconExit, fits: enrolled, fields: exitFields, do: leave},
	{path: "xac-nhan", action: access.ChangePupils, icon: ui.IconCheck, fits: unconfirmed(student.ExitTransfer, student.ExitVocational, student.ExitMoved), fields: confirmFields, do: confirm},
	{path: "tro-lai", action: access.ChangePupils, icon: ui.IconUndo, fits: lastIs(student.ExitDropout, student.ExitVocational, student.ExitMoved, student.ExitTransfer, student.ExitOther), fields: enterFields(false), do: comeBack},
	{path: "vao-hoc", action: access.ChangePupils, icon: ui.IconPlus, fits: lastIs(student.ExitYearEnd), fields: enterFields(true), do: enrol},
	{path: "sua-qua-trinh", action: access.ChangePupils, icon: ui.IconPencil, fits: func(rec student.Record, _ day.Day) bool { return len(rec.Spells) > 0 }, fields: correctFields, do: correct},
	{path: "yeu-cau", action: access.AnswerGuardian, icon: ui.IconPerson, fits: always, fields: requestFields, do: request},
	{path: "tra-loi", action: access.AnswerGuardian, icon: ui.IconSend, hidden: true, fits: always, fields: answerFields, do: answer},
}

func (a act) form(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return a.again(ctx, tx, r, nil)
}

// again draws the form, with what was typed and what was wrong in it.
func (a act) again(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	rec, err := a.open(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	fields, err := a.fields(ctx, tx, r, rec)
	if err != nil {
		return door.Answer{}, err
	}
	for i, f := range fields {
		if r.HTTP.Method == "POST" && f.Kind != "hidden" {
			fields[i].Value = r.Value(f.Name)
		}
		fields[i].Error = door.FieldError(r, faults, f.Name)
	}
	c := frame.Chrome(r, frame.Pupils, r.T("pupils.act-"+a.path))
	c.Lead = r.T("pupils.lead-"+a.path, "name", rec.Person.Name)
	c.Narrow = true
	c.Place = []ui.Crumb{{Label: rec.Person.Name, URL: recordAddress(rec.Pupil)}, {Label: r.T("pupils.act-" + a.path)}}
	send := ui.Button{Label: r.T("pupils.send"), Kind: ui.Primary}
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""),
		formOf(r, recordAddress(rec.Pupil)+"/"+a.path, faults, fields, []ui.Pair{{Name: "version", Value: strconv.Itoa(rec.Version)}},
			send, ui.Button{Label: r.T("pupils.cancel"), URL: recordAddress(rec.Pupil), Kind: ui.Quiet})))), nil
}

// formOf draws fields one under the other, short ones of dates side by side.
func formOf(r *door.Request, action string, faults fault.List, fields []ui.Field, hidden []ui.Pair, buttons ...ui.Button) templ.Component {
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Name] = true
	}
	mistakes := ui.Mistakes(fields...)
	for _, f := range faults {
		if !known[f.Field] {
			mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
		}
	}
	parts := []templ.Component{ui.Faults("", mistakes), ui.Hidden(hidden...)}
	for _, f := range fields {
		switch {
		case f.Kind == "hidden":
			parts = append(parts, ui.Hidden(ui.Pair{Name: f.Name, Value: f.Value}))
		case f.Kind == "area":
			parts = append(parts, ui.TextArea(f))
		case f.Kind == "radio":
			parts = append(parts, ui.Radios(f))
		case len(f.Options) > 0:
			parts = append(parts, ui.Select(f))
		default:
			parts = append(parts, ui.Input(f))
		}
	}
	return frame.Form(action, false, append(parts, ui.Actions(buttons...))...)
}

// open asks for the right to the act, and reads the record. The form names the child: a look.
func (a act) open(ctx context.Context, tx *store.Tx, r *door.Request) (student.Record, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return student.Record{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, a.action, access.Pupil(pupil)); err != nil {
		return student.Record{}, err
	}
	rec, err := student.RecordOf(ctx, tx, r.Who, pupil)
	if err != nil {
		return rec, err
	}
	rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(pupil))
	r.Look(access.Pupil(pupil), rule, "")
	return rec, err
}

// post does the act and hands the class days it reached back over to rollcall.
func (a act) post(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	rec, err := a.open(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if version, err := strconv.Atoi(r.Value("version")); err == nil {
		rec.Version = version // as the person saw it
	}
	changes, err := a.do(ctx, tx, r, rec)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.ApplyEnrolments(ctx, tx, r.Who, changes, "student."+a.path); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(recordAddress(rec.Pupil) + "?xong=" + a.path), nil
}

func dateField(r *door.Request, name, word string, value day.Day) ui.Field {
	return ui.Field{Name: name, Label: r.T("pupils." + word), Kind: "date", Value: value.String(), Class: "input-short"}
}

// classOptions are the classes of a school in a year that are open on a day.
func classOptions(ctx context.Context, tx *store.Tx, r *door.Request, school id.ID, on day.Day) ([]ui.Option, error) {
	classes, err := org.Classes(ctx, tx, r.Who, school, on.SchoolYear())
	options := []ui.Option{{Value: "", Label: r.T("pupils.choose_class")}}
	for _, c := range classes {
		if c.Until > on {
			label := c.Name
			if c.Combined() {
				label += " (" + r.T("pupils.combined", "grades", c.Grades) + ")"
			}
			options = append(options, ui.Option{Value: c.ID.String(), Label: label, Group: r.T("pupils.level-" + c.Level)})
		}
	}
	return options, err
}

func lastSchool(rec student.Record) id.ID {
	if len(rec.Spells) == 0 {
		return 0
	}
	return rec.Spells[len(rec.Spells)-1].School
}

func gradeField(r *door.Request, levels ...string) ui.Field {
	f := ui.Field{Name: "grade", Label: r.T("pupils.grade"), Optional: true, Help: r.T("pupils.grade_help"), Options: []ui.Option{{Value: "", Label: r.T("pupils.grade_of_class")}}}
	for _, level := range levels {
		for _, g := range org.Grades(level) {
			f.Options = append(f.Options, ui.Option{Value: g, Label: frame.Grade(r, g)})
		}
	}
	return f
}

func reasonOptions(r *door.Request) []ui.Option {
	options := []ui.Option{{Value: "", Label: r.T("pupils.reason_unknown")}}
	for _, reason := range rollcall.Reasons {
		if !reason.Offered() {
			continue
		}
		options = append(options, ui.Option{Value: reason.Code, Label: r.T("rollcall.reason-" + reason.Code)})
	}
	return options
}

func leaveFields(_ context.Context, _ *store.Tx, r *door.Request, _ student.Record) ([]ui.Field, error) {
	sessions := []ui.Option{{Value: "whole-day", Label: r.T("calendar.session.whole-day")}}
	for _, s := range calendar.Sessions {
		sessions = append(sessions, ui.Option{Value: s.Code(), Label: r.T("calendar.session." + s.Code())})
	}
	return []ui.Field{dateField(r, "days", "from_day", r.Today+1), dateField(r, "last", "last_day", r.Today+1),
		{Name: "session", Label: r.T("pupils.session"), Options: sessions, Value: "whole-day"},
		{Name: "reason", Label: r.T("pupils.reason"), Options: reasonOptions(r), Optional: true},
		{Name: "note", Label: r.T("pupils.note"), Optional: true}}, nil
}

func recordLeave(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	from, err := r.Day("days", 0)
	if err != nil {
		return nil, err
	}
	last, err := r.Day("last", from)
	if err != nil {
		return nil, err
	}
	session, ok := calendar.ParseSession(r.Value("session"))
	if !ok {
		return nil, fault.New(fault.Invalid, "rollcall.bad-session", nil).On("session")
	}
	_, err = rollcall.RecordLeave(ctx, tx, r.Who, rollcall.Leave{Pupil: rec.Pupil, Days: day.Through(from, last), Session: session, Reason: r.Value("reason"), Note: r.Value("note")})
	return nil, err
}

func requestFields(_ context.Context, _ *store.Tx, r *door.Request, _ student.Record) ([]ui.Field, error) {
	f := ui.Field{Name: "kind", Label: r.T("pupils.request_kind"), Kind: "radio", Value: "see"}
	for _, k := range student.RequestKinds {
		f.Options = append(f.Options, ui.Option{Value: k, Label: r.T("pupils.request-" + k)})
	}
	return []ui.Field{f, {Name: "body", Label: r.T("pupils.request_body"), Kind: "area"}}, nil
}

func request(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	_, err := student.ReceiveRequest(ctx, tx, r.Who, rec.Pupil, r.Value("kind"), r.Value("body"))
	return nil, err
}

func answerFields(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]ui.Field, error) {
	wanted, err := r.ID("request")
	if err != nil {
		return nil, err
	}
	all, err := student.RequestsOf(ctx, tx, r.Who.Realm, rec.Pupil)
	if err != nil {
		return nil, err
	}
	for _, q := range all {
		if q.ID == wanted {
			return []ui.Field{{Name: "request", Kind: "hidden", Value: wanted.String()},
				{Name: "state", Label: r.T("pupils.request_outcome"), Kind: "radio", Help: r.T("pupils.request-"+q.Kind) + ": " + q.Body, Value: student.RequestDone, Options: []ui.Option{
					{Value: student.RequestDone, Label: r.T("pupils.request_state-done")}, {Value: student.RequestRefused, Label: r.T("pupils.request_state-refused")}}},
				{Name: "answer", Label: r.T("pupils.request_answer"), Kind: "area"}}, nil
		}
	}
	return nil, fault.New(fault.NotFound, "student.no-request", nil)
}

func answer(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	wanted, err := r.ID("request")
	if err != nil {
		return nil, err
	}
	return nil, student.AnswerRequest(ctx, tx, r.Who, rec.Pupil, wanted, r.Value("state"), r.Value("answer"))
}

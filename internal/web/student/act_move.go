package student

import (
	"context"

	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func moveFields(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]ui.Field, error) {
	options, err := classOptions(ctx, tx, r, lastSchool(rec), r.Today)
	return []ui.Field{{Name: "class", Label: r.T("pupils.new_class"), Options: options}, dateField(r, "from", "first_there", r.Today)}, err
}

// classAndDay reads the two fields that most acts have.
func classAndDay(r *door.Request) (class id.ID, from day.Day, err error) {
	if r.Value("class") == "" {
		return 0, 0, fault.New(fault.Invalid, "pupils.class_missing", nil).On("class")
	}
	if class, err = r.ID("class"); err != nil {
		return 0, 0, err
	}
	from, err = r.Day("from", r.Today)
	return class, from, err
}

func move(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	class, from, err := classAndDay(r)
	if err != nil {
		return nil, err
	}
	done, err := student.MoveClass(ctx, tx, r.Who, student.MoveClassIn{Pupil: rec.Pupil, Version: rec.Version, Class: class, From: from})
	return done.Changes, err
}

func schoolOptions(ctx context.Context, tx *store.Tx, r *door.Request, except id.ID) ([]ui.Option, error) {
	schools, err := org.Schools(ctx, tx, r.Who, r.Today)
	options := []ui.Option{{Value: "0", Label: r.T("pupils.outside_realm")}}
	for _, s := range schools {
		if s.ID != except {
			options = append(options, ui.Option{Value: s.ID.String(), Label: s.Name})
		}
	}
	return options, err
}

func offerFields(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]ui.Field, error) {
	options, err := schoolOptions(ctx, tx, r, lastSchool(rec))
	return []ui.Field{{Name: "to", Label: r.T("pupils.to_school"), Options: options, Help: r.T("pupils.to_school_help")}, dateField(r, "from", "first_away", r.Today),
		{Name: "reason", Label: r.T("pupils.reason"), Optional: true}}, err
}

func offer(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	in := student.OfferIn{Pupil: rec.Pupil, Version: rec.Version, Reason: r.Value("reason")}
	var err error
	if r.Value("to") != "0" {
		if in.To, err = r.ID("to"); err != nil {
			return nil, err
		}
	}
	if in.On, err = r.Day("from", r.Today); err != nil {
		return nil, err
	}
	done, err := student.Offer(ctx, tx, r.Who, in)
	return done.Changes, err
}

func refuseFields(_ context.Context, _ *store.Tx, r *door.Request, _ student.Record) ([]ui.Field, error) {
	return []ui.Field{{Name: "reason", Label: r.T("pupils.reason"), Optional: true}}, nil
}

func refuse(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	done, err := student.Refuse(ctx, tx, r.Who, student.RefuseIn{Pupil: rec.Pupil, Version: rec.Version, Reason: r.Value("reason")})
	return done.Changes, err
}

func exitFields(_ context.Context, _ *store.Tx, r *door.Request, _ student.Record) ([]ui.Field, error) {
	kinds := ui.Field{Name: "kind", Label: r.T("pupils.exit_kind"), Kind: "radio", Value: student.ExitDropout}
	for _, k := range []string{student.ExitDropout, student.ExitVocational, student.ExitMoved, student.ExitDied, student.ExitOther} {
		kinds.Options = append(kinds.Options, ui.Option{Value: k, Label: r.T("pupils.exit-" + k), Help: r.T("pupils.exit_help-" + k)})
	}
	return []ui.Field{kinds, dateField(r, "from", "first_away", r.Today),
		{Name: "reason", Label: r.T("pupils.cause"), Options: reasonOptions(r), Optional: true},
		{Name: "paper", Label: r.T("pupils.paper"), Optional: true, Help: r.T("pupils.paper_help")}}, nil
}

func leave(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	on, err := r.Day("from", r.Today)
	if err != nil {
		return nil, err
	}
	done, err := student.Leave(ctx, tx, r.Who, student.LeaveIn{Pupil: rec.Pupil, Version: rec.Version, Kind: r.Value("kind"), On: on, Reason: r.Value("reason"), Paper: r.Value("paper")})
	return done.Changes, err
}

func confirmFields(_ context.Context, _ *store.Tx, r *door.Request, _ student.Record) ([]ui.Field, error) {
	return []ui.Field{{Name: "paper", Label: r.T("pupils.paper"), Help: r.T("pupils.paper_help")}}, nil
}

func confirm(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	last, _ := standing(rec, r.Today)
	done, err := student.Confirm(ctx, tx, r.Who, student.ConfirmIn{Pupil: rec.Pupil, Version: rec.Version, Enrolment: last.Enrolment, Paper: r.Value("paper")})
	return done.Changes, err
}

func enterFields(opening bool) func(context.Context, *store.Tx, *door.Request, student.Record) ([]ui.Field, error) {
	return func(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]ui.Field, error) {
		options, err := classOptions(ctx, tx, r, lastSchool(rec), r.Today)
		fields := []ui.Field{{Name: "class", Label: r.T("pupils.class_head"), Options: options}, gradeField(r, levelsOf(rec)...), dateField(r, "from", "first_there", r.Today)}
		if opening {
			entry := ui.Field{Name: "entry", Label: r.T("pupils.entered"), Value: student.EntryOpening}
			for _, e := range []string{student.EntryOpening, student.EntryEntrant, student.EntryRepeater, student.EntryOther} {
				entry.Options = append(entry.Options, ui.Option{Value: e, Label: r.T("pupils.entry-" + e)})
			}
			fields = append(fields, entry)
		}
		return fields, err
	}
}

// levelsOf are the levels that a child may be in next: hers and the one after.
func levelsOf(rec student.Record) []string {
	if len(rec.Spells) == 0 {
		return org.Levels[:4]
	}
	last := rec.Spells[len(rec.Spells)-1]
	levels := []string{last.Level}
	if next := org.LevelOfGrade(student.NextGrade(last.Grade)); next != "" && next != last.Level {
		levels = append(levels, next)
	}
	return levels
}

func comeBack(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	class, from, err := classAndDay(r)
	if err != nil {
		return nil, err
	}
	done, err := student.Return(ctx, tx, r.Who, student.ReturnIn{Pupil: rec.Pupil, Version: rec.Version, Class: class, Grade: r.Value("grade"), From: from})
	return done.Changes, err
}

func enrol(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	class, from, err := classAndDay(r)
	if err != nil {
		return nil, err
	}
	done, err := student.Enrol(ctx, tx, r.Who, student.EnrolIn{Pupil: rec.Pupil, Version: rec.Version, Class: class, Grade: r.Value("grade"), From: from, Entry: r.Value("entry")})
	return done.Changes, err
}

func correctFields(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]ui.Field, error) {
	last, _ := standing(rec, r.Today)
	options, err := schoolOptions(ctx, tx, r, last.School)
	if err != nil {
		return nil, err
	}
	option := func(kind string, values ...string) (all []ui.Option) {
		for _, v := range values {
			all = append(all, ui.Option{Value: v, Label: r.T("pupils." + kind + "-" + v)})
		}
		return all
	}
	until := ""
	if last.Period.Until != day.Forever {
		until = last.Period.Until.String()
	}
	grade := ui.Field{Name: "grade", Label: r.T("pupils.grade"), Value: last.Grade}
	for _, g := range org.Grades(last.Level) {
		grade.Options = append(grade.Options, ui.Option{Value: g, Label: frame.Grade(r, g)})
	}
	exits := append([]ui.Option{{Value: "", Label: r.T("pupils.still_here")}}, option("exit", student.ExitTransfer, student.ExitDropout, student.ExitVocational, student.ExitMoved, student.ExitDied, student.ExitYearEnd, student.ExitOther)...)
	states := append([]ui.Option{{Value: "", Label: r.T("pupils.still_here")}}, option("exit_state", student.Confirmed, student.Unconfirmed, student.CameBack)...)
	return []ui.Field{grade,
		dateField(r, "from", "first_there", last.Period.From),
		{Name: "entry", Label: r.T("pupils.entered"), Value: last.Entry, Options: option("entry", student.EntryOpening, student.EntryEntrant, student.EntryRepeater, student.EntryTransfer, student.EntryReturn, student.EntryOther)},
		{Name: "exit", Label: r.T("pupils.left"), Value: last.Exit, Options: exits, Optional: true},
		{Name: "until", Label: r.T("pupils.first_away"), Kind: "date", Value: until, Optional: true, Class: "input-short"},
		{Name: "exit_state", Label: r.T("pupils.confirmation"), Value: last.ExitState, Options: states, Optional: true},
		{Name: "reason", Label: r.T("pupils.cause"), Value: last.ExitReason, Options: reasonOptions(r), Optional: true},
		{Name: "to", Label: r.T("pupils.to_school"), Value: last.ToSchool.String(), Options: options, Optional: true},
		{Name: "paper", Label: r.T("pupils.paper"), Value: last.Paper, Optional: true},
		{Name: "why", Label: r.T("pupils.why"), Help: r.T("pupils.why_help")}}, nil
}

func correct(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) ([]student.ClassDays, error) {
	last, _ := standing(rec, r.Today)
	from, err := r.Day("from", last.Period.From)
	if err != nil {
		return nil, err
	}
	until, err := r.Day("until", day.Forever)
	if err != nil {
		return nil, err
	}
	in := student.CorrectIn{Pupil: rec.Pupil, Version: rec.Version, Enrolment: last.Enrolment, Grade: r.Value("grade"), Period: day.Range{From: from, Until: until}, Entry: r.Value("entry"),
		Exit: r.Value("exit"), ExitState: r.Value("exit_state"), ExitReason: r.Value("reason"), Paper: r.Value("paper"), Why: r.Value("why")}
	if r.Value("to") != "0" {
		if in.ToSchool, err = r.OptionalID("to"); err != nil {
			return nil, err
		}
	}
	done, err := student.Correct(ctx, tx, r.Who, in)
	return done.Changes, err
}

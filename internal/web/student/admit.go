package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func admitForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return admitAgain(ctx, tx, r, nil)
}

func admitAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ChangePupils, access.School(school)); err != nil {
		return door.Answer{}, err
	}
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	classes, err := classOptions(ctx, tx, r, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	entry := ui.Field{Name: "entry", Label: r.T("pupils.entered"), Value: student.EntryTransfer}
	for _, e := range []string{student.EntryTransfer, student.EntryEntrant, student.EntryOpening, student.EntryRepeater, student.EntryOther} {
		entry.Options = append(entry.Options, ui.Option{Value: e, Label: r.T("pupils.entry-" + e)})
	}
	places, err := placeFields(ctx, tx, r, school, 0, "", "")
	if err != nil {
		return door.Answer{}, err
	}
	fields := append(personFields(r, student.Person{}, false), guardianFields(r, nil)...)
	fields = append(append(fields, places...), ui.Field{Name: "class", Label: r.T("pupils.class_head"), Options: classes}, gradeField(r, levels(s)...), dateField(r, "from", "first_there", r.Today), entry)
	for i, f := range fields {
		if r.HTTP.Method == "POST" {
			fields[i].Value = r.Value(f.Name)
		}
		fields[i].Error = door.FieldError(r, faults, f.Name)
	}
	c := frame.Chrome(r, frame.Pupils, r.T("pupils.admit"))
	c.Place, c.Narrow, c.Lead = place, true, r.T("pupils.admit_lead")
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), formOf(r, frame.SchoolAddress(school)+"/hoc-sinh-moi", faults, fields, nil,
		ui.Button{Label: r.T("pupils.admit"), Kind: ui.Primary}, ui.Button{Label: r.T("pupils.cancel"), URL: frame.SchoolAddress(school) + "/hoc-sinh", Kind: ui.Quiet})))), nil
}

func levels(s org.School) (all []string) {
	for _, level := range org.Levels {
		if s.HasLevel(level) {
			all = append(all, level)
		}
	}
	return all
}

func admit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	class, from, err := classAndDay(r)
	if err != nil {
		return door.Answer{}, err
	}
	if c, err := org.ClassByID(ctx, tx, r.Who, class); err != nil {
		return door.Answer{}, err
	} else if c.School != school {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil).On("class")
	}
	p, err := personOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	in := student.AdmitIn{Person: p, Guardians: guardiansOf(r, nil), Boarding: r.Value("boarding"), Poverty: r.Value("poverty"), Class: class, Grade: r.Value("grade"), From: from, Entry: r.Value("entry")}
	if in.Residence, err = residenceOf(ctx, tx, r, from); err != nil {
		return door.Answer{}, err
	}
	pupil, done, err := student.Admit(ctx, tx, r.Who, in)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.ApplyEnrolments(ctx, tx, r.Who, done.Changes, "student.admit"); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(recordAddress(pupil) + "?xong=nhan"), nil
}

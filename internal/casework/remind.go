package casework

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

func auditPupil(ctx context.Context, tx *store.Tx, who access.Who, action string, pupil id.ID, rule string, detail any) error {
	return audit.Record(ctx, tx, who.Audit(action, access.Pupil(pupil), rule, detail))
}

// Remind is the commune's reminder to a school to look into absences and their causes
// (letter 610, point 1). It names no child. Faults: casework.why-missing, long-text, bad-day.
func Remind(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, body string, due day.Day) (id.ID, error) {
	rule, err := access.May(ctx, tx, who, access.RemindSchool, access.School(school))
	if err != nil {
		return 0, err
	}
	if body = viet.CleanText(body); body == "" {
		return 0, fault.New(fault.Invalid, "casework.why-missing", nil).On("body")
	}
	if err := shortEnough(body, "body"); err != nil {
		return 0, err
	}
	if due < tx.Today() || due > tx.Today()+60 {
		return 0, fault.New(fault.Invalid, "casework.bad-day", nil).On("due")
	}
	r := Reminder{ID: tx.NewID(), School: school, Body: body, Due: due}
	if _, err := tx.Exec(ctx, sqlInsertReminder, who.Realm, r.ID, school, body, due, who.Account, tx.Now(), "", 0, day.Instant(0)); err != nil {
		return 0, err
	}
	heads, err := access.Holders(ctx, tx, who.Realm, access.SchoolScope, []id.ID{school}, tx.Today(), access.Principal, access.SchoolClerk)
	if err != nil {
		return 0, err
	}
	var to []id.ID
	for _, h := range heads {
		to = append(to, h.Account)
	}
	if err := tellReminder(ctx, tx, who, r, "notice_reminder", to); err != nil {
		return 0, err
	}
	return r.ID, audit.Record(ctx, tx, who.Audit("school.remind", access.School(school), rule, map[string]any{"reminder": r.ID, "due": due}))
}

// AnswerReminder is the school's answer. Faults: casework.no-reminder, answer-missing,
// long-text, answered (Conflict).
func AnswerReminder(ctx context.Context, tx *store.Tx, who access.Who, reminder id.ID, answer string) error {
	r, err := store.One[Reminder](ctx, tx, sqlReminder, who.Realm, reminder)
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "casework.no-reminder", nil)
	} else if err != nil {
		return err
	}
	rule, err := access.May(ctx, tx, who, access.AnswerReminder, access.School(r.School))
	if err != nil {
		return err
	}
	if answer = viet.CleanText(answer); answer == "" {
		return fault.New(fault.Invalid, "casework.answer-missing", nil).On("answer")
	}
	if err := shortEnough(answer, "answer"); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlAnswerReminder, who.Realm, reminder, answer, who.Account, tx.Now())
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "casework.answered", nil)
	}
	if err := tellReminder(ctx, tx, who, r, "notice_reminded", []id.ID{r.Account}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("reminder.answer", access.School(r.School), rule, map[string]any{"reminder": reminder}))
}

// Reminders is the register of a school, or of the schools of a unit: the newest first. A
// school sees its own by the right to answer, a unit by the right to remind.
func Reminders(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource) ([]Reminder, error) {
	schools, err := remindedSchools(ctx, tx, who, at)
	if err != nil || len(schools) == 0 {
		return nil, err
	}
	return store.All[Reminder](ctx, tx, sqlReminders, who.Realm, store.In(schools))
}

func remindedSchools(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource) ([]id.ID, error) {
	if at.Kind == access.SchoolKind {
		_, err := access.May(ctx, tx, who, access.AnswerReminder, at)
		if fault.Is(err, fault.Forbidden) {
			_, err = access.May(ctx, tx, who, access.RemindSchool, at)
		}
		return []id.ID{at.ID}, err
	}
	if _, err := access.May(ctx, tx, who, access.RemindSchool, at); err != nil {
		return nil, err
	}
	return schoolsUnder(ctx, tx, who, at.ID)
}

// schoolsUnder are the schools that stand in or are managed by a unit today.
func schoolsUnder(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID) (all []id.ID, err error) {
	for _, relation := range []org.Relation{org.Located, org.Managed} {
		schools, err := org.SchoolsUnder(ctx, tx, who, unit, tx.Today(), relation)
		if err != nil {
			return nil, err
		}
		for _, s := range schools {
			if !slices.Contains(all, s.ID) {
				all = append(all, s.ID)
			}
		}
	}
	return all, nil
}

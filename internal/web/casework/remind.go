package casework

import (
	"context"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/casework"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func remindersOfUnit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	at, base, err := unitOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return reminders(ctx, tx, r, at, base, nil)
}

func remindersOfSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return remindAgain(ctx, tx, r, nil)
}

func remindAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	at, base, err := schoolOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return reminders(ctx, tx, r, at, base, faults)
}

func reminders(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource, base string, faults fault.List) (door.Answer, error) {
	all, err := casework.Reminders(ctx, tx, r.Who, at)
	if err != nil {
		return door.Answer{}, err
	}
	place, err := placeOf(ctx, tx, r, at)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.reminders"))
	c.Lead, c.Place = r.T("casework_page.reminders_lead"), place
	done(r, &c)
	parts := []templ.Component{tabs(r, base, "reminders", mayLane(r, at), true)}
	may := func(action access.Action) (bool, error) {
		_, err := access.May(ctx, tx, r.Who, action, at)
		if fault.Is(err, fault.Forbidden) {
			return false, nil
		}
		return err == nil, err
	}
	school := at.Kind == access.SchoolKind
	mayRemind, err := may(access.RemindSchool)
	if err != nil {
		return door.Answer{}, err
	}
	mayAnswer := false
	if school {
		if mayAnswer, err = may(access.AnswerReminder); err != nil {
			return door.Answer{}, err
		}
		if mayRemind {
			parts = append(parts, section("nhac", r.T("casework_page.remind"), r.T("casework_page.remind_note"), remindForm(r, base, faults)))
		}
	}
	accounts, names, err := namesOf(ctx, tx, r, all)
	if err != nil {
		return door.Answer{}, err
	}
	var events []ui.Event
	for _, m := range all {
		e := ui.Event{When: m.MadeAt.Day().Vietnamese(), Stamp: m.MadeAt.String(), Who: accounts[m.Account], Title: r.T("casework_page.reminder_title", "school", names[m.School], "due", dayOf(m.Due)), Tone: ui.Amber}
		body := []templ.Component{frame.Words(m.Body)}
		switch {
		case !m.Open():
			e.Tone = ui.Green
			body = append(body, frame.Words(r.T("casework_page.answered", "day", m.AnsweredAt.Day().Vietnamese())+": "+m.Answer))
		case m.Due < r.Today:
			e.Tone = ui.Red
			body = append(body, ui.Badge{Label: r.T("casework_page.late_since", "day", dayOf(m.Due)), Tone: ui.Red, Icon: ui.IconWarning}.Draw())
		}
		if m.Open() && mayAnswer {
			body = append(body, answerForm(r, base, m, faults))
		} else if m.Open() && !school {
			body = append(body, ui.Link("/truong/"+m.School.String()+"/nhac", r.T("casework_page.to_school")))
		}
		e.Body = templ.Join(body...)
		events = append(events, e)
	}
	if len(events) == 0 {
		parts = append(parts, ui.Empty{Icon: ui.IconLetter, Title: r.T("casework_page.none_reminders"), Text: r.T("casework_page.none_reminders_text")}.Draw())
	} else {
		parts = append(parts, section("so", r.T("casework_page.register"), "", ui.Timeline(events...)))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func namesOf(ctx context.Context, tx *store.Tx, r *door.Request, all []casework.Reminder) (accounts, schools map[id.ID]string, err error) {
	var people []id.ID
	schools = map[id.ID]string{}
	for _, m := range all {
		people = append(people, m.Account)
		if schools[m.School] == "" {
			s, err := frame.SchoolAsOf(ctx, tx, r.Who, m.School, r.Today)
			if err != nil {
				return nil, nil, err
			}
			schools[m.School] = s.Name
		}
	}
	accounts, err = account.Names(ctx, tx, r.Who.Realm, people)
	return accounts, schools, err
}

func remindForm(r *door.Request, base string, faults fault.List) templ.Component {
	body := ui.Field{Name: "body", Label: r.T("casework_page.field-remind"), Value: r.Value("body"), Rows: "3", Help: r.T("casework_page.help-remind"), Error: first(r, faults, "body", "reason", "why")}
	due := ui.Field{Name: "due", Label: r.T("casework_page.field-remind-due"), Kind: "date", Value: r.Value("due"), Error: door.FieldError(r, faults, "due")}
	if due.Value == "" {
		due.Value = (r.Today + 3).String()
	}
	return frame.Form(base+"/nhac", false, ui.Faults("", ui.Mistakes(body, due)), ui.TextArea(body), ui.Input(due), ui.Actions(ui.Button{Label: r.T("casework_page.remind_go"), Kind: ui.Primary, Icon: ui.IconSend}))
}

func answerForm(r *door.Request, base string, m casework.Reminder, faults fault.List) templ.Component {
	f := ui.Field{Name: "answer-" + m.ID.String(), Label: r.T("casework_page.field-answer"), Value: r.Value("answer-" + m.ID.String()), Rows: "3"}
	if r.Value("reminder") == m.ID.String() {
		f.Error = first(r, faults, "answer", "")
	}
	return frame.Form(base+"/tra-loi-nhac", false, ui.Hidden(ui.Pair{Name: "reminder", Value: m.ID.String()}), ui.TextArea(f), ui.Actions(ui.Button{Label: r.T("casework_page.keep_answer"), Kind: ui.Primary}))
}

// first is the first sentence about any of these fields.
func first(r *door.Request, faults fault.List, fields ...string) string {
	for _, f := range fields {
		if s := door.FieldError(r, faults, f); s != "" {
			return s
		}
	}
	return ""
}

func remind(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	at, base, err := schoolOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	due, err := r.Day("due", r.Today+3)
	if err != nil {
		return door.Answer{}, err
	}
	_, err = casework.Remind(ctx, tx, r.Who, at.ID, r.Value("body"), due)
	return door.SeeOther(base + "/nhac?xong=nhac"), err
}

func answerReminder(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	at, base, err := schoolOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.AnswerReminder, at); err != nil {
		return door.Answer{}, err
	}
	reminder, err := r.ID("reminder")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(base + "/nhac?xong=tra-loi"), casework.AnswerReminder(ctx, tx, r.Who, reminder, r.Value("answer-"+reminder.String()))
}

// referredCard is a case as a named person of another body sees it.
func referredCard(r *door.Request, f casework.ReferredCase) templ.Component {
	name := "answer-" + f.Referral.String()
	return card(f.Name, ui.Facts(labelled(r, "born", orNothing(dayOf(f.Born))), labelled(r, "head-village", orNothing(f.Village)), labelled(r, "reason", ui.Text(f.Reason)), labelled(r, "seen_until", ui.Text(dayOf(f.Until-1)))),
		frame.Form(MineAddress+"/tra-loi", false, ui.Hidden(ui.Pair{Name: "referral", Value: f.Referral.String()}), ui.TextArea(ui.Field{Name: name, Label: r.T("casework_page.answer"), Rows: "2"}), ui.Actions(ui.Button{Label: r.T("casework_page.keep_answer"), Kind: ui.Primary})))
}

func answerReferred(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	referral, err := r.ID("referral")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(MineAddress + "?xong=tra-loi"), casework.Answer(ctx, tx, r.Who, referral, r.Value("answer-"+referral.String()))
}

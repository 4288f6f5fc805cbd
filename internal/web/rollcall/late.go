package rollcall

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/ui"
)

// lateView is one roll call that came after the lock, with the principal's answer to it.
type lateView struct {
	Title, By, Summary string
	Lines              []string
	Address            string // "" when the caller may not answer, or it is answered
	Sheet              string
	Act                string
	Why                string // typed, when the form comes back
	Error              string
	Answer             string // what was said to it
}

func lateList(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return drawLate(ctx, tx, r, nil)
}

// drawLate lists the acts of a school that came after the lock.
func drawLate(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	l, err := readListed(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	acts, total, rule, err := rollcall.WaitingActs(ctx, tx, r.Who, l.Listing)
	if err != nil {
		return door.Answer{}, err
	}
	if len(acts) > 0 {
		r.Look(access.School(l.Listing.School), rule, "waiting")
	}
	c, bar, err := l.chrome(ctx, tx, r, "cho-nhan", r.T("roll.late-acts"), r.T("roll.late-acts-lead"))
	if err != nil {
		return door.Answer{}, err
	}
	answers, err := may(ctx, tx, r, access.UnlockRoll, access.School(l.Listing.School))
	if err != nil {
		return door.Answer{}, err
	}
	people, pupils := newPeople(ctx, tx, r), rollNames{ctx: ctx, tx: tx, r: r}
	var views []lateView
	for _, act := range acts {
		v, err := lateOf(r, l, act, people, &pupils)
		if err != nil {
			return door.Answer{}, err
		}
		if answers && act.State == rollcall.WaitingOpen {
			v.Address = l.address("cho-nhan")
		}
		if r.Value("luot") == v.Act {
			v.Why = r.Value("ly_do")
			for _, f := range faults {
				v.Error = strings.TrimSpace(v.Error + " " + door.Sentence(r.Lang, f))
			}
		}
		views = append(views, v)
	}
	empty := ui.Empty{Icon: ui.IconClock, Title: r.T("roll.late-acts-none"), Text: r.T("roll.late-acts-none-text")}
	foot := l.pager(r, "cho-nhan", len(acts), total)
	if foot == nil {
		foot = templ.NopComponent
	}
	if len(faults) > 0 {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Red, Text: door.Sentence(r.Lang, faults[0])})
	}
	return door.Page(latePage(c, bar, views, empty, foot)), nil
}

func lateOf(r *door.Request, l listed, act rollcall.WaitingAct, people *people, pupils *rollNames) (v lateView, err error) {
	marks, err := act.Marks()
	if err != nil {
		return v, err
	}
	by, err := people.name(act.Account)
	if err != nil {
		return v, err
	}
	v = lateView{Title: r.T("roll.conflict-of-class", "class", l.className(act.Class), "when", when(r, act.Day, act.Session)), Act: hex.EncodeToString(act.Act),
		Sheet: sheetAddress(act.Class, act.Day, act.Session)}
	v.By = by + ", " + takenWords(r, act.TakenAt, act.ReceivedAt, act.ClockOff) + " · " + r.T("roll.late-received", "clock", act.ReceivedAt.Clock(), "day", act.ReceivedAt.Day().Vietnamese())
	if act.Device != "" {
		v.By += " · " + r.T("roll.conflict-device", "device", deviceWords(act.Device))
	}
	kinds := map[rollcall.Kind]int{}
	for _, m := range marks {
		kinds[m.Kind]++
		name, err := pupils.name(act.Class, act.Day, m.Pupil)
		if err != nil {
			return v, err
		}
		v.Lines = append(v.Lines, name+": "+markWords(r, m))
	}
	absent := kinds[rollcall.Unknown] + kinds[rollcall.Excused] + kinds[rollcall.Unexcused]
	switch {
	case act.Said == rollcall.NoClass:
		v.Summary = r.T("rollcall.state-no-class") + ": " + act.Reason
	case len(marks) == 0:
		v.Summary = r.T("roll.history-all")
	default:
		v.Summary = r.T("roll.history-counts", "absent", absent, "unknown", kinds[rollcall.Unknown], "excused", kinds[rollcall.Excused], "unexcused", kinds[rollcall.Unexcused], "late", kinds[rollcall.Late])
	}
	if act.State == rollcall.WaitingOpen {
		return v, nil
	}
	if by, err = people.name(act.DecidedBy); err != nil {
		return v, err
	}
	key := "roll.late-accepted"
	if act.State == rollcall.WaitingRefused {
		key = "roll.late-refused"
	}
	v.Answer = r.T(key, "name", by, "clock", act.DecidedAt.Clock(), "day", act.DecidedAt.Day().Vietnamese(), "why", act.Decision)
	return v, nil
}

func exportLate(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	l, err := readListed(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	l.Limit = 0
	acts, _, rule, err := rollcall.WaitingActs(ctx, tx, r.Who, l.Listing)
	if err != nil {
		return door.Answer{}, err
	}
	people, pupils := newPeople(ctx, tx, r), rollNames{ctx: ctx, tx: tx, r: r}
	var lines [][]string
	for _, act := range acts {
		v, err := lateOf(r, l, act, people, &pupils)
		if err != nil {
			return door.Answer{}, err
		}
		lines = append(lines, []string{l.className(act.Class), when(r, act.Day, act.Session), v.By, v.Summary, v.Answer})
	}
	return exportLines(r, "waiting", "cho-nhan", l, rule, r.T("roll.late-acts"), []string{"roll.class", "roll.dispute-session", "roll.late-by", "roll.late-what", "roll.late-answer"}, lines)
}

// answerLate is the principal's yes or no.
func answerLate(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.UnlockRoll, access.School(school)); err != nil {
		return door.Answer{}, err
	}
	act, err := parseAct(r.Value("luot"))
	if err != nil {
		return door.Answer{}, err
	}
	if r.Value("viec") == "nhan" {
		_, err = rollcall.AcceptWaiting(ctx, tx, r.Who, act, r.Value("ly_do"))
	} else {
		err = rollcall.RefuseWaiting(ctx, tx, r.Who, act, r.Value("ly_do"))
	}
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther("/truong/" + school.String() + "/cho-nhan"), nil
}

// undecided says on a school's day what waits for a person.
func undecided(ctx context.Context, tx *store.Tx, r *door.Request, school id.ID) (notices []ui.Notice, err error) {
	n, err := rollcall.CountUndecided(ctx, tx, r.Who, school)
	if err != nil {
		return nil, err
	}
	if n.Conflicts > 0 {
		notices = append(notices, ui.Notice{Tone: ui.Amber, Text: r.T("roll.disputes-n", "n", n.Conflicts), Links: []ui.Choice{{Label: r.T("roll.disputes-open"), URL: "/truong/" + school.String() + "/khac-nhau"}}})
	}
	if n.Waiting > 0 {
		notices = append(notices, ui.Notice{Tone: ui.Amber, Text: r.T("roll.late-acts-n", "n", n.Waiting), Links: []ui.Choice{{Label: r.T("roll.late-acts-open"), URL: "/truong/" + school.String() + "/cho-nhan"}}})
	}
	return notices, nil
}

// lockAgain closes at once what is unlocked of a class.
func lockAgain(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	on, session, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	if err := rollcall.Lock(ctx, tx, r.Who, class); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(classAddress(class, "mo-khoa", on, session, "da", "2")), nil
}

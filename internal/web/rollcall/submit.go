package rollcall

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

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

// sentForm is a submission as it came, for giving the form back.
type sentForm struct {
	rollcall.Submission
	Act   string
	Error string
}

// decode reads the form of a sheet: fields m<pupil> hold the mark, r and n its reason and
// note; R and N are the same from a browser without a script.
func decode(r *door.Request) (s sentForm, err error) {
	if s.Class, err = r.ID("class"); err != nil {
		return s, err
	}
	if s.Day, s.Session, err = at(r); err != nil {
		return s, err
	}
	s.Act = r.Value("ma")
	if s.Submission.Act, err = parseAct(s.Act); err != nil {
		return s, err
	}
	s.Roll, s.BaseVersion = number(r, "ds"), number(r, "ban")
	s.State, s.Reason, s.Device = rollcall.Taken, r.Value("ly_do"), r.Session.Device
	if r.Value("nguon") == "giay" {
		s.Cause = rollcall.CausePaper
	}
	if ms, err := strconv.ParseInt(r.Value("luc"), 10, 64); err == nil && ms > 0 {
		s.TakenAt = day.Instant(ms * 1000)
	}
	if r.Value("trang_thai") == rollcall.NoClass.Code() {
		s.State = rollcall.NoClass
		return s, nil
	}
	form := r.Form()
	for name := range form {
		number, isMark := strings.CutPrefix(name, "m")
		pupil, err := id.Parse(number)
		if !isMark || err != nil {
			continue
		}
		code := form.Get(name)
		if code == "" || code == "present" {
			continue
		}
		kind, known := rollcall.ParseKind(code)
		if !known {
			return s, fault.New(fault.Invalid, "rollcall.bad-kind", fault.Args{"value": code}).On("marks")
		}
		m := rollcall.Mark{Pupil: pupil, Kind: kind, Reason: form.Get("r" + number), Note: form.Get("n" + number)}
		if form.Has("R"+number) || form.Has("N"+number) {
			m.Reason, m.Note = form.Get("R"+number), form.Get("N"+number)
		}
		s.Marks = append(s.Marks, m)
	}
	slices.SortFunc(s.Marks, func(a, b rollcall.Mark) int { return int(a.Pupil - b.Pupil) })
	return s, nil
}

// number is a hidden whole number; what is none is refused by the room.
func number(r *door.Request, name string) int {
	if r.Value(name) == "" {
		return 0
	}
	n, err := strconv.Atoi(r.Value(name))
	if err != nil {
		return -1
	}
	return n
}

// receipt is what the module reads.
type receipt struct {
	Version int    `json:"version"`
	Roll    int    `json:"roll"`
	Clock   string `json:"clock"`
	Words   string `json:"words"`            // "Đã nhận 7:13"
	Notice  string `json:"notice,omitempty"` // the class list has changed, marks were dropped
}

func submit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	s, err := decode(r)
	if err != nil {
		return door.Answer{}, err
	}
	send := rollcall.Submit
	if s.BaseVersion > 0 && s.Day < r.Today && s.State == rollcall.Taken && s.Cause == rollcall.CauseSubmitted {
		send = rollcall.Correct // an earlier day's sheet that stands: with a reason
	}
	kept, err := send(ctx, tx, r.Who, s.Submission)
	if err != nil {
		return door.Answer{}, err
	}
	if kept.Repeated {
		if err := sameAsKept(ctx, tx, r, s.Submission, kept); err != nil {
			return door.Answer{}, err
		}
	}
	if !asksJSON(r) {
		address := sheetAddress(s.Class, s.Day, s.Session)
		if len(kept.Dropped) > 0 {
			address = sheetAddress(s.Class, s.Day, s.Session, "roi", strconv.Itoa(len(kept.Dropped)))
		}
		return door.SeeOther(address), nil
	}
	answer := receipt{Version: kept.Version, Roll: kept.Roll, Clock: kept.ReceivedAt.Clock(), Words: receivedWords(r, kept.ReceivedAt, kept.Day, kept.EnteredLate)}
	switch {
	case len(kept.Dropped) > 0:
		answer.Notice = r.T("roll.dropped", "n", len(kept.Dropped))
	case s.Roll != 0 && kept.Roll != s.Roll:
		answer.Notice = r.T("roll.changed-list", "size", kept.Size)
	}
	return door.JSON(200, answer), nil
}

// sameAsKept guards against a browser that sends an old page again with other marks: the
// act is known, so its first receipt is given, but what is new in it must not be lost.
func sameAsKept(ctx context.Context, tx *store.Tx, r *door.Request, s rollcall.Submission, kept rollcall.Receipt) error {
	versions, _, err := rollcall.Versions(ctx, tx, r.Who, s.Class, s.Day, s.Session)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.Version != kept.Version {
			continue
		}
		before := slices.Concat(v.Marks, v.Dropped)
		slices.SortFunc(before, func(a, b rollcall.Mark) int { return int(a.Pupil - b.Pupil) })
		if v.State == s.State && slices.Equal(before, s.Marks) || v.State == rollcall.Void {
			return nil
		}
	}
	return fault.New(fault.Conflict, "rollcall.act-reused", nil).Because(&rollcall.Conflict{Sent: s.Marks})
}

func asksJSON(r *door.Request) bool {
	return strings.HasPrefix(r.HTTP.Header.Get("Accept"), "application/json")
}

// submitAgain gives the form back with what was sent; a conflict shows both sides.
func submitAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	if asksJSON(r) {
		// The module sends the same form as a page: then the reader sees what this is.
		return door.JSON(200, map[string]string{"code": faults[0].Code}), nil
	}
	s, err := decode(r)
	if err != nil {
		return door.Answer{}, err
	}
	screen, err := rollcall.Open(ctx, tx, r.Who, s.Class, s.Day, s.Session)
	if err != nil {
		return door.Answer{}, err
	}
	var two *rollcall.Conflict
	if screen.Sheet != nil && (errors.As(faults, &two) || faults[0].Code == "rollcall.act-reused") {
		return drawConflict(ctx, tx, r, screen, s)
	}
	for _, f := range faults {
		s.Error = strings.TrimSpace(s.Error + " " + door.Sentence(r.Lang, f))
	}
	return drawSheet(ctx, tx, r, screen, &s)
}

// conflictView is two versions of one session side by side.
type conflictView struct {
	Frame    ui.LightChrome
	Class    string
	Address  string
	Keep     string
	Hidden   []ui.Pair // everything that was sent, on the version that stands now
	Standing side
	Mine     side
	AskWhy   bool
}

type side struct {
	Title, By, Device, Summary string
	Lines                      []sideLine
}

type sideLine struct {
	Name, Words string
	Mark        string
	Differs     bool
}

func drawConflict(ctx context.Context, tx *store.Tx, r *door.Request, now rollcall.Screen, s sentForm) (door.Answer, error) {
	class, err := org.ClassByID(ctx, tx, r.Who, s.Class)
	if err != nil {
		return door.Answer{}, err
	}
	versions, rule, err := rollcall.Versions(ctx, tx, r.Who, s.Class, s.Day, s.Session)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Class(s.Class), rule, "conflict")
	author, err := newPeople(ctx, tx, r).name(now.Sheet.Account)
	if err != nil {
		return door.Answer{}, err
	}
	device := ""
	if len(versions) > 0 {
		device = versions[len(versions)-1].Device
	}
	v := conflictView{Class: class.Name, Address: "/lop/" + s.Class.String() + "/diem-danh", Keep: sheetAddress(s.Class, s.Day, s.Session), AskWhy: s.Day < r.Today}
	v.Frame = frame.Light(r, r.T("roll.conflict"), r.T("roll.conflict-of-class", "class", class.Name, "when", when(r, s.Day, s.Session)))
	v.Frame.Back = v.Keep
	v.Hidden = []ui.Pair{{Name: "ngay", Value: s.Day.String()}, {Name: "buoi", Value: strconv.Itoa(int(s.Session))}, {Name: "ds", Value: strconv.Itoa(s.Roll)},
		{Name: "ban", Value: strconv.Itoa(now.Sheet.Version)}, {Name: "luc", Value: r.Value("luc")}, {Name: "ma", Value: newAct(r.Now)}, {Name: "nguon", Value: r.Value("nguon")}}
	if s.State == rollcall.NoClass {
		v.Hidden = append(v.Hidden, ui.Pair{Name: "trang_thai", Value: s.State.Code()}, ui.Pair{Name: "ly_do", Value: s.Reason})
		v.AskWhy = false
	}
	for _, m := range s.Marks {
		p := m.Pupil.String()
		v.Hidden = append(v.Hidden, ui.Pair{Name: "m" + p, Value: m.Kind.Code()})
		if m.Reason != "" {
			v.Hidden = append(v.Hidden, ui.Pair{Name: "r" + p, Value: m.Reason})
		}
		if m.Note != "" {
			v.Hidden = append(v.Hidden, ui.Pair{Name: "n" + p, Value: m.Note})
		}
	}
	standing := side{Title: r.T("roll.conflict-standing"), By: r.T("roll.conflict-by", "name", author, "clock", now.Sheet.ReceivedAt.Clock(), "day", now.Sheet.ReceivedAt.Day().Vietnamese()), Device: device}
	mine := side{Title: r.T("roll.conflict-mine"), By: r.T("roll.conflict-by", "name", r.Account.Name, "clock", r.Now.Clock(), "day", r.Today.Vietnamese()), Device: r.Session.Device}
	v.Standing = fill(r, standing, now, now.Sheet.State, now.Reason, now.Marks, s.Marks)
	v.Mine = fill(r, mine, now, s.State, s.Reason, s.Marks, now.Marks)
	return door.PageWith(409, conflictPage(v)).With("Cache-Control", "no-store"), nil
}

// fill writes the exceptions of one side; what the other side has not alike is marked.
func fill(r *door.Request, out side, now rollcall.Screen, state rollcall.State, reason string, marks, other []rollcall.Mark) side {
	if state == rollcall.NoClass {
		out.Summary = r.T("rollcall.state-no-class") + ": " + reason
		return out
	}
	byID := names(now.Roll)
	absent, late := 0, 0
	for _, m := range marks {
		if m.Kind.Absent() {
			absent++
		} else {
			late++
		}
		name := byID[m.Pupil].Name
		if name == "" {
			name = r.T("roll.gone")
		}
		out.Lines = append(out.Lines, sideLine{name, markWords(r, m), m.Kind.Code(), !slices.Contains(other, m)})
	}
	for _, m := range other {
		if !slices.ContainsFunc(marks, func(o rollcall.Mark) bool { return o.Pupil == m.Pupil }) {
			out.Lines = append(out.Lines, sideLine{byID[m.Pupil].Name, r.T("roll.mark-present"), "present", true})
		}
	}
	out.Summary = countWords(r, now.Roll.Size, absent, late)
	return out
}

// resolve says what a "chưa rõ" of an earlier day was.
func resolve(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	pupil, err := r.ID("em")
	if err != nil {
		return door.Answer{}, err
	}
	day, err := r.Day("cho", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	session, _ := calendar.ParseSession(r.Value("cho_buoi"))
	kind, _ := rollcall.ParseKind(r.Value("loai"))
	act, err := parseAct(r.Value("ma"))
	if err != nil {
		return door.Answer{}, err
	}
	mark := rollcall.Mark{Pupil: pupil, Kind: kind}
	if _, err := rollcall.Resolve(ctx, tx, r.Who, rollcall.Resolution{Act: act, Class: class, Day: day, Session: session,
		Marks: []rollcall.Mark{mark}, TakenAt: r.Now, Device: r.Session.Device}); err != nil {
		return door.Answer{}, err
	}
	if asksJSON(r) {
		return door.JSON(200, map[string]string{"words": r.T("roll.resolved", "what", r.T("roll.mark-"+kind.Code()))}), nil
	}
	on, at, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("return"), sheetAddress(class, on, at))), nil
}

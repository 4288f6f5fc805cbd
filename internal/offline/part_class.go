package offline

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// classPart is a class whose roll the caller calls, as a phone keeps it: what seldom
// changes. With its days it is enough to call the roll of the days still open, of today
// and of the days to come without a network.
type classPart struct {
	ID         id.ID    `json:"id"`
	Name       string   `json:"name"`
	School     id.ID    `json:"school"`
	SchoolName string   `json:"school_name"`
	Substitute bool     `json:"substitute"`
	LateAfter  []string `json:"late_after"`
	Roll       rollPart `json:"roll"`
	Reasons    []string `json:"reasons"` // codes, the commonest of this class first
}

// daysPart is what changes every day of a class, in a part of its own: a morning's pull is
// a third as long. The phone puts the two together.
type daysPart struct {
	Lock    day.Day       `json:"lock"`    // the first day that is still open
	Horizon day.Day       `json:"horizon"` // the sessions of the days before this one are known
	Days    []dayPart     `json:"days"`
	Pinned  []runPart     `json:"pinned"`
	Waiting []waitingPart `json:"waiting"`
}

type rollPart struct {
	Number int         `json:"number"` // 0 while it is not stored: send it so
	Pupils []pupilPart `json:"pupils"`
}

type pupilPart struct {
	ID        id.ID          `json:"id"`
	Name      string         `json:"name"`
	Note      string         `json:"note"` // year of birth and village: tells namesakes apart
	Born      int            `json:"born"`
	Guardians []guardianPart `json:"guardians"`
}

type guardianPart struct {
	Relation string `json:"relation"` // father, mother, guardian
	Name     string `json:"name"`
	Phone    string `json:"phone"`
}

type dayPart struct {
	Day     day.Day    `json:"day"`
	Session int        `json:"session"` // 1 morning, 2 afternoon, 3 evening
	Main    bool       `json:"main"`
	Held    bool       `json:"held"`
	State   string     `json:"state"`   // not-taken, taken, no-class, void
	Version int        `json:"version"` // the base of what the phone sends next
	Reason  string     `json:"reason,omitempty"`
	Marks   []markPart `json:"marks"` // of the sheet
	Leave   []markPart `json:"leave"` // told in advance, while there is no sheet
}

type markPart struct {
	Pupil  id.ID  `json:"pupil"`
	Kind   string `json:"kind"` // unknown, excused, unexcused, late
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

type runPart struct {
	Pupil   id.ID   `json:"pupil"`
	Days    int     `json:"days"`
	Since   day.Day `json:"since"`
	Unknown int     `json:"unknown"`
	Excused int     `json:"excused"`
}

type waitingPart struct {
	Pupil   id.ID   `json:"pupil"`
	Day     day.Day `json:"day"`
	Session int     `json:"session"`
	Left    int     `json:"left"` // school days on which it may still be resolved
}

// aheadDays are the days to come whose sessions a phone knows.
const aheadDays = 14

// ownClasses are the classes whose roll the caller calls herself today: homeroom, substitute, duty.
func ownClasses(ctx context.Context, tx *store.Tx, who access.Who) ([]id.ID, error) {
	scope, err := access.ScopeOf(ctx, tx, who, access.TakeRoll)
	return scope.Classes, err
}

func partsOfClasses(ctx context.Context, tx *store.Tx, r *door.Request, _ device.Device) ([]Part, error) {
	classes, err := ownClasses(ctx, tx, r.Who)
	if err != nil {
		return nil, err
	}
	var list []Part
	for _, class := range classes {
		opened := opener(r, class)
		list = append(list, Part{Name: "class/" + class.String(), Look: access.Class(class),
			Make: func(ctx context.Context, tx *store.Tx) (any, error) { return makeClass(ctx, tx, r, class, opened) }})
		list = append(list, Part{Name: "days/" + class.String(), Look: access.Class(class),
			Make: func(ctx context.Context, tx *store.Tx) (any, error) { return makeDays(ctx, tx, r, class, opened) }})
		list = append(list, partToWatch(r, class, opened))
	}
	return list, nil
}

// openedScreen gives the roll call of a class today, opened once for all parts that are made of it.
type openedScreen func(ctx context.Context, tx *store.Tx) (rollcall.Screen, error)

func opener(r *door.Request, class id.ID) openedScreen {
	var screen *rollcall.Screen
	return func(ctx context.Context, tx *store.Tx) (rollcall.Screen, error) {
		if screen == nil {
			opened, err := rollcall.Open(ctx, tx, r.Who, class, r.Today, calendar.WholeDay)
			if err != nil {
				return opened, err
			}
			screen = &opened
		}
		return *screen, nil
	}
}

func makeClass(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID, opened openedScreen) (*classPart, error) {
	screen, err := opened(ctx, tx)
	if err != nil {
		return nil, err
	}
	class, err := org.ClassByID(ctx, tx, r.Who, of)
	if err != nil {
		return nil, err
	}
	school, err := org.SchoolOn(ctx, tx, r.Who, class.School, r.Today)
	if err != nil {
		return nil, err
	}
	settings, err := rollcall.ReadSettings(ctx, tx, r.Who.Realm)
	if err != nil {
		return nil, err
	}
	p := &classPart{ID: of, Name: class.Name, School: class.School, SchoolName: school.Name, Substitute: substitutes(r, of), Reasons: screen.Reasons}
	for _, late := range settings.LateAfter {
		p.LateAfter = append(p.LateAfter, late.String())
	}
	p.Roll, err = rollOf(ctx, tx, r, screen)
	return p, err
}

func makeDays(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID, opened openedScreen) (*daysPart, error) {
	screen, err := opened(ctx, tx)
	if err != nil {
		return nil, err
	}
	settings, err := rollcall.ReadSettings(ctx, tx, r.Who.Realm)
	if err != nil {
		return nil, err
	}
	p := &daysPart{Horizon: r.Today.Add(aheadDays + 1), Days: []dayPart{}, Pinned: []runPart{}, Waiting: []waitingPart{}}
	for _, run := range screen.Pinned {
		p.Pinned = append(p.Pinned, runPart{run.Pupil, run.Days, run.Since, run.Unknown, run.Excused})
	}
	for _, w := range screen.Waiting {
		p.Waiting = append(p.Waiting, waitingPart{w.Pupil, w.Day, int(w.Session), w.Left})
	}
	return p, p.sessions(ctx, tx, r, of, screen.Roll.Members, settings.LockDays)
}

func rollOf(ctx context.Context, tx *store.Tx, r *door.Request, screen rollcall.Screen) (rollPart, error) {
	roll := rollPart{Number: screen.Roll.Number, Pupils: []pupilPart{}}
	guardians := map[id.ID][]student.Guardian{}
	if _, err := access.May(ctx, tx, r.Who, access.SeeIdentifiers, access.Class(screen.Class)); err == nil {
		pupils := make([]id.ID, len(screen.Roll.Members))
		for i, m := range screen.Roll.Members {
			pupils[i] = m.Pupil
		}
		if guardians, err = student.GuardiansOf(ctx, tx, r.Who.Realm, pupils); err != nil {
			return roll, err
		}
	} else if !fault.Is(err, fault.Forbidden) {
		return roll, err
	}
	for _, m := range screen.Roll.Members {
		p := pupilPart{ID: m.Pupil, Name: m.Name, Born: m.Born.Year(), Guardians: []guardianPart{}}
		p.Note = strings.TrimSuffix(r.T("roll.note-born", "year", m.Born.Year(), "village", m.Village), " · ")
		for _, g := range guardians[m.Pupil] {
			if g.Phone != "" { // a phone shows whom one can call
				p.Guardians = append(p.Guardians, guardianPart{g.Relation, g.Name, g.Phone})
			}
		}
		roll.Pupils = append(roll.Pupils, p)
	}
	return roll, nil
}

// sessions fills in the days: those still open, today and those to come that are held or
// have a sheet.
func (p *daysPart) sessions(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID, members []student.RollMember, lockDays int) error {
	period := day.Range{From: r.Today.Add(-2*lockDays - 7), Until: p.Horizon}
	days, err := calendar.ClassCalendar(ctx, tx, r.Who, of, period)
	if err != nil {
		return err
	}
	sheets, err := rollcall.SheetsOf(ctx, tx, r.Who.Realm, of, period)
	if err != nil {
		return err
	}
	first := len(days) - aheadDays - 1 // today
	for after, i := 0, first; i > 0 && after <= lockDays; i-- {
		if slices.ContainsFunc(days[i][:], func(v calendar.Verdict) bool { return v.Held }) {
			first = i
			after++
		}
	}
	p.Lock = period.From.Add(first)
	pupils := make([]id.ID, len(members))
	for i, m := range members {
		pupils[i] = m.Pupil
	}
	for _, verdicts := range days[first:] {
		for _, v := range verdicts {
			at := slices.IndexFunc(sheets, func(s rollcall.Sheet) bool { return s.Day == v.Day && s.Session == v.Session })
			if !v.Held && at < 0 {
				continue
			}
			d := dayPart{Day: v.Day, Session: int(v.Session), Main: v.Main, Held: v.Held, State: "not-taken", Marks: []markPart{}, Leave: []markPart{}}
			if at >= 0 {
				err = d.fill(ctx, tx, r, of, sheets[at])
			} else if v.Day <= r.Today.Add(1) {
				err = d.suggest(ctx, tx, r, pupils)
			}
			if err != nil {
				return err
			}
			p.Days = append(p.Days, d)
		}
	}
	return nil
}

// fill takes over the sheet as it stands.
func (d *dayPart) fill(ctx context.Context, tx *store.Tx, r *door.Request, class id.ID, s rollcall.Sheet) error {
	d.State, d.Version = s.State.Code(), s.Version
	versions, _, err := rollcall.Versions(ctx, tx, r.Who, class, s.Day, s.Session)
	if err != nil || len(versions) == 0 {
		return err
	}
	last := versions[len(versions)-1]
	d.Marks = marksOf(last.Marks)
	if s.State == rollcall.NoClass {
		d.Reason = last.Reason
	}
	return nil
}

// suggest takes over what was told in advance.
func (d *dayPart) suggest(ctx context.Context, tx *store.Tx, r *door.Request, pupils []id.ID) error {
	marks, err := rollcall.SuggestedOn(ctx, tx, r.Who.Realm, pupils, d.Day, calendar.Session(d.Session))
	d.Leave = marksOf(marks)
	return err
}

func marksOf(marks []rollcall.Mark) []markPart {
	out := []markPart{}
	for _, m := range marks {
		out = append(out, markPart{m.Pupil, m.Kind.Code(), m.Reason, m.Note})
	}
	return out
}

func substitutes(r *door.Request, class id.ID) bool {
	return slices.ContainsFunc(r.Who.Grants, func(g access.Grant) bool {
		return g.Role == access.SubstituteTeacher && g.ScopeKind == access.ClassScope && g.Scope == class && g.Period.Has(r.Today)
	})
}

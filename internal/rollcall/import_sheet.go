package rollcall

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// datedPupils is a roll, stored or not, with the days over which it stands.
type datedPupils struct {
	pupils []id.ID
	days   day.Range
}

// sheets plans the sheets of one class.
func (p *registerPlanning) sheets(ctx context.Context, c *registerClass) error {
	if c.days.Empty() {
		return nil
	}
	if p.in.Blanks == BlanksEveryDay {
		for d := c.days.From; d < c.days.Until; d++ {
			for _, session := range p.sessions(c, RegisterCell{Day: d}, MeansBlank) {
				if key := (registerKey{day: d, session: session}); c.said[key] == nil {
					c.said[key] = map[id.ID]said{}
				}
			}
		}
	}
	keys := make([]registerKey, 0, len(c.said))
	for k := range c.said {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b registerKey) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.session, b.session))
	})
	type sessionOf struct {
		day     day.Day
		session calendar.Session
	}
	standing := map[sessionOf]Sheet{}
	rows, err := store.All[Sheet](ctx, p.tx, sqlSheetsOfClass, p.who.Realm, c.ID, c.days.From, c.days.Until)
	if err != nil {
		return err
	}
	for _, s := range rows {
		standing[sessionOf{s.Day, s.Session}] = s
	}
	var roll datedPupils
	for _, k := range keys {
		if !roll.days.Has(k.day) {
			if roll, err = p.rollOf(ctx, c, k.day); err != nil {
				return err
			}
		}
		before, stands := standing[sessionOf{k.day, k.session}]
		var now *Sheet
		if stands {
			now = &before
		}
		if err := p.sheet(ctx, c, k, roll.pupils, now); err != nil {
			return err
		}
	}
	return nil
}

func (p *registerPlanning) rollOf(ctx context.Context, c *registerClass, on day.Day) (datedPupils, error) {
	roll, _, err := student.PeekRoll(ctx, p.tx, p.who.Realm, c.ID, on)
	if err != nil {
		return datedPupils{}, err
	}
	days, err := steady(ctx, p.tx, p.who.Realm, c.ID, on)
	return datedPupils{newList(roll).pupils, days}, err
}

// sheet plans one sheet, or tells why there is none.
func (p *registerPlanning) sheet(ctx context.Context, c *registerClass, k registerKey, pupils []id.ID, stands *Sheet) error {
	told := c.said[k]
	s := RegisterSheet{Class: c.ID, Name: c.Name, Day: k.day, Session: k.session, pupils: pupils}
	coded, blank, unlisted, unread := 0, 0, 0, 0
	for _, pupil := range pupils {
		one, listed := told[pupil]
		switch {
		case !listed && p.in.Blanks == BlanksEveryDay && len(told) == 0:
			blank++ // a whole day without a cell
		case !listed:
			unlisted++
		case one.meaning == "":
			unread++
		case one.meaning == MeansBlank:
			blank++
			s.Rows = append(s.Rows, one.row)
		default:
			coded++
			s.Rows = append(s.Rows, one.row)
			if kind := one.meaning.kind(); kind != Present {
				s.Marks = append(s.Marks, Mark{Pupil: pupil, Kind: kind})
			}
		}
	}
	if coded+unread == 0 && p.in.Blanks != BlanksEveryDay {
		return nil // not called: no sheet
	}
	tell := func(code string, args fault.Args) error {
		args["class"], args["day"], args["session"] = c.Name, k.day.Vietnamese(), k.session.Code()
		p.tell(c, k.day, k.session, fault.New(fault.Invalid, code, args))
		return nil
	}
	verdict := c.plan.On(k.day, k.session)
	switch {
	case k.day > p.tx.Today():
		if coded+unread == 0 {
			return nil
		}
		return tell("rollcall.import-future", fault.Args{})
	case !verdict.Held:
		if coded+unread == 0 {
			return nil
		}
		return tell("rollcall.import-closed", fault.Args{})
	case unread > 0:
		return tell("rollcall.import-unread", fault.Args{"n": unread})
	case unlisted > 0:
		return tell("rollcall.import-unlisted", fault.Args{"n": unlisted})
	case blank > 0 && p.in.Blanks != BlanksPresent && p.in.Blanks != BlanksEveryDay:
		return tell("rollcall.import-blank", fault.Args{"n": blank})
	case len(pupils) == 0:
		return nil
	}
	if stands != nil {
		differs, err := p.compare(ctx, &s, *stands)
		if err != nil {
			return err
		}
		switch {
		case stands.State != Taken || stands.Conflicts > 0:
			return tell("rollcall.import-other-state", fault.Args{})
		case differs == 0:
			p.Same++
			return nil
		case p.in.Replace == "":
			return tell("rollcall.import-differs", fault.Args{"n": differs})
		}
	}
	if err := c.mayWrite(ctx, p.tx, p.settings, p.who, k.day, p.settings.LockDays); fault.Is(err, fault.Locked) {
		return tell("rollcall.import-locked", fault.Args{})
	} else if err != nil {
		return err
	}
	p.Sheets = append(p.Sheets, s)
	return nil
}

// compare takes what stands into the plan: reasons and notes of marks that say the same
// stay. It counts the pupils of whom the two differ.
func (p *registerPlanning) compare(ctx context.Context, s *RegisterSheet, stands Sheet) (differs int, err error) {
	body, err := store.One[string](ctx, p.tx, sqlBody, p.who.Realm, s.Class, s.Day, s.Session, stands.Version)
	if err != nil {
		return 0, err
	}
	if s.Was, _, err = decodeMarks(body); err != nil {
		return 0, err
	}
	s.Version = stands.Version
	was := map[id.ID]Mark{}
	for _, m := range s.Was {
		was[m.Pupil] = m
	}
	for i, m := range s.Marks {
		old, had := was[m.Pupil]
		delete(was, m.Pupil)
		if had && old.Kind == m.Kind {
			s.Marks[i] = old
		} else {
			differs++
		}
	}
	for pupil := range was {
		if slices.Contains(s.pupils, pupil) {
			differs++
		}
	}
	return differs, nil
}

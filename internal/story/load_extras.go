package story

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// loadExtras writes what stands beside the rolls: the register of age, targets, leave told in advance for the day of
// the clock, and counts that an inspector made in classes.
func (l *loader) loadExtras(ctx context.Context, tx *store.Tx) error {
	p := l.p
	set := day.InstantOf(day.Date(p.Year, 9, 20).Midnight())
	register := rowsOf("age_register", "realm unit year age children exempt elsewhere source account set_at")
	for _, r := range p.Register() {
		register.add(l.realm, l.villages[r.Village], p.Year, r.Age, r.Children, r.Exempt, r.Elsewhere, "Điều tra hộ gia đình (minh họa)", id.ID(0), set)
	}
	target := rowsOf("target", "realm unit school indicator level year n d source account set_at")
	for _, t := range p.Targets() {
		unit := l.unit(p.Top)
		if t.Commune >= 0 {
			unit = l.unit(p.Communes[t.Commune].Code)
		}
		target.add(l.realm, unit, id.ID(0), t.Indicator, t.Level, p.Year, t.N, t.D, "Kế hoạch năm học (minh họa)", id.ID(0), set)
	}
	expected := rowsOf("expected_pupil", "realm pupil year school level grade origin state settled_on reason")
	for _, x := range p.Expected {
		expected.add(l.realm, l.pupils[x.Pupil], p.Year, l.schools[x.School], x.Level, x.Grade, x.Origin, x.State, x.Settled, dropReasons[x.Cause])
	}
	leave := rowsOf("leave_notice", "realm id pupil from_day until_day session reason note account made_at withdrawn_at")
	count := rowsOf("physical_count", "realm id class day session counted note account counted_at")
	r := p.stream("extras", 0)
	stage := p.stage()
	for c := range p.Classes {
		told := 0
		if c == stage {
			told = 2
		} else if r.IntN(30) == 0 {
			told = 1
		}
		for _, e := range p.rosters[c] {
			if told > 0 && e.from <= p.today() && p.today() < e.until && e.fade == day.Forever && r.IntN(8) == 0 {
				told--
				leave.add(l.realm, tx.NewID(), l.pupils[e.pupil], p.today(), p.today().Add(1+r.IntN(3)), 0, "illness", "", l.teachers[c], p.Clock.Add(-9*time.Hour), day.Instant(0))
			}
		}
	}
	for range min(14, len(p.Classes)) {
		c := r.IntN(len(p.Classes))
		due := p.Due(c, p.today())
		if len(due) < 12 {
			continue
		}
		at := due[len(due)-1-r.IntN(12)]
		p.Sheets(c, func(s *Sheet) bool {
			if s.Slot == at {
				here := len(s.Pupils)
				for _, m := range s.Marks {
					if m.Kind != Late {
						here--
					}
				}
				if p.Communes[p.Schools[p.Classes[c].School].Commune].Highland {
					here -= r.IntN(4)
				}
				count.add(l.realm, tx.NewID(), l.classes[c], at.Day, int(at.Session), max(0, here), "", l.inspector, s.TakenAt.Add(time.Hour))
			}
			return s.Slot.Day < at.Day || s.Slot != at
		})
	}
	for _, t := range []*table{register, target, expected, leave, count} {
		if err := t.load(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// thisMorning lets the teacher of the stage do what she does before seven: say why some were away of whom nobody knew
// on the last days.
func (l *loader) thisMorning(ctx context.Context, tx *store.Tx) error {
	p, c := l.p, l.p.stage()
	who := access.Who{Realm: l.realm, Account: l.teachers[c], Grants: []access.Grant{{Role: access.HomeroomTeacher, ScopeKind: access.ClassScope, Scope: l.classes[c],
		Period: day.Range{From: p.Teaching.From, Until: p.Teaching.Until}}}}
	var last []Sheet // of the last days, the latest first
	p.Sheets(c, func(s *Sheet) bool {
		kept := *s
		kept.Marks = slices.Clone(s.Marks)
		last = append([]Sheet{kept}, last[:min(len(last), 2)]...)
		return true
	})
	for i, s := range last {
		act := [16]byte{0x01, 0x72, 6: 0x70, 8: 0x80, 15: byte(i + 1)}
		var known []rollcall.Mark
		for _, m := range s.Marks {
			if m.Kind == Unknown && len(known) < 2 {
				known = append(known, rollcall.Mark{Pupil: l.pupils[m.Pupil], Kind: rollcall.Excused, Reason: "illness"})
			}
		}
		if len(known) == 0 {
			continue
		}
		_, err := rollcall.Resolve(ctx, tx, who, rollcall.Resolution{Act: act, Class: l.classes[c], Day: s.Slot.Day, Session: s.Slot.Session, Marks: known, TakenAt: tx.Now()})
		if err != nil {
			return fmt.Errorf("story: this morning: %w", err)
		}
	}
	return nil
}

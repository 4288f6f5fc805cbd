package casework

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
)

// standing is where a child learns and lives today.
type standing struct {
	record  student.Record
	spell   student.Spell
	class   id.ID
	commune id.ID
}

// standingOf reads it; a child without any spell has the zero one.
func standingOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) (s standing, err error) {
	if s.record, err = student.RecordOf(ctx, tx, access.System(realm), pupil); err != nil {
		return s, err
	}
	if n := len(s.record.Spells); n > 0 {
		s.spell = s.record.Spells[n-1]
	} else if awaited, err := student.AwaitedAt(ctx, tx, realm, pupil); err != nil {
		return s, err
	} else {
		// Expected at the opening of the year and never seen: the school that waits answers for it.
		s.spell.School, s.spell.Level, s.spell.Grade = awaited.School, awaited.Level, awaited.Grade
	}
	for _, m := range s.record.Classes {
		if m.Enrolment == s.spell.Enrolment {
			s.class = m.Class // the one joined last
		}
	}
	s.commune, err = communeOf(ctx, tx, s.record.Residence, tx.Today())
	return s, err
}

// communeOf is the commune in which a unit lies, or the unit itself; 0 when there is none.
func communeOf(ctx context.Context, tx *store.Tx, unit id.ID, on day.Day) (id.ID, error) {
	if unit == 0 {
		return 0, nil
	}
	path, err := org.Path(ctx, tx, unit, on)
	for _, u := range path {
		if u.Kind == org.Commune {
			return u.ID, err
		}
	}
	return 0, err
}

// follow brings the case's places up to date with where the child learns and lives.
func (c *Case) follow(s standing) {
	if s.spell.School != 0 {
		c.School, c.Level, c.Grade = s.spell.School, s.spell.Level, s.spell.Grade
	}
	if s.class != 0 {
		c.Class = s.class
	}
	c.Village, c.Commune = s.record.Residence, s.commune
}

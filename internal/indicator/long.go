package indicator

import (
	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// LongAbsenceSessions is how many main sessions running make a long absence. No national
// number was found; local practice is two to four weeks (design, domain.md 1.3).
const LongAbsenceSessions = 10

// longAbsenceLookBack is how many days back the sessions are sought: breaks lie between.
const longAbsenceLookBack = 150

type awayRow struct {
	School    id.ID
	Level     string
	Residence id.ID
}

// longAbsent finds the pupils away from the threshold of main sessions up to the latest of
// their class. It narrows down by steps, each a plain reading by key: who was away last,
// who of them was away often enough, and only of those when.
func (m *measuring) longAbsent(schools []id.ID, class id.ID) ([]awayRow, error) {
	last := m.query.Period.Last()
	from := last.Add(-longAbsenceLookBack)
	type session struct {
		Class   id.ID
		Day     day.Day
		Session int
	}
	latest := map[id.ID]day.Day{}
	var days []day.Day
	seen := map[day.Day]bool{}
	found, err := store.All[session](m.ctx, m.tx, sqlLatestSessions, m.realm, store.In(schools), from, last, class)
	if err != nil {
		return nil, err
	}
	for _, s := range found {
		latest[s.Class] = s.Day
		if !seen[s.Day] {
			seen[s.Day] = true
			days = append(days, s.Day)
		}
	}
	type mark struct {
		Pupil   id.ID
		Class   id.ID
		Day     day.Day
		Session int
	}
	marks, err := store.All[mark](m.ctx, m.tx, sqlAbsentOn, m.realm, store.In(schools), store.In(days), class)
	if err != nil {
		return nil, err
	}
	classOf := map[id.ID]id.ID{}
	var pupils []id.ID
	for _, k := range marks {
		if latest[k.Class] == k.Day && classOf[k.Pupil] == 0 {
			classOf[k.Pupil] = k.Class
			pupils = append(pupils, k.Pupil)
		}
	}
	if pupils, err = store.All[id.ID](m.ctx, m.tx, sqlOftenAbsent, m.realm, store.In(pupils), from, last, LongAbsenceSessions); err != nil || len(pupils) == 0 {
		return nil, err
	}
	var classes []id.ID
	for _, pupil := range pupils {
		classes = append(classes, classOf[pupil])
	}
	sessions, err := store.All[session](m.ctx, m.tx, sqlLastSessions, m.realm, store.In(classes), from, last, LongAbsenceSessions)
	if err != nil {
		return nil, err
	}
	if marks, err = store.All[mark](m.ctx, m.tx, sqlAbsencesOf, m.realm, store.In(pupils), from, last); err != nil {
		return nil, err
	}
	away := map[mark]bool{}
	for _, k := range marks {
		k.Class = 0 // absence follows the pupil across classes
		away[k] = true
	}
	sessionsOf := map[id.ID][]session{}
	for _, s := range sessions {
		sessionsOf[s.Class] = append(sessionsOf[s.Class], s)
	}
	var long []id.ID
	for _, pupil := range pupils {
		run := sessionsOf[classOf[pupil]]
		missed := 0
		for _, s := range run {
			if away[mark{Pupil: pupil, Day: s.Day, Session: s.Session}] {
				missed++
			}
		}
		if len(run) == LongAbsenceSessions && missed == LongAbsenceSessions {
			long = append(long, pupil)
		}
	}
	return store.All[awayRow](m.ctx, m.tx, sqlStillEnrolled, m.realm, store.In(long), last)
}

// longAbsence: pupils on the roll away from the threshold of main sessions up to the
// latest, without anybody having said how it ends ÷ pupils now.
func (m *measuring) longAbsence() (Value, []Row, error) {
	if m.query.Place.Kind == access.ClassKind {
		return m.longAbsenceOfClass()
	}
	ledger, err := m.cumulative(m.query.Period.Until)
	if err != nil {
		return Value{}, nil, err
	}
	schools := m.layout.schools
	if m.query.View == ByResidence {
		schools, err = store.All[id.ID](m.ctx, m.tx, sqlSchoolsOfResidents, m.realm, store.In(m.layout.units), m.query.Period.From, m.query.Period.Until)
		if err != nil {
			return Value{}, nil, err
		}
	}
	away, err := m.longAbsent(schools, 0)
	if err != nil {
		return Value{}, nil, err
	}
	here := map[id.ID]bool{}
	for _, unit := range m.layout.units {
		here[unit] = true
	}
	var total Value
	var rows tally
	add := func(place id.ID, level string, n, d int64) {
		if m.query.Level != "" && level != m.query.Level {
			return
		}
		v := Value{}
		v.N, v.D = n, d
		total = total.Add(v)
		switch m.query.By {
		case ByLevel:
			rows.add(level, v)
		case ByChildren:
			if child, ok := m.childOf(place); ok {
				rows.add(child.ID.String(), v)
			}
		}
	}
	for k, movement := range ledger.Rows {
		add(k.Place, k.Level, 0, int64(movement.Now))
	}
	for _, a := range away {
		place := a.School
		if m.query.View == ByResidence {
			place = a.Residence
			if !here[place] {
				continue
			}
		}
		add(place, a.Level, 1, 0)
	}
	switch m.query.By {
	case Total:
		return total, nil, nil
	case ByLevel:
		return total, rows.byLevel(), nil
	case ByChildren:
		return total, rows.children(m.layout), nil
	}
	return total, nil, noBreakdown(m.query)
}

func (m *measuring) longAbsenceOfClass() (Value, []Row, error) {
	if m.query.By != Total {
		return Value{}, nil, noBreakdown(m.query)
	}
	movement, err := m.movementOfClass()
	if err != nil {
		return Value{}, nil, err
	}
	school, err := store.One[id.ID](m.ctx, m.tx, sqlSchoolOfClass, m.realm, m.query.Place.ID)
	if err != nil {
		return Value{}, nil, err
	}
	away, err := m.longAbsent([]id.ID{school}, m.query.Place.ID)
	total := Value{}
	total.N, total.D = int64(len(away)), int64(movement.Now)
	return total, nil, err
}

package indicator

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/store"
)

// BoardQuery asks for the board of a place.
type BoardQuery struct {
	Place     Place
	Period    day.Range
	AsOf      day.Day // the day whose tree is used; zero is the last day of the period
	View      View    // "" is BySchool
	Level     string  // "" is all
	Indicator ID      // Attendance or AttendanceUnexcused: of the charts; "" is Attendance
}

// Tile is one of the figures at the head of a board.
type Tile struct {
	Indicator ID
	Value     Value
	Before    Value // in the period before; not Known when it cannot be said
	Target    ratio.Ratio
	Reached   bool  // in whole numbers
	Months    []Row // the trend of the school year, where there is one
	LastYear  []Row
}

// Line is one child of the place.
type Line struct {
	Child       Child
	Roll        int64 // pupils now; 0 when not known
	Attendance  Value
	Unexcused   Value // attendance counting only absence without leave
	Retention   Value
	LongAbsence Value
	Target      ratio.Ratio // of attendance; the place's own where the child has none
	Below       bool        // attendance is known, complete enough and under the target
}

// Board is everything a board shows, by one access rule.
type Board struct {
	Query    BoardQuery // as answered
	Code     string
	Name     string
	Kind     string // of the unit, type of the school, level of the class
	Rule     string
	Before   day.Range // the period that changes are measured from
	Tiles    []Tile    // mobilisation (units), retention, attendance, long absence
	Children []Line
	Levels   []Row // attendance by level, whatever the level chosen
	Months   []Row // attendance of the school year
	LastYear []Row
	Days     []Row
	Causes   []Cause
	Movement Movement
	Stale    bool // what is due is being worked out again
}

// Movement is the ledger of the school year up to the end of the period.
type Movement struct {
	Opening, Now, Arrivals, Departures, Unconfirmed, Dropouts, Other int
	Balanced                                                         bool // CV 6622: opening = now + dropouts + other
}

// ReadBoard gathers a board. The caller must be allowed to see the board of the place (or,
// by residence, to answer for the children who live there). cache may be nil.
func ReadBoard(ctx context.Context, tx *store.Tx, who access.Who, q BoardQuery, cache *Cache) (Board, error) {
	if q.Period.Empty() {
		return Board{}, fault.New(fault.Invalid, "indicator.empty-period", nil).On("den")
	}
	if q.View == "" {
		q.View = BySchool
	}
	if q.Indicator == "" {
		q.Indicator = Attendance
	}
	if q.AsOf.IsZero() {
		q.AsOf = q.Period.Last()
	}
	if (q.Indicator != Attendance && q.Indicator != AttendanceUnexcused) || (q.View != BySchool && q.View != ByResidence) {
		return Board{}, fault.New(fault.Invalid, "indicator.no-view", fault.Args{"indicator": string(q.Indicator), "view": string(q.View)}).On("xem")
	}
	if q.Place.Kind != access.UnitKind {
		q.View = BySchool // nobody lives in a school's books
	}
	query := Query{Indicator: q.Indicator, Place: q.Place, Period: q.Period, AsOf: q.AsOf, View: q.View, Level: q.Level, By: Total}
	rule, err := maySee(ctx, tx, who, query)
	if err != nil {
		return Board{}, err
	}
	state, err := readStamp(ctx, tx, who.Realm)
	if err != nil {
		return Board{}, err
	}
	// Which units and schools there are changes by imports alone, which are acts of the audit book.
	shared, err := keep(cache, &measuring{ctx: ctx, tx: tx, realm: who.Realm, query: query}, state, "layout", func() (*layout, error) {
		return lay(ctx, tx, who.Realm, q.Place, q.AsOf)
	})
	if err != nil {
		return Board{}, err
	}
	own := *shared // what is kept is read by several at once and is not written to
	l := &own
	if q.View == ByResidence {
		if err := l.residences(ctx, tx); err != nil {
			return Board{}, err
		}
	}
	b := Board{Query: q, Code: l.code, Name: l.name, Kind: l.kind, Rule: rule, Before: before(q.Period)}
	r := &boardReader{m: &measuring{ctx: ctx, tx: tx, realm: who.Realm, query: query, layout: l}, cache: cache, b: &b, stamp: state}
	for _, step := range []func() error{r.targets, r.attendance, r.trend, r.ledger, r.longAbsence, r.mobilisation, r.causes, r.tiles} {
		if err := step(); err != nil {
			return b, err
		}
	}
	return b, nil
}

// before is the period that a change is measured from: the whole month before a whole
// month, else as many days just before.
func before(p day.Range) day.Range {
	if p.From == p.From.MonthStart() && p.Until <= p.From.AddMonths(1) && p.Days() > 7 {
		return day.Range{From: p.From.AddMonths(-1), Until: p.From}
	}
	return day.Range{From: p.From - day.Day(p.Days()), Until: p.From}
}

// boardReader gathers the parts of one board.
type boardReader struct {
	m     *measuring
	cache *Cache
	stamp stamp
	b     *Board

	goals                     targets
	attended, unexcused       Value
	attendedBefore            Value
	kept, keptBefore          Value
	retained                  []Row
	long, longBefore, mobiled Value
	lines                     map[Place]*Line
}

func (r *boardReader) targets() (err error) {
	r.goals, err = readTargets(r.m.ctx, r.m.tx, r.m.realm, r.m.layout, r.m.query.Period.Last().SchoolYear())
	return err
}

func (r *boardReader) line(p Place) *Line { return r.lines[p] }

// attendance is read afresh each time: the whole, by child and by level, of one reading.
func (r *boardReader) attendance() error {
	m, b := r.m, r.b
	r.lines = map[Place]*Line{}
	for _, c := range m.layout.children {
		// Nobody lives in a school, and no school's books are kept by village.
		if m.query.View == ByResidence && c.Place.Kind == access.SchoolKind || m.query.View == BySchool && c.Kind == "village" || m.query.Level != "" && c.Place.Kind == access.ClassKind && c.Kind != m.query.Level {
			continue
		}
		b.Children = append(b.Children, Line{Child: c})
	}
	for i := range b.Children {
		r.lines[b.Children[i].Child.Place] = &b.Children[i]
	}
	if m.query.View == ByResidence {
		return r.attendanceByResidence()
	}
	if m.query.Place.Kind == access.ClassKind {
		return r.attendanceOfClass()
	}
	all := *m
	all.query.Level = ""
	facts, err := all.facts(Total)
	if err != nil {
		return err
	}
	stale, err := calendar.Stale(m.ctx, m.tx, m.realm, m.layout.schools, m.query.Period)
	if err != nil {
		return err
	}
	b.Stale = stale > 0
	var levels tally
	for _, f := range facts {
		v := m.value(f)
		v.Recalculating = b.Stale
		levels.add(f.Level, v)
		if m.query.Level != "" && f.Level != m.query.Level {
			continue
		}
		k := v
		k.Ratio = f.Marks.rate(AttendanceUnexcused)
		r.attended, r.unexcused = r.attended.Add(v), r.unexcused.Add(k)
		if line := r.line(m.layout.of[f.Place]); line != nil {
			line.Attendance, line.Unexcused = line.Attendance.Add(v), line.Unexcused.Add(k)
		}
	}
	b.Levels = levels.byLevel()
	if m.query.Place.Kind == access.SchoolKind {
		if err := r.classes(); err != nil {
			return err
		}
	}
	r.attendedBefore, err = keep(r.cache, m, r.stamp, "before", func() (Value, error) {
		earlier := *m
		earlier.query.Period = b.Before
		v, _, err := earlier.attendance()
		return v, err
	})
	return err
}

func (r *boardReader) classes() error {
	values, err := r.m.classes()
	if err != nil {
		return err
	}
	only := *r.m
	only.query.Indicator = AttendanceUnexcused
	unexcused, err := only.classes()
	for class, v := range values {
		if line := r.line(Class(class)); line != nil {
			line.Attendance, line.Unexcused = v, unexcused[class]
		}
	}
	return err
}

func (r *boardReader) attendanceOfClass() (err error) {
	if r.attended, _, err = r.m.attendanceOfClass(); err != nil {
		return err
	}
	earlier := *r.m
	earlier.query.Period = r.b.Before
	r.attendedBefore, _, err = earlier.attendanceOfClass()
	return err
}

func (r *boardReader) attendanceByResidence() error {
	m := r.m
	all := *m
	all.query.Level = ""
	sums, err := all.groups()
	if err != nil {
		return err
	}
	var levels tally
	marks, byLine := Marks{}, map[Place]Marks{}
	for _, s := range sums {
		levels.add(s.Group.Level, Value{Ratio: s.Marks.rate(m.query.Indicator)})
		if m.query.Level != "" && s.Group.Level != m.query.Level {
			continue
		}
		marks = marks.Add(s.Marks)
		place := m.layout.unitOf[s.Group.Residence]
		byLine[place] = byLine[place].Add(s.Marks)
	}
	r.attended.Ratio, r.unexcused.Ratio = marks.rate(m.query.Indicator), marks.rate(AttendanceUnexcused)
	for place, sum := range byLine {
		if line := r.line(place); line != nil {
			line.Attendance.Ratio, line.Unexcused.Ratio = sum.rate(m.query.Indicator), sum.rate(AttendanceUnexcused)
		}
	}
	r.b.Levels = levels.byLevel()
	r.attendedBefore, err = keep(r.cache, m, r.stamp, "before", func() (Value, error) {
		earlier := *m
		earlier.query.Period = r.b.Before
		v, _, err := earlier.attendanceByResidence()
		return v, err
	})
	return err
}

// trend gives the year by day and month and last year by month. By residence there are
// only the months, because what is kept of residence is kept by month.
func (r *boardReader) trend() (err error) {
	m, b, year := r.m, r.b, r.m.query.Period.Last().SchoolYear()
	if m.query.View == ByResidence {
		b.Months, err = keep(r.cache, m, r.stamp, "months", func() ([]Row, error) { return m.attendanceMonths(year) })
		return err
	}
	if b.Days, err = keep(r.cache, m, r.stamp, "days", func() ([]Row, error) { return m.attendanceDays(year) }); err != nil {
		return err
	}
	b.Months = monthly(b.Days)
	b.LastYear, err = keep(r.cache, m, r.stamp, "last-year", func() ([]Row, error) {
		if m.query.Place.Kind == access.ClassKind {
			return nil, nil // a class is of one year
		}
		return m.attendanceMonths(year - 1)
	})
	return err
}

// ledgered is what a board takes from the ledger.
type ledgered struct {
	Total    Value
	Movement Movement
	Rows     map[Place]Value
	Now      map[Place]int64
}

func (r *boardReader) ledger() error {
	m := r.m
	if m.query.Place.Kind == access.ClassKind {
		movement, err := m.movementOfClass()
		if err != nil {
			return err
		}
		r.kept.Ratio = movementRate(Retention, movement)
		r.b.Movement = Movement{Opening: movement.Opening, Now: movement.Now, Dropouts: movement.Dropouts}
		return nil
	}
	found, err := keep(r.cache, m, r.stamp, "ledger", r.readLedger)
	if err != nil {
		return err
	}
	r.kept, r.b.Movement = found.Total, found.Movement
	for i := range r.b.Children {
		line := &r.b.Children[i]
		line.Retention, line.Roll = found.Rows[line.Child.Place], found.Now[line.Child.Place]
	}
	if m.query.Place.Kind == access.SchoolKind {
		if err := r.rollsOfClasses(); err != nil {
			return err
		}
	}
	r.retained, err = keep(r.cache, m, r.stamp, "retention", func() ([]Row, error) {
		return m.retentionMonths(Retention, m.query.Period.Last().SchoolYear())
	})
	for _, row := range r.retained {
		if row.Key == r.b.Before.Last().MonthStart().String() {
			r.keptBefore = row.Value
		}
	}
	return err
}

func (r *boardReader) rollsOfClasses() error {
	type row struct {
		Class id.ID
		N     int64
	}
	rows, err := store.All[row](r.m.ctx, r.m.tx, sqlClassSizes, r.m.realm, r.m.query.Place.ID, r.m.query.Period.Last())
	for _, c := range rows {
		if line := r.line(Class(c.Class)); line != nil {
			line.Roll = c.N
		}
	}
	return err
}

func (r *boardReader) readLedger() (ledgered, error) {
	m := r.m
	book, err := m.cumulative(m.query.Period.Until)
	if err != nil {
		return ledgered{}, err
	}
	rows := map[Place]Value{}
	now := map[Place]int64{}
	found := ledgered{Rows: rows, Now: now}
	for key := range book.Rows {
		if m.query.Level != "" && key.Level != m.query.Level {
			continue
		}
		movement := book.Rows[key]
		v := Value{Ratio: movementRate(Retention, movement)}
		found.Total = found.Total.Add(v)
		found.Movement.add(movement.Opening, movement.Now, movement.Arrivals+movement.Returns+movement.Entered, movement.Departures,
			movement.UnconfirmedExits(), movement.Dropouts, movement.OtherDecrease())
		if child, ok := m.childOf(key.Place); ok {
			rows[child] = rows[child].Add(v)
			now[child] += int64(movement.Now)
		}
	}
	found.Movement.Balanced = found.Movement.Opening == found.Movement.Now+found.Movement.Dropouts+found.Movement.Other
	return found, nil
}

func (m *Movement) add(opening, now, arrivals, departures, unconfirmed, dropouts, other int) {
	m.Opening += opening
	m.Now += now
	m.Arrivals += arrivals
	m.Departures += departures
	m.Unconfirmed += unconfirmed
	m.Dropouts += dropouts
	m.Other += other
}

// parted is a figure with its parts by child, as kept.
type parted struct {
	Total Value
	Rows  []Row
}

func (r *boardReader) longAbsence() error {
	m := *r.m
	m.query.Indicator, m.query.By = LongAbsence, ByChildren
	if m.query.Place.Kind != access.UnitKind {
		m.query.By = Total
	}
	found, err := keep(r.cache, &m, r.stamp, "long", func() (parted, error) {
		v, rows, err := m.longAbsence()
		return parted{v, rows}, err
	})
	r.long = found.Total
	for _, row := range found.Rows {
		if line := r.line(row.Child.Place); line != nil {
			line.LongAbsence = row.Value
		}
	}
	return err
}

func (r *boardReader) mobilisation() error {
	if r.m.query.Place.Kind != access.UnitKind {
		return nil
	}
	m := *r.m
	m.query.Indicator, m.query.By, m.query.View = Mobilisation, Total, ByResidence
	v, err := keep(r.cache, &m, r.stamp, "mobilisation", func() (Value, error) {
		if err := m.layout.residences(m.ctx, m.tx); err != nil {
			return Value{}, err
		}
		v, _, err := m.population()
		return v, err
	})
	r.mobiled = v
	return err
}

func (r *boardReader) causes() (err error) {
	r.b.Causes, err = keep(r.cache, r.m, r.stamp, "causes", r.m.causes)
	return err
}

// tiles puts the figures together and judges them against the targets.
func (r *boardReader) tiles() error {
	m, b := r.m, r.b
	own, level := m.query.Place, m.query.Level
	tile := func(indicator ID, v, before Value, months, lastYear []Row) {
		t := Tile{Indicator: indicator, Value: v, Before: before, Months: months, LastYear: lastYear, Target: r.goals.of(own, own, indicator, level)}
		t.Reached = t.Target.Known() && v.AtLeast(t.Target.N, t.Target.D)
		b.Tiles = append(b.Tiles, t)
	}
	if own.Kind == access.UnitKind {
		tile(Mobilisation, r.mobiled, Value{}, nil, nil)
	}
	tile(Retention, r.kept, r.keptBefore, r.retained, nil)
	tile(m.query.Indicator, r.attended, r.attendedBefore, b.Months, b.LastYear)
	if own.Kind != access.UnitKind {
		other := r.unexcused
		if own.Kind == access.ClassKind {
			only := *m
			only.query.Indicator = AttendanceUnexcused
			var err error
			if other, _, err = only.attendanceOfClass(); err != nil {
				return err
			}
		}
		if m.query.Indicator != AttendanceUnexcused {
			tile(AttendanceUnexcused, other, Value{}, nil, nil)
		}
	}
	tile(LongAbsence, r.long, r.longBefore, nil, nil)
	for i := range b.Children {
		line := &b.Children[i]
		at := level
		if line.Child.Place.Kind == access.ClassKind {
			at = line.Child.Kind
		}
		line.Target = r.goals.of(line.Child.Place, own, Attendance, at)
		line.Below = line.Attendance.Known() && line.Attendance.Complete() && line.Target.Known() && !line.Attendance.AtLeast(line.Target.N, line.Target.D)
	}
	return nil
}

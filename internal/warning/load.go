package warning

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// question is what is to be worked out.
type question struct {
	realm  int
	school id.ID
	on     day.Day
	known  day.Instant // 0: all that stands now; else what had been received by then
	// classes to look at; nil is the whole school, with what is no mark.
	classes []id.ID
	pass    *pass
}

// called is a sheet that says something about its pupils, or that there was no class.
type called struct {
	day   day.Day
	part  int8
	main  bool
	taken bool // the roll was called; else "no class" or void
}

type marked struct {
	pupil id.ID
	class id.ID
	day   day.Day
	part  int8
	mark  Mark
}

// member is a pupil who is in a class on the day.
type member struct {
	Pupil     id.ID
	Class     id.ID
	Level     string
	Grade     string
	Member    day.Range
	Enrolment day.Range
}

func (m member) from() day.Day { return max(m.Member.From, m.Enrolment.From) }

// loaded is everything that decides about the signals of a school, or of some of its classes.
type loaded struct {
	question
	plans   *calendar.SchoolPlans
	classes []id.ID // looked at
	members []member
	sheets  map[id.ID][]called
	marks   map[id.ID][]marked // by pupil, in order
	earlier map[id.ID][]stay   // other classes of the year of those who came later, by pupil
	counts  bool               // the school counts heads: its classes need not be marked
	breaks  map[id.ID][]Break
	sums    map[day.Day]map[id.ID]int64 // Σ versions of the sheets read, by month and class
	changes map[day.Day]int64           // of a whole school: Σ school_month.changes
	packed  []packed                    // months packed now, to be kept
}

type stay struct {
	class  id.ID
	period day.Range
}

func load(ctx context.Context, tx *store.Tx, q question) (*loaded, error) {
	year := calendar.Bounds(q.on.SchoolYear())
	period := day.Range{From: year.From, Until: q.on + 1}
	d := &loaded{question: q, sheets: map[id.ID][]called{}, marks: map[id.ID][]marked{}, earlier: map[id.ID][]stay{}, breaks: map[id.ID][]Break{},
		sums: map[day.Day]map[id.ID]int64{}}
	var err error
	if d.plans, err = calendar.Plans(ctx, tx, q.realm, q.school, q.on.SchoolYear()); err != nil {
		return nil, err
	}
	for _, plan := range d.plans.Classes {
		if place := plan.Place(); place.Life.Has(q.on) && (q.classes == nil || slices.Contains(q.classes, place.Class)) {
			d.classes = append(d.classes, place.Class)
		}
	}
	if len(d.classes) == 0 {
		return d, nil
	}
	if err := d.loadMembers(ctx, tx); err != nil {
		return nil, err
	}
	others, late, err := d.loadEarlier(ctx, tx, period)
	if err != nil {
		return nil, err
	}
	all := append(slices.Clone(d.classes), others...)
	if q.known != 0 {
		return d, d.loadKnown(ctx, tx, all, period)
	}
	if q.classes == nil {
		if err := d.loadSchool(ctx, tx, period, others, late); err != nil {
			return nil, err
		}
		counted, err := store.One[int](ctx, tx, sqlCounted, q.realm, q.school, q.on.Add(-14), q.on+1)
		d.counts = counted > 0
		return d, err
	}
	if err := d.loadSheets(ctx, tx, all, period); err != nil {
		return nil, err
	}
	pupils := make([]id.ID, len(d.members))
	for i, m := range d.members {
		pupils[i] = m.Pupil
	}
	return d, d.loadMarksOf(ctx, tx, period, pupils)
}

func (d *loaded) loadMembers(ctx context.Context, tx *store.Tx) error {
	return tx.Each(ctx, func(row store.Row) error {
		var m member
		err := row.Scan(&m.Class, &m.Pupil, &m.Level, &m.Grade, &m.Member.From, &m.Member.Until, &m.Enrolment.From, &m.Enrolment.Until)
		d.members = append(d.members, m)
		return err
	}, sqlMembers, d.realm, store.In(d.classes), d.on)
}

// loadEarlier finds where pupils who did not begin with their class were before in the year.
func (d *loaded) loadEarlier(ctx context.Context, tx *store.Tx, period day.Range) (others []id.ID, late []id.ID, err error) {
	for _, m := range d.members {
		if plan := d.plans.Class(m.Class); m.from() > plan.Place().Life.From {
			late = append(late, m.Pupil)
		}
	}
	if len(late) == 0 {
		return nil, nil, nil
	}
	type spell struct {
		Pupil     id.ID
		Class     id.ID
		Member    day.Range
		Enrolment day.Range
	}
	spells, err := store.All[spell](ctx, tx, sqlSpells, d.realm, store.In(late), period.From, period.Until)
	for _, s := range spells {
		d.earlier[s.Pupil] = append(d.earlier[s.Pupil], stay{s.Class, s.Member.Intersect(s.Enrolment)})
		if !slices.Contains(d.classes, s.Class) && !slices.Contains(others, s.Class) {
			others = append(others, s.Class)
		}
	}
	return others, late, err
}

func (d *loaded) loadSheets(ctx context.Context, tx *store.Tx, classes []id.ID, period day.Range) error {
	err := tx.Each(ctx, func(row store.Row) error {
		var class id.ID
		var state rollcall.State
		var c called
		var version int64
		err := row.Scan(&class, &c.day, &c.part, &c.main, &state, &version)
		c.taken = state == rollcall.Taken
		month := c.day.MonthStart()
		if d.sums[month] == nil {
			d.sums[month] = map[id.ID]int64{}
		}
		d.sums[month][class] += version
		d.sheets[class] = append(d.sheets[class], c)
		return err
	}, sqlSheets, d.realm, store.In(classes), period.From, period.Until)
	for _, sheets := range d.sheets {
		sortCalled(sheets)
	}
	return err
}

func sortCalled(sheets []called) {
	byTime := func(a, b called) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.part, b.part)) }
	if !slices.IsSortedFunc(sheets, byTime) {
		slices.SortFunc(sheets, byTime)
	}
}

func (d *loaded) addMark(row store.Row) error {
	var m marked
	err := row.Scan(&m.pupil, &m.class, &m.day, &m.part, &m.mark)
	d.marks[m.pupil] = append(d.marks[m.pupil], m)
	return err
}

// loadMarksOf reads the marks of some pupils, wherever they got them.
func (d *loaded) loadMarksOf(ctx context.Context, tx *store.Tx, period day.Range, pupils []id.ID) error {
	if len(pupils) == 0 {
		return nil
	}
	err := tx.Each(ctx, d.addMark, sqlMarksOfPupils, d.realm, store.In(pupils), period.From, period.Until)
	d.sortMarks()
	return err
}

func (d *loaded) sortMarks() {
	byTime := func(a, b marked) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.part, b.part)) }
	for _, marks := range d.marks {
		if !slices.IsSortedFunc(marks, byTime) {
			slices.SortFunc(marks, byTime)
		}
	}
}

// loadKnown reads what had been received at an instant.
func (d *loaded) loadKnown(ctx context.Context, tx *store.Tx, classes []id.ID, period day.Range) error {
	sheets, err := rollcall.SheetsKnownAt(ctx, tx, d.realm, classes, period, d.known)
	for _, s := range sheets {
		d.sheets[s.Class] = append(d.sheets[s.Class], called{s.Day, int8(s.Session), s.Main, s.State == rollcall.Taken})
		for _, m := range s.Marks {
			d.marks[m.Pupil] = append(d.marks[m.Pupil], marked{m.Pupil, s.Class, s.Day, int8(s.Session), Mark(m.Kind)})
		}
	}
	for _, sheets := range d.sheets {
		sortCalled(sheets)
	}
	d.sortMarks()
	return err
}

// history makes what rules see of a pupil, in the buffers of h. It is false for a pupil
// who was never absent: no rule speaks of her.
func (d *loaded) history(m member, h *History) bool {
	marks := d.marks[m.Pupil]
	if !slices.ContainsFunc(marks, func(x marked) bool { return x.mark.Absent() }) {
		return false
	}
	h.Pupil = Pupil{m.Pupil, d.school, m.Class, m.Level, m.Grade}
	h.On, h.Sessions, h.Main, h.Breaks = d.on, h.Sessions[:0], h.Main[:0], nil
	if stays := d.earlier[m.Pupil]; len(stays) > 0 {
		for _, s := range stays {
			d.follow(h, s.class, s.period, marks)
		}
		h.sort()
	} else {
		d.follow(h, m.Class, m.Member.Intersect(m.Enrolment), marks)
	}
	for _, s := range h.Sessions {
		if s.Main {
			h.Main = append(h.Main, s)
		}
	}
	// Breaks matter only to one who is away now.
	if n := len(h.Main); n > 0 && h.Main[n-1].Mark.Absent() {
		h.Breaks = d.breaksOf(m.Class)
	}
	return true
}

// follow adds the sessions of a class within a stay. Sheets and marks are in order of time.
func (d *loaded) follow(h *History, class id.ID, within day.Range, marks []marked) {
	i := 0
	for _, s := range d.sheets[class] {
		if !s.taken || !within.Has(s.day) {
			continue
		}
		for i < len(marks) && (marks[i].day < s.day || marks[i].day == s.day && marks[i].part < s.part) {
			i++
		}
		mark := Present
		if i < len(marks) && marks[i].day == s.day && marks[i].part == s.part {
			if marks[i].class != class {
				continue // she was called in another class that session
			}
			mark = marks[i].mark
		}
		h.Sessions = append(h.Sessions, Session{s.day, s.part, s.main, mark})
	}
}

func (h *History) sort() {
	slices.SortStableFunc(h.Sessions, func(a, b Session) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Part, b.Part)) })
}

// breaksOf gives the times without school of a class up to the day, from its plan.
func (d *loaded) breaksOf(class id.ID) []Break {
	breaks, known := d.breaks[class]
	if known {
		return breaks
	}
	breaks = breaksIn(d.plans.Class(class).Plan, d.on)
	d.breaks[class] = breaks
	return breaks
}

// leastBreak is the shortest gap worth keeping: one day longer than any weekend.
const leastBreak = 3

func breaksIn(plan *calendar.Plan, on day.Day) []Break {
	var breaks []Break
	var last day.Day
	life := plan.Place().Life
	for d := life.From; d <= on && d < life.Until; d++ {
		if !plan.HeldOn(d) {
			continue
		}
		switch {
		case last == 0:
			breaks = append(breaks, Break{day.Range{From: life.From, Until: d}, d, opening})
		case d-last > leastBreak:
			gap := day.Range{From: last + 1, Until: d}
			breaks = append(breaks, Break{gap, d, reasonOf(plan, gap)})
		}
		last = d
	}
	return breaks
}

// reasonOf is the commonest declared reason of a gap, or the holiday in it.
func reasonOf(plan *calendar.Plan, gap day.Range) string {
	count := map[string]int{}
	for d := gap.From; d < gap.Until; d++ {
		for _, v := range plan.Day(d) {
			switch {
			case v.Exception != nil:
				count[string(v.Exception.Reason)]++
			case v.Holiday == "tet" || v.Holiday == "tet-eve" || v.Holiday == "tet-second" || v.Holiday == "tet-third":
				count[string(calendar.ReasonTet)]++
			case v.Holiday != "":
				count[string(calendar.ReasonHoliday)]++
			}
		}
	}
	best := ""
	for reason, n := range count {
		if best == "" || n > count[best] || n == count[best] && reason < best {
			best = reason
		}
	}
	return best
}

// classDays gives the days of a class before the day, and whether anybody called its roll.
func (d *loaded) classDays(class id.ID) ClassDays {
	c := ClassDays{On: d.on}
	sheets := d.sheets[class]
	plan := d.plans.Class(class)
	life := plan.Place().Life
	for at := d.on - 1; at >= life.From; at-- {
		held := false
		for _, v := range plan.Day(at) {
			held = held || v.Held && v.Main
		}
		if !held {
			continue
		}
		i, _ := slices.BinarySearchFunc(sheets, at, func(s called, at day.Day) int { return cmp.Compare(s.day, at) })
		was := i < len(sheets) && sheets[i].day == at
		c.Held = append(c.Held, HeldDay{at, was})
		if was {
			break // what lies before does not matter
		}
	}
	slices.Reverse(c.Held)
	return c
}

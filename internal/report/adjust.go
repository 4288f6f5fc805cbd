package report

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// Why something is other than when it was frozen.
const (
	WhyCorrection = "correction" // a sheet was corrected
	WhyResolved   = "resolved"   // chưa rõ became có phép or không phép
	WhyLate       = "late"       // a sheet came in, or again, afterwards
	WhyEnrolment  = "enrolment"  // a spell or class membership changed
	WhyCalendar   = "calendar"   // a closure or make-up was declared or taken back
	WhyHeadcount  = "headcount"  // a count of the school changed
	WhyOther      = "other"
)

// Adjustment is one thing that changed after figures were frozen (điều chỉnh sau chốt):
// what, where, and the class (or, with Class 0, the school) before and after.
type Adjustment struct {
	Class      id.ID       `json:"class"`
	ClassName  string      `json:"class_name,omitempty"`
	School     id.ID       `json:"school"`
	SchoolName string      `json:"school_name"`
	Why        string      `json:"why"`
	From       day.Day     `json:"from,omitzero"` // days touched; zero when no sheet was
	Last       day.Day     `json:"to,omitzero"`
	Sheets     int64       `json:"sheets"`           // versions written since
	Reason     string      `json:"reason,omitempty"` // code of a closure
	Before     Contributed `json:"before"`
	After      Contributed `json:"after"`
}

// Contributed is what a class gives to the figures.
type Contributed struct {
	Sheets int64       `json:"sheets"`
	Lot    ratio.Ratio `json:"present"` // lượt có mặt of lượt phải có mặt
	Open   int64       `json:"open"`
	Close  int64       `json:"close"`
}

func (s Source) contributed() Contributed {
	return Contributed{s.Sheets, ratio.Of(s.N, s.D), s.Open, s.Close}
}

var whyOfCause = map[string]string{
	rollcall.CauseCorrection: WhyCorrection, rollcall.CauseResolved: WhyResolved, rollcall.CauseEnrolment: WhyEnrolment,
	rollcall.CauseCalendar: WhyCalendar, rollcall.CauseSubmitted: WhyLate, rollcall.CausePaper: WhyLate, rollcall.CauseImport: WhyLate,
}

func adjustments(ctx context.Context, tx *store.Tx, realm int, r Report) ([]Adjustment, error) {
	then, err := keptSources(ctx, tx, realm, r.ID)
	if err != nil {
		return nil, err
	}
	schools := schoolsOf(then)
	if r.Place.Kind == access.SchoolKind && !slices.Contains(schools, r.Place.ID) {
		schools = append(schools, r.Place.ID)
	}
	now, err := sourcesOf(ctx, tx, realm, schools, r.Period)
	if err != nil {
		return nil, err
	}
	d := &differences{ctx: ctx, tx: tx, realm: realm, period: r.Period, then: then, now: now, frozen: r.FrozenAt}
	if err := d.find(); err != nil {
		return nil, err
	}
	if err := d.closures(schools); err != nil {
		return nil, err
	}
	return d.named()
}

func schoolsOf(sources map[id.ID]Source) []id.ID {
	all := []id.ID{}
	for _, s := range sources {
		if !slices.Contains(all, s.School) {
			all = append(all, s.School)
		}
	}
	slices.Sort(all)
	return all
}

type differences struct {
	ctx       context.Context
	tx        *store.Tx
	realm     int
	period    day.Range
	frozen    day.Instant
	then, now map[id.ID]Source
	all       []Adjustment
}

// find compares class by class and asks the sheets why they were written again.
func (d *differences) find() error {
	var classes []id.ID
	for class := range d.then {
		if !d.then[class].same(d.now[class]) {
			classes = append(classes, class)
		}
	}
	for class := range d.now {
		if _, known := d.then[class]; !known {
			classes = append(classes, class)
		}
	}
	if len(classes) == 0 {
		return nil
	}
	slices.Sort(classes)
	since := d.frozen
	for _, class := range classes {
		if at := d.then[class].TakenAt; at != 0 && at < since {
			since = at
		}
	}
	type version struct {
		Class      id.ID
		Cause      string
		From, Last day.Day
		N          int64
		At         day.Instant
	}
	versions, err := store.All[version](d.ctx, d.tx, sqlVersionsSince, d.realm, store.In(classes), d.period.From, d.period.Until, since)
	if err != nil {
		return err
	}
	for _, class := range classes {
		then, now := d.then[class], d.now[class]
		a := Adjustment{Class: class, School: then.School | now.School, Before: then.contributed(), After: now.contributed()}
		if then.School != 0 {
			a.School = then.School
		}
		if class == a.School {
			a.Class, a.Why = 0, WhyHeadcount
			d.all = append(d.all, a)
			continue
		}
		seen := map[string]bool{}
		for _, v := range versions {
			if v.Class != class || v.At <= then.TakenAt {
				continue
			}
			one := a
			one.Why, one.From, one.Last, one.Sheets = whyOfCause[v.Cause], v.From, v.Last, v.N
			if one.Why == "" {
				one.Why = WhyOther
			}
			if seen[one.Why] {
				d.extend(one)
				continue
			}
			seen[one.Why] = true
			d.all = append(d.all, one)
		}
		if !seen[WhyEnrolment] && (then.Spells != now.Spells || then.Open != now.Open || then.Close != now.Close) {
			a.Why = WhyEnrolment
			d.all = append(d.all, a)
		} else if len(seen) == 0 {
			a.Why = WhyOther
			d.all = append(d.all, a)
		}
	}
	return nil
}

// extend brings two causes that people call alike into one line.
func (d *differences) extend(o Adjustment) {
	for i := range d.all {
		a := &d.all[i]
		if a.Class == o.Class && a.Why == o.Why {
			a.From, a.Last, a.Sheets = min(a.From, o.From), max(a.Last, o.Last), a.Sheets+o.Sheets
		}
	}
}

// closures names what was declared since at schools where no sheet followed: nothing had
// been taken on those days, but less is due.
func (d *differences) closures(schools []id.ID) error {
	moved := map[id.ID]day.Instant{}
	for class, then := range d.then {
		if now, ok := d.now[class]; ok && now.Generation != then.Generation {
			moved[then.School] = then.TakenAt
		}
	}
	for _, a := range d.all {
		if a.Why == WhyCalendar {
			delete(moved, a.School)
		}
	}
	for _, school := range schools {
		since, ok := moved[school]
		if !ok {
			continue
		}
		found, err := calendar.Exceptions(d.ctx, d.tx, access.System(d.realm), school, d.period)
		if err != nil {
			return err
		}
		for _, e := range found {
			if e.Declared > since {
				days := e.Period.Intersect(d.period)
				d.all = append(d.all, Adjustment{School: school, Why: WhyCalendar, From: days.From, Last: days.Last(), Reason: string(e.Reason)})
			}
		}
	}
	return nil
}

// named adds the names of classes and schools and sorts.
func (d *differences) named() ([]Adjustment, error) {
	if len(d.all) == 0 {
		return []Adjustment{}, nil
	}
	var classes, schools []id.ID
	for _, a := range d.all {
		classes, schools = append(classes, a.Class), append(schools, a.School)
	}
	type named struct {
		ID           id.ID
		Name, School string
	}
	names := map[id.ID]named{}
	found, err := store.All[named](d.ctx, d.tx, sqlClassNames, d.realm, store.In(classes), d.period.Last())
	if err != nil {
		return nil, err
	}
	for _, n := range found {
		names[n.ID] = n
	}
	type school struct {
		ID   id.ID
		Name string
	}
	stand, err := store.All[school](d.ctx, d.tx, sqlSchoolNames, d.realm, store.In(schools), d.period.Last())
	if err != nil {
		return nil, err
	}
	for i := range d.all {
		a := &d.all[i]
		a.ClassName = names[a.Class].Name
		for _, s := range stand {
			if s.ID == a.School {
				a.SchoolName = s.Name
			}
		}
	}
	slices.SortStableFunc(d.all, func(a, b Adjustment) int {
		return cmp.Or(cmp.Compare(a.SchoolName, b.SchoolName), cmp.Compare(a.ClassName, b.ClassName), cmp.Compare(a.Why, b.Why))
	})
	return d.all, nil
}

// Change is a number of a draft that is another one now.
type Change struct {
	Name   string // of the child, "" for the whole
	Level  string
	Column string // opening, came, left, dropouts, now, roll, absent, unknown, excused, unexcused, taken, due, …
	Before int64
	After  int64
}

// Changes compares the figures of a draft as they were kept with those of now.
func Changes(kept, now Figures) []Change {
	all := []Change{}
	compare := func(name, level string, a, b Row) {
		for i, column := range a.columns() {
			if other := b.columns()[i]; other.n != column.n {
				all = append(all, Change{name, level, column.name, column.n, other.n})
			}
		}
	}
	compare("", "", kept.Total, now.Total)
	for _, n := range now.Children {
		i := slices.IndexFunc(kept.Children, func(k Child) bool { return k.ID == n.ID && k.Code == n.Code })
		if i < 0 {
			compare(n.Name, "", Row{}, n.Total)
			continue
		}
		compare(n.Name, "", kept.Children[i].Total, n.Total)
	}
	return all
}

type column struct {
	name string
	n    int64
}

func (r Row) columns() []column {
	return []column{{"classes", r.Classes}, {"opening", r.Opening}, {"came", r.Came}, {"left", r.Left}, {"dropouts", r.Dropouts}, {"died", r.Died}, {"now", r.Now},
		{"taken", r.Taken}, {"due", r.Due}, {"roll", r.Roll}, {"unknown", r.Unknown}, {"excused", r.Excused}, {"unexcused", r.Unexcused}, {"unsplit", r.Unsplit}}
}

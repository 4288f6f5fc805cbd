package calendar

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// DueRow is what ought to come in from a school for one session: sheets of classes that have pupils, and the pupils on
// them. Grade "" is the row of the level; rows of a grade have the pupils of that grade and no sheets, because a lớp
// ghép is one sheet of several grades.
type DueRow struct {
	Day     day.Day
	Session Session
	Level   string
	Grade   string
	Sheets  int
	Roll    int
}

type dueKey struct {
	day     day.Day
	session Session
	level   string
	grade   string
}

type dueCount struct{ sheets, roll int }

type monthKey struct {
	month day.Day
	level string
}

// sliceRows is how many rows one write takes: well under 20 ms on the machines of performance.md.
const sliceRows = 200

// errMoved: somebody changed the school while its rows were worked out.
var errMoved = errors.New("calendar: the school changed meanwhile")

// Judge makes what was taken at a school on the days of a period follow its calendar (rollcall.FollowCalendar), in short
// transactions of its own. It must do nothing when everything follows already.
type Judge func(ctx context.Context, s *store.Store, school id.ID, period day.Range) error

// Rebuild brings what is due at a school up to date, in short writes that yield to roll calls: first judge, if given,
// then the rows. It does nothing when the school is not stale, and begins again when something changes meanwhile. A
// closure of a whole province is best judged here, school by school; one of a school in the transaction that declares it.
func Rebuild(ctx context.Context, s *store.Store, realm int, school id.ID, judge Judge) error {
	for {
		err := rebuildOnce(ctx, s, realm, school, judge)
		if !errors.Is(err, errMoved) {
			return err
		}
	}
}

func rebuildOnce(ctx context.Context, s *store.Store, realm int, school id.ID, judge Judge) error {
	var judged dueState
	if judge != nil {
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			judged, err = state(ctx, tx, realm, school)
			return err
		})
		if err != nil || judged.Stale.Empty() {
			return err
		}
		if err := judge(ctx, s, school, judged.Stale); err != nil {
			return err
		}
	}
	var work *rebuild
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		work, err = planRebuild(ctx, tx, realm, school)
		return err
	})
	if err != nil || work == nil {
		return err
	}
	if judge != nil && work.mark != judged.Mark {
		return errMoved
	}
	for !work.done() {
		if err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return work.slice(ctx, tx, sliceRows) }); err != nil {
			return err
		}
		work.advance(sliceRows)
	}
	return s.Write(ctx, work.settle)
}

// RebuildStale rebuilds every stale school of a realm and says how many there were.
func RebuildStale(ctx context.Context, s *store.Store, realm int, judge Judge) (int, error) {
	var schools []id.ID
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		schools, err = StaleSchools(ctx, tx, realm)
		return err
	})
	if err != nil {
		return 0, err
	}
	for i, school := range schools {
		if err := Rebuild(ctx, s, realm, school, judge); err != nil {
			return i, err
		}
	}
	return len(schools), nil
}

// RebuildIn rebuilds a school within the caller's transaction; for tests and for loading a demonstration, where nobody
// waits.
func RebuildIn(ctx context.Context, tx *store.Tx, realm int, school id.ID) error {
	work, err := planRebuild(ctx, tx, realm, school)
	if err != nil || work == nil {
		return err
	}
	for !work.done() {
		if err := work.slice(ctx, tx, sliceRows); err != nil {
			return err
		}
		work.advance(sliceRows)
	}
	return work.settle(ctx, tx)
}

// rebuild is the difference between the rows that are and those that ought to be, worked out under one mark.
type rebuild struct {
	realm  int
	school id.ID
	mark   int64
	// Statements with their rows, in an order that never changes: two rebuilders cannot wait for each other.
	steps []step
	next  int
}

type step struct {
	query string
	args  []any
}

func (r *rebuild) done() bool { return r.next >= len(r.steps) }

func (r *rebuild) advance(n int) { r.next = min(r.next+n, len(r.steps)) }

// hold fails with errMoved unless the mark is the one under which r was worked out.
func (r *rebuild) hold(ctx context.Context, tx *store.Tx) error {
	n, err := tx.Exec(ctx, sqlHold, r.realm, r.school, r.mark)
	if err == nil && n == 0 {
		return errMoved
	}
	return err
}

// slice writes the next n rows. It may run twice.
func (r *rebuild) slice(ctx context.Context, tx *store.Tx, n int) error {
	if err := r.hold(ctx, tx); err != nil {
		return err
	}
	part := r.steps[r.next:min(r.next+n, len(r.steps))]
	for len(part) > 0 {
		same := 1
		for same < len(part) && part[same].query == part[0].query {
			same++
		}
		rows := make([][]any, same)
		for i := range rows {
			rows[i] = slices.Clone(part[i].args)
		}
		if err := tx.Many(ctx, part[0].query, rows); err != nil {
			return err
		}
		part = part[same:]
	}
	return nil
}

func (r *rebuild) settle(ctx context.Context, tx *store.Tx) error {
	n, err := tx.Exec(ctx, sqlSettle, r.realm, r.school, r.mark, day.Forever)
	if err == nil && n == 0 {
		return errMoved
	}
	return err
}

// planRebuild works out what is to be written; nil when the school is not stale.
func planRebuild(ctx context.Context, tx *store.Tx, realm int, school id.ID) (*rebuild, error) {
	now, err := state(ctx, tx, realm, school)
	if err != nil || now.Stale.Empty() {
		return nil, err
	}
	// Whole months, because the sums of months are written too.
	period := day.Range{From: now.Stale.From.MonthStart(), Until: day.Forever}
	if now.Stale.Until < day.Forever {
		period.Until = now.Stale.Last().MonthStart().AddMonths(1)
	}
	wanted, err := ComputeDue(ctx, tx, realm, school, period)
	if err != nil {
		return nil, err
	}
	r := &rebuild{realm: realm, school: school, mark: now.Mark}
	return r, r.compare(ctx, tx, period, wanted)
}

// CheckDue compares the kept rows of a school with what the rules and rolls give and says how many differ; for `ralop
// check`. A stale school is passed over: it is known to differ.
func CheckDue(ctx context.Context, tx *store.Tx, realm int, school id.ID) (differences int, err error) {
	now, err := state(ctx, tx, realm, school)
	if err != nil || !now.Stale.Empty() {
		return 0, err
	}
	always := day.Range{From: day.Date(1900, 1, 1), Until: day.Forever}
	wanted, err := ComputeDue(ctx, tx, realm, school, always)
	if err != nil {
		return 0, err
	}
	r := &rebuild{realm: realm, school: school}
	err = r.compare(ctx, tx, always, wanted)
	return len(r.steps), err
}

func (r *rebuild) compare(ctx context.Context, tx *store.Tx, period day.Range, wanted []DueRow) error {
	is, err := store.All[DueRow](ctx, tx, sqlDueRows, r.realm, r.school, period.From, period.Until)
	if err != nil {
		return err
	}
	old := make(map[dueKey]dueCount, len(is))
	for _, row := range is {
		old[row.key()] = dueCount{row.Sheets, row.Roll}
	}
	months := map[monthKey]dueCount{}
	for _, row := range wanted {
		if row.Grade == "" {
			k := monthKey{row.Day.MonthStart(), row.Level}
			sum := months[k]
			months[k] = dueCount{sum.sheets + row.Sheets, sum.roll + row.Roll}
		}
		known, ok := old[row.key()]
		delete(old, row.key())
		if !ok || known != (dueCount{row.Sheets, row.Roll}) {
			r.add(sqlPutDue, r.realm, r.school, row.Day, row.Session, row.Level, row.Grade, row.Sheets, row.Roll)
		}
	}
	gone := make([]dueKey, 0, len(old))
	for k := range old {
		gone = append(gone, k)
	}
	slices.SortFunc(gone, dueKey.compare)
	for _, k := range gone {
		r.add(sqlDropDue, r.realm, r.school, k.day, k.session, k.level, k.grade)
	}
	return r.compareMonths(ctx, tx, period, months)
}

func (r *rebuild) compareMonths(ctx context.Context, tx *store.Tx, period day.Range, wanted map[monthKey]dueCount) error {
	type row struct {
		Month  day.Day
		Level  string
		Sheets int
		Roll   int
	}
	is, err := store.All[row](ctx, tx, sqlDueMonths, r.realm, r.school, period.From, period.Until)
	if err != nil {
		return err
	}
	old := map[monthKey]dueCount{}
	keys := map[monthKey]bool{}
	for _, m := range is {
		k := monthKey{m.Month, m.Level}
		old[k], keys[k] = dueCount{m.Sheets, m.Roll}, true
	}
	for k := range wanted {
		keys[k] = true
	}
	ordered := make([]monthKey, 0, len(keys))
	for k := range keys {
		ordered = append(ordered, k)
	}
	slices.SortFunc(ordered, func(a, b monthKey) int {
		return cmp.Or(cmp.Compare(a.month, b.month), strings.Compare(a.level, b.level))
	})
	for _, k := range ordered {
		want, wants := wanted[k]
		have, has := old[k]
		switch {
		case !wants:
			r.add(sqlDropDueMonth, r.realm, r.school, k.month, k.level)
		case !has || have != want:
			r.add(sqlPutDueMonth, r.realm, r.school, k.month, k.level, want.sheets, want.roll)
		}
	}
	return nil
}

func (r *rebuild) add(query string, args ...any) { r.steps = append(r.steps, step{query, args}) }

func (row DueRow) key() dueKey { return dueKey{row.Day, row.Session, row.Level, row.Grade} }

func (k dueKey) compare(o dueKey) int {
	return cmp.Or(cmp.Compare(k.day, o.day), cmp.Compare(k.session, o.session), strings.Compare(k.level, o.level), strings.Compare(k.grade, o.grade))
}

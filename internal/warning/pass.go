package warning

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

const (
	sliceRows = 40 // signals that one write takes: well under 20 ms
	workers   = 2  // schools that the nightly pass works out side by side
	attempts  = 4  // when somebody else wrote the same school meanwhile
)

// errMoved: another pass wrote the school's signals meanwhile.
var errMoved = errors.New("warning: another pass was first")

// Pass works out the signals of the classes whose marks changed since it last looked, and
// says how many signals it raised, changed or ended. It is driven by the counts that
// every sheet leaves in its transaction (school_month.changes, sheet.version), so nobody
// has to call it, it may run as often as wanted, and one run does for many sheets. A
// school that was never looked at is worked out whole.
func Pass(ctx context.Context, s *store.Store, realm int) (touched int, err error) {
	type changed struct {
		School id.ID
		Month  day.Day
		Sum    int64
	}
	var p *pass
	var all []changed
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		// Sheets of months before the last are locked; the nightly pass sees what was still corrected there.
		if all, err = store.All[changed](ctx, tx, sqlChanged, realm, tx.Today().MonthStart().AddMonths(-1)); err != nil || len(all) == 0 {
			return err
		}
		p, err = newPass(ctx, tx, realm, tx.Today(), false)
		return err
	})
	if err != nil || len(all) == 0 {
		return 0, err
	}
	months := map[id.ID][]day.Day{}
	var schools []id.ID
	for _, c := range all {
		if months[c.School] == nil {
			schools = append(schools, c.School)
		}
		months[c.School] = append(months[c.School], c.Month)
	}
	slices.Sort(schools)
	households := map[id.ID]bool{}
	for _, school := range schools {
		n, err := passSchool(ctx, s, question{realm: realm, school: school, on: p.on, pass: p}, months[school], households)
		if err != nil {
			return touched, err
		}
		touched += n
	}
	n, err := passHouseholds(ctx, s, realm, keys(households))
	return touched + n, err
}

// Nightly works out every school whole: what Pass does, and what changes without a mark –
// classes that nobody calls, children who left unconfirmed or have not arrived, support
// that ended.
func Nightly(ctx context.Context, s *store.Store, realm int) (touched int, err error) {
	var p *pass
	var schools []id.ID
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if p, err = newPass(ctx, tx, realm, tx.Today(), true); err != nil {
			return err
		}
		schools, err = store.All[id.ID](ctx, tx, sqlSchools, realm, p.on)
		return err
	})
	if err != nil {
		return 0, err
	}
	var mutex sync.Mutex
	var wait sync.WaitGroup
	next, households := 0, map[id.ID]bool{}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for range workers {
		own := *p
		own.communes = map[id.ID]id.ID{}
		wait.Go(func() {
			for ctx.Err() == nil {
				mutex.Lock()
				at := next
				next++
				mutex.Unlock()
				if at >= len(schools) {
					return
				}
				mine := map[id.ID]bool{}
				n, err := passSchool(ctx, s, question{realm: realm, school: schools[at], on: own.on, pass: &own}, nil, mine)
				if err != nil {
					cancel(err)
					return
				}
				mutex.Lock()
				touched += n
				for h := range mine {
					households[h] = true
				}
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	if err := context.Cause(ctx); err != nil {
		return touched, err
	}
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		standing, err := store.All[id.ID](ctx, tx, sqlAllHouseholds, realm)
		for _, h := range standing {
			households[h] = true
		}
		return err
	})
	if err != nil {
		return touched, err
	}
	n, err := passHouseholds(ctx, s, realm, keys(households))
	return touched + n, err
}

func keys(set map[id.ID]bool) []id.ID {
	all := make([]id.ID, 0, len(set))
	for k := range set {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// seen is up to which sheets a month of a school is worked out.
type seen struct {
	month   day.Day
	changes int64
	classes string
}

// passSchool works out a school: of the months given only the classes whose sheets
// changed, else all of it. It puts the households of changed signals into the set.
func passSchool(ctx context.Context, s *store.Store, q question, months []day.Day, households map[id.ID]bool) (int, error) {
	for attempt := 1; ; attempt++ {
		n, err := passOnce(ctx, s, q, months, households)
		if !errors.Is(err, errMoved) || attempt == attempts {
			return n, err
		}
	}
}

func passOnce(ctx context.Context, s *store.Store, q question, months []day.Day, households map[id.ID]bool) (int, error) {
	var done *settled
	var marks []seen
	var generation int64
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		type standing struct {
			Generation int64
			On         day.Day
		}
		at, err := store.One[standing](ctx, tx, sqlGeneration, q.realm, q.school)
		if err != nil && !store.IsNone(err) {
			return err
		}
		generation = at.Generation
		whole := months == nil || generation == 0
		q.classes = nil
		if !whole {
			if q.classes, marks, err = changedClasses(ctx, tx, q, months); err != nil {
				return err
			}
		}
		d, err := load(ctx, tx, q)
		if err != nil {
			return err
		}
		if whole {
			if marks, err = d.seen(ctx, tx); err != nil {
				return err
			}
		}
		e, err := evaluate(ctx, tx, d)
		if err != nil {
			return err
		}
		done, err = settle(ctx, tx, e)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, c := range done.changes {
		if c.Household != 0 {
			households[c.Household] = true
		}
	}
	if len(done.changes) == 0 && len(marks) == 0 && len(done.packed) == 0 && generation != 0 {
		return 0, nil
	}
	return len(done.changes), writeSlices(ctx, s, q, generation, done.changes, marks, done.packed)
}

// writeSlices keeps the changes in short writes, and with the last of them what they were worked out from.
func writeSlices(ctx context.Context, s *store.Store, q question, generation int64, changes []change, marks []seen, past []packed) error {
	for first := true; first || len(changes) > 0; first = false {
		slice := changes[:min(len(changes), sliceRows)]
		changes = changes[len(slice):]
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := advance(ctx, tx, q, generation); err != nil {
				return err
			}
			if err := write(ctx, tx, q.realm, slice); err != nil || len(changes) > 0 {
				return err
			}
			rows := make([][]any, len(marks))
			for i, m := range marks {
				rows[i] = []any{q.realm, q.school, m.month, m.changes, m.classes}
			}
			if err := tx.Many(ctx, sqlPutSeen, rows); err != nil {
				return err
			}
			rows = rows[:0]
			for _, p := range past {
				rows = append(rows, []any{q.realm, q.school, p.month, p.changes, p.body})
			}
			return tx.Many(ctx, sqlPutPast, rows)
		})
		if err != nil {
			return err
		}
		generation++
	}
	return nil
}

// advance moves the school's generation on, or finds that somebody else did.
func advance(ctx context.Context, tx *store.Tx, q question, generation int64) error {
	query, args := sqlNextGeneration, []any{q.realm, q.school, generation, q.on}
	if generation == 0 {
		query, args = sqlFirstGeneration, []any{q.realm, q.school, int64(1), q.on}
	}
	n, err := tx.Exec(ctx, query, args...)
	if err == nil && n == 0 {
		return errMoved
	}
	return err
}

// changedClasses finds the classes whose sheets of these months are others than those worked out.
func changedClasses(ctx context.Context, tx *store.Tx, q question, months []day.Day) (classes []id.ID, marks []seen, err error) {
	classes = []id.ID{}
	sums, err := changesOf(ctx, tx, q.realm, q.school, slices.Min(months))
	if err != nil {
		return nil, nil, err
	}
	for _, month := range months {
		type version struct {
			Class id.ID
			Sum   int64
		}
		now, err := store.All[version](ctx, tx, sqlVersionSums, q.realm, q.school, month, month.AddMonths(1))
		if err != nil {
			return nil, nil, err
		}
		type kept struct {
			Changes int64
			Classes string
		}
		was, err := store.One[kept](ctx, tx, sqlSeen, q.realm, q.school, month)
		if err != nil && !store.IsNone(err) {
			return nil, nil, err
		}
		before, sum := parseSums(was.Classes), map[id.ID]int64{}
		for _, v := range now {
			sum[v.Class] = v.Sum
			if before[v.Class] != v.Sum && !slices.Contains(classes, v.Class) {
				classes = append(classes, v.Class)
			}
		}
		marks = append(marks, seen{month, sums[month], formatSums(sum)})
	}
	return classes, marks, nil
}

func changesOf(ctx context.Context, tx *store.Tx, realm int, school id.ID, from day.Day) (map[day.Day]int64, error) {
	type month struct {
		Month day.Day
		Sum   int64
	}
	rows, err := store.All[month](ctx, tx, sqlChangesOf, realm, school, from)
	sums := map[day.Day]int64{}
	for _, r := range rows {
		sums[r.Month] = r.Sum
	}
	return sums, err
}

// seen gives what the whole school was worked out from, as far as that is news.
func (d *loaded) seen(ctx context.Context, tx *store.Tx) (marks []seen, err error) {
	sums := d.changes
	if sums == nil { // no class lives today
		if sums, err = changesOf(ctx, tx, d.realm, d.school, calendar.Bounds(d.on.SchoolYear()).From); err != nil {
			return nil, err
		}
	}
	type kept struct {
		Month   day.Day
		Changes int64
	}
	was, err := store.All[kept](ctx, tx, sqlSeenOf, d.realm, d.school)
	for _, k := range was {
		if sums[k.Month] == k.Changes {
			delete(sums, k.Month)
		}
	}
	for month, sum := range sums {
		marks = append(marks, seen{month, sum, formatSums(d.sums[month])})
	}
	slices.SortFunc(marks, func(a, b seen) int { return a.month.Sub(b.month) })
	return marks, err
}

// formatSums writes "class sum" pairs in base 36, the class with the smaller id first.
func formatSums(sums map[id.ID]int64) string {
	classes := make([]id.ID, 0, len(sums))
	for class := range sums {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	var b strings.Builder
	for _, class := range classes {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatInt(int64(class), 36))
		b.WriteByte(':')
		b.WriteString(strconv.FormatInt(sums[class], 36))
	}
	return b.String()
}

func parseSums(text string) map[id.ID]int64 {
	sums := map[id.ID]int64{}
	for word := range strings.FieldsSeq(text) {
		left, right, _ := strings.Cut(word, ":")
		class, err := strconv.ParseInt(left, 36, 64)
		sum, err2 := strconv.ParseInt(right, 36, 64)
		if err == nil && err2 == nil { // a word that cannot be read is a class that is worked out again
			sums[id.ID(class)] = sum
		}
	}
	return sums
}

// AsOf gives the signals of a school that stood open at the end of what was known at an
// instant: marks received by then, thresholds in force and known then. Spells and the
// calendar are those known today. Signals of households, which reach across schools, are
// not among them. They have no ids.
func AsOf(ctx context.Context, tx *store.Tx, realm int, school id.ID, at day.Instant) ([]Signal, error) {
	p, err := newPass(ctx, tx, realm, at.Day(), true)
	if err != nil {
		return nil, err
	}
	d, err := load(ctx, tx, question{realm: realm, school: school, on: at.Day(), known: at, pass: p})
	if err != nil {
		return nil, err
	}
	e, err := evaluate(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	s := &settled{evaluated: e, now: at, open: map[matter]*Signal{}, before: map[id.ID]Signal{}, newID: tx.NewID}
	places, err := s.places(ctx, tx)
	if err != nil {
		return nil, err
	}
	s.compare(places)
	s.villages()
	s.finish()
	signals := make([]Signal, len(s.standing))
	for i, x := range s.standing {
		signals[i] = *x
	}
	sortSignals(signals)
	for i := range signals {
		signals[i].ID, signals[i].Version = 0, 0
		if signals[i].PartOf != 0 {
			signals[i].PartOf = -1
		}
	}
	return signals, nil
}

package afterbreak

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Refresh brings the breaks of a realm up to date: finds those of schools whose calendar changed, makes and freezes the
// lists that are due, and counts the schools whose marks or counts changed. It does at most limit schools of each kind
// of work, each in a short transaction, and says how many it touched; the house calls it until it answers zero. Boards
// of a few schools are right without it, only slower; those of many say which schools wait.
func Refresh(ctx context.Context, s *store.Store, realm, limit int) (touched int, err error) {
	for _, work := range []func(context.Context, *store.Store, int, int) (int, error){findAll, listAll, countAll} {
		n, err := work(ctx, s, realm, limit)
		touched += n
		if err != nil {
			return touched, err
		}
	}
	return touched, nil
}

func findAll(ctx context.Context, s *store.Store, realm, limit int) (int, error) {
	type school struct {
		ID         id.ID
		Generation int64
	}
	var schools []school
	found := map[id.ID][]levelGap{}
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if schools, err = store.All[school](ctx, tx, sqlSchoolsToFind, realm, tx.Today().SchoolYear(), limit); err != nil {
			return err
		}
		for _, one := range schools {
			if found[one.ID], err = find(ctx, tx, realm, one.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, one := range schools {
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return keepGaps(ctx, tx, realm, one.ID, one.Generation, found[one.ID])
		})
		if err != nil {
			return i, err
		}
	}
	return len(schools), nil
}

// listAll makes the lists of breaks that begin within Ahead days, makes them again on each day until they begin, and
// freezes them then.
func listAll(ctx context.Context, s *store.Store, realm, limit int) (int, error) {
	var waiting []schoolBreak
	breaks := map[id.ID]Break{}
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err := store.All[schoolBreak](ctx, tx, sqlUnfrozen, realm, day.Forever, tx.Today()+Ahead)
		if err != nil {
			return err
		}
		for _, w := range all {
			b, known := breaks[w.Break]
			if !known {
				if b, err = breakByID(ctx, tx, realm, w.Break); err != nil {
					return err
				}
				breaks[w.Break] = b
			}
			begun := w.begins(b.Kind) <= tx.Today()
			if w.begins(b.Kind) <= tx.Today()+Ahead && (begun || w.AsOf != w.asOf(b.Kind, tx.Today())) && len(waiting) < limit {
				waiting = append(waiting, w)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, w := range waiting {
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			b := breaks[w.Break]
			if err := makeList(ctx, tx, realm, b, w, w.asOf(b.Kind, tx.Today())); err != nil {
				return err
			}
			if w.begins(b.Kind) > tx.Today() {
				return nil
			}
			if _, err := tx.Exec(ctx, sqlFreeze, realm, w.Break, w.School, w.Level, tx.Today(), tx.Now(), id.ID(0)); err != nil {
				return err
			}
			return audit.Record(ctx, tx, access.System(realm).Audit("afterbreak.freeze", access.School(w.School), "", map[string]any{"break": w.Break, "level": w.Level}))
		})
		if err != nil {
			return i, err
		}
	}
	return len(waiting), nil
}

// stand is what the counts of a school in a break would be made of now.
type stand struct {
	Break, School   id.ID
	Changes, Counts int64
	dayOnly         bool // only another day: while a break is followed, its schools are counted once a day
}

func countAll(ctx context.Context, s *store.Store, realm, limit int) (int, error) {
	var stale []stand
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		stale, err = staleIn(ctx, tx, realm, 0, nil)
		return err
	})
	if err != nil {
		return 0, err
	}
	stale = stale[:min(limit, len(stale))]
	for i, st := range stale {
		// Counted on a snapshot, so that the writer is not held while sheets are read.
		var levels []schoolBreak
		var c counted
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if levels, err = store.All[schoolBreak](ctx, tx, sqlSchoolInBreak, realm, st.Break, st.School); err != nil {
				return err
			}
			c, err = countSchool(ctx, tx, realm, levels)
			return err
		})
		if err != nil {
			return i, err
		}
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return keepCounts(ctx, tx, realm, st, levels, c) })
		if err != nil {
			return i, err
		}
	}
	return len(stale), nil
}

func keepCounts(ctx context.Context, tx *store.Tx, realm int, st stand, levels []schoolBreak, c counted) error {
	changed := make([][]any, len(c.changed))
	for i, p := range c.changed {
		changed[i] = []any{realm, st.Break, p.Pupil, p.Class, p.SeenOn, p.BackOn, p.Cause}
	}
	if err := tx.Many(ctx, sqlPutPupilState, changed); err != nil {
		return err
	}
	for _, query := range []string{sqlClearDays, sqlClearHomes} {
		if _, err := tx.Exec(ctx, query, realm, st.Break, st.School); err != nil {
			return err
		}
	}
	for _, s := range levels {
		if _, err := tx.Exec(ctx, sqlSetByCount, realm, s.Break, s.School, s.Level, c.byCount[s.Level]); err != nil {
			return err
		}
	}
	if c.whole && len(levels) > 0 {
		if s := levels[0]; s.Level != "" {
			if _, err := tx.Exec(ctx, sqlPutBreakSchool, realm, s.Break, s.School, "", s.From, s.Return, s.Held, s.Reasons, true, day.Forever, s.From, tx.Now(), id.ID(0)); err != nil {
				return err
			}
		}
	}
	type key struct {
		level string
		day   day.Day
	}
	var order []key
	days, homes := map[key]Share{}, make([][]any, len(c.days))
	for i, d := range c.days {
		k := key{d.Level, d.Day}
		if _, seen := days[k]; !seen {
			order = append(order, k)
		}
		days[k] = days[k].Plus(d.Share)
		homes[i] = []any{realm, st.Break, d.Unit, st.School, d.Level, d.Day, d.Expected, d.Seen, d.Back}
	}
	rows := make([][]any, len(order))
	for i, k := range order {
		s := days[k]
		rows[i] = []any{realm, st.Break, st.School, k.level, k.day, s.Expected, s.Seen, s.Back}
	}
	if err := tx.Load(ctx, "break_day", breakDayColumns, rows); err != nil {
		return err
	}
	if err := tx.Load(ctx, "break_home", breakHomeColumns, homes); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlPutMark, realm, st.Break, st.School, st.Changes, st.Counts, tx.Today())
	return err
}

var (
	breakDayColumns  = words("realm study_break school level day expected seen back")
	breakHomeColumns = words("realm study_break unit school level day expected seen back")
)

// staleIn lists the schools whose kept counts are not of what stands now: of one break, or of all (0); of these schools,
// or of all (nil).
func staleIn(ctx context.Context, tx *store.Tx, realm int, study id.ID, schools []id.ID) ([]stand, error) {
	type row struct {
		Break, School   id.ID
		Return, Last    day.Day
		Changes, Counts int64
		CountedOn       day.Day
	}
	only := map[id.ID]bool{}
	for _, school := range schools {
		only[school] = true
	}
	rows, err := store.All[row](ctx, tx, sqlFollowed, realm, study, tx.Today(), day.Forever)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	since, until := day.Forever, day.Day(0)
	for _, r := range rows {
		since, until = min(since, r.Return), max(until, r.Last+Followed)
	}
	type monthly struct {
		School  id.ID
		Month   day.Day
		Changes int64
	}
	changes := map[id.ID][]monthly{}
	months, err := store.All[monthly](ctx, tx, sqlChangesSince, realm, since.MonthStart(), until)
	if err != nil {
		return nil, err
	}
	for _, m := range months {
		changes[m.School] = append(changes[m.School], m)
	}
	type versions struct {
		School id.ID
		Day    day.Day
		Sum    int64
	}
	counts := map[id.ID][]versions{}
	reported, err := store.All[versions](ctx, tx, sqlCountVersions, realm, since, until)
	if err != nil {
		return nil, err
	}
	for _, v := range reported {
		counts[v.School] = append(counts[v.School], v)
	}
	var stale []stand
	for _, r := range rows {
		if schools != nil && !only[r.School] {
			continue
		}
		st := stand{Break: r.Break, School: r.School}
		followed := day.Range{From: r.Return, Until: r.Last + Followed}
		for _, m := range changes[r.School] {
			if day.MonthOf(m.Month).Overlaps(followed) {
				st.Changes += m.Changes
			}
		}
		for _, v := range counts[r.School] {
			if followed.Has(v.Day) {
				st.Counts += v.Sum
			}
		}
		old := r.CountedOn != tx.Today() && tx.Today() <= followed.Until
		if r.CountedOn == day.Forever || r.Changes != st.Changes || r.Counts != st.Counts || old {
			st.dayOnly = r.Changes == st.Changes && r.Counts == st.Counts
			stale = append(stale, st)
		}
	}
	return stale, nil
}

package afterbreak

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// levelGap is a gap of one level of a school.
type levelGap struct {
	Level string
	Gap
}

// Years is how many school years before this one are looked at: past returns say who had a hard way back, and the last
// year's curve stands behind this one's.
const Years = 3

func since(today day.Day) day.Day { return calendar.Bounds(today.SchoolYear() - Years).From }

// find looks for the breaks of a school in the school years whose calendar is known, and in this one and the last.
func find(ctx context.Context, tx *store.Tx, realm int, school id.ID) ([]levelGap, error) {
	years, err := calendar.Years(ctx, tx, realm)
	if err != nil {
		return nil, err
	}
	now := tx.Today().SchoolYear()
	wanted := []int{now - 1, now}
	for _, y := range years {
		if y.Year >= now-Years && !slices.Contains(wanted, y.Year) {
			wanted = append(wanted, y.Year)
		}
	}
	slices.Sort(wanted)
	var found []levelGap
	for _, year := range wanted {
		gaps, err := findIn(ctx, tx, realm, school, year)
		if err != nil {
			return nil, err
		}
		found = append(found, gaps...)
	}
	return found, nil
}

func findIn(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int) (found []levelGap, err error) {
	plans, err := calendar.Plans(ctx, tx, realm, school, year)
	if err != nil {
		return nil, err
	}
	classes := plans.Classes
	if len(classes) == 0 {
		if classes, err = calendar.LevelPlans(ctx, tx, realm, school, year); err != nil {
			return nil, err
		}
	}
	var levels []string
	byLevel := map[string][]*calendar.ClassPlan{}
	for _, c := range classes {
		level := c.Place().Level
		if byLevel[level] == nil {
			levels = append(levels, level)
		}
		byLevel[level] = append(byLevel[level], c)
	}
	var exceptions []calendar.Exception
	for _, level := range levels {
		gaps := GapsOf(byLevel[level], year)
		if len(gaps) == 0 { // no session all year: nobody entered a timetable
			if exceptions == nil {
				if exceptions, err = calendar.Exceptions(ctx, tx, access.System(realm), school, calendar.Bounds(year)); err != nil {
					return nil, err
				}
			}
			gaps = declared(exceptions, level, year)
		}
		for _, g := range gaps {
			found = append(found, levelGap{level, g})
		}
	}
	return found, nil
}

// keepGaps writes the breaks of a school: each gap joins the break of the realm that it overlaps, or begins one. What
// the calendar no longer has is taken away with its list.
func keepGaps(ctx context.Context, tx *store.Tx, realm int, school id.ID, generation int64, gaps []levelGap) error {
	if len(gaps) > 0 {
		breaks, err := store.All[Break](ctx, tx, sqlBreaks, realm, since(tx.Today()))
		if err != nil {
			return err
		}
		had, err := store.All[schoolBreak](ctx, tx, sqlBreaksOfSchool, realm, school, since(tx.Today()))
		if err != nil {
			return err
		}
		type key struct {
			of    id.ID
			level string
		}
		kept := map[key]bool{}
		for _, g := range gaps {
			b := joins(breaks, g.Gap)
			if b == nil {
				breaks = append(breaks, Break{ID: tx.NewID(), Year: g.Year, Kind: g.Kind, From: g.From, Return: g.Return, LastReturn: g.Return})
				b = &breaks[len(breaks)-1]
			}
			b.From, b.Return, b.LastReturn = min(b.From, g.From), min(b.Return, g.Return), max(b.LastReturn, g.Return)
			b.Reasons = union(b.Reasons, g.Reasons)
			kept[key{b.ID, g.Level}] = true
			if _, err := tx.Exec(ctx, sqlPutBreak, realm, b.ID, b.Year, b.Kind, b.Reasons, b.From, b.Return, b.LastReturn); err != nil {
				return err
			}
			at := slices.IndexFunc(had, func(h schoolBreak) bool { return h.Break == b.ID && h.Level == g.Level })
			if at >= 0 && had[at].From == g.From && had[at].Return == g.Return && had[at].Held == g.Held {
				continue
			}
			if _, err := tx.Exec(ctx, sqlPutBreakSchool, realm, b.ID, school, g.Level, g.From, g.Return, g.Held, strings.Join(g.Reasons, " "), false, day.Forever, day.Forever, day.Instant(0), id.ID(0)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, sqlDropMark, realm, b.ID, school); err != nil { // other days: counted again
				return err
			}
		}
		for _, h := range had {
			if h.Level != "" && !kept[key{h.Break, h.Level}] {
				if err := dropBreakSchool(ctx, tx, realm, h); err != nil {
					return err
				}
			}
		}
	}
	_, err := tx.Exec(ctx, sqlPutState, realm, school, generation, tx.Today().SchoolYear())
	return err
}

func dropBreakSchool(ctx context.Context, tx *store.Tx, realm int, h schoolBreak) error {
	for _, query := range []string{sqlDropPupils, sqlDropDays, sqlDropHomes, sqlDropBreakSchool} {
		if _, err := tx.Exec(ctx, query, realm, h.Break, h.School, h.Level); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, sqlDropEmptyBreak, realm, h.Break)
	return err
}

// joins is the break with which a gap overlaps the longest.
func joins(breaks []Break, g Gap) *Break {
	best, most := -1, 0
	for i, b := range breaks {
		if b.Year != g.Year || b.Kind != g.Kind {
			continue
		}
		common := day.Range{From: b.From, Until: b.LastReturn}.Intersect(day.Range{From: g.From, Until: g.Return}).Days()
		if common > most {
			best, most = i, common
		}
	}
	if best < 0 {
		return nil
	}
	return &breaks[best]
}

// union adds reasons in the order of the calendar's list.
func union(have string, more []string) string {
	var all []string
	for _, reason := range calendar.Reasons {
		if code := string(reason); slices.Contains(words(have), code) || slices.Contains(more, code) {
			all = append(all, code)
		}
	}
	return strings.Join(all, " ")
}

package main

import (
	"context"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

type importCalendarCommand struct {
	importFlags
}

// Run imports school years, terms, timetables, closures and make-ups, then lets the roll calls already taken follow them
// and brings what is due up to date, school by school.
func (c *importCalendarCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, refused, err := exchange.ReadCalendar(table, mapping)
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	got, err := calendar.Import(env.Context, a.Store, a.System(), lines, c.DryRun, nil, env.progress(env.T("exchange.writing")))
	if err != nil {
		return err
	}
	if !c.DryRun {
		judge := func(ctx context.Context, s *store.Store, school id.ID, period day.Range) error {
			_, err := rollcall.FollowCalendar(ctx, s, a.System(), school, period)
			return err
		}
		if _, err := calendar.RebuildStale(env.Context, a.Store, a.Realm, judge); err != nil {
			return err
		}
	}
	for _, r := range got.Refused {
		refused = append(refused, exchange.RowFault(r))
	}
	result := importResult{Rows: len(sheet.Rows()), Counts: map[string]int{"changed": got.Made, "same": got.Same}}
	return c.finish(env, result, sheet, refused, nil)
}

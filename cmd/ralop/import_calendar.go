package main

import (
	"ralop/internal/calendar"
	"ralop/internal/exchange"
)

type importCalendarCommand struct {
	importFlags
}

// Run imports school years, terms, timetables, closures and make-ups, then brings what is due up to date.
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
		if _, err := calendar.RebuildStale(env.Context, a.Store, a.Realm, nil); err != nil {
			return err
		}
	}
	for _, r := range got.Refused {
		refused = append(refused, exchange.RowFault(r))
	}
	result := importResult{Rows: len(sheet.Rows()), Counts: map[string]int{"changed": got.Made, "same": got.Same}}
	return c.finish(env, result, sheet, refused, nil)
}

package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Source is what a class contributed to figures, as it was in one snapshot. A correction
// of any cause changes at least one of its fields. Class is the school's id for what the
// school counted without names.
type Source struct {
	Class      id.ID
	School     id.ID
	Sheets     int64 // taken
	Versions   int64 // Σ of its sheets, also of those not counted
	Rolls      string
	Generation int64 // of the school's calendar
	Open       int64 // pupils on the first day
	Close      int64 // on the last
	N, D       int64 // lượt có mặt, lượt phải có mặt
	Spells     string
	TakenAt    day.Instant
}

// same compares all but the time and the generation: that moves with every class of the
// school and says nothing by itself.
func (s Source) same(o Source) bool {
	s.TakenAt, o.TakenAt, s.Generation, o.Generation = 0, 0, 0, 0
	return s == o
}

// sourcesOf reads what the classes of schools contribute in a period.
func sourcesOf(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, period day.Range) (map[id.ID]Source, error) {
	all := map[id.ID]Source{}
	generations := map[id.ID]int64{}
	at := func(class, school id.ID) Source {
		s, ok := all[class]
		if !ok {
			s = Source{Class: class, School: school, Generation: generations[school], TakenAt: tx.Now()}
		}
		return s
	}
	for _, school := range schools {
		generation, err := calendar.Generation(ctx, tx, realm, school)
		if store.IsNone(err) {
			continue
		} else if err != nil {
			return nil, err
		}
		generations[school] = generation
	}
	in := store.In(schools)
	type sheets struct {
		Class, School    id.ID
		Sheets, Versions int64
		Size, Present    int64
	}
	rows, err := store.All[sheets](ctx, tx, sqlSourceSheets, realm, in, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		s := at(r.Class, r.School)
		s.Sheets, s.Versions, s.N, s.D = r.Sheets, r.Versions, r.Present, r.Size
		all[r.Class] = s
	}
	type roll struct {
		Class, School id.ID
		Roll          int
	}
	rolls, err := store.All[roll](ctx, tx, sqlSourceRolls, realm, in, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	for _, r := range rolls {
		s := at(r.Class, r.School)
		s.Rolls = strings.TrimSpace(s.Rolls + fmt.Sprintf(" %d", r.Roll))
		all[r.Class] = s
	}
	type members struct {
		Class, School id.ID
		Open, Close   int64
	}
	counted, err := store.All[members](ctx, tx, sqlSourceMembers, realm, in, period.From, period.Last())
	if err != nil {
		return nil, err
	}
	for _, r := range counted {
		s := at(r.Class, r.School)
		s.Open, s.Close = r.Open, r.Close
		all[r.Class] = s
	}
	type spells struct {
		Class, School      id.ID
		Entry, Exit, State string
		N                  int64
	}
	found, err := store.All[spells](ctx, tx, sqlSourceSpells, realm, in, period.From, period.Last())
	if err != nil {
		return nil, err
	}
	parts := map[id.ID][]string{}
	for _, r := range found {
		all[r.Class] = at(r.Class, r.School)
		parts[r.Class] = append(parts[r.Class], fmt.Sprintf("%s>%s/%s:%d", r.Entry, r.Exit, r.State, r.N))
	}
	for class, texts := range parts {
		s := all[class]
		slices.Sort(texts)
		s.Spells = strings.Join(texts, " ")
		all[class] = s
	}
	type counts struct {
		School            id.ID
		Number, Versions  int64
		Present, Enrolled int64
	}
	heads, err := store.All[counts](ctx, tx, sqlSourceHeadcounts, realm, in, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	for _, r := range heads {
		s := at(r.School, r.School)
		s.Sheets, s.Versions, s.N, s.D = r.Number, r.Versions, r.Present, r.Enrolled
		all[r.School] = s
	}
	return all, nil
}

func keepSources(ctx context.Context, tx *store.Tx, realm int, report id.ID, sources map[id.ID]Source) error {
	rows := make([][]any, 0, len(sources))
	for _, s := range sources {
		rows = append(rows, []any{realm, report, s.Class, s.School, s.Sheets, s.Versions, s.Rolls, s.Generation, s.Open, s.Close, s.N, s.D, s.Spells, s.TakenAt})
	}
	slices.SortFunc(rows, func(a, b []any) int { return int(a[2].(id.ID) - b[2].(id.ID)) })
	return tx.Many(ctx, sqlKeepSource, rows)
}

func keptSources(ctx context.Context, tx *store.Tx, realm int, report id.ID) (map[id.ID]Source, error) {
	rows, err := store.All[Source](ctx, tx, sqlSources, realm, report)
	all := make(map[id.ID]Source, len(rows))
	for _, s := range rows {
		all[s.Class] = s
	}
	return all, err
}

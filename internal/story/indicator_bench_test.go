package story_test

import (
	"context"
	"testing"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/story"
)

// BenchmarkDistrict asks what people ask of a demonstration district, on both engines: the
// board of a month (warm), a range of the year by level, a breakdown of a month, and the
// slow parts of a board as its first reader meets them.
func BenchmarkDistrict(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			stage, err := story.Begin(story.Options{})
			if err != nil {
				b.Fatal(err)
			}
			s := storetest.Open(b, engine, stage.Clock.Time)
			who := access.System(1)
			err = s.Write(b.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, $2, $3, $4)`, 1, stage.Realm, story.TuanGiao, tx.Now())
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := story.Build(b.Context(), s, 1, story.Options{}, nil); err != nil {
				b.Fatal(err)
			}
			for n := 1; n > 0; {
				if n, err = indicator.KeepGroups(b.Context(), s, 1, 500); err != nil {
					b.Fatal(err)
				}
			}
			var place indicator.Place
			read := func(f func(ctx context.Context, tx *store.Tx) error) {
				if err := s.Read(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
			read(func(ctx context.Context, tx *store.Tx) error {
				unit, err := org.Resolve(ctx, tx, "099", stage.Clock.Day())
				place = indicator.Unit(unit.ID)
				return err
			})
			month := day.Range{From: day.MustParse("2020-05-01"), Until: day.MustParse("2020-06-01")}
			board := func(cache *indicator.Cache) {
				read(func(ctx context.Context, tx *store.Tx) error {
					_, err := indicator.ReadBoard(ctx, tx, who, indicator.BoardQuery{Place: place, Period: month}, cache)
					return err
				})
			}
			measure := func(q indicator.Query) func(*testing.B) {
				return func(b *testing.B) {
					q.Place = place
					for b.Loop() {
						read(func(ctx context.Context, tx *store.Tx) error {
							_, err := indicator.Measure(ctx, tx, who, q)
							return err
						})
					}
				}
			}
			b.Run("board/warm", func(b *testing.B) {
				cache := indicator.NewCache()
				board(cache)
				for b.Loop() {
					board(cache)
				}
			})
			b.Run("board/first", func(b *testing.B) {
				for b.Loop() {
					board(nil)
				}
			})
			b.Run("month by children", measure(indicator.Query{Indicator: indicator.Attendance, Period: month, By: indicator.ByChildren}))
			b.Run("range by level", measure(indicator.Query{Indicator: indicator.Attendance, Period: day.Range{From: day.MustParse("2019-09-17"), Until: day.MustParse("2020-05-13")}, By: indicator.ByLevel}))
			for _, by := range []indicator.By{indicator.BySex, indicator.ByBoarding, indicator.ByEthnicity} {
				b.Run("month by "+string(by), measure(indicator.Query{Indicator: indicator.Attendance, Period: month, By: by}))
			}
		})
	}
}

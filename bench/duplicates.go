package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"ralop/internal/app"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// What a night's search for records that are one child costs at the size of a province. The world is only what it looks
// at: records, homes, guardians and spells. Names are few, as in the highlands; one birth date in ten is a first of
// January, which a register says of a child whose day nobody knows; one record in a hundred is a second of a child.

// measureDuplicates searches a province on both engines.
func measureDuplicates(ctx context.Context, o options, f folders, t *table) error {
	records := o.Pupils
	if records == usualPupils {
		records = provincePupils
	}
	durable, err := storetest.Durable()
	if err != nil {
		return err
	}
	for _, engine := range []struct{ key, name, dir, url string }{{"duplicates-sqlite", engineSQLite, f.at("duplicates"), ""}, {"duplicates-postgres", "PostgreSQL", "", durable}} {
		say("%d records on %s", records, engine.name)
		a, err := app.Open(ctx, app.Config{Dir: engine.dir, URL: engine.url})
		if err != nil {
			return err
		}
		doubles, err := inventRecords(ctx, a, records)
		if err := errors.Join(err, a.Close()); err != nil {
			return err
		}
		self, err := os.Executable()
		if err != nil {
			return err
		}
		idle, err := runProcess(self, "duplicates", engine.dir, engine.url, "0")
		if err != nil {
			return err
		}
		got, err := runProcess(self, "duplicates", engine.dir, engine.url, "1")
		if err != nil {
			return err
		}
		var open int
		var seconds float64
		if _, err := fmt.Sscan(string(got.out), &open, &seconds); err != nil {
			return fmt.Errorf("%w: %s", err, got.out)
		}
		t.add(engine.key, fmt.Sprintf("a search for doubles among %d records, %s (%d of them made, %d pairs listed)", records, engine.name, doubles, open), "≤ 60 s",
			fmt.Sprintf("%s s (%.0f records/s), %.0f MB at the highest; the process alone %.0f MB", number(seconds), float64(records)/seconds, got.peak, idle.peak), "–", seconds <= 60 && open >= doubles/2)
	}
	return nil
}

// searchDoubles is the process that is weighed; it searches when wanted is "1".
func searchDoubles(dir, url, wanted string) error {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Dir: dir, URL: url})
	if err != nil {
		return err
	}
	began, open := time.Now(), 0
	if wanted == "1" {
		open, err = student.FindDuplicates(ctx, a.Store, a.Realm, nil)
	}
	fmt.Println(open, time.Since(began).Seconds())
	return errors.Join(err, a.Close())
}

// inventRecords fills an empty database with records and says how many are a second one of a child.
func inventRecords(ctx context.Context, a *app.App, records int) (doubles int, err error) {
	if err := a.OpenRealm(ctx, "Bench", ""); err != nil {
		return 0, err
	}
	const villages, school = 1500, 900_000
	load := func(table, columns string, rows [][]any) error {
		return a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.Load(ctx, table, strings.Fields(columns), rows)
		})
	}
	var units [][]any
	for i := range villages {
		units = append(units, []any{id.ID(i + 1), "village", strconv.Itoa(i), "Bản " + strconv.Itoa(i)})
	}
	if err := errors.Join(load("unit", "id kind code full_name", units), load("school", "realm id", [][]any{{a.Realm, id.ID(school)}})); err != nil {
		return 0, err
	}
	r := rand.New(rand.NewPCG(11, 3))
	few := func(from []string) string { return from[min(r.IntN(len(from)), r.IntN(len(from)))] } // the first are frequent
	families := strings.Fields("Lò Quàng Sùng Giàng Vừ Lường Cà Tòng Mùa Thào Lầu Hạng Ly Chang Cứ Lý Khoàng Pờ Chảo Tẩn")
	givens := strings.Fields(`Hoa Páo Dơ Súa Mỷ Chu Vân Nga Sơn Dua Ánh Bình Chính Giang Hạnh Hương Lả Ơn Tủa Xuân Cường Dung Hải Hùng Kía Lan Mai Minh Nam Ngọc
		Phương Quân Sáng Thanh Thắng Thu Thảo Trang Tuấn Vàng Yến Chứ Dế Dính Giống Khua Lềnh Mo Nhìa Pàng Sình Thếnh Vảng Xìa Xồng Chá Đông Đức Kiên Long`)
	middles := [2][]string{strings.Fields("Văn A Đức Minh Quang Duy Hoàng"), strings.Fields("Thị Thị Ngọc Thu Bảo Khánh Minh")}
	type child struct {
		name, sex      string
		born           day.Day
		home           id.ID
		father, mother string
	}
	invent := func() child {
		family, sex := few(families), r.IntN(2)
		c := child{sex: []string{"M", "F"}[sex], born: day.Date(2009+r.IntN(15), 1, 1), home: id.ID(r.IntN(villages) + 1),
			father: family + " Văn " + few(givens), mother: few(families) + " Thị " + few(givens)}
		c.name = family + " " + few(middles[sex]) + " " + few(givens)
		if r.IntN(10) > 0 {
			c.born = c.born.Add(r.IntN(365))
		}
		return c
	}
	var before child
	const slice = 5000
	for from := 0; from < records; from += slice {
		var pupils, guardians, homes, spells [][]any
		for i := from; i < min(from+slice, records); i++ {
			c := invent()
			if r.IntN(100) == 0 && i > 0 { // the same child once more, somewhere else in the list
				c = before
				doubles++
				if c.born.DayOfMonth() <= 12 && r.IntN(4) == 0 {
					c.born = day.Date(c.born.Year(), time.Month(c.born.DayOfMonth()), int(c.born.Month()))
				}
			}
			if r.IntN(50) == 0 {
				before = c
			}
			pupil := id.ID(1_000_000 + i)
			pupils = append(pupils, []any{a.Realm, pupil, fmt.Sprintf("97%08d", i), "", c.name, viet.Fold(c.name), viet.NameSortKey(c.name), c.sex, c.born, "", "", "", "", "", 1, a.Store.Now()})
			guardians = append(guardians, []any{a.Realm, pupil, 1, "father", c.father, 0, ""}, []any{a.Realm, pupil, 2, "mother", c.mother, 0, ""})
			homes = append(homes, []any{a.Realm, pupil, day.Date(2010, 1, 1), day.Forever, c.home})
			spells = append(spells, []any{a.Realm, pupil + 10_000_000, pupil, id.ID(school), 2026, "TH", "1", day.Date(2026, 8, 1), day.Forever, "opening", "", "", "", 0, "", 0})
		}
		if err := errors.Join(
			load("pupil", "realm id code national_id name name_fold name_sort sex born birthplace ethnicity address phone disability version changed_at", pupils),
			load("guardian", "realm pupil number relation name born_year phone", guardians),
			load("pupil_residence", "realm pupil from_day until_day unit", homes),
			load("enrolment", "realm id pupil school year level grade from_day until_day entry_kind exit_kind exit_state exit_reason other_school paper from_school", spells)); err != nil {
			return doubles, err
		}
	}
	return doubles, a.Store.Analyze(ctx)
}

package student_test

import (
	"context"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/store"
	pages "ralop/internal/web/student"
)

// A list that is too long to wait for is asked for at the desk, with its filters; a shorter one comes at once.
func TestALongListIsAskedForAtTheDesk(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		from, until := apptest.YearStart, apptest.YearEnd
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			var pupils, homes, spells [][]any
			for i := range exchange.LargeList {
				one := 7_000_000 + i
				pupils = append(pupils, []any{1, one, "", "", "Vừ Thị Mỷ", "vu thi my", "my vu thi", "F", day.MustParse("2010-01-02"), "", "mong", "", "", "", 1, tx.Now()})
				homes = append(homes, []any{1, one, day.MustParse("2010-01-02"), day.Forever, apptest.PhiengPi})
				spells = append(spells, []any{1, one + 1_000_000, one, apptest.PuNhungS, apptest.SchoolYear, "THCS", "9", from, until, "opening", "", "", "", 0, ""})
			}
			if err := tx.Load(ctx, "pupil", strings.Fields("realm id code national_id name name_fold name_sort sex born birthplace ethnicity address phone disability version changed_at"), pupils); err != nil {
				return err
			}
			if err := tx.Load(ctx, "pupil_residence", strings.Fields("realm pupil from_day until_day unit"), homes); err != nil {
				return err
			}
			return tx.Load(ctx, "enrolment", strings.Fields("realm id pupil school year level grade from_day until_day entry_kind exit_kind exit_state exit_reason other_school paper"), spells)
		})
		in := apptest.Doors(t, h, pages.Routes()...)
		pao, lan := in(apptest.Pao), in(apptest.Lan)
		if got := pao.Get("/noi-o/32831/hoc-sinh?tep=xlsx&o="); got.Status != 303 || got.Location != "/noi-o/32831/xuat?format=xlsx&kind=pupils" {
			t.Errorf("the file of a long list: %d %q", got.Status, got.Location)
		}
		if got := pao.Get("/noi-o/32831/hoc-sinh?tep=csv&khoi=9&q=v"); got.Status != 303 || got.Location != "/noi-o/32831/xuat?format=csv&kind=pupils&s-grade=9&s-text=v" {
			t.Errorf("with filters: %d %q", got.Status, got.Location)
		}
		if got := lan.Get("/truong/503/hoc-sinh?tep=csv"); got.Status != 303 || got.Location != "/truong/503/xuat?format=csv&kind=pupils" {
			t.Errorf("of a school: %d %q", got.Status, got.Location)
		}
		if short := pao.Get("/noi-o/32831/hoc-sinh?tep=csv&khoi=8").Want(t, 200, apptest.PupilName(apptest.Class8A, 2)); strings.Count(short.Body, "\n") != 6 {
			t.Errorf("the short one has %d lines", strings.Count(short.Body, "\n"))
		}
		pao.Get("/noi-o/32831/hoc-sinh?tep=csv&vang=1").Want(t, 200)
		pao.Get("/noi-o/32681/hoc-sinh?tep=csv").Want(t, 403)
	})
}

package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
)

// noted are the findings of a run as "row code → kind of link and its id".
func noted(t *testing.T, h *apptest.House, run intake.Run, sort string) (all []string) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		lines, err := exchange.Lines(ctx, tx, apptest.Mai.Who(), run.ID, sort, 0, 100)
		for _, l := range lines {
			all = append(all, fmt.Sprintf("%d %s → %s %d", l.Row, l.Code, l.LinkKind, l.Link))
		}
		return err
	})
	return all
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func childRow(code, name, born, class string) string {
	return "1," + code + "," + name + "," + born + ",Nữ,Thái,Đang học,,,,,,,,,,,,,,,," + class + ",Khối 8,"
}

// Codes of another province are told with a link; those of the school's own province, of its
// commune's former one and of a province that went to it are not.
func TestCodesOfAnotherProvinceAreTold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		list := classList(childRow("1100000001", "Lò Thị Một", "1/2/2006", "8A"), childRow("1200000002", "Lò Thị Hai", "2/2/2006", "8A"),
			childRow("1400000003", "Lò Thị Ba", "3/2/2006", "8A"))
		mai := apptest.Mai.Who()
		run := plan(t, h, mai, list)
		same(t, "before", noted(t, h, run, intake.Note), "6 exchange.code-province → row 6", "7 exchange.code-province → row 7")
		// A commune of province 12 went to the commune of the school: its children keep their codes.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, u := range []struct {
				unit, parent id.ID
				kind, code   string
			}{{12, 0, "province", "12"}, {9912, 12, "commune", "09912"}} {
				if _, err := tx.Exec(ctx, `INSERT INTO unit (id, kind, code, full_name) VALUES ($1, $2, $3, $4)`, u.unit, u.kind, u.code, "Tên "+u.code); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO unit_period (unit, from_day, until_day, code, full_name, name, kind_word, name_fold, name_sort, parent) VALUES ($1, $2, $3, $4, $5, $5, '', $5, $5, $6)`,
					u.unit, day.MustParse("2000-01-01"), day.MustParse("2019-01-01"), u.code, "Tên "+u.code, u.parent); err != nil {
					return err
				}
			}
			for _, c := range [][3]id.ID{{12, 12, 0}, {9912, 9912, 0}, {12, 9912, 1}} {
				if _, err := tx.Exec(ctx, `INSERT INTO unit_closure (ancestor, descendant, from_day, until_day, depth) VALUES ($1, $2, $3, $4, $5)`,
					c[0], c[1], day.MustParse("2000-01-01"), day.MustParse("2019-01-01"), int(c[2])); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, `INSERT INTO unit_succession (old_unit, new_unit, on_day, part) VALUES ($1, $2, $3, 'whole')`, id.ID(9912), apptest.MuongMun, day.MustParse("2019-01-01"))
			return err
		})
		run = plan(t, h, mai, list)
		same(t, "after a merger", noted(t, h, run, intake.Note), "7 exchange.code-province → row 7")
		// Who is there already is linked to as a pupil.
		commit(t, h, mai, run)
		run = plan(t, h, mai, list)
		third := apptest.Query[id.ID](t, h, `SELECT id FROM pupil WHERE realm = 1 AND code = '1400000003'`)[0]
		same(t, "a child who is there", noted(t, h, run, intake.Note), fmt.Sprintf("7 exchange.code-province → pupil %d", third))
	})
}

// A finding about two rows leads to the other one: to the child whom it means, or to the row
// while there is no record.
func TestFindingsLeadToTheOtherRow(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		list := classList(childRow("1100000001", "Lò Thị Đôi", "1/2/2006", "8A"), childRow("1100000002", "Lò Thị Đôi", "1/2/2006", "8B"),
			childRow("1100000003", "Lò Thị Lớp", "2/2/2006", "8A"), childRow("1100000003", "Lò Thị Lớp", "2/2/2006", "8B"))
		run := plan(t, h, mai, list)
		if run.Counts.Refused != 1 || run.Counts.Asked != 1 || run.Counts.New != 3 {
			t.Errorf("%+v", run.Counts)
		}
		same(t, "asked", noted(t, h, run, intake.Refused), "8 student.twice-in-file → row 7")
		same(t, "new children", noted(t, h, run, intake.Note), "6 exchange.double-name → row 5")
		commit(t, h, mai, run)
		one := apptest.Query[id.ID](t, h, `SELECT id FROM pupil WHERE realm = 1 AND code = '1100000001'`)[0]
		run = plan(t, h, mai, list)
		same(t, "children who are there", noted(t, h, run, intake.Note), fmt.Sprintf("6 exchange.double-name → pupil %d", one))
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			stays, err := exchange.LinesOf(ctx, tx, mai, run.ID, intake.Filter{Sorts: []string{intake.Same}}, 0, 10)
			if len(stays) != 3 || !strings.Contains(stays[0].Body, "Lò Thị Đôi") {
				t.Errorf("untouched: %+v", stays)
			}
			return err
		})
	})
}

package national_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/national"
	"ralop/internal/store"
)

var update = flag.Bool("update", false, "write the golden forms again")

func fill(t *testing.T, h *apptest.House, who apptest.Person, on day.Day) national.Filled {
	t.Helper()
	var f national.Filled
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		f, err = national.Fill(ctx, tx, who.Who(), apptest.MuongMunP, on)
		return err
	})
	return f
}

// golden is a form as text: code, numbers or nothing, note, words.
func golden(f national.Filled) string {
	var b strings.Builder
	for _, l := range f.Lines {
		numbers := "–"
		if l.Known {
			numbers = fmt.Sprint(l.Total)
			if l.Split() {
				numbers = fmt.Sprintf("%d nữ %d dt %d nữ dt %d", l.Total, l.Girls, l.Minority, l.MinorityGirls)
			}
		}
		fmt.Fprintf(&b, "%s | %s | %s | %s\n", l.Code, numbers, l.Note, l.Label)
	}
	return b.String()
}

// The form of Trường TH Mường Mùn: 1A with 8 pupils and a lớp ghép with 3 of grade 3 and 4 of grade 4, all Thái or Mông,
// first as the lists were brought in, then with what rooms learned since. Each engine gives the same.
func TestForm02OfTheCast(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		bare := golden(fill(t, h, apptest.Xuan, 0))
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, statement := range []string{
				`UPDATE pupil SET disability = '02' WHERE realm = 1 AND id = 604001`,
				`UPDATE pupil SET disability = '05' WHERE realm = 1 AND id = 605001`,
				`UPDATE pupil SET ethnicity = 'kinh' WHERE realm = 1 AND id = 604002`,
				`UPDATE pupil SET ethnicity = '' WHERE realm = 1 AND id = 604003`,
				`UPDATE pupil SET born = '2012-03-04' WHERE realm = 1 AND id = 604004`,
				`UPDATE enrolment SET entry_kind = 'entrant' WHERE realm = 1 AND pupil IN (604001, 604002, 604003)`,
				`UPDATE enrolment SET entry_kind = 'repeater' WHERE realm = 1 AND pupil = 604004`,
				`UPDATE timetable SET afternoon = 31 WHERE realm = 1 AND scope = 604`,
				`INSERT INTO site (realm, id, school, name, village, main, from_day, until_day) VALUES (1, 91, 502, 'Bản Lúm', 32681, FALSE, '2010-01-01', '9999-12-31')`,
				`INSERT INTO unit_zone (unit, zone, from_day, until_day, source) VALUES (3268, 'vung-cao', '2000-01-01', '9999-12-31', 'thử nghiệm')`,
				`INSERT INTO pupil_boarding (realm, pupil, from_day, until_day, kind) VALUES (1, 605002, '2019-09-01', '2020-07-01', 'semi-boarding')`,
			} {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
			for pupil, scheme := range map[int]string{604001: "learning-costs", 604002: "learning-costs", 605002: "rice", 605003: "boarding-meals", 605004: "rice"} {
				if _, err := tx.Exec(ctx, `INSERT INTO benefit (realm, pupil, scheme, from_day, until_day, school, ground, paper, account, set_at) VALUES (1, $1, $2, '2019-09-01', '2020-06-01', 502, '', '', 0, $3)`,
					pupil, scheme, tx.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		got := bare + "\n" + golden(fill(t, h, apptest.Xuan, 0))
		if *update {
			if err := os.WriteFile("testdata/form02.golden", []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile("testdata/form02.golden")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("the form changed (go test ./internal/national -update writes it again):\n%s", diff)
		}
		// The parts of the form add up, whatever the golden file says.
		f := fill(t, h, apptest.Xuan, 0)
		at := map[string]national.Line{}
		for _, l := range f.Lines {
			at[l.Code] = l
		}
		sum := func(codes ...string) (n int) {
			for _, c := range codes {
				n += at[c].Total
			}
			return n
		}
		if pupils := at["37"].Total; pupils != 15 || pupils != sum("40", "41", "42", "43", "44") || pupils != sum("45", "46", "47", "48", "49", "50", "51") || pupils != sum("38", "39") {
			t.Errorf("%d pupils do not add up by grade, age and region", pupils)
		}
		if classes := at["27"].Total; classes != 2 || classes != sum("28", "29", "30", "31", "32") {
			t.Errorf("%d classes do not add up by grade", classes)
		}
	})
}

func TestWhoMayFillTheForm(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for _, person := range []apptest.Person{apptest.Thuong, apptest.Huong, apptest.Lan, apptest.Chien, apptest.Quan} {
				if _, err := national.Fill(ctx, tx, person.Who(), apptest.MuongMunP, 0); !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s: %v", person.Name, err)
				}
			}
			if _, err := national.Fill(ctx, tx, apptest.Son.Who(), apptest.MuongMunS, 0); !fault.HasCode(err, "national.not-primary") {
				t.Errorf("a lower secondary school: %v", err)
			}
			return nil
		})
	})
}

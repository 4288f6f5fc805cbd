package exchange_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/exchange"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/student"
)

// TestAFormerNumberMeansTheChildAndStaysFormer brings an old list in after the clerk mended a code.
func TestAFormerNumberMeansTheChildAndStaysFormer(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai, pupil := apptest.Mai.Who(), apptest.Pupil(apptest.Class8A, 12)
		person := func() student.Person {
			return apptest.Query[student.Person](t, h, `SELECT code, national_id, name, sex, born, birthplace, ethnicity, address, phone, disability FROM pupil WHERE realm = 1 AND id = $1`, pupil)[0]
		}
		was := person()
		now := was
		now.Code, now.NationalID = "1177000012", fmt.Sprintf("011%d%02d000012", map[string]int{"M": 2, "F": 3}[was.Sex], was.Born.Year()%100)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Change(ctx, tx, mai, student.ChangeIn{Pupil: pupil, Person: now, From: tx.Today(), Residence: apptest.Residence(apptest.Class8A, 12), Year: 2019, Poverty: "poor"})
			return err
		})
		row := func(code, national, name, born, class string) string {
			return fmt.Sprintf("1,%s,%s,%s,%s,,Đang học,,,,,,,,,,,,,,,,%s,Khối 8,%s", code, name, born, map[string]string{"F": "Nữ", "M": "Nam"}[was.Sex], class, national)
		}
		born := was.Born.Vietnamese()
		for what, list := range map[string]string{"both numbers of before": row(was.Code, was.NationalID, was.Name, born, "8A"), "the code of before": row(was.Code, "", was.Name, born, "8A"),
			"the code of before and the number of today": row(was.Code, now.NationalID, was.Name, born, "8A"), "the number of before": row("", was.NationalID, was.Name, born, "8A"),
			"the code of before, and the birth date mistyped": row(was.Code, "", was.Name, "01/01/2001", "8A")} {
			planned := plan(t, h, mai, classList(list))
			changed := 0
			if what == "the code of before, and the birth date mistyped" {
				changed = 1
			}
			if c := planned.Counts; c.New != 0 || c.Refused != 0 || c.Changed != changed {
				t.Errorf("%s: %+v", what, c)
			}
			var notes []string
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				lines, err := exchange.Lines(ctx, tx, mai, planned.ID, intake.Note, 0, 100)
				for _, l := range lines {
					notes = append(notes, l.Code)
					if l.Code == "student.former-number" && l.Link != pupil {
						t.Errorf("%s: the note leads to %s", what, l.Link)
					}
				}
				return err
			})
			if !slices.Contains(notes, "student.former-number") {
				t.Errorf("%s: nobody is told: %v", what, notes)
			}
		}
		// Carried out, the record keeps the numbers of today; taken back, it is as it was.
		before := everything(t, h)
		done := commit(t, h, mai, plan(t, h, mai, classList(row(was.Code, was.NationalID, was.Name, "01/01/2001", "8A"))))
		if p := person(); p.Code != now.Code || p.NationalID != now.NationalID || p.Born == was.Born {
			t.Errorf("after the import: %+v", p)
		}
		undo(t, h, mai, done.ID)
		if after := everything(t, h); !slices.Equal(before["pupil_number"], after["pupil_number"]) || person() != now {
			t.Errorf("after the undo: %v, %+v", after["pupil_number"], person())
		}
		// Another child of another name and birth date who bears that number is another child: the clerk had mended a mistake.
		planned := plan(t, h, mai, classList(row(was.Code, "", "Sùng Thị Khua", "02/03/2006", "8A")))
		if c := planned.Counts; c.New != 1 || c.Refused != 0 {
			t.Errorf("another child with that code: %+v", c)
		}
		// A list that mends a code keeps the one before, and an undo forgets it again.
		before = everything(t, h)
		other := apptest.Pupil(apptest.Class8A, 13)
		bare := apptest.Query[student.Person](t, h, `SELECT code, national_id, name, sex, born, birthplace, ethnicity, address, phone, disability FROM pupil WHERE realm = 1 AND id = $1`, other)[0]
		was.Sex = bare.Sex
		planned = plan(t, h, mai, classList(row(bare.Code, "099999999913", bare.Name, bare.Born.Vietnamese(), "8A")))
		done = commit(t, h, mai, planned)
		if numbers := apptest.Query[string](t, h, `SELECT number FROM pupil_number WHERE realm = 1 AND pupil = $1`, other); !slices.Equal(numbers, []string{bare.NationalID}) {
			t.Errorf("numbers of before: %v", numbers)
		}
		undo(t, h, mai, done.ID)
		if after := everything(t, h); !slices.Equal(before["pupil_number"], after["pupil_number"]) {
			t.Errorf("numbers of before are left by an undo: %v", after["pupil_number"])
		}
	})
}

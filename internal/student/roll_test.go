package student_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/student"
)

var today = day.InstantOf(apptest.Start).Day()

func TestTheSameListIsTheSameRoll(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		var first student.Roll
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			roll, stored, err := student.PeekRoll(ctx, tx, apptest.Realm, apptest.Class8A, today)
			if err != nil || stored || roll.Number != 0 || roll.Size != 35 {
				t.Errorf("peek: number %d, size %d, stored %t, %v", roll.Number, roll.Size, stored, err)
			}
			return nil
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			first, err = student.RollOn(ctx, tx, apptest.Realm, apptest.Class8A, today)
			return err
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			again, err := student.RollOn(ctx, tx, apptest.Realm, apptest.Class8A, today.Add(-30))
			if again.Number != 1 || first.Number != 1 {
				t.Errorf("numbers %d, then %d", first.Number, again.Number)
			}
			return err
		})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			stored, err := student.RollByNumber(ctx, tx, apptest.Realm, apptest.Class8A, 1)
			if !slices.Equal(stored.Members, first.Members) || !slices.Equal(stored.Groups, first.Groups) || stored.Size != 35 {
				t.Errorf("the stored roll is another:\n%+v\n%+v", stored, first)
			}
			return err
		})
		pupils, boarders := 0, 0
		for _, g := range first.Groups {
			pupils += g.Pupils
			if g.Residence == apptest.PhiengPi && g.Boarding == "semi-boarding" {
				boarders += g.Pupils
			}
		}
		if pupils != 35 || boarders != 5 {
			t.Errorf("groups hold %d pupils, %d boarders of Phiêng Pi", pupils, boarders)
		}
		if !slices.IsSortedFunc(first.Members, func(a, b student.RollMember) int {
			if a.NameSort < b.NameSort {
				return -1
			}
			return 1
		}) {
			t.Error("not sorted by given name")
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE pupil SET ethnicity = $1 WHERE realm = 1 AND id = $2`, "kho-mu", apptest.Pupil(apptest.Class8A, 1)); err != nil {
				return err
			}
			other, err := student.RollOn(ctx, tx, apptest.Realm, apptest.Class8A, today)
			if other.Number != 2 {
				t.Errorf("after a change of an attribute: roll %d", other.Number)
			}
			return err
		})
	})
}

func TestRollOfACombinedClassHasBothGrades(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			roll, err := student.RollOn(ctx, tx, apptest.Realm, apptest.Class34, today)
			grades := map[string]int{}
			for _, g := range roll.Groups {
				grades[g.Grade] += g.Pupils
			}
			if grades["3"] != 3 || grades["4"] != 4 {
				t.Errorf("grades %v", grades)
			}
			return err
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := student.RollOn(ctx, tx, apptest.Realm, 99999, today); !fault.HasCode(err, "student.no-class") {
				t.Errorf("unknown class: %v", err)
			}
			if _, err := student.RollByNumber(ctx, tx, apptest.Realm, apptest.Class34, 7); !fault.HasCode(err, "student.no-roll") {
				t.Errorf("unknown roll: %v", err)
			}
			return nil
		})
	})
}

func TestRollsMadeAtTheSameMomentAreOne(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		var wait sync.WaitGroup
		for range 16 {
			wait.Go(func() {
				err := h.Store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					roll, err := student.RollOn(ctx, tx, apptest.Realm, apptest.Class6A, today)
					if err == nil && roll.Number != 1 {
						t.Errorf("roll %d", roll.Number)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if sizes := apptest.Query[int](t, h, `SELECT pupils FROM roll_group WHERE realm = 1 AND class = $1`, apptest.Class6A); len(sizes) == 0 {
			t.Error("no groups")
		}
	})
}

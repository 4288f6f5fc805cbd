package casework_test

import (
	"context"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/store"
)

// A child who was expected at the opening of the year and never came has no enrolment: the school that waits, and its level, are the case's.
func TestTheSchoolThatWaitsAnswersForAChildWhoNeverCame(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		const child = 990_001
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO pupil (realm, id, code, national_id, name, name_fold, name_sort, sex, born, birthplace, ethnicity, address, phone, disability, version, changed_at)
				VALUES ($1, $2, '', '', 'Sùng A Tủa', 'sung a tua', 'tua', 'M', '2008-05-01', '', '', '', '', '', 1, $3)`, apptest.Realm, child, tx.Now())
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO expected_pupil (realm, pupil, year, school, level, grade, origin, state, settled_on, reason)
				VALUES ($1, $2, $3, $4, 'THCS', '6', 'entrant', 'expected', '9999-12-31', '')`, apptest.Realm, child, apptest.SchoolYear, apptest.MuongMunS)
			return err
		})
		var c casework.Case
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			c, err = casework.OpenByHand(ctx, tx, access.System(apptest.Realm), casework.OpenIn{Pupil: child, Why: "chưa ra lớp 6"})
			return err
		})
		if c.School != apptest.MuongMunS || c.Level != "THCS" || c.Grade != "6" || c.Ladder != "full" {
			t.Errorf("the case stands at school %v, level %q, grade %q, ladder %q", c.School, c.Level, c.Grade, c.Ladder)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			v, err := casework.ViewOf(ctx, tx, apptest.Son.Who(), c.ID)
			if err == nil && (v.Child.School == "" || len(v.Owners) == 0) {
				t.Errorf("nobody answers for the child: %+v", v.Owners)
			}
			return err
		})
	})
}

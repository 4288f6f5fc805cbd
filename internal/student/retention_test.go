package student_test

import (
	"context"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/student"
)

func TestWhatWasKeptLongEnoughGoes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := access.System(apptest.Realm)
		var request student.Purged
		purge := func(want student.Purged) {
			t.Helper()
			h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
				request, err = student.Purge(ctx, tx, who, 50)
				if request != want {
					t.Errorf("purged %+v, want %+v", request, want)
				}
				return err
			})
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			id, err := student.ReceiveRequest(ctx, tx, apptest.Mai.Who(), apptest.Pupil(apptest.Class8A, 1), "see", "Xin xem hồ sơ")
			if err != nil {
				return err
			}
			return student.AnswerRequest(ctx, tx, apptest.Mai.Who(), apptest.Pupil(apptest.Class8A, 1), id, student.RequestDone, "Đã cho xem")
		})
		purge(student.Purged{})
		h.Clock.Set(time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC))
		purge(student.Purged{Requests: 1})
		h.Clock.Set(time.Date(2030, 7, 13, 8, 0, 0, 0, time.UTC))
		purge(student.Purged{Pupils: 50})
		purge(student.Purged{Pupils: 31})
		purge(student.Purged{})
		if names := apptest.Query[string](t, h, `SELECT name || code || national_id || phone FROM pupil WHERE realm = 1 AND (name <> '' OR code <> '' OR national_id <> '' OR phone <> '')`); len(names) > 0 {
			t.Errorf("%d still bear a name or number", len(names))
		}
		if kept := apptest.Query[int](t, h, `SELECT COUNT(*) FROM enrolment e JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil WHERE e.realm = 1 AND p.sex <> ''`); kept[0] != 81 {
			t.Errorf("the counts changed: %d", kept[0])
		}
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return student.SetRetention(ctx, tx, who, student.Retention{PupilYears: 1, RequestYears: 1})
		})
		if !fault.HasCode(err, "student.retention-too-short") {
			t.Errorf("%v", err)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := student.SetRetention(ctx, tx, who, student.Retention{PupilYears: 6, RequestYears: 2}); err != nil {
				return err
			}
			r, err := student.ReadRetention(ctx, tx, apptest.Realm)
			if r != (student.Retention{PupilYears: 6, RequestYears: 2}) {
				t.Errorf("%+v", r)
			}
			return err
		})
	})
}

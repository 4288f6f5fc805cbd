package student_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/student"
)

func TestWhatWasKeptLongEnoughGoes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := access.System(apptest.Realm)
		var request student.Purged
		purge := func(want student.Purged, present ...id.ID) {
			t.Helper()
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				due, err := student.Due(ctx, tx, who, 50)
				if err != nil {
					return err
				}
				request, err = student.Purge(ctx, tx, who, append(due, present...))
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
		purge(student.Purged{}, apptest.Pupil(apptest.Class8A, 1)) // she is not due
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

// TestNothingIsForgottenToForget puts a row of a pupil into every table at which Purge does something, and looks into each
// afterwards: a new place in merge_places.go needs a row here.
func TestNothingIsForgottenToForget(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := access.System(apptest.Realm)
		kept, gone := apptest.Pupil(apptest.Class8A, 1), apptest.Pupil(apptest.Class8A, 2)
		first, never := day.MustParse("2020-05-01"), day.Instant(0)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for i, pupil := range []id.ID{kept, gone} {
				i := id.ID(i)
				for _, row := range []struct {
					query string
					args  []any
				}{
					{`INSERT INTO pupil_number (realm, number, pupil) VALUES (1, $1, $2)`, []any{"11990000" + i.String(), pupil}},
					{`INSERT INTO transfer_offer (realm, id, pupil, enrolment, from_school, to_school, left_on, offered_at, offered_by, reason, due_day, state, answered_at, answered_by, answer, arrival, told)
						VALUES (1, $1, $2, $3, 501, 0, $4, $5, 0, 'theo bố mẹ', $4, 'ended', $5, 0, '', 0, 1)`, []any{90 + i, pupil, pupil + 5_000_000, first, never}},
					{`INSERT INTO guardian_consent (realm, id, pupil, purpose, given, relation, on_day, account, made_at) VALUES (1, $1, $2, 'case', $3, 'mother', $4, 0, $5)`, []any{90 + i, pupil, true, first, never}},
					{`INSERT INTO leave_notice (realm, id, pupil, from_day, until_day, session, reason, note, account, made_at, withdrawn_at) VALUES (1, $1, $2, $3, $4, 0, 'illness', 'sốt', 0, $5, $5)`, []any{90 + i, pupil, first, first + 1, never}},
					{`INSERT INTO duplicate_pair (realm, one, other, score, reasons, state, found_on, agreed_one, agreed_other, said_by, said_at, said) VALUES (1, $1, $2, 70, 'name', 'not-same', $3, 0, 0, 0, $4, 'hai chị em')`,
						[]any{pupil, apptest.Pupil(apptest.Class9A, 1), first, never}},
					{`INSERT INTO duplicate_pair (realm, one, other, score, reasons, state, found_on, agreed_one, agreed_other, said_by, said_at, said) VALUES (1, $1, $2, 70, 'name', 'not-same', $3, 0, 0, 0, $4, 'hai chị em')`,
						[]any{apptest.Pupil(apptest.Class6A, 1), pupil, first, never}},
					{`INSERT INTO household (realm, id, village, year, number, head, address, residency, account, set_at) VALUES (1, $1, $2, 2019, $3, 'Lò Văn Cả', '', '', 0, $4)`, []any{90 + i, apptest.BanLum, i.String(), never}},
					{`INSERT INTO household_person (realm, household, number, name, name_fold, sex, born_year, born, relation, schooling, grade, school, exempt, pupil, account, set_at)
						VALUES (1, $1, 1, 'Lò Thị Út', 'lo thi ut', 'F', 2007, $2, 'con', 'learning', '8', '', $3, $4, 0, $5)`, []any{90 + i, day.MustParse("2007-01-01"), false, pupil, never}},
					{`INSERT INTO study_break (realm, id, year, kind, reasons, from_day, return_day, last_return) VALUES (1, $1, 2019, 'closure', '', $2, $3, $3)`, []any{90 + i, first, first + 9}},
					{`INSERT INTO break_pupil (realm, study_break, pupil, school, level, class, unit, place_in_line, facts, note, note_text, noted_by, noted_at, seen_on, back_on, cause)
						VALUES (1, $1, $2, 501, 'THCS', 602, 0, 0, '{}', 'promised', 'đi nương với bà', 0, $3, $4, $4, '')`, []any{90 + i, pupil, never, day.Forever}},
				} {
					if _, err := tx.Exec(ctx, row.query, row.args...); err != nil {
						return err
					}
				}
				if _, err := student.ReceiveRequest(ctx, tx, who, pupil, "see", "xem"); err != nil {
					return err
				}
				user := roster.PupilName(pupil)
				for _, name := range []struct {
					kind  roster.Kind
					local string
				}{{roster.User, user}, {roster.Enrollment, roster.EnrollmentName(user, apptest.Class8A)}, {roster.Role, roster.RoleName(user, "student", apptest.MuongMunS)}} {
					if err := roster.Keep(ctx, tx, apptest.Realm, name.kind, name.local, "theirs-"+name.local); err != nil {
						return err
					}
				}
			}
			return roster.Keep(ctx, tx, apptest.Realm, roster.Org, roster.SchoolName(apptest.MuongMunS), "theirs")
		})
		rows := func(table, column string, pupil id.ID) int {
			t.Helper()
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM `+table+` WHERE realm = 1 AND `+column+` = $1`, pupil)[0]
		}
		places := student.Forgotten()
		for _, kind := range []string{"goes", "wordless", "unlinked"} {
			for _, at := range places[kind] {
				if rows(at[0], at[1], kept) == 0 || rows(at[0], at[1], gone) == 0 {
					t.Errorf("no row of %s.%s to look for", at[0], at[1])
				}
			}
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Merge(ctx, tx, who, student.MergeIn{Kept: kept, Gone: gone, GiveWay: []id.ID{apptest.Enrolment(apptest.Class8A, 2)}})
			return err
		})
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM roster_source WHERE realm = 1`)[0]; n != 7 {
			t.Fatalf("%d names of other programs", n)
		}
		h.Clock.Set(time.Date(2031, 7, 13, 8, 0, 0, 0, time.UTC))
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			due, err := student.Due(ctx, tx, who, 500)
			if err != nil {
				return err
			}
			_, err = student.Purge(ctx, tx, who, due)
			return err
		})
		for _, pupil := range []id.ID{kept, gone} {
			for _, at := range slices.Concat(places["goes"], places["unlinked"]) {
				if n := rows(at[0], at[1], pupil); n != 0 {
					t.Errorf("%d rows of %s.%s are left", n, at[0], at[1])
				}
			}
			for _, at := range places["wordless"] {
				for _, words := range student.Words(at[0]) {
					if left := apptest.Query[string](t, h, `SELECT `+words+` FROM `+at[0]+` WHERE realm = 1 AND `+at[1]+` = $1 AND `+words+` <> ''`, pupil); len(left) > 0 {
						t.Errorf("%s.%s still says %q", at[0], words, left)
					}
				}
			}
		}
		if names := apptest.Query[string](t, h, `SELECT object FROM roster_source WHERE realm = 1`); !slices.Equal(names, []string{"school-501"}) {
			t.Errorf("other programs' names of children are left: %v", names)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM household_person WHERE realm = 1`)[0]; n != 2 {
			t.Errorf("the survey lost people: %d", n)
		}
	})
}

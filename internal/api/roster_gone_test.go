package api_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/id"
	"ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/token"
)

// TestARecordThatBecameAPartOfAnotherIsToldAsDeleted asks as a program does that reads only what changed.
func TestARecordThatBecameAPartOfAnotherIsToldAsDeleted(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		son := s.as(apptest.Son, token.ReadRosters, token.ReadDemographics)
		kept, gone := apptest.Pupil(apptest.Class8A, 7), apptest.Pupil(apptest.Class8B, 2)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return roster.Keep(ctx, tx, apptest.Realm, roster.User, roster.PupilName(gone), "HS-0042")
		})
		before := fmt.Sprint(written(t, h.Store))
		h.Clock.Advance(time.Hour)
		since := h.Clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
		changed := url.Values{"filter": {"dateLastModified>='" + since + "'"}, "limit": {"1000"}}
		for _, path := range []string{"/users", "/students", "/enrollments", "/demographics", "/schools/school-501/students", "/classes/class-602/students"} {
			if list, _ := objects(t, son, path, changed); len(list) != 0 {
				t.Errorf("%s: %d changed since now", path, len(list))
			}
		}
		var merged student.Merged
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			merged, err = student.Merge(ctx, tx, access.System(apptest.Realm), student.MergeIn{Kept: kept, Gone: gone, GiveWay: []id.ID{apptest.Enrolment(apptest.Class8B, 2)}})
			return err
		})
		told := func(path string) (all []string) {
			t.Helper()
			list, _ := objects(t, son, path, changed)
			for _, o := range list {
				if o["dateLastModified"] != since {
					t.Errorf("%s: %v was changed %v, not %s", path, o["sourcedId"], o["dateLastModified"], since)
				}
				all = append(all, fmt.Sprint(o["sourcedId"], " ", o["status"]))
			}
			slices.Sort(all)
			return all
		}
		for path, want := range map[string][]string{
			"/users": {"HS-0042 tobedeleted", "pupil-602007 active"}, "/students": {"HS-0042 tobedeleted", "pupil-602007 active"}, "/demographics": {"HS-0042 tobedeleted", "pupil-602007 active"},
			"/enrollments": {"pupil-602007-class-602 active", "pupil-603002-class-603 tobedeleted"}, "/schools/school-501/enrollments": {"pupil-602007-class-602 active", "pupil-603002-class-603 tobedeleted"},
			"/schools/school-501/students": {"HS-0042 tobedeleted", "pupil-602007 active"}, "/teachers": nil, "/classes": nil,
		} {
			if got := told(path); !slices.Equal(got, want) {
				t.Errorf("%s since the merge: %v, want %v", path, got, want)
			}
		}
		if list, _ := objects(t, son, "/users", url.Values{"filter": {"status='tobedeleted'"}}); len(list) != 1 || list[0]["enabledUser"] != "false" {
			t.Errorf("by its status: %v", list)
		}
		if one := objectText(t, son, "/users/HS-0042"); !strings.Contains(one, "tobedeleted") {
			t.Errorf("by its address: %s", one)
		}
		// Who asks for whoever is there does not meet it, and who may not see the record that stands does not either.
		if list, _ := objects(t, son, "/students", url.Values{"limit": {"1000"}}); len(list) != 56 || slices.Contains(field(list, "sourcedId"), "HS-0042") {
			t.Errorf("of 57 records of 56 children %d are there", len(list))
		}
		lan := s.as(apptest.Lan, token.ReadRosters)
		if list, _ := objects(t, lan, "/users", changed); len(list) != 0 {
			t.Errorf("another school is told: %v", list)
		}
		if got := minor(t, s, lan.Token, "/users/HS-0042", nil); got != "404 unknownobject" {
			t.Errorf("another school asks for it: %s", got)
		}
		files := apptest.Parts(t, written(t, h.Store))
		for name, text := range files {
			if strings.Contains(text, "HS-0042") || strings.Contains(text, "pupil-603002") || strings.Contains(text, "tobedeleted") {
				t.Errorf("%s of the whole bundle holds what stands no more", name)
			}
		}
		// Taken back, it is there again, and was changed.
		h.Clock.Advance(time.Hour)
		since = h.Clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
		changed.Set("filter", "dateLastModified>='"+since+"'")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.UndoMerge(ctx, tx, access.System(apptest.Realm), merged.Merge)
			return err
		})
		if got := told("/students"); !slices.Equal(got, []string{"HS-0042 active", "pupil-602007 active"}) {
			t.Errorf("since the merge was taken back: %v", got)
		}
		if got := told("/enrollments"); !slices.Equal(got, []string{"pupil-602007-class-602 active", "pupil-603002-class-603 active"}) {
			t.Errorf("enrolments since the merge was taken back: %v", got)
		}
		if after := fmt.Sprint(written(t, h.Store)); after != before {
			t.Error("the bundle is another one than before the merge")
		}
	})
}

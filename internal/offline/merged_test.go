package offline

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// A child of 8A whom a second record, that of 9A, turns out to be: she stays in 8A under the id of the second.
var (
	doubleKept = apptest.Pupil(apptest.Class9A, 3)
	doubleGone = apptest.Pupil(apptest.Class8A, 4)
)

// merge makes the two records one, as the page does.
func (w *world) merge(t *testing.T) (merge id.ID) {
	t.Helper()
	system := access.System(apptest.Realm)
	w.Write(t, func(ctx context.Context, tx *store.Tx) error {
		done, err := student.Merge(ctx, tx, system, student.MergeIn{Kept: doubleKept, Gone: doubleGone, GiveWay: []id.ID{apptest.Enrolment(apptest.Class9A, 3)}})
		if err == nil {
			merge = done.Merge
			_, err = rollcall.ApplyMerge(ctx, tx, system, done.Changes, done.Same, "student.merge")
		}
		return err
	})
	w.Clock.Advance(time.Minute)
	return merge
}

func (w *world) unmerge(t *testing.T, merge id.ID) {
	t.Helper()
	system := access.System(apptest.Realm)
	w.Write(t, func(ctx context.Context, tx *store.Tx) error {
		done, err := student.UndoMerge(ctx, tx, system, merge)
		if err == nil {
			_, err = rollcall.ApplyMerge(ctx, tx, system, done.Changes, done.Same, "student.merge-undo")
		}
		return err
	})
	w.Clock.Advance(time.Minute)
}

// marked are the marks of the two records, and that the sheets say what their acts say.
func (w *world) marked(t *testing.T, want ...string) {
	t.Helper()
	type row struct {
		Day   day.Day
		Pupil id.ID
		Kind  rollcall.Kind
	}
	var got []string
	for _, r := range apptest.Query[row](t, w.House, `SELECT day, pupil, kind FROM mark WHERE realm = 1 AND pupil IN ($1) ORDER BY day, pupil`, store.In([]id.ID{doubleKept, doubleGone})) {
		name := map[id.ID]string{doubleKept: "kept", doubleGone: "gone"}[r.Pupil]
		got = append(got, fmt.Sprint(r.Day, " ", name, " ", r.Kind.Code()))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the marks are %q, want %q", got, want)
	}
	w.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, school := range []id.ID{apptest.MuongMunS, apptest.PuNhungS} {
			found, err := rollcall.Check(ctx, tx, apptest.Realm, school, day.Range{From: apptest.YearStart, Until: apptest.YearEnd})
			if err != nil {
				return err
			}
			for _, d := range found {
				t.Errorf("%s", d)
			}
		}
		return nil
	})
}

// seen is a roll call on a sheet and list that the phone had seen.
func (p *phone) seen(on string, base, roll int, marks ...markPart) Sent {
	a := p.roll(apptest.Class8A, on, marks...)
	body := a.Body.(rollBody)
	body.Base, body.Roll, body.Reason = base, roll, "em có đến"
	a.Body = body
	return p.seal(a)
}

// TestAnActMeansTheRecordThatStands sends roll calls that were made before two records became one.
func TestAnActMeansTheRecordThatStands(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		hoa, dua := w.phone(t, apptest.Hoa), w.phone(t, apptest.Dua)
		gone, kept := mark(apptest.Class8A, 4, "excused"), markPart{Pupil: doubleKept, Kind: "late"}
		hoa.want(hoa.seal(hoa.roll(apptest.Class8A, "2020-05-27", mark(apptest.Class8A, 4, "unknown"))), "done", "")
		roll := w.sheet(t, apptest.Class8A, "2020-05-27").Roll
		corrected := hoa.seen("2020-05-27", 1, roll) // she was there after all
		listed := hoa.seen("2020-05-26", 0, roll, gone, mark(apptest.Class8A, 5, "late"))
		unlisted := hoa.seal(hoa.roll(apptest.Class8A, "2020-05-28", gone))
		both := hoa.seal(hoa.roll(apptest.Class8A, "2020-05-29", gone, kept))
		other := dua.seen("2020-05-29", 0, roll, mark(apptest.Class8A, 4, "unexcused"))
		elsewhere := markPart{Pupil: apptest.Pupil(apptest.Class9A, 4), Kind: "late"}
		stranger := hoa.seal(hoa.roll(apptest.Class8A, "2020-05-25", gone, elsewhere))

		merge := w.merge(t)
		w.marked(t, "2020-05-27 kept unknown")
		for _, sent := range []Sent{corrected, listed, unlisted, both} {
			first := hoa.want(sent, "done", "")
			if again := hoa.want(sent, "already", ""); string(again.Receipt) != string(first.Receipt) {
				t.Errorf("the second receipt is %s, not %s", again.Receipt, first.Receipt)
			}
		}
		hoa.want(stranger, "refused", "rollcall.stranger")
		w.marked(t, "2020-05-26 kept excused", "2020-05-28 kept excused", "2020-05-29 kept late")
		if s := w.sheet(t, apptest.Class8A, "2020-05-26"); s.Size != 35 || s.Excused != 1 || s.Late != 1 {
			t.Errorf("the sheet of the 26th is %+v", s)
		}
		// Another who says otherwise of the same child, by her old id.
		dua.want(other, "conflict", "")
		w.marked(t, "2020-05-26 kept excused", "2020-05-28 kept excused", "2020-05-29 kept unknown")
		if open := apptest.Query[id.ID](t, h, `SELECT pupil FROM sheet_conflict WHERE realm = 1 AND state = 1`); !slices.Equal(open, []id.ID{doubleKept}) {
			t.Errorf("two sides of one child are a conflict on %v", open)
		}
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := student.UndoMerge(ctx, tx, access.System(apptest.Realm), merge)
			return err
		})
		if !fault.HasCode(err, "identity.built-marks") {
			t.Errorf("the merge is taken back over marks that came since: %v", err)
		}
	})
}

// TestAnOldIDWorksAgain takes a merge back over acts that came meanwhile.
func TestAnOldIDWorksAgain(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		hoa, pao := w.phone(t, apptest.Hoa), w.phone(t, apptest.Pao)
		c := openCase(t, h, 4)
		hoa.want(hoa.seal(hoa.roll(apptest.Class8A, "2020-05-27", mark(apptest.Class8A, 4, "unknown"))), "done", "")
		roll := w.sheet(t, apptest.Class8A, "2020-05-27").Roll
		present := hoa.seen("2020-05-27", 1, roll)
		visit, another := pao.seal(pao.visit(c.ID, nil)), pao.seal(pao.visit(c.ID, nil))

		merge := w.merge(t)
		hoa.want(present, "done", "")
		pao.want(visit, "done", "")
		ownerIs := func(pupil id.ID, acts int) {
			t.Helper()
			owners := apptest.Query[id.ID](t, h, `SELECT f.pupil FROM case_act a JOIN case_file f ON f.realm = 1 AND f.id = a.case_id WHERE a.realm = 1 AND a.kind = 'visit'`)
			if len(owners) != acts || owners[0] != pupil || owners[acts-1] != pupil {
				t.Errorf("%d visits, of %v", len(owners), owners)
			}
		}
		ownerIs(doubleKept, 1)
		w.marked(t)

		w.unmerge(t, merge)
		w.marked(t) // what was said meanwhile was said of the child
		hoa.want(hoa.seen("2020-05-28", 0, roll, mark(apptest.Class8A, 4, "excused")), "done", "")
		pao.want(another, "done", "")
		ownerIs(doubleGone, 2)
		w.marked(t, "2020-05-28 gone excused")
	})
}

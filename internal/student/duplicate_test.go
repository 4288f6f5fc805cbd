package student_test

import (
	"context"
	"slices"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

func TestLikenessHasReasons(t *testing.T) {
	base := student.Likeness{Pupil: 1, Name: "lo thi hoa", Sex: "F", Born: day.MustParse("2008-03-05"), Village: 7, Mother: "lo thi me", School: 1}
	for _, c := range []struct {
		what   string
		change func(*student.Likeness)
		listed bool
		has    string
	}{
		{"the same", func(l *student.Likeness) {}, true, student.SameName},
		{"only name and birth date", func(l *student.Likeness) { l.Village, l.Mother, l.School = 8, "", 2 }, true, student.SameBirth},
		{"day and month swapped", func(l *student.Likeness) { l.Born = day.MustParse("2008-05-03") }, true, student.SwappedBirth},
		{"only the name", func(l *student.Likeness) { l.Born, l.Village, l.Mother = day.MustParse("2009-01-01"), 8, "" }, false, ""},
		{"same year, home and mother", func(l *student.Likeness) { l.Born = day.MustParse("2008-12-30") }, true, student.SameYear},
		{"two numbers of the state", func(l *student.Likeness) { l.NationalID, l.Village, l.Mother = "011308000002", 8, "" }, false, ""},
		{"one number, another name", func(l *student.Likeness) { l.Name, l.NationalID, l.School = "lo thi ngoc", "011308000001", 2 }, true, student.SameNationalID},
		{"a twin", func(l *student.Likeness) { l.Name = "lo thi hoan" }, false, ""},
		{"one letter, another school", func(l *student.Likeness) { l.Name, l.School = "lo thi hoan", 2 }, true, student.NearName},
		{"another sex and mother", func(l *student.Likeness) { l.Sex, l.Mother, l.Village = "M", "vu thi x", 8 }, false, ""},
	} {
		a, b := base, base
		a.NationalID, b.Pupil = "011308000001", 2
		if c.what != "two numbers of the state" && c.what != "one number, another name" {
			a.NationalID = ""
		}
		c.change(&b)
		score, reasons := a.Compare(b)
		if (score >= student.PairFrom) != c.listed || c.has != "" && !slices.Contains(reasons, c.has) {
			t.Errorf("%s: %d %v", c.what, score, reasons)
		}
		if back, again := b.Compare(a); back != score || !slices.Equal(again, reasons) {
			t.Errorf("%s: the other way round %d %v", c.what, back, again)
		}
	}
}

func TestDoublesAreFoundShownAndRemembered(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		one, other := apptest.Pupil(apptest.Class8A, 2), apptest.Pupil(apptest.Class9A, 3)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE pupil SET name = $3, name_fold = 'giang a do', born = $4, sex = 'M', national_id = '' WHERE realm = $1 AND id IN ($2)`, apptest.Realm, store.In([]id.ID{one, other}), "Giàng A Đô", day.MustParse("2007-02-03"))
			return err
		})
		find := func() {
			t.Helper()
			if _, err := student.FindDuplicates(t.Context(), h.Store, apptest.Realm, nil); err != nil {
				t.Fatal(err)
			}
		}
		pairs := func(who apptest.Person, state string) (page []student.Pair) {
			t.Helper()
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				page, _, _, err = student.Pairs(ctx, tx, who.Who(), student.PairsIn{State: state})
				return err
			})
			return slices.DeleteFunc(page, func(p student.Pair) bool { return p.Sides[0].Pupil != one })
		}
		find()
		// Each school sees its own record, and of the other that there is one; the village head sees both children of his village.
		mai, lan, pao := pairs(apptest.Mai, ""), pairs(apptest.Lan, ""), pairs(apptest.Pao, "")
		if len(mai) != 1 || !mai[0].Sides[0].Seen || mai[0].Sides[1].Seen || mai[0].Sides[1].Name != "" || mai[0].Sides[1].SchoolName == "" {
			t.Fatalf("the clerk of the one school sees %+v", mai)
		}
		if len(lan) != 1 || lan[0].Sides[0].Seen || lan[0].Sides[0].Name != "" || !lan[0].Sides[1].Seen {
			t.Errorf("the principal of the other sees %+v", lan)
		}
		if len(pao) != 1 || !pao[0].Sides[0].Seen || !pao[0].Sides[1].Seen {
			t.Errorf("the village head sees %+v", pao)
		}
		if got := pairs(apptest.Xuan, ""); len(got) != 0 {
			t.Errorf("a third school sees %+v", got)
		}
		reasons := mai[0].Reasons
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE pupil SET ethnicity = 'kinh' WHERE realm = $1 AND id = $2`, apptest.Realm, one)
			return err
		})
		find()
		if again := pairs(apptest.Mai, ""); len(again) != 1 || again[0].Score != mai[0].Score || !slices.Equal(again[0].Reasons, reasons) {
			t.Errorf("ethnicity changed %+v into %+v", mai, again)
		}
		// A merge over two schools needs the word of both.
		merge := func(who apptest.Person, code string) {
			t.Helper()
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := student.Merge(ctx, tx, who.Who(), student.MergeIn{Kept: one, Gone: other, GiveWay: []id.ID{apptest.Enrolment(apptest.Class9A, 3)}})
				return err
			})
			if code == "" && err != nil || code != "" && !fault.HasCode(err, code) {
				t.Errorf("%s merges: %v, want %q", who.Login, err, code)
			}
		}
		say := func(code string, f func(ctx context.Context, tx *store.Tx) error) {
			t.Helper()
			if err := h.Store.Write(t.Context(), f); code == "" && err != nil || code != "" && !fault.HasCode(err, code) {
				t.Errorf("got %v, want %q", err, code)
			}
		}
		merge(apptest.Mai, "identity.not-agreed")
		merge(apptest.Xuan, "access.no-grant")
		say("access.no-grant", func(ctx context.Context, tx *store.Tx) error {
			return student.Agree(ctx, tx, apptest.Mai.Who(), other, one)
		})
		say("student.reason-missing", func(ctx context.Context, tx *store.Tx) error {
			return student.NotSame(ctx, tx, apptest.Mai.Who(), one, other, " ")
		})
		say("", func(ctx context.Context, tx *store.Tx) error {
			return student.NotSame(ctx, tx, apptest.Mai.Who(), one, other, "hai em cùng tên")
		})
		find()
		if len(pairs(apptest.Mai, "")) != 0 || len(pairs(apptest.Mai, student.PairNotSame)) != 1 {
			t.Errorf("not the same child, and asked again")
		}
		say("", func(ctx context.Context, tx *store.Tx) error {
			return student.Reopen(ctx, tx, apptest.Lan.Who(), one, other)
		})
		say("", func(ctx context.Context, tx *store.Tx) error {
			return student.Agree(ctx, tx, apptest.Lan.Who(), other, one)
		})
		say("", func(ctx context.Context, tx *store.Tx) error {
			c, err := student.Compare(ctx, tx, apptest.Mai.Who(), other, one)
			if err == nil && (!c.MayMerge || !c.Sides[1].Seen || len(c.Overlaps) != 1 || slices.Contains(c.Differ, "name") || !slices.Contains(c.Differ, "code")) {
				t.Errorf("the clerk compares %+v", c)
			}
			return err
		})
		say("identity.no-pair", func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Compare(ctx, tx, apptest.Xuan.Who(), one, other)
			return err
		})
		merge(apptest.Mai, "")
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			means, err := student.FormerNumbers(ctx, tx, apptest.Realm, []string{"11" + "00606003"})
			if means["1100606003"] != one {
				t.Errorf("the old number means %v", means)
			}
			return err
		})
		find()
		if len(pairs(apptest.Mai, "")) != 0 || len(pairs(apptest.Mai, student.PairMerged)) != 1 {
			t.Errorf("merged, and asked again")
		}
	})
}

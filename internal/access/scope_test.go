package access_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Places of a past that the cast inherited.
const (
	oldCommune  id.ID = 9001 // joined wholly into Pú Nhung
	olderHamlet id.ID = 9002 // joined wholly into oldCommune before
	splitOff    id.ID = 9003 // split between Mường Mùn and Pú Nhung
	oldSchool   id.ID = 9004 // joined wholly into PTDTBT THCS Mường Mùn
	farSchool   id.ID = 9005 // stands in oldCommune, managed by it, never moved on
	splitSchool id.ID = 9006 // stands in splitOff
	oldClass    id.ID = 9007
	farClass    id.ID = 9008
	splitClass  id.ID = 9009
	atOld       id.ID = 9101 // pupils
	atFar       id.ID = 9102
	atSplit     id.ID = 9103
	expected    id.ID = 9104 // enrolled from next week on
	nowhere     id.ID = 9105 // no spell at all, lives in oldCommune
	left        id.ID = 9106 // dropped out of 8A in March
	moved       id.ID = 9107 // from 8A to 9A of the other school in February
	homeSplit   id.ID = 9108 // lives in splitOff, learns nowhere
)

// past adds what the cast lacks: ended places, and pupils on the move.
func past(ctx context.Context, tx *store.Tx) error {
	long, cut, spell := day.MustParse("2000-01-01"), day.MustParse("2020-01-01"), day.MustParse("2019-08-26")
	february, march, june := day.MustParse("2020-02-01"), day.MustParse("2020-03-15"), day.MustParse("2020-06-05")
	type row struct {
		query string
		args  []any
	}
	unit := `INSERT INTO unit (id, kind, code, full_name) VALUES ($1, 'commune', $2, $3)`
	closure := `INSERT INTO unit_closure (ancestor, descendant, from_day, until_day, depth) VALUES ($1, $2, $3, $4, $5)`
	heir := `INSERT INTO unit_succession (old_unit, new_unit, on_day, part) VALUES ($1, $2, $3, $4)`
	school := `INSERT INTO school (realm, id) VALUES (1, $1)`
	period := `INSERT INTO school_period (realm, school, from_day, until_day, code, name, name_fold, name_sort, type, levels, located_in, managed_by) VALUES (1, $1, $2, $3, '', 'x', 'x', 'x', 'THCS', 'THCS', $4, $4)`
	class := `INSERT INTO class (realm, id, school, year, name, name_sort, level, grades, site, from_day, until_day) VALUES (1, $1, $2, 2019, 'x', 'x', 'THCS', '8', 0, $3, $4)`
	pupil := `INSERT INTO pupil (realm, id, code, national_id, name, name_fold, name_sort, sex, born, birthplace, ethnicity, address, phone, disability, version, changed_at) VALUES (1, $1, '', '', 'x', 'x', 'x', 'F', $2, '', '', '', '', '', 1, $3)`
	enrol := `INSERT INTO enrolment (realm, id, pupil, school, year, level, grade, from_day, until_day, entry_kind, exit_kind, exit_state, exit_reason, other_school, paper) VALUES (1, $1, $2, $3, 2019, 'THCS', '8', $4, $5, 'opening', '', '', '', 0, '')`
	join := `INSERT INTO class_membership (realm, enrolment, class, from_day, until_day) VALUES (1, $1, $2, $3, $4)`
	home := `INSERT INTO pupil_residence (realm, pupil, from_day, until_day, unit) VALUES (1, $1, $2, $3, $4)`
	rows := []row{
		{unit, []any{oldCommune, "A", "Xã A"}}, {unit, []any{olderHamlet, "B", "Xã B"}}, {unit, []any{splitOff, "C", "Xã C"}},
		{closure, []any{oldCommune, oldCommune, long, cut, 0}}, {closure, []any{apptest.TuanGiao, oldCommune, long, cut, 1}}, {closure, []any{apptest.DienBien, oldCommune, long, cut, 2}},
		{closure, []any{olderHamlet, olderHamlet, long, spell, 0}}, {closure, []any{splitOff, splitOff, long, cut, 0}}, {closure, []any{apptest.TuanGiao, splitOff, long, cut, 1}},
		{heir, []any{olderHamlet, oldCommune, spell, "whole"}}, {heir, []any{oldCommune, apptest.PuNhung, cut, "whole"}},
		{heir, []any{splitOff, apptest.PuNhung, cut, "split"}}, {heir, []any{splitOff, apptest.MuongMun, cut, "split"}},
		{school, []any{oldSchool}}, {school, []any{farSchool}}, {school, []any{splitSchool}},
		{period, []any{oldSchool, long, cut, apptest.MuongMun}}, {period, []any{farSchool, long, day.Forever, oldCommune}}, {period, []any{splitSchool, long, day.Forever, splitOff}},
		{`INSERT INTO school_succession (realm, old_school, new_school, on_day, part) VALUES (1, $1, $2, $3, 'whole')`, []any{oldSchool, apptest.MuongMunS, cut}},
		{class, []any{oldClass, oldSchool, spell, cut}}, {class, []any{farClass, farSchool, spell, june}}, {class, []any{splitClass, splitSchool, spell, june}},
	}
	for i, p := range []struct {
		pupil, school, class id.ID
		from, until          day.Day
		home                 id.ID
	}{
		{atOld, oldSchool, oldClass, spell, cut, apptest.BanHong}, {atFar, farSchool, farClass, spell, day.Forever, apptest.BanLum},
		{atSplit, splitSchool, splitClass, spell, day.Forever, apptest.PhiengPi}, {expected, apptest.MuongMunS, apptest.Class8B, june, day.Forever, 0},
		{nowhere, 0, 0, 0, 0, oldCommune}, {left, apptest.MuongMunS, apptest.Class8A, spell, march, apptest.BanLum},
		{moved, apptest.MuongMunS, apptest.Class8A, spell, february, olderHamlet}, {moved, apptest.PuNhungS, apptest.Class9A, february, day.Forever, 0}, {homeSplit, 0, 0, 0, 0, splitOff},
	} {
		if i == 0 || p.home != 0 || p.pupil == expected {
			rows = append(rows, row{pupil, []any{p.pupil, long, tx.Now()}})
		}
		if p.home != 0 {
			rows = append(rows, row{home, []any{p.pupil, long, day.Forever, p.home}})
		}
		if p.school != 0 {
			rows = append(rows, row{enrol, []any{9200 + i, p.pupil, p.school, p.from, p.until}}, row{join, []any{9200 + i, p.class, p.from, p.until}})
		}
	}
	for _, r := range rows {
		if _, err := tx.Exec(ctx, r.query, r.args...); err != nil {
			return err
		}
	}
	return nil
}

func TestHeirsReadThePast(t *testing.T) {
	cases := []struct {
		name     string
		who      apptest.Person
		action   access.Action
		resource access.Resource
		may      bool
	}{
		{"the heir of a commune reads its figures", apptest.Nhung, access.SeeBoard, access.Unit(oldCommune), true},
		{"and those that it had inherited before", apptest.Nhung, access.SeeBoard, access.Unit(olderHamlet), true},
		{"the heir of a part does not", apptest.Nhung, access.SeeBoard, access.Unit(splitOff), false},
		{"nor does a stranger", apptest.Thuong, access.SeeBoard, access.Unit(oldCommune), false},
		{"the district that stood above does", apptest.Huong, access.SeeBoard, access.Unit(splitOff), true},
		{"a school left in an ended commune is the heir's", apptest.Nhung, access.SeeBoard, access.School(farSchool), true},
		{"a school in a split commune is nobody's by that", apptest.Nhung, access.SeeBoard, access.School(splitSchool), false},
		{"the heir of a school reads its classes", apptest.Son, access.SeePupils, access.Class(oldClass), true},
		{"and its pupils", apptest.Mai, access.SeePupils, access.Pupil(atOld), true},
		{"another school does not", apptest.Lan, access.SeePupils, access.Class(oldClass), false},
		{"the new school has a child that moved", apptest.Thuy, access.SeePupils, access.Pupil(moved), true},
		{"the old class has not", apptest.Hoa, access.SeePupils, access.Pupil(moved), false},
		{"the teacher keeps the child that dropped out", apptest.Hoa, access.SeePupils, access.Pupil(left), true},
		{"a child who lives in an inherited commune", apptest.Sua, access.SeePupils, access.Pupil(nowhere), true},
		{"and in one inherited twice", apptest.Sua, access.SeePupils, access.Pupil(moved), true},
		{"not in one inherited in part", apptest.Sua, access.SeePupils, access.Pupil(homeSplit), false},
		{"but one who lives here now, wherever the school", apptest.Sua, access.SeePupils, access.Pupil(atSplit), true},
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Write(t, past)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range cases {
				_, err := access.May(ctx, tx, c.who.Who(), c.action, c.resource)
				if c.may && err != nil || !c.may && !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s: %v", c.name, err)
				}
				if c.resource.Kind != access.PupilKind {
					continue
				}
				scope, err := access.ScopeOf(ctx, tx, c.who.Who(), c.action)
				if err != nil {
					return err
				}
				listed, err := access.PupilsWithin(ctx, tx, apptest.Realm, scope)
				if err != nil {
					return err
				}
				if slices.Contains(listed, c.resource.ID) != c.may {
					t.Errorf("%s: the list says otherwise", c.name)
				}
			}
			return nil
		})
	})
}

// A list of pupils holds exactly those for which May says yes, whatever is held.
func TestListsHoldWhatMayAllows(t *testing.T) {
	scopes := map[access.ScopeKind][]id.ID{
		access.UnitScope:      {apptest.DienBien, apptest.TuanGiao, apptest.MuongMun, apptest.PuNhung, apptest.BanLum, oldCommune, olderHamlet, splitOff},
		access.SchoolScope:    {apptest.MuongMunS, apptest.MuongMunP, apptest.PuNhungS, oldSchool, farSchool, splitSchool},
		access.ClassScope:     {apptest.Class6A, apptest.Class8A, apptest.Class8B, apptest.Class1A, apptest.Class34, apptest.Class9A, oldClass, farClass, splitClass},
		access.ResidenceScope: {apptest.DienBien, apptest.PuNhung, apptest.MuongMun, apptest.BanLum, apptest.PhiengPi, oldCommune, olderHamlet, splitOff},
	}
	kinds := []access.ScopeKind{access.UnitScope, access.SchoolScope, access.ClassScope, access.ResidenceScope}
	today := day.InstantOf(apptest.Start).Day()
	pupils := []id.ID{atOld, atFar, atSplit, expected, nowhere, left, moved, homeSplit, apptest.Pupil(apptest.Class8A, 1), apptest.Pupil(apptest.Class8A, 8),
		apptest.Pupil(apptest.Class6A, 3), apptest.Pupil(apptest.Class34, 2), apptest.Pupil(apptest.Class9A, 4), apptest.Pupil(apptest.Class1A, 1)}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Write(t, past)
		rapid.Check(t, func(r *rapid.T) {
			who := access.Who{Realm: apptest.Realm, Account: 1}
			for range rapid.IntRange(0, 3).Draw(r, "grants") {
				kind := rapid.SampledFrom(kinds).Draw(r, "kind")
				from := today.Add(rapid.IntRange(-2, 1).Draw(r, "from"))
				who.Grants = append(who.Grants, access.Grant{Role: rapid.SampledFrom(access.Roles).Draw(r, "role"), ScopeKind: kind,
					Scope: rapid.SampledFrom(scopes[kind]).Draw(r, "scope"), Period: day.Range{From: from, Until: from.Add(rapid.IntRange(0, 4).Draw(r, "days"))}})
			}
			if rapid.Bool().Draw(r, "opened") {
				o := access.Opening{ScopeKind: access.PupilKind, Scope: rapid.SampledFrom(pupils).Draw(r, "pupil"), Purpose: "inspection",
					Until: day.InstantOf(apptest.Start) + day.Instant(rapid.IntRange(-1, 1).Draw(r, "until"))}
				if rapid.Bool().Draw(r, "wide") {
					kind := rapid.SampledFrom(kinds).Draw(r, "opened kind")
					o.ScopeKind, o.Scope = access.Kind(kind), rapid.SampledFrom(scopes[kind]).Draw(r, "opened scope")
				}
				who.Openings = append(who.Openings, o)
			}
			action := rapid.SampledFrom([]access.Action{access.SeePupils, access.SeePupils, access.SeePupils, access.ChangePupils, access.SeeIdentifiers, access.SeeBoard}).Draw(r, "action")
			err := h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				scope, err := access.ScopeOf(ctx, tx, who, action)
				if err != nil {
					return err
				}
				listed, err := access.PupilsWithin(ctx, tx, apptest.Realm, scope)
				if err != nil {
					return err
				}
				for _, pupil := range pupils {
					_, err := access.May(ctx, tx, who, action, access.Pupil(pupil))
					if err != nil && !fault.Is(err, fault.Forbidden) {
						return err
					}
					if (err == nil) != slices.Contains(listed, pupil) {
						r.Fatalf("pupil %d: may: %v, listed: %v; scope %+v", pupil, err, listed, scope)
					}
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
		})
	})
}

func TestSystemIsListedAll(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		scope, err := access.ScopeOf(ctx, tx, access.System(apptest.Realm), access.SeePupils)
		if err != nil || !scope.All || scope.Empty() {
			t.Errorf("%+v, %v", scope, err)
		}
		return nil
	})
}

// What a submit asks: a teacher of her class, a clerk of a class of the school.
func BenchmarkMay(b *testing.B) {
	h := apptest.Open(b, store.SQLite)
	for _, p := range []apptest.Person{apptest.Hoa, apptest.Mai, apptest.Huong} {
		b.Run(p.Login, func(b *testing.B) {
			h.Read(b, func(ctx context.Context, tx *store.Tx) error {
				action := access.TakeRoll
				if p.ScopeKind == access.UnitScope {
					action = access.SeeBoard
				}
				for b.Loop() {
					if _, err := access.May(ctx, tx, p.Who(), action, access.Class(apptest.Class8A)); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}

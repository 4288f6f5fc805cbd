// Package apptest is the cast that all tests share: named people, schools and villages of
// an invented Tuần Giáo in the school year 2019-2020, with the clock at 29 May 2020, 7:00.
//
// It belongs to the house floor; only tests import it. Everybody in it is invented.
//
//	Tỉnh Điện Biên (11)
//	└ Huyện Tuần Giáo (099)
//	  ├ Xã Mường Mùn (03268): Bản Lúm, Bản Hồng
//	  │   ├ Trường PTDTBT THCS Mường Mùn (MM-THCS): 6A (10 pupils), 8A (35), 8B (12)
//	  │   └ Trường TH Mường Mùn (MM-TH): 1A (8), 3+4 Bản Lúm – a lớp ghép (3 of grade 3, 4 of grade 4)
//	  └ Xã Pú Nhung (03283): Bản Phiêng Pi
//	      └ Trường THCS Pú Nhung (PN-THCS): 9A (9)
//
// Pupils number 1–5 of 8A live in Bản Phiêng Pi of Xã Pú Nhung and board at Mường Mùn.
package apptest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/viet"
)

// Realm is the cast's only realm.
const Realm = 1

// Start is the cast's clock when a test begins: Friday 29 May 2020, 7:00.
var Start = time.Date(2020, time.May, 29, 7, 0, 0, 0, day.Place)

// Clock is a clock that a test moves.
type Clock struct{ at time.Time }

func (c *Clock) Now() time.Time          { return c.at }
func (c *Clock) Set(t time.Time)         { c.at = t }
func (c *Clock) Advance(d time.Duration) { c.at = c.at.Add(d) }

// Units of the cast. Ids are fixed, so that a test may name them.
const (
	DienBien  id.ID = 11
	TuanGiao  id.ID = 99
	MuongMun  id.ID = 3268
	PuNhung   id.ID = 3283
	BanLum    id.ID = 32681
	BanHong   id.ID = 32682
	PhiengPi  id.ID = 32831
	MuongMunS id.ID = 501 // Trường PTDTBT THCS Mường Mùn
	MuongMunP id.ID = 502 // Trường TH Mường Mùn
	PuNhungS  id.ID = 503 // Trường THCS Pú Nhung
	Class6A   id.ID = 601
	Class8A   id.ID = 602
	Class8B   id.ID = 603
	Class1A   id.ID = 604
	Class34   id.ID = 605 // lớp ghép 3+4
	Class9A   id.ID = 606
)

// SchoolYear is the cast's school year, named by its first year.
const SchoolYear = 2019

// YearStart and YearEnd (exclusive) are the days of the cast's school year.
var (
	YearStart = day.MustParse("2019-08-26")
	YearEnd   = day.MustParse("2020-07-12")
)

// A Person of the cast has one role.
type Person struct {
	Account   id.ID
	Login     string // signs in with this; the password of all is Password
	Name      string
	Role      access.Role
	ScopeKind access.ScopeKind
	Scope     id.ID
}

// Password opens every account of the cast.
const Password = "Ra-Lop-2020"

// The people.
var (
	Hoa      = Person{701, "hoa", "Lò Thị Hoa", access.HomeroomTeacher, access.ClassScope, Class8A}
	Binh     = Person{702, "binh", "Quàng Văn Bình", access.HomeroomTeacher, access.ClassScope, Class6A}
	Dua      = Person{703, "dua", "Giàng A Dúa", access.SubstituteTeacher, access.ClassScope, Class8A} // for 29 May 2020 only
	Mai      = Person{704, "mai", "Nguyễn Thị Mai", access.SchoolClerk, access.SchoolScope, MuongMunS}
	Son      = Person{705, "son", "Trần Văn Sơn", access.Principal, access.SchoolScope, MuongMunS}
	Lan      = Person{706, "lan", "Cà Thị Lan", access.Principal, access.SchoolScope, PuNhungS}
	Pao      = Person{707, "pao", "Vừ A Páo", access.VillageHead, access.ResidenceScope, PhiengPi}
	Sua      = Person{708, "sua", "Mùa Thị Súa", access.ChildProtection, access.ResidenceScope, PuNhung}
	Thuong   = Person{709, "thuong", "Lường Thị Thương", access.CommuneOfficial, access.UnitScope, MuongMun}
	Chu      = Person{710, "chu", "Sùng A Chu", access.CommuneLeader, access.UnitScope, MuongMun}
	Huong    = Person{711, "huong", "Phạm Thị Hương", access.EducationOfficial, access.UnitScope, TuanGiao}
	Dung     = Person{712, "dung", "Đỗ Quang Dũng", access.EducationLeader, access.UnitScope, TuanGiao}
	Ho       = Person{713, "ho", "Mùa A Hồ", access.UnitLeader, access.UnitScope, TuanGiao}
	Thanh    = Person{714, "thanh", "Bùi Văn Thành", access.EducationOfficial, access.UnitScope, DienBien}
	Tra      = Person{715, "tra", "Vũ Thị Trà", access.Inspector, access.UnitScope, TuanGiao}
	Quan     = Person{716, "quan", "Hoàng Minh Quân", access.Administrator, access.UnitScope, DienBien}
	Vinh     = Person{717, "vinh", "Tòng Văn Vinh", access.BoardingStaff, access.SchoolScope, MuongMunS}
	Chien    = Person{718, "chien", "Lò Văn Chiến", access.HomeroomTeacher, access.ClassScope, Class34}
	Nhung    = Person{719, "nhung", "Lê Thị Nhung", access.CommuneOfficial, access.UnitScope, PuNhung}
	Xuan     = Person{720, "xuan", "Quàng Thị Xuân", access.Principal, access.SchoolScope, MuongMunP}
	Thuy     = Person{721, "thuy", "Lò Thị Thủy", access.HomeroomTeacher, access.ClassScope, Class9A}
	Everyone = []Person{Hoa, Binh, Dua, Mai, Son, Lan, Pao, Sua, Thuong, Chu, Huong, Dung, Ho, Thanh, Tra, Quan, Vinh, Chien, Nhung, Xuan, Thuy}
)

// Who is p as a caller of room functions, with the one grant p holds.
func (p Person) Who() access.Who {
	return access.Who{Realm: Realm, Account: p.Account, Grants: []access.Grant{{
		ID: 1000 + p.Account, Role: p.Role, ScopeKind: p.ScopeKind, Scope: p.Scope, Period: p.period()}}}
}

func (p Person) period() day.Range {
	if p.Account == Dua.Account {
		return day.Range{From: day.InstantOf(Start).Day(), Until: day.InstantOf(Start).Day() + 1}
	}
	return day.Range{From: YearStart, Until: day.Forever}
}

// Class is a class of the cast.
type Class struct {
	ID     id.ID
	School id.ID
	Name   string
	Level  string
	Grades []string
	Size   int
}

// Classes of the cast. All meet on the mornings of Monday to Friday; 8A also on the
// afternoons of Tuesday and Thursday.
var Classes = []Class{
	{Class6A, MuongMunS, "6A", "THCS", []string{"6"}, 10},
	{Class8A, MuongMunS, "8A", "THCS", []string{"8"}, 35},
	{Class8B, MuongMunS, "8B", "THCS", []string{"8"}, 12},
	{Class1A, MuongMunP, "1A", "TH", []string{"1"}, 8},
	{Class34, MuongMunP, "3+4 Bản Lúm", "TH", []string{"3", "4"}, 7},
	{Class9A, PuNhungS, "9A", "THCS", []string{"9"}, 9},
}

// Pupil is the id of pupil number n (from 1) of a class of the cast.
func Pupil(class id.ID, n int) id.ID { return class*1000 + id.ID(n) }

// Enrolment is the id of the spell of pupil number n of a class.
func Enrolment(class id.ID, n int) id.ID { return Pupil(class, n) + 5_000_000 }

// House is a database with the cast in it.
type House struct {
	Store *store.Store
	Clock *Clock
}

// Each runs f once for each engine, on a database of its own with the cast in it.
func Each(t *testing.T, f func(t *testing.T, h *House)) {
	t.Helper()
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) { f(t, Open(t, engine)) })
	}
}

// Open gives a fresh database of one engine with the cast in it.
func Open(t testing.TB, engine store.Engine) *House {
	t.Helper()
	clock := &Clock{Start}
	h := &House{storetest.Open(t, engine, clock.Now), clock}
	h.Write(t, load)
	return h
}

// Write runs f in a transaction and fails the test on an error.
func (h *House) Write(t testing.TB, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := h.Store.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// Read runs f on a snapshot and fails the test on an error.
func (h *House) Read(t testing.TB, f func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := h.Store.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// Query reads the rows of a query into Ts and fails the test on an error; for looking behind a room's face.
func Query[T any](t testing.TB, h *House, query string, args ...any) (rows []T) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		rows, err = store.All[T](ctx, tx, query, args...)
		return err
	})
	return rows
}

func load(ctx context.Context, tx *store.Tx) error {
	for _, table := range tables(tx.Now()) {
		if err := tx.Load(ctx, table.name, table.columns, table.rows); err != nil {
			return fmt.Errorf("the cast: %w", err)
		}
	}
	return nil
}

type table struct {
	name    string
	columns []string
	rows    [][]any
}

type unitRow struct {
	id         id.ID
	kind       string
	code, word string
	name       string
	parent     id.ID
}

var unitRows = []unitRow{
	{DienBien, "province", "11", "Tỉnh", "Điện Biên", 0},
	{TuanGiao, "district", "099", "Huyện", "Tuần Giáo", DienBien},
	{MuongMun, "commune", "03268", "Xã", "Mường Mùn", TuanGiao},
	{PuNhung, "commune", "03283", "Xã", "Pú Nhung", TuanGiao},
	{BanLum, "village", "03268-01", "Bản", "Lúm", MuongMun},
	{BanHong, "village", "03268-02", "Bản", "Hồng", MuongMun},
	{PhiengPi, "village", "03283-01", "Bản", "Phiêng Pi", PuNhung},
}

func tables(now day.Instant) []table {
	long := day.MustParse("2000-01-01")
	realm := table{"realm", []string{"realm", "name", "story", "opened_at"}, [][]any{{Realm, "Điện Biên", "", now}}}
	units := table{name: "unit", columns: []string{"id", "kind", "code", "full_name"}}
	periods := table{name: "unit_period", columns: []string{"unit", "from_day", "until_day", "code", "full_name", "name", "kind_word", "name_fold", "name_sort", "parent"}}
	closure := table{name: "unit_closure", columns: []string{"ancestor", "descendant", "from_day", "until_day", "depth"}}
	parents := map[id.ID]id.ID{}
	for _, u := range unitRows {
		full := u.word + " " + u.name
		parents[u.id] = u.parent
		units.rows = append(units.rows, []any{u.id, u.kind, u.code, full})
		periods.rows = append(periods.rows, []any{u.id, long, day.Forever, u.code, full, u.name, u.word, viet.Fold(full), viet.SortKey(u.name), u.parent})
		depth := 0
		for at := u.id; at != 0; at = parents[at] {
			closure.rows = append(closure.rows, []any{at, u.id, long, day.Forever, depth})
			depth++
		}
	}
	holder := table{"unit_holder", []string{"unit", "realm", "from_day", "until_day"}, [][]any{{DienBien, Realm, long, day.Forever}}}
	zone := table{"unit_zone", []string{"unit", "zone", "from_day", "until_day", "source"}, [][]any{{PuNhung, "vung-cao", long, day.Forever, "thử nghiệm"}}}

	school := table{"school", []string{"realm", "id"}, [][]any{{Realm, MuongMunS}, {Realm, MuongMunP}, {Realm, PuNhungS}}}
	schoolPeriod := table{name: "school_period", columns: []string{"realm", "school", "from_day", "until_day", "code", "name", "name_fold", "name_sort", "type", "levels", "located_in", "managed_by"}}
	for _, s := range []struct {
		id                       id.ID
		code, name, kind, levels string
		commune                  id.ID
	}{
		{MuongMunS, "MM-THCS", "Trường PTDTBT THCS Mường Mùn", "PTDTBT THCS", "THCS", MuongMun},
		{MuongMunP, "MM-TH", "Trường TH Mường Mùn", "TH", "TH", MuongMun},
		{PuNhungS, "PN-THCS", "Trường THCS Pú Nhung", "THCS", "THCS", PuNhung},
	} {
		schoolPeriod.rows = append(schoolPeriod.rows, []any{Realm, s.id, long, day.Forever, s.code, s.name, viet.Fold(s.name), viet.SortKey(s.name), s.kind, s.levels, s.commune, TuanGiao})
	}

	accounts := table{name: "account", columns: []string{"realm", "id", "name", "name_sort", "title", "login", "phone", "email", "language", "theme", "password", "must_change", "failures", "locked_until", "disabled", "made_at"}}
	logins := table{name: "login", columns: []string{"name", "realm", "account"}}
	grants := table{name: "role_grant", columns: []string{"realm", "id", "account", "role", "scope_kind", "scope", "from_day", "until_day", "given_by", "given_at", "reason"}}
	for _, p := range Everyone {
		accounts.rows = append(accounts.rows, []any{Realm, p.Account, p.Name, viet.NameSortKey(p.Name), "", p.Login, "", "", "vi", "", passwordHash, false, 0, day.Instant(0), false, now})
		logins.rows = append(logins.rows, []any{p.Login, Realm, p.Account})
		period := p.period()
		grants.rows = append(grants.rows, []any{Realm, 1000 + p.Account, p.Account, string(p.Role), string(p.ScopeKind), p.Scope, period.From, period.Until, 0, now, ""})
	}
	all := []table{realm, units, periods, closure, holder, zone, school, schoolPeriod, accounts, logins, grants}
	return append(all, classTables(now)...)
}

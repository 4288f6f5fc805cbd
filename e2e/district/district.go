// Package district is a small district for tests that break things: schools, classes and
// a teacher for every phone, and the two doors that a test needs beside the product's own.
// Only tests import it.
package district

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/app"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Realm is the one realm of the district.
const Realm = 1

// Start is when its clock begins: Friday, 7:00 in Vietnam.
var Start = time.Date(2020, 5, 29, 0, 0, 0, 0, time.UTC)

// Every ten phones share a class, every hundred a school.
func SchoolOf(phone int) id.ID         { return id.ID(1000 + phone/100) }
func ClassOf(phone int) id.ID          { return SchoolOf(phone)*100 + id.ID(phone/10%10) }
func AccountOf(phone int) id.ID        { return id.ID(5000 + phone) }
func PupilOf(class id.ID, n int) id.ID { return class*100 + id.ID(n) }

// ClassSize is how many pupils a class has.
const ClassSize = 20

// Settle writes it: a class for ten phones, each with a teacher of its own.
func Settle(t testing.TB, config store.Config, phones int) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: config.Dir, URL: config.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.OpenRealm(t.Context(), "x", ""); err != nil {
		t.Fatal(err)
	}
	if a.Realm != Realm {
		t.Fatalf("the realm is %d", a.Realm)
	}
	if err := a.SetClock(t.Context(), Start); err != nil {
		t.Fatal(err)
	}
	year, long := day.Range{From: day.MustParse("2019-08-26"), Until: day.MustParse("2020-07-12")}, day.Range{From: day.MustParse("2000-01-01"), Until: day.Forever}
	tables := []struct {
		name    string
		columns string
		rows    [][]any
	}{
		{name: "unit", columns: "id kind code full_name"},
		{name: "unit_closure", columns: "ancestor descendant from_day until_day depth"},
		{name: "school", columns: "realm id"},
		{name: "school_period", columns: "realm school from_day until_day code name name_fold name_sort type levels located_in managed_by"},
		{name: "class", columns: "realm id school year name name_sort level grades site from_day until_day"},
		{name: "term", columns: "realm year number scope_kind scope from_day until_day weeks"},
		{name: "timetable", columns: "realm scope_kind scope level from_day until_day morning afternoon evening main_session"},
		{name: "pupil", columns: "realm id code national_id name name_fold name_sort sex born birthplace ethnicity address phone disability version changed_at"},
		{name: "enrolment", columns: "realm id pupil school year level grade from_day until_day entry_kind exit_kind exit_state exit_reason other_school paper"},
		{name: "class_membership", columns: "realm enrolment class from_day until_day"},
		{name: "account", columns: "realm id name name_sort title login phone email language theme password must_change failures locked_until disabled made_at"},
		{name: "role_grant", columns: "realm id account role scope_kind scope from_day until_day given_by given_at reason"},
		{name: "setting", columns: "realm name value account set_at"},
	}
	add := func(table string, row ...any) {
		for i := range tables {
			if tables[i].name == table {
				tables[i].rows = append(tables[i].rows, row)
			}
		}
	}
	add("unit", 7, "commune", "00007", "Xã x")
	add("unit_closure", 7, 7, long.From, long.Until, 0)
	add("term", Realm, 2019, 1, "realm", 0, year.From, year.Until, 35)
	add("timetable", Realm, "realm", 0, "", year.From, year.Until, 31, 31, 0, 1)
	add("setting", Realm, "rollcall.lock-days", "14", 0, day.Instant(0))
	schools := map[id.ID]bool{}
	for phone := range phones {
		school, class := SchoolOf(phone), ClassOf(phone)
		if !schools[school] {
			schools[school] = true
			add("school", Realm, school)
			add("school_period", Realm, school, long.From, long.Until, school.String(), "x", "x", "x", "THCS", "THCS", 7, 7)
		}
		if phone%10 == 0 {
			add("class", Realm, class, school, 2019, "x", "x", "THCS", "6", 0, year.From, year.Until)
			for n := range ClassSize {
				pupil := PupilOf(class, n)
				add("pupil", Realm, pupil, "", "", "x", "x", "x", "F", long.From, "", "thai", "", "", "", 1, day.Instant(0))
				add("enrolment", Realm, pupil, pupil, school, 2019, "THCS", "6", year.From, year.Until, "opening", "", "", "", 0, "")
				add("class_membership", Realm, pupil, class, year.From, year.Until)
			}
		}
		account := AccountOf(phone)
		add("account", Realm, account, "x", "x", "", fmt.Sprint("x", account), "", "", "vi", "", "", false, 0, day.Instant(0), false, day.Instant(0))
		add("role_grant", Realm, account, account, string(access.HomeroomTeacher), string(access.ClassScope), class, long.From, long.Until, 0, day.Instant(0), "")
	}
	err = a.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, table := range tables {
			if err := tx.Load(ctx, table.name, strings.Fields(table.columns), table.rows); err != nil {
				return fmt.Errorf("%s: %w", table.name, err)
			}
		}
		for school := range schools {
			if err := calendar.MarkStale(ctx, tx, Realm, school, year); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = a.CatchUp(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Beside is what a test needs of a browser: to sign in without a password (POST
// /thu/vao/{account}), to ask a phone to sign out (POST /thu/ra/{device}).
func Beside(s *store.Store) http.Handler {
	return door.New(door.Config{Store: s, Log: slog.New(slog.DiscardHandler), SignIn: "/dang-nhap", Version: "fault"}).Handler([]door.Route{
		{Method: "POST", Pattern: "/thu/vao/{account}", Open: true, Names: door.Names{"account": ""}, Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
			account, err := r.ID("account")
			if err == nil {
				err = r.SignIn(Realm, account, false)
			}
			return door.NoContent(), err
		})},
		{Method: "POST", Pattern: "/thu/ra/{device}", Program: true, Names: door.Names{"device": ""}, Handler: door.Write(func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
			return door.NoContent(), device.SignOut(ctx, tx, r.Who, r.Path("device"))
		})},
	})
}

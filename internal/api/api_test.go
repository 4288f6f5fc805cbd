package api_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"ralop/client"
	"ralop/internal/api"
	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/token"
)

var update = flag.Bool("update", false, "write the description anew")

// server is the door over the cast.
type server struct {
	t     *testing.T
	house *apptest.House
	base  string
	log   *bytes.Buffer
}

func serve(t *testing.T, h *apptest.House, minute int) *server {
	t.Helper()
	s := &server{t: t, house: h, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(s.log, nil))
	whole := door.New(door.Config{Store: h.Store, Log: log}) // as the house serves it
	web := httptest.NewServer(whole.Handler(nil, api.Mounts(api.Config{Store: h.Store, Log: log, Minute: minute})...))
	t.Cleanup(web.Close)
	s.base = web.URL
	return s
}

// as gives a client with a token of a person of the cast.
func (s *server) as(p apptest.Person, scopes ...token.Scope) *client.Client {
	s.t.Helper()
	c := client.New(s.base, "")
	s.house.Write(s.t, func(ctx context.Context, tx *store.Tx) (err error) {
		_, c.Token, err = token.Make(ctx, tx, p.Who(), token.MakeIn{Account: p.Account, Label: "test", Scopes: scopes})
		return err
	})
	return c
}

// gather reads a list with pages of two and with one page, and sees that they are the same.
func gather[T any](t *testing.T, c *client.Client, list func() iter.Seq2[T, error], key func(T) string) []string {
	t.Helper()
	var all [2][]string
	for i, size := range []int{2, 0} {
		c.Page = size
		for item, err := range list() {
			if err != nil {
				t.Fatal(err)
			}
			all[i] = append(all[i], key(item))
		}
	}
	if !slices.Equal(all[0], all[1]) {
		t.Errorf("in pages of two it is %v, in one page %v", all[0], all[1])
	}
	return all[1]
}

// refused gives the code of what an error says.
func refused(err error) string {
	var p *client.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func first[T any](list iter.Seq2[T, error]) error {
	for _, err := range list {
		return err
	}
	return nil
}

func want(t *testing.T, what string, got []string, wanted ...string) {
	t.Helper()
	if !slices.Equal(got, wanted) {
		t.Errorf("%s: %v, want %v", what, got, wanted)
	}
}

func TestPlaces(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		c := s.as(apptest.Huong, token.ReadPlaces)
		units := func(f client.UnitFilter) []string {
			return gather(t, c, func() iter.Seq2[client.Unit, error] { return c.Units(t.Context(), f) }, func(u client.Unit) string { return u.Code })
		}
		want(t, "top units", units(client.UnitFilter{}), "11")
		want(t, "communes", units(client.UnitFilter{Parent: "99"}), "03268", "03283")
		want(t, "villages of a kind that is not there", units(client.UnitFilter{Parent: "99", Kind: "village"}))
		want(t, "by code", units(client.UnitFilter{Code: "03268-02"}), "03268-02")
		want(t, "before they were", units(client.UnitFilter{Parent: "99", On: "1999-01-01"}))

		schools := func(c *client.Client, f client.SchoolFilter) []string {
			return gather(t, c, func() iter.Seq2[client.School, error] { return c.Schools(t.Context(), f) }, func(s client.School) string { return s.Code })
		}
		want(t, "schools", schools(c, client.SchoolFilter{}), "MM-THCS", "MM-TH", "PN-THCS")
		want(t, "of a level", schools(c, client.SchoolFilter{Level: "TH"}), "MM-TH")
		want(t, "in a commune", schools(c, client.SchoolFilter{Unit: "3283"}), "PN-THCS")
		want(t, "managed by a commune", schools(c, client.SchoolFilter{Unit: "3283", Relation: "managed"}))
		want(t, "by code", schools(c, client.SchoolFilter{Code: "PN-THCS"}), "PN-THCS")
		want(t, "of a teacher", schools(s.as(apptest.Hoa, token.ReadPlaces), client.SchoolFilter{}), "MM-THCS")
		want(t, "of a village head", schools(s.as(apptest.Pao, token.ReadPlaces), client.SchoolFilter{}))

		classes := func(c *client.Client, f client.ClassFilter) []string {
			return gather(t, c, func() iter.Seq2[client.Class, error] { return c.Classes(t.Context(), f) }, func(k client.Class) string { return k.Name })
		}
		want(t, "classes", classes(c, client.ClassFilter{}), "6A", "8A", "8B", "1A", "3+4 Bản Lúm", "9A")
		want(t, "of a school", classes(c, client.ClassFilter{School: "501"}), "6A", "8A", "8B")
		want(t, "of a grade", classes(c, client.ClassFilter{Grade: "4"}), "3+4 Bản Lúm")
		want(t, "of another year", classes(c, client.ClassFilter{Year: 2018}))
		want(t, "of a teacher", classes(s.as(apptest.Hoa, token.ReadPlaces), client.ClassFilter{}), "8A")
		lan := s.as(apptest.Lan, token.ReadPlaces)
		if got := refused(first(lan.Classes(t.Context(), client.ClassFilter{School: "501"}))); got != "access.no-grant" {
			t.Errorf("classes of a foreign school: %s", got)
		}
		if got := refused(first(lan.Classes(t.Context(), client.ClassFilter{School: "777"}))); got != "access.unknown" {
			t.Errorf("classes of no school: %s", got)
		}
	})
}

func TestPupilsAreLookedAtInTheAuditBook(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		c := s.as(apptest.Chien, token.ReadPupils)
		looks := func() int {
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = 1 AND action = 'look' AND account = $1 AND object_kind = 'class' AND object = $2`, apptest.Chien.Account, apptest.Class34)[0]
		}
		pupils := gather(t, c, func() iter.Seq2[client.Pupil, error] { return c.Pupils(t.Context(), "605", "", "") }, func(p client.Pupil) string { return p.Name })
		if len(pupils) != 7 || !slices.Contains(pupils, apptest.PupilName(apptest.Class34, 1)) {
			t.Errorf("pupils: %v", pupils)
		}
		if n := looks(); n != 5 { // four pages of two, and one
			t.Errorf("%d looks in the audit book, want 5", n)
		}
		if of4 := gather(t, c, func() iter.Seq2[client.Pupil, error] { return c.Pupils(t.Context(), "605", "", "4") }, func(p client.Pupil) string { return p.Grade }); len(of4) != 4 {
			t.Errorf("of grade 4: %v", of4)
		}
		if before := gather(t, c, func() iter.Seq2[client.Pupil, error] { return c.Pupils(t.Context(), "605", "2019-01-01", "") }, func(p client.Pupil) string { return p.ID }); len(before) != 0 {
			t.Errorf("before the year: %v", before)
		}
		was := looks()
		for class, code := range map[string]string{"602": "access.no-grant", "999": "access.unknown", "x": "api.unknown"} {
			if got := refused(first(c.Pupils(t.Context(), class, "", ""))); got != code {
				t.Errorf("class %s: %s, want %s", class, got, code)
			}
		}
		if looks() != was {
			t.Error("a refused look is in the book as a look")
		}
		var raw map[string]any
		if _, err := c.Get(t.Context(), "/api/v1/classes/605/pupils", nil, nil, &raw); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"ethnicity", "poverty", "reason", "code", "phone"} {
			if _, told := raw["items"].([]any)[0].(map[string]any)[word]; told {
				t.Errorf("a pupil has the field %s", word)
			}
		}
		if strings.Contains(s.log.String(), "/605") || strings.Contains(s.log.String(), pupils[0]) {
			t.Errorf("the log holds an address or a name: %s", s.log)
		}
	})
}

func TestSheets(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		hoa, mai := s.as(apptest.Hoa, token.WriteSheets), s.as(apptest.Mai, token.ReadSheets)
		key, sheet := client.Key(), client.Submission{Class: "602", Day: "2020-05-29", Session: "morning", Marks: []client.Mark{{Pupil: "602001", Kind: "excused"}, {Pupil: "602002", Kind: "unknown"}}}
		got, err := hoa.Submit(t.Context(), key, sheet)
		if err != nil || got.Version != 1 || got.Excused != 1 || got.Unknown != 1 || got.Size != 35 || got.Repeated {
			t.Fatalf("%+v: %v", got, err)
		}
		if got, err = hoa.Submit(t.Context(), key, sheet); err != nil || !got.Repeated || got.Version != 1 {
			t.Errorf("the same key again: %+v, %v", got, err)
		}
		if versions := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version WHERE realm = 1 AND class = 602`)[0]; versions != 1 {
			t.Errorf("%d versions are kept", versions)
		}
		if _, err = hoa.Submit(t.Context(), client.Key(), sheet); refused(err) != "rollcall.conflict" {
			t.Errorf("another on the same base: %v", err)
		}
		sheet.Base, sheet.Marks = 1, nil
		if got, err = hoa.Submit(t.Context(), client.Key(), sheet); err != nil || got.Version != 2 || got.Excused != 0 {
			t.Errorf("a correction: %+v, %v", got, err)
		}
		foreign := sheet
		foreign.Class = "601"
		for name, c := range map[string]struct {
			key   string
			sheet client.Submission
			code  string
		}{
			"another's class": {client.Key(), foreign, "access.no-grant"},
			"no key":          {"", sheet, "api.unreadable"},
			"a bad session":   {client.Key(), client.Submission{Class: "602", Day: "2020-05-29", Session: "night"}, "api.unreadable"},
			"a stranger":      {client.Key(), client.Submission{Class: "602", Day: "2020-05-29", Session: "morning", Base: 2, Marks: []client.Mark{{Pupil: "601001", Kind: "late"}}}, "rollcall.stranger"},
			"no day":          {client.Key(), client.Submission{Class: "602", Session: "morning"}, "api.day"},
		} {
			if _, err := hoa.Submit(t.Context(), c.key, c.sheet); refused(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		if _, err := mai.Submit(t.Context(), client.Key(), sheet); refused(err) != "token.no-such-scope" {
			t.Errorf("a token for reading writes: %v", err)
		}

		sheets := func(f client.SheetFilter) []string {
			return gather(t, mai, func() iter.Seq2[client.Sheet, error] { return mai.Sheets(t.Context(), "501", f) }, func(s client.Sheet) string { return s.Class + " " + s.Session + " " + s.State })
		}
		want(t, "today", sheets(client.SheetFilter{}), "601 morning not-taken", "602 morning taken", "603 morning not-taken")
		want(t, "taken", sheets(client.SheetFilter{State: "taken"}), "602 morning taken")
		want(t, "a class", sheets(client.SheetFilter{Class: "603"}), "603 morning not-taken")
		want(t, "afternoons of a Thursday", sheets(client.SheetFilter{Day: "2020-05-28", Session: "afternoon"}), "602 afternoon not-taken")
		if got := refused(first(mai.Sheets(t.Context(), "503", client.SheetFilter{}))); got != "access.no-grant" {
			t.Errorf("a foreign school: %s", got)
		}
	})
}

func TestFigures(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		hoa, huong := s.as(apptest.Hoa, token.WriteSheets), s.as(apptest.Huong, token.ReadFigures)
		if _, err := hoa.Submit(t.Context(), client.Key(), client.Submission{Class: "602", Day: "2020-05-29", Session: "morning", Marks: []client.Mark{{Pupil: "602001", Kind: "excused"}}}); err != nil {
			t.Fatal(err)
		}
		q := client.FigureQuery{Place: "unit:99", From: "2020-05-29", To: "2020-05-29", By: "children"}
		whole, err := huong.Figure(t.Context(), "attendance", q)
		if err != nil || whole.Total.N != 34 || whole.Total.D != 35 || whole.Total.Taken != 1 || len(whole.Rows) != 2 || whole.Source == "" {
			t.Fatalf("%+v: %v", whole, err)
		}
		huong.Page = 1
		if paged, err := huong.Figure(t.Context(), "attendance", q); err != nil || !slices.Equal(paged.Rows, whole.Rows) {
			t.Errorf("in pages of one: %+v, %v", paged.Rows, err)
		}
		for name, c := range map[string]struct {
			indicator string
			q         client.FigureQuery
			code      string
		}{
			"another commune's by residence": {"attendance", client.FigureQuery{Place: "unit:11", From: "2020-05-29", To: "2020-05-29"}, "access.no-grant"},
			"no such place":                  {"attendance", client.FigureQuery{Place: "school:9", From: "2020-05-29", To: "2020-05-29"}, "access.unknown"},
			"no such figure":                 {"ranking", q, "indicator.unknown"},
			"by ethnicity":                   {"attendance", client.FigureQuery{Place: "unit:99", From: "2020-05-29", To: "2020-05-29", By: "ethnicity"}, "api.unreadable"},
			"backwards":                      {"attendance", client.FigureQuery{Place: "unit:99", From: "2020-05-29", To: "2020-05-28"}, "indicator.empty-period"},
			"no day":                         {"attendance", client.FigureQuery{Place: "unit:99", From: "29/5", To: "2020-05-28"}, "api.day"},
		} {
			if _, err := huong.Figure(t.Context(), c.indicator, c.q); refused(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
	})
}

func TestTokensAndScopes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		paths := []string{"/units", "/schools", "/classes", "/classes/602/pupils", "/sheets?school=501", "/figures/attendance?place=unit:99&from=2020-05-29&to=2020-05-29"}
		all := s.as(apptest.Mai, token.ReadSheets)
		for _, path := range paths {
			for name, secret := range map[string]string{"none": "", "forged": all.Token[:len(all.Token)-4] + "AAAA", "another realm": strings.Replace(all.Token, "_1_", "_3_", 1)} {
				c := client.New(s.base, secret)
				answer, err := c.Get(t.Context(), "/api/v1"+path, nil, nil, nil)
				if refused(err) != "token.refused" || answer.Status != 401 || answer.Header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s with a token that is %s: %d %v", path, name, answer.Status, err)
				}
			}
			// A scope that is sent is no scope.
			_, err := all.Get(t.Context(), "/api/v1"+path, nil, http.Header{"X-Scope": {"pupils.read"}, "Scope": {"figures.read"}}, nil)
			if strings.HasPrefix(path, "/sheets") != (err == nil) || err != nil && refused(err) != "token.no-such-scope" {
				t.Errorf("%s with a scope that was not given: %v", path, err)
			}
		}
		if _, err := all.Get(t.Context(), "/api/v1/sheets", url.Values{"school": {"501"}, "account": {"716"}}, nil, nil); refused(err) != "api.unreadable" {
			t.Errorf("an unknown parameter: %v", err)
		}
		if used := apptest.Query[int](t, h, `SELECT COUNT(*) FROM api_token WHERE realm = 1 AND used_at >= made_at`)[0]; used != 1 {
			t.Errorf("%d tokens are noted as used", used)
		}
	})
}

func TestHeadersOfAnswers(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	s := serve(t, h, 8)
	c := s.as(apptest.Huong, token.ReadPlaces)
	answer, err := c.Get(t.Context(), "/api/v1/schools", nil, nil, nil)
	tag := answer.Header.Get("ETag")
	if err != nil || tag == "" || answer.Header.Get("X-RateLimit-Limit") != "8" {
		t.Fatalf("%+v: %v", answer, err)
	}
	if answer, err = c.Get(t.Context(), "/api/v1/schools", nil, http.Header{"If-None-Match": {`"x", W/` + tag}}, nil); err != nil || answer.Status != 304 || answer.Header.Get("ETag") != tag {
		t.Errorf("with the tag: %+v, %v", answer, err)
	}
	if answer, err = c.Get(t.Context(), "/api/v1/schools?level=TH", nil, http.Header{"If-None-Match": {tag}}, nil); err != nil || answer.Status != 200 {
		t.Errorf("another list with the tag: %+v, %v", answer, err)
	}
	answer, err = c.Get(t.Context(), "/api/v1/schools?limit=0", nil, nil, nil)
	var p *client.Problem
	if !errors.As(err, &p) || p.Status != 422 || p.Code != "api.unreadable" || len(p.Errors) != 1 || p.Errors[0].Field != "query.limit" || answer.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("no lines: %+v, %v", answer, p)
	}
	if _, err = c.Get(t.Context(), "/api/v1/schools?cursor=abc", nil, nil, nil); refused(err) != "api.cursor" {
		t.Errorf("a cursor of one's own: %v", err)
	}
	if _, err = c.Get(t.Context(), "/api/v2/schools", nil, nil, nil); refused(err) != "api.unknown" {
		t.Errorf("another version: %v", err)
	}
	for range 4 {
		answer, err = c.Get(t.Context(), "/api/v1/schools", nil, nil, nil)
	}
	if refused(err) != "api.too-often" || answer.Status != 429 || answer.Header.Get("Retry-After") == "" {
		t.Errorf("too often: %+v, %v", answer, err)
	}
	other := s.as(apptest.Mai, token.ReadPlaces)
	if _, err = other.Get(t.Context(), "/api/v1/schools", nil, nil, nil); err != nil {
		t.Errorf("another token: %v", err)
	}
}

func TestDescriptionIsReviewed(t *testing.T) {
	got, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/openapi.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	reviewed, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(reviewed, got) {
		t.Errorf("the description differs from %s (%v): programs of others rest on it. Look at the difference, then run with -update.", golden, err)
	}
	s := serve(t, apptest.Open(t, store.SQLite), 0)
	for address, words := range map[string][]string{
		"/api/v1/openapi.json": {`"openapi": "3.1.0"`, "submitSheet"},
		"/api/":                {"Giao diện lập trình", "GET /api/v1/classes/{class}/pupils", "Idempotency-Key"},
		"/api/?lang=en":        {"The API", "Names of the pupils of a class"},
	} {
		response, err := http.Get(s.base + address)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		body.ReadFrom(response.Body)
		response.Body.Close()
		for _, word := range words {
			if !strings.Contains(body.String(), word) {
				t.Errorf("%s does not say %q", address, word)
			}
		}
		if strings.Contains(body.String(), "«") || strings.Contains(body.String(), "http://") || strings.Contains(body.String(), "//unpkg") {
			t.Errorf("%s names a missing message or another site", address)
		}
	}
}

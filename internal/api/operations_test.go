package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"ralop/client"
	"ralop/internal/access"
	"ralop/internal/api"
	"ralop/internal/apptest"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/token"
	"ralop/internal/viet"
	"ralop/internal/webhook"
)

// operation is what the table knows of an operation of the description.
type operation struct {
	path    string // of an answer that is good for its person
	person  apptest.Person
	scope   token.Scope
	body    string
	foreign map[string]string // other addresses or bodies that must be refused → status and code
}

const sheetBody = `{"class":"%s","day":"2020-05-29","session":"morning","marks":[{"pupil":"602001","kind":"excused"}]}`

// operations has a row for every operation of the description. Unit 777 is nobody's; school 901, class 902 and webhook 903
// are another realm's, school 503 and class 606 another school's of the same.
func operations(hook, event id.ID) map[string]operation {
	deliveries := "/webhooks/" + hook.String() + "/deliveries"
	return map[string]operation{
		"listUnits":   {"/units", apptest.Huong, token.ReadPlaces, "", map[string]string{"/units?parent=x": "404 api.unknown", "/units?code=nope": "404 org.no-unit"}},
		"listSchools": {"/schools", apptest.Huong, token.ReadPlaces, "", map[string]string{"/schools?unit=777": "404 org.no-unit"}},
		"listClasses": {"/classes?school=501", apptest.Son, token.ReadPlaces, "", map[string]string{"/classes?school=503": "403 access.no-grant", "/classes?school=901": "404 access.unknown"}},
		"listPupils":  {"/classes/602/pupils", apptest.Son, token.ReadPupils, "", map[string]string{"/classes/606/pupils": "403 access.no-grant", "/classes/902/pupils": "404 access.unknown", "/classes/777/pupils": "404 access.unknown"}},
		"listSheets":  {"/sheets?school=501", apptest.Son, token.ReadSheets, "", map[string]string{"/sheets?school=503": "403 access.no-grant", "/sheets?school=901": "404 access.unknown"}},
		"getFigure": {"/figures/attendance?place=school:501&from=2020-05-29&to=2020-05-29", apptest.Son, token.ReadFigures, "",
			map[string]string{"/figures/attendance?place=school:503&from=2020-05-29&to=2020-05-29": "403 access.no-grant", "/figures/attendance?place=school:901&from=2020-05-29&to=2020-05-29": "404 access.unknown"}},
		"submitSheet": {"/sheets", apptest.Hoa, token.WriteSheets, fmt.Sprintf(sheetBody, "602"),
			map[string]string{fmt.Sprintf(sheetBody, "606"): "403 access.no-grant", fmt.Sprintf(sheetBody, "902"): "404 access.unknown"}},
		"makeWebhook": {"/webhooks", apptest.Son, token.WriteWebhooks, `{"label":"Cổng của tỉnh","url":"https://example.vn/moi"}`,
			map[string]string{`{"label":"x","url":"http://example.vn/"}`: "422 webhook.not-https", `{"label":"x","url":"https://10.0.0.1/"}`: "422 webhook.inside", `{"label":"x","url":"https://example.vn/","events":["sheet.lost"]}`: "422 webhook.unknown-event"}},
		"endWebhook":     {"/webhooks/904", apptest.Son, token.WriteWebhooks, "", map[string]string{"/webhooks/903": "404 webhook.none", "/webhooks/777": "404 webhook.none"}},
		"listWebhooks":   {"/webhooks", apptest.Son, token.Webhooks, "", nil},
		"listDeliveries": {deliveries, apptest.Son, token.Webhooks, "", map[string]string{"/webhooks/903/deliveries": "404 webhook.none", "/webhooks/777/deliveries": "404 webhook.none"}},
		"replayDelivery": {deliveries + "/" + event.String() + "/replay", apptest.Son, token.Webhooks, "",
			map[string]string{"/webhooks/903/deliveries/" + event.String() + "/replay": "404 webhook.none", deliveries + "/777/replay": "404 webhook.no-delivery"}},
	}
}

// described lists the operations of the description: method and path by id.
func described(t *testing.T) map[string][2]string {
	t.Helper()
	text, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	all := map[string][2]string{}
	for path, methods := range spec.Paths {
		for method, op := range methods {
			all[op.OperationID] = [2]string{strings.ToUpper(method), path}
		}
	}
	return all
}

// another writes a school, a class and a webhook of a second realm, and of the first a webhook with an event that was sent.
func another(t *testing.T, h *apptest.House) (hook, event id.ID) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		for _, row := range []struct {
			query string
			args  []any
		}{
			{`INSERT INTO realm (realm, name, story, opened_at) VALUES (2, 'x', '', $1)`, []any{tx.Now()}},
			{`INSERT INTO account (realm, id, name, name_sort, title, login, phone, email, language, theme, password, must_change, failures, locked_until, disabled, made_at) SELECT 2, id, name, name_sort, title, 'fremd', phone, email, language, theme, password, must_change, failures, locked_until, disabled, made_at FROM account WHERE realm = 1 AND id = 705`, nil},
			{`INSERT INTO school (realm, id) VALUES (2, 901)`, nil},
			{`INSERT INTO school_period (realm, school, from_day, until_day, code, name, name_fold, name_sort, type, levels, located_in, managed_by) VALUES (2, 901, $1, $2, 'X', 'Y', 'y', $3, '', 'THCS', 99, 99)`, []any{day.MustParse("2000-01-01"), day.Forever, viet.SortKey("Y")}},
			{`INSERT INTO class (realm, id, school, year, name, name_sort, level, grades, site, from_day, until_day) VALUES (2, 902, 901, 2019, '8A', $3, 'THCS', '8', 0, $1, $2)`, []any{apptest.YearStart, apptest.YearEnd, viet.SortKey("8A")}},
			{`INSERT INTO webhook (realm, id, account, label, url, events, secret, made_by, made_at, ended_at) VALUES (1, 904, $3, 'x', 'https://example.vn', 'sheet.received', 'x', 0, $1, $2)`, []any{tx.Now(), day.Instant(0), apptest.Son.Account}},
			{`INSERT INTO webhook (realm, id, account, label, url, events, secret, made_by, made_at, ended_at) VALUES (2, 903, 705, 'x', 'https://example.vn', 'sheet.received', 'x', 0, $1, $2)`, []any{tx.Now(), day.Instant(0)}},
		} {
			if _, err := tx.Exec(ctx, row.query, row.args...); err != nil {
				return err
			}
		}
		made, _, err := webhook.Make(ctx, tx, apptest.Son.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: "x", URL: "https://example.vn/x"})
		if err != nil {
			return err
		}
		hook = made.ID
		event, err = webhook.Try(ctx, tx, apptest.Son.Who(), hook)
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE webhook_delivery SET state = 'sent', ended_at = $1 WHERE realm = 1`, tx.Now())
		}
		return err
	})
	return hook, event
}

// ask sends a request and gives the answer with its body.
func (s *server) ask(method, path, secret, body string, header http.Header) (*http.Response, string) {
	s.t.Helper()
	request, err := http.NewRequest(method, s.base+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if secret != "" {
		request.Header.Set("Authorization", "Bearer "+secret)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer, string(text)
}

// outcome is the status with the code of a problem; it must have the form of one.
func (s *server) outcome(answer *http.Response, text string) string {
	if answer.StatusCode < 400 {
		return fmt.Sprint(answer.StatusCode)
	}
	var p client.Problem
	if err := json.Unmarshal([]byte(text), &p); err != nil || answer.Header.Get("Content-Type") != "application/problem+json" || p.Status != answer.StatusCode || p.Title == "" || p.Detail == "" {
		s.t.Errorf("%s is no problem: %v %s", answer.Request.URL.Path, err, text)
	}
	return fmt.Sprint(answer.StatusCode, " ", p.Code)
}

// Every operation of the description keeps every rule for all.
func TestEveryOperationKeepsTheRules(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		hook, event := another(t, h)
		table := operations(hook, event)
		for name := range described(t) {
			if _, there := table[name]; !there {
				t.Errorf("operation %s has no row in this test", name)
			}
		}
		for name, at := range described(t) {
			op, method := table[name], at[0]
			secret := s.as(op.person, op.scope).Token
			key := http.Header{}
			if method == "POST" {
				key.Set("Idempotency-Key", client.Key())
			}
			expect := func(what, want string, answer *http.Response, text string) {
				t.Helper()
				if got := s.outcome(answer, text); got != want {
					t.Errorf("%s %s: %s, want %s", name, what, got, want)
				}
			}
			answer, text := s.ask(method, op.path, "", op.body, key)
			expect("without a token", "401 token.refused", answer, text)
			if answer.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: 401 does not say how to sign in", name)
			}
			others := slices.DeleteFunc(slices.Clone(token.Scopes), func(of token.Scope) bool {
				return of == op.scope || of == token.WriteSheets || of == token.ReadPupils && op.person.Role == access.EducationOfficial || (of == token.ReadRosters || of == token.ReadDemographics) && op.person.Role == access.EducationOfficial
			})
			answer, text = s.ask(method, op.path, s.as(op.person, others...).Token, op.body, key)
			expect("with all other scopes", "403 token.no-such-scope", answer, text)

			answer, text = s.ask(method, op.path, secret, op.body, key)
			expect("as it should be", "200", answer, text)
			if answer.Header.Get("X-RateLimit-Limit") == "" || answer.Header.Get("Content-Type") != "application/json" || answer.Header.Get("Cache-Control") == "" {
				t.Errorf("%s: headers %v", name, answer.Header)
			}
			for _, word := range []string{"ethnic", "poverty", "cause", "reason", "phone", "boarding", "disab"} {
				if strings.Contains(strings.ToLower(text), `"`+word) {
					t.Errorf("%s tells %s: %s", name, word, text)
				}
			}
			for other, want := range op.foreign {
				path, body := other, op.body
				if strings.HasPrefix(other, "{") {
					path, body = op.path, other
				}
				fresh := key.Clone()
				if method == "POST" {
					fresh.Set("Idempotency-Key", client.Key())
				}
				answer, text := s.ask(method, path, secret, body, fresh)
				expect(other, want, answer, text)
			}
			if method == "GET" {
				tag := answer.Header.Get("ETag")
				again, rest := s.ask(method, op.path, secret, "", http.Header{"If-None-Match": {tag}})
				if tag == "" || again.StatusCode != 304 || rest != "" || again.Header.Get("ETag") != tag {
					t.Errorf("%s with the tag %s: %d %q", name, tag, again.StatusCode, rest)
				}
				joint := "?"
				if strings.Contains(op.path, "?") {
					joint = "&"
				}
				answer, text = s.ask(method, op.path+joint+"account=1", secret, "", nil)
				expect("with a parameter that nobody knows", "422 api.unreadable", answer, text)
				for query, want := range map[string]string{"limit=0": "422 api.unreadable", "limit=501": "422 api.unreadable", "cursor=zz": "422 api.cursor"} {
					answer, text = s.ask(method, op.path+joint+query, secret, "", nil)
					expect(query, want, answer, text)
				}
				continue
			}
			if method == "DELETE" { // it is done once, however often it is asked
				again, rest := s.ask(method, op.path, secret, "", nil)
				expect("again", "200", again, rest)
				if rest != text {
					t.Errorf("%s again: %s, it was %s", name, rest, text)
				}
				continue
			}
			// The same key again gives what was kept then and changes nothing.
			rows := func() []int {
				return apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version UNION ALL SELECT COALESCE(SUM(replays), 0) FROM webhook_delivery UNION ALL SELECT COUNT(*) FROM webhook`)
			}
			before := rows()
			answer, text = s.ask(method, op.path, secret, op.body, key)
			expect("with the same key", "200", answer, text)
			if !strings.Contains(text, `"repeated":true`) || !slices.Equal(before, rows()) {
				t.Errorf("%s with the same key: %s, rows %v and %v", name, text, before, rows())
			}
			for _, bad := range []string{"", "1", "not-a-uuid"} {
				answer, text = s.ask(method, op.path, secret, op.body, http.Header{"Idempotency-Key": {bad}})
				expect("with the key "+bad, "422 api.unreadable", answer, text)
			}
		}
	})
}

// Who saw an older sheet is told, by If-Match as by base; and nothing is lost.
func TestStaleSheets(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		secret, body := s.as(apptest.Hoa, token.WriteSheets).Token, fmt.Sprintf(sheetBody, "602")
		send := func(match, body string) (string, string) {
			header := http.Header{"Idempotency-Key": {client.Key()}}
			if match != "" {
				header.Set("If-Match", match)
			}
			answer, text := s.ask("POST", "/sheets", secret, body, header)
			return s.outcome(answer, text), answer.Header.Get("ETag")
		}
		corrected := strings.Replace(body, `"marks":[`, `"base":1,"marks":[`, 1)
		for _, c := range []struct{ what, match, body, want, tag string }{
			{"when there was none", `"0"`, body, "200", `"1"`},
			{"when there is one", `"0"`, strings.Replace(body, "602001", "602002", 1), "412 rollcall.conflict", ""},
			{"by base", "", strings.Replace(body, "602001", "602002", 1), "409 rollcall.conflict", ""},
			{"of the present one", `"1"`, strings.Replace(body, "602001", "602002", 1), "200", `"2"`},
			{"of the one before", `"1"`, strings.Replace(body, "602001", "602003", 1), "412 rollcall.conflict", ""},
			{"two that differ", `"2"`, corrected, "422 api.two-bases", ""},
			{"no tag", `2`, body, "422 api.unreadable", ""},
		} {
			if got, tag := send(c.match, c.body); got != c.want || tag != c.tag {
				t.Errorf("%s: %s with tag %s, want %s %s", c.what, got, tag, c.want, c.tag)
			}
		}
		if marks := apptest.Query[int](t, h, `SELECT COUNT(*) FROM mark WHERE realm = 1 AND class = 602 AND pupil = 602002`); marks[0] != 1 {
			t.Errorf("%d marks stand", marks[0])
		}
	})
}

// A token that ended opens nothing, and one that asks too often waits: at every operation.
func TestEveryOperationCountsAndExpires(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	s := serve(t, h, 1)
	hook, event := another(t, h)
	secrets := map[string]string{}
	for name, at := range described(t) {
		op, method := operations(hook, event)[name], at[0]
		secrets[name] = s.as(op.person, op.scope).Token
		key := http.Header{"Idempotency-Key": {client.Key()}}
		if method == "GET" {
			key = nil
		}
		if answer, text := s.ask(method, op.path, secrets[name], op.body, key); s.outcome(answer, text) != "200" {
			t.Errorf("%s: %s", name, text)
		}
		answer, text := s.ask(method, op.path, secrets[name], op.body, key)
		if got := s.outcome(answer, text); got != "429 api.too-often" || answer.Header.Get("Retry-After") == "" || answer.Header.Get("X-RateLimit-Remaining") != "0" {
			t.Errorf("%s asked twice in a minute: %s, headers %v", name, got, answer.Header)
		}
	}
	h.Clock.Advance(token.Usual*24*time.Hour + time.Minute)
	for name, at := range described(t) {
		op := operations(hook, event)[name]
		if answer, text := s.ask(at[0], op.path, secrets[name], op.body, nil); s.outcome(answer, text) != "401 token.refused" {
			t.Errorf("%s with a token that has ended: %s", name, text)
		}
	}
}

// Causes, ethnicity and poverty are in no answer of OneRoster, by REST or as a bundle, whatever stands in the house.
func TestRostersTellNothingOfOriginPovertyOrCauses(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		for _, statement := range []string{`UPDATE pupil SET ethnicity = 'hmong', address = 'Nhà-ở-đây', phone = '0912345678', disability = '03', birthplace = 'Nơi-sinh-đó', national_id = '011206000001', code = '9912345678' WHERE id = 602001`,
			`INSERT INTO pupil_poverty (realm, pupil, year, status) VALUES (1, 602001, 2019, 'near-poor')`} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	s := serve(t, h, 0)
	c := s.as(apptest.Son, token.ReadRosters, token.ReadDemographics)
	var texts []string
	for _, l := range append(lists, struct {
		path   string
		total  int
		filter string
		passes int
		single string
	}{path: "/demographics", single: "/demographics/pupil-602001"}) {
		for _, path := range []string{l.path + "?limit=1000", l.single} {
			if path == "" {
				continue
			}
			request, _ := http.NewRequest("GET", s.base+rosterPath+path, nil)
			request.Header.Set("Authorization", "Bearer "+c.Token)
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode != 200 {
				t.Errorf("%s: %d", path, answer.StatusCode)
			}
			texts = append(texts, string(text))
		}
	}
	_, content := bundle(t, s, c.Token)
	for name, text := range apptest.Parts(t, content) {
		if name == "demographics.csv" { // the standard demands the headings; the cells stay empty
			for _, line := range strings.Split(strings.TrimSpace(text), "\r\n")[1:] {
				if cells := strings.Split(line, ","); len(cells) != 16 || strings.Join(cells[5:], "") != "" || cells[3] == "" || !slices.Contains(enumerations["demographics.csv sex"], cells[4]) {
					t.Errorf("demographics: %s", line)
				}
			}
			_, text, _ = strings.Cut(text, "\r\n")
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		lower := strings.ToLower(text)
		for _, word := range []string{"ethnic", "hmong", "h'mông", "race", "hispanic", "asian", "poor", "poverty", "nghèo", "cause", "reason", "disab", "nhà-ở-đây", "0912345678", "nơi-sinh-đó", "011206000001", "9912345678", "boarding"} {
			if at := strings.Index(lower, word); at >= 0 {
				t.Errorf("an answer tells %s: …%s…", word, text[max(0, at-60):min(len(text), at+60)])
			}
		}
	}
	if len(texts) < 30 {
		t.Errorf("only %d answers were read", len(texts))
	}
	// Without its scope, nobody's birth date.
	plain := s.as(apptest.Son, token.ReadRosters)
	if _, content := bundle(t, s, plain.Token); apptest.Parts(t, content)["demographics.csv"] != "" {
		t.Error("a bundle without the scope holds demographics")
	}
	demographics, header := objects(t, c, "/demographics", map[string][]string{"filter": {"sex='female'"}, "sort": {"birthDate"}, "limit": {"5"}})
	if len(demographics) != 5 || header.Get("X-Total-Count") == "" || demographics[0]["sex"] != "female" || len(demographics[0]) != 5 {
		t.Errorf("demographics: %v", demographics)
	}
}

// What the rooms write into the book becomes events: a roll call by the API reaches a webhook, signed, once.
func TestARollCallReachesAWebhook(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		secret, got := "", []client.Event{}
		receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			event, err := client.Verify(secret, r.Header, body, time.Now())
			if err != nil {
				t.Error(err)
			}
			got = append(got, event)
		}))
		defer receiver.Close()
		var made webhook.Webhook
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			if err := webhook.AllowHosts(ctx, tx, access.System(1), []string{"127.0.0.1"}); err != nil {
				return err
			}
			made, secret, err = webhook.Make(ctx, tx, apptest.Son.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: "x", URL: receiver.URL})
			return err
		})
		pass := func() {
			t.Helper()
			for {
				n, err := audit.SealNext(t.Context(), h.Store, 1)
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					break
				}
			}
			if _, err := webhook.Gather(t.Context(), h.Store, 1); err != nil {
				t.Fatal(err)
			}
			if _, err := webhook.Deliver(t.Context(), h.Store, 1); err != nil {
				t.Fatal(err)
			}
		}
		hoa, key := s.as(apptest.Hoa, token.WriteSheets), client.Key()
		sheet := client.Submission{Class: "602", Day: "2020-05-29", Session: "morning", Marks: []client.Mark{{Pupil: "602001", Kind: "excused"}}}
		for range 2 { // the repeat is no second event
			if _, err := hoa.Submit(t.Context(), key, sheet); err != nil {
				t.Fatal(err)
			}
		}
		pass()
		pass()
		if len(got) != 1 || got[0].Type != "sheet.received" || got[0].Data != (client.EventData{Class: "602", Day: "2020-05-29", Session: "morning", Version: 1}) {
			t.Fatalf("received %+v", got)
		}
		son := s.as(apptest.Son, token.Webhooks)
		var hooks []client.Webhook
		for w, err := range son.Webhooks(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			hooks = append(hooks, w)
		}
		var deliveries []client.Delivery
		for d, err := range son.Deliveries(t.Context(), made.ID.String(), "sent") {
			if err != nil {
				t.Fatal(err)
			}
			deliveries = append(deliveries, d)
		}
		if len(hooks) != 1 || len(deliveries) != 1 || deliveries[0].Event != got[0].ID || deliveries[0].Status != 200 {
			t.Fatalf("%+v %+v", hooks, deliveries)
		}
		if d, err := son.Replay(t.Context(), client.Key(), hooks[0].ID, got[0].ID); err != nil || d.State != "waiting" {
			t.Errorf("%+v %v", d, err)
		}
		pass()
		if len(got) != 2 || got[1].ID != got[0].ID {
			t.Errorf("replayed: %+v", got)
		}
	})
}

// A program makes a webhook and may ask again when no answer came; what it ends is told nothing more.
func TestProgramsMakeAndEndWebhooks(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := serve(t, h, 0)
		c, key := s.as(apptest.Son, token.WriteWebhooks, token.Webhooks), client.Key()
		wanted := client.NewWebhook{Label: "Cổng của tỉnh", URL: "https://example.vn/nhan", Events: []string{"report.frozen"}}
		made, err := c.MakeWebhook(t.Context(), key, wanted)
		if err != nil || made.Secret == "" || made.Repeated || made.State != "good" || len(made.Events) != 1 {
			t.Fatalf("%+v, %v", made, err)
		}
		again, err := c.MakeWebhook(t.Context(), strings.ToUpper(key), wanted)
		if err != nil || again.ID != made.ID || again.Secret != made.Secret || !again.Repeated {
			t.Errorf("again: %+v, %v", again, err)
		}
		wanted.URL = "https://example.vn/khac"
		if _, err := c.MakeWebhook(t.Context(), key, wanted); err == nil || !strings.Contains(err.Error(), "other-webhook") {
			t.Errorf("another webhook by the same key: %v", err)
		}
		for range 2 {
			if ended, err := c.EndWebhook(t.Context(), made.ID); err != nil || ended.State != "ended" {
				t.Errorf("ended: %+v, %v", ended, err)
			}
		}
		for w, err := range c.Webhooks(t.Context()) {
			if err != nil || w.State != "ended" {
				t.Errorf("%+v, %v", w, err)
			}
		}
		if secrets := apptest.Query[int](t, h, `SELECT COUNT(*) FROM webhook WHERE realm = 1`); secrets[0] != 1 {
			t.Errorf("%d webhooks", secrets[0])
		}
		lan := s.as(apptest.Hoa, token.WriteWebhooks)
		if _, err := lan.EndWebhook(t.Context(), made.ID); err == nil {
			t.Error("another's webhook was ended")
		}
	})
}

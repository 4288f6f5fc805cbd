package door_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// visit is one door over the cast, and what it logged.
type visit struct {
	house   *apptest.House
	server  *httptest.Server
	log     *bytes.Buffer
	machine *apptest.Clock
}

func words(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	})
}

func open(t *testing.T, h *apptest.House) *visit {
	v := &visit{house: h, log: &bytes.Buffer{}, machine: &apptest.Clock{}}
	v.machine.Set(time.Now())
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.NewTextHandler(v.log, nil)), Clock: v.machine.Now,
		SignIn: "/dang-nhap", ChangePassword: "/doi-mat-khau", Version: "test"})
	routes := []door.Route{
		{Method: "POST", Pattern: "/vao/{account}", Open: true, Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
			account, err := r.ID("account")
			if err == nil {
				err = r.SignIn(apptest.Realm, account, r.Value("shared") == "1")
			}
			return door.SeeOther("/toi"), err
		})},
		{Method: "POST", Pattern: "/ra", Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
			return door.SeeOther("/"), r.SignOut()
		})},
		{Method: "GET", Pattern: "/toi", Handler: door.Read(func(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
			return door.Page(words(r.Account.Name)), nil
		})},
		{Method: "GET", Pattern: "/doi-mat-khau", Always: true, Handler: door.Read(func(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
			return door.Page(words("mật khẩu")), nil
		})},
		{Method: "GET", Pattern: "/lop/{class}", Names: door.Names{"class": access.ClassKind}, Handler: door.Read(func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
			class, err := r.ID("class")
			if err != nil {
				return door.Answer{}, err
			}
			rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Class(class))
			if err != nil {
				return door.Answer{}, err
			}
			r.Look(access.Class(class), rule, "")
			tag := r.Tag(class)
			if r.Fresh(tag) {
				return door.NotModified(tag), nil
			}
			return door.Page(words(strings.Repeat("Danh sách lớp. ", 200))).Tagged(tag), nil
		})},
		{Method: "POST", Pattern: "/lop/{class}", Names: door.Names{"class": access.ClassKind}, Handler: door.Write(func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
			if _, err := tx.Exec(ctx, `UPDATE account SET title = 'x' WHERE realm = $1 AND id = $2`, r.Who.Realm, r.Who.Account); err != nil {
				return door.Answer{}, err
			}
			return door.Answer{}, fault.New(fault.Invalid, "door.no-day", nil).On("ngay")
		}).Or(func(_ context.Context, _ *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
			return door.Page(words("lại: " + door.FieldError(r, faults, "ngay"))), nil
		})},
		{Method: "GET", Pattern: "/loi", Handler: door.Read(func(context.Context, *store.Tx, *door.Request) (door.Answer, error) {
			return door.Answer{}, errors.New("the disk speaks of Lò Văn Páo")
		})},
		{Method: "GET", Pattern: "/hoang", Handler: door.Read(func(context.Context, *store.Tx, *door.Request) (door.Answer, error) {
			panic("so it goes")
		})},
		{Method: "POST", Pattern: "/hiem", Open: true, Limit: &door.Limit{Requests: 2, Window: time.Hour, Key: func(r *door.Request) string { return r.Value("ten") }},
			Handler: door.Act(func(context.Context, *door.Request) (door.Answer, error) { return door.NoContent(), nil })},
	}
	v.server = httptest.NewServer(d.Handler(routes))
	t.Cleanup(v.server.Close)
	return v
}

// browser keeps cookies and follows no redirection.
func (v *visit) browser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, v, &http.Client{Jar: jar, Transport: &http.Transport{DisableCompression: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type browser struct {
	t      *testing.T
	v      *visit
	client *http.Client
}

type got struct {
	status int
	body   string
	header http.Header
}

func (b *browser) send(method, path string, form url.Values, headers ...string) got {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.v.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return got{response.StatusCode, string(body), response.Header}
}

func (b *browser) want(status int, g got) got {
	b.t.Helper()
	if g.status != status {
		b.t.Fatalf("got %d %q, want %d", g.status, g.body, status)
	}
	return g
}

func (b *browser) signIn(p apptest.Person, form url.Values) {
	b.t.Helper()
	b.want(303, b.send("POST", "/vao/"+p.Account.String(), form))
}

func TestWhoCalls(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := open(t, h)
		b := v.browser(t)
		if to := b.want(303, b.send("GET", "/toi?x=1", nil)).header.Get("Location"); to != "/dang-nhap?tiep=%2Ftoi%3Fx%3D1" {
			t.Errorf("one who is not signed in is sent to %q", to)
		}
		b.want(401, b.send("GET", "/toi", nil, "Accept", "application/json"))
		b.signIn(apptest.Hoa, nil)
		if body := b.want(200, b.send("GET", "/toi", nil)).body; body != apptest.Hoa.Name {
			t.Errorf("signed in as %q", body)
		}
		for _, token := range apptest.Query[string](t, h, `SELECT token FROM signed_in`) {
			for _, cookie := range b.client.Jar.Cookies(mustURL(v.server.URL)) {
				if cookie.Value == token {
					t.Error("the token itself is in the database")
				}
			}
		}
		b.want(303, b.send("POST", "/ra", url.Values{}))
		b.want(303, b.send("GET", "/toi", nil))

		b.signIn(apptest.Hoa, nil)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE account SET must_change = $1 WHERE realm = 1 AND id = $2`, true, apptest.Hoa.Account)
			return err
		})
		if to := b.want(303, b.send("GET", "/toi", nil)).header.Get("Location"); to != "/doi-mat-khau" {
			t.Errorf("one who must change the password is sent to %q", to)
		}
		b.want(200, b.send("GET", "/doi-mat-khau", nil))
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE account SET disabled = $1 WHERE realm = 1 AND id = $2`, true, apptest.Hoa.Account)
			return err
		})
		if to := b.want(303, b.send("GET", "/doi-mat-khau", nil)).header.Get("Location"); !strings.HasPrefix(to, "/dang-nhap") {
			t.Errorf("a disabled account still reaches %q", to)
		}
	})
}

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}

func TestSessionsEnd(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := open(t, h)
		for _, c := range []struct {
			name   string
			form   url.Values
			step   time.Duration
			steps  int
			status int
		}{
			{"idle for an hour", nil, time.Hour, 1, 200},
			{"the machine's clock goes back an hour", nil, -time.Hour, 1, 200},
			{"the machine's clock goes on a day", nil, 24 * time.Hour, 1, 200},
			{"idle for five days", nil, 5 * 24 * time.Hour, 1, 303},
			{"used daily for four weeks", nil, 24 * time.Hour, 28, 200},
			{"used daily beyond thirty days", nil, 24 * time.Hour, 31, 303},
			{"a shared machine idle for 40 minutes", url.Values{"shared": {"1"}}, 40 * time.Minute, 1, 303},
			{"a shared machine used for 2 hours", url.Values{"shared": {"1"}}, 20 * time.Minute, 6, 200},
			{"a shared machine used for 13 hours", url.Values{"shared": {"1"}}, 20 * time.Minute, 39, 303},
		} {
			v.machine.Set(time.Now())
			b := v.browser(t)
			b.signIn(apptest.Hoa, c.form)
			var last got
			for range c.steps {
				v.machine.Advance(c.step)
				last = b.send("GET", "/toi", nil)
			}
			if last.status != c.status {
				t.Errorf("%s: got %d, want %d", c.name, last.status, c.status)
			}
		}
	})
}

func TestAnswers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := open(t, h)
		b := v.browser(t)
		b.signIn(apptest.Hoa, nil)
		page := b.want(200, b.send("GET", "/lop/602", nil, "Accept-Encoding", "gzip"))
		unpacked, err := gzip.NewReader(strings.NewReader(page.body))
		if err != nil {
			t.Fatalf("the page is not packed: %v", err)
		}
		if content, err := io.ReadAll(unpacked); err != nil || !strings.HasPrefix(string(content), "Danh sách lớp") {
			t.Errorf("unpacked: %q, %v", content, err)
		}
		b.want(304, b.send("GET", "/lop/602", nil, "If-None-Match", page.header.Get("ETag")))
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "X-Request-Id"} {
			if page.header.Get(name) == "" {
				t.Errorf("no %s", name)
			}
		}
		looks := apptest.Query[string](t, h, `SELECT rule FROM audit_entry WHERE action = 'look' AND account = 701 AND object_kind = 'class' AND object = 602`)
		if len(looks) != 2 || looks[0] == "" {
			t.Errorf("looks in the book: %q", looks)
		}
		b.want(403, b.send("GET", "/lop/601", nil))
		b.want(404, b.send("GET", "/lop/77", nil))
		b.want(404, b.send("GET", "/lop/abc", nil))
		b.want(404, b.send("GET", "/khong-co", nil))

		if again := b.want(422, b.send("POST", "/lop/602", url.Values{})); !strings.HasPrefix(again.body, "lại: Ngày chưa đúng") {
			t.Errorf("the form again: %q", again.body)
		}
		if titles := apptest.Query[string](t, h, `SELECT title FROM account WHERE id = 701`); titles[0] != "" {
			t.Error("a refused form left something written")
		}
		refused := b.want(403, b.send("GET", "/lop/601", nil, "Accept", "application/json"))
		var problem struct{ Code, Detail string }
		if err := json.Unmarshal([]byte(refused.body), &problem); err != nil || problem.Code != "access.no-grant" || problem.Detail == "" {
			t.Errorf("problem %q: %v", refused.body, err)
		}
		if english := b.want(403, b.send("GET", "/lop/601", nil, "Accept-Language", "en")); strings.Contains(english.body, "You have") {
			t.Error("the account's language must win over the browser's")
		}
	})
}

func TestMachineFaultsGiveANumberOnly(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := open(t, h)
		b := v.browser(t)
		b.signIn(apptest.Hoa, nil)
		for _, path := range []string{"/loi", "/hoang"} {
			g := b.want(500, b.send("GET", path+"?q=Lò+Thị+Súa", nil))
			if strings.Contains(g.body, "Páo") || strings.Contains(g.body, "so it goes") {
				t.Errorf("%s tells the machine's words: %q", path, g.body)
			}
			if number := g.header.Get("X-Request-Id"); !strings.Contains(g.body, number) || !strings.Contains(v.log.String(), number) {
				t.Errorf("%s: the number %q is not on the page and in the log", path, number)
			}
		}
		if !strings.Contains(v.log.String(), "so it goes") {
			t.Error("the log does not say what panicked")
		}
		if strings.Contains(v.log.String(), "S%C3%BAa") || strings.Contains(v.log.String(), "Súa") {
			t.Error("the log holds what stood in the query")
		}
	})
}

func TestForeignPagesAndTooMuch(t *testing.T) {
	v := open(t, apptest.Open(t, store.SQLite))
	b := v.browser(t)
	b.signIn(apptest.Hoa, nil)
	b.want(403, b.send("POST", "/lop/602", url.Values{}, "Sec-Fetch-Site", "cross-site"))
	b.want(403, b.send("POST", "/lop/602", url.Values{}, "Origin", "https://elsewhere.example"))
	b.want(422, b.send("POST", "/lop/602", url.Values{}, "Sec-Fetch-Site", "same-origin"))
	b.want(415, b.send("POST", "/lop/602", url.Values{"a": {strings.Repeat("x", 2<<20)}}))
	b.want(204, b.send("POST", "/hiem", url.Values{"ten": {"hoa"}}))
	b.want(204, b.send("POST", "/hiem", url.Values{"ten": {"hoa"}}))
	if g := b.want(429, b.send("POST", "/hiem", url.Values{"ten": {"hoa"}})); g.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.want(204, b.send("POST", "/hiem", url.Values{"ten": {"binh"}}))
}

func TestLocalAddress(t *testing.T) {
	for address, want := range map[string]string{"/toi?a=b": "/toi?a=b", "": "/x", "//evil.example": "/x", "https://evil.example": "/x", "/\\evil": "/x", "/\tevil": "/x"} {
		if got := door.LocalAddress(address, "/x"); got != want {
			t.Errorf("LocalAddress(%q) = %q", address, got)
		}
	}
}

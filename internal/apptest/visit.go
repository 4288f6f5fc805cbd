package apptest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/door"
	"ralop/internal/web/ui/frame"
)

// Visitor is a person of the cast at a browser that follows no redirection.
type Visitor struct {
	t      testing.TB
	base   string
	client *http.Client
}

// Got is an answer.
type Got struct {
	Status   int
	Body     string
	Location string
	Header   http.Header
}

// Doors serves route tables over the house and lets people of the cast in.
func Doors(t testing.TB, h *House, routes ...door.Route) func(Person) *Visitor {
	t.Helper()
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), Face: frame.Face, SignIn: "/dang-nhap", Version: "test"})
	enter := door.Route{Method: "POST", Pattern: "/vao/{account}", Open: true, Names: door.Names{"account": ""},
		Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
			account, err := r.ID("account")
			if err == nil {
				err = r.SignIn(Realm, account, false)
			}
			return door.NoContent(), err
		})}
	server := httptest.NewServer(d.Handler(append(routes, enter)))
	t.Cleanup(server.Close)
	return func(p Person) *Visitor {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		v := &Visitor{t, server.URL, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		if got := v.Post("/vao/"+p.Account.String(), nil); got.Status != http.StatusNoContent {
			t.Fatalf("%s does not get in: %d %s", p.Name, got.Status, got.Body)
		}
		return v
	}
}

// Get asks for a page.
func (v *Visitor) Get(address string) Got { return v.send("GET", address, "", nil) }

// Post sends a form.
func (v *Visitor) Post(address string, form url.Values) Got {
	return v.send("POST", address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// Upload sends a form with a file in the field "file".
func (v *Visitor) Upload(address, name string, content []byte, form url.Values) Got {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, values := range form {
		for _, value := range values {
			if err := w.WriteField(field, value); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	return v.send("POST", address, w.FormDataContentType(), &body)
}

func (v *Visitor) send(method, address, kind string, body io.Reader) Got {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.base+address, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return Got{response.StatusCode, string(text), response.Header.Get("Location"), response.Header}
}

// nameless is how text writes a message that is not in the files.
var nameless = regexp.MustCompile(`«[a-z-]+\.[a-zA-Z0-9_.:-]+`)

// Want fails the test unless the answer has the status and holds every one of the words.
// No page may name a message that is not in the files.
func (g Got) Want(t testing.TB, status int, words ...string) Got {
	t.Helper()
	if g.Status != status {
		t.Fatalf("got %d, want %d: %s", g.Status, status, g.main())
	}
	for _, word := range words {
		if !strings.Contains(g.Body, word) {
			t.Errorf("the page does not say %q: %s", word, g.main())
		}
	}
	if missing := nameless.FindString(g.Body); missing != "" {
		t.Errorf("a message is missing: %q", missing)
	}
	return g
}

// Silent fails the test when the answer holds one of the words.
func (g Got) Silent(t testing.TB, words ...string) Got {
	t.Helper()
	for _, word := range words {
		if strings.Contains(g.Body, word) {
			t.Errorf("the page says %q", word)
		}
	}
	return g
}

// main is the page without its frame, for the messages of failing tests.
func (g Got) main() string {
	_, inside, found := strings.Cut(g.Body, "<main")
	if !found {
		inside = g.Body
	}
	return inside[:min(len(inside), 1500)]
}

package offline

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/pwa"
)

// TestTheAppIsServedWhole: the shell, the worker's list and every file in it, without
// anybody signed in; and the pages below /lop/ are still pages.
func TestTheAppIsServedWhole(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	page := door.Route{Method: "GET", Pattern: "/lop/{class}/diem-danh", Open: true, Names: door.Names{"class": ""}, Handler: door.Read(
		func(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
			return door.JSON(200, r.Path("class")), nil
		})}
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler)})
	server := httptest.NewServer(d.Handler([]door.Route{page}, Mounts([]byte("export const marks = {}\n"))...))
	t.Cleanup(server.Close)
	get := func(address string) (int, string, http.Header) {
		t.Helper()
		request, _ := http.NewRequestWithContext(t.Context(), "GET", server.URL+address, nil)
		request.Header.Set("Accept-Encoding", "gzip")
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var body io.Reader = response.Body
		if response.Header.Get("Content-Encoding") == "gzip" {
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatal(err)
			}
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(content), response.Header
	}
	for address, kind := range map[string]string{pwa.Home: "text/html", pwa.ManifestAddress: "application/manifest+json", pwa.WorkerAddress: "text/javascript"} {
		status, body, header := get(address)
		if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), kind) || header.Get("Cache-Control") != "no-cache" || strings.Contains(body, "{{base}}") || strings.Contains(body, "{{build}}") {
			t.Errorf("%s: %d %v", address, status, header)
		}
		if header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s has no policy", address)
		}
	}
	_, worker, _ := get(pwa.WorkerAddress)
	files := regexp.MustCompile(`"(/pwa/[^"]+)"`).FindAllStringSubmatch(worker, -1)
	if len(files) < 5 {
		t.Fatalf("the worker lists %d files", len(files))
	}
	all := ""
	for _, f := range files {
		status, body, header := get(f[1])
		if status != 200 || !strings.Contains(header.Get("Cache-Control"), "immutable") || header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", f[1], status, header)
		}
		all += f[1] + "\n"
		if strings.HasSuffix(f[1], "/words-vi.js") && !strings.HasPrefix(body, `export default {`) {
			t.Errorf("the words are %.60q", body)
		}
		if strings.HasSuffix(f[1], "/words-vi.js") && !strings.Contains(body, `"reason-illness"`) {
			t.Error("the words lack the reasons of absence")
		}
	}
	for _, name := range []string{"/marks.js", "/words-vi.js", "/words-en.js", "/app.js"} {
		if !strings.Contains(all, name) {
			t.Errorf("the worker does not list %s", name)
		}
	}
	for _, address := range []string{"/pwa/0000000000000000/app.js", "/pwa/", "/lop/sw2.js"} {
		if status, _, _ := get(address); status != 404 {
			t.Errorf("%s: %d", address, status)
		}
	}
	if status, body, _ := get("/lop/602/diem-danh"); status != 200 || !strings.Contains(body, "602") {
		t.Errorf("the page of a class: %d %s", status, body)
	}
}

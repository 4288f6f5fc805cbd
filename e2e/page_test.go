package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// The rig itself: axe finds planted faults, a finger and a mouse both reach a button, the scheme and the line follow.

const planted = `<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Thử</title>
<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }</style></head>
<body><main><h1>Thử</h1>%s
<label for="name">Tên</label><input id="name"><button id="go" onclick="document.querySelector('output').textContent = document.querySelector('#name').value + ' ' + (matchMedia('(prefers-color-scheme: dark)').matches ? 'tối' : 'sáng')">Gửi</button>
<output></output></main></body></html>`

func serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sound", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, planted, "") })
	mux.HandleFunc("GET /faulty", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, planted, `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p style="color:#ccc;background:#fff">nhạt</p>`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAxeFindsPlantedFaults(t *testing.T) {
	p := NewPage(t, Phone, Light)
	base := serve(t)
	p.Go(base + "/faulty")
	var ids []string
	for _, v := range p.Violations() {
		ids = append(ids, v.ID)
	}
	for _, want := range []string{"image-alt", "color-contrast"} {
		if !slices.Contains(ids, want) {
			t.Errorf("axe did not find the planted %s; it found %v", want, ids)
		}
	}
	p.Go(base + "/sound")
	p.Clean("sound")
}

func TestFingerMouseSchemeAndLine(t *testing.T) {
	base := serve(t)
	for _, c := range []struct {
		screen Screen
		scheme Scheme
		want   string
	}{{Phone, Light, "Sùng A Dơ sáng"}, {Desktop, Dark, "Sùng A Dơ tối"}} {
		p := NewPage(t, c.screen, c.scheme)
		if status := p.Go(base + "/sound"); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
		p.Type("#name", "Sùng A Dơ")
		p.Tap("#go")
		p.WaitFor("document.querySelector('output').textContent != ''")
		if got := p.Text("output"); got != c.want {
			t.Errorf("%s: read %q, want %q", c.screen.Name, got, c.want)
		}
		if width := Eval[int64](p, "innerWidth"); width != c.screen.Width {
			t.Errorf("%s: inner width %d", c.screen.Name, width)
		}
		if status := p.Go(base + "/nowhere"); status != http.StatusNotFound {
			t.Errorf("an unknown address answers %d", status)
		}
		if faults := p.Faults(); len(faults) == 0 || !strings.Contains(strings.Join(faults, " "), "404") {
			t.Errorf("the console's 404 was not heard: %q", faults)
		}
		p.Over(Offline)
		if failed := Eval[bool](p, "fetch('/sound').then(() => false, () => true)"); !failed {
			t.Error("the page fetches although the line is cut")
		}
		p.Over(Network{})
		if failed := Eval[bool](p, "fetch('/sound').then(() => false, () => true)"); failed {
			t.Error("the page does not fetch although the line is back")
		}
	}
}

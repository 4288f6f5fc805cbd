package ui_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"ralop/internal/web/ui"
)

func get(t *testing.T, address, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest("GET", address, nil)
	request.Header.Set("Accept-Encoding", encoding)
	answer := httptest.NewRecorder()
	ui.Handler().ServeHTTP(answer, request)
	return answer
}

func TestAssetsAreServedForEver(t *testing.T) {
	address := ui.Asset("desk.css")
	if !regexp.MustCompile(`^/tai-san/[0-9a-f]{12}/desk\.css$`).MatchString(address) {
		t.Errorf("address %s", address)
	}
	plain, packed := get(t, address, ""), get(t, address, "gzip, br")
	for _, answer := range []*httptest.ResponseRecorder{plain, packed} {
		if answer.Code != 200 || answer.Header().Get("Content-Type") != "text/css; charset=utf-8" ||
			answer.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%d %v", answer.Code, answer.Header())
		}
	}
	if packed.Header().Get("Content-Encoding") != "gzip" || plain.Header().Get("Content-Encoding") != "" {
		t.Error("the packed form goes to those who ask for it, and only to them")
	}
	r, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(unpacked, plain.Body.Bytes()) {
		t.Errorf("the packed form is not the plain one: %v", err)
	}
	if code := get(t, "/tai-san/000000000000/desk.css", "").Code; code != 404 {
		t.Errorf("an address with another hash: %d", code)
	}
	if font := get(t, ui.Asset("vendor/be-vietnam-pro/latin-400.woff2"), "gzip"); font.Header().Get("Content-Encoding") != "" || font.Header().Get("Content-Type") != "font/woff2" {
		t.Errorf("a font is packed already: %v", font.Header())
	}
}

func TestAddressFollowsContent(t *testing.T) {
	set := func(content string) string {
		return ui.NewSet("/x/", fstest.MapFS{"a.js": {Data: []byte(content)}}).Address("a.js")
	}
	if set("1") != set("1") || set("1") == set("2") {
		t.Error("an address must change with the content and with nothing else")
	}
	sheet := func(font string) string {
		return ui.NewSet("/x/", fstest.MapFS{"a.css": {Data: []byte(`@font-face { src: url("f.woff2") }`)}, "f.woff2": {Data: []byte(font)}}).Address("a.css")
	}
	if sheet("1") == sheet("2") {
		t.Error("a style sheet must change with the fonts it names")
	}
}

func TestUnknownAssetPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a name that is not in the set must not pass in silence")
		}
	}()
	ui.Asset("bootstrap.css")
}

func TestStyleSheetsNameOnlyWhatIsServed(t *testing.T) {
	for _, sheet := range []string{"desk.css", "phone.css"} {
		body := get(t, ui.Asset(sheet), "").Body.String()
		for _, match := range regexp.MustCompile(`url\("?([^")]+)`).FindAllStringSubmatch(body, -1) {
			if !strings.HasPrefix(match[1], "/tai-san/") || get(t, match[1], "").Code != 200 {
				t.Errorf("%s names %s", sheet, match[1])
			}
		}
		if strings.Count(body, "{") != strings.Count(body, "}") {
			t.Errorf("%s: braces do not match", sheet)
		}
		// An undefined token fails silently in a browser.
		defined := map[string]bool{}
		for _, match := range regexp.MustCompile(`(--[a-z0-9-]+)\s*:`).FindAllStringSubmatch(body, -1) {
			defined[match[1]] = true
		}
		for _, match := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(body, -1) {
			if !defined[match[1]] {
				t.Errorf("%s uses %s, which no file defines", sheet, match[1])
			}
		}
	}
}

func TestVendoredFilesAreUnchanged(t *testing.T) {
	list, err := os.ReadFile("assets/vendor/VERSIONS")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(list)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		content, err := os.ReadFile(filepath.Join("assets/vendor", name))
		if err != nil {
			t.Error(err)
			continue
		}
		if got := sha256.Sum256(content); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s is not the file that was taken over", name)
		}
		listed[name] = true
	}
	files, err := filepath.Glob("assets/vendor/*/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no vendored files", err)
	}
	for _, file := range files {
		name, _ := filepath.Rel("assets/vendor", file)
		if filepath.Base(name) != "LICENSE" && !listed[filepath.ToSlash(name)] {
			t.Errorf("%s has no line in VERSIONS", name)
		}
	}
}

// weigh adds what a browser downloads for a page: the page and every asset that it or
// its style sheet names, compressed.
func weigh(t *testing.T, page string) (bytesDown, requests int) {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(page)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	bytesDown, requests = packed.Len(), 1
	seen := map[string]bool{}
	var follow func(content string)
	follow = func(content string) {
		for _, address := range regexp.MustCompile(`/tai-san/[^"')]+`).FindAllString(content, -1) {
			if seen[address] {
				continue
			}
			seen[address] = true
			answer := get(t, address, "gzip")
			if answer.Code != 200 {
				t.Errorf("%s: %d", address, answer.Code)
			}
			bytesDown += answer.Body.Len()
			requests++
			if strings.HasSuffix(address, ".css") {
				follow(get(t, address, "").Body.String())
			}
		}
	}
	follow(page)
	return bytesDown, requests
}

func TestWeights(t *testing.T) {
	for name, c := range gallery() {
		page := render(t, c)
		weight, requests := weigh(t, page)
		t.Logf("%s: %d bytes, %d requests", name, weight, requests)
		if name == "phone" {
			// The roll call's own script (≤ 24 kB) comes on top: whole first load ≤ 40 kB, ≤ 5 requests.
			if weight > 16_000 || requests > 3 {
				t.Errorf("the light frame weighs %d bytes in %d requests", weight, requests)
			}
			for _, heavy := range []string{"htmx", "woff2", "desk."} {
				if strings.Contains(page, heavy) {
					t.Errorf("the light frame loads %s", heavy)
				}
			}
		} else if weight > 250<<10 {
			t.Errorf("%s: first load %d bytes, at most %d", name, weight, 250<<10)
		}
	}
	sheet, err := os.Stat("assets/phone.css")
	if err != nil || sheet.Size() > 8<<10 {
		t.Errorf("phone.css: %v %v", sheet.Size(), err)
	}
}

package offline

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"ralop/internal/door"
	"ralop/internal/text"
	"ralop/pwa"
)

// Mounts serve the app: its shell, manifest and worker at fixed addresses, and the files of
// its build below an address of their own, which a browser may keep for ever. marks is the
// module with the rules of the roll call, which the page uses too.
func Mounts(marks []byte) []door.Mount {
	app := pwa.Make(map[string][]byte{"marks.js": marks, "words-vi.js": words(text.Vietnamese), "words-en.js": words(text.English)})
	return []door.Mount{
		{Prefix: "GET " + pwa.Home + "{$}", Handler: changing("text/html; charset=utf-8", app.Shell)},
		{Prefix: "GET " + pwa.ManifestAddress, Handler: changing("application/manifest+json", app.Manifest)},
		{Prefix: "GET " + pwa.WorkerAddress, Handler: changing("text/javascript; charset=utf-8", app.Worker)},
		{Prefix: "GET " + pwa.Prefix + "{build}/{name}", Handler: lasting(app)},
	}
}

// words are the app's messages as a module, facts as {{.name}}; with them the reasons of absence.
func words(lang text.Lang) []byte {
	all := text.Sources(lang, "offline_app")
	for key, words := range text.Sources(lang, "rollcall") {
		if strings.HasPrefix(key, "reason-") && key != "reason-needed" {
			all[key] = words
		}
	}
	for key, words := range text.Sources(lang, "offline_visit") {
		all["visit-"+key] = words
	}
	for key, words := range text.Sources(lang, "casework") {
		for _, list := range []string{"act-", "met-", "with-", "cause-", "support-", "step-", "state-", "hotline"} {
			if strings.HasPrefix(key, list) && !strings.Contains(words, "{{") {
				all["case-"+key] = words
			}
		}
	}
	content, err := json.Marshal(all)
	if err != nil {
		panic(err) // a map of strings
	}
	return append(append([]byte("export default "), content...), '\n')
}

// asset is a file ready to be sent, packed where that helps.
type asset struct {
	kind          string
	plain, packed []byte
}

func newAsset(kind string, content []byte) asset {
	a := asset{kind: kind, plain: content}
	if !strings.HasPrefix(kind, "image/png") {
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		w.Write(content)
		w.Close()
		if b.Len() < len(content) {
			a.packed = b.Bytes()
		}
	}
	return a
}

func (a asset) send(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", a.kind)
	body := a.plain
	if a.packed != nil {
		w.Header().Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			body = a.packed
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

func changing(kind string, content []byte) http.Handler {
	a := newAsset(kind, content)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		// The form of a visit may say where it was, when the person switches it on; no other page asks.
		w.Header().Set("Permissions-Policy", strings.Replace(w.Header().Get("Permissions-Policy"), "geolocation=()", "geolocation=(self)", 1))
		a.send(w, r)
	})
}

func lasting(app pwa.App) http.Handler {
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	assets := map[string]asset{}
	for name, content := range app.Files {
		kind := kinds[path.Ext(name)]
		if kind == "" {
			kind = mime.TypeByExtension(path.Ext(name))
		}
		assets[name] = newAsset(kind, content)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, found := assets[r.PathValue("name")]
		if !found || r.PathValue("build") != app.Build {
			http.NotFound(w, r) // another build's: the shell that asks for it is not this one
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		a.send(w, r)
	})
}

// Package pwa is the offline app: plain ES modules without a bundler, and its service
// worker. It stands on the ground floor and knows no room; the offline door serves it.
//
// app/ holds the files as they are. Make joins them with what only the doors know (the
// rules of the roll call, the words) into one build: its hash stands in the address of
// every module, so that a browser never mixes two builds.
package pwa

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Files are the app as it is written, below "app/".
//
//go:embed app
var Files embed.FS

// Where the app lives. The worker's scope is Home.
const (
	Home            = "/lop/"
	ManifestAddress = Home + "manifest.webmanifest"
	WorkerAddress   = Home + "sw.js"
	Prefix          = "/pwa/" // then the build, then a file's name
)

// App is one build, ready to be served.
type App struct {
	Build    string            // hash of everything in it
	Files    map[string][]byte // by name, at Prefix + Build + "/" + name; never changes under one address
	Shell    []byte            // text/html, at Home: not to be kept by caches on the way
	Manifest []byte            // application/manifest+json, at ManifestAddress
	Worker   []byte            // text/javascript, at WorkerAddress: not to be kept
}

// aside are files that are no part of the folder of a build: they have addresses of their own or are for reading only.
var aside = []string{"index.html", "manifest.webmanifest", "sw.js", "LICENSE-idb"}

// Make builds the app of the embedded files and of those that doors add: "marks.js", "words-vi.js", "words-en.js".
func Make(more map[string][]byte) App {
	files, apart := map[string][]byte{}, map[string][]byte{}
	entries, err := fs.ReadDir(Files, "app")
	if err != nil {
		panic(err) // the folder is embedded
	}
	for _, entry := range entries {
		content, err := fs.ReadFile(Files, "app/"+entry.Name())
		if err != nil {
			panic(err)
		}
		if slices.Contains(aside, entry.Name()) {
			apart[entry.Name()] = content
		} else {
			files[entry.Name()] = content
		}
	}
	maps.Copy(files, more)

	sum := sha256.New()
	for _, set := range []map[string][]byte{files, apart} {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			sum.Write([]byte(name + "\x00"))
			sum.Write(set[name])
		}
	}
	a := App{Build: hex.EncodeToString(sum.Sum(nil)[:8]), Files: files}
	base := Prefix + a.Build + "/"
	fill := strings.NewReplacer("{{base}}", base, "{{build}}", a.Build, "<!-- modules -->", preloads(base, files))
	a.Shell = []byte(fill.Replace(string(apart["index.html"])))
	a.Manifest = []byte(fill.Replace(string(apart["manifest.webmanifest"])))
	list := []string{Home, ManifestAddress}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list = append(list, base+name)
	}
	written, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	a.Worker = slices.Concat([]byte("const build = '"+a.Build+"', files = "), written, []byte("\n"), apart["sw.js"])
	return a
}

// preloads names the modules, so that a browser asks for all of them at once and not one import after another. Words
// come in one language only; the app asks for the one it needs.
func preloads(base string, files map[string][]byte) string {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) == ".js" && !strings.HasPrefix(name, "words-") {
			b.WriteString(`<link rel="modulepreload" href="` + base + name + "\">\n")
		}
	}
	return strings.TrimSpace(b.String())
}

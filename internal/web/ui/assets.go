package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// AssetPrefix is where the assets of this package are served.
const AssetPrefix = "/tai-san/"

//go:embed assets
var embedded embed.FS

// The style sheets that pages name are made of these files, in this order.
var sheets = map[string][]string{
	"desk.css":  {"tokens.css", "fonts.css", "base.css", "layout.css", "forms.css", "table.css", "parts.css", "chart.css", "print.css"},
	"phone.css": {"tokens.css", "phone.css", "sheet.css"},
}

type asset struct {
	address string
	kind    string // Content-Type
	plain   []byte
	packed  []byte // gzip, nil where it gains nothing
}

// Set is a folder of files served under addresses that contain the hash of their
// content, so that a browser may keep them for ever.
type Set struct {
	prefix    string
	byName    map[string]*asset
	byAddress map[string]*asset
}

var own = sync.OnceValue(func() *Set {
	folder, err := fs.Sub(embedded, "assets")
	if err != nil {
		panic(err)
	}
	return newSet(AssetPrefix, folder, sheets)
})

// NewSet reads all files of a folder. Another door that brings scripts of its own (the
// roll call, the offline app) makes a set under a prefix of its own. The prefix begins
// and ends with a slash.
func NewSet(prefix string, files fs.FS) *Set { return newSet(prefix, files, nil) }

func newSet(prefix string, files fs.FS, joined map[string][]string) *Set {
	set := &Set{prefix, map[string]*asset{}, map[string]*asset{}}
	var styles []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if path.Ext(name) == ".css" {
			styles = append(styles, name)
			return nil
		}
		return set.file(files, name)
	})
	if err != nil {
		panic(fmt.Sprintf("ui: assets under %s: %v", prefix, err))
	}
	// Style sheets come last: they name the addresses of fonts.
	if joined != nil {
		for name, parts := range joined {
			set.add(name, set.style(files, parts))
		}
		return set
	}
	for _, name := range styles {
		set.add(name, set.style(files, []string{name}))
	}
	return set
}

var (
	comments   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	indents    = regexp.MustCompile(`\s*\n\s*`)
	references = regexp.MustCompile(`url\("([^"#:]+)"\)`)
)

var imports = regexp.MustCompile(`(?m)^(import .* from ')\./([^']+)'`)

// file adds a file; a module comes after those of its folder that it imports, whose
// addresses it is given: './marks.js' would be looked for under its own hash.
func (s *Set) file(files fs.FS, name string) error {
	if s.byName[name] != nil {
		return nil
	}
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if path.Ext(name) == ".js" {
		for _, found := range imports.FindAllSubmatch(content, -1) {
			if err := s.file(files, path.Join(path.Dir(name), string(found[2]))); err != nil {
				return err
			}
		}
		content = imports.ReplaceAllFunc(content, func(line []byte) []byte {
			found := imports.FindSubmatch(line)
			return fmt.Appendf(nil, "%s%s'", found[1], s.Address(path.Join(path.Dir(name), string(found[2]))))
		})
	}
	s.add(name, content)
	return nil
}

func (s *Set) style(files fs.FS, parts []string) []byte {
	var all bytes.Buffer
	for _, part := range parts {
		content, err := fs.ReadFile(files, part)
		if err != nil {
			panic(fmt.Sprintf("ui: style sheet %s: %v", part, err))
		}
		all.Write(content)
	}
	joined := comments.ReplaceAllString(all.String(), "")
	joined = indents.ReplaceAllString(joined, "\n")
	joined = references.ReplaceAllStringFunc(joined, func(match string) string {
		return `url("` + s.Address(references.FindStringSubmatch(match)[1]) + `")`
	})
	return []byte(strings.TrimSpace(joined))
}

func (s *Set) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	a := &asset{
		address: s.prefix + hex.EncodeToString(sum[:6]) + "/" + path.Base(name),
		kind:    kindOf(name),
		plain:   content,
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write(content); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	if packed.Len() < len(content)*9/10 {
		a.packed = packed.Bytes()
	}
	s.byName[name] = a
	s.byAddress[a.address] = a
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".webmanifest":
		return "application/manifest+json"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "text/plain; charset=utf-8"
}

// Address is where the file is served. A name that is not in the set is a mistake of
// the programmer and panics, so that the first test of the page finds it.
func (s *Set) Address(name string) string {
	a, ok := s.byName[name]
	if !ok {
		panic("ui: no asset named " + name)
	}
	return a.address
}

// Weight is what a browser downloads for the file, in bytes, compressed.
func (s *Set) Weight(name string) int {
	a := s.byName[name]
	if a.packed != nil {
		return len(a.packed)
	}
	return len(a.plain)
}

func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := s.byAddress[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", a.kind)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("X-Content-Type-Options", "nosniff")
	content := a.plain
	if a.packed != nil {
		header.Set("Vary", "Accept-Encoding")
		if r.Header.Get("Range") == "" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			header.Set("Content-Encoding", "gzip")
			header.Set("Content-Length", strconv.Itoa(len(a.packed)))
			content = a.packed
		}
	}
	// No modification time: the address itself changes with the content.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// Asset is the address of a file of this package: "desk.css", "phone.css", "desk.js",
// "mark.svg", "vendor/htmx/htmx.min.js", …
func Asset(name string) string { return own().Address(name) }

// Handler serves the assets of this package; it is to be mounted at AssetPrefix.
func Handler() http.Handler { return own() }

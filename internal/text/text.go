// Package text holds every sentence a person reads, in Vietnamese and English.
//
// It is on the words floor and every package may import it. Message files lie in
// vi/ and en/, one file for each room or door, named after it; the first part of a
// message id is the file's name: "rollcall.locked" stands in rollcall.toml as
// `locked = "…"`. A message may use the facts given to it as {{.name}}, and
// plural-free: Vietnamese has no plural and the English avoids it.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"ralop/internal/fault"
)

//go:embed vi/*.toml en/*.toml
var files embed.FS

// Lang is a language of the interface.
type Lang string

const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// ParseLang reads a language; whatever is not English is Vietnamese.
func ParseLang(s string) Lang {
	if strings.HasPrefix(s, "en") {
		return English
	}
	return Vietnamese
}

// Args are the facts that a message uses.
type Args = fault.Args

type catalogue struct {
	source    map[string]string
	plain     map[string]string
	templated map[string]*template.Template
}

var catalogues = map[Lang]*catalogue{
	Vietnamese: load(Vietnamese, language.Vietnamese),
	English:    load(English, language.English),
}

// load reads one language. go-i18n reads the files and finds mistakes in them;
// messages without facts are kept as plain strings, so that a page of a hundred
// labels costs a hundred map reads.
func load(lang Lang, tag language.Tag) *catalogue {
	c := &catalogue{map[string]string{}, map[string]string{}, map[string]*template.Template{}}
	names, err := fs.Glob(files, string(lang)+"/*.toml")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		room := strings.TrimSuffix(path.Base(name), ".toml")
		file, err := i18n.ParseMessageFileBytes(content, room+"."+tag.String()+".toml",
			map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			panic(fmt.Sprintf("text: %s: %v", name, err))
		}
		for _, message := range file.Messages {
			key := room + "." + message.ID
			c.source[key] = message.Other
			if !strings.Contains(message.Other, "{{") {
				c.plain[key] = message.Other
				continue
			}
			t, err := template.New(key).Option("missingkey=error").Parse(message.Other)
			if err != nil {
				panic(fmt.Sprintf("text: %s: %v", key, err))
			}
			c.templated[key] = t
		}
	}
	return c
}

// T gives the sentence of id. The facts are given either as one Args or as pairs of
// name and value. An id that is not in the files comes back in guillemets, «so», and
// the test that walks all pages fails on it.
func T(lang Lang, id string, facts ...any) string {
	c := catalogues[lang]
	if c == nil {
		c = catalogues[Vietnamese]
	}
	if s, ok := c.plain[id]; ok {
		return s
	}
	t, ok := c.templated[id]
	if !ok {
		return "«" + id + "»"
	}
	var b strings.Builder
	if err := t.Execute(&b, collect(facts)); err != nil {
		return "«" + id + ": " + err.Error() + "»"
	}
	return b.String()
}

func collect(facts []any) Args {
	if len(facts) == 1 {
		if args, ok := facts[0].(Args); ok {
			return args
		}
		if args, ok := facts[0].(map[string]any); ok {
			return args
		}
	}
	args := Args{}
	for i := 0; i+1 < len(facts); i += 2 {
		args[fmt.Sprint(facts[i])] = facts[i+1]
	}
	return args
}

// Has says whether id has a sentence in this language.
func Has(lang Lang, id string) bool {
	c := catalogues[lang]
	_, plain := c.plain[id]
	_, templated := c.templated[id]
	return plain || templated
}

// Sources gives the messages of one file as they are written, facts as {{.name}}, by id
// without the file's name: for a program that fills them in itself.
func Sources(lang Lang, file string) map[string]string {
	out := map[string]string{}
	for key, source := range catalogues[lang].source {
		if rest, ok := strings.CutPrefix(key, file+"."); ok {
			out[rest] = source
		}
	}
	return out
}

// IDs lists all message ids of a language.
func IDs(lang Lang) []string {
	c := catalogues[lang]
	ids := make([]string, 0, len(c.plain)+len(c.templated))
	for id := range c.plain {
		ids = append(ids, id)
	}
	for id := range c.templated {
		ids = append(ids, id)
	}
	return ids
}

// Fault gives the sentence of a fault.
func Fault(lang Lang, f *fault.Fault) string { return T(lang, f.Code, f.Args) }

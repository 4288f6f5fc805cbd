package casework

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/pelletier/go-toml/v2"
)

//go:embed words.toml
var wordsFile []byte

// sentences of the papers by name. They are Vietnamese in every language of the interface,
// and so stand here and not in the message files.
var sentences = func() map[string]*template.Template {
	var file map[string]string
	if err := toml.Unmarshal(wordsFile, &file); err != nil {
		panic("casework: words.toml: " + err.Error())
	}
	all := make(map[string]*template.Template, len(file))
	for name, text := range file {
		all[name] = template.Must(template.New(name).Option("missingkey=error").Parse(text))
	}
	return all
}()

// say gives a sentence of a paper with its facts, as pairs of name and value.
func say(name string, facts ...any) string {
	t, ok := sentences[name]
	if !ok {
		panic("casework: no words for " + name)
	}
	args := map[string]any{}
	for i := 0; i+1 < len(facts); i += 2 {
		args[fmt.Sprint(facts[i])] = facts[i+1]
	}
	var b strings.Builder
	if err := t.Execute(&b, args); err != nil {
		panic("casework: words.toml: " + err.Error())
	}
	return b.String()
}

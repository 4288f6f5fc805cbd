package paper

import (
	"fmt"
	"strings"
	"text/template"

	"github.com/pelletier/go-toml/v2"
)

// Words are the sentences of a room's papers, by name. They are Vietnamese in every language
// of the interface, as the decree wants it, and so stand in the room and not in the message
// files.
type Words struct {
	file string
	all  map[string]*template.Template
}

// ReadWords reads the embedded file of a room (name = "sentence with {{.fact}}"). A file that
// cannot be read is a mistake of the build and panics; file names it.
func ReadWords(file string, content []byte) Words {
	var sentences map[string]string
	if err := toml.Unmarshal(content, &sentences); err != nil {
		panic(file + ": " + err.Error())
	}
	w := Words{file, make(map[string]*template.Template, len(sentences))}
	for name, text := range sentences {
		w.all[name] = template.Must(template.New(name).Option("missingkey=error").Parse(text))
	}
	return w
}

// Say gives a sentence with its facts, as pairs of name and value. A name or a fact that is
// missing is a mistake of the program and panics.
func (w Words) Say(name string, facts ...any) string {
	t, ok := w.all[name]
	if !ok {
		panic(w.file + ": no words for " + name)
	}
	args := map[string]any{}
	for i := 0; i+1 < len(facts); i += 2 {
		args[fmt.Sprint(facts[i])] = facts[i+1]
	}
	var b strings.Builder
	if err := t.Execute(&b, args); err != nil {
		panic(w.file + ": " + err.Error())
	}
	return b.String()
}

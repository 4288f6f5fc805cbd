package household

import (
	_ "embed"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/text"
	"ralop/internal/viet"
)

// Schooling is what a sheet says of somebody's learning.
type Schooling string

// What a sheet may say; "" when it tells nothing.
const (
	Learning Schooling = "learning"
	Dropped  Schooling = "dropped"
	Never    Schooling = "never"
	Finished Schooling = "finished"
	Moved    Schooling = "moved"
	Died     Schooling = "died"
)

// Out says that the person is said to be in no school.
func (s Schooling) Out() bool { return s == Dropped || s == Never }

type word struct {
	Code    string   `toml:"code"`
	Vi      string   `toml:"vi"`
	En      string   `toml:"en"`
	Aliases []string `toml:"aliases"`
}

//go:embed schooling.toml
var wordFile []byte

var words = func() (file struct {
	Schooling []word `toml:"schooling"`
	Residency []word `toml:"residency"`
	Yes       []word `toml:"yes"`
}) {
	if err := toml.Unmarshal(wordFile, &file); err != nil {
		panic("household: schooling.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return file
}()

// find reads a code or what sheets write; "" is "".
func find(words []word, written string) (string, bool) {
	folded := viet.Fold(viet.Clean(written))
	if folded == "" {
		return "", true
	}
	for _, w := range words {
		if slices.ContainsFunc(append([]string{w.Code, w.Vi, w.En}, w.Aliases...), func(s string) bool { return viet.Fold(s) == folded }) {
			return w.Code, true
		}
	}
	return "", false
}

// Name is what a page calls it.
func (s Schooling) Name(lang text.Lang) string {
	for _, w := range words.Schooling {
		if w.Code == string(s) && lang == text.English {
			return w.En
		} else if w.Code == string(s) {
			return w.Vi
		}
	}
	return string(s)
}

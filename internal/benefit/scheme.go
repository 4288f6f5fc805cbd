package benefit

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/day"
	"ralop/internal/text"
	"ralop/internal/viet"
)

// Scheme is a kind of support; Ground is why somebody is entitled to one.
type (
	Scheme string
	Ground string
)

// Rule is what a scheme gave in its time.
type Rule struct {
	From   day.Day `toml:"from"`
	Until  day.Day `toml:"until"`
	Source string  `toml:"source"`
	Months int     `toml:"months"` // the most in a school year
	Dong   int64   `toml:"dong"`   // a month; 0: by a share of the basic wage
	Grams  int64   `toml:"grams"`  // of rice, a month
}

type word struct {
	Code    string   `toml:"code"`
	Vi      string   `toml:"vi"`
	En      string   `toml:"en"`
	Aliases []string `toml:"aliases"`
	Rules   []Rule   `toml:"rules"`
}

//go:embed schemes.toml
var schemeFile []byte

var data = func() (file struct {
	Scheme []word `toml:"scheme"`
	Ground []word `toml:"ground"`
}) {
	if err := toml.Unmarshal(schemeFile, &file); err != nil {
		panic("benefit: schemes.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return file
}()

// Schemes lists the codes of all schemes in their order.
func Schemes() (all []Scheme) {
	for _, w := range data.Scheme {
		all = append(all, Scheme(w.Code))
	}
	return all
}

// Grounds lists the codes of all grounds in their order.
func Grounds() (all []Ground) {
	for _, w := range data.Ground {
		all = append(all, Ground(w.Code))
	}
	return all
}

// ParseScheme reads a code or what lists write.
func ParseScheme(written string) (Scheme, bool) {
	code, ok := find(data.Scheme, written)
	return Scheme(code), ok
}

// ParseGround reads a code or what lists write.
func ParseGround(written string) (Ground, bool) {
	code, ok := find(data.Ground, written)
	return Ground(code), ok
}

func find(words []word, written string) (string, bool) {
	wanted := fold(written)
	for _, w := range words {
		if wanted != "" && slices.ContainsFunc(append([]string{w.Code, w.Vi, w.En}, w.Aliases...), func(s string) bool { return fold(s) == wanted }) {
			return w.Code, true
		}
	}
	return "", false
}

func fold(s string) string {
	return strings.Join(strings.FieldsFunc(viet.Fold(viet.Clean(s)), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') }), " ")
}

// Name is what a page calls the scheme.
func (s Scheme) Name(lang text.Lang) string { return name(data.Scheme, string(s), lang) }

// Name is what a page calls the ground.
func (g Ground) Name(lang text.Lang) string { return name(data.Ground, string(g), lang) }

func name(words []word, code string, lang text.Lang) string {
	for _, w := range words {
		if w.Code == code && lang == text.English {
			return w.En
		} else if w.Code == code {
			return w.Vi
		}
	}
	return code
}

// On gives the rule of a day; false when the scheme did not exist.
func (s Scheme) On(d day.Day) (Rule, bool) {
	for _, w := range data.Scheme {
		for _, r := range w.Rules {
			if w.Code == string(s) && r.From <= d && d < r.Until {
				return r, true
			}
		}
	}
	return Rule{}, false
}

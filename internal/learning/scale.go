package learning

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/text"
	"ralop/internal/viet"
)

// Scale is a pair of word lists of a circular.
type Scale struct {
	Code    string         `toml:"code"`
	Source  string         `toml:"source"`
	From    map[string]int `toml:"from"` // grade → first school year
	Study   []Word         `toml:"study"`
	Conduct []Word         `toml:"conduct"`
}

// Word is one step of a scale, the best first.
type Word struct {
	Code    string   `toml:"code"`
	Vi      string   `toml:"vi"`
	En      string   `toml:"en"`
	Aliases []string `toml:"aliases"`
}

//go:embed scales.toml
var scaleFile []byte

// Scales are all scales, those that came later first within a level.
var Scales = func() []Scale {
	var file struct {
		Scale []Scale `toml:"scale"`
	}
	if err := toml.Unmarshal(scaleFile, &file); err != nil {
		panic("learning: scales.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return file.Scale
}()

// ScaleOf gives the scale that held for a grade in a school year; false when there was none.
func ScaleOf(year int, grade string) (Scale, bool) {
	best, since := -1, 0
	for i, s := range Scales {
		if from, taught := s.From[grade]; taught && from <= year && from > since {
			best, since = i, from
		}
	}
	if best < 0 {
		return Scale{}, false
	}
	return Scales[best], true
}

// ScaleNamed gives the scale with a code; one without words for a code that is not known.
func ScaleNamed(code string) Scale {
	for _, s := range Scales {
		if s.Code == code {
			return s
		}
	}
	return Scale{Code: code}
}

// ParseStudy and ParseConduct read a code, the word or its abbreviation; "" is "" (not told).
func (s Scale) ParseStudy(written string) (code string, ok bool)   { return parse(s.Study, written) }
func (s Scale) ParseConduct(written string) (code string, ok bool) { return parse(s.Conduct, written) }

// parse compares accents too where the word has them: "Đ" is not "D" of another scale.
func parse(words []Word, written string) (string, bool) {
	written = viet.Clean(written)
	if written == "" {
		return "", true
	}
	for _, exact := range []bool{true, false} {
		for _, w := range words {
			if slices.ContainsFunc(append([]string{w.Code, w.Vi, w.En}, w.Aliases...), func(name string) bool {
				if exact {
					return strings.EqualFold(name, written)
				}
				return viet.Fold(name) == viet.Fold(written)
			}) {
				return w.Code, true
			}
		}
	}
	return "", false
}

// StudyName and ConductName are what a page calls a code.
func (s Scale) StudyName(lang text.Lang, code string) string   { return name(s.Study, lang, code) }
func (s Scale) ConductName(lang text.Lang, code string) string { return name(s.Conduct, lang, code) }

func name(words []Word, lang text.Lang, code string) string {
	for _, w := range words {
		if w.Code == code && lang == text.English {
			return w.En
		} else if w.Code == code {
			return w.Vi
		}
	}
	return code
}

// ParseTerm reads "1", "HK1", "Học kỳ II", "2", "cả năm", "CN"; the year is 0.
func ParseTerm(written string) (term int, ok bool) {
	folded := strings.Join(strings.Fields(viet.Fold(viet.Clean(written))), " ")
	folded = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(folded, "hoc ky"), "hoc ki"), "hk"))
	switch folded {
	case "1", "i":
		return 1, true
	case "2", "ii":
		return 2, true
	case "0", "ca nam", "cn", "nam hoc", "year", "cuoi nam":
		return 0, true
	}
	return 0, false
}

package ralop_test

import (
	"go/scanner"
	"go/token"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

var root = os.DirFS(".")

// Where Vietnamese may stand in Go: what is read or computed with, never what is shown. Everything shown comes from
// the message files of internal/text, so that it has an English twin and one place to be corrected.
var vietnamese = map[string]string{
	"internal/text":                "the message files' own room",
	"internal/viet":                "letters, folding, sorting",
	"internal/org":                 "kind words of official unit lists (Xã, Phường, Thị trấn …) as they are read",
	"internal/calendar/session.go": "names of sessions as they are read",
	"internal/calendar/import.go":  "names of weekdays as they are read",
	"internal/student":             "names and aliases of ethnic groups and sexes as they are read",
	"internal/exchange":            "column names of official files as they are read",
	"internal/app/app.go":          "the kind word of a province as it is looked up",
	"internal/paper":               "fixed wording of official papers (Nghị định 30/2020/NĐ-CP, Phụ lục I)",
	"internal/story":               "the invented people and places of the demonstration",
	"internal/apptest":             "the cast of the tests",
	"internal/schema":              "reference data",
}

// Every string that Go or a generated page holds on the floors that show something.
func TestNoVietnameseInCode(t *testing.T) {
	found := 0
	walk(t, ".go", func(path, text string) {
		if strings.HasSuffix(path, "_test.go") || !strings.HasPrefix(path, "internal/") {
			return
		}
		for folder := range vietnamese {
			if path == folder || strings.HasPrefix(path, folder+"/") {
				return
			}
		}
		files := token.NewFileSet()
		var s scanner.Scanner
		s.Init(files.AddFile(path, files.Base(), len(text)), []byte(text), nil, 0) // comments are left out
		for {
			at, kind, literal := s.Scan()
			if kind == token.EOF {
				break
			}
			if (kind == token.STRING || kind == token.CHAR) && marked(literal) && found < 40 {
				found++
				t.Errorf("%s: %s: a person reads this. Put it into internal/text/vi and internal/text/en and ask for it by its code.", files.Position(at), literal)
			}
		}
	})
}

// marked says whether a text has a Vietnamese letter: one with a mark, or đ.
func marked(text string) bool {
	for _, r := range norm.NFD.String(text) {
		if r == 'đ' || r == 'Đ' || r >= 0x300 && r <= 0x323 || r == 0x31B {
			return true
		}
	}
	return false
}

func TestMarkedKnowsVietnamese(t *testing.T) {
	for text, want := range map[string]bool{"vắng": true, "điểm": true, "ở": true, "đi": true, "ra lop": false, "→ 5 × 3 …": false, "a–b": false} {
		if marked(text) != want {
			t.Errorf("marked(%q) = %v", text, !want)
		}
	}
}

// Words that say a thing is not done, and ways to leave a test out.
func TestNothingIsLeftUndone(t *testing.T) {
	forbidden := map[string][]string{
		".go": {"TO" + "DO", "FIX" + "ME", "XX" + "X:", "t.Sk" + "ip"}, ".templ": {"TO" + "DO", "FIX" + "ME"}, ".md": {"TO" + "DO", "FIX" + "ME"},
		".js": {"TO" + "DO", "FIX" + "ME"}, ".css": {"TO" + "DO", "FIX" + "ME"}, ".sql": {"TO" + "DO", "FIX" + "ME"}, ".toml": {"TO" + "DO", "FIX" + "ME"},
		".sh": {"TO" + "DO", "FIX" + "ME"},
	}
	for ending, words := range forbidden {
		walk(t, ending, func(path, text string) {
			for number, line := range strings.Split(text, "\n") {
				for _, word := range words {
					if strings.Contains(line, word) {
						t.Errorf("%s:%d: %s: finish it, or file an issue and say so in plain words", path, number+1, word)
					}
				}
			}
		})
	}
}

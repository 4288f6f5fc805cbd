package org

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
)

//go:embed reference/kinds.tsv
var kindTable string

// Kind names a tier of units: "province", "district", "commune", "village". The kinds are
// rows of reference/kinds.tsv, not types: a tier that the law ends or makes is a row.
type Kind string

// The kinds that rules here speak of by name.
const (
	Province Kind = "province"
	District Kind = "district"
	Commune  Kind = "commune"
	Village  Kind = "village"
)

// tier is a row of the table: Rank counts from the top, 1; Words are those that begin a
// unit's full name ("Xã", "Phường").
type tier struct {
	Kind  Kind
	Rank  int
	Words []string
}

var tiers = parseTiers(kindTable)

func parseTiers(table string) []tier {
	var all []tier
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		cells := strings.Split(line, "\t")
		rank, err := strconv.Atoi(cells[1])
		if err != nil {
			panic("org: kinds.tsv: " + line)
		}
		all = append(all, tier{Kind(cells[0]), rank, strings.Split(cells[2], "|")})
	}
	return all
}

// Kinds gives all kinds from the top down.
func Kinds() []Kind {
	var all []Kind
	for _, t := range tiers {
		all = append(all, t.Kind)
	}
	return all
}

// Rank is 1 for the top tier; 0 for a kind that is not known.
func (k Kind) Rank() int {
	for _, t := range tiers {
		if t.Kind == k {
			return t.Rank
		}
	}
	return 0
}

// Known says whether the kind has a row.
func (k Kind) Known() bool { return k.Rank() > 0 }

// kindOfWord gives the kind that a word means. "Thành phố" is a district when the unit
// names its province and a province when it names none; so is every word of two tiers:
// the lower when a parent is named. "" when the word is not known.
func kindOfWord(word string, hasParent bool) Kind {
	found := Kind("")
	for _, t := range tiers {
		if slices.ContainsFunc(t.Words, func(w string) bool { return sameWord(w, word) }) {
			if found == "" || hasParent {
				found = t.Kind
			}
		}
	}
	return found
}

// splitFullName parts "Xã Nà Tòng" into "Xã" and "Nà Tòng", by the longest word known;
// a full name without one has the word "".
func splitFullName(fullName string) (word, name string) {
	for _, t := range tiers {
		for _, w := range t.Words {
			if len(w) <= len(word) || len(fullName) <= len(w)+1 {
				continue
			}
			if fullName[len(w)] == ' ' && sameWord(fullName[:len(w)], w) {
				word, name = w, fullName[len(w)+1:]
			}
		}
	}
	if word == "" {
		return "", fullName
	}
	return word, name
}

func sameWord(a, b string) bool { return strings.EqualFold(a, b) }

package viet

import (
	"encoding/base32"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

type sorter struct {
	collator *collate.Collator
	buffer   collate.Buffer
}

// A collator is not safe for use by several goroutines and dear to make.
var sorters = sync.Pool{New: func() any { return &sorter{collator: collate.New(language.Vietnamese)} }}

// base32hex keeps the order of the bytes it encodes: its alphabet ascends and it is used without padding.
var sortable = base32.HexEncoding.WithPadding(base32.NoPadding)

// between stands between two parts of a key and sorts before every character of the alphabet above, so that a part
// that ends sorts before one that goes on.
const between = "!"

// SortKey gives an ASCII string whose byte order is the Vietnamese dictionary order of s: a ă â b c d đ e ê …, and
// among equal letters the tones ngang, huyền, hỏi, ngã, sắc, nặng. Case is not told apart, nor is a composed from a
// decomposed spelling. Store it in a column and order by the column.
func SortKey(s string) string {
	c := sorters.Get().(*sorter)
	defer sorters.Put(c)
	c.buffer.Reset()
	return sortable.EncodeToString(c.collator.KeyFromString(&c.buffer, strings.ToLower(NFC(s))))
}

// NameSortKey gives the key by which lists of people are ordered: by given name, then by the rest of the name, each in
// dictionary order. Namesakes have the same key.
func NameSortKey(fullName string) string {
	full := Clean(fullName)
	given := GivenName(full)
	rest := strings.TrimSuffix(strings.TrimSuffix(full, given), " ")
	return SortKey(given) + between + SortKey(rest)
}

// GivenName gives the last word of a full name, by which a Vietnamese is called and listed: Páo of Sùng A Páo. A name of
// one word is its own given name.
func GivenName(fullName string) string {
	words := strings.Fields(fullName)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

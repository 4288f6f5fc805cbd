package transfer

import (
	_ "embed"
	"strings"

	"ralop/internal/paper"
)

//go:embed words.toml
var wordsFile []byte

// say gives a sentence of the room's papers with its facts, as pairs of name and value.
var say = paper.ReadWords("transfer/words.toml", wordsFile).Say

// lines are the sentences of a text, one a line.
func lines(name string) []string { return strings.Split(strings.TrimSpace(say(name)), "\n") }

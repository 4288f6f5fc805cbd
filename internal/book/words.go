package book

import (
	_ "embed"

	"ralop/internal/paper"
)

//go:embed words.toml
var wordsFile []byte

// say gives a sentence of the room's papers with its facts, as pairs of name and value.
var say = paper.ReadWords("book/words.toml", wordsFile).Say

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct{}

// Run prints a script that completes commands and flags:
//
//	source <(ralop completion)
//
// It is made from the command line itself, so that it never lags behind.
func (c *completionCommand) Run(env *Env, ctx *kong.Context) error {
	var b strings.Builder
	b.WriteString(`# bash completion for ralop
_ralop() {
  local path="ralop" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"
    case "$word" in -*) ;; *) [[ -n "${_ralop_words[$path $word]+x}" ]] && path="$path $word" ;; esac
  done
  COMPREPLY=($(compgen -W "${_ralop_words[$path]}" -- "${COMP_WORDS[COMP_CWORD]}"))
  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
}
declare -A _ralop_words
`)
	describeNode(&b, ctx.Model.Node, "ralop")
	b.WriteString("complete -o filenames -F _ralop ralop\n")
	_, err := io.WriteString(env.Out, b.String())
	return err
}

// describeNode writes what may follow a command, and then the same of its commands.
func describeNode(b *strings.Builder, node *kong.Node, path string) {
	var words []string
	for _, child := range node.Children {
		words = append(words, child.Name)
	}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			words = append(words, "--"+flag.Name)
		}
	}
	fmt.Fprintf(b, "_ralop_words[%q]=%q\n", path, strings.Join(words, " "))
	for _, child := range node.Children {
		describeNode(b, child, path+" "+child.Name)
	}
}

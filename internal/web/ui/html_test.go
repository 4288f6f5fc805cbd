package ui_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ralop/internal/text"
)

var voids = map[string]bool{"meta": true, "link": true, "input": true, "img": true, "br": true, "hr": true, "path": false}

// mayNotHold says which elements must not stand anywhere inside which.
var mayNotHold = map[string][]string{
	"a":      {"a", "button", "input", "select", "textarea", "details", "form"},
	"button": {"a", "button", "input", "select", "textarea", "details", "div", "p", "h2", "ul"},
	"p":      {"p", "div", "ul", "ol", "dl", "table", "section", "form", "figure", "h1", "h2", "h3", "details"},
	"span":   {"p", "div", "ul", "ol", "dl", "table", "section", "form", "figure", "h1", "h2", "h3", "details"},
	"h1":     {"div", "p", "h2"}, "h2": {"div", "p", "h3"}, "h3": {"div", "p"},
	"form": {"form"}, "label": {"label", "button", "div", "a"}, "table": {}, "summary": {"div", "p", "a", "button"},
}

// mustStandIn says which parents some elements need.
var mustStandIn = map[string][]string{
	"li": {"ul", "ol"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "tr": {"thead", "tbody", "tfoot"}, "td": {"tr"}, "th": {"tr"},
	"option": {"select", "optgroup"}, "legend": {"fieldset"}, "figcaption": {"figure"}, "summary": {"details"}, "caption": {"table"},
}

// checkNesting reads the page tag by tag, without the repairs that a parser makes.
func checkNesting(page string) (faults []string) {
	z := html.NewTokenizer(strings.NewReader(page))
	var open []string
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				faults = append(faults, fmt.Sprint("left open: ", open))
			}
			return faults
		case html.StartTagToken:
			name, _ := z.TagName()
			tag := string(name)
			for _, outer := range open {
				if slices.Contains(mayNotHold[outer], tag) {
					faults = append(faults, fmt.Sprintf("<%s> inside <%s>: %v", tag, outer, open))
				}
			}
			if parents := mustStandIn[tag]; parents != nil && (len(open) == 0 || !slices.Contains(parents, open[len(open)-1])) {
				faults = append(faults, fmt.Sprintf("<%s> directly in %v", tag, open))
			}
			if !voids[tag] {
				open = append(open, tag)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				faults = append(faults, fmt.Sprintf("</%s> closes %v", name, open))
				return faults
			}
			open = open[:len(open)-1]
		}
	}
}

type element struct {
	*html.Node
}

func (e element) attr(name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func (e element) words() string {
	var b strings.Builder
	for n := range e.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func (e element) within(tag string) bool {
	for n := e.Parent; n != nil; n = n.Parent {
		if n.Data == tag {
			return true
		}
	}
	return false
}

// checkPage looks for what the rules of the house and of accessibility forbid.
func checkPage(page string) (faults []string) {
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{err.Error()}
	}
	ids, labelled := map[string]bool{}, map[string]bool{}
	var all []element
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		e := element{n}
		all = append(all, e)
		if id, ok := e.attr("id"); ok {
			if ids[id] || id == "" {
				say("id %q stands twice or is empty", id)
			}
			ids[id] = true
		}
		if target, ok := e.attr("for"); ok {
			labelled[target] = true
		}
	}
	level := 0
	for _, e := range all {
		for _, a := range e.Attr {
			switch {
			case a.Key == "style", strings.HasPrefix(a.Key, "on"):
				say("<%s %s> is refused by the content security policy", e.Data, a.Key)
			case a.Key == "aria-labelledby", a.Key == "aria-describedby", a.Key == "for":
				for id := range strings.FieldsSeq(a.Val) {
					if !ids[id] {
						say("%s names %q, which is not there", a.Key, id)
					}
				}
			case (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.Contains(a.Val, "//"):
				say("%s=%q leaves the house", a.Key, a.Val)
			}
		}
		label, _ := e.attr("aria-label")
		switch e.Data {
		case "style":
			say("an inline style sheet")
		case "script":
			if src, _ := e.attr("src"); src == "" {
				say("an inline script")
			}
		case "svg":
			hidden, _ := e.attr("aria-hidden")
			titled := e.FirstChild != nil
			for child := range e.ChildNodes() {
				if child.Type == html.ElementNode {
					titled = child.Data == "title" && element{child}.words() != ""
					break
				}
			}
			role, _ := e.attr("role")
			if hidden != "true" && !(role != "" && titled) {
				say("an svg (class %v) is neither hidden nor named", e.Attr)
			}
		case "img":
			if _, ok := e.attr("alt"); !ok {
				say("an image without alt")
			}
		case "input", "select", "textarea":
			kind, _ := e.attr("type")
			id, _ := e.attr("id")
			if kind != "hidden" && label == "" && !labelled[id] && !e.within("label") {
				say("<%s %v> has no label", e.Data, e.Attr)
			}
		case "button", "a", "summary":
			if e.words() == "" && label == "" {
				say("<%s %v> says nothing", e.Data, e.Attr)
			}
		case "table":
			if !strings.Contains(fmt.Sprint(tags(e)), "caption") {
				say("a table without a caption")
			}
		case "progress", "dialog":
			if by, _ := e.attr("aria-labelledby"); label == "" && by == "" {
				say("<%s> has no name", e.Data)
			}
		case "h1", "h2", "h3", "h4":
			now := int(e.Data[1] - '0')
			if now > level+1 {
				say("heading %q jumps from h%d to h%d", e.words(), level, now)
			}
			level = now
			if e.words() == "" {
				say("an empty %s", e.Data)
			}
		}
	}
	return faults
}

func tags(e element) (names []string) {
	for n := range e.Descendants() {
		if n.Type == html.ElementNode {
			names = append(names, n.Data)
		}
	}
	return names
}

func TestPagesAreValidAndReadable(t *testing.T) {
	for name, c := range gallery() {
		page := render(t, c)
		for _, f := range slices.Concat(checkNesting(page), checkPage(page)) {
			t.Errorf("%s: %s", name, f)
		}
		for _, part := range []string{"<!doctype html>", `lang="vi"`, `id="noi-dung"`, `href="#noi-dung"`, "<h1"} {
			if !strings.Contains(strings.ToLower(page), part) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
		if strings.Count(page, "<h1") != 1 {
			t.Errorf("%s has %d h1", name, strings.Count(page, "<h1"))
		}
	}
}

// The checks above must be able to fail.
func TestTheChecksSee(t *testing.T) {
	for _, bad := range []string{
		`<p><div></div></p>`, `<a href="/"><a href="/">x</a></a>`, `<ul><div></div></ul></ul>`, `<div>`, `<tr></tr>`, `<button>x<div></div></button>`,
	} {
		if len(checkNesting(bad)) == 0 {
			t.Errorf("nesting not seen: %s", bad)
		}
	}
	for _, bad := range []string{
		`<p style="color:red">x</p>`, `<a onclick="x" href="/">x</a>`, `<script>1</script>`, `<style>a{}</style>`, `<svg></svg>`, `<svg role="img"><path/></svg>`, `<img src="/a.png">`,
		`<input name="a">`, `<button></button>`, `<table></table>`, `<h1>x</h1><h3>y</h3>`, `<i id="a"></i><i id="a"></i>`, `<i aria-describedby="zz"></i>`, `<img alt="" src="https://x">`,
	} {
		if len(checkPage(bad)) == 0 {
			t.Errorf("fault not seen: %s", bad)
		}
	}
}

func TestEverySentenceIsThereInBothLanguages(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatal("no templ files", err)
	}
	used := map[string]bool{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`T\(ctx, "([a-z]+\.[a-z_]+)"`).FindAllStringSubmatch(string(content), -1) {
			used[match[1]] = true
		}
	}
	for _, mark := range []string{"present", "late", "unknown", "excused", "unexcused", "missing", "closed"} {
		used["ui.day_"+mark] = true
	}
	delete(used, "ui.day_") // joined with the mark in Go, listed above
	for id := range used {
		for _, lang := range []text.Lang{text.Vietnamese, text.English} {
			if !text.Has(lang, id) {
				t.Errorf("%s has no sentence in %s", id, lang)
			}
		}
	}
	for _, lang := range []text.Lang{text.Vietnamese, text.English} {
		for _, id := range text.IDs(lang) {
			if strings.HasPrefix(id, "ui.") && !used[id] {
				t.Errorf("%s (%s) is used nowhere", id, lang)
			}
		}
	}
}

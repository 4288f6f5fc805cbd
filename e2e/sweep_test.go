package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"ralop/internal/store"
	"ralop/internal/web"
)

// The sweep: every role of the demonstration follows what its pages offer. Whatever is offered must open, speak in
// words, fit a phone and a desk, and be clean to axe in light and dark.

// sweepers are the roles whose pages differ.
var sweepers = []string{"homeroom", "clerk", "principal", "boarding", "village", "commune", "child-protection", "district-head", "province", "inspector", "admin"}

const (
	opened = 2 // how often a role opens pages of one pattern
	asked  = 5 // how often it asks whether an address of one pattern answers
	common = 4 // how many roles look at a page that names nothing in its address
)

// offer is what a page leads to, with the words on it.
type offer struct {
	URL  string
	Text string
}

// answer is what an address says when asked.
type answer struct {
	Status int
	Type   string
	URL    string // where it led
}

// sweep is what the roles share: which patterns were looked at in the dark.
type sweep struct {
	h   *House
	mux *http.ServeMux

	mu     sync.Mutex
	dark   map[string]bool
	counts map[string]int // pattern → pages opened
}

func newSweep(h *House) *sweep {
	s := &sweep{h: h, mux: http.NewServeMux(), dark: map[string]bool{}, counts: map[string]int{}}
	for _, r := range web.Routes() {
		if r.Method == http.MethodGet {
			s.mux.Handle("GET "+r.Pattern, http.NotFoundHandler())
		}
	}
	return s
}

// pattern names the route of an address; one that has none is its own.
func (s *sweep) pattern(u *url.URL) string {
	_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: u.Path}, Host: u.Host})
	if pattern == "" {
		return u.Path
	}
	return strings.TrimPrefix(pattern, "GET ")
}

// known says whether enough roles have looked at a page that is much the same for all.
func (s *sweep) known(pattern string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[pattern] >= common && !strings.Contains(pattern, "{") && len(pattern) > 1
}

// firstInTheDark says whether nobody has looked at the pattern in the dark, and that somebody now does.
func (s *sweep) firstInTheDark(pattern string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[pattern]++
	first := !s.dark[pattern]
	s.dark[pattern] = true
	return first
}

// unspoken is how a message that has no words comes out; a gateway's own {{phone}} is no message's {{.phone}}.
var unspoken = regexp.MustCompile(`«[a-z0-9._-]+»|<no value>|%!|\{\{ *\.`)

func TestEveryPageThatIsOfferedOpensAndIsClean(t *testing.T) {
	s := newSweep(Demonstration(t, store.SQLite))
	s.papers(t)
	t.Run("roles", func(t *testing.T) {
		for _, login := range sweepers {
			t.Run(login, func(t *testing.T) {
				t.Parallel()
				s.walk(t, login)
			})
		}
	})
	pages := 0
	for _, pattern := range slices.Sorted(maps.Keys(s.counts)) {
		pages += s.counts[pattern]
		t.Logf("%3d  %s", s.counts[pattern], pattern)
	}
	t.Logf("%d pages of %d patterns", pages, len(s.counts))
	if len(s.counts) < 25 {
		t.Errorf("the sweep found only %d patterns", len(s.counts))
	}
}

// papers lets a school and the district have a paper on its way, which the story leaves to people.
func (s *sweep) papers(t *testing.T) {
	t.Helper()
	p := NewPage(t, Desktop, Light)
	for _, login := range []string{"clerk", "district"} {
		p.Enter(s.h, login)
		p.Go(s.h.URL + "/bao-cao/moi?thang=2020-05")
		p.Follow("main form .button-primary")
		p.Follow(`form[action$="/trinh"] button`)
	}
}

// walk is one role's way, from the home page on, breadth first.
func (s *sweep) walk(t *testing.T, login string) {
	p := NewPage(t, Phone, Light)
	p.Enter(s.h, login)
	p.Faults()
	type stop struct{ address, from string }
	queue := []stop{{s.h.URL + "/", "the start"}}
	openings, askings, seen := map[string]int{}, map[string]int{}, map[string]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at.address)
		if err != nil {
			t.Errorf("%s: %s leads to %q: %v", login, at.from, at.address, err)
			continue
		}
		pattern := s.pattern(u)
		if openings[pattern] >= opened || s.known(pattern) {
			continue
		}
		openings[pattern]++
		first := openings[pattern] == 1
		if status := p.Go(at.address); status >= 400 {
			t.Errorf("%s: %s answers %d; %s leads there", login, u.RequestURI(), status, at.from)
			p.Faults()
			continue
		}
		here, _ := url.Parse(p.Address())
		if final := s.pattern(here); final != pattern { // it led on
			if openings[final] >= opened {
				continue
			}
			openings[final]++
			pattern, first = final, openings[final] == 1
		}
		name := login + ": " + here.RequestURI()
		s.look(t, p, name, pattern, first)
		for _, o := range p.offers() {
			next, err := url.Parse(o.URL)
			if err != nil || next.Host != here.Host || seen[o.URL] {
				continue
			}
			seen[o.URL] = true
			key := s.pattern(next)
			kind := key + "?" + strings.Join(slices.Sorted(maps.Keys(next.Query())), "&")
			if askings[key] >= asked || askings[kind] >= 2 {
				continue
			}
			askings[key]++
			askings[kind]++
			got := p.ask(o.URL)
			if got.Status >= 400 || got.Status == 0 {
				t.Errorf("%s: %q leads to %s, which answers %d", name, o.Text, next.RequestURI(), got.Status)
				continue
			}
			if strings.HasPrefix(got.Type, "text/html") {
				queue = append(queue, stop{o.URL, here.RequestURI()})
			}
		}
		p.Faults() // what asking said has been told
	}
}

// look judges the page that is open: as a phone by day, as a desk by night.
func (s *sweep) look(t *testing.T, p *Page, name, pattern string, first bool) {
	judge := func(withAxe bool) {
		screen := fmt.Sprintf("%s (%s, %s)", name, p.screen.Name, p.scheme)
		for _, fault := range p.Faults() {
			t.Errorf("%s: the browser says: %s", screen, fault)
		}
		if wide := Eval[int64](p, "document.documentElement.scrollWidth"); wide > p.screen.Width {
			t.Errorf("%s: the page is %d px wide; %s", screen, wide, Eval[string](p, widest))
		}
		if withAxe {
			for _, v := range p.Violations() {
				t.Errorf("%s: axe %s: %s\n\t%s", screen, v.ID, v.Help, strings.Join(v.Nodes[:min(4, len(v.Nodes))], "\n\t"))
			}
		}
	}
	text := Eval[string](p, "document.title + '\\n' + document.body.innerText + '\\n' + [...document.querySelectorAll('[aria-label],[title],[placeholder]')].map(e => [e.ariaLabel, e.title, e.placeholder].join(' ')).join('\\n')")
	if found := unspoken.FindAllString(text, -1); found != nil {
		t.Errorf("%s: without words: %s", name, strings.Join(slices.Compact(slices.Sorted(slices.Values(found))), ", "))
	}
	judge(first)
	picture := strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "", "$", "").Replace(pattern), "-") + "~" + strings.SplitN(name, ":", 2)[0]
	if first {
		p.Shot(picture)
	}
	dark := s.firstInTheDark(pattern)
	if !first && !dark {
		return
	}
	scheme := Light
	if dark {
		scheme = Dark
	}
	p.As(Desktop, scheme)
	if dark {
		p.Go(p.Address()) // what fades from light to dark would be judged half way
	}
	judge(dark)
	if dark {
		p.Shot(picture)
	}
	p.As(Phone, Light)
}

// widest names the outermost element that reaches past the right edge without being in one that scrolls.
const widest = `(() => {
	const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'fixed');
	const last = wide.filter(e => ![...e.children].some(c => wide.includes(c)))[0] || wide[0];
	return last ? last.outerHTML.slice(0, 160) : '';
})()`

// offers are the addresses that the page leads to by GET: links, and forms with what they hold.
func (p *Page) offers() []offer {
	p.t.Helper()
	var all []offer
	p.must("read links", json.Unmarshal([]byte(Eval[string](p, `JSON.stringify([
		...[...document.querySelectorAll('a[href]')].filter(a => a.href.startsWith('http')).map(a => ({URL: a.href.split('#')[0], Text: (a.innerText || a.ariaLabel || a.textContent).trim().slice(0, 60)})),
		...[...document.forms].filter(f => f.method === 'get').map(f => ({URL: f.action.split(/[?#]/)[0] + '?' + new URLSearchParams(new FormData(f)), Text: 'form'})),
	])`)), &all))
	slices.SortStableFunc(all, func(a, b offer) int { return cmp.Compare(strings.Count(a.URL, "?"), strings.Count(b.URL, "?")) })
	return all
}

// ask fetches an address as the page would, without going there.
func (p *Page) ask(address string) (a answer) {
	p.t.Helper()
	p.must("ask "+address, json.Unmarshal([]byte(Eval[string](p, `fetch(`+quote(address)+`).then(r => { r.body && r.body.cancel(); return JSON.stringify({Status: r.status, Type: r.headers.get('Content-Type') || '', URL: r.url}) },
		e => JSON.stringify({Status: 0, Type: String(e), URL: ''}))`)), &a))
	return a
}

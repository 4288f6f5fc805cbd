package ui

import (
	"github.com/a-h/templ"

	"ralop/internal/ratio"
)

// Tile is one of the four figures of a board.
type Tile struct {
	Label    string
	URL      string      // opens what the figure is made of
	Ratio    ratio.Ratio // shown as a percentage with its counts, unless Value is set
	Value    string      // a figure that is no rate: "1.204"
	Unit     string      // behind Value: "em"
	Decimals int         // of the percentage; 0 means 2
	Detail   string      // instead of the counts, where Value is set
	Target   ratio.Ratio // D = 0: no target
	Reached  bool        // the target is reached (decided by the room, in whole numbers)
	Change   Change
	Trend    []Point     // the sparkline; empty: none
	Past     []Point     // last year, drawn grey behind it
	Coverage ratio.Ratio // taken ÷ due; D = 0: not said
	Thin     bool        // coverage under the threshold: the figure is grey and says so
	Tone     Tone
	Badge    templ.Component // provisional, frozen; may be nil
}

// Change is the difference from an earlier period, in words that the caller wrote.
type Change struct {
	Text      string // "+0,45 điểm so với tháng 4"
	Direction int    // -1, 0, 1
	Tone      Tone   // Green for better, Red for worse
}

func (c Change) icon() Icon {
	switch {
	case c.Direction > 0:
		return IconRise
	case c.Direction < 0:
		return IconFall
	}
	return IconLevel
}

func (c Change) class() string {
	switch c.Tone {
	case Red, Amber, Green:
		return "ink-" + string(c.Tone)
	}
	return "muted"
}

// Badge is a state in one or two words.
type Badge struct {
	Label string
	Tone  Tone
	Icon  Icon
}

// Empty teaches what a page will show, and names the one act that fills it.
type Empty struct {
	Icon  Icon
	Title string
	Text  string
	Act   templ.Component // Press or Post; may be nil
}

// Step is one stage on the way of a paper.
type Step struct {
	Label string
	Note  string // who and when, may be empty
	State StepState
}

// StepState is where a Step stands.
type StepState string

const (
	StepAhead StepState = ""
	StepDone  StepState = "done"
	StepNow   StepState = "now"
	StepBack  StepState = "back" // returned
)

func (s Step) class() string {
	if s.State == StepAhead {
		return ""
	}
	return "is-" + string(s.State)
}

// Event is one line of a timeline, newest or oldest first as the caller orders them.
type Event struct {
	When  string // "18/5/2020, 7:12"
	Stamp string // machine-readable, RFC 3339; may be empty
	Title string
	Who   string
	Body  templ.Component // may be nil
	Tone  Tone
}

// Progress is how far a long piece of work is. Poll, when set, is the address that
// htmx asks again every two seconds until the answer comes without Poll.
type Progress struct {
	ID       string
	Label    string
	Done     int64
	Of       int64 // 0: not known yet
	Detail   string
	Finished bool
	Failed   bool
	Poll     string
}

func (p Progress) tone() Tone {
	switch {
	case p.Failed:
		return Red
	case p.Finished:
		return Green
	}
	return Plain
}

// Item is one line of a list of things to do.
type Item struct {
	Title string
	Text  string // a sentence, not a score
	URL   string
	Tone  Tone
	End   templ.Component // badge or buttons at the end; may be nil
}

// Fact is a word and what it stands for.
type Fact struct {
	Label string
	Value templ.Component
}

// ErrorPage says what happened, what was kept, what to do, and a number to quote.
type ErrorPage struct {
	Happened string
	Kept     string // may be empty
	Do       string
	Number   string // of the request, may be empty
	Act      templ.Component
}

// Sign is one square of a grid of classes and sessions.
type Sign struct {
	State  SignState
	Absent int    // written beside the dot; 0 is left out
	Words  string // the whole in words, for screen readers and the hover: "7A, sáng: đã nhận, vắng 3"
	URL    string
}

// SignState is what is known of a session.
type SignState string

const (
	SignReceived SignState = "received" // a dot
	SignLate     SignState = "late"     // received late: a thick ring
	SignMissing  SignState = "missing"  // due and not received: a broken ring
	SignClosed   SignState = "closed"   // no class: a dash
	SignNone     SignState = ""         // nothing is due
)

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// series is the same figure of several runs.
type series struct{ all []float64 }

func (s *series) add(v float64) { s.all = append(s.all, v) }

func (s series) median() float64 {
	if len(s.all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s.all))
	return sorted[len(sorted)/2]
}

// text writes "median [least–most] unit".
func (s series) text(unit string) string {
	if len(s.all) < 2 {
		return number(s.median()) + unit
	}
	return fmt.Sprintf("%s%s [%s–%s]", number(s.median()), unit, number(slices.Min(s.all)), number(slices.Max(s.all)))
}

func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// line is a row of the table of targets.
type line struct {
	key, what, target, measured, ratio, verdict string
}

type table struct {
	options options
	load    string // of the machine when the run began
	lines   []line
	notes   []string
	growth  string // the table of growth, when it was measured
	part    string // of a full run; "" is the quick run's table
}

func newTable(o options) *table { return &table{options: o, load: loadNow()} }

// add puts a row that has a target. key names the row in the notes about missed ones.
func (t *table) add(key, what, target, measured, ratio string, met bool) {
	verdict := "met"
	if !met {
		verdict = "**missed**"
	}
	t.lines = append(t.lines, line{key, what, target, measured, ratio, verdict})
}

// show puts a row without a target of its own.
func (t *table) show(key, what, measured, ratio string) {
	t.lines = append(t.lines, line{key, what, "–", measured, ratio, "–"})
}

func (t *table) print(w io.Writer) error {
	_, err := io.WriteString(w, t.text())
	return err
}

func (t *table) text() string {
	var b strings.Builder
	if len(t.lines) > 0 {
		b.WriteString("| what | target | measured, median [least–most] | ratio | |\n|---|---|---|---|---|\n")
	}
	for _, l := range t.lines {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", l.what, l.target, l.measured, l.ratio, l.verdict)
	}
	for _, note := range t.notes {
		b.WriteString("\n" + note + "\n")
	}
	if t.growth != "" {
		b.WriteString("\n" + t.growth)
	}
	return b.String()
}

// block is a place in the page for figures; what is written around it stays.
type block struct{ begin, end string }

var quickBlock = block{"<!-- figures: written by make bench -->", "<!-- end of figures -->"}

// place is where the figures stand: what a quick run measures apart from each part that only make bench-full runs, so
// that every one keeps its last figures.
func (t *table) place() block {
	if t.part == "" {
		return quickBlock
	}
	return block{"<!-- " + t.part + ": written by make bench-full -->", "<!-- end of " + t.part + " -->"}
}

// out prints the figures, and puts them into the page when one is named.
func (t *table) out(o options) error {
	if err := t.print(os.Stdout); err != nil || o.Out == "" {
		return err
	}
	return t.write(o.Out)
}

// write puts the figures into their place in a page. A page that has none yet gets it at its end.
func (t *table) write(path string) error {
	at := t.place()
	page, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		page = []byte("# Performance\n")
	} else if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(page, []byte(at.begin))
	_, after, closed := bytes.Cut(rest, []byte(at.end))
	if found && !closed {
		return fmt.Errorf("%s has no end of its figures: %s", path, at.end)
	}
	if !found {
		before, after = append(before, '\n'), []byte("\n")
	}
	figures := fmt.Sprintf("%s\n\n%s · commit %s · %s · load of the machine by others and us: %s when it began, %s at the end\n\n`go run ./bench %s`\n\n%s\n%s%s",
		at.begin, time.Now().UTC().Format("2 January 2006"), commit(), machine(), t.load, loadNow(), strings.Join(t.options.words, " "), t.text(), t.summary(), at.end)
	return os.WriteFile(path, slices.Concat(before, []byte(figures), after), 0o644)
}

// summary names the rows that missed their target.
func (t *table) summary() string {
	var missed []string
	for _, l := range t.lines {
		if l.verdict == "**missed**" {
			missed = append(missed, l.what)
		}
	}
	switch {
	case len(t.lines) == 0:
		return ""
	case len(missed) == 0:
		return "Every target of this table is met.\n\n"
	}
	return fmt.Sprintf("%d of %d rows missed: %s.\n\n", len(missed), len(t.lines), strings.Join(missed, "; "))
}

func processors() int { return runtime.GOMAXPROCS(0) }

// machine describes what it ran on, without its name.
func machine() string {
	model := "processor unknown"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, found := strings.Cut(string(info), "model name"); found {
			name, _, _ := strings.Cut(strings.TrimLeft(rest, "\t :"), "\n")
			model = strings.TrimSpace(name)
		}
	}
	memory := ""
	if info, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kilobytes int
		if _, err := fmt.Sscanf(string(info), "MemTotal: %d", &kilobytes); err == nil {
			memory = fmt.Sprintf(", %d GB", (kilobytes+1<<19)>>20)
		}
	}
	return fmt.Sprintf("%d processors (%s)%s, %s/%s, %s", processors(), model, memory, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// loadNow is how many processes wanted a processor over the last minute. More than the processors there are, before the
// run begins, means that others were measured too.
func loadNow() string {
	info, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(info))[0]
}

func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short=10", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

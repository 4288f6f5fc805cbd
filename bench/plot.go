package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
)

// plot is a picture of how some rows grow: both axes logarithmic, so that what grows with the pupils is a slope of one
// and what does not is level.
type plot struct {
	file, title, unit string
	curves            []curve
}

type curve struct{ key, engine, name string }

// point is what was measured at a size.
type point struct{ x, y float64 }

var growthPlots = []plot{
	{"growth-reading.svg", "What officials wait for", "milliseconds, median", []curve{
		{"board", engineSQLite, "board of a month by commune"}, {"range", engineSQLite, "any dates"}, {"ethnicity", engineSQLite, "breakdown by ethnicity"},
		{"synthesis", engineSQLite, "synthesis, docx"}, {"plain", enginePostgres, "plain SQL, a row per pupil"}}},
	{"growth-submitting.svg", "Submitting a class", "submissions a second; milliseconds", []curve{
		{"rate", engineSQLite, "a second, SQLite"}, {"rate", enginePostgres, "a second, PostgreSQL"},
		{"closed", engineSQLite, "ms with 32 clients, SQLite"}, {"open", engineSQLite, "ms at 100/s, SQLite"}, {"open", enginePostgres, "ms at 100/s, PostgreSQL"}}},
	{"growth-weight.svg", "What a realm weighs", "megabytes; seconds", []curve{
		{"disk", engineSQLite, "MB on disk, SQLite"}, {"disk", enginePostgres, "MB on disk, PostgreSQL"}, {"memory", engineSQLite, "MB of memory, idle"}, {"night", engineSQLite, "s of a night's warnings"}}},
}

// Colours of the curves by day and by night; each keeps a contrast of 3 to 1 and more to its ground.
var (
	dayColours   = []string{"#0f6b57", "#b3471b", "#3b5bb5", "#8a3b8f", "#7a6200"}
	nightColours = []string{"#5fd1b5", "#f0a27a", "#93b0ff", "#dd9be2", "#dcc25a"}
	dashes       = []string{"", "7 3", "2 3", "9 3 2 3", "1 4"}
)

// The picture in its own units.
const (
	plotWide, plotHigh                        = 720.0, 380.0
	plotLeft, plotRight, plotTop, plotBottom  = 64.0, 470.0, 48.0, 330.0
	plotLabel, plotLetter, plotLeast, plotPad = 484.0, 13.0, 17.0, 1.25
)

// draw makes the picture.
func (p plot) draw(sizes []*sized) []byte {
	lines := make([][]point, len(p.curves))
	left, right, low, high := math.Inf(1), 0.0, math.Inf(1), 0.0
	for i, c := range p.curves {
		for _, s := range sizes {
			v, is := s.engines[c.engine][c.key]
			if !is || v.Median <= 0 {
				continue
			}
			at := point{float64(s.built.Pupils), v.Median}
			lines[i] = append(lines[i], at)
			left, right, low, high = min(left, at.x), max(right, at.x), min(low, at.y), max(high, at.y)
		}
	}
	if right == 0 {
		left, right, low, high = 1e4, 1e6, 1, 10
	}
	left, right = left/plotPad, right*plotPad
	low, high = math.Pow(10, math.Floor(math.Log10(low))), math.Pow(10, math.Ceil(math.Log10(high*1.01)))
	x := func(v float64) float64 {
		return plotLeft + (plotRight-plotLeft)*math.Log(v/left)/math.Log(right/left)
	}
	y := func(v float64) float64 {
		return plotBottom - (plotBottom-plotTop)*math.Log(v/low)/math.Log(high/low)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img" font-family="system-ui,sans-serif" font-size="%g">`+"\n",
		plotWide, plotHigh, plotWide, plotHigh, plotLetter)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>\n.g{fill:#fff}.t{fill:#1b1b1b}.s{fill:#555}.l{stroke:#ddd}.a{stroke:#777}path{fill:none;stroke-width:2.2}\n", html.EscapeString(p.title))
	theme := func(colours []string) {
		for i := range p.curves {
			fmt.Fprintf(&b, ".c%d{stroke:%s}.f%d{fill:%s}", i, colours[i], i, colours[i])
		}
		b.WriteByte('\n')
	}
	theme(dayColours)
	b.WriteString("@media (prefers-color-scheme:dark){.g{fill:#15181b}.t{fill:#ececec}.s{fill:#b5b5b5}.l{stroke:#33383d}.a{stroke:#8a8a8a}\n")
	theme(nightColours)
	b.WriteString("}\n</style>\n")
	fmt.Fprintf(&b, `<rect class="g" width="%g" height="%g" rx="6"/>`+"\n", plotWide, plotHigh)
	text := func(class, anchor string, x, y float64, words string) {
		fmt.Fprintf(&b, `<text class="%s" text-anchor="%s" x="%.1f" y="%.1f">%s</text>`+"\n", class, anchor, x, y, html.EscapeString(words))
	}
	fmt.Fprintf(&b, `<text class="t" x="16" y="26" font-weight="600" font-size="15">%s</text>`+"\n", html.EscapeString(p.title+" – "+p.unit))
	for v := low; v <= high*1.001; v *= 10 {
		fmt.Fprintf(&b, `<line class="l" x1="%g" x2="%g" y1="%.1f" y2="%.1f"/>`+"\n", plotLeft, plotRight, y(v), y(v))
		text("s", "end", plotLeft-8, y(v)+4, short(v))
	}
	for _, s := range sizes {
		at := x(float64(s.built.Pupils))
		fmt.Fprintf(&b, `<line class="l" x1="%.1f" x2="%.1f" y1="%g" y2="%g"/>`+"\n", at, at, plotTop, plotBottom)
		text("s", "middle", at, plotBottom+20, grouped((s.built.Pupils+500)/1000*1000))
	}
	fmt.Fprintf(&b, `<line class="a" x1="%g" x2="%g" y1="%g" y2="%g"/>`+"\n", plotLeft, plotRight, plotBottom, plotBottom)
	text("s", "middle", (plotLeft+plotRight)/2, plotBottom+40, "pupils in the same communes and schools (both scales logarithmic)")

	// The names stand at the ends of the curves, pushed apart where two end together.
	type name struct {
		of int
		y  float64
	}
	var names []name
	for i, line := range lines {
		if len(line) == 0 {
			continue
		}
		path := ""
		for n, at := range line {
			path += fmt.Sprintf("%c%.1f %.1f", "ML"[min(n, 1)], x(at.x), y(at.y))
		}
		dash := ""
		if dashes[i] != "" {
			dash = ` stroke-dasharray="` + dashes[i] + `"`
		}
		fmt.Fprintf(&b, `<path fill="none" class="c%d" d="%s"%s/>`+"\n", i, path, dash)
		for _, at := range line {
			fmt.Fprintf(&b, `<circle class="f%d" cx="%.1f" cy="%.1f" r="3.4"/>`+"\n", i, x(at.x), y(at.y))
		}
		names = append(names, name{i, y(line[len(line)-1].y)})
	}
	slices.SortFunc(names, func(a, b name) int { return int(math.Copysign(1, a.y-b.y)) })
	for i := range names {
		if i > 0 {
			names[i].y = max(names[i].y, names[i-1].y+plotLeast)
		}
	}
	for i := len(names) - 1; i >= 0; i-- {
		most := plotBottom
		if i < len(names)-1 {
			most = names[i+1].y - plotLeast
		}
		names[i].y = min(names[i].y, most)
	}
	for _, n := range names {
		last := lines[n.of][len(lines[n.of])-1]
		fmt.Fprintf(&b, `<line class="c%d" x1="%.1f" x2="%g" y1="%.1f" y2="%.1f" stroke-width=".8"/>`+"\n", n.of, x(last.x)+5, plotLabel-3, y(last.y), n.y)
		fmt.Fprintf(&b, `<text class="f%d" x="%g" y="%.1f">%s</text>`+"\n", n.of, plotLabel, n.y+4, html.EscapeString(p.curves[n.of].name))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// short writes a power of ten.
func short(v float64) string {
	if v >= 1 {
		return grouped(int(math.Round(v)))
	}
	return fmt.Sprintf("%.4g", v)
}

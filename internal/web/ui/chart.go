package ui

import (
	"math"
	"strconv"
	"strings"
)

// Point is one value of a series. Value is what is drawn (a percentage, a number of
// days); Text is how it is written; None leaves a gap, for a day without data.
type Point struct {
	Label string // "tuần 12", "18/5"
	Value float64
	Text  string // "92,34 %"; empty: the value with a decimal comma
	None  bool
	Thin  bool // data incomplete: drawn hollow or grey
}

func (p Point) text() string {
	if p.None {
		return "–"
	}
	return first(p.Text, decimal(p.Value))
}

func decimal(v float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64), ".", ",", 1)
}

// Series is one line of a chart.
type Series struct {
	Name   string
	Points []Point
	Past   bool // last year: grey and behind
}

// Sparkline is a line without axes, beside a number.
type Sparkline struct {
	Label  string // says what is drawn, for screen readers
	Points []Point
	Past   []Point
	Inline bool // small, within a line of text or a table cell
}

// LineChart draws several series over the same labels.
type LineChart struct {
	Title  string
	Note   string
	Series []Series // at most five, and those of the past
	Unit   string   // "%"
	From   float64  // of the vertical scale; From = To = 0: chosen from the data
	To     float64
	Target *Point // a level line across, with its text
	Empty  string // said instead when there is no value at all
}

// BarChart draws one bar for each thing, widest first as the caller orders them.
type BarChart struct {
	Title  string
	Note   string
	Bars   []Bar
	Most   float64 // the full width; 0: the greatest value
	Target *Point
	Head   [2]string // of the table behind: what the bars are, what they measure
}

// Bar is one bar.
type Bar struct {
	Label string
	URL   string
	Point Point
	Tone  Tone
}

// Multiples are small charts of the same thing for several units, on one scale.
type Multiples struct {
	Title string
	Note  string
	Items []Multiple
}

// Multiple is one of the small charts.
type Multiple struct {
	Name   string
	URL    string
	Text   string // the value now: "92,34 %"
	Note   string
	Points []Point
	Past   []Point
}

// box is the drawing area inside a chart.
type box struct{ left, top, right, bottom float64 }

type scale struct{ from, to float64 }

func (s scale) at(v, a, b float64) float64 {
	if s.to == s.from {
		return (a + b) / 2
	}
	return a + (v-s.from)/(s.to-s.from)*(b-a)
}

func extent(lists ...[]Point) (scale, bool) {
	s, found := scale{math.Inf(1), math.Inf(-1)}, false
	for _, points := range lists {
		for _, p := range points {
			if p.None {
				continue
			}
			found = true
			s.from, s.to = min(s.from, p.Value), max(s.to, p.Value)
		}
	}
	return s, found
}

// ticks gives some four round numbers that span the scale, and the scale widened to them.
func ticks(s scale, cap100 bool) (scale, []float64) {
	if s.to == s.from {
		s.from, s.to = s.from-1, s.to+1
	}
	raw := (s.to - s.from) / 4
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	step := power
	for _, m := range []float64{1, 2, 5, 10} {
		if step = m * power; step >= raw {
			break
		}
	}
	from, to := math.Floor(s.from/step)*step, math.Ceil(s.to/step)*step
	if cap100 {
		to = min(to, 100)
	}
	var list []float64
	for v := from; v <= to+step/1000; v += step {
		list = append(list, math.Round(v*1e6)/1e6)
	}
	return scale{from, to}, list
}

func num(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// polyline writes the path of a series and lifts the pen where a value is missing.
func polyline(points []Point, x func(int) float64, y func(float64) float64) string {
	var b strings.Builder
	down := false
	for i, p := range points {
		if p.None {
			down = false
			continue
		}
		if down {
			b.WriteByte('L')
		} else {
			b.WriteByte('M')
		}
		b.WriteString(num(x(i)) + " " + num(y(p.Value)))
		// A value alone between two gaps would be invisible as a line.
		if !down && (i+1 == len(points) || points[i+1].None) {
			b.WriteString("h.01")
		}
		down = true
	}
	return b.String()
}

func lastKnown(points []Point) (int, bool) {
	for i := len(points) - 1; i >= 0; i-- {
		if !points[i].None {
			return i, true
		}
	}
	return 0, false
}

type drawnDot struct {
	x, y  string
	title string
}

type drawnLine struct {
	path, class, dotClass, endClass, name string
	dots                                  []drawnDot
	endX, endY                            string
	endText                               string
}

type drawnTick struct{ at, text, anchor string }

// drawing is a LineChart laid out for one width.
type drawing struct {
	width, height float64
	box           box
	ys, xs        []drawnTick
	lines         []drawnLine
	targetY       string
	targetText    string
}

func (d drawing) viewBox() string { return "0 0 " + num(d.width) + " " + num(d.height) }

func (c LineChart) longest() []Point {
	var longest []Point
	for _, s := range c.Series {
		if len(s.Points) > len(longest) {
			longest = s.Points
		}
	}
	return longest
}

func (c LineChart) known() bool {
	var lists [][]Point
	for _, s := range c.Series {
		lists = append(lists, s.Points)
	}
	_, found := extent(lists...)
	return found
}

// layout places everything for a drawing of this size; pure, so that it can be tested.
func (c LineChart) layout(width, height float64) drawing {
	d := drawing{width: width, height: height, box: box{44, 12, width - 60, height - 30}}
	var lists [][]Point
	for _, s := range c.Series {
		lists = append(lists, s.Points)
	}
	if c.Target != nil {
		lists = append(lists, []Point{*c.Target})
	}
	s, _ := extent(lists...)
	if c.From != 0 || c.To != 0 {
		s = scale{c.From, c.To}
	}
	s, marks := ticks(s, c.Unit == "%" && s.to <= 100)
	labels := c.longest()
	y := func(v float64) float64 { return s.at(v, d.box.bottom, d.box.top) }
	x := func(i int) float64 {
		return scale{0, float64(max(1, len(labels)-1))}.at(float64(i), d.box.left+8, d.box.right-8)
	}
	for _, v := range marks {
		d.ys = append(d.ys, drawnTick{at: num(y(v)), text: decimal(v)})
	}
	room := int((d.box.right - d.box.left) / 58)
	every := max(1, int(math.Ceil(float64(len(labels))/float64(max(1, room)))))
	for i := 0; i < len(labels); i += every {
		d.xs = append(d.xs, drawnTick{at: num(x(i)), text: labels[i].Label, anchor: "middle"})
	}
	var taken []float64
	order := 0
	for pass := range 2 { // what is past is drawn first, behind
		for _, series := range c.Series {
			if series.Past != (pass == 0) {
				continue
			}
			class := "past"
			if !series.Past {
				class = strconv.Itoa(order % 5)
				order++
			}
			l := drawnLine{path: polyline(series.Points, x, y), name: series.Name,
				class: "line series-" + class, dotClass: "dot dot-" + class, endClass: "end" + when(series.Past, " end-past")}
			for i, p := range series.Points {
				if !p.None {
					l.dots = append(l.dots, drawnDot{num(x(i)), num(y(p.Value)), series.Name + " · " + p.Label + ": " + p.text()})
				}
			}
			if i, ok := lastKnown(series.Points); ok {
				at := y(series.Points[i].Value) + 4
				for _, other := range taken { // two ends at one height are moved apart
					if math.Abs(other-at) < 15 {
						at = other + 15*math.Copysign(1, at-other)
					}
				}
				taken = append(taken, at)
				l.endX, l.endY, l.endText = num(min(x(i)+10, d.box.right+2)), num(at), decimal(series.Points[i].Value)
			}
			d.lines = append(d.lines, l)
		}
	}
	if c.Target != nil {
		d.targetY, d.targetText = num(y(c.Target.Value)), c.Target.Label+" "+c.Target.text()
	}
	return d
}

// legend lists the series as they are drawn: the past last.
func (c LineChart) legend() []drawnLine {
	d := c.layout(720, 300)
	var now, past []drawnLine
	for _, l := range d.lines {
		if strings.Contains(l.class, "past") {
			past = append(past, l)
		} else {
			now = append(now, l)
		}
	}
	return append(now, past...)
}

func (b BarChart) most() float64 {
	if b.Most > 0 {
		return b.Most
	}
	most := 0.0
	for _, bar := range b.Bars {
		if !bar.Point.None {
			most = max(most, bar.Point.Value)
		}
	}
	return max(most, 1e-9)
}

func (b BarChart) percent(v float64) string {
	return strconv.FormatFloat(100*min(1, max(0, v/b.most())), 'f', 2, 64) + "%"
}

// sparkPath lays a sparkline into 100 × 32.
func (s Sparkline) paths() (now, past, end string) {
	range_, found := extent(s.Points, s.Past)
	if !found {
		return "", "", ""
	}
	n := float64(max(1, max(len(s.Points), len(s.Past))-1))
	x := func(i int) float64 { return scale{0, n}.at(float64(i), 2, 97) }
	y := func(v float64) float64 { return range_.at(v, 28, 4) }
	if i, ok := lastKnown(s.Points); ok {
		end = "M" + num(x(i)) + " " + num(y(s.Points[i].Value)) + "h.01"
	}
	return polyline(s.Points, x, y), polyline(s.Past, x, y), end
}

// words tells a sparkline to those who do not see it.
func (s Sparkline) words() string {
	var parts []string
	for _, p := range s.Points {
		if !p.None {
			parts = append(parts, strings.TrimSpace(p.Label+" "+p.text()))
		}
	}
	if n := len(parts); n > 8 {
		parts = append(parts[:1:1], parts[n-7:]...)
	}
	return strings.Join(parts, "; ")
}

package paper

import (
	"math"

	"ralop/internal/viet"
)

const chartHeight = 62.0 // mm of the drawing, without title and legend

// shades of the series, dark to light, far enough apart for a black and white printer.
var shades = []int{60, 150, 205, 105, 180}

// chart draws bars or lines with axes, values and a legend.
func (pr *printer) chart(c *Chart) {
	if c.Title != "" {
		l := textLine(c.Title, sizeMotto, true, false)
		l.Before = 8
		pr.y += pr.column([]line{l}, marginLeft, pr.y, pr.width())
	}
	pr.y += 3
	low, high, step := c.scale()
	const labelRoom, below = 14.0, 10.0
	left, top := marginLeft+labelRoom, pr.y
	width, height := pr.width()-labelRoom, chartHeight-below
	at := func(value float64) float64 { return top + height*(high-value)/(high-low) }

	pr.pdf.SetLineWidth(0.1)
	pr.pdf.SetDrawColor(170, 170, 170)
	for value := low; value <= high+step/1e6; value += step {
		pr.pdf.Line(left, at(value), left+width, at(value))
		text := c.label(value, 0)
		pr.text(left-2-textWidth(text, 0, 9), at(value)+1.1, text, 0, 9)
	}
	pr.pdf.SetDrawColor(0, 0, 0)
	pr.pdf.SetLineWidth(0.3)
	pr.pdf.Line(left, at(low), left+width, at(low))
	slot := width / float64(len(c.Labels))
	for i, label := range c.Labels {
		q := para{size: 9, align: Center}
		for k, l := range breakLines(wordsOf([]Run{Plain(label)}, 9), slot-0.5, slot-0.5) {
			if k == 2 {
				break
			}
			pr.line(l, &q, left+slot*float64(i), at(low)+1+float64(k)*lineHeight(9), slot)
		}
	}
	for s := range c.Series {
		if c.Kind == Bars {
			pr.bars(c, s, left, slot, low, at)
		} else {
			pr.polyline(c, s, left, slot, at)
		}
	}
	pr.pdf.SetDrawColor(0, 0, 0)
	pr.pdf.SetLineWidth(0.2)
	pr.y = top + chartHeight + 1
	pr.legend(c)
}

func (pr *printer) bars(c *Chart, s int, left, slot, low float64, at func(float64) float64) {
	group := slot * 0.7
	width := group / float64(len(c.Series))
	shade := shades[s%len(shades)]
	for i, p := range c.Series[s].Points {
		value, known := c.value(p)
		if !known {
			continue
		}
		x := left + slot*float64(i) + (slot-group)/2 + width*float64(s)
		y := at(math.Max(value, low))
		pr.pdf.SetFillColor(shade, shade, shade)
		pr.pdf.Rect(x, y, width, at(low)-y, "F")
		text := c.label(value, 1)
		if tw := textWidth(text, 0, 8); tw <= max(width*1.25, slot/float64(len(c.Series))) {
			pr.text(x+(width-tw)/2, y-0.8, text, 0, 8)
		}
	}
}

func (pr *printer) polyline(c *Chart, s int, left, slot float64, at func(float64) float64) {
	pr.style(s)
	px, py, joined := 0.0, 0.0, false
	for i, p := range c.Series[s].Points {
		value, known := c.value(p)
		x, y := left+slot*(float64(i)+0.5), at(value)
		if known && joined {
			pr.pdf.Line(px, py, x, y)
		}
		px, py, joined = x, y, known
	}
	pr.pdf.SetDashPattern([]float64{}, 0)
	for i, p := range c.Series[s].Points {
		if value, known := c.value(p); known {
			pr.marker(s, left+slot*(float64(i)+0.5), at(value))
			if text := c.label(value, 1); len(c.Series) == 1 && textWidth(text, 0, 8) < slot {
				pr.text(left+slot*(float64(i)+0.5)-textWidth(text, 0, 8)/2, at(value)-2, text, 0, 8)
			}
		}
	}
}

// style sets the pen of a series: lines differ by dash, shade and marker, so that they
// are told apart without colour.
func (pr *printer) style(s int) {
	shade := []int{0, 90, 140, 40, 110}[s%5]
	pr.pdf.SetDrawColor(shade, shade, shade)
	pr.pdf.SetLineWidth(0.5)
	pr.pdf.SetDashPattern([][]float64{{}, {2.4, 1.2}, {0.7, 0.9}, {4, 1, 0.7, 1}, {1.4, 0.7}}[s%5], 0)
}

func (pr *printer) marker(s int, x, y float64) {
	shade := []int{0, 90, 140, 40, 110}[s%5]
	pr.pdf.SetFillColor(shade, shade, shade)
	switch s % 3 {
	case 0:
		pr.pdf.Circle(x, y, 0.9, "F")
	case 1:
		pr.pdf.Rect(x-0.8, y-0.8, 1.6, 1.6, "F")
	default:
		pr.pdf.SetFillColor(255, 255, 255)
		pr.pdf.Circle(x, y, 0.9, "FD")
	}
}

func (pr *printer) legend(c *Chart) {
	if len(c.Series) < 2 {
		return
	}
	const sample, gap = 7.0, 6.0
	total := -gap
	for _, s := range c.Series {
		total += sample + 1.5 + textWidth(s.Name, 0, 10) + gap
	}
	x := marginLeft + max(0, (pr.width()-total)/2)
	for i, s := range c.Series {
		step := sample + 1.5 + textWidth(s.Name, 0, 10) + gap
		if x+step-gap > marginLeft+pr.width() && x > marginLeft {
			x = marginLeft
			pr.y += lineHeight(10)
		}
		middle := pr.y + lineHeight(10)/2
		if c.Kind == Bars {
			shade := shades[i%len(shades)]
			pr.pdf.SetFillColor(shade, shade, shade)
			pr.pdf.Rect(x, middle-1.3, sample, 2.6, "F")
		} else {
			pr.style(i)
			pr.pdf.Line(x, middle, x+sample, middle)
			pr.pdf.SetDashPattern([]float64{}, 0)
			pr.marker(i, x+sample/2, middle)
		}
		pr.text(x+sample+1.5, middle+1.2, s.Name, 0, 10)
		x += step
	}
	pr.pdf.SetDrawColor(0, 0, 0)
	pr.pdf.SetLineWidth(0.2)
	pr.y += lineHeight(10)
}

// scale gives the ends of the value axis and the step between its lines: 1, 2 or 5 times
// a power of ten.
func (c *Chart) scale() (low, high, step float64) {
	low, high = c.Floor, c.Floor
	for _, s := range c.Series {
		for _, p := range s.Points {
			if value, known := c.value(p); known {
				high = max(high, value)
				low = min(low, value)
			}
		}
	}
	if high <= low {
		high = low + 1
	}
	raw := (high - low) / 5
	step = math.Pow(10, math.Floor(math.Log10(raw)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if step*factor >= raw {
			step *= factor
			break
		}
	}
	if !c.Rate {
		step = max(step, 1)
	}
	low = math.Floor(low/step) * step
	high = math.Ceil(high/step) * step
	if c.Rate && high < 100 && high+step > 100 {
		high = 100
	}
	return low, high, step
}

// label writes a value of the axis or above a bar.
func (c *Chart) label(value float64, decimals int) string {
	if !c.Rate {
		return viet.Integer(int64(math.Round(value)))
	}
	if decimals == 0 && value != math.Round(value) {
		decimals = 1
	}
	return viet.Decimal(int64(math.Round(value*math.Pow10(decimals))), decimals)
}

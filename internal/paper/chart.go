package paper

import (
	"errors"
	"fmt"
)

// Chart is a bar or line chart. It is drawn in pdf; docx and xlsx show its figures as a table.
type Chart struct {
	Title  string    `json:"title"`
	Kind   ChartKind `json:"kind"`
	Axis   string    `json:"axis,omitempty"` // what the labels are: "Tháng", "Xã"
	Labels []string  `json:"labels"`
	Series []Series  `json:"series"`
	Rate   bool      `json:"rate,omitempty"`  // points are N ÷ D in per cent; else N
	Floor  float64   `json:"floor,omitempty"` // where the value axis begins, in the printed unit; line charts of rates near 100 need it
}

// ChartKind is the shape of a chart.
type ChartKind string

// The kinds of charts.
const (
	Bars  ChartKind = "bar"
	Lines ChartKind = "line"
)

// Series is one row of bars or one line, with a point for each label.
type Series struct {
	Name   string  `json:"name"`
	Points []Point `json:"points"`
}

// Point is a value of a chart. Of a rate, D = 0 is a gap; else Gap says so.
type Point struct {
	N   int64 `json:"n"`
	D   int64 `json:"d,omitempty"`
	Gap bool  `json:"gap,omitempty"`
}

func (c *Chart) check() error {
	if c.Kind != Bars && c.Kind != Lines {
		return fmt.Errorf("paper: chart %q is of unknown kind %q", c.Title, c.Kind)
	}
	if len(c.Labels) == 0 || len(c.Series) == 0 {
		return errors.New("paper: a chart without labels or series")
	}
	for _, s := range c.Series {
		if len(s.Points) != len(c.Labels) {
			return fmt.Errorf("paper: series %q of chart %q has %d points, want %d", s.Name, c.Title, len(s.Points), len(c.Labels))
		}
	}
	return nil
}

// value gives the height of a point in the printed unit, and whether there is one.
func (c *Chart) value(p Point) (float64, bool) {
	if p.Gap || c.Rate && p.D == 0 {
		return 0, false
	}
	if c.Rate {
		return 100 * float64(p.N) / float64(p.D), true
	}
	return float64(p.N), true
}

// table gives the figures of the chart: a row for each label, a column for each series.
func (c *Chart) table() *Table {
	t := &Table{Title: c.Title, Columns: []Column{{Key: "label", Title: c.Axis}}}
	cell := func(n int64, gap bool) Cell {
		if gap {
			return Unknown()
		}
		return Int(n)
	}
	for i, s := range c.Series {
		value := fmt.Sprintf("v%d", i)
		if c.Rate {
			n, d := fmt.Sprintf("n%d", i), fmt.Sprintf("d%d", i)
			t.Columns = append(t.Columns,
				Column{Key: value, Title: s.Name, Kind: KindRatio, N: n, D: d},
				Column{Key: n, Title: s.Name + " – n", Kind: KindInteger, Aside: true},
				Column{Key: d, Title: s.Name + " – N", Kind: KindInteger, Aside: true})
		} else {
			t.Columns = append(t.Columns, Column{Key: value, Title: s.Name, Kind: KindInteger})
		}
	}
	for i, label := range c.Labels {
		cells := []Cell{Text(label)}
		for _, s := range c.Series {
			p := s.Points[i]
			gap := p.Gap || c.Rate && p.D == 0
			if c.Rate {
				cells = append(cells, Derived())
				cells = append(cells, cell(p.N, gap), cell(p.D, gap))
			} else {
				cells = append(cells, cell(p.N, gap))
			}
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

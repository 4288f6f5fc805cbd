package indicator

import "slices"

// tally gathers values under keys and gives them as rows in order of first meeting.
type tally struct {
	rows []Row
	at   map[string]int
}

func (t *tally) row(key string) *Row {
	if t.at == nil {
		t.at = map[string]int{}
	}
	i, ok := t.at[key]
	if !ok {
		i = len(t.rows)
		t.at[key] = i
		t.rows = append(t.rows, Row{Key: key})
	}
	return &t.rows[i]
}

func (t *tally) add(key string, v Value) {
	row := t.row(key)
	row.Value = row.Value.Add(v)
}

func (t *tally) sorted() []Row {
	slices.SortFunc(t.rows, func(a, b Row) int {
		switch {
		case a.Key < b.Key:
			return -1
		case a.Key > b.Key:
			return 1
		}
		return 0
	})
	return t.rows
}

// levelOrder is the order of levels wherever they are listed.
var levelOrder = []string{"MN", "TH", "THCS", "THPT", "GDTX", "GDNN"}

// Levels gives the levels in their order.
func Levels() []string { return slices.Clone(levelOrder) }

func (t *tally) byLevel() []Row {
	slices.SortFunc(t.rows, func(a, b Row) int { return slices.Index(levelOrder, a.Key) - slices.Index(levelOrder, b.Key) })
	return t.rows
}

// children gives a row for every child of the layout, in its order, also for those
// without a figure: a unit that reports nothing is shown, not left out.
func (t *tally) children(l *layout) []Row {
	rows := make([]Row, 0, len(l.children))
	for _, c := range l.children {
		key := c.Place.ID.String()
		row := *t.row(key)
		row.Key, row.Label, row.Child = key, c.Name, c
		rows = append(rows, row)
	}
	return rows
}

package book

import (
	"fmt"
	"io"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/paper"
)

// System is a program of others that takes a month's marks from a sheet.
type System string

const (
	SMAS  System = "smas"
	VnEdu System = "vnedu"
)

// Systems are those whose columns are known.
var Systems = []System{SMAS, VnEdu}

// WriteMonth writes the month as a sheet for another system: a row a pupil, a column a day of
// the month. codes are the Ministry's numbers of the pupils (student.Export); who has none
// stands with an empty one. A day that was not called stays empty in SMAS' sheet, as a day
// on which she was there does: neither system tells the two apart, so the last column says
// how many sessions were called.
func WriteMonth(w io.Writer, format paper.Format, list paper.List, system System, m Month, codes map[id.ID]string) error {
	var heads []string
	word := func(letter string) string { return letter }
	switch system {
	case SMAS:
		heads = []string{say("number"), say("smas-code"), say("smas-name"), say("born")}
	case VnEdu:
		heads = []string{say("number"), say("vnedu-code"), say("vnedu-name"), say("born")}
		word = func(letter string) string { return map[string]string{"P": "CP", "K": "KP", "?": "?"}[letter] }
	default:
		return fmt.Errorf("book: no columns of %q are known", system)
	}
	all := day.MonthOf(m.Period.From)
	for d := all.From; d < all.Until; d++ {
		if system == VnEdu {
			heads = append(heads, fmt.Sprintf("%02d/%02d", d.DayOfMonth(), d.Month()))
		} else {
			heads = append(heads, fmt.Sprint(d.DayOfMonth()))
		}
	}
	heads = append(heads, say("excused"), say("unexcused"), say("held"))
	list.Columns = nil
	for i, head := range heads {
		list.Columns = append(list.Columns, paper.Column{Key: fmt.Sprintf("c%d", i), Title: head})
	}
	out, err := paper.NewList(w, format, list)
	if err != nil {
		return err
	}
	for i, l := range m.Lines {
		cells := []paper.Cell{paper.Text(fmt.Sprint(i + 1)), paper.Text(codes[l.Pupil]), paper.Text(l.Name), paper.Text(l.Born.Vietnamese())}
		for d := all.From; d < all.Until; d++ {
			letter, _ := m.worst(l.Pupil, d)
			cells = append(cells, paper.Text(word(letter)))
		}
		cells = append(cells, paper.Text(fmt.Sprint(l.Excused)), paper.Text(fmt.Sprint(l.Unexcused)), paper.Text(fmt.Sprint(l.Held)))
		if err := out.Row(cells...); err != nil {
			return err
		}
	}
	return out.Close()
}

// worst gives the one letter that another system takes for a day of two sessions: not
// explained before without leave before with leave before present. What nobody has
// explained stays "?": their forms know no third, and it is not for us to call a child truant.
func (m Month) worst(pupil id.ID, on day.Day) (letter string, ok bool) {
	rank := map[string]int{"?": 3, "K": 2, "P": 1}
	for _, s := range m.Sheets {
		if s.Day != on {
			continue
		}
		kind, called := m.Kind(pupil, s)
		ok = ok || called
		if got := letters[kind]; called && rank[got] > rank[letter] {
			letter = got
		}
	}
	return letter, ok
}

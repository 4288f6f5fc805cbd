package indicator

import "sort"

// SmallCell is the number of pupils under which a cell of a sensitive breakdown is hidden.
const SmallCell = 5

// Suppress hides the small cells of a breakdown whose total is shown, and, where only one
// is small, the next smallest too: otherwise total minus siblings would give it away. The
// same holds when the hidden ones together are still fewer than SmallCell pupils.
//
// pupils gives the number of pupils behind each row. Rows without any pupil hide nothing
// and are left. Suppress answers which rows to hide; hiding is the same on the page, in a
// file and on paper because all of them take the rows from here.
func Suppress(pupils []int64) []bool {
	hide := make([]bool, len(pupils))
	hideMore(pupils, hide)
	return hide
}

// hideMore adds to what is hidden in a row or column whose total is shown, and says
// whether it added anything.
func hideMore(pupils []int64, hide []bool) (more bool) {
	var hidden, together int64
	var rest []int
	for i, n := range pupils {
		switch {
		case n <= 0:
		case hide[i]:
			hidden, together = hidden+1, together+n
		case n < SmallCell:
			hide[i], more = true, true
			hidden, together = hidden+1, together+n
		default:
			rest = append(rest, i)
		}
	}
	if hidden == 0 {
		return more
	}
	sort.SliceStable(rest, func(a, b int) bool { return pupils[rest[a]] < pupils[rest[b]] })
	for _, i := range rest {
		if hidden >= 2 && together >= SmallCell {
			break
		}
		hide[i], more = true, true
		hidden, together = hidden+1, together+pupils[i]
	}
	return more
}

// SuppressTable hides the small cells of several places beside each other, of which the
// total of each (a row) and the figures of the whole (of each column) are shown: so the
// whole minus the siblings gives nothing away either. wholeHidden says which figures of
// the whole are hidden themselves.
func SuppressTable(pupils [][]int64, wholeHidden []bool) [][]bool {
	hide := make([][]bool, len(pupils))
	for i, row := range pupils {
		hide[i] = make([]bool, len(row))
	}
	for again := true; again; {
		again = false
		for i, row := range pupils {
			again = hideMore(row, hide[i]) || again
		}
		for j := range wholeHidden {
			if wholeHidden[j] {
				continue
			}
			column, hidden := make([]int64, len(pupils)), make([]bool, len(pupils))
			for i := range pupils {
				column[i], hidden[i] = pupils[i][j], hide[i][j]
			}
			if hideMore(column, hidden) {
				again = true
				for i := range pupils {
					hide[i][j] = hidden[i]
				}
			}
		}
	}
	return hide
}

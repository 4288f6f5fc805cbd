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
	var hidden, together int64
	for i, n := range pupils {
		if n > 0 && n < SmallCell {
			hide[i], hidden, together = true, hidden+1, together+n
		}
	}
	if hidden == 0 {
		return hide
	}
	rest := make([]int, 0, len(pupils))
	for i, n := range pupils {
		if n > 0 && !hide[i] {
			rest = append(rest, i)
		}
	}
	sort.SliceStable(rest, func(a, b int) bool { return pupils[rest[a]] < pupils[rest[b]] })
	for _, i := range rest {
		if hidden >= 2 && together >= SmallCell {
			break
		}
		hide[i], hidden, together = true, hidden+1, together+pupils[i]
	}
	return hide
}

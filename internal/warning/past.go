package warning

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// A month that has passed seldom changes. Its sheets and marks are kept packed, some bytes
// for each, so that a night reads of a school nine rows and the month that goes on, and
// not a year of marks.

// packed is a month of a school.
type packed struct {
	month   day.Day
	changes int64
	body    []byte
}

// errPacked: a packed month cannot be read; it is made again.
var errPacked = errors.New("warning: a packed month cannot be read")

// loadSchool reads the year of a whole school: packed months as far as they are valid, the
// others from the tables, and of those who came late what they have from elsewhere.
func (d *loaded) loadSchool(ctx context.Context, tx *store.Tx, period day.Range, others, late []id.ID) error {
	var err error
	if d.changes, err = changesOf(ctx, tx, d.realm, d.school, period.From); err != nil {
		return err
	}
	type row struct {
		Month   day.Day
		Changes int64
		Body    []byte
	}
	kept, err := store.All[row](ctx, tx, sqlPast, d.realm, d.school, period.From, d.on.MonthStart())
	if err != nil {
		return err
	}
	classes := make([]id.ID, len(d.plans.Classes))
	for i, plan := range d.plans.Classes {
		classes[i] = plan.Place().Class
	}
	from := period.From
	for month := period.From.MonthStart(); month < period.Until; month = month.AddMonths(1) {
		changes, any := d.changes[month]
		if !any {
			continue // nobody called a roll in it
		}
		i := slices.IndexFunc(kept, func(r row) bool { return r.Month == month && r.Changes == changes })
		if i >= 0 && d.unpack(month, kept[i].Body) == nil {
			continue
		}
		within := day.Range{From: max(from, month), Until: min(month.AddMonths(1), period.Until)}
		one := &loaded{question: d.question, sheets: map[id.ID][]called{}, marks: map[id.ID][]marked{}, sums: d.sums}
		if err := one.loadSheets(ctx, tx, classes, within); err != nil {
			return err
		}
		if err := tx.Each(ctx, one.addMark, sqlMarksOfSchool, d.realm, d.school, within.From, within.Until); err != nil {
			return err
		}
		one.sortMarks()
		if within.Until == month.AddMonths(1) && month < d.on.MonthStart() {
			d.packed = append(d.packed, packed{month, changes, pack(month, one.sheets, one.marks, d.sums[month])})
		}
		for class, sheets := range one.sheets {
			d.sheets[class] = append(d.sheets[class], sheets...)
		}
		for pupil, marks := range one.marks {
			d.marks[pupil] = append(d.marks[pupil], marks...)
		}
	}
	for _, pupil := range late {
		delete(d.marks, pupil)
	}
	if len(others) > 0 {
		if err := d.loadSheets(ctx, tx, others, period); err != nil {
			return err
		}
	}
	return d.loadMarksOf(ctx, tx, period, late)
}

// pack writes a month: classes with their sheets, then pupils with their marks.
func pack(month day.Day, sheets map[id.ID][]called, marks map[id.ID][]marked, sums map[id.ID]int64) []byte {
	classes := make([]id.ID, 0, len(sheets))
	for class := range sheets {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	b := binary.AppendUvarint(nil, uint64(len(classes)))
	for _, class := range classes {
		b = binary.AppendUvarint(b, uint64(class))
		b = binary.AppendUvarint(b, uint64(sums[class]))
		b = binary.AppendUvarint(b, uint64(len(sheets[class])))
		for _, s := range sheets[class] {
			b = binary.AppendUvarint(b, uint64(s.day-month)<<4|uint64(s.part&3)<<2|bit(s.main)<<1|bit(s.taken))
		}
	}
	pupils := make([]id.ID, 0, len(marks))
	for pupil := range marks {
		// A mark says nothing without its sheet.
		marks[pupil] = slices.DeleteFunc(marks[pupil], func(m marked) bool { _, called := sheets[m.class]; return !called })
		pupils = append(pupils, pupil)
	}
	slices.Sort(pupils)
	b = binary.AppendUvarint(b, uint64(len(pupils)))
	last := id.ID(0)
	for _, pupil := range pupils {
		b = binary.AppendUvarint(b, uint64(pupil-last))
		b = binary.AppendUvarint(b, uint64(len(marks[pupil])))
		last = pupil
		for _, m := range marks[pupil] {
			at, _ := slices.BinarySearchFunc(classes, m.class, func(a, b id.ID) int { return cmp.Compare(a, b) })
			b = binary.AppendUvarint(b, uint64(at)<<10|uint64(m.day-month)<<5|uint64(m.part&3)<<3|uint64(m.mark&7))
		}
	}
	return b
}

func bit(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}

// unpack adds a month. On an error nothing is added.
func (d *loaded) unpack(month day.Day, b []byte) error {
	bad := false
	next := func() uint64 {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			bad, b = true, nil
			return 0
		}
		b = b[size:]
		return n
	}
	n := next()
	classes := make([]id.ID, 0, min(n, 1000))
	sheets := make([][]called, 0, cap(classes))
	sums := map[id.ID]int64{}
	for ; n > 0 && !bad; n-- {
		class := id.ID(next())
		sums[class] = int64(next())
		count := next()
		list := make([]called, 0, min(count, 100))
		for ; count > 0 && !bad; count-- {
			v := next()
			list = append(list, called{month + day.Day(v>>4), int8(v >> 2 & 3), v&2 != 0, v&1 != 0})
		}
		classes, sheets = append(classes, class), append(sheets, list)
	}
	var all []marked
	pupil := id.ID(0)
	for n = next(); n > 0 && !bad; n-- {
		pupil += id.ID(next())
		for count := next(); count > 0 && !bad; count-- {
			v := next()
			if v>>10 >= uint64(len(classes)) {
				bad = true
				break
			}
			all = append(all, marked{pupil, classes[v>>10], month + day.Day(v>>5&31), int8(v >> 3 & 3), Mark(v & 7)})
		}
	}
	if bad {
		return errPacked
	}
	d.sums[month] = sums
	for i, class := range classes {
		d.sheets[class] = append(d.sheets[class], sheets[i]...)
	}
	for _, m := range all {
		d.marks[m.pupil] = append(d.marks[m.pupil], m)
	}
	return nil
}

package exchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/viet"
)

// headGuess is where the headings of a table stand. Without any, row is 0.
type headGuess struct {
	row, rows int
	headings  []string // one text a column: rows of headings joined
	lasts     []string // what the lowest row of headings says
	above     []Row
	fields    int
	score     float64
}

// alike says whether another table has the same headings: a workbook with a sheet a class.
func (h headGuess) alike(o headGuess) bool {
	if h.row == 0 || o.row == 0 || h.fields < 2 || h.fields != o.fields {
		return false
	}
	fold := func(headings []string) string {
		all := make([]string, 0, len(headings))
		for _, heading := range headings {
			if heading != "" {
				all = append(all, FoldHeading(heading))
			}
		}
		slices.Sort(all)
		return strings.Join(all, "|")
	}
	return fold(h.headings) == fold(o.headings)
}

// findHead looks for the row, or up to three rows, that name most fields. A heading row
// given by a person is taken as it is.
func findHead(sample []Row, merges []merge, fields []Field, chosen Layout) headGuess {
	if chosen.HeadRow == -1 {
		return headGuess{headings: make([]string, widest(sample))}
	}
	names := newHeadingNames(fields, chosen)
	best := headGuess{}
	for from := 0; from < len(sample) && from < headTitles; from++ {
		if chosen.HeadRow > 0 && sample[from].Number != chosen.HeadRow {
			continue
		}
		for count := 1; count <= maxHeads && from+count <= len(sample); count++ {
			if chosen.HeadRow > 0 && chosen.HeadRows > 0 && count != chosen.HeadRows {
				continue
			}
			rows := sample[from : from+count]
			if rows[count-1].Number != rows[0].Number+count-1 {
				break
			}
			g := headGuess{row: rows[0].Number, rows: count, above: sample[:from]}
			g.headings, g.lasts = joinHeads(rows, merges)
			g.fields, g.score = names.weigh(g)
			if g.score > best.score || chosen.HeadRow > 0 && best.row == 0 {
				best = g
			}
		}
	}
	if chosen.HeadRow == 0 && best.fields < 2 && (best.fields < 1 || len(fields) > 3) {
		return headByContent(sample, merges)
	}
	return best
}

// headByContent finds headings whose words nobody knows: a full row of words over a column
// of dates, near the top. Without one the table has no headings.
func headByContent(sample []Row, merges []merge) headGuess {
	for i, row := range sample[:min(len(sample), 10)] {
		below := sample[i+1:]
		words := 0
		for _, cell := range row.Cells {
			if cell != "" && !strings.ContainsAny(cell[:1], "0123456789") {
				words++
			}
		}
		if len(below) < 2 || words < 3 || words*4 < widest(sample)*3 {
			continue
		}
		for at, cell := range row.Cells {
			dates := 0
			for _, other := range below {
				if holdsDate.looks(other.Cell(at)) {
					dates++
				}
			}
			if cell != "" && !holdsDate.looks(cell) && dates*10 >= len(below)*8 {
				g := headGuess{row: row.Number, rows: 1, above: sample[:i]}
				g.headings, g.lasts = joinHeads(sample[i:i+1], merges)
				return g
			}
		}
	}
	return headGuess{headings: make([]string, widest(sample))}
}

func widest(sample []Row) int {
	most := 0
	for _, row := range sample {
		most = max(most, len(row.Cells))
	}
	return most
}

// joinHeads gives one text a column: what the rows of headings say above it, cells drawn
// as one spread over their columns, equal texts once.
func joinHeads(rows []Row, merges []merge) (joined, lasts []string) {
	width := widest(rows)
	grid := make([][]string, len(rows))
	for i, row := range rows {
		grid[i] = make([]string, width)
		for at := range width {
			grid[i][at] = strings.TrimSpace(row.Cell(at))
		}
	}
	first := rows[0].Number
	for _, m := range merges {
		if m.top < first || m.top >= first+len(rows) || m.left >= width {
			continue
		}
		text := grid[m.top-first][m.left]
		for r := m.top - first; r <= min(m.bottom-first, len(rows)-1); r++ {
			for at := m.left; at <= min(m.right, width-1); at++ {
				grid[r][at] = text
			}
		}
	}
	for i := range len(grid) - 1 { // a group's word stands over its first column only
		for at := 1; at < width; at++ {
			if grid[i][at] == "" && grid[i+1][at] != "" && grid[i][at-1] != "" && grid[i+1][at-1] != "" && grid[i+1][at-1] != grid[i][at-1] {
				grid[i][at] = grid[i][at-1]
			}
		}
	}
	for at := range width {
		var parts []string
		last := ""
		for i := range grid {
			if text := grid[i][at]; text != "" {
				last = text
				if !slices.Contains(parts, text) {
					parts = append(parts, text)
				}
			}
		}
		joined, lasts = append(joined, strings.Join(parts, " ")), append(lasts, last)
	}
	return joined, lasts
}

// headingNames knows the folded names of fields, and what a person called columns.
type headingNames struct {
	fields   []Field
	byName   map[string]string
	required map[string]bool
	chosen   map[string]string
}

func newHeadingNames(fields []Field, chosen Layout) headingNames {
	n := headingNames{fields: fields, byName: map[string]string{}, required: map[string]bool{}, chosen: map[string]string{}}
	for _, f := range fields {
		n.required[f.Name] = f.Required
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if folded := FoldHeading(name); n.byName[folded] == "" {
				n.byName[folded] = f.Name
			}
		}
	}
	for _, c := range chosen.Columns {
		if c.Heading != "" && c.Field != "" {
			n.chosen[FoldHeading(c.Heading)] = c.Field
		}
	}
	return n
}

var inBrackets = regexp.MustCompile(`\s*[(\[][^)\]]*[)\]]`)

// spellings are the ways in which a heading may be meant: as it is, without what stands
// in brackets, in each of the old encodings.
func spellings(heading string) []string {
	var all []string
	for _, e := range viet.Encodings {
		text := viet.Decode(e, heading)
		for _, form := range []string{text, inBrackets.ReplaceAllString(text, ""), strings.Split(text, "\n")[0]} {
			if folded := FoldHeading(form); folded != "" && !slices.Contains(all, folded) {
				all = append(all, folded)
			}
		}
		if e == viet.Unicode && isASCII(heading) && !strings.ContainsAny(heading, "^`~?'.(+") {
			break
		}
	}
	return all
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// field finds what a heading names, and how sure that is.
func (n headingNames) field(heading, last string) (field string, sure int) {
	whole := spellings(heading)
	for _, s := range whole {
		if f := n.byName[s]; f != "" {
			return f, 100
		}
	}
	if last == "" || last == heading {
		return "", 0
	}
	above := strings.TrimSpace(strings.TrimSuffix(heading, last))
	for _, s := range spellings(last + " " + above) { // "Cha" over "Họ tên": "Họ tên cha"
		if f := n.byName[s]; f != "" {
			return f, 95
		}
	}
	if ofSomebodyElse(above) {
		return "", 0
	}
	for _, s := range spellings(last) {
		if f := n.byName[s]; f != "" {
			return f, 80
		}
	}
	return "", 0
}

var others = []string{"cha", "bo", "me", "nguoi giam ho", "giam ho", "phu huynh", "nguoi do dau", "father", "mother", "guardian", "giao vien", "chu ho"}

// ofSomebodyElse: what stands under "Mẹ" is not the pupil's.
func ofSomebodyElse(above string) bool {
	for _, s := range spellings(above) {
		for _, word := range others {
			if s == word || strings.HasSuffix(s, " "+word) || strings.HasPrefix(s, word+" ") {
				return true
			}
		}
	}
	return false
}

// weigh counts the fields that headings name; required ones count more, further rows of
// headings cost a little, so that data is not taken for one.
func (n headingNames) weigh(g headGuess) (fields int, score float64) {
	seen := map[string]bool{}
	for at, heading := range g.headings {
		if heading == "" || len(heading) > 300 {
			continue
		}
		field, sure := n.field(heading, g.lasts[at])
		if chosen := n.chosen[FoldHeading(heading)]; chosen != "" {
			field, sure = chosen, 100
			score += 0.5
			if chosen == PassOver {
				fields++
			}
		}
		if field == "" || field == PassOver || seen[field] {
			continue
		}
		seen[field] = true
		fields++
		score += float64(sure) / 100
		if n.required[field] {
			score++
		}
	}
	return fields, score - 0.3*float64(g.rows-1)
}

// numbersRow says whether a row only counts the columns: (1) (2) (3), or A B 1 2 3.
func numbersRow(row Row) bool {
	filled, last := 0, 0
	for _, cell := range row.Cells {
		text := strings.Trim(cell, " ()[].")
		if text == "" {
			continue
		}
		filled++
		if len(text) == 1 && (text[0] >= 'A' && text[0] <= 'E' || text[0] >= 'a' && text[0] <= 'e') && last == 0 {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n != last+1 {
			return false
		}
		last = n
	}
	return filled >= 3 && last >= 2
}

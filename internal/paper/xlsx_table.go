package paper

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// columnFormat is the number format of a column in xlsx.
func (c Column) format(columns []Column, index map[string]int) string {
	decimals := ""
	if n := c.decimals(); n > 0 {
		decimals = "." + strings.Repeat("0", n)
	}
	switch c.Kind {
	case KindInteger, KindBalance:
		return "#,##0"
	case KindRatio:
		return "0" + decimals + "%"
	case KindChange:
		if columns[index[c.Now]].Kind == KindRatio {
			return "+0" + decimals + ";-0" + decimals + ";0" + decimals
		}
		return "+#,##0;-#,##0;0"
	}
	return ""
}

// rowWriter turns evaluated rows into cells of a sheet. Columns stand in sheet order:
// the printed ones, then those aside.
type rowWriter struct {
	columns []Column
	index   map[string]int // key → index in columns
	order   []int          // sheet column → index in columns
	letters []string       // index in columns → letter
}

func newRowWriter(columns []Column, index map[string]int) (rowWriter, error) {
	w := rowWriter{columns: columns, index: index, letters: make([]string, len(columns))}
	for _, aside := range []bool{false, true} {
		for i, c := range columns {
			if c.Aside != aside {
				continue
			}
			w.order = append(w.order, i)
			letter, err := excelize.ColumnNumberToName(len(w.order))
			if err != nil {
				return w, err
			}
			w.letters[i] = letter
		}
	}
	return w, nil
}

// cell gives formula and value of column j in a row of the sheet; of are the rows summed.
func (w rowWriter) cell(j int, kind CellKind, f figure, row int, of []int) (formula string, value any) {
	if f.live {
		formula = w.formula(j, kind, row, of)
	}
	switch {
	case !f.known:
		if f.text == "" {
			return formula, nil
		}
		return formula, f.text
	case f.whole:
		return formula, f.number
	case w.columns[j].Kind == KindChange:
		return formula, (f.later.Float() - f.rate.Float()) * 100
	default:
		return formula, f.rate.Float()
	}
}

func (w rowWriter) formula(j int, kind CellKind, row int, of []int) string {
	at := func(key string) string { return fmt.Sprintf("%s%d", w.letters[w.index[key]], row) }
	if kind == CellSum {
		return "SUM(" + strings.Join(ranges(w.letters[j], of), ",") + ")"
	}
	c := w.columns[j]
	switch c.Kind {
	case KindRatio:
		return fmt.Sprintf(`IF(%s=0,"%s",%s/%s)`, at(c.D), markUnknown, at(c.N), at(c.D))
	case KindBalance:
		text := ""
		for _, key := range c.Plus {
			text += "+" + at(key)
		}
		for _, key := range c.Minus {
			text += "-" + at(key)
		}
		return strings.TrimPrefix(text, "+")
	case KindChange:
		if w.columns[w.index[c.Now]].Kind == KindRatio {
			return fmt.Sprintf("(%s-%s)*100", at(c.Now), at(c.Before))
		}
		return at(c.Now) + "-" + at(c.Before)
	}
	return ""
}

// ranges names cells of a column, neighbours together: D7:D9, D12.
func ranges(letter string, rows []int) []string {
	var out []string
	for i := 0; i < len(rows); {
		j := i
		for j+1 < len(rows) && rows[j+1] == rows[j]+1 {
			j++
		}
		if i == j {
			out = append(out, fmt.Sprintf("%s%d", letter, rows[i]))
		} else {
			out = append(out, fmt.Sprintf("%s%d:%s%d", letter, rows[i], letter, rows[j]))
		}
		i = j + 1
	}
	return out
}

// table writes a table on a sheet of its own.
func (b *book) table(t *Table, number int, watermark string) error {
	figures, err := t.evaluate()
	if err != nil {
		return err
	}
	rows, err := newRowWriter(t.Columns, t.index())
	if err != nil {
		return err
	}
	name := b.sheetName(t.Name, fmt.Sprintf("%s %d", wordTableSheet, number))
	s, err := b.sheet(name, rows)
	if err != nil {
		return err
	}
	head, err := t.headGrid()
	if err != nil {
		return err
	}
	top := 0 // rows above the head
	for _, text := range []string{watermark, t.Title, t.Unit} {
		if text != "" {
			top++
		}
	}
	if t.Numbered {
		head = append(head, nil)
	}
	if err := s.widths(t, figures); err != nil {
		return err
	}
	if err := s.freeze(top + len(head)); err != nil {
		return err
	}
	s.wide(watermark, cellFace{banner: true, bold: true, size: 12, align: Center})
	s.wide(t.Title, cellFace{bold: true, size: 13, align: Center, wrap: true})
	s.wide(t.Unit, cellFace{italic: true, size: 11, align: Right})
	s.head(t, head)
	first := s.row + 1 // of the body
	for i, r := range t.Rows {
		of := make([]int, len(r.Of))
		for k, o := range r.Of {
			of[k] = first + o
		}
		s.body(r, figures[i], of)
	}
	for _, note := range t.Notes {
		s.wide(note, cellFace{italic: true, size: 11, align: Left, wrap: true})
	}
	if s.err != nil {
		return s.err
	}
	g, err := t.grid()
	if err != nil {
		return err
	}
	if err := b.page(name, g.landscape); err != nil {
		return err
	}
	title := fmt.Sprintf("'%s'!$%d:$%d", name, top+1, top+len(head))
	if err := b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: title, Scope: name}); err != nil {
		return err
	}
	return s.stream.Flush()
}

// sheet is a sheet being streamed; the first fault stays in err.
type sheet struct {
	*book
	rowWriter
	stream *excelize.StreamWriter
	units  []float64 // widths of the columns, in Excel's unit
	row    int       // last written
	err    error
}

// mmPerUnit is the width of Excel's unit, a digit of the default font, in mm.
const mmPerUnit = 1.9

// textHeight is the height in points that text takes in a width of units. Excel and
// LibreOffice do not find it out by themselves in rows with merged cells.
func textHeight(text string, face cellFace, units float64) float64 {
	count := 1
	if face.wrap {
		width := max(units*mmPerUnit-1.5-3*float64(face.indent), 4)
		count = len(breakLines(wordsOf([]Run{{text, face.bold, face.italic}}, face.size), width, width))
	}
	return min(float64(count)*face.size*1.22+3, excelize.MaxRowHeight)
}

func (b *book) sheet(name string, rows rowWriter) (*sheet, error) {
	if err := b.addSheet(name); err != nil {
		return nil, err
	}
	fit := true
	if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	stream, err := b.file.NewStreamWriter(name)
	return &sheet{book: b, rowWriter: rows, stream: stream}, err
}

func (s *sheet) put(cells []any, height float64) {
	if s.err != nil {
		return
	}
	s.row++
	s.err = s.stream.SetRow(fmt.Sprintf("A%d", s.row), cells, excelize.RowOpts{Height: height})
}

func (s *sheet) styled(face cellFace, value any, formula string) excelize.Cell {
	id, err := s.style(face)
	if err != nil && s.err == nil {
		s.err = err
	}
	return excelize.Cell{StyleID: id, Value: value, Formula: formula}
}

func (s *sheet) merge(column, row, columns, rows int) {
	if columns*rows == 1 || s.err != nil {
		return
	}
	from, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		s.err = err
		return
	}
	to, err := excelize.CoordinatesToCellName(column+columns, row+rows-1)
	if err != nil {
		s.err = err
		return
	}
	s.err = s.stream.MergeCell(from, to)
}

// wide writes text over all columns; nothing for an empty text.
func (s *sheet) wide(text string, face cellFace) {
	if text == "" {
		return
	}
	s.put([]any{s.styled(face, text, "")}, textHeight(text, face, sum(s.units)))
	s.merge(0, s.row, len(s.order), 1)
}

// head writes the head of a table; columns aside have one tall cell. A nil row is the row of numbers.
func (s *sheet) head(t *Table, head [][]gridCell) {
	face := cellFace{bold: true, size: 12, align: Center, border: true, wrap: true}
	numbers := cellFace{italic: true, size: 12, align: Center, border: true}
	titles := len(head)
	if t.Numbered {
		titles--
	}
	for k := len(t.printed()); k < len(s.order); k++ {
		head[0] = append(head[0], gridCell{text: t.Columns[s.order[k]].Title, column: k, span: 1, down: titles})
	}
	top := s.row + 1
	for i, height := range s.headHeights(head, face) {
		cells := make([]any, len(s.order))
		for k := range cells {
			if head[i] == nil {
				cells[k] = s.styled(numbers, fmt.Sprintf("(%d)", k+1), "")
			} else {
				cells[k] = s.styled(face, nil, "")
			}
		}
		for _, c := range head[i] {
			cells[c.column] = s.styled(face, c.text, "")
			s.merge(c.column, top+i, c.span, c.down)
		}
		s.put(cells, height)
	}
}

// headHeights gives the heights of the rows of a head; a tall cell stretches its last row.
func (s *sheet) headHeights(head [][]gridCell, face cellFace) []float64 {
	heights := make([]float64, len(head))
	need := func(c gridCell) float64 { return textHeight(c.text, face, sum(s.units[c.column:c.column+c.span])) }
	for i, row := range head {
		heights[i] = face.size*1.22 + 3
		for _, c := range row {
			if c.down == 1 {
				heights[i] = max(heights[i], need(c))
			}
		}
	}
	for i, row := range head {
		for _, c := range row {
			if lack := need(c) - sum(heights[i:i+c.down]); c.down > 1 && lack > 0 {
				heights[i+c.down-1] += lack
			}
		}
	}
	return heights
}

func (s *sheet) body(r Row, figures []figure, of []int) {
	cells := make([]any, len(s.order))
	height := 0.0
	for k, j := range s.order {
		column := s.columns[j]
		face := cellFace{size: 12, border: true, bold: r.Style != Normal, italic: r.Style == Group, align: column.Align,
			wrap: !column.numeric(), format: column.format(s.columns, s.index)}
		if face.align == Justified {
			face.align = Left
			if column.numeric() {
				face.align = Right
			}
		}
		if !column.numeric() && face.align == Left {
			face.indent = r.Level
		}
		formula, value := s.cell(j, r.Cells[j].Kind, figures[j], s.row+1, of)
		cells[k] = s.styled(face, value, formula)
		span := max(1, min(r.Cells[j].Span, len(s.order)-k))
		if !column.Aside {
			s.merge(k, s.row+1, span, 1)
		}
		height = max(height, textHeight(figures[j].text, face, sum(s.units[k:k+span])))
	}
	s.put(cells, height)
}

// widths sets columns as wide as their content asks, within reason.
func (s *sheet) widths(t *Table, figures [][]figure) error {
	for k, j := range s.order {
		column := t.Columns[j]
		width := 9.0
		for i := range figures {
			if t.Rows[i].Cells[j].Span <= 1 {
				width = max(width, float64(len([]rune(figures[i][j].text)))+3)
			}
		}
		width = min(width, 45)
		if !column.numeric() && width < 10 {
			width = 6
			for i := range figures {
				width = max(width, min(float64(len([]rune(figures[i][j].text)))+2, 10))
			}
		}
		s.units = append(s.units, width)
		if err := s.stream.SetColWidth(k+1, k+1, width); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheet) freeze(rows int) error {
	return s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: rows, TopLeftCell: fmt.Sprintf("A%d", rows+1), ActivePane: "bottomLeft"})
}

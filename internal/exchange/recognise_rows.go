package exchange

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"ralop/internal/fault"
	"ralop/internal/viet"
)

// maxCell is the longest text a cell may hold, in letters; more is cut, and said.
const maxCell = 2000

// virtualColumn is the letter of a column that the file does not have: the class, when
// only titles, sheet names or lines between the rows say it.
const virtualColumn = "+"

// rowWalk is where the reading of one table stands.
type rowWalk struct {
	*Reading
	part     readPart
	required []int
	classAt  int // of the virtual column, -1 without one
	class    string
	begun    bool // a row of data was read
	signed   bool // a line of signatures was seen
}

// walk gives the rows of data of one table.
func (r *Reading) walk(p readPart, yield func(Row, error) bool) bool {
	w := rowWalk{Reading: r, part: p, classAt: -1}
	for _, f := range r.fields {
		if at, ok := r.Head.columns[f.Name]; ok && f.Required {
			w.required = append(w.required, at)
		}
	}
	for _, c := range r.columns {
		if c.Column == virtualColumn {
			w.classAt = c.At
			w.class = classOf(p.part, p.head.above)
			w.required = slices.DeleteFunc(w.required, func(at int) bool { return at == c.At })
		}
	}
	for row, err := range p.part.rows() {
		if err != nil {
			yield(row, err)
			return false
		}
		if p.head.row > 0 && row.Number < p.head.row+p.head.rows {
			continue
		}
		if data, ok := w.take(row); ok && !yield(data, nil) {
			return false
		}
	}
	return true
}

// take reads one row; ok is false for what is no data.
func (w *rowWalk) take(raw Row) (Row, bool) {
	if !w.begun && numbersRow(raw) {
		return raw, false
	}
	row := Row{Number: raw.Number + w.part.from, Hidden: raw.Hidden, Numbers: raw.Numbers, Cells: make([]string, len(w.Headings.Cells))}
	for at := range w.columns {
		from := at
		if w.part.cast != nil && at < len(w.part.cast) {
			from = w.part.cast[at]
		}
		if at == w.classAt || from < 0 || from >= len(raw.Cells) {
			continue
		}
		row.Cells[at] = w.cell(&row, at, raw.Cells[from], slices.Contains(raw.Numbers, from))
	}
	if w.classAt >= 0 {
		if class := groupClass(row.Cells); class != "" {
			w.class = class
			return row, false
		}
		row.Cells[w.classAt] = w.class
	}
	if why := w.noData(row); why != "" {
		w.skipped = append(w.skipped, RowFault{row.Number, fault.New(fault.Invalid, "exchange.passed-"+why, fault.Args{"row": w.RowName(row.Number)})})
		return row, false
	}
	w.join(row)
	if raw.Hidden {
		w.tell(&row, "exchange.hidden-row", nil)
	}
	w.begun = true
	return row, true
}

func (w *rowWalk) tell(row *Row, code string, at *int) {
	args := fault.Args{"row": w.RowName(row.Number)}
	f := fault.New(fault.Invalid, code, args)
	if at != nil {
		args["column"], args["heading"] = ColumnName(*at), w.Headings.Cell(*at)
		f = f.On(w.columns[*at].Field)
	}
	row.Notes = append(row.Notes, RowFault{row.Number, f})
}

// cell reads one cell: its encoding, lost zeros, its length.
func (w *rowWalk) cell(row *Row, at int, raw string, number bool) string {
	c := &w.columns[at]
	cell := decodeCell(c.Encoding, raw)
	if cell == "" || c.Field == "" {
		return cell
	}
	if len(cell) > maxCell && utf8.RuneCountInString(cell) > maxCell {
		cell = strings.TrimSpace(string([]rune(cell)[:maxCell]))
		w.tell(row, "exchange.cell-cut", &at)
	}
	if cell[0] >= '0' && cell[0] <= '9' {
		return w.zeros(row, at, cell, number || w.part.part.sheet == "")
	}
	if c.Encoding == viet.TCVN3 && !isASCII(cell) {
		mended, doubt := viet.RestoreCapitals(cell)
		if mended != cell {
			w.tell(row, "exchange.capitals-restored", &at)
		}
		if doubt {
			w.tell(row, "exchange.capitals-doubtful", &at)
		}
		return mended
	}
	if c.Encoding == viet.Unicode && strange(cell) {
		w.tell(row, "exchange.doubtful-text", &at)
	}
	return cell
}

// lengths of the numbers whose first digit is, or may be, a zero that spreadsheet
// programs take away.
var lengths = map[string]int{"national_id": 12, "code": 10, "phone": 10}

// zeros gives a number back the zero that it lost, and says so. Every number of the state
// begins with a zero (the province's code).
func (w *rowWalk) zeros(row *Row, at int, cell string, number bool) string {
	field := w.columns[at].Field
	length, known := lengths[field]
	if !known {
		return cell
	}
	if scientific.MatchString(cell) {
		w.tell(row, "exchange.number-rounded", &at)
		return cell
	}
	if !number || len(cell) != length-1 || cell[0] == '0' || !digitsOnly(cell) || field == "code" && w.part.part.sheet == "" {
		return cell
	}
	w.tell(row, "exchange.zero-restored", &at)
	return "0" + cell
}

// strange: a Unicode column's cell holds signs that only an old encoding shows, and one
// of them makes words of it.
func strange(cell string) bool {
	odd := false
	for _, r := range cell {
		if r >= 0xa1 && r <= 0xff && !viet.IsLetter(r) && !strings.ContainsRune("«»°·×", r) {
			odd = true
		}
	}
	if !odd {
		return false
	}
	guesses, _ := viet.Detect([]string{cell})
	return guesses[0].Encoding != viet.Unicode
}

// join puts a name that stands in two columns into the first.
func (w *rowWalk) join(row Row) {
	for _, c := range w.columns {
		if c.With >= 0 && row.Cells[c.At] != "" {
			row.Cells[c.With] = strings.TrimSpace(row.Cells[c.With] + " " + row.Cells[c.At])
			row.Cells[c.At] = ""
		}
	}
}

var (
	footWords = regexp.MustCompile(`^(tong|cong|tong cong|tong so|tong hop|cong chung)( |$)|^(nguoi lap|lap bieu|hieu truong|pho hieu truong|thu truong|giao vien (chu nhiem|cn)|gvcn|ky (ten|ghi|va)|xac nhan|danh sach (nay|co|gom|tren)|an dinh|ghi chu|luu y|kt hieu truong|tm |can bo)|(^| )ngay( \d{1,2})? thang( \d{1,2})? nam`)
	sumWords  = regexp.MustCompile(`^(tổng( cộng| số|:|$)|cộng(:|$))`)
)

// noData says why a row is no data: total, signature, repeat (of the headings), blank.
// A row that fills the required columns is data, whatever it says.
func (w *rowWalk) noData(row Row) string {
	filled, digits, first := 0, 0, ""
	for at, cell := range row.Cells {
		if cell == "" || at == w.classAt {
			continue
		}
		if filled++; first == "" {
			first = cell
		}
		if digitsOnly(strings.Trim(cell, ".()")) {
			digits++
		}
	}
	if filled == 0 {
		return "blank"
	}
	if w.repeats(row, filled) {
		return "repeat"
	}
	if sumWords.MatchString(strings.ToLower(first)) {
		return "total"
	}
	held := 0
	for _, at := range w.required {
		if row.Cells[at] != "" {
			held++
		}
	}
	if held == len(w.required) && held > 0 {
		return ""
	}
	if held == 0 && filled == digits && filled <= 2 && len(w.required) > 0 {
		return "blank" // a number was typed beforehand, nobody behind it
	}
	if held*2 > len(w.required) {
		return ""
	}
	for at, cell := range row.Cells {
		if at == w.classAt || len(cell) > 400 {
			continue
		}
		folded := FoldHeading(cell)
		if folded == "" || !footWords.MatchString(folded) {
			continue
		}
		if strings.HasPrefix(folded, "tong") || strings.HasPrefix(folded, "cong") {
			return "total"
		}
		w.signed = true
		return "signature"
	}
	if w.signed {
		return "signature"
	}
	return ""
}

// repeats: the headings stand again, as on every page of a printed list.
func (w *rowWalk) repeats(row Row, filled int) bool {
	same := 0
	for at, cell := range row.Cells {
		if cell != "" && w.Headings.Cell(at) != "" && FoldHeading(cell) == FoldHeading(w.Headings.Cell(at)) {
			same++
		}
	}
	return same >= 2 && same*2 > filled
}

// groupClass is the class that a line between the rows names ("Lớp 6A"), "" for others.
func groupClass(cells []string) string {
	only := ""
	for _, cell := range cells {
		if cell == "" {
			continue
		}
		if only != "" {
			return ""
		}
		only = cell
	}
	folded := FoldHeading(only)
	if len(only) > 40 || !strings.HasPrefix(folded, "lop ") {
		return ""
	}
	return classIn(only)
}

// classIn finds a class in a line of text: "DANH SÁCH HỌC SINH LỚP 6A" gives "6A".
func classIn(text string) string {
	for _, e := range viet.Encodings {
		if found := classInTitle.FindStringSubmatch(FoldHeading(viet.Decode(e, text))); found != nil {
			return strings.ToUpper(strings.ReplaceAll(found[1], " ", ""))
		}
	}
	return ""
}

// classOf is the class that a table's titles or its name tell.
func classOf(p *part, above []Row) string {
	for _, row := range slices.Backward(above) {
		for _, cell := range row.Cells {
			if class := classIn(cell); class != "" {
				return class
			}
		}
	}
	for _, name := range []string{p.sheet, p.file} {
		for _, end := range []string{".gz", ".csv", ".txt", ".xlsx", ".xlsm"} {
			name = strings.TrimSuffix(name, end)
		}
		if className.MatchString(FoldHeading(name)) {
			return strings.TrimSpace(strings.TrimPrefix(strings.ToUpper(viet.Clean(name)), "LỚP "))
		}
		if class := classIn(name); class != "" {
			return class
		}
	}
	return ""
}

// addClass adds the class as a column of its own when no column holds it and titles, the
// name of the sheet or lines between the rows do.
func (g *partGuess) addClass(rec *Recognition, fields []Field) {
	wanted := slices.ContainsFunc(fields, func(f Field) bool { return f.Name == "class" && f.Required })
	if !wanted || slices.ContainsFunc(rec.Columns, func(c ColumnGuess) bool { return c.Field == "class" }) {
		return
	}
	class := classOf(g.part, g.head.above)
	for _, row := range g.data() {
		if class == "" {
			class = groupClass(row.Cells)
		}
	}
	if class == "" {
		return
	}
	rec.Columns = append(rec.Columns, ColumnGuess{At: len(rec.Columns), Column: virtualColumn, Heading: "Lớp", Field: "class", Why: ByContent, Sure: 70,
		Samples: []string{class}, Converted: []string{class}, Encoding: viet.Unicode, With: -1})
}

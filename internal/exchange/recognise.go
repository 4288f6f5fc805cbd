package exchange

import (
	"encoding/hex"
	"hash/fnv"
	"iter"
	"regexp"
	"slices"
	"sort"
	"strings"

	"ralop/internal/fault"
	"ralop/internal/viet"
)

// Bounds of recognition.
const (
	headSample = 40  // filled rows among which the headings are looked for
	headTitles = 25  // rows that may stand above them
	dataSample = 400 // filled rows that tell what a column holds
	maxHeads   = 3   // rows of headings
)

// Layout says how a file is read: which of its tables, where the headings are, what each
// column holds and in which encoding its text is. It is plain data: a page sends it back
// as a person chose it, and Source of it is remembered for the next file.
type Layout struct {
	Parts    []string `json:"parts,omitempty"`     // tables read, in order; none: recognised
	HeadRow  int      `json:"head_row,omitempty"`  // first row of headings; 0: recognised, -1: there are none
	HeadRows int      `json:"head_rows,omitempty"` // 1 to 3
	Columns  []Choice `json:"columns,omitempty"`
}

// Choice is what one column is. It is found again by its heading, or by its letters when
// it has none of its own.
type Choice struct {
	Column   string        `json:"column,omitempty"`
	Heading  string        `json:"heading,omitempty"`
	Field    string        `json:"field,omitempty"` // "": guessed; PassOver: not read
	Date     string        `json:"date,omitempty"`  // layout of its dates (Go's)
	Encoding viet.Encoding `json:"encoding,omitempty"`
}

// PassOver is the Field of a column that is not read.
const PassOver = "-"

// Source is what of a layout holds for the next file of the same source.
func (l Layout) Source() Layout {
	l.Parts, l.HeadRow, l.HeadRows = nil, 0, 0
	return l
}

// Recognition is what a file was recognised as.
type Recognition struct {
	Layout  Layout // complete: Book.Read takes it
	Parts   []PartGuess
	Columns []ColumnGuess
	Missing []string   // required fields that no column holds
	Titles  []string   // what stands above the headings
	Source  string     // digest of the headings: the same for every file of one source
	Notes   []RowFault // findings on the whole file; Row is 0
}

// PartGuess is one table of the file.
type PartGuess struct {
	Name    string
	Hidden  bool
	Chosen  bool
	Fields  int // that its headings name
	HeadRow int // 0: none found
}

// Why a column was taken for a field.
const (
	ByPerson  = "given"
	ByHeading = "heading"
	ByContent = "content"
)

// ColumnGuess is what one column seems to hold, how sure that is (0 to 100), and samples
// as the file has them and as they are read.
type ColumnGuess struct {
	At        int
	Column    string
	Heading   string
	Field     string
	Why       string
	Sure      int
	Samples   []string
	Converted []string
	Encoding  viet.Encoding
	Doubtful  bool // another encoding reads nearly as well
	Hidden    bool // the sheet does not show the column
	With      int  // the column whose text goes before this one's (a name in two columns); -1: none
}

// Recognise looks at every table of the file for the row of headings that names most of
// the fields, guesses what the columns hold and how their text is encoded. What a person
// chose or the source remembers (chosen) goes before every guess.
//
// Faults: those of a broken file, exchange.no-part, exchange.empty.
func (b *Book) Recognise(fields []Field, chosen Layout) (Recognition, error) {
	rec := Recognition{Notes: slices.Clone(b.notes)}
	guesses := make([]partGuess, len(b.parts))
	best := -1
	for i, p := range b.parts {
		var err error
		if guesses[i], err = b.guess(p, fields, chosen); err != nil {
			return rec, err
		}
		g := guesses[i]
		rec.Parts = append(rec.Parts, PartGuess{Name: p.name, Hidden: p.hidden, Fields: g.head.fields, HeadRow: g.head.row})
		if len(g.sample) > 0 && !p.hidden && (best < 0 || g.head.score > guesses[best].head.score) {
			best = i
		}
	}
	if len(chosen.Parts) > 0 {
		best = slices.IndexFunc(b.parts, func(p *part) bool { return p.name == chosen.Parts[0] })
		if best < 0 {
			return rec, fault.New(fault.Invalid, "exchange.no-part", fault.Args{"file": b.name, "part": chosen.Parts[0]}).On("part")
		}
	}
	if best < 0 || len(guesses[best].sample) == 0 {
		return rec, fault.New(fault.Invalid, "exchange.empty", fault.Args{"file": b.name})
	}
	main := guesses[best]
	rec.Layout = Layout{HeadRow: main.head.row, HeadRows: main.head.rows}
	for i, g := range guesses {
		taken := slices.Contains(chosen.Parts, b.parts[i].name)
		if len(chosen.Parts) == 0 {
			taken = i == best || !b.parts[i].hidden && g.head.alike(main.head)
		}
		if rec.Parts[i].Chosen = taken; taken {
			rec.Layout.Parts = append(rec.Layout.Parts, b.parts[i].name)
		}
		if b.parts[i].hidden && len(g.sample) > 0 {
			rec.note("exchange.hidden-part", fault.Args{"part": b.parts[i].name})
		}
	}
	if main.head.row == 0 {
		rec.Layout.HeadRow, rec.Layout.HeadRows = -1, 0
	}
	var err error
	if rec.Columns, err = main.columns(fields, chosen); err != nil {
		return rec, err
	}
	main.addClass(&rec, fields)
	rec.finish(main, fields)
	return rec, rec.facts(b.parts[best])
}

func (rec *Recognition) note(code string, args fault.Args) {
	rec.Notes = append(rec.Notes, RowFault{0, fault.New(fault.Invalid, code, args)})
}

// finish writes down the layout that the guesses amount to.
func (rec *Recognition) finish(main partGuess, fields []Field) {
	held := map[string]bool{}
	var headings []string
	for i, c := range rec.Columns {
		held[c.Field] = true
		field := c.Field
		if field == "" {
			field = PassOver
		}
		choice := Choice{Column: c.Column, Heading: c.Heading, Field: field, Encoding: c.Encoding, Date: main.dates[c.At]}
		rec.Layout.Columns = append(rec.Layout.Columns, choice)
		headings = append(headings, FoldHeading(viet.Decode(c.Encoding, c.Heading)))
		if c.Encoding != viet.Unicode {
			rec.note("exchange.old-encoding", fault.Args{"column": c.Column, "heading": rec.Columns[i].Heading, "encoding": string(c.Encoding)})
		}
		if c.Hidden && c.Field != "" {
			rec.note("exchange.hidden-column", fault.Args{"column": c.Column, "heading": c.Heading})
		}
	}
	for _, f := range fields {
		if f.Required && !held[f.Name] {
			rec.Missing = append(rec.Missing, f.Name)
		}
	}
	for _, row := range main.head.above {
		rec.Titles = append(rec.Titles, strings.TrimSpace(strings.Join(row.Cells, " ")))
	}
	sort.Strings(headings)
	digest := fnv.New128a()
	digest.Write([]byte(strings.Join(headings, "\n")))
	rec.Source = hex.EncodeToString(digest.Sum(nil))
}

// facts tells what stands beside the cells of the table that is read.
func (rec *Recognition) facts(p *part) error {
	f, err := p.see()
	if err != nil {
		return err
	}
	if f.formulas > 0 {
		rec.note("exchange.formulas", fault.Args{"n": f.formulas})
	}
	if f.unvalued > 0 {
		rec.note("exchange.formulas-without-value", fault.Args{"n": f.unvalued})
	}
	if f.hiddenRows > 0 {
		rec.note("exchange.hidden-rows", fault.Args{"n": f.hiddenRows})
	}
	return nil
}

// partGuess is one table with its sample and the headings found in it.
type partGuess struct {
	part   *part
	sample []Row // the first filled rows, raw
	facts  partFacts
	head   headGuess
	dates  map[int]string // layouts of dates by column, as a person gave them
}

func (b *Book) guess(p *part, fields []Field, chosen Layout) (partGuess, error) {
	g := partGuess{part: p, dates: map[int]string{}}
	for row, err := range p.rows() {
		if err != nil {
			return g, err
		}
		if g.sample = append(g.sample, row); len(g.sample) == dataSample {
			break
		}
	}
	if p.sheet != "" && len(g.sample) > 0 {
		var err error
		if g.facts, err = p.see(); err != nil {
			return g, err
		}
	}
	g.head = findHead(g.sample, g.facts.merges, fields, chosen)
	return g, nil
}

// Reading is a file being read by a layout.
type Reading struct {
	Head     Head
	Headings Row // as the file has them, one text a column
	Titles   []string
	Total    int // filled rows of the tables read, headings and titles among them; 0: not counted

	book    *Book
	parts   []readPart
	columns []ColumnGuess
	fields  []Field
	skipped []RowFault
	own     []Row // of a file that is no table
}

type readPart struct {
	part *part
	head headGuess
	from int // what its row numbers count from
	cast []int
}

// Read reads the tables of a layout, as Recognise gave it or a person changed it.
// Faults: those of Recognise; exchange.no-column when a required field has no column.
func (b *Book) Read(l Layout, fields []Field) (*Reading, error) {
	rec, err := b.Recognise(fields, l)
	if err != nil {
		return nil, err
	}
	r := &Reading{book: b, columns: rec.Columns, fields: fields, Titles: rec.Titles}
	var main headGuess
	for i, name := range rec.Layout.Parts {
		p := b.parts[slices.IndexFunc(b.parts, func(p *part) bool { return p.name == name })]
		hint := Layout{Columns: rec.Layout.Columns}
		if i == 0 {
			hint = rec.Layout
		}
		g, err := b.guess(p, fields, hint)
		if err != nil {
			return nil, err
		}
		rp := readPart{part: p, head: g.head, from: i * PartStride}
		if i == 0 {
			main = g.head
		} else {
			rp.cast = cast(main.headings, g.head.headings)
		}
		r.parts = append(r.parts, rp)
		r.Total += g.facts.rows
	}
	r.Headings = Row{Number: main.row, Cells: slices.Clone(main.headings)}
	for len(r.Headings.Cells) < len(r.columns) {
		r.Headings.Cells = append(r.Headings.Cells, "")
	}
	for i, c := range r.columns {
		r.Headings.Cells[c.At] = c.Heading
		r.columns[i].Heading = c.Heading
	}
	r.Head = r.headOf(b.parts[0].date1904 || r.parts[0].part.date1904, rec.Layout)
	for _, missing := range rec.Missing {
		return nil, r.Head.noColumn(missing, r.Headings)
	}
	return r, nil
}

func (r *Reading) headOf(date1904 bool, l Layout) Head {
	h := Head{Row: r.Headings.Number, columns: map[string]int{}, names: map[string]string{}, layouts: map[string]string{}, table: r.book.name, date1904: date1904}
	for _, p := range r.parts {
		h.parts = append(h.parts, p.part.name)
	}
	for i, c := range r.columns {
		if c.Field != "" && c.With < 0 {
			h.put(c.Field, c.At, r.Headings)
			if i < len(l.Columns) {
				h.layouts[c.Field] = l.Columns[i].Date
			}
		}
	}
	return h
}

// cast says where each column of the first table stands in another with the same
// headings; -1 when it has none.
func cast(headings, others []string) []int {
	at := make([]int, len(headings))
	for i, heading := range headings {
		at[i] = slices.IndexFunc(others, func(o string) bool { return FoldHeading(o) == FoldHeading(heading) })
		if i < len(others) && FoldHeading(others[i]) == FoldHeading(heading) {
			at[i] = i
		}
		if heading == "" {
			at[i] = -1
		}
	}
	return at
}

// Notes are rows that were seen and are no data: totals, signatures, repeated headings.
// They are complete when Rows has been walked to its end.
func (r *Reading) Notes() []RowFault { return r.skipped }

// RowName is how people call a row.
func (r *Reading) RowName(number int) string { return rowName(r.Head.parts, number) }

// Table gives the same rows as a table whose first row holds the headings, for what reads
// tables; its NewHead knows the columns already.
func (r *Reading) Table() *Table {
	return &Table{name: r.book.name, head: &r.Head, date1904: r.Head.date1904, rows: func(yield func(Row, error) bool) {
		if !yield(r.Headings, nil) {
			return
		}
		for row, err := range r.Rows() {
			if !yield(row, err) {
				return
			}
		}
	}}
}

// Rows gives the rows of data: text in Unicode and cleaned, a name that stands in two
// columns joined, without titles, totals and signatures.
func (r *Reading) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, row := range r.own {
			if !yield(row, nil) {
				return
			}
		}
		for _, p := range r.parts {
			if !r.walk(p, yield) {
				return
			}
		}
	}
}

var classInTitle = regexp.MustCompile(`(?:^| )lop (\d{1,2} ?[a-z] ?\d{0,2}|\d{1,2})(?: |$)`)

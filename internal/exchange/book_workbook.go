package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"path"
	"regexp"
	"strconv"
	"strings"

	"ralop/internal/fault"
)

// workbook is an opened xlsx: where its sheets are, its shared strings and its styles.
type workbook struct {
	shown    string
	files    map[string]*zip.File
	date1904 bool
	shared   pooled
	loaded   bool
	zeros    []int // by style: to how many digits a number is shown with zeros in front
}

// pooled are many short texts in one piece: the list of a province has half a million of them.
type pooled struct {
	all  []byte
	ends []uint32 // an unpacked part is shorter than 4 GiB
}

func (t *pooled) add(text []byte) {
	t.all = append(t.all, text...)
	t.ends = append(t.ends, uint32(len(t.all)))
}

func (t *pooled) at(n int) string {
	from := uint32(0)
	if n > 0 {
		from = t.ends[n-1]
	}
	return string(t.all[from:t.ends[n]])
}

// addWorkbook takes every sheet that can hold rows.
func (b *Book) addWorkbook(name, shown string, archive *zip.Reader) error {
	w := &workbook{shown: shown, files: map[string]*zip.File{}}
	broken := func(err error) error { return (&Table{name: shown}).broken(0, err) }
	for _, f := range archive.File {
		w.files[strings.ToLower(slashed(f.Name))] = f
		if strings.HasSuffix(strings.ToLower(f.Name), "vbaproject.bin") {
			b.note("exchange.macros", fault.Args{"part": shown})
		}
	}
	at := w.mainPart()
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Any   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := w.unmarshal(at, &book); err != nil {
		return broken(err)
	}
	w.date1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	targets, err := w.relations(at)
	if err != nil {
		return broken(err)
	}
	if err := w.readStyles(path.Join(path.Dir(at), "styles.xml")); err != nil {
		return broken(err)
	}
	for _, s := range book.Sheets {
		id := s.ID
		if id == "" {
			id = s.Any
		}
		file := w.files[strings.ToLower(targets[id])]
		if file == nil || strings.Contains(strings.ToLower(targets[id]), "chartsheet") {
			continue
		}
		p := &part{name: s.Name, file: shown, sheet: s.Name, hidden: s.State != "" && s.State != "visible", date1904: w.date1904}
		if name != "" {
			p.name = name + " / " + s.Name
		}
		strings := path.Join(path.Dir(at), "sharedstrings.xml")
		p.rows = func() iter.Seq2[Row, error] { return w.rows(file, strings, nil) }
		p.look = func() (partFacts, error) { return w.look(file, strings) }
		b.parts = append(b.parts, p)
	}
	return nil
}

// mainPart is where the workbook's list of sheets stands.
func (w *workbook) mainPart() string {
	if w.files["xl/workbook.xml"] != nil {
		return "xl/workbook.xml"
	}
	for name := range w.files {
		if rest, ok := strings.CutSuffix(name, "/_rels/workbook.xml.rels"); ok {
			return rest + "/workbook.xml"
		}
	}
	return "xl/workbook.xml"
}

// maxPart is the most a part that is read whole may hold.
const maxPart = 16 << 20

func (w *workbook) unmarshal(name string, into any) error {
	f := w.files[strings.ToLower(name)]
	if f == nil {
		return errBrokenML
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(&limited{r: r, left: maxPart}).Decode(into)
}

// relations gives the parts that a part names, by their ids.
func (w *workbook) relations(at string) (map[string]string, error) {
	var list struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := w.unmarshal(path.Join(path.Dir(at), "_rels", path.Base(at)+".rels"), &list); err != nil {
		return nil, err
	}
	targets := map[string]string{}
	for _, r := range list.Relations {
		target := slashed(r.Target)
		if !strings.HasPrefix(r.Target, "/") {
			target = path.Join(path.Dir(at), target)
		}
		targets[r.ID] = target
	}
	return targets, nil
}

var zeroFormat = regexp.MustCompile(`^0{2,20}$`)

// readStyles finds the formats that show a number with zeros in front ("0000000000"): a
// code that was typed as a number and is seen whole.
func (w *workbook) readStyles(name string) error {
	if w.files[strings.ToLower(name)] == nil {
		return nil
	}
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.unmarshal(name, &styles); err != nil {
		return err
	}
	digits := map[int]int{}
	for _, f := range styles.Formats {
		if zeroFormat.MatchString(f.Code) {
			digits[f.ID] = len(f.Code)
		}
	}
	for _, c := range styles.Cells {
		w.zeros = append(w.zeros, digits[c.Format])
	}
	return nil
}

// sharedStrings reads the texts that cells point to, once.
func (w *workbook) sharedStrings(name string) error {
	if w.loaded {
		return nil
	}
	w.loaded = true
	f := w.files[name]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	s := newXMLScanner(&limited{r: r, left: MaxUnpacked})
	phonetic := false
	for {
		if err := s.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch s.name {
		case "si":
			if s.end || s.empty {
				w.shared.add(bytes.TrimSpace(s.text))
			}
			s.text = s.text[:0]
		case "rPh":
			phonetic = !s.end && !s.empty
		case "t":
			s.wanted = !s.end && !s.empty && !phonetic
		}
	}
}

var scientific = regexp.MustCompile(`^-?\d(\.\d+)?E\+?\d{1,2}$`)

// plainNumber writes a number that the file keeps as 1.2345678901E+11 in digits: a
// number of the state is eleven or twelve of them.
func plainNumber(cell string) string {
	if whole, ok := strings.CutSuffix(cell, ".0"); ok {
		cell = whole
	}
	if !scientific.MatchString(cell) {
		return cell
	}
	f, err := strconv.ParseFloat(cell, 64)
	if err != nil || f != float64(int64(f)) {
		return cell
	}
	return strconv.FormatInt(int64(f), 10)
}

package paper

import (
	"fmt"
	"strings"

	"ralop/internal/viet"
)

// The words and measures of NĐ 30/2020/NĐ-CP, Phụ lục I. Lengths in mm, sizes in points.
const (
	wordNation     = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	wordMotto      = "Độc lập - Tự do - Hạnh phúc"
	wordNumber     = "Số:"
	wordConcerning = "V/v"
	wordTo         = "Kính gửi:"
	wordReceivers  = "Nơi nhận:"
	wordAppendix   = "Phụ lục"
	wordNoDate     = "ngày\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0 tháng\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0 năm\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
	wordNoNumber   = "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
	wordEnd        = "./."
	wordTextSheet  = "Văn bản" // the sheet of the text in xlsx
	wordTableSheet = "Biểu"

	wordCommittee          = "ỦY BAN NHÂN DÂN"
	wordProvinceDepartment = "SỞ GIÁO DỤC VÀ ĐÀO TẠO"
	wordDistrictDepartment = "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"

	pageShort, pageLong                               = 210.0, 297.0
	marginTop, marginBottom, marginLeft, marginRight  = 20.0, 20.0, 30.0, 15.0
	headerDistance                                    = 10.0
	headLeft                                          = 68.0 // width of the cell of the agency; the nation has the rest
	sizeBody, sizeMotto, sizeNation, sizeTable        = 14.0, 13.0, 12.0, 12.0
	sizePageNumber, sizeReceivers, sizeFoot, sizeNote = 13.0, 11.0, 9.0, 11.0
	indentFirst                                       = 12.7
	gapParagraph                                      = 6.0 // points before a paragraph
	lineFactor                                        = 1.0 // of the face's own line; the decree allows single to 1.5
	signatureRoom                                     = 24.0
)

func contentWidth(landscape bool) float64 {
	if landscape {
		return pageLong - marginLeft - marginRight
	}
	return pageShort - marginLeft - marginRight
}

// line is a line of the head or foot of a paper.
type line struct {
	Runs   []Run
	Size   float64 // points
	Before float64 // points above
	Rule   float64 // mm of a rule below; 0 for none
	Framed bool
	Align  Align
	Indent float64 // mm
	Narrow float64 // mm; less than the whole width, so that the lines of a title are of like length
	Gap    float64 // mm of empty room instead of text
}

func textLine(text string, size float64, bold, italic bool) line {
	return line{Runs: []Run{{text, bold, italic}}, Size: size, Align: Center}
}

const ruleRoom = 1.3 // mm that a rule takes below its line

// broken sets a line into a width of mm; a gap has no lines.
func (l line) broken(width float64) []brokenLine {
	if l.Gap > 0 {
		return nil
	}
	width -= l.Indent
	if l.Narrow > 0 {
		width = l.Narrow
	}
	return breakLines(wordsOf(l.Runs, l.Size), width, width)
}

// linesHeight is the height of lines one below the other, in mm.
func linesHeight(lines []line, width float64) float64 {
	height := 0.0
	for _, l := range lines {
		height += l.Before*mmPerPoint + l.Gap + float64(len(l.broken(width)))*lineHeight(l.Size)
		if l.Rule > 0 {
			height += ruleRoom
		}
	}
	return height
}

// linesOf makes one line of each line of text.
func linesOf(text string, size float64, bold, italic bool) []line {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	var out []line
	for _, part := range strings.Split(text, "\n") {
		out = append(out, textLine(strings.TrimSpace(part), size, bold, italic))
	}
	return out
}

// ruleUnder puts a rule below the last line: part of the length of that line.
func ruleUnder(lines []line, part float64) []line {
	if len(lines) > 0 {
		last := &lines[len(lines)-1]
		last.Rule = part * runsWidth(last.Runs, last.Size)
	}
	return lines
}

func (d *Document) agencyLines() []line {
	lines := linesOf(d.ParentAgency, sizeNation, false, false)
	agency := linesOf(d.Agency, sizeNation, true, false)
	for i := range agency {
		if width := runsWidth(agency[i].Runs, sizeNation); width > headLeft {
			agency[i].Rule = 0
		}
	}
	agency = ruleUnder(agency, 0.45)
	if len(agency) > 0 {
		last := &agency[len(agency)-1]
		last.Rule = min(last.Rule, headLeft*0.45)
	}
	return append(lines, agency...)
}

func nationLines() []line {
	return append(linesOf(wordNation, sizeNation, true, false), ruleUnder(linesOf(wordMotto, sizeMotto, true, false), 1)...)
}

// NumberLine gives "Số: 610/UBND-GDĐT"; a number below 10 gets a 0, one not yet given leaves room.
func (d *Document) NumberLine() string {
	number := strings.TrimSpace(d.Number)
	if number == "" {
		number = wordNoNumber
	} else if len(number) == 1 && number[0] >= '0' && number[0] <= '9' {
		number = "0" + number
	}
	text := wordNumber + " " + number
	if d.Symbol != "" {
		text += "/" + d.Symbol
	}
	return text
}

// PlaceLine gives "Lai Châu, ngày 05 tháng 6 năm 2015".
func (d *Document) PlaceLine() string {
	date := wordNoDate
	if !d.Date.IsZero() {
		date = viet.DateWords(d.Date.Year(), int(d.Date.Month()), d.Date.DayOfMonth())
	}
	if d.Place == "" {
		return date
	}
	return d.Place + ", " + date
}

func (d *Document) numberLines() []line {
	lines := linesOf(d.NumberLine(), sizeMotto, false, false)
	lines[0].Before = 6
	if d.Kind == "" && d.Subject != "" {
		subject := textLine(wordConcerning+" "+strings.ReplaceAll(d.Subject, "\n", " "), sizeNation, false, false)
		subject.Before = 6
		subject.Narrow = balanced(subject.Runs, sizeNation, headLeft-2)
		lines = append(lines, subject)
	}
	if d.Mark != "" {
		mark := textLine(d.Mark, sizeNation, true, false)
		mark.Before, mark.Framed = 8, true
		lines = append(lines, mark)
	}
	return lines
}

func (d *Document) placeLines() []line {
	lines := linesOf(d.PlaceLine(), sizeMotto, false, true)
	lines[0].Before = 6
	return lines
}

// titleLines gives the kind and what it is about; nothing for a công văn.
func (d *Document) titleLines() []line {
	if d.Kind == "" {
		return nil
	}
	lines := linesOf(d.Kind, sizeBody, true, false)
	lines[0].Before = 18
	subject := linesOf(d.Subject, sizeBody, true, false)
	if len(subject) > 0 {
		for i := range subject {
			subject[i].Narrow = balanced(subject[i].Runs, sizeBody, contentWidth(false)-20)
		}
		subject = ruleUnder(subject, 0.4)
		last := &subject[len(subject)-1]
		last.Rule = min(last.Rule, 55)
	}
	return append(lines, subject...)
}

// balanced is the least width in which text takes as many lines as in width.
func balanced(runs []Run, size, width float64) float64 {
	words := wordsOf(runs, size)
	count := len(breakLines(words, width, width))
	least := width
	for w := width; w > width/2 && len(breakLines(words, w, w)) == count; w-- {
		least = w
	}
	return least
}

// toLines gives Kính gửi: one addressee on its line, several one below the other.
func (d *Document) toLines() []line {
	switch len(d.To) {
	case 0:
		return nil
	case 1:
		only := textLine(wordTo+" "+withoutStop(d.To[0]), sizeBody, false, false)
		only.Before = 14
		return []line{only}
	}
	head := line{Runs: []Run{Plain(wordTo)}, Size: sizeBody, Before: 14, Align: Left, Indent: 38}
	lines := []line{head}
	for _, text := range dashed(d.To) {
		lines = append(lines, line{Runs: []Run{Plain(text)}, Size: sizeBody, Before: 3, Align: Left, Indent: 58})
	}
	return lines
}

func (d *Document) receiverLines() []line {
	if len(d.Receivers) == 0 {
		return nil
	}
	lines := []line{{Runs: []Run{{wordReceivers, true, true}}, Size: 12, Align: Left}}
	for _, text := range dashed(d.Receivers) {
		lines = append(lines, line{Runs: []Run{Plain(text)}, Size: sizeReceivers, Align: Left})
	}
	return lines
}

func (s Signature) lines() []line {
	var lines []line
	for _, text := range append(append([]string{}, s.Authority...), s.Capacity) {
		lines = append(lines, linesOf(text, sizeBody-1, true, false)...)
	}
	lines = append(lines, linesOf(s.Note, sizeBody-1, false, true)...)
	lines = append(lines, line{Gap: signatureRoom})
	return append(lines, linesOf(s.Name, sizeBody, true, false)...)
}

func (d *Document) footLines() []line {
	var lines []line
	for i, text := range d.Footnotes {
		l := line{Runs: []Run{Italic(text)}, Size: sizeFoot, Align: Left, Before: 1}
		if i == 0 {
			l.Before = 10
		}
		lines = append(lines, l)
	}
	return lines
}

// appendixLines gives the head of the i-th appendix of n.
func (d *Document) appendixLines(i int) []line {
	word := wordAppendix
	if len(d.Appendices) > 1 {
		word += " " + viet.Roman(i+1)
	}
	lines := linesOf(word, sizeBody, true, false)
	lines = append(lines, linesOf(d.Appendices[i].Title, sizeBody, true, false)...)
	return append(lines, linesOf(d.reference(), sizeMotto, false, true)...)
}

// reference is "(Kèm theo Báo cáo số 05/BC-UBND ngày 05 tháng 6 năm 2015 của …)".
func (d *Document) reference() string {
	kind := "Công văn"
	if d.Kind != "" {
		kind = capital(strings.ReplaceAll(d.Kind, "\n", " "))
	}
	date := wordNoDate
	if !d.Date.IsZero() {
		date = viet.DateWords(d.Date.Year(), int(d.Date.Month()), d.Date.DayOfMonth())
	}
	number := "số" + strings.TrimPrefix(d.NumberLine(), wordNumber)
	return fmt.Sprintf("(Kèm theo %s %s %s)", kind, number, date)
}

// capital writes a title in small letters with one capital: BÁO CÁO, Báo cáo.
func capital(text string) string {
	lower := []rune(strings.ToLower(text))
	if len(lower) == 0 {
		return ""
	}
	return strings.ToUpper(string(lower[:1])) + string(lower[1:])
}

// dashed gives "- A;" for each and "- Z." for the last.
func dashed(items []string) []string {
	out := make([]string, len(items))
	for i, item := range items {
		stop := ";"
		if i == len(items)-1 {
			stop = "."
		}
		out[i] = "- " + withoutStop(item) + stop
	}
	return out
}

func withoutStop(text string) string {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "- "))
	for {
		short := strings.TrimRight(text, ";")
		if strings.HasSuffix(short, ".") && !strings.HasSuffix(short, "..") && short != wordEnd {
			short = strings.TrimSuffix(short, ".")
		}
		short = strings.TrimSpace(short)
		if short == text {
			return text
		}
		text = short
	}
}

// ended puts "./." at the end of the last paragraph of a body, in place of its stop.
func ended(body []Block) {
	if len(body) == 0 {
		return
	}
	var runs []Run
	switch last := body[len(body)-1]; {
	case last.Paragraph != nil:
		runs = last.Paragraph.Runs
	case last.Bullet != nil:
		runs = last.Bullet.Runs
	}
	if len(runs) == 0 {
		return
	}
	text := strings.TrimSpace(runs[len(runs)-1].Text)
	text = strings.TrimSuffix(text, wordEnd)
	runs[len(runs)-1].Text = strings.TrimRight(text, ".; ") + wordEnd
}

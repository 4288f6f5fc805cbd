package exchange_test

import (
	"archive/zip"
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"ralop/internal/apptest"
	"ralop/internal/exchange"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// ugly is a file as schools send them; everybody in it is invented. findings are the codes
// that the reader must tell, each at least once and no other; in is what the class list
// amounts to at MM-THCS in 2019-2020.
type ugly struct {
	name     string
	says     string
	file     string
	build    func(t *testing.T) []byte
	in       student.RosterCounts
	findings string
	refused  string                            // codes of the rows that the room refuses
	see      func(t *testing.T, r *recognised) // what else must hold
}

type recognised struct {
	exchange.Recognition
	headings []string
	rows     []exchange.Row
	head     exchange.Head
}

func (r *recognised) column(field string) []string {
	var cells []string
	for _, row := range r.rows {
		cells = append(cells, r.head.Get(row, field))
	}
	return cells
}

func csvFile(content string) func(*testing.T) []byte {
	return func(*testing.T) []byte { return []byte(content) }
}

func book(fill func(t *testing.T, f *excelize.File)) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		t.Helper()
		return []byte(workbook(t, func(f *excelize.File) { fill(t, f) }))
	}
}

func put(t *testing.T, f *excelize.File, sheet string, from int, rows ...[]any) {
	t.Helper()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, from+i)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow(sheet, cell, &row); err != nil {
			t.Fatal(err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written spells Unicode text as an old encoding does, by turning the decoder around.
func written(e viet.Encoding, text string) string {
	letters := " "
	for c := rune(0xa1); c <= 0xff; c++ {
		letters += string(c)
	}
	letters += "aeiouyAEIOUYdDĐđ'`?~.^(+"
	spelt := map[string]string{}
	add := func(s string) {
		read := viet.Decode(e, s)
		if one := []rune(read); s != read && len(one) == 1 && viet.IsLetter(one[0]) && one[0] >= 0x80 && (spelt[read] == "" || len(s) < len(spelt[read])) {
			spelt[read] = s
		}
	}
	for _, a := range letters {
		add(string(a))
		for _, b := range letters {
			add(string(a) + string(b))
			if e == viet.VIQR && a < 0x80 && b < 0x80 {
				for _, c := range letters[:] {
					if c < 0x80 {
						add(string(a) + string(b) + string(c))
					}
				}
			}
		}
	}
	var out strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch s := spelt[string(r)]; {
		case s != "":
			out.WriteString(s)
		case spelt[strings.ToLower(string(r))] != "": // a capital that the encoding lacks
			out.WriteString(spelt[strings.ToLower(string(r))])
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// old is written as the bytes of a file of that time.
func old(t *testing.T, e viet.Encoding, text string) []byte {
	t.Helper()
	out, err := charmap.Windows1252.NewEncoder().String(written(e, text))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

const plainList = "STT;Họ và tên;Ngày sinh;Giới tính;Dân tộc;Lớp;Thôn/bản\n" +
	"1;Quàng Thị Hoà;05/9/2007;Nữ;Thái;7A;Bản Lúm\n" +
	"2;Lường Văn Thưởng;15/12/2007;Nam;Thái;7A;Phiêng Pi\n" +
	"3;Vừ Thị Mỵ;1/2/2007;Nữ;Mông;7B;Bản Lúm\n"

var threeNew = student.RosterCounts{New: 3, Classes: 2}

func zipped(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	var names []string
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		m, err := w.Create(name)
		must(t, err)
		_, err = m.Write(members[name])
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// with adds a part to a workbook's archive.
func with(t *testing.T, content []byte, name string, part []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		must(t, out.Copy(f))
	}
	m, err := out.Create(name)
	must(t, err)
	_, err = m.Write(part)
	must(t, err)
	must(t, out.Close())
	return b.Bytes()
}

// open recognises a file and reads it to its end.
func (u ugly) open(t *testing.T, content []byte) (*recognised, *exchange.Reading, []string) {
	t.Helper()
	b, err := exchange.ReadBook(u.file, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, b.Close()) })
	rec, err := b.Recognise(exchange.StudentFields(), exchange.Layout{})
	must(t, err)
	reading, err := b.Read(rec.Layout, exchange.StudentFields())
	if err != nil {
		t.Fatalf("%v\n%+v", err, rec.Columns)
	}
	found := map[string]bool{}
	note := func(all []exchange.RowFault) {
		for _, f := range all {
			found[f.Fault.Code] = true
		}
	}
	watch := exchange.NewStudentWatch(reading.Head, "11", "09", "99")
	r := &recognised{Recognition: rec, head: reading.Head, headings: reading.Headings.Cells}
	for row, err := range reading.Rows() {
		must(t, err)
		note(row.Notes)
		for _, odd := range watch.Look(row, 0) {
			note([]exchange.RowFault{odd.RowFault})
		}
		r.rows = append(r.rows, row)
	}
	note(rec.Notes)
	note(reading.Notes())
	var codes []string
	for code := range found {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return r, reading, codes
}

// Every ugly file is recognised, tells its findings, and reads twice the same.
func TestUglyFilesAreRead(t *testing.T) {
	for _, u := range uglyFiles {
		t.Run(u.name, func(t *testing.T) {
			content := u.build(t)
			r, _, findings := u.open(t, content)
			if got := strings.Join(findings, " "); got != u.findings {
				t.Errorf("findings %s\nwant     %s", got, u.findings)
			}
			if len(r.rows) != u.in.New+u.in.Refused {
				t.Errorf("%d rows: %v", len(r.rows), r.rows)
			}
			if u.see != nil {
				u.see(t, r)
			}
			again, _, _ := u.open(t, content)
			if again.Source != r.Source || len(again.rows) != len(r.rows) {
				t.Error("a second reading differs")
			}
		})
	}
}

// Every ugly file goes in at the desk as its test says; the same file again changes
// nothing, and undo brings every row of the database back as it was. On PostgreSQL a few of
// them: what is read is the same.
func TestUglyFilesGoIn(t *testing.T) {
	who := apptest.Mai.Who()
	for i, u := range uglyFiles {
		for _, engine := range storetest.Engines {
			if engine == store.Postgres && i%6 != 1 {
				continue
			}
			t.Run(u.name+"/"+string(engine), func(t *testing.T) {
				h := apptest.Open(t, engine)
				content := string(u.build(t))
				before := everything(t, h)
				done := commit(t, h, who, plan(t, h, who, content))
				if c := done.Counts; c.New != u.in.New || c.Refused != u.in.Refused || c.More["classes"] != u.in.Classes || c.Changed+c.Same != 0 {
					t.Errorf("%s: %+v (%v); want %+v", done.State, c, done.Fault(), u.in)
				}
				var refused []string
				h.Read(t, func(ctx context.Context, tx *store.Tx) error {
					lines, err := exchange.Lines(ctx, tx, who, done.ID, intake.Refused, 0, 100)
					for _, l := range lines {
						refused = append(refused, l.Code)
					}
					return err
				})
				if strings.Join(refused, " ") != u.refused {
					t.Errorf("refused %v, want %s", refused, u.refused)
				}
				after := everything(t, h)
				again := plan(t, h, who, content)
				if c := again.Counts; c.New+c.Changed != 0 || c.Same != u.in.New {
					t.Errorf("again: %+v", c)
				}
				commit(t, h, who, again)
				if diff := cmp.Diff(after, everything(t, h)); diff != "" {
					t.Errorf("the same file again changed something:\n%s", diff)
				}
				if back := undo(t, h, who, done.ID); back.State != intake.Undone {
					t.Errorf("undo: %s %v", back.State, back.Fault())
				}
				if diff := cmp.Diff(before, everything(t, h)); diff != "" {
					t.Errorf("undo left something:\n%s", diff)
				}
			})
		}
	}
}

package paper

import (
	"encoding/binary"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// hasGlyph reads the cmap (format 4) of a TrueType font.
func hasGlyph(t *testing.T, ttf []byte, r uint16) bool {
	t.Helper()
	u16 := func(at uint32) uint16 { return binary.BigEndian.Uint16(ttf[at:]) }
	u32 := func(at uint32) uint32 { return binary.BigEndian.Uint32(ttf[at:]) }
	for i := range uint32(u16(4)) {
		entry := 12 + 16*i
		if string(ttf[entry:entry+4]) != "cmap" {
			continue
		}
		cmap := u32(entry + 8)
		for k := range uint32(u16(cmap + 2)) {
			table := cmap + u32(cmap+4+8*k+4)
			if u16(table) != 4 {
				continue
			}
			segments := uint32(u16(table+6)) / 2
			for s := range segments {
				end := u16(table + 14 + 2*s)
				start := u16(table + 16 + 2*segments + 2*s)
				delta := u16(table + 16 + 4*segments + 2*s)
				offsetAt := table + 16 + 6*segments + 2*s
				offset := u16(offsetAt)
				if r < start || r > end {
					continue
				}
				if offset == 0 {
					return r+delta != 0
				}
				return u16(offsetAt+uint32(offset)+2*uint32(r-start)) != 0
			}
			return false
		}
	}
	t.Fatal("no cmap of format 4")
	return false
}

// Every Vietnamese letter, and every sign that the form uses, is in all four faces.
func TestFontsHaveAllLetters(t *testing.T) {
	const letters = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
	text := letters + strings.ToUpper(letters) + "0123456789.,;:!?()[]/&%+-–…<>≥≤=“”\"'\u00a0×÷°²□"
	for i, face := range faces {
		for _, r := range text {
			if !hasGlyph(t, face.ttf, uint16(r)) {
				t.Errorf("face %d has no %q", i, r)
			}
			if textWidth(string(r), i, 10) <= 0 {
				t.Errorf("face %d gives %q no width", i, r)
			}
		}
	}
	if hasGlyph(t, faces[0].ttf, 0x4e00) {
		t.Error("the test finds a Chinese sign in a font that has none")
	}
}

// Lines keep all words in order and their widths.
func TestBreakLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zđạờ]{1,30}`), 0, 60).Draw(t, "words")
		width := rapid.Float64Range(12, 170).Draw(t, "width")
		bold := rapid.Bool().Draw(t, "bold")
		lines := breakLines(wordsOf([]Run{{strings.Join(words, " "), bold, false}}, 14), width-5, width)
		var got strings.Builder
		for i, l := range lines {
			limit := width
			if i == 0 {
				limit = width - 5
			}
			if l.width > limit+0.05 && (len(l.words) > 1 || len(l.words[0].pieces) > 1) {
				t.Fatalf("line %d is %.2f wide, limit %.2f", i, l.width, limit)
			}
			for _, w := range l.words {
				for _, p := range w.pieces {
					got.WriteString(p.text)
				}
			}
			if l.last != (i == len(lines)-1) {
				t.Fatalf("line %d of %d: last is %v", i, len(lines), l.last)
			}
		}
		if got.String() != strings.Join(words, "") {
			t.Fatalf("%q, want %q", got.String(), words)
		}
	})
}

// Columns fill their page exactly and none is lost.
func TestShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.SliceOfN(rapid.Float64Range(3, 40), 1, 20).Draw(t, "least")
		most := make([]float64, len(least))
		for i := range most {
			most[i] = least[i] + rapid.Float64Range(0, 60).Draw(t, "more")
		}
		got := share(least, most, 165)
		if total := sum(got); total < 164.5 || total > 165.5 {
			t.Fatalf("%v make %.2f", got, total)
		}
		for i, w := range got {
			if w <= 0 || sum(least) <= 165 && w < least[i]-0.01 {
				t.Fatalf("column %d: %.2f, at least %.2f", i, w, least[i])
			}
		}
	})
}

func BenchmarkPDF(b *testing.B) {
	d := Document{Body: []Block{P(strings.Repeat("Nâng cao tỷ lệ chuyên cần của học sinh. ", 200))}}
	for b.Loop() {
		if err := PDF(discard{}, d); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

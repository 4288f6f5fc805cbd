package viet_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ralop/internal/viet"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"Lò Văn An":                           "Lò Văn An",
		"  Lò \u00a0 Văn\t\n An ":             "Lò Văn An",
		norm.NFD.String("Nguyễn Ước"):         "Nguyễn Ước",
		"\ufeffGia\u200bng A \u00adPá\u0000o": "Giang A Páo",
		"a\u200b\u0300":                       "à",
		"\u00d0ông":                           "Đông",
		"a\xffb":                              "a\ufffdb",
		"plain  text ":                        "plain text",
	} {
		if got := viet.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := viet.CleanText("\n a  b \r\n\r\nc\n"); got != "a b\n\nc" {
		t.Errorf("CleanText = %q", got)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Lò Thị Đông NGUYỄN ƯỚC H'Mông": "lo thi dong nguyen uoc h'mong",
		"H’Mông":                     "h'mong",
		"Hoà":                        "hoa",
		"Hòa":                        "hoa",
		"thuý":                       "thuy",
		"thúy":                       "thuy",
		norm.NFD.String("Điện Biên"): "dien bien",
		"Ðặng ðức":                   "dang duc",
		"Điểm trường số 2":           "diem truong so 2",
		"漢 Ước":                      "漢 uoc",
	} {
		if got := viet.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// word draws Vietnamese syllables often and any text sometimes.
var word = rapid.OneOf(
	rapid.SampledFrom([]string{"Lò", "lo", "Lô", "Lố", "Hoà", "Hòa", "Đào", "dao", "Ước", "Ươc", "An", "Ân", "Ăn", "ẩn", "Ần", "Á", "A", "Vàng", "Vang", "Páo", "Pao", "H'Mông", "Sùng", "Ý", "Yến", "Giàng", "Thị"}),
	rapid.StringOf(rapid.RuneFrom([]rune("aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵĐÂĂÊÔƠƯ"))),
)

var line = rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "words"), " ")
}))

// A character of another script that is put together from letters folds like its parts: found by the property below.
func TestFoldOfCharactersMadeOfSeveral(t *testing.T) {
	for _, s := range []string{"\u09cb", "a\u09cb", "\u0bcb"} {
		if composed, parts := viet.Fold(s), viet.Fold(norm.NFD.String(s)); composed != parts || viet.Fold(composed) != composed {
			t.Errorf("%q folds to %q, its parts to %q", s, composed, parts)
		}
	}
}

// A character zero stays whatever is beside it: found by the property below.
func TestFoldKeepsZero(t *testing.T) {
	for _, s := range []string{"\x00", "Ⱥ\x00", "ⱥ\x00", "Đ\x00"} {
		if got := viet.Fold(s); !strings.HasSuffix(got, "\x00") || viet.Fold(got) != got {
			t.Errorf("Fold(%q) = %q", s, got)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := line.Draw(t, "s")
		folded := viet.Fold(s)
		if again := viet.Fold(folded); again != folded {
			t.Fatalf("Fold is not idempotent: %q, %q", folded, again)
		}
		if c, d := viet.Fold(norm.NFC.String(s)), viet.Fold(norm.NFD.String(s)); c != d {
			t.Fatalf("composed folds to %q, decomposed to %q", c, d)
		}
		clean := viet.Clean(s)
		if again := viet.Clean(clean); again != clean {
			t.Fatalf("Clean is not idempotent: %q, %q", clean, again)
		}
		if !norm.NFC.IsNormalString(clean) || strings.TrimSpace(clean) != clean || strings.Contains(clean, "  ") {
			t.Fatalf("Clean leaves %q", clean)
		}
	})
}

func sign(n int) int { return min(1, max(-1, n)) }

func TestSortKeyFollowsTheCollator(t *testing.T) {
	collator := collate.New(language.Vietnamese)
	rapid.Check(t, func(t *rapid.T) {
		a, b := line.Draw(t, "a"), line.Draw(t, "b")
		want := sign(collator.CompareString(strings.ToLower(norm.NFC.String(a)), strings.ToLower(norm.NFC.String(b))))
		if got := strings.Compare(viet.SortKey(a), viet.SortKey(b)); got != want {
			t.Fatalf("keys of %q and %q compare %d, the collator says %d", a, b, got, want)
		}
	})
}

func TestNameSortKeyIsGivenNameThenRest(t *testing.T) {
	collator := collate.New(language.Vietnamese)
	name := rapid.Custom(func(t *rapid.T) []string {
		return rapid.SliceOfN(rapid.SampledFrom([]string{"Lò", "Lô", "Văn", "Vân", "Vàng", "A", "Á", "An", "Ân", "Đào", "Dao", "Hoà", "Hòa", "Thị", "Páo"}), 1, 4).Draw(t, "name")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		compare := func(x, y string) int {
			return sign(collator.CompareString(strings.ToLower(x), strings.ToLower(y)))
		}
		want := compare(a[len(a)-1], b[len(b)-1])
		if want == 0 {
			want = compare(strings.Join(a[:len(a)-1], " "), strings.Join(b[:len(b)-1], " "))
		}
		x, y := strings.Join(a, " "), strings.Join(b, " ")
		if got := strings.Compare(viet.NameSortKey(x), viet.NameSortKey(y)); got != want {
			t.Fatalf("%q and %q compare %d, want %d", x, y, got, want)
		}
	})
}

func TestDictionaryOrder(t *testing.T) {
	for _, want := range [][]string{
		strings.Fields("a à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ b c d đ e è ẻ ẽ é ẹ ê ề ể ễ ế ệ g h i k l m n o ô ơ p q r s t u ư v x y"),
		{"Sùng A", "Lò Văn An", "Vàng Thị An", "Lò Thị Ân", "Lò Thị Dung", "Lò Văn Đại", "Lò Văn Hà", "Giàng Thị Yến"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, func(a, b string) int { return strings.Compare(viet.NameSortKey(a), viet.NameSortKey(b)) })
		if !slices.Equal(got, want) {
			t.Errorf("order is\n%v, want\n%v", got, want)
		}
	}
	if viet.NameSortKey("Lò Văn An") != viet.NameSortKey(" LÒ  VĂN AN") {
		t.Error("case and spaces change the key")
	}
}

func TestGivenName(t *testing.T) {
	for in, want := range map[string]string{"Sùng A Páo": "Páo", "Páo": "Páo", "": "", " Lò Thị  Đông ": "Đông"} {
		if got := viet.GivenName(in); got != want {
			t.Errorf("GivenName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFigures(t *testing.T) {
	check := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(viet.Integer(0), "0")
	check(viet.Integer(999), "999")
	check(viet.Integer(1000), "1.000")
	check(viet.Integer(1234567), "1.234.567")
	check(viet.Integer(-123456), "-123.456")
	check(viet.Decimal(9234, 2), "92,34")
	check(viet.Decimal(5, 2), "0,05")
	check(viet.Decimal(-5, 1), "-0,5")
	check(viet.Decimal(123456789, 2), "1.234.567,89")
	check(viet.Decimal(12, 0), "12")
	check(viet.DateWords(2015, 6, 5), "ngày 05 tháng 6 năm 2015")
	check(viet.DateWords(2020, 2, 29), "ngày 29 tháng 02 năm 2020")
	check(viet.DateWords(2020, 12, 1), "ngày 01 tháng 12 năm 2020")
	check(viet.Date(2015, 6, 5), "05/06/2015")
	check(viet.Roman(1)+viet.Roman(4)+viet.Roman(9)+viet.Roman(1994), "IIVIXMCMXCIV")
	check(viet.Point(1)+viet.Point(5)+viet.Point(6)+viet.Point(7)+viet.Point(23)+viet.Point(24), "ađegyaa")
	check(viet.Ordinal(1)+", "+viet.Ordinal(4)+", "+viet.Ordinal(12), "thứ nhất, thứ tư, thứ 12")
}

func BenchmarkFold(b *testing.B) {
	for b.Loop() {
		viet.Fold("Lò Thị Đông NGUYỄN ƯỚC H'Mông")
	}
}

func BenchmarkNameSortKey(b *testing.B) {
	for b.Loop() {
		viet.NameSortKey("Lò Thị Đông")
	}
}

package viet_test

import (
	"strings"
	"testing"

	"ralop/internal/viet"
)

func TestLegacyEncodings(t *testing.T) {
	for _, c := range []struct {
		encoding   viet.Encoding
		text, want string
	}{
		{viet.TCVN3, "NguyÔn ThÞ Thuû", "Nguyễn Thị Thuỷ"},
		{viet.TCVN3, "X· S¬n B×nh", "Xã Sơn Bình"},
		{viet.TCVN3, "Vï A P¸o", "Vù A Páo"},
		{viet.TCVN3, "§iÖn Biªn", "Điện Biên"},
		{viet.VNI, "Nguyeãn Thò Thuûy", "Nguyễn Thị Thủy"},
		{viet.VNI, "Tuaàn Giaùo", "Tuần Giáo"},
		{viet.VNI, "ÑIEÄN BIEÂN", "ĐIỆN BIÊN"},
		{viet.VNI, "Höøa", "Hừa"},
		{viet.VIQR, "Tua^`n Gia'o", "Tuần Giáo"},
		{viet.VIQR, "DDie^.n Bie^n", "Điện Biên"},
		{viet.VIQR, `Ho?i\?`, "Hỏi?"},
		{viet.CP1258, "Lo\u00cc Thi\u00f2", "Lò Thị"},
		{viet.Unicode, "Tua\u0302\u0300n Gia\u0301o", "Tuần Giáo"},
		{viet.TCVN3, "7A 12", "7A 12"},
	} {
		if got := viet.Decode(c.encoding, c.text); got != c.want {
			t.Errorf("%s %q is read as %q, want %q", c.encoding, c.text, got, c.want)
		}
	}
}

func TestTheEncodingOfAColumnIsFound(t *testing.T) {
	for _, c := range []struct {
		want    viet.Encoding
		samples []string
	}{
		{viet.TCVN3, []string{"Lß ThÞ Mþ", "Giµng A Dóa", "Sïng ThÞ Mai", "Qu¸ch V¨n H¶i"}},
		{viet.VNI, []string{"Loø Thò Mî", "Giaøng A Duùa", "Suøng Thò Mai"}},
		{viet.VIQR, []string{"Lo` Thi. My.", "Gia`ng A Du'a", "Su`ng Thi. Mai"}},
		{viet.Unicode, []string{"Lò Thị Mỵ", "Giàng A Dúa", "Sùng Thị Mai"}},
		{viet.Unicode, []string{"Ly A Su", "Mai", "7A", "12/03/2008"}},                    // plain letters read the same everywhere
		{viet.Unicode, []string{"mai@example.vn", "0912 345 678", "http://x.vn/a?b=(c)"}}, // no names
	} {
		guesses, _ := viet.Detect(c.samples)
		if guesses[0].Encoding != c.want {
			t.Errorf("%q is taken for %+v, want %s", c.samples, guesses, c.want)
		}
	}
}

func TestSyllables(t *testing.T) {
	for word, want := range map[string]bool{"Nguyễn": true, "nghiêng": true, "giường": true, "quốc": true, "gì": true, "gìn": true, "Páo": true, "Dúa": true,
		"ƯỚC": true, "Đặng": true, "xuyên": true, "khuỷu": true, "oằn": true,
		"Xtiêng": false, "Nguyeãn": false, "bcd": false, "": false, "thánhh": false, "wifi": false} {
		if got := viet.IsSyllable(word); got != want {
			t.Errorf("IsSyllable(%q) = %v", word, got)
		}
	}
}

func TestCapitalsOfAFontOfCapitals(t *testing.T) {
	got, doubtful := viet.Capitals(viet.Decode(viet.TCVN3, "TR¦êNG THCS M¦êNG MïN"))
	if got != "TRƯỜNG THCS MƯỜNG MÙN" || !doubtful {
		t.Errorf("%q %v", got, doubtful)
	}
	if got, doubtful := viet.Capitals("Lò Thị Mỵ"); got != "Lò Thị Mỵ" || doubtful {
		t.Errorf("%q %v", got, doubtful)
	}
}

// Decoding never loses a digit or a plain letter of a text that is not in the encoding's signs, and never fails.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"", "NguyÔn ThÞ Thuû", "Tuaàn Giaùo", "Tua^`n Gia'o", "\\", "dd", "\xff\xfe", "a\u0323\u0323"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range viet.Encodings {
			got := viet.Decode(e, text)
			for _, digit := range "0123456789" {
				if strings.Count(got, string(digit)) != strings.Count(text, string(digit)) && !strings.Contains(text, "\\") {
					t.Errorf("%s of %q loses or makes digits: %q", e, text, got)
				}
			}
		}
		viet.Detect([]string{text})
	})
}

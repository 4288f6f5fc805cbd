package student_test

import (
	"testing"

	"ralop/internal/fault"
	"ralop/internal/student"
)

func TestParseEthnicity(t *testing.T) {
	for text, want := range map[string]string{
		"Mông": "mong", "H'Mông": "mong", "H’Mông": "mong", "HMÔNG": "mong", "Mèo": "mong", "Mông (Mèo)": "", "Khơ Mú": "kho-mu", "Khơ-mú": "kho-mu",
		"Khmu": "kho-mu", "Xạ Phang": "hoa", "Hoa": "hoa", "Thái": "thai", "Tày": "tay", "Thổ": "tho", "Lào": "lao", "Lao": "lao", "La Chi": "la-chi",
		"kinh": "kinh", "Dân tộc Thái": "thai", "Người nước ngoài": "foreign", "Sinh Mun": "xinh-mun", "Ra-glai": "ra-glai", "": "",
		"08": "", "Mây": "", "May": "chut", "Meo": "mong", "Xa Phang": "hoa", "Người Mèo": "mong", "Xá Khao": "", "Thai Land": "",
	} {
		got, err := student.ParseEthnicity(text)
		if got != want || (err != nil) != (want == "" && text != "") {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
		if err != nil && !fault.HasCode(err, "student.unknown-ethnicity") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestBothListsAreWhole(t *testing.T) {
	all := student.Ethnicities()
	if len(all) != 55 {
		t.Fatalf("%d groups", len(all))
	}
	seen := map[string]bool{}
	for i, e := range all {
		if seen["1979 "+e.Code1979] || seen["2008 "+e.Code2008] || seen[e.Key] {
			t.Errorf("%s: a code twice", e.Key)
		}
		seen["1979 "+e.Code1979], seen["2008 "+e.Code2008], seen[e.Key] = true, true, true
		if key, err := student.ParseEthnicity(e.Name); key != e.Key || err != nil {
			t.Errorf("%s reads as %q, %v", e.Name, key, err)
		}
		if one, ok := student.EthnicityByCode1979(e.Code1979); !ok || one.Key != e.Key || i+1 != atoi(e.Code1979) {
			t.Errorf("code %s of 1979 is %q", e.Code1979, one.Key)
		}
	}
	if muong, _ := student.EthnicityByCode2008("04"); muong.Key != "muong" {
		t.Errorf("04 of 2008 is %q", muong.Key)
	}
}

func atoi(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

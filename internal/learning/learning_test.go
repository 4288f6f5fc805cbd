package learning_test

import (
	"testing"

	"ralop/internal/learning"
	"ralop/internal/text"
)

func TestScalesCameInGradeByGrade(t *testing.T) {
	for _, c := range []struct {
		year  int
		grade string
		want  string
	}{
		{2020, "6", "tt58-2011"}, {2021, "6", "tt22-2021"}, {2021, "7", "tt58-2011"}, {2023, "9", "tt58-2011"}, {2024, "9", "tt22-2021"}, {2025, "12", "tt22-2021"},
		{2019, "1", "tt22-2016"}, {2020, "1", "tt27-2020"}, {2023, "5", "tt22-2016"}, {2024, "5", "tt27-2020"}, {2020, "5T", ""}, {2009, "6", ""},
	} {
		if got, _ := learning.ScaleOf(c.year, c.grade); got.Code != c.want {
			t.Errorf("grade %s in %d: %q, want %q", c.grade, c.year, got.Code, c.want)
		}
	}
}

func TestWordsOfScales(t *testing.T) {
	for _, s := range learning.Scales {
		for _, w := range s.Study {
			for _, written := range append([]string{w.Vi, w.Code}, w.Aliases...) {
				if got, ok := s.ParseStudy(written); !ok || got != w.Code {
					t.Errorf("%s: %q is read as %q", s.Code, written, got)
				}
			}
			if s.StudyName(text.Vietnamese, w.Code) != w.Vi || s.StudyName(text.English, w.Code) == "" {
				t.Errorf("%s: %s has no name", s.Code, w.Code)
			}
		}
		for _, w := range s.Conduct {
			for _, written := range append([]string{w.Vi, w.Code}, w.Aliases...) {
				if got, ok := s.ParseConduct(written); !ok || got != w.Code {
					t.Errorf("%s: conduct %q is read as %q", s.Code, written, got)
				}
			}
		}
	}
	now, _ := learning.ScaleOf(2025, "8")
	if _, ok := now.ParseStudy("Giỏi"); ok {
		t.Error("a word of TT 58 is read on the scale of TT 22")
	}
	for written, want := range map[string]int{"HK1": 1, "Học kỳ II": 2, "học kì 2": 2, "Cả năm": 0, "CN": 0} {
		if got, ok := learning.ParseTerm(written); !ok || got != want {
			t.Errorf("%q is term %d, %v", written, got, ok)
		}
	}
}

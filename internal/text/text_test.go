package text_test

import (
	"slices"
	"testing"

	"ralop/internal/fault"
	"ralop/internal/text"
)

func TestEveryMessageIsInBothLanguages(t *testing.T) {
	vi, en := text.IDs(text.Vietnamese), text.IDs(text.English)
	slices.Sort(vi)
	slices.Sort(en)
	for _, id := range vi {
		if _, ok := slices.BinarySearch(en, id); !ok {
			t.Errorf("%s has no English sentence", id)
		}
	}
	for _, id := range en {
		if _, ok := slices.BinarySearch(vi, id); !ok {
			t.Errorf("%s has no Vietnamese sentence", id)
		}
	}
}

func TestUnknownMessageShowsItself(t *testing.T) {
	if got := text.T(text.Vietnamese, "nothing.here"); got != "«nothing.here»" {
		t.Errorf("an unknown id must be visible, got %q", got)
	}
	if got := text.Fault(text.English, fault.New(fault.Invalid, "common.product", nil)); got != "Ra Lớp" {
		t.Errorf("a fault must read as its message, got %q", got)
	}
}

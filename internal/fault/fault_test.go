package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"ralop/internal/fault"
)

func TestFaultsAreFoundThroughWrapping(t *testing.T) {
	disk := errors.New("disk")
	locked := fault.New(fault.Locked, "rollcall.locked", fault.Args{"day": "1/5"}).Because(disk)
	wrapped := fmt.Errorf("while submitting: %w", locked)
	if !fault.Is(wrapped, fault.Locked) || !fault.HasCode(wrapped, "rollcall.locked") || fault.Is(wrapped, fault.Invalid) || !errors.Is(wrapped, disk) {
		t.Errorf("%v was not known again", wrapped)
	}
	list := fault.List{fault.New(fault.Invalid, "a.b", nil).On("name"), locked}
	if f, ok := fault.Of(list.OrNil()); !ok || f.Field != "name" {
		t.Errorf("the first of a list was %v", f)
	}
	if err := (fault.List{}).OrNil(); err != nil {
		t.Errorf("an empty list is no error, got %v", err)
	}
	if fault.Is(disk, fault.Invalid) || fault.Is(nil, fault.Invalid) {
		t.Error("what is no fault has no kind")
	}
}

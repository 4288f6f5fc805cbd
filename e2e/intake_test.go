package e2e

import (
	"strings"
	"testing"

	"ralop/internal/store"
)

// An old list comes in: what it was taken for, a mended cell, the yes, and back again. The
// clerk does it on a desk and looks at it on a phone.
func TestAnOldListComesIn(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	clerk := NewPage(t, Desktop, Light)
	clerk.Enter(h, "clerk")
	clerk.Go(h.URL + "/hoc-sinh")
	school := strings.TrimSuffix(clerk.Address(), "/hoc-sinh")
	clerk.Look("desk", school+"/nhap")
	Eval[bool](clerk, `(() => {
		const list = "DANH S\u00b8CH\nHä vµ tªn;Ngµy sinh;Giíi tÝnh;Líp\nLß V¨n Míi;3/4/2006;Nam;8A1\nQuµng ThÞ Míi;5/9/2006;N÷;8A1\nVõ A Sai;31/2/2006;Nam;8A1\nTæng céng: 3\n";
		const files = new DataTransfer();
		files.items.add(new File([list], "lop-8a1.csv"));
		document.querySelector("#o-file").files = files.files;
		return true;
	})()`)
	clerk.Follow(`form[enctype] button[type=submit]`)
	clerk.Wait(`select[name=c0]`)
	clerk.Look("desk-columns", clerk.Address())
	clerk.Follow(`form[action$="/cot"][method=post] button.button-primary`)
	clerk.Wait(`form[action$="/sua"]`)
	clerk.Look("desk-plan", clerk.Address())
	Eval[bool](clerk, `(() => { const cell = [...document.querySelectorAll("form[action$='/sua'] input")].find(i => i.value === "31/2/2006"); cell.value = "28/2/2006"; return true; })()`)
	clerk.Follow(`form[action$="/sua"] button.button-primary`)
	clerk.Wait(`button[value=commit]`)
	if said := clerk.Text("main"); !strings.Contains(said, "Lò Văn Mới") || !strings.Contains(said, "Ghi 3 dòng") {
		t.Errorf("the plan says %s", said)
	}
	clerk.Follow(`button[value=commit]`)
	clerk.Wait(`a[href$="hoan-tac=1"]`)
	clerk.Look("desk-done", clerk.Address())
	clerk.Follow(`a[href$="hoan-tac=1"]`)
	clerk.Wait(`button[value=undo]`)
	clerk.Look("desk-undo", clerk.Address())
	clerk.Follow(`button[value=undo]`)
	clerk.WaitFor(`document.querySelector("main").textContent.includes("đã được hoàn tác")`)
	clerk.Look("desk-undone", clerk.Address())
	clerk.Look("desk-past", school+"/nhap")
	if faults := clerk.Faults(); len(faults) > 0 {
		t.Errorf("the browser complains: %v", faults)
	}
}

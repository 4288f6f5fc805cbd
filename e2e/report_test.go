package e2e

import (
	"strings"
	"testing"

	"ralop/internal/store"
)

// The month of a school: the clerk makes the draft and lays it before the principal, who
// approves it, enters number and day of the school's book, and sends it up; the commune
// takes it in. Every page on the way is looked at.
func TestTheMonthGoesUp(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	clerk := NewPage(t, Desktop, Light)
	clerk.Enter(h, "clerk")
	clerk.Look("bao-cao-moi", h.URL+"/bao-cao/moi")
	clerk.Go(h.URL + "/bao-cao/moi?thang=2020-05")
	clerk.Follow("main form .button-primary")
	paper := clerk.Address()
	if !strings.Contains(paper, "/bao-cao/") || strings.HasSuffix(paper, "/moi") {
		t.Fatalf("the new paper is at %s", paper)
	}
	clerk.Look("bao-cao-du-thao", paper)
	clerk.Go(paper)
	clerk.Follow(`form[action$="/trinh"] button`)

	principal := NewPage(t, Desktop, Light)
	principal.Enter(h, "principal")
	principal.Look("bao-cao-danh-sach", h.URL+"/bao-cao")
	principal.Go(h.URL + "/bao-cao")
	principal.Follow("#viec a")                       // one
	principal.Follow(`form[action$="/duyet"] button`) // two
	principal.Look("bao-cao-da-duyet", paper)
	principal.Go(paper)
	principal.Type("#o-number", "07")
	Eval[string](principal, `document.querySelector("#o-date").value = document.querySelector("#o-date").max`)
	principal.Follow(`form[action$="/phat-hanh"] .button-primary`) // three

	commune := NewPage(t, Desktop, Light)
	commune.Enter(h, "commune")
	commune.Look("bao-cao-xa", h.URL+"/bao-cao?thang=2020-05")
	commune.Go(paper)
	commune.Follow(`form[action$="/tiep-nhan"] button`)
	if state := commune.Text("main h1 .badge, h1 .badge"); !strings.Contains(state, "Đã tiếp nhận") {
		t.Errorf("at the end the paper is %q", state)
	}
	commune.Look("kien-nghi", h.URL+"/kien-nghi")

	office := NewPage(t, Desktop, Light)
	office.Enter(h, "district")
	office.Go(h.URL + "/bao-cao/moi?thang=2020-05")
	office.Follow("main form .button-primary")
	office.Look("bao-cao-huyen", office.Address())
}

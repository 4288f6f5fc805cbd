package e2e

import (
	"strings"
	"testing"

	"ralop/internal/store"
)

// A commune's official founds the committee, names members and puts them in charge of
// villages and schools, all by hand; each page is looked at.
func TestPagesOfCommittees(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	p := NewPage(t, Desktop, Light)
	p.Enter(h, "commune")
	p.Go(h.URL + "/chi-dao/ban-chi-dao")
	list := p.Address()
	p.Look("committee-found", list+"/moi")

	send := `main form[method="post"] button[type="submit"]`
	fill := func(fields ...string) {
		for i := 0; i+1 < len(fields); i += 2 {
			Eval[bool](p, `(() => { const f = document.querySelector('main form[method="post"]').elements[`+quote(fields[i])+`];
				if (f.length && !f.options) { for (const one of f) one.checked = one.value === `+quote(fields[i+1])+` } else { f.value = `+quote(fields[i+1])+` } return true })()`)
		}
	}
	// sent presses the button of the form and waits for the page that it leads to, known by a part of it.
	sent := func(to string) string {
		p.Follow(send)
		p.Text(to)
		p.WaitFor(`document.readyState === "complete"`)
		return p.Address()
	}
	p.Go(list + "/moi")
	fill("kind", "universalisation", "number", "45/QĐ-UBND", "issued", "2019-09-10", "issuer", "Chủ tịch UBND xã")
	committee := sent(`#qua-trinh`)
	var members []string
	for _, m := range [][]string{
		{"chair", "peoples-committee", "Sùng A Chu", "0912000001", "Phó Chủ tịch UBND xã"},
		{"standing-deputy", "culture-society", "Lường Thị Thương", "0912000002", "Công chức Văn hóa – Xã hội"},
		{"member", "front-board", "Lò Văn Ún", "0912000003", "Trưởng ban công tác Mặt trận bản"},
		{"member", "womens-union", "Quàng Thị Ọi", "0912000004", "Chủ tịch Hội Liên hiệp Phụ nữ xã"},
	} {
		p.Go(committee + "/thanh-vien")
		fill("office", m[0], "body", m[1], "name", m[2], "phone", m[3], "job", m[4], "from", "2019-09-10")
		members = append(members, sent(`#nhiem-vu`))
	}
	p.Go(committee + "/thanh-vien")
	Eval[bool](p, `document.querySelector('main form[method="post"]').noValidate = true`)
	sent(`.faults`)
	p.Faults() // the browser calls the answer 422 a failed load
	p.Clean("committee-member-wrong")
	p.Shot("committee-member-wrong")
	for i, member := range members[1:] {
		p.Go(committee + "/giao-viec")
		fill("member", member[strings.LastIndex(member, "/")+1:], "from", "2019-09-10")
		Eval[bool](p, `(() => { const all = document.querySelectorAll('input[name="places"]'); all[0].checked = true; if (`+quote(string(rune('0'+i)))+` === "0") all[all.length-1].checked = true;
			document.querySelector('input[name="tasks"]').checked = true; return true })()`)
		sent(`form[role="search"][action$="/phan-cong"]`)
	}
	p.Look("committees", list)
	p.Look("committee", committee)
	p.Look("committee-matrix", committee+"/phan-cong")
	p.Look("committee-member-new", committee+"/thanh-vien")
	p.Go(members[2] + "/vang-mat")
	Eval[bool](p, `(() => { const f = document.querySelector('main form[method="post"]').elements; f.last.value = f.from.value; return true })()`)
	sent(`#nhiem-vu`)
	p.Look("member", members[2])
	p.Look("member-hand-over", members[2]+"/ban-giao")
	p.Look("coverage", strings.Replace(list, "/ban-chi-dao", "/phu-trach", 1))

	district := NewPage(t, Desktop, Light)
	district.Enter(h, "district-head")
	district.Go(h.URL + "/chi-dao/ban-chi-dao")
	district.Look("coverage-district", strings.Replace(district.Address(), "/ban-chi-dao", "/phu-trach", 1))
}

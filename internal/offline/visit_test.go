package offline

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/id"
	"ralop/internal/store"
)

// openCase opens a case of a child of 8A who lives in Bản Phiêng Pi.
func openCase(t *testing.T, h *apptest.House, n int) (c casework.Case) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = casework.OpenByHand(ctx, tx, apptest.Hoa.Who(), casework.OpenIn{Pupil: apptest.Pupil(apptest.Class8A, n), Why: "Nghỉ ở nhà từ thứ hai"})
		return err
	})
	return c
}

func (p *phone) visit(case_ id.ID, change func(*visitBody)) act {
	p.sequence++
	b := visitBody{Case: case_, Kind: "visit", Reached: true, Met: []string{"mother"}, With: []string{}, Cause: "field-work", Secondary: []string{}, Promise: "2020-06-01", SupportSchool: []string{"books"}, SupportCommune: []string{}, Note: "Gặp ở nương"}
	if change != nil {
		change(&b)
	}
	return act{newUUID(7), "visit", 1, p.sequence, p.w.Clock.Now().UnixMilli(), b}
}

func TestAVisitWithoutANetwork(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Pao)
		if parts := p.pull().Parts; parts["tasks"] != nil {
			t.Fatalf("tasks before there is a case: %s", parts["tasks"])
		}
		c := openCase(t, h, 3)
		var tasks tasksPart
		if err := json.Unmarshal(p.pull().Parts["tasks"], &tasks); err != nil || len(tasks.Stops) != 1 {
			t.Fatalf("the tasks are %+v (%v)", tasks, err)
		}
		task := tasks.Stops[0].Households[0].Tasks[0]
		if task.Case != c.ID || task.Name != apptest.PupilName(apptest.Class8A, 3) || task.Words != "Nghỉ ở nhà từ thứ hai" || !task.Untouched {
			t.Errorf("the task is %+v", task)
		}
		looks := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = 1 AND account = $1 AND action = 'look' AND object = $2`, apptest.Pao.Account, task.Pupil)[0]
		if looks != 1 {
			t.Errorf("a task with a name was given out, and the book has %d looks", looks)
		}
		a := p.visit(c.ID, nil)
		first := p.want(p.seal(a), "done", "")
		if again := p.want(p.seal(a), "already", ""); string(again.Receipt) != string(first.Receipt) {
			t.Errorf("the second receipt is %s, not %s", again.Receipt, first.Receipt)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_act WHERE realm = 1 AND case_id = $1 AND kind = 'visit'`, c.ID)[0]; n != 1 {
			t.Errorf("a visit that was sent twice stands %d times", n)
		}
		if err := json.Unmarshal(p.pull().Parts["tasks"], &tasks); err != nil || tasks.Stops[0].Households[0].Tasks[0].Promise != "2020-06-01" {
			t.Errorf("after the visit the task is %+v (%v)", tasks.Stops, err)
		}
		// What is wrong in it is refused, and names nobody.
		for code, change := range map[string]func(*visitBody){"casework.bad-act": func(b *visitBody) { b.Kind = "commune-meeting" }, "casework.bad-code": func(b *visitBody) { b.Met = []string{"ghost"} },
			"casework.bad-cause": func(b *visitBody) { b.Cause = "laziness" }, "casework.promise-far": func(b *visitBody) { b.Promise = "2021-01-01" }, "offline.unreadable": func(b *visitBody) { b.Promise = "mai" }} {
			p.want(p.seal(p.visit(c.ID, change)), "refused", code)
		}
	})
}

// Every person × every case that is not hers, by a phone.
func TestAPhoneReachesNoForeignCase(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		c := openCase(t, h, 3)
		for _, foreign := range []apptest.Person{apptest.Binh, apptest.Chien, apptest.Thuy, apptest.Lan, apptest.Huong} {
			p := w.phone(t, foreign)
			p.want(p.seal(p.visit(c.ID, nil)), "refused", "casework.not-yours")
			if parts := p.pull().Parts; strings.Contains(string(parts["tasks"]), apptest.PupilName(apptest.Class8A, 3)) {
				t.Errorf("%s has the child on her phone", foreign.Name)
			}
		}
		hoa := w.phone(t, apptest.Hoa)
		hoa.want(hoa.seal(hoa.visit(99999, nil)), "refused", "casework.unknown")
		hoa.want(hoa.seal(hoa.visit(c.Pupil, nil)), "refused", "casework.unknown") // a pupil is no case
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_act WHERE realm = 1 AND kind = 'visit'`)[0]; n != 0 {
			t.Errorf("%d visits were kept", n)
		}
		// A protected cause is on the phone of nobody but those who may read it.
		pao := w.phone(t, apptest.Pao)
		hoa.want(hoa.seal(hoa.visit(c.ID, func(b *visitBody) { b.Cause, b.Note, b.Protect = "marriage", "Nhà trai đã hỏi", true })), "done", "")
		got := string(pao.pull().Parts["tasks"])
		var tasks tasksPart
		if err := json.Unmarshal([]byte(got), &tasks); err != nil || len(tasks.Stops) == 0 {
			t.Fatalf("his tasks are %s", got)
		}
		task, _ := json.Marshal(tasks.Stops)
		if strings.Contains(string(task), "marriage") || strings.Contains(string(task), "Nghỉ ở nhà") || !strings.Contains(string(task), "đang được hỗ trợ") {
			t.Errorf("his phone has %s", task)
		}
	})
}

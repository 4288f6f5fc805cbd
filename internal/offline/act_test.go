package offline

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/id"
	"ralop/internal/store"
)

func TestTheSameActIsAnsweredTheSame(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		a := p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "unknown"), mark(apptest.Class8A, 2, "late"))
		first := p.want(p.seal(a), "done", "")
		var receipt rollReceipt
		if err := json.Unmarshal(first.Receipt, &receipt); err != nil || receipt.Version != 1 || receipt.Size != 35 || receipt.Absent != 1 || receipt.Late != 1 || receipt.Clock != "07:00" {
			t.Errorf("the receipt is %s (%v)", first.Receipt, err)
		}
		h.Clock.Advance(2 * time.Hour)
		again := p.want(p.seal(a), "already", "") // sealed anew: other bytes, the same act
		if string(again.Receipt) != string(first.Receipt) {
			t.Errorf("the second receipt is %s, not %s", again.Receipt, first.Receipt)
		}
		if !strings.Contains(again.Words, "07:00") {
			t.Errorf("a repeat says %q", again.Words)
		}
		// From two tabs at once, many times.
		b := p.roll(apptest.Class8A, "2020-05-28")
		sealed := p.seal(b)
		var wait sync.WaitGroup
		outcomes := make(chan device.Outcome, 16)
		for range 16 {
			wait.Go(func() { outcomes <- p.push(sealed).Acts[0].Outcome })
		}
		wait.Wait()
		close(outcomes)
		count := map[device.Outcome]int{}
		for o := range outcomes {
			count[o]++
		}
		if count["done"] != 1 || count["already"] != 15 {
			t.Errorf("16 tabs: %v", count)
		}
		if n := w.sheets(t, apptest.Class8A); n != 2 {
			t.Errorf("%d versions of two sheets", n)
		}
		// In the same push, twice and out of order.
		second, third := p.roll(apptest.Class8A, "2020-05-27", mark(apptest.Class8A, 5, "excused")), p.roll(apptest.Class8A, "2020-05-27", mark(apptest.Class8A, 6, "excused"))
		third.Body = rollBody{Class: apptest.Class8A, Day: day.MustParse("2020-05-27"), Session: 1, State: "taken", Marks: []markPart{mark(apptest.Class8A, 6, "excused")}}
		got := p.push(p.seal(third), p.seal(second), p.seal(third))
		if got.Acts[0].Outcome != "done" || got.Acts[2].Outcome != "already" || got.Acts[1].Outcome == "refused" {
			t.Errorf("out of order: %+v", got.Acts)
		}
		if s := w.sheet(t, apptest.Class8A, "2020-05-27"); s.Excused != 1 {
			t.Errorf("the later act of the same phone does not hold: %+v", s)
		}
	})
}

func TestOutcomesOfTheRollCall(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		hoa, dua := w.phone(t, apptest.Hoa), w.phone(t, apptest.Dua)
		// Past the lock it waits for the principal and is not dropped.
		hoa.want(hoa.seal(hoa.roll(apptest.Class8A, "2020-05-20")), "waiting", "")
		if n := w.sheets(t, apptest.Class8A); n != 0 {
			t.Errorf("what waits has made %d versions", n)
		}
		// Two phones that do not agree are a conflict.
		hoa.want(hoa.seal(hoa.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "excused"))), "done", "")
		a := dua.want(dua.seal(dua.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "unexcused"))), "conflict", "")
		var receipt rollReceipt
		if json.Unmarshal(a.Receipt, &receipt); receipt.Conflicts != 1 {
			t.Errorf("the receipt of a conflict is %s", a.Receipt)
		}
		for code, body := range map[string]rollBody{
			"rollcall.bad-reason":          {Marks: []markPart{{Pupil: apptest.Pupil(apptest.Class8A, 1), Kind: "excused", Reason: "no-such-reason"}}},
			"rollcall.bad-kind":            {Marks: []markPart{mark(apptest.Class8A, 1, "asleep")}},
			"rollcall.twice":               {Marks: []markPart{mark(apptest.Class8A, 1, "late"), mark(apptest.Class8A, 1, "excused")}},
			"rollcall.future":              {Day: day.MustParse("2020-06-01")},
			"rollcall.not-held":            {Day: day.MustParse("2020-05-24")},
			"rollcall.bad-session":         {Session: 7},
			"rollcall.bad-state":           {State: "perhaps"},
			"rollcall.reason-needed":       {State: "no-class"},
			"rollcall.marks-without-class": {State: "no-class", Reason: "Mưa lũ", Marks: []markPart{mark(apptest.Class8A, 1, "late")}},
		} {
			b := hoa.roll(apptest.Class8A, "2020-05-28")
			body.Class = apptest.Class8A
			if body.Day == 0 {
				body.Day = day.MustParse("2020-05-28")
			}
			if body.Session == 0 {
				body.Session = 1
			}
			if body.State == "" {
				body.State = "taken"
			}
			b.Body = body
			sent := hoa.seal(b)
			first := hoa.want(sent, "refused", code)
			if again := hoa.want(sent, "refused", code); again.Words != first.Words {
				t.Errorf("%s is answered %q, then %q", code, first.Words, again.Words)
			}
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			mine, _, err := device.RefusedOf(ctx, tx, apptest.Hoa.Who())
			if err == nil && len(mine) != 9 {
				t.Errorf("of 9 refused acts their author sees %d", len(mine))
			}
			school, err2 := device.RefusedIn(ctx, tx, apptest.Son.Who(), apptest.MuongMunS)
			if err2 == nil && (len(school) != 9 || school[0].Account != apptest.Hoa.Account || school[0].About.Class != apptest.Class8A) {
				t.Errorf("of 9 refused acts the principal sees %d", len(school))
			}
			if _, err := device.RefusedIn(ctx, tx, apptest.Lan.Who(), apptest.MuongMunS); err == nil {
				t.Error("the principal of another school sees them")
			}
			if err != nil {
				return err
			}
			return err2
		})
		held := apptest.Query[int](t, h, `SELECT COUNT(*) FROM device_act WHERE realm = $1 AND outcome = 'refused' AND LENGTH(sealed) > 100`, apptest.Realm)[0]
		if held != 9 {
			t.Errorf("what was sealed is kept with %d of 9 refusals", held)
		}
	})
}

func TestFormatsAndKinds(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		newer := p.roll(apptest.Class8A, "2020-05-29")
		newer.Format = 2
		p.want(p.seal(newer), "refused", "offline.new-format")
		older := p.roll(apptest.Class8A, "2020-05-29")
		older.Format = 0
		p.want(p.seal(older), "refused", "offline.old-format")
		strange := p.roll(apptest.Class8A, "2020-05-29")
		strange.Kind = "telepathy"
		p.want(p.seal(strange), "refused", "offline.unknown-kind")
		extra := p.roll(apptest.Class8A, "2020-05-29")
		extra.Body = map[string]any{"class": "602", "day": "2020-05-29", "session": 1, "state": "taken", "marks": []any{}, "school": "503"}
		p.want(p.seal(extra), "refused", "offline.unreadable")
		// When the server has learned the format, the same act is judged anew.
		defer func(k []Kind) { kinds = k }(kinds)
		learned := roll
		learned.Format = 2
		kinds = []Kind{learned}
		p.want(p.seal(newer), "done", "")
		// Four versions are accepted.
		learned.Format = 5
		kinds = []Kind{learned}
		old := p.roll(apptest.Class8A, "2020-05-28")
		old.Format = 2
		p.want(p.seal(old), "done", "")
		old = p.roll(apptest.Class8A, "2020-05-27")
		p.want(p.seal(old), "refused", "offline.old-format")
	})
}

// TestAPhoneReachesNothingOfAnotherClass is acceptance 4: every kind of act × foreign ids,
// and every lie about who made it.
func TestAPhoneReachesNothingOfAnotherClass(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p, other := w.phone(t, apptest.Hoa), w.phone(t, apptest.Binh)
		blocked := w.phone(t, apptest.Hoa)
		elsewhere := map[string]string{"visit": "visit_test.go"} // kinds whose foreign ids are tried in a file of their own
		for _, kind := range kinds {
			if elsewhere[kind.Name] != "" {
				continue
			}
			if kind.Name != "roll" {
				t.Errorf("nobody has tried foreign ids in acts of kind %s", kind.Name)
				continue
			}
			for _, class := range []id.ID{apptest.Class6A, apptest.Class8B, apptest.Class9A, apptest.Class1A} {
				p.want(p.seal(p.roll(class, "2020-05-29")), "refused", "access.no-grant")
				p.want(p.seal(p.roll(class, "2020-05-29", mark(class, 1, "unexcused"))), "refused", "access.no-grant")
				p.want(p.seal(p.roll(apptest.Class8A, "2020-05-29", mark(class, 1, "unexcused"))), "refused", "rollcall.stranger")
			}
			p.want(p.seal(p.roll(99999, "2020-05-29")), "refused", "access.unknown")
			p.want(p.seal(p.roll(apptest.MuongMunS, "2020-05-29")), "refused", "access.unknown") // a school is no class
			p.want(p.seal(p.roll(apptest.Class8A, "2020-05-29", markPart{Pupil: 99999, Kind: "late"})), "refused", "rollcall.stranger")
		}
		six := func() act { return p.roll(apptest.Class6A, "2020-05-29", mark(apptest.Class6A, 1, "unexcused")) }
		// Another's account, proved by one's own secret.
		p.want(p.seal(six(), forged{account: apptest.Binh.Account}), "refused", "device.unproved")
		p.want(p.seal(six(), forged{account: apptest.Binh.Account, device: other.device}), "refused", "device.unproved")
		p.want(p.seal(six(), forged{account: 99999}), "refused", "device.unproved")
		p.want(p.seal(six(), forged{device: newUUID(4)}), "refused", "device.unproved")
		p.want(p.seal(six(), forged{mac: "AAAA"}), "refused", "device.unproved")
		p.want(p.seal(six(), forged{mac: "no base64"}), "refused", "device.unproved")
		// Another's act, with its text altered after it was proved.
		theirs := other.roll(apptest.Class6A, "2020-05-29")
		written, _ := json.Marshal(theirs)
		lie := forged{text: strings.Replace(string(written), `"marks":[]`, `"marks":[{"pupil":"601001","kind":"unexcused","reason":"","note":""}]`, 1)}
		if lie.text == string(written) {
			t.Fatal("the text is not altered")
		}
		p.want(other.seal(theirs, lie), "refused", "device.unproved")
		// Broken on the way, or under another id.
		whole := p.seal(p.roll(apptest.Class8A, "2020-05-29"))
		p.want(Sent{whole.ID, whole.Sealed[:len(whole.Sealed)/2]}, "refused", "device.unreadable")
		p.want(Sent{whole.ID, "%%%"}, "refused", "device.unreadable")
		p.want(Sent{whole.ID, ""}, "refused", "device.unreadable")
		p.want(Sent{newUUID(7), whole.Sealed}, "refused", "device.unreadable")
		p.want(Sent{whole.ID, strings.Repeat("A", largestAct+1)}, "refused", "offline.long-act")
		// The id of another's act gives nothing of hers, and hers is not in the way of one's own.
		done := other.roll(apptest.Class6A, "2020-05-29", mark(apptest.Class6A, 2, "excused"))
		other.want(other.seal(done), "done", "")
		mine := p.roll(apptest.Class8A, "2020-05-29")
		mine.ID = done.ID
		if a := p.want(p.seal(mine), "refused", "offline.act-reused"); len(a.Receipt) > 0 {
			t.Errorf("another's receipt is told: %s", a.Receipt)
		}
		// None of these stands in the way of the act itself.
		p.want(whole, "done", "")

		// A blocked phone, by push and by another's hand.
		lost := blocked.seal(blocked.roll(apptest.Class8A, "2020-05-28"))
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return device.Block(ctx, tx, apptest.Son.Who(), blocked.device, apptest.Hoa.Account)
		})
		if status, _, _ := blocked.send("POST", Prefix+"push", "application/json", []byte(`{"device":"`+blocked.device+`","acts":[]}`), nil); status != 401 {
			t.Errorf("the session of a blocked phone still lives: %d", status)
		}
		blocked.signIn(apptest.Hoa)
		ask[map[string]any](blocked.browser, 403, "push", blocked.pushing(lost))
		ask[map[string]any](blocked.browser, 403, "device", registerIn{blocked.device, ""})
		ask[map[string]any](blocked.browser, 403, "pull?device="+blocked.device, nil)
		p.want(lost, "refused", "device.blocked")
		p.want(lost, "refused", "device.blocked")
		// It was found: what lay on it is taken after all.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return device.Unblock(ctx, tx, apptest.Hoa.Who(), blocked.device, apptest.Hoa.Account)
		})
		p.want(lost, "done", "")

		for _, class := range apptest.Classes {
			want := map[id.ID]int{apptest.Class8A: 2, apptest.Class6A: 1}[class.ID]
			if n := w.sheets(t, class.ID); n != want {
				t.Errorf("class %s has %d versions, want %d", class.Name, n, want)
			}
		}
		if s := w.sheet(t, apptest.Class6A, "2020-05-29"); s.Excused != 1 || s.Unexcused != 0 {
			t.Errorf("the sheet of 6A is %+v", s)
		}
	})
}

func grant(t *testing.T, h *apptest.House, account, class id.ID, from, until string) {
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := access.Give(ctx, tx, access.System(apptest.Realm), access.GiveInput{Account: account, Role: access.SubstituteTeacher, Scope: class,
			Period: day.Range{From: day.MustParse(from), Until: day.MustParse(until)}})
		return err
	})
}

func TestRightsAreThoseOfWhenTheActWasMade(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Dua) // stands in on 29 May only
		sheet := p.seal(p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 4, "unknown")))
		before := p.seal(p.roll(apptest.Class8A, "2020-05-28"))
		future := p.roll(apptest.Class8B, "2020-05-29")
		grant(t, h, apptest.Dua.Account, apptest.Class8B, "2020-06-02", "2020-06-03")
		grant(t, h, apptest.Dua.Account, apptest.Class6A, "2020-05-04", "2020-05-09")
		p.want(p.seal(future), "refused", "access.no-grant") // not yet
		future = p.roll(apptest.Class8B, "2020-05-29")
		future.TakenAt = day.MustParse("2020-06-02").Midnight().UnixMilli()
		p.want(p.seal(future), "refused", "access.no-grant") // nor by a clock set ahead

		h.Clock.Advance(48 * time.Hour) // Sunday 31 May: it was in the hills without signal
		p.want(sheet, "done", "")
		p.want(before, "refused", "access.no-grant") // another day than that of the assignment
		late := p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 4, "excused"))
		p.want(p.seal(late), "refused", "access.no-grant") // made after the assignment ended
		// An assignment that has ended reaches its own days, as far as they are open.
		ended := p.roll(apptest.Class6A, "2020-05-08")
		ended.TakenAt = day.MustParse("2020-05-08").Midnight().UnixMilli()
		p.want(p.seal(ended), "waiting", "")
		ended = p.roll(apptest.Class6A, "2020-05-12")
		ended.TakenAt = day.MustParse("2020-05-08").Midnight().UnixMilli()
		if a := p.push(p.seal(ended)).Acts[0]; a.Outcome != "refused" {
			t.Errorf("a day after the assignment is %s", a.Outcome)
		}

		// An account that was closed is refused, and what it sent is kept.
		closed := p.seal(p.roll(apptest.Class8A, "2020-05-29"))
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE account SET disabled = $3 WHERE realm = $1 AND id = $2`, apptest.Realm, apptest.Dua.Account, true)
			return err
		})
		hoa := w.phone(t, apptest.Hoa)
		hoa.want(closed, "refused", "offline.disabled")
		if status, _, _ := p.send("POST", Prefix+"push", "application/json", []byte(`{}`), nil); status != 401 {
			t.Errorf("a closed account pushes: %d", status)
		}
	})
}

func TestWrongClocksAreMarked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		days := []string{"2020-05-29", "2020-05-28", "2020-05-27", "2020-05-26"}
		for i, ahead := range []time.Duration{2 * time.Hour, -2 * time.Hour, 9 * time.Minute, -9 * time.Minute} {
			a := p.roll(apptest.Class8A, days[i])
			a.TakenAt += ahead.Milliseconds()
			pushing := p.pushing(p.seal(a))
			pushing.Now += ahead.Milliseconds()
			got := ask[Pushed](p.browser, 200, "push", pushing)
			var receipt rollReceipt
			if err := json.Unmarshal(got.Acts[0].Receipt, &receipt); err != nil || got.Acts[0].Outcome != "done" {
				t.Fatalf("%v: %+v", ahead, got)
			}
			wrong := ahead > 10*time.Minute || ahead < -10*time.Minute
			if got.Skew != ahead.Milliseconds() || (receipt.ClockOff != 0) != wrong || strings.Contains(got.Acts[0].Words, "Đồng hồ") != wrong {
				t.Errorf("%v: skew %d, clock_off %d, %q", ahead, got.Skew, receipt.ClockOff, got.Acts[0].Words)
			}
		}
		marked := apptest.Query[int](t, h, `SELECT COUNT(*) FROM device_act WHERE realm = $1 AND clock_off <> 0`, apptest.Realm)[0]
		if marked != 2 {
			t.Errorf("%d of 2 acts are marked", marked)
		}
		// A clock that had lost its battery when the roll was called, and is right again.
		a := p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "late"))
		a.TakenAt = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
		body := a.Body.(rollBody)
		body.Base = 1
		a.Body = body
		if got := p.push(p.seal(a)).Acts[0]; got.Outcome != "done" || !strings.Contains(got.Words, "Đồng hồ") {
			t.Errorf("%+v", got)
		}
	})
}

func TestASharedPhoneAndAFileCarryAnothersActs(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		hoa := w.phone(t, apptest.Hoa)
		sealed := hoa.seal(hoa.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "unknown")))
		filed := hoa.seal(hoa.roll(apptest.Class8A, "2020-05-28"))
		// The session has expired: nothing is lost, and the answer is no page.
		nobody := w.browser(t, nil)
		content, _ := json.Marshal(hoa.pushing(sealed))
		status, answer, header := nobody.send("POST", Prefix+"push", "application/json", content, nil)
		if status != 401 || !strings.HasPrefix(header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("without a session: %d %s", status, answer)
		}
		if status, _, header = nobody.send("GET", Prefix+"pull?device="+hoa.device, "", nil, http.Header{"Accept": {"text/html"}}); status != 401 || header.Get("Location") != "" {
			t.Errorf("a pull without a session: %d, to %q", status, header.Get("Location"))
		}
		// The next teacher of the same phone signs in; what waits of the first goes with his push.
		shared := &phone{browser: w.browser(t, &apptest.Binh), device: hoa.device}
		shared.use(apptest.Binh)
		shared.want(sealed, "done", "")
		line := apptest.Query[struct{ Account, Sender id.ID }](t, h, `SELECT account, sender FROM device_act WHERE realm = $1`, apptest.Realm)[0]
		if line.Account != apptest.Hoa.Account || line.Sender != apptest.Binh.Account {
			t.Errorf("the ledger says %+v", line)
		}
		if s := w.sheet(t, apptest.Class8A, "2020-05-29"); s.Account != apptest.Hoa.Account || s.Unknown != 1 {
			t.Errorf("the sheet is %+v", s)
		}
		if got := keys(shared.pull()); strings.Join(got, " ") != "class/601 days/601 me watch/601" {
			t.Errorf("he is told of %v", got)
		}
		// A file, handed in by somebody with no right to the class.
		clerk := w.browser(t, &apptest.Lan)
		got := ask[Pushed](clerk, 200, "hand-in", File{"acts", hoa.device, []Sent{filed, sealed, {newUUID(7), "AAAA"}}})
		if len(got.Acts) != 3 || got.Acts[0].Outcome != "done" || got.Acts[1].Outcome != "already" || got.Acts[2].Outcome != "refused" {
			t.Errorf("the file: %+v", got.Acts)
		}
		ask[map[string]any](clerk, 422, "hand-in", map[string]any{"ralop": "something else"})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			_, unread, err := device.RefusedOf(ctx, tx, apptest.Lan.Who())
			if err == nil && (len(unread) != 1 || unread[0].Code != "device.unreadable") {
				t.Errorf("what could not be opened: %+v", unread)
			}
			return err
		})
		// After a reinstall the phone is another one; the old file still counts.
		fresh := w.phone(t, apptest.Hoa)
		fresh.want(filed, "already", "")
	})
}

func TestRemoteSignOutPushesFirst(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		p.pull()
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return device.SignOut(ctx, tx, apptest.Hoa.Who(), p.device)
		})
		if got := p.pull(); got.Device != "signing-out" || len(got.Parts) > 0 {
			t.Errorf("it still fetches: %s, %v", got.Device, keys(got))
		}
		one, two := p.seal(p.roll(apptest.Class8A, "2020-05-29")), p.seal(p.roll(apptest.Class8A, "2020-05-28"))
		pushing := p.pushing(one)
		pushing.Unsent = 1
		if got := ask[Pushed](p.browser, 200, "push", pushing); got.Device != "signing-out" || got.Acts[0].Outcome != "done" {
			t.Errorf("with acts left: %+v", got)
		}
		if got := p.push(two); got.Device != "signing-out" {
			t.Errorf("with the last act: %s", got.Device)
		}
		if got := p.push(); got.Device != "signed-out" {
			t.Errorf("with nothing left: %s", got.Device)
		}
		ask[map[string]any](p.browser, 401, "push", p.pushing())
		if n := w.sheets(t, apptest.Class8A); n != 2 {
			t.Errorf("%d of 2 roll calls arrived", n)
		}
		// Whoever signs in on it again uses it again.
		p.signIn(apptest.Hoa)
		p.use(apptest.Hoa)
		p.cursor = ""
		if got := p.pull(); got.Device != "active" || len(got.Parts) != 4 {
			t.Errorf("used again: %s, %v", got.Device, keys(got))
		}
		// An act sealed under the first secret is still good.
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			mine, err := device.Mine(ctx, tx, apptest.Hoa.Who())
			if err == nil && (len(mine) != 1 || mine[0].Build != "test" || !mine[0].Persisted || mine[0].PushedAt.IsZero() || mine[0].PulledAt.IsZero()) {
				t.Errorf("her phones: %+v", mine)
			}
			return err
		})
	})
}

func TestKeysMayBeChanged(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		old := p.seal(p.roll(apptest.Class8A, "2020-05-29"))
		oldSecret := p.seal(p.roll(apptest.Class8A, "2020-05-28"))
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := device.RotateKey(ctx, tx, apptest.Quan.Who())
			return err
		})
		if got := p.push(old); got.Key.ID != 2 || got.Acts[0].Outcome != "done" {
			t.Errorf("after a change of key: %+v, %+v", got.Key, got.Acts)
		}
		first := p.public
		p.use(apptest.Hoa) // registers again: a fresh secret, the new key
		if string(first) == string(p.public) {
			t.Error("the key is the old one")
		}
		p.want(oldSecret, "done", "")
		p.want(p.seal(p.roll(apptest.Class8A, "2020-05-27")), "done", "")
	})
}

func TestOnlyPhonesAndTheirOwnSiteAreHeard(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		content, _ := json.Marshal(p.pushing(p.seal(p.roll(apptest.Class8A, "2020-05-29"))))
		if status, _, _ := p.send("POST", Prefix+"push", "text/plain", content, nil); status != 415 {
			t.Errorf("a form of another kind: %d", status)
		}
		if status, _, _ := p.send("POST", Prefix+"push", "application/json", content, http.Header{"Sec-Fetch-Site": {"cross-site"}}); status != 403 {
			t.Errorf("from another site: %d", status)
		}
		ask[map[string]any](p.browser, 404, "push", pushIn{Device: newUUID(4)})
		ask[map[string]any](p.browser, 404, "pull?"+url.Values{"device": {newUUID(4)}}.Encode(), nil)
		ask[map[string]any](p.browser, 422, "device", registerIn{Device: "my phone"})
		ask[map[string]any](p.browser, 413, "push", pushIn{Device: p.device, Acts: make([]Sent, mostActs+1)})
		if status, _, _ := p.send("POST", Prefix+"push", "application/json", append([]byte(`{"device":"`), bytes.Repeat([]byte("x"), pushBytes)...), nil); status != 413 {
			t.Errorf("a body without end: %d", status)
		}
		if n := w.sheets(t, apptest.Class8A); n != 0 {
			t.Errorf("%d sheets came in by other ways", n)
		}
	})
}

// TestAHundredPhonesAtOnce: no more are let in than the gate says, nobody is lost, those
// sent away are told when to come again and get through.
func TestAHundredPhonesAtOnce(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	gates := newGate(3, 5, 50*time.Millisecond, 30*time.Second)
	w := open(t, h, gates, newGate(2, 5, 50*time.Millisecond, 30*time.Second))
	p := w.phone(t, apptest.Hoa)
	const phones = 100
	sealed := make([]Sent, phones)
	for i := range sealed {
		sealed[i] = p.seal(p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1+i%30, "late")))
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	sentAway, most, spread := 0, 0, map[string]bool{}
	for i := range phones {
		wait.Go(func() {
			content, _ := json.Marshal(p.pushing(sealed[i]))
			for {
				status, answer, header := p.send("POST", Prefix+"push", "application/json", content, nil)
				mu.Lock()
				most = max(most, len(gates.inside))
				if status == 503 {
					sentAway++
					spread[header.Get("Retry-After")] = true
				}
				mu.Unlock()
				if status == 200 {
					return
				}
				if status != 503 || header.Get("Retry-After") == "" || header.Get("Retry-After") == "0" {
					t.Errorf("%d %s %s", status, header, answer)
					return
				}
				time.Sleep(5 * time.Millisecond) // the test's clock is faster
			}
		})
	}
	wait.Wait()
	acts := apptest.Query[int](t, h, `SELECT COUNT(*) FROM device_act WHERE realm = $1 AND outcome <> 'refused'`, apptest.Realm)[0]
	if acts != phones {
		t.Errorf("%d of %d acts arrived", acts, phones)
	}
	if most > 3 || len(gates.inside) != 0 || gates.waiting.Load() != 0 {
		t.Errorf("%d were inside at a time, %d are left, %d wait", most, len(gates.inside), gates.waiting.Load())
	}
	if sentAway == 0 || sentAway > 10 && len(spread) < 5 {
		t.Errorf("%d were sent away, to come again after %v", sentAway, spread)
	}
}

// TestActsAreHeavyOnlyWhereTheyMustBe measures the way up of a class for a day.
func TestActsAreHeavyOnlyWhereTheyMustBe(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	p := open(t, h).phone(t, apptest.Hoa)
	a := p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "unknown"), mark(apptest.Class8A, 2, "excused"), mark(apptest.Class8A, 3, "late"))
	content, _ := json.Marshal(p.pushing(p.seal(a)))
	if len(content) > 1536 {
		t.Errorf("a class for a day weighs %d bytes on the way up, of 1.5 KiB", len(content))
	}
}

package offline

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/device"
	"ralop/internal/fault"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

func TestParse(t *testing.T) {
	u, p, k, m := rollcall.Unknown, rollcall.Excused, rollcall.Unexcused, rollcall.Late
	for text, want := range map[string]Called{
		"DD 6A S 3 7K 12P":          {Class: "6a", Session: calendar.Morning, Marks: []NumberMark{{3, u}, {7, k}, {12, p}}},
		"dd 6a s 3,7k,12p":          {Class: "6a", Session: calendar.Morning, Marks: []NumberMark{{3, u}, {7, k}, {12, p}}},
		"  ĐD  6A  Sáng 3  7 K 4m ": {Class: "6a", Session: calendar.Morning, Marks: []NumberMark{{3, u}, {7, k}, {4, m}}},
		"DD 6A C 0":                 {Class: "6a", Session: calendar.Afternoon},
		"dd 6A chiều 0":             {Class: "6a", Session: calendar.Afternoon},
		"DD 6 A T 1V":               {Class: "6a", Session: calendar.Evening, Marks: []NumberMark{{1, u}}},
		"DD 3+4 Bản Lúm S 2":        {Class: "3+4banlum", Session: calendar.Morning, Marks: []NumberMark{{2, u}}},
		"DD 6A S 28/5 3":            {Class: "6a", Session: calendar.Morning, DayOfMonth: 28, Month: 5, Marks: []NumberMark{{3, u}}},
		"DD 6A S NGHI mưa lũ":       {Class: "6a", Session: calendar.Morning, NoClass: true, Reason: "mưa lũ"},
		"DD 6A S nghỉ Rét đậm":      {Class: "6a", Session: calendar.Morning, NoClass: true, Reason: "Rét đậm"},
	} {
		got, err := Parse(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v (%v), want %+v", text, got, err, want)
		}
	}
	for text, code := range map[string]string{
		"":                     "offline.sms-format",
		"xin chào":             "offline.sms-format",
		"DD":                   "offline.sms-format",
		"6A S 3":               "offline.sms-format",
		"DD 6A 3 7":            "offline.sms-session",
		"DD 6A S":              "offline.sms-empty", // cut short: nobody becomes present by that
		"DD 6A S 28/5":         "offline.sms-empty",
		"DD 6A S 0 3":          "offline.sms-mixed",
		"DD 6A S 3 0":          "offline.sms-mixed",
		"DD 6A S 3 3K":         "offline.sms-twice",
		"DD 6A S 3X":           "offline.sms-token",
		"DD 6A S -3":           "offline.sms-token",
		"DD 6A S 100":          "offline.sms-token",
		"DD 6A S 3.5":          "offline.sms-token",
		"DD 6A S +3":           "offline.sms-token",
		"DD 6A S K":            "offline.sms-token",
		"DD 6A S nghi":         "offline.sms-reason",
		"DD 6A S 3 7K ơi con…": "offline.sms-token",
	} {
		got, err := Parse(text)
		f, ok := fault.Of(err)
		if !ok || f.Code != code {
			t.Errorf("%q: %+v, %v; want %s", text, got, err, code)
		}
	}
}

// FuzzParse: whatever comes, what is understood says the same when it is written again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"DD 6A S 3 7K 12P", "ĐD 6A Sáng 0", "dd 3+4 Bản Lúm c 28/5 2p,3k", "DD 6A S NGHI mưa lũ", "DD 6A S 3 7 K", "DD  S S 1", "DD 6A S 28/5 0", "dd\x00\xff s 1", "DD 6A S 99M", "DD 6A T nghỉ bão số 3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			if _, ok := fault.Of(err); !ok {
				t.Fatalf("%q: %v is no fault", text, err)
			}
			for _, r := range sentence(faultOf(err)) {
				if r > unicode.MaxASCII && r != '“' && r != '”' && r != '…' {
					return // a token of the sender's own
				}
			}
			return
		}
		if c.Class == "" || !c.Session.Valid() || c.Session == calendar.WholeDay || c.NoClass && (c.Reason == "" || len(c.Marks) > 0) {
			t.Fatalf("%q: %+v", text, c)
		}
		seen := map[int]bool{}
		for _, m := range c.Marks {
			if m.Number < 1 || m.Number > 99 || !m.Kind.Valid() || seen[m.Number] {
				t.Fatalf("%q: %+v", text, c)
			}
			seen[m.Number] = true
		}
		if sessionOf(c.Class) != 0 || c.NoClass {
			return // a class called "S" cannot be written again without doubt
		}
		again, err := Parse(write(c))
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%q is %+v, written again %q is %+v (%v)", text, c, write(c), again, err)
		}
	})
}

func faultOf(err error) *fault.Fault { f, _ := fault.Of(err); return f }

// write is a roll call as a message.
func write(c Called) string {
	words := []string{"DD", c.Class, map[calendar.Session]string{calendar.Morning: "S", calendar.Afternoon: "C", calendar.Evening: "T"}[c.Session]}
	if c.DayOfMonth != 0 {
		words = append(words, fmt.Sprintf("%d/%d", c.DayOfMonth, c.Month))
	}
	if len(c.Marks) == 0 {
		words = append(words, "0")
	}
	for _, m := range c.Marks {
		words = append(words, fmt.Sprint(m.Number)+map[rollcall.Kind]string{rollcall.Excused: "P", rollcall.Unexcused: "K", rollcall.Late: "M"}[m.Kind])
	}
	return strings.Join(words, " ")
}

func TestRollCallsByTextMessage(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		var secret string
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			for account, phone := range map[int64]string{int64(apptest.Hoa.Account): "0912 345 678", int64(apptest.Binh.Account): "+84 987.654.321", int64(apptest.Mai.Account): "0911111111",
				int64(apptest.Son.Account): "0922222222", int64(apptest.Dua.Account): "0922222222"} {
				if _, err := tx.Exec(ctx, `UPDATE account SET phone = $3 WHERE realm = $1 AND id = $2`, apptest.Realm, account, phone); err != nil {
					return err
				}
			}
			secret, err = device.MakeGatewaySecret(ctx, tx, apptest.Quan.Who())
			return err
		})
		gateway := w.browser(t, nil)
		send := func(id, from, text string) (reply, outcome string) {
			t.Helper()
			content, _ := json.Marshal(Message{id, from, text})
			status, body, _ := gateway.send("POST", Prefix+"sms", "application/json", content, http.Header{"Authorization": {"Bearer " + secret}})
			var out struct{ Reply, Outcome string }
			if status != 200 || json.Unmarshal(body, &out) != nil {
				t.Fatalf("%s: %d %s", text, status, body)
			}
			if len(out.Reply) > 160 {
				t.Errorf("the reply needs more than one message: %q", out.Reply)
			}
			for _, r := range strings.NewReplacer("“", "", "”", "").Replace(out.Reply) {
				if r > unicode.MaxASCII {
					t.Errorf("the reply has accents: %q", out.Reply)
					break
				}
			}
			for n := 1; n <= 12; n++ {
				if strings.Contains(out.Reply, plain(apptest.PupilName(apptest.Class6A, n))) {
					t.Errorf("the reply names a child: %q", out.Reply)
				}
			}
			return out.Reply, out.Outcome
		}
		h.Clock.Advance(12 * time.Minute)
		reply, outcome := send("m1", "+84987654321", "DD 6A S 3 7K 9M")
		if want := "6A sang 29/5: 10 em, vang 2 (3,7), muon 1 (9). Da nhan 07:12"; reply != want || outcome != "done" {
			t.Errorf("%s: %q, want %q", outcome, reply, want)
		}
		if s := w.sheet(t, apptest.Class6A, "2020-05-29"); s.Unknown != 1 || s.Unexcused != 1 || s.Late != 1 || s.Account != apptest.Binh.Account || s.Version != 1 {
			t.Errorf("the sheet is %+v", s)
		}
		h.Clock.Advance(time.Hour)
		if again, outcome := send("m1", "0987654321", "DD 6A S 3 7K 9M"); outcome != "done" {
			t.Errorf("the same message again, written from another form of the number: %s %q", outcome, again)
		}
		if again, _ := send("m1", "+84987654321", "DD 6A S 3 7K 9M"); again != reply {
			t.Errorf("the same message again: %q, not %q", again, reply)
		}
		for _, c := range []struct{ from, text, words, outcome string }{
			{"0900000000", "DD 6A S 0", "chua co trong danh ba", "refused"},
			{"", "DD 6A S 0", "chua co trong danh ba", "refused"},
			{"0912345678", "DD 6A S 0", "khong duoc diem danh lop 6A", "refused"},
			{"0912345678", "DD 8A S 36", "khong co so 36", "refused"},
			{"0912345678", "DD 8A S", "thieu so thu tu", "refused"},
			{"0912345678", "chao co", "DD 6A S 3 7K 12P", "refused"},
			{"0912345678", "DD 8A T 0", "Chua nhan", "refused"}, // no session in the evening
			{"0912345678", "DD 8A S 0", "8A sang 29/5: 35 em, du ca. Da nhan", "done"},
			{"0912345678", "DD 8A S 28/5 35P", "8A sang 28/5: 35 em, vang 1 (35). Da nhan", "done"},
			{"0911111111", "DD 8B S NGHI mưa lũ", "8B sang 29/5: 12 em, lop nghi. Da nhan", "done"},
			{"0922222222", "DD 8A S 1", "nhieu nguoi dung so may nay", "refused"},
			{"0912345678", "DD 8A S 20/5 1", "cho hieu truong", "waiting"},
		} {
			if reply, outcome := send("", c.from, c.text); outcome != c.outcome || !strings.Contains(reply, c.words) {
				t.Errorf("%s %q: %s %q", c.from, c.text, outcome, reply)
			}
		}
		// A gateway that sends a form; one without the word.
		form := url.Values{"id": {"f1"}, "from": {"0987654321"}, "text": {"DD 6A S 28/5 0"}}.Encode()
		if status, body, _ := gateway.send("POST", Prefix+"sms", "application/x-www-form-urlencoded", []byte(form), http.Header{"Authorization": {"Bearer " + secret}}); status != 200 || !strings.Contains(string(body), "du ca") {
			t.Errorf("a form: %d %s", status, body)
		}
		for _, word := range []string{"", "Bearer ", "Bearer wrong", secret} {
			if status, _, _ := gateway.send("POST", Prefix+"sms", "application/json", []byte(`{}`), http.Header{"Authorization": {word}}); status != 401 {
				t.Errorf("%q is let in: %d", word, status)
			}
		}
	})
}

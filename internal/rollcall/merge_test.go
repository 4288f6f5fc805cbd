package rollcall_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ralop/internal/id"
	"ralop/internal/rollcall"
)

// Three pupils of a class: 1 Lò Thị An, 2 Vàng A Páo, 3 Mùa Thị Dợ.
var trio = []id.ID{1, 2, 3}

func actNumber(n int) (a rollcall.ActID) {
	binary.BigEndian.PutUint64(a[8:], uint64(n))
	return a
}

// said is a roll call of the three: "1? 2P" means that An is absent, Páo excused, Dợ present.
func said(number int, marks string, saw ...int) rollcall.Act {
	a := rollcall.Act{ID: actNumber(number), State: rollcall.Taken, Roll: trio}
	for _, n := range saw {
		a.Saw = append(a.Saw, actNumber(n))
	}
	for word := range strings.FieldsSeq(marks) {
		kind, _ := rollcall.ParseKind(word[1:2])
		m := rollcall.Mark{Pupil: id.ID(word[0] - '0'), Kind: kind}
		m.Reason, m.Note, _ = strings.Cut(strings.TrimPrefix(word[2:], ":"), ":")
		a.Marks = append(a.Marks, m)
	}
	return a
}

func noClass(number int, reason string, saw ...int) rollcall.Act {
	a := said(number, "", saw...)
	a.State, a.Reason = rollcall.NoClass, reason
	return a
}

// phone says from which phone an act came, and which of that phone's it is.
func phone(a rollcall.Act, device string, sequence int64) rollcall.Act {
	a.Device, a.Sequence = device, sequence
	return a
}

func decided(a rollcall.Act) rollcall.Act { a.Partial = true; return a }

// words writes what a sheet says: "1? 2P", and behind "!" of whom acts differ (0 the whole sheet).
func words(m rollcall.Merged) string {
	var out []string
	if m.State == rollcall.NoClass {
		out = append(out, "nghỉ "+m.Reason)
	}
	for _, mark := range m.Marks {
		word := fmt.Sprint(int64(mark.Pupil)) + map[rollcall.Kind]string{rollcall.Unknown: "?", rollcall.Excused: "P", rollcall.Unexcused: "K", rollcall.Late: "M"}[mark.Kind]
		out = append(out, strings.TrimRight(word+":"+mark.Reason+":"+mark.Note, ":"))
	}
	for _, d := range m.Open {
		var sides []string
		for _, s := range d.Sides {
			sides = append(sides, fmt.Sprint(binary.BigEndian.Uint64(s.Act[8:])))
		}
		out = append(out, fmt.Sprintf("!%d(%s)", int64(d.Pupil), strings.Join(sides, ",")))
	}
	return strings.Join(out, " ")
}

func TestTwoRollCallsOfOneSession(t *testing.T) {
	both := []rollcall.Act{said(1, "1?"), said(2, "1P")}
	for _, c := range []struct {
		name string
		acts []rollcall.Act
		want string
	}{
		{"chủ nhiệm và người trực ghi giống nhau", []rollcall.Act{said(1, "1? 2P"), said(2, "1? 2P")}, "1? 2P"},
		{"mỗi người sửa một em khác nhau trên cùng một bản", []rollcall.Act{said(1, "1?"), said(2, "1P", 1), said(3, "1? 2K", 1)}, "1P 2K"},
		{"một người ghi vắng, một người ghi có mặt", []rollcall.Act{said(1, "1?"), said(2, "")}, "1? !1(1,2)"},
		{"có mặt và muộn là muộn cho tới khi quyết định", []rollcall.Act{said(1, "2M"), said(2, "")}, "2M !2(1,2)"},
		{"có phép và không phép là chưa rõ", []rollcall.Act{said(1, "3P"), said(2, "3K")}, "3? !3(1,2)"},
		{"muộn và có phép là chưa rõ", []rollcall.Act{said(1, "3P"), said(2, "3M")}, "3? !3(1,2)"},
		{"chưa rõ của hôm trước được ghi rõ ở nơi khác", []rollcall.Act{said(1, "1? 2?"), said(2, "1P 2?", 1), said(3, "1? 2K", 1)}, "1P 2K"},
		{"hai người cùng ghi rõ mà khác nhau", []rollcall.Act{said(1, "1?"), said(2, "1P", 1), said(3, "1K", 1)}, "1? !1(2,3)"},
		{"sửa đi rồi sửa lại trên một máy", []rollcall.Act{phone(said(1, "1?"), "a", 1), phone(said(2, ""), "a", 2), phone(said(3, "1?"), "a", 3)}, "1?"},
		{"bản sau của một máy thay bản trước dù chưa thấy máy chủ", []rollcall.Act{phone(said(1, "1? 2?"), "a", 1), phone(said(2, "2P"), "a", 2)}, "2P"},
		{"cài lại máy: máy mới chưa biết bản cũ", []rollcall.Act{phone(said(1, "1?"), "a", 1), phone(said(2, "1P"), "b", 1)}, "1? !1(1,2)"},
		{"cài lại máy: máy mới đã tải bản cũ", []rollcall.Act{phone(said(1, "1?"), "a", 1), phone(said(2, "1P", 1), "b", 1)}, "1P"},
		{"người thứ ba thấy cả hai bản và ghi rõ", append(both, said(3, "1K", 1, 2)), "1K"},
		{"người thứ ba thấy cả hai bản và để nguyên: vẫn chờ quyết định", append(both, said(3, "1? 2M", 1, 2)), "1? 2M !1(1,2)"},
		{"quyết định đúng là chưa rõ", append(both, decided(said(3, "1?", 1, 2))), "1?"},
		{"quyết định rồi mới đến một bản cũ khác", append(both, decided(said(3, "1P", 1, 2)), said(4, "1K")), "1? !1(3,4)"},
		{"cùng loại, một người biết lý do", []rollcall.Act{said(1, "1P:illness"), said(2, "1P")}, "1P:illness"},
		{"cùng loại, hai lý do", []rollcall.Act{said(1, "1P:illness"), said(2, "1P:festival")}, "1P !1(1,2)"},
		{"hai ghi chú đứng cạnh nhau", []rollcall.Act{said(1, "1P:illness:sốt"), said(2, "1P:illness:mẹ-báo")}, "1P:illness:mẹ-báo · sốt"},
		{"lớp không học và đã điểm danh", []rollcall.Act{noClass(1, "mưa lũ"), said(2, "1?")}, "1? !0(1,2)"},
		{"báo không học sau khi thấy phiếu", []rollcall.Act{said(1, "1?"), noClass(2, "mưa lũ", 1)}, "nghỉ mưa lũ"},
		{"hai người cùng báo không học", []rollcall.Act{noClass(1, "mưa lũ"), noClass(2, "sạt lở")}, "nghỉ mưa lũ · sạt lở"},
		{"báo không học mà cùng lúc có người sửa phiếu", []rollcall.Act{said(1, "1?"), noClass(2, "mưa lũ", 1), said(3, "1P", 1)}, "1P !0(2,3)"},
		{"báo không học mà cùng lúc có người nộp lại y nguyên", []rollcall.Act{said(1, "1?"), noClass(2, "mưa lũ", 1), said(3, "1?", 1)}, "nghỉ mưa lũ"},
		{"học lại sau khi báo không học: ghi lại từ đầu", []rollcall.Act{said(1, "1? 2P"), noClass(2, "mưa lũ", 1), said(3, "2P", 1, 2)}, "2P"},
		{"máy đếm lại từ đầu không làm hỏng phiếu", []rollcall.Act{phone(said(1, "1?"), "a", 2), phone(said(2, "1P", 1), "a", 1)}, "1? !1(1,2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := words(rollcall.Merge(c.acts, trio)); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			backwards := slices.Clone(c.acts)
			slices.Reverse(backwards)
			if got := words(rollcall.Merge(append(backwards, c.acts...), trio)); got != c.want {
				t.Errorf("backwards and twice: %q, want %q", got, c.want)
			}
		})
	}
}

// A pupil who came after the roll was called is not said to have been there by those who did not know her.
func TestAnActSpeaksOnlyOfItsRoll(t *testing.T) {
	older := said(1, "1?")
	older.Roll = trio[:2]
	for _, c := range []struct {
		acts []rollcall.Act
		roll []id.ID
		want string
	}{
		{[]rollcall.Act{older, said(2, "1? 3P")}, trio, "1? 3P"},
		{[]rollcall.Act{older, said(2, "1? 3P")}, trio[:2], "1?"},
		{[]rollcall.Act{older}, trio[1:], ""},
		{[]rollcall.Act{{ID: actNumber(1), State: rollcall.Taken, Everyone: true}, said(2, "3P")}, trio, "3? !3(1,2)"},
	} {
		if got := words(rollcall.Merge(c.acts, c.roll)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestJoinOfKindsIsASemilattice(t *testing.T) {
	kinds := append([]rollcall.Kind{rollcall.Present}, rollcall.Kinds[:]...)
	for _, a := range kinds {
		for _, b := range kinds {
			if a.Join(a) != a || a.Join(b) != b.Join(a) {
				t.Errorf("%v and %v", a, b)
			}
			for _, c := range kinds {
				if a.Join(b).Join(c) != a.Join(b.Join(c)) {
					t.Errorf("%v, %v and %v", a, b, c)
				}
			}
		}
	}
}

// drawActs makes a random history of up to four phones, some of one person, on which each
// act saw some acts before it: those that a server had at some time.
func drawActs(rt *rapid.T) []rollcall.Act {
	small := func(name string, most int) int { return rapid.IntRange(0, most).Draw(rt, name) }
	var acts []rollcall.Act
	var server []int // acts in order of arrival
	base, sequence := [4]int{}, [4]int64{}
	var pending []int
	for n := range 2 + small("acts", 12) {
		d := small("phone", 3)
		if small("pull", 2) == 0 {
			base[d] = len(server)
		}
		a := rollcall.Act{ID: actNumber(n + 1), State: rollcall.Taken, Roll: trio, Device: fmt.Sprint(d), Account: id.ID(1 + d%3)}
		sequence[d]++
		a.Sequence = sequence[d]
		for _, i := range server[:base[d]] {
			a.Saw = append(a.Saw, acts[i].ID)
		}
		if small("none", 7) == 0 {
			a.State, a.Reason = rollcall.NoClass, "mưa"
		} else {
			for _, pupil := range trio {
				if kind := rollcall.Kind(small("kind", 4)); kind != rollcall.Present {
					a.Marks = append(a.Marks, rollcall.Mark{Pupil: pupil, Kind: kind})
				}
			}
		}
		acts, pending = append(acts, a), append(pending, n)
		for len(pending) > 0 && small("arrive", 2) > 0 {
			i := small("which", len(pending)-1)
			server = append(server, pending[i])
			pending = slices.Delete(pending, i, i+1)
		}
	}
	return acts
}

// saw works out, the slow way, which acts an act saw.
func saw(acts []rollcall.Act, i int) map[int]bool {
	seen := map[int]bool{}
	var follow func(i int)
	follow = func(i int) {
		for j, o := range acts {
			direct := slices.Contains(acts[i].Saw, o.ID) || o.Device == acts[i].Device && o.Sequence < acts[i].Sequence
			if direct && !seen[j] {
				seen[j] = true
				follow(j)
			}
		}
	}
	follow(i)
	return seen
}

func kindOf(marks []rollcall.Mark, pupil id.ID) rollcall.Kind {
	for _, m := range marks {
		if m.Pupil == pupil {
			return m.Kind
		}
	}
	return rollcall.Present
}

func TestMergingHoldsForAnyHistory(t *testing.T) {
	differed := 0
	rapid.Check(t, func(rt *rapid.T) {
		acts := drawActs(rt)
		merged := rollcall.Merge(acts, trio)
		if len(merged.Open) > 0 {
			differed++
		}
		// It is a function of the set.
		shuffled := rapid.Permutation(append(slices.Clone(acts), acts[len(acts)/2])).Draw(rt, "order")
		if again := words(rollcall.Merge(shuffled, trio)); again != words(merged) {
			rt.Fatalf("%q in one order, %q in another", words(merged), again)
		}
		// No mark is lost: what the last word of a person was – nobody who knew it spoke
		// after – stands, or is a side of what is open, or agrees with a side.
		for i, act := range acts {
			last := true
			for j := range acts {
				last = last && !saw(acts, j)[i]
			}
			if !last {
				continue
			}
			stands(rt, acts, i, merged, act)
		}
		// Who saw everything has the last word, but for what was open before her eyes.
		final := rollcall.Act{ID: actNumber(1000), State: rollcall.Taken, Roll: trio, Marks: []rollcall.Mark{{Pupil: 2, Kind: rollcall.Late}}}
		for _, a := range acts {
			final.Saw = append(final.Saw, a.ID)
		}
		after := rollcall.Merge(append(slices.Clone(acts), final), trio)
		if after.State != rollcall.Taken || !slices.Equal(after.Marks, final.Marks) {
			rt.Fatalf("after all was seen: %q", words(after))
		}
		for _, d := range after.Open {
			if d.Pupil != 0 && kindOf(merged.Marks, d.Pupil) != kindOf(final.Marks, d.Pupil) {
				rt.Fatalf("still open though it was answered: %q", words(after))
			}
		}
	})
	if differed == 0 {
		t.Error("no history had a conflict")
	}
}

// stands fails when the last word of an act is neither on the sheet nor in dispute.
func stands(rt *rapid.T, acts []rollcall.Act, i int, merged rollcall.Merged, act rollcall.Act) {
	open := func(pupil id.ID) bool {
		return slices.ContainsFunc(merged.Open, func(d rollcall.Differing) bool { return d.Pupil == pupil })
	}
	if act.State == rollcall.NoClass {
		if merged.State != rollcall.NoClass && !open(0) && !changedNothing(acts, i) {
			rt.Fatalf("that there was no class is lost: %q", words(merged))
		}
		return
	}
	if merged.State == rollcall.NoClass {
		if !changedNothing(acts, i) {
			rt.Fatalf("marks are lost in a class that is said not to have been held: %q of %+v", words(merged), act)
		}
		return
	}
	for _, pupil := range trio {
		if kindOf(act.Marks, pupil) != kindOf(merged.Marks, pupil) && !open(pupil) && !agreed(acts, i, pupil) {
			rt.Fatalf("what act %d says of pupil %d is lost: %q", i+1, pupil, words(merged))
		}
	}
}

// before merges what an act saw.
func before(acts []rollcall.Act, i int) rollcall.Merged {
	var seen []rollcall.Act
	for j := range saw(acts, i) {
		seen = append(seen, acts[j])
	}
	return rollcall.Merge(seen, trio)
}

// agreed says that an act left a pupil as its author saw her: it is no word of hers.
func agreed(acts []rollcall.Act, i int, pupil id.ID) bool {
	seen := before(acts, i)
	return seen.State == rollcall.Taken && kindOf(seen.Marks, pupil) == kindOf(acts[i].Marks, pupil)
}

func changedNothing(acts []rollcall.Act, i int) bool {
	seen := before(acts, i)
	if acts[i].State != seen.State {
		return false
	}
	return acts[i].State == rollcall.NoClass || !slices.ContainsFunc(trio, func(p id.ID) bool { return !agreed(acts, i, p) })
}

// Found by the property above: a mark made by one who saw that others differ about whether class was held
// stands against a later "no class" whose author did not know of it.
func TestAMarkStandsAgainstNoClassThatDidNotKnowOfIt(t *testing.T) {
	phone := func(n int, device string, sequence int64, state rollcall.State, saw ...rollcall.ActID) rollcall.Act {
		a := rollcall.Act{ID: actNumber(n), Saw: saw, Device: device, Account: id.ID(len(device)), Sequence: sequence, State: state, Roll: trio}
		if state == rollcall.NoClass {
			a.Reason = "mưa"
		}
		return a
	}
	last := phone(4, "bb", 2, rollcall.Taken, actNumber(1))
	last.Marks = []rollcall.Mark{{Pupil: trio[2], Kind: rollcall.Unknown}}
	merged := rollcall.Merge([]rollcall.Act{phone(1, "a", 1, rollcall.Taken), phone(2, "a", 2, rollcall.NoClass), phone(3, "bb", 1, rollcall.NoClass), last}, trio)
	if merged.State != rollcall.Taken || kindOf(merged.Marks, trio[2]) != rollcall.Unknown || len(merged.Open) == 0 || merged.Open[0].Pupil != 0 {
		t.Errorf("%+v", merged)
	}
}

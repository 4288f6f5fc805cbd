package rollcall

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"ralop/internal/id"
)

// ActID is the UUIDv7 that the sender of an act made.
type ActID = [16]byte

// Act is what somebody said about a sheet, as the merge reads it: a roll call from a phone
// or a page, a decision, or what the product carried over.
type Act struct {
	ID       ActID
	Saw      []ActID // the acts in the version of the sheet that its author saw
	Device   string  // with Account and Sequence: it saw what the same person said before on the same phone
	Account  id.ID
	Sequence int64 // 0: no phone
	State    State // Taken or NoClass; 0 says nothing of it
	Reason   string
	Marks    []Mark  // in order of pupil
	Roll     []id.ID // in order: those of whom it speaks; without a mark they were present
	Everyone bool    // it speaks of all of the class: its roll had no number yet
	Partial  bool    // it says only its marks, kind Present among them
}

// mark gives what an act says of a pupil; Present when it has no mark.
func (a *Act) mark(pupil id.ID) Mark {
	if i, found := slices.BinarySearchFunc(a.Marks, Mark{Pupil: pupil}, byPupil); found {
		return a.Marks[i]
	}
	return Mark{Pupil: pupil}
}

func (a *Act) speaksOf(pupil id.ID) bool {
	if _, marked := slices.BinarySearchFunc(a.Marks, Mark{Pupil: pupil}, byPupil); marked {
		return true
	}
	if a.Partial {
		return false
	}
	_, listed := slices.BinarySearch(a.Roll, pupil)
	return a.Everyone || listed
}

// Side is one of the things said where two acts differ.
type Side struct {
	Act    ActID
	State  State  // of a whole sheet
	Reason string // why there was no class
	Mark   Mark   // of a pupil; Kind Present without a mark
}

// Differing is a pupil of whom acts that did not know of each other say different things;
// pupil 0 is the whole sheet: one says that it was taken, one that there was no class.
type Differing struct {
	Pupil id.ID
	Sides []Side // by act
}

// Merged is what a sheet says.
type Merged struct {
	State  State // Taken where one side says so: nobody who was seen is made to disappear
	Reason string
	Marks  []Mark      // of pupils on the roll; where sides differ the join of their kinds
	Open   []Differing // by pupil
}

// Merge gives what a sheet says by the set of acts on it, for the pupils on its roll (in
// order of id). It knows neither the order in which they came nor the time.
//
// For each pupil an act asserts what it changed against what its author saw; an act that
// saw nothing asserts all. An assertion replaces those that its act saw. Of what is left,
// equal things are one; where they differ nobody is preferred: both stay, and until a
// person decides the mark is their join (Kind.Join). The state of the sheet is treated
// alike. Whoever changes a mark of a taken sheet says also that it was taken.
func Merge(acts []Act, roll []id.ID) Merged {
	m := newMerger(acts, roll)
	for _, i := range m.order {
		m.assert(i)
	}
	return m.result(roll)
}

type merger struct {
	acts   []Act
	saw    []set // of each act, the acts before it
	order  []int // what was seen comes first
	pupils []id.ID
	said   map[id.ID]set // by pupil, the acts that assert something; 0 the state
}

func newMerger(acts []Act, roll []id.ID) *merger {
	m := &merger{acts: slices.Clone(acts), said: map[id.ID]set{}}
	slices.SortFunc(m.acts, func(a, b Act) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	m.acts = slices.CompactFunc(m.acts, func(a, b Act) bool { return a.ID == b.ID })
	m.saw = sights(m.acts)
	m.pupils = slices.Clone(roll)
	for i := range m.acts {
		m.order = append(m.order, i)
		m.pupils = append(m.pupils, m.acts[i].Roll...)
		for _, mark := range m.acts[i].Marks {
			m.pupils = append(m.pupils, mark.Pupil)
		}
	}
	slices.Sort(m.pupils)
	m.pupils = slices.Compact(m.pupils)
	slices.SortStableFunc(m.order, func(a, b int) int { return cmp.Compare(m.saw[a].size(), m.saw[b].size()) })
	return m
}

// sights gives for each act those it saw, and those that these saw. Two acts that would
// each have seen the other (a phone whose numbers begin again) saw neither.
func sights(acts []Act) []set {
	index := make(map[ActID]int, len(acts))
	for i := range acts {
		index[acts[i].ID] = i
	}
	saw := make([]set, len(acts))
	for i := range acts {
		saw[i] = newSet(len(acts))
		for _, act := range acts[i].Saw {
			if j, known := index[act]; known {
				saw[i].put(j)
			}
		}
		for j := range acts {
			if a, b := &acts[i], &acts[j]; b.Sequence > 0 && b.Sequence < a.Sequence && a.Device == b.Device && a.Account == b.Account {
				saw[i].put(j)
			}
		}
	}
	for k := range acts {
		for i := range acts {
			if saw[i].has(k) {
				saw[i].add(saw[k])
			}
		}
	}
	for i := range acts {
		for j := range i + 1 {
			if saw[i].has(j) && saw[j].has(i) {
				saw[i].drop(j)
				saw[j].drop(i)
			}
		}
	}
	return saw
}

// standing gives the acts of a set whose assertion about a pupil no other of the set replaces.
func (m *merger) latest(pupil id.ID, within set) (acts []int) {
	said := m.said[pupil].and(within)
	left := said.and(said)
	for i := range said.all() {
		left.without(m.saw[i])
	}
	for i := range left.all() {
		acts = append(acts, i)
	}
	return acts
}

func (m *merger) say(pupil id.ID, act int) {
	if m.said[pupil] == nil {
		m.said[pupil] = newSet(len(m.acts))
	}
	m.said[pupil].put(act)
}

// assert notes what an act says that is new to what its author saw.
func (m *merger) assert(i int) {
	act, saw := &m.acts[i], m.saw[i]
	state, reason, _ := m.state(m.latest(0, saw))
	if act.State != 0 && (act.Partial || state != act.State || act.State == NoClass && reason != act.Reason) {
		m.say(0, i)
	}
	if act.State == NoClass {
		return
	}
	changed := false
	for _, pupil := range m.pupils {
		if !act.speaksOf(pupil) {
			continue
		}
		before := m.latest(pupil, saw)
		if !act.Partial && len(before) > 0 && state != NoClass {
			if seen, _ := m.mark(pupil, before); seen == act.mark(pupil) {
				continue
			}
		}
		m.say(pupil, i)
		changed = true
	}
	// Also when its author saw that others differ about that: if both sides are replaced later
	// by one who did not know of this act, its marks must still stand against a "no class".
	if changed && act.State == Taken {
		m.say(0, i)
	}
}

func (m *merger) state(acts []int) (state State, reason string, differ bool) {
	var taken, none bool
	var reasons []string
	for _, i := range acts {
		if m.acts[i].State == NoClass {
			none = true
			reasons = append(reasons, m.acts[i].Reason)
		} else {
			taken = true
		}
	}
	switch {
	case taken:
		return Taken, "", none
	case none:
		return NoClass, together(reasons), false
	}
	return 0, "", false
}

// mark joins what acts say of a pupil.
func (m *merger) mark(pupil id.ID, acts []int) (joined Mark, differ bool) {
	joined.Pupil = pupil
	var reasons, notes []string
	for n, i := range acts {
		mark := m.acts[i].mark(pupil)
		if n == 0 {
			joined.Kind = mark.Kind
		}
		differ = differ || mark.Kind != joined.Kind
		joined.Kind = joined.Kind.Join(mark.Kind)
		if mark.Reason != "" && !slices.Contains(reasons, mark.Reason) {
			reasons = append(reasons, mark.Reason)
		}
		notes = append(notes, mark.Note)
	}
	if len(reasons) == 1 {
		joined.Reason = reasons[0]
	}
	if letters := []rune(together(notes)); joined.Kind != Present {
		joined.Note = string(letters[:min(len(letters), NoteLength)])
	}
	return joined, differ || len(reasons) > 1
}

// together puts texts side by side, each once, in an order of their own.
func together(texts []string) string {
	texts = slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return t == "" })
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), " · ")
}

func (m *merger) result(roll []id.ID) Merged {
	everything := newSet(len(m.acts))
	for i := range m.acts {
		everything.put(i)
	}
	var out Merged
	var differ bool
	acts := m.latest(0, everything)
	if out.State, out.Reason, differ = m.state(acts); differ {
		out.Open = append(out.Open, m.differing(0, acts))
	}
	if out.State == NoClass {
		return out
	}
	for _, pupil := range roll {
		acts := m.latest(pupil, everything)
		mark, differ := m.mark(pupil, acts)
		if differ {
			out.Open = append(out.Open, m.differing(pupil, acts))
		}
		if mark.Kind != Present {
			out.Marks = append(out.Marks, mark)
		}
	}
	return out
}

func (m *merger) differing(pupil id.ID, acts []int) Differing {
	d := Differing{Pupil: pupil}
	for _, i := range acts {
		side := Side{Act: m.acts[i].ID}
		if pupil == 0 {
			side.State, side.Reason = m.acts[i].State, m.acts[i].Reason
		} else {
			side.Mark = m.acts[i].mark(pupil)
		}
		d.Sides = append(d.Sides, side)
	}
	return d
}

// set is a set of small numbers.
type set []uint64

func newSet(n int) set       { return make(set, (n+63)/64) }
func (s set) put(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) drop(i int)     { s[i/64] &^= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) add(o set)      { each(s, o, func(a, b uint64) uint64 { return a | b }) }
func (s set) without(o set)  { each(s, o, func(a, b uint64) uint64 { return a &^ b }) }
func each(s, o set, f func(a, b uint64) uint64) {
	for i := range s {
		s[i] = f(s[i], o[i])
	}
}

// and gives what is in both.
func (s set) and(o set) set {
	both := make(set, len(s))
	for i := range s {
		both[i] = s[i] & o[i]
	}
	return both
}

func (s set) size() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

func (s set) all() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for w, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(w*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

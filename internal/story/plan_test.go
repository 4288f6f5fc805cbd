package story

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"ralop/internal/day"
)

func places(t testing.TB, file string) []Place {
	t.Helper()
	raw, err := os.ReadFile("../org/reference/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var all []Place
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[1:] {
		f := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		all = append(all, Place{f[0], f[1], f[2], f[3], f[4], f[5]})
	}
	return all
}

func plan(t testing.TB, o Options) *Plan {
	t.Helper()
	file := "units_before_2025-07.tsv"
	if o.Story == LaiChau {
		file = "units_from_2025-07.tsv"
	}
	p, err := Make(o, places(t, file))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func within(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high || math.IsNaN(got) {
		t.Errorf("%s: %.4g, want %.4g to %.4g", what, got, low, high)
	}
}

// The district of the letter has the size the letter's district has.
func TestTuanGiaoHasTheSizeOfADistrict(t *testing.T) {
	p := plan(t, Options{})
	if len(p.Communes) != 19 {
		t.Fatalf("%d communes", len(p.Communes))
	}
	within(t, "villages", float64(len(p.Villages)), 165, 200)
	within(t, "schools", float64(len(p.Schools)), 60, 70)
	within(t, "classes", float64(len(p.Classes)), 860, 950)
	within(t, "pupils", float64(len(p.Pupils)), 24_000, 26_000)
	classes, seats := map[string]float64{}, map[string]float64{}
	combined := 0
	for c := range p.Classes {
		classes[p.Classes[c].Level]++
		seats[p.Classes[c].Level] += float64(len(p.rosters[c]))
		if len(p.Classes[c].Grades) > 1 {
			combined++
		}
	}
	for level, want := range map[string]float64{MN: 23, TH: 26, THCS: 36, THPT: 39} {
		within(t, "class size "+level, seats[level]/classes[level], want-1.6, want+1.6)
		t.Logf("%s: %.0f classes, %.0f pupils, %.2f a class", level, classes[level], seats[level], seats[level]/classes[level])
	}
	if combined < 30 {
		t.Errorf("only %d combined classes", combined)
	}
	types := map[string]int{}
	for _, s := range p.Schools {
		types[s.Type]++
	}
	for _, kind := range []string{"MN", "TH", "THCS", "TH&THCS", "PTDTBT TH", "PTDTBT THCS", "THPT", "PTDTNT", "GDNN-GDTX"} {
		if types[kind] == 0 && kind != "TH&THCS" {
			t.Errorf("no school of type %s: %v", kind, types)
		}
	}
	ethnic, semi, away := map[string]float64{}, 0.0, 0
	for _, e := range p.Spells {
		child := p.Pupils[e.Pupil]
		ethnic[child.Ethnic]++
		if child.Stay == SemiBoarder {
			semi++
		}
		if p.Villages[child.Village].Commune != p.Schools[e.School].Commune && child.Stay != AtHome {
			away++
		}
	}
	t.Logf("types %v, ethnic %v, semi-boarders %.0f, boarding away from home %d", types, ethnic, semi, away)
	within(t, "Hmông", ethnic[hmong]/float64(len(p.Spells)), .25, .55)
	within(t, "Thái", ethnic[thai]/float64(len(p.Spells)), .35, .65)
	if away < 300 {
		t.Errorf("only %d children live in one commune and board in another", away)
	}
}

// HS lúc khai giảng + đến = nay + bỏ học + giảm khác + đi, school by school (CV 6622), and no child is in two places.
func TestSpellsAddUp(t *testing.T) {
	for _, o := range []Options{{}, {Story: LaiChau}} {
		p := plan(t, o)
		last := map[int]day.Day{}
		exits := map[string]int{}
		started, now, in := make([]int, len(p.Schools)), make([]int, len(p.Schools)), make([]int, len(p.Schools))
		out := make([]int, len(p.Schools))
		for _, e := range p.Spells {
			if e.From < p.Teaching.From || e.Until <= e.From || e.From >= p.today() {
				t.Fatalf("spell %+v", e)
			}
			if e.From < last[e.Pupil] {
				t.Fatalf("pupil %d is in two places: %+v", e.Pupil, e)
			}
			last[e.Pupil] = e.Until
			at := e.From
			for _, m := range e.Classes {
				if m.From != at || m.Until <= m.From || p.Classes[m.Class].School != e.School {
					t.Fatalf("classes of %+v", e)
				}
				at = m.Until
			}
			if at != e.Until {
				t.Fatalf("classes of %+v end before it", e)
			}
			if (e.Exit == Open) != (e.Until == day.Forever) {
				t.Fatalf("open or ended? %+v", e)
			}
			exits[e.Exit]++
			switch e.Entry {
			case Continuing, NewEntrant, Repeater:
				started[e.School]++
			default:
				in[e.School]++
			}
			if e.Exit == Open {
				now[e.School]++
			} else {
				out[e.School]++
			}
		}
		for s := range p.Schools {
			if started[s]+in[s] != now[s]+out[s] {
				t.Errorf("school %s: %d + %d ≠ %d + %d", p.Schools[s].Name, started[s], in[s], now[s], out[s])
			}
		}
		t.Logf("%s: %v", p.Story, exits)
		for _, kind := range []string{TransferOut, Unconfirmed, DroppedOut, LeftArea, Vocational} {
			if exits[kind] == 0 {
				t.Errorf("%s: no spell ends by %s", p.Story, kind)
			}
		}
	}
}

type tally struct{ sheets, noClass, due, roll, absent, excused, unexcused, unknown float64 }

func (p *Plan) tally(pickClass func(*Class) bool, from, until day.Day) (t tally) {
	for c := range p.Classes {
		if !pickClass(&p.Classes[c]) {
			continue
		}
		for _, s := range p.Due(c, p.today()) {
			if s.Day >= from && s.Day < until {
				t.due++
			}
		}
		p.Sheets(c, func(s *Sheet) bool {
			if s.Slot.Day < from || s.Slot.Day >= until {
				return true
			}
			if s.NoClass != "" {
				t.noClass++
				if len(s.Marks) > 0 {
					panic("marks although there was no class")
				}
				return true
			}
			t.sheets++
			t.roll += float64(len(s.Pupils))
			for _, m := range s.Marks {
				switch m.Kind {
				case Excused:
					t.excused++
				case Unexcused:
					t.unexcused++
				case Unknown:
					t.unknown++
				}
				if m.Kind != Late {
					t.absent++
				}
			}
			return true
		})
	}
	return t
}

// What the letter says must be seen in the figures: lower secondary falls in some highland communes after the return.
func TestTheYearTellsTheLettersStory(t *testing.T) {
	p := plan(t, Options{})
	level := func(l string, falling bool) func(*Class) bool {
		return func(c *Class) bool {
			return c.Level == l && p.Communes[p.Schools[c.School].Commune].Falling == falling
		}
	}
	autumn, may := day.Date(2019, 11, 1), day.Date(2020, 5, 4)
	rate := func(l string, falling bool, from day.Day, days int) float64 {
		x := p.tally(level(l, falling), from, from.Add(days))
		return 1 - x.absent/x.roll
	}
	for _, l := range []string{MN, TH, THCS, THPT} {
		t.Logf("%s: November %.4f, May %.4f; falling communes %.4f, %.4f", l, rate(l, false, autumn, 28), rate(l, false, may, 25), rate(l, true, autumn, 28), rate(l, true, may, 25))
	}
	within(t, "THCS in falling communes, November", rate(THCS, true, autumn, 28), .93, .98)
	within(t, "THCS in falling communes, May", rate(THCS, true, may, 25), .78, .90)
	within(t, "THCS elsewhere, May", rate(THCS, false, may, 25), .92, .975)
	all := p.tally(func(*Class) bool { return true }, p.Teaching.From, p.today())
	within(t, "sheets", all.sheets, 110_000, 190_000)
	within(t, "coverage", all.sheets/all.due, .965, .992)
	within(t, "attendance", 1-all.absent/all.roll, .945, .98)
	within(t, "unknown of absent", all.unknown/all.absent, .005, .06)
	t.Logf("%+v", all)
	within(t, "no class", all.noClass/all.due, .0005, .002)
	if closed := p.tally(func(*Class) bool { return true }, day.Date(2020, 1, 20), day.Date(2020, 4, 27)); closed.due != 0 {
		t.Errorf("%v sessions are due while the schools are closed", closed.due)
	}
}

// A sheet's marks are of pupils on its roll, each once, and the sessions are the due ones in order.
func TestSheetsAreWellFormed(t *testing.T) {
	p := plan(t, Options{Size: SizeCommune})
	for c := range p.Classes {
		due := p.Due(c, p.today())
		next := 0
		p.Sheets(c, func(s *Sheet) bool {
			for next < len(due) && due[next] != s.Slot {
				next++
			}
			if next == len(due) {
				t.Fatalf("class %d: %v is not due or out of order", c, s.Slot)
			}
			on := map[int]bool{}
			for _, n := range s.Pupils {
				if on[n] {
					t.Fatalf("pupil %d is on the roll twice", n)
				}
				on[n] = true
			}
			for _, m := range s.Marks {
				if !on[m.Pupil] {
					t.Fatalf("a mark of %d, who is not on the roll or marked twice", m.Pupil)
				}
				delete(on, m.Pupil)
			}
			if s.TakenAt.Day() < s.Slot.Day || s.TakenAt >= p.Clock {
				t.Fatalf("taken %v, session of %v", s.TakenAt, s.Slot.Day)
			}
			return true
		})
	}
}

// digest is the whole story as one number.
func (p *Plan) digest() string {
	h := sha256.New()
	fmt.Fprintln(h, p.Options, p.Teaching, p.Clock, p.Top, p.People, p.Villages, p.Schools, p.Sites, p.Classes, p.Pupils, p.Spells, p.Expected, p.Terms, p.Timetables, p.Exceptions)
	for _, c := range p.Communes {
		fmt.Fprintln(h, c.Code, c.Name, c.Highland, c.Falling, c.Poor, c.Villages)
	}
	for c := range p.Classes {
		p.Sheets(c, func(s *Sheet) bool { fmt.Fprintln(h, *s); return true })
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	for _, story := range []string{TuanGiao, LaiChau} {
		one, two := plan(t, Options{Story: story, Size: SizeCommune}), plan(t, Options{Story: story, Size: SizeCommune})
		other := plan(t, Options{Story: story, Size: SizeCommune, Seed: 7})
		if one.digest() != two.digest() {
			t.Errorf("%s: two makings differ", story)
		}
		if one.digest() == other.digest() {
			t.Errorf("%s: another seed tells the same story", story)
		}
	}
}

// The register holds every pupil who was there at the start by where she lives, and says of every age what is plausible.
func TestTheRegisterHoldsThePupils(t *testing.T) {
	p := plan(t, Options{})
	children, learning := map[int]float64{}, map[int]float64{}
	for _, r := range p.Register() {
		children[r.Age] += float64(r.Children)
		if r.Exempt+r.Elsewhere > r.Children {
			t.Errorf("%+v", r)
		}
	}
	for _, child := range p.Pupils {
		learning[p.Year-child.Born.Year()]++
	}
	for age, want := range map[int][2]float64{2: {.2, .45}, 5: {.985, 1}, 6: {.985, 1}, 11: {.96, .995}, 13: {.95, .995}, 16: {.55, .85}} {
		within(t, fmt.Sprintf("mobilised at %d", age), learning[age]/children[age], want[0], want[1])
	}
}

// Nobody real: numbers that no office and no network issues, schools and villages that no list knows.
func TestEverybodyIsInvented(t *testing.T) {
	p := plan(t, Options{})
	codes := map[string]bool{}
	for _, child := range p.Pupils {
		if !strings.HasPrefix(child.MinistryCode, "99") || len(child.MinistryCode) != 10 || !strings.HasPrefix(child.PersonalCode, "999") || len(child.PersonalCode) != 12 {
			t.Fatalf("codes of %+v", child)
		}
		if child.Phone != "" && (!strings.HasPrefix(child.Phone, "010") || len(child.Phone) != 10) {
			t.Fatalf("phone of %+v", child)
		}
		if codes[child.MinistryCode] || codes[child.PersonalCode] {
			t.Fatalf("code twice: %+v", child)
		}
		codes[child.MinistryCode], codes[child.PersonalCode] = true, true
		if strings.Count(child.Name, " ") < 2 || child.Guardian == "" {
			t.Fatalf("name of %+v", child)
		}
	}
	names := map[string]bool{}
	for _, v := range p.Villages {
		if names[v.Name+v.Code[:5]] || names[v.Code] {
			t.Errorf("village twice: %+v", v)
		}
		names[v.Name+v.Code[:5]], names[v.Code] = true, true
	}
	for _, s := range p.Schools {
		if names[s.Name] || names[s.Code] {
			t.Errorf("school twice: %s %s", s.Code, s.Name)
		}
		names[s.Name], names[s.Code] = true, true
	}
}

func TestOptionsAreChecked(t *testing.T) {
	all := places(t, "units_before_2025-07.tsv")
	for _, o := range []Options{{Story: "hanoi"}, {Size: "nation"}} {
		if _, err := Make(o, all); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
	if _, err := Make(Options{}, nil); err == nil {
		t.Error("no places, no fault")
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		o         Options
		low, high int
	}{
		{Options{Size: SizeCommune}, 1_200, 2_600}, {Options{Size: SizeProvince}, 160_000, 240_000},
		{Options{Story: LaiChau}, 20_000, 34_000}, {Options{Story: LaiChau, Size: SizeProvince}, 120_000, 190_000},
		{Options{Story: LaiChau, Size: SizeCommune}, 2_000, 6_000},
	} {
		p := plan(t, c.o)
		if n := len(p.Pupils); n < c.low || n > c.high {
			t.Errorf("%s %s: %d pupils", p.Story, p.Size, n)
		}
		t.Logf("%s %s: %d communes, %d schools, %d classes, %d pupils; %d people", p.Story, p.Size, len(p.Communes), len(p.Schools), len(p.Classes), len(p.Pupils), len(p.People))
		if p.Classes[p.stage()].Level != THCS {
			t.Errorf("%s %s: the story stands around %+v", p.Story, p.Size, p.Classes[p.stage()])
		}
	}
}

// More or fewer children go to the same schools, in classes of the usual size.
func TestTheSchoolsStayWhenPupilsGrow(t *testing.T) {
	told := plan(t, Options{Story: LaiChau})
	for _, pupils := range []int{8_000, 60_000} {
		p := plan(t, Options{Story: LaiChau, Pupils: pupils})
		within(t, "pupils", float64(len(p.Pupils)), .85*float64(pupils), 1.15*float64(pupils))
		if len(p.Communes) != len(told.Communes) || len(p.Villages) != len(told.Villages) {
			t.Errorf("%d communes, %d villages", len(p.Communes), len(p.Villages))
		}
		taught, names := map[int]bool{}, map[string]bool{}
		for _, c := range p.Classes {
			taught[c.School] = true
			if key := fmt.Sprint(c.School, c.Level, c.Name); names[key] {
				t.Errorf("two classes are called %s", key)
			} else {
				names[key] = true
			}
		}
		if len(taught) != len(p.Schools) || len(p.Schools) < len(told.Schools)-2 || len(p.Schools) > len(told.Schools)+2 {
			t.Errorf("%d schools, %d with classes, %d as told", len(p.Schools), len(taught), len(told.Schools))
		}
		within(t, "a class", float64(len(p.Pupils))/float64(len(p.Classes)), 24, 32)
	}
}

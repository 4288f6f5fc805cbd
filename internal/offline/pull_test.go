package offline

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/apptest"
	"ralop/internal/store"
)

var update = flag.Bool("update", false, "write pull.golden.json again")

// TestPullIsAsWritten holds the wire to testdata/pull.golden.json, which the phone's own tests read.
func TestPullIsAsWritten(t *testing.T) {
	const golden = "testdata/pull.golden.json"
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		for i, on := range []string{"2020-05-26", "2020-05-27", "2020-05-28"} {
			marks := []markPart{mark(apptest.Class8A, 3, "unknown")}
			if i > 0 {
				marks = append(marks, markPart{apptest.Pupil(apptest.Class8A, 7), "excused", "illness", "Sốt"}, mark(apptest.Class8A, 9, "late"))
			}
			p.want(p.seal(p.roll(apptest.Class8A, on, marks...)), "done", "")
		}
		got := p.pull()
		got.Cursor = "(opaque)"
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if *update && h.Store.Engine() == store.SQLite {
			if err := os.WriteFile(golden, append(text, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(text)+"\n"); diff != "" {
			t.Errorf("the wire has changed (-%s +now):\n%s", golden, diff)
		}
	})
}

func TestPullSendsOnlyWhatChanged(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Hoa)
		first := p.pull()
		if len(first.Parts) != 4 || first.Parts["class/602"] == nil || first.Parts["days/602"] == nil || first.Parts["me"] == nil || first.Parts["watch/602"] == nil {
			t.Fatalf("the first pull has %d parts", len(first.Parts))
		}
		if again := p.pull(); len(again.Parts) != 0 || len(again.Gone) != 0 || again.Cursor != first.Cursor {
			t.Errorf("nothing changed, and the pull brings %d parts", len(again.Parts))
		}
		p.want(p.seal(p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "unknown"))), "done", "")
		if next := keys(p.pull()); !slices.Equal(next, []string{"class/602", "days/602"}) { // the list has its number now
			t.Errorf("after the first roll call the pull brings %v", next)
		}
		looks := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = $1 AND account = $2 AND action = 'look' AND object = $3`, apptest.Realm, apptest.Hoa.Account, apptest.Class8A)[0]
		if looks != 5 {
			t.Errorf("five parts with names were given out, and the book has %d looks", looks)
		}
		// A broken or foreign cursor gives everything, never an error.
		p.cursor = "no-cursor"
		if all := p.pull(); len(all.Parts) != 4 {
			t.Errorf("a broken cursor brings %d parts", len(all.Parts))
		}
	})
}

func keys(p Pull) (names []string) {
	for name := range p.Parts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestPullNamesWhatIsGone(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		p := w.phone(t, apptest.Dua) // stands in for one day
		if got := keys(p.pull()); !slices.Equal(got, []string{"class/602", "days/602", "me", "watch/602"}) {
			t.Fatalf("the substitute gets %v", got)
		}
		h.Clock.Advance(24 * 3600e9)
		next := p.pull()
		if !slices.Equal(next.Gone, []string{"class/602", "days/602", "watch/602"}) {
			t.Errorf("on the day after, gone are %v", next.Gone)
		}
		if strings.Contains(string(next.Parts["me"]), "602") {
			t.Errorf("the class is still hers: %s", next.Parts["me"])
		}
	})
}

func TestPullHoldsOwnClassesOnlyAndIsLight(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		w := open(t, h)
		for _, person := range apptest.Everyone {
			p := w.phone(t, person)
			got := p.pull()
			for name, part := range got.Parts {
				class, isClass := strings.CutPrefix(name, "class/")
				if isClass && class != person.Scope.String() {
					t.Errorf("%s gets %s", person.Name, name)
				}
				var packed bytes.Buffer
				z := gzip.NewWriter(&packed)
				z.Write(part)
				z.Close()
				if packed.Len() > 60<<10 || len(part) > 60<<10 {
					t.Errorf("%s weighs %d bytes, %d packed", name, len(part), packed.Len())
				}
			}
			text, _ := json.Marshal(got)
			for _, class := range apptest.Classes {
				if name := apptest.PupilName(class.ID, 1); class.ID != person.Scope && strings.Contains(string(text), `"`+apptest.Pupil(class.ID, 1).String()+`"`) {
					t.Errorf("%s is told of %s of class %s", person.Name, name, class.Name)
				}
			}
		}
	})
}

package casework_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

type making func(context.Context, *store.Tx, access.Who, id.ID) (paper.Document, error)

// made makes a paper and writes it in both formats: both must be writable.
func made(t *testing.T, h *apptest.House, who access.Who, of id.ID, make making) (d paper.Document) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = make(ctx, tx, who, of)
		return err
	})
	for _, write := range []func(*bytes.Buffer) error{func(b *bytes.Buffer) error { return paper.Docx(b, d) }, func(b *bytes.Buffer) error { return paper.PDF(b, d) }} {
		var b bytes.Buffer
		if err := write(&b); err != nil || b.Len() == 0 {
			t.Errorf("%v", err)
		}
	}
	return d
}

func golden(t *testing.T, name string, d paper.Document) {
	t.Helper()
	got, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
		if folder := os.Getenv("RALOP_PAPERS"); folder != "" {
			var b bytes.Buffer
			if err := paper.PDF(&b, d); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, name+".pdf"), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); look at the paper, then run with -update:\n%s", name, diff)
	}
}

// The papers of a case come out filled; a protected cause and what was said of it do not
// stand on them, whoever asks.
func TestThePapersOfACase(t *testing.T) {
	h := apptest.Open(t, storetest.Engines[0])
	for i := range 3 {
		at(h, today-2+day.Day(i))
		roll(t, h, apptest.Class8A, today-2+day.Day(i), child)
	}
	at(h, today)
	c := openCase(t, h, apptest.Hoa.Who(), child)
	do(t, h, apptest.Pao.Who(), casework.Act{Case: c.ID, Kind: "visit", Reached: true, Met: []string{"mother"}, With: []string{"village", "women"}, Cause: "field-work",
		Promise: today + 3, SupportSchool: []string{"books", "boarding-place"}, SupportCommune: []string{"household-work"}, Hope: "có chỗ ở bán trú gần trường"})
	for name, make := range map[string]making{"minutes": casework.MinutesPaper, "pledge": casework.PledgePaper, "consent": casework.ConsentPaper} {
		d := made(t, h, apptest.Hoa.Who(), c.ID, make)
		golden(t, name, d)
		for _, word := range []string{"phạt tiền", "xử lý", "Gia đình văn hóa"} {
			if text, _ := json.Marshal(d); strings.Contains(string(text), word) {
				t.Errorf("%s says %q", name, word)
			}
		}
	}
	golden(t, "village", made(t, h, apptest.Pao.Who(), apptest.PhiengPi, casework.VillagePaper))

	do(t, h, apptest.Hoa.Who(), casework.Act{Case: c.ID, Kind: "visit", Reached: true, Cause: "marriage", Hope: "hoãn cưới"})
	for _, p := range []apptest.Person{apptest.Hoa, apptest.Son, apptest.Pao} {
		for _, make := range []making{casework.MinutesPaper, casework.PledgePaper, casework.ConsentPaper} {
			text, _ := json.Marshal(made(t, h, p.Who(), c.ID, make))
			for _, word := range []string{"Tảo hôn", "kết hôn", "hoãn cưới"} {
				if strings.Contains(string(text), word) {
					t.Errorf("a paper for %s says %q", p.Login, word)
				}
			}
		}
	}
	err := h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := casework.MinutesPaper(ctx, tx, apptest.Thuong.Who(), c.ID)
		return err
	})
	if code(err) != "casework.not-yours" {
		t.Errorf("%v", err)
	}
}

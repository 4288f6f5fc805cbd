package committee_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// commune is a committee of Mường Mùn with members, duties and a branch.
func commune(t *testing.T, h *apptest.House) (c, member id.ID) {
	t.Helper()
	thuong := apptest.Thuong.Who()
	c = found(t, h, thuong, apptest.MuongMun, committee.Universalisation).ID
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := committee.Regulate(ctx, tx, thuong, c, committee.Decision{Number: "52/QĐ-BCĐ", Day: founded + 20, Issuer: "Trưởng ban Ban chỉ đạo"}, 0, "Điều 1. Nguyên tắc làm việc.")
		return err
	})
	add(t, h, thuong, c, committee.Chair, "peoples-committee", apptest.Chu.Name, "", apptest.Chu.Account)
	deputy := add(t, h, thuong, c, committee.StandingDeputy, "school", apptest.Son.Name, "0912000007", apptest.Son.Account)
	m := add(t, h, thuong, c, committee.Ordinary, "front-board", "Lò Văn Ún", "0912000001", 0)
	assign(t, h, thuong, c, m.ID, day.Range{From: founded}, lum)
	assign(t, h, thuong, c, deputy.ID, day.Range{From: founded, Until: day.MustParse("2020-06-01")}, thcs)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := committee.Assign(ctx, tx, thuong, committee.DutyInput{Committee: c, Branch: "police", Places: []committee.Place{lum}, Tasks: []committee.Task{committee.Safety}, Period: day.Range{From: founded}})
		return err
	})
	return c, m.ID
}

// The papers are the same on both engines and as they were looked at.
func TestPapers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c, m := commune(t, h)
		thuong := apptest.Thuong.Who()
		golden := func(name string, make func(ctx context.Context, tx *store.Tx) (paper.Document, string, error)) {
			t.Helper()
			var d paper.Document
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				d, _, err = make(ctx, tx)
				return err
			})
			var got bytes.Buffer
			if err := paper.JSON(&got, d); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+".golden.json")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s differs: -update writes it anew, then look at it:\n%s", name, diff)
			}
			for _, format := range []paper.Format{paper.FormatDocx, paper.FormatPDF} {
				var file bytes.Buffer
				if err := paper.Write(&file, format, d); err != nil || file.Len() < 3000 {
					t.Errorf("%s as %s: %v, %d bytes", name, format, err, file.Len())
				}
				if folder := os.Getenv("RALOP_SCREENSHOTS"); folder != "" {
					if err := os.WriteFile(filepath.Join(folder, name+"."+string(format)), file.Bytes(), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		golden("slip", func(ctx context.Context, tx *store.Tx) (paper.Document, string, error) {
			return committee.Slip(ctx, tx, thuong, m, today, false)
		})
		golden("roster", func(ctx context.Context, tx *store.Tx) (paper.Document, string, error) {
			return committee.Roster(ctx, tx, thuong, c, today, true)
		})
	})
}

// While the chair is away a deputy signs in the chair's stead.
func TestWhoSigns(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	c, _ := commune(t, h)
	signed := func(who access.Who, on day.Day) (s paper.Signature) {
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			d, _, err := committee.Roster(ctx, tx, who, c, on, false)
			if err == nil {
				s = d.Signatures[0]
			}
			return err
		})
		return s
	}
	if s := signed(apptest.Huong.Who(), today); s.Name != apptest.Chu.Name || len(s.Authority) != 1 || s.Capacity != "TRƯỞNG BAN" {
		t.Errorf("%+v", s)
	}
	var chair id.ID
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		d, err := committee.Look(ctx, tx, apptest.Thuong.Who(), c, today)
		chair = d.Now[0].ID
		return err
	})
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := committee.RecordAbsence(ctx, tx, apptest.Chu.Who(), committee.AbsenceInput{Member: chair, Period: day.Range{From: today, Until: today + 3}})
		return err
	})
	if s := signed(apptest.Thuong.Who(), today); s.Name != apptest.Son.Name || len(s.Authority) != 2 || s.Authority[1] != "KT. TRƯỞNG BAN" {
		t.Errorf("%+v", s)
	}
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		if _, _, err := committee.Roster(ctx, tx, apptest.Nhung.Who(), c, today, false); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the neighbour prints: %v", err)
		}
		return nil
	})
}

package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ralop/internal/paper"
	"ralop/internal/report"
	"ralop/internal/store"
)

// The papers of the demonstration's May 2020 come out in all formats, balanced, each with
// the watermark. They are written into $RALOP_SCREENSHOTS, or nowhere, for a person to look at.
func TestPapersOfTheDemonstration(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	dir := os.Getenv("RALOP_SCREENSHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	month, err := report.ParseMonth("2020-05")
	if err != nil {
		t.Fatal(err)
	}
	who := h.App.System()
	err = h.App.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, code := range []string{"district:099", "03283", h.Plan.Schools[0].Code} {
			place, err := report.FindPlace(ctx, tx, who, code, month.Last())
			if err != nil {
				return err
			}
			for _, f := range report.Formats {
				file, err := report.Monthly(ctx, tx, who, place, month, f, true)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(dir, file.Name), file.Content, 0o600); err != nil {
					return err
				}
				if f != paper.FormatJSON {
					continue
				}
				var book report.Book
				if err := json.Unmarshal(file.Content, &book); err != nil {
					return err
				}
				if book.Document.Watermark != "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ" || !book.Figures.Balanced() {
					t.Errorf("%s: watermark %q, balanced %v", code, book.Document.Watermark, book.Figures.Balanced())
				}
				if strings.HasPrefix(code, "district") && (book.Figures.Total.Roll == 0 || book.Figures.Total.Dropouts == 0 || len(book.Figures.Mobilisation) == 0 || book.Figures.Units != 19) {
					t.Errorf("the district's paper is thin: %+v", book.Figures.Total)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

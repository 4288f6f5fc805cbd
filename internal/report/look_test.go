package report

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/story"
)

// The papers of the demonstration's May 2020 come out in all formats, balanced, each with
// the watermark. They are written into $REPORT_OUT, or nowhere, for a person to look at;
// $REPORT_SIZE is the size of the demonstration.
func TestPapersOfTheDemonstration(t *testing.T) {
	dir, size := os.Getenv("REPORT_OUT"), os.Getenv("REPORT_SIZE")
	if dir == "" {
		dir = t.TempDir()
	}
	if size == "" {
		size = story.SizeCommune
	}
	o := story.Options{Size: size}
	stage, err := story.Begin(o)
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t, store.SQLite, stage.Clock.Time)
	err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, $2, $3, $4)`, 1, stage.Realm, story.TuanGiao, tx.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := story.Build(t.Context(), db, 1, o, nil); err != nil {
		t.Fatal(err)
	}
	month, err := ParseMonth("2020-05")
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		who := access.System(1)
		school, err := store.One[string](ctx, tx, `SELECT code FROM school_period WHERE realm = 1 AND levels = 'THCS' ORDER BY code LIMIT 1`)
		if err != nil {
			return err
		}
		for _, code := range []string{"district:099", "03283", school} {
			place, err := FindPlace(ctx, tx, who, code, month.Last())
			if err != nil {
				return err
			}
			for _, f := range Formats {
				file, err := Monthly(ctx, tx, who, place, month, f, true)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(dir, file.Name), file.Content, 0o600); err != nil {
					return err
				}
				if f != paper.FormatJSON {
					continue
				}
				book, err := decodeBook(file.Content)
				if err != nil {
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

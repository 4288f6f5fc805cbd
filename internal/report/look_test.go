package report

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/story"
)

// TestLook writes the papers of the demonstration into $REPORT_OUT for a person to look at.
func TestLook(t *testing.T) {
	dir := os.Getenv("REPORT_OUT")
	if dir == "" {
		t.Skip()
	}
	o := story.Options{Size: os.Getenv("REPORT_SIZE")}
	stage, err := story.Begin(o)
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t, store.SQLite, stage.Clock.Time)
	err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, $2, $3, $4)`, 1, stage.Realm, "tuan-giao-2019", tx.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := story.Build(t.Context(), db, 1, o, nil); err != nil {
		t.Fatal(err)
	}
	month, _ := ParseMonth("2020-05")
	for _, code := range []string{"099", "03268", "SCHOOL"} {
		for _, f := range Formats {
			begun := time.Now()
			err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				who := access.System(1)
				if code == "SCHOOL" {
					name, err := store.One[string](ctx, tx, `SELECT code FROM school_period WHERE levels = 'TH THCS' OR levels = 'THCS' ORDER BY school LIMIT 1`)
					if err != nil {
						return err
					}
					code = name
				}
				p, err := FindPlace(ctx, tx, who, code, month.Last())
				if err != nil {
					return err
				}
				file, err := Monthly(ctx, tx, who, p, month, f, true)
				if err != nil {
					return err
				}
				return os.WriteFile(filepath.Join(dir, file.Name), file.Content, 0o600)
			})
			if err != nil {
				t.Fatal(code, err)
			}
			t.Log(code, f, time.Since(begun))
		}
	}
}

package store_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// What was committed and brought to the place is there whole after the machine is gone;
// and again after the stream was begun anew on the same place.
func TestAStreamIsRestored(t *testing.T) {
	place := filepath.Join(t.TempDir(), "stream")
	ctx := t.Context()
	from := t.TempDir()
	want := 0
	for round := range 2 {
		s, err := store.Open(ctx, store.Config{Dir: from})
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			if err := actTable(ctx, s); err != nil {
				t.Fatal(err)
			}
		}
		stream, err := s.StreamTo(ctx, place, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			if want, err = act(ctx, s, 200); err != nil {
				t.Fatal(err)
			}
		}
		if err := stream.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		if state := stream.State(ctx); state.Error != nil || !state.Whole || state.Log == 0 {
			t.Errorf("after flushing: %+v", state)
		}
		back := store.Config{Dir: filepath.Join(t.TempDir(), "back")}
		if err := store.RestoreStream(ctx, back, place, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if err := store.RestoreStream(ctx, back, place, time.Time{}); err == nil {
			t.Error("a database was overwritten")
		}
		restored, err := store.Open(ctx, back)
		if err != nil {
			t.Fatal(err)
		}
		got, err := acts(ctx, restored)
		if err = errors.Join(err, restored.Sound(ctx), restored.Close()); err != nil || got != want {
			t.Errorf("round %d: %d acts were restored of %d: %v", round, got, want, err)
		}
		if err := errors.Join(stream.Close(context.WithoutCancel(ctx)), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStreamSaysWhatItCannotDo(t *testing.T) {
	ctx := t.Context()
	if err := store.RestoreStream(ctx, store.Config{Dir: t.TempDir()}, t.TempDir(), time.Time{}); !errors.Is(err, store.ErrNoStream) {
		t.Errorf("an empty folder: %v", err)
	}
	s := storetest.Open(t, store.SQLite, nil)
	_, err := s.StreamTo(ctx, "nowhere://clerk:secret@there/x?key=secret", slog.New(slog.DiscardHandler))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an address of no kind: %v", err)
	}
	if _, err := storetest.Open(t, store.Postgres, nil).StreamTo(ctx, t.TempDir(), slog.New(slog.DiscardHandler)); !errors.Is(err, store.ErrNotSQLite) {
		t.Errorf("PostgreSQL: %v", err)
	}
}

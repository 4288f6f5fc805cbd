package app_test

import (
	"context"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"ralop/internal/app"
	"ralop/internal/fault"
	"ralop/internal/job"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/upkeep"
)

// places are where a stream may go: a folder, and a bucket of an S3 server of the test's own.
func places(t *testing.T) map[string]string {
	backend := s3mem.New()
	if err := backend.CreateBucket("ralop"); err != nil {
		t.Fatal(err)
	}
	bucket := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(bucket.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_CA_BUNDLE", "") // the machine's own, which is not for this server
	return map[string]string{
		"folder": filepath.Join(t.TempDir(), "stream"),
		"bucket": "s3://ralop/district?endpoint=" + bucket.URL + "&region=us-east-1",
	}
}

// serving runs a house until the returned function is called.
func serving(t *testing.T, a *app.App, s app.Serving) (stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, listener, s) }()
	return func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func sums(t *testing.T, a *app.App) (s app.Sums) {
	t.Helper()
	err := a.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		s, err = app.SumsOf(ctx, tx, a.Realm)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Nobody set up anything but two folders: everything is streamed, the night's copy is made
// and proved, and the machine that is lost comes back from either.
func TestAServerKeepsItsOwnCopies(t *testing.T) {
	a := commune(t)
	for name, place := range places(t) {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "copies")
			stop := serving(t, a, app.Serving{Keeping: app.Keeping{Folder: folder, Keep: 2, Stream: place}})
			waitFor(t, func() bool {
				r, err := lastOf[upkeep.Rehearsal](t, a, upkeep.RehearsalRun)
				stream, noted := lastOf[upkeep.Stream](t, a, upkeep.StreamRun)
				return err == nil && r.Passed() && strings.HasPrefix(r.Copy, "ralop-") && noted == nil && stream.Place == store.PlaceName(place)
			})
			stop()
			stream, err := lastOf[upkeep.Stream](t, a, upkeep.StreamRun)
			if err != nil || stream.Error != "" || strings.Contains(stream.Place, "region") {
				t.Errorf("the stream: %+v %v", stream, err)
			}
			back, err := app.RestoreStream(t.Context(), app.Config{Dir: t.TempDir()}, place, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			defer back.Close()
			if differences := sums(t, a).Differences(sums(t, back)); len(differences) > 0 {
				t.Errorf("restored from the stream: %v", differences)
			}
			checked, err := back.Check(t.Context(), nil)
			if err != nil || len(checked.Findings) > 0 {
				t.Errorf("check: %v %v", checked.Findings, err)
			}
		})
	}
}

// empty is a house with a realm and nothing else.
func empty(t *testing.T) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: storetest.Empty(t, store.SQLite).Dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if err := a.OpenRealm(t.Context(), "Lai", ""); err != nil {
		t.Fatal(err)
	}
	return a
}

func ask(t *testing.T, a *app.App, kind string) {
	t.Helper()
	if err := a.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return upkeep.Ask(ctx, tx, a.System(), kind) }); err != nil {
		t.Fatal(err)
	}
}

func state(t *testing.T, a *app.App) (s upkeep.State) {
	t.Helper()
	err := a.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		s, err = upkeep.Read(ctx, tx, a.System())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A copy that failed is not tried again each half minute; what somebody asks for is done all the same.
func TestAFailedCopyIsNotTriedAgainAtOnce(t *testing.T) {
	a := empty(t)
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stop := serving(t, a, app.Serving{Keeping: app.Keeping{Folder: filepath.Join(inTheWay, "copies")}})
	waitFor(t, func() bool { s := state(t, a); return len(s.Copies) == 1 && s.Copies[0].State == job.Failed })
	stop()
	ask(t, a, upkeep.RehearsalRun)
	stop = serving(t, a, app.Serving{Keeping: app.Keeping{Folder: t.TempDir()}})
	defer stop()
	waitFor(t, func() bool { s := state(t, a); return s.Rehearsals[0].Result.Error == upkeep.NoCopy })
	if s := state(t, a); len(s.Copies) != 1 || s.Copies[0].Result.Error == "" {
		t.Errorf("the copies: %+v", s.Copies)
	}
}

func TestAskingWithoutAFolderSaysSo(t *testing.T) {
	a := empty(t)
	ask(t, a, upkeep.CopyRun)
	ask(t, a, upkeep.RehearsalRun)
	stop := serving(t, a, app.Serving{})
	defer stop()
	waitFor(t, func() bool {
		s := state(t, a)
		return s.Copies[0].Result.Error == upkeep.NoFolder && s.Rehearsals[0].Result.Error == upkeep.NoFolder
	})
	_, err := app.RestoreStream(t.Context(), app.Config{Dir: t.TempDir()}, t.TempDir(), time.Time{})
	if f, ok := fault.Of(err); !ok || f.Code != "app.no-stream" {
		t.Errorf("an empty place: %v", err)
	}
	_, err = app.RestoreStream(t.Context(), app.Config{URL: storetest.Fresh(t, store.Postgres).URL}, t.TempDir(), time.Time{})
	if f, ok := fault.Of(err); !ok || f.Code != "app.stream-engine" {
		t.Errorf("PostgreSQL: %v", err)
	}
}

func lastOf[T any](t *testing.T, a *app.App, kind string) (result T, err error) {
	err = a.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		result, err = upkeep.Last[T](ctx, tx, a.Realm, kind)
		return err
	})
	return result, err
}

// waitFor gives the workers of a slow machine a minute and a half.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come to that")
		}
	}
}

package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/upkeep"
)

// Manifest lies beside a copy and says what must be found in it.
type Manifest struct {
	MadeAt day.Instant  `json:"made_at"` // by the machine's clock
	Engine store.Engine `json:"engine"`
	Realm  string       `json:"realm"`
	File   string       `json:"file"`
	Bytes  int64        `json:"bytes"`
	SHA256 string       `json:"sha256"`
	Sums   Sums         `json:"sums"`
}

const (
	manifestName = "ralop-backup.json"
	copyPrefix   = "ralop-"
)

func machine() day.Instant { return day.InstantOf(time.Now()) }

// Backup copies all that is committed into a folder of its own below folder, while people
// go on working, keeps the newest copies (keep 0: all), and writes down that it did. It
// gives the copy's folder.
func (a *App) Backup(ctx context.Context, folder string, keep int) (string, Manifest, error) {
	return a.backup(ctx, folder, keep, 0)
}

// backup answers the run that asked for it, 0 for none.
func (a *App) backup(ctx context.Context, folder string, keep int, run id.ID) (name string, m Manifest, err error) {
	name, m, err = a.copyTo(ctx, folder)
	made := upkeep.Copy{At: m.MadeAt, Folder: filepath.Base(name), Engine: string(m.Engine), Bytes: m.Bytes, Sheets: m.Sums.Sheets}
	if err != nil {
		made.Error = err.Error()
	}
	if noted := a.keepNote(ctx, run, upkeep.CopyRun, made, err != nil); err != nil || noted != nil {
		return name, m, errors.Join(err, noted)
	}
	return name, m, thin(folder, keep)
}

func (a *App) copyTo(ctx context.Context, folder string) (string, Manifest, error) {
	m := Manifest{MadeAt: machine(), Engine: a.Store.Engine(), Realm: a.Name, File: store.CopyName(a.Store.Engine())}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", m, err
	}
	name := filepath.Join(folder, copyPrefix+m.MadeAt.Time().Format("20060102-150405"))
	half := name + ".part" // its name says that it is not whole yet
	if err := os.Mkdir(half, 0o700); errors.Is(err, os.ErrExist) {
		return "", m, fault.New(fault.Conflict, "app.backup-twice", nil)
	} else if err != nil {
		return "", m, err
	}
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if m.Sums, err = SumsOf(ctx, tx, a.Realm); err != nil {
			return err
		}
		return tx.CopyTo(ctx, filepath.Join(half, m.File))
	})
	if err == nil {
		m.Bytes, m.SHA256, err = digestOf(filepath.Join(half, m.File))
	}
	if err == nil {
		err = writeManifest(half, m)
	}
	if err == nil {
		err = os.Rename(half, name)
	}
	if err != nil {
		return "", m, errors.Join(err, os.RemoveAll(half))
	}
	return name, m, nil
}

func writeManifest(folder string, m Manifest) error {
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, manifestName), content, 0o600)
}

func digestOf(file string) (size int64, digest string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return size, hex.EncodeToString(h.Sum(nil)), err
}

// Copies are the folders of whole copies below folder, the newest first.
func Copies(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), copyPrefix) && !strings.HasSuffix(e.Name(), ".part") {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	sort.Sort(sort.Reverse(sort.StringSlice(names)))
	return names, err
}

func thin(folder string, keep int) error {
	names, err := Copies(folder)
	for i, name := range names {
		if keep > 0 && i >= keep {
			err = errors.Join(err, os.RemoveAll(name))
		}
	}
	return err
}

// ReadManifest reads what lies beside a copy and proves that the copy is what was made:
// its size and digest. Faults: NotFound app.no-copy; Invalid app.copy-damaged.
func ReadManifest(folder string) (m Manifest, err error) {
	content, err := os.ReadFile(filepath.Join(folder, manifestName))
	if errors.Is(err, os.ErrNotExist) {
		return m, fault.New(fault.NotFound, "app.no-copy", fault.Args{"folder": folder})
	} else if err != nil {
		return m, err
	}
	damaged := func(why error) error {
		return fault.New(fault.Invalid, "app.copy-damaged", fault.Args{"folder": folder}).Because(why)
	}
	if err := json.Unmarshal(content, &m); err != nil {
		return m, damaged(err)
	}
	size, digest, err := digestOf(filepath.Join(folder, filepath.Base(m.File)))
	if err != nil {
		return m, damaged(err)
	}
	if size != m.Bytes || digest != m.SHA256 {
		return m, damaged(fmt.Errorf("%d bytes %s, written were %d bytes %s", size, digest, m.Bytes, m.SHA256))
	}
	return m, nil
}

// RestoreCopy puts a copy where c says and opens it. Nothing there is overwritten.
func RestoreCopy(ctx context.Context, c Config, folder string) (*App, Manifest, error) {
	m, err := ReadManifest(folder)
	if err != nil {
		return nil, m, err
	}
	engine := store.SQLite
	if c.URL != "" {
		engine = store.Postgres
	}
	if engine != m.Engine {
		return nil, m, fault.New(fault.Invalid, "app.copy-engine", fault.Args{"engine": string(m.Engine)})
	}
	if err := store.Restore(ctx, store.Config{Dir: c.Dir, URL: c.URL}, filepath.Join(folder, m.File)); err != nil {
		return nil, m, err
	}
	a, err := Open(ctx, c)
	if err != nil {
		return nil, m, err
	}
	// A dump brings rows and no statistics: without them PostgreSQL guesses, and everything is slow.
	if err := a.Store.Analyze(ctx); err != nil {
		a.Close()
		return nil, m, err
	}
	return a, m, nil
}

// RestoreStream puts what was streamed to a place where c says, as it was at a moment (zero:
// as late as there is), proves every page of it and opens it. Faults: NotFound app.no-stream;
// Invalid app.stream-engine.
func RestoreStream(ctx context.Context, c Config, place string, at time.Time) (*App, error) {
	switch err := store.RestoreStream(ctx, store.Config{Dir: c.Dir, URL: c.URL}, place, at); {
	case errors.Is(err, store.ErrNoStream):
		return nil, fault.New(fault.NotFound, "app.no-stream", fault.Args{"place": store.PlaceName(place)})
	case errors.Is(err, store.ErrNotSQLite):
		return nil, fault.New(fault.Invalid, "app.stream-engine", nil)
	case err != nil:
		return nil, err
	}
	return Open(ctx, c)
}

// Rehearse restores a copy into a scratch place, proves it as check does, compares its sums
// with what was written down when it was made, and throws the scratch place away. What came
// of it is kept, for the administrator's page. A copy of PostgreSQL is restored into the
// empty database scratch (postgres://…), which stays as it is afterwards.
func (a *App) Rehearse(ctx context.Context, folder, scratch string, progress func(done, total int)) (upkeep.Rehearsal, error) {
	return a.rehearse(ctx, folder, scratch, progress, 0)
}

// rehearse answers the run that asked for it, 0 for none.
func (a *App) rehearse(ctx context.Context, folder, scratch string, progress func(done, total int), run id.ID) (upkeep.Rehearsal, error) {
	r, err := a.prove(ctx, folder, scratch, progress)
	if err != nil {
		r.Error = err.Error()
	}
	return r, errors.Join(err, a.keepNote(ctx, run, upkeep.RehearsalRun, r, err != nil))
}

func (a *App) prove(ctx context.Context, folder, scratch string, progress func(done, total int)) (upkeep.Rehearsal, error) {
	began := time.Now()
	r := upkeep.Rehearsal{At: machine(), Copy: filepath.Base(folder)}
	c := Config{URL: scratch}
	if scratch == "" {
		dir, err := os.MkdirTemp("", "ralop-rehearsal-")
		if err != nil {
			return r, err
		}
		defer os.RemoveAll(dir)
		c.Dir = dir
	}
	restored, m, err := RestoreCopy(ctx, c, folder)
	r.MadeAt = m.MadeAt
	if err != nil {
		return r, err
	}
	defer restored.Close()
	if err := restored.Store.Sound(ctx); err != nil {
		return r, err
	}
	err = restored.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		sums, err := SumsOf(ctx, tx, restored.Realm)
		r.Differences = m.Sums.Differences(sums)
		return err
	})
	if err != nil {
		return r, err
	}
	checked, err := restored.Check(ctx, progress)
	if err != nil {
		return r, err
	}
	for _, f := range checked.Findings {
		// What was being written when the copy was made is sealed by the next sealer.
		if f.What != "unsealed" {
			r.Findings = append(r.Findings, f)
		}
	}
	r.Took = time.Since(began)
	return r, nil
}

// note keeps what came of work that nobody asked for.
func (a *App) note(ctx context.Context, kind string, result any) error {
	return a.keepNote(ctx, 0, kind, result, false)
}

// keepNote keeps what came of work: of run, or of work that nobody asked for when it is 0.
func (a *App) keepNote(ctx context.Context, run id.ID, kind string, result any, failed bool) error {
	return a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return upkeep.Note(ctx, tx, a.Realm, run, kind, result, failed)
	})
}

// MoveTo copies everything into another database, which is brought to the same version and
// holds nothing yet, and compares the two. It gives what differs: nothing, if all is well.
func (a *App) MoveTo(ctx context.Context, c Config, progress func(done, total int)) (from, to Sums, differences []string, err error) {
	target, err := Open(ctx, c)
	if err != nil {
		return from, to, nil, err
	}
	defer target.Close()
	if target.Realm != 0 {
		return from, to, nil, fault.New(fault.Conflict, "app.realm-open", fault.Args{"name": target.Name})
	}
	if err := store.Move(ctx, a.Store, target.Store, progress); err != nil {
		return from, to, nil, err
	}
	sums := func(s *store.Store, into *Sums) error {
		return s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			*into, err = SumsOf(ctx, tx, a.Realm)
			return err
		})
	}
	if err := errors.Join(sums(a.Store, &from), sums(target.Store, &to), target.Store.Analyze(ctx)); err != nil {
		return from, to, nil, err
	}
	return from, to, from.Differences(to), nil
}

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"modernc.org/sqlite"
)

// CopyName is what a copy of an engine's database is called inside a backup.
func CopyName(e Engine) string {
	if e == Postgres {
		return "ralop.dump"
	}
	return FileName
}

// CopyTo writes all that the transaction sees into a file of its own while others go on
// reading and writing: by SQLite's online backup, or by pg_dump (custom format), which must
// be of the server's version or newer. The file must not exist. Give it to a Read: what
// else that Read looks at is of the same moment.
func (tx *Tx) CopyTo(ctx context.Context, file string) error {
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("store: %s is there already", file)
	}
	if tx.store.engine == Postgres {
		snapshot, err := One[string](ctx, tx, `SELECT pg_export_snapshot()`)
		if err != nil {
			return err
		}
		return postgresTool(ctx, tx.store.pool.Config(), "pg_dump", "--snapshot="+snapshot, "--format=custom", "--no-owner", "--no-privileges", "--file="+file)
	}
	// A read holds its snapshot from its first statement on.
	if _, err := One[int](ctx, tx, `SELECT COUNT(*) FROM sqlite_master`); err != nil {
		return err
	}
	err := tx.conn.Raw(func(raw any) error {
		online, ok := raw.(interface {
			NewBackup(string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("store: this driver has no online backup")
		}
		backup, err := online.NewBackup("file:" + escapeFile(file))
		if err != nil {
			return err
		}
		// All pages in one step: in WAL mode that keeps nobody from writing. In several
		// steps it would begin again with every roll call received.
		for more := true; more; {
			if more, err = backup.Step(-1); err != nil {
				return errors.Join(err, backup.Finish())
			}
		}
		return backup.Finish()
	})
	if err != nil {
		return fmt.Errorf("store: copying: %w", err)
	}
	return flush(file)
}

// flush brings a file to the disk.
func flush(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(os.Chmod(file, 0o600), f.Sync(), f.Close())
}

// Restore puts a copy made by CopyTo where c says: into a folder that holds no database, or
// into an empty PostgreSQL database. It does not open it.
func Restore(ctx context.Context, c Config, file string) error {
	if c.URL != "" {
		config, err := pgxpool.ParseConfig(c.URL)
		if err != nil {
			return fmt.Errorf("store: the database address cannot be read: %w", err)
		}
		return postgresTool(ctx, config, "pg_restore", "--dbname="+config.ConnConfig.Database, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", file)
	}
	target := filepath.Join(c.Dir, FileName)
	if _, err := os.Stat(target); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("store: %s is there already; restore into another folder", target)
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	// Under another name until it is whole: a copy that was cut is never opened as a database.
	half := target + ".part"
	to, err := os.OpenFile(half, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = to.ReadFrom(from)
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return errors.Join(err, os.Remove(half))
	}
	return os.Rename(half, target)
}

// Sound asks SQLite whether every page of the file is as it should be; PostgreSQL proves
// that while a dump is restored.
func (s *Store) Sound(ctx context.Context) error {
	if s.engine == Postgres {
		return nil
	}
	return s.Read(ctx, func(ctx context.Context, tx *Tx) error {
		answers, err := All[string](ctx, tx, `PRAGMA integrity_check`)
		if err != nil {
			return err
		}
		if len(answers) != 1 || answers[0] != "ok" {
			return fmt.Errorf("store: the file is damaged: %s", strings.Join(answers, "; "))
		}
		return nil
	})
}

// escapeFile writes a file's name where SQLite reads an address.
func escapeFile(file string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file)
}

// postgresTool runs one of PostgreSQL's own programs on a database. The password goes by
// the environment: the words of a command can be read by everybody on the machine.
func postgresTool(ctx context.Context, config *pgxpool.Config, name string, words ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		if len(found) == 0 {
			return fmt.Errorf("store: %s is not on this machine; it comes with the PostgreSQL client", name)
		}
		path = found[len(found)-1]
	}
	c := config.ConnConfig
	command := exec.CommandContext(ctx, path, words...)
	command.Env = append(os.Environ(), "PGHOST="+c.Host, "PGPORT="+strconv.Itoa(int(c.Port)), "PGUSER="+c.User, "PGPASSWORD="+c.Password, "PGDATABASE="+c.Database)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("store: %s: %w: %s", name, err, strings.TrimSpace(string(output)))
	}
	return nil
}

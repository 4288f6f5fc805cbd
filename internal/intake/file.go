package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// MaxFile is the most a file may weigh, in bytes.
const MaxFile = 128 << 20

// chunk is what one row holds of a file; a transaction writes one.
const chunk = 1 << 20

// Keep keeps a file, chunk by chunk in short transactions. A file that did not come in
// wholly has no size and is never read. Fault: exchange.too-large.
func Keep(ctx context.Context, db *store.Store, realm int, account id.ID, name string, content io.Reader) (id.ID, error) {
	var file id.ID
	err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		file = tx.NewID()
		_, err := tx.Exec(ctx, sqlBeginFile, realm, file, name, int64(0), "", account, tx.Now())
		return err
	})
	if err != nil {
		return 0, err
	}
	digest := sha256.New()
	size := int64(0)
	buffer := make([]byte, chunk)
	for number := 1; ; number++ {
		n, err := io.ReadFull(content, buffer)
		if n == 0 && errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		if size += int64(n); size > MaxFile {
			return 0, fault.New(fault.Invalid, "exchange.too-large", fault.Args{"file": name, "megabytes": MaxFile >> 20})
		}
		body := bytes.Clone(buffer[:n])
		digest.Write(body)
		err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, sqlPutChunk, realm, file, number, body)
			return err
		})
		if err != nil {
			return 0, err
		}
		if n < chunk {
			break
		}
	}
	return file, db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlEndFile, realm, file, size, hex.EncodeToString(digest.Sum(nil)))
		return err
	})
}

// Content gives a whole file. Fault: intake.forgotten when it is no longer kept.
func Content(ctx context.Context, tx *store.Tx, realm int, file id.ID) ([]byte, error) {
	size, err := store.One[int64](ctx, tx, sqlFileSize, realm, file)
	if err != nil && !store.IsNone(err) {
		return nil, err
	}
	content := make([]byte, 0, size)
	err = tx.Each(ctx, func(row store.Row) error {
		var body []byte
		err := row.Scan(&body)
		content = append(content, body...)
		return err
	}, sqlChunks, realm, file)
	if err == nil && (size == 0 || int64(len(content)) != size) {
		err = fault.New(fault.NotFound, "intake.forgotten", fault.Args{"days": days(FileAge)})
	}
	return content, err
}

package audit

import (
	"context"

	"ralop/internal/store"
)

// Break is the first block that is not as it was sealed.
type Break struct {
	Number int64
	Why    string // a code: missing, lines, digest, chain, hash, head, stray
}

// Report is what Verify found.
type Report struct {
	Blocks  int64
	Entries int64
	Head    Block
	Broken  *Break // nil: the whole chain holds
}

// verifySlice is how many blocks one transaction checks.
const verifySlice = 200

// Verify checks the chain from its first block to its head and names the first broken
// block. Known are heads printed or kept elsewhere (number → hash): the chain must still
// hold them. It reads in slices, so that it hinders nobody.
func Verify(ctx context.Context, s *store.Store, realm int, known map[int64]string) (report Report, err error) {
	previous, next := "", int64(1)
	for {
		var slice []Block
		var lines map[int64][]row
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			if slice, err = store.All[Block](ctx, tx, sqlBlocksFrom, realm, next, verifySlice); err != nil {
				return err
			}
			lines = map[int64][]row{}
			type sealedRow struct {
				Seal int64
				Row  row
			}
			rows, err := store.All[sealedRow](ctx, tx, sqlSealedRows, realm, next, next+verifySlice)
			for _, r := range rows {
				lines[r.Seal] = append(lines[r.Seal], r.Row)
			}
			return err
		})
		if err != nil {
			return report, err
		}
		for _, b := range slice {
			if why := flaw(b, realm, next, previous, lines[b.Number], known); why != "" {
				report.Broken = &Break{next, why}
				return report, nil
			}
			report.Blocks, report.Entries, report.Head = report.Blocks+1, report.Entries+int64(b.Entries), b
			previous, next = b.Hash, next+1
		}
		if len(slice) < verifySlice {
			break
		}
	}
	return report, s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for number := range known {
			if number >= next && (report.Broken == nil || number < report.Broken.Number) {
				report.Broken = &Break{number, "head"}
			}
		}
		// Blocks made meanwhile are no stray ones.
		head, err := Head(ctx, tx, realm)
		if err != nil {
			return err
		}
		stray, err := store.One[*int64](ctx, tx, sqlStraySeal, realm, max(head.Number, next-1))
		if err == nil && stray != nil && report.Broken == nil {
			report.Broken = &Break{*stray, "stray"}
		}
		return err
	})
}

func flaw(b Block, realm int, number int64, previous string, rows []row, known map[int64]string) string {
	hash, printed := known[number]
	switch {
	case b.Number != number:
		return "missing"
	case len(rows) != b.Entries:
		return "lines"
	case digest(rows) != b.Digest:
		return "digest"
	case b.Previous != previous:
		return "chain"
	case b.hash(realm) != b.Hash:
		return "hash"
	case printed && hash != b.Hash:
		return "head"
	}
	return ""
}

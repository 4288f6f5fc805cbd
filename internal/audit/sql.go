package audit

const (
	sqlRecord = `INSERT INTO audit_entry (realm, id, at, account, action, object_kind, object, rule, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	rowColumns = `id, at, account, action, object_kind, object, rule, detail`

	// Rows without a seal, in whatever order their transactions came to an end: never "newer than the last one sealed".
	sqlUnsealed      = `SELECT ` + rowColumns + ` FROM audit_entry WHERE realm = $1 AND seal IS NULL ORDER BY id LIMIT $2`
	sqlSealRows      = `UPDATE audit_entry SET seal = $2 WHERE realm = $1 AND seal IS NULL AND id IN ($3)`
	sqlAppendBlock   = `INSERT INTO audit_block (realm, number, made_at, entries, digest, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	sqlHead          = `SELECT number, made_at, entries, digest, previous, hash FROM audit_block WHERE realm = $1 ORDER BY number DESC LIMIT 1`
	sqlBlocksFrom    = `SELECT number, made_at, entries, digest, previous, hash FROM audit_block WHERE realm = $1 AND number >= $2 ORDER BY number LIMIT $3`
	sqlSealedRows    = `SELECT seal, ` + rowColumns + ` FROM audit_entry WHERE realm = $1 AND seal >= $2 AND seal < $3 ORDER BY seal, id`
	sqlStraySeal     = `SELECT MAX(seal) FROM audit_entry WHERE realm = $1 AND seal IS NOT NULL AND seal > $2`
	sqlWaiting       = `SELECT COUNT(*), MIN(at) FROM audit_entry WHERE realm = $1 AND seal IS NULL`
	sqlWaitingBefore = `SELECT COUNT(*) FROM audit_entry WHERE realm = $1 AND seal IS NULL AND at < $2`

	sqlFirstBlockSince = `SELECT MIN(number) FROM audit_block WHERE realm = $1 AND made_at >= $2`

	// A line made at or after a moment is sealed at or after it, or not yet.
	sqlList = `SELECT ` + rowColumns + `, COALESCE(seal, 0) FROM audit_entry WHERE realm = $1 AND id < $2 AND (seal IS NULL OR seal >= $3)
		AND at >= $4 AND at < $5 AND ($6 = 0 OR account = $6) AND ($7 = 0 OR object = $7) AND ($8 = '' OR object_kind = $8) AND ($9 = '' OR action LIKE $9)
		ORDER BY id DESC LIMIT $10`
	sqlListObjects = `SELECT ` + rowColumns + `, COALESCE(seal, 0) FROM audit_entry WHERE realm = $1 AND id < $2 AND (seal IS NULL OR seal >= $3)
		AND at >= $4 AND at < $5 AND ($6 = 0 OR account = $6) AND object IN ($7) AND ($8 = '' OR object_kind = $8) AND ($9 = '' OR action LIKE $9)
		ORDER BY id DESC LIMIT $10`
)

package token

const (
	columns = `id, account, label, scopes, made_by, made_at, expires_at, used_at, revoked_at`

	sqlInsert = `INSERT INTO api_token (realm, id, account, label, hash, scopes, made_by, made_at, expires_at, used_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	sqlByHash = `SELECT ` + columns + ` FROM api_token WHERE realm = $1 AND hash = $2`
	sqlByID   = `SELECT ` + columns + ` FROM api_token WHERE realm = $1 AND id = $2`
	sqlOf     = `SELECT ` + columns + ` FROM api_token WHERE realm = $1 AND account = $2 ORDER BY made_at DESC, id DESC`
	sqlAll    = `SELECT ` + columns + ` FROM api_token WHERE realm = $1 ORDER BY made_at DESC, id DESC`
	sqlUsed   = `UPDATE api_token SET used_at = $3 WHERE realm = $1 AND id = $2`
	sqlRevoke = `UPDATE api_token SET revoked_at = $3 WHERE realm = $1 AND id = $2 AND revoked_at = $4`
)

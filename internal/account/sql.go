package account

const (
	sqlProfile = `SELECT id, name, title, login, language, theme, must_change, disabled FROM account WHERE realm = $1 AND id = $2`

	sqlFindSession    = `SELECT data FROM signed_in WHERE token = $1 AND expires_at > $2`
	sqlPruneSessions  = `DELETE FROM signed_in WHERE expires_at <= $1`
	sqlEndSession     = `DELETE FROM signed_in WHERE token = $1`
	sqlEndSessionsBut = `DELETE FROM signed_in WHERE realm = $1 AND account = $2 AND token <> $3`
	sqlOpenSessions   = `SELECT token, device, made_at, seen_at FROM signed_in WHERE realm = $1 AND account = $2 AND expires_at > $3 ORDER BY seen_at DESC, token`
	sqlKeepSession    = `INSERT INTO signed_in (token, realm, account, device, made_at, seen_at, expires_at, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (token) DO UPDATE SET realm = EXCLUDED.realm, account = EXCLUDED.account, device = EXCLUDED.device,
		made_at = EXCLUDED.made_at, seen_at = EXCLUDED.seen_at, expires_at = EXCLUDED.expires_at, data = EXCLUDED.data`
)

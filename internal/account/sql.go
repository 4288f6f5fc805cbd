package account

const (
	sqlProfile = `SELECT id, name, title, login, language, theme, must_change, disabled FROM account WHERE realm = $1 AND id = $2`
	sqlContact = `SELECT name, email, phone, language, disabled FROM account WHERE realm = $1 AND id = $2`

	sqlFindSession = `SELECT data, realm FROM signed_in WHERE token = $1 AND expires_at > $2`
	sqlCaller      = `SELECT s.data, s.realm, s.account, COALESCE(a.id, 0), COALESCE(a.name, ''), COALESCE(a.title, ''), COALESCE(a.login, ''),
		COALESCE(a.language, ''), COALESCE(a.theme, ''), COALESCE(a.must_change, $6), COALESCE(a.disabled, $6),
		COALESCE(g.id, 0), COALESCE(g.role, ''), COALESCE(g.scope_kind, ''), COALESCE(g.scope, 0), g.from_day, g.until_day,
		COALESCE(o.id, 0), COALESCE(o.scope_kind, ''), COALESCE(o.scope, 0), COALESCE(o.purpose, ''), o.until_at
		FROM signed_in s
		LEFT JOIN account a ON a.realm = $1 AND a.id = s.account
		LEFT JOIN role_grant g ON g.realm = $1 AND g.account = s.account AND g.from_day <= $4 AND $4 < g.until_day
		LEFT JOIN purpose_opening o ON o.realm = $1 AND o.account = s.account AND o.until_at > $5
		WHERE s.realm = $1 AND s.token = $2 AND s.expires_at > $3 ORDER BY g.id, o.id`
	sqlPruneSessions  = `DELETE FROM signed_in WHERE expires_at <= $1`
	sqlEndSession     = `DELETE FROM signed_in WHERE token = $1`
	sqlEndSessionsBut = `DELETE FROM signed_in WHERE realm = $1 AND account = $2 AND token <> $3`
	sqlEndOwnSession  = `DELETE FROM signed_in WHERE token = $1 AND realm = $2 AND account = $3`
	sqlOpenSessions   = `SELECT token, device, made_at, seen_at FROM signed_in WHERE realm = $1 AND account = $2 AND expires_at > $3 ORDER BY seen_at DESC, token`
	sqlKeepSession    = `INSERT INTO signed_in (token, realm, account, device, made_at, seen_at, expires_at, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (token) DO UPDATE SET realm = EXCLUDED.realm, account = EXCLUDED.account, device = EXCLUDED.device,
		made_at = EXCLUDED.made_at, seen_at = EXCLUDED.seen_at, expires_at = EXCLUDED.expires_at, data = EXCLUDED.data`

	sqlLogin     = `SELECT realm, account FROM login WHERE name = $1`
	sqlByLogin   = `SELECT account FROM login WHERE name = $1 AND realm = $2`
	sqlCandidate = `SELECT realm, id, login, name, password, must_change, failures, locked_until, disabled FROM account WHERE realm = $1 AND id = $2`
	sqlRehash    = `UPDATE account SET password = $3 WHERE realm = $1 AND id = $2`
	sqlForgive   = `UPDATE account SET failures = 0 WHERE realm = $1 AND id = $2 AND failures <> 0`
	sqlFail      = `UPDATE account SET failures = failures + 1, locked_until = $3 WHERE realm = $1 AND id = $2`
	sqlUnlock    = `UPDATE account SET failures = 0, locked_until = $3 WHERE realm = $1 AND id = $2`

	sqlStranger        = `SELECT failures, locked_until FROM sign_in_failure WHERE name = $1`
	sqlForgetStrangers = `DELETE FROM sign_in_failure WHERE last_at < $1`
	sqlFailStranger    = `INSERT INTO sign_in_failure (name, failures, locked_until, last_at) VALUES ($1, 1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET failures = sign_in_failure.failures + 1, locked_until = EXCLUDED.locked_until, last_at = EXCLUDED.last_at`

	sqlPutCode = `INSERT INTO account_reset (realm, account, code_hash, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (realm, account) DO UPDATE SET code_hash = EXCLUDED.code_hash, expires_at = EXCLUDED.expires_at`
	sqlCode        = `SELECT code_hash FROM account_reset WHERE realm = $1 AND account = $2 AND expires_at > $3`
	sqlDropCode    = `DELETE FROM account_reset WHERE realm = $1 AND account = $2`
	sqlSetPassword = `UPDATE account SET password = $3, must_change = $4, failures = 0, locked_until = $5 WHERE realm = $1 AND id = $2`
	sqlHeldScopes  = `SELECT role, scope_kind, scope FROM role_grant WHERE realm = $1 AND account = $2 AND $3 < until_day`

	sqlLoginTaken = `SELECT COUNT(*) FROM login WHERE name = $1`
	sqlPutLogin   = `INSERT INTO login (name, realm, account) VALUES ($1, $2, $3)`
	sqlCreate     = `INSERT INTO account (realm, id, name, name_sort, title, login, phone, email, language, theme, password, must_change, failures, locked_until, disabled, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
	sqlDisable     = `UPDATE account SET disabled = $3 WHERE realm = $1 AND id = $2`
	sqlSetLanguage = `UPDATE account SET language = $3 WHERE realm = $1 AND id = $2`
	sqlSetTheme    = `UPDATE account SET theme = $3 WHERE realm = $1 AND id = $2`

	listColumns          = `a.id, a.name, a.title, a.login, a.password <> '', a.disabled, a.locked_until, a.made_at`
	sqlAccounts          = `SELECT ` + listColumns + ` FROM account a WHERE a.realm = $1 ORDER BY a.name_sort, a.id`
	sqlAccountsInSchools = `SELECT ` + listColumns + ` FROM account a WHERE a.realm = $1 AND a.id IN (SELECT g.account FROM role_grant g
		LEFT JOIN class c ON c.realm = g.realm AND g.scope_kind = 'class' AND c.id = g.scope
		WHERE g.realm = $1 AND $3 < g.until_day AND (g.scope_kind = 'school' AND g.scope IN ($2) OR c.school IN ($2))) ORDER BY a.name_sort, a.id`
	sqlRolesToday = `SELECT DISTINCT account, role FROM role_grant WHERE realm = $1 AND from_day <= $2 AND $2 < until_day ORDER BY account, role`
	sqlNames      = `SELECT id, name FROM account WHERE realm = $1 AND id IN ($2)`
	sqlPhones     = `SELECT id, phone FROM account WHERE realm = $1 AND phone <> '' AND disabled = $2 ORDER BY id`
	sqlDetail     = `SELECT ` + listColumns + `, a.phone, a.email FROM account a WHERE a.realm = $1 AND a.id = $2`
	sqlClassesOf  = `SELECT id FROM class WHERE realm = $1 AND school IN ($2)`

	sqlDemonstration = `SELECT a.realm, a.id, a.must_change FROM login l JOIN account a ON a.realm = l.realm AND a.id = l.account
		JOIN realm r ON r.realm = a.realm WHERE l.name = $1 AND r.story <> '' AND a.disabled = $2`
)

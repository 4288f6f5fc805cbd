package device

// Phones.
const (
	columnsOfDevice = `device, account, label, state, state_by, state_at, registered_at, pushed_at, pulled_at, build, skew, unsent, persisted`

	sqlDevice    = `SELECT ` + columnsOfDevice + ` FROM device WHERE realm = $1 AND device = $2 AND account = $3`
	sqlDevicesOf = `SELECT ` + columnsOfDevice + ` FROM device WHERE realm = $1 AND account = $2 ORDER BY pushed_at DESC, registered_at DESC, device`

	sqlDevicesOfMany = `SELECT ` + columnsOfDevice + ` FROM device WHERE realm = $1 AND account IN ($2) AND (state = $3 OR state = $4) ORDER BY account, device`

	sqlInsertDevice = `INSERT INTO device (realm, device, account, label, state, state_by, state_at, registered_at, pushed_at, pulled_at, build, skew, unsent, persisted, session)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

	sqlSetState = `UPDATE device SET state = $4, state_by = $5, state_at = $6 WHERE realm = $1 AND device = $2 AND account = $3`

	sqlPushed = `UPDATE device SET pushed_at = $4, build = $5, skew = $6, unsent = $7, persisted = $8, session = $9 WHERE realm = $1 AND device = $2 AND account = $3`

	sqlPulled = `UPDATE device SET pulled_at = $4, session = $5 WHERE realm = $1 AND device = $2 AND account = $3`

	sqlSessionOf = `SELECT session FROM device WHERE realm = $1 AND device = $2 AND account = $3`
)

// Keys and secrets.
const (
	sqlNewestKey   = `SELECT number, public FROM device_key WHERE realm = $1 ORDER BY number DESC LIMIT 1`
	sqlPrivateKeys = `SELECT private FROM device_key WHERE realm = $1 ORDER BY number DESC`
	sqlInsertKey   = `INSERT INTO device_key (realm, number, private, public, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (realm, number) DO NOTHING`

	sqlSecrets      = `SELECT secret FROM device_secret WHERE realm = $1 AND device = $2 AND account = $3 ORDER BY number DESC`
	sqlLastSecret   = `SELECT COALESCE(MAX(number), 0) FROM device_secret WHERE realm = $1 AND device = $2 AND account = $3`
	sqlInsertSecret = `INSERT INTO device_secret (realm, device, account, number, secret, made_at) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlDropSecrets  = `DELETE FROM device_secret WHERE realm = $1 AND device = $2 AND account = $3 AND number <= $4`
)

// The ledger.
const (
	columnsOfAct = `act, device, account, sender, kind, format, sequence, taken_at, received_at, clock_off, outcome, code, facts, receipt, school, about_class, about_day, about_session`

	sqlAct = `SELECT ` + columnsOfAct + ` FROM device_act WHERE realm = $1 AND act = $2`

	sqlInsertAct = `INSERT INTO device_act (realm, act, device, account, sender, kind, format, sequence, taken_at, received_at, clock_off, outcome, code, facts, receipt, school, about_class, about_day, about_session, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT (realm, act) DO NOTHING`

	sqlChangeAct = `UPDATE device_act SET outcome = $3, code = $4, facts = $5, receipt = $6, sealed = $7 WHERE realm = $1 AND act = $2 AND outcome = $8`

	sqlRefusedOf = `SELECT ` + columnsOfAct + ` FROM device_act WHERE realm = $1 AND account = $2 AND outcome = $3 ORDER BY received_at DESC, act LIMIT $4`
	sqlRefusedIn = `SELECT ` + columnsOfAct + ` FROM device_act WHERE realm = $1 AND school = $2 AND outcome = $3 ORDER BY received_at DESC, act LIMIT $4`

	sqlCountRefused = `SELECT COUNT(*) FROM device_act WHERE realm = $1 AND school IN ($2) AND outcome = $3`

	sqlPurgeActs   = `DELETE FROM device_act WHERE realm = $1 AND received_at < $2`
	sqlPurgeUnread = `DELETE FROM device_unread WHERE realm = $1 AND received_at < $2`

	sqlInsertUnread = `INSERT INTO device_unread (realm, digest, sender, code, received_at, sealed) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (realm, sender, digest) DO NOTHING`
	sqlCountUnread  = `SELECT COUNT(*) FROM device_unread WHERE realm = $1 AND sender = $2`
	sqlUnread       = `SELECT code, received_at, LENGTH(sealed) FROM device_unread WHERE realm = $1 AND sender = $2 ORDER BY received_at DESC, digest LIMIT $3`
)

// The gateway for text messages.
const (
	sqlGateway    = `SELECT value FROM setting WHERE realm = $1 AND name = 'device.gateway'`
	sqlPutGateway = `INSERT INTO setting (realm, name, value, account, set_at) VALUES ($1, 'device.gateway', $2, $3, $4)
		ON CONFLICT (realm, name) DO UPDATE SET value = excluded.value, account = excluded.account, set_at = excluded.set_at`
)

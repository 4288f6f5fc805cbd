package webhook

// Every statement of the room.
const (
	columns = `id, account, label, url, events, made_by, made_at, ended_at`

	sqlInsert      = `INSERT INTO webhook (realm, id, account, label, url, events, secret, made_by, made_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	sqlByID        = `SELECT ` + columns + ` FROM webhook WHERE realm = $1 AND id = $2`
	sqlOf          = `SELECT ` + columns + ` FROM webhook WHERE realm = $1 AND account = $2 ORDER BY made_at DESC, id DESC`
	sqlAll         = `SELECT ` + columns + ` FROM webhook WHERE realm = $1 ORDER BY made_at DESC, id DESC`
	sqlByKey       = `SELECT ` + columns + ` FROM webhook WHERE realm = $1 AND account = $2 AND made_key = $3`
	sqlSetKey      = `UPDATE webhook SET made_key = $3 WHERE realm = $1 AND id = $2`
	sqlStands      = `SELECT ` + columns + ` FROM webhook WHERE realm = $1 AND ended_at = $2 ORDER BY id`
	sqlStanding    = `SELECT COUNT(*) FROM webhook WHERE realm = $1 AND account = $2 AND ended_at = $3`
	sqlAnyStanding = `SELECT COUNT(*) FROM webhook WHERE realm = $1 AND ended_at = $2`
	sqlEndWebhook  = `UPDATE webhook SET ended_at = $3 WHERE realm = $1 AND id = $2 AND ended_at = $4`
	sqlSecret      = `SELECT secret FROM webhook WHERE realm = $1 AND id = $2`

	sqlHosts    = `SELECT value FROM setting WHERE realm = $1 AND name = $2`
	sqlPutHosts = `INSERT INTO setting (realm, name, value, account, set_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, name) DO UPDATE SET value = excluded.value, account = excluded.account, set_at = excluded.set_at`

	sqlMark  = `SELECT block FROM webhook_mark WHERE realm = $1`
	sqlBegin = `INSERT INTO webhook_mark (realm, block) VALUES ($1, $2) ON CONFLICT (realm) DO UPDATE SET block = excluded.block`
	// Two passes at once: the second finds the mark moved and writes nothing.
	sqlMove = `UPDATE webhook_mark SET block = $3 WHERE realm = $1 AND block = $2`

	sqlInsertEvent = `INSERT INTO webhook_event (realm, id, event, at, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (realm, id) DO NOTHING`
	sqlQueue       = `INSERT INTO webhook_delivery (realm, webhook, event, state, due_at, tries, status, error, replays, replay_key, ended_at)
		VALUES ($1, $2, $3, 'waiting', $4, 0, 0, '', 0, '', $5) ON CONFLICT (realm, webhook, event) DO NOTHING`

	// A delivery that was taken and never heard of again is taken up when its time has run out.
	sqlDue = `SELECT d.webhook, d.event, d.state, d.due_at, d.tries, e.event, e.at, e.data, w.url, w.secret, w.account, w.label
		FROM webhook_delivery d JOIN webhook_event e ON e.realm = d.realm AND e.id = d.event JOIN webhook w ON w.realm = d.realm AND w.id = d.webhook
		WHERE d.realm = $1 AND d.state IN ('waiting', 'sending') AND d.due_at <= $2 ORDER BY d.due_at, d.event, d.webhook LIMIT $3`
	sqlTake         = `UPDATE webhook_delivery SET state = 'sending', due_at = $6, tries = tries + 1 WHERE realm = $1 AND webhook = $2 AND event = $3 AND state = $4 AND due_at = $5`
	sqlMarkDelivery = `UPDATE webhook_delivery SET state = $5, due_at = $6, tries = $7, status = $8, error = $9, ended_at = $10
		WHERE realm = $1 AND webhook = $2 AND event = $3 AND state = 'sending' AND due_at = $4`
	sqlDropAll = `UPDATE webhook_delivery SET state = 'dropped', ended_at = $3 WHERE realm = $1 AND webhook = $2 AND state IN ('waiting', 'sending')`

	deliveryColumns = `d.webhook, d.event, e.event, e.at, d.state, d.due_at, d.tries, d.status, d.error, d.replays, d.ended_at`
	sqlDeliveries   = `SELECT ` + deliveryColumns + ` FROM webhook_delivery d JOIN webhook_event e ON e.realm = d.realm AND e.id = d.event
		WHERE d.realm = $1 AND d.webhook = $2 AND d.event < $3 AND ($4 = '' OR d.state = $4) ORDER BY d.event DESC LIMIT $5`
	sqlDelivery = `SELECT ` + deliveryColumns + ` FROM webhook_delivery d JOIN webhook_event e ON e.realm = d.realm AND e.id = d.event
		WHERE d.realm = $1 AND d.webhook = $2 AND d.event = $3`
	sqlReplayKey = `SELECT replay_key FROM webhook_delivery WHERE realm = $1 AND webhook = $2 AND event = $3`
	sqlReplay    = `UPDATE webhook_delivery SET state = 'waiting', due_at = $4, tries = 0, status = 0, error = '', replays = replays + 1, replay_key = $5, ended_at = $6
		WHERE realm = $1 AND webhook = $2 AND event = $3 AND state IN ('sent', 'dead', 'dropped')`
	sqlReplayDead = `UPDATE webhook_delivery SET state = 'waiting', due_at = $3, tries = 0, status = 0, error = '', replays = replays + 1, ended_at = $4
		WHERE realm = $1 AND webhook = $2 AND state = 'dead'`
	sqlCounts = `SELECT webhook, state, COUNT(*) FROM webhook_delivery WHERE realm = $1 AND webhook IN ($2) GROUP BY webhook, state ORDER BY webhook, state`

	sqlPurgeDeliveries = `DELETE FROM webhook_delivery WHERE realm = $1 AND event IN (SELECT id FROM webhook_event WHERE realm = $1 AND at < $2)`
	sqlPurgeEvents     = `DELETE FROM webhook_event WHERE realm = $1 AND at < $2`
)

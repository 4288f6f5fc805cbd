package notify

// Every statement of the room.
const (
	sqlInsert = `INSERT INTO notice (realm, id, account, phone, language, code, facts, once, link, urgent, made_at, read_at, withdrawn_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (realm, once, account, phone) DO NOTHING`
	sqlInsertDelivery = `INSERT INTO notice_delivery (realm, notice, channel, account, state, due_at, tries, letter, error, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '', $7)`
	sqlWithdraw = `UPDATE notice SET withdrawn_at = $3 WHERE realm = $1 AND once = $2 AND withdrawn_at = $4`
	sqlDrop     = `UPDATE notice_delivery SET state = 'dropped', ended_at = $3 WHERE realm = $1 AND state = 'waiting'
		AND notice IN (SELECT id FROM notice WHERE realm = $1 AND once = $2)`
	sqlSentMail = `SELECT d.notice, d.account FROM notice_delivery d JOIN notice n ON n.realm = d.realm AND n.id = d.notice
		WHERE d.realm = $1 AND n.once = $2 AND d.channel = 'mail' AND d.state = 'sent' ORDER BY d.notice`
	sqlRecall = `UPDATE notice_delivery SET state = 'recall', due_at = $3, tries = 0, letter = 0 WHERE realm = $1 AND notice = $2 AND state = 'sent' AND channel = 'mail'`

	sqlWish     = `SELECT mail, push, sms, quiet_from, quiet_until, digest_at FROM notice_wish WHERE realm = $1 AND account = $2`
	sqlKeepWish = `INSERT INTO notice_wish (realm, account, mail, push, sms, quiet_from, quiet_until, digest_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (realm, account) DO UPDATE SET mail = excluded.mail, push = excluded.push, sms = excluded.sms,
		quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, digest_at = excluded.digest_at`

	sqlSettings   = `SELECT name, value FROM setting WHERE realm = $1 AND name LIKE 'notify.%'`
	sqlPutSetting = `INSERT INTO setting (realm, name, value, account, set_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, name) DO UPDATE SET value = excluded.value, account = excluded.account, set_at = excluded.set_at`

	// A delivery that was claimed and never heard of again is taken up when its claim has run out.
	sqlDue = `SELECT d.notice, d.channel, d.account, d.state, d.due_at, d.tries, d.letter, n.phone, n.language, n.code, n.facts, n.link, n.urgent, n.made_at, n.withdrawn_at
		FROM notice_delivery d JOIN notice n ON n.realm = d.realm AND n.id = d.notice
		WHERE d.realm = $1 AND d.state IN ('waiting', 'sending', 'recall') AND d.due_at <= $2 ORDER BY d.due_at, d.notice, d.channel LIMIT $3`
	// A letter is sent again as it was: all that stands in it.
	sqlLetter = `SELECT d.notice, d.channel, d.account, d.state, d.due_at, d.tries, d.letter, n.phone, n.language, n.code, n.facts, n.link, n.urgent, n.made_at, n.withdrawn_at
		FROM notice_delivery d JOIN notice n ON n.realm = d.realm AND n.id = d.notice
		WHERE d.realm = $1 AND d.account = $2 AND d.letter = $3 AND d.channel = 'mail' AND d.state IN ('waiting', 'sending', 'recall') ORDER BY d.notice`
	sqlClaim = `UPDATE notice_delivery SET state = 'sending', due_at = $6, tries = tries + 1, letter = $7
		WHERE realm = $1 AND notice = $2 AND channel = $3 AND state = $4 AND due_at = $5`
	sqlPostpone = `UPDATE notice_delivery SET due_at = $6 WHERE realm = $1 AND notice = $2 AND channel = $3 AND state = $4 AND due_at = $5`
	sqlEnd      = `UPDATE notice_delivery SET state = $5, error = $6, due_at = $7, ended_at = $8 WHERE realm = $1 AND notice = $2 AND channel = $3 AND state = 'sending' AND due_at = $4`
	sqlHolds    = `SELECT id FROM notice WHERE realm = $1 AND id IN ($2) AND withdrawn_at = $3`

	sqlSubscriptions = `SELECT hash, endpoint, p256dh, auth, device, made_at FROM push_subscription WHERE realm = $1 AND account = $2 ORDER BY made_at, hash`
	sqlSubscribe     = `INSERT INTO push_subscription (realm, account, hash, endpoint, p256dh, auth, device, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (realm, account, hash) DO UPDATE SET p256dh = excluded.p256dh, auth = excluded.auth`
	// A browser shows the notices of the one who asked last: on a shared machine nobody reads another's.
	sqlUnsubscribeOthers = `DELETE FROM push_subscription WHERE realm = $1 AND hash = $2 AND account <> $3`
	sqlUnsubscribe       = `DELETE FROM push_subscription WHERE realm = $1 AND account = $2 AND hash = $3`

	sqlUnread  = `SELECT COUNT(*) FROM notice WHERE realm = $1 AND account = $2 AND read_at = $3 AND withdrawn_at = $3`
	sqlInbox   = `SELECT id, code, facts, link, urgent, made_at, read_at, withdrawn_at FROM notice WHERE realm = $1 AND account = $2 AND id < $3 ORDER BY id DESC LIMIT $4`
	sqlOpen    = `SELECT link FROM notice WHERE realm = $1 AND account = $2 AND id = $3`
	sqlRead    = `UPDATE notice SET read_at = $4 WHERE realm = $1 AND account = $2 AND id = $3 AND read_at = $5`
	sqlReadAll = `UPDATE notice SET read_at = $4 WHERE realm = $1 AND account = $2 AND id <= $3 AND read_at = $5`

	sqlCounts     = `SELECT channel, state, COUNT(*) FROM notice_delivery WHERE realm = $1 AND due_at >= $2 GROUP BY channel, state ORDER BY channel, state`
	sqlDeliveries = `SELECT d.notice, d.channel, d.account, d.state, d.due_at, d.tries, d.error, d.ended_at, n.code, n.facts, n.made_at
		FROM notice_delivery d JOIN notice n ON n.realm = d.realm AND n.id = d.notice
		WHERE d.realm = $1 AND d.state IN ($2) AND d.channel IN ($3) AND d.notice < $4 ORDER BY d.notice DESC, d.channel LIMIT $5`
	sqlAgain = `UPDATE notice_delivery SET state = 'waiting', due_at = $4, tries = 0, letter = 0, error = '' WHERE realm = $1 AND notice = $2 AND channel = $3
		AND state IN ('dead', 'skipped') AND notice IN (SELECT id FROM notice WHERE realm = $1 AND id = $2 AND withdrawn_at = $5)`

	sqlPurgeDeliveries = `DELETE FROM notice_delivery WHERE realm = $1 AND notice IN (SELECT id FROM notice WHERE realm = $1 AND made_at < $2)`
	sqlPurge           = `DELETE FROM notice WHERE realm = $1 AND made_at < $2`
)

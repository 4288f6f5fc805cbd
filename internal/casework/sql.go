package casework

// Cases.
const (
	columnsOfCase = `c.id, c.pupil, c.school, c.class, c.village, c.commune, c.level, c.grade, c.ladder, c.opened_on, c.opened_at, c.opened_by, c.rule, c.why, c.rank,
		c.state, c.step, c.due_day, c.clock, c.clock_from, c.clock_days, c.tier, c.holder, c.cause, c.secondary, c.protected, c.promise_day, c.return_day,
		c.outcome, c.outcome_day, c.confirmed, c.seen_by, c.earlier, c.closed_on, c.last_act, c.acts, c.version`

	sqlCase = `SELECT ` + columnsOfCase + ` FROM case_file c WHERE c.realm = $1 AND c.id = $2`

	// Whoever changes a case takes its row first: nobody else does until the end.
	sqlHold = `UPDATE case_file SET version = version + 1 WHERE realm = $1 AND id = $2`

	sqlInsertCase = `INSERT INTO case_file (realm, id, pupil, school, class, village, commune, level, grade, ladder, opened_on, opened_at, opened_by, rule, why, rank,
		state, step, due_day, clock, clock_from, clock_days, tier, holder, cause, secondary, protected, promise_day, return_day,
		outcome, outcome_day, confirmed, seen_by, earlier, closed_on, last_act, acts, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29,
		$30, $31, $32, $33, $34, $35, $36, $37, $38)`

	sqlSaveCase = `UPDATE case_file SET school = $3, class = $4, village = $5, commune = $6, level = $7, grade = $8, ladder = $9, rank = $10,
		state = $11, step = $12, due_day = $13, clock = $14, clock_from = $15, clock_days = $16, tier = $17, holder = $18, cause = $19, secondary = $20, protected = $21,
		promise_day = $22, return_day = $23, outcome = $24, outcome_day = $25, confirmed = $26, seen_by = $27, closed_on = $28, last_act = $29, acts = $30
		WHERE realm = $1 AND id = $2`

	sqlRunningOf = `SELECT c.id FROM case_file c WHERE c.realm = $1 AND c.pupil = $2 AND (c.state = 'open' OR c.state = 'watching' OR c.state = 'away')`

	sqlRunningOfMany = `SELECT c.pupil, c.id FROM case_file c WHERE c.realm = $1 AND c.pupil IN ($2) AND (c.state = 'open' OR c.state = 'watching' OR c.state = 'away')`

	sqlCasesOfPupil = `SELECT ` + columnsOfCase + ` FROM case_file c WHERE c.realm = $1 AND c.pupil = $2 ORDER BY c.opened_at DESC, c.id DESC`

	// At the office nobody is above; advice does not climb.
	sqlLateCases = `SELECT c.id FROM case_file c WHERE c.realm = $1 AND c.state = 'open' AND c.due_day < $2 AND c.tier <> 'office' AND c.ladder <> 'advice' ORDER BY c.id`

	sqlUnsettled = `SELECT c.id FROM case_file c WHERE c.realm = $1 AND c.id > $2 AND c.state <> 'closed' ORDER BY c.id LIMIT $3`

	// Cases in whose class a roll has come in since an instant.
	sqlFresh = `SELECT c.id FROM case_file c WHERE c.realm = $1 AND c.state <> 'closed' AND EXISTS (SELECT 1 FROM sheet s
		WHERE s.realm = $1 AND s.class = c.class AND s.day >= c.opened_on AND s.received_at > $2) ORDER BY c.id`

	// What is past its time: words go, codes and days stay for the counts.
	sqlPast = `SELECT c.id FROM case_file c WHERE c.realm = $1 AND c.state = 'closed' AND c.closed_on < $2
		AND (c.why <> '' OR c.protected = $3 OR EXISTS (SELECT 1 FROM case_act a WHERE a.realm = $1 AND a.case_id = c.id AND (a.note <> '' OR a.hope <> ''))) ORDER BY c.id LIMIT $4`
	sqlBlankCase      = `UPDATE case_file SET why = '', cause = CASE WHEN protected = $3 THEN '' ELSE cause END, secondary = CASE WHEN protected = $3 THEN '' ELSE secondary END, protected = $4 WHERE realm = $1 AND id = $2`
	sqlBlankActs      = `UPDATE case_act SET note = '', hope = '', cause = CASE WHEN protected = $3 THEN '' ELSE cause END, secondary = CASE WHEN protected = $3 THEN '' ELSE secondary END, protected = $4 WHERE realm = $1 AND case_id = $2`
	sqlBlankOwners    = `UPDATE case_owner SET reason = '' WHERE realm = $1 AND case_id = $2`
	sqlBlankReferrals = `UPDATE case_referral SET reason = '', answer = '' WHERE realm = $1 AND case_id = $2`

	sqlDeletePlaces = `UPDATE case_act SET placed = $3, latitude = 0, longitude = 0 WHERE realm = $1 AND case_id = $2`
)

// Signals.
const (
	sqlInsertSignal = `INSERT INTO case_signal (realm, case_id, signal, rule, step, on_day, taken_at, withdrawn_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (realm, case_id, signal) DO UPDATE SET step = excluded.step, on_day = excluded.on_day, withdrawn_on = excluded.withdrawn_on`

	sqlSignals = `SELECT signal, rule, step, on_day, withdrawn_on FROM case_signal WHERE realm = $1 AND case_id = $2 ORDER BY on_day, signal`

	sqlCasesOfSignal = `SELECT s.case_id FROM case_signal s WHERE s.realm = $1 AND s.signal = $2 AND s.withdrawn_on = $3`

	sqlWithdrawSignal = `UPDATE case_signal SET withdrawn_on = $4 WHERE realm = $1 AND case_id = $2 AND signal = $3`

	sqlStandingSignals = `SELECT signal FROM case_signal WHERE realm = $1 AND case_id = $2 AND withdrawn_on = $3`
)

// Owners.
const (
	columnsOfOwner = `o.id, o.role, o.account, o.member, o.from_at, o.until_at, o.source, o.reason, o.given_by`

	sqlOwners = `SELECT ` + columnsOfOwner + ` FROM case_owner o WHERE o.realm = $1 AND o.case_id = $2 ORDER BY o.from_at, o.id`

	sqlInsertOwner = `INSERT INTO case_owner (realm, id, case_id, role, account, member, from_at, until_at, source, reason, given_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	sqlEndOwner = `UPDATE case_owner SET until_at = $3 WHERE realm = $1 AND id = $2`

	sqlOwns = `SELECT COUNT(*) FROM case_owner WHERE realm = $1 AND case_id = $2 AND account = $3 AND until_at = $4`
)

// Acts.
const (
	columnsOfAct = `a.id, a.kind, a.account, a.taken_at, a.received_at, a.reached, a.met, a.companions, a.cause, a.secondary, a.promise_day,
		a.support_school, a.support_commune, a.hope, a.note, a.protected, a.detail`

	sqlInsertAct = `INSERT INTO case_act (realm, id, act, case_id, kind, account, device, taken_at, received_at, reached, met, companions, cause, secondary, promise_day,
		support_school, support_commune, hope, note, protected, placed, latitude, longitude, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`

	sqlActByKey = `SELECT a.id, a.case_id FROM case_act a WHERE a.realm = $1 AND a.act = $2`

	sqlActs = `SELECT ` + columnsOfAct + ` FROM case_act a WHERE a.realm = $1 AND a.case_id = $2 ORDER BY a.taken_at DESC, a.id DESC`
)

// Climbs.
const (
	sqlInsertClimb = `INSERT INTO case_climb (realm, case_id, on_day, from_tier, to_tier, cause, account) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (realm, case_id, on_day) DO NOTHING`

	sqlClimbs = `SELECT on_day, from_tier, to_tier, cause, account FROM case_climb WHERE realm = $1 AND case_id = $2 ORDER BY on_day`

	sqlLastClimb = `SELECT on_day, from_tier, to_tier, cause, account FROM case_climb WHERE realm = $1 AND case_id = $2 ORDER BY on_day DESC LIMIT 1`
)

// Referrals, checks, consents, reminders.
const (
	columnsOfReferral = `r.id, r.case_id, r.body, r.to_account, r.reason, r.from_day, r.until_day, r.account, r.answer, r.answered_on, r.answered_by`

	sqlInsertReferral = `INSERT INTO case_referral (realm, id, act, case_id, body, to_account, reason, from_day, until_day, account, answer, answered_on, answered_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

	sqlReferralByKey = `SELECT r.id FROM case_referral r WHERE r.realm = $1 AND r.act = $2`

	sqlReferral = `SELECT ` + columnsOfReferral + ` FROM case_referral r WHERE r.realm = $1 AND r.id = $2`

	sqlReferrals = `SELECT ` + columnsOfReferral + ` FROM case_referral r WHERE r.realm = $1 AND r.case_id = $2 ORDER BY r.id DESC`

	sqlAnswerReferral = `UPDATE case_referral SET answer = $3, answered_on = $4, answered_by = $5 WHERE realm = $1 AND id = $2 AND answered_on = $6`

	sqlReferredTo = `SELECT r.id, r.case_id, r.body, r.reason, r.from_day, r.until_day, r.account, p.id, p.name, p.born, COALESCE(u.full_name, '')
		FROM case_referral r JOIN case_file c ON c.realm = r.realm AND c.id = r.case_id JOIN pupil p ON p.realm = c.realm AND p.id = c.pupil
		LEFT JOIN unit_period u ON u.unit = c.village AND u.from_day <= $3 AND $3 < u.until_day
		WHERE r.realm = $1 AND r.to_account = $2 AND r.from_day <= $3 AND $3 < r.until_day ORDER BY r.until_day, r.id`

	sqlInsertCheck = `INSERT INTO case_check (realm, case_id, number, due_day, state, present, sessions, done_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

	sqlChecks = `SELECT number, due_day, state, present, sessions, done_on FROM case_check WHERE realm = $1 AND case_id = $2 ORDER BY number`

	sqlPutCheck = `UPDATE case_check SET state = $4, present = $5, sessions = $6, done_on = $7 WHERE realm = $1 AND case_id = $2 AND number = $3`

	sqlInsertConsent = `INSERT INTO guardian_consent (realm, id, pupil, purpose, given, relation, on_day, account, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sqlConsents = `SELECT purpose, given, relation, on_day FROM guardian_consent WHERE realm = $1 AND pupil = $2 ORDER BY made_at DESC, id DESC`

	columnsOfReminder = `m.id, m.school, m.body, m.due_day, m.account, m.made_at, m.answer, m.answered_by, m.answered_at`

	sqlInsertReminder = `INSERT INTO school_reminder (realm, id, school, body, due_day, account, made_at, answer, answered_by, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	sqlReminder = `SELECT ` + columnsOfReminder + ` FROM school_reminder m WHERE m.realm = $1 AND m.id = $2`

	sqlReminders = `SELECT ` + columnsOfReminder + ` FROM school_reminder m WHERE m.realm = $1 AND m.school IN ($2) ORDER BY m.made_at DESC, m.id DESC`

	sqlAnswerReminder = `UPDATE school_reminder SET answer = $3, answered_by = $4, answered_at = $5 WHERE realm = $1 AND id = $2 AND answer = ''`
)

// Settings.
const (
	sqlSettings = `SELECT name, value FROM setting WHERE realm = $1 AND name >= 'casework.' AND name < 'casework/'`

	sqlPutSetting = `INSERT INTO setting (realm, name, value, account, set_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, name) DO UPDATE SET value = excluded.value, account = excluded.account, set_at = excluded.set_at`
)

// Names of people around a case.
const (
	sqlAccountNames = `SELECT id, name, phone FROM account WHERE realm = $1 AND id IN ($2)`

	sqlStory = `SELECT story FROM realm WHERE realm = $1`

	sqlMemberNames = `SELECT id, name, phone FROM committee_member WHERE realm = $1 AND id IN ($2)`

	// Other children of a guardian: by telephone, or by name in the same village.
	sqlSiblings = `SELECT p.id, p.name, COALESCE(k.name, '') FROM guardian g
		JOIN guardian o ON o.realm = g.realm AND o.pupil <> g.pupil AND (g.phone <> '' AND o.phone = g.phone OR g.phone = '' AND g.name <> '' AND o.name = g.name)
		JOIN pupil p ON p.realm = o.realm AND p.id = o.pupil
		JOIN pupil_residence a ON a.realm = g.realm AND a.pupil = g.pupil AND a.from_day <= $3 AND $3 < a.until_day
		JOIN pupil_residence b ON b.realm = o.realm AND b.pupil = o.pupil AND b.from_day <= $3 AND $3 < b.until_day AND b.unit = a.unit
		LEFT JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.from_day <= $3 AND $3 < e.until_day
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $3 AND $3 < m.until_day
		LEFT JOIN class k ON k.realm = m.realm AND k.id = m.class
		WHERE g.realm = $1 AND g.pupil = $2 ORDER BY p.born, p.id`
)

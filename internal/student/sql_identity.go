package student

// Offers between schools.
const (
	sqlInsertTransfer = `INSERT INTO transfer_offer (realm, id, pupil, enrolment, from_school, to_school, left_on, offered_at, offered_by, reason, due_day, state, answered_at, answered_by, answer, arrival, told)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

	sqlOpenTransferOf = `SELECT id FROM transfer_offer WHERE realm = $1 AND enrolment = $2 AND state = 'offered'`

	sqlEndTransfer = `UPDATE transfer_offer SET state = $3, answered_at = $4, answered_by = $5, answer = $6, arrival = $7 WHERE realm = $1 AND id = $2`

	sqlReopenTransfer = `UPDATE transfer_offer SET state = 'offered', answered_at = $3, answered_by = 0, answer = '', arrival = 0, due_day = $4, told = 1 WHERE realm = $1 AND id = $2`

	transferColumns = `SELECT o.id, o.pupil, o.enrolment, o.from_school, o.to_school, o.left_on, o.offered_at, o.offered_by, o.reason, o.due_day, o.state, o.answered_at, o.answered_by, o.answer, o.arrival,
			p.name, p.version, e.level, e.grade, COALESCE(s.name, ''), COALESCE(t.name, ''), COALESCE(c.name, '')
		FROM transfer_offer o
		JOIN pupil p ON p.realm = o.realm AND p.id = o.pupil
		JOIN enrolment e ON e.realm = o.realm AND e.id = o.enrolment
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day = (SELECT MAX(l.from_day) FROM class_membership l WHERE l.realm = $1 AND l.enrolment = e.id)
		LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
		LEFT JOIN school_period s ON s.realm = o.realm AND s.school = o.from_school AND s.from_day <= $2 AND $2 < s.until_day
		LEFT JOIN school_period t ON t.realm = o.realm AND t.school = o.to_school AND t.from_day <= $2 AND $2 < t.until_day`

	sqlTransfer     = transferColumns + ` WHERE o.realm = $1 AND o.id = $3`
	sqlTransfersIn  = transferColumns + ` WHERE o.realm = $1 AND o.to_school = $3 ORDER BY CASE WHEN o.state = 'offered' THEN 0 ELSE 1 END, o.due_day DESC, o.id DESC LIMIT $4`
	sqlTransfersOut = transferColumns + ` WHERE o.realm = $1 AND o.from_school = $3 ORDER BY CASE WHEN o.state = 'offered' THEN 0 ELSE 1 END, o.due_day DESC, o.id DESC LIMIT $4`

	sqlDeleteSpell = `DELETE FROM enrolment WHERE realm = $1 AND id = $2`

	// Offers that came in by a list, and offers whose spell was settled by one.
	sqlUnknownTransfers = `SELECT e.id, e.pupil, e.school, e.other_school, e.until_day, e.exit_reason FROM enrolment e
		WHERE e.realm = $1 AND e.exit_state = 'unconfirmed' AND e.exit_kind = 'transfer-out'
		AND NOT EXISTS (SELECT 1 FROM transfer_offer o WHERE o.realm = $1 AND o.enrolment = e.id AND o.state = 'offered') ORDER BY e.until_day DESC LIMIT $2`
	sqlSettledTransfers = `SELECT o.id, e.exit_kind, e.exit_state FROM transfer_offer o JOIN enrolment e ON e.realm = o.realm AND e.id = o.enrolment
		WHERE o.realm = $1 AND o.state = 'offered' AND (e.exit_kind <> 'transfer-out' OR e.exit_state <> 'unconfirmed') ORDER BY o.id LIMIT $2`

	sqlTransfersToTell = `SELECT o.id, o.pupil, o.from_school, o.to_school, o.offered_at, o.due_day, o.told, COALESCE(s.name, ''), COALESCE(t.name, ''), COALESCE(r.unit, 0), COALESCE(s.located_in, 0)
		FROM transfer_offer o
		LEFT JOIN school_period s ON s.realm = o.realm AND s.school = o.from_school AND s.from_day <= $2 AND $2 < s.until_day
		LEFT JOIN school_period t ON t.realm = o.realm AND t.school = o.to_school AND t.from_day <= $2 AND $2 < t.until_day
		LEFT JOIN pupil_residence r ON r.realm = o.realm AND r.pupil = o.pupil AND r.from_day <= $2 AND $2 < r.until_day
		WHERE o.realm = $1 AND o.state = 'offered' AND (o.told < 2 AND o.due_day <= $3 OR o.told < 3 AND o.due_day < $2 OR o.told < 4 AND o.due_day < $4)
		ORDER BY o.due_day, o.id LIMIT $5`
	sqlTransferTold = `UPDATE transfer_offer SET told = $3 WHERE realm = $1 AND id = $2 AND told < $3`
)

// Records that became one.
const (
	sqlMergedInto = `SELECT merged_into FROM pupil WHERE realm = $1 AND id = $2`

	sqlMergedMany = `SELECT id, merged_into FROM pupil WHERE realm = $1 AND merged_into <> 0 AND id IN ($2)`

	// What became a part of some records, the last merge of each.
	sqlMergedAway = `SELECT g.gone, g.kept, g.merged_at, p.name, p.sex, p.born, g.before FROM pupil_merge g JOIN pupil p ON p.realm = g.realm AND p.id = g.gone AND p.merged_into = g.kept
		WHERE g.realm = $1 AND g.state <> 'undone' AND p.name <> '' AND g.kept IN ($2) ORDER BY g.gone, g.id DESC`

	sqlChangedAt = `SELECT id, changed_at FROM pupil WHERE realm = $1 AND id IN ($2)`

	sqlBecomePart = `UPDATE pupil SET merged_into = $3, code = '', national_id = '', name_fold = '' WHERE realm = $1 AND id = $2`

	sqlRunningCases = `SELECT COUNT(*) FROM case_file WHERE realm = $1 AND pupil IN ($2) AND (state = 'open' OR state = 'watching' OR state = 'away')`

	sqlCasesSince = `SELECT COUNT(*) FROM case_file WHERE realm = $1 AND pupil = $2 AND opened_at > $3`

	sqlMarkedSince = `SELECT COUNT(*) FROM mark k JOIN sheet_version v ON v.realm = k.realm AND v.class = k.class AND v.day = k.day AND v.session = k.session
		WHERE k.realm = $1 AND k.pupil = $2 AND v.received_at > $3 AND v.cause <> 'enrolment' AND v.cause <> 'calendar' AND k.class IN ($4)`

	sqlInsertNumber  = `INSERT INTO pupil_number (realm, number, pupil) VALUES ($1, $2, $3) ON CONFLICT (realm, number, pupil) DO NOTHING`
	sqlFormerNumbers = `SELECT number, pupil FROM pupil_number WHERE realm = $1 AND number IN ($2)`

	sqlGiveSpells = `UPDATE enrolment SET pupil = $3 WHERE realm = $1 AND pupil = $2`
	sqlCameFrom   = `UPDATE enrolment SET from_school = $3 WHERE realm = $1 AND id = $2`

	sqlDropMemberships        = `DELETE FROM class_membership WHERE realm = $1 AND enrolment = $2`
	sqlDropMembershipsOutside = `DELETE FROM class_membership WHERE realm = $1 AND enrolment = $2 AND (until_day <= $3 OR from_day >= $4)`
	sqlDropTransfers          = `DELETE FROM transfer_offer WHERE realm = $1 AND enrolment = $2`

	sqlInsertMerge = `INSERT INTO pupil_merge (realm, id, kept, gone, state, merged_at, merged_by, ended_at, ended_by, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	sqlMerge       = `SELECT kept, gone, state, merged_at, before, after FROM pupil_merge WHERE realm = $1 AND id = $2`
	sqlEndMerge    = `UPDATE pupil_merge SET state = $3, ended_at = $4, ended_by = $5, before = '', after = '' WHERE realm = $1 AND id = $2`
	sqlMergesOf    = `SELECT g.id, g.kept, g.gone, g.state, g.merged_at, g.merged_by, p.name FROM pupil_merge g JOIN pupil p ON p.realm = g.realm AND p.id = g.gone
		WHERE g.realm = $1 AND g.kept = $2 AND g.state <> 'undone' ORDER BY g.merged_at DESC, g.id DESC`
	sqlForgetMerges = `UPDATE pupil_merge SET state = 'kept', before = '', after = '' WHERE realm = $1 AND state = 'merged' AND merged_at < $2`
)

// Doubles.
const (
	sqlCountRecords = `SELECT COUNT(*) FROM pupil WHERE realm = $1 AND name_fold <> ''`

	sqlNamesAfter = `SELECT p.id, p.name_fold, p.born, COALESCE(r.unit, 0) FROM pupil p
		LEFT JOIN pupil_residence r ON r.realm = p.realm AND r.pupil = p.id AND r.from_day <= $2 AND $2 < r.until_day
		WHERE p.realm = $1 AND p.name_fold <> '' AND (p.name_fold, p.born, p.id) > ($3, $4, $5) ORDER BY p.name_fold, p.born, p.id LIMIT $6`

	sqlHomesAfter = `SELECT DISTINCT unit FROM pupil_residence WHERE realm = $1 AND unit > $2 ORDER BY unit LIMIT $3`

	sqlRecordsAtHome = `SELECT p.id, p.name_fold, p.born, r.unit FROM pupil_residence r JOIN pupil p ON p.realm = r.realm AND p.id = r.pupil
		WHERE r.realm = $1 AND p.realm = $1 AND r.unit IN ($3) AND r.from_day <= $2 AND $2 < r.until_day AND p.name_fold <> '' ORDER BY r.unit, p.born, p.id`

	sqlSameNationalID = `SELECT a.id, b.id FROM pupil a JOIN pupil b ON b.realm = a.realm AND b.national_id = a.national_id AND b.id > a.id
		WHERE a.realm = $1 AND b.realm = $1 AND a.national_id <> '' AND b.national_id <> '' AND a.merged_into = 0 AND b.merged_into = 0 ORDER BY a.id, b.id LIMIT $2`
	sqlSameCode = `SELECT a.id, b.id FROM pupil a JOIN pupil b ON b.realm = a.realm AND b.code = a.code AND b.id > a.id
		WHERE a.realm = $1 AND b.realm = $1 AND a.code <> '' AND b.code <> '' AND a.merged_into = 0 AND b.merged_into = 0 ORDER BY a.id, b.id LIMIT $2`

	sqlLikeness = `SELECT p.id, p.name_fold, p.sex, p.born, p.code, p.national_id, COALESCE(r.unit, 0), '', '', COALESCE(e.school, 0) FROM pupil p
		LEFT JOIN pupil_residence r ON r.realm = p.realm AND r.pupil = p.id AND r.from_day <= $2 AND $2 < r.until_day
		LEFT JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.from_day <= $2 AND $2 < e.until_day
		WHERE p.realm = $1 AND p.id IN ($3)`

	sqlAllPairs   = `SELECT one, other, score, reasons, state, agreed_one, agreed_other FROM duplicate_pair WHERE realm = $1`
	sqlCountPairs = `SELECT COUNT(*) FROM duplicate_pair WHERE realm = $1 AND state = 'open' AND score >= $2`
	sqlPutPair    = `INSERT INTO duplicate_pair (realm, one, other, score, reasons, state, found_on, agreed_one, agreed_other, said_by, said_at, said)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (realm, one, other) DO UPDATE SET score = excluded.score, reasons = excluded.reasons`
	sqlDropPair   = `DELETE FROM duplicate_pair WHERE realm = $1 AND one = $2 AND other = $3 AND state = 'open'`
	sqlSayOfPair  = `UPDATE duplicate_pair SET state = $4, said_by = $5, said_at = $6, said = $7 WHERE realm = $1 AND one = $2 AND other = $3`
	sqlReopenPair = `UPDATE duplicate_pair SET state = 'open' WHERE realm = $1 AND one = $2 AND other = $3 AND state = 'not-same'`
	sqlAgreed     = `SELECT agreed_one, agreed_other FROM duplicate_pair WHERE realm = $1 AND one = $2 AND other = $3 AND state = 'open'`
	sqlAgreeOne   = `UPDATE duplicate_pair SET agreed_one = $4 WHERE realm = $1 AND one = $2 AND other = $3 AND state = 'open'`
	sqlAgreeOther = `UPDATE duplicate_pair SET agreed_other = $4 WHERE realm = $1 AND one = $2 AND other = $3 AND state = 'open'`

	// Where each of the two is: by the last spell begun up to today, as access counts whom somebody reaches.
	pairFrom = ` FROM duplicate_pair d
		JOIN pupil pa ON pa.realm = d.realm AND pa.id = d.one
		JOIN pupil pb ON pb.realm = d.realm AND pb.id = d.other
		LEFT JOIN enrolment ea ON ea.realm = d.realm AND ea.pupil = d.one AND ea.from_day = (SELECT COALESCE(MAX(CASE WHEN l.from_day <= $2 THEN l.from_day END), MIN(l.from_day)) FROM enrolment l WHERE l.realm = $1 AND l.pupil = d.one)
		LEFT JOIN enrolment eb ON eb.realm = d.realm AND eb.pupil = d.other AND eb.from_day = (SELECT COALESCE(MAX(CASE WHEN l.from_day <= $2 THEN l.from_day END), MIN(l.from_day)) FROM enrolment l WHERE l.realm = $1 AND l.pupil = d.other)
		LEFT JOIN class_membership ma ON ma.realm = d.realm AND ma.enrolment = ea.id AND ma.from_day = (SELECT COALESCE(MAX(CASE WHEN k.from_day <= $2 THEN k.from_day END), MIN(k.from_day)) FROM class_membership k WHERE k.realm = $1 AND k.enrolment = ea.id)
		LEFT JOIN class_membership mb ON mb.realm = d.realm AND mb.enrolment = eb.id AND mb.from_day = (SELECT COALESCE(MAX(CASE WHEN k.from_day <= $2 THEN k.from_day END), MIN(k.from_day)) FROM class_membership k WHERE k.realm = $1 AND k.enrolment = eb.id)
		LEFT JOIN class ca ON ca.realm = d.realm AND ca.id = ma.class
		LEFT JOIN class cb ON cb.realm = d.realm AND cb.id = mb.class
		LEFT JOIN school_period sa ON sa.realm = d.realm AND sa.school = ea.school AND sa.from_day <= $2 AND $2 < sa.until_day
		LEFT JOIN school_period sb ON sb.realm = d.realm AND sb.school = eb.school AND sb.from_day <= $2 AND $2 < sb.until_day
		LEFT JOIN pupil_residence ra ON ra.realm = d.realm AND ra.pupil = d.one AND ra.from_day <= $2 AND $2 < ra.until_day
		LEFT JOIN pupil_residence rb ON rb.realm = d.realm AND rb.pupil = d.other AND rb.from_day <= $2 AND $2 < rb.until_day
		LEFT JOIN unit_period ua ON ua.unit = ra.unit AND ua.from_day <= $2 AND $2 < ua.until_day
		LEFT JOIN unit_period ub ON ub.unit = rb.unit AND ub.from_day <= $2 AND $2 < ub.until_day
		WHERE d.realm = $1`

	pairColumns = `SELECT d.score, d.reasons, d.state, d.found_on,
		pa.id, pa.name, pa.sex, pa.born, COALESCE(ea.school, 0), COALESCE(sa.name, ''), COALESCE(ca.id, 0), COALESCE(ca.name, ''), COALESCE(ra.unit, 0), COALESCE(ua.full_name, ''), d.agreed_one,
		pb.id, pb.name, pb.sex, pb.born, COALESCE(eb.school, 0), COALESCE(sb.name, ''), COALESCE(cb.id, 0), COALESCE(cb.name, ''), COALESCE(rb.unit, 0), COALESCE(ub.full_name, ''), d.agreed_other`

	pairWithin = ` AND d.state = $3 AND (d.score >= $4 OR $3 <> 'open')
		AND (ea.school IN ($5) OR eb.school IN ($5) OR ma.class IN ($6) OR mb.class IN ($6) OR ra.unit IN ($7) OR rb.unit IN ($7) OR d.one IN ($8) OR d.other IN ($8) OR $9 = 1)
		AND ($10 = 0 OR ea.school = $10 OR eb.school = $10)`

	sqlPair             = pairColumns + pairFrom + ` AND d.one = $3 AND d.other = $4`
	sqlCountPairsWithin = `SELECT COUNT(*)` + pairFrom + pairWithin
	sqlPairsWithin      = pairColumns + pairFrom + pairWithin + ` AND (d.score < $11 OR d.score = $11 AND (d.one, d.other) > ($12, $13)) ORDER BY d.score DESC, d.one, d.other LIMIT $14`
)

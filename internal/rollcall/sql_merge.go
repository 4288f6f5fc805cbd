package rollcall

// Acts of a sheet, what differs between them, and acts that wait.
const (
	sqlActs = `SELECT version, act, roll, state, cause, reason, body, device, account, base, sequence, seen_roll, sent FROM sheet_version
		WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 ORDER BY version`

	sqlEverInClass = `SELECT DISTINCT e.pupil FROM enrolment e JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id
		WHERE e.realm = $1 AND m.class = $2 AND e.pupil IN ($3)`

	sqlOpenConflict = `INSERT INTO sheet_conflict (realm, class, day, session, pupil, since, school, state, opened_at, closed_version, closed_by, closed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

	sqlCloseConflict = `UPDATE sheet_conflict SET state = $7, closed_version = $8, closed_by = $9, closed_at = $10
		WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 AND pupil = $5 AND since = $6`

	sqlConflictsOfSheet = `SELECT pupil, since, state, closed_version FROM sheet_conflict WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 ORDER BY pupil, since`

	columnsOfWaiting = `act, class, day, session, school, account, device, sequence, base, roll, said, cause, reason, body, taken_at, clock_off, received_at,
		state, decided_by, decided_at, decision`

	sqlInsertWaiting = `INSERT INTO sheet_waiting (realm, ` + columnsOfWaiting + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) ON CONFLICT (realm, act) DO NOTHING`

	sqlWaitingAct = `SELECT ` + columnsOfWaiting + ` FROM sheet_waiting WHERE realm = $1 AND act = $2`

	sqlDecideWaiting = `UPDATE sheet_waiting SET state = $3, decided_by = $4, decided_at = $5, decision = $6 WHERE realm = $1 AND act = $2 AND state = $7`

	sqlVersionOfAct = `SELECT class, day, session, version, account FROM sheet_version WHERE realm = $1 AND act = $2`

	sqlAuthorsOfActs = `SELECT version, act, account, cause, device, taken_at, clock_off, received_at FROM sheet_version
		WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 ORDER BY version`

	sqlCountConflictsOfSchool = `SELECT COUNT(*) FROM sheet_conflict WHERE realm = $1 AND school = $2 AND state >= $3 AND state <= $4`

	sqlCountConflictsOfClass = `SELECT COUNT(*) FROM sheet_conflict WHERE realm = $1 AND class = $2 AND state >= $3 AND state <= $4`

	columnsOfDispute = `class, day, session, pupil, opened_at, state = $5, closed_by, closed_at`

	sqlConflictsOfSchool = `SELECT ` + columnsOfDispute + ` FROM sheet_conflict WHERE realm = $1 AND school = $2 AND state >= $3 AND state <= $4
		ORDER BY day DESC, class, session, pupil, since LIMIT $6 OFFSET $7`

	sqlConflictsOfClass = `SELECT ` + columnsOfDispute + ` FROM sheet_conflict WHERE realm = $1 AND class = $2 AND state >= $3 AND state <= $4
		ORDER BY day DESC, session, pupil, since LIMIT $6 OFFSET $7`

	sqlCountWaitingOfSchool = `SELECT COUNT(*) FROM sheet_waiting WHERE realm = $1 AND school = $2 AND state >= $3 AND state <= $4`

	sqlCountWaitingOfClass = `SELECT COUNT(*) FROM sheet_waiting WHERE realm = $1 AND class = $2 AND state >= $3 AND state <= $4`

	sqlWaitingOfSchool = `SELECT ` + columnsOfWaiting + ` FROM sheet_waiting WHERE realm = $1 AND school = $2 AND state >= $3 AND state <= $4
		ORDER BY day DESC, class, session, received_at, act LIMIT $5 OFFSET $6`

	sqlWaitingOfClass = `SELECT ` + columnsOfWaiting + ` FROM sheet_waiting WHERE realm = $1 AND class = $2 AND state >= $3 AND state <= $4
		ORDER BY day DESC, session, received_at, act LIMIT $5 OFFSET $6`

	// Sheets that are to be worked out again from their acts: one came from a phone, or something was decided.
	sqlMergedSheets = `SELECT DISTINCT s.class, s.day, s.session FROM sheet s
		JOIN sheet_version v ON v.realm = s.realm AND v.class = s.class AND v.day = s.day AND v.session = s.session
		WHERE s.realm = $1 AND s.school = $2 AND s.day >= $3 AND s.day < $4 AND (v.base >= 0 OR v.cause = $5) ORDER BY s.class, s.day, s.session`
)

package warning

// What rules are fed with: the marks, sheets, spells and places of other rooms, only read.
const (
	sqlMembers = `SELECT m.class, e.pupil, e.level, e.grade, m.from_day, m.until_day, e.from_day, e.until_day
		FROM class_membership m JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		WHERE m.realm = $1 AND m.class IN ($2) AND m.from_day <= $3 AND m.until_day > $3 AND e.until_day > $3`

	sqlSpells = `SELECT e.pupil, m.class, m.from_day, m.until_day, e.from_day, e.until_day
		FROM enrolment e JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id
		WHERE e.realm = $1 AND e.pupil IN ($2) AND m.from_day < $4 AND m.until_day > $3 AND e.from_day < $4 AND e.until_day > $3`

	sqlSheets = `SELECT class, day, session, main, state, version FROM sheet WHERE realm = $1 AND class IN ($2) AND day >= $3 AND day < $4`

	sqlMarksOfSchool = `SELECT pupil, class, day, session, kind FROM mark WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4`

	sqlMarksOfPupils = `SELECT pupil, class, day, session, kind FROM mark WHERE realm = $1 AND pupil IN ($2) AND day >= $3 AND day < $4`

	sqlCounted = `SELECT COUNT(*) FROM headcount WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4`

	sqlResidences = `SELECT pupil, unit FROM pupil_residence WHERE realm = $1 AND pupil IN ($2) AND from_day <= $3 AND $3 < until_day`

	sqlCommunes = `SELECT c.descendant, c.ancestor FROM unit_closure c JOIN unit u ON u.id = c.ancestor
		WHERE c.descendant IN ($1) AND u.kind = 'commune' AND c.from_day <= $2 AND $2 < c.until_day`

	// The children of whom nobody has said where they are, up to a day.
	sqlExits = `SELECT pupil, school, level, grade, until_day, exit_kind FROM enrolment
		WHERE realm = $1 AND exit_state = 'unconfirmed' AND until_day > $2 AND until_day <= $3`

	sqlExpected = `SELECT pupil, level, grade FROM expected_pupil WHERE realm = $1 AND school = $2 AND year = $3 AND state = 'expected'`

	// Boarding that ended, with nothing in force after it.
	sqlBoardingEnded = `SELECT b.pupil, b.until_day, b.kind FROM pupil_boarding b
		WHERE b.realm = $1 AND b.until_day > $2 AND b.until_day <= $3
		AND NOT EXISTS (SELECT 1 FROM pupil_boarding n WHERE n.realm = b.realm AND n.pupil = b.pupil AND n.from_day <= $3 AND n.until_day > $3)`

	sqlSchoolUnits = `SELECT located_in, managed_by FROM school_period WHERE realm = $1 AND school = $2 AND from_day <= $3 AND $3 < until_day`

	sqlAncestors = `SELECT descendant, ancestor, depth FROM unit_closure WHERE descendant IN ($1) AND from_day <= $2 AND $2 < until_day`

	sqlSchools = `SELECT school FROM school_period WHERE realm = $1 AND from_day <= $2 AND $2 < until_day ORDER BY school`
)

// Context.
const (
	sqlBirths = `SELECT p.id, p.born, e.grade, e.entry_kind FROM pupil p
		JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.year = $3
		WHERE p.realm = $1 AND p.id IN ($2)`

	sqlReturns = `SELECT pupil FROM enrolment WHERE realm = $1 AND pupil IN ($2) AND entry_kind = 'return'`

	sqlPoverty = `SELECT pupil, status FROM pupil_poverty WHERE realm = $1 AND pupil IN ($2) AND year = $3`

	sqlSiblings = `SELECT g.pupil, o.pupil FROM guardian g
		JOIN guardian o ON o.realm = g.realm AND o.phone = g.phone AND o.pupil <> g.pupil
		WHERE g.realm = $1 AND g.pupil IN ($2) AND g.phone <> '' AND o.phone <> ''`

	sqlDropouts = `SELECT pupil, grade, year, until_day FROM enrolment WHERE realm = $1 AND pupil IN ($2) AND exit_kind = 'dropout' AND until_day > $3 AND until_day <= $4`
)

// Signals.
const (
	columnsOfSignal = `id, rule, rule_version, subject_kind, subject, pupil, class, school, village, commune, household, since_day, last_day, step, urgency,
		facts, state, raised_at, changed_at, ended_reason, part_of, version, taken_version, taken_case`

	sqlOpenOfSchool = `SELECT ` + columnsOfSignal + ` FROM warning_signal WHERE realm = $1 AND school = $2 AND state = 'open'`

	// What some classes can change: their own, and what clusters of the school are made of.
	sqlOpenOfClasses = `SELECT ` + columnsOfSignal + ` FROM warning_signal WHERE realm = $1 AND school = $2 AND state = 'open'
		AND (class IN ($3) OR pupil IN ($4) OR rule = 'absent-run' OR rule = 'no-return' OR rule = 'village-cluster')`

	sqlOpenOfHouseholds = `SELECT ` + columnsOfSignal + ` FROM warning_signal WHERE realm = $1 AND household IN ($2) AND household <> 0 AND state = 'open'`

	sqlAllHouseholds = `SELECT DISTINCT household FROM warning_signal WHERE realm = $1 AND household <> 0 AND state = 'open'`

	sqlSignal = `SELECT ` + columnsOfSignal + ` FROM warning_signal WHERE realm = $1 AND id = $2`

	sqlSignalsOfPupil = `SELECT ` + columnsOfSignal + ` FROM warning_signal WHERE realm = $1 AND pupil = $2 ORDER BY raised_at DESC, id DESC`

	sqlUntaken = `SELECT ` + columnsOfSignal + ` FROM warning_signal WHERE realm = $1 AND version > taken_version ORDER BY id LIMIT $2`

	sqlInsertSignal = `INSERT INTO warning_signal (realm, ` + columnsOfSignal + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`

	sqlPutSignal = `UPDATE warning_signal SET rule_version = $3, class = $4, village = $5, commune = $6, household = $7, since_day = $8, last_day = $9, step = $10, urgency = $11,
		facts = $12, state = $13, changed_at = $14, ended_reason = $15, part_of = $16, version = $17 WHERE realm = $1 AND id = $2`

	sqlTake = `UPDATE warning_signal SET taken_version = $3, taken_case = $4 WHERE realm = $1 AND id = $2 AND taken_version <= $3`

	sqlInsertEvent = `INSERT INTO warning_event (realm, signal, number, at, state, step, rule_version, since_day, last_day, facts, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	sqlEvents = `SELECT number, at, state, step, rule_version, since_day, last_day, facts, reason FROM warning_event WHERE realm = $1 AND signal = $2 ORDER BY number`
)

// How far the passes are.
const (
	sqlGeneration = `SELECT generation, evaluated_on FROM warning_school WHERE realm = $1 AND school = $2`

	sqlFirstGeneration = `INSERT INTO warning_school (realm, school, generation, evaluated_on) VALUES ($1, $2, $3, $4) ON CONFLICT (realm, school) DO NOTHING`

	sqlNextGeneration = `UPDATE warning_school SET generation = generation + 1, evaluated_on = $4 WHERE realm = $1 AND school = $2 AND generation = $3`

	sqlHoldGeneration = `UPDATE warning_school SET generation = generation + 1 WHERE realm = $1 AND school = $2`

	sqlChanged = `SELECT m.school, m.month, SUM(m.changes) FROM school_month m WHERE m.realm = $1 AND m.month >= $2 GROUP BY m.school, m.month
		HAVING SUM(m.changes) <> COALESCE((SELECT s.changes FROM warning_seen s WHERE s.realm = $1 AND s.school = m.school AND s.month = m.month), 0)`

	sqlChangesOf = `SELECT month, SUM(changes) FROM school_month WHERE realm = $1 AND school = $2 AND month >= $3 GROUP BY month`

	sqlVersionSums = `SELECT class, SUM(version) FROM sheet WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 GROUP BY class`

	sqlSeen = `SELECT changes, classes FROM warning_seen WHERE realm = $1 AND school = $2 AND month = $3`

	sqlSeenOf = `SELECT month, changes FROM warning_seen WHERE realm = $1 AND school = $2`

	sqlPast = `SELECT month, changes, body FROM warning_past WHERE realm = $1 AND school = $2 AND month >= $3 AND month < $4`

	sqlPutPast = `INSERT INTO warning_past (realm, school, month, changes, body) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, school, month) DO UPDATE SET changes = excluded.changes, body = excluded.body`

	sqlPutSeen = `INSERT INTO warning_seen (realm, school, month, changes, classes) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, school, month) DO UPDATE SET changes = excluded.changes, classes = excluded.classes`
)

// Thresholds.
const (
	columnsOfThreshold = `id, scope_kind, scope, rule, name, level, season_from, season_until, from_day, until_day, numbers, reason, account, set_at, withdrawn_at`

	sqlThresholds = `SELECT ` + columnsOfThreshold + ` FROM warning_threshold WHERE realm = $1 ORDER BY set_at, id`

	sqlThreshold = `SELECT ` + columnsOfThreshold + ` FROM warning_threshold WHERE realm = $1 AND id = $2`

	sqlInsertThreshold = `INSERT INTO warning_threshold (realm, ` + columnsOfThreshold + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

	sqlWithdrawThreshold = `UPDATE warning_threshold SET withdrawn_at = $3 WHERE realm = $1 AND id = $2 AND withdrawn_at = $4`
)

// Lists and pages.
const (
	columnsOfListed = `s.id, s.rule, s.rule_version, s.subject_kind, s.subject, s.pupil, s.class, s.school, s.village, s.commune, s.household, s.since_day, s.last_day, s.step, s.urgency,
		s.facts, s.state, s.raised_at, s.changed_at, s.ended_reason, s.part_of, s.version, s.taken_version, s.taken_case,
		COALESCE(p.name, ''), COALESCE(p.name_sort, ''), COALESCE(c.name, ''), COALESCE(c.level, e.level, ''), COALESCE(o.name, ''), COALESCE(u.full_name, '')`

	joinsOfListed = ` FROM warning_signal s
		LEFT JOIN pupil p ON p.realm = s.realm AND p.id = s.pupil
		LEFT JOIN class c ON c.realm = s.realm AND c.id = s.class
		LEFT JOIN expected_pupil e ON e.realm = s.realm AND e.pupil = s.pupil AND e.year = $3 AND s.class = 0
		LEFT JOIN school_period o ON o.realm = s.realm AND o.school = s.school AND o.from_day <= $2 AND $2 < o.until_day
		LEFT JOIN unit_period u ON u.unit = s.village AND u.from_day <= $2 AND $2 < u.until_day `

	sqlListedAtSchool = `SELECT ` + columnsOfListed + joinsOfListed + `WHERE s.realm = $1 AND s.school = $4 AND s.state = 'open'`

	sqlListedAtHome = `SELECT ` + columnsOfListed + joinsOfListed + `WHERE s.realm = $1 AND s.state = 'open'
		AND s.village IN (SELECT x.descendant FROM unit_closure x WHERE x.ancestor = $4 AND x.from_day <= $2 AND $2 < x.until_day)`

	sqlListedOne = `SELECT ` + columnsOfListed + joinsOfListed + `WHERE s.realm = $1 AND s.id = $4`

	sqlListedParts = `SELECT ` + columnsOfListed + joinsOfListed + `WHERE s.realm = $1 AND s.state = 'open' AND s.part_of = $4 AND s.school = $5`

	sqlCountAtSchools = `SELECT school, rule, step, COUNT(*) FROM warning_signal WHERE realm = $1 AND state = 'open' AND part_of = 0 AND school IN ($2) GROUP BY school, rule, step`

	sqlCountAtHome = `SELECT s.village, s.rule, s.step, COUNT(*) FROM warning_signal s WHERE s.realm = $1 AND s.state = 'open' AND s.part_of = 0
		AND s.village IN (SELECT x.descendant FROM unit_closure x WHERE x.ancestor = $3 AND x.from_day <= $2 AND $2 < x.until_day) GROUP BY s.village, s.rule, s.step`

	sqlClassSchool = `SELECT school FROM class WHERE realm = $1 AND id = $2`

	sqlSchoolsUnder = `SELECT DISTINCT p.school FROM school_period p JOIN unit_closure x ON x.descendant = p.located_in
		WHERE p.realm = $1 AND p.from_day <= $2 AND $2 < p.until_day AND x.ancestor = $3 AND x.from_day <= $2 AND $2 < x.until_day ORDER BY p.school`

	sqlToldOf = `SELECT v.day, v.session, v.version, v.cause, v.received_at FROM sheet_version v
		WHERE v.realm = $1 AND v.class = $2 AND v.day >= $3 AND v.day < $4 ORDER BY v.day, v.session, v.version`
)

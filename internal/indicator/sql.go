package indicator

const (
	sqlGroupRolls = `SELECT t.school, t.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence, SUM(t.sheets * g.pupils)
		FROM (SELECT school, level, class, roll, COUNT(*) AS sheets FROM sheet
			WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND state = 1 AND ($5 = 0 OR class = $5)
			GROUP BY school, level, class, roll) t
		JOIN roll_group g ON g.realm = $1 AND g.class = t.class AND g.roll = t.roll
		GROUP BY t.school, t.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence`

	// A mark's level is its class's: a class has one.
	sqlGroupMarks = `SELECT t.school, c.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence, t.kind, SUM(t.marks)
		FROM (SELECT school, class, roll, roll_group, kind, COUNT(*) AS marks FROM mark
			WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND ($5 = 0 OR class = $5)
			GROUP BY school, class, roll, roll_group, kind) t
		JOIN class c ON c.realm = $1 AND c.id = t.class
		JOIN roll_group g ON g.realm = $1 AND g.class = t.class AND g.roll = t.roll AND g.number = t.roll_group
		GROUP BY t.school, c.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence, t.kind`

	sqlKeptGroups = `SELECT school, level, grade, sex, ethnicity, boarding, poverty, residence, roll, unknown, excused, unexcused, late
		FROM group_month WHERE realm = $1 AND school IN ($2) AND month = $3`

	// The same added up by one column; the others are empty.
	sqlKeptByGrade     = `SELECT 0, level, grade, '', '', '', '', 0` + keptSums + `, grade`
	sqlKeptBySex       = `SELECT 0, level, '', sex, '', '', '', 0` + keptSums + `, sex`
	sqlKeptByEthnicity = `SELECT 0, level, '', '', ethnicity, '', '', 0` + keptSums + `, ethnicity`
	sqlKeptByBoarding  = `SELECT 0, level, '', '', '', boarding, '', 0` + keptSums + `, boarding`
	sqlKeptByPoverty   = `SELECT 0, level, '', '', '', '', poverty, 0` + keptSums + `, poverty`
	keptSums           = `, SUM(roll), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late)
		FROM group_month WHERE realm = $1 AND school IN ($2) AND month = $3 GROUP BY level`

	sqlStaleGroups = `SELECT m.school FROM school_month m
		LEFT JOIN group_month_state s ON s.realm = m.realm AND s.school = m.school AND s.month = m.month
		WHERE m.realm = $1 AND m.school IN ($2) AND m.month = $3
		GROUP BY m.school, s.changes HAVING s.changes IS NULL OR s.changes <> SUM(m.changes)`

	sqlAllStaleGroups = `SELECT m.school, m.month FROM school_month m
		LEFT JOIN group_month_state s ON s.realm = m.realm AND s.school = m.school AND s.month = m.month
		WHERE m.realm = $1
		GROUP BY m.school, m.month, s.changes HAVING s.changes IS NULL OR s.changes <> SUM(m.changes)
		ORDER BY m.month DESC, m.school LIMIT $2`

	sqlKeptGroupMonths = `SELECT month FROM group_month_state WHERE realm = $1 AND school = $2 ORDER BY month`

	sqlDropGroups = `DELETE FROM group_month WHERE realm = $1 AND school = $2 AND month = $3`

	sqlKeepGroup = `INSERT INTO group_month (realm, school, month, number, level, grade, sex, ethnicity, boarding, poverty, residence, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

	sqlKeepGroupState = `INSERT INTO group_month_state (realm, school, month, changes) VALUES ($1, $2, $3, $4)
		ON CONFLICT (realm, school, month) DO UPDATE SET changes = excluded.changes`

	sqlUnitNamed = `SELECT p.code, p.full_name, u.kind FROM unit_period p JOIN unit u ON u.id = p.unit
		WHERE p.unit = $1 AND p.from_day <= $2 AND $2 < p.until_day`

	sqlSchoolNamed = `SELECT code, name, type FROM school_period WHERE realm = $1 AND school = $2 AND from_day <= $3 AND $3 < until_day`

	sqlClassNamed = `SELECT name, name, level FROM class WHERE realm = $1 AND id = $2`

	sqlChildUnits = `SELECT p.unit, p.code, p.full_name, p.name_sort, u.kind FROM unit_period p JOIN unit u ON u.id = p.unit
		WHERE p.parent = $1 AND p.from_day <= $2 AND $2 < p.until_day ORDER BY p.name_sort, p.unit`

	// Every unit under the place with the child that it is in (a child is in itself).
	sqlUnitsUnder = `SELECT c.descendant, c.ancestor FROM unit_period k JOIN unit_closure c ON c.ancestor = k.unit
		WHERE k.parent = $1 AND k.from_day <= $2 AND $2 < k.until_day AND c.from_day <= $2 AND $2 < c.until_day`

	// The child of the place that each of these units is in.
	sqlChildrenOver = `SELECT c.descendant, c.ancestor FROM unit_closure c JOIN unit_period k ON k.unit = c.ancestor
		WHERE c.descendant IN ($1) AND k.parent = $2 AND k.from_day <= $3 AND $3 < k.until_day AND c.from_day <= $3 AND $3 < c.until_day`

	// From the schools up: a province has some hundreds of them and thousands of villages.
	sqlSchoolsUnder = `SELECT p.school, p.code, p.name, p.name_sort, p.type, p.located_in FROM school_period p
		JOIN unit_closure c ON c.descendant = p.located_in AND c.ancestor = $2
		WHERE p.realm = $1 AND c.from_day <= $3 AND $3 < c.until_day AND p.from_day <= $3 AND $3 < p.until_day ORDER BY p.name_sort, p.school`

	sqlClassesOn = `SELECT id, name, name, name_sort, level FROM class
		WHERE realm = $1 AND school = $2 AND from_day <= $3 AND $3 < until_day ORDER BY level, name_sort, id`

	sqlOpeningDay = `SELECT opening_day FROM school_year WHERE realm = $1 AND year = $2`

	sqlRepeatersBySchool = `SELECT school, level, grade, COUNT(*) FROM enrolment
		WHERE realm = $1 AND school IN ($2) AND year = $3 AND entry_kind = 'repeater' GROUP BY school, level, grade`

	sqlRepeatersByResidence = `SELECT r.unit, e.level, e.grade, COUNT(*) FROM pupil_residence r
		JOIN enrolment e ON e.realm = r.realm AND e.pupil = r.pupil AND r.from_day <= e.from_day AND e.from_day < r.until_day
		WHERE r.realm = $1 AND r.unit IN ($2) AND e.year = $3 AND e.entry_kind = 'repeater' GROUP BY r.unit, e.level, e.grade`

	// What was due: in whole months, at the edges, and day by day; all of one form.
	sqlDueMonths = `SELECT school, level, month, sheets FROM school_due_month
		WHERE realm = $1 AND school IN ($2) AND month >= $3 AND month < $4`
	sqlDueEdges = `SELECT school, level, MIN(day), SUM(sheets) FROM school_due
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND grade = '' GROUP BY school, level`
	sqlDueDays = `SELECT school, level, day, SUM(sheets) FROM school_due
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND grade = '' GROUP BY school, level, day`

	// Days on which any school of the same unit counted heads, and who owes a count then.
	sqlReportedDays = `SELECT DISTINCT o.located_in, h.day FROM headcount h
		JOIN school_period o ON o.realm = h.realm AND o.school = h.school AND o.from_day <= h.day AND h.day < o.until_day
		WHERE h.realm = $1 AND o.located_in IN ($2) AND h.day >= $3 AND h.day < $4 AND h.class = 0`
	sqlCounters = `SELECT DISTINCT h.school, h.level, p.located_in FROM headcount h
		JOIN school_period p ON p.realm = h.realm AND p.school = h.school AND p.from_day <= h.day AND h.day < p.until_day
		WHERE h.realm = $1 AND h.school IN ($2) AND h.day >= $3 AND h.day < $4 AND h.class = 0`
	sqlPlannedSchools = `SELECT DISTINCT school FROM school_due_month WHERE realm = $1 AND school IN ($2) AND month >= $3 AND month < $4 AND sheets > 0`

	sqlClassSums = `SELECT class, COUNT(*), SUM(size), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late) FROM sheet
		WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 AND state = 1 GROUP BY class`
	sqlClassDays = `SELECT day, COUNT(*), SUM(size), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late) FROM sheet
		WHERE realm = $1 AND class = $2 AND day >= $3 AND day < $4 AND state = 1 GROUP BY day ORDER BY day`
	sqlSchoolOfClass = `SELECT school FROM class WHERE realm = $1 AND id = $2`

	// The first session of the latest day with sheets, by school and level.
	sqlMoment = `SELECT s.school, s.level, s.sheets, s.roll, s.unknown, s.excused, s.late, s.unexcused FROM school_day s
		JOIN (SELECT d.school, d.level, d.day, MIN(d.session) AS session FROM school_day d
			JOIN (SELECT school, level, MAX(day) AS day FROM school_day
				WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND sheets > 0 GROUP BY school, level) l
			ON l.school = d.school AND l.level = d.level AND l.day = d.day
			WHERE d.realm = $1 AND d.sheets > 0 GROUP BY d.school, d.level, d.day) m
		ON m.school = s.school AND m.level = s.level AND m.day = s.day AND m.session = s.session
		WHERE s.realm = $1`

	// Schools at which children of the units are enrolled.
	sqlSchoolsOfResidents = `SELECT DISTINCT e.school FROM pupil_residence r
		JOIN enrolment e ON e.realm = r.realm AND e.pupil = r.pupil AND e.from_day < $4 AND e.until_day > $3
		WHERE r.realm = $1 AND r.unit IN ($2) AND r.from_day < $4 AND r.until_day > $3`

	sqlSchoolZones = `SELECT DISTINCT p.school, z.zone FROM school_period p
		JOIN unit_closure c ON c.descendant = p.located_in AND c.from_day <= $3 AND $3 < c.until_day
		JOIN unit_zone z ON z.unit = c.ancestor AND z.from_day <= $3 AND $3 < z.until_day
		WHERE p.realm = $1 AND p.school IN ($2) AND p.from_day <= $3 AND $3 < p.until_day`

	sqlUnitZones = `SELECT DISTINCT c.descendant, z.zone FROM unit_closure c
		JOIN unit_zone z ON z.unit = c.ancestor AND z.from_day <= $3 AND $3 < z.until_day
		WHERE $1 > 0 AND c.descendant IN ($2) AND c.from_day <= $3 AND $3 < c.until_day`

	sqlUnitNames = `SELECT unit, full_name FROM unit_period WHERE unit IN ($1) AND from_day <= $2 AND $2 < until_day`

	// The pupils of some keys of a breakdown who were on a roll of the period.
	sqlPupilsByEthnicity = pupilsByKeyHead + `g.ethnicity` + pupilsByKeyMiddle + `g.ethnicity` + pupilsByKeyEnd
	sqlPupilsByPoverty   = pupilsByKeyHead + `g.poverty` + pupilsByKeyMiddle + `g.poverty` + pupilsByKeyEnd
	pupilsByKeyHead      = `SELECT DISTINCT t.school, g.residence, `
	pupilsByKeyMiddle    = `, m.pupil
		FROM (SELECT DISTINCT school, class, roll FROM sheet
			WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND state = 1 AND ($6 = '' OR level = $6)) t
		JOIN roll_group g ON g.realm = $1 AND g.class = t.class AND g.roll = t.roll AND `
	pupilsByKeyEnd = ` IN ($5)
		JOIN roll_member m ON m.realm = $1 AND m.class = t.class AND m.roll = t.roll AND m.roll_group = g.number`

	sqlParentOfUnit = `SELECT parent FROM unit_period WHERE unit = $1 AND from_day <= $2 AND $2 < until_day`
	// The unit of which a school is a child: where it stands, or the commune of its village.
	sqlUnitOfSchool = `SELECT CASE WHEN u.kind = 'village' THEN q.parent ELSE p.located_in END FROM school_period p
		JOIN unit u ON u.id = p.located_in
		JOIN unit_period q ON q.unit = p.located_in AND q.from_day <= $3 AND $3 < q.until_day
		WHERE p.realm = $1 AND p.school = $2 AND p.from_day <= $3 AND $3 < p.until_day`

	// A class: who was in it at the opening, who is now, who dropped out of it and did not come back, who died.
	sqlLedgerOfClass = `SELECT COUNT(*) FILTER (WHERE m.from_day < $3 AND m.until_day >= $3), COUNT(*) FILTER (WHERE m.from_day < $4 AND m.until_day >= $4),
		COUNT(*) FILTER (WHERE m.until_day >= $3 AND m.until_day < $4 AND e.until_day = m.until_day AND e.exit_kind = 'dropout'
			AND NOT EXISTS (SELECT 1 FROM enrolment n WHERE n.realm = $1 AND n.pupil = e.pupil AND n.year = e.year AND n.from_day >= e.until_day AND n.from_day < $4)),
		COUNT(*) FILTER (WHERE m.until_day >= $3 AND m.until_day < $4 AND e.until_day = m.until_day AND e.exit_kind = 'died')
		FROM class_membership m JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		WHERE m.realm = $1 AND m.class = $2`

	// Children by unit of residence, age (school year's first year less year of birth) and level.
	// A date cast to text is YYYY-MM-DD on both engines.
	sqlLearning = `SELECT unit, $4 - year, level, COUNT(*) FROM (
		SELECT r.unit AS unit, CAST(SUBSTR(CAST(p.born AS TEXT), 1, 4) AS INTEGER) AS year, e.level AS level FROM pupil_residence r
		JOIN enrolment e ON e.realm = r.realm AND e.pupil = r.pupil AND e.from_day <= $3 AND $3 < e.until_day
		JOIN pupil p ON p.realm = r.realm AND p.id = r.pupil
		WHERE r.realm = $1 AND r.unit IN ($2) AND r.from_day <= $3 AND $3 < r.until_day) l GROUP BY unit, year, level`

	sqlRegister = `SELECT unit, age, children, exempt, elsewhere FROM age_register WHERE realm = $1 AND unit IN ($2) AND year = $3`

	sqlTargetChildren = `SELECT n FROM target WHERE realm = $1 AND unit = $2 AND school = 0 AND indicator = $3 AND level = $4 AND year = $5 AND d = 1`

	sqlLatestSessions = `SELECT class, MAX(day), 0 FROM sheet
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day <= $4 AND state = 1 AND main = TRUE AND ($5 = 0 OR class = $5) GROUP BY class`
	sqlAbsentOn     = `SELECT pupil, class, day, session FROM mark WHERE realm = $1 AND school IN ($2) AND day IN ($3) AND kind <> 4 AND ($4 = 0 OR class = $4)`
	sqlOftenAbsent  = `SELECT pupil FROM mark WHERE realm = $1 AND pupil IN ($2) AND day >= $3 AND day <= $4 AND kind <> 4 GROUP BY pupil HAVING COUNT(*) >= $5`
	sqlLastSessions = `SELECT class, day, session FROM (
			SELECT class, day, session, ROW_NUMBER() OVER (PARTITION BY class ORDER BY day DESC, session DESC) AS number FROM sheet
			WHERE realm = $1 AND class IN ($2) AND day >= $3 AND day <= $4 AND state = 1 AND main = TRUE) s WHERE number <= $5`
	sqlAbsencesOf    = `SELECT pupil, class, day, session FROM mark WHERE realm = $1 AND pupil IN ($2) AND day >= $3 AND day <= $4 AND kind <> 4`
	sqlStillEnrolled = `SELECT e.school, e.level, COALESCE(r.unit, 0) FROM enrolment e
		LEFT JOIN pupil_residence r ON r.realm = e.realm AND r.pupil = e.pupil AND r.from_day <= $3 AND $3 < r.until_day
		WHERE e.realm = $1 AND e.pupil IN ($2) AND e.from_day <= $3 AND $3 < e.until_day`

	// What boards keep in memory depends on: enrolments, classes and calendars; and any act at all.
	sqlStamp = `SELECT (SELECT COALESCE(SUM(generation), 0) FROM school_due_state WHERE realm = $1),
		(SELECT COALESCE(MAX(id), 0) FROM audit_entry WHERE realm = $1)`

	sqlSumDays = `SELECT day, SUM(sheets), SUM(roll), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late) FROM school_day
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND sheets > 0 AND ($5 = '' OR level = $5) GROUP BY day ORDER BY day`

	sqlSpellsBegan = `SELECT from_day, COUNT(*) FROM enrolment WHERE realm = $1 AND school IN ($2) AND year = $3 AND ($4 = '' OR level = $4) GROUP BY from_day`
	sqlSpellsEnded = `SELECT until_day, exit_kind, COUNT(*) FROM enrolment WHERE realm = $1 AND school IN ($2) AND year = $3 AND ($4 = '' OR level = $4)
		AND until_day < $5 GROUP BY until_day, exit_kind`
	sqlSpellsBack = `SELECT d.until_day, MIN(b.from_day) FROM enrolment d
		JOIN enrolment b ON b.realm = d.realm AND b.pupil = d.pupil AND b.year = d.year AND b.entry_kind = 'return' AND b.from_day >= d.until_day
		WHERE d.realm = $1 AND d.school IN ($2) AND d.year = $3 AND ($4 = '' OR d.level = $4) AND d.exit_kind = 'dropout' GROUP BY d.id, d.until_day`

	sqlCauses = `SELECT reason, COUNT(*) FROM mark
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND kind <> 4 AND ($5 = 0 OR class = $5) AND $6 = '' GROUP BY reason`
	sqlCausesOfLevel = `SELECT m.reason, COUNT(*) FROM mark m JOIN class c ON c.realm = m.realm AND c.id = m.class
		WHERE m.realm = $1 AND m.school IN ($2) AND m.day >= $3 AND m.day < $4 AND m.kind <> 4 AND ($5 = 0 OR m.class = $5) AND c.level = $6 GROUP BY m.reason`

	sqlClassSizes = `SELECT m.class, COUNT(*) FROM class c JOIN class_membership m ON m.realm = c.realm AND m.class = c.id
		WHERE c.realm = $1 AND c.school = $2 AND m.from_day <= $3 AND $3 < m.until_day GROUP BY m.class`

	sqlPutTarget = `INSERT INTO target (realm, unit, school, indicator, level, year, n, d, source, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (realm, unit, school, indicator, level, year) DO UPDATE SET n = excluded.n, d = excluded.d, source = excluded.source,
		account = excluded.account, set_at = excluded.set_at`
	sqlTargetsOf = `SELECT indicator, level, n, d, source, account, set_at FROM target WHERE realm = $1 AND unit = $2 AND school = $3 AND year = $4 ORDER BY indicator, level`
	sqlTargets   = `SELECT unit, school, indicator, level, n, d FROM target WHERE realm = $1 AND year = $4 AND d > 1
		AND (unit IN ($2) AND school = 0 OR unit = 0 AND school IN ($3))`

	sqlAboveUnit   = `SELECT ancestor FROM unit_closure WHERE descendant = $1 AND from_day <= $2 AND $2 < until_day ORDER BY depth`
	sqlAboveSchool = `SELECT c.ancestor FROM school_period p JOIN unit_closure c ON c.descendant = p.located_in AND c.from_day <= $2 AND $2 < c.until_day
		WHERE p.realm = $3 AND p.school = $1 AND p.from_day <= $2 AND $2 < p.until_day ORDER BY c.depth`
	sqlAboveClass = `SELECT c.ancestor FROM class k JOIN school_period p ON p.realm = k.realm AND p.school = k.school AND p.from_day <= $2 AND $2 < p.until_day
		JOIN unit_closure c ON c.descendant = p.located_in AND c.from_day <= $2 AND $2 < c.until_day
		WHERE k.realm = $3 AND k.id = $1 ORDER BY c.depth`

	sqlPutRegister = `INSERT INTO age_register (realm, unit, year, age, children, exempt, elsewhere, source, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (realm, unit, year, age) DO UPDATE SET children = excluded.children, exempt = excluded.exempt, elsewhere = excluded.elsewhere,
		source = excluded.source, account = excluded.account, set_at = excluded.set_at`
	sqlRegisterOf = `SELECT unit, year, age, children, exempt, elsewhere, source, set_at FROM age_register WHERE realm = $1 AND unit = $2 AND year = $3 ORDER BY age`
)

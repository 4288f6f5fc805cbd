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

	sqlStaleGroups = `SELECT m.school FROM school_month m
		LEFT JOIN group_month_state s ON s.realm = m.realm AND s.school = m.school AND s.month = m.month
		WHERE m.realm = $1 AND m.school IN ($2) AND m.month = $3
		GROUP BY m.school, s.changes HAVING s.changes IS NULL OR s.changes <> SUM(m.changes)`

	sqlAllStaleGroups = `SELECT m.school, m.month FROM school_month m
		LEFT JOIN group_month_state s ON s.realm = m.realm AND s.school = m.school AND s.month = m.month
		WHERE m.realm = $1
		GROUP BY m.school, m.month, s.changes HAVING s.changes IS NULL OR s.changes <> SUM(m.changes)
		ORDER BY m.month DESC, m.school LIMIT $2`

	sqlChanges = `SELECT SUM(changes) FROM school_month WHERE realm = $1 AND school = $2 AND month = $3`

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

	// Every unit under the place, itself too, with the child that it is in (0 for itself).
	sqlUnitsUnder = `SELECT c.descendant, COALESCE((SELECT k.ancestor FROM unit_closure k JOIN unit_closure d ON d.ancestor = $1 AND d.descendant = k.ancestor AND d.depth = 1
			WHERE k.descendant = c.descendant AND k.from_day <= $2 AND $2 < k.until_day AND d.from_day <= $2 AND $2 < d.until_day), 0)
		FROM unit_closure c WHERE c.ancestor = $1 AND c.from_day <= $2 AND $2 < c.until_day`

	sqlSchoolsUnder = `SELECT p.school, p.code, p.name, p.name_sort, p.type, p.located_in FROM unit_closure c
		JOIN school_period p ON p.realm = $1 AND p.located_in = c.descendant
		WHERE c.ancestor = $2 AND c.from_day <= $3 AND $3 < c.until_day AND p.from_day <= $3 AND $3 < p.until_day ORDER BY p.name_sort, p.school`

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

	// Days on which any school of the same unit counted heads.
	sqlReportedDays = `SELECT p.school, h.level, h.day, COUNT(DISTINCT h.day) FROM school_period p
		JOIN school_period o ON o.realm = p.realm AND o.located_in = p.located_in
		JOIN headcount h ON h.realm = o.realm AND h.school = o.school AND h.day >= $3 AND h.day < $4 AND h.class = 0
		WHERE p.realm = $1 AND p.school IN ($2) AND p.from_day < $4 AND p.until_day > $3
		GROUP BY p.school, h.level, h.day`

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

	// Pupils behind each group: those on a roll of the period, each once for each of her groups.
	sqlGroupPupils = `SELECT x.school, c.level, x.grade, x.sex, x.ethnicity, x.boarding, x.poverty, x.residence, COUNT(DISTINCT x.pupil)
		FROM (SELECT t.school, t.class, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence, m.pupil
			FROM (SELECT DISTINCT school, class, roll FROM sheet
				WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND state = 1 AND ($5 = 0 OR class = $5)) t
			JOIN roll_member m ON m.realm = $1 AND m.class = t.class AND m.roll = t.roll
			JOIN roll_group g ON g.realm = $1 AND g.class = t.class AND g.roll = t.roll AND g.number = m.roll_group) x
		JOIN class c ON c.realm = $1 AND c.id = x.class
		GROUP BY x.school, c.level, x.grade, x.sex, x.ethnicity, x.boarding, x.poverty, x.residence`

	// Children by unit of residence, age (school year's first year less year of birth) and level.
	// A date cast to text is YYYY-MM-DD on both engines.
	sqlLearning = `SELECT unit, $4 - year, level, COUNT(*) FROM (
		SELECT r.unit AS unit, CAST(SUBSTR(CAST(p.born AS TEXT), 1, 4) AS INTEGER) AS year, e.level AS level FROM pupil_residence r
		JOIN enrolment e ON e.realm = r.realm AND e.pupil = r.pupil AND e.from_day <= $3 AND $3 < e.until_day
		JOIN pupil p ON p.realm = r.realm AND p.id = r.pupil
		WHERE r.realm = $1 AND r.unit IN ($2) AND r.from_day <= $3 AND $3 < r.until_day) l GROUP BY unit, year, level`

	sqlRegister = `SELECT unit, age, children, exempt, elsewhere FROM age_register WHERE realm = $1 AND unit IN ($2) AND year = $3`

	sqlTargetChildren = `SELECT n FROM target WHERE realm = $1 AND unit = $2 AND school = 0 AND indicator = $3 AND level = $4 AND year = $5 AND d = 1`

	// Pupils still enrolled who were absent in each of the last $5 main sessions of their class.
	sqlLongAbsent = `SELECT a.school, a.level, COALESCE(r.unit, 0), COUNT(*) FROM (
			SELECT m.school AS school, l.level AS level, m.pupil AS pupil, COUNT(*) AS away
			FROM (SELECT school, class, level, day, session, ROW_NUMBER() OVER (PARTITION BY class ORDER BY day DESC, session DESC) AS number
				FROM sheet WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day <= $4 AND state = 1 AND main = TRUE) l
			JOIN mark m ON m.realm = $1 AND m.school = l.school AND m.day = l.day AND m.session = l.session AND m.class = l.class AND m.kind <> 4
			WHERE l.number <= $5 GROUP BY m.school, l.level, m.pupil HAVING COUNT(*) >= $5) a
		JOIN enrolment e ON e.realm = $1 AND e.pupil = a.pupil AND e.school = a.school AND e.from_day <= $4 AND $4 < e.until_day
		LEFT JOIN pupil_residence r ON r.realm = $1 AND r.pupil = a.pupil AND r.from_day <= $4 AND $4 < r.until_day
		GROUP BY a.school, a.level, COALESCE(r.unit, 0)`
)

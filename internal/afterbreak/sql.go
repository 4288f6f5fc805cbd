package afterbreak

// Finding breaks.
const (
	sqlSchoolsToFind = `SELECT s.id, COALESCE(d.generation, 0) FROM school s
		LEFT JOIN school_due_state d ON d.realm = s.realm AND d.school = s.id
		LEFT JOIN break_state b ON b.realm = s.realm AND b.school = s.id
		WHERE s.realm = $1 AND (b.generation IS NULL OR b.generation <> COALESCE(d.generation, 0) OR b.year <> $2) ORDER BY s.id LIMIT $3`

	sqlPutState = `INSERT INTO break_state (realm, school, generation, year) VALUES ($1, $2, $3, $4)
		ON CONFLICT (realm, school) DO UPDATE SET generation = excluded.generation, year = excluded.year`

	columnsOfBreak = `id, year, kind, reasons, from_day, return_day, last_return`

	sqlBreaks = `SELECT ` + columnsOfBreak + ` FROM study_break WHERE realm = $1 AND last_return >= $2 ORDER BY from_day, id`

	sqlBreak = `SELECT ` + columnsOfBreak + ` FROM study_break WHERE realm = $1 AND id = $2`

	sqlPutBreak = `INSERT INTO study_break (realm, id, year, kind, reasons, from_day, return_day, last_return) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (realm, id) DO UPDATE SET reasons = excluded.reasons, from_day = excluded.from_day, return_day = excluded.return_day, last_return = excluded.last_return`

	sqlDropEmptyBreak = `DELETE FROM study_break WHERE realm = $1 AND id = $2
		AND NOT EXISTS (SELECT 1 FROM break_school s WHERE s.realm = $1 AND s.study_break = $2)
		AND NOT EXISTS (SELECT 1 FROM break_mark m WHERE m.realm = $1 AND m.study_break = $2)`

	columnsOfSchool = `study_break, school, level, from_day, return_day, held, reasons, by_count, as_of, frozen_on`

	sqlBreaksOfSchool = `SELECT ` + columnsOfSchool + ` FROM break_school WHERE realm = $1 AND school = $2 AND return_day >= $3 ORDER BY study_break, level`

	sqlSchoolInBreak = `SELECT ` + columnsOfSchool + ` FROM break_school WHERE realm = $1 AND study_break = $2 AND school = $3 ORDER BY level`

	sqlSchoolsInBreak = `SELECT ` + columnsOfSchool + ` FROM break_school WHERE realm = $1 AND study_break = $2 ORDER BY school, level`

	sqlBreaksAt = `SELECT DISTINCT b.id, b.year, b.kind, b.reasons, b.from_day, b.return_day, b.last_return FROM study_break b
		JOIN break_school s ON s.realm = b.realm AND s.study_break = b.id
		WHERE b.realm = $1 AND s.school IN ($2) AND b.last_return >= $3 ORDER BY b.from_day, b.id`

	sqlPutBreakSchool = `INSERT INTO break_school (realm, study_break, school, level, from_day, return_day, held, reasons, by_count, as_of, frozen_on, frozen_at, frozen_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (realm, study_break, school, level) DO UPDATE SET from_day = excluded.from_day, return_day = excluded.return_day, held = excluded.held, reasons = excluded.reasons`

	sqlDropBreakSchool = `DELETE FROM break_school WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4`
)

// Lists.
const (
	sqlUnfrozen = `SELECT ` + columnsOfSchool + ` FROM break_school WHERE realm = $1 AND frozen_on = $2 AND from_day <= $3 AND level <> '' ORDER BY return_day DESC, school, level`

	sqlFreeze = `UPDATE break_school SET frozen_on = $5, frozen_at = $6, frozen_by = $7 WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4`

	sqlSetAsOf = `UPDATE break_school SET as_of = $5 WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4`

	sqlChildrenOn = `SELECT e.pupil, e.level, e.grade, COALESCE(m.class, 0), COALESCE(r.unit, 0), p.born, e.entry_kind
		FROM enrolment e JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $4 AND $4 < m.until_day
		LEFT JOIN pupil_residence r ON r.realm = e.realm AND r.pupil = e.pupil AND r.from_day <= $4 AND $4 < r.until_day
		WHERE e.realm = $1 AND e.school = $2 AND e.level = $3 AND e.from_day <= $4 AND $4 < e.until_day ORDER BY e.pupil`

	// Whom an opening expects, without those of whom it was settled before that they would not come here.
	sqlExpectedChildren = `SELECT x.pupil, x.level, x.grade, COALESCE(m.class, 0), COALESCE(r.unit, 0), p.born, x.origin
		FROM expected_pupil x JOIN pupil p ON p.realm = x.realm AND p.id = x.pupil
		LEFT JOIN enrolment e ON e.realm = x.realm AND e.pupil = x.pupil AND e.school = x.school AND e.from_day <= $5 AND $5 < e.until_day
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $5 AND $5 < m.until_day
		LEFT JOIN pupil_residence r ON r.realm = x.realm AND r.pupil = x.pupil AND r.from_day <= $5 AND $5 < r.until_day
		WHERE x.realm = $1 AND x.school = $2 AND x.year = $3 AND x.level = $4
		AND NOT (x.state IN ('moved', 'vocational', 'died', 'elsewhere') AND x.settled_on <= $5) ORDER BY x.pupil`

	sqlListedElsewhere = `SELECT pupil FROM break_pupil WHERE realm = $1 AND study_break = $2 AND pupil IN ($3)`

	sqlNotes = `SELECT pupil, note, note_text, noted_by, noted_at FROM break_pupil WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4 AND note <> ''`

	sqlDropPupils = `DELETE FROM break_pupil WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4`

	sqlAwayDays = `SELECT pupil, COUNT(DISTINCT day) FROM mark WHERE realm = $1 AND pupil IN ($2) AND day >= $3 AND day < $4 AND kind <> 4 GROUP BY pupil`

	sqlPastReturns = `SELECT x.pupil, x.back_on, s.return_day, s.held FROM break_pupil x
		JOIN break_school s ON s.realm = x.realm AND s.study_break = x.study_break AND s.school = x.school AND s.level = x.level
		WHERE x.realm = $1 AND x.pupil IN ($2) AND s.return_day < $3 AND s.return_day >= $4 AND x.seen_on <> $5`

	sqlDroppedOnce = `SELECT DISTINCT pupil FROM enrolment WHERE realm = $1 AND pupil IN ($2) AND exit_kind = 'dropout' AND until_day <= $3`

	sqlPoor = `SELECT pupil FROM pupil_poverty WHERE realm = $1 AND pupil IN ($2) AND year = $3`

	// Boarded at some time in the last year and a half, and not on the day.
	sqlLostBoarding = `SELECT DISTINCT b.pupil FROM pupil_boarding b WHERE b.realm = $1 AND b.pupil IN ($2) AND b.until_day <= $3 AND b.until_day > $4
		AND NOT EXISTS (SELECT 1 FROM pupil_boarding n WHERE n.realm = b.realm AND n.pupil = b.pupil AND n.from_day <= $3 AND $3 < n.until_day)`

	sqlHomesOfDropouts = `SELECT e.pupil, g.name, g.phone, COALESCE(r.unit, 0) FROM enrolment e
		JOIN guardian g ON g.realm = e.realm AND g.pupil = e.pupil
		LEFT JOIN pupil_residence r ON r.realm = e.realm AND r.pupil = e.pupil AND r.from_day <= e.until_day AND e.until_day < r.until_day
		WHERE e.realm = $1 AND e.exit_kind = 'dropout' AND e.exit_state <> 'came-back' AND e.until_day >= $2 AND e.until_day <= $3 ORDER BY e.pupil`

	sqlHomesOf = `SELECT g.pupil, g.name, g.phone, COALESCE(r.unit, 0) FROM guardian g
		LEFT JOIN pupil_residence r ON r.realm = g.realm AND r.pupil = g.pupil AND r.from_day <= $3 AND $3 < r.until_day
		WHERE g.realm = $1 AND g.pupil IN ($2)`

	sqlPutNote = `UPDATE break_pupil SET note = $4, note_text = $5, noted_by = $6, noted_at = $7 WHERE realm = $1 AND study_break = $2 AND pupil = $3`
)

// Counting.
const (
	sqlFollowed = `SELECT s.study_break, s.school, MIN(s.return_day), MAX(s.return_day), COALESCE(m.changes, -1), COALESCE(m.counts, -1), COALESCE(m.counted_on, $4)
		FROM break_school s LEFT JOIN break_mark m ON m.realm = s.realm AND m.study_break = s.study_break AND m.school = s.school
		WHERE s.realm = $1 AND (s.study_break = $2 OR $2 = 0) AND s.return_day <= $3
		GROUP BY s.study_break, s.school, m.changes, m.counts, m.counted_on ORDER BY MIN(s.return_day) DESC, s.school`

	sqlChangesSince = `SELECT school, month, SUM(changes) FROM school_month WHERE realm = $1 AND month >= $2 AND month < $3 GROUP BY school, month`

	sqlCountVersions = `SELECT school, day, SUM(version) FROM headcount WHERE realm = $1 AND day >= $2 AND day < $3 GROUP BY school, day`

	sqlPupilStates = `SELECT pupil, level, class, unit, seen_on, back_on, cause FROM break_pupil WHERE realm = $1 AND study_break = $2 AND school = $3 ORDER BY pupil`

	sqlPutPupilState = `UPDATE break_pupil SET class = $4, seen_on = $5, back_on = $6, cause = $7 WHERE realm = $1 AND study_break = $2 AND pupil = $3`

	sqlSheets = `SELECT class, level, day, session, roll FROM sheet WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 AND state = 1 ORDER BY day, session, class`

	sqlAbsences = `SELECT pupil, day, session, reason FROM mark WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 AND kind <> 4`

	sqlSheetsOfClass = `SELECT class, level, day, session, roll FROM sheet WHERE realm = $1 AND class = $2 AND day >= $3 AND day < $4 AND state = 1 ORDER BY day, session`

	sqlAbsencesOfClass = `SELECT k.pupil, k.day, k.session, k.reason FROM mark k
		JOIN class c ON c.realm = k.realm AND c.id = k.class
		WHERE k.realm = $1 AND c.id = $2 AND k.school = c.school AND k.day >= $3 AND k.day < $4 AND k.kind <> 4`

	sqlRollMembers = `SELECT class, roll, pupil FROM roll_member WHERE realm = $1 AND class IN ($2)`

	// CROSS JOIN keeps SQLite from walking the memberships of the whole realm in the order of their classes.
	sqlClassesElsewhere = `SELECT DISTINCT m.class FROM enrolment e CROSS JOIN class_membership m
		WHERE m.realm = e.realm AND m.enrolment = e.id AND e.realm = $1 AND e.pupil IN ($2) AND e.school <> $3 AND m.until_day > $4 AND m.from_day < $5 ORDER BY m.class`

	sqlCounts = `SELECT level, class, day, session, enrolled, present FROM headcount
		WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 ORDER BY day, session, class, level`

	sqlSetByCount = `UPDATE break_school SET by_count = $5 WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4`

	sqlClearDays = `DELETE FROM break_day WHERE realm = $1 AND study_break = $2 AND school = $3`

	sqlClearHomes = `DELETE FROM break_home WHERE realm = $1 AND study_break = $2 AND school = $3`

	sqlDropDays = `DELETE FROM break_day WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4`

	sqlDropHomes = `DELETE FROM break_home WHERE realm = $1 AND study_break = $2 AND school = $3 AND level = $4`

	sqlPutMark = `INSERT INTO break_mark (realm, study_break, school, changes, counts, counted_on) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (realm, study_break, school) DO UPDATE SET changes = excluded.changes, counts = excluded.counts, counted_on = excluded.counted_on`

	sqlDropMark = `DELETE FROM break_mark WHERE realm = $1 AND study_break = $2 AND school = $3`
)

// Boards.
const (
	sqlUnitNamed = `SELECT p.code, p.full_name, u.kind FROM unit_period p JOIN unit u ON u.id = p.unit
		WHERE p.unit = $1 AND p.from_day <= $2 AND $2 < p.until_day`

	sqlSchoolNamed = `SELECT code, name, type FROM school_period WHERE realm = $1 AND school = $2 AND from_day <= $3 AND $3 < until_day`

	sqlChildUnits = `SELECT p.unit, p.code, p.full_name, p.name_sort, u.kind FROM unit_period p JOIN unit u ON u.id = p.unit
		WHERE p.parent = $1 AND p.from_day <= $2 AND $2 < p.until_day ORDER BY p.name_sort, p.unit`

	// Every unit under the place with the child that it is in (a child is in itself).
	sqlUnitsUnder = `SELECT c.descendant, c.ancestor FROM unit_period k JOIN unit_closure c ON c.ancestor = k.unit
		WHERE k.parent = $1 AND k.from_day <= $2 AND $2 < k.until_day AND c.from_day <= $2 AND $2 < c.until_day`

	sqlChildrenOver = `SELECT c.descendant, c.ancestor FROM unit_closure c JOIN unit_period k ON k.unit = c.ancestor
		WHERE c.descendant IN ($1) AND k.parent = $2 AND k.from_day <= $3 AND $3 < k.until_day AND c.from_day <= $3 AND $3 < c.until_day`

	sqlSchoolsUnder = `SELECT p.school, p.code, p.name, p.name_sort, p.type, p.located_in FROM school_period p
		JOIN unit_closure c ON c.descendant = p.located_in AND c.ancestor = $2
		WHERE p.realm = $1 AND c.from_day <= $3 AND $3 < c.until_day AND p.from_day <= $3 AND $3 < p.until_day ORDER BY p.name_sort, p.school`

	sqlDays = `SELECT school, level, day, expected, seen, back FROM break_day WHERE realm = $1 AND study_break = $2 AND school IN ($3)`

	// A count of a whole school has the days of its own row of break_school.
	sumsOfHomes = `s.return_day, s.held, h.day, SUM(h.expected), SUM(h.seen), SUM(h.back)
		FROM break_home h JOIN break_school s ON s.realm = h.realm AND s.study_break = h.study_break AND s.school = h.school AND s.level = h.level`

	sqlHomesByChild = `SELECT c.ancestor, h.level, ` + sumsOfHomes + `
		JOIN unit_closure c ON c.descendant = h.unit AND c.from_day <= $4 AND $4 < c.until_day
		JOIN unit_period k ON k.unit = c.ancestor AND k.parent = $3 AND k.from_day <= $4 AND $4 < k.until_day
		WHERE h.realm = $1 AND h.study_break = $2 GROUP BY c.ancestor, h.level, s.return_day, s.held, h.day`

	sqlHomesOfUnit = `SELECT 0, h.level, ` + sumsOfHomes + `
		WHERE h.realm = $1 AND h.study_break = $2 AND h.unit = $3 GROUP BY h.level, s.return_day, s.held, h.day`

	sqlHomesUnknown = `SELECT 0, h.level, ` + sumsOfHomes + `
		WHERE h.realm = $1 AND h.study_break = $2 AND h.unit = 0 AND h.school IN ($3) GROUP BY h.level, s.return_day, s.held, h.day`

	sqlHomesOfSchool = `SELECT unit, level, day, expected, seen, back FROM break_home WHERE realm = $1 AND study_break = $2 AND school = $3`

	sqlHomeDays = `SELECT unit, school, level, day, expected, seen, back FROM break_home WHERE realm = $1 AND study_break = $2 AND school = $3`

	sqlCausesBySchool = `SELECT level, cause, COUNT(*) FROM break_pupil
		WHERE realm = $1 AND study_break = $2 AND school IN ($3) AND back_on > $4 AND seen_on <= $4 GROUP BY level, cause`

	sqlCausesByHome = `SELECT level, cause, COUNT(*) FROM break_pupil
		WHERE realm = $1 AND study_break = $2 AND unit IN ($3) AND back_on > $4 AND seen_on <= $4 GROUP BY level, cause`
)

// Lists of names.
const (
	listedFrom = `SELECT x.pupil, p.name, p.name_sort, p.born, x.level, x.class, COALESCE(c.name, ''), x.school, COALESCE(sp.name, ''), x.unit, COALESCE(u.full_name, ''),
		x.note, x.note_text, COALESCE(a.name, ''), x.noted_at, x.seen_on, x.back_on, x.cause, s.return_day, x.place_in_line, s.as_of, s.frozen_on, x.facts
		FROM break_pupil x
		JOIN break_school s ON s.realm = x.realm AND s.study_break = x.study_break AND s.school = x.school AND s.level = x.level
		JOIN pupil p ON p.realm = x.realm AND p.id = x.pupil
		LEFT JOIN class c ON c.realm = x.realm AND c.id = x.class
		LEFT JOIN school_period sp ON sp.realm = x.realm AND sp.school = x.school AND sp.from_day <= $3 AND $3 < sp.until_day
		LEFT JOIN unit_period u ON u.unit = x.unit AND u.from_day <= $3 AND $3 < u.until_day
		LEFT JOIN account a ON a.realm = x.realm AND a.id = x.noted_by`

	sqlListOfSchool = listedFrom + ` WHERE x.realm = $1 AND x.study_break = $2 AND x.school = $4 ORDER BY x.place_in_line DESC, p.name_sort, x.pupil`

	sqlListOfClass = listedFrom + ` JOIN class own ON own.realm = x.realm AND own.id = $4
		WHERE x.realm = $1 AND x.study_break = $2 AND x.school = own.school AND x.class = own.id ORDER BY x.place_in_line DESC, p.name_sort, x.pupil`

	sqlListOfResidence = listedFrom + ` JOIN unit_closure k ON k.descendant = x.unit AND k.ancestor = $4 AND k.from_day <= $3 AND $3 < k.until_day
		WHERE x.realm = $1 AND x.study_break = $2 ORDER BY x.place_in_line DESC, p.name_sort, x.pupil`

	sqlListedOne = listedFrom + ` WHERE x.realm = $1 AND x.study_break = $2 AND x.pupil = $4`

	sqlLatestOfSchool = `SELECT b.id, b.year, b.kind, b.reasons, b.from_day, b.return_day, b.last_return FROM study_break b
		WHERE b.realm = $1 AND b.from_day <= $3 AND EXISTS (SELECT 1 FROM break_school s WHERE s.realm = $1 AND s.study_break = b.id AND s.school = $2)
		ORDER BY b.return_day DESC LIMIT 1`

	sqlLatestOfClass = `SELECT b.id, b.year, b.kind, b.reasons, b.from_day, b.return_day, b.last_return FROM study_break b
		JOIN class c ON c.realm = b.realm AND c.id = $2
		WHERE b.realm = $1 AND b.from_day <= $3 AND b.year = c.year AND EXISTS (SELECT 1 FROM break_school s WHERE s.realm = $1 AND s.study_break = b.id AND s.school = c.school)
		ORDER BY b.return_day DESC LIMIT 1`

	sqlLatest = `SELECT id, year, kind, reasons, from_day, return_day, last_return FROM study_break WHERE realm = $1 AND from_day <= $2 ORDER BY return_day DESC LIMIT 1`
)

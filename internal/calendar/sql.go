package calendar

const (
	// Where a class lies.

	sqlClasses = `SELECT id, level, grades, site, from_day, until_day FROM class
		WHERE realm = $1 AND school = $2 AND year = $3 AND from_day < until_day ORDER BY id`

	sqlClassYears = `SELECT DISTINCT year FROM class WHERE realm = $1 AND school = $2 ORDER BY year`

	sqlClassPlace = `SELECT c.school, c.year, COALESCE(s.mark, 0) FROM class c
		LEFT JOIN school_due_state s ON s.realm = c.realm AND s.school = c.school WHERE c.realm = $1 AND c.id = $2`

	sqlClassesIn = `SELECT id FROM class WHERE realm = $1 AND school = $2 AND from_day < $4 AND until_day > $3`

	sqlSitesIn = `SELECT id FROM site WHERE realm = $1 AND school = $2 AND from_day < $4 AND until_day > $3`

	sqlMainSite = `SELECT id FROM site WHERE realm = $1 AND school = $2 AND main = $3 ORDER BY from_day, id`

	sqlSiteSchool = `SELECT school FROM site WHERE realm = $1 AND id = $2`

	sqlSchoolPlaces = `SELECT located_in, managed_by, from_day, until_day FROM school_period
		WHERE realm = $1 AND school = $2 AND from_day < $4 AND until_day > $3 ORDER BY from_day`

	sqlSchoolLevels = `SELECT levels FROM school_period WHERE realm = $1 AND school = $2 AND from_day < $4 AND until_day > $3 ORDER BY from_day`

	sqlAncestors = `SELECT descendant, ancestor, depth, from_day, until_day FROM unit_closure
		WHERE descendant IN ($1) AND from_day < $3 AND until_day > $2`

	sqlSchoolExists = `SELECT COUNT(*) FROM school WHERE realm = $1 AND id = $2`

	// What a calendar file names.

	sqlSchoolByCode = `SELECT school FROM school_period WHERE realm = $1 AND code = $2 AND from_day <= $3 AND $3 < until_day`

	sqlSiteByName = `SELECT id FROM site WHERE realm = $1 AND school = $2 AND name = $3 ORDER BY from_day DESC, id`

	sqlClassByName = `SELECT id FROM class WHERE realm = $1 AND school = $2 AND year = $3 AND name = $4`

	// The schools that lay under a scope on some day of a period.

	sqlSchoolsOfRealm = `SELECT id FROM school WHERE realm = $1 ORDER BY id`

	sqlSchoolsLocated = `SELECT DISTINCT p.school FROM school_period p JOIN unit_closure c ON c.descendant = p.located_in
		WHERE p.realm = $1 AND c.ancestor = $2 AND c.from_day < $4 AND c.until_day > $3 AND p.from_day < $4 AND p.until_day > $3`

	sqlSchoolsManaged = `SELECT DISTINCT p.school FROM school_period p JOIN unit_closure c ON c.descendant = p.managed_by
		WHERE p.realm = $1 AND c.ancestor = $2 AND c.from_day < $4 AND c.until_day > $3 AND p.from_day < $4 AND p.until_day > $3`

	// Rules.

	sqlYears = `SELECT year, from_day, until_day, opening_day, extension FROM school_year WHERE realm = $1 ORDER BY year`

	sqlYear = `SELECT year, from_day, until_day, opening_day, extension FROM school_year WHERE realm = $1 AND year = $2`

	sqlPutYear = `INSERT INTO school_year (realm, year, from_day, opening_day, until_day, extension) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (realm, year) DO UPDATE SET from_day = excluded.from_day, opening_day = excluded.opening_day,
		until_day = excluded.until_day, extension = excluded.extension`

	sqlTerms = `SELECT scope_kind, scope, year, number, from_day, until_day, weeks FROM term
		WHERE realm = $1 AND year = $2 AND scope IN ($3) ORDER BY number, scope_kind, scope`

	sqlAllTerms = `SELECT scope_kind, scope, year, number, from_day, until_day, weeks FROM term
		WHERE realm = $1 AND year = $2 ORDER BY number, scope_kind, scope`

	sqlPutTerm = `INSERT INTO term (realm, year, number, scope_kind, scope, from_day, until_day, weeks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (realm, year, number, scope_kind, scope) DO UPDATE SET from_day = excluded.from_day,
		until_day = excluded.until_day, weeks = excluded.weeks`

	sqlTimetables = `SELECT scope_kind, scope, level, from_day, until_day, morning, afternoon, evening, main_session FROM timetable
		WHERE realm = $1 AND scope IN ($2) AND from_day < $4 AND until_day > $3 AND from_day < until_day ORDER BY scope_kind, scope, level, from_day`

	sqlTimetablesOf = `SELECT scope_kind, scope, level, from_day, until_day, morning, afternoon, evening, main_session FROM timetable
		WHERE realm = $1 AND scope_kind = $2 AND scope = $3 AND level = $4 ORDER BY from_day`

	sqlPutTimetable = `INSERT INTO timetable (realm, scope_kind, scope, level, from_day, until_day, morning, afternoon, evening, main_session)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (realm, scope_kind, scope, level, from_day) DO UPDATE SET until_day = excluded.until_day, morning = excluded.morning,
		afternoon = excluded.afternoon, evening = excluded.evening, main_session = excluded.main_session`

	sqlDeleteTimetable = `DELETE FROM timetable WHERE realm = $1 AND scope_kind = $2 AND scope = $3 AND level = $4 AND from_day = $5`

	sqlExceptions = `SELECT id, kind, scope_kind, scope, level, from_day, until_day, session, reason, note, declared_at FROM calendar_exception
		WHERE realm = $1 AND scope IN ($2) AND from_day < $4 AND until_day > $3 AND withdrawn_at = $5 ORDER BY from_day, id`

	sqlException = `SELECT id, kind, scope_kind, scope, level, from_day, until_day, session, reason, note, declared_at FROM calendar_exception
		WHERE realm = $1 AND id = $2 AND withdrawn_at = $3`

	sqlSameException = `SELECT id FROM calendar_exception WHERE realm = $1 AND kind = $2 AND scope_kind = $3 AND scope = $4 AND level = $5
		AND from_day = $6 AND until_day = $7 AND session = $8 AND reason = $9 AND note = $10 AND withdrawn_at = $11`

	sqlPutException = `INSERT INTO calendar_exception (realm, id, kind, scope_kind, scope, level, from_day, until_day, session, reason, note,
		declared_by, declared_at, withdrawn_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

	sqlWithdraw = `UPDATE calendar_exception SET withdrawn_at = $3 WHERE realm = $1 AND id = $2 AND withdrawn_at = $4`

	// What is due.

	// Pupils of classes by spell: few rows, because most spells of a class begin and end together.
	sqlRollSpells = `SELECT m.class, e.grade, m.from_day, m.until_day, e.from_day, e.until_day, COUNT(*)
		FROM class_membership m JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		WHERE m.realm = $1 AND m.class IN ($2)
		GROUP BY m.class, e.grade, m.from_day, m.until_day, e.from_day, e.until_day`

	sqlState = `SELECT generation, mark, stale_from, stale_until FROM school_due_state WHERE realm = $1 AND school = $2`

	sqlMarkStale = `INSERT INTO school_due_state (realm, school, generation, mark, stale_from, stale_until) VALUES ($1, $2, 1, $3, $4, $5)
		ON CONFLICT (realm, school) DO UPDATE SET generation = school_due_state.generation + 1, mark = excluded.mark,
		stale_from = CASE WHEN school_due_state.stale_from < excluded.stale_from AND school_due_state.stale_from < school_due_state.stale_until
			THEN school_due_state.stale_from ELSE excluded.stale_from END,
		stale_until = CASE WHEN school_due_state.stale_until > excluded.stale_until AND school_due_state.stale_from < school_due_state.stale_until
			THEN school_due_state.stale_until ELSE excluded.stale_until END`

	// Nobody may have changed anything since the rows were worked out: the mark is still the same.
	sqlHold = `UPDATE school_due_state SET generation = generation WHERE realm = $1 AND school = $2 AND mark = $3`

	sqlSettle = `UPDATE school_due_state SET stale_from = $4, stale_until = $4 WHERE realm = $1 AND school = $2 AND mark = $3`

	sqlStaleSchools = `SELECT school FROM school_due_state WHERE realm = $1 AND stale_from < stale_until ORDER BY school`

	sqlStaleAmong = `SELECT COUNT(*) FROM school_due_state WHERE realm = $1 AND school IN ($2)
		AND stale_from < stale_until AND stale_from < $4 AND stale_until > $3`

	sqlDueRows = `SELECT day, session, level, grade, sheets, roll FROM school_due
		WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4`

	sqlPutDue = `INSERT INTO school_due (realm, school, day, session, level, grade, sheets, roll) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (realm, school, day, session, level, grade) DO UPDATE SET sheets = excluded.sheets, roll = excluded.roll`

	sqlDropDue = `DELETE FROM school_due WHERE realm = $1 AND school = $2 AND day = $3 AND session = $4 AND level = $5 AND grade = $6`

	sqlDueMonths = `SELECT month, level, sheets, roll FROM school_due_month WHERE realm = $1 AND school = $2 AND month >= $3 AND month < $4`

	sqlPutDueMonth = `INSERT INTO school_due_month (realm, school, month, level, sheets, roll) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (realm, school, month, level) DO UPDATE SET sheets = excluded.sheets, roll = excluded.roll`

	sqlDropDueMonth = `DELETE FROM school_due_month WHERE realm = $1 AND school = $2 AND month = $3 AND level = $4`
)

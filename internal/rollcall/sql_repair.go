package rollcall

// Kept sums that are brought to what the sheets say, as long as nobody touched them since.
const (
	// The counter of a sheet against its open conflicts ($5 is their state).
	sqlRecountConflicts = `SELECT s.class, s.day, s.session, s.level, s.conflicts, COUNT(c.pupil) FROM sheet s
		LEFT JOIN sheet_conflict c ON c.realm = s.realm AND c.class = s.class AND c.day = s.day AND c.session = s.session AND c.state = $5
		WHERE s.realm = $1 AND s.school = $2 AND s.day >= $3 AND s.day < $4
		GROUP BY s.class, s.day, s.session, s.level, s.conflicts HAVING s.conflicts <> COUNT(c.pupil) ORDER BY s.class, s.day, s.session`

	sqlRepairCounter = `UPDATE sheet SET conflicts = $6 WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 AND conflicts = $5`

	sqlRepairDay = `UPDATE school_day SET sheets = $13, no_class = $14, roll = $15, unknown = $16, excused = $17, unexcused = $18, late = $19
		WHERE realm = $1 AND school = $2 AND day = $3 AND session = $4 AND level = $5
		AND sheets = $6 AND no_class = $7 AND roll = $8 AND unknown = $9 AND excused = $10 AND unexcused = $11 AND late = $12`

	sqlMissingDay = `INSERT INTO school_day (realm, school, day, session, level, sheets, no_class, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (realm, school, day, session, level) DO NOTHING`

	sqlRepairGrade = `UPDATE school_grade_day SET roll = $12, unknown = $13, excused = $14, unexcused = $15, late = $16
		WHERE realm = $1 AND school = $2 AND day = $3 AND session = $4 AND level = $5 AND grade = $6
		AND roll = $7 AND unknown = $8 AND excused = $9 AND unexcused = $10 AND late = $11`

	sqlMissingGrade = `INSERT INTO school_grade_day (realm, school, day, session, level, grade, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (realm, school, day, session, level, grade) DO NOTHING`

	sqlRepairMonth = `UPDATE school_month SET sheets = $12, no_class = $13, roll = $14, unknown = $15, excused = $16, unexcused = $17, late = $18, changes = changes + 1
		WHERE realm = $1 AND school = $2 AND month = $3 AND level = $4
		AND sheets = $5 AND no_class = $6 AND roll = $7 AND unknown = $8 AND excused = $9 AND unexcused = $10 AND late = $11`

	sqlMissingMonth = `INSERT INTO school_month (realm, school, month, level, sheets, no_class, roll, unknown, excused, unexcused, late, changes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (realm, school, month, level) DO NOTHING`
)

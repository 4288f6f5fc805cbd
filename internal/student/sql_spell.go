package student

// Spells.
const (
	sqlTouch        = `UPDATE pupil SET version = version + 1, changed_at = $3 WHERE realm = $1 AND id = $2`
	sqlTouchVersion = `UPDATE pupil SET version = version + 1, changed_at = $3 WHERE realm = $1 AND id = $2 AND version = $4`
	sqlPupilExists  = `SELECT id FROM pupil WHERE realm = $1 AND id = $2`
	sqlSchoolExists = `SELECT id FROM school WHERE realm = $1 AND id = $2`

	sqlSpells = `SELECT id, pupil, school, year, level, grade, from_day, until_day, entry_kind, from_school, exit_kind, exit_state, exit_reason, other_school, paper
		FROM enrolment WHERE realm = $1 AND pupil = $2 ORDER BY from_day, id`

	sqlMemberships = `SELECT m.enrolment, m.class, m.from_day, m.until_day FROM enrolment e JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id
		WHERE e.realm = $1 AND e.pupil = $2 ORDER BY m.from_day, m.enrolment`

	sqlMembershipsOfSpell = `SELECT enrolment, class, from_day, until_day FROM class_membership WHERE realm = $1 AND enrolment = $2 ORDER BY from_day`

	sqlClass = `SELECT id, school, year, level, grades, from_day, until_day FROM class WHERE realm = $1 AND id = $2`

	sqlInsertSpell = `INSERT INTO enrolment (realm, id, pupil, school, year, level, grade, from_day, until_day, entry_kind, exit_kind, exit_state, exit_reason, other_school, paper, from_school)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

	sqlUpdateSpell = `UPDATE enrolment SET grade = $3, from_day = $4, until_day = $5, entry_kind = $6, exit_kind = $7, exit_state = $8, exit_reason = $9, other_school = $10, paper = $11
		WHERE realm = $1 AND id = $2`

	sqlInsertMembership = `INSERT INTO class_membership (realm, enrolment, class, from_day, until_day) VALUES ($1, $2, $3, $4, $5)`

	sqlEndMembership = `UPDATE class_membership SET until_day = $4 WHERE realm = $1 AND enrolment = $2 AND from_day = $3`

	sqlDeleteMembership = `DELETE FROM class_membership WHERE realm = $1 AND enrolment = $2 AND from_day = $3`
)

// The end of a year and the opening of the next.
const (
	sqlSchoolLevels = `SELECT levels FROM school_period WHERE realm = $1 AND school = $2 AND from_day <= $3 AND $3 < until_day`

	sqlOpenSpells = `SELECT id, pupil, school, year, level, grade, from_day, until_day, entry_kind, from_school, exit_kind, exit_state, exit_reason, other_school, paper
		FROM enrolment WHERE realm = $1 AND school = $2 AND year = $3 AND exit_kind = '' AND from_day < $4 ORDER BY id`

	sqlEndSpell = `UPDATE enrolment SET until_day = $3, exit_kind = $4, exit_state = $5, exit_reason = $6 WHERE realm = $1 AND id = $2`

	sqlEndMembershipsOfSpell = `UPDATE class_membership SET until_day = $3 WHERE realm = $1 AND enrolment = $2 AND until_day > $3`

	sqlInsertExpected = `INSERT INTO expected_pupil (realm, pupil, year, school, level, grade, origin, state, settled_on, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (realm, pupil, year) DO NOTHING`

	sqlArriveExpected = `UPDATE expected_pupil SET state = CASE WHEN school = $4 THEN 'arrived' ELSE 'elsewhere' END, settled_on = $5 WHERE realm = $1 AND pupil = $2 AND year = $3`

	sqlSettleExpected = `UPDATE expected_pupil SET state = $4, settled_on = $5, reason = $6 WHERE realm = $1 AND pupil = $2 AND year = $3 AND state NOT IN ('arrived', 'elsewhere')`

	sqlExpectedAt = `SELECT school, level, grade FROM expected_pupil WHERE realm = $1 AND pupil = $2 ORDER BY year DESC LIMIT 1`

	sqlExpected = `SELECT school, level, grade, origin, state, COUNT(*) FROM expected_pupil WHERE realm = $1 AND school IN ($2) AND year = $3 GROUP BY school, level, grade, origin, state`

	// Began with the year without being expected at the school.
	sqlUnexpected = `SELECT e.school, e.level, e.grade, '', '', COUNT(*) FROM enrolment e
		WHERE e.realm = $1 AND e.school IN ($2) AND e.year = $3 AND e.entry_kind IN ('opening', 'entrant', 'repeater')
		AND NOT EXISTS (SELECT 1 FROM expected_pupil x WHERE x.realm = $1 AND x.pupil = e.pupil AND x.year = $3 AND x.school = e.school)
		GROUP BY e.school, e.level, e.grade`
)

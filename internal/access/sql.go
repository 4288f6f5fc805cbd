package access

const (
	sqlHeld = `SELECT id, role, scope_kind, scope, from_day, until_day, '', given_at FROM role_grant
		WHERE realm = $1 AND account = $2 AND from_day <= $3 AND $3 < until_day
		UNION ALL SELECT id, '', scope_kind, scope, $3, $3, purpose, until_at FROM purpose_opening
		WHERE realm = $1 AND account = $2 AND until_at > $4 ORDER BY 1`

	sqlRealmUnits = `SELECT DISTINCT c.ancestor FROM unit_holder h JOIN unit_closure c ON c.descendant = h.unit
		WHERE h.realm = $1 AND h.from_day <= $2 AND $2 < h.until_day AND c.from_day <= $2 AND $2 < c.until_day`

	sqlUnitAncestors = `SELECT ancestor FROM unit_closure WHERE descendant = $1 AND from_day <= $2 AND $2 < until_day`

	// The last chain of a unit that has ended.
	sqlEndedUnitAncestors = `SELECT c.ancestor FROM unit_closure c
		WHERE c.descendant = $1 AND c.until_day = (SELECT MAX(l.until_day) FROM unit_closure l WHERE l.descendant = $1 AND l.depth = 0 AND l.until_day <= $2)
		UNION SELECT u.ancestor FROM unit_succession s JOIN unit_closure u ON u.descendant = s.new_unit
		WHERE s.old_unit = $1 AND s.part = 'whole' AND u.from_day <= $2 AND $2 < u.until_day`

	sqlClassSchool = `SELECT school FROM class WHERE realm = $1 AND id = $2`

	// The units that schools stand in and are managed by, with all above them; for a school
	// that has ended, by its last period.
	sqlSchoolUnits = `SELECT DISTINCT c.ancestor FROM school_period p
		JOIN unit_closure c ON c.descendant = p.located_in OR c.descendant = p.managed_by
		WHERE p.realm = $1 AND p.school IN ($2) AND c.from_day <= $3 AND $3 < c.until_day
		AND p.from_day = (SELECT MAX(l.from_day) FROM school_period l WHERE l.realm = $1 AND l.school = p.school AND l.from_day <= $3)`

	sqlPupil = `SELECT id FROM pupil WHERE realm = $1 AND id = $2`

	// Where the child learns: the spells that hold today, else the latest one.
	sqlPupilPlaces = `SELECT COALESCE(m.class, 0), e.school FROM enrolment e
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $3 AND $3 < m.until_day
		WHERE e.realm = $1 AND e.pupil = $2
		AND e.from_day = (SELECT MAX(l.from_day) FROM enrolment l WHERE l.realm = $1 AND l.pupil = $2)`

	sqlPupilResidence = `SELECT DISTINCT c.ancestor FROM pupil_residence r
		JOIN unit_closure c ON c.descendant = r.unit
		WHERE r.realm = $1 AND r.pupil = $2 AND r.from_day <= $3 AND $3 < r.until_day AND c.from_day <= $3 AND $3 < c.until_day`
)

package access

const (
	sqlHeld = `SELECT id, role, scope_kind, scope, from_day, until_day, '', given_at FROM role_grant
		WHERE realm = $1 AND account = $2 AND from_day <= $3 AND $3 < until_day
		UNION ALL SELECT id, '', scope_kind, scope, $3, $3, purpose, until_at FROM purpose_opening
		WHERE realm = $1 AND account = $2 AND until_at > $4 ORDER BY 1`

	sqlHeldOn = `SELECT id, role, scope_kind, scope, from_day, until_day FROM role_grant
		WHERE realm = $1 AND account = $2 AND from_day <= $3 AND $3 < until_day ORDER BY id`

	sqlRollCallers = `SELECT g.account, c.id, c.school FROM role_grant g JOIN class c ON c.realm = g.realm AND c.id = g.scope
		WHERE g.realm = $1 AND g.scope_kind = 'class' AND c.school IN ($2) AND g.from_day <= $3 AND $3 < g.until_day AND (g.role = $4 OR g.role = $5)
		AND c.from_day <= $3 AND $3 < c.until_day ORDER BY c.school, c.id, g.account`

	sqlSchoolsOfAccount = `SELECT g.scope, g.from_day FROM role_grant g WHERE g.realm = $1 AND g.account = $2 AND g.scope_kind = 'school' AND g.from_day <= $3
		UNION SELECT c.school, g.from_day FROM role_grant g JOIN class c ON c.realm = g.realm AND c.id = g.scope
		WHERE g.realm = $1 AND g.account = $2 AND g.scope_kind = 'class' AND g.from_day <= $3 ORDER BY 2 DESC, 1`

	sqlRealmUnits = `SELECT DISTINCT c.ancestor FROM unit_holder h JOIN unit_closure c ON c.descendant = h.unit
		WHERE h.realm = $1 AND h.from_day <= $2 AND $2 < h.until_day AND c.from_day <= $2 AND $2 < c.until_day`

	sqlUnitAncestors = `SELECT ancestor FROM unit_closure WHERE descendant = $1 AND from_day <= $2 AND $2 < until_day`

	sqlUnitsAbove = `SELECT DISTINCT ancestor FROM unit_closure WHERE descendant IN ($1) AND from_day <= $2 AND $2 < until_day`

	sqlUnitsUnder = `SELECT DISTINCT descendant FROM unit_closure WHERE ancestor IN ($1) AND from_day <= $2 AND $2 < until_day`

	// The last chain of a unit that has ended.
	sqlEndedUnitAncestors = `SELECT c.ancestor FROM unit_closure c
		WHERE c.descendant = $1 AND c.until_day = (SELECT MAX(l.until_day) FROM unit_closure l WHERE l.descendant = $1 AND l.depth = 0 AND l.until_day <= $2)`

	sqlHeirUnits = `SELECT new_unit FROM unit_succession WHERE old_unit IN ($1) AND part = 'whole' AND on_day <= $2`

	sqlForerunners = `SELECT old_unit FROM unit_succession WHERE new_unit IN ($1) AND part = 'whole' AND on_day <= $2`

	sqlSchool = `SELECT id FROM school WHERE realm = $1 AND id = $2`

	sqlClassSchool = `SELECT school FROM class WHERE realm = $1 AND id = $2`

	// The units that schools stand in and are managed by, with all above them; for a school
	// that has ended, by its last period.
	sqlSchoolUnits = `SELECT DISTINCT c.ancestor FROM school_period p
		JOIN unit_closure c ON c.descendant = p.located_in OR c.descendant = p.managed_by
		WHERE p.realm = $1 AND p.school IN ($2) AND c.from_day <= $3 AND $3 < c.until_day
		AND p.from_day = (SELECT MAX(l.from_day) FROM school_period l WHERE l.realm = $1 AND l.school = p.school AND l.from_day <= $3)`

	sqlSchoolStands = `SELECT p.located_in FROM school_period p WHERE p.realm = $1 AND p.school IN ($2)
		AND p.from_day = (SELECT MAX(l.from_day) FROM school_period l WHERE l.realm = $1 AND l.school = p.school AND l.from_day <= $3)
		UNION SELECT p.managed_by FROM school_period p WHERE p.realm = $1 AND p.school IN ($2)
		AND p.from_day = (SELECT MAX(l.from_day) FROM school_period l WHERE l.realm = $1 AND l.school = p.school AND l.from_day <= $3)`

	// The same seen from the units.
	sqlSchoolsIn = `SELECT p.school FROM school_period p WHERE p.realm = $1 AND (p.located_in IN ($2) OR p.managed_by IN ($2))
		AND p.from_day = (SELECT MAX(l.from_day) FROM school_period l WHERE l.realm = $1 AND l.school = p.school AND l.from_day <= $3)`

	sqlHeirSchools = `SELECT new_school FROM school_succession WHERE realm = $1 AND old_school IN ($2) AND part = 'whole' AND on_day <= $3`

	sqlForerunnerSchools = `SELECT old_school FROM school_succession WHERE realm = $1 AND new_school IN ($2) AND part = 'whole' AND on_day <= $3`

	// Where the child learns: the spell begun last, up to today, and in it the class joined
	// last; for one who is only expected, the first spell. One row of zeros for a child
	// without any spell, none for a child that does not exist.
	sqlPupilPlaces = `SELECT COALESCE(m.class, 0), COALESCE(e.school, 0) FROM pupil p
		LEFT JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.from_day = (` + lastSpell + `)
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day = (` + lastClass + `)
		WHERE p.realm = $1 AND p.id = $2`

	lastSpell = `SELECT COALESCE(MAX(CASE WHEN l.from_day <= $3 THEN l.from_day END), MIN(l.from_day)) FROM enrolment l WHERE l.realm = $1 AND l.pupil = p.id`
	lastClass = `SELECT COALESCE(MAX(CASE WHEN k.from_day <= $3 THEN k.from_day END), MIN(k.from_day)) FROM class_membership k WHERE k.realm = $1 AND k.enrolment = e.id`

	sqlPupilHome = `SELECT unit FROM pupil_residence WHERE realm = $1 AND pupil = $2 AND from_day <= $3 AND $3 < until_day`

	sqlAllPupils = `SELECT id FROM pupil WHERE realm = $1 ORDER BY id`

	sqlPupilsWithin = `SELECT p.id FROM pupil p
		LEFT JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.from_day =
			(SELECT COALESCE(MAX(CASE WHEN l.from_day <= $2 THEN l.from_day END), MIN(l.from_day)) FROM enrolment l WHERE l.realm = $1 AND l.pupil = p.id)
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day =
			(SELECT COALESCE(MAX(CASE WHEN k.from_day <= $2 THEN k.from_day END), MIN(k.from_day)) FROM class_membership k WHERE k.realm = $1 AND k.enrolment = e.id)
		LEFT JOIN pupil_residence r ON r.realm = p.realm AND r.pupil = p.id AND r.from_day <= $2 AND $2 < r.until_day
		WHERE p.realm = $1 AND (e.school IN ($3) OR m.class IN ($4) OR r.unit IN ($5) OR p.id IN ($6)) ORDER BY p.id`

	sqlNameOfClass       = `SELECT name FROM class WHERE realm = $1 AND id = $2 AND from_day <= $3`
	sqlNameOfClassSchool = `SELECT p.name FROM class c JOIN school_period p ON p.realm = c.realm AND p.school = c.school WHERE c.realm = $1 AND c.id = $2 AND p.from_day <= $3 ORDER BY p.from_day DESC LIMIT 1`
	sqlNameOfClassUnit   = `SELECT u.full_name FROM class c JOIN school_period p ON p.realm = c.realm AND p.school = c.school JOIN unit_period u ON u.unit = p.located_in
		WHERE c.realm = $1 AND c.id = $2 AND p.from_day <= $3 AND u.from_day <= $3 ORDER BY p.from_day DESC, u.from_day DESC LIMIT 1`
	sqlNameOfSchool     = `SELECT name FROM school_period WHERE realm = $1 AND school = $2 AND from_day <= $3 ORDER BY from_day DESC LIMIT 1`
	sqlNameOfSchoolUnit = `SELECT u.full_name FROM school_period p JOIN unit_period u ON u.unit = p.located_in
		WHERE p.realm = $1 AND p.school = $2 AND p.from_day <= $3 AND u.from_day <= $3 ORDER BY p.from_day DESC, u.from_day DESC LIMIT 1`
	sqlNameOfUnit        = `SELECT full_name FROM unit_period WHERE unit = $2 AND from_day <= $3 AND $1 > 0 ORDER BY from_day DESC LIMIT 1`
	sqlNameOfRealm       = `SELECT r.name FROM realm r JOIN unit_holder h ON h.realm = r.realm WHERE r.realm = $1 AND h.unit <> $2 AND h.from_day <= $3 LIMIT 1`
	sqlNameOfPupilSchool = `SELECT s.name FROM pupil p JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.from_day = (` + lastSpell + `)
		JOIN school_period s ON s.realm = e.realm AND s.school = e.school WHERE p.realm = $1 AND p.id = $2 AND s.from_day <= $3 ORDER BY s.from_day DESC LIMIT 1`

	sqlNameOfClassLong = `SELECT c.name || ' – ' || p.name FROM class c JOIN school_period p ON p.realm = c.realm AND p.school = c.school
		WHERE c.realm = $1 AND c.id = $2 AND p.from_day <= $3 ORDER BY p.from_day DESC LIMIT 1`

	sqlAccount   = `SELECT id FROM account WHERE realm = $1 AND id = $2`
	sqlSameGrant = `SELECT COUNT(*) FROM role_grant WHERE realm = $1 AND account = $2 AND role = $3 AND scope_kind = $4 AND scope = $5 AND from_day <= $6 AND until_day >= $7`
	sqlGive      = `INSERT INTO role_grant (realm, id, account, role, scope_kind, scope, from_day, until_day, given_by, given_at, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	sqlWithdraw        = `UPDATE role_grant SET until_day = $3 WHERE realm = $1 AND id = $2`
	sqlGrant           = `SELECT ` + grantColumns + ` FROM role_grant g WHERE g.realm = $1 AND g.id = $2`
	sqlGrantsOfAccount = `SELECT ` + grantColumns + ` FROM role_grant g WHERE g.realm = $1 AND g.account = $2 ORDER BY g.until_day DESC, g.id DESC`
	sqlGrantsInSchool  = `SELECT ` + grantColumns + ` FROM role_grant g WHERE g.realm = $1 AND g.until_day > $3 AND (g.scope_kind = 'school' AND g.scope = $2
		OR g.scope_kind = 'class' AND g.scope IN (SELECT c.id FROM class c WHERE c.realm = $1 AND c.school = $2)) ORDER BY g.role, g.from_day, g.id`
	grantColumns = `g.id, g.account, g.role, g.scope_kind, g.scope, g.from_day, g.until_day, g.given_by, g.given_at, g.reason, ''`

	sqlOpen = `INSERT INTO purpose_opening (realm, id, account, scope_kind, scope, purpose, note, opened_at, until_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	sqlOpening      = `SELECT id, scope_kind, scope, purpose, until_at FROM purpose_opening WHERE realm = $1 AND id = $2 AND account = $3`
	sqlCloseOpening = `UPDATE purpose_opening SET until_at = $3 WHERE realm = $1 AND id = $2 AND until_at > $3`
	sqlOpeningsOf   = `SELECT id, scope_kind, scope, purpose, until_at, note, opened_at FROM purpose_opening
		WHERE realm = $1 AND account = $2 AND until_at > $3 ORDER BY opened_at DESC, id DESC`
)

// Who holds a role in a place, with what is needed to reach them.
const sqlHolders = `SELECT a.id, g.role, g.scope, a.name, a.title, a.phone FROM role_grant g JOIN account a ON a.realm = g.realm AND a.id = g.account
	WHERE g.realm = $1 AND g.scope_kind = $2 AND g.scope IN ($3) AND g.role IN ($4) AND g.from_day <= $5 AND $5 < g.until_day AND a.disabled = $6
	ORDER BY a.name_sort, a.id`

package student

// Class lists that come in: what is known, for a whole batch at once.
const (
	sqlRosterClasses = `SELECT c.id, c.school, c.year, c.level, c.grades, c.from_day, c.until_day, c.name,
		EXISTS (SELECT 1 FROM roll o WHERE o.realm = $1 AND o.class = c.id)
		FROM class c WHERE c.realm = $1 AND c.school = $2 AND c.year = $3 ORDER BY c.from_day`

	knownColumns = `SELECT id, version, code, national_id, name, sex, born, birthplace, ethnicity, address, phone, disability FROM pupil`

	sqlKnownByCode   = knownColumns + ` WHERE realm = $1 AND code <> '' AND code IN ($2)`
	sqlKnownByNumber = knownColumns + ` WHERE realm = $1 AND national_id <> '' AND national_id IN ($2)`
	sqlKnownByID     = knownColumns + ` WHERE realm = $1 AND id IN ($2)`

	sqlNamesakes = `SELECT id, name_fold, born FROM pupil WHERE realm = $1 AND name <> '' AND id IN (SELECT e.pupil FROM enrolment e WHERE e.realm = $1 AND e.school = $2)`

	sqlClassThere = `SELECT id FROM class WHERE realm = $1 AND id = $2`

	sqlClassesOfSpells = `SELECT e.pupil, m.class FROM enrolment e JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id WHERE e.realm = $1 AND e.id IN ($2)`
	sqlClassesOfPupils = `SELECT e.pupil, m.class FROM enrolment e JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id WHERE e.realm = $1 AND e.pupil IN ($2)`

	sqlSpellsOfMany = `SELECT id, pupil, school, year, level, grade, from_day, until_day, entry_kind, from_school, exit_kind, exit_state, exit_reason, other_school, paper
		FROM enrolment WHERE realm = $1 AND pupil IN ($2) ORDER BY pupil, from_day, id`

	// CROSS JOIN keeps SQLite from walking the memberships of the whole realm first.
	sqlMembershipsOfMany = `SELECT e.pupil, e.id, m.class FROM enrolment e CROSS JOIN class_membership m
		WHERE m.realm = e.realm AND m.enrolment = e.id AND e.realm = $1 AND e.pupil IN ($2) ORDER BY e.pupil, m.from_day`

	sqlResidenceOfMany = `SELECT pupil, unit FROM pupil_residence WHERE realm = $1 AND pupil IN ($2) AND from_day <= $3 AND $3 < until_day`

	sqlGuardiansOfMany = `SELECT pupil, relation, name, born_year, phone FROM guardian WHERE realm = $1 AND pupil IN ($2) ORDER BY pupil, number`
)

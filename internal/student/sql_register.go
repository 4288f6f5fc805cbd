package student

// Everybody of a school and year, in the order in which they came.
const sqlRegister = `SELECT p.id, p.code, p.national_id, p.name, p.sex, p.born, p.birthplace, p.ethnicity, p.address,
	e.level, e.grade, e.from_day, e.until_day, e.entry_kind, e.exit_kind, e.exit_state, e.paper
	FROM enrolment e JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
	WHERE e.realm = $1 AND e.school = $2 AND e.year = $3
	ORDER BY e.from_day, e.level, e.grade, p.name_sort, e.id`

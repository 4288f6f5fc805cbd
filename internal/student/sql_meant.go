package student

const sqlMeantInSchool = `SELECT p.id, p.code, p.national_id, p.name, p.born, e.level, e.grade, e.from_day, e.until_day,
		COALESCE(m.class, 0), COALESCE(c.name, ''), COALESCE(m.from_day, $4), COALESCE(m.until_day, $4)
	FROM enrolment e
	JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
	LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id
	LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
	WHERE e.realm = $1 AND e.school = $2 AND e.year = $3 ORDER BY p.id, e.from_day, e.id, m.from_day`

package student

const (
	sqlMeantInSchool = `SELECT p.id, p.code, p.national_id, p.name, p.born, e.level, e.grade, e.from_day, e.until_day,
		COALESCE(m.class, 0), COALESCE(c.name, ''), COALESCE(m.from_day, $4), COALESCE(m.until_day, $4)
	FROM enrolment e
	JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
	LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id
	LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
	WHERE e.realm = $1 AND e.school = $2 AND e.year = $3 ORDER BY p.id, e.from_day, e.id, m.from_day`

	sqlMeantInResidence = `SELECT p.id, p.code, p.national_id, p.name, p.born, COALESCE(e.level, ''), COALESCE(e.grade, ''), COALESCE(e.from_day, $4), COALESCE(e.until_day, $4),
			COALESCE(m.class, 0), COALESCE(c.name, ''), COALESCE(m.from_day, $4), COALESCE(m.until_day, $4)
		FROM unit_closure k
		JOIN pupil_residence r ON r.realm = $1 AND r.unit = k.descendant AND r.from_day <= $3 AND $3 < r.until_day
		JOIN pupil p ON p.realm = r.realm AND p.id = r.pupil
		LEFT JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.from_day <= $3 AND $3 < e.until_day
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $3 AND $3 < m.until_day
		LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
		WHERE k.ancestor = $2 AND k.from_day <= $3 AND $3 < k.until_day AND p.realm = $1 ORDER BY p.id, e.from_day, e.id, m.from_day`

	sqlMeantByNumber = `SELECT id, code, national_id FROM pupil WHERE realm = $1 AND (code <> '' AND code IN ($2) OR national_id <> '' AND national_id IN ($3))`
)

package national

// Every statement of the room.
const (
	// Who is enrolled at a school on a day, in which class, without a name.
	sqlEnrolled = `SELECT e.pupil, COALESCE(m.class, 0), e.level, e.grade, p.sex, p.born, p.ethnicity, p.disability, COALESCE(b.kind, ''), e.entry_kind
		FROM enrolment e
		JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $3 AND $3 < m.until_day
		LEFT JOIN pupil_boarding b ON b.realm = e.realm AND b.pupil = e.pupil AND b.from_day <= $3 AND $3 < b.until_day
		WHERE e.realm = $1 AND e.school = $2 AND e.from_day <= $3 AND $3 < e.until_day ORDER BY e.pupil`
)

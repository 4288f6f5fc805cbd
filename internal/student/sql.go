package student

// Rolls.
const (
	// The pupils of a class on a day with the attributes of that day, the poverty of the spell's school year.
	sqlClassOn = `SELECT e.pupil, e.grade, p.sex, p.ethnicity, COALESCE(b.kind, ''), COALESCE(v.status, ''), COALESCE(r.unit, 0), p.name, p.name_sort, p.born, COALESCE(u.full_name, '')
		FROM class_membership m
		JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
		LEFT JOIN pupil_boarding b ON b.realm = e.realm AND b.pupil = e.pupil AND b.from_day <= $3 AND $3 < b.until_day
		LEFT JOIN pupil_poverty v ON v.realm = e.realm AND v.pupil = e.pupil AND v.year = e.year
		LEFT JOIN pupil_residence r ON r.realm = e.realm AND r.pupil = e.pupil AND r.from_day <= $3 AND $3 < r.until_day
		LEFT JOIN unit_period u ON u.unit = r.unit AND u.from_day <= $3 AND $3 < u.until_day
		WHERE m.realm = $1 AND m.class = $2 AND m.from_day <= $3 AND $3 < m.until_day AND e.from_day <= $3 AND $3 < e.until_day`

	sqlClassExists = `SELECT id FROM class WHERE realm = $1 AND id = $2`

	sqlRollByDigest = `SELECT number FROM roll WHERE realm = $1 AND class = $2 AND digest = $3`

	sqlLastRoll = `SELECT COALESCE(MAX(number), 0) FROM roll WHERE realm = $1 AND class = $2`

	sqlInsertRoll = `INSERT INTO roll (realm, class, number, size, digest, made_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (realm, class, number) DO NOTHING`

	sqlInsertRollGroup = `INSERT INTO roll_group (realm, class, roll, number, grade, sex, ethnicity, boarding, poverty, residence, pupils)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	sqlInsertRollMember = `INSERT INTO roll_member (realm, class, roll, pupil, roll_group) VALUES ($1, $2, $3, $4, $5)`

	sqlRollHead = `SELECT size, made_at FROM roll WHERE realm = $1 AND class = $2 AND number = $3`

	sqlRollGroups = `SELECT number, grade, sex, ethnicity, boarding, poverty, residence, pupils FROM roll_group WHERE realm = $1 AND class = $2 AND roll = $3 ORDER BY number`

	sqlRollMembers = `SELECT m.pupil, m.roll_group, p.name, p.name_sort, p.sex, p.born, COALESCE(u.full_name, '')
		FROM roll_member m
		JOIN roll_group g ON g.realm = m.realm AND g.class = m.class AND g.roll = m.roll AND g.number = m.roll_group
		JOIN pupil p ON p.realm = m.realm AND p.id = m.pupil
		LEFT JOIN unit_period u ON u.unit = g.residence AND u.from_day <= $4 AND $4 < u.until_day
		WHERE m.realm = $1 AND m.class = $2 AND m.roll = $3`
)

package indicator

const (
	sqlGroupRolls = `SELECT t.school, t.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence, SUM(t.sheets * g.pupils)
		FROM (SELECT school, level, class, roll, COUNT(*) AS sheets FROM sheet
			WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND state = 1
			GROUP BY school, level, class, roll) t
		JOIN roll_group g ON g.realm = $1 AND g.class = t.class AND g.roll = t.roll
		GROUP BY t.school, t.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence`

	// A mark's level is its class's: a class has one.
	sqlGroupMarks = `SELECT t.school, c.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence, t.kind, SUM(t.marks)
		FROM (SELECT school, class, roll, roll_group, kind, COUNT(*) AS marks FROM mark
			WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4
			GROUP BY school, class, roll, roll_group, kind) t
		JOIN class c ON c.realm = $1 AND c.id = t.class
		JOIN roll_group g ON g.realm = $1 AND g.class = t.class AND g.roll = t.roll AND g.number = t.roll_group
		GROUP BY t.school, c.level, g.grade, g.sex, g.ethnicity, g.boarding, g.poverty, g.residence, t.kind`

	sqlKeptGroups = `SELECT school, level, grade, sex, ethnicity, boarding, poverty, residence, roll, unknown, excused, unexcused, late
		FROM group_month WHERE realm = $1 AND school IN ($2) AND month = $3`

	sqlStaleGroups = `SELECT m.school FROM school_month m
		LEFT JOIN group_month_state s ON s.realm = m.realm AND s.school = m.school AND s.month = m.month
		WHERE m.realm = $1 AND m.school IN ($2) AND m.month = $3
		GROUP BY m.school, s.changes HAVING s.changes IS NULL OR s.changes <> SUM(m.changes)`

	sqlAllStaleGroups = `SELECT m.school, m.month FROM school_month m
		LEFT JOIN group_month_state s ON s.realm = m.realm AND s.school = m.school AND s.month = m.month
		WHERE m.realm = $1
		GROUP BY m.school, m.month, s.changes HAVING s.changes IS NULL OR s.changes <> SUM(m.changes)
		ORDER BY m.month DESC, m.school LIMIT $2`

	sqlChanges = `SELECT SUM(changes) FROM school_month WHERE realm = $1 AND school = $2 AND month = $3`

	sqlDropGroups = `DELETE FROM group_month WHERE realm = $1 AND school = $2 AND month = $3`

	sqlKeepGroup = `INSERT INTO group_month (realm, school, month, number, level, grade, sex, ethnicity, boarding, poverty, residence, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

	sqlKeepGroupState = `INSERT INTO group_month_state (realm, school, month, changes) VALUES ($1, $2, $3, $4)
		ON CONFLICT (realm, school, month) DO UPDATE SET changes = excluded.changes`
)

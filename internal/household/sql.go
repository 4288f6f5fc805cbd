package household

const (
	sqlHouseholds = `SELECT id, village, number, head, address, residency FROM household WHERE realm = $1 AND village IN ($2) AND year = $3 AND number IN ($4)`

	sqlHouseholdNumbered = `SELECT id FROM household WHERE realm = $1 AND village = $2 AND year = $3 AND number = $4`

	personColumns = `p.name, p.sex, p.born_year, p.born, p.relation, p.schooling, p.grade, p.school, p.exempt, p.pupil`

	sqlPersons = `SELECT p.household, p.number, ` + personColumns + ` FROM household_person p WHERE p.realm = $1 AND p.household IN ($2) ORDER BY p.household, p.number`

	sqlLastPerson = `SELECT COALESCE(MAX(number), 0) FROM household_person WHERE realm = $1 AND household = $2`

	sqlPutHousehold = `INSERT INTO household (realm, id, village, year, number, head, address, residency, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (realm, id) DO UPDATE SET head = excluded.head, address = excluded.address, residency = excluded.residency, account = excluded.account, set_at = excluded.set_at`

	sqlPutPerson = `INSERT INTO household_person (realm, household, number, name, name_fold, sex, born_year, born, relation, schooling, grade, school, exempt, pupil, account, set_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (realm, household, number) DO UPDATE SET name = excluded.name, name_fold = excluded.name_fold, sex = excluded.sex, born_year = excluded.born_year, born = excluded.born,
		relation = excluded.relation, schooling = excluded.schooling, grade = excluded.grade, school = excluded.school, exempt = excluded.exempt, pupil = excluded.pupil,
		account = excluded.account, set_at = excluded.set_at`

	// Of the age, not said to have moved, died or finished, and on no roll of the realm on the day.
	sqlOutside = `SELECT h.village, COALESCE(u.full_name, ''), h.number, h.head, h.address, ` + personColumns + `
		FROM unit_closure k
		JOIN household h ON h.realm = $1 AND h.village = k.descendant AND h.year = $3
		JOIN household_person p ON p.realm = h.realm AND p.household = h.id
		LEFT JOIN unit_period u ON u.unit = h.village AND u.from_day <= $4 AND $4 < u.until_day
		LEFT JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.pupil AND p.pupil <> 0 AND e.from_day <= $4 AND $4 < e.until_day
		WHERE k.ancestor = $2 AND k.from_day <= $4 AND $4 < k.until_day AND p.realm = $1 AND p.born_year >= $5 AND p.born_year <= $6
		AND p.schooling NOT IN ('moved', 'died', 'finished') AND e.id IS NULL
		ORDER BY u.name_sort, h.number, p.number`

	sqlEnrolledToday = `SELECT DISTINCT pupil FROM enrolment WHERE realm = $1 AND pupil IN ($2) AND from_day <= $3 AND $3 < until_day`

	sqlOldHouseholds  = `SELECT id FROM household WHERE realm = $1 AND year < $2 ORDER BY id LIMIT $3`
	sqlDropPersons    = `DELETE FROM household_person WHERE realm = $1 AND household IN ($2)`
	sqlDropHouseholds = `DELETE FROM household WHERE realm = $1 AND id IN ($2)`
)

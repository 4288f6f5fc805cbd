package benefit

const (
	benefitColumns = `pupil, scheme, from_day, until_day, school, ground, paper`
	monthColumns   = `pupil, scheme, month, school, dong, grams`

	sqlBenefitsOf = `SELECT ` + benefitColumns + ` FROM benefit WHERE realm = $1 AND pupil IN ($2) ORDER BY pupil, from_day, scheme`
	sqlMonthsOf   = `SELECT ` + monthColumns + ` FROM benefit_month WHERE realm = $1 AND pupil IN ($2) ORDER BY pupil, month, scheme`

	sqlReceivers = `SELECT b.pupil, b.scheme, b.from_day, b.until_day, b.school, b.ground, b.paper, p.name, p.name_sort, p.sex, p.born
		FROM benefit b JOIN pupil p ON p.realm = b.realm AND p.id = b.pupil
		WHERE b.realm = $1 AND b.school = $2 AND b.from_day < $4 AND b.until_day > $3 ORDER BY p.name_sort, b.pupil, b.from_day, b.scheme`

	// Classes of a school in the period, of each pupil the one joined last at the end.
	sqlClassesAt = `SELECT e.pupil, c.id, c.name, c.name_sort, e.grade
		FROM enrolment e
		JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day < $4 AND m.until_day > $3
		JOIN class c ON c.realm = m.realm AND c.id = m.class
		WHERE e.realm = $1 AND e.school = $2 AND e.year >= $5 AND e.year <= $6 ORDER BY e.pupil, m.from_day`

	sqlMonthsAt = `SELECT ` + monthColumns + ` FROM benefit_month WHERE realm = $1 AND school = $2 AND month >= $3 AND month < $4 ORDER BY pupil, month, scheme`

	sqlCounts    = `SELECT school, scheme, COUNT(DISTINCT pupil) FROM benefit WHERE realm = $1 AND from_day < $3 AND until_day > $2 GROUP BY school, scheme`
	sqlCountsAll = `SELECT school, '', COUNT(DISTINCT pupil) FROM benefit WHERE realm = $1 AND from_day < $3 AND until_day > $2 GROUP BY school`

	sqlPutBenefit = `INSERT INTO benefit (realm, pupil, scheme, from_day, until_day, school, ground, paper, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (realm, pupil, scheme, from_day) DO UPDATE SET until_day = excluded.until_day, school = excluded.school, ground = excluded.ground, paper = excluded.paper,
		account = excluded.account, set_at = excluded.set_at`

	sqlPutMonth = `INSERT INTO benefit_month (realm, pupil, scheme, month, school, dong, grams, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (realm, pupil, scheme, month) DO UPDATE SET school = excluded.school, dong = excluded.dong, grams = excluded.grams, account = excluded.account, set_at = excluded.set_at`
)

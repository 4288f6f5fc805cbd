package benefit

const (
	benefitColumns = `pupil, scheme, from_day, until_day, school, ground, paper`
	monthColumns   = `pupil, scheme, month, school, dong, grams`

	sqlBenefitsOf = `SELECT ` + benefitColumns + ` FROM benefit WHERE realm = $1 AND pupil IN ($2) ORDER BY pupil, from_day, scheme`
	sqlMonthsOf   = `SELECT ` + monthColumns + ` FROM benefit_month WHERE realm = $1 AND pupil IN ($2) ORDER BY pupil, month, scheme`

	sqlBenefitsAt = `SELECT ` + benefitColumns + ` FROM benefit WHERE realm = $1 AND school = $2 AND from_day < $4 AND until_day > $3 ORDER BY pupil, from_day, scheme`
	sqlMonthsAt   = `SELECT ` + monthColumns + ` FROM benefit_month WHERE realm = $1 AND school = $2 AND month >= $3 AND month < $4 ORDER BY pupil, month, scheme`

	sqlPutBenefit = `INSERT INTO benefit (realm, pupil, scheme, from_day, until_day, school, ground, paper, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (realm, pupil, scheme, from_day) DO UPDATE SET until_day = excluded.until_day, school = excluded.school, ground = excluded.ground, paper = excluded.paper,
		account = excluded.account, set_at = excluded.set_at`

	sqlPutMonth = `INSERT INTO benefit_month (realm, pupil, scheme, month, school, dong, grams, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (realm, pupil, scheme, month) DO UPDATE SET school = excluded.school, dong = excluded.dong, grams = excluded.grams, account = excluded.account, set_at = excluded.set_at`
)

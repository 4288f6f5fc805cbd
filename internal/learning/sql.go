package learning

const (
	resultColumns = `pupil, year, term, school, grade, scale, study, conduct`

	sqlResultsOf     = `SELECT ` + resultColumns + ` FROM learning_result WHERE realm = $1 AND pupil = $2 ORDER BY year, CASE WHEN term = 0 THEN 3 ELSE term END`
	sqlResultsOfMany = `SELECT ` + resultColumns + ` FROM learning_result WHERE realm = $1 AND year = $2 AND pupil IN ($3)`

	sqlPutResult = `INSERT INTO learning_result (realm, pupil, year, term, school, grade, scale, study, conduct, account, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (realm, pupil, year, term) DO UPDATE SET school = excluded.school, grade = excluded.grade, scale = excluded.scale, study = excluded.study,
		conduct = excluded.conduct, account = excluded.account, set_at = excluded.set_at`
)

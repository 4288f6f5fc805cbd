package student

// Retention.
const (
	sqlRetention = `SELECT name, value FROM setting WHERE realm = $1 AND (name = $2 OR name = $3)`

	sqlSetRetention = `INSERT INTO setting (realm, name, value, account, set_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, name) DO UPDATE SET value = excluded.value, account = excluded.account, set_at = excluded.set_at`

	// Children with a name all of whose spells ended before a day.
	longGoneWhere = ` FROM pupil p WHERE p.realm = $1 AND p.name <> ''
		AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.realm = $1 AND (e.pupil = p.id OR e.pupil = p.merged_into) AND e.until_day >= $2)
		AND EXISTS (SELECT 1 FROM enrolment e WHERE e.realm = $1 AND (e.pupil = p.id OR e.pupil = p.merged_into))`

	sqlLongGone = `SELECT p.id` + longGoneWhere + ` ORDER BY p.id LIMIT $3`

	sqlLongGoneOf = `SELECT p.id, p.born, p.merged_into` + longGoneWhere + ` AND p.id IN ($3) ORDER BY p.id`

	sqlBlankPupil = `UPDATE pupil SET code = '', national_id = '', name = '', name_fold = '', name_sort = '', born = $3, birthplace = '', address = '', phone = '', disability = '', version = version + 1, changed_at = $4
		WHERE realm = $1 AND id = $2`

	sqlPlacesOfPupils = `SELECT e.pupil, e.school, COALESCE(m.class, 0) FROM enrolment e LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id
		WHERE e.realm = $1 AND e.pupil IN ($2)`

	sqlDeleteOldRequests = `DELETE FROM guardian_request WHERE realm = $1 AND state <> 'open' AND answered_at < $2`
)

package student

// Statements of pages: search, what waits, guardians' requests.
const (
	// Whoever was ever within reach, then only those who are now: by the last spell begun up to today
	// (else the first to come), as access.Scope counts whom a caller reaches.
	sqlSearchPupils = `SELECT p.id, p.name, p.name_sort, p.sex, p.born, p.ethnicity, COALESCE(e.level, ''), COALESCE(e.grade, ''), COALESCE(e.school, 0), COALESCE(s.name, ''),
			COALESCE(c.id, 0), COALESCE(c.name, ''), COALESCE(b.kind, ''), COALESCE(r.unit, 0), COALESCE(u.full_name, ''), COALESCE(e.exit_kind, ''), COALESCE(e.exit_state, '')
		FROM (SELECT pupil FROM enrolment WHERE realm = $1 AND school IN ($5)
			UNION SELECT y.pupil FROM class_membership z JOIN enrolment y ON y.realm = z.realm AND y.id = z.enrolment WHERE z.realm = $1 AND z.class IN ($6)
			UNION SELECT pupil FROM pupil_residence WHERE realm = $1 AND unit IN ($7)
			UNION SELECT id FROM pupil WHERE realm = $1 AND id IN ($8)
			UNION SELECT id FROM pupil WHERE $9 = 1 AND realm = $1) x
		JOIN pupil p ON p.realm = $1 AND p.id = x.pupil
		LEFT JOIN enrolment e ON e.realm = p.realm AND e.pupil = p.id AND e.from_day =
			(SELECT COALESCE(MAX(CASE WHEN l.from_day <= $2 THEN l.from_day END), MIN(l.from_day)) FROM enrolment l WHERE l.realm = $1 AND l.pupil = p.id)
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day =
			(SELECT COALESCE(MAX(CASE WHEN k.from_day <= $2 THEN k.from_day END), MIN(k.from_day)) FROM class_membership k WHERE k.realm = $1 AND k.enrolment = e.id)
		LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
		LEFT JOIN school_period s ON s.realm = e.realm AND s.school = e.school AND s.from_day <= $2 AND $2 < s.until_day
		LEFT JOIN pupil_residence r ON r.realm = p.realm AND r.pupil = p.id AND r.from_day <= $2 AND $2 < r.until_day
		LEFT JOIN pupil_boarding b ON b.realm = p.realm AND b.pupil = p.id AND b.from_day <= $2 AND $2 < b.until_day
		LEFT JOIN unit_period u ON u.unit = r.unit AND u.from_day <= $2 AND $2 < u.until_day
		WHERE p.realm = $1 AND (p.name_fold LIKE $3 OR p.code = $4)
			AND (e.school IN ($5) OR m.class IN ($6) OR r.unit IN ($7) OR p.id IN ($8) OR $9 = 1)
		ORDER BY p.name_sort, p.id LIMIT $10`

	// Those whose last spell ended unconfirmed, here or with an offer to here.
	sqlWaitingAt = `SELECT p.id, p.name, p.version, e.id, e.pupil, e.school, e.year, e.level, e.grade, e.from_day, e.until_day, e.entry_kind, e.from_school,
			e.exit_kind, e.exit_state, e.exit_reason, e.other_school, e.paper, COALESCE(c.name, ''), COALESCE(s.name, ''), COALESCE(t.name, '')
		FROM enrolment e
		JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.until_day = e.until_day
		LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
		LEFT JOIN school_period s ON s.realm = e.realm AND s.school = e.school AND s.from_day <= $3 AND $3 < s.until_day
		LEFT JOIN school_period t ON t.realm = e.realm AND t.school = e.other_school AND t.from_day <= $3 AND $3 < t.until_day
		WHERE e.realm = $1 AND (e.school = $2 OR e.other_school = $2) AND e.exit_state = 'unconfirmed'
		ORDER BY e.until_day DESC, p.name_sort, p.id`

	sqlRequestsOf = `SELECT id, pupil, kind, body, state, answer, received_at, received_by, answered_at FROM guardian_request
		WHERE realm = $1 AND pupil = $2 ORDER BY received_at DESC, id DESC`

	sqlInsertRequest = `INSERT INTO guardian_request (realm, id, pupil, kind, body, state, answer, received_at, received_by, answered_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	sqlAnswerRequest = `UPDATE guardian_request SET state = $4, answer = $5, answered_at = $6 WHERE realm = $1 AND id = $2 AND pupil = $3 AND state = $7`
)

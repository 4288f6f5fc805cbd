package student

// The ledger: aggregated statements for each view, none for each school or child.
const (
	// How many there were and are: everybody, in three columns.
	sqlEnrolledBySchool = `SELECT school, level, grade, '', '', '', 0, 0,
		COUNT(*) FILTER (WHERE from_day < $3), 0, 0, COUNT(*) FILTER (WHERE until_day >= $4)
		FROM enrolment WHERE realm = $1 AND school IN ($2) AND from_day < $4 AND until_day >= $3
		GROUP BY school, level, grade`

	// Who came and went: the few spells that began or ended in the period, in eight.
	sqlMovedBySchool = `SELECT school, level, grade, entry_kind, exit_kind, exit_state, from_school, other_school,
		0, COUNT(*) FILTER (WHERE from_day >= $3), COUNT(*) FILTER (WHERE until_day < $4), 0
		FROM enrolment WHERE realm = $1 AND school IN ($2) AND from_day < $4 AND until_day >= $3 AND (from_day >= $3 OR until_day < $4)
		GROUP BY school, level, grade, entry_kind, exit_kind, exit_state, from_school, other_school`

	// A stay is a spell as far as the child lived in one unit. A change of home is an arrival in one unit and a
	// departure from the other; a change of school inside the realm keeps the child in her unit.
	sqlLedgerByResidence = `SELECT unit, level, grade, entry, exit, state, came, went,
		COUNT(*) FILTER (WHERE from_day < $3),
		COUNT(*) FILTER (WHERE from_day >= $3),
		COUNT(*) FILTER (WHERE until_day < $4),
		COUNT(*) FILTER (WHERE until_day >= $4)
		FROM (SELECT r.unit AS unit, e.level AS level, e.grade AS grade,
			CASE WHEN r.from_day > e.from_day THEN r.from_day ELSE e.from_day END AS from_day,
			CASE WHEN r.until_day < e.until_day THEN r.until_day ELSE e.until_day END AS until_day,
			CASE WHEN r.from_day > e.from_day THEN 'transfer-in' ELSE e.entry_kind END AS entry,
			CASE WHEN r.until_day < e.until_day THEN 'transfer-out' ELSE e.exit_kind END AS exit,
			CASE WHEN r.until_day < e.until_day THEN 'confirmed' ELSE e.exit_state END AS state,
			CASE WHEN r.from_day > e.from_day THEN COALESCE(b.unit, 0) WHEN e.from_school <> 0 THEN r.unit ELSE 0 END AS came,
			CASE WHEN r.until_day < e.until_day THEN COALESCE(a.unit, 0) WHEN e.other_school <> 0 THEN r.unit ELSE 0 END AS went
			FROM pupil_residence r
			JOIN enrolment e ON e.realm = r.realm AND e.pupil = r.pupil AND e.from_day < r.until_day AND r.from_day < e.until_day
			LEFT JOIN pupil_residence b ON b.realm = r.realm AND b.pupil = r.pupil AND b.until_day = r.from_day
			LEFT JOIN pupil_residence a ON a.realm = r.realm AND a.pupil = r.pupil AND a.from_day = r.until_day
			WHERE r.realm = $1 AND r.unit IN ($2) AND e.from_day < $4 AND e.until_day >= $3) s
		WHERE from_day < $4 AND until_day >= $3
		GROUP BY unit, level, grade, entry, exit, state, came, went`

	// Who returned in the period, with the spell just before, when that ended in the period by dropping out.
	sqlComebacksBySchool = `SELECT d.school, d.level, d.grade, b.school, b.level, b.grade
		FROM enrolment b JOIN enrolment d ON d.realm = b.realm AND d.pupil = b.pupil AND d.year = b.year AND d.exit_kind = 'dropout' AND d.until_day <= b.from_day
		WHERE b.realm = $1 AND b.entry_kind = 'return' AND b.from_day >= $3 AND b.from_day < $4 AND d.until_day >= $3
		AND (b.school IN ($2) OR d.school IN ($2))
		AND NOT EXISTS (SELECT 1 FROM enrolment n WHERE n.realm = $1 AND n.pupil = b.pupil AND n.until_day <= b.from_day AND n.until_day > d.until_day)`

	sqlComebacksByResidence = `SELECT x.unit, d.level, d.grade, y.unit, b.level, b.grade
		FROM enrolment b JOIN enrolment d ON d.realm = b.realm AND d.pupil = b.pupil AND d.year = b.year AND d.exit_kind = 'dropout' AND d.until_day <= b.from_day
		JOIN pupil_residence x ON x.realm = d.realm AND x.pupil = d.pupil AND x.from_day < d.until_day AND d.until_day <= x.until_day
		JOIN pupil_residence y ON y.realm = b.realm AND y.pupil = b.pupil AND y.from_day <= b.from_day AND b.from_day < y.until_day
		WHERE b.realm = $1 AND b.entry_kind = 'return' AND b.from_day >= $3 AND b.from_day < $4 AND d.until_day >= $3
		AND (x.unit IN ($2) OR y.unit IN ($2))
		AND NOT EXISTS (SELECT 1 FROM enrolment n WHERE n.realm = $1 AND n.pupil = b.pupil AND n.until_day <= b.from_day AND n.until_day > d.until_day)`
)

package casework

// Lists by name. $2 is the day.
const (
	listColumns = `SELECT ` + columnsOfCase + `, p.name, p.name_sort, COALESCE(k.name, ''), COALESCE(s.name, ''), COALESCE(u.full_name, ''), COALESCE(g.name, ''), COALESCE(g.phone, '')`

	listFrom = ` JOIN pupil p ON p.realm = c.realm AND p.id = c.pupil
		LEFT JOIN class k ON k.realm = c.realm AND k.id = c.class
		LEFT JOIN school_period s ON s.realm = c.realm AND s.school = c.school AND s.from_day <= $2 AND $2 < s.until_day
		LEFT JOIN unit_period u ON u.unit = c.village AND u.from_day <= $2 AND $2 < u.until_day
		LEFT JOIN guardian g ON g.realm = c.realm AND g.pupil = c.pupil AND g.number = 1`

	// A person may own a case in two roles; the case is one line.
	sqlListOwned = listColumns + ` FROM case_file c` + listFrom + `
		WHERE c.realm = $1 AND c.state <> 'closed' AND c.id IN (SELECT o.case_id FROM case_owner o WHERE o.realm = $1 AND o.account = $3 AND o.until_at = $4) ORDER BY c.id`

	sqlListResidence = listColumns + ` FROM unit_closure d JOIN case_file c ON c.realm = $1 AND c.village = d.descendant` + listFrom + `
		WHERE d.ancestor = $3 AND d.from_day <= $2 AND $2 < d.until_day AND c.realm = $1 AND c.state <> 'closed' ORDER BY c.id`

	sqlListSchool = listColumns + ` FROM case_file c` + listFrom + ` WHERE c.realm = $1 AND c.school = $3 AND c.state <> 'closed' ORDER BY c.id`

	sqlRolesOf = `SELECT o.case_id, o.role FROM case_owner o WHERE o.realm = $1 AND o.account = $2 AND o.case_id IN ($3) AND o.until_at = $4 ORDER BY o.case_id, o.from_at, o.id`

	sqlNewestSignals = `SELECT s.case_id, s.signal FROM case_signal s WHERE s.realm = $1 AND s.case_id IN ($2) AND s.withdrawn_on = $3 ORDER BY s.case_id, s.signal`
)

// Counts without names.
const (
	countColumns = `SELECT c.id, c.school, c.village, c.commune, c.state, c.step, c.due_day, c.tier, c.acts,
		(SELECT COUNT(DISTINCT o.role) FROM case_owner o WHERE o.realm = $1 AND o.case_id = c.id AND (o.role = 'teacher' OR o.role = 'village' OR o.role = 'school')`

	sqlCountSchools = countColumns + ` AND o.until_at = $3) FROM case_file c WHERE c.realm = $1 AND c.school IN ($2) AND c.state <> 'closed'`

	sqlCountResidence = countColumns + ` AND o.until_at = $4) FROM unit_closure d JOIN case_file c ON c.realm = $1 AND c.village = d.descendant
		WHERE d.ancestor = $2 AND d.from_day <= $3 AND $3 < d.until_day AND c.realm = $1 AND c.state <> 'closed'`

	sqlSchoolNames = `SELECT school, name, name_sort FROM school_period WHERE realm = $1 AND school IN ($2) AND from_day <= $3 AND $3 < until_day`

	sqlUnitNames = `SELECT unit, full_name, name_sort FROM unit_period WHERE unit IN ($1) AND from_day <= $2 AND $2 < until_day`

	lateOwners = ` JOIN case_owner o ON o.realm = c.realm AND o.case_id = c.id AND o.until_at = $4 AND o.role = $5 AND o.account <> 0
		JOIN account a ON a.realm = o.realm AND a.id = o.account`

	sqlLateOwnersSchool = `SELECT o.account, a.name, COALESCE(k.name, ''), COUNT(*) FROM case_file c` + lateOwners + `
		LEFT JOIN class k ON k.realm = c.realm AND k.id = c.class
		WHERE c.realm = $1 AND c.school = $2 AND c.state = 'open' AND c.due_day < $3 AND c.tier = 'teacher' GROUP BY o.account, a.name, a.name_sort, k.name ORDER BY a.name_sort, o.account`

	sqlLateOwnersResidence = `SELECT o.account, a.name, COALESCE(u.full_name, ''), COUNT(*) FROM unit_closure d JOIN case_file c ON c.realm = $1 AND c.village = d.descendant` + lateOwners + `
		LEFT JOIN unit_period u ON u.unit = c.village AND u.from_day <= $3 AND $3 < u.until_day
		WHERE d.ancestor = $2 AND d.from_day <= $3 AND $3 < d.until_day AND c.realm = $1 AND c.state = 'open' AND c.due_day < $3
		GROUP BY o.account, a.name, a.name_sort, u.full_name ORDER BY a.name_sort, o.account`
)

// Statistics.
const (
	statisticsColumns = `SELECT c.id, c.village, c.level, c.ladder, c.rule, c.opened_on, c.cause, c.protected, c.outcome, c.return_day`

	sqlStatisticsSchools = statisticsColumns + ` FROM case_file c WHERE c.realm = $1 AND c.school IN ($2)
		AND (c.opened_on >= $3 AND c.opened_on < $4 OR c.return_day >= $3 AND c.return_day < $4)`

	sqlStatisticsResidence = statisticsColumns + ` FROM unit_closure d JOIN case_file c ON c.realm = $1 AND c.village = d.descendant
		WHERE d.ancestor = $2 AND d.from_day <= $5 AND $5 < d.until_day AND c.realm = $1
		AND (c.opened_on >= $3 AND c.opened_on < $4 OR c.return_day >= $3 AND c.return_day < $4)`

	sqlStatisticsActs = `SELECT case_id, kind, taken_at, support_school, support_commune FROM case_act WHERE realm = $1 AND case_id IN ($2)`

	sqlStatisticsReferrals = `SELECT case_id, body, from_day FROM case_referral WHERE realm = $1 AND case_id IN ($2)`
)

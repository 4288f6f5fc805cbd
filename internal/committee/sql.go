package committee

// Every statement of the room.
const (
	committeeColumns = `c.id, c.unit, c.kind, c.name, c.until_day, c.end_reason`

	sqlCommittee = `SELECT ` + committeeColumns + ` FROM committee c WHERE c.realm = $1 AND c.id = $2`

	sqlCommitteesOf = `SELECT ` + committeeColumns + ` FROM committee c WHERE c.realm = $1 AND c.unit IN ($2) ORDER BY c.until_day DESC, c.id`

	sqlFound = `INSERT INTO committee (realm, id, unit, kind, name, until_day, end_reason, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sqlDissolve = `UPDATE committee SET until_day = $3, end_reason = $4 WHERE realm = $1 AND id = $2`

	termColumns = `t.committee, t.from_day, t.until_day, t.number, t.issued_on, t.issuer`

	sqlTerms = `SELECT ` + termColumns + ` FROM committee_term t WHERE t.realm = $1 AND t.committee IN ($2) ORDER BY t.committee, t.from_day DESC`

	sqlPutTerm = `INSERT INTO committee_term (realm, committee, from_day, until_day, number, issued_on, issuer, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sqlEndTerms = `UPDATE committee_term SET until_day = $3 WHERE realm = $1 AND committee = $2 AND from_day < $3 AND until_day > $3`

	sqlRegulations = `SELECT g.id, g.committee, g.from_day, g.until_day, g.number, g.issued_on, g.issuer, g.body FROM committee_regulation g
		WHERE g.realm = $1 AND g.committee = $2 ORDER BY g.from_day DESC, g.id DESC`

	sqlPutRegulation = `INSERT INTO committee_regulation (realm, id, committee, from_day, until_day, number, issued_on, issuer, body, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	sqlEndRegulations = `UPDATE committee_regulation SET until_day = $3 WHERE realm = $1 AND committee = $2 AND from_day < $3 AND until_day > $3`
)

const (
	memberColumns = `m.id, m.committee, m.office, m.body, m.name, m.job, m.phone, m.account, m.from_day, m.until_day, m.successor, m.end_reason, m.version`

	sqlMember = `SELECT ` + memberColumns + ` FROM committee_member m WHERE m.realm = $1 AND m.id = $2`

	sqlMembersOf = `SELECT ` + memberColumns + ` FROM committee_member m WHERE m.realm = $1 AND m.committee IN ($2) ORDER BY m.name_sort, m.id`

	sqlMembersByID = `SELECT ` + memberColumns + ` FROM committee_member m WHERE m.realm = $1 AND m.id IN ($2) ORDER BY m.name_sort, m.id`

	sqlMembersOfAccount = `SELECT ` + memberColumns + ` FROM committee_member m WHERE m.realm = $1 AND m.account = $2 AND m.from_day <= $3 AND $3 < m.until_day ORDER BY m.id`

	sqlPutMember = `INSERT INTO committee_member (realm, id, committee, office, body, name, name_sort, job, phone, account, from_day, until_day, successor, end_reason, version, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

	sqlCorrectMember = `UPDATE committee_member SET name = $4, name_sort = $5, job = $6, phone = $7, account = $8, version = version + 1 WHERE realm = $1 AND id = $2 AND version = $3`

	sqlKeepVersion = `INSERT INTO committee_member_version (realm, member, version, name, job, phone, account, reason, changed_by, changed_at)
		SELECT m.realm, m.id, m.version, m.name, m.job, m.phone, m.account, $3, $4, $5 FROM committee_member m WHERE m.realm = $1 AND m.id = $2`

	sqlVersions = `SELECT v.version, v.name, v.job, v.phone, v.account, v.reason, v.changed_by, v.changed_at FROM committee_member_version v
		WHERE v.realm = $1 AND v.member = $2 ORDER BY v.version DESC`

	sqlEndMember = `UPDATE committee_member SET until_day = $3, successor = $4, end_reason = $5 WHERE realm = $1 AND id = $2`
)

const (
	absenceColumns = `b.id, b.member, b.from_day, b.until_day, b.deputy, b.note`

	sqlAbsence = `SELECT ` + absenceColumns + ` FROM committee_absence b WHERE b.realm = $1 AND b.id = $2`

	sqlAbsencesOf = `SELECT ` + absenceColumns + ` FROM committee_absence b WHERE b.realm = $1 AND b.member IN ($2) AND b.from_day < b.until_day ORDER BY b.from_day DESC, b.id DESC`

	sqlAbsencesOn = `SELECT ` + absenceColumns + ` FROM committee_absence b WHERE b.realm = $1 AND b.member IN ($2) AND b.from_day <= $3 AND $3 < b.until_day ORDER BY b.id`

	sqlPutAbsence = `INSERT INTO committee_absence (realm, id, member, from_day, until_day, deputy, note, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sqlEndAbsence = `UPDATE committee_absence SET until_day = $3 WHERE realm = $1 AND id = $2`

	dutyColumns = `d.id, d.committee, d.member, d.branch, d.place_kind, d.place, d.levels, d.tasks, d.from_day, d.until_day, d.lent, d.continues, d.end_reason`

	sqlDuty = `SELECT ` + dutyColumns + ` FROM committee_duty d WHERE d.realm = $1 AND d.id = $2`

	sqlDutiesOf = `SELECT ` + dutyColumns + ` FROM committee_duty d WHERE d.realm = $1 AND d.committee = $2 ORDER BY d.from_day DESC, d.id DESC`

	sqlDutiesOfMember = `SELECT ` + dutyColumns + ` FROM committee_duty d WHERE d.realm = $1 AND d.member IN ($2) ORDER BY d.from_day DESC, d.id DESC`

	sqlDutiesOn = `SELECT ` + dutyColumns + ` FROM committee_duty d WHERE d.realm = $1 AND d.place_kind = $2 AND d.place IN ($3) AND d.from_day <= $4 AND $4 < d.until_day ORDER BY d.id`

	// Duties of an account on a place, in whatever committee.
	sqlDutiesOfAccount = `SELECT ` + dutyColumns + ` FROM committee_duty d JOIN committee_member m ON m.realm = d.realm AND m.id = d.member
		WHERE d.realm = $1 AND m.account = $2 AND d.place_kind = $3 AND d.place = $4 AND d.until_day > $5 ORDER BY d.until_day DESC, d.id`

	sqlPutDuty = `INSERT INTO committee_duty (realm, id, committee, member, branch, place_kind, place, levels, tasks, from_day, until_day, lent, continues, end_reason, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

	sqlEndDuty = `UPDATE committee_duty SET until_day = $3, end_reason = $4 WHERE realm = $1 AND id = $2`

	sqlSetLent = `UPDATE committee_duty SET lent = $3 WHERE realm = $1 AND id = $2`

	// Duties in force whose unit, or whose committee's unit, is not.
	sqlStrandedUnits = `SELECT ` + dutyColumns + ` FROM committee_duty d JOIN committee c ON c.realm = d.realm AND c.id = d.committee
		WHERE d.realm = $1 AND d.from_day <= $2 AND $2 < d.until_day AND (
			d.place_kind = 'unit' AND NOT EXISTS (SELECT 1 FROM unit_period u WHERE u.unit = d.place AND u.from_day <= $2 AND $2 < u.until_day)
			OR d.place_kind = 'school' AND NOT EXISTS (SELECT 1 FROM school_period s WHERE s.realm = $1 AND s.school = d.place AND s.from_day <= $2 AND $2 < s.until_day)
			OR NOT EXISTS (SELECT 1 FROM unit_period u WHERE u.unit = c.unit AND u.from_day <= $2 AND $2 < u.until_day)) ORDER BY d.id`
)

package report

const (
	sqlStory = `SELECT story FROM realm WHERE realm = $1`

	// The hash of the newest block of the audit book; '' is also found when nothing is sealed yet.
	sqlAuditHead = `SELECT hash FROM audit_block WHERE realm = $1 ORDER BY number DESC LIMIT 1`

	sqlAuditBlock = `SELECT COUNT(*) FROM audit_block WHERE realm = $1 AND hash = $2`

	sqlOpeningDay = `SELECT opening_day FROM school_year WHERE realm = $1 AND year = $2`

	sqlClassCounts = `SELECT school, level, COUNT(*) FROM class
		WHERE realm = $1 AND school IN ($2) AND from_day <= $3 AND $3 < until_day GROUP BY school, level`

	sqlDue = `SELECT school, level, SUM(sheets) FROM school_due
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND grade = '' GROUP BY school, level`

	// Causes of lượt vắng. Only sheets that count have marks.
	sqlAbsenceCauses = `SELECT reason, COUNT(*) FROM mark
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND kind <> 4 GROUP BY reason`

	sqlDropoutCauses = `SELECT exit_reason, COUNT(*) FROM enrolment
		WHERE realm = $1 AND school IN ($2) AND exit_kind = 'dropout' AND until_day >= $3 AND until_day < $4 GROUP BY exit_reason`

	// Pupils away without leave in so many sessions of the period, by school.
	sqlOften = `SELECT school, COUNT(*) FROM (SELECT school, pupil FROM mark
			WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND kind = 3
			GROUP BY school, pupil HAVING COUNT(*) >= $5) p GROUP BY school`

	sqlPhysicalCounts = `SELECT COUNT(*) FROM physical_count p JOIN class c ON c.realm = p.realm AND c.id = p.class
		WHERE p.realm = $1 AND c.school IN ($2) AND p.day >= $3 AND p.day < $4`

	sqlTargets = `SELECT unit, school, indicator, level, n, d FROM target
		WHERE realm = $1 AND year = $2 AND d > 1 AND indicator IN ('attendance', 'retention')`

	sqlClasses = `SELECT id, name, level FROM class
		WHERE realm = $1 AND school = $2 AND from_day <= $4 AND $3 < until_day ORDER BY level, name_sort, id`

	sqlSourceSheets = `SELECT class, school, COUNT(*) FILTER (WHERE state = 1), SUM(version), COALESCE(SUM(size) FILTER (WHERE state = 1), 0),
			COALESCE(SUM(size - unknown - excused - unexcused) FILTER (WHERE state = 1), 0)
		FROM sheet WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 GROUP BY class, school`

	sqlSourceRolls = `SELECT class, school, roll FROM sheet
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 GROUP BY class, school, roll ORDER BY class, roll`

	// CROSS JOIN keeps SQLite from walking the memberships of the whole realm in the order of the groups.
	sqlSourceMembers = `SELECT m.class, c.school, COUNT(*) FILTER (WHERE m.from_day <= $3 AND $3 < m.until_day),
			COUNT(*) FILTER (WHERE m.from_day <= $4 AND $4 < m.until_day)
		FROM class c CROSS JOIN class_membership m
		WHERE m.realm = c.realm AND m.class = c.id AND c.realm = $1 AND c.school IN ($2) AND c.from_day <= $4 AND $3 < c.until_day GROUP BY m.class, c.school`

	// How the spells of a class began, and how those ended that ended by the last day.
	sqlSourceSpells = `SELECT t.class, t.school, t.entry, t.exit, t.state, COUNT(*) FROM (
			SELECT m.class AS class, c.school AS school, e.entry_kind AS entry,
				CASE WHEN e.until_day <= $4 THEN e.exit_kind ELSE '' END AS exit, CASE WHEN e.until_day <= $4 THEN e.exit_state ELSE '' END AS state
			FROM class c CROSS JOIN class_membership m CROSS JOIN enrolment e
			WHERE m.realm = c.realm AND m.class = c.id AND e.realm = m.realm AND e.id = m.enrolment AND c.realm = $1 AND c.school IN ($2) AND c.from_day <= $4 AND $3 < c.until_day AND m.from_day <= $4) t
		GROUP BY t.class, t.school, t.entry, t.exit, t.state`

	sqlSourceHeadcounts = `SELECT school, COUNT(*), SUM(version), SUM(present), SUM(enrolled) FROM headcount
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 GROUP BY school`

	sqlKeepSource = `INSERT INTO report_source (realm, report, class, school, sheets, versions, rolls, calendar_generation, enrolled_open, enrolled_close, n, d, spells, taken_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

	sqlSources = `SELECT class, school, sheets, versions, rolls, calendar_generation, enrolled_open, enrolled_close, n, d, spells, taken_at
		FROM report_source WHERE realm = $1 AND report = $2`

	// Why sheets of classes were written again, and when.
	sqlVersionsSince = `SELECT v.class, v.cause, MIN(v.day), MAX(v.day), COUNT(*), MAX(v.received_at) FROM sheet_version v
		WHERE v.realm = $1 AND v.class IN ($2) AND v.day >= $3 AND v.day < $4 AND v.received_at > $5 GROUP BY v.class, v.cause`

	sqlClassNames = `SELECT c.id, c.name, s.name FROM class c
		JOIN school_period s ON s.realm = c.realm AND s.school = c.school AND s.from_day <= $3 AND $3 < s.until_day
		WHERE c.realm = $1 AND c.id IN ($2)`

	sqlSchoolNames = `SELECT school, name FROM school_period WHERE realm = $1 AND school IN ($2) AND from_day <= $3 AND $3 < until_day`

	// Papers.
	sqlInsert = `INSERT INTO report (realm, id, kind, unit, school, from_day, until_day, revision, state, number, issued_on, figures, frozen_at, audit_head, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12, '', 1)`

	reportColumns = `id, kind, unit, school, from_day, until_day, revision, state, number, issued_on, frozen_at, audit_head, version`

	sqlReport  = `SELECT ` + reportColumns + ` FROM report WHERE realm = $1 AND id = $2`
	sqlFigures = `SELECT figures FROM report WHERE realm = $1 AND id = $2`

	sqlFrozen = `SELECT ` + reportColumns + ` FROM report WHERE realm = $1 AND frozen_at <> $2 ORDER BY id`

	sqlLatest = `SELECT ` + reportColumns + ` FROM report
		WHERE realm = $1 AND unit = $2 AND school = $3 AND from_day = $4 AND until_day = $5 AND kind = 'monthly' ORDER BY revision DESC LIMIT 1`

	sqlFrozenBefore = `SELECT ` + reportColumns + ` FROM report
		WHERE realm = $1 AND unit = $2 AND school = $3 AND until_day = $4 AND kind = 'monthly' AND state IN ('approved', 'issued', 'accepted')
		ORDER BY revision DESC LIMIT 1`

	// Papers of children for a period, the newest revision of each last.
	sqlOfUnits = `SELECT ` + reportColumns + ` FROM report
		WHERE realm = $1 AND unit IN ($2) AND school = 0 AND from_day = $3 AND until_day = $4 AND kind = 'monthly' ORDER BY revision`
	sqlOfSchools = `SELECT ` + reportColumns + ` FROM report
		WHERE realm = $1 AND unit = 0 AND school IN ($2) AND from_day = $3 AND until_day = $4 AND kind = 'monthly' ORDER BY revision`

	sqlStep = `UPDATE report SET state = $4, version = version + 1 WHERE realm = $1 AND id = $2 AND version = $3`

	sqlDraftFigures = `UPDATE report SET figures = $4, version = version + 1 WHERE realm = $1 AND id = $2 AND version = $3 AND state = 'draft'`

	sqlFreeze = `UPDATE report SET state = 'approved', figures = $4, frozen_at = $5, audit_head = $6, version = version + 1
		WHERE realm = $1 AND id = $2 AND version = $3 AND state = 'submitted'`

	sqlIssue = `UPDATE report SET state = 'issued', number = $4, issued_on = $5, version = version + 1
		WHERE realm = $1 AND id = $2 AND version = $3 AND state = 'approved'`

	sqlKeepSection = `INSERT INTO report_section (realm, report, section, generated, body, edited) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (realm, report, section) DO UPDATE SET generated = excluded.generated, body = excluded.body, edited = excluded.edited`

	sqlSections = `SELECT section, generated, body, edited FROM report_section WHERE realm = $1 AND report = $2`

	sqlTouch = `UPDATE report SET version = version + 1 WHERE realm = $1 AND id = $2 AND version = $3 AND state = 'draft'`

	sqlEventCount = `SELECT COUNT(*) FROM report_event WHERE realm = $1 AND report = $2`
	sqlEvent      = `INSERT INTO report_event (realm, report, number, state, account, at, note) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	sqlEvents = `SELECT e.number, e.state, e.account, COALESCE(a.name, ''), COALESCE(a.title, ''), e.at, e.note FROM report_event e
		LEFT JOIN account a ON a.realm = e.realm AND a.id = e.account WHERE e.realm = $1 AND e.report = $2 ORDER BY e.number`

	sqlKeepFile = `INSERT INTO report_file (realm, report, format, name, digest, content) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (realm, report, format) DO UPDATE SET name = excluded.name, digest = excluded.digest, content = excluded.content`

	sqlFile  = `SELECT format, name, digest, content FROM report_file WHERE realm = $1 AND report = $2 AND format = $3`
	sqlFiles = `SELECT format, name, digest FROM report_file WHERE realm = $1 AND report = $2 ORDER BY format`

	sqlAccount = `SELECT name, title FROM account WHERE realm = $1 AND id = $2`

	// Proposals.
	sqlProposalCount = `SELECT COALESCE(MAX(number), 0) FROM report_proposal WHERE realm = $1 AND report = $2`
	sqlAddProposal   = `INSERT INTO report_proposal (realm, id, report, number, body, state, answer, answered_by, answered_at, due_day)
		VALUES ($1, $2, $3, $4, $5, 'open', '', 0, $6, $7)`

	sqlDropProposal = `DELETE FROM report_proposal WHERE realm = $1 AND id = $2 AND state = 'open'`

	sqlAnswer = `UPDATE report_proposal SET state = $3, answer = $4, answered_by = $5, answered_at = $6, due_day = $7 WHERE realm = $1 AND id = $2`

	proposalColumns = `p.id, p.report, p.number, p.body, p.state, p.answer, p.answered_by, p.answered_at, p.due_day`

	sqlProposals = `SELECT ` + proposalColumns + ` FROM report_proposal p WHERE p.realm = $1 AND p.report = $2 ORDER BY p.number`
	sqlProposal  = `SELECT ` + proposalColumns + ` FROM report_proposal p WHERE p.realm = $1 AND p.id = $2`

	// Proposals of papers that have gone out, of units and schools.
	sqlProposalsOf = `SELECT ` + proposalColumns + `, r.unit, r.school, r.from_day, r.until_day FROM report_proposal p
		JOIN report r ON r.realm = p.realm AND r.id = p.report
		WHERE p.realm = $1 AND (r.unit IN ($2) OR r.school IN ($3)) AND r.state IN ('issued', 'accepted') ORDER BY p.id DESC`

	sqlList = `SELECT ` + reportColumns + ` FROM report
		WHERE realm = $1 AND from_day < $3 AND until_day > $2 ORDER BY from_day DESC, unit, school, revision DESC`
)

package rollcall

// Sheets.
const (
	columnsOfSheet = `class, school, level, day, session, roll, state, main, size, unknown, excused, unexcused, late, version, entered_late, received_at, account, conflicts`

	sqlTake = `INSERT INTO sheet (realm, class, day, session, school, level, roll, state, main, size, unknown, excused, unexcused, late, version, entered_late, received_at, account, conflicts)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
		ON CONFLICT (realm, class, day, session) DO NOTHING`

	sqlHoldVersion = `UPDATE sheet SET version = version + 1 WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 AND version = $5 RETURNING ` + columnsOfSheet

	sqlHold = `UPDATE sheet SET version = version + 1 WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 RETURNING ` + columnsOfSheet

	sqlHoldOnly = `UPDATE sheet SET version = version + 1 WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 AND version = $5`

	sqlPutSheet = `UPDATE sheet SET school = $5, level = $6, roll = $7, state = $8, main = $9, size = $10, unknown = $11, excused = $12, unexcused = $13, late = $14,
		version = $15, entered_late = $16, received_at = $17, account = $18, conflicts = $19 WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4`

	sqlLockSheet = `UPDATE sheet SET version = version WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 RETURNING ` + columnsOfSheet

	sqlSheet = `SELECT ` + columnsOfSheet + ` FROM sheet WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4`

	sqlSheetsOfClass = `SELECT ` + columnsOfSheet + ` FROM sheet WHERE realm = $1 AND class = $2 AND day >= $3 AND day < $4 ORDER BY day, session`

	sqlSheetsOfSchool = `SELECT ` + columnsOfSheet + ` FROM sheet WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 ORDER BY class, day, session`

	sqlInsertVersion = `INSERT INTO sheet_version (realm, class, day, session, version, act, roll, state, cause, reason, body, taken_at, received_at, device, account, base, sequence, seen_roll, sent, clock_off)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`

	sqlBody = `SELECT body FROM sheet_version WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 AND version = $5`

	sqlVersions = `SELECT version, roll, state, cause, reason, body, taken_at, received_at, device, account, clock_off FROM sheet_version
		WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 ORDER BY version`

	sqlAct = `SELECT v.class, v.day, v.session, v.version, v.roll, v.state, v.body, v.received_at, r.size, s.entered_late
		FROM sheet_version v
		JOIN roll r ON r.realm = v.realm AND r.class = v.class AND r.number = v.roll
		JOIN sheet s ON s.realm = v.realm AND s.class = v.class AND s.day = v.day AND s.session = v.session
		WHERE v.realm = $1 AND v.act = $2`
)

// On which days something about the pupils of a class begins or ends.
const (
	sqlRollMade = `SELECT made_at FROM roll WHERE realm = $1 AND class = $2 AND number = $3`

	sqlMembershipBounds = `SELECT DISTINCT from_day, until_day FROM class_membership WHERE realm = $1 AND class = $2`

	sqlEnrolmentBounds = `SELECT DISTINCT e.from_day, e.until_day FROM class_membership m JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		WHERE m.realm = $1 AND m.class = $2`

	sqlBoardingBounds = `SELECT DISTINCT b.from_day, b.until_day FROM class_membership m JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		JOIN pupil_boarding b ON b.realm = e.realm AND b.pupil = e.pupil WHERE m.realm = $1 AND m.class = $2`

	sqlResidenceBounds = `SELECT DISTINCT r.from_day, r.until_day FROM class_membership m JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		JOIN pupil_residence r ON r.realm = e.realm AND r.pupil = e.pupil WHERE m.realm = $1 AND m.class = $2`
)

// Marks.
const (
	sqlInsertMark = `INSERT INTO mark (realm, pupil, day, session, class, school, roll, roll_group, kind, reason, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	sqlPutMark = `UPDATE mark SET roll = $5, roll_group = $6, kind = $7, reason = $8, note = $9 WHERE realm = $1 AND pupil = $2 AND day = $3 AND session = $4`

	sqlDropMark = `DELETE FROM mark WHERE realm = $1 AND pupil = $2 AND day = $3 AND session = $4 AND class = $5`
)

// Sums.
const (
	sqlAddDay = `INSERT INTO school_day (realm, school, day, session, level, sheets, no_class, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (realm, school, day, session, level) DO UPDATE SET sheets = school_day.sheets + excluded.sheets,
		no_class = school_day.no_class + excluded.no_class, roll = school_day.roll + excluded.roll,
		unknown = school_day.unknown + excluded.unknown, excused = school_day.excused + excluded.excused,
		unexcused = school_day.unexcused + excluded.unexcused, late = school_day.late + excluded.late`

	sqlAddMonth = `INSERT INTO school_month (realm, school, month, level, sheets, no_class, roll, unknown, excused, unexcused, late, changes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (realm, school, month, level) DO UPDATE SET sheets = school_month.sheets + excluded.sheets,
		no_class = school_month.no_class + excluded.no_class, roll = school_month.roll + excluded.roll,
		unknown = school_month.unknown + excluded.unknown, excused = school_month.excused + excluded.excused,
		unexcused = school_month.unexcused + excluded.unexcused, late = school_month.late + excluded.late,
		changes = school_month.changes + excluded.changes`

	sqlAddGrade = `INSERT INTO school_grade_day (realm, school, day, session, level, grade, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (realm, school, day, session, level, grade) DO UPDATE SET roll = school_grade_day.roll + excluded.roll,
		unknown = school_grade_day.unknown + excluded.unknown, excused = school_grade_day.excused + excluded.excused,
		unexcused = school_grade_day.unexcused + excluded.unexcused, late = school_grade_day.late + excluded.late`
)

// Locks and settings.
const (
	sqlSettings = `SELECT name, value FROM setting WHERE realm = $1 AND name >= 'rollcall.' AND name < 'rollcall/'`

	sqlPutSetting = `INSERT INTO setting (realm, name, value, account, set_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, name) DO UPDATE SET value = excluded.value, account = excluded.account, set_at = excluded.set_at`

	sqlUnlocked = `SELECT COUNT(*) FROM sheet_unlock WHERE realm = $1 AND class = $2 AND from_day <= $3 AND $3 < until_day AND until_at > $4`

	sqlInsertUnlock = `INSERT INTO sheet_unlock (realm, id, class, from_day, until_day, until_at, reason, account, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sqlEndUnlocks = `UPDATE sheet_unlock SET until_at = $3 WHERE realm = $1 AND class = $2 AND until_at > $3`
)

// The sums again, from the sheets. state 1 is taken, 2 is no class.
const (
	sqlRecountDays = `SELECT day, session, level, SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END),
		SUM(CASE WHEN state = 1 THEN size ELSE 0 END), SUM(CASE WHEN state = 1 THEN unknown ELSE 0 END), SUM(CASE WHEN state = 1 THEN excused ELSE 0 END),
		SUM(CASE WHEN state = 1 THEN unexcused ELSE 0 END), SUM(CASE WHEN state = 1 THEN late ELSE 0 END)
		FROM sheet WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 GROUP BY day, session, level`

	sqlRecountMarks = `SELECT m.day, m.session, s.level, 0, 0, 0, SUM(CASE WHEN m.kind = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN m.kind = 2 THEN 1 ELSE 0 END),
		SUM(CASE WHEN m.kind = 3 THEN 1 ELSE 0 END), SUM(CASE WHEN m.kind = 4 THEN 1 ELSE 0 END)
		FROM mark m JOIN sheet s ON s.realm = m.realm AND s.class = m.class AND s.day = m.day AND s.session = m.session AND s.roll = m.roll
		JOIN roll_member r ON r.realm = m.realm AND r.class = m.class AND r.roll = m.roll AND r.pupil = m.pupil AND r.roll_group = m.roll_group
		WHERE m.realm = $1 AND m.school = $2 AND m.day >= $3 AND m.day < $4 GROUP BY m.day, m.session, s.level`

	sqlRecountGradeRolls = `SELECT s.day, s.session, s.level, g.grade, SUM(g.pupils), 0, 0, 0, 0
		FROM sheet s JOIN roll_group g ON g.realm = s.realm AND g.class = s.class AND g.roll = s.roll
		WHERE s.realm = $1 AND s.school = $2 AND s.day >= $3 AND s.day < $4 AND s.state = 1 GROUP BY s.day, s.session, s.level, g.grade`

	sqlRecountGradeMarks = `SELECT m.day, m.session, s.level, g.grade, 0, SUM(CASE WHEN m.kind = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN m.kind = 2 THEN 1 ELSE 0 END),
		SUM(CASE WHEN m.kind = 3 THEN 1 ELSE 0 END), SUM(CASE WHEN m.kind = 4 THEN 1 ELSE 0 END)
		FROM mark m JOIN sheet s ON s.realm = m.realm AND s.class = m.class AND s.day = m.day AND s.session = m.session
		JOIN roll_group g ON g.realm = m.realm AND g.class = m.class AND g.roll = m.roll AND g.number = m.roll_group
		WHERE m.realm = $1 AND m.school = $2 AND m.day >= $3 AND m.day < $4 AND s.state = 1 GROUP BY m.day, m.session, s.level, g.grade`

	sqlKeptDays = `SELECT day, session, level, sheets, no_class, roll, unknown, excused, unexcused, late FROM school_day
		WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4`

	sqlKeptGrades = `SELECT day, session, level, grade, roll, unknown, excused, unexcused, late FROM school_grade_day
		WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4`

	sqlKeptMonths = `SELECT month, level, sheets, no_class, roll, unknown, excused, unexcused, late FROM school_month
		WHERE realm = $1 AND school = $2 AND month >= $3 AND month < $4`
)

// The screen, the school's day, the limit.
const (
	sqlBodyAndReason = `SELECT body, reason FROM sheet_version WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4 AND version = $5`

	sqlMainBefore = `SELECT day, session FROM sheet WHERE realm = $1 AND class = $2 AND day >= $3 AND day < $4 AND state = $5 AND main = $6 ORDER BY day DESC, session DESC`

	sqlAbsences = `SELECT pupil, day, session, kind, reason, note FROM mark WHERE realm = $1 AND pupil IN ($2) AND day >= $3 AND day < $4`

	sqlUsualReasons = `SELECT class, reason, COUNT(*) FROM mark WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 AND reason <> ''
		GROUP BY class, reason`

	sqlAbsentToday = `SELECT m.pupil, m.class, m.session, m.kind, m.reason, m.note, s.main
		FROM mark m JOIN sheet s ON s.realm = m.realm AND s.class = m.class AND s.day = m.day AND s.session = m.session
		WHERE m.realm = $1 AND m.school = $2 AND m.day = $3 AND m.kind <> $4 ORDER BY m.class, m.pupil, m.session`

	sqlMarksOf = `SELECT day, session, class, kind, reason, note FROM mark WHERE realm = $1 AND pupil = $2 AND day >= $3 AND day < $4 ORDER BY day, session`

	sqlMissed = `SELECT m.pupil, COUNT(DISTINCT m.day)
		FROM mark m JOIN sheet s ON s.realm = m.realm AND s.class = m.class AND s.day = m.day AND s.session = m.session
		WHERE m.realm = $1 AND m.pupil IN ($2) AND m.day >= $3 AND m.day < $4 AND s.main = $5 AND s.state = $6 AND m.kind <> $7 GROUP BY m.pupil`

	sqlClassesOf = `SELECT e.pupil, m.class, m.from_day, m.until_day, e.from_day, e.until_day
		FROM enrolment e JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id
		WHERE e.realm = $1 AND e.pupil IN ($2) AND m.from_day < $4 AND m.until_day > $3 AND e.from_day < $4 AND e.until_day > $3`

	sqlCalled = `SELECT day, session FROM sheet WHERE realm = $1 AND class = $2 AND day >= $3 AND day < $4`
)

// Leave told in advance.
const (
	sqlInsertLeave = `INSERT INTO leave_notice (realm, id, pupil, from_day, until_day, session, reason, note, account, made_at, withdrawn_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	sqlLeavePupil = `SELECT pupil FROM leave_notice WHERE realm = $1 AND id = $2 AND withdrawn_at = $3`

	sqlWithdrawLeave = `UPDATE leave_notice SET withdrawn_at = $3 WHERE realm = $1 AND id = $2 AND withdrawn_at = $4`

	sqlLeaves = `SELECT id, pupil, from_day, until_day, session, reason, note, account, made_at FROM leave_notice
		WHERE realm = $1 AND pupil IN ($2) AND from_day <= $3 AND $3 < until_day AND withdrawn_at = $4 ORDER BY made_at DESC, id DESC`
)

// Headcounts and physical counts.
const (
	columnsOfHeadcount = `school, day, session, class, level, enrolled, present, absent, excused, unexcused, released, version, account, received_at`

	sqlTakeHeadcount = `INSERT INTO headcount (realm, school, day, session, class, level, enrolled, present, absent, excused, unexcused, released, version, account, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (realm, school, day, session, class, level) DO NOTHING`

	sqlReplaceHeadcount = `UPDATE headcount SET enrolled = $7, present = $8, absent = $9, excused = $10, unexcused = $11, released = $12, version = $13, account = $14, received_at = $15
		WHERE realm = $1 AND school = $2 AND day = $3 AND session = $4 AND class = $5 AND level = $6 AND version = $16`

	sqlHeadcount = `SELECT ` + columnsOfHeadcount + ` FROM headcount WHERE realm = $1 AND school = $2 AND day = $3 AND session = $4 AND class = $5 AND level = $6`

	sqlHeadcountsOfSchool = `SELECT ` + columnsOfHeadcount + ` FROM headcount WHERE realm = $1 AND school = $2 AND day >= $3 AND day < $4 ORDER BY day, session, class, level`

	sqlInsertHeadcountVersion = `INSERT INTO headcount_version (realm, school, day, session, class, level, version, body, account, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	columnsOfCount = `id, class, day, session, counted, note, account, counted_at`

	sqlInsertPhysicalCount = `INSERT INTO physical_count (realm, id, class, day, session, counted, note, account, counted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	sqlPhysicalCounts = `SELECT ` + columnsOfCount + ` FROM physical_count WHERE realm = $1 AND class = $2 AND day >= $3 AND day < $4 ORDER BY day, session, counted_at, id`

	sqlPhysicalCountsOf = `SELECT ` + columnsOfCount + ` FROM physical_count WHERE realm = $1 AND class IN ($2) AND day >= $3 AND day < $4 ORDER BY class, day, session, counted_at, id`

	sqlAuthors = `SELECT DISTINCT account FROM sheet_version WHERE realm = $1 AND class = $2 AND day = $3 AND session = $4`
)

// Figures. $5 is a level or ” for all, $6 a session or 0 for all.
const (
	sqlMonths = `SELECT school, level, month, sheets, no_class, roll, unknown, excused, unexcused, late FROM school_month
		WHERE realm = $1 AND school IN ($2) AND month >= $3 AND month < $4 AND ($5 = '' OR level = $5)`

	sqlMonthsTotal = `SELECT school, level, MIN(month), SUM(sheets), SUM(no_class), SUM(roll), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late) FROM school_month
		WHERE realm = $1 AND school IN ($2) AND month >= $3 AND month < $4 AND ($5 = '' OR level = $5) GROUP BY school, level`

	sqlDays = `SELECT school, level, day, sheets, no_class, roll, unknown, excused, unexcused, late FROM school_day
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND ($5 = '' OR level = $5) AND ($6 = 0 OR session = $6)`

	sqlDaysTotal = `SELECT school, level, MIN(day), SUM(sheets), SUM(no_class), SUM(roll), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late) FROM school_day
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND ($5 = '' OR level = $5) AND ($6 = 0 OR session = $6) GROUP BY school, level`

	sqlGrades = `SELECT school, level, grade, day, 0, 0, roll, unknown, excused, unexcused, late FROM school_grade_day
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND ($5 = '' OR level = $5) AND ($6 = 0 OR session = $6) ORDER BY school, level, grade, day, session`

	sqlGradesTotal = `SELECT school, level, grade, MIN(day), 0, 0, SUM(roll), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late) FROM school_grade_day
		WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND ($5 = '' OR level = $5) AND ($6 = 0 OR session = $6)
		GROUP BY school, level, grade ORDER BY school, level, grade`

	sqlHeadcountKinds = `SELECT COUNT(*), SUM(CASE WHEN class <> 0 THEN 1 ELSE 0 END), SUM(CASE WHEN level = '' THEN 1 ELSE 0 END), MIN(session), MAX(session),
		(SELECT COUNT(*) FROM school_day WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND sheets > 0)
		FROM headcount WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4`

	sqlHeadcountSums = `SELECT school, level, COUNT(*), SUM(enrolled), SUM(present), SUM(absent), SUM(released),
		SUM(CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE 1 END),
		SUM(CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE enrolled END),
		SUM(CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE excused END),
		SUM(CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE unexcused END)
		FROM headcount WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND ($5 = '' OR level = $5) AND ($6 = 0 OR session = 0 OR session = $6)
		GROUP BY school, level`

	sqlHeadcountRows = `SELECT school, level, day, session, class, 1, enrolled, present, absent, released,
		CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE 1 END,
		CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE enrolled END,
		CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE excused END,
		CASE WHEN excused IS NULL OR unexcused IS NULL THEN 0 ELSE unexcused END
		FROM headcount WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4`

	sqlTakenSheets = `SELECT school, class, level, day, session FROM sheet WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND state = $5`

	sqlReported = `SELECT day FROM school_day WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 AND sheets > 0
		UNION SELECT day FROM headcount WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 ORDER BY 1`

	sqlHeadcountSchools = `SELECT DISTINCT school FROM headcount WHERE realm = $1 AND school IN ($2) AND day >= $3 AND day < $4 ORDER BY school`

	sqlChanges = `SELECT COALESCE(SUM(changes), 0) FROM school_month WHERE realm = $1 AND school = $2 AND month = $3`
)

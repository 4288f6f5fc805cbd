package student

// Persons.
const (
	sqlInsertPupil = `INSERT INTO pupil (realm, id, code, national_id, name, name_fold, name_sort, sex, born, birthplace, ethnicity, address, phone, disability, version, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

	sqlUpdatePupil = `UPDATE pupil SET code = $3, national_id = $4, name = $5, name_fold = $6, name_sort = $7, sex = $8, born = $9, birthplace = $10, ethnicity = $11, address = $12, phone = $13, disability = $14
		WHERE realm = $1 AND id = $2`

	sqlPupilsByCode       = `SELECT id FROM pupil WHERE realm = $1 AND code = $2 AND code <> ''`
	sqlPupilsByNationalID = `SELECT id FROM pupil WHERE realm = $1 AND national_id = $2 AND national_id <> ''`

	sqlPerson = `SELECT code, national_id, name, sex, born, birthplace, ethnicity, address, phone, disability FROM pupil WHERE realm = $1 AND id = $2`

	sqlRecord = `SELECT version, code, national_id, name, sex, born, birthplace, ethnicity, address, phone, disability FROM pupil WHERE realm = $1 AND id = $2`

	sqlGuardians       = `SELECT relation, name, born_year, phone FROM guardian WHERE realm = $1 AND pupil = $2 ORDER BY number`
	sqlGuardiansOf     = `SELECT pupil, relation, name, born_year, phone FROM guardian WHERE realm = $1 AND pupil IN ($2) ORDER BY pupil, number`
	sqlDeleteGuardians = `DELETE FROM guardian WHERE realm = $1 AND pupil = $2`
	sqlInsertGuardian  = `INSERT INTO guardian (realm, pupil, number, relation, name, born_year, phone) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	sqlUnitName = `SELECT full_name FROM unit_period WHERE unit = $1 AND from_day <= $2 AND $2 < until_day`
)

// Dated attributes.
const (
	sqlAttributesOn = `SELECT COALESCE(r.unit, 0), COALESCE(b.kind, ''), COALESCE(v.status, '') FROM pupil p
		LEFT JOIN pupil_residence r ON r.realm = p.realm AND r.pupil = p.id AND r.from_day <= $3 AND $3 < r.until_day
		LEFT JOIN pupil_boarding b ON b.realm = p.realm AND b.pupil = p.id AND b.from_day <= $3 AND $3 < b.until_day
		LEFT JOIN pupil_poverty v ON v.realm = p.realm AND v.pupil = p.id AND v.year = $4
		WHERE p.realm = $1 AND p.id = $2`

	sqlInsertResidence = `INSERT INTO pupil_residence (realm, pupil, from_day, until_day, unit) VALUES ($1, $2, $3, $4, $5)`
	sqlCutResidence    = `UPDATE pupil_residence SET until_day = $3 WHERE realm = $1 AND pupil = $2 AND until_day > $3`
	sqlDropResidence   = `DELETE FROM pupil_residence WHERE realm = $1 AND pupil = $2 AND from_day >= $3`

	sqlInsertBoarding = `INSERT INTO pupil_boarding (realm, pupil, from_day, until_day, kind) VALUES ($1, $2, $3, $4, $5)`
	sqlCutBoarding    = `UPDATE pupil_boarding SET until_day = $3 WHERE realm = $1 AND pupil = $2 AND until_day > $3`
	sqlDropBoarding   = `DELETE FROM pupil_boarding WHERE realm = $1 AND pupil = $2 AND from_day >= $3`

	sqlInsertPoverty = `INSERT INTO pupil_poverty (realm, pupil, year, status) VALUES ($1, $2, $3, $4)`
	sqlDropPoverty   = `DELETE FROM pupil_poverty WHERE realm = $1 AND pupil = $2 AND year = $3`
)

// Parts of the statements for lists: who is enrolled on a day at a place, by class, school or residence.
const (
	listFromClass = ` FROM class_membership m
		JOIN enrolment e ON e.realm = m.realm AND e.id = m.enrolment
		JOIN class c ON c.realm = m.realm AND c.id = m.class
		JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
		LEFT JOIN pupil_residence r ON r.realm = p.realm AND r.pupil = p.id AND r.from_day <= $3 AND $3 < r.until_day
		LEFT JOIN pupil_boarding b ON b.realm = p.realm AND b.pupil = p.id AND b.from_day <= $3 AND $3 < b.until_day
		LEFT JOIN school_period s ON s.realm = e.realm AND s.school = e.school AND s.from_day <= $3 AND $3 < s.until_day
		LEFT JOIN unit_period u ON u.unit = r.unit AND u.from_day <= $3 AND $3 < u.until_day
		WHERE m.realm = $1 AND m.class = $2 AND m.from_day <= $3 AND $3 < m.until_day`

	listFromSchool = ` FROM enrolment e
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $3 AND $3 < m.until_day
		LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
		JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
		LEFT JOIN pupil_residence r ON r.realm = p.realm AND r.pupil = p.id AND r.from_day <= $3 AND $3 < r.until_day
		LEFT JOIN pupil_boarding b ON b.realm = p.realm AND b.pupil = p.id AND b.from_day <= $3 AND $3 < b.until_day
		LEFT JOIN school_period s ON s.realm = e.realm AND s.school = e.school AND s.from_day <= $3 AND $3 < s.until_day
		LEFT JOIN unit_period u ON u.unit = r.unit AND u.from_day <= $3 AND $3 < u.until_day
		WHERE e.realm = $1 AND e.school = $2`

	listFromResidence = ` FROM unit_closure k
		JOIN pupil_residence r ON r.realm = $1 AND r.unit = k.descendant AND r.from_day <= $3 AND $3 < r.until_day
		JOIN enrolment e ON e.realm = r.realm AND e.pupil = r.pupil
		LEFT JOIN class_membership m ON m.realm = e.realm AND m.enrolment = e.id AND m.from_day <= $3 AND $3 < m.until_day
		LEFT JOIN class c ON c.realm = m.realm AND c.id = m.class
		JOIN pupil p ON p.realm = e.realm AND p.id = e.pupil
		LEFT JOIN pupil_boarding b ON b.realm = p.realm AND b.pupil = p.id AND b.from_day <= $3 AND $3 < b.until_day
		LEFT JOIN school_period s ON s.realm = e.realm AND s.school = e.school AND s.from_day <= $3 AND $3 < s.until_day
		LEFT JOIN unit_period u ON u.unit = r.unit AND u.from_day <= $3 AND $3 < u.until_day
		WHERE k.ancestor = $2 AND k.from_day <= $3 AND $3 < k.until_day AND e.realm = $1`

	listFilter = ` AND e.from_day <= $3 AND $3 < e.until_day AND p.name_fold LIKE $4
		AND ($5 = '' OR e.level = $5) AND ($6 = '' OR e.grade = $6) AND ($7 = '' OR b.kind = $7)`

	listColumns = `SELECT p.id, p.name, p.name_sort, p.sex, p.born, p.ethnicity, e.level, e.grade, e.school, COALESCE(s.name, ''), COALESCE(c.id, 0), COALESCE(c.name, ''), COALESCE(b.kind, ''), COALESCE(r.unit, 0), COALESCE(u.full_name, '')`

	listOrder = ` AND (p.name_sort, p.id) > ($8, $9) ORDER BY p.name_sort, p.id LIMIT $10`
)

// Lists.
const (
	sqlCountClass     = `SELECT COUNT(*)` + listFromClass + listFilter
	sqlCountSchool    = `SELECT COUNT(*)` + listFromSchool + listFilter
	sqlCountResidence = `SELECT COUNT(*)` + listFromResidence + listFilter
	sqlPageClass      = listColumns + listFromClass + listFilter + listOrder
	sqlPageSchool     = listColumns + listFromSchool + listFilter + listOrder
	sqlPageResidence  = listColumns + listFromResidence + listFilter + listOrder
)

package org

// Every statement of the room. Units are reference data and have no realm.
const (
	sqlListings = `SELECT kind, valid_from, top, body FROM unit_list ORDER BY kind, valid_from, top`

	sqlPutListing = `INSERT INTO unit_list (kind, valid_from, top, body, imported_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, valid_from, top) DO UPDATE SET body = excluded.body, imported_at = excluded.imported_at
		WHERE unit_list.body <> excluded.body`

	sqlUnits = `SELECT id, kind, code, full_name FROM unit`

	sqlPutUnit = `INSERT INTO unit (id, kind, code, full_name) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, code, full_name) DO NOTHING`

	sqlPeriods = `SELECT unit, from_day, until_day, name, parent FROM unit_period ORDER BY unit, from_day`

	sqlClosures = `SELECT descendant, ancestor, from_day, until_day, depth FROM unit_closure ORDER BY descendant, ancestor, from_day`

	sqlDropPeriods = `DELETE FROM unit_period WHERE unit = $1`

	sqlDropClosure = `DELETE FROM unit_closure WHERE descendant = $1`

	sqlPutPeriod = `INSERT INTO unit_period
		(unit, from_day, until_day, code, full_name, name, kind_word, name_fold, name_sort, parent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	sqlPutClosure = `INSERT INTO unit_closure (ancestor, descendant, from_day, until_day, depth) VALUES ($1, $2, $3, $4, $5)`

	sqlSuccessions = `SELECT old_unit, new_unit, on_day, part FROM unit_succession`

	sqlDropSuccession = `DELETE FROM unit_succession WHERE old_unit = $1 AND new_unit = $2 AND on_day = $3`

	sqlPutSuccession = `INSERT INTO unit_succession (old_unit, new_unit, on_day, part) VALUES ($1, $2, $3, $4)
		ON CONFLICT (old_unit, new_unit, on_day) DO UPDATE SET part = excluded.part`
)

const (
	unitColumns = `u.unit, i.kind, u.code, u.full_name, u.name, u.kind_word, u.parent, u.from_day, u.until_day`

	sqlUnitOn = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.unit = $1 AND u.from_day <= $2 AND $2 < u.until_day`

	sqlUnitsByIDOn = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.unit IN ($1) AND u.from_day <= $2 AND $2 < u.until_day`

	sqlUnitSpans = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.unit = $1 ORDER BY u.from_day`

	sqlUnitByCode = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.code = $1 AND u.from_day <= $2 AND $2 < u.until_day ORDER BY i.kind`

	sqlUnitEver = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.code = $1 AND u.until_day <= $2 ORDER BY u.until_day DESC, i.kind`

	sqlChildren = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.parent = $1 AND u.from_day <= $2 AND $2 < u.until_day ORDER BY u.name_sort, u.code`

	sqlPath = `SELECT ` + unitColumns + ` FROM unit_closure c
		JOIN unit_period u ON u.unit = c.ancestor AND u.from_day <= $2 AND $2 < u.until_day
		JOIN unit i ON i.id = u.unit
		WHERE c.descendant = $1 AND c.from_day <= $2 AND $2 < c.until_day ORDER BY c.depth DESC`

	sqlSubtree = `SELECT ` + unitColumns + ` FROM unit_closure c
		JOIN unit_period u ON u.unit = c.descendant AND u.from_day <= $2 AND $2 < u.until_day
		JOIN unit i ON i.id = u.unit
		WHERE c.ancestor = $1 AND c.from_day <= $2 AND $2 < c.until_day ORDER BY c.depth, u.name_sort, u.code`

	sqlAllOn = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.from_day <= $1 AND $1 < u.until_day ORDER BY u.name_sort, u.code`

	sqlSearch = `SELECT ` + unitColumns + ` FROM unit_period u JOIN unit i ON i.id = u.unit
		WHERE u.name_fold LIKE $1 AND u.from_day <= $2 ORDER BY u.until_day DESC, u.name_sort, u.code LIMIT $3`

	sqlHeirs = `SELECT s.old_unit, s.new_unit, s.on_day, s.part FROM unit_succession s WHERE s.old_unit = $1 ORDER BY s.on_day, s.new_unit`

	sqlForerunners = `SELECT s.old_unit, s.new_unit, s.on_day, s.part FROM unit_succession s WHERE s.new_unit = $1 ORDER BY s.on_day, s.old_unit`

	// The codes of provinces, and of those that units of theirs came from.
	sqlProvinceCodes = `SELECT p.code FROM unit_period p WHERE p.unit IN ($1)
		UNION SELECT p.code FROM unit_closure c
		JOIN unit_succession s ON s.new_unit = c.descendant
		JOIN unit_closure o ON o.descendant = s.old_unit
		JOIN unit i ON i.id = o.ancestor AND i.kind = $2
		JOIN unit_period p ON p.unit = i.id
		WHERE c.ancestor IN ($1) ORDER BY 1`
)

const (
	schoolColumns = `p.school, p.from_day, p.until_day, p.code, p.name, p.type, p.levels, p.located_in, p.managed_by`

	sqlSchoolOn = `SELECT ` + schoolColumns + ` FROM school_period p
		WHERE p.realm = $1 AND p.school = $2 AND p.from_day <= $3 AND $3 < p.until_day`

	sqlSchoolSpans = `SELECT ` + schoolColumns + ` FROM school_period p WHERE p.realm = $1 AND p.school = $2 ORDER BY p.from_day`

	sqlSchoolsByCode = `SELECT ` + schoolColumns + ` FROM school_period p WHERE p.realm = $1 AND p.code = $2 ORDER BY p.from_day DESC`

	sqlAllSchools = `SELECT ` + schoolColumns + ` FROM school_period p WHERE p.realm = $1 ORDER BY p.school, p.from_day`

	sqlSchoolsOn = `SELECT ` + schoolColumns + ` FROM school_period p
		WHERE p.realm = $1 AND p.from_day <= $2 AND $2 < p.until_day ORDER BY p.name_sort, p.code`

	sqlSchoolsLocated = `SELECT ` + schoolColumns + ` FROM unit_closure c
		JOIN school_period p ON p.realm = $1 AND p.located_in = c.descendant AND p.from_day <= $3 AND $3 < p.until_day
		WHERE c.ancestor = $2 AND c.from_day <= $3 AND $3 < c.until_day ORDER BY p.name_sort, p.code`

	sqlSchoolsManaged = `SELECT ` + schoolColumns + ` FROM unit_closure c
		JOIN school_period p ON p.realm = $1 AND p.managed_by = c.descendant AND p.from_day <= $3 AND $3 < p.until_day
		WHERE c.ancestor = $2 AND c.from_day <= $3 AND $3 < c.until_day ORDER BY p.name_sort, p.code`

	sqlSchoolSearch = `SELECT ` + schoolColumns + ` FROM school_period p
		WHERE p.realm = $1 AND p.name_fold LIKE $2 AND p.from_day <= $3 AND $3 < p.until_day ORDER BY p.name_sort, p.code LIMIT $4`

	sqlPutSchool = `INSERT INTO school (realm, id) VALUES ($1, $2) ON CONFLICT (realm, id) DO NOTHING`

	sqlEndSchoolPeriod = `UPDATE school_period SET until_day = $4 WHERE realm = $1 AND school = $2 AND from_day = $3`

	sqlPutSchoolPeriod = `INSERT INTO school_period
		(realm, school, from_day, until_day, code, name, name_fold, name_sort, type, levels, located_in, managed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (realm, school, from_day) DO UPDATE SET until_day = excluded.until_day, code = excluded.code, name = excluded.name,
		name_fold = excluded.name_fold, name_sort = excluded.name_sort, type = excluded.type, levels = excluded.levels,
		located_in = excluded.located_in, managed_by = excluded.managed_by`

	sqlSchoolHeirs = `SELECT old_school, new_school, on_day, part FROM school_succession
		WHERE realm = $1 AND (old_school = $2 OR new_school = $2) ORDER BY on_day, old_school, new_school`
)

const (
	sqlPutSite = `INSERT INTO site (realm, id, school, name, village, main, from_day, until_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

	sqlSites = `SELECT id, school, name, village, main, from_day, until_day FROM site
		WHERE realm = $1 AND school = $2 AND from_day <= $3 AND $3 < until_day ORDER BY main DESC, name, id`

	sqlCloseSite = `UPDATE site SET until_day = $3 WHERE realm = $1 AND id = $2 AND from_day < $3`

	sqlSiteSchool = `SELECT school FROM site WHERE realm = $1 AND id = $2`

	classColumns = `c.id, c.school, c.year, c.name, c.level, c.grades, c.site, c.from_day, c.until_day`

	sqlClass = `SELECT ` + classColumns + ` FROM class c WHERE c.realm = $1 AND c.id = $2`

	sqlClasses = `SELECT ` + classColumns + ` FROM class c WHERE c.realm = $1 AND c.school = $2 AND c.year = $3 ORDER BY c.level, c.name_sort, c.id`

	// The classes of a year with their schools' names, for the command box.
	sqlClassesOfYear = `SELECT ` + classColumns + `, p.name FROM class c
		JOIN school_period p ON p.realm = c.realm AND p.school = c.school AND p.from_day <= $3 AND $3 < p.until_day
		WHERE c.realm = $1 AND c.year = $2 ORDER BY c.name_sort, p.name_sort, c.id`

	sqlClassNamed = `SELECT ` + classColumns + ` FROM class c WHERE c.realm = $1 AND c.school = $2 AND c.year = $3 AND c.name = $4
		ORDER BY c.until_day DESC`

	sqlPutClass = `INSERT INTO class (realm, id, school, year, name, name_sort, level, grades, site, from_day, until_day)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	sqlChangeClass = `UPDATE class SET name = $3, name_sort = $4, grades = $5, site = $6, from_day = $7, until_day = $8 WHERE realm = $1 AND id = $2`

	sqlZones = `SELECT zone, from_day, until_day, source FROM unit_zone WHERE unit = $1 AND from_day <= $2 AND $2 < until_day ORDER BY zone`

	sqlZoneSpans = `SELECT zone, from_day, until_day, source FROM unit_zone WHERE unit = $1 AND zone = $2 ORDER BY from_day`

	sqlUnitsInZone = `SELECT unit FROM unit_zone WHERE zone = $1 AND from_day <= $2 AND $2 < until_day ORDER BY unit`

	sqlPutZone = `INSERT INTO unit_zone (unit, zone, from_day, until_day, source) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (unit, zone, from_day) DO UPDATE SET until_day = excluded.until_day, source = excluded.source`

	sqlEndZone = `UPDATE unit_zone SET until_day = $3 WHERE unit = $1 AND zone = $2 AND from_day < $3 AND $3 < until_day`

	sqlDropZone = `DELETE FROM unit_zone WHERE unit = $1 AND zone = $2 AND from_day >= $3 AND from_day < $4`

	sqlPutHolder = `INSERT INTO unit_holder (unit, realm, from_day, until_day) VALUES ($1, $2, $3, $4)
		ON CONFLICT (unit, from_day) DO UPDATE SET realm = excluded.realm, until_day = excluded.until_day`

	sqlHeld = `SELECT unit FROM unit_holder WHERE realm = $1 AND from_day <= $2 AND $2 < until_day ORDER BY unit`

	sqlPutBoundary = `INSERT INTO unit_boundary (unit, from_day, until_day, geometry) VALUES ($1, $2, $3, $4)
		ON CONFLICT (unit, from_day) DO UPDATE SET until_day = excluded.until_day, geometry = excluded.geometry`

	sqlBoundaries = `SELECT unit, geometry FROM unit_boundary WHERE unit IN ($1) AND from_day <= $2 AND $2 < until_day ORDER BY unit`
)

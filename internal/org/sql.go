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
)

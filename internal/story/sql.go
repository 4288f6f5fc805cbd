package story

const (
	sqlUnits = `SELECT p.unit, p.code, u.kind FROM unit_period p JOIN unit u ON u.id = p.unit WHERE p.from_day <= $1 AND p.until_day > $1`

	sqlSchools = `SELECT COUNT(*) FROM school WHERE realm = $1`

	sqlCommunes = `SELECT p.unit, p.code, p.full_name, p.kind_word, p.name FROM unit_period p JOIN unit u ON u.id = p.unit
		WHERE u.kind = 'commune' AND p.from_day <= $1 AND p.until_day > $1 ORDER BY p.code`

	sqlAbove = `SELECT c.descendant, a.kind, p.code FROM unit_closure c JOIN unit a ON a.id = c.ancestor
		JOIN unit_period p ON p.unit = a.id AND p.from_day <= $1 AND p.until_day > $1
		WHERE c.from_day <= $1 AND c.until_day > $1 AND a.kind IN ('district', 'province')`

	sqlOffers = `SELECT id, name, title, login FROM account WHERE realm = $1 AND login IN ($2)`
)

// The work of the story's people.
const (
	sqlLogins = `SELECT id, login FROM account WHERE realm = $1`

	sqlAccountName = `SELECT name FROM account WHERE realm = $1 AND id = $2`

	sqlFrozenInTime = `UPDATE break_school SET frozen_on = CASE WHEN reasons = '' THEN return_day ELSE from_day END WHERE realm = $1 AND frozen_on = $2 AND as_of < $2`

	sqlOpenCases = `SELECT f.id, p.code, g.account, f.opened_on FROM case_file f
		JOIN pupil p ON p.realm = f.realm AND p.id = f.pupil
		JOIN role_grant g ON g.realm = f.realm AND g.scope_kind = 'class' AND g.scope = f.class AND g.role = 'homeroom-teacher'
		WHERE f.realm = $1 AND f.state = 'open' AND f.last_act < $2 AND g.from_day <= $2 AND $2 < g.until_day ORDER BY p.code, f.id`
)

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

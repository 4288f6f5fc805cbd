package story

const (
	sqlUnits = `SELECT p.unit, p.code, u.kind FROM unit_period p JOIN unit u ON u.id = p.unit WHERE p.from_day <= $1 AND p.until_day > $1`

	sqlRealms = `SELECT COUNT(*) FROM realm`
)

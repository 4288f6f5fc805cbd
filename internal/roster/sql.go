package roster

// Every statement of the room.
const (
	sqlNames = `SELECT kind, object, sourced_id FROM roster_source WHERE realm = $1`
	// Two imports at once: the first name stands.
	sqlKeep = `INSERT INTO roster_source (realm, kind, object, sourced_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

	sqlForget = `DELETE FROM roster_source WHERE realm = $1 AND kind = $2 AND object IN ($3)`
)

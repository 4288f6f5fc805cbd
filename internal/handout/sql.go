package handout

// Every statement of the room.
const (
	fileColumns = `SELECT id, account, kind, action, place_kind, place, place_name, asked, name, format, language, banner, state, done, total, size, error, holder, made_at, ended_at, until_at FROM handout`

	sqlInsert = `INSERT INTO handout (realm, id, account, kind, action, place_kind, place, place_name, asked, name, format, language, banner, state, done, total, size, error, holder, made_at, ended_at, until_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`
	sqlFind = fileColumns + ` WHERE realm = $1 AND id = $2`
	sqlOpen = fileColumns + ` WHERE realm = $1 AND account = $2 AND state IN ('waiting', 'running') ORDER BY id`
	sqlMine = fileColumns + ` WHERE realm = $1 AND account = $2 ORDER BY id DESC LIMIT $3`

	sqlWaiting = `SELECT id FROM handout WHERE realm = $1 AND state IN ('waiting', 'running') AND holder < $2 ORDER BY id`
	sqlTake    = `UPDATE handout SET state = 'running', holder = $3, done = 0, size = 0, error = '' WHERE realm = $1 AND id = $2 AND state IN ('waiting', 'running') AND holder < $4`
	sqlAdvance = `UPDATE handout SET holder = $4, done = $5, total = $6 WHERE realm = $1 AND id = $2 AND holder = $3 AND state = 'running'`
	sqlRelease = `UPDATE handout SET holder = 0, state = 'waiting', done = 0 WHERE realm = $1 AND id = $2 AND holder = $3 AND state = 'running'`
	sqlEnd     = `UPDATE handout SET holder = 0, state = $4, done = $5, size = $6, error = $7, ended_at = $8, until_at = $9 WHERE realm = $1 AND id = $2 AND holder = $3 AND state = 'running'`

	sqlPut   = `INSERT INTO handout_chunk (realm, handout, number, body) VALUES ($1, $2, $3, $4)`
	sqlChunk = `SELECT body FROM handout_chunk WHERE realm = $1 AND handout = $2 AND number = $3`

	sqlPast       = `SELECT id FROM handout WHERE realm = $1 AND until_at > $2 AND until_at <= $3 ORDER BY id LIMIT $4`
	sqlDropChunks = `DELETE FROM handout_chunk WHERE realm = $1 AND handout IN ($2)`
	sqlDrop       = `DELETE FROM handout WHERE realm = $1 AND id IN ($2)`
)

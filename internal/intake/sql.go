package intake

// Every statement of the room.
const (
	sqlBeginFile = `INSERT INTO intake_file (realm, id, name, size, digest, account, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	sqlPutChunk  = `INSERT INTO intake_chunk (realm, file, number, body) VALUES ($1, $2, $3, $4)`
	sqlEndFile   = `UPDATE intake_file SET size = $3, digest = $4 WHERE realm = $1 AND id = $2`
	sqlFileSize  = `SELECT size FROM intake_file WHERE realm = $1 AND id = $2`
	sqlChunks    = `SELECT body FROM intake_chunk WHERE realm = $1 AND file = $2 ORDER BY number`

	sqlBegin = `INSERT INTO intake_run (realm, id, account, kind, place_kind, place, file, file_name, choice, source, state, position, total, counts, digest, moved, error, entries, pass_from, holder, made_at, ended_at, failed_in)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, '')`

	runColumns = `SELECT id, account, kind, place_kind, place, file, file_name, choice, source, state, position, total, counts, digest, moved, error, entries, pass_from, holder, made_at, ended_at FROM intake_run`

	sqlFind   = runColumns + ` WHERE realm = $1 AND id = $2`
	sqlRunsOf = runColumns + ` WHERE realm = $1 AND place_kind = $2 AND place = $3 ORDER BY id DESC LIMIT $4`
	sqlNewest = runColumns + ` WHERE realm = $1 ORDER BY id DESC LIMIT $2`

	sqlWaiting = `SELECT id FROM intake_run WHERE realm = $1 AND state IN ('planning', 'committing', 'undoing') AND holder < $2 ORDER BY id`
	sqlTake    = `UPDATE intake_run SET holder = $3 WHERE realm = $1 AND id = $2 AND state IN ('planning', 'committing', 'undoing') AND holder < $4`

	sqlAsk       = `UPDATE intake_run SET state = $3, holder = 0, position = 0, error = '', moved = FALSE WHERE realm = $1 AND id = $2 AND state IN ($4)`
	sqlGoOn      = `UPDATE intake_run SET state = CASE WHEN state = 'failed' THEN failed_in ELSE state END, holder = 0, error = '' WHERE realm = $1 AND id = $2 AND (state = 'failed' AND failed_in <> '' OR state IN ('planning', 'committing', 'undoing'))`
	sqlMoved     = `UPDATE intake_run SET holder = $4, state = 'planning', position = 0, moved = TRUE, digest = '' WHERE realm = $1 AND id = $2 AND holder = $3`
	sqlSetChoice = `UPDATE intake_run SET choice = $3 WHERE realm = $1 AND id = $2`

	sqlAdvance = `UPDATE intake_run SET holder = $4, position = $6, total = CASE WHEN $7 > 0 THEN $7 ELSE total END, counts = $8, source = CASE WHEN $9 <> '' THEN $9 ELSE source END
		WHERE realm = $1 AND id = $2 AND holder = $3 AND position = $5`
	sqlEnd = `UPDATE intake_run SET holder = 0, failed_in = CASE WHEN $4 = 'failed' THEN state ELSE '' END, state = $4, counts = $5, digest = $6, moved = $7, error = $8, ended_at = $9
		WHERE realm = $1 AND id = $2 AND holder = $3`
	sqlRestart = `UPDATE intake_run SET holder = $4, position = 0, counts = '{}', pass_from = entries WHERE realm = $1 AND id = $2 AND holder = $3`

	sqlDropLines  = `DELETE FROM intake_line WHERE realm = $1 AND run = $2`
	sqlDropSaidOf = `DELETE FROM intake_line WHERE realm = $1 AND run = $2 AND sort IN ('refused', 'ask', 'note')`
	sqlDropPlan   = `DELETE FROM intake_plan WHERE realm = $1 AND run = $2`
	sqlLastLine   = `SELECT COALESCE(MAX(number), 0) FROM intake_line WHERE realm = $1 AND run = $2`

	linesOf = `SELECT number, row_number, sort, code, field, args, link_kind, link, body FROM intake_line
		WHERE realm = $1 AND run = $2 AND sort IN ($3) AND ($4 = '' OR code = $4) AND ($5 = 0 OR row_number = $5) AND `
	sqlLines     = linesOf + `number > $6 ORDER BY number LIMIT $7`
	sqlLinesUpTo = linesOf + `number <= $6 ORDER BY number DESC LIMIT $7`
	sqlFindings  = `SELECT code, COUNT(*), MIN(number) FROM intake_line WHERE realm = $1 AND run = $2 AND sort IN ($3) AND code <> '' GROUP BY code ORDER BY 2 DESC, code`

	sqlMend = `INSERT INTO intake_fix (realm, run, row_number, column_number, text, account, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (realm, run, row_number, column_number) DO UPDATE SET text = excluded.text, account = excluded.account, made_at = excluded.made_at`
	sqlFixes = `SELECT row_number, column_number, text FROM intake_fix WHERE realm = $1 AND run = $2 ORDER BY row_number, column_number`

	sqlRemember = `INSERT INTO intake_mapping (realm, source, choice, account, set_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (realm, source) DO UPDATE SET choice = excluded.choice, account = excluded.account, set_at = excluded.set_at`
	sqlRemembered = `SELECT choice FROM intake_mapping WHERE realm = $1 AND source = $2`

	sqlPutPlan = `INSERT INTO intake_plan (realm, run, batch, digests) VALUES ($1, $2, $3, $4) ON CONFLICT (realm, run, batch) DO UPDATE SET digests = excluded.digests`
	sqlPlan    = `SELECT digests FROM intake_plan WHERE realm = $1 AND run = $2 AND batch = $3`

	sqlKeepImage  = `INSERT INTO intake_image (realm, run, number, slice, table_name, body) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlEntries    = `SELECT entries FROM intake_run WHERE realm = $1 AND id = $2`
	sqlSetEntries = `UPDATE intake_run SET entries = $3 WHERE realm = $1 AND id = $2`
	sqlImages     = `SELECT number, slice, table_name, body FROM intake_image WHERE realm = $1 AND run = $2 AND number <= $3 ORDER BY number DESC LIMIT $4`
	sqlImagesFrom = `SELECT number, slice, table_name, body FROM intake_image WHERE realm = $1 AND run = $2 AND number > $3 AND table_name = $4 ORDER BY number`
	sqlDropImages = `DELETE FROM intake_image WHERE realm = $1 AND run = $2 AND number >= $3`

	sqlOldFiles    = `SELECT id FROM intake_file WHERE realm = $1 AND made_at < $2`
	sqlDropChunks  = `DELETE FROM intake_chunk WHERE realm = $1 AND file IN ($2)`
	sqlDropFiles   = `DELETE FROM intake_file WHERE realm = $1 AND id IN ($2)`
	sqlOldRuns     = `SELECT id FROM intake_run WHERE realm = $1 AND made_at < $2 AND state NOT IN ('planning', 'committing', 'undoing')`
	sqlDropOld     = `DELETE FROM intake_run WHERE realm = $1 AND id IN ($2)`
	sqlDropFixes   = `DELETE FROM intake_fix WHERE realm = $1 AND run IN ($2)`
	sqlDropJournal = `DELETE FROM intake_image WHERE realm = $1 AND run IN ($2)`
	sqlDropSaid    = `DELETE FROM intake_line WHERE realm = $1 AND run IN ($2)`
	sqlDropPlans   = `DELETE FROM intake_plan WHERE realm = $1 AND run IN ($2)`
)

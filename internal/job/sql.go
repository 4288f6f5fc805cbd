package job

// Every statement of the room. Runs are local to a deployment.
const (
	sqlBegin  = `INSERT INTO job_run (id, realm, account, kind, state, done, total, result, made_at, ended_at) VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7, $8)`
	sqlSet    = `UPDATE job_run SET state = $3, result = $4, ended_at = $5 WHERE realm = $1 AND id = $2`
	sqlLast   = `SELECT id, account, kind, state, done, total, result, made_at FROM job_run WHERE realm = $1 AND kind = $2 ORDER BY made_at DESC, id DESC LIMIT 1`
	sqlRecent = `SELECT id, account, kind, state, done, total, result, made_at FROM job_run WHERE realm = $1 AND kind = $2 ORDER BY made_at DESC, id DESC LIMIT $3`
	sqlPurge  = `DELETE FROM job_run WHERE realm = $1 AND kind = $2 AND made_at < $3`
)

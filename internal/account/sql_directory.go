package account

const (
	sqlDirectory = `SELECT id, name, title, login, phone, email, disabled FROM account WHERE realm = $1 ORDER BY id`
	sqlAmend     = `UPDATE account SET title = $3, phone = $4, email = $5 WHERE realm = $1 AND id = $2`
)

package rollcall

// Marks of a class, through the index by school.
const sqlMarksOfClass = `SELECT day, session, pupil, kind, reason FROM mark
	WHERE realm = $1 AND school = $2 AND day >= $4 AND day < $5 AND class = $3 ORDER BY day, session, pupil`

package rollcall

// What people sent since an import.
const (
	sqlTakenSince = `SELECT class, roll, COUNT(*) FROM sheet_version WHERE realm = $1 AND class IN ($2) AND received_at >= $3 AND cause NOT IN ('enrolment', 'calendar')
		GROUP BY class, roll ORDER BY class, roll`
	sqlRollPupils = `SELECT pupil FROM roll_member WHERE realm = $1 AND class = $2 AND roll = $3`
)

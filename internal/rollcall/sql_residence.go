package rollcall

// Statements for the pages of a village and of one pupil.
const (
	sqlAbsentAmong = `SELECT m.pupil, m.class, m.session, m.kind, m.reason, m.note
		FROM mark m JOIN sheet s ON s.realm = m.realm AND s.class = m.class AND s.day = m.day AND s.session = m.session
		WHERE m.realm = $1 AND m.pupil IN ($2) AND m.day = $3 AND m.kind <> $4 ORDER BY m.class, m.pupil, m.session`

	sqlLeavesOfPupil = `SELECT id, pupil, from_day, until_day, session, reason, note, account, made_at FROM leave_notice
		WHERE realm = $1 AND pupil = $2 AND from_day < $4 AND until_day > $3 AND withdrawn_at = $5 ORDER BY made_at DESC, id DESC`
)

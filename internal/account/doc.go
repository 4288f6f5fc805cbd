// Package account is who signs in: accounts, passwords, sessions, lock-out, reset.
//
// It is a room; it enters access and the ground. What an account may do is not here but
// in access.
//
// Its words:
//
//   - Account: an official, a teacher, a village head. Never a pupil.
//   - Login: what is typed at sign-in; folded, unique on the machine (the table is local,
//     it leads to the realm).
//   - Session: one browser that is signed in. Its token is kept only as a hash.
//   - Code: what an administrator or a school's clerk hands over on paper, good once and
//     for a day, so that a person sets a password that nobody else has seen.
//
// Who may enter: everybody for their own account; an administrator for all; a school's
// clerk and principal hand out codes to those who work in their school only. The law
// behind it: Luật 91/2025/QH15 on personal data, Luật An toàn thông tin mạng.
package account

// Package afterbreak knows who is expected back after a break, and who came: day by day from the first, by school and
// by where the children live (mission A0.1).
//
// Its words. A break is a closure of five days or more (Tết, an epidemic), found from the calendars of the schools,
// whose days may differ, or the opening of a school year. The expected-back list (danh sách học sinh cần trở lại) names
// for each school whom to expect; it follows the enrolments until the break begins and is then frozen with its date.
// A pupil is back with the first marked session since the return at which she was present, at whatever school. Who was
// absent from every marked session is missing (chưa ra lớp); whose roll has not been called since is unknown, on neither
// side of a rate: unmarked is not absent. A school that sends numbers only is back as far as its latest count says.
// Everything above the school is a sum of schools or of villages, made when it is asked for.
//
// "Ai có thể không quay lại?" orders the list so that those are talked to first who had a hard way back before. It is
// made of the child's own past returns, absence before the break, a sibling who left, being over-age or repeating,
// poverty and lost boarding support; never of ethnicity, religion, sex or the make-up of a village. People read
// sentences; the number that orders them is not shown.
//
// The practice behind it: the daily fast reports of Mường Nhé and Bát Xát after Tết (domain.md, sections 1.4, 13).
//
// Who may enter: the doors. This room enters org, calendar and rollcall's facts; lists of names open to those who answer
// for the children of a class, a school or a place of residence; boards are counts.
package afterbreak

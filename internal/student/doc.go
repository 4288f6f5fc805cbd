// Package student keeps the children: who they are, where they live, in which school,
// grade and class they are on every day, and the lists (rolls) that teachers call.
//
// Its words. A pupil is a person, once, wherever she learns. An enrolment is a spell at
// one school in one grade of one school year; a class membership is a spell in a class
// within it. Both are half-open: the day "until" is not part of them. A spell says how
// it began (opening, entrant, repeater, transfer-in, return, other) and, once over, how
// it ended (year-end, transfer-out, dropout, vocational, moved, died, other) and whether
// that is confirmed. A transfer that is offered and not yet accepted, a leaving for
// vocational training and a moving away stay "chưa xác nhận" until the other school
// accepts or a paper comes: that is where dropouts hide (domain.md 1.3). A roll is the
// immutable list of a class that a teacher sees; the same list again is the same roll.
//
// The law behind it: the ledger's identity is that of CV 6622/BGDĐT-KHTC of 14 October
// 2010 – pupils at the opening = pupils now + dropouts + other decrease, else explain;
// a pupil who leaves for vocational training is no dropout. Transfers follow TT 28/2020
// Điều 36 (primary) and TT 10/2025/TT-BGDĐT. What is kept of a child is limited by Luật
// 91/2025/QH15: the numbers of identity cards, religion and the parents' occupations in
// the national class list are not stored.
//
// Who may enter: rollcall, indicator, report and the doors. This room enters org (where
// villages and schools are), calendar (it marks a school's due figures stale) and access.
// It knows no sheets: a change that reaches back says which classes and days it touched
// (ClassDays), and the door hands them to rollcall in the same transaction.
package student

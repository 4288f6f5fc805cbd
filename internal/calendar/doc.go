// Package calendar says on which days and in which sessions a class has school, why not on the others, and so how many
// roll calls are due.
//
// Its words. A school year is named by the calendar year in which it begins and is cut on 1 August. Its terms (học kỳ)
// hold 35 teaching weeks, 18 and 17. A timetable gives the sessions (buổi: morning, afternoon, evening) of a week and
// which of them is the main one, the only one that feeds the limit of 45 absences (TT 22/2021/TT-BGDĐT, Điều 12). A
// closure (nghỉ) takes sessions away, a make-up (học bù) adds them; both bear a reason and a scope. Terms, timetables,
// closures and make-ups are inherited: province → (district) → commune → school → site → class; the nearest wins, among equals the one
// declared last. Legal holidays (holidays.toml) lie under all of them.
//
// The law behind it: the frame of the school year that the Minister decides each summer (QĐ 2269/QĐ-BGDĐT for
// 2025-2026: khai giảng 5/9, 35 weeks, end before 31/5, two weeks more for disaster or epidemic), the provincial
// decision that follows it, the provincial director's right to close for weather, and Bộ luật Lao động, Điều 112.
//
// Resolving is pure: Plan.Day takes no transaction. What is due is kept ready in school_due, which nobody but this room
// writes: whoever changes a roll or a calendar marks the school stale in the same transaction (MarkStale), and Rebuild
// brings the rows up to date in short writes. Figures of a stale school say "đang tính lại".
//
// Who may enter: every room above org. This room knows places (org) and rights (access), no pupils by name.
package calendar

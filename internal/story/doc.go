// Package story invents the demonstration: a district or province with schools, classes, pupils, a school year
// and the marks of every class, all made from one seed so that the same story is told on every machine.
//
// Communes and their codes are real places, because a report must read like one; everything in them is invented:
// schools, villages, sites, teachers, pupils, the make-up of the population and every figure. No real person is
// described. Names are drawn at random from lists of name parts (names.go says where they come from); the numbers
// of persons begin with 99, which no office issues, and telephone numbers with 010, which no network has.
//
// Make builds a Plan in memory: pure, without a database, the same for the same options. Load writes a Plan through
// the rooms' own bulk functions. The stories:
//
//	tuan-giao-2019   Tuần Giáo, school year 2019-2020: three tiers, Tết, the closure against Covid-19 and the
//	                 return, lower secondary attendance falling in some highland communes; its clock starts on
//	                 29 May 2020 at 7:00, the day of letter 610/UBND-GDĐT.
//	lai-chau-2026    Lai Châu, school year 2026-2027: two tiers, province and commune; its clock starts on
//	                 17 November 2026 at 7:00.
package story

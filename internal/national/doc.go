// Package national counts what the Ministry's own forms ask of a school, from what other
// rooms already know, so that nobody counts again by hand: form 02-TH-ĐN of a primary
// school (báo cáo thống kê đầu năm, codes of 2020).
//
// A line says what it is certain of. What no room keeps (electricity, clean water, national
// standard …) stays empty and says so; a line whose words leave more than one reading has
// the reading that was taken beside it. Nothing is guessed from other schools.
//
// Enrolment on the day is read with a statement of its own, that names nobody; classes, sites
// and zones are org's, timetables calendar's, support benefit's.
// Pages and exchange enter.
package national

// Package rollcall knows who was in class: the marks of every session, the counts of
// schools that cannot yet mark pupil by pupil, and the counts by another person.
//
// Its words. A sheet is the roll call of a class in one session of one day. It is kept by
// exception: a mark stands only for a pupil who was not simply present – vắng, chưa rõ
// (unknown: the first tap, at 7:05 nobody knows why), có phép (excused), không phép
// (unexcused), muộn (late, who is present). A sheet is taken, or says "no class today"
// with a reason, or is void: the session was closed afterwards, so the sheet is kept and
// shown but not counted. No sheet at all means "chưa điểm danh", which is never "all
// present". Each submission is an act with an id made by the sender: the same act twice
// is one act. Every version of a sheet is kept whole; whoever submits names the version
// he saw, and a conflict loses nothing. A sheet names its roll: the denominator is that
// roll's size. The sums of a school by day, month and grade are exact in the transaction
// of each sheet. A headcount is a school's own count of enrolled, present and absent; a
// physical count (kiểm tra sĩ số thực tế) is made by another person and kept beside the
// sheet with the difference.
//
// The law behind it: the daily record of absence in sổ theo dõi và đánh giá học sinh, and
// TT 22/2021/TT-BGDĐT Điều 12 (before it TT 58/2011 Điều 15): a pupil of lower or upper
// secondary school away for more than 45 sessions of a year, counted one a day, is not
// moved up (limit.toml). "Chưa rõ" becomes "không phép" only when a person says so.
//
// Who may enter: indicator, report and the doors. This room enters org, calendar (which
// sessions are held), student (rolls) and access. It marks nothing outside its tables.
package rollcall

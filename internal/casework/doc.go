// Package casework keeps what is done for a child who is away, from the first call until
// the child is back in class and stays.
//
// Its words. A case (hồ sơ vận động) belongs to one child; a child has one running case at
// most. It opens from a warning's signal or by hand. Its owners are named: the homeroom
// teacher, the named official of the village in which the child lives – also when it boards
// elsewhere –, the school; the commune and the committee's chair join when the case reaches
// them. It stands at a step of the ladder of its level (ladder.toml) with a deadline in school
// or working days. An act is what somebody did: a call, a visit, a guardian's reply, a promise
// kept or broken. An act moves the clock to the next step's deadline; silence climbs from tier
// to tier (Climb); only an outcome ends the case. Back means: present in at least 5 of the
// next 6 marked sessions; until then the case is watched (đang theo dõi), afterwards four
// checks follow at 7, 30, 60 and 90 days. Every other end stays "chưa xác nhận" until the
// child's enrolment says so by paper or acceptance; a dropout is confirmed by the principal
// and then seen by the commune. A case after an earlier one names it.
//
// The law behind it: letter 610/UBND-GDĐT (Tuần Giáo, 29 May 2020), point 1: a named official
// for every area learns of absence in time and persuades early; Luật Trẻ em 2016 Điều 51, 52
// and NĐ 56/2017/NĐ-CP on children who need protection; Luật 91/2025/QH15 on their data.
//
// Who may enter: whoever answers for the child at school or where it lives (access rule
// "case.see"), and whoever owns the case (rule "case.owner"). Protected causes – violence,
// early marriage, trafficking, pregnancy, child labour, health – are read by the homeroom
// teacher, the principal, the case's holder and the commune's child protection officer only;
// everybody else reads "đang được hỗ trợ". One function, redact, decides this for every reader.
// Police and border guard see what a named person referred to them, no more and not for ever.
package casework

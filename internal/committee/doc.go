// Package committee knows the steering committees of every tier and who in them is named
// for which village and school.
//
// It is a room; it enters access, org and account.
//
// Its words:
//
//   - Committee: a ban chỉ đạo of a unit (Ban chỉ đạo đổi mới GD&ĐT, Ban chỉ đạo PCGD-XMC
//     …). A unit may have several at once. It is founded by a decision; each later decision
//     that sets it up anew (kiện toàn) begins a Term, and the earlier ones stay.
//   - Member: a person in a committee from a day until another, with an Office (trưởng ban
//     … ủy viên) and the Body that sent them (Mặt trận, Hội LHPN, trường …). One without an
//     account works on paper and has a phone. A member is never overwritten: who leaves
//     ends, a successor is a new member, and a correction keeps what stood before.
//   - Duty: a member, or a branch (ngành phụ trách xã), is in charge of a village, commune
//     or school, of some levels, for some tasks, from a day until another. It names a
//     person for the children there when its tasks are all, mobilisation or attendance.
//     Such a duty on a village lends a member with an account the right village-head on it;
//     its end withdraws that right.
//   - Absence: days on which a member is away, with who stands in. Escalation goes to the
//     deputy and not up while somebody is away.
//   - Coverage: every village and school under a unit with who is named for it; those with
//     nobody are listed until they have somebody.
//   - Stranded: a duty whose place, or whose committee's unit, is no more (the communes of
//     2025); it is listed until a person gives it anew.
//
// Law: Quyết định thành lập of each committee; NĐ 20/2014/NĐ-CP Đ.30 for universalisation;
// the letters 785/UBND-VX (2015) and 610/UBND-GDĐT (2020), which ask for members with
// named duties. Papers follow NĐ 30/2020/NĐ-CP.
//
// Who may enter: SeeCommittee reads, ChangeCommittee founds, names and gives duties, both
// asked of the committee's unit; a member with an account always reads their own duties.
package committee

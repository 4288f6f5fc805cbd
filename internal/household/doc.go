// Package household keeps what the yearly survey of universal education (phiếu điều tra
// PCGD-XMC) found: the households of a village, who lives there, and who of the children
// is in no school.
//
// Its words. A survey is of a village and a school year. A household is a sheet with a
// number; its persons are told by name and year of birth. A person who is a pupil of the
// realm is linked to that pupil: by a number of the state, else by name and birth among
// those who live in the commune. What the sheet says of schooling and what the rolls say
// are kept apart; where they differ it is a finding. No religion, no ethnicity, no reading
// skills of adults are kept: what is here is for finding children who are in no school.
//
// The law behind it: NĐ 20/2014/NĐ-CP and TT 07/2016/TT-BGDĐT (hồ sơ phổ cập, phiếu điều
// tra); form fields as of domain.md 3.2.
//
// Who may enter: the doors. The commune surveys (household.survey) and sees, as do the
// village head and who protects children there (household.see). This room enters org and
// student.
package household

// Package report makes the synthesis of a unit or school for a kỳ báo cáo and takes it
// along its way: dự thảo, trình duyệt, duyệt, phát hành, tiếp nhận or trả lại.
//
// It is a room. It enters org, calendar, student, rollcall and indicator for what it
// counts, and paper for the files; the doors enter it.
//
// Words. Figures are everything that a synthesis says in numbers, gathered in one
// snapshot. While a paper is a draft they are live; chốt số liệu (freeze, when it is
// approved) keeps them, the definitions they follow, the files and what each class
// contributed (Source). What changes afterwards, of whatever cause, is điều chỉnh sau
// chốt (Adjustment): named on the paper and carried into the next period, never into
// figures that were frozen. A parent sums the frozen figures of those children whose
// papers it accepted; the others are live and named as tạm tính. A section is a part of
// the text: sentences made from the figures, until a person edits it.
//
// The form of the paper is that of NĐ 30/2020/NĐ-CP; its columns are those of the usual
// monthly report of attendance (domain.md 1.4) with the identity of CV
// 6622/BGDĐT-KHTC. The paper is in Vietnamese whatever language the interface speaks: its
// sentences stand in words.toml.
//
// Who may enter: DraftReport writes and lays before the approver; ApproveReport approves,
// issues, and gives back before issue; ReceiveReport, asked of the unit above, takes in,
// gives back and answers proposals; SeeReport reads. The tree is that of the last day of
// the period; rights follow today's.
package report

// Package transfer draws up what goes with a child to another school: the giấy giới thiệu
// chuyển trường as a draft for signature, and the archive, a locked workbook for a school
// outside the realm. The offer itself and its answer are student's.
//
// Its words. A letter is the giấy giới thiệu; who signs it follows from level and day. An
// archive is the child's line in the columns of the national class list and sheets of
// schooling, attendance and results. Whose school made the offer draws both up, while the
// record is still that school's (student.LeavingOf).
//
// The law behind it: QĐ 51/2002/QĐ-BGDĐT (lower and upper secondary: application, học bạ,
// letter of the principal), TT 10/2025/TT-BGDĐT (lower secondary: the chairperson of the
// commune that the child leaves signs), TT 28/2020/TT-BGDĐT Điều 36 (primary: what the
// dossier holds, answer within three working days). Luật 91/2025/QH15: only what the
// receiving school needs. No circular gives the letter a form; ours is that of NĐ
// 30/2020/NĐ-CP.
//
// What stays behind: cases and causes, warnings, notes of marks, why a child left a school
// before, poverty, disability, boarding and support received. A family asks for support
// anew at the receiving school, with its own papers.
//
// The doors enter: pages hand the letter out, exchange writes and locks the workbook.
package transfer

// Package paper turns one document model into the papers of an office: docx, pdf and
// xlsx (JSON is the model itself), in the form of NĐ 30/2020/NĐ-CP, Phụ lục I, and
// lists into csv and xlsx.
//
// It is ground floor: it knows no feature, no database and no clock. Whoever has
// figures builds a Document; Docx, PDF and Workbook write it.
//
// Words of this package:
//   - Document: a công văn (no Kind) or a named paper (BÁO CÁO, THÔNG BÁO, …).
//   - Block: a heading, paragraph, bullet, table or chart of its body.
//   - Table: typed columns; a rate is never a typed-in number but is derived from the
//     two whole numbers beside it, on paper and as a live formula in xlsx.
//   - List: heads and rows only, streamed, for "what is on the screen".
//
// The same document always gives the same bytes: papers are frozen and compared. All
// text is brought to NFC, because nothing below places combining marks.
//
// The words that the decree prescribes (Quốc hiệu, "Kính gửi", "Nơi nhận", …) stand in
// form.go. They are part of the form, the same in every language of the interface.
package paper

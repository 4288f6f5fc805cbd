// Package indicator defines every figure of the product and works it out.
//
// It is a room. It enters org, calendar, student and rollcall for the counts; report and
// the doors enter it. A figure is always two whole numbers with the completeness of the
// data behind it, and a parent is the sum of its children: ratios of sums, never means of
// rates. Whatever was not marked leaves both sides. A rate may pass 100 %; it is never
// clamped.
//
// Words: tỷ lệ chuyên cần = attendance; duy trì sĩ số = retention; huy động = mobilisation;
// bỏ học = dropout; kiểu 1, kiểu 2 = the two variants of retention in use.
//
// Two views of the same children: "truong" counts a child where it learns, "cu-tru" where
// it lives. Mobilisation is always by residence.
//
// Sources: the statistics office's definitions for dropout, repeat and enrolment rates
// (Hệ thống chỉ tiêu thống kê); letter 6622/BGDĐT-KHTC of 14 October 2010 for the identity
// opening = now + dropouts + other decrease; practice for the rest (design, domain.md 1.2),
// for which no national text was found.
package indicator

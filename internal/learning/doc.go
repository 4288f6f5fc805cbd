// Package learning keeps the results of learning and conduct of pupils, term by term, on
// the scale that held then.
//
// Its words. A scale is the pair of word lists (study, conduct) of a circular for a level;
// which one holds follows from school year and grade (scales.toml), because the new ones
// came in grade by grade. Results of different scales are never compared: a series breaks
// where the scale changes. A result is of a term (1, 2) or of the year (0). No marks per
// subject are kept.
//
// The law behind it: TT 22/2021/TT-BGDĐT (Tốt, Khá, Đạt, Chưa đạt; grade 6 from 2021-22,
// 7 and 10 from 2022-23, 8 and 11 from 2023-24, 9 and 12 from 2024-25), before it TT
// 58/2011 with TT 26/2020; TT 27/2020 for primary grades (1 from 2020-21 … 5 from
// 2024-25), before it TT 22/2016.
//
// Who may enter: the doors. Who sees a pupil sees its results; who brings class lists of a
// school in brings its results in. This room enters student.
package learning

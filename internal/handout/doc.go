// Package handout keeps lists that are too long to be answered at once: somebody asks, a
// worker makes the file, she is told, and fetches it within a day.
//
// Its words:
//
//   - File: what was asked for (a kind of list, a place, filters), how far it is, and the
//     bytes in chunks, in the database as intake keeps what comes in: a restart loses
//     nothing and every server of a cluster can hand it out.
//   - Work: one process making one file. A file whose process died begins again from its
//     first row, and ends once: bytes belong to the holder, and who is no longer the holder
//     writes nothing more.
//
// A file is its asker's alone. The right to the list is asked for three times: when it is
// ordered, when it is made, and when it is fetched; what she may not see any more she does
// not get. It is forgotten after Age (Luật 91/2025/QH15: personal data are kept no longer
// than what they were taken for needs). Ordering, making and every fetch stand in the audit book.
//
// What the lists hold is the door's (exchange): this room knows none. Pages, the worker and
// exchange enter.
package handout

// Package intake keeps what an import desk needs and knows no feature: files as they were
// uploaded, runs with their state and position, mappings of columns remembered by source,
// what was said of rows, cells mended on the screen, and a journal of the rows that a run
// wrote, by which it can be taken back bit for bit.
//
// A run goes uploaded → planning → planned → committing → done. Its position moves in the
// transaction that writes the rows: a run whose process died goes on exactly there. Which
// process works on a run is told by holder, an id of the machine's clock that is made anew
// with every slice.
//
// It is on the ground floor: rights, kinds of files and what a row means are the door's and
// the rooms'. What is kept is personal and forgotten after FileAge and UndoAge (docs/privacy.md).
package intake

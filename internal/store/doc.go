// Package store is the one way to the database, SQLite or PostgreSQL.
//
// It is on the ground floor: it knows no feature. Rooms write one SQL text for both
// engines and run it on a *Tx; house and doors open transactions with Read and Write.
// Only this package (and job, which hands River its connections) imports database/sql
// or a driver.
//
// What a room may rely on:
//
//   - Placeholders are $1, $2, … on both engines. A list is one placeholder:
//     `class IN ($2)` with store.In(ids).
//   - tx.Now is the one time of a transaction; ids come from tx.NewID; no statement
//     asks the engine for either.
//   - Write answers after the commit is on disk. On SQLite waiting callers share one
//     commit, each in a savepoint of its own: an error, a panic or a caller that went
//     away undoes only that caller's work. On PostgreSQL a serialisation failure or a
//     deadlock runs the function again, so it must have no effect outside the database.
//   - Read sees one snapshot and cannot write.
package store

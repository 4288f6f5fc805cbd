// Package viet holds what every room must know about written Vietnamese: one byte form for one spelling, search
// without marks, the order of names, and the way numbers and dates stand on an official paper.
//
// It does no I/O and keeps no state. Sort keys and folded columns are made here and stored, never computed by a
// database, so that SQLite (BINARY) and PostgreSQL (C collation) order and find alike.
package viet

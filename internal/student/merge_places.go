package student

// How a column that holds pupils' ids is treated when one record becomes a part of another.
type merging int

const (
	moves   merging = iota // goes to the record kept, is compared before an undo and restored by it
	chosen                 // part of the record itself: merge.go takes it from the one or the other; restored by an undo
	follows                // goes to the record kept and lives on; an undo brings back what the merge moved
	sheets                 // rollcall.ApplyMerge makes new versions of the sheets
	stays                  // says what was once seen, read or decided; the id leads on by MergedInto
)

// What becomes of a row when its pupil has been kept long enough (Purge).
type keeping int

const (
	unsaid   keeping = iota
	remains          // by id, which then names nobody: figures of past years add up
	goes             // the row is deleted
	wordless         // the row stays without what somebody wrote: place.words
	unlinked         // the row stays as long as its own room says, and names no pupil
	blanked          // the record itself: retention.go says what of it stays
)

// place is one column with pupils' ids.
type place struct {
	table, column string
	how           merging
	keep          keeping
	also          string   // another column of the table that may hold the same id
	word          string   // of what an undo finds built on it: identity.built-WORD
	words         []string // columns with texts, of a place that is wordless
}

// places are all columns of the schema that hold pupils' ids, tables after those they point
// to. It is one list and not a hook in each room (docs/decisions/0013): what a merge has to
// keep in mind, and what Purge takes away, can be read in one place, and
// TestEveryPupilColumnIsPlaced fails for a new table until somebody has said here what
// becomes of it.
var places = []place{
	{table: "pupil", column: "id", how: chosen, keep: blanked, word: "person"},
	{table: "guardian", column: "pupil", how: chosen, keep: goes, word: "person"},
	{table: "pupil_residence", column: "pupil", how: chosen, keep: remains, word: "person"},
	{table: "pupil_boarding", column: "pupil", how: chosen, keep: remains, word: "person"},
	{table: "pupil_poverty", column: "pupil", how: chosen, keep: remains, word: "person"},
	{table: "pupil_number", column: "pupil", how: chosen, keep: goes, word: "person"},
	{table: "enrolment", column: "pupil", how: chosen, keep: remains, word: "spells"},
	{table: "class_membership", column: "enrolment", how: chosen, keep: remains, word: "spells"},
	{table: "expected_pupil", column: "pupil", how: moves, keep: remains, word: "spells"},
	{table: "transfer_offer", column: "pupil", how: moves, keep: goes, word: "spells"},
	{table: "guardian_request", column: "pupil", how: moves, keep: goes, word: "papers"},
	{table: "guardian_consent", column: "pupil", how: moves, keep: goes, word: "papers"},
	{table: "leave_notice", column: "pupil", how: moves, keep: goes, word: "papers"},
	{table: "learning_result", column: "pupil", how: moves, keep: remains, word: "papers"}, // of one term the kept record's stands
	{table: "benefit", column: "pupil", how: moves, keep: remains, word: "papers"},
	{table: "benefit_month", column: "pupil", how: moves, keep: remains, word: "papers"},
	{table: "household_person", column: "pupil", how: follows, keep: unlinked},        // household.Purge knows its age
	{table: "case_file", column: "pupil", how: follows, keep: remains, word: "cases"}, // what was written in it has an age of its own (casework.Purge)
	{table: "warning_signal", column: "pupil", how: follows, keep: remains, also: "subject"},
	{table: "break_pupil", column: "pupil", how: follows, keep: wordless, words: []string{"note_text"}},
	{table: "mark", column: "pupil", how: sheets, keep: remains},
	{table: "sheet_conflict", column: "pupil", how: sheets, keep: remains},
	{table: "roll_member", column: "pupil", how: stays, keep: remains},
	{table: "duplicate_pair", column: "one", how: stays, keep: goes},
	{table: "duplicate_pair", column: "other", how: stays, keep: goes},
	{table: "pupil_merge", column: "kept", how: stays, keep: remains}, // its rows are forgotten after a year (ForgetMerges)
	{table: "pupil_merge", column: "gone", how: stays, keep: remains},
}

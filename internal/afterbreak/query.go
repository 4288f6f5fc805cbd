package afterbreak

import (
	"context"
	"encoding/json"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Listed is a child of an expected-back list.
type Listed struct {
	Pupil      id.ID
	Name       string
	NameSort   string
	Born       day.Day
	Level      string
	Class      id.ID
	ClassName  string
	School     id.ID
	SchoolName string
	Unit       id.ID
	UnitName   string
	Note       string // one of Notes, "" for none
	NoteText   string
	NotedBy    string // name of the account
	NotedAt    day.Instant
	SeenOn     day.Day
	BackOn     day.Day
	Cause      string
	Return     day.Day
	Order      int // of the list; never shown
	Facts      Facts
}

// State says where a listed child stands on a day; its words are "afterbreak.state-<state>".
type State string

const (
	Awaited State = "awaited" // the return is still ahead
	Back    State = "back"
	Missing State = "missing"
	Unseen  State = "unseen" // no roll with the child has been called since
)

// StateOn is where the child stood on a day.
func (l Listed) StateOn(on day.Day) State {
	switch {
	case l.Return > on:
		return Awaited
	case l.BackOn <= on:
		return Back
	case l.SeenOn <= on:
		return Missing
	}
	return Unseen
}

// List is an expected-back list of a class, a school, or of the children who live in a unit.
type List struct {
	Break Break
	At    access.Resource
	Name  string   // of the place
	Rows  []Listed // whom to talk to first comes first, then by name
	Rule  string
	AsOf  day.Day // the latest day whose enrolments it holds; 0 without a list
	// Frozen is when the last part of it was settled; 0 while any part still follows the enrolments.
	Frozen day.Day
}

// ReadList opens the list of a break for those who answer for the children: of a class, a school, or a residence.
// study 0 is the latest return, or the next when its list is made. Whoever shows it writes the look.
func ReadList(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource, study id.ID) (List, error) {
	rule, err := access.May(ctx, tx, who, access.SeePupils, at)
	if err != nil {
		return List{}, err
	}
	l := List{At: at, Rule: rule}
	if l.Name, err = access.PlaceName(ctx, tx, who.Realm, at.Kind, at.ID); err != nil {
		return l, err
	}
	if l.Break, err = breakFor(ctx, tx, who.Realm, at, study); err != nil || l.Break.ID == 0 {
		return l, err
	}
	query, args := sqlListOfSchool, []any{who.Realm, l.Break.ID, tx.Today(), at.ID}
	switch at.Kind {
	case access.ClassKind:
		query = sqlListOfClass
	case access.ResidenceKind:
		query = sqlListOfResidence
	}
	type row struct {
		Listed listedRow
		Facts  string
	}
	rows, err := store.All[row](ctx, tx, query, args...)
	if err != nil {
		return l, err
	}
	frozen := true
	for _, r := range rows {
		one := r.Listed.listed()
		if err := json.Unmarshal([]byte(r.Facts), &one.Facts); err != nil {
			return l, fmt.Errorf("afterbreak: facts of a list: %w", err)
		}
		l.AsOf = max(l.AsOf, r.Listed.AsOf)
		if r.Listed.FrozenOn == day.Forever {
			frozen = false
		} else {
			l.Frozen = max(l.Frozen, r.Listed.FrozenOn)
		}
		l.Rows = append(l.Rows, one)
	}
	if !frozen {
		l.Frozen = 0
	}
	return l, nil
}

// listedRow is Listed as the statement gives it.
type listedRow struct {
	Pupil          id.ID
	Name, NameSort string
	Born           day.Day
	Level          string
	Class          id.ID
	ClassName      string
	School         id.ID
	SchoolName     string
	Unit           id.ID
	UnitName       string
	Note, NoteText string
	NotedBy        string
	NotedAt        day.Instant
	SeenOn, BackOn day.Day
	Cause          string
	Return         day.Day
	Order          int
	AsOf, FrozenOn day.Day
}

func (r listedRow) listed() Listed {
	return Listed{r.Pupil, r.Name, r.NameSort, r.Born, r.Level, r.Class, r.ClassName, r.School, r.SchoolName, r.Unit, r.UnitName,
		r.Note, r.NoteText, r.NotedBy, r.NotedAt, r.SeenOn, r.BackOn, r.Cause, r.Return, r.Order, Facts{}}
}

// breakFor is the break of a list: the one asked for, else the latest whose return has come or whose list is due.
func breakFor(ctx context.Context, tx *store.Tx, realm int, at access.Resource, study id.ID) (Break, error) {
	if study != 0 {
		return breakByID(ctx, tx, realm, study)
	}
	query, args := sqlLatestOfSchool, []any{realm, at.ID, tx.Today() + Ahead}
	switch at.Kind {
	case access.ClassKind:
		query = sqlLatestOfClass
	case access.ResidenceKind:
		query, args = sqlLatest, []any{realm, tx.Today() + Ahead}
	}
	found, err := store.All[Break](ctx, tx, query, args...)
	if err != nil || len(found) == 0 {
		return Break{}, err
	}
	return found[0], nil
}

// NoteIn is what somebody heard about a child of the list.
type NoteIn struct {
	Break id.ID
	Pupil id.ID
	Note  string // one of Notes; "" takes the note away
	Text  string // "hẹn ngày 12/2"; at most NoteLength runes
}

// NoteLength is how long the text of a note may be.
const NoteLength = 200

// Note keeps what the family said, before the break or after. Faults: "afterbreak.bad-note", "afterbreak.long-note",
// "afterbreak.not-listed".
func Note(ctx context.Context, tx *store.Tx, who access.Who, in NoteIn) error {
	rule, err := access.May(ctx, tx, who, access.WorkCase, access.Pupil(in.Pupil))
	if err != nil {
		return err
	}
	in.Text = viet.Clean(in.Text)
	known := in.Note == ""
	for _, n := range Notes {
		known = known || n == in.Note
	}
	switch {
	case !known:
		return fault.New(fault.Invalid, "afterbreak.bad-note", nil).On("ghi_chu")
	case len([]rune(in.Text)) > NoteLength:
		return fault.New(fault.Invalid, "afterbreak.long-note", fault.Args{"most": NoteLength}).On("noi_dung")
	}
	if in.Note == "" {
		in.Text = ""
	}
	n, err := tx.Exec(ctx, sqlPutNote, who.Realm, in.Break, in.Pupil, in.Note, in.Text, who.Account, tx.Now())
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.NotFound, "afterbreak.not-listed", nil)
	}
	return audit.Record(ctx, tx, who.Audit("afterbreak.note", access.Pupil(in.Pupil), rule, map[string]any{"break": in.Break, "note": in.Note}))
}

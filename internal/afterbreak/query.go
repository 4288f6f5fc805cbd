package afterbreak

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

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
	rows, err := readListed(ctx, tx, query, args...)
	if err != nil {
		return l, err
	}
	frozen := true
	for _, r := range rows {
		l.AsOf = max(l.AsOf, r.AsOf)
		if r.FrozenOn == day.Forever {
			frozen = false
		} else {
			l.Frozen = max(l.Frozen, r.FrozenOn)
		}
		l.Rows = append(l.Rows, r.Listed)
	}
	if !frozen {
		l.Frozen = 0
	}
	return l, l.catchUp(ctx, tx, who.Realm)
}

// catchUp takes in the marks that came since the counts were kept, where few schools have them.
func (l *List) catchUp(ctx context.Context, tx *store.Tx, realm int) error {
	schools := []id.ID{}
	for _, row := range l.Rows {
		if !slices.Contains(schools, row.School) {
			schools = append(schools, row.School)
		}
	}
	waiting, err := staleIn(ctx, tx, realm, l.Break.ID, schools)
	waiting = slices.DeleteFunc(waiting, func(st stand) bool { return st.dayOnly })
	if err != nil || len(waiting) > mostLive {
		return err
	}
	now := map[id.ID]pupilState{}
	for _, st := range waiting {
		levels, err := store.All[schoolBreak](ctx, tx, sqlSchoolInBreak, realm, st.Break, st.School)
		if err != nil {
			return err
		}
		c, err := countSchool(ctx, tx, realm, levels)
		if err != nil {
			return err
		}
		for _, p := range c.changed {
			now[p.Pupil] = p
		}
	}
	for i, row := range l.Rows {
		if p, changed := now[row.Pupil]; changed {
			l.Rows[i].SeenOn, l.Rows[i].BackOn, l.Rows[i].Cause = p.SeenOn, p.BackOn, p.Cause
		}
	}
	return nil
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

// ListedOf is one child of a list, for who may write down what the family said.
func ListedOf(ctx context.Context, tx *store.Tx, who access.Who, pupil, study id.ID) (Listed, string, error) {
	rule, err := access.May(ctx, tx, who, access.WorkCase, access.Pupil(pupil))
	if err != nil {
		return Listed{}, "", err
	}
	rows, err := readListed(ctx, tx, sqlListedOne, who.Realm, study, tx.Today(), pupil)
	if err == nil && len(rows) == 0 {
		err = fault.New(fault.NotFound, "afterbreak.not-listed", nil)
	}
	if err != nil {
		return Listed{}, "", err
	}
	return rows[0].Listed, rule, nil
}

// keptListed is a child with the days of its part of the list.
type keptListed struct {
	Listed
	AsOf, FrozenOn day.Day
}

func readListed(ctx context.Context, tx *store.Tx, query string, args ...any) ([]keptListed, error) {
	type row struct {
		Listed listedRow
		Facts  string
	}
	rows, err := store.All[row](ctx, tx, query, args...)
	out := make([]keptListed, len(rows))
	for i, r := range rows {
		out[i] = keptListed{r.Listed.listed(), r.Listed.AsOf, r.Listed.FrozenOn}
		if err := json.Unmarshal([]byte(r.Facts), &out[i].Facts); err != nil {
			return nil, fmt.Errorf("afterbreak: facts of a list: %w", err)
		}
	}
	return out, err
}

package student

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// What has been said of a pair.
const (
	PairOpen    = "open"
	PairNotSame = "not-same"
	PairMerged  = "merged"
)

// Pair is two records that may be one child, as somebody may see them.
type Pair struct {
	Score   int
	Reasons []string // codes: SameName …
	State   string
	FoundOn day.Day
	Sides   [2]PairSide // the smaller id first
}

// Address is what the pages call a pair by.
func (p Pair) Address() string {
	return "/ho-so-trung/" + p.Sides[0].Pupil.String() + "/" + p.Sides[1].Pupil.String()
}

// PairSide is one of the two records. Of one that the caller may not see it holds the
// school only.
type PairSide struct {
	Pupil      id.ID
	Name       string
	Sex        string
	Born       day.Day
	School     id.ID
	SchoolName string
	Class      id.ID
	ClassName  string
	Residence  id.ID
	Village    string
	Agreed     id.ID // account of its school that offered it for merging, 0
	Seen       bool
}

// PairsIn asks for a page of pairs.
type PairsIn struct {
	State  string // "" is PairOpen
	School id.ID  // pairs with a record of this school; 0 for all in reach
	After  string // cursor of the page before
	Limit  int    // 0 is 50
}

// Pairs lists the pairs of which the caller may see at least one record, the likeliest
// first, with how many there are and the cursor of the next page, "" at the end. The door
// writes the look into the audit book. Fault: access.no-grant.
func Pairs(ctx context.Context, tx *store.Tx, who access.Who, in PairsIn) (page []Pair, total int, next string, err error) {
	scope, err := access.ScopeOf(ctx, tx, who, access.SeePupils)
	if err != nil {
		return nil, 0, "", err
	}
	if scope.Empty() {
		return nil, 0, "", fault.New(fault.Forbidden, "access.no-grant", nil)
	}
	if in.State == "" {
		in.State = PairOpen
	}
	if in.Limit <= 0 {
		in.Limit = 50
	}
	everything := 0
	if scope.All {
		everything = 1
	}
	score, one, other := 101, id.ID(0), id.ID(0)
	if parts := strings.Split(in.After, "/"); len(parts) == 3 {
		if n, err := id.Parse(parts[0]); err == nil {
			score = int(n)
		}
		one, _ = id.Parse(parts[1])
		other, _ = id.Parse(parts[2])
	}
	args := []any{who.Realm, tx.Today(), in.State, PairFrom, store.In(scope.Schools), store.In(scope.Classes), store.In(scope.Residences), store.In(scope.Pupils), everything, in.School}
	if total, err = store.One[int](ctx, tx, sqlCountPairsWithin, slices.Clone(args)...); err != nil {
		return nil, 0, "", err
	}
	rows, err := store.All[pairLine](ctx, tx, sqlPairsWithin, append(args, score, one, other, in.Limit)...)
	if err != nil {
		return nil, 0, "", err
	}
	for _, r := range rows {
		page = append(page, r.pair(scope))
	}
	if len(rows) == in.Limit {
		last := rows[len(rows)-1]
		next = id.ID(last.Score).String() + "/" + last.A.Pupil.String() + "/" + last.B.Pupil.String()
	}
	return page, total, next, nil
}

type pairLine struct {
	Score   int
	Reasons string
	State   string
	FoundOn day.Day
	A, B    pairPupil
}

type pairPupil struct {
	Pupil      id.ID
	Name       string
	Sex        string
	Born       day.Day
	School     id.ID
	SchoolName string
	Class      id.ID
	ClassName  string
	Residence  id.ID
	Village    string
	Agreed     id.ID
}

func (r pairLine) pair(scope access.Scope) Pair {
	p := Pair{r.Score, strings.Fields(r.Reasons), r.State, r.FoundOn, [2]PairSide{}}
	for i, x := range []pairPupil{r.A, r.B} {
		p.Sides[i] = PairSide{x.Pupil, x.Name, x.Sex, x.Born, x.School, x.SchoolName, x.Class, x.ClassName, x.Residence, x.Village, x.Agreed, true}
		if scope.All || slices.Contains(scope.Schools, x.School) || slices.Contains(scope.Classes, x.Class) || slices.Contains(scope.Residences, x.Residence) || slices.Contains(scope.Pupils, x.Pupil) {
			continue
		}
		p.Sides[i] = PairSide{Pupil: x.Pupil, School: x.School, SchoolName: x.SchoolName, Agreed: x.Agreed}
	}
	return p
}

// Comparison is two records side by side.
type Comparison struct {
	Pair     Pair
	Sides    [2]ComparedSide // in the order of Pair.Sides
	Differ   []string        // of MergeFields, where both are seen: judged by what the masks hide
	Overlaps []Overlap       // Kept is the first side's, Gone the second's
	MayMerge bool
}

// ComparedSide is one of two records. Record is empty when the caller may not see it.
type ComparedSide struct {
	Record    Record // masked
	Seen      bool
	MayChange bool
	Agreed    bool // its school offered it for merging
}

// Compare puts two records side by side: those that the caller may see, and the record that
// another school has offered for merging. Numbers are masked; where they differ the masks
// say whether they are the same. It is written into the audit book. Faults: identity.no-pair.
func Compare(ctx context.Context, tx *store.Tx, who access.Who, one, other id.ID) (Comparison, error) {
	c, rule, err := compare(ctx, tx, who, one, other)
	if err != nil {
		return c, err
	}
	return c, record(ctx, tx, who, "student.compare", c.Pair.Sides[0].Pupil, rule, map[string]any{"other": c.Pair.Sides[1].Pupil})
}

// CompareAgain is Compare for a page that is drawn once more, with what was wrong in it:
// the look is in the audit book already.
func CompareAgain(ctx context.Context, tx *store.Tx, who access.Who, one, other id.ID) (Comparison, error) {
	c, _, err := compare(ctx, tx, who, one, other)
	return c, err
}

func compare(ctx context.Context, tx *store.Tx, who access.Who, one, other id.ID) (c Comparison, rule string, err error) {
	key := keyOfPair(one, other)
	row, err := store.One[pairLine](ctx, tx, sqlPair, who.Realm, tx.Today(), key.one, key.other)
	if store.IsNone(err) {
		return c, "", fault.New(fault.NotFound, "identity.no-pair", nil)
	} else if err != nil {
		return c, "", err
	}
	c.Pair = row.pair(access.Scope{All: true})
	agreed := [2]bool{row.A.Agreed != 0, row.B.Agreed != 0}
	for i, pupil := range []id.ID{key.one, key.other} {
		found, err := access.May(ctx, tx, who, access.SeePupils, access.Pupil(pupil))
		if err != nil && !fault.Is(err, fault.Forbidden) {
			return c, "", err
		}
		c.Sides[i].Seen = err == nil
		if err == nil {
			rule = found
		}
		_, err = access.May(ctx, tx, who, access.ChangePupils, access.Pupil(pupil))
		c.Sides[i].MayChange, c.Sides[i].Agreed = err == nil, agreed[i]
	}
	if !c.Sides[0].Seen && !c.Sides[1].Seen {
		return Comparison{}, "", fault.New(fault.NotFound, "identity.no-pair", nil) // whether there is one is not for everybody to know
	}
	c.MayMerge = row.State == PairOpen && (c.Sides[0].MayChange && (c.Sides[1].MayChange || agreed[1]) || c.Sides[1].MayChange && agreed[0])
	for i, pupil := range []id.ID{key.one, key.other} {
		if !c.Sides[i].Seen && !(agreed[i] && c.Sides[1-i].MayChange) {
			c.Pair.Sides[i] = PairSide{Pupil: pupil, School: c.Pair.Sides[i].School, SchoolName: c.Pair.Sides[i].SchoolName}
			continue
		}
		c.Sides[i].Seen = true
		r, err := recordOf(ctx, tx, who.Realm, pupil)
		if err != nil {
			return c, "", err
		}
		c.Sides[i].Record = r
	}
	if c.Sides[0].Seen && c.Sides[1].Seen {
		c.Differ = differ(c.Sides[0].Record, c.Sides[1].Record)
		c.Overlaps = Overlaps(c.Sides[0].Record.Spells, c.Sides[1].Record.Spells)
	}
	c.Sides[0].Record.mask()
	c.Sides[1].Record.mask()
	return c, rule, nil
}

// differ names the fields of two records that are not the same.
func differ(a, b Record) (fields []string) {
	said := a.Person.difference(b.Person)
	for _, field := range MergeFields {
		switch field {
		case "guardians":
			if !slices.Equal(a.Guardians, b.Guardians) {
				fields = append(fields, field)
			}
		case "residence":
			if a.Residence != b.Residence {
				fields = append(fields, field)
			}
		case "boarding":
			if a.Boarding != b.Boarding {
				fields = append(fields, field)
			}
		case "poverty":
			if a.Poverty != b.Poverty {
				fields = append(fields, field)
			}
		default:
			if slices.Contains(said, field) {
				fields = append(fields, field)
			}
		}
	}
	return fields
}

// Agree offers a record for merging to the school that has the other one, and tells its
// principal. From then on that school sees the record beside its own. Faults:
// identity.no-pair, access.no-grant.
func Agree(ctx context.Context, tx *store.Tx, who access.Who, pupil, other id.ID) error {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(pupil))
	if err != nil {
		return err
	}
	key := keyOfPair(pupil, other)
	query := sqlAgreeOne
	if pupil == key.other {
		query = sqlAgreeOther
	}
	if n, err := tx.Exec(ctx, query, who.Realm, key.one, key.other, who.Account); err != nil {
		return err
	} else if n == 0 {
		return fault.New(fault.NotFound, "identity.no-pair", nil)
	}
	p, err := store.One[pairLine](ctx, tx, sqlPair, who.Realm, tx.Today(), key.one, key.other)
	if err != nil {
		return err
	}
	theirs, ours := p.B, p.A
	if pupil == key.other {
		theirs, ours = p.A, p.B
	}
	people, err := access.Holders(ctx, tx, who.Realm, access.SchoolScope, []id.ID{theirs.School}, tx.Today(), access.Principal)
	if err != nil {
		return err
	}
	for _, to := range people {
		if to.Account == who.Account {
			continue
		}
		if err := notify.Enqueue(ctx, tx, notify.Message{Realm: who.Realm, To: notify.Recipient{Account: to.Account}, Code: "identity.notice_double",
			Key: "double/" + key.one.String() + "/" + key.other.String() + "/" + tx.Today().String(), Facts: fault.Args{"school": ours.SchoolName},
			Link: p.pair(access.Scope{All: true}).Address()}); err != nil {
			return err
		}
	}
	return record(ctx, tx, who, "student.agree-merge", pupil, rule, map[string]any{"other": other})
}

// NotSame remembers that two records are two children: nobody is asked again. Faults:
// identity.no-pair, student.reason-missing, access.no-grant.
func NotSame(ctx context.Context, tx *store.Tx, who access.Who, one, other id.ID, why string) error {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(one))
	if fault.Is(err, fault.Forbidden) {
		rule, err = access.May(ctx, tx, who, access.ChangePupils, access.Pupil(other))
	}
	if err != nil {
		return err
	}
	if why = viet.CleanText(why); why == "" {
		return fault.New(fault.Invalid, "student.reason-missing", nil).On("why")
	}
	key := keyOfPair(one, other)
	n, err := tx.Exec(ctx, sqlSayOfPair, who.Realm, key.one, key.other, PairNotSame, who.Account, tx.Now(), why)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.NotFound, "identity.no-pair", nil)
	}
	return record(ctx, tx, who, "student.not-same", key.one, rule, map[string]any{"other": key.other})
}

// Reopen takes back that two records are two children. Faults: identity.no-pair.
func Reopen(ctx context.Context, tx *store.Tx, who access.Who, one, other id.ID) error {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(one))
	if fault.Is(err, fault.Forbidden) {
		rule, err = access.May(ctx, tx, who, access.ChangePupils, access.Pupil(other))
	}
	if err != nil {
		return err
	}
	key := keyOfPair(one, other)
	if n, err := tx.Exec(ctx, sqlReopenPair, who.Realm, key.one, key.other); err != nil {
		return err
	} else if n == 0 {
		return fault.New(fault.NotFound, "identity.no-pair", nil)
	}
	return record(ctx, tx, who, "student.reopen-pair", key.one, rule, map[string]any{"other": key.other})
}

// putPair keeps what became of a pair, also of one that the nightly search has not met.
func putPair(ctx context.Context, tx *store.Tx, who access.Who, a, b id.ID, state string) error {
	key := keyOfPair(a, b)
	n, err := tx.Exec(ctx, sqlSayOfPair, who.Realm, key.one, key.other, state, who.Account, tx.Now(), "")
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(ctx, sqlPutPair, who.Realm, key.one, key.other, 0, "", state, tx.Today(), 0, 0, who.Account, tx.Now(), "")
	return err
}

func agreedOf(ctx context.Context, tx *store.Tx, realm int, kept, gone id.ID) (agreed [2]bool, err error) {
	key := keyOfPair(kept, gone)
	type row struct{ One, Other id.ID }
	r, err := store.One[row](ctx, tx, sqlAgreed, realm, key.one, key.other)
	if store.IsNone(err) {
		return agreed, nil
	}
	if agreed = [2]bool{r.One != 0, r.Other != 0}; kept != key.one {
		agreed[0], agreed[1] = agreed[1], agreed[0]
	}
	return agreed, err
}

package student

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// MergeFields are what is chosen one by one when two records become one. Of the last three
// the whole history is taken from one record, and from the other what lies before it.
var MergeFields = []string{"name", "sex", "born", "code", "national_id", "birthplace", "ethnicity", "address", "phone", "disability",
	"guardians", "residence", "boarding", "poverty"}

// MergeIn makes the record Gone a part of Kept.
type MergeIn struct {
	Kept, Gone               id.ID
	KeptVersion, GoneVersion int      // as seen; 0 for whatever there is
	Take                     []string // fields of MergeFields that the gone record has right
	GiveWay                  []id.ID  // of enrolments that overlap, the ones that were not so
}

// Merged is what a merge or its undo came to.
type Merged struct {
	Merge   id.ID
	Changes []ClassDays     // hand them to rollcall.ApplyMerge in the same transaction
	Same    map[id.ID]id.ID // with this
}

// Merge makes two records of one child one: all history goes to the record kept, the id of
// the other leads to it, frozen papers do not move. It needs the right to change both
// records, or that the other school has offered its record (Agree). UndoMerge takes it back.
//
// Faults: identity.same-record, identity.merged-already, identity.not-agreed,
// identity.both-cases, identity.overlap, identity.overlap-inside, student.changed, and
// those of the person that comes out of it.
func Merge(ctx context.Context, tx *store.Tx, who access.Who, in MergeIn) (Merged, error) {
	rule, err := mayMerge(ctx, tx, who, in.Kept, in.Gone)
	if err != nil {
		return Merged{}, err
	}
	first, second, firstVersion, secondVersion := in.Kept, in.Gone, in.KeptVersion, in.GoneVersion
	if second < first { // always in one order, so that two merges do not wait for each other
		first, second, firstVersion, secondVersion = second, first, secondVersion, firstVersion
	}
	if err := touch(ctx, tx, who.Realm, first, firstVersion); err != nil {
		return Merged{}, err
	}
	if err := touch(ctx, tx, who.Realm, second, secondVersion); err != nil {
		return Merged{}, err
	}
	for _, pupil := range []id.ID{in.Kept, in.Gone} {
		if into, err := store.One[id.ID](ctx, tx, sqlMergedInto, who.Realm, pupil); err != nil {
			return Merged{}, err
		} else if into != 0 {
			return Merged{}, fault.New(fault.Conflict, "identity.merged-already", nil)
		}
	}
	if n, err := store.One[int](ctx, tx, sqlRunningCases, who.Realm, store.In([]id.ID{in.Kept, in.Gone})); err != nil {
		return Merged{}, err
	} else if n > 1 {
		return Merged{}, fault.New(fault.Conflict, "identity.both-cases", nil)
	}
	m := merger{tx: tx, who: who, realm: who.Realm, in: in}
	if m.before, err = m.images(ctx); err != nil {
		return Merged{}, err
	}
	if err := m.spells(ctx); err != nil {
		return Merged{}, err
	}
	if err := m.person(ctx); err != nil {
		return Merged{}, err
	}
	moved, err := m.move(ctx)
	if err != nil {
		return Merged{}, err
	}
	after, err := m.images(ctx)
	if err != nil {
		return Merged{}, err
	}
	merge := tx.NewID()
	if _, err := tx.Exec(ctx, sqlInsertMerge, who.Realm, merge, in.Kept, in.Gone, "merged", tx.Now(), who.Account, day.Instant(0), 0,
		writeImages(journal{Rows: m.before}), writeImages(journal{Rows: after, Moved: moved})); err != nil {
		return Merged{}, err
	}
	if err := putPair(ctx, tx, who, in.Kept, in.Gone, PairMerged); err != nil {
		return Merged{}, err
	}
	changes, err := settle(ctx, tx, who.Realm, m.changes)
	if err != nil {
		return Merged{}, err
	}
	return Merged{merge, changes, map[id.ID]id.ID{in.Gone: in.Kept}}, record(ctx, tx, who, "student.merge", in.Kept, rule,
		map[string]any{"merge": merge, "gone": in.Gone, "taken": in.Take, "gave_way": in.GiveWay})
}

// mayMerge asks for the right to change both records; for one of them the word of its
// school is enough.
func mayMerge(ctx context.Context, tx *store.Tx, who access.Who, kept, gone id.ID) (rule string, err error) {
	if kept == gone {
		return "", fault.New(fault.Invalid, "identity.same-record", nil)
	}
	agreed, err := agreedOf(ctx, tx, who.Realm, kept, gone)
	if err != nil {
		return "", err
	}
	var refused error
	for i, pupil := range []id.ID{kept, gone} {
		found, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(pupil))
		switch {
		case err == nil:
			rule = found
		case fault.Is(err, fault.Forbidden):
			if refused = err; !agreed[i] {
				other := []id.ID{gone, kept}[i]
				if _, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(other)); err != nil {
					return "", err
				}
				return "", fault.New(fault.Forbidden, "identity.not-agreed", nil)
			}
		default:
			return "", err
		}
	}
	if rule == "" {
		return "", refused
	}
	return rule, nil
}

// merger is a merge under way.
type merger struct {
	tx      *store.Tx
	who     access.Who
	realm   int
	in      MergeIn
	before  map[string][]store.Image
	changes []ClassDays
}

func (m *merger) takes(field string) bool { return slices.Contains(m.in.Take, field) }

// from is the record that has a field right.
func (m *merger) from(field string) id.ID {
	if m.takes(field) {
		return m.in.Gone
	}
	return m.in.Kept
}

// person makes the record kept of the fields chosen, and leaves of the other what is needed
// to read old lists.
func (m *merger) person(ctx context.Context) error {
	for _, field := range m.in.Take {
		if !contains(MergeFields, field) {
			return fault.New(fault.Invalid, "identity.unknown-field", nil).On("take")
		}
	}
	kept, err := store.One[Person](ctx, m.tx, sqlPerson, m.realm, m.in.Kept)
	if err != nil {
		return err
	}
	gone, err := store.One[Person](ctx, m.tx, sqlPerson, m.realm, m.in.Gone)
	if err != nil {
		return err
	}
	now := kept
	for field, to := range map[string]struct{ to, from *string }{"name": {&now.Name, &gone.Name}, "sex": {&now.Sex, &gone.Sex}, "code": {&now.Code, &gone.Code},
		"national_id": {&now.NationalID, &gone.NationalID}, "birthplace": {&now.Birthplace, &gone.Birthplace}, "ethnicity": {&now.Ethnicity, &gone.Ethnicity},
		"address": {&now.Address, &gone.Address}, "phone": {&now.Phone, &gone.Phone}, "disability": {&now.Disability, &gone.Disability}} {
		if m.takes(field) {
			*to.to = *to.from
		}
	}
	if m.takes("born") {
		now.Born = gone.Born
	}
	if _, err := m.tx.Exec(ctx, sqlBecomePart, m.realm, m.in.Gone, m.in.Kept); err != nil {
		return err
	}
	if err := freeNumbers(ctx, m.tx, m.realm, m.in.Kept, now); err != nil {
		return err
	}
	if err := updatePerson(ctx, m.tx, m.realm, m.in.Kept, now); err != nil {
		return err
	}
	for _, former := range []struct {
		number string
		pupil  id.ID
	}{{gone.Code, m.in.Gone}, {gone.NationalID, m.in.Gone}, {kept.Code, m.in.Kept}, {kept.NationalID, m.in.Kept}} {
		if former.number == "" || former.number == now.Code || former.number == now.NationalID {
			continue
		}
		if _, err := m.tx.Exec(ctx, sqlInsertNumber, m.realm, former.number, former.pupil); err != nil {
			return err
		}
	}
	if m.takes("guardians") {
		guardians, err := store.All[Guardian](ctx, m.tx, sqlGuardians, m.realm, m.in.Gone)
		if err != nil {
			return err
		}
		if err := putGuardians(ctx, m.tx, m.realm, m.in.Kept, guardians); err != nil {
			return err
		}
	}
	if _, err := m.tx.Exec(ctx, sqlDeleteGuardians, m.realm, m.in.Gone); err != nil {
		return err
	}
	for _, h := range []struct{ field, table string }{{"residence", "pupil_residence"}, {"boarding", "pupil_boarding"}, {"poverty", "pupil_poverty"}} {
		if err := m.history(ctx, h.table, m.from(h.field)); err != nil {
			return err
		}
	}
	return nil
}

// history gives the record kept the dated rows of one record, and of the other those that
// lie before them: of a year each for poverty.
func (m *merger) history(ctx context.Context, table string, right id.ID) error {
	s, err := m.tx.ShapeOf(ctx, table)
	if err != nil {
		return err
	}
	rows, err := m.tx.Images(ctx, s, m.realm, []string{"pupil"}, store.In([]id.ID{m.in.Kept, m.in.Gone}))
	if err != nil {
		return err
	}
	pupil, from, until := s.Place("pupil"), s.Place("from_day"), s.Place("until_day")
	var theirs, others []store.Image
	for _, row := range rows {
		if id.ID(row[pupil].(int64)) == right {
			theirs = append(theirs, row)
		} else {
			others = append(others, row)
		}
	}
	first, years := day.Forever.String(), map[any]bool{}
	for _, row := range theirs {
		if from >= 0 {
			first = min(first, row[from].(string))
		} else {
			years[row[s.Place("year")]] = true
		}
	}
	for _, row := range others {
		switch {
		case from < 0:
			if years[row[s.Place("year")]] {
				continue
			}
		case row[from].(string) >= first:
			continue
		default:
			row = slices.Clone(row)
			row[until] = min(row[until].(string), first)
		}
		theirs = append(theirs, row)
	}
	var whole []store.Image
	for _, row := range theirs {
		row = slices.Clone(row)
		row[pupil] = int64(m.in.Kept)
		whole = append(whole, row)
	}
	if _, err := m.tx.DropBy(ctx, table, "pupil", m.realm, []id.ID{m.in.Kept, m.in.Gone}); err != nil {
		return err
	}
	return m.tx.InsertImages(ctx, s, whole)
}

// BuiltOn are the words of what stands in the way of an undo.
var BuiltOn = []string{"person", "spells", "papers", "cases", "marks", "merge", "forgotten"}

// UndoMerge restores both records as they were, unless something was built on the merge
// since: each such thing is a fault identity.built-WORD (BuiltOn). The sheets of the classes
// then say again what was said of each record (rollcall.ApplyMerge with Merged.Same).
func UndoMerge(ctx context.Context, tx *store.Tx, who access.Who, merge id.ID) (Merged, error) {
	u, rule, err := openUndo(ctx, tx, who, merge)
	if err != nil {
		return Merged{}, err
	}
	for _, pupil := range []id.ID{min(u.Kept, u.Gone), max(u.Kept, u.Gone)} {
		if err := touch(ctx, tx, who.Realm, pupil, 0); err != nil {
			return Merged{}, err
		}
	}
	m := merger{tx: tx, who: who, realm: who.Realm, in: MergeIn{Kept: u.Kept, Gone: u.Gone}}
	built, now, err := u.builtOn(ctx, &m)
	if err != nil {
		return Merged{}, err
	}
	var faults fault.List
	for _, word := range built {
		faults = append(faults, fault.New(fault.Conflict, "identity.built-"+word, nil))
	}
	if err := faults.OrNil(); err != nil {
		return Merged{}, err
	}
	members, err := MembershipsOf(ctx, tx, who.Realm, u.Kept)
	if err != nil {
		return Merged{}, err
	}
	for _, p := range places {
		if p.how == follows {
			if err := m.rename(ctx, p, u.after.Moved[p.table], u.Kept, u.Gone); err != nil {
				return Merged{}, err
			}
		}
	}
	if err := m.restore(ctx, u.before.Rows, now); err != nil {
		return Merged{}, err
	}
	for _, pupil := range []id.ID{u.Kept, u.Gone} {
		more, err := MembershipsOf(ctx, tx, who.Realm, pupil)
		if err != nil {
			return Merged{}, err
		}
		members = append(members, more...)
	}
	for _, one := range members {
		m.changes = append(m.changes, ClassDays{one.Class, one.Period})
	}
	if _, err := tx.Exec(ctx, sqlEndMerge, who.Realm, merge, "undone", tx.Now(), who.Account); err != nil {
		return Merged{}, err
	}
	if err := putPair(ctx, tx, who, u.Kept, u.Gone, PairOpen); err != nil {
		return Merged{}, err
	}
	changes, err := settle(ctx, tx, who.Realm, m.changes)
	if err != nil {
		return Merged{}, err
	}
	return Merged{Merge: merge, Changes: changes}, record(ctx, tx, who, "student.merge-undo", u.Kept, rule, map[string]any{"merge": merge, "gone": u.Gone})
}

// StandsInTheWay says what an undo of a merge would be refused for, as words of BuiltOn.
func StandsInTheWay(ctx context.Context, tx *store.Tx, who access.Who, merge id.ID) ([]string, error) {
	u, _, err := openUndo(ctx, tx, who, merge)
	if err != nil {
		return nil, err
	}
	built, _, err := u.builtOn(ctx, &merger{tx: tx, who: who, realm: who.Realm, in: MergeIn{Kept: u.Kept, Gone: u.Gone}})
	return built, err
}

type undo struct {
	Kept, Gone    id.ID
	State         string
	At            day.Instant
	Before, After string
	before, after journal
}

func openUndo(ctx context.Context, tx *store.Tx, who access.Who, merge id.ID) (u undo, rule string, err error) {
	type row struct {
		Kept, Gone    id.ID
		State         string
		At            day.Instant
		Before, After string
	}
	r, err := store.One[row](ctx, tx, sqlMerge, who.Realm, merge)
	if store.IsNone(err) {
		return u, "", fault.New(fault.NotFound, "identity.no-merge", nil)
	} else if err != nil {
		return u, "", err
	}
	at, err := MergedInto(ctx, tx, who.Realm, r.Kept)
	if err != nil {
		return u, "", err
	}
	if rule, err = access.May(ctx, tx, who, access.ChangePupils, access.Pupil(at)); err != nil {
		return u, "", err
	}
	if r.State == "undone" {
		return u, "", fault.New(fault.Conflict, "identity.no-merge", nil)
	}
	u = undo{Kept: r.Kept, Gone: r.Gone, State: r.State, At: r.At}
	if r.Before != "" {
		if u.before, err = readImages(r.Before); err == nil {
			u.after, err = readImages(r.After)
		}
	}
	return u, rule, err
}

// builtOn compares what stands with what the merge left. It gives the rows that stand, too.
func (u undo) builtOn(ctx context.Context, m *merger) (words []string, now map[string][]store.Image, err error) {
	add := func(word string) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if u.State == "kept" {
		return []string{"forgotten"}, nil, nil
	}
	if into, err := MergedInto(ctx, m.tx, m.realm, u.Kept); err != nil {
		return nil, nil, err
	} else if into != u.Kept {
		return []string{"merge"}, nil, nil
	}
	if now, err = m.images(ctx); err != nil {
		return nil, nil, err
	}
	for _, p := range places {
		if p.how != moves && p.how != chosen {
			continue
		}
		s, err := m.tx.ShapeOf(ctx, p.table)
		if err != nil {
			return nil, nil, err
		}
		if !sameRows(s, u.after.Rows[p.table], now[p.table]) {
			add(p.word)
		}
	}
	cases, err := store.One[int](ctx, m.tx, sqlCasesSince, m.realm, u.Kept, u.At)
	if err != nil {
		return nil, nil, err
	}
	if cases > 0 {
		add("cases")
	}
	var classes []id.ID
	s, err := m.tx.ShapeOf(ctx, "class_membership")
	if err != nil {
		return nil, nil, err
	}
	theirs, err := m.enrolmentsOf(ctx, u.before.Rows["enrolment"], u.Gone)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range u.before.Rows["class_membership"] {
		if slices.Contains(theirs, id.ID(row[s.Place("enrolment")].(int64))) {
			classes = append(classes, id.ID(row[s.Place("class")].(int64)))
		}
	}
	marks, err := store.One[int](ctx, m.tx, sqlMarkedSince, m.realm, u.Kept, u.At, store.In(classes))
	if err != nil {
		return nil, nil, err
	}
	if marks > 0 {
		add("marks")
	}
	return words, now, nil
}

// ForgetMerges drops what is needed to take back merges of more than a year ago: it holds
// names. It asks no right: the night does it, with Purge.
func ForgetMerges(ctx context.Context, tx *store.Tx, realm int) error {
	_, err := tx.Exec(ctx, sqlForgetMerges, realm, day.InstantOf(tx.Now().Time().AddDate(-1, 0, 0)))
	return err
}

// spells gives all enrolments of both records to the one kept.
func (m *merger) spells(ctx context.Context) error {
	kept, err := SpellsOf(ctx, m.tx, m.realm, m.in.Kept)
	if err != nil {
		return err
	}
	gone, err := SpellsOf(ctx, m.tx, m.realm, m.in.Gone)
	if err != nil {
		return err
	}
	for _, pupil := range []id.ID{m.in.Kept, m.in.Gone} {
		members, err := MembershipsOf(ctx, m.tx, m.realm, pupil)
		if err != nil {
			return err
		}
		for _, one := range members {
			m.changes = append(m.changes, ClassDays{one.Class, one.Period})
		}
	}
	j, err := joinSpells(kept, gone, m.in.GiveWay)
	if err != nil {
		return err
	}
	for _, s := range j.ended {
		if _, err := m.tx.Exec(ctx, sqlDropMemberships, m.realm, s.Enrolment); err != nil {
			return err
		}
		if _, err := m.tx.Exec(ctx, sqlDropTransfers, m.realm, s.Enrolment); err != nil {
			return err
		}
		if _, err := m.tx.Exec(ctx, sqlDeleteSpell, m.realm, s.Enrolment); err != nil {
			return err
		}
	}
	for _, s := range j.cut {
		if _, err := m.tx.Exec(ctx, sqlDropMembershipsOutside, m.realm, s.Enrolment, s.Period.From, s.Period.Until); err != nil {
			return err
		}
		members, err := store.All[Membership](ctx, m.tx, sqlMembershipsOfSpell, m.realm, s.Enrolment)
		if err != nil {
			return err
		}
		for _, one := range members {
			fits := one.Period.Intersect(s.Period)
			if fits == one.Period {
				continue
			}
			if _, err := m.tx.Exec(ctx, sqlDeleteMembership, m.realm, s.Enrolment, one.Period.From); err != nil {
				return err
			}
			if _, err := m.tx.Exec(ctx, sqlInsertMembership, m.realm, s.Enrolment, one.Class, fits.From, fits.Until); err != nil {
				return err
			}
		}
	}
	for _, s := range j.changed {
		if err := updateSpell(ctx, m.tx, m.realm, s); err != nil {
			return err
		}
		if _, err := m.tx.Exec(ctx, sqlCameFrom, m.realm, s.Enrolment, s.FromSchool); err != nil {
			return err
		}
		if s.ExitState != Unconfirmed {
			if err := endTransfer(ctx, m.tx, m.who, s.Enrolment, TransferConfirmed, "", 0); err != nil {
				return err
			}
		}
	}
	_, err = m.tx.Exec(ctx, sqlGiveSpells, m.realm, m.in.Gone, m.in.Kept)
	return err
}

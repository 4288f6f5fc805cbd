package student

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Roll is the immutable list that a teacher sees for a class on a day.
type Roll struct {
	Class   id.ID
	Number  int // 0 while it is not stored
	Size    int
	Members []RollMember // by given name, then id
	Groups  []RollGroup  // by Number, from 1
}

// RollMember is a pupil on a roll. Name, birth date and village are the person's of
// today: a mended name is no new roll. Village tells namesakes apart.
type RollMember struct {
	Pupil    id.ID
	Group    int // RollGroup.Number
	Name     string
	NameSort string
	Sex      string
	Born     day.Day
	Village  string
}

// RollGroup is one combination of the attributes that figures are broken down by.
type RollGroup struct {
	Number    int
	Grade     string
	Sex       string
	Ethnicity string
	Boarding  string // "", boarding, semi-boarding, lodging
	Poverty   string // "", poor, near-poor, of the roll's school year
	Residence id.ID  // village or commune; 0 when not known
	Pupils    int
}

// RollOn gives the roll of a class on a day, stored: the one that has the same pupils
// with the same attributes, else the next number. It needs a Write transaction and asks
// no right: a room calls it after its own May. Fault: student.no-class.
func RollOn(ctx context.Context, tx *store.Tx, realm int, class id.ID, on day.Day) (Roll, error) {
	roll, digest, err := currentRoll(ctx, tx, realm, class, on)
	if err != nil {
		return roll, err
	}
	for {
		// The last number is read before the list is sought: a list that others commit in
		// between is then either found, or stands in the way of the next number.
		last, err := store.One[int](ctx, tx, sqlLastRoll, realm, class)
		if err != nil {
			return roll, err
		}
		roll.Number, err = store.One[int](ctx, tx, sqlRollByDigest, realm, class, digest)
		if !store.IsNone(err) {
			return roll, err
		}
		made, err := tx.Exec(ctx, sqlInsertRoll, realm, class, last+1, roll.Size, digest, tx.Now())
		if err != nil {
			return roll, err
		}
		if made == 1 {
			roll.Number = last + 1
			return roll, storeRoll(ctx, tx, realm, roll)
		}
		// Somebody made this number at the same moment and has committed: perhaps the same list.
	}
}

// PeekRoll is RollOn for a Read transaction: nothing is written, and Number is 0 and
// stored false when no equal roll is stored yet.
func PeekRoll(ctx context.Context, tx *store.Tx, realm int, class id.ID, on day.Day) (roll Roll, stored bool, err error) {
	roll, digest, err := currentRoll(ctx, tx, realm, class, on)
	if err != nil {
		return roll, false, err
	}
	roll.Number, err = store.One[int](ctx, tx, sqlRollByDigest, realm, class, digest)
	if store.IsNone(err) {
		return roll, false, nil
	}
	return roll, err == nil, err
}

// RollByNumber gives a stored roll. Fault: student.no-roll.
func RollByNumber(ctx context.Context, tx *store.Tx, realm int, class id.ID, number int) (Roll, error) {
	roll := Roll{Class: class, Number: number}
	type head struct {
		Size int
		Made day.Instant
	}
	h, err := store.One[head](ctx, tx, sqlRollHead, realm, class, number)
	if store.IsNone(err) {
		return roll, fault.New(fault.NotFound, "student.no-roll", fault.Args{"number": number})
	} else if err != nil {
		return roll, err
	}
	roll.Size = h.Size
	if roll.Groups, err = store.All[RollGroup](ctx, tx, sqlRollGroups, realm, class, number); err != nil {
		return roll, err
	}
	roll.Members, err = store.All[RollMember](ctx, tx, sqlRollMembers, realm, class, number, h.Made.Day())
	sortMembers(roll.Members)
	return roll, err
}

// rollRow is one pupil of a class on a day, with what makes the group.
type rollRow struct {
	Pupil     id.ID
	Grade     string
	Sex       string
	Ethnicity string
	Boarding  string
	Poverty   string
	Residence id.ID
	Name      string
	NameSort  string
	Born      day.Day
	Village   string
}

func currentRoll(ctx context.Context, tx *store.Tx, realm int, class id.ID, on day.Day) (Roll, string, error) {
	rows, err := store.All[rollRow](ctx, tx, sqlClassOn, realm, class, on)
	if err != nil {
		return Roll{Class: class}, "", err
	}
	if len(rows) == 0 {
		if _, err := store.One[id.ID](ctx, tx, sqlClassExists, realm, class); store.IsNone(err) {
			return Roll{Class: class}, "", fault.New(fault.NotFound, "student.no-class", nil)
		} else if err != nil {
			return Roll{Class: class}, "", err
		}
	}
	roll, digest := makeRoll(class, rows)
	return roll, digest, nil
}

// makeRoll groups the pupils and gives the digest of what a roll is: who, in which
// group. Names and birth dates are no part of it.
func makeRoll(class id.ID, rows []rollRow) (Roll, string) {
	roll := Roll{Class: class, Size: len(rows), Members: make([]RollMember, 0, len(rows))}
	keys := map[RollGroup]int{}
	for _, r := range rows {
		keys[r.group()]++
	}
	for key, pupils := range keys {
		key.Pupils = pupils
		roll.Groups = append(roll.Groups, key)
	}
	slices.SortFunc(roll.Groups, compareGroups)
	for i := range roll.Groups {
		key := roll.Groups[i]
		key.Pupils = 0
		keys[key] = i + 1
		roll.Groups[i].Number = i + 1
	}
	for _, r := range rows {
		roll.Members = append(roll.Members, RollMember{r.Pupil, keys[r.group()], r.Name, r.NameSort, r.Sex, r.Born, r.Village})
	}
	sortMembers(roll.Members)
	return roll, digestOf(roll)
}

func (r rollRow) group() RollGroup {
	return RollGroup{Grade: r.Grade, Sex: r.Sex, Ethnicity: r.Ethnicity, Boarding: r.Boarding, Poverty: r.Poverty, Residence: r.Residence}
}

func compareGroups(a, b RollGroup) int {
	return cmp.Or(strings.Compare(a.Grade, b.Grade), strings.Compare(a.Sex, b.Sex), strings.Compare(a.Ethnicity, b.Ethnicity),
		strings.Compare(a.Boarding, b.Boarding), strings.Compare(a.Poverty, b.Poverty), cmp.Compare(a.Residence, b.Residence))
}

func sortMembers(members []RollMember) {
	slices.SortFunc(members, func(a, b RollMember) int {
		return cmp.Or(strings.Compare(a.NameSort, b.NameSort), cmp.Compare(a.Pupil, b.Pupil))
	})
}

func digestOf(roll Roll) string {
	h := sha256.New()
	for _, g := range roll.Groups {
		h.Write([]byte(strings.Join([]string{g.Grade, g.Sex, g.Ethnicity, g.Boarding, g.Poverty, g.Residence.String()}, "\x1f") + "\x1e"))
	}
	members := slices.SortedFunc(slices.Values(roll.Members), func(a, b RollMember) int { return cmp.Compare(a.Pupil, b.Pupil) })
	var number [12]byte
	for _, m := range members {
		binary.BigEndian.PutUint64(number[:], uint64(m.Pupil))
		binary.BigEndian.PutUint32(number[8:], uint32(m.Group))
		h.Write(number[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func storeRoll(ctx context.Context, tx *store.Tx, realm int, roll Roll) error {
	groups := make([][]any, len(roll.Groups))
	for i, g := range roll.Groups {
		groups[i] = []any{realm, roll.Class, roll.Number, g.Number, g.Grade, g.Sex, g.Ethnicity, g.Boarding, g.Poverty, g.Residence, g.Pupils}
	}
	if err := tx.Many(ctx, sqlInsertRollGroup, groups); err != nil {
		return err
	}
	members := make([][]any, len(roll.Members))
	for i, m := range roll.Members {
		members[i] = []any{realm, roll.Class, roll.Number, m.Pupil, m.Group}
	}
	return tx.Many(ctx, sqlInsertRollMember, members)
}

package rollcall

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// Headcount is a school's own count, where pupils are not yet marked one by one.
type Headcount struct {
	School    id.ID            `json:"-"`
	Day       day.Day          `json:"-"`
	Session   calendar.Session `json:"-"` // WholeDay: weighs one session
	Class     id.ID            `json:"-"` // 0: the whole school
	Level     string           `json:"-"` // "": all levels
	Enrolled  int              `json:"e"`
	Present   int              `json:"p"`
	Absent    int              `json:"a"`
	Excused   *int             `json:"x,omitempty"` // of the absent; nil when the split is not known
	Unexcused *int             `json:"u,omitempty"`
	Released  int              `json:"r,omitempty"` // let go early: neither present nor absent
}

type headcountKey struct {
	School  id.ID
	Day     day.Day
	Session calendar.Session
	Class   id.ID
	Level   string
}

func (h Headcount) key() headcountKey {
	return headcountKey{h.School, h.Day, h.Session, h.Class, h.Level}
}

func (h Headcount) same(o Headcount) bool {
	equal := func(a, b *int) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
	return h.key() == o.key() && h.Enrolled == o.Enrolled && h.Present == o.Present && h.Absent == o.Absent &&
		h.Released == o.Released && equal(h.Excused, o.Excused) && equal(h.Unexcused, o.Unexcused)
}

// check gives what is wrong with the figures themselves.
func (h Headcount) check(today day.Day) *fault.Fault {
	invalid := func(code, field string) *fault.Fault { return fault.New(fault.Invalid, code, nil).On(field) }
	split := 0
	for _, n := range []*int{h.Excused, h.Unexcused} {
		if n != nil {
			split += *n
			if *n < 0 {
				return invalid("rollcall.below-zero", "absent")
			}
		}
	}
	switch {
	case !h.Session.Valid():
		return invalid("rollcall.bad-session", "session")
	case h.Day > today:
		return invalid("rollcall.future", "day")
	case h.Enrolled < 0 || h.Present < 0 || h.Absent < 0 || h.Released < 0:
		return invalid("rollcall.below-zero", "enrolled")
	case h.Present+h.Absent+h.Released > h.Enrolled:
		return fault.New(fault.Invalid, "rollcall.more-than-enrolled", fault.Args{"sum": h.Present + h.Absent + h.Released, "enrolled": h.Enrolled}).On("enrolled")
	case split > h.Absent || h.Excused != nil && h.Unexcused != nil && split != h.Absent:
		return fault.New(fault.Invalid, "rollcall.bad-split", fault.Args{"sum": split, "absent": h.Absent}).On("absent")
	}
	return nil
}

// KeptHeadcount is a headcount with its version.
type KeptHeadcount struct {
	Headcount
	Version    int
	Account    id.ID
	ReceivedAt day.Instant
}

// SubmitHeadcount keeps a count. base is the version that the sender saw, 0 for none. The
// same figures again change nothing. Faults: rollcall.headcount-conflict (Conflict),
// rollcall.foreign-class, and Invalid ones of the figures.
func SubmitHeadcount(ctx context.Context, tx *store.Tx, who access.Who, h Headcount, base int) (KeptHeadcount, error) {
	rule, err := access.May(ctx, tx, who, access.SubmitHeadcount, access.School(h.School))
	if err != nil {
		return KeptHeadcount{}, err
	}
	if h.Class != 0 {
		k, err := know(ctx, tx, who.Realm, h.Class)
		if err != nil {
			return KeptHeadcount{}, err
		}
		if k.school != h.School {
			return KeptHeadcount{}, fault.New(fault.Invalid, "rollcall.foreign-class", nil).On("class")
		}
		h.Level = k.level
	} else if h.Level, err = levelOf(ctx, tx, who, h); err != nil {
		return KeptHeadcount{}, err
	}
	if wrong := h.check(tx.Today()); wrong != nil {
		return KeptHeadcount{}, wrong
	}
	kept := KeptHeadcount{h, base + 1, who.Account, tx.Now()}
	query := sqlTakeHeadcount
	args := kept.columns(who.Realm)
	if base > 0 {
		query, args = sqlReplaceHeadcount, append(args, base)
	}
	made, err := tx.Exec(ctx, query, args...)
	if err != nil {
		return KeptHeadcount{}, err
	}
	if made == 0 {
		now, err := headcountOf(ctx, tx, who.Realm, h.key())
		if err != nil || now.same(h) {
			return now, err
		}
		return now, fault.New(fault.Conflict, "rollcall.headcount-conflict", fault.Args{"version": now.Version, "clock": now.ReceivedAt.Clock(), "day": now.ReceivedAt.Day().Vietnamese()})
	}
	if err := tx.Many(ctx, sqlInsertHeadcountVersion, [][]any{kept.version(who.Realm)}); err != nil {
		return KeptHeadcount{}, err
	}
	return kept, audit.Record(ctx, tx, who.Audit("headcount.submit", access.School(h.School), rule,
		map[string]any{"day": h.Day, "session": h.Session, "class": h.Class, "level": h.Level, "version": kept.Version}))
}

func headcountOf(ctx context.Context, tx *store.Tx, realm int, k headcountKey) (KeptHeadcount, error) {
	kept, err := store.One[KeptHeadcount](ctx, tx, sqlHeadcount, realm, k.School, k.Day, k.Session, k.Class, k.Level)
	if store.IsNone(err) {
		err = fault.New(fault.Invalid, "rollcall.bad-version", nil).On("version")
	}
	return kept, err
}

func (h KeptHeadcount) columns(realm int) []any {
	return []any{realm, h.School, h.Day, h.Session, h.Class, h.Level, h.Enrolled, h.Present, h.Absent,
		nullable(h.Excused), nullable(h.Unexcused), h.Released, h.Version, h.Account, h.ReceivedAt}
}

func nullable(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func (h KeptHeadcount) version(realm int) []any {
	body, err := json.Marshal(h.Headcount)
	if err != nil {
		panic(err) // a struct of numbers
	}
	return []any{realm, h.School, h.Day, h.Session, h.Class, h.Level, h.Version, string(body), h.Account, h.ReceivedAt}
}

// HeadcountSheet lists the counts of a school on a day, for the form.
func HeadcountSheet(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, on day.Day) ([]KeptHeadcount, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.School(school)); err != nil {
		return nil, err
	}
	return store.All[KeptHeadcount](ctx, tx, sqlHeadcountsOfSchool, who.Realm, school, on, on+1)
}

// levelOf is the level that a count of a whole school is of: a school of one level needs
// not say which. A level that the school is known not to teach is a fault.
func levelOf(ctx context.Context, tx *store.Tx, who access.Who, h Headcount) (string, error) {
	school, err := org.SchoolOn(ctx, tx, who, h.School, h.Day)
	if err != nil {
		return "", err
	}
	return levelIn(school, h.Level)
}

func levelIn(school org.School, level string) (string, error) {
	taught := strings.Fields(school.Levels)
	switch {
	case level == "" && len(taught) == 1:
		return taught[0], nil
	case level == "" || slices.Contains(taught, level) || len(taught) == 0 && slices.Contains(org.Levels, level):
		return level, nil
	}
	return "", fault.New(fault.Invalid, "rollcall.foreign-level", fault.Args{"level": level}).On("level")
}

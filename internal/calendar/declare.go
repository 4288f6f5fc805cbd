package calendar

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// DeclareIn is a closure or make-up to be declared.
type DeclareIn struct {
	Scope   Scope
	Level   string // "" for all levels
	Period  day.Range
	Session Session // WholeDay: all
	Reason  Reason
	Note    string // needed when the reason is "other"; the number of the decision is a good one
}

// longest is how many days one declaration may cover: a school year. More is a slip of the pen.
const longest = 366

// DeclareClosure takes sessions away (nghỉ): for Tết, cold, flood, an epidemic. Roll calls taken before are kept and no
// longer counted; see Change. The same again changes nothing.
func DeclareClosure(ctx context.Context, tx *store.Tx, who access.Who, in DeclareIn) (Change, error) {
	return declare(ctx, tx, who, Closure, in)
}

// DeclareMakeUp adds sessions (học bù). WholeDay adds those that each class has on the weekday, or has at all when it has
// none on that weekday.
func DeclareMakeUp(ctx context.Context, tx *store.Tx, who access.Who, in DeclareIn) (Change, error) {
	return declare(ctx, tx, who, MakeUp, in)
}

func declare(ctx context.Context, tx *store.Tx, who access.Who, kind Kind, in DeclareIn) (Change, error) {
	if in.Scope.Kind == ScopeRealm {
		in.Scope.ID = 0
	}
	rule, resource, err := mayChange(ctx, tx, who, in.Scope)
	if err != nil {
		return Change{}, err
	}
	in.Note = viet.Clean(in.Note)
	if err := in.check(); err != nil {
		return Change{}, err
	}
	change := Change{Period: in.Period}
	same, err := store.One[id.ID](ctx, tx, sqlSameException, who.Realm, kind, in.Scope.Kind, in.Scope.ID, in.Level,
		in.Period.From, in.Period.Until, in.Session, in.Reason, in.Note, inForce)
	if err == nil {
		change.ID = same
		return change, nil
	} else if !store.IsNone(err) {
		return Change{}, err
	}
	change.ID = tx.NewID()
	if _, err := tx.Exec(ctx, sqlPutException, who.Realm, change.ID, kind, in.Scope.Kind, in.Scope.ID, in.Level, in.Period.From,
		in.Period.Until, in.Session, in.Reason, in.Note, who.Account, tx.Now(), inForce); err != nil {
		return Change{}, err
	}
	return change, finish(ctx, tx, who, in.Scope, &change, "calendar.declare-"+string(kind), rule, resource,
		map[string]any{"id": change.ID, "level": in.Level, "session": in.Session, "reason": in.Reason})
}

func (in DeclareIn) check() error {
	var list fault.List
	if in.Period.Empty() {
		list = append(list, fault.New(fault.Invalid, "calendar.bad-period", nil).On("from"))
	} else if in.Period.Days() > longest {
		list = append(list, fault.New(fault.Invalid, "calendar.too-long", fault.Args{"days": longest}).On("until"))
	}
	if !in.Session.Valid() {
		list = append(list, fault.New(fault.Invalid, "calendar.bad-session", nil).On("session"))
	}
	switch {
	case in.Reason == "":
		list = append(list, needReason("").(*fault.Fault))
	case !slices.Contains(Reasons, in.Reason):
		list = append(list, fault.New(fault.Invalid, "calendar.bad-reason", fault.Args{"reason": string(in.Reason)}).On("reason"))
	case in.Reason == ReasonOther && in.Note == "":
		list = append(list, fault.New(fault.Invalid, "calendar.need-note", nil).On("note"))
	}
	return list.OrNil()
}

// WithdrawIn takes back a closure or make-up.
type WithdrawIn struct {
	ID     id.ID
	Reason string
}

// Withdraw takes a declaration back: it is kept and no longer holds. Sheets that it voided count again once rollcall has
// judged them. Fault "calendar.no-exception" when it does not exist or was withdrawn before.
func Withdraw(ctx context.Context, tx *store.Tx, who access.Who, in WithdrawIn) (Change, error) {
	e, err := store.One[Exception](ctx, tx, sqlException, who.Realm, in.ID, inForce)
	if store.IsNone(err) {
		return Change{}, fault.New(fault.NotFound, "calendar.no-exception", nil)
	} else if err != nil {
		return Change{}, err
	}
	rule, resource, err := mayChange(ctx, tx, who, e.Scope)
	if err != nil {
		return Change{}, err
	}
	in.Reason = viet.Clean(in.Reason)
	if err := needReason(in.Reason); err != nil {
		return Change{}, err
	}
	if n, err := tx.Exec(ctx, sqlWithdraw, who.Realm, in.ID, tx.Now(), inForce); err != nil {
		return Change{}, err
	} else if n == 0 {
		return Change{}, fault.New(fault.NotFound, "calendar.no-exception", nil)
	}
	change := Change{ID: in.ID, Period: e.Period}
	return change, finish(ctx, tx, who, e.Scope, &change, "calendar.withdraw", rule, resource,
		map[string]any{"id": in.ID, "reason": in.Reason})
}

package calendar

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Change is what a declaration touched. Roll calls already taken at these schools on these days must be judged again
// (rollcall does so in the same transaction); what is due there is stale until Rebuild.
type Change struct {
	ID      id.ID // of the closure or make-up; 0 for the others
	Made    bool  // false when the same already stood
	Schools []id.ID
	Period  day.Range
}

// mayChange asks for the right to change the calendar of a scope and checks that the scope exists.
func mayChange(ctx context.Context, tx *store.Tx, who access.Who, scope Scope) (rule string, resource access.Resource, err error) {
	switch scope.Kind {
	case ScopeRealm:
		scope.ID = 0
		resource = access.Realm()
	case ScopeUnit:
		resource = access.Unit(scope.ID)
	case ScopeSchool, ScopeSite, ScopeClass:
		school, err := schoolOf(ctx, tx, who.Realm, scope)
		if err != nil {
			return "", resource, err
		}
		resource = access.School(school)
		if scope.Kind == ScopeClass {
			resource = access.Class(scope.ID)
		}
	default:
		return "", resource, fault.New(fault.Invalid, "calendar.bad-scope", fault.Args{"scope": string(scope.Kind)}).On("scope")
	}
	rule, err = access.May(ctx, tx, who, access.ChangeCalendar, resource)
	return rule, resource, err
}

// schoolOf gives the school of a scope within one; faults "calendar.no-school", "calendar.no-site", "calendar.no-class".
func schoolOf(ctx context.Context, tx *store.Tx, realm int, scope Scope) (id.ID, error) {
	switch scope.Kind {
	case ScopeSchool:
		n, err := store.One[int](ctx, tx, sqlSchoolExists, realm, scope.ID)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "calendar.no-school", nil)
		}
		return scope.ID, err
	case ScopeSite:
		school, err := store.One[id.ID](ctx, tx, sqlSiteSchool, realm, scope.ID)
		if store.IsNone(err) {
			err = fault.New(fault.NotFound, "calendar.no-site", nil)
		}
		return school, err
	case ScopeClass:
		type row struct {
			School id.ID
			Year   int
			Mark   int64
		}
		at, err := store.One[row](ctx, tx, sqlClassPlace, realm, scope.ID)
		if store.IsNone(err) {
			err = fault.New(fault.NotFound, "calendar.no-class", nil)
		}
		return at.School, err
	}
	return 0, fault.New(fault.Invalid, "calendar.bad-scope", fault.Args{"scope": string(scope.Kind)}).On("scope")
}

// finish marks the schools under the scope and writes the audit book.
func finish(ctx context.Context, tx *store.Tx, who access.Who, scope Scope, change *Change, action, rule string, resource access.Resource, detail map[string]any) error {
	var err error
	if change.Schools, err = MarkScopeStale(ctx, tx, who.Realm, scope, change.Period); err != nil {
		return err
	}
	change.Made = true
	detail["scope_kind"], detail["scope"] = string(scope.Kind), scope.ID
	detail["from"], detail["until"] = change.Period.From, change.Period.Until
	return audit.Record(ctx, tx, who.Audit(action, resource, rule, detail))
}

func needReason(reason string) error {
	if reason == "" {
		return fault.New(fault.Invalid, "calendar.need-reason", nil).On("reason")
	}
	return nil
}

package access

import (
	"context"
	"slices"
	"time"

	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Purposes are the codes for which pupils may be opened.
var Purposes = []string{"vandong", "inspection", "complaint", "emergency", "support", "policy", "guardian"}

// How long an opening lasts when nothing is said, and at most.
const (
	OpeningUsual   = 60 * time.Minute
	OpeningLongest = 24 * time.Hour
)

// OpenInput asks for pupils of a class, a school, a residence, or for one pupil.
type OpenInput struct {
	Resource Resource
	Purpose  string        // one of Purposes
	Note     string        // in words; no pupil's name
	For      time.Duration // 0 is OpeningUsual
}

// OpenForPurpose gives the caller leave to see pupils for a stated purpose and a limited
// time. It is on the record with its purpose, and so is every screen seen by it.
//
// Faults: Forbidden access.no-grant; NotFound access.unknown; Invalid access.no-purpose,
// access.opening-long, access.opening-kind.
func OpenForPurpose(ctx context.Context, tx *store.Tx, w Who, in OpenInput) (Opening, error) {
	switch in.Resource.Kind {
	case ClassKind, SchoolKind, ResidenceKind, PupilKind:
	case UnitKind, RealmKind:
		return Opening{}, fault.New(fault.Invalid, "access.opening-wide", nil).On("resource")
	default:
		return Opening{}, fault.New(fault.Invalid, "access.opening-kind", nil).On("resource")
	}
	rule, err := May(ctx, tx, w, OpenPupils, in.Resource)
	if err != nil {
		return Opening{}, err
	}
	if !slices.Contains(Purposes, in.Purpose) {
		return Opening{}, fault.New(fault.Invalid, "access.no-purpose", nil).On("purpose")
	}
	if in.For == 0 {
		in.For = OpeningUsual
	}
	if in.For < 0 || in.For > OpeningLongest {
		return Opening{}, fault.New(fault.Invalid, "access.opening-long", fault.Args{"hours": int(OpeningLongest.Hours())}).On("for")
	}
	o := Opening{ID: tx.NewID(), ScopeKind: in.Resource.Kind, Scope: in.Resource.ID, Purpose: in.Purpose, Until: tx.Now().Add(in.For)}
	if _, err := tx.Exec(ctx, sqlOpen, w.Realm, o.ID, w.Account, o.ScopeKind, o.Scope, o.Purpose, in.Note, tx.Now(), o.Until); err != nil {
		return Opening{}, err
	}
	return o, audit.Record(ctx, tx, w.Audit("purpose.open", in.Resource, rule, map[string]any{"opening": o.ID, "purpose": o.Purpose, "until": o.Until}))
}

// CloseOpening ends an opening of the caller before its time.
func CloseOpening(ctx context.Context, tx *store.Tx, w Who, opening id.ID) error {
	o, err := store.One[Opening](ctx, tx, sqlOpening, w.Realm, opening, w.Account)
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "access.unknown", nil)
	} else if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlCloseOpening, w.Realm, opening, tx.Now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, w.Audit("purpose.close", Resource{o.ScopeKind, o.Scope}, "self", map[string]any{"opening": opening}))
}

// PastOpening is an opening as its owner or an auditor sees it.
type PastOpening struct {
	Opening
	Note     string
	OpenedAt day.Instant
}

// OpeningsOf lists the caller's openings since a moment, the newest first.
func OpeningsOf(ctx context.Context, tx *store.Tx, w Who, since day.Instant) ([]PastOpening, error) {
	return store.All[PastOpening](ctx, tx, sqlOpeningsOf, w.Realm, w.Account, since)
}

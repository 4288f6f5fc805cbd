package account

import (
	"context"
	"strings"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Lock-out: from this failure on one must wait, longer with each, an hour at most. The
// same for names that no account has, or the wait would tell which exist.
const (
	patience  = 5
	firstWait = 30 * time.Second
	longWait  = time.Hour
	// forgetAfter is how long failures under names that do not exist are kept.
	forgetAfter = 24 * time.Hour
)

// wait is how long one must wait after so many failures in a row.
func wait(failures int) time.Duration {
	if failures < patience {
		return 0
	}
	return min(longWait, firstWait<<min(failures-patience, 10))
}

// Entered is an account that may sign in now.
type Entered struct {
	Realm      int
	Account    id.ID
	MustChange bool
}

// candidate is what signing in must know of an account.
type candidate struct {
	Realm       int
	Account     id.ID
	Login       string
	Name        string
	Password    string
	MustChange  bool
	Failures    int
	LockedUntil day.Instant
	Disabled    bool
}

// FoldLogin is the form in which a login is kept and compared.
func FoldLogin(typed string) string {
	return strings.ReplaceAll(viet.Fold(strings.TrimSpace(typed)), " ", "")
}

// SignIn checks a login and a password. It takes the store, not a transaction, because a
// password takes too long to check while one is open.
//
// Faults: Invalid account.wrong (whatever was wrong), Busy account.wait (locked out),
// Forbidden account.disabled (only to those who know the password).
func SignIn(ctx context.Context, s *store.Store, login, password string) (Entered, error) {
	name := FoldLogin(login)
	c, err := find(ctx, s, name)
	if err != nil {
		return Entered{}, err
	}
	match, weak, err := compare(ctx, password, c.Password)
	if err != nil {
		return Entered{}, err
	}
	better := ""
	if match && weak {
		if better, err = hash(ctx, password); err != nil {
			return Entered{}, err
		}
	}
	var refused error
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		refused = nil
		if refused, err = verdict(ctx, tx, name, match, "account.sign-in"); refused != nil || err != nil {
			return err
		}
		if c.Disabled {
			refused = fault.New(fault.Forbidden, "account.disabled", nil)
			return nil
		}
		if better != "" {
			if _, err := tx.Exec(ctx, sqlRehash, c.Realm, c.Account, better); err != nil {
				return err
			}
		}
		return record(ctx, tx, access.Who{Realm: c.Realm, Account: c.Account}, "account.sign-in", c.Account, "self", nil)
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return Entered{}, err
	}
	return Entered{c.Realm, c.Account, c.MustChange}, nil
}

func find(ctx context.Context, s *store.Store, name string) (c candidate, err error) {
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if c, err = lookup(ctx, tx, name); err != nil || c.LockedUntil <= tx.Now() {
			return err
		}
		return locked(c, tx.Now())
	})
	return c, err
}

// lookup reads the account of a login, or what is known of a name without one.
func lookup(ctx context.Context, tx *store.Tx, name string) (candidate, error) {
	type door struct {
		Realm   int
		Account id.ID
	}
	d, err := store.One[door](ctx, tx, sqlLogin, name)
	if store.IsNone(err) {
		type stranger struct {
			Failures    int
			LockedUntil day.Instant
		}
		st, err := store.One[stranger](ctx, tx, sqlStranger, name)
		if store.IsNone(err) {
			err = nil
		}
		return candidate{Failures: st.Failures, LockedUntil: st.LockedUntil}, err
	} else if err != nil {
		return candidate{}, err
	}
	return store.One[candidate](ctx, tx, sqlCandidate, d.Realm, d.Account)
}

func locked(c candidate, now day.Instant) error {
	minutes := int((c.LockedUntil.Sub(now) + time.Minute - 1) / time.Minute)
	return fault.New(fault.Busy, "account.wait", fault.Args{"minutes": minutes})
}

// verdict keeps the count of failures. refused is a fault for the person, to be given
// after the commit: an error here would undo the count. The lock is read again, so that
// guesses made side by side gain nothing.
func verdict(ctx context.Context, tx *store.Tx, name string, match bool, action string) (refused, err error) {
	c, err := lookup(ctx, tx, name)
	if err != nil {
		return nil, err
	}
	if c.LockedUntil > tx.Now() {
		return locked(c, tx.Now()), nil
	}
	if match {
		_, err := tx.Exec(ctx, sqlForgive, c.Realm, c.Account)
		return nil, err
	}
	until := day.Instant(0)
	if w := wait(c.Failures + 1); w > 0 {
		until = tx.Now().Add(w)
	}
	refused = fault.New(fault.Invalid, "account.wrong", nil)
	if c.Account == 0 {
		if _, err := tx.Exec(ctx, sqlForgetStrangers, tx.Now().Add(-forgetAfter)); err != nil {
			return nil, err
		}
		_, err := tx.Exec(ctx, sqlFailStranger, name, until, tx.Now())
		return refused, err
	}
	if _, err := tx.Exec(ctx, sqlFail, c.Realm, c.Account, until); err != nil {
		return nil, err
	}
	return refused, record(ctx, tx, access.Who{Realm: c.Realm}, action+"-failed", c.Account, "", nil)
}

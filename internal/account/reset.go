package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// codeLives is how long a code may be used.
const codeLives = 24 * time.Hour

// alphabet has no letters that look alike on paper.
const alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// Code is handed over on paper or by voice, and used once.
type Code struct {
	Text  string // "K7PW-3MXA-9DTR"
	Until day.Instant
}

// MakeCode makes the code with which a person sets a new password. The administrator
// makes it for anybody; a principal or clerk for those who only work in their school, the
// clerk not for the principal. A code made before ends.
func MakeCode(ctx context.Context, tx *store.Tx, who access.Who, account id.ID) (Code, error) {
	rule, err := mayReset(ctx, tx, who, account)
	if err != nil {
		return Code{}, err
	}
	return makeCode(ctx, tx, who, account, rule)
}

func makeCode(ctx context.Context, tx *store.Tx, who access.Who, account id.ID, rule string) (Code, error) {
	if _, err := Find(ctx, tx, who.Realm, account); err != nil {
		return Code{}, err
	}
	code := Code{newCode(), tx.Now().Add(codeLives)}
	if _, err := tx.Exec(ctx, sqlPutCode, who.Realm, account, digestCode(code.Text), code.Until); err != nil {
		return Code{}, err
	}
	return code, record(ctx, tx, who, "account.code", account, rule, nil)
}

func newCode() string {
	var random [12]byte
	rand.Read(random[:])
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[int(r)%len(alphabet)])
	}
	return b.String()
}

// digestCode forgives small letters and missing dashes.
func digestCode(code string) string {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(alphabet, r) {
			return r
		}
		return -1
	}, strings.ToUpper(code))
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}

// mayReset says by which rule the caller may set somebody's password anew.
func mayReset(ctx context.Context, tx *store.Tx, who access.Who, account id.ID) (string, error) {
	rule, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm())
	if err == nil || !fault.Is(err, fault.Forbidden) {
		return rule, err
	}
	type heldScope struct {
		Role  access.Role
		Kind  access.Kind
		Scope id.ID
	}
	held, readErr := store.All[heldScope](ctx, tx, sqlHeldScopes, who.Realm, account, tx.Today())
	if readErr != nil {
		return "", readErr
	}
	if len(held) == 0 {
		return "", err
	}
	lower := []access.Role{access.HomeroomTeacher, access.SubstituteTeacher, access.BoardingStaff}
	if slices.ContainsFunc(who.Grants, func(g access.Grant) bool { return g.Role == access.Principal }) {
		lower = append(lower, access.SchoolClerk)
	}
	for _, h := range held {
		if !slices.Contains(lower, h.Role) {
			return "", err
		}
		var refused error
		if rule, refused = access.May(ctx, tx, who, access.GiveGrants, access.Resource{Kind: h.Kind, ID: h.Scope}); refused != nil {
			return "", refused
		}
	}
	return rule, nil
}

// UseCode sets a new password with a code. Wrong codes count as wrong passwords do. All
// sessions of the account end.
//
// Faults: Invalid account.wrong-code, and those of the rules for passwords; Busy account.wait.
func UseCode(ctx context.Context, s *store.Store, login, code, password string) (Entered, error) {
	name := FoldLogin(login)
	c, err := find(ctx, s, name)
	if err != nil {
		return Entered{}, err
	}
	if err := checkPassword(password, c.Login, c.Name); err != nil {
		return Entered{}, err
	}
	fresh, err := hash(ctx, password) // also when there is no such account
	if err != nil {
		return Entered{}, err
	}
	var refused error
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		refused = nil
		match, err := codeHolds(ctx, tx, c, code)
		if err != nil {
			return err
		}
		if refused, err = verdict(ctx, tx, name, match, "account.code"); refused != nil || err != nil {
			if fault.HasCode(refused, "account.wrong") {
				refused = fault.New(fault.Invalid, "account.wrong-code", nil).On("code")
			}
			return err
		}
		if c.Disabled {
			refused = fault.New(fault.Forbidden, "account.disabled", nil)
			return nil
		}
		if _, err := tx.Exec(ctx, sqlDropCode, c.Realm, c.Account); err != nil {
			return err
		}
		return setPassword(ctx, tx, access.Who{Realm: c.Realm, Account: c.Account}, c.Account, fresh, false, "", "code")
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return Entered{}, err
	}
	return Entered{c.Realm, c.Account, false}, nil
}

func codeHolds(ctx context.Context, tx *store.Tx, c candidate, code string) (bool, error) {
	if c.Account == 0 {
		return false, nil
	}
	kept, err := store.One[string](ctx, tx, sqlCode, c.Realm, c.Account, tx.Now())
	if store.IsNone(err) {
		return false, nil
	}
	return err == nil && subtle.ConstantTimeCompare([]byte(kept), []byte(digestCode(code))) == 1, err
}

// ChangePassword sets the caller's own password. Other sessions than the one whose token
// hash is given end.
//
// Faults: Invalid account.wrong on old, and those of the rules for passwords; Busy account.wait.
func ChangePassword(ctx context.Context, s *store.Store, who access.Who, old, password, session string) error {
	var c candidate
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = store.One[candidate](ctx, tx, sqlCandidate, who.Realm, who.Account)
		if err == nil && c.LockedUntil > tx.Now() {
			err = locked(c, tx.Now())
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := checkPassword(password, c.Login, c.Name); err != nil {
		return err
	}
	if password == old {
		return fault.New(fault.Invalid, "account.same", nil).On("password")
	}
	match, _, err := compare(ctx, old, c.Password)
	if err != nil {
		return err
	}
	fresh, err := hash(ctx, password)
	if err != nil {
		return err
	}
	var refused error
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		refused = nil
		if refused, err = verdict(ctx, tx, FoldLogin(c.Login), match, "account.password"); refused != nil || err != nil {
			if fault.HasCode(refused, "account.wrong") {
				refused = fault.New(fault.Invalid, "account.wrong-old", nil).On("old")
			}
			return err
		}
		return setPassword(ctx, tx, who, who.Account, fresh, false, session, "self")
	})
	if err == nil {
		err = refused
	}
	return err
}

// SetPassword is for the command line of the machine's owner: a first password that must
// be changed at the first sign-in.
func SetPassword(ctx context.Context, s *store.Store, who access.Who, account id.ID, password string) error {
	fresh, err := hash(ctx, password)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rule, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm())
		if err != nil {
			return err
		}
		p, err := Find(ctx, tx, who.Realm, account)
		if err != nil {
			return err
		}
		if err := checkPassword(password, p.Login, p.Name); err != nil {
			return err
		}
		return setPassword(ctx, tx, who, account, fresh, true, "", rule)
	})
}

func setPassword(ctx context.Context, tx *store.Tx, who access.Who, account id.ID, hash string, mustChange bool, session, rule string) error {
	if _, err := tx.Exec(ctx, sqlSetPassword, who.Realm, account, hash, mustChange, day.Instant(0)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlEndSessionsBut, who.Realm, account, session); err != nil {
		return err
	}
	return record(ctx, tx, who, "account.password", account, rule, nil)
}

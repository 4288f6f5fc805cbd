package account

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Offer is a person of the demonstration as whom one may sign in by a click.
type Offer struct {
	Account id.ID
	Name    string
	Title   string
	Login   string
}

// Detail is one account for who looks after it, with the grants that the caller may see.
type Detail struct {
	Listed
	Phone  string
	Email  string
	Grants []access.GivenGrant
	// What the caller may do here.
	MayManage bool // disable, let in again
	MayCode   bool // hand out a code, end a lock-out
}

// Look gives one account. Without a right to manage accounts the caller must be one who
// gives grants where the account holds one.
func Look(ctx context.Context, tx *store.Tx, who access.Who, account id.ID) (d Detail, err error) {
	if _, err := Find(ctx, tx, who.Realm, account); err != nil {
		return d, err
	}
	_, refused := access.May(ctx, tx, who, access.ManageAccounts, access.Realm())
	if refused != nil && !fault.Is(refused, fault.Forbidden) {
		return d, refused
	}
	d.MayManage = refused == nil
	if d.Grants, err = access.GrantsOf(ctx, tx, who, account); err != nil {
		return d, err
	}
	if !d.MayManage && (len(d.Grants) == 0 || !access.MaySomewhere(who, access.GiveGrants)) {
		return d, refused
	}
	err = tx.Each(ctx, func(r store.Row) error {
		return r.Scan(&d.ID, &d.Name, &d.Title, &d.Login, &d.HasPassword, &d.Disabled, &d.LockedUntil, &d.MadeAt, &d.Phone, &d.Email)
	}, sqlDetail, who.Realm, account)
	if err != nil {
		return d, err
	}
	for _, g := range d.Grants {
		if g.InForce(tx.Today()) {
			d.Roles = append(d.Roles, g.Role)
		}
	}
	_, noCode := mayReset(ctx, tx, who, account)
	d.MayCode = noCode == nil
	if !d.MayManage {
		d.Phone, d.Email = access.MaskPhone(d.Phone), ""
	}
	return d, nil
}

// Book is a page of the audit book with the names of the accounts in it.
type Book struct {
	Lines []audit.Line
	Names map[id.ID]string
	Whole bool   // the caller reads all of it, not only what is about their own places
	Rule  string // by which the caller reads it
}

// ReadBook reads the audit book as far as the caller may: all of it, or the lines about
// the units, schools and classes of the caller's scope.
func ReadBook(ctx context.Context, tx *store.Tx, who access.Who, f audit.Filter) (b Book, err error) {
	b.Rule, err = access.May(ctx, tx, who, access.ReadAudit, access.Realm())
	switch {
	case err == nil:
		b.Whole = true
	case !fault.Is(err, fault.Forbidden):
		return b, err
	default:
		scope, scopeErr := access.ScopeOf(ctx, tx, who, access.ReadAudit)
		if scopeErr != nil {
			return b, scopeErr
		}
		if scope.Empty() {
			return b, err
		}
		classes, classErr := store.All[id.ID](ctx, tx, sqlClassesOf, who.Realm, store.In(scope.Schools))
		if classErr != nil {
			return b, classErr
		}
		f.Objects = append(append(append([]id.ID{}, scope.Units...), scope.Schools...), classes...)
		if f.Object != 0 {
			f.Objects = keepOnly(f.Objects, f.Object)
		}
		b.Rule = "scope"
	}
	if b.Lines, err = audit.Lines(ctx, tx, who.Realm, f); err != nil {
		return b, err
	}
	var accounts []id.ID
	for _, l := range b.Lines {
		accounts = append(accounts, l.Account)
		if l.ObjectKind == "account" {
			accounts = append(accounts, l.Object)
		}
	}
	b.Names, err = Names(ctx, tx, who.Realm, accounts)
	return b, err
}

func keepOnly(all []id.ID, one id.ID) []id.ID {
	for _, x := range all {
		if x == one {
			return []id.ID{one}
		}
	}
	return []id.ID{}
}

// VerifyBook checks the whole chain of the audit book, for those who may read all of it.
func VerifyBook(ctx context.Context, s *store.Store, who access.Who) (audit.Report, error) {
	err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rule, err := access.May(ctx, tx, who, access.ReadAudit, access.Realm())
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.Audit("audit.verify", access.Realm(), rule, nil))
	})
	if err != nil {
		return audit.Report{}, err
	}
	return audit.Verify(ctx, s, who.Realm, nil)
}

// Demonstrate lets one sign in as a person of the demonstration without a password. It
// refuses in a realm that is no demonstration, whatever the door believes.
func Demonstrate(ctx context.Context, tx *store.Tx, login string) (Entered, error) {
	e, err := store.One[Entered](ctx, tx, sqlDemonstration, FoldLogin(login), false)
	if store.IsNone(err) {
		return e, fault.New(fault.NotFound, "account.unknown", nil)
	}
	return e, err
}

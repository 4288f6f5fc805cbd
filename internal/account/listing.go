package account

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// State is where an account stands.
type State string

const (
	Active   State = "active"
	Waiting  State = "waiting" // has set no password yet
	LockedUp State = "locked"  // must wait after failures
	Disabled State = "disabled"
)

// Listed is one account of a list, with the roles it holds today.
type Listed struct {
	ID          id.ID
	Name        string
	Title       string
	Login       string
	HasPassword bool
	Disabled    bool
	LockedUntil day.Instant
	MadeAt      day.Instant
	Roles       []access.Role `json:"roles"`
}

// StateAt is where the account stands at a moment.
func (l Listed) StateAt(now day.Instant) State {
	switch {
	case l.Disabled:
		return Disabled
	case l.LockedUntil > now:
		return LockedUp
	case !l.HasPassword:
		return Waiting
	}
	return Active
}

// Filter narrows a list of accounts.
type Filter struct {
	Search string // of names and logins, without marks
	Role   access.Role
	State  State
}

// List gives the accounts that the caller looks after, by given name: all for the
// administrator, for a principal or clerk those who hold a role in their school.
func List(ctx context.Context, tx *store.Tx, who access.Who, f Filter) ([]Listed, error) {
	type row struct {
		ID          id.ID
		Name        string
		Title       string
		Login       string
		HasPassword bool
		Disabled    bool
		LockedUntil day.Instant
		MadeAt      day.Instant
	}
	var rows []row
	var err error
	if _, refused := access.May(ctx, tx, who, access.ManageAccounts, access.Realm()); refused == nil {
		rows, err = store.All[row](ctx, tx, sqlAccounts, who.Realm)
	} else if !fault.Is(refused, fault.Forbidden) {
		return nil, refused
	} else {
		scope, scopeErr := access.ScopeOf(ctx, tx, who, access.GiveGrants)
		if scopeErr != nil {
			return nil, scopeErr
		}
		if scope.Empty() {
			return nil, refused
		}
		rows, err = store.All[row](ctx, tx, sqlAccountsInSchools, who.Realm, store.In(scope.Schools), tx.Today())
	}
	if err != nil {
		return nil, err
	}
	roles, err := rolesToday(ctx, tx, who.Realm)
	if err != nil {
		return nil, err
	}
	search := viet.Fold(strings.TrimSpace(f.Search))
	var list []Listed
	for _, r := range rows {
		l := Listed{r.ID, r.Name, r.Title, r.Login, r.HasPassword, r.Disabled, r.LockedUntil, r.MadeAt, roles[r.ID]}
		if search != "" && !strings.Contains(viet.Fold(l.Name), search) && !strings.Contains(l.Login, search) ||
			f.Role != "" && !slices.Contains(l.Roles, f.Role) || f.State != "" && l.StateAt(tx.Now()) != f.State {
			continue
		}
		list = append(list, l)
	}
	return list, nil
}

func rolesToday(ctx context.Context, tx *store.Tx, realm int) (map[id.ID][]access.Role, error) {
	type held struct {
		Account id.ID
		Role    access.Role
	}
	all, err := store.All[held](ctx, tx, sqlRolesToday, realm, tx.Today())
	roles := map[id.ID][]access.Role{}
	for _, h := range all {
		roles[h.Account] = append(roles[h.Account], h.Role)
	}
	return roles, err
}

// Names gives the names of accounts by their ids, for lists that show who did something.
func Names(ctx context.Context, tx *store.Tx, realm int, accounts []id.ID) (map[id.ID]string, error) {
	type named struct {
		ID   id.ID
		Name string
	}
	rows, err := store.All[named](ctx, tx, sqlNames, realm, store.In(accounts))
	names := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

// ByLogin finds an account of the realm by its login; NotFound (account.unknown) else.
func ByLogin(ctx context.Context, tx *store.Tx, realm int, login string) (id.ID, error) {
	account, err := store.One[id.ID](ctx, tx, sqlByLogin, FoldLogin(login), realm)
	if store.IsNone(err) {
		return 0, fault.New(fault.NotFound, "account.unknown", nil).On("login")
	}
	return account, err
}

// ByPhone lists the accounts that are open and have this number, however it is written. It asks no right.
func ByPhone(ctx context.Context, tx *store.Tx, realm int, phone string) ([]id.ID, error) {
	wanted := phoneDigits(phone)
	if len(wanted) < 8 {
		return nil, nil
	}
	type row struct {
		Account id.ID
		Phone   string
	}
	rows, err := store.All[row](ctx, tx, sqlPhones, realm, false)
	var accounts []id.ID
	for _, r := range rows {
		if phoneDigits(r.Phone) == wanted {
			accounts = append(accounts, r.Account)
		}
	}
	return accounts, err
}

// phoneDigits writes a number as it is dialled at home: "+84 912 345 678" is "0912345678".
func phoneDigits(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if rest, ok := strings.CutPrefix(digits, "84"); ok && (strings.HasPrefix(strings.TrimSpace(phone), "+") || len(digits) >= 11) {
		return "0" + rest
	}
	return digits
}

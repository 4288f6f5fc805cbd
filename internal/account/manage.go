package account

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// CreateInput is a new account.
type CreateInput struct {
	Name  string // full name of the official
	Title string // office held, as printed; may be empty
	Login string // letters, digits, dot, dash; or a telephone number
	Phone string
	Email string
}

var goodLogin = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,39}$`)

// Check says what is wrong with it, as Create would.
func (in CreateInput) Check() error { return in.check() }

func (in *CreateInput) check() error {
	clean := func(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }
	in.Name, in.Title, in.Phone, in.Email = clean(in.Name), clean(in.Title), clean(in.Phone), clean(in.Email)
	in.Login = FoldLogin(in.Login)
	var faults fault.List
	if in.Name == "" {
		faults = append(faults, fault.New(fault.Invalid, "account.no-name", nil).On("name"))
	}
	if !goodLogin.MatchString(in.Login) {
		faults = append(faults, fault.New(fault.Invalid, "account.bad-login", nil).On("login"))
	}
	if in.Email != "" && !strings.Contains(in.Email, "@") {
		faults = append(faults, fault.New(fault.Invalid, "account.bad-email", nil).On("email"))
	}
	return faults.OrNil()
}

// Create makes an account without a password and the code with which its owner sets one.
//
// Faults: Invalid account.no-name, account.bad-login, account.bad-email; Conflict account.taken; Forbidden.
func Create(ctx context.Context, tx *store.Tx, who access.Who, in CreateInput) (id.ID, Code, error) {
	account, rule, err := create(ctx, tx, who, in)
	if err != nil {
		return 0, Code{}, err
	}
	code, err := makeCode(ctx, tx, who, account, rule)
	return account, code, err
}

// Register is Create without the code, for lists: it is made with MakeCode when it is
// handed over, because it lives for a day.
func Register(ctx context.Context, tx *store.Tx, who access.Who, in CreateInput) (id.ID, error) {
	account, _, err := create(ctx, tx, who, in)
	return account, err
}

func create(ctx context.Context, tx *store.Tx, who access.Who, in CreateInput) (account id.ID, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.ManageAccounts, access.Realm()); err != nil {
		return 0, "", err
	}
	if err := in.check(); err != nil {
		return 0, "", err
	}
	if n, err := store.One[int](ctx, tx, sqlLoginTaken, in.Login); err != nil {
		return 0, "", err
	} else if n > 0 {
		return 0, "", fault.New(fault.Conflict, "account.taken", fault.Args{"login": in.Login}).On("login")
	}
	account = tx.NewID()
	if _, err := tx.Exec(ctx, sqlCreate, who.Realm, account, in.Name, viet.NameSortKey(in.Name), in.Title, in.Login, in.Phone, in.Email,
		"", "", "", false, 0, day.Instant(0), false, tx.Now()); err != nil {
		return 0, "", err
	}
	if _, err := tx.Exec(ctx, sqlPutLogin, in.Login, who.Realm, account); store.IsUnique(err) { // somebody made it meanwhile
		return 0, "", fault.New(fault.Conflict, "account.taken", fault.Args{"login": in.Login}).On("login")
	} else if err != nil {
		return 0, "", err
	}
	return account, rule, record(ctx, tx, who, "account.create", account, rule, nil)
}

// Imported is what became of one line of a list of accounts.
type Imported struct {
	Row     int // of the list, from 1
	Login   string
	Account id.ID // 0 when it was refused
	Code    Code
	Known   bool // the login was there already: nothing was changed
	Err     error
}

// Import makes the accounts of a list; good lines go in, the others say why not. The same
// list again makes nothing.
func Import(ctx context.Context, s *store.Store, who access.Who, list []CreateInput) ([]Imported, error) {
	return importList(ctx, s, who, list, nil)
}

// Try says what Import would do, and writes nothing.
func Try(ctx context.Context, s *store.Store, who access.Who, list []CreateInput) ([]Imported, error) {
	return importList(ctx, s, who, list, errOnlyTried)
}

var errOnlyTried = errors.New("account: only tried")

// importList makes each account in a transaction of its own; with an end other than nil
// every one of them is undone.
func importList(ctx context.Context, s *store.Store, who access.Who, list []CreateInput, end error) ([]Imported, error) {
	results := make([]Imported, 0, len(list))
	for i, in := range list {
		r := Imported{Row: i + 1, Login: FoldLogin(in.Login)}
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if r.Account, r.Code, err = Create(ctx, tx, who, in); err != nil {
				return err
			}
			return end
		})
		switch {
		case err == nil || errors.Is(err, errOnlyTried):
		case fault.HasCode(err, "account.taken"):
			r.Known = true
		case fault.Is(err, fault.Forbidden) || !isFault(err):
			return results, err
		default:
			r.Err = err
		}
		results = append(results, r)
	}
	return results, nil
}

func isFault(err error) bool { _, ok := fault.Of(err); return ok }

// Disable shuts an account out at once, or lets it in again. Nobody disables themselves.
func Disable(ctx context.Context, tx *store.Tx, who access.Who, account id.ID, disabled bool) error {
	rule, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm())
	if err != nil {
		return err
	}
	if account == who.Account {
		return fault.New(fault.Invalid, "account.not-self", nil)
	}
	touched, err := tx.Exec(ctx, sqlDisable, who.Realm, account, disabled)
	if err != nil {
		return err
	}
	if touched == 0 {
		return fault.New(fault.NotFound, "account.unknown", nil)
	}
	if _, err := tx.Exec(ctx, sqlEndSessionsBut, who.Realm, account, ""); err != nil {
		return err
	}
	action := "account.enable"
	if disabled {
		action = "account.disable"
	}
	return record(ctx, tx, who, action, account, rule, nil)
}

// Unlock ends the waiting of an account that was locked out.
func Unlock(ctx context.Context, tx *store.Tx, who access.Who, account id.ID) error {
	rule, err := mayReset(ctx, tx, who, account)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlUnlock, who.Realm, account, day.Instant(0)); err != nil {
		return err
	}
	return record(ctx, tx, who, "account.unlock", account, rule, nil)
}

// SetLanguage keeps the caller's language of the interface (vi, en).
func SetLanguage(ctx context.Context, tx *store.Tx, who access.Who, language string) error {
	if language != "vi" && language != "en" {
		return fault.New(fault.Invalid, "account.no-language", nil).On("lang")
	}
	_, err := tx.Exec(ctx, sqlSetLanguage, who.Realm, who.Account, language)
	return err
}

// SetTheme keeps the caller's theme (light, dark; anything else is the machine's own).
func SetTheme(ctx context.Context, tx *store.Tx, who access.Who, theme string) error {
	if theme != "light" && theme != "dark" {
		theme = ""
	}
	_, err := tx.Exec(ctx, sqlSetTheme, who.Realm, who.Account, theme)
	return err
}

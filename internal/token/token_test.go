package token_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/apptest"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/token"
)

func create(t *testing.T, h *apptest.House, who access.Who, in token.MakeIn) (made token.Token, secret string, err error) {
	t.Helper()
	err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		made, secret, err = token.Make(ctx, tx, who, in)
		return err
	})
	return made, secret, err
}

func find(t *testing.T, h *apptest.House, secret string) (c token.Caller, err error) {
	t.Helper()
	err = h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = token.Find(ctx, tx, secret)
		return err
	})
	return c, err
}

func code(err error) string {
	f, _ := fault.Of(err)
	if f == nil {
		return ""
	}
	return f.Code
}

func TestLifeOfAToken(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := token.MakeIn{Account: apptest.Son.Account, Label: " SMAS ", Scopes: []token.Scope{token.ReadPupils, token.ReadPlaces}, Days: 10}
		made, secret, err := create(t, h, apptest.Son.Who(), in)
		if err != nil {
			t.Fatal(err)
		}
		if made.Scopes != "places.read pupils.read" || made.Label != "SMAS" {
			t.Errorf("made %+v", made)
		}
		for _, text := range apptest.Query[string](t, h, `SELECT hash || label || scopes FROM api_token`) {
			if strings.Contains(text, secret) || strings.Contains(text, secret[10:]) {
				t.Error("the secret itself is kept")
			}
		}
		c, err := find(t, h, secret)
		if err != nil || c.Who.Account != apptest.Son.Account || len(c.Who.Grants) != 1 || !c.Worth {
			t.Fatalf("%+v: %v", c, err)
		}
		if c.Must(token.ReadPupils) != nil || code(c.Must(token.ReadFigures)) != "token.no-such-scope" {
			t.Error("the token is good for other things than it was made for")
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { return token.Used(ctx, tx, c) })
		if c, _ = find(t, h, secret); c.Worth || c.Token.UsedAt.IsZero() {
			t.Errorf("used: %+v", c.Token)
		}

		// A grant that ends, ends for the token.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE role_grant SET until_day = $1 WHERE realm = 1 AND account = $2`, tx.Today(), apptest.Son.Account)
			return err
		})
		if c, err = find(t, h, secret); err != nil || len(c.Who.Grants) != 0 {
			t.Errorf("after the grant: %+v, %v", c.Who, err)
		}
		for name, forged := range map[string]string{"empty": "", "other": secret[:len(secret)-1] + "?", "another realm": strings.Replace(secret, "_1_", "_2_", 1),
			"short": secret[:20], "a word": "Bearer"} {
			if _, err := find(t, h, forged); code(err) != "token.refused" {
				t.Errorf("%s: %v", name, err)
			}
		}
		h.Clock.Advance(10*24*time.Hour - time.Minute)
		if _, err := find(t, h, secret); err != nil {
			t.Errorf("in its last minute: %v", err)
		}
		h.Clock.Advance(2 * time.Minute)
		if _, err := find(t, h, secret); code(err) != "token.refused" {
			t.Errorf("after its end: %v", err)
		}
		if actions := apptest.Query[string](t, h, `SELECT action FROM audit_entry WHERE realm = 1 ORDER BY id`); !slices.Equal(actions, []string{"token.make"}) {
			t.Errorf("the audit book says %v", actions)
		}
	})
}

func TestWhoMakesAndEndsTokens(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		read := []token.Scope{token.ReadSheets}
		for _, c := range []struct {
			who  access.Who
			in   token.MakeIn
			want string
		}{
			{apptest.Quan.Who(), token.MakeIn{Account: apptest.Son.Account, Label: "x", Scopes: read}, "token.not-own"},
			{apptest.Quan.Who(), token.MakeIn{Account: apptest.Quan.Account, Label: "x", Scopes: []token.Scope{token.ReadPupils}}, "token.beyond"},
			{apptest.Ho.Who(), token.MakeIn{Account: apptest.Ho.Account, Label: "x", Scopes: []token.Scope{token.WriteSheets}}, "token.beyond"},
			{apptest.Son.Who(), token.MakeIn{Account: apptest.Son.Account, Label: " ", Scopes: read}, "token.no-label"},
			{apptest.Son.Who(), token.MakeIn{Account: apptest.Son.Account, Label: strings.Repeat("x", 61), Scopes: read}, "token.long-label"},
			{apptest.Son.Who(), token.MakeIn{Account: apptest.Son.Account, Label: "x", Scopes: read, Days: 367}, "token.days"},
			{apptest.Son.Who(), token.MakeIn{Account: apptest.Son.Account, Label: "x"}, "token.no-scope"},
			{apptest.Son.Who(), token.MakeIn{Account: apptest.Son.Account, Label: "x", Scopes: []token.Scope{"everything"}}, "token.unknown-scope"},
			{access.System(apptest.Realm), token.MakeIn{Account: 1, Label: "x", Scopes: read}, "account.unknown"},
		} {
			if _, _, err := create(t, h, c.who, c.in); code(err) != c.want {
				t.Errorf("%+v: %v, want %s", c.in, err, c.want)
			}
		}
		made, secret, err := create(t, h, access.System(apptest.Realm), token.MakeIn{Account: apptest.Son.Account, Label: "x", Scopes: read})
		if err != nil {
			t.Fatal(err)
		}
		list := func(who access.Who, of id.ID) (n int, err error) {
			err = h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				tokens, err := token.List(ctx, tx, who, of)
				n = len(tokens)
				return err
			})
			return n, err
		}
		for who, want := range map[apptest.Person]int{apptest.Son: 1, apptest.Quan: 1} {
			if n, err := list(who.Who(), apptest.Son.Account); err != nil || n != want {
				t.Errorf("%s sees %d, %v", who.Name, n, err)
			}
		}
		if _, err := list(apptest.Lan.Who(), apptest.Son.Account); !fault.Is(err, fault.Forbidden) {
			t.Errorf("another principal lists them: %v", err)
		}
		revoke := func(who access.Who, of id.ID) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return token.Revoke(ctx, tx, who, of) })
		}
		if err := revoke(apptest.Lan.Who(), made.ID); !fault.Is(err, fault.Forbidden) {
			t.Errorf("another principal ends it: %v", err)
		}
		if err := revoke(apptest.Son.Who(), made.ID+1); code(err) != "token.none" {
			t.Errorf("no such token: %v", err)
		}
		if _, err := find(t, h, secret); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := revoke(apptest.Quan.Who(), made.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := find(t, h, secret); code(err) != "token.refused" {
			t.Errorf("a revoked token: %v", err)
		}

		_, secret, err = create(t, h, apptest.Son.Who(), token.MakeIn{Account: apptest.Son.Account, Label: "y", Scopes: read})
		if err != nil {
			t.Fatal(err)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return account.Disable(ctx, tx, access.System(apptest.Realm), apptest.Son.Account, true)
		})
		if _, err := find(t, h, secret); code(err) != "token.refused" {
			t.Errorf("of a disabled account: %v", err)
		}
	})
}

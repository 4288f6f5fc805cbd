package account_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

func signIn(t *testing.T, h *apptest.House, login, password string) (account.Entered, string) {
	t.Helper()
	e, err := account.SignIn(t.Context(), h.Store, login, password)
	return e, code(t, err)
}

// code is the code of a fault, "" of no error.
func code(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	f, ok := fault.Of(err)
	if !ok {
		t.Fatal(err)
	}
	return f.Code
}

func TestSigningIn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for _, c := range []struct{ login, password, want string }{
			{"hoa", apptest.Password, ""}, {" HOA ", apptest.Password, ""}, {"hòa", apptest.Password, ""},
			{"hoa", "Ra-Lop-2021", "account.wrong"}, {"nobody", apptest.Password, "account.wrong"}, {"", "", "account.wrong"},
		} {
			e, got := signIn(t, h, c.login, c.password)
			if got != c.want || got == "" && (e.Account != apptest.Hoa.Account || e.Realm != apptest.Realm) {
				t.Errorf("%q %q: %+v %q, want %q", c.login, c.password, e, got, c.want)
			}
		}
		// The cast's hash was made with little work: the first sign-in makes a better one.
		if hash := apptest.Query[string](t, h, `SELECT password FROM account WHERE id = 701`)[0]; hash[:31] != "$argon2id$v=19$m=19456,t=2,p=1$" {
			t.Errorf("the weak hash stays: %s", hash)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action = 'account.sign-in' AND account = 701`); n[0] != 3 {
			t.Errorf("%d sign-ins in the book", n[0])
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return account.Disable(ctx, tx, apptest.Quan.Who(), apptest.Hoa.Account, true)
		})
		if _, got := signIn(t, h, "hoa", apptest.Password); got != "account.disabled" {
			t.Errorf("a disabled account: %q", got)
		}
		if _, got := signIn(t, h, "hoa", "wrong"); got != "account.wrong" {
			t.Errorf("a disabled account tells strangers: %q", got)
		}
	})
}

func TestStrangersCostTheSame(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	signIn(t, h, "hoa", apptest.Password) // makes the better hash
	for _, login := range []string{"hoa", "stranger"} {
		before := account.Hashed()
		signIn(t, h, login, "wrong")
		if n := account.Hashed() - before; n != 1 {
			t.Errorf("%s: %d hashes", login, n)
		}
	}
}

func TestLockOutGrowsAndIsTheSameForStrangers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for _, login := range []string{"hoa", "stranger"} {
			fail := func(want string) {
				t.Helper()
				if _, got := signIn(t, h, login, "wrong"); got != want {
					t.Fatalf("%s: %q, want %q", login, got, want)
				}
			}
			for range 5 {
				fail("account.wrong")
			}
			fail("account.wait")
			if login == "hoa" {
				if _, got := signIn(t, h, login, apptest.Password); got != "account.wait" {
					t.Errorf("the right password opens a locked door: %q", got)
				}
			}
			h.Clock.Advance(31 * time.Second)
			fail("account.wrong")
			h.Clock.Advance(31 * time.Second)
			fail("account.wait") // a minute by now
			h.Clock.Advance(31 * time.Second)
			for range 12 {
				fail("account.wrong")
				h.Clock.Advance(time.Hour + time.Second) // never more than an hour
			}
		}
		if _, got := signIn(t, h, "hoa", apptest.Password); got != "" {
			t.Errorf("after waiting: %q", got)
		}
		for range 4 {
			signIn(t, h, "hoa", "wrong")
		}
		if _, got := signIn(t, h, "hoa", apptest.Password); got != "" {
			t.Errorf("a success does not forgive: %q", got)
		}
		h.Clock.Advance(25 * time.Hour)
		signIn(t, h, "other", "wrong")
		if names := apptest.Query[string](t, h, `SELECT name FROM sign_in_failure`); !slices.Equal(names, []string{"other"}) {
			t.Errorf("strangers kept: %q", names)
		}
	})
}

func TestCodes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		makeCode := func(p apptest.Person, of id.ID) (c account.Code, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				c, err = account.MakeCode(ctx, tx, p.Who(), of)
				return err
			})
			return c, err
		}
		for _, c := range []struct {
			by, of apptest.Person
			may    bool
		}{
			{apptest.Quan, apptest.Son, true}, {apptest.Mai, apptest.Hoa, true}, {apptest.Mai, apptest.Vinh, true}, {apptest.Mai, apptest.Dua, true}, {apptest.Son, apptest.Mai, true},
			{apptest.Mai, apptest.Son, false}, {apptest.Mai, apptest.Thuy, false}, {apptest.Lan, apptest.Hoa, false}, {apptest.Hoa, apptest.Binh, false},
			{apptest.Son, apptest.Thuong, false}, {apptest.Dung, apptest.Son, false}, {apptest.Mai, apptest.Quan, false},
		} {
			if _, err := makeCode(c.by, c.of.Account); (err == nil) != c.may || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s for %s: %v", c.by.Login, c.of.Login, err)
			}
		}
		made, err := makeCode(apptest.Mai, apptest.Hoa.Account)
		if err != nil {
			t.Fatal(err)
		}
		if kept := apptest.Query[string](t, h, `SELECT code_hash FROM account_reset WHERE account = 701`); len(kept) != 1 || kept[0] == made.Text {
			t.Errorf("kept: %q", kept)
		}
		use := func(login, with, password string) string {
			t.Helper()
			_, err := account.UseCode(t.Context(), h.Store, login, with, password)
			return code(t, err)
		}
		const good = "ruộng bậc thang xanh"
		if got := use("hoa", "AAAA-BBBB-CCCC", good); got != "account.wrong-code" {
			t.Errorf("a wrong code: %q", got)
		}
		if got := use("binh", made.Text, good); got != "account.wrong-code" {
			t.Errorf("somebody else's code: %q", got)
		}
		if got := use("hoa", made.Text, "hoa1"); got != "account.short" {
			t.Errorf("a short password: %q", got)
		}
		if got := use("hoa", " "+made.Text[:4]+made.Text[5:], good); got != "" {
			t.Errorf("the code without its dash: %q", got)
		}
		if got := use("hoa", made.Text, good); got != "account.wrong-code" {
			t.Errorf("the code twice: %q", got)
		}
		if _, got := signIn(t, h, "hoa", good); got != "" {
			t.Errorf("the new password: %q", got)
		}
		if made, err = makeCode(apptest.Mai, apptest.Binh.Account); err != nil {
			t.Fatal(err)
		}
		h.Clock.Advance(24*time.Hour + time.Second)
		if got := use("binh", made.Text, good); got != "account.wrong-code" {
			t.Errorf("a code of yesterday: %q", got)
		}
	})
}

func TestRulesOfPasswords(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := apptest.Hoa.Who()
		for password, want := range map[string]string{
			"ngắn": "account.short", "aaaaaaaaaaaa": "account.simple", "12345678910": "account.simple", "matkhau12345": "account.simple",
			"lothihoa2020": "account.own", "Ra-Lop-2020": "account.same", "mưa rừng tháng bảy": "",
		} {
			old := apptest.Password
			if got := code(t, account.ChangePassword(t.Context(), h.Store, who, old, password, "")); got != want {
				t.Errorf("%q: %q, want %q", password, got, want)
			}
			if want == "" {
				h.Write(t, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Exec(ctx, `UPDATE account SET password = (SELECT o.password FROM account o WHERE o.id = 702) WHERE id = 701`)
					return err
				})
			}
		}
		if got := code(t, account.ChangePassword(t.Context(), h.Store, who, "wrong", "mưa rừng tháng bảy", "")); got != "account.wrong-old" {
			t.Errorf("the old password is wrong: %q", got)
		}
	})
}

func TestSessionsOfAnAccount(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		clock := &apptest.Clock{}
		clock.Set(apptest.Start)
		sessions := account.Sessions{Store: h.Store, Clock: clock.Now}
		keep := func(token string) {
			t.Helper()
			data := `{"realm":1,"account":"701","device":"chrome/android","made":"` + sessions.Now().String() + `","seen":"` + sessions.Now().String() + `"}`
			if err := sessions.Commit(token, []byte(data), time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		keep("a")
		clock.Advance(time.Minute)
		keep("b")
		keep("c")
		open := func() (tokens []string) {
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				list, err := account.OpenSessions(ctx, tx, apptest.Hoa.Who(), sessions.Now())
				for _, s := range list {
					tokens = append(tokens, s.Token)
				}
				return err
			})
			return tokens
		}
		if got := open(); !slices.Equal(got, []string{"b", "c", "a"}) {
			t.Errorf("open: %q", got)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return account.EndSession(ctx, tx, apptest.Binh.Who(), "c")
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return account.EndSession(ctx, tx, apptest.Hoa.Who(), "a")
		})
		if got := open(); !slices.Equal(got, []string{"b", "c"}) {
			t.Errorf("one was ended, and not by another: %q", got)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return account.SignOutEverywhere(ctx, tx, apptest.Hoa.Who(), "b")
		})
		if got := open(); !slices.Equal(got, []string{"b"}) {
			t.Errorf("after signing out everywhere else: %q", got)
		}
		if err := account.ChangePassword(t.Context(), h.Store, apptest.Hoa.Who(), apptest.Password, "mưa rừng tháng bảy", "zz"); err != nil {
			t.Fatal(err)
		}
		if got := open(); len(got) != 0 {
			t.Errorf("a new password leaves %q", got)
		}
		keep("d")
		clock.Advance(5 * 24 * time.Hour)
		if _, found, err := sessions.Find("d"); found || err != nil {
			t.Errorf("found after five days: %v", err)
		}
	})
}

func TestCreatingAndListing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		list := []account.CreateInput{{Name: "Lò  Văn Khua", Login: "khua.lv", Title: "Giáo viên"}, {Name: "", Login: "x"}, {Name: "Trùng", Login: "Hoa"}, {Name: "Mùa A Sếnh", Login: "senh.ma", Email: "senh"}}
		made, err := account.Import(t.Context(), h.Store, apptest.Quan.Who(), list)
		if err != nil || len(made) != 4 {
			t.Fatal(made, err)
		}
		if made[0].Account == 0 || made[0].Code.Text == "" || made[1].Err == nil || !made[2].Known || code(t, made[3].Err) != "account.bad-email" {
			t.Errorf("%+v", made)
		}
		again, err := account.Import(t.Context(), h.Store, apptest.Quan.Who(), list[:1])
		if err != nil || !again[0].Known {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		if _, err := account.Import(t.Context(), h.Store, apptest.Mai.Who(), list[:1]); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a clerk makes accounts: %v", err)
		}
		if _, err := account.UseCode(t.Context(), h.Store, "khua.lv", made[0].Code.Text, "mưa rừng tháng bảy"); err != nil {
			t.Error(err)
		}
		names := func(p apptest.Person, f account.Filter) (logins []string) {
			t.Helper()
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				found, err := account.List(ctx, tx, p.Who(), f)
				for _, l := range found {
					logins = append(logins, l.Login)
				}
				return err
			})
			return logins
		}
		if got := names(apptest.Quan, account.Filter{}); len(got) != len(apptest.Everyone)+1 {
			t.Errorf("%d accounts", len(got))
		}
		if got := names(apptest.Quan, account.Filter{Search: "lo van"}); !slices.Equal(got, []string{"chien", "khua.lv"}) {
			t.Errorf("search: %q", got)
		}
		if got := names(apptest.Quan, account.Filter{Role: access.Principal}); !slices.Equal(got, []string{"lan", "son", "xuan"}) {
			t.Errorf("principals: %q", got)
		}
		if got := names(apptest.Mai, account.Filter{}); !slices.Equal(got, []string{"binh", "dua", "hoa", "mai", "son", "vinh"}) {
			t.Errorf("of the school: %q", got)
		}
		err = h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := account.List(ctx, tx, apptest.Hoa.Who(), account.Filter{})
			return err
		})
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("a teacher lists accounts: %v", err)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := account.Disable(ctx, tx, apptest.Quan.Who(), apptest.Quan.Account, true); code(t, err) != "account.not-self" {
				t.Errorf("the administrator disables himself: %v", err)
			}
			return account.Disable(ctx, tx, apptest.Quan.Who(), apptest.Binh.Account, true)
		})
		if got := names(apptest.Quan, account.Filter{State: account.Disabled}); !slices.Equal(got, []string{"binh"}) {
			t.Errorf("disabled: %q", got)
		}
	})
}

func TestTouch(t *testing.T) {
	start := day.InstantOf(apptest.Start)
	s := account.Session{MadeAt: start, SeenAt: start}
	if _, worth := s.Touch(start.Add(4 * time.Minute)); worth {
		t.Error("written every few minutes only")
	}
	if touched, worth := s.Touch(start.Add(6 * time.Minute)); !worth || touched.SeenAt != start.Add(6*time.Minute) {
		t.Error("not seen")
	}
}

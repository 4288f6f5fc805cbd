package account

import (
	"context"

	"github.com/a-h/templ"

	"ralop/internal/account"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// narrow is a page of one column, for signing in.
func narrow(r *door.Request, title, lead string, faults fault.List, parts ...templ.Component) templ.Component {
	c := frame.Chrome(r, frame.None, r.T(title))
	c.Narrow = true
	if lead != "" {
		c.Lead = r.T(lead)
	}
	if all := door.Sentences(r, faults, ""); len(all) > 0 {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Red, Text: all[0]})
	}
	return frame.In(ui.Page(c), parts...)
}

func showSignIn(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return signInPage(ctx, tx, r, nil)
}

func signInAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return signInPage(ctx, tx, r, faults)
}

func signInPage(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	next := door.LocalAddress(r.Value("tiep"), "")
	parts := []templ.Component{frame.Form(ui.SignInAddress, false,
		ui.Hidden(ui.Pair{Name: "tiep", Value: next}),
		ui.Input(ui.Field{Name: "login", Label: r.T("people.login"), Value: r.Value("login"), Complete: "username"}),
		ui.Input(ui.Field{Name: "password", Label: r.T("people.password"), Kind: "password", Complete: "current-password"}),
		ui.Check(ui.Field{Name: "shared", Label: r.T("people.shared"), Help: r.T("people.shared_help"), Optional: true}, r.Value("shared") != ""),
		ui.Actions(ui.Button{Label: r.T("people.sign_in"), Kind: ui.Primary, Large: true}, ui.Button{Label: r.T("people.have_code"), URL: ResetAddress, Kind: ui.Quiet}))}
	if r.Config().Demonstration && r.Config().People != nil {
		people, err := r.Config().People(ctx, tx)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, frame.In(ui.Section("minh-hoa", r.T("people.demonstration"), r.T("people.demonstration_note")), offers(r, people, next)))
	}
	return door.Page(narrow(r, "people.sign_in", "people.sign_in_lead", faults, parts...)), nil
}

// offers are the people of the demonstration, each a button.
func offers(r *door.Request, people []account.Offer, next string) templ.Component {
	items := make([]ui.Item, len(people))
	for i, p := range people {
		items[i] = ui.Item{Title: p.Name, Text: p.Title, End: ui.Post(DemonstrationAddress, ui.Button{Label: r.T("people.enter_as"), Small: true, Name: "as", Value: p.Login}, ui.Pair{Name: "tiep", Value: next})}
	}
	return ui.List(items...)
}

func signIn(ctx context.Context, r *door.Request) (door.Answer, error) {
	entered, err := account.SignIn(ctx, r.Store(), r.Value("login"), r.Secret("password"))
	if err != nil {
		return door.Answer{}, err
	}
	return enter(r, entered, r.Value("shared") != "")
}

func enter(r *door.Request, e account.Entered, shared bool) (door.Answer, error) {
	if err := r.SignIn(e.Realm, e.Account, shared); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("tiep"), ui.HomeAddress)), nil
}

// signInByClick exists only in the demonstration, and only for its people.
func signInByClick(ctx context.Context, r *door.Request) (door.Answer, error) {
	unknown := fault.New(fault.NotFound, "door.unknown", nil)
	if !r.Config().Demonstration || r.Config().People == nil {
		return door.Answer{}, unknown
	}
	var entered account.Entered
	err := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		people, err := r.Config().People(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.Login == r.Value("as") {
				entered, err = account.Demonstrate(ctx, tx, p.Login)
				return err
			}
		}
		return unknown
	})
	if err != nil {
		return door.Answer{}, err
	}
	return enter(r, entered, false)
}

func signOut(_ context.Context, r *door.Request) (door.Answer, error) {
	return door.SeeOther(ui.SignInAddress).With("Clear-Site-Data", `"cache"`), r.SignOut()
}

func showReset(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	return resetPage(r, nil), nil
}

func resetAgain(_ context.Context, _ *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return resetPage(r, faults), nil
}

func resetPage(r *door.Request, faults fault.List) door.Answer {
	fields := []ui.Field{
		{Name: "login", Label: r.T("people.login"), Value: r.Value("login"), Complete: "username", Error: door.FieldError(r, faults, "login")},
		{Name: "code", Label: r.T("people.code"), Help: r.T("people.code_help"), Value: r.Value("code"), Complete: "one-time-code", Error: door.FieldError(r, faults, "code")},
	}
	return door.Page(narrow(r, "people.reset", "people.reset_lead", faults, frame.Form(ResetAddress, false,
		ui.Input(fields[0]), ui.Input(fields[1]), newPassword(r, faults), ui.Actions(ui.Button{Label: r.T("people.set_password"), Kind: ui.Primary}))))
}

func newPassword(r *door.Request, faults fault.List) templ.Component {
	return templ.Join(
		ui.Input(ui.Field{Name: "password", Label: r.T("people.new_password"), Help: r.T("people.password_help"), Kind: "password", Complete: "new-password", Error: door.FieldError(r, faults, "password")}),
		ui.Input(ui.Field{Name: "again", Label: r.T("people.password_again"), Kind: "password", Complete: "new-password", Error: door.FieldError(r, faults, "again")}))
}

// typedTwice gives the new password when both fields hold it.
func typedTwice(r *door.Request) (string, error) {
	if r.Secret("password") != r.Secret("again") {
		return "", fault.New(fault.Invalid, "account.mismatch", nil).On("again")
	}
	return r.Secret("password"), nil
}

func reset(ctx context.Context, r *door.Request) (door.Answer, error) {
	password, err := typedTwice(r)
	if err != nil {
		return door.Answer{}, err
	}
	entered, err := account.UseCode(ctx, r.Store(), r.Value("login"), r.Value("code"), password)
	if err != nil {
		return door.Answer{}, err
	}
	return enter(r, entered, false)
}

func showChange(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	return changePage(r, nil), nil
}

func changeAgain(_ context.Context, _ *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return changePage(r, faults), nil
}

func changePage(r *door.Request, faults fault.List) door.Answer {
	lead := ""
	if r.Account.MustChange {
		lead = "people.must_change"
	}
	return door.Page(narrow(r, "people.change_password", lead, faults, frame.Form(ChangePasswordAddress, false,
		ui.Input(ui.Field{Name: "old", Label: r.T("people.old_password"), Kind: "password", Complete: "current-password", Error: door.FieldError(r, faults, "old")}),
		newPassword(r, faults), ui.Actions(ui.Button{Label: r.T("people.change_password"), Kind: ui.Primary}))))
}

func change(ctx context.Context, r *door.Request) (door.Answer, error) {
	password, err := typedTwice(r)
	if err != nil {
		return door.Answer{}, err
	}
	if err := account.ChangePassword(ctx, r.Store(), r.Who, r.Secret("old"), password, r.SessionHash()); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(MineAddress), nil
}

func setLanguage(ctx context.Context, r *door.Request) (door.Answer, error) {
	lang := r.Value("lang")
	if lang != "en" {
		lang = "vi"
	}
	r.Cookie(door.LanguageCookie, lang)
	back := door.SeeOther(door.LocalAddress(r.Value("return"), ui.HomeAddress))
	if !r.SignedIn() {
		return back, nil
	}
	return back, r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error { return account.SetLanguage(ctx, tx, r.Who, lang) })
}

func setTheme(ctx context.Context, r *door.Request) (door.Answer, error) {
	theme := string(ui.ParseTheme(r.Value("theme")))
	r.Cookie(door.ThemeCookie, theme)
	back := door.SeeOther(door.LocalAddress(r.Value("return"), ui.HomeAddress))
	if !r.SignedIn() {
		return back, nil
	}
	return back, r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error { return account.SetTheme(ctx, tx, r.Who, theme) })
}

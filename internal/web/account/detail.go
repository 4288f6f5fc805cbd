package account

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func showAccount(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return accountPage(ctx, tx, r, nil)
}

func giveAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return accountPage(ctx, tx, r, faults)
}

func accountPage(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	of, err := r.ID("account")
	if err != nil {
		return door.Answer{}, err
	}
	d, err := account.Look(ctx, tx, r.Who, of)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Manage, d.Name)
	c.Return = addressOf(of)
	c.Lead, c.Badge = d.Title, stateBadge(r, d.Listed).Draw()
	for _, sentence := range door.Sentences(r, faults, "") {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Red, Text: sentence})
	}
	facts := []ui.Fact{{Label: r.T("people.login"), Value: ui.Text(d.Login)}, {Label: r.T("people.made_at"), Value: ui.Text(d.MadeAt.Day().Vietnamese())}}
	if d.Phone != "" {
		facts = append(facts, ui.Fact{Label: r.T("people.phone"), Value: ui.Text(d.Phone)})
	}
	if d.Email != "" {
		facts = append(facts, ui.Fact{Label: r.T("people.email"), Value: ui.Text(d.Email)})
	}
	parts := []templ.Component{ui.Facts(facts...), frame.Box("actions", accountActs(r, d)...),
		frame.In(ui.Section("quyen", r.T("people.grants"), ""), grantTable(r, d.Grants, access.MaySomewhere(r.Who, access.GiveGrants), false).Draw())}
	if access.MaySomewhere(r.Who, access.GiveGrants) {
		form, err := giveForm(ctx, tx, r, of, faults)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, frame.In(ui.Section("giao-quyen", r.T("people.give"), r.T("people.give_note")), form))
	}
	if access.MaySomewhere(r.Who, access.ReadAudit) {
		parts = append(parts, ui.Actions(ui.Button{Label: r.T("people.his_book"), URL: query(BookAddress, "tai-khoan", d.Login), Kind: ui.Quiet}))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func accountActs(r *door.Request, d account.Detail) (acts []templ.Component) {
	at := addressOf(d.ID)
	if d.MayCode {
		acts = append(acts, ui.Post(at+"/ma", ui.Button{Label: r.T("people.make_code"), Icon: ui.IconLock}))
		if d.StateAt(r.Now) == account.LockedUp {
			acts = append(acts, ui.Post(at+"/mo-cho", ui.Button{Label: r.T("people.unlock")}))
		}
	}
	if d.MayManage && d.ID != r.Who.Account {
		b, value := ui.Button{Label: r.T("people.disable"), Kind: ui.Danger}, "1"
		if d.Disabled {
			b, value = ui.Button{Label: r.T("people.enable")}, "0"
		}
		acts = append(acts, ui.Post(at+"/khoa", b, ui.Pair{Name: "disabled", Value: value}))
	}
	return acts
}

// giveForm asks for role, place, period and reason. One who looks after few schools picks
// the place; others name it by its code.
func giveForm(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID, faults fault.List) (templ.Component, error) {
	scope, err := access.ScopeOf(ctx, tx, r.Who, access.GiveGrants)
	if err != nil {
		return nil, err
	}
	wide := len(scope.Units) > 0 || len(scope.Schools) > 3
	roles := []access.Role{access.HomeroomTeacher, access.SubstituteTeacher, access.BoardingStaff}
	if wide {
		roles = access.Roles
	}
	role := ui.Field{Name: "role", Label: r.T("people.role"), Value: r.Value("role"), Error: door.FieldError(r, faults, "role")}
	for _, one := range roles {
		role.Options = append(role.Options, ui.Option{Value: string(one), Label: r.T("access.role-" + string(one)), Group: r.T("access.scope-" + string(access.ScopeKindOf(one)))})
	}
	place := ui.Field{Name: "place", Label: r.T("people.place"), Value: r.Value("place"), Help: r.T("people.place_help"), Error: first(door.FieldError(r, faults, "place"), door.FieldError(r, faults, "unit"), door.FieldError(r, faults, "school"), door.FieldError(r, faults, "class"))}
	pick := ui.Input
	if !wide {
		place.Help, pick = "", ui.Select
		if place.Options, err = placesOf(ctx, tx, r, scope.Schools); err != nil {
			return nil, err
		}
	}
	from := ui.Field{Name: "from", Label: r.T("ui.from"), Kind: "date", Value: first(r.Value("from"), r.Today.String()), Error: door.FieldError(r, faults, "from")}
	until := ui.Field{Name: "until", Label: r.T("ui.to"), Kind: "date", Value: r.Value("until"), Optional: wide, Help: r.T("people.until_help"), Error: door.FieldError(r, faults, "until")}
	why := ui.Field{Name: "reason", Label: r.T("people.reason"), Value: r.Value("reason"), Help: r.T("people.reason_help"), Error: door.FieldError(r, faults, "reason")}
	return frame.Form(addressOf(of)+"/quyen", false, ui.Faults("", ui.Mistakes(role, place, from, until, why)), ui.Select(role), pick(place), frame.Box("fields", ui.Input(from), ui.Input(until)), ui.Input(why),
		ui.Actions(ui.Button{Label: r.T("people.give"), Kind: ui.Primary})), nil
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// placesOf are schools with their classes of this school year, as answers of a question.
func placesOf(ctx context.Context, tx *store.Tx, r *door.Request, schools []id.ID) (options []ui.Option, err error) {
	for _, school := range schools {
		s, err := frame.SchoolAsOf(ctx, tx, r.Who, school, r.Today)
		if err != nil {
			return nil, err
		}
		options = append(options, ui.Option{Value: "school:" + school.String(), Label: s.Name, Group: s.Name})
		classes, err := org.Classes(ctx, tx, r.Who, school, r.Today.SchoolYear())
		if err != nil {
			return nil, err
		}
		for _, class := range classes {
			options = append(options, ui.Option{Value: "class:" + class.ID.String(), Label: class.Name, Group: s.Name})
		}
	}
	return options, nil
}

// placeNamed reads the place of a form: "school:501" and "class:602" of a list; else what
// was typed: the code of a school, of a school and the name of a class behind a slash, or
// of a unit.
func placeNamed(ctx context.Context, tx *store.Tx, r *door.Request, kind access.ScopeKind) (id.ID, error) {
	typed := r.Value("place")
	if given, of, ok := strings.Cut(typed, ":"); ok {
		if given != string(kind) {
			return 0, fault.New(fault.Invalid, "access.role-scope", nil).On("place")
		}
		return id.Parse(of)
	}
	if typed == "" {
		return 0, fault.New(fault.Invalid, "people.no_place", nil).On("place")
	}
	switch kind {
	case access.SchoolScope:
		s, err := org.ResolveSchool(ctx, tx, r.Who, typed, r.Today)
		return s.ID, asInvalid(err)
	case access.ClassScope:
		school, class, ok := strings.Cut(typed, "/")
		if !ok {
			return 0, fault.New(fault.Invalid, "people.no_class", nil).On("place")
		}
		s, err := org.ResolveSchool(ctx, tx, r.Who, strings.TrimSpace(school), r.Today)
		if err != nil {
			return 0, asInvalid(err)
		}
		c, err := org.ClassNamed(ctx, tx, r.Who, s.ID, r.Today.SchoolYear(), strings.TrimSpace(class))
		return c.ID, asInvalid(err)
	}
	u, err := org.Resolve(ctx, tx, typed, r.Today)
	return u.ID, asInvalid(err)
}

// asInvalid makes "not found" of something typed into a form a mistake in that field.
func asInvalid(err error) error {
	if f, ok := fault.Of(err); ok && f.Kind == fault.NotFound {
		return fault.New(fault.Invalid, f.Code, f.Args).On("place")
	}
	return err
}

func give(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	of, err := r.ID("account")
	if err != nil {
		return door.Answer{}, err
	}
	role := access.Role(r.Value("role"))
	place, err := placeNamed(ctx, tx, r, access.ScopeKindOf(role))
	if err != nil {
		return door.Answer{}, err
	}
	from, err := r.Day("from", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	last, err := r.Day("until", day.Forever-1)
	if err != nil {
		return door.Answer{}, err
	}
	_, err = access.Give(ctx, tx, r.Who, access.GiveInput{Account: of, Role: role, Scope: place, Period: day.Through(from, last), Reason: r.Value("reason")})
	return door.SeeOther(addressOf(of) + "#quyen"), err
}

func withdraw(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	grant, err := r.ID("grant")
	if err != nil {
		return door.Answer{}, err
	}
	back := AccountsAddress
	if of, err := r.OptionalID("account"); err == nil && of != 0 {
		back = addressOf(of) + "#quyen"
	}
	return door.SeeOther(back), access.Withdraw(ctx, tx, r.Who, grant)
}

package staff

import (
	"cmp"
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Line is a line of a list of staff.
type Line struct {
	Row    int
	Name   string
	Title  string
	Login  string
	Code   string // of the employer: the login of a new account that names none
	Phone  string
	Email  string
	Role   string // as written; "" gives none
	School string // code or name
	Class  string
	Place  string  // unit or village
	From   day.Day // zero: ListIn.From
	Until  day.Day // exclusive; zero: without end
}

// ListIn says how a list goes in.
type ListIn struct {
	From   day.Day // zero: today
	Reason string  // why roles are given
}

// Planned is what a line would do.
type Planned struct {
	Row     int
	Account id.ID               // 0: a new account, or one of an earlier line
	Was     account.CreateInput // what is known, of a known account
	Is      account.CreateInput
	Known   bool              // the account is there, or an earlier line makes it
	Grant   *access.GiveInput // to be given; nil for none
	Place   string            // name of its place
	Fault   *fault.Fault
}

// New, Changed and Same say what becomes of the line.
func (p Planned) New() bool { return p.Fault == nil && !p.Known }
func (p Planned) Changed() bool {
	return p.Fault == nil && p.Known && (p.Was != p.Is || p.Grant != nil)
}

// List plans lists of staff, batch by batch. It is used by one goroutine.
type List struct {
	who     access.Who
	in      ListIn
	people  []person
	byLogin map[string]int
	byPhone map[string][]int
	byEmail map[string][]int
	given   map[givenKey]bool // by earlier lines
}

type person struct {
	account.Entry
	grants []access.GivenGrant
	read   bool // grants were read
}

type givenKey struct {
	login string
	role  access.Role
	scope id.ID
	days  day.Range
}

// Begin begins a list. Fault: access.no-grant.
func Begin(ctx context.Context, tx *store.Tx, who access.Who, in ListIn) (*List, error) {
	entries, err := account.Directory(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	if in.From.IsZero() {
		in.From = tx.Today()
	}
	l := &List{who: who, in: in, byLogin: map[string]int{}, byPhone: map[string][]int{}, byEmail: map[string][]int{}, given: map[givenKey]bool{}}
	for _, e := range entries {
		l.know(e)
	}
	return l, nil
}

func (l *List) know(e account.Entry) {
	i := len(l.people)
	l.people = append(l.people, person{Entry: e})
	l.byLogin[account.FoldLogin(e.Login)] = i
	if phone := account.FoldPhone(e.Phone); len(phone) >= 8 {
		l.byPhone[phone] = append(l.byPhone[phone], i)
	}
	if email := account.FoldEmail(e.Email); email != "" {
		l.byEmail[email] = append(l.byEmail[email], i)
	}
}

// Plan says what lines would do, in their order. Nothing is written.
//
// Faults: staff.no-name, staff.no-login, staff.two-accounts (login, telephone and e-mail
// belong to different people), staff.other-name, staff.disabled, staff.unknown-role,
// staff.no-place, those of org for a place, and those that giving the role would have.
func (l *List) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Planned, error) {
	planned := make([]Planned, len(lines))
	for i, line := range lines {
		p, err := l.plan(ctx, tx, line)
		if f, refused := fault.Of(err); refused {
			p.Fault = f
		} else if err != nil {
			return nil, err
		}
		planned[i] = p
	}
	return planned, nil
}

func (l *List) plan(ctx context.Context, tx *store.Tx, line Line) (Planned, error) {
	p := Planned{Row: line.Row, Is: account.CreateInput{Name: viet.Clean(line.Name), Title: viet.Clean(line.Title), Login: account.FoldLogin(line.Login),
		Phone: viet.Clean(line.Phone), Email: viet.Clean(line.Email)}}
	if p.Is.Name == "" {
		return p, fault.New(fault.Invalid, "staff.no-name", nil).On("name")
	}
	found, err := l.find(line)
	if err != nil {
		return p, err
	}
	if found >= 0 {
		known := l.people[found]
		switch {
		case viet.Fold(known.Name) != viet.Fold(p.Is.Name):
			return p, fault.New(fault.Conflict, "staff.other-name", nil).On("name")
		case known.Disabled:
			return p, fault.New(fault.Conflict, "staff.disabled", nil).On("login")
		}
		p.Account, p.Known = known.Account, true
		p.Was = account.CreateInput{Name: known.Name, Title: known.Title, Login: known.Login, Phone: known.Phone, Email: known.Email}
		p.Is = account.CreateInput{Name: known.Name, Login: known.Login, Title: cmp.Or(p.Is.Title, known.Title), Phone: cmp.Or(p.Is.Phone, known.Phone), Email: cmp.Or(p.Is.Email, known.Email)}
		if account.FoldPhone(p.Is.Phone) == account.FoldPhone(known.Phone) {
			p.Is.Phone = known.Phone // written in another way
		}
	} else if p.Is.Login = cmp.Or(p.Is.Login, account.FoldLogin(line.Code), account.FoldEmail(line.Email), account.FoldPhone(line.Phone)); p.Is.Login == "" {
		return p, fault.New(fault.Invalid, "staff.no-login", nil).On("login")
	} else if at, _, isEmail := strings.Cut(p.Is.Login, "@"); isEmail {
		p.Is.Login = at
		if _, taken := l.byLogin[at]; taken {
			return p, fault.New(fault.Conflict, "account.taken", fault.Args{"login": at}).On("login")
		}
	}
	if err := p.Is.Check(); err != nil {
		return p, err
	}
	if err := l.grant(ctx, tx, line, &p, found); err != nil {
		return p, err
	}
	if found < 0 {
		l.know(account.Entry{Name: p.Is.Name, Title: p.Is.Title, Login: p.Is.Login, Phone: p.Is.Phone, Email: p.Is.Email})
	} else {
		l.people[found].Title, l.people[found].Phone, l.people[found].Email = p.Is.Title, p.Is.Phone, p.Is.Email
	}
	return p, nil
}

// find gives the person that a line means, -1 for nobody known.
func (l *List) find(line Line) (int, error) {
	found := -1
	take := func(all []int) error {
		for _, i := range all {
			if found >= 0 && found != i {
				return fault.New(fault.Conflict, "staff.two-accounts", nil).On("login")
			}
			found = i
		}
		return nil
	}
	for _, login := range []string{line.Login, line.Code} {
		if login = account.FoldLogin(login); login == "" {
			continue
		}
		if i, known := l.byLogin[login]; known {
			if err := take([]int{i}); err != nil {
				return 0, err
			}
		}
	}
	if err := take(l.byPhone[account.FoldPhone(line.Phone)]); err != nil {
		return 0, err
	}
	return found, take(l.byEmail[account.FoldEmail(line.Email)])
}

// grant finds the place of a role and whether it is held already.
func (l *List) grant(ctx context.Context, tx *store.Tx, line Line, p *Planned, found int) error {
	if line.Role == "" {
		return nil
	}
	role, ok := ParseRole(line.Role)
	if !ok {
		return fault.New(fault.Invalid, "staff.unknown-role", fault.Args{"value": line.Role}).On("role")
	}
	give := access.GiveInput{Account: p.Account, Role: role, ScopeKind: access.ScopeKindOf(role), Reason: l.in.Reason,
		Period: day.Range{From: cmp.Or(line.From, l.in.From), Until: cmp.Or(line.Until, day.Forever)}}
	if give.Period.Empty() {
		return fault.New(fault.Invalid, "access.period-empty", nil).On("until")
	}
	var err error
	if give.Scope, p.Place, err = l.scope(ctx, tx, line, give); err != nil {
		return err
	}
	if _, err := access.May(ctx, tx, l.who, access.GiveGrants, access.Resource{Kind: access.Kind(give.ScopeKind), ID: give.Scope}); err != nil {
		return err
	}
	key := givenKey{p.Is.Login, role, give.Scope, give.Period}
	if l.given[key] {
		return nil
	}
	if found >= 0 && p.Account != 0 {
		if !l.people[found].read {
			if l.people[found].grants, err = access.GrantsOf(ctx, tx, l.who, p.Account); err != nil {
				return err
			}
			l.people[found].read = true
		}
		for _, g := range l.people[found].grants {
			if g.Role == role && g.ScopeKind == give.ScopeKind && g.Scope == give.Scope && g.From <= give.Period.From && give.Period.Until <= g.Until {
				return nil
			}
		}
	}
	l.given[key] = true
	p.Grant = &give
	return nil
}

func (l *List) scope(ctx context.Context, tx *store.Tx, line Line, give access.GiveInput) (id.ID, string, error) {
	on := max(give.Period.From, min(tx.Today(), give.Period.Until-1))
	switch give.ScopeKind {
	case access.SchoolScope, access.ClassScope:
		name := cmp.Or(line.School, line.Place)
		if name == "" || give.ScopeKind == access.ClassScope && line.Class == "" {
			return 0, "", fault.New(fault.Invalid, "staff.no-place", nil).On("school")
		}
		school, err := org.ResolveSchool(ctx, tx, l.who, name, on)
		if err != nil || give.ScopeKind == access.SchoolScope {
			return school.ID, school.Name, err
		}
		classes, err := org.Classes(ctx, tx, l.who, school.ID, give.Period.From.SchoolYear()) // a class is of one school year
		if err != nil {
			return 0, "", err
		}
		for _, c := range classes {
			if fold(c.Name) == fold(line.Class) || "lop "+fold(c.Name) == fold(line.Class) {
				return c.ID, c.Name + " " + school.Name, nil
			}
		}
		return 0, "", fault.New(fault.NotFound, "org.no-class", fault.Args{"class": line.Class}).On("class")
	}
	if line.Place == "" {
		return 0, "", fault.New(fault.Invalid, "staff.no-place", nil).On("place")
	}
	unit, err := org.Named(ctx, tx, line.Place, 0, on)
	return unit.ID, unit.FullName, err
}

// Put writes what was planned: accounts first, then what is known of them and their roles.
// Watch is called between the two, with all accounts of the lines.
func Put(ctx context.Context, tx *store.Tx, who access.Who, planned []Planned, watch func(of []id.ID) error) error {
	accounts, fresh := make([]id.ID, len(planned)), map[id.ID]bool{}
	for i, p := range planned {
		of, err := account.ByLogin(ctx, tx, who.Realm, p.Is.Login)
		if fault.Is(err, fault.NotFound) {
			of, err = account.Register(ctx, tx, who, p.Is)
			fresh[of] = true
		}
		if err != nil {
			return err
		}
		accounts[i] = of
	}
	if err := watch(accounts); err != nil {
		return err
	}
	for i, p := range planned {
		if p.Was.Login != "" && p.Was != p.Is && !fresh[accounts[i]] {
			if err := account.Amend(ctx, tx, who, accounts[i], p.Is); err != nil {
				return err
			}
		}
		if p.Grant == nil {
			continue
		}
		give := *p.Grant
		give.Account = accounts[i]
		if _, err := access.Give(ctx, tx, who, give); err != nil && !fault.HasCode(err, "access.already-held") {
			return err
		}
	}
	return nil
}

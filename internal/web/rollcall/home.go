package rollcall

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func root(context.Context, *store.Tx, *door.Request) (door.Answer, error) {
	return door.SeeOther("/hom-nay"), nil
}

// home leads everybody to the page on which the day begins: a teacher to the roll call, a
// school to its day, a unit to its board, those who look after children of a village to
// their list, the administrator to the administration.
func home(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	return door.SeeOther(homeOf(r)), nil
}

func homeOf(r *door.Request) string {
	reach := map[access.ScopeKind][]access.Grant{}
	for _, g := range r.Who.Grants {
		if g.Period.Has(r.Today) && g.Role != access.Administrator {
			reach[g.ScopeKind] = append(reach[g.ScopeKind], g)
		}
	}
	switch {
	case len(reach[access.ClassScope]) > 0:
		return "/diem-danh"
	case len(reach[access.SchoolScope]) > 0:
		return "/truong/" + reach[access.SchoolScope][0].Scope.String() + "/hom-nay"
	case len(reach[access.UnitScope]) > 0:
		return "/bang"
	case len(reach[access.ResidenceScope]) > 0:
		return "/hoc-sinh"
	case access.MaySomewhere(r.Who, access.ManageAccounts):
		return "/quan-tri"
	}
	return "/diem-danh" // teaches what the page will show
}

// classCard is one class of the teacher's.
type classCard struct {
	Title string
	Text  string
	Tone  ui.Tone
	Role  string
	Lines []classLine
}

type classLine struct {
	Label, URL, Press string
	Primary           bool
	Tone              ui.Tone
	State             string
}

// myClasses lists the classes that the caller teaches or stands in for today, with the
// sessions of today and those of the last days that are still open.
func myClasses(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	scope, err := access.ScopeOf(ctx, tx, r.Who, access.TakeRoll)
	if err != nil {
		return door.Answer{}, err
	}
	switch {
	case len(scope.Classes) == 1 && r.Value("chon") == "":
		return door.SeeOther(sheetAddress(scope.Classes[0], r.Today, calendar.WholeDay)), nil
	case len(scope.Classes) == 0 && len(scope.Schools) > 0:
		return door.SeeOther("/truong/" + scope.Schools[0].String() + "/hom-nay"), nil
	}
	var cards []classCard
	for _, class := range scope.Classes {
		card, err := cardOf(ctx, tx, r, class)
		if err != nil {
			return door.Answer{}, err
		}
		cards = append(cards, card)
	}
	c := frame.Chrome(r, frame.Today, r.T("roll.my-classes"))
	c.Lead = r.T("roll.my-classes-lead")
	empty := ui.Empty{Icon: ui.IconPupils, Title: r.T("roll.no-classes"), Text: r.T("roll.no-classes-text")}
	if len(cards) == 0 {
		c.Lead = ""
	}
	return door.Page(classesPage(c, cards, empty)), nil
}

func cardOf(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID) (classCard, error) {
	class, err := org.ClassByID(ctx, tx, r.Who, of)
	if err != nil {
		return classCard{}, err
	}
	school, err := org.SchoolOn(ctx, tx, r.Who, class.School, r.Today)
	if err != nil {
		return classCard{}, err
	}
	roll, _, err := student.PeekRoll(ctx, tx, r.Who.Realm, of, r.Today)
	if err != nil {
		return classCard{}, err
	}
	days, err := calendar.ClassCalendar(ctx, tx, r.Who, of, day.Through(r.Today, r.Today))
	if err != nil {
		return classCard{}, err
	}
	sheets, err := rollcall.SheetsOf(ctx, tx, r.Who.Realm, of, day.Through(r.Today, r.Today))
	if err != nil {
		return classCard{}, err
	}
	card := classCard{Title: r.T("roll.class-of", "class", class.Name), Text: r.T("roll.pupils-n", "n", roll.Size) + " · " + school.Name}
	if substitutes(r, of) {
		card.Role = r.T("roll.substitute")
	}
	var why calendar.Verdict
	for _, v := range days[0] {
		if why.Cause == "" || why.Cause == calendar.NoSession {
			why = v
		}
		if v.Held {
			card.Lines = append(card.Lines, lineOf(r, of, v, sheets))
		}
	}
	if len(card.Lines) == 0 {
		card.Text += ". " + r.T("roll.no-session-today", "cause", cause(r, why))
	}
	open, err := openDays(ctx, tx, r, of, r.Today, calendar.WholeDay)
	if err != nil {
		return card, err
	}
	for _, o := range open {
		card.Lines = append(card.Lines, classLine{Label: when(r, o.Day, o.Session), URL: sheetAddress(of, o.Day, o.Session), Press: r.T("roll.open-sheet"), Tone: ui.Amber, State: r.T("roll.mark-none")})
	}
	return card, nil
}

func lineOf(r *door.Request, class id.ID, v calendar.Verdict, sheets []rollcall.Sheet) classLine {
	line := classLine{Label: when(r, v.Day, v.Session), URL: sheetAddress(class, v.Day, v.Session), Press: r.T("roll.open-sheet"), Primary: true, State: r.T("roll.mark-none"), Tone: ui.Grey}
	i := slices.IndexFunc(sheets, func(s rollcall.Sheet) bool { return s.Session == v.Session })
	if i < 0 {
		return line
	}
	s := sheets[i]
	line.Press, line.Primary, line.Tone = r.T("roll.see-sheet"), false, ui.Green
	line.State = receivedWords(r, s.ReceivedAt, s.Day, s.EnteredLate) + " · " + countWords(r, s.Size, s.Absent(), s.Late)
	if s.State != rollcall.Taken {
		line.State = r.T("rollcall.state-" + s.State.Code())
	}
	return line
}

func substitutes(r *door.Request, class id.ID) bool {
	return slices.ContainsFunc(r.Who.Grants, func(g access.Grant) bool {
		return g.Role == access.SubstituteTeacher && g.Scope == class && g.Period.Has(r.Today)
	})
}

package casework

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/viet"
)

// filled is what the papers of a case are filled with: nothing protected is in it, whoever
// asks for the paper, because a paper leaves the house.
type filled struct {
	View
	head   paper.Document
	talked Event // the newest visit, or call; the zero Event before any
	family string
	away   int
	from   day.Day
	last   day.Day
}

// fill reads a case for its papers; the door writes that one left the product. Fault: casework.not-yours for who may not work on it.
func fill(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) (f filled, err error) {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return f, err
	}
	if _, err = may(ctx, tx, who, access.WorkCase, c); err != nil {
		return f, err
	}
	if f.View, err = viewOf(ctx, tx, who.Realm, c); err != nil {
		return f, err
	}
	redact(&f.View, false)
	for _, e := range f.Timeline {
		if e.Kind == "visit" || e.Kind == "joint-visit" || e.Kind == "commune-meeting" || e.Kind == "call" && f.talked.Kind == "" {
			if f.talked.Kind == "" || f.talked.Kind == "call" {
				f.talked = e
			}
		}
	}
	for _, g := range f.Guardians {
		if g.Name != "" {
			f.family = g.Name
			break
		}
	}
	for _, m := range f.Absences {
		if m.Kind.Absent() && m.Day >= c.OpenedOn-30 {
			if f.away == 0 {
				f.from = m.Day
			}
			f.away, f.last = f.away+1, m.Day
		}
	}
	f.head, err = head(ctx, tx, who, c.School)
	return f, err
}

// head is the upper part of a school's paper.
func head(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) (d paper.Document, err error) {
	s, err := org.SchoolOn(ctx, tx, who, school, tx.Today())
	if err != nil {
		return d, err
	}
	if d, err = s.Head(ctx, tx, tx.Today()); err != nil {
		return d, err
	}
	if story, err := isStory(ctx, tx, who.Realm); err != nil {
		return d, err
	} else if story {
		d.Watermark = say("watermark")
	}
	return d, err
}

// isStory says whether the realm is a demonstration: its papers say so.
func isStory(ctx context.Context, tx *store.Tx, realm int) (bool, error) {
	story, err := store.One[string](ctx, tx, sqlStory, realm)
	return story != "", err
}

func (f filled) village() string { return orBlank(f.Child.Village, "blank-short") }

func orBlank(text, blank string) string {
	if text == "" {
		return say(blank)
	}
	return text
}

func dayOrBlank(d day.Day) string {
	if d.IsZero() {
		return say("blank-short")
	}
	return d.Vietnamese()
}

// listOf writes codes of a list in words, for a line of a paper.
func listOf(kind string, codes []string) string {
	var all []string
	for _, code := range codes {
		all = append(all, text.T(text.Vietnamese, "casework."+kind+"-"+code))
	}
	return strings.ToLower(strings.Join(all, ", "))
}

// supports are lines for what is offered: those of the list, and room for the hand.
func supports(codes []string) (lines []paper.Block) {
	for _, code := range codes {
		lines = append(lines, paper.Item(text.T(text.Vietnamese, "casework.support-"+code)))
	}
	return append(lines, paper.Item(say("blank")))
}

func signatures(of ...string) (all []paper.Signature) {
	for _, who := range of {
		all = append(all, paper.Signature{Capacity: say("sign-" + who), Note: say("sign-note")})
	}
	return all
}

// MinutesPaper is the biên bản vận động, filled, for signature on paper.
func MinutesPaper(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) (paper.Document, error) {
	f, err := fill(ctx, tx, who, case_)
	if err != nil {
		return paper.Document{}, err
	}
	d := f.head
	d.Kind, d.Subject = say("minutes-kind"), say("minutes-subject")
	on := f.talked.Day
	if on.IsZero() {
		on = tx.Today()
	}
	d.Date = on
	var companions []string
	for _, code := range f.talked.With {
		companions = append(companions, code)
	}
	cause := ""
	if f.Case.Cause != "" {
		cause = text.T(text.Vietnamese, "casework.cause-"+f.Case.Cause)
	}
	teacher := ""
	for _, o := range f.Owners {
		if o.Role == TeacherOwner && o.Until.IsZero() {
			teacher = o.Name
		}
	}
	absent := say("blank")
	if f.away > 0 {
		absent = say("minutes-child-absent", "sessions", f.away, "from", f.from.Vietnamese(), "last", f.last.Vietnamese())
	}
	d.Body = []paper.Block{
		paper.P(say("minutes-when", "date", viet.DateWords(on.Year(), int(on.Month()), on.DayOfMonth()), "name", f.Child.Name, "village", f.village())),
		paper.H1(say("minutes-present")),
		paper.Item(say("minutes-present-school", "names", orBlank(teacher, "blank"))),
		paper.Item(say("minutes-present-village", "names", orBlank(listOf("with", companions), "blank"))),
		paper.Item(say("minutes-present-family", "names", orBlank(f.family, "blank"))),
		paper.H1(say("minutes-child")),
		paper.P(say("minutes-child-name", "name", f.Child.Name, "born", f.Child.Born.Vietnamese(), "class", orBlank(f.Child.Class, "blank-short"), "school", f.Child.School)),
		paper.P(say("minutes-child-home", "village", f.village())),
		paper.P(absent),
		paper.P(say("minutes-child-cause", "cause", orBlank(cause, "blank"))),
		paper.H1(say("minutes-talk")),
		paper.P(say("minutes-talk-teacher")), paper.P(say("blank")),
		paper.P(say("minutes-talk-family")), paper.P(say("blank")),
		paper.P(say("minutes-talk-benefit")),
		paper.P(say("minutes-hope", "hope", orBlank(f.talked.Hope, "blank"))),
		paper.H1(say("minutes-support")),
		paper.P(say("minutes-support-school", "list", orBlank(listOf("support", f.talked.SupportSchool), "blank"))),
		paper.P(say("minutes-support-commune", "list", orBlank(listOf("support", f.talked.SupportCommune), "blank"))),
		paper.H1(say("minutes-agree")),
		paper.Item(say("minutes-agree-family", "day", dayOrBlank(f.Case.Promise))),
		paper.Item(say("minutes-agree-child", "name", f.Child.Name)),
		paper.Item(say("minutes-agree-school")),
		paper.P(say("minutes-end")),
	}
	d.Signatures = signatures("family", "village", "teacher")
	return d, nil
}

// PledgePaper is the bản cam kết: what school and commune promise, what the family
// promises and hopes for.
func PledgePaper(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) (paper.Document, error) {
	f, err := fill(ctx, tx, who, case_)
	if err != nil {
		return paper.Document{}, err
	}
	d := f.head
	d.Agency, d.ParentAgency = f.head.Agency, f.head.ParentAgency
	d.Kind, d.Subject = say("pledge-kind"), say("pledge-subject")
	d.Body = []paper.Block{
		paper.P(say("pledge-family", "family", orBlank(f.family, "blank-short"), "village", f.village())),
		paper.P(say("pledge-child", "name", f.Child.Name, "born", f.Child.Born.Vietnamese(), "class", orBlank(f.Child.Class, "blank-short"), "school", f.Child.School)),
		paper.P(say("pledge-day", "day", dayOrBlank(f.Case.Promise))),
		paper.H2(say("pledge-school")), paper.Item(say("pledge-school-always")),
	}
	d.Body = append(d.Body, supports(f.talked.SupportSchool)...)
	d.Body = append(d.Body, paper.H2(say("pledge-commune")), paper.Item(say("pledge-commune-always")))
	d.Body = append(d.Body, supports(f.talked.SupportCommune)...)
	d.Body = append(d.Body, paper.H2(say("pledge-parents")), paper.Item(say("pledge-parents-back")), paper.Item(say("pledge-parents-tell")),
		paper.H2(say("pledge-hope")), paper.P(orBlank(f.talked.Hope, "blank")),
		paper.Rich(paper.Italic(say("pledge-note"))))
	d.Signatures = signatures("family", "village", "teacher")
	return d, nil
}

// dataLaw is the day on which Luật 91/2025/QH15 came into force.
var dataLaw = day.Date(2026, 1, 1)

// ConsentPaper is the phiếu đồng ý to the use of the child's data: a paper of its own, to
// be refused without harm.
func ConsentPaper(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) (paper.Document, error) {
	f, err := fill(ctx, tx, who, case_)
	if err != nil {
		return paper.Document{}, err
	}
	d := f.head
	d.Kind, d.Subject = say("consent-kind"), say("consent-subject")
	d.Body = []paper.Block{
		paper.P(say("consent-whom", "family", orBlank(f.family, "blank-short"), "name", f.Child.Name, "born", f.Child.Born.Vietnamese(), "class", orBlank(f.Child.Class, "blank-short"), "school", f.Child.School)),
		paper.P(say("consent-heard")),
		paper.Item(say("consent-what")), paper.Item(say("consent-why")), paper.Item(say("consent-who")), paper.Item(say("consent-long")), paper.Item(say("consent-right")),
		paper.P(say("consent-choose")),
		paper.P(say("consent-case")), paper.P(say("consent-message")), paper.P(say("consent-child")),
	}
	if tx.Today() >= dataLaw {
		d.Body = append([]paper.Block{paper.Rich(paper.Italic(say("consent-law")))}, d.Body...)
	}
	d.Signatures = signatures("child", "parent")
	return d, nil
}

// VillagePaper is the list of a village's children to be called on, by household, for those
// who have no phone.
func VillagePaper(ctx context.Context, tx *store.Tx, who access.Who, village id.ID) (paper.Document, error) {
	all, _, err := VillageList(ctx, tx, who, village)
	if err != nil {
		return paper.Document{}, err
	}
	path, err := org.Path(ctx, tx, village, tx.Today())
	if err != nil {
		return paper.Document{}, err
	}
	var d paper.Document
	name := ""
	for _, u := range path {
		if u.Kind == org.Commune {
			d.Agency, d.Place = paper.Committee(u.FullName), u.Name
		}
		if u.ID == village {
			name = u.FullName
		}
	}
	d.Kind, d.Subject, d.Date = say("village-kind"), say("village-subject", "place", name), tx.Today()
	d.Body = []paper.Block{paper.Rich(paper.Italic(say("village-day", "day", tx.Today().Vietnamese())))}
	table := paper.Table{Orientation: paper.Portrait, Columns: []paper.Column{
		{Key: "no", Title: say("village-no"), Kind: paper.KindInteger}, {Key: "name", Title: say("village-name"), Width: 30}, {Key: "class", Title: say("village-class"), Width: 32},
		{Key: "family", Title: say("village-family"), Width: 24}, {Key: "step", Title: say("village-step"), Width: 24}, {Key: "due", Title: say("village-due"), Width: 21},
		{Key: "result", Title: say("village-result"), Width: 22}}}
	number := int64(0)
	for _, stop := range stops(all) {
		if len(stops(all)) > 1 {
			table.Rows = append(table.Rows, paper.Row{Style: paper.Group, Cells: []paper.Cell{{}, {Text: orBlank(stop.Name, "blank-short"), Span: 6}, {}, {}, {}, {}, {}}})
		}
		for _, home := range stop.Households {
			for _, t := range home.Tasks {
				number++
				due, result := "", ""
				if t.Due != day.Forever {
					due = t.Due.Vietnamese()
				}
				if !t.Promise.IsZero() && t.State == Open {
					result = say("village-promise", "day", t.Promise.Short())
				}
				step := text.T(text.Vietnamese, "casework.step-"+string(t.Step))
				if t.State != Open {
					step = text.T(text.Vietnamese, "casework.state-"+string(t.State))
				}
				table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.Int(number), paper.Text(t.Name), paper.Text(t.Class + ", " + t.School), paper.Text(home.Family),
					paper.Text(step), paper.Text(due), paper.Text(result)}})
			}
		}
	}
	if number == 0 {
		d.Body = append(d.Body, paper.P(say("village-none")))
	} else {
		d.Body = append(d.Body, table.Block())
	}
	if story, err := isStory(ctx, tx, who.Realm); err != nil {
		return d, err
	} else if story {
		d.Watermark = say("watermark")
	}
	return d, nil
}

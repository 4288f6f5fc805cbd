package transfer

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/student"
)

// communeSigns is the day from which the chairperson of the commune that a child of a lower
// secondary school leaves signs her letter: TT 10/2025/TT-BGDĐT, in force with the two tiers.
var communeSigns = day.Date(2025, 7, 1)

// CommuneSigns says whether the letter of a child of a level is the commune's, on a day.
func CommuneSigns(level string, on day.Day) bool { return level == "THCS" && on >= communeSigns }

// Letter is a giấy giới thiệu chuyển trường, not numbered, dated or signed yet.
type Letter struct {
	Paper paper.Document
	Pupil id.ID
	Rule  string // by which the caller may draw it up: for the audit book
}

// LetterOf draws up the letter of an offered child. Where a fact is not known (a school
// outside the realm, a reason that nobody wrote) it leaves room for the hand. The door
// writes that it left the product. Faults: those of student.LeavingOf.
func LetterOf(ctx context.Context, tx *store.Tx, who access.Who, school, offer id.ID) (Letter, error) {
	l, rule, err := student.LeavingOf(ctx, tx, who, school, offer)
	if err != nil {
		return Letter{}, err
	}
	t, today := l.Transfer, tx.Today()
	from, err := org.SchoolOn(ctx, tx, who, t.FromSchool, today)
	if err != nil {
		return Letter{}, err
	}
	d, err := from.Head(ctx, tx, today)
	if err != nil {
		return Letter{}, err
	}
	leaves, err := communeOf(ctx, tx, from.LocatedIn, today)
	if err != nil {
		return Letter{}, err
	}
	var comes org.Unit
	if t.ToSchool != 0 {
		to, err := org.SchoolOn(ctx, tx, who, t.ToSchool, today)
		if err != nil {
			return Letter{}, err
		}
		if comes, err = communeOf(ctx, tx, to.LocatedIn, today); err != nil {
			return Letter{}, err
		}
	}
	d.Kind = say("kind")
	d.Body = append(d.Body, grounds(t.Level, CommuneSigns(t.Level, today))...)
	if CommuneSigns(t.Level, today) {
		d.ParentAgency, d.Agency, d.Place, d.Symbol = "", paper.Committee(leaves.FullName), leaves.Name, say("symbol-commune")
		d.To = []string{orUnknown(inSentence(comes), "to-committee"), orUnknown(t.To, "to-school")}
		d.Body = append(d.Body, paper.P(say("begin-committee", "name", inSentence(leaves))))
		d.Signatures = []paper.Signature{{Capacity: say("sign-commune"), Note: say("sign-note")}}
		d.Receivers = []string{say("receiver-to"), say("receiver-school", "name", from.Name), say("receiver-family"), say("receiver-file")}
	} else {
		d.Symbol = symbol(from)
		d.To = []string{orUnknown(t.To, "to-school")}
		d.Body = append(d.Body, paper.P(say("begin-school", "name", from.Name)))
		d.Signatures = []paper.Signature{{Capacity: say("sign-school"), Note: say("sign-note")}}
		d.Receivers = []string{say("receiver-to"), say("receiver-family"), say("receiver-file")}
	}
	home, err := homeOf(ctx, tx, l.Child, today)
	if err != nil {
		return Letter{}, err
	}
	d.Body = append(d.Body, childLines(l, home)...)
	d.Body = append(d.Body, paper.P(say("enclosed")))
	all := enclosed(t.Level)
	for i, line := range all {
		stop := ";"
		if i == len(all)-1 {
			stop = "."
		}
		d.Body = append(d.Body, paper.Item(line+stop))
	}
	d.Body = append(d.Body, paper.P(request(t, comes, CommuneSigns(t.Level, today))))
	return Letter{d, t.Pupil, rule}, nil
}

func grounds(level string, commune bool) (blocks []paper.Block) {
	add := func(name string) { blocks = append(blocks, paper.Rich(paper.Italic(say(name)))) }
	switch level {
	case "TH":
		add("ground-TH")
	case "THCS", "THPT":
		add("ground-secondary")
	}
	if commune {
		add("ground-commune")
	}
	add("ground-request")
	return blocks
}

func childLines(l student.Leaving, home string) []paper.Block {
	t, p := l.Transfer, l.Child.Person
	var names []string
	for _, g := range l.Child.Guardians {
		if g.Name != "" {
			names = append(names, g.Name)
		}
	}
	sex := say("blank-short")
	if p.Sex != "" {
		sex = say("sex-" + p.Sex)
	}
	return []paper.Block{
		paper.Rich(paper.Plain(say("child-name")), paper.Bold(strings.ToUpper(p.Name))),
		paper.P(say("child-sex", "sex", sex, "born", p.Born.Vietnamese(), "birthplace", orBlank(p.Birthplace, "blank-short"))),
		paper.P(say("child-home", "home", orBlank(home, "blank"))),
		paper.P(say("child-family", "names", orBlank(strings.Join(names, ", "), "blank"))),
		paper.P(say("child-class", "class", orBlank(t.ClassName, "blank-short"), "year", years((t.LeftOn - 1).SchoolYear()), "school", t.From)),
		paper.P(say("transfer-to", "school", orBlank(t.To, "blank"), "day", t.LeftOn.Vietnamese())),
		paper.P(say("transfer-why", "why", orBlank(strings.TrimRight(reason(t), ". "), "blank"))),
	}
}

// code is how causes are kept; a family's reason has words.
var code = regexp.MustCompile(`^[a-z0-9-]*$`)

// reason is what a person wrote when she made the offer. What a list brought in, and the
// code of a cause, is no sentence of the family's and stays behind.
func reason(t student.Transfer) string {
	if t.OfferedBy == 0 || code.MatchString(t.Reason) {
		return ""
	}
	return t.Reason
}

// homeOf is where the child lives, from the village up: "bản Lúm, xã Mường Mùn, tỉnh Điện Biên".
func homeOf(ctx context.Context, tx *store.Tx, c student.Exported, on day.Day) (string, error) {
	if c.Residence == 0 {
		return c.Person.Address, nil
	}
	path, err := org.Path(ctx, tx, c.Residence, on)
	var names []string
	for _, u := range slices.Backward(path) {
		if u.Kind != org.District {
			names = append(names, inSentence(u))
		}
	}
	return strings.Join(names, ", "), err
}

func request(t student.Transfer, comes org.Unit, commune bool) string {
	var ask string
	switch {
	case commune && comes.ID != 0:
		ask = say("ask-committee", "name", inSentence(comes))
	case commune:
		ask = say("ask-committee-unknown")
	case t.To != "":
		ask = say("ask-school", "name", t.To)
	default:
		ask = say("ask-unknown")
	}
	if t.Level == "TH" {
		ask += " " + say("ask-answer-TH")
	}
	return ask
}

// enclosed are the papers that the law wants with a child of a level.
func enclosed(level string) []string {
	switch level {
	case "MN", "TH", "THCS", "THPT":
		return lines("enclosed-" + level)
	}
	return lines("enclosed-other")
}

func symbol(s org.School) string {
	kind := strings.ReplaceAll(strings.ToUpper(s.Type), " ", "")
	if kind == "" {
		kind = say("symbol-other")
	}
	return say("symbol-school", "type", kind)
}

// communeOf is the commune that a unit is or lies in, the zero Unit when it lies in none.
func communeOf(ctx context.Context, tx *store.Tx, unit id.ID, on day.Day) (org.Unit, error) {
	path, err := org.Path(ctx, tx, unit, on)
	if err != nil {
		return org.Unit{}, err
	}
	for _, u := range path {
		if u.Kind == org.Commune {
			return u, nil
		}
	}
	return org.Unit{}, nil
}

// inSentence is a unit's name behind other words: "xã Mường Mùn".
func inSentence(u org.Unit) string {
	if u.Word == "" {
		return u.FullName
	}
	return strings.ToLower(u.Word) + strings.TrimPrefix(u.FullName, u.Word)
}

func orUnknown(name, sentence string) string {
	if name == "" {
		return say(sentence + "-unknown")
	}
	return say(sentence, "name", name)
}

func orBlank(words, blank string) string {
	if words == "" {
		return say(blank)
	}
	return words
}

func years(year int) string { return strconv.Itoa(year) + "-" + strconv.Itoa(year+1) }

package report

import (
	"fmt"
	"regexp"
	"strings"

	"ralop/internal/paper"
	"ralop/internal/viet"
)

// document sets figures and text into the form of NĐ 30/2020/NĐ-CP.
func document(r Report, f Figures, sections []Section, proposals []Proposal, by signer) paper.Document {
	d := paper.Document{Kind: say("kind"), Subject: say("subject", "period", PeriodWords(f.Period())), Number: r.Number, Date: r.IssuedOn}
	if isMonth(f.Period()) {
		d.Subject += "\n" + say("subject-days", "days", daysWords(f.Period()))
	}
	d.ParentAgency, d.Agency = agencies(f.Place)
	d.Symbol, d.Place = symbol(f.Place), seat(f.Place)
	d.To, d.Receivers = receivers(f.Place)
	d.Signatures = []paper.Signature{signature(f.Place, by)}
	d.Body = body(r, f, sections, proposals)
	d.Appendices = appendices(f)
	d.Footnotes = footnotes(r, f)
	if !r.Frozen() {
		d.Mark = say("mark-draft")
	}
	if f.Story != "" {
		d.Watermark = say("watermark")
	}
	return d
}

// agencies are the two lines above the number.
func agencies(p Place) (parent, agency string) {
	switch p.Tier {
	case "province", "district":
		return paper.Committee(p.Name), paper.Department(p.Tier)
	case "school":
		return paper.Managing(p.Managing.Tier, p.Managing.Name), strings.ToUpper(p.Name)
	}
	return "", paper.Committee(p.Name)
}

func symbol(p Place) string {
	if p.Tier == "school" {
		kind := strings.ReplaceAll(strings.ToUpper(p.Type), " ", "")
		if kind == "" {
			kind = say("symbol-other")
		}
		return say("symbol-school", "type", kind)
	}
	return say("symbol-" + p.Tier)
}

// seat is the place in the line of the date.
func seat(p Place) string {
	if p.Tier == "school" {
		return p.Stands.Short
	}
	return p.Short
}

func receivers(p Place) (to, receivers []string) {
	name := func(o Office) string { return inSentence(o.Word, o.Name) }
	department := func(o Office) {
		if o.Tier == "province" || o.Tier == "district" {
			to = append(to, say("to-department-"+o.Tier, "name", name(o)))
		}
	}
	switch p.Tier {
	case "province":
		to = []string{say("to-committee", "name", midSentence(p)), say("to-ministry")}
	case "district":
		to = append(to, say("to-committee", "name", midSentence(p)))
		department(p.Above)
	case "commune":
		if p.Above.ID != 0 {
			to = append(to, say("to-committee", "name", name(p.Above)))
			department(p.Above)
		}
	case "school":
		department(p.Managing)
		if p.Stands.ID != 0 {
			to = append(to, say("to-committee", "name", name(p.Stands)))
		}
	}
	leaders := "receiver-leaders-" + p.Tier
	return to, []string{say("receiver-to"), say(leaders, "name", midSentence(p)), say("receiver-file")}
}

// signature names the capacity that signs; of an approved paper the approver's name. A
// deputy signs for the head (KT.).
func signature(p Place, by signer) paper.Signature {
	s := paper.Signature{Capacity: say("sign-" + p.Tier), Name: by.Name}
	if p.Tier == "commune" {
		s.Authority = []string{say("sign-committee")}
	}
	if strings.HasPrefix(strings.ToLower(by.Title), say("deputy")) {
		s.Authority = append(s.Authority, say("sign-deputy", "capacity", s.Capacity))
		s.Capacity = say("sign-deputy-" + p.Tier)
	}
	return s
}

func footnotes(r Report, f Figures) []string {
	at := r.FrozenAt
	name := "foot-frozen"
	switch {
	case !r.Frozen():
		name, at = "foot-draft", f.GatheredAt
	case r.AuditHead == "":
		name = "foot-frozen-unsealed"
	}
	var versions []string
	for _, d := range f.Definitions {
		versions = append(versions, fmt.Sprintf("%s %d", d.ID, d.Version))
	}
	return []string{
		say(name, "clock", at.Clock(), "day", at.Day().Vietnamese(), "head", r.AuditHead, "revision", r.Revision),
		say("foot-definitions", "list", strings.Join(versions, ", ")),
	}
}

// body sets the parts; one without text is left out of a frozen paper, and of a draft
// shows what the unit is asked to add.
func body(r Report, f Figures, sections []Section, proposals []Proposal) []paper.Block {
	var blocks []paper.Block
	number := 0
	for _, s := range sections {
		part := paragraphs(s.Body)
		if s.Name == Results {
			part = append(part, levelTable(f).Block())
		}
		if s.Name == Proposals {
			for _, p := range proposals {
				part = append(part, paper.Item(p.Body))
			}
		}
		if len(part) == 0 {
			if r.Frozen() {
				continue
			}
			part = []paper.Block{paper.Rich(paper.Italic(say("prompt-" + string(s.Name))))}
		}
		number++
		blocks = append(blocks, paper.H1(viet.Roman(number)+". "+say("head-"+string(s.Name))))
		blocks = append(blocks, part...)
	}
	return blocks
}

var headingLine = regexp.MustCompile(`^\d+\. `)

// paragraphs reads a part's text: "1. …" is a heading, "- …" a bullet, else a paragraph.
func paragraphs(text string) []paper.Block {
	var blocks []paper.Block
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case headingLine.MatchString(line):
			blocks = append(blocks, paper.H2(line))
		case strings.HasPrefix(line, "- "):
			blocks = append(blocks, paper.Item(strings.TrimPrefix(line, "- ")))
		case strings.HasPrefix(line, "+ "):
			blocks = append(blocks, paper.SubItem(strings.TrimPrefix(line, "+ ")))
		default:
			blocks = append(blocks, paper.P(line))
		}
	}
	return blocks
}

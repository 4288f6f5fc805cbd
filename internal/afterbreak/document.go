package afterbreak

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/viet"
)

// How much of a fast report fits on its one page.
const (
	reportDays  = 5
	reportUnits = 8
)

// FastReport is the day's report of a place (báo cáo nhanh) in the form of NĐ 30/2020/NĐ-CP, one page: who has not come
// back by level, day after day, by unit, and why. story marks it as a demonstration's.
func FastReport(ctx context.Context, tx *store.Tx, who access.Who, q Query, story bool) (paper.Document, Board, error) {
	b, err := ReadBoard(ctx, tx, who, q)
	if err != nil {
		return paper.Document{}, b, err
	}
	if b.Break.ID == 0 {
		_, err := breakByID(ctx, tx, who.Realm, 0)
		return paper.Document{}, b, err
	}
	head, err := headOf(ctx, tx, who, q.Place)
	if err != nil {
		return paper.Document{}, b, err
	}
	d := head.document()
	d.Kind, d.Date = say("kind"), b.Query.On
	d.Subject = say("subject-"+string(b.Break.Kind), "what", what(b.Break), "day", b.Query.On.Vietnamese(), "year", b.Break.Year, "next", b.Break.Year+1)
	d.Body = []paper.Block{paper.P(b.lead())}
	if b.Total.Seen > 0 {
		if b.Total.Unknown() > 0 {
			d.Body = append(d.Body, paper.P(say("lead-unknown", "unknown", viet.Integer(b.Total.Unknown()), "seen", viet.Integer(b.Total.Seen), "expected", viet.Integer(b.Total.Expected), "coverage", b.Total.Coverage().Percent(1))))
		}
		if line := b.pastLine(); line != "" {
			d.Body = append(d.Body, paper.P(line))
		}
		if line := b.causeLine(); line != "" {
			d.Body = append(d.Body, paper.P(line))
		}
		days, units := b.daysTable(), b.unitsTable()
		d.Body = append(d.Body, paper.Block{Table: &days})
		if len(units.Rows) > 1 {
			d.Body = append(d.Body, paper.Block{Table: &units})
		}
	}
	d.Footnotes = []string{say("foot", "clock", tx.Now().Clock(), "day", tx.Today().Vietnamese())}
	if story {
		d.Watermark = say("watermark")
	}
	return d, b, nil
}

// what names a break in the middle of a sentence.
func what(b Break) string {
	if b.Kind == Opening {
		return say("what-opening", "year", b.Year, "next", b.Year+1)
	}
	var reasons []string
	for _, code := range words(b.Reasons) {
		reasons = append(reasons, say("reason-"+code))
	}
	return say("what-closure", "reasons", strings.Join(reasons, ", "))
}

func (b *Board) lead() string {
	if b.Total.Seen == 0 {
		return say("lead-none")
	}
	var levels []string
	for _, line := range b.Levels {
		if n := line.Share.Missing(); n > 0 && b.Query.Level == "" && len(b.Levels) > 1 {
			levels = append(levels, say("level-piece", "level", say("level-"+line.Key), "n", viet.Integer(n)))
		}
	}
	return say("lead", "day", b.Query.On.Vietnamese(), "back", viet.Integer(b.Total.Back), "seen", viet.Integer(b.Total.Seen), "rate", b.Total.Rate().Percent(1),
		"missing", viet.Integer(b.Total.Missing()), "share", b.Total.MissingRate().Percent(1), "levels", strings.Join(levels, ", "))
}

func (b *Board) pastLine() string {
	n := len(b.Curve)
	if n == 0 || n > len(b.Before) || !b.Before[n-1].Share.Rate().Known() {
		return ""
	}
	return say("past", "n", n, "rate", b.Before[n-1].Share.Rate().Percent(1))
}

func (b *Board) causeLine() string {
	var list []string
	for _, c := range b.Causes {
		name := say("cause-unknown")
		if c.Code != "" {
			name = lower(text.T(text.Vietnamese, "rollcall.reason-"+c.Code))
		}
		list = append(list, say("cause-piece", "cause", name, "n", viet.Integer(c.N)))
	}
	if len(list) == 0 || len(list) == 1 && b.Causes[0].Code == "" {
		return ""
	}
	return say("causes", "list", strings.Join(list, "; "))
}

func lower(s string) string {
	runes := []rune(s)
	return strings.ToLower(string(runes[:1])) + string(runes[1:])
}

// daysTable holds the missing by level, a row for each of the last days of school.
func (b *Board) daysTable() paper.Table {
	t := paper.Table{Title: say("table-days"), Columns: []paper.Column{{Key: "day", Title: say("col-day")}}}
	var levels []string
	for _, line := range b.Levels {
		if b.Query.Level == "" || b.Query.Level == line.Key {
			levels = append(levels, line.Key)
			t.Columns = append(t.Columns, paper.Column{Key: "l" + line.Key, Title: upper(say("level-" + line.Key)), Kind: paper.KindInteger})
		}
	}
	one := 1
	t.Columns = append(t.Columns, paper.Column{Key: "all", Title: say("col-total"), Kind: paper.KindInteger},
		paper.Column{Key: "share", Title: say("col-share"), Kind: paper.KindRatio, N: "all", D: "seen", Decimals: &one},
		paper.Column{Key: "seen", Title: say("col-expected"), Kind: paper.KindInteger, Aside: true})
	row := func(label string, style paper.RowStyle, number func(level string) int64, all int64, seen paper.Cell) {
		cells := []paper.Cell{paper.Text(label)}
		for _, level := range levels {
			cells = append(cells, paper.Int(number(level)))
		}
		t.Rows = append(t.Rows, paper.Row{Style: style, Cells: append(cells, paper.Int(all), paper.Derived(), seen)})
	}
	of := map[string]Share{}
	for _, line := range b.Levels {
		of[line.Key] = line.Share
	}
	row(say("row-expected"), paper.Total, func(level string) int64 { return of[level].Expected }, b.Total.Expected, paper.Unknown())
	// The first days tell the story as much as the last: when there are too many, those between are left out.
	days := b.Days
	if len(days) > reportDays {
		days = append(slices.Clone(days[:2]), days[len(days)-reportDays+2:]...)
	}
	for _, d := range days {
		row(d.Day.Vietnamese(), paper.Normal, func(level string) int64 { return d.Levels[level].Missing() }, d.Share.Missing(), paper.Int(d.Share.Seen))
	}
	return t
}

func upper(s string) string {
	runes := []rune(s)
	return strings.ToUpper(string(runes[:1])) + string(runes[1:])
}

// unitsTable holds the units with the most missing, and the sum of the others.
func (b *Board) unitsTable() paper.Table {
	kind := ""
	if b.Query.Place.Kind == access.SchoolKind {
		kind = "-class"
	}
	title, column := say("table-units"), say("col-unit")
	if kind != "" {
		title, column = say("table-classes"), say("col-class")
	}
	one := 1
	t := paper.Table{Title: title, Columns: []paper.Column{{Key: "name", Title: column, Width: 74}, {Key: "expected", Title: say("col-expected"), Kind: paper.KindInteger},
		{Key: "back", Title: say("col-back"), Kind: paper.KindInteger}, {Key: "missing", Title: say("col-missing"), Kind: paper.KindInteger},
		{Key: "unknown", Title: say("col-unknown"), Kind: paper.KindInteger}, {Key: "share", Title: say("col-share"), Kind: paper.KindRatio, N: "missing", D: "seen", Decimals: &one},
		{Key: "seen", Title: say("col-expected"), Kind: paper.KindInteger, Aside: true}}}
	lines := slices.Clone(b.Children)
	slices.SortStableFunc(lines, func(x, y Line) int { return cmp.Compare(y.Share.Missing(), x.Share.Missing()) })
	var rest Share
	if len(lines) > reportUnits {
		for _, line := range lines[reportUnits:] {
			rest = rest.Plus(line.Share)
		}
	}
	row := func(name string, style paper.RowStyle, s Share) {
		t.Rows = append(t.Rows, paper.Row{Style: style, Cells: []paper.Cell{paper.Text(name), paper.Int(s.Expected), paper.Int(s.Back), paper.Int(s.Missing()), paper.Int(s.Unknown()), paper.Derived(), paper.Int(s.Seen)}})
	}
	for _, line := range lines[:min(reportUnits, len(lines))] {
		name := line.Child.Name
		if name == "" {
			name = say("row-none" + kind)
		}
		row(name, paper.Normal, line.Share)
	}
	if n := len(lines) - reportUnits; n > 0 {
		row(say("row-rest"+kind, "n", n), paper.Normal, rest)
	}
	row(say("row-total"), paper.Total, b.Total)
	if b.Query.Residence {
		t.Notes = []string{say("note-residence")}
	}
	return t
}

// head is what stands over and under a paper of a place.
type head struct {
	tier, name, short, kind string
	above                   org.Unit // that manages a school
	seat                    string
}

func headOf(ctx context.Context, tx *store.Tx, who access.Who, place access.Resource) (head, error) {
	if place.Kind == access.SchoolKind {
		s, err := org.SchoolOn(ctx, tx, who, place.ID, tx.Today())
		if err != nil {
			return head{}, err
		}
		h := head{tier: "school", name: s.Name, short: s.Name, kind: s.Type}
		if h.above, err = org.UnitOn(ctx, tx, s.ManagedBy, tx.Today()); err != nil {
			return h, err
		}
		stands, err := org.UnitOn(ctx, tx, s.LocatedIn, tx.Today())
		h.seat = stands.Name
		return h, err
	}
	u, err := org.UnitOn(ctx, tx, place.ID, tx.Today())
	if err == nil && u.Kind == org.Village { // a village has no office of its own: the commune's paper
		name := u.FullName
		if u, err = org.UnitOn(ctx, tx, u.Parent, tx.Today()); err == nil {
			return head{tier: string(u.Kind), name: u.FullName, short: name, seat: u.Name}, nil
		}
	}
	return head{tier: string(u.Kind), name: u.FullName, short: u.Name, seat: u.Name}, err
}

func (h head) document() paper.Document {
	d := paper.Document{Place: h.seat, Symbol: say("symbol-commune")}
	d.Agency = paper.Committee(h.name)
	signature := paper.Signature{Capacity: say("sign-commune"), Authority: []string{say("sign-committee")}}
	above := "commune"
	switch h.tier {
	case "province", "district":
		d.ParentAgency, d.Agency = paper.Committee(h.name), paper.Department(h.tier)
		d.Symbol, above = say("symbol-"+h.tier), h.tier
		signature = paper.Signature{Capacity: say("sign-" + h.tier)}
	case "school":
		d.Agency, above = strings.ToUpper(h.name), h.tier
		kind := strings.ReplaceAll(strings.ToUpper(h.kind), " ", "")
		if kind == "" {
			kind = say("symbol-other")
		}
		d.Symbol = say("symbol-school", "type", kind)
		if d.ParentAgency = paper.Managing(string(h.above.Kind), h.above.FullName); d.ParentAgency == "" {
			d.ParentAgency = paper.Committee(h.above.FullName)
		}
		signature = paper.Signature{Capacity: say("sign-school")}
	}
	d.Signatures = []paper.Signature{signature}
	d.Receivers = []string{say("receiver-above-" + above), say("receiver-file")}
	return d
}

// ListPaper is an expected-back list to carry along: of a class, a school or a village, in the order in which families
// are talked to. Whoever hands it out writes the look and the export.
func ListPaper(ctx context.Context, tx *store.Tx, who access.Who, l List, story bool) (paper.Document, error) {
	place := access.Resource{Kind: access.UnitKind, ID: l.At.ID}
	subject := say("list-subject-place", "what", what(l.Break), "name", l.Name)
	switch l.At.Kind {
	case access.SchoolKind:
		place = l.At
	case access.ClassKind:
		c, err := org.ClassByID(ctx, tx, who, l.At.ID)
		if err != nil {
			return paper.Document{}, err
		}
		place, subject = access.School(c.School), say("list-subject-class", "what", what(l.Break), "name", c.Name)
	}
	h, err := headOf(ctx, tx, who, place)
	if err != nil {
		return paper.Document{}, err
	}
	d := h.document()
	d.Kind, d.Subject, d.Date, d.Symbol, d.Receivers = say("kind-list"), subject, tx.Today(), "", nil
	made := "list-open"
	facts := []any{"asof", l.AsOf.Vietnamese(), "back", l.Break.Return.Vietnamese(), "n", len(l.Rows)}
	if l.Frozen != 0 {
		made, facts = "list-made", append(facts, "frozen", l.Frozen.Vietnamese())
	}
	t := paper.Table{Orientation: paper.Landscape, Columns: []paper.Column{{Key: "tt", Title: say("col-number"), Align: paper.Center}, {Key: "name", Title: say("col-name"), Width: 42},
		{Key: "born", Title: say("col-born"), Align: paper.Center}, {Key: "where", Title: say("col-where"), Width: 45}, {Key: "know", Title: say("col-know"), Width: 70},
		{Key: "note", Title: say("col-note"), Width: 35}, {Key: "came", Title: say("col-came"), Width: 22}}}
	for i, row := range l.Rows {
		where := row.UnitName
		if l.At.Kind == access.ResidenceKind {
			where = row.ClassName + ", " + row.SchoolName
		} else if l.At.Kind == access.SchoolKind {
			where = row.ClassName + ", " + row.UnitName
		}
		note := row.NoteText
		if row.Note != "" {
			note = strings.TrimSuffix(text.T(text.Vietnamese, "afterbreak.note-"+row.Note)+": "+row.NoteText, ": ")
		}
		came := ""
		if row.BackOn <= tx.Today() {
			came = row.BackOn.Short()
		}
		cells := []string{strconv.Itoa(i + 1), row.Name, strconv.Itoa(row.Born.Year()), strings.Trim(where, ", "), strings.Join(row.Facts.Sentences(text.Vietnamese), " "), note, came}
		r := paper.Row{}
		for _, c := range cells {
			r.Cells = append(r.Cells, paper.Text(c))
		}
		t.Rows = append(t.Rows, r)
	}
	d.Body = []paper.Block{paper.P(say(made, facts...)), paper.P(say("list-first")), {Table: &t}}
	if story {
		d.Watermark = say("watermark")
	}
	return d, nil
}

// FileName of a fast report, without names of people.
func (b Board) FileName(format paper.Format) string {
	return "tro-lai-" + b.Code + "-" + b.Query.On.String() + "." + string(format)
}

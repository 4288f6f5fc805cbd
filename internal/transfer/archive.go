package transfer

import (
	"context"
	"crypto/rand"
	"regexp"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/learning"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/text"
)

// Archive is what goes to the receiving school in a locked workbook: the child's line of
// the class list, and the sheets behind it.
type Archive struct {
	Child  student.Exported
	Sheets []Sheet
}

// Sheet is a table of an archive: texts and whole numbers.
type Sheet struct {
	Name  string
	Heads []string
	Rows  [][]paper.Cell
}

// ArchiveOf gathers the archive of an offered child. It needs the right to make the offer
// and to see the numbers of the state, and stands in the audit book as an export. Faults:
// those of student.LeavingOf.
func ArchiveOf(ctx context.Context, tx *store.Tx, who access.Who, school, offer id.ID) (Archive, error) {
	l, rule, err := student.LeavingOf(ctx, tx, who, school, offer)
	if err != nil {
		return Archive{}, err
	}
	if _, err := access.May(ctx, tx, who, access.SeeIdentifiers, access.School(school)); err != nil {
		return Archive{}, err
	}
	a := Archive{Child: l.Child}
	for _, gather := range []func(context.Context, *store.Tx, access.Who, student.Leaving) (Sheet, error){schooling, attendance, results} {
		s, err := gather(ctx, tx, who, l)
		if err != nil {
			return Archive{}, err
		}
		a.Sheets = append(a.Sheets, s)
	}
	a.Sheets = append(a.Sheets, papers(l.Transfer.Level), about(l.Transfer, tx.Today()))
	return a, audit.Record(ctx, tx, who.Audit("export", access.Pupil(l.Transfer.Pupil), rule, map[string]any{"what": "transfer.archive", "offer": offer, "rows": 1}))
}

func heads(names ...string) (all []string) {
	for _, name := range names {
		all = append(all, say("column-"+name))
	}
	return all
}

func texts(all ...string) (cells []paper.Cell) {
	for _, s := range all {
		cells = append(cells, paper.Text(s))
	}
	return cells
}

// lastDay writes the last day of a range, "" while it goes on.
func lastDay(r day.Range) string {
	if r.Until == day.Forever {
		return ""
	}
	return r.Last().Vietnamese()
}

func wordOf(kind, code string) string {
	if code == "" {
		return ""
	}
	return say(kind + code)
}

// schooling lists the classes of every spell, the earliest first.
func schooling(ctx context.Context, tx *store.Tx, who access.Who, l student.Leaving) (Sheet, error) {
	s := Sheet{Name: say("sheet-schooling"), Heads: heads("year", "school", "grade", "class", "from", "until", "entry", "exit")}
	for _, spell := range l.Spells {
		spans, err := org.SchoolSpans(ctx, tx, who, spell.School)
		if err != nil {
			return s, err
		}
		name := spans[len(spans)-1].Name
		for _, at := range spans {
			if at.From <= spell.Period.From && spell.Period.From < at.Until {
				name = at.Name
			}
		}
		entry, exit := wordOf("entry-", spell.Entry), wordOf("exit-", spell.Exit)
		first := len(s.Rows)
		for _, m := range l.Classes {
			if m.Enrolment != spell.Enrolment {
				continue
			}
			class, err := org.ClassByID(ctx, tx, who, m.Class)
			if err != nil {
				return s, err
			}
			s.Rows = append(s.Rows, texts(years(spell.Year), name, spell.Grade, class.Name, m.Period.From.Vietnamese(), lastDay(m.Period), "", ""))
		}
		if len(s.Rows) == first {
			s.Rows = append(s.Rows, texts(years(spell.Year), name, spell.Grade, "", spell.Period.From.Vietnamese(), lastDay(spell.Period), "", ""))
		}
		s.Rows[first][6], s.Rows[len(s.Rows)-1][7] = paper.Text(entry), paper.Text(exit)
	}
	return s, nil
}

// tally counts sessions of a month in which the class was called with the child on its roll.
type tally struct {
	month                                   day.Day // its first day
	held, excused, unexcused, unknown, late int64
}

func (t *tally) add(o tally) {
	t.held, t.excused, t.unexcused, t.unknown, t.late = t.held+o.held, t.excused+o.excused, t.unexcused+o.unexcused, t.unknown+o.unknown, t.late+o.late
}

func (t tally) row(name string) []paper.Cell {
	return []paper.Cell{paper.Text(name), paper.Int(t.held), paper.Int(t.excused), paper.Int(t.unexcused), paper.Int(t.unknown), paper.Int(t.late)}
}

// attendance counts by month, from the beginning of the school year to the day she left, in
// whatever class she was: the receiving school counts on from there. Reasons stay behind.
func attendance(ctx context.Context, tx *store.Tx, who access.Who, l student.Leaving) (Sheet, error) {
	s := Sheet{Name: say("sheet-attendance"), Heads: heads("month", "held", "excused", "unexcused", "unknown", "late")}
	year := day.Range{From: calendar.Bounds((l.Transfer.LeftOn - 1).SchoolYear()).From, Until: l.Transfer.LeftOn}
	months, err := tallies(ctx, tx, who.Realm, l, year)
	if err != nil {
		return s, err
	}
	var total tally
	for _, m := range months {
		s.Rows = append(s.Rows, m.row(m.month.Midnight().Format("01/2006")))
		total.add(m)
	}
	s.Rows = append(s.Rows, total.row(say("total")))
	return s, nil
}

func tallies(ctx context.Context, tx *store.Tx, realm int, l student.Leaving, period day.Range) (months []tally, err error) {
	type session struct {
		class id.ID
		day   day.Day
		of    calendar.Session
	}
	type roll struct {
		class  id.ID
		number int
	}
	marks, err := rollcall.MarksOf(ctx, tx, realm, l.Transfer.Pupil, period)
	if err != nil {
		return nil, err
	}
	kinds := make(map[session]rollcall.Kind, len(marks))
	for _, m := range marks {
		kinds[session{m.Class, m.Day, m.Session}] = m.Kind
	}
	onRoll := map[roll]bool{}
	for _, member := range l.Classes {
		days := member.Period.Intersect(period)
		if days.Empty() {
			continue
		}
		sheets, err := rollcall.SheetsOf(ctx, tx, realm, member.Class, days)
		if err != nil {
			return nil, err
		}
		for _, sheet := range sheets {
			if sheet.State != rollcall.Taken {
				continue
			}
			at := roll{member.Class, sheet.Roll}
			on, known := onRoll[at]
			if !known {
				list, err := student.RollByNumber(ctx, tx, realm, at.class, at.number)
				if err != nil {
					return nil, err
				}
				on = slices.ContainsFunc(list.Members, func(p student.RollMember) bool { return p.Pupil == l.Transfer.Pupil })
				onRoll[at] = on
			}
			if !on {
				continue
			}
			month := day.MonthOf(sheet.Day).From
			i := slices.IndexFunc(months, func(t tally) bool { return t.month == month })
			if i < 0 {
				i, months = len(months), append(months, tally{month: month})
			}
			months[i].count(kinds[session{member.Class, sheet.Day, sheet.Session}])
		}
	}
	slices.SortFunc(months, func(a, b tally) int { return int(a.month - b.month) })
	return months, nil
}

func (t *tally) count(kind rollcall.Kind) {
	t.held++
	switch kind {
	case rollcall.Excused:
		t.excused++
	case rollcall.Unexcused:
		t.unexcused++
	case rollcall.Unknown:
		t.unknown++
	case rollcall.Late:
		t.late++
	}
}

// results lists what she reached, term by term, in the words of the scale that held.
func results(ctx context.Context, tx *store.Tx, who access.Who, l student.Leaving) (Sheet, error) {
	s := Sheet{Name: say("sheet-results"), Heads: heads("year", "term", "grade", "study", "conduct", "scale")}
	all, err := learning.Of(ctx, tx, who, l.Transfer.Pupil)
	if err != nil {
		return s, err
	}
	for _, r := range all {
		var scale learning.Scale
		if i := slices.IndexFunc(learning.Scales, func(s learning.Scale) bool { return s.Code == r.Scale }); i >= 0 {
			scale = learning.Scales[i]
		}
		s.Rows = append(s.Rows, texts(years(r.Year), say("term-"+string(rune('0'+r.Term))), r.Grade,
			scale.StudyName(text.Vietnamese, r.Study), scale.ConductName(text.Vietnamese, r.Conduct), scale.Source))
	}
	return s, nil
}

// papers is the list of what goes along on paper, to be ticked off.
func papers(level string) Sheet {
	s := Sheet{Name: say("sheet-papers"), Heads: heads("number", "paper", "copies", "note")}
	for i, name := range append(enclosed(level), say("letter")) {
		s.Rows = append(s.Rows, []paper.Cell{paper.Int(int64(i + 1)), paper.Text(name), paper.Text(""), paper.Text("")})
	}
	return s
}

func about(t student.Transfer, today day.Day) Sheet {
	s := Sheet{Name: say("sheet-about"), Heads: heads("about")}
	for _, line := range strings.Split(say("about", "school", t.From, "day", today.Vietnamese()), "\n") {
		s.Rows = append(s.Rows, texts(line))
	}
	return s
}

// NewPassword makes the password of an archive: twenty letters and digits in groups of
// four, 100 bits. It is shown once, goes with the form that asks for the file, and is kept
// nowhere.
func NewPassword() string {
	letters, groups := rand.Text(), make([]string, 5) // 26 of A–Z, 2–7: nothing that is read two ways
	for i := range groups {
		groups[i] = letters[i*4 : i*4+4]
	}
	return strings.Join(groups, "-")
}

var password = regexp.MustCompile(`^[A-Z2-7]{4}(-[A-Z2-7]{4}){4}$`)

// CheckPassword refuses what NewPassword did not make: the lock of a workbook is only as
// good as its password, and a weak one is what people think of. Fault: transfer.weak-password.
func CheckPassword(given string) error {
	if !password.MatchString(given) {
		return fault.New(fault.Invalid, "transfer.weak-password", nil).On("password")
	}
	return nil
}

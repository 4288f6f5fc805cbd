package rollcall

import (
	"context"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

const pageSize = 25

// listed is what the lists of a school's undecided things are asked for by.
type listed struct {
	school  org.School
	classes []org.Class
	rollcall.Listing
	page int
}

func readListed(ctx context.Context, tx *store.Tx, r *door.Request) (l listed, err error) {
	if l.Listing.School, err = r.ID("school"); err != nil {
		return l, err
	}
	if l.school, err = org.SchoolOn(ctx, tx, r.Who, l.Listing.School, r.Today); err != nil {
		return l, err
	}
	if l.classes, err = org.Classes(ctx, tx, r.Who, l.Listing.School, r.Today.SchoolYear()); err != nil {
		return l, err
	}
	if of, err := id.Parse(r.Value("lop")); err == nil {
		if !slices.ContainsFunc(l.classes, func(c org.Class) bool { return c.ID == of }) {
			return l, fault.New(fault.NotFound, "door.unknown", nil)
		}
		l.Class = of
	}
	l.Past = r.Value("xem") == "xong"
	l.page, _ = strconv.Atoi(r.Value("trang"))
	l.page = max(1, l.page)
	l.Offset, l.Limit = (l.page-1)*pageSize, pageSize
	return l, nil
}

func (l listed) className(of id.ID) string {
	if i := slices.IndexFunc(l.classes, func(c org.Class) bool { return c.ID == of }); i >= 0 {
		return l.classes[i].Name
	}
	return ""
}

func (l listed) address(page string) string {
	return "/truong/" + l.Listing.School.String() + "/" + page
}

// chrome is the frame of a list, with its filters and exports.
func (l listed) chrome(ctx context.Context, tx *store.Tx, r *door.Request, page, title, lead string) (c ui.Chrome, bar ui.FilterBar, err error) {
	c = frame.Chrome(r, frame.Today, title)
	c.Lead = lead
	if c.Place, err = placeOf(ctx, tx, r, l.school); err != nil {
		return c, bar, err
	}
	c.Place[len(c.Place)-1].URL = schoolAddress(l.Listing.School, "hom-nay", r.Today)
	file := func(format string) string {
		q := r.Query()
		q.Set("dang", format)
		return l.address(page) + "/tep?" + q.Encode()
	}
	c.Actions = ui.Buttons(ui.Button{Label: r.T("roll.export-csv"), URL: file("csv"), Icon: ui.IconDownload, Small: true, Download: true},
		ui.Button{Label: r.T("roll.export-xlsx"), URL: file("xlsx"), Icon: ui.IconDownload, Small: true, Download: true})
	classes := []ui.Option{{Label: r.T("roll.list-all-classes")}}
	for _, class := range l.classes {
		classes = append(classes, ui.Option{Value: class.ID.String(), Label: class.Name})
	}
	bar = ui.FilterBar{Action: l.address(page), Fields: []ui.Field{
		{Name: "lop", Label: r.T("roll.class"), Value: r.Value("lop"), Options: classes},
		{Name: "xem", Label: r.T("roll.list-state"), Value: r.Value("xem"), Options: []ui.Option{{Label: r.T("roll.list-open")}, {Value: "xong", Label: r.T("roll.list-past")}}},
	}}
	if l.Class != 0 || l.Past {
		bar.Clear = l.address(page)
	}
	return c, bar, nil
}

func (l listed) pager(r *door.Request, page string, shown, total int) templ.Component {
	if total <= pageSize {
		return nil
	}
	address := func(n int) string {
		q := r.Query()
		q.Set("trang", strconv.Itoa(n))
		return l.address(page) + "?" + q.Encode()
	}
	p := ui.Pages{Label: r.T("roll.list-range", "from", l.Offset+1, "to", l.Offset+shown, "total", ui.Number(total)), Now: strconv.Itoa(l.page)}
	if l.page > 1 {
		p.Previous = address(l.page - 1)
	}
	if l.Offset+shown < total {
		p.Next = address(l.page + 1)
	}
	return ui.Pager(p)
}

// rolls gives the names of pupils of classes by day, each list read once.
type rollNames struct {
	ctx   context.Context
	tx    *store.Tx
	r     *door.Request
	known map[rollDay]map[id.ID]student.RollMember
}

type rollDay struct {
	class id.ID
	day   day.Day
}

func (n *rollNames) name(class id.ID, on day.Day, pupil id.ID) (string, error) {
	if n.known == nil {
		n.known = map[rollDay]map[id.ID]student.RollMember{}
	}
	k := rollDay{class, on}
	if n.known[k] == nil {
		roll, _, err := student.PeekRoll(n.ctx, n.tx, n.r.Who.Realm, class, on)
		if err != nil {
			return "", err
		}
		n.known[k] = names(roll)
	}
	return first(n.known[k][pupil].Name, n.r.T("roll.gone")), nil
}

// disputeList lists of whom roll calls of a school differ.
func disputeList(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	l, err := readListed(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	rows, total, rule, err := rollcall.Conflicts(ctx, tx, r.Who, l.Listing)
	if err != nil {
		return door.Answer{}, err
	}
	if len(rows) > 0 {
		r.Look(access.School(l.Listing.School), rule, "disputes")
	}
	c, bar, err := l.chrome(ctx, tx, r, "khac-nhau", r.T("roll.disputes"), r.T("roll.disputes-lead"))
	if err != nil {
		return door.Answer{}, err
	}
	t := ui.Table{Caption: r.T("roll.disputes"), Quiet: true, Columns: []ui.Column{{Label: r.T("roll.dispute-pupil")}, {Label: r.T("roll.class")}, {Label: r.T("roll.dispute-session")}, {Label: r.T("roll.dispute-since")}},
		Empty: ui.Empty{Icon: ui.IconPupils, Title: r.T("roll.disputes-none"), Text: r.T("roll.disputes-none-text")}.Draw(), Foot: l.pager(r, "khac-nhau", len(rows), total)}
	if l.Past {
		t.Columns[3] = ui.Column{Label: r.T("roll.dispute-by")}
	}
	people, pupils := newPeople(ctx, tx, r), rollNames{ctx: ctx, tx: tx, r: r}
	for _, row := range rows {
		cells, err := disputeCells(r, l, row, people, &pupils)
		if err != nil {
			return door.Answer{}, err
		}
		address := classAddress(row.Class, "khac-nhau", row.Day, row.Session)
		if l.Past {
			address = classAddress(row.Class, "lich-su", row.Day, row.Session)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(address, cells[0]), ui.Text(cells[1]), ui.Text(cells[2]), ui.Text(cells[3])}})
	}
	return door.Page(listPage(c, bar, t)), nil
}

// disputeCells are pupil, class, session, and since when or by whom it was decided.
func disputeCells(r *door.Request, l listed, row rollcall.ListedDispute, people *people, pupils *rollNames) (cells [4]string, err error) {
	cells = [4]string{r.T("roll.dispute-sheet"), l.className(row.Class), when(r, row.Day, row.Session), r.T("roll.clock-day", "clock", row.OpenedAt.Clock(), "day", row.OpenedAt.Day().Vietnamese())}
	if row.Pupil != 0 {
		if cells[0], err = pupils.name(row.Class, row.Day, row.Pupil); err != nil {
			return cells, err
		}
	}
	if !l.Past {
		return cells, nil
	}
	if row.Moot {
		cells[3] = r.T("roll.dispute-moot")
		return cells, nil
	}
	by, err := people.name(row.ClosedBy)
	cells[3] = r.T("roll.conflict-by", "name", by, "clock", row.ClosedAt.Clock(), "day", row.ClosedAt.Day().Vietnamese())
	return cells, err
}

func exportDisputes(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	l, err := readListed(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	l.Limit = 0
	rows, _, rule, err := rollcall.Conflicts(ctx, tx, r.Who, l.Listing)
	if err != nil {
		return door.Answer{}, err
	}
	people, pupils := newPeople(ctx, tx, r), rollNames{ctx: ctx, tx: tx, r: r}
	var lines [][]string
	for _, row := range rows {
		cells, err := disputeCells(r, l, row, people, &pupils)
		if err != nil {
			return door.Answer{}, err
		}
		lines = append(lines, cells[:])
	}
	by := "roll.dispute-since"
	if l.Past {
		by = "roll.dispute-by"
	}
	return exportLines(r, "disputes", "khac-nhau", l, rule, r.T("roll.disputes"), []string{"roll.dispute-pupil", "roll.class", "roll.dispute-session", by}, lines)
}

// exportLines hands out a list of texts as csv or xlsx; the export is in the audit book.
func exportLines(r *door.Request, kind, file string, l listed, rule, title string, columns []string, lines [][]string) (door.Answer, error) {
	format := paper.Format(r.Value("dang"))
	if !slices.Contains([]paper.Format{paper.FormatCSV, paper.FormatXLSX}, format) {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	list := paper.List{Title: title + " · " + l.school.Name, Stamp: r.Now.Time()}
	if r.Config().Demonstration {
		list.Watermark = r.T("common.demonstration")
	}
	for _, column := range columns {
		_, key, _ := strings.Cut(column, ".")
		list.Columns = append(list.Columns, paper.Column{Key: key, Title: r.T(column), Kind: paper.KindText})
	}
	r.Export(kind, access.School(l.Listing.School), rule, len(lines))
	return door.File(file+"-"+r.Today.String()+"."+string(format), format.MediaType(), func(w io.Writer) error {
		out, err := paper.NewList(w, format, list)
		if err != nil {
			return err
		}
		for _, line := range lines {
			cells := make([]paper.Cell, len(line))
			for i, text := range line {
				cells[i] = paper.Text(text)
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		return out.Close()
	}), nil
}

// disputeView is the page on which a person decides.
type disputeView struct {
	Frame    ui.LightChrome
	Address  string
	Hidden   []ui.Pair
	Error    string
	Disputes []disputeBlock
	Decides  bool // the caller may
	Sheet    string
}

type disputeBlock struct {
	Field string
	Title string
	Sides []disputeSide
}

type disputeSide struct {
	Value, Words, Mark string
	Said               []string // who, when, on which device
}

func openDispute(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return disputeAgain(ctx, tx, r, nil)
}

func disputeAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	of, on, session, err := sheetAt(r)
	if err != nil {
		return door.Answer{}, err
	}
	d, err := rollcall.Disputes(ctx, tx, r.Who, of, on, session)
	if err != nil {
		return door.Answer{}, err
	}
	class, err := org.ClassByID(ctx, tx, r.Who, of)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Class(of), d.Rule, "disputes")
	v := disputeView{Address: "/lop/" + of.String() + "/khac-nhau", Sheet: sheetAddress(of, on, session)}
	if v.Decides, err = may(ctx, tx, r, access.CorrectRoll, access.Class(of)); err != nil {
		return door.Answer{}, err
	}
	v.Frame = frame.Light(r, r.T("roll.disputes"), r.T("roll.conflict-of-class", "class", class.Name, "when", when(r, on, session)))
	v.Frame.Back = v.Sheet
	if answersForSchool(r, class.School) {
		v.Frame.Back = "/truong/" + class.School.String() + "/khac-nhau"
	}
	v.Hidden = []ui.Pair{{Name: "ngay", Value: on.String()}, {Name: "buoi", Value: strconv.Itoa(int(session))}, {Name: "ban", Value: strconv.Itoa(d.Sheet.Version)}, {Name: "ma", Value: newAct(r.Now)}}
	for _, f := range faults {
		v.Error = strings.TrimSpace(v.Error + " " + door.Sentence(r.Lang, f))
	}
	people, pupils := newPeople(ctx, tx, r), rollNames{ctx: ctx, tx: tx, r: r}
	for _, dispute := range d.Disputes {
		block := disputeBlock{Field: "e" + dispute.Pupil.String(), Title: r.T("roll.dispute-sheet")}
		if dispute.Pupil != 0 {
			if block.Title, err = pupils.name(of, on, dispute.Pupil); err != nil {
				return door.Answer{}, err
			}
		}
		if block.Sides, err = sidesOf(r, dispute, people); err != nil {
			return door.Answer{}, err
		}
		v.Disputes = append(v.Disputes, block)
	}
	return door.Page(disputePage(v)).With("Cache-Control", "no-store"), nil
}

// sidesOf puts those who say the same under one head.
func sidesOf(r *door.Request, d rollcall.Dispute, people *people) (sides []disputeSide, err error) {
	for _, s := range d.Sides {
		side := disputeSide{Value: hex.EncodeToString(s.Act[:]), Mark: s.Mark.Kind.Code(), Words: markWords(r, s.Mark)}
		if d.Pupil == 0 {
			side.Mark, side.Words = "", r.T("rollcall.state-"+s.State.Code())
			if s.Reason != "" {
				side.Words += ": " + s.Reason
			}
		}
		by, err := people.name(s.Account)
		if err != nil {
			return nil, err
		}
		said := by + ", " + takenWords(r, s.TakenAt, s.ReceivedAt, s.ClockOff)
		if s.Device != "" {
			said += " · " + r.T("roll.conflict-device", "device", deviceWords(s.Device))
		}
		i := slices.IndexFunc(sides, func(o disputeSide) bool { return o.Words == side.Words })
		if i < 0 {
			i = len(sides)
			sides = append(sides, side)
		}
		sides[i].Said = append(sides[i].Said, said)
	}
	return sides, nil
}

// deviceWords is a device as people tell it: the first part of a phone's long name.
func deviceWords(device string) string {
	if head, _, long := strings.Cut(device, "-"); long && len(device) == 36 {
		return head
	}
	return device
}

// takenWords says when a roll was called, and whether the phone's clock was right.
func takenWords(r *door.Request, taken, received day.Instant, off int64) string {
	at := received
	if !taken.IsZero() {
		at = min(received, taken.Add(-time.Duration(off)*time.Millisecond))
	}
	words := r.T("roll.clock-day", "clock", at.Clock(), "day", at.Day().Vietnamese())
	if wrong := clockWords(r, off); wrong != "" {
		words += " (" + wrong + ")"
	}
	return words
}

// clockWords says by how much a phone's clock was wrong, "" when it was right.
func clockWords(r *door.Request, off int64) string {
	key := "roll.clock-ahead"
	if off < 0 {
		key, off = "roll.clock-behind", -off
	}
	minutes := int((off + 30_000) / 60_000)
	switch {
	case minutes == 0:
		return ""
	case minutes < 120:
		return r.T(key, "much", r.T("roll.minutes-n", "n", minutes))
	case minutes < 48*60:
		return r.T(key, "much", r.T("roll.hours-n", "n", (minutes+30)/60))
	}
	return r.T(key, "much", r.T("roll.clock-days-n", "n", (minutes+720)/1440))
}

func sheetAt(r *door.Request) (class id.ID, on day.Day, session calendar.Session, err error) {
	if class, err = r.ID("class"); err != nil {
		return class, on, session, err
	}
	if on, session, err = at(r); err == nil && session == calendar.WholeDay {
		session = calendar.Morning
	}
	return class, on, session, err
}

// decide reads which side is right of whom: field e<pupil> names an act of it.
func decide(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	of, on, session, err := sheetAt(r)
	if err != nil {
		return door.Answer{}, err
	}
	act, err := parseAct(r.Value("ma"))
	if err != nil {
		return door.Answer{}, err
	}
	seen, err := rollcall.Disputes(ctx, tx, r.Who, of, on, session)
	if err != nil {
		return door.Answer{}, err
	}
	d := rollcall.Decision{Act: act, Class: of, Day: on, Session: session, Version: number(r, "ban"), Reason: r.Value("ly_do"), TakenAt: r.Now, Device: r.Session.Device}
	for _, dispute := range seen.Disputes {
		for _, side := range dispute.Sides {
			switch {
			case r.Value("e"+dispute.Pupil.String()) != hex.EncodeToString(side.Act[:]):
			case dispute.Pupil != 0:
				d.Marks = append(d.Marks, side.Mark)
			default:
				d.State, d.Reason = side.State, first(side.Reason, d.Reason)
			}
		}
	}
	if _, err := rollcall.Decide(ctx, tx, r.Who, d); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(sheetAddress(of, on, session)), nil
}

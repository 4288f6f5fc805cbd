package book

import (
	"fmt"
	"strconv"
	"strings"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/student"
)

// Attendance is the class's page of the book of attendance for the month: a line a pupil, a
// column a day. Kindergarten calls it sổ theo dõi trẻ. head is the upper part of the
// school's papers (org.School.Head).
func Attendance(head paper.Document, m Month, now day.Instant) paper.Document {
	d := titled(head, m, "book-attendance", now)
	if m.Class.Level == "MN" {
		d.Kind = say("book-kindergarten")
	}
	d.Body = append(d.Body, m.table().Block(), paper.P(say("legend")), paper.P(say("not-called")))
	d.Signatures = []paper.Signature{{Capacity: say("homeroom-teacher"), Note: say("sign-note")}}
	return d
}

func titled(head paper.Document, m Month, book string, now day.Instant) paper.Document {
	d := head
	d.Kind = say(book)
	d.Subject = say("of-class", "class", m.Class.Name, "month", fmt.Sprintf("%02d/%d", m.Period.From.Month(), m.Period.From.Year()), "year", years(m.Class.Year))
	d.Footnotes = []string{say("made", "clock", now.Clock(), "day", now.Day().Vietnamese())}
	return d
}

func years(year int) string { return strconv.Itoa(year) + "-" + strconv.Itoa(year+1) }

const narrow, dayWidth = 8, 5.4 // mm

func (m Month) table() paper.Table {
	t := paper.Table{Name: say("section-month"), Orientation: paper.Landscape}
	add := func(key, title string, width float64, align paper.Align) {
		t.Columns = append(t.Columns, paper.Column{Key: key, Title: title, Width: width, Align: align})
	}
	count := func(key, title string) {
		t.Columns = append(t.Columns, paper.Column{Key: key, Title: title, Kind: paper.KindInteger, Width: narrow})
	}
	add("number", say("number"), narrow, paper.Center)
	add("name", say("name"), 40, paper.Left)
	for _, d := range m.Days {
		add("d"+strconv.Itoa(d.DayOfMonth()), strconv.Itoa(d.DayOfMonth()), dayWidth, paper.Center)
	}
	count("excused", "P")
	count("unexcused", "K")
	count("unknown", "?")
	count("late", "M")
	var all []int
	for i, l := range m.Lines {
		cells := []paper.Cell{paper.Text(strconv.Itoa(i + 1)), paper.Text(l.Name)}
		for _, d := range m.Days {
			cell, there := m.Day(l.Pupil, d)
			if !there {
				cell = "–"
			}
			cells = append(cells, paper.Text(cell))
		}
		cells = append(cells, paper.Int(int64(l.Excused)), paper.Int(int64(l.Unexcused)), paper.Int(int64(l.Unknown)), paper.Int(int64(l.Late)))
		t.Rows = append(t.Rows, paper.Row{Cells: cells})
		all = append(all, i)
	}
	if len(all) > 0 {
		total := []paper.Cell{paper.Text(""), paper.Text(say("total"))}
		for range m.Days {
			total = append(total, paper.Text(""))
		}
		t.Rows = append(t.Rows, paper.Row{Cells: append(total, paper.Sum(), paper.Sum(), paper.Sum(), paper.Sum()), Style: paper.Total, Of: all})
	}
	return t
}

// Homeroom is the homeroom teacher's book of the month: whom to reach at home, then the
// attendance. children come from student.Export, numbers open.
func Homeroom(head paper.Document, m Month, children []student.Exported, now day.Instant) paper.Document {
	d := titled(head, m, "book-homeroom", now)
	t := paper.Table{Title: say("section-list"), Name: say("section-list"), Orientation: paper.Landscape, Columns: []paper.Column{
		{Key: "number", Title: say("number"), Width: narrow, Align: paper.Center}, {Key: "name", Title: say("name"), Width: 45}, {Key: "born", Title: say("born"), Width: 22},
		{Key: "sex", Title: say("sex"), Width: 12}, {Key: "ethnicity", Title: say("ethnicity"), Width: 18}, {Key: "village", Title: say("village"), Width: 40},
		{Key: "guardian", Title: say("guardian"), Width: 50}, {Key: "phone", Title: say("phone"), Width: 26}}}
	for i, c := range children {
		var names, phones []string
		for _, g := range c.Guardians {
			if g.Name != "" {
				names = append(names, g.Name)
			}
			if g.Phone != "" {
				phones = append(phones, g.Phone)
			}
		}
		if len(phones) == 0 && c.Person.Phone != "" {
			phones = append(phones, c.Person.Phone)
		}
		group, _ := student.EthnicityOf(c.Person.Ethnicity)
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(strconv.Itoa(i + 1)), paper.Text(c.Person.Name), paper.Text(c.Person.Born.Vietnamese()), paper.Text(sex(c.Person.Sex)),
			paper.Text(group.Name), paper.Text(c.Village), paper.Text(strings.Join(names, ", ")), paper.Text(strings.Join(phones, ", "))}})
	}
	month := m.table()
	month.Title = say("section-month")
	d.Body = append(d.Body, t.Block(), month.Block(), paper.P(say("legend")))
	d.Signatures = []paper.Signature{{Capacity: say("homeroom-teacher"), Note: say("sign-note")}}
	return d
}

func sex(code string) string {
	return map[string]string{"F": say("female"), "M": say("male")}[code]
}

// Log is what the class log (sổ ghi đầu bài) says of absences: a line a session.
func Log(head paper.Document, m Month, now day.Instant) paper.Document {
	d := titled(head, m, "book-log", now)
	t := paper.Table{Name: say("section-month"), Columns: []paper.Column{{Key: "day", Title: say("day"), Width: 22}, {Key: "session", Title: say("session"), Width: 14},
		{Key: "size", Title: say("size"), Kind: paper.KindInteger, Width: 14}, {Key: "present", Title: say("present"), Kind: paper.KindInteger, Width: 14}, {Key: "absent", Title: say("absent-names"), Width: 90}}}
	for _, s := range m.Sheets {
		var names []string
		for _, l := range m.Lines {
			if kind, called := m.Kind(l.Pupil, s); called && kind.Absent() {
				names = append(names, l.Name+" ("+letters[kind]+")")
			}
		}
		if len(names) == 0 {
			names = []string{say("nobody")}
		}
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(s.Day.Vietnamese()), paper.Text(say("session-" + strconv.Itoa(int(s.Session)))),
			paper.Int(int64(s.Size)), paper.Int(int64(s.Size - s.Absent)), paper.Text(strings.Join(names, "; "))}})
	}
	d.Body = append(d.Body, t.Block(), paper.P(say("not-called")))
	d.Signatures = []paper.Signature{{Capacity: say("homeroom-teacher"), Note: say("sign-note")}}
	return d
}

// Register is the school's register of pupils for a school year (student.Register), with the
// units of residence by pupil.
func Register(head paper.Document, year int, pupils []student.Registered, now day.Instant) paper.Document {
	d := head
	d.Kind, d.Subject = say("book-register"), say("of-school", "year", years(year))
	d.Footnotes = []string{say("made", "clock", now.Clock(), "day", now.Day().Vietnamese())}
	t := paper.Table{Name: say("book-register"), Orientation: paper.Landscape, Columns: []paper.Column{{Key: "number", Title: say("number"), Width: narrow, Align: paper.Center},
		{Key: "code", Title: say("code"), Width: 24}, {Key: "name", Title: say("name"), Width: 42}, {Key: "born", Title: say("born"), Width: 21}, {Key: "sex", Title: say("sex"), Width: 11},
		{Key: "birthplace", Title: say("birthplace"), Width: 28}, {Key: "ethnicity", Title: say("ethnicity"), Width: 16}, {Key: "guardian", Title: say("guardian"), Width: 40}, {Key: "grade", Title: say("grade"), Width: 11, Align: paper.Center},
		{Key: "entered", Title: say("entered"), Width: 28}, {Key: "left", Title: say("left"), Width: 28}}}
	seen := map[id.ID]int{}
	for _, p := range pupils {
		number, again := seen[p.Pupil]
		if !again {
			number = len(seen) + 1
			seen[p.Pupil] = number
		}
		var names []string
		for _, g := range p.Guardians {
			if g.Name != "" {
				names = append(names, g.Name)
			}
		}
		group, _ := student.EthnicityOf(p.Ethnicity)
		left := ""
		if p.Exit != "" {
			left = p.Period.Until.Vietnamese() + ", " + say("exit-"+p.Exit)
			if p.ExitState == student.Unconfirmed {
				left += " (" + say("unconfirmed") + ")"
			}
			if p.Paper != "" {
				left += ", " + p.Paper
			}
		}
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(strconv.Itoa(number)), paper.Text(p.Code), paper.Text(p.Name), paper.Text(p.Born.Vietnamese()), paper.Text(sex(p.Sex)),
			paper.Text(p.Birthplace), paper.Text(group.Name), paper.Text(strings.Join(names, ", ")), paper.Text(p.Grade), paper.Text(p.Period.From.Vietnamese() + ", " + say("entry-"+p.Entry)), paper.Text(left)}})
	}
	d.Body = []paper.Block{t.Block()}
	d.Signatures = []paper.Signature{{Capacity: say("principal"), Note: say("sign-note")}}
	return d
}

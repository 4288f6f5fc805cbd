// Package book is the pages of books: what a class or a school keeps on paper, and the
// month's marks as sheets for other systems. Every file that leaves is in the audit book.
package book

import (
	"context"
	"io"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/book"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/report"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Routes are the addresses of this package.
func Routes() []door.Route {
	class, school := door.Names{"class": access.ClassKind}, door.Names{"school": access.SchoolKind}
	return []door.Route{
		{Method: "GET", Pattern: "/lop/{class}/so", Names: class, Action: access.SeePupils, Handler: door.Read(shelf)},
		{Method: "GET", Pattern: "/lop/{class}/so/{file}", Names: door.Names{"class": access.ClassKind, "file": ""}, Action: access.SeePupils, Handler: door.Write(take)},
		{Method: "GET", Pattern: "/truong/{school}/so-dang-bo/{file}", Names: door.Names{"school": access.SchoolKind, "file": ""}, Action: access.SeeIdentifiers, Handler: door.Write(register)},
		{Method: "GET", Pattern: "/truong/{school}/so", Names: school, Action: access.SeePupils, Handler: door.Read(schoolShelf)},
	}
}

// Address is the page of a class's books.
func Address(class id.ID) string { return "/lop/" + class.String() + "/so" }

// file is one that is handed out: its name in the address, and whether the numbers of the
// pupils stand in it, which not everybody may see who sees their names.
type file struct {
	name    string
	numbers bool
	formats []paper.Format
}

// offered are the files of a class.
var offered = []file{
	{"chuyen-can", false, []paper.Format{paper.FormatPDF, paper.FormatDocx, paper.FormatXLSX}},
	{"chu-nhiem", true, []paper.Format{paper.FormatPDF, paper.FormatDocx, paper.FormatXLSX}},
	{"ghi-dau-bai", false, []paper.Format{paper.FormatPDF, paper.FormatDocx, paper.FormatXLSX}},
	{"smas", true, []paper.Format{paper.FormatXLSX, paper.FormatCSV}},
	{"vnedu", true, []paper.Format{paper.FormatXLSX, paper.FormatCSV}},
}

func monthOf(r *door.Request) (day.Day, error) {
	value := r.Value("thang")
	if value == "" {
		return r.Today.MonthStart(), nil
	}
	month, err := report.ParseMonth(value)
	return month.From, err
}

func shelf(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	month, err := monthOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	m, err := book.MonthOf(ctx, tx, r.Who, class, month)
	if err != nil {
		return door.Answer{}, err
	}
	c, place, err := frame.PlaceOfClass(ctx, tx, r.Who, class, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	_, refused := access.May(ctx, tx, r.Who, access.SeeIdentifiers, access.Class(class))
	if refused != nil && !fault.Is(refused, fault.Forbidden) {
		return door.Answer{}, refused
	}
	word := month.Midnight().Format("2006-01")
	chrome := frame.Chrome(r, frame.Pupils, r.T("book.of_class", "class", c.Name))
	chrome.Lead, chrome.Place = r.T("book.lead", "month", monthWord(month), "sheets", len(m.Sheets), "pupils", len(m.Lines)), place
	unknown := 0
	for _, l := range m.Lines {
		unknown += l.Unknown
	}
	if unknown > 0 {
		chrome.Notices = append(chrome.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("book.unknown", "count", unknown)})
	}
	table := ui.Table{Caption: r.T("book.books"), Columns: []ui.Column{{Label: r.T("book.book")}, {Label: r.T("book.files"), Broad: true}}}
	for _, o := range offered {
		if o.numbers && refused != nil {
			continue
		}
		var files []ui.Button
		for _, f := range o.formats {
			files = append(files, ui.Button{Label: string(f), URL: Address(class) + "/" + o.name + "." + string(f) + "?thang=" + word, Small: true, Download: true, Icon: ui.IconDownload})
		}
		name := "book.is-" + o.name
		if o.name == "chuyen-can" && c.Level == "MN" {
			name = "book.is-theo-doi-tre"
		}
		table.Rows = append(table.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T(name)), ui.Actions(files...)}})
	}
	tabs, err := frame.ClassTabs(ctx, tx, r, class, "so")
	if err != nil {
		return door.Answer{}, err
	}
	return door.Page(frame.In(ui.Page(chrome), ui.Tabs(r.T("pupils.places"), tabs...), frame.Months(r, month, Address(class)), table.Draw(), frame.Quietly(r.T("book.others")))), nil
}

func monthWord(month day.Day) string { return month.Midnight().Format("01/2006") }

// parts splits "chuyen-can.pdf".
func parts(file string) (name string, format paper.Format) {
	for i := len(file) - 1; i > 0; i-- {
		if file[i] == '.' {
			return file[:i], paper.Format(file[i+1:])
		}
	}
	return file, ""
}

// take hands a file out. It writes the looks and exports that the room and the door record.
func take(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	name, format := parts(r.Path("file"))
	at := slices.IndexFunc(offered, func(o file) bool { return o.name == name })
	if at < 0 || !slices.Contains(offered[at].formats, format) {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	month, err := monthOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	m, err := book.MonthOf(ctx, tx, r.Who, class, month)
	if err != nil {
		return door.Answer{}, err
	}
	var children []student.Exported
	if offered[at].numbers {
		if children, err = student.Export(ctx, tx, r.Who, student.ListIn{Class: class, On: min(m.Period.Last(), max(r.Today, m.Period.From))}); err != nil {
			return door.Answer{}, err
		}
	} else {
		r.Export("book."+name, access.Class(class), m.Rule, len(m.Lines))
	}
	called := "so-" + name + "-" + month.Midnight().Format("2006-01") + "." + string(format)
	if system := book.System(name); slices.Contains(book.Systems, system) {
		codes := map[id.ID]string{}
		for _, c := range children {
			codes[c.Pupil] = c.Person.Code
		}
		list := paper.List{Title: m.Class.Name + " " + month.Midnight().Format("2006-01"), Stamp: r.Now.Time()}
		if r.Config().Demonstration {
			list.Watermark = r.T("common.demonstration")
		}
		return door.File(called, format.MediaType(), func(w io.Writer) error { return book.WriteMonth(w, format, list, system, m, codes) }), nil
	}
	head, err := headOf(ctx, tx, r, m.School)
	if err != nil {
		return door.Answer{}, err
	}
	var d paper.Document
	switch name {
	case "chuyen-can":
		d = book.Attendance(head, m, r.Now)
	case "chu-nhiem":
		d = book.Homeroom(head, m, children, r.Now)
	case "ghi-dau-bai":
		d = book.Log(head, m, r.Now)
	}
	return door.File(called, format.MediaType(), func(w io.Writer) error { return paper.Write(w, format, d) }), nil
}

func headOf(ctx context.Context, tx *store.Tx, r *door.Request, s org.School) (d paper.Document, err error) {
	d, err = s.Head(ctx, tx, r.Today)
	d.Date = r.Today
	if r.Config().Demonstration {
		d.Watermark = r.T("common.demonstration")
	}
	return d, err
}

func yearOf(r *door.Request) int {
	if year, err := strconv.Atoi(r.Value("nam")); err == nil && year > 1990 && year < 2200 {
		return year
	}
	return r.Today.SchoolYear()
}

func schoolShelf(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.SeePupils, access.School(school)); err != nil {
		return door.Answer{}, err
	}
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	year := yearOf(r)
	classes, err := org.Classes(ctx, tx, r.Who, school, year)
	if err != nil {
		return door.Answer{}, err
	}
	chrome := frame.Chrome(r, frame.Pupils, r.T("book.of_school", "school", s.Name))
	chrome.Lead, chrome.Place = r.T("book.school_lead", "year", strconv.Itoa(year)+"–"+strconv.Itoa(year+1)), place
	if _, err := access.May(ctx, tx, r.Who, access.SeeIdentifiers, access.School(school)); err == nil {
		var registers []ui.Button
		for _, f := range []paper.Format{paper.FormatPDF, paper.FormatXLSX} {
			registers = append(registers, ui.Button{Label: r.T("book.register", "format", string(f)), URL: frame.SchoolAddress(school) + "/so-dang-bo/so-dang-bo." + string(f) + "?nam=" + strconv.Itoa(year), Icon: ui.IconDownload, Download: true})
		}
		chrome.Actions = ui.Buttons(registers...)
	} else if !fault.Is(err, fault.Forbidden) {
		return door.Answer{}, err
	}
	var items []ui.Item
	for _, c := range classes {
		items = append(items, ui.Item{Title: r.T("book.class", "class", c.Name), URL: Address(c.ID)})
	}
	list := ui.List(items...)
	if len(items) == 0 {
		list = ui.Empty{Icon: ui.IconSchool, Title: r.T("book.no_class"), Text: r.T("book.no_class_text")}.Draw()
	}
	return door.Page(frame.In(ui.Page(chrome), ui.Tabs(r.T("pupils.places"), frame.SchoolTabs(r, school, "so")...),
		frame.Years(r, year, func(y int) string { return frame.SchoolAddress(school) + "/so?nam=" + strconv.Itoa(y) }), list)), nil
}

func register(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	name, format := parts(r.Path("file"))
	if name != "so-dang-bo" || !slices.Contains([]paper.Format{paper.FormatPDF, paper.FormatDocx, paper.FormatXLSX}, format) {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	year := yearOf(r)
	pupils, err := student.Register(ctx, tx, r.Who, school, year)
	if err != nil {
		return door.Answer{}, err
	}
	s, err := org.SchoolOn(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	head, err := headOf(ctx, tx, r, s)
	if err != nil {
		return door.Answer{}, err
	}
	d := book.Register(head, year, pupils, r.Now)
	return door.File("so-dang-bo-"+strconv.Itoa(year)+"."+string(format), format.MediaType(), func(w io.Writer) error { return paper.Write(w, format, d) }), nil
}

package exchange

import (
	"context"
	"slices"
	"strconv"

	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/student"
)

// studentFields are the columns of the class list of the national database (25 columns)
// and the names they have in other exports. Identity cards, religion and the parents'
// occupations are not read: they are not stored.
var studentFields = []Field{
	{Name: "code", Aliases: []string{"mã định danh Bộ GD&ĐT", "mã định danh bộ", "mã định danh", "mã học sinh", "mã HS"}},
	{Name: "name", Aliases: []string{"họ tên", "họ và tên", "họ tên học sinh", "họ và tên học sinh", "tên học sinh"}, Required: true},
	{Name: "born", Aliases: []string{"ngày sinh", "ngày tháng năm sinh", "ngày, tháng, năm sinh"}, Required: true},
	{Name: "sex", Aliases: []string{"giới tính"}, Required: true},
	{Name: "ethnicity", Aliases: []string{"dân tộc"}},
	{Name: "status", Aliases: []string{"trạng thái", "trạng thái học sinh"}},
	{Name: "phone", Aliases: []string{"SĐT liên hệ", "số điện thoại liên hệ", "số điện thoại", "điện thoại", "SĐT"}},
	{Name: "birthplace", Aliases: []string{"nơi sinh chi tiết", "nơi sinh"}},
	{Name: "village", Aliases: []string{"tổ/thôn hộ khẩu thường trú", "tổ/thôn", "thôn/bản", "thôn, bản", "bản", "thôn"}},
	{Name: "commune", Aliases: []string{"phường xã quê quán", "xã/phường", "xã phường", "phường/xã", "xã"}},
	{Name: "address", Aliases: []string{"chỗ ở hiện nay", "địa chỉ", "nơi ở hiện nay"}},
	{Name: "father", Aliases: []string{"tên cha", "họ tên cha", "họ và tên cha"}},
	{Name: "father_born", Aliases: []string{"năm sinh cha"}},
	{Name: "mother", Aliases: []string{"tên mẹ", "họ tên mẹ", "họ và tên mẹ"}},
	{Name: "mother_born", Aliases: []string{"năm sinh mẹ"}},
	{Name: "class", Aliases: []string{"lớp học", "lớp", "tên lớp"}, Required: true},
	{Name: "grade", Aliases: []string{"khối học", "khối"}},
	{Name: "national_id", Aliases: []string{"số định danh cá nhân", "số định danh", "số ĐDCN", "mã định danh cá nhân"}},
	{Name: "school", Aliases: []string{"mã trường", "mã trường học"}},
}

// headSearch is how many filled rows may stand above the headings: titles.
const headSearch = 15

// batchRows is how many rows are planned at once.
const batchRows = 1000

// StudentsIn is one import of class lists.
type StudentsIn struct {
	Table    *Table
	Mapping  []Mapped
	Roster   *student.Roster
	Rejected *RejectedRows                   // nil keeps refused rows nowhere
	Progress func(done, total int)           // total is 0: nobody knows it before the end
	Report   func(refused, notes []RowFault) // called batch by batch
}

// ImportStudents reads class lists batch by batch and lets the roster plan and write
// them; while one batch is written the next is read. It says how many rows there were.
func ImportStudents(ctx context.Context, db *store.Store, in StudentsIn) (rows int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batches := make(chan studentBatch, 2)
	go func() {
		defer close(batches)
		readStudents(ctx, in.Table, in.Mapping, batches)
	}()
	for b := range batches {
		if b.err != nil {
			return rows, b.err
		}
		if in.Rejected != nil && b.head.Row != 0 {
			in.Rejected.begin(b.top, b.headings)
		}
		refused, notes, err := in.Roster.Take(ctx, db, b.lines)
		if err != nil {
			return rows, err
		}
		all := b.unread
		in.Roster.Refused += b.unreadRows()
		for _, f := range refused {
			all = append(all, RowFault{f.Row, b.place(f)})
		}
		slices.SortStableFunc(all, func(x, y RowFault) int { return x.Row - y.Row })
		var remarks []RowFault
		for _, n := range notes {
			remarks = append(remarks, RowFault{n.Row, b.place(n)})
		}
		if in.Rejected != nil {
			if err := in.Rejected.write(b.rows, all); err != nil {
				return rows, err
			}
		}
		if in.Report != nil {
			in.Report(all, remarks)
		}
		rows += len(b.rows)
		if in.Progress != nil {
			in.Progress(rows, 0)
		}
	}
	return rows, ctx.Err()
}

// studentBatch is some rows of a class list with what they were read as.
type studentBatch struct {
	head     Head
	top      []Row // rows above the headings
	headings Row
	rows     []Row
	lines    []student.RosterLine
	unread   []RowFault
	err      error
}

func (b studentBatch) unreadRows() int { return len(b.rows) - len(b.lines) }

// place names the column of a fault of the room.
func (b studentBatch) place(f student.RowFault) *fault.Fault {
	if !b.head.Has(f.Fault.Field) {
		return f.Fault
	}
	placed := *f.Fault
	placed.Args = fault.Args{}
	for name, value := range f.Fault.Args {
		placed.Args[name] = value
	}
	placed.Args["column"], placed.Args["heading"] = b.head.Column(placed.Field), b.head.Heading(placed.Field)
	return &placed
}

func readStudents(ctx context.Context, t *Table, mapping []Mapped, batches chan<- studentBatch) {
	send := func(b studentBatch) bool {
		select {
		case batches <- b:
			return true
		case <-ctx.Done():
			return false
		}
	}
	var b studentBatch
	found := false
	var first error // of the row that looked most like headings
	best := 0
	for row, err := range t.Rows() {
		if err != nil {
			send(studentBatch{err: err})
			return
		}
		if !found {
			head, err := t.NewHead(row, studentFields, mapping)
			if err != nil {
				filled := 0
				for _, cell := range row.Cells {
					if cell != "" {
						filled++
					}
				}
				if filled > best {
					first, best = err, filled
				}
				if b.top = append(b.top, row); len(b.top) > headSearch {
					send(studentBatch{err: first})
					return
				}
				continue
			}
			b.head, b.headings, found = head, row, true
			continue
		}
		b.take(row)
		if len(b.rows) == batchRows {
			if !send(b) {
				return
			}
			b = studentBatch{head: b.head, top: b.top, headings: b.headings}
		}
	}
	if !found && first == nil {
		first = fault.New(fault.Invalid, "exchange.empty", fault.Args{"file": t.name})
	}
	if !found {
		send(studentBatch{err: first})
		return
	}
	send(b)
}

// take reads a row. What it cannot read is a fault of the row and no line.
func (b *studentBatch) take(row Row) {
	b.rows = append(b.rows, row)
	line, wrong := rosterLine(b.head, row)
	if len(wrong) > 0 {
		b.unread = append(b.unread, wrong...)
		return
	}
	b.lines = append(b.lines, line)
}

// rosterLine reads a row of a class list.
func rosterLine(h Head, row Row) (student.RosterLine, []RowFault) {
	get := func(field string) string { return h.Get(row, field) }
	l := student.RosterLine{Row: row.Number, School: get("school"), Code: get("code"), NationalID: get("national_id"), Name: get("name"),
		Sex: get("sex"), Ethnicity: get("ethnicity"), Status: get("status"), Phone: get("phone"), Birthplace: get("birthplace"),
		Village: get("village"), Commune: get("commune"), Address: get("address"), Father: get("father"), Mother: get("mother"),
		Class: get("class"), Grade: get("grade")}
	var wrong []RowFault
	var err error
	if l.Born, err = h.Day(row, "born"); err != nil {
		f, _ := fault.Of(err)
		wrong = append(wrong, RowFault{row.Number, f})
	}
	for _, y := range []struct {
		field string
		to    *int
	}{{"father_born", &l.FatherBorn}, {"mother_born", &l.MotherBorn}} {
		cell := get(y.field)
		if cell == "" {
			continue
		}
		if *y.to, err = strconv.Atoi(cell); err != nil || *y.to < 1900 || *y.to > 2100 {
			wrong = append(wrong, RowFault{row.Number, h.Fault("student.bad-year-of-birth", row, y.field, cell)})
		}
	}
	return l, wrong
}

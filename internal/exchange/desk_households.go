package exchange

import (
	"context"
	"fmt"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/household"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/text"
)

// householdsKind takes survey sheets of households: a row a person.
var householdsKind = Kind{
	Name: "households",
	Fields: []Field{
		{Name: "number", Aliases: []string{"số phiếu", "phiếu số", "mã phiếu", "mã hộ", "số hộ"}, Required: true},
		{Name: "head", Aliases: []string{"chủ hộ", "họ tên chủ hộ", "họ và tên chủ hộ", "tên chủ hộ"}},
		{Name: "village", Aliases: []string{"thôn/bản", "thôn, bản", "bản", "thôn", "tổ/thôn", "tổ, thôn, xóm", "khối/bản"}},
		{Name: "address", Aliases: []string{"địa chỉ", "số nhà"}},
		{Name: "residency", Aliases: []string{"diện cư trú", "cư trú", "thường trú/tạm trú"}},
		{Name: "name", Aliases: []string{"họ tên", "họ và tên", "họ và tên thành viên"}, Required: true},
		{Name: "relation", Aliases: []string{"quan hệ với chủ hộ", "quan hệ"}},
		{Name: "sex", Aliases: []string{"giới tính", "giới", "nữ"}},
		{Name: "born", Aliases: []string{"ngày sinh", "ngày tháng năm sinh", "ngày, tháng, năm sinh"}},
		{Name: "born_year", Aliases: []string{"năm sinh"}},
		{Name: "schooling", Aliases: []string{"tình trạng học", "tình trạng đi học", "tình trạng", "đang học/bỏ học", "tình trạng học tập"}},
		{Name: "grade", Aliases: []string{"lớp", "đang học lớp", "lớp đang học", "khối lớp", "trình độ"}},
		{Name: "school_name", Aliases: []string{"trường", "trường đang học", "học tại trường", "tên trường"}},
		{Name: "exempt", Aliases: []string{"khuyết tật không học được", "không có khả năng học tập", "miễn huy động"}},
		{Name: "code", Aliases: []string{"mã định danh Bộ GD&ĐT", "mã định danh", "mã học sinh", "mã HS"}},
		{Name: "national_id", Aliases: []string{"số định danh cá nhân", "số định danh", "số ĐDCN", "mã định danh cá nhân"}},
	},
	At:       map[access.Kind]access.Action{access.UnitKind: access.SurveyHousehold},
	Settings: []string{"year", "village"},
	Begin: func(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
		in := household.ListIn{Unit: job.Run.Place.ID, Village: job.Settings["village"]}
		var err error
		if in.Year, err = yearSetting(job.Settings); err != nil {
			return nil, err
		}
		list, err := household.Begin(ctx, tx, job.Who, in)
		return &householdsTaker{who: job.Who, in: in, list: list}, err
	},
}

type householdsTaker struct {
	Plainly
	who  access.Who
	in   household.ListIn
	list *household.List
	last household.Line // whose sheet the next lines continue when they name none
}

// Passed keeps the sheet that the lines left behind were on.
func (t *householdsTaker) Passed(_ context.Context, _ *store.Tx, lines []Line) error {
	for _, l := range lines {
		t.sheet(l)
	}
	return nil
}

// sheet reads which sheet a line is on: its own, or that of the line above.
func (t *householdsTaker) sheet(l Line) household.Line {
	line := household.Line{Row: l.Row.Number, Village: l.Get("village"), Number: l.Get("number"), Head: l.Get("head"), Address: l.Get("address"), Residency: l.Get("residency")}
	if line.Number == "" && line.Head == "" {
		line.Village, line.Number, line.Head, line.Address, line.Residency = t.last.Village, t.last.Number, t.last.Head, t.last.Address, t.last.Residency
	}
	if line.Village == "" {
		line.Village = t.last.Village
	}
	t.last = line
	return line
}

func (t *householdsTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	return list[household.Line, household.Planned]{
		read: func(l Line, a *Act) (household.Line, error) {
			line := t.sheet(l)
			a.Where = line.Number
			line.Name, line.Relation, line.Sex, line.Schooling, line.Grade, line.School = l.Get("name"), l.Get("relation"), l.Get("sex"), l.Get("schooling"), l.Get("grade"), l.Get("school_name")
			line.Exempt, line.Code, line.NationalID = l.Get("exempt"), l.Get("code"), l.Get("national_id")
			err := l.birth(&line)
			return line, err
		},
		plan:    func(read []household.Line) ([]household.Planned, error) { return t.list.Plan(ctx, tx, read) },
		refused: func(p household.Planned) *fault.Fault { return p.Fault },
		show: func(p household.Planned, a *Act) {
			for _, f := range p.Notes {
				r := Remark{Fault: f}
				if p.Is.Pupil != 0 {
					r.LinkKind, r.Link = access.PupilKind, p.Is.Pupil
				}
				a.Notes = append(a.Notes, r)
			}
			a.Digest = fmt.Sprint(p.Is, p.Home)
			a.change(FieldChange{"number", p.HomeWas.Number, p.Home.Number}, FieldChange{"head", p.HomeWas.Head, p.Home.Head}, FieldChange{"relation", p.Was.Relation, p.Is.Relation},
				FieldChange{"born_year", yearText(p.Was.BornYear), yearText(p.Is.BornYear)},
				FieldChange{"schooling", p.Was.Schooling.Name(text.Vietnamese), p.Is.Schooling.Name(text.Vietnamese)}, FieldChange{"grade", p.Was.Grade, p.Is.Grade},
				FieldChange{"school_name", p.Was.School, p.Is.School})
		},
	}.acts(lines)
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

// birth reads the day of birth, or the year where either column tells no more.
func (l Line) birth(line *household.Line) (err error) {
	for _, field := range []string{"born", "born_year"} {
		written := l.Get(field)
		if written == "" {
			continue
		}
		if year, wrong := strconv.Atoi(written); wrong == nil && year >= 1900 && year <= 2100 {
			line.BornYear = year
		} else if line.Born, err = l.Head.Day(l.Row, field); err != nil {
			return err
		}
	}
	return nil
}

func (t *householdsTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	planned := make([]household.Planned, len(acts))
	var villages []id.ID
	var numbers []string
	for i, a := range acts {
		planned[i] = a.Do.(household.Planned)
		villages, numbers = append(villages, planned[i].Home.Village), append(numbers, planned[i].Home.Number)
	}
	if err := j.Watch(ctx, tx, "household", []string{"village", "number"}, store.In(villages), store.In(numbers)); err != nil {
		return err
	}
	return household.Put(ctx, tx, t.who, t.in, planned, func(households []id.ID) error {
		return j.Watch(ctx, tx, "household_person", []string{"household"}, store.In(households))
	})
}

package exchange

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/benefit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/text"
)

// benefitsKind takes lists of beneficiaries of a school.
var benefitsKind = Kind{
	Name: "benefits",
	Fields: append(append([]Field{}, pupilFields...),
		Field{Name: "class", Aliases: classField.Aliases},
		Field{Name: "scheme", Aliases: []string{"chế độ", "chính sách", "loại hỗ trợ", "nội dung hỗ trợ", "chế độ hưởng", "loại chế độ"}},
		Field{Name: "ground", Aliases: []string{"đối tượng", "diện", "diện chính sách", "đối tượng chính sách", "thuộc diện"}},
		Field{Name: "from", Aliases: []string{"từ ngày", "từ tháng", "hưởng từ", "ngày bắt đầu"}},
		Field{Name: "until", Aliases: []string{"đến ngày", "đến tháng", "hưởng đến", "ngày kết thúc"}},
		Field{Name: "paper", Aliases: []string{"số quyết định", "quyết định", "căn cứ"}},
		Field{Name: "months", Aliases: []string{"tháng đã chi", "các tháng đã chi", "tháng chi", "đã chi tháng", "tháng hưởng"}},
		Field{Name: "dong", Aliases: []string{"mức hỗ trợ", "mức hỗ trợ/tháng", "số tiền", "số tiền/tháng", "mức một tháng", "định mức"}},
		Field{Name: "rice", Aliases: []string{"gạo", "gạo (kg)", "số kg gạo", "kg gạo/tháng", "gạo/tháng", "số gạo"}}),
	At:       map[access.Kind]access.Action{access.SchoolKind: access.ChangeBenefits},
	Settings: []string{"year", "scheme", "from", "until", "paper"},
	Begin: func(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
		in := benefit.ListIn{School: job.Run.Place.ID, Scheme: job.Settings["scheme"], Paper: job.Settings["paper"]}
		var err error
		if in.Year, err = yearSetting(job.Settings); err != nil {
			return nil, err
		}
		if in.Period.From, err = daySetting(job.Settings, "from"); err != nil {
			return nil, err
		}
		if in.Period.Until, err = daySetting(job.Settings, "until"); err != nil {
			return nil, err
		}
		if in.Period.Until != 0 {
			in.Period.Until++
		}
		list, err := benefit.Begin(ctx, tx, job.Who, in)
		if in.Year == 0 {
			in.Year = tx.Today().SchoolYear()
		}
		return &benefitsTaker{who: job.Who, school: in.School, year: in.Year, list: list}, err
	},
}

// yearSetting reads the school year of the settings; 0 when it is not given.
func yearSetting(settings map[string]string) (int, error) {
	if settings["year"] == "" {
		return 0, nil
	}
	year, err := strconv.Atoi(settings["year"])
	if err != nil || year < 1990 || year > 2100 {
		return 0, fault.New(fault.Invalid, "intake.bad_year", nil).On("year")
	}
	return year, nil
}

type benefitsTaker struct {
	Plainly
	who    access.Who
	school id.ID
	year   int // school year in which months without a year lie
	list   *benefit.List
}

func (t *benefitsTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	return list[benefit.Line, benefit.Planned]{
		read: func(l Line, a *Act) (benefit.Line, error) {
			a.Where = l.Get("class")
			return t.read(l)
		},
		plan:    func(read []benefit.Line) ([]benefit.Planned, error) { return t.list.Plan(ctx, tx, read) },
		refused: func(p benefit.Planned) *fault.Fault { return p.Fault },
		show: func(p benefit.Planned, a *Act) {
			for _, f := range p.Notes {
				a.Notes = append(a.Notes, Remark{Fault: f, LinkKind: access.PupilKind, Link: p.Pupil})
			}
			a.Fields, a.Digest = benefitFields(p), fmt.Sprint(p.Is, p.Months)
		},
	}.acts(lines)
}

func (t *benefitsTaker) read(l Line) (line benefit.Line, err error) {
	line = benefit.Line{Row: l.Row.Number, Scheme: l.Get("scheme"), Ground: l.Get("ground"), Paper: l.Get("paper")}
	if line.Pupil, err = l.named(); err != nil {
		return line, err
	}
	if line.From, err = t.bound(l, "from", false); err != nil {
		return line, err
	}
	if line.Until, err = t.bound(l, "until", true); err != nil {
		return line, err
	}
	if line.Months, err = t.months(l); err != nil {
		return line, err
	}
	if line.Dong, err = l.amount("dong", 1); err != nil {
		return line, err
	}
	line.Grams, err = l.amount("rice", 1000)
	return line, err
}

// bound reads a day, or a month ("9/2025", "9"): its first day, or the one after its last.
func (t *benefitsTaker) bound(l Line, field string, end bool) (day.Day, error) {
	if month, ok := t.month(l.Get(field)); ok {
		if end {
			return day.MonthOf(month).Until, nil
		}
		return month, nil
	}
	d, err := l.Head.Day(l.Row, field)
	if end && err == nil && !d.IsZero() {
		d++
	}
	return d, err
}

// month reads "9/2025", or "9" within the school year.
func (t *benefitsTaker) month(written string) (day.Day, bool) {
	if d, ok := parseMonth(written); ok {
		return d, true
	}
	n, err := strconv.Atoi(strings.TrimSpace(written))
	if err != nil || n < 1 || n > 12 {
		return 0, false
	}
	bounds := calendar.Bounds(t.year)
	for d := bounds.From.MonthStart(); d < bounds.Until; d = d.AddMonths(1) {
		if int(d.Month()) == n {
			return d, true
		}
	}
	return 0, false
}

// months reads "9, 10, 11" or "9-12" or "9/2025; 10/2025".
func (t *benefitsTaker) months(l Line) (months []day.Day, err error) {
	written := l.Get("months")
	wrong := l.Head.Fault("benefit.bad-months", l.Row, "months", written)
	for part := range strings.FieldsFuncSeq(written, func(r rune) bool { return r == ',' || r == ';' }) {
		first, last, isRange := strings.Cut(strings.ReplaceAll(part, "–", "-"), "-")
		from, ok := t.month(first)
		if !ok {
			return nil, wrong
		}
		to := from
		if isRange {
			if to, ok = t.month(last); !ok || to < from || to.Sub(from) > 400 {
				return nil, wrong
			}
		}
		for d := from; d <= to; d = d.AddMonths(1) {
			months = append(months, d)
		}
	}
	slices.Sort(months)
	return slices.Compact(months), nil
}

// amount reads "936.000", "936000 đ", "15", "15,5" as so many units of a hundredth.
func (l Line) amount(field string, times float64) (int64, error) {
	written := strings.TrimSpace(l.Get(field))
	digits := strings.TrimRight(strings.ToLower(strings.ReplaceAll(written, " ", "")), "đdvnkg")
	if digits == "" {
		if written != "" {
			return 0, l.Head.Fault("exchange.bad-number", l.Row, field, written)
		}
		return 0, nil
	}
	if times == 1 { // đồng have no fractions: points and commas part thousands
		digits = strings.TrimSuffix(digits, ".0")
		digits = strings.NewReplacer(".", "", ",", "").Replace(digits)
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", "."), 64)
	if err != nil || n < 0 || n*times > 1e12 {
		return 0, l.Head.Fault("exchange.bad-number", l.Row, field, written)
	}
	return int64(math.Round(n * times)), nil
}

func benefitFields(p benefit.Planned) (fields []FieldChange) {
	was := benefit.Benefit{}
	if !p.New() {
		was = p.Was
	}
	days := func(b benefit.Benefit) string {
		if b.From.IsZero() {
			return ""
		}
		return b.From.Vietnamese() + " – " + (b.Until - 1).Vietnamese()
	}
	fields = append(fields, FieldChange{"scheme", "", p.Is.Scheme.Name(text.Vietnamese)})
	for _, f := range []FieldChange{{"ground", string(was.Ground), string(p.Is.Ground)}, {"from", days(was), days(p.Is)}, {"paper", was.Paper, p.Is.Paper}} {
		if f.Was != f.Is {
			fields = append(fields, f)
		}
	}
	var months []string
	for _, m := range p.Months {
		months = append(months, fmt.Sprintf("%d/%d", int(m.Month.Month()), m.Month.Year()))
	}
	if len(months) > 0 {
		fields = append(fields, FieldChange{"months", "", strings.Join(months, ", ")})
	}
	return fields
}

func (t *benefitsTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	planned, pupils := make([]benefit.Planned, len(acts)), make([]id.ID, len(acts))
	for i, a := range acts {
		planned[i] = a.Do.(benefit.Planned)
		pupils[i] = planned[i].Pupil
	}
	for _, table := range []string{"benefit", "benefit_month"} {
		if err := j.Watch(ctx, tx, table, []string{"pupil"}, store.In(pupils)); err != nil {
			return err
		}
	}
	return benefit.Put(ctx, tx, t.who, t.school, planned)
}

package calendar

import (
	"context"
	"errors"
	"strings"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/viet"
)

// Line is one line of a calendar file, as text where a person may write it in several ways. Which fields a line needs
// depends on its kind:
//
//	year       from, until, opening; note is why it ends after 31 May
//	term       term, from, until, weeks; scope
//	timetable  from, until (else without end), morning, afternoon, evening, main; scope, level
//	closure    from, until (else one day), session, reason; scope, level
//	make-up    the same
//
// Every line needs a reason; of closures and make-ups it is a code or its Vietnamese words, of the others the decision.
type Line struct {
	Row       int
	Kind      string
	ScopeKind string // realm, unit, school, site, class; "" is the realm
	Scope     string // code of the unit or school; "CODE/name" of a site or class
	Level     string
	From      day.Day
	Until     day.Day // exclusive; zero when not given
	Session   string
	Reason    string
	Note      string
	Year      int // 0: that of From
	Term      int
	Weeks     int
	Opening   day.Day
	Morning   string // weekdays: "2-6", "3,5", "T7", "CN"
	Afternoon string
	Evening   string
	Main      string
}

// LineFault is a line that may not go in, and why.
type LineFault struct {
	Row   int
	Fault *fault.Fault
}

// Imported is what came of an import.
type Imported struct {
	Lines   int
	Made    int // lines that changed something
	Same    int // lines that stood already
	Refused []LineFault
}

// importSlice is how many lines one write takes.
const importSlice = 20

var errDryRun = errors.New("calendar: a dry run is undone")

// Import carries out the lines of a calendar file in their order; a good line goes in whether or not others are refused,
// and the same file again changes nothing. A dry run does the same work and undoes it. After is called in the transaction
// of each change, to judge again what was taken on its days; it may be nil.
func Import(ctx context.Context, s *store.Store, who access.Who, lines []Line, dryRun bool,
	after func(context.Context, *store.Tx, Change) error, progress func(done, total int)) (Imported, error) {
	total := Imported{Lines: len(lines)}
	size := importSlice
	if dryRun {
		size = max(1, len(lines)) // later lines may need what earlier ones made
	}
	for from := 0; from < len(lines); from += size {
		part := lines[from:min(from+size, len(lines))]
		var sum Imported
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			sum = Imported{} // a write may run twice
			for _, line := range part {
				change, err := importLine(ctx, tx, who, line)
				if refused := lineFaults(line.Row, err); refused != nil {
					sum.Refused = append(sum.Refused, refused...)
					continue
				} else if err != nil {
					return err
				}
				if !change.Made {
					sum.Same++
					continue
				}
				sum.Made++
				if after != nil {
					if err := after(ctx, tx, change); err != nil {
						return err
					}
				}
			}
			if dryRun {
				return errDryRun
			}
			return nil
		})
		if err != nil && !errors.Is(err, errDryRun) {
			return total, err
		}
		total.Made, total.Same = total.Made+sum.Made, total.Same+sum.Same
		total.Refused = append(total.Refused, sum.Refused...)
		if progress != nil {
			progress(from+len(part), len(lines))
		}
	}
	return total, nil
}

// lineFaults gives the faults in err; nil when err is none or the machine's.
func lineFaults(row int, err error) []LineFault {
	var list fault.List
	if errors.As(err, &list) {
		out := make([]LineFault, len(list))
		for i, f := range list {
			out[i] = LineFault{row, f}
		}
		return out
	}
	if f, ok := fault.Of(err); ok {
		return []LineFault{{row, f}}
	}
	return nil
}

// importLine is refused before anything of it is written.
func importLine(ctx context.Context, tx *store.Tx, who access.Who, line Line) (Change, error) {
	if line.From.IsZero() {
		return Change{}, fault.New(fault.Invalid, "calendar.need-from", nil).On("from")
	}
	if line.Year == 0 {
		line.Year = line.From.SchoolYear()
	}
	scope, err := line.scope(ctx, tx, who.Realm)
	if err != nil {
		return Change{}, err
	}
	kind, ok := importKinds[viet.Fold(viet.Clean(line.Kind))]
	if !ok {
		return Change{}, fault.New(fault.Invalid, "calendar.bad-kind", fault.Args{"kind": line.Kind}).On("kind")
	}
	period := day.Range{From: line.From, Until: line.Until}
	switch kind {
	case "year":
		return OpenYear(ctx, tx, who, OpenYearIn{Reason: line.Reason,
			Year: Year{Year: line.Year, Period: period, Opening: line.Opening, Extension: line.Note}})
	case "term":
		return SetTerm(ctx, tx, who, SetTermIn{Reason: line.Reason,
			Term: Term{Scope: scope, Year: line.Year, Number: line.Term, Period: period, Weeks: line.Weeks}})
	case "timetable":
		if period.Until.IsZero() {
			period.Until = day.Forever
		}
		return importTimetable(ctx, tx, who, line, Timetable{Scope: scope, Level: line.Level, Period: period})
	}
	if period.Until.IsZero() {
		period.Until = period.From + 1
	}
	session, ok := ParseSession(viet.Clean(line.Session))
	if !ok {
		return Change{}, fault.New(fault.Invalid, "calendar.bad-session", nil).On("session")
	}
	in := DeclareIn{Scope: scope, Level: line.Level, Period: period, Session: session, Reason: parseReason(line.Reason), Note: line.Note}
	return declare(ctx, tx, who, Kind(kind), in)
}

var importKinds = map[string]string{
	"year": "year", "nam hoc": "year",
	"term": "term", "hoc ky": "term",
	"timetable": "timetable", "thoi khoa bieu": "timetable",
	"closure": string(Closure), "nghi": string(Closure), "nghi hoc": string(Closure),
	"make-up": string(MakeUp), "hoc bu": string(MakeUp),
}

var importScopes = map[string]ScopeKind{
	"": ScopeRealm, "realm": ScopeRealm, "toan tinh": ScopeRealm,
	"unit": ScopeUnit, "don vi": ScopeUnit, "tinh": ScopeUnit, "huyen": ScopeUnit, "xa": ScopeUnit, "province": ScopeUnit, "district": ScopeUnit, "commune": ScopeUnit,
	"school": ScopeSchool, "truong": ScopeSchool,
	"site": ScopeSite, "diem truong": ScopeSite,
	"class": ScopeClass, "lop": ScopeClass,
}

// scope finds the place that a line names, as it stood on its first day.
func (l Line) scope(ctx context.Context, tx *store.Tx, realm int) (Scope, error) {
	kind, ok := importScopes[viet.Fold(viet.Clean(l.ScopeKind))]
	if !ok {
		return Scope{}, fault.New(fault.Invalid, "calendar.bad-scope", fault.Args{"scope": l.ScopeKind}).On("scope_kind")
	}
	code := viet.Clean(l.Scope)
	switch kind {
	case ScopeRealm:
		if code != "" && l.ScopeKind == "" {
			return Scope{}, fault.New(fault.Invalid, "calendar.bad-scope", fault.Args{"scope": ""}).On("scope_kind")
		}
		return Scope{Kind: ScopeRealm}, nil
	case ScopeUnit:
		unit, err := org.Resolve(ctx, tx, code, l.From)
		return Scope{ScopeUnit, unit.ID}, err
	}
	code, name, _ := strings.Cut(code, "/")
	find := func(missing, query string, args ...any) (id.ID, error) {
		found, err := store.One[id.ID](ctx, tx, query, args...)
		if store.IsNone(err) {
			err = fault.New(fault.NotFound, missing, nil).On("scope")
		}
		return found, err
	}
	school, err := find("calendar.no-school", sqlSchoolByCode, realm, viet.Clean(code), l.From)
	if err != nil || kind == ScopeSchool {
		return Scope{ScopeSchool, school}, err
	}
	name = viet.Clean(name)
	if kind == ScopeSite {
		site, err := find("calendar.no-site", sqlSiteByName, realm, school, name)
		return Scope{ScopeSite, site}, err
	}
	class, err := find("calendar.no-class", sqlClassByName, realm, school, l.Year, name)
	return Scope{ScopeClass, class}, err
}

func importTimetable(ctx context.Context, tx *store.Tx, who access.Who, line Line, t Timetable) (Change, error) {
	for i, cell := range []string{line.Morning, line.Afternoon, line.Evening} {
		days, ok := parseWeekdays(cell)
		if !ok {
			return Change{}, fault.New(fault.Invalid, "calendar.bad-weekdays", fault.Args{"value": cell}).On(Sessions[i].Code())
		}
		for _, d := range days {
			t.Week = t.Week.With(d, Sessions[i])
		}
	}
	main, ok := ParseSession(viet.Clean(line.Main))
	if !ok {
		return Change{}, fault.New(fault.Invalid, "calendar.bad-session", nil).On("main")
	}
	if main == WholeDay { // not given: the first session of the day
		for _, s := range Sessions {
			if main == WholeDay && t.Week.Any(s) {
				main = s
			}
		}
	}
	t.Main = main
	return SetTimetable(ctx, tx, who, SetTimetableIn{Timetable: t, Reason: line.Reason})
}

// parseWeekdays reads weekdays as Vietnamese count them: 2 is Monday, 7 Saturday, CN Sunday; "2-6", "3,5", "T2 T4 CN".
func parseWeekdays(cell string) ([]time.Weekday, bool) {
	var days []time.Weekday
	cell = strings.ToLower(viet.Clean(cell))
	cell = strings.NewReplacer("thứ", "", "t", "", "–", "-", " - ", "-").Replace(cell)
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		first, last, through := strings.Cut(part, "-")
		from, ok := parseWeekday(first)
		if !ok {
			return nil, false
		}
		to := from
		if through {
			if to, ok = parseWeekday(last); !ok || to < from {
				return nil, false
			}
		}
		for n := from; n <= to; n++ {
			days = append(days, time.Weekday((n-1)%7))
		}
	}
	return days, true
}

// parseWeekday gives 2 for Monday to 8 for Sunday.
func parseWeekday(word string) (int, bool) {
	if word == "cn" || word == "8" {
		return 8, true
	}
	if len(word) == 1 && '2' <= word[0] && word[0] <= '7' {
		return int(word[0] - '0'), true
	}
	return 0, false
}

// parseReason reads a code, its words in Vietnamese or one of the things they list ("bão"), with or without marks and
// commas; anything else stays as it is and is refused later.
func parseReason(cell string) Reason {
	plain := func(s string) string {
		return strings.Join(strings.FieldsFunc(viet.Fold(s), func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '.' }), " ")
	}
	given := plain(viet.Clean(cell))
	for _, r := range Reasons {
		words := text.T(text.Vietnamese, "calendar.reason."+string(r))
		if given == string(r) || given == plain(words) {
			return r
		}
		for _, part := range strings.Split(words, ",") {
			if given == plain(part) {
				return r
			}
		}
	}
	return Reason(cell)
}

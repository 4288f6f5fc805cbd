package student

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// RosterLine is one row of a class list as a door reads it: text as it stands in the
// cells, NFC. What is not stored (identity cards, religion, parents' occupations) is not here.
type RosterLine struct {
	Row        int
	School     string // code of the school; "" takes RosterIn.School
	Code       string
	NationalID string
	Name       string
	Born       day.Day
	Sex        string
	Ethnicity  string
	Status     string // "Đang học"
	Phone      string
	Birthplace string
	Village    string // Tổ/thôn hộ khẩu thường trú
	Commune    string
	Address    string // Chỗ ở hiện nay
	Father     string
	FatherBorn int
	Mother     string
	MotherBorn int
	Class      string
	Grade      string
}

// RowFault is what is wrong with, or to be noted about, a row.
type RowFault struct {
	Row   int
	Fault *fault.Fault
}

// RosterIn says how class lists go in.
type RosterIn struct {
	School string  // code of the school for rows that name none
	Year   int     // school year by its first calendar year; 0 is today's
	From   day.Day // first day of new spells; the zero Day: the start of the year, or today in a class whose roll was called
	DryRun bool    // plan only: the same plan, nothing written
	// Reach is called in the transaction of a change with the class days it reaches back
	// over; nil for nothing to do.
	Reach func(context.Context, *store.Tx, []ClassDays) error
	// Tell is called with what a batch will do to whom, before it is written; may be nil.
	Tell func([]RosterChange)
}

// RosterCounts counts rows by what became of them, and the classes opened.
type RosterCounts struct{ New, Changed, Same, Refused, Classes int }

// Roster takes class lists in, batch by batch, so that memory does not grow with the file.
// It is used by one goroutine.
type Roster struct {
	RosterCounts
	who     access.Who
	in      RosterIn
	year    calendar.Year
	schools map[string]*rosterSchool
	places  *placeIndex
	seen    map[uint64]int // hashes of the keys of rows read before → row
	taken   map[id.ID]int  // children whom a row read before means → row
	made    map[id.ID]bool // children whom an earlier part of the same file made
	homes   map[homeKey]home
	invent  id.ID // ids of classes that a dry run only plans: below zero
}

type rosterSchool struct {
	org.School
	fault   *fault.Fault // why no row of it goes in
	commune id.ID
	classes map[string]*rosterClass // by folded name
	written map[string]string       // class as a list writes it → its folded name
	names   []namesake              // children who ever learned here, in the order of their hashes
}

type rosterClass struct {
	class
	Name    string
	Started bool   // its roll was called already
	stored  string // its grades as they are in the database; "" while it is only planned
	counted bool
}

// NewRoster begins an import of class lists.
func NewRoster(who access.Who, in RosterIn) *Roster {
	return &Roster{who: who, in: in, schools: map[string]*rosterSchool{}, seen: map[uint64]int{}, taken: map[id.ID]int{}, made: map[id.ID]bool{}, homes: map[homeKey]home{}}
}

// Made tells which children an earlier part of the same file made, when an import that was
// stopped goes on: to the rest of the file they are not there.
func (r *Roster) Made(pupils []id.ID) {
	for _, pupil := range pupils {
		r.made[pupil] = true
	}
}

// Take plans a batch of rows (some 1,000) and, unless it is a dry run, writes what can be
// written in short transactions, so that roll calls are not held up. Refused rows name
// what is wrong; nothing of them went in. Notes are rows that went in with a remark.
func (r *Roster) Take(ctx context.Context, db *store.Store, lines []RosterLine) (refused, notes []RowFault, err error) {
	var planned []RosterAct
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		planned, err = r.Plan(ctx, tx, lines)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	var acts []*rosterAct
	for _, p := range planned {
		for _, f := range p.Faults {
			refused = append(refused, RowFault{p.Row, f})
		}
		for _, n := range p.Notes {
			notes = append(notes, RowFault{p.Row, n})
		}
		if p.act != nil {
			acts = append(acts, p.act)
		}
	}
	r.tell(acts)
	if r.in.DryRun {
		for _, a := range acts {
			r.foresee(a)
		}
	} else {
		late, err := r.write(ctx, db, acts)
		if err != nil {
			return nil, nil, err
		}
		refused = append(refused, late...)
	}
	slices.SortStableFunc(refused, func(a, b RowFault) int { return a.Row - b.Row })
	rows := map[int]bool{}
	for _, f := range refused {
		rows[f.Row] = true
	}
	r.Refused += len(rows)
	return refused, notes, nil
}

// Foresee counts acts that are only planned.
func (r *Roster) Foresee(acts []RosterAct) {
	for _, a := range acts {
		if a.act != nil {
			r.foresee(a.act)
		}
	}
}

func (r *Roster) foresee(a *rosterAct) {
	r.count(a)
	if a.class.stored == "" && !a.class.counted {
		a.class.counted = true
		r.Classes++
	}
}

func (r *Roster) count(a *rosterAct) {
	switch {
	case a.pupil == 0:
		r.New++
	case a.changes():
		r.Changed++
	default:
		r.Same++
	}
}

// school gives the school of a row with its classes, once.
func (r *Roster) school(ctx context.Context, tx *store.Tx, code string) (*rosterSchool, error) {
	if code == "" {
		code = r.in.School
	}
	if known := r.schools[code]; known != nil {
		return known, nil
	}
	if r.places == nil {
		if err := r.begin(ctx, tx); err != nil {
			return nil, err
		}
	}
	s := &rosterSchool{classes: map[string]*rosterClass{}, written: map[string]string{}}
	r.schools[code] = s
	if code == "" {
		s.fault = fault.New(fault.Invalid, "student.school-missing", nil).On("school")
		return s, nil
	}
	found, err := org.ResolveSchool(ctx, tx, r.who, code, r.year.Period.From)
	if err == nil {
		_, err = access.May(ctx, tx, r.who, access.ImportPupils, access.School(found.ID))
	}
	if f, ok := fault.Of(err); ok {
		s.fault = f.On("school")
		return s, nil
	} else if err != nil {
		return nil, err
	}
	s.School, s.commune = found, r.places.communeOf(found.LocatedIn)
	type row struct {
		Class   class
		Name    string
		Started bool
	}
	classes, err := store.All[row](ctx, tx, sqlRosterClasses, r.who.Realm, found.ID, r.year.Year)
	if err != nil {
		return nil, err
	}
	for _, c := range classes {
		s.classes[classKey(c.Name)] = &rosterClass{class: c.Class, Name: c.Name, Started: c.Started, stored: c.Class.Grades}
	}
	s.names, err = r.namesakes(ctx, tx, s.ID)
	return s, err
}

// key is classKey of what a list writes, once for each way of writing it.
func (s *rosterSchool) key(class string) string {
	key, known := s.written[class]
	if !known {
		key = classKey(class)
		s.written[class] = key
	}
	return key
}

// begin finds the school year and the places.
func (r *Roster) begin(ctx context.Context, tx *store.Tx) (err error) {
	year := r.in.Year
	if year == 0 {
		year = tx.Today().SchoolYear()
	}
	r.year, _, err = calendar.YearOf(ctx, tx, r.who.Realm, year)
	if fault.Is(err, fault.NotFound) {
		r.year, _ = calendar.Frame(year)
	} else if err != nil {
		return err
	}
	tree, err := org.TreeOn(ctx, tx, max(r.year.Period.From, r.in.From))
	r.places = newPlaceIndex(tree)
	return err
}

// classKey is the form in which names of classes are compared: "Lớp 6 A" is 6A.
func classKey(name string) string {
	return strings.ReplaceAll(strings.TrimPrefix(viet.Fold(viet.Clean(name)), "lop "), " ", "")
}

// class gives the class of a row, planning it when there is none.
func (r *Roster) class(s *rosterSchool, l RosterLine) (*rosterClass, string, *fault.Fault) {
	wrong := func(field, code string, args fault.Args) (*rosterClass, string, *fault.Fault) {
		return nil, "", fault.New(fault.Invalid, code, args).On(field)
	}
	key := s.key(l.Class)
	if key == "" {
		return wrong("class", "student.class-missing", nil)
	}
	grade := ParseGrade(l.Grade)
	if grade == "" && l.Grade != "" {
		return wrong("grade", "student.unknown-grade", fault.Args{"value": l.Grade})
	}
	if grade == "" {
		grade = gradeOfClass(key)
	}
	c := s.classes[key]
	if c != nil {
		all := words(c.Grades)
		switch {
		case grade == "" && len(all) == 1:
			return c, all[0], nil
		case slices.Contains(all, grade):
			return c, grade, nil
		case grade != "" && (c.Level == "TH" || c.Level == "MN") && org.LevelOfGrade(grade) == c.Level: // a lớp ghép
			c.Grades = strings.Join(sortGrades(append(all, grade)), " ")
			return c, grade, nil
		}
		return wrong("grade", "student.wrong-grade", fault.Args{"grade": grade, "grades": strings.Join(all, ", ")})
	}
	if grade == "" {
		return wrong("grade", "student.grade-missing", nil)
	}
	level := org.LevelOfGrade(grade)
	if s.Levels != "" && !s.HasLevel(level) {
		switch {
		case s.HasLevel("GDTX") && slices.Contains(org.Grades("GDTX"), grade):
			level = "GDTX"
		case s.HasLevel("GDNN") && slices.Contains(org.Grades("GDNN"), grade):
			level = "GDNN"
		default:
			return wrong("grade", "student.level-not-taught", fault.Args{"grade": grade, "levels": s.Levels})
		}
	}
	r.invent--
	name := viet.Clean(l.Class)
	if len(name) > 5 && strings.HasPrefix(viet.Fold(name), "lop ") {
		name = strings.TrimSpace(string([]rune(name)[4:]))
	}
	// A class lasts to the end of the keeping year, so that an extended school year needs no change of it.
	period := day.Range{From: r.year.Period.From, Until: calendar.Bounds(r.year.Year).Until}
	c = &rosterClass{class: class{r.invent, s.ID, r.year.Year, level, grade, period}, Name: name, stored: ""}
	s.classes[key] = c
	return c, grade, nil
}

func sortGrades(all []string) []string {
	slices.SortFunc(all, func(a, b string) int { return slices.Index(grades, a) - slices.Index(grades, b) })
	return slices.Compact(all)
}

// gradeOfClass reads the grade from a name such as 6a1 or 10b.
func gradeOfClass(key string) string {
	end := 0
	for end < len(key) && end < 2 && key[end] >= '0' && key[end] <= '9' {
		end++
	}
	if end == len(key) || key[end] == 't' || key[end] == '+' {
		return ""
	}
	return ParseGrade(key[:end])
}

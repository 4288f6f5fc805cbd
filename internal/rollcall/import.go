package rollcall

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
)

// RegisterLine is what a register (sổ điểm danh, or a list of events) says of one pupil.
type RegisterLine struct {
	Row   int
	Class string // name; "" takes RegisterIn.Class
	Pupil student.Named
	Cells []RegisterCell
}

// RegisterCell is one cell: a day, or a session of it.
type RegisterCell struct {
	Day     day.Day
	Session calendar.Session // WholeDay: the register does not tell the session
	Code    string           // as written; "" is an empty cell
}

// Blanks says what an empty cell means. Nobody assumes it: missing is not absent, and not
// present either.
type Blanks string

// The answers. With BlanksUnmarked, or without an answer, a class-day in which somebody
// has no code is not taken at all, so that nobody of it is counted on either side.
const (
	BlanksUnasked  Blanks = ""
	BlanksUnmarked Blanks = "unmarked"  // nobody called that pupil
	BlanksPresent  Blanks = "present"   // the book writes absences only; a day without any code was not called
	BlanksEveryDay Blanks = "every-day" // the book writes absences only, and was kept every day that the class met
)

// Halves says to which sessions a column of a whole day belongs, where the class meets more than once.
type Halves string

// The answers.
const (
	HalvesUnasked Halves = ""
	HalvesMain    Halves = "main" // the main session
	HalvesAll     Halves = "all"  // every session of the day
)

// RegisterIn is a register that comes in.
type RegisterIn struct {
	School  id.ID
	Class   string // name of the class, for lines that name none
	Legend  Legend
	Blanks  Blanks
	Halves  Halves
	Replace string   // why sheets that say another thing are replaced; "" leaves them and tells
	Seed    [16]byte // of the acts: the same register again makes the same acts
	Lines   []RegisterLine
}

// RegisterSheet is a sheet as a register has it.
type RegisterSheet struct {
	Class   id.ID
	Name    string // of the class
	Day     day.Day
	Session calendar.Session
	Rows    []int // of the file, in order of pupil
	Marks   []Mark
	Was     []Mark // of the sheet that stands
	Version int    // of the sheet that stands, 0 when there is none
	pupils  []id.ID
}

// Changed says whether a sheet that stands is replaced.
func (s RegisterSheet) Changed() bool { return s.Version > 0 }

// RegisterFinding is what is told about a row (0: about none in particular), a class and a day.
type RegisterFinding struct {
	Row   int
	Class id.ID
	Day   day.Day
	Fault *fault.Fault
	Pupil id.ID // for the link; 0 for none
}

// RegisterPlan is what a register would do.
type RegisterPlan struct {
	Sheets   []RegisterSheet // that are made or replaced, by class, day and session
	Same     int             // sheets that say the same already
	Refused  []RegisterFinding
	Findings []RegisterFinding
	Rows     map[int]RegisterRow // that were understood
}

// RegisterRow is whom a row of a register means, in which class.
type RegisterRow struct{ Pupil, Class id.ID }

// PlanRegister reads a register against the sheets that stand. Nothing is written. A
// sheet is planned only when every pupil of the class on that day has something said of
// them; what stands is never silently overwritten.
//
// Refused rows name the pupil or the class they cannot be read for: student.not-here,
// student.several, student.other-name, org.no-class, rollcall.import-class (no class
// named), rollcall.import-twice. Findings: rollcall.import-code, -blank, -unlisted,
// -differs, -closed, -halves, -stranger, rollcall.not-held, rollcall.future, rollcall.locked.
func PlanRegister(ctx context.Context, tx *store.Tx, who access.Who, in RegisterIn) (*RegisterPlan, error) {
	p := &registerPlanning{RegisterPlan: RegisterPlan{Rows: map[int]RegisterRow{}}, tx: tx, who: who, in: in,
		classes: map[classOfYear]*registerClass{}, indexes: map[int]*student.Index{}, schoolClasses: map[int][]org.Class{}, told: map[registerKey]bool{}}
	var err error
	if p.settings, err = ReadSettings(ctx, tx, who.Realm); err != nil {
		return nil, err
	}
	for _, l := range in.Lines {
		if err := p.line(ctx, l); err != nil {
			return nil, err
		}
	}
	classes := make([]*registerClass, 0, len(p.classes))
	for _, c := range p.classes {
		if c.fault == nil {
			classes = append(classes, c)
		}
	}
	slices.SortFunc(classes, func(a, b *registerClass) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range classes {
		if err := p.sheets(ctx, c); err != nil {
			return nil, err
		}
	}
	return &p.RegisterPlan, nil
}

type classOfYear struct {
	year int
	name string
}

type registerKey struct {
	class   id.ID
	day     day.Day
	session calendar.Session
	code    string
}

type registerPlanning struct {
	RegisterPlan
	tx       *store.Tx
	who      access.Who
	in       RegisterIn
	settings Settings
	classes  map[classOfYear]*registerClass
	indexes  map[int]*student.Index // by school year

	schoolClasses map[int][]org.Class // by school year
	told          map[registerKey]bool
}

// registerClass is a class of the register with what it says, session by session.
type registerClass struct {
	org.Class
	known
	fault *fault.Fault
	said  map[registerKey]map[id.ID]said
	days  day.Range // first and last day with a cell
}

type said struct {
	row     int
	meaning Meaning
}

// class finds the class of a line, once.
func (p *registerPlanning) class(ctx context.Context, name string, year int) (*registerClass, error) {
	key := classOfYear{year, name}
	if c := p.classes[key]; c != nil {
		return c, nil
	}
	c := &registerClass{said: map[registerKey]map[id.ID]said{}}
	p.classes[key] = c
	if name == "" {
		c.fault = fault.New(fault.Invalid, "rollcall.import-class", nil).On("class")
		return c, nil
	}
	found, err := p.classNamed(ctx, name, year)
	if err == nil {
		_, err = access.May(ctx, p.tx, p.who, access.TakeRoll, access.Class(found.ID))
	}
	if f, refused := fault.Of(err); refused {
		c.fault = f.On("class")
		return c, nil
	} else if err != nil {
		return nil, err
	}
	for other, same := range p.classes { // "Lớp 8A" and "8A"
		if other != key && same.ID == found.ID && other.year == year {
			p.classes[key] = same
			return same, nil
		}
	}
	c.Class = found
	c.known, err = know(ctx, p.tx, p.who.Realm, found.ID)
	return c, err
}

// classNamed finds a class by its name as lists write it: "Lớp 8A" is 8A.
func (p *registerPlanning) classNamed(ctx context.Context, name string, year int) (org.Class, error) {
	if p.schoolClasses[year] == nil {
		classes, err := org.Classes(ctx, p.tx, p.who, p.in.School, year)
		if err != nil {
			return org.Class{}, err
		}
		p.schoolClasses[year] = classes
	}
	for _, c := range slices.Backward(p.schoolClasses[year]) {
		if student.ClassKey(c.Name) == student.ClassKey(name) {
			return c, nil
		}
	}
	return org.Class{}, fault.New(fault.NotFound, "org.no-class", fault.Args{"class": name}).On("class")
}

func (p *registerPlanning) line(ctx context.Context, l RegisterLine) error {
	if len(l.Cells) == 0 {
		return nil
	}
	year := l.Cells[0].Day.SchoolYear()
	refuse := func(f *fault.Fault, pupil id.ID) {
		p.Refused = append(p.Refused, RegisterFinding{Row: l.Row, Fault: f, Pupil: pupil})
	}
	c, err := p.class(ctx, cmp.Or(l.Class, p.in.Class), year)
	if err != nil {
		return err
	}
	if c.fault != nil {
		refuse(c.fault, 0)
		return nil
	}
	index := p.indexes[year]
	if index == nil {
		if index, err = student.IndexOf(ctx, p.tx, p.who.Realm, p.in.School, year); err != nil {
			return err
		}
		p.indexes[year] = index
	}
	l.Pupil.Class = c.Name
	meant, wrong := index.Find(l.Pupil)
	if wrong != nil {
		refuse(wrong, 0)
		return nil
	}
	p.Rows[l.Row] = RegisterRow{meant.Pupil, c.ID}
	strange := 0
	for _, cell := range l.Cells {
		meaning, known := p.in.Legend.Of(cell.Code)
		if !known {
			if key := (registerKey{code: FoldCode(cell.Code)}); !p.told[key] {
				p.told[key] = true
				p.Findings = append(p.Findings, RegisterFinding{Row: l.Row, Class: c.ID, Day: cell.Day,
					Fault: fault.New(fault.Invalid, "rollcall.import-code", fault.Args{"value": cell.Code}).On("legend")})
			}
			meaning = "" // of this session nothing is known
		}
		if !meant.InClass(c.ID, cell.Day) {
			if meaning != MeansBlank {
				strange++
			}
			continue
		}
		for _, session := range p.sessions(c, cell, meaning) {
			key := registerKey{day: cell.Day, session: session}
			if c.said[key] == nil {
				c.said[key] = map[id.ID]said{}
			}
			before, twice := c.said[key][meant.Pupil]
			switch {
			case !twice, before.meaning == MeansBlank:
				c.said[key][meant.Pupil] = said{l.Row, meaning}
			case before.meaning != meaning && meaning != MeansBlank:
				refuse(fault.New(fault.Invalid, "rollcall.import-twice", fault.Args{"row": before.row, "day": cell.Day.Vietnamese()}).On("code"), meant.Pupil)
				c.said[key][meant.Pupil] = said{before.row, ""}
			}
		}
		if c.days.Until == 0 {
			c.days = day.Through(cell.Day, cell.Day)
		}
		c.days = day.Range{From: min(c.days.From, cell.Day), Until: max(c.days.Until, cell.Day+1)}
	}
	if strange > 0 {
		p.Findings = append(p.Findings, RegisterFinding{Row: l.Row, Class: c.ID, Pupil: meant.Pupil,
			Fault: fault.New(fault.Invalid, "rollcall.import-stranger", fault.Args{"n": strange, "class": c.Name})})
	}
	return nil
}

// sessions gives the sessions that a cell speaks of.
func (p *registerPlanning) sessions(c *registerClass, cell RegisterCell, meaning Meaning) []calendar.Session {
	if cell.Session != calendar.WholeDay {
		return []calendar.Session{cell.Session}
	}
	var held []calendar.Session
	var main calendar.Session
	for _, v := range c.plan.Day(cell.Day) {
		if v.Held {
			held = append(held, v.Session)
			if v.Main {
				main = v.Session
			}
		}
	}
	switch {
	case len(held) == 0:
		return []calendar.Session{calendar.Morning} // told below: no class that day
	case len(held) == 1 || p.in.Halves == HalvesAll:
		return held
	case p.in.Halves == HalvesMain && main != 0:
		return []calendar.Session{main}
	}
	if meaning != MeansBlank {
		p.tell(c, cell.Day, calendar.WholeDay, fault.New(fault.Invalid, "rollcall.import-halves",
			fault.Args{"class": c.Name, "day": cell.Day.Vietnamese(), "n": len(held)}).On("halves"))
	}
	return nil
}

// tell notes a finding about a session of a class, once.
func (p *registerPlanning) tell(c *registerClass, on day.Day, session calendar.Session, f *fault.Fault) {
	key := registerKey{class: c.ID, day: on, session: session, code: f.Code}
	if !p.told[key] {
		p.told[key] = true
		p.Findings = append(p.Findings, RegisterFinding{Class: c.ID, Day: on, Fault: f})
	}
}

// actOf makes the act of a sheet from the register that says it: the same again is the same act.
func (in RegisterIn) actOf(s RegisterSheet) [16]byte {
	key := make([]byte, 0, 48)
	key = append(key, in.Seed[:]...)
	for _, n := range []int64{int64(s.Class), int64(s.Day), int64(s.Session), int64(s.Version)} {
		key = binary.BigEndian.AppendUint64(key, uint64(n))
	}
	sum := sha256.Sum256(key)
	act := [16]byte(sum[:16])
	act[6] = act[6]&0x0f | 0x80 // a UUID of version 8: made from what it names
	return act
}

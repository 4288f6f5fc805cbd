package household

import (
	"context"
	"slices"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// Line is a person of a household as a survey file writes it.
type Line struct {
	Row        int
	Village    string // code or name; "" takes ListIn.Village
	Number     string // số phiếu
	Head       string
	Address    string
	Residency  string
	Name       string
	Relation   string
	Sex        string
	Born       day.Day
	BornYear   int
	Schooling  string
	Grade      string
	School     string
	Exempt     string
	Code       string
	NationalID string
}

// ListIn is a survey of a commune (or a village) in a school year.
type ListIn struct {
	Unit    id.ID
	Year    int
	Village string // for lines that name none
}

// Household is a sheet without its persons.
type Household struct {
	Village   id.ID
	Number    string
	Head      string
	Address   string
	Residency string
}

// Planned is what a line would do.
type Planned struct {
	Row           int
	Was, Is       Person
	HomeWas, Home Household // the sheet
	Number        int       // of the person on the sheet; 0 for a new one
	Fault         *fault.Fault
	Notes         []*fault.Fault
}

// New and Changed say what becomes of the line.
func (p Planned) New() bool { return p.Fault == nil && p.Number == 0 }
func (p Planned) Changed() bool {
	return p.Fault == nil && p.Number != 0 && (p.Was != p.Is || p.HomeWas != p.Home)
}

// List plans survey files, batch by batch. It is used by one goroutine.
type List struct {
	who      access.Who
	in       ListIn
	index    *student.Index
	villages map[string]villageFound
	homes    map[sheetKey]Household // of earlier lines
	seen     map[personKey]int
}

type villageFound struct {
	id    id.ID
	fault *fault.Fault
}

type sheetKey struct {
	village id.ID
	number  string
}

type personKey struct {
	sheet sheetKey
	name  string
	born  int
}

// Begin begins a survey. Fault: access.no-grant.
func Begin(ctx context.Context, tx *store.Tx, who access.Who, in ListIn) (*List, error) {
	if _, err := access.May(ctx, tx, who, access.SurveyHousehold, access.Residence(in.Unit)); err != nil {
		return nil, err
	}
	if in.Year == 0 {
		in.Year = tx.Today().SchoolYear()
	}
	index, err := student.IndexOfResidence(ctx, tx, who.Realm, in.Unit)
	return &List{who: who, in: in, index: index, villages: map[string]villageFound{}, homes: map[sheetKey]Household{}, seen: map[personKey]int{}}, err
}

// Plan says what lines would do, in their order. Nothing is written.
//
// Faults: household.no-number, household.no-name, household.no-birth, household.no-village
// and those of org.Named, household.unknown-word, household.twice. Notes:
// household.outside, household.not-enrolled, household.unknown-pupil, household.says-out.
func (l *List) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Planned, error) {
	planned := make([]Planned, len(lines))
	var numbers, codes, ids []string
	var villages []id.ID
	for i, line := range lines {
		p, err := l.read(ctx, tx, line)
		if f, refused := fault.Of(err); refused {
			p.Fault = f
		} else if err != nil {
			return nil, err
		} else {
			numbers, villages = append(numbers, p.Home.Number), append(villages, p.Home.Village)
			codes, ids = append(codes, line.Code), append(ids, line.NationalID)
		}
		planned[i] = p
	}
	byCode, byNumber, err := student.ByNumbers(ctx, tx, l.who.Realm, codes, ids)
	if err != nil {
		return nil, err
	}
	type numbered struct {
		ID id.ID
		Household
	}
	homes, err := store.All[numbered](ctx, tx, sqlHouseholds, l.who.Realm, store.In(villages), l.in.Year, store.In(numbers))
	if err != nil {
		return nil, err
	}
	type member struct {
		Household id.ID
		Number    int
		Person
	}
	of := map[sheetKey]numbered{}
	var sheets []id.ID
	for _, h := range homes {
		of[sheetKey{h.Village, h.Number}] = h
		sheets = append(sheets, h.ID)
	}
	members := map[id.ID][]member{}
	rows, err := store.All[member](ctx, tx, sqlPersons, l.who.Realm, store.In(sheets))
	if err != nil {
		return nil, err
	}
	for _, m := range rows {
		members[m.Household] = append(members[m.Household], m)
	}
	for i := range planned {
		p := &planned[i]
		if p.Fault != nil {
			continue
		}
		sheet := sheetKey{p.Home.Village, p.Home.Number}
		key := personKey{sheet, viet.Fold(p.Is.Name), p.Is.BornYear}
		if row, twice := l.seen[key]; twice && row != p.Row {
			p.Fault = fault.New(fault.Conflict, "household.twice", fault.Args{"row": row}).On("name")
			continue
		}
		l.seen[key] = p.Row
		stands := of[sheet]
		p.HomeWas = stands.Household
		if earlier, said := l.homes[sheet]; said {
			p.Home = fill(p.Home, earlier)
		}
		p.Home = fill(p.Home, stands.Household)
		l.homes[sheet] = p.Home
		for _, m := range members[stands.ID] {
			if viet.Fold(m.Name) == key.name && m.BornYear == key.born {
				p.Was, p.Number = m.Person, m.Number
			}
		}
		l.link(p, lines[i], byCode, byNumber)
	}
	return planned, l.remark(ctx, tx, planned)
}

// fill takes what a line does not tell from what is known.
func fill(h, known Household) Household {
	if h.Head == "" {
		h.Head = known.Head
	}
	if h.Address == "" {
		h.Address = known.Address
	}
	if h.Residency == "" {
		h.Residency = known.Residency
	}
	return h
}

func (l *List) read(ctx context.Context, tx *store.Tx, line Line) (Planned, error) {
	p := Planned{Row: line.Row, Home: Household{Number: viet.Clean(line.Number), Head: viet.Clean(line.Head), Address: viet.Clean(line.Address)},
		Is: Person{Name: viet.Clean(line.Name), BornYear: line.BornYear, Born: line.Born, Relation: viet.Clean(line.Relation), Grade: student.ParseGrade(line.Grade), School: viet.Clean(line.School)}}
	invalid := func(code, field string) error { return fault.New(fault.Invalid, code, nil).On(field) }
	if !line.Born.IsZero() {
		p.Is.BornYear = line.Born.Year()
	}
	switch {
	case p.Home.Number == "":
		return p, invalid("household.no-number", "number")
	case p.Is.Name == "":
		return p, invalid("household.no-name", "name")
	case p.Is.BornYear < 1900 || p.Is.BornYear > tx.Today().Year():
		return p, invalid("household.no-birth", "born_year")
	}
	for _, w := range []struct {
		words   []word
		written string
		field   string
		to      func(string)
	}{
		{words.Schooling, line.Schooling, "schooling", func(code string) { p.Is.Schooling = Schooling(code) }},
		{words.Residency, line.Residency, "residency", func(code string) { p.Home.Residency = code }},
		{words.Yes, line.Exempt, "exempt", func(code string) { p.Is.Exempt = code != "" }},
	} {
		code, ok := find(w.words, unsaid(w.written))
		if !ok {
			return p, fault.New(fault.Invalid, "household.unknown-word", fault.Args{"value": w.written}).On(w.field)
		}
		w.to(code)
	}
	if p.Is.Schooling == "" && (p.Is.Grade != "" || p.Is.School != "") {
		p.Is.Schooling = Learning
	}
	switch sex := viet.Fold(viet.Clean(line.Sex)); sex {
	case "nu", "f", "x", "female":
		p.Is.Sex = "F"
	case "nam", "m", "male":
		p.Is.Sex = "M"
	}
	var err error
	p.Home.Village, err = l.village(ctx, tx, line.Village)
	return p, err
}

func unsaid(written string) string {
	if n, err := strconv.Atoi(written); err == nil && n == 0 {
		return "" // "0" in a column of yes and no
	}
	return written
}

func (l *List) village(ctx context.Context, tx *store.Tx, written string) (id.ID, error) {
	if written == "" {
		written = l.in.Village
	}
	if known, asked := l.villages[written]; asked {
		if known.fault != nil {
			return 0, known.fault
		}
		return known.id, nil
	}
	var found org.Unit
	var err error
	if written == "" {
		found, err = org.UnitOn(ctx, tx, l.in.Unit, tx.Today())
		if err == nil && found.Kind != "village" {
			err = fault.New(fault.Invalid, "household.no-village", nil)
		}
	} else if found, err = org.Named(ctx, tx, written, l.in.Unit, tx.Today()); err == nil && found.Kind != "village" {
		err = fault.New(fault.Invalid, "household.no-village", nil)
	}
	f, refused := fault.Of(err)
	if refused {
		l.villages[written] = villageFound{fault: f.On("village")}
	} else if err == nil {
		l.villages[written] = villageFound{id: found.ID}
	}
	return found.ID, err
}

// link finds the pupil that a person is: by a number anywhere in the realm, else by name
// and birth among those who live in the commune. Two that fit are none.
func (l *List) link(p *Planned, line Line, byCode, byNumber map[string]id.ID) {
	if p.Is.Pupil = byCode[line.Code]; p.Is.Pupil == 0 {
		p.Is.Pupil = byNumber[line.NationalID]
	}
	if p.Is.Pupil == 0 {
		if meant, wrong := l.index.Find(student.Named{Name: p.Is.Name, Born: p.Is.Born, BornYear: p.Is.BornYear}); wrong == nil {
			p.Is.Pupil = meant.Pupil
		}
	}
	if p.Is.Pupil == 0 {
		p.Is.Pupil = p.Was.Pupil
	}
}

// remark tells where the sheet and the rolls differ about a child of age.
func (l *List) remark(ctx context.Context, tx *store.Tx, planned []Planned) error {
	var pupils []id.ID
	for _, p := range planned {
		if p.Is.Pupil != 0 {
			pupils = append(pupils, p.Is.Pupil)
		}
	}
	enrolled, err := store.All[id.ID](ctx, tx, sqlEnrolledToday, l.who.Realm, store.In(pupils), tx.Today())
	if err != nil {
		return err
	}
	for i := range planned {
		p := &planned[i]
		age := l.in.Year - p.Is.BornYear
		if p.Fault != nil || age < YoungestAge || age > OldestAge || p.Is.Exempt {
			continue
		}
		onRoll := p.Is.Pupil != 0 && slices.Contains(enrolled, p.Is.Pupil)
		code := ""
		switch {
		case p.Is.Schooling.Out() && onRoll:
			code = "household.says-out"
		case p.Is.Schooling.Out():
			code = "household.outside"
		case p.Is.Schooling == Learning && p.Is.Pupil == 0:
			code = "household.unknown-pupil"
		case p.Is.Schooling == Learning && !onRoll:
			code = "household.not-enrolled"
		}
		if code != "" {
			p.Notes = append(p.Notes, fault.New(fault.Invalid, code, fault.Args{"age": age}))
		}
	}
	return nil
}

// Put writes what was planned, and nothing that is the same. Watch is called with the
// households once all of them are there, before their persons are written.
func Put(ctx context.Context, tx *store.Tx, who access.Who, in ListIn, planned []Planned, watch func(households []id.ID) error) error {
	rule, err := access.May(ctx, tx, who, access.SurveyHousehold, access.Residence(in.Unit))
	if err != nil {
		return err
	}
	if in.Year == 0 {
		in.Year = tx.Today().SchoolYear()
	}
	of := map[sheetKey]id.ID{}
	last := map[sheetKey]Household{}
	var households []id.ID
	for _, p := range planned {
		key := sheetKey{p.Home.Village, p.Home.Number}
		if of[key] == 0 {
			found, err := store.One[id.ID](ctx, tx, sqlHouseholdNumbered, who.Realm, p.Home.Village, in.Year, p.Home.Number)
			if store.IsNone(err) {
				found, err = tx.NewID(), nil
			}
			if err != nil {
				return err
			}
			of[key] = found
			households = append(households, found)
		}
		last[key] = p.Home // what later lines tell is more
	}
	for _, p := range planned {
		key := sheetKey{p.Home.Village, p.Home.Number}
		h, pending := last[key]
		if !pending {
			continue
		}
		delete(last, key)
		if h != p.HomeWas {
			if _, err := tx.Exec(ctx, sqlPutHousehold, who.Realm, of[key], h.Village, in.Year, h.Number, h.Head, h.Address, h.Residency, who.Account, tx.Now()); err != nil {
				return err
			}
		}
	}
	if err := watch(households); err != nil {
		return err
	}
	next := map[id.ID]int{}
	written := 0
	for _, p := range planned {
		sheet := of[sheetKey{p.Home.Village, p.Home.Number}]
		number := p.Number
		if number != 0 && p.Was == p.Is {
			continue
		}
		if number == 0 {
			if next[sheet] == 0 {
				if next[sheet], err = store.One[int](ctx, tx, sqlLastPerson, who.Realm, sheet); err != nil {
					return err
				}
			}
			next[sheet]++
			number = next[sheet]
		}
		x := p.Is
		if _, err := tx.Exec(ctx, sqlPutPerson, who.Realm, sheet, number, x.Name, viet.Fold(x.Name), x.Sex, x.BornYear, x.Born, x.Relation, x.Schooling, x.Grade, x.School,
			x.Exempt, x.Pupil, who.Account, tx.Now()); err != nil {
			return err
		}
		written++
	}
	return audit.Record(ctx, tx, who.Audit("household.import", access.Residence(in.Unit), rule, map[string]int{"year": in.Year, "households": len(households), "persons": written}))
}

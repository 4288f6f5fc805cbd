package story

import (
	"context"
	"fmt"
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

// Progress is told how far the loading is: done of total schools.
type Progress func(done, total int)

// loader keeps the keys that rows were given.
type loader struct {
	p         *Plan
	realm     int
	db        *store.Store
	units     map[string]id.ID // kind + code → unit
	villages  []id.ID
	schools   []id.ID
	sites     []id.ID
	classes   []id.ID
	pupils    []id.ID
	inspector id.ID   // account
	teachers  []id.ID // account of the homeroom teacher, by class
	spellsOf  [][]int // spells by school
	now       day.Instant
}

// Build tells a story into a database whose realm has been opened and that holds no school yet: it brings the official
// units, invents the plan and loads it. It is the fast way in: whole tables at a time in the shapes that the rooms give
// their rows, one transaction a school. The clock of db stands at the story's start (see Begin).
//
// Faults: story.not-empty.
func Build(ctx context.Context, db *store.Store, realm int, o Options, progress Progress) (*Plan, error) {
	stage, err := Begin(o)
	if err != nil {
		return nil, err
	}
	n := 0
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One[int](ctx, tx, sqlSchools, realm)
		return err
	})
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "story.not-empty", nil)
	}
	if err != nil {
		return nil, err
	}
	first := day.Date(stage.Clock.Day().SchoolYear(), 8, 1)
	if err := org.InstallReference(ctx, db, access.System(realm), min(org.ReferenceFrom, first), nil); err != nil {
		return nil, err
	}
	places, err := readPlaces(ctx, db, stage.Clock.Day())
	if err != nil {
		return nil, err
	}
	p, err := Make(o, places)
	if err != nil {
		return nil, err
	}
	return p, load(ctx, db, realm, p, progress)
}

// readPlaces gives the communes in force on a day.
func readPlaces(ctx context.Context, db *store.Store, on day.Day) (places []Place, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		communes, err := store.All[struct {
			Unit                       id.ID
			Code, FullName, Word, Name string
		}](ctx, tx, sqlCommunes, on)
		if err != nil {
			return err
		}
		above := map[string]string{} // commune's unit + kind → code
		err = tx.Each(ctx, func(row store.Row) error {
			var unit id.ID
			var kind, code string
			err := row.Scan(&unit, &kind, &code)
			above[unit.String()+kind] = code
			return err
		}, sqlAbove, on)
		for _, c := range communes {
			places = append(places, Place{c.Code, c.FullName, c.Word, c.Name, above[c.Unit.String()+"district"], above[c.Unit.String()+"province"]})
		}
		return err
	})
	return places, err
}

func load(ctx context.Context, db *store.Store, realm int, p *Plan, progress Progress) error {
	l := &loader{p: p, db: db, realm: realm, now: day.InstantOf(p.Teaching.From.Add(-7).Midnight())}
	if err := l.loadUnits(ctx); err != nil {
		return err
	}
	if err := db.Write(ctx, l.loadPlaces); err != nil {
		return err
	}
	l.spellsOf = make([][]int, len(p.Schools))
	for i := range p.Spells {
		s := p.Spells[i].School
		l.spellsOf[s] = append(l.spellsOf[s], i)
	}
	if err := l.loadPupils(ctx); err != nil {
		return err
	}
	for s := range p.Schools {
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return l.loadSpells(ctx, tx, s) }); err != nil {
			return err
		}
	}
	if db.Engine() == store.Postgres { // SQLite's readers take up what is counted the first time only: there it waits for the end
		if err := analyse(ctx, db); err != nil {
			return err
		}
	}
	for s := range p.Schools {
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return l.loadSchool(ctx, tx, s) }); err != nil {
			return fmt.Errorf("%s: %w", p.Schools[s].Code, err)
		}
		if progress != nil {
			progress(s+1, len(p.Schools))
		}
	}
	if err := db.Write(ctx, l.loadExtras); err != nil {
		return err
	}
	if err := db.Write(ctx, l.loadLists); err != nil {
		return err
	}
	if err := db.Write(ctx, l.loadPast); err != nil {
		return err
	}
	if err := db.Write(ctx, l.thisMorning); err != nil {
		return err
	}
	return analyse(ctx, db)
}

// analyse tells the planner how many rows there are now. Without it PostgreSQL walks whole tables until it looks by
// itself a minute later, and SQLite reads all sheets of the realm where it should read those of a school.
func analyse(ctx context.Context, db *store.Store) error {
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, "ANALYZE")
		return err
	})
}

// loadUnits brings the invented villages into the tree by the room's own import.
func (l *loader) loadUnits(ctx context.Context) error {
	system := access.System(l.realm)
	in := org.UnitsIn{On: day.Date(l.p.Year, 8, 1), Kind: org.Village, Partial: true}
	for i, v := range l.p.Villages {
		c := l.p.Communes[v.Commune]
		word, name, _ := strings.Cut(v.Name, " ")
		in.Lines = append(in.Lines, org.UnitLine{Row: i + 1, Code: v.Code, FullName: v.Name, Word: word, Name: name,
			CommuneCode: c.Code, DistrictCode: c.District, ProvinceCode: c.Province})
	}
	var plan *org.Plan
	err := l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		plan, err = org.PlanUnits(ctx, tx, system, in)
		return err
	})
	if err == nil && len(plan.Errors) > 0 {
		err = fmt.Errorf("story: villages, row %d: %w", plan.Errors[0].Row, plan.Errors[0].Fault)
	}
	if err == nil {
		err = org.Commit(ctx, l.db, system, plan, nil)
	}
	if err != nil {
		return err
	}
	return l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		l.units = map[string]id.ID{}
		err := tx.Each(ctx, func(row store.Row) error {
			var unit id.ID
			var code, kind string
			err := row.Scan(&unit, &code, &kind)
			l.units[kind+" "+code] = unit
			return err
		}, sqlUnits, l.p.today())
		for _, v := range l.p.Villages {
			l.villages = append(l.villages, l.units["village "+v.Code])
		}
		return err
	})
}

func (l *loader) unit(code string) id.ID {
	for _, kind := range []string{"commune ", "district ", "province "} {
		if unit, ok := l.units[kind+code]; ok {
			return unit
		}
	}
	panic("story: no unit " + code)
}

// table is rows of one table.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func rowsOf(name, columns string) *table { return &table{name: name, columns: list(columns)} }

func (t *table) add(values ...any) { t.rows = append(t.rows, values) }

func (t *table) load(ctx context.Context, tx *store.Tx) error {
	if err := tx.Load(ctx, t.name, t.columns, t.rows); err != nil {
		return fmt.Errorf("story: %w", err)
	}
	return nil
}

// loadPlaces writes what there are few of: zones, schools, classes, the calendar, people.
func (l *loader) loadPlaces(ctx context.Context, tx *store.Tx) error {
	p := l.p
	life := p.Teaching
	if err := org.Hold(ctx, tx, access.System(l.realm), l.unit(p.Province), min(org.ReferenceFrom, day.Date(p.Year, 8, 1))); err != nil {
		return err
	}
	zone := rowsOf("unit_zone", "unit zone from_day until_day source")
	for _, c := range p.Communes {
		if c.Highland {
			zone.add(l.unit(c.Code), "vung-cao", day.Date(p.Year, 8, 1), day.Forever, "Số liệu minh họa")
		}
	}
	school := rowsOf("school", "realm id")
	period := rowsOf("school_period", "realm school from_day until_day code name name_fold name_sort type levels located_in managed_by")
	for _, s := range p.Schools {
		key := tx.NewID()
		l.schools = append(l.schools, key)
		school.add(l.realm, key)
		period.add(l.realm, key, day.Date(2010, 8, 1), day.Forever, s.Code, s.Name, viet.Fold(s.Name), viet.SortKey(s.Name), s.Type, strings.Join(s.Levels, " "),
			l.unit(p.Communes[s.Commune].Code), l.unit(s.Manager))
	}
	site := rowsOf("site", "realm id school name village main from_day until_day")
	for _, s := range p.Sites {
		key := tx.NewID()
		l.sites = append(l.sites, key)
		site.add(l.realm, key, l.schools[s.School], s.Name, l.villages[s.Village], s.Main, day.Date(2010, 8, 1), day.Forever)
	}
	class := rowsOf("class", "realm id school year name name_sort level grades site from_day until_day")
	for _, c := range p.Classes {
		key := tx.NewID()
		l.classes = append(l.classes, key)
		at := l.sites[c.Site]
		if p.Sites[c.Site].Main {
			at = 0
		}
		class.add(l.realm, key, l.schools[c.School], p.Year, c.Name, viet.SortKey(c.Name), c.Level, strings.Join(c.Grades, " "), at, life.From, life.Until)
	}
	tables := append([]*table{zone, school, period, site, class}, l.calendarTables(tx)...)
	tables = append(tables, l.peopleTables(tx)...)
	for _, t := range tables {
		if err := t.load(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// real gives the scope with its key in the database.
func (l *loader) real(s calendar.Scope) calendar.Scope {
	switch s.Kind {
	case calendar.ScopeUnit:
		s.ID = l.unit(l.p.Communes[s.ID-1].Code)
	case calendar.ScopeSchool:
		s.ID = l.schools[s.ID-1]
	case calendar.ScopeClass:
		s.ID = l.classes[s.ID-1]
	}
	return s
}

func (l *loader) calendarTables(tx *store.Tx) []*table {
	p := l.p
	extension := ""
	if p.Teaching.Until > day.Date(p.Year+1, 6, 1) {
		extension = "Kéo dài năm học do nghỉ phòng, chống dịch Covid-19"
	}
	year := rowsOf("school_year", "realm year from_day opening_day until_day extension")
	year.add(l.realm, p.Year, p.Teaching.From, day.Date(p.Year, 9, 5), p.Teaching.Until, extension)
	term := rowsOf("term", "realm year number scope_kind scope from_day until_day weeks")
	for _, t := range p.Terms {
		term.add(l.realm, t.Year, t.Number, string(t.Scope.Kind), t.Scope.ID, t.Period.From, t.Period.Until, t.Weeks)
	}
	times := rowsOf("timetable", "realm scope_kind scope level from_day until_day morning afternoon evening main_session")
	for _, t := range p.Timetables {
		s := l.real(t.Scope)
		times.add(l.realm, string(s.Kind), s.ID, t.Level, t.Period.From, t.Period.Until, mask(t.Week, calendar.Morning), mask(t.Week, calendar.Afternoon), mask(t.Week, calendar.Evening), int(t.Main))
	}
	except := rowsOf("calendar_exception", "realm id kind scope_kind scope level from_day until_day session reason note declared_by declared_at withdrawn_at")
	for _, e := range p.Exceptions {
		s := l.real(e.Scope)
		except.add(l.realm, tx.NewID(), string(e.Kind), string(s.Kind), s.ID, e.Level, e.Period.From, e.Period.Until, int(e.Session), string(e.Reason), "", id.ID(0), e.Declared, day.Instant(0))
	}
	return []*table{year, term, times, except}
}

// mask is the column of a timetable for one session: bit 0 is Monday.
func mask(w calendar.Week, s calendar.Session) (bits int) {
	for i, d := range append(sixDays, 0) {
		if w.Has(d, s) {
			bits |= 1 << i
		}
	}
	return bits
}

// loadPupils writes the children with what is said of them, in slices of some thousands.
func (l *loader) loadPupils(ctx context.Context) error {
	p := l.p
	l.pupils = make([]id.ID, len(p.Pupils))
	const slice = 4000
	for from := 0; from < len(p.Pupils); from += slice {
		until := min(from+slice, len(p.Pupils))
		err := l.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			pupil := rowsOf("pupil", "realm id code national_id name name_fold name_sort sex born birthplace ethnicity address phone disability version changed_at")
			guardian := rowsOf("guardian", "realm pupil number relation name born_year phone")
			home := rowsOf("pupil_residence", "realm pupil from_day until_day unit")
			stay := rowsOf("pupil_boarding", "realm pupil from_day until_day kind")
			poverty := rowsOf("pupil_poverty", "realm pupil year status")
			for i := from; i < until; i++ {
				c, key := &p.Pupils[i], tx.NewID()
				l.pupils[i] = key
				sex, disability := "M", ""
				if c.Girl {
					sex = "F"
				}
				if c.Disabled {
					disability = "06"
				}
				village := p.Villages[c.Village]
				pupil.add(l.realm, key, c.MinistryCode, c.PersonalCode, c.Name, viet.Fold(c.Name), viet.NameSortKey(c.Name), sex, c.Born, "",
					ethnicKeys[c.Ethnic], village.Name+", "+p.Communes[village.Commune].FullName, c.Phone, disability, 1, l.now)
				guardian.add(l.realm, key, 1, relations[c.Relation], c.Guardian, 0, c.Phone)
				home.add(l.realm, key, c.Born, day.Forever, l.villages[c.Village])
				if kind := boardings[c.Stay]; kind != "" {
					stay.add(l.realm, key, p.Teaching.From, p.Teaching.Until, kind)
				}
				if c.Poverty != NotPoor {
					poverty.add(l.realm, key, p.Year, povertyKeys[c.Poverty])
				}
			}
			for _, t := range []*table{pupil, guardian, home, stay, poverty} {
				if err := t.load(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// The story's words in the codes of the rooms.
var (
	ethnicKeys  = map[string]string{kinh: "kinh", thai: "thai", hmong: "mong", dao: "dao", giay: "giay", khomu: "kho-mu", khang: "khang", hanhi: "ha-nhi", lahu: "la-hu", lu: "lu", mang: "mang"}
	relations   = map[string]string{"father": "father", "mother": "mother", "grandparent": "guardian"}
	boardings   = map[string]string{SemiBoarder: "semi-boarding", Boarder: "boarding"}
	povertyKeys = map[string]string{Poor: "poor", NearPoor: "near-poor"}
)

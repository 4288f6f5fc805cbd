package report

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// zoneHighland is the zone of xã vùng cao.
const zoneHighland = "vung-cao"

// levelOrder is that of the indicators, and last what counts of whole schools of several
// levels give.
func levelOrder() []string { return append(indicator.Levels(), "") }

// gathering is figures being gathered on one snapshot.
type gathering struct {
	ctx     context.Context
	tx      *store.Tx
	who     access.Who
	place   Place
	period  day.Range
	figures Figures
	sources map[id.ID]Source
	schools map[id.ID][]id.ID // of each child
	live    []id.ID           // schools whose figures are counted now
	frozen  []Figures         // of accepted children
}

// gather counts the figures of a place for a period in the caller's snapshot, and what
// each class contributed. The caller must be allowed to see the board of the place.
func gather(ctx context.Context, tx *store.Tx, who access.Who, place Place, period day.Range) (Figures, map[id.ID]Source, error) {
	if err := checkPeriod(period); err != nil {
		return Figures{}, nil, err
	}
	if _, err := access.May(ctx, tx, who, access.SeeBoard, place.Resource()); err != nil {
		return Figures{}, nil, err
	}
	place, err := resolve(ctx, tx, who, place, period.Last())
	if err != nil {
		return Figures{}, nil, err
	}
	g := &gathering{ctx: ctx, tx: tx, who: who, place: place, period: period, sources: map[id.ID]Source{}, schools: map[id.ID][]id.ID{}}
	g.figures = Figures{Place: place, From: period.From, Last: period.Last(), SchoolYear: period.Last().SchoolYear(), GatheredAt: tx.Now(),
		Children: []Child{}, Levels: []LevelRow{}, Mobilisation: []AgeRow{}, Absence: []Cause{}, Dropout: []Cause{}, Lowest: []Gap{}}
	steps := []func() error{g.head, g.layout, g.accepted, g.rows, g.likeWithLike, g.causes, g.watch, g.mobilisation, g.lowest, g.keepSources, g.earlier}
	for _, step := range steps {
		if err := step(); err != nil {
			return Figures{}, nil, err
		}
	}
	return g.figures, g.sources, nil
}

// likeWithLike takes the change out of totals that cannot be compared: when one of the two
// periods knows a level that the other does not (kindergartens came back a month later),
// the difference of the totals says which levels were counted, not how they did.
func (g *gathering) likeWithLike() error {
	for i := range g.figures.Children {
		c := &g.figures.Children[i]
		c.Total = c.Total.comparable(c.Levels)
	}
	g.figures.Total = g.figures.Total.comparable(g.figures.Levels)
	return nil
}

func (g *gathering) head() error {
	for _, d := range indicator.Definitions(g.period.Last()) {
		switch d.ID {
		case indicator.Attendance, indicator.Retention, indicator.Mobilisation, indicator.Dropout, indicator.LongAbsence:
			g.figures.Definitions = append(g.figures.Definitions, Definition{string(d.ID), d.Version})
		}
	}
	var err error
	if g.figures.Opening, err = store.One[day.Day](g.ctx, g.tx, sqlOpeningDay, g.who.Realm, g.figures.SchoolYear); store.IsNone(err) {
		g.figures.Opening, err = day.Date(g.figures.SchoolYear, 9, 5), nil
	}
	if err != nil {
		return err
	}
	if g.figures.Story, err = store.One[string](g.ctx, g.tx, sqlStory, g.who.Realm); store.IsNone(err) {
		err = nil
	}
	return err
}

// layout finds the children of the place on the last day, and the schools of each.
func (g *gathering) layout() error {
	if g.place.Kind == access.SchoolKind {
		g.figures.Schools, g.live = 1, []id.ID{g.place.ID}
		return nil
	}
	asOf := g.period.Last()
	children, err := org.Children(g.ctx, g.tx, g.place.ID, asOf)
	if err != nil {
		return err
	}
	high, err := org.UnitsInZone(g.ctx, g.tx, zoneHighland, asOf)
	if err != nil {
		return err
	}
	inChild := map[id.ID]bool{}
	for _, u := range children {
		if u.Kind == org.Village {
			continue
		}
		schools, err := org.SchoolsUnder(g.ctx, g.tx, g.who, u.ID, asOf, org.Located)
		if err != nil {
			return err
		}
		for _, s := range schools {
			inChild[s.ID] = true
			g.schools[u.ID] = append(g.schools[u.ID], s.ID)
		}
		g.figures.Units++
		g.figures.Children = append(g.figures.Children, Child{Kind: access.UnitKind, ID: u.ID, Code: u.Code, Name: u.FullName, Highland: slices.Contains(high, u.ID)})
	}
	all, err := org.SchoolsUnder(g.ctx, g.tx, g.who, g.place.ID, asOf, org.Located)
	if err != nil {
		return err
	}
	for _, s := range all {
		if !inChild[s.ID] {
			g.schools[s.ID] = []id.ID{s.ID}
			g.figures.Children = append(g.figures.Children, Child{Kind: access.SchoolKind, ID: s.ID, Code: s.Code, Name: s.Name})
		}
	}
	g.figures.Schools = len(all)
	return nil
}

// accepted takes the frozen figures of the children whose papers for the period were
// accepted; the schools of the others are counted now.
func (g *gathering) accepted() error {
	papers, err := papersOf(g.ctx, g.tx, g.who.Realm, g.figures.Children, g.period)
	if err != nil {
		return err
	}
	for i := range g.figures.Children {
		c := &g.figures.Children[i]
		paper, ok := papers[c.ID]
		if ok {
			c.State = paper.State
		}
		if c.State != Accepted {
			g.live = append(g.live, g.schools[c.ID]...)
			continue
		}
		f, err := figuresOf(g.ctx, g.tx, g.who.Realm, paper.ID)
		if err != nil {
			return err
		}
		c.Paper, c.Total, c.Levels, c.Watch = paper.ID, f.Total, f.Levels, f.Watch
		g.frozen = append(g.frozen, f)
		kept, err := keptSources(g.ctx, g.tx, g.who.Realm, paper.ID)
		if err != nil {
			return err
		}
		for class, s := range kept {
			g.sources[class] = s
		}
	}
	return nil
}

type schoolLevel struct {
	school id.ID
	level  string
}

// counts reads the rows of the live schools by level.
func (g *gathering) counts() (map[schoolLevel]Row, student.Ledger, error) {
	rows := map[schoolLevel]Row{}
	type counted struct {
		School id.ID
		Level  string
		N      int64
	}
	add := func(query string, change func(*Row, int64), args ...any) error {
		found, err := store.All[counted](g.ctx, g.tx, query, append([]any{g.who.Realm, store.In(g.live)}, args...)...)
		for _, f := range found {
			key := schoolLevel{f.School, f.Level}
			row := rows[key]
			change(&row, f.N)
			rows[key] = row
		}
		return err
	}
	var none student.Ledger
	if err := add(sqlClassCounts, func(r *Row, n int64) { r.Classes += n }, g.period.Last()); err != nil {
		return nil, none, err
	}
	// What is not yet due today cannot be missing.
	if until := min(g.period.Until, g.tx.Today()+1); until > g.period.From {
		if err := add(sqlDue, func(r *Row, n int64) { r.Due += n }, g.period.From, until); err != nil {
			return nil, none, err
		}
	}
	for i, period := range []day.Range{g.period, before(g.period), lastYear(g.period)} {
		figures, err := rollcall.Days(g.ctx, g.tx, g.who.Realm, rollcall.Question{Schools: g.live, Period: period})
		if err != nil {
			return nil, none, err
		}
		for _, f := range figures {
			key := schoolLevel{f.School, f.Level}
			row := rows[key]
			marks := marksOf(f.Counts, f.Headcounts)
			switch i {
			case 0:
				row.Taken, row.Due = row.Taken+marks.Taken, row.Due+int64(f.Headcounts.Number)
				row.Roll, row.Unknown, row.Excused, row.Unexcused = row.Roll+marks.Roll, row.Unknown+marks.Unknown, row.Excused+marks.Excused, row.Unexcused+marks.Unexcused
				row.Unsplit, row.Released = row.Unsplit+marks.Unsplit, row.Released+marks.Released
			case 1:
				row.Before = row.Before.Add(marks.Attendance())
			case 2:
				row.LastYear = row.LastYear.Add(marks.Attendance())
			}
			rows[key] = row
		}
	}
	ledger, err := student.ReadLedger(g.ctx, g.tx, g.who.Realm, student.LedgerIn{Schools: g.live, Cumulative: true, Period: g.cumulative()})
	if err != nil {
		return nil, none, err
	}
	for key, m := range ledger.Rows {
		at := schoolLevel{key.Place, key.Level}
		rows[at] = rows[at].move(m)
	}
	return rows, ledger, nil
}

// cumulative runs from the opening: who came by the opening day itself was there at it.
func (g *gathering) cumulative() day.Range {
	from := g.figures.Opening + 1
	return day.Range{From: from, Until: max(g.period.Until, from)}
}

// marksOf brings sheets and counts into the columns of a row.
func marksOf(c rollcall.Counts, h rollcall.Headcounts) Row {
	split := int64(h.SplitExcused + h.SplitUnexcused)
	return Row{Taken: int64(c.Sheets + h.Number), Roll: int64(c.Roll + h.Enrolled), Unknown: int64(c.Unknown),
		Excused: int64(c.Excused + h.SplitExcused), Unexcused: int64(c.Unexcused + h.SplitUnexcused),
		// All in a count who are not present were absent, known to be so or not.
		Unsplit: int64(h.Enrolled-h.Present-h.Released) - split, Released: int64(h.Released)}
}

func (g *gathering) rows() error {
	if g.live == nil {
		g.live = []id.ID{}
	}
	counted, ledger, err := g.counts()
	if err != nil {
		return err
	}
	if g.figures.Stale, err = calendar.Stale(g.ctx, g.tx, g.who.Realm, g.live, g.period); err != nil {
		return err
	}
	if err := g.month(); err != nil {
		return err
	}
	if g.place.Kind == access.SchoolKind {
		return g.rowsOfSchool(counted, ledger)
	}
	for i := range g.figures.Children {
		c := &g.figures.Children[i]
		if c.Paper != 0 {
			continue
		}
		levels := map[string]Row{}
		for key, row := range counted {
			if slices.Contains(g.schools[c.ID], key.school) {
				levels[key.level] = levels[key.level].Add(row)
			}
		}
		for level, row := range levels {
			row.CameInternal = int64(ledger.Of(level, g.schools[c.ID]...).ArrivalsInternal)
			levels[level] = row
		}
		c.Levels = levelRows(levelOrder(), levels)
		c.Total = Row{}
		for _, l := range c.Levels {
			c.Total = c.Total.Add(l.Row)
		}
		c.Total.CameInternal = int64(ledger.Of("", g.schools[c.ID]...).ArrivalsInternal)
	}
	g.figures.sum(levelOrder())
	if len(g.frozen) == 0 { // transfers between accepted children and others cannot be told apart
		g.figures.Total.CameInternal = int64(ledger.Total().ArrivalsInternal)
	}
	return nil
}

// rowsOfSchool: the parts of a school are its grades. Sheets and what is due belong to
// classes and so to levels: a lớp ghép is one sheet of several grades.
func (g *gathering) rowsOfSchool(counted map[schoolLevel]Row, ledger student.Ledger) error {
	levels := map[string]Row{}
	for key, row := range counted {
		levels[key.level] = levels[key.level].Add(row)
		g.figures.Total = g.figures.Total.Add(row)
	}
	g.figures.Levels = levelRows(levelOrder(), levels)
	type key struct{ level, grade string }
	grades := map[key]Row{}
	for k, m := range ledger.Rows {
		at := key{k.Level, k.Grade}
		grades[at] = grades[at].move(m)
	}
	for i, period := range []day.Range{g.period, before(g.period), lastYear(g.period)} {
		figures, err := rollcall.Grades(g.ctx, g.tx, g.who.Realm, rollcall.Question{Schools: g.live, Period: period})
		if err != nil {
			return err
		}
		for _, f := range figures {
			at, marks := key{f.Level, f.Grade}, marksOf(f.Counts, rollcall.Headcounts{})
			row := grades[at]
			switch i {
			case 0:
				row.Roll, row.Unknown, row.Excused, row.Unexcused = row.Roll+marks.Roll, row.Unknown+marks.Unknown, row.Excused+marks.Excused, row.Unexcused+marks.Unexcused
			case 1:
				row.Before = row.Before.Add(marks.Attendance())
			case 2:
				row.LastYear = row.LastYear.Add(marks.Attendance())
			}
			grades[at] = row
		}
	}
	for _, level := range levelOrder() {
		for _, grade := range gradeOrder {
			if row, ok := grades[key{level, grade}]; ok && !row.Empty() {
				g.figures.Children = append(g.figures.Children, Child{Code: grade, Name: say("grade", "grade", grade), Total: row, Levels: []LevelRow{{level, row}}})
			}
		}
	}
	return nil
}

var gradeOrder = []string{"", "NT", "3T", "4T", "5T", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}

// month is the movement of the period alone: who dropped out and came back is in both.
func (g *gathering) month() error {
	period := g.period.Intersect(g.cumulative())
	if !period.Empty() {
		ledger, err := student.ReadLedger(g.ctx, g.tx, g.who.Realm, student.LedgerIn{Schools: g.live, Period: period})
		if err != nil {
			return err
		}
		m := ledger.Total()
		g.figures.Month = Moves{Came: int64(m.Arrivals + m.Entered), Left: int64(m.Departures + m.Vocational + m.Moved + m.OtherExit + m.YearEnd),
			Dropouts: int64(m.Dropouts), Returned: int64(m.Returns), Unconfirmed: int64(m.UnconfirmedExits())}
	}
	for _, f := range g.frozen {
		g.figures.Month = g.figures.Month.add(f.Month)
	}
	return nil
}

func (m Moves) add(o Moves) Moves {
	return Moves{m.Came + o.Came, m.Left + o.Left, m.Dropouts + o.Dropouts, m.Returned + o.Returned, m.Unconfirmed + o.Unconfirmed}
}

// papersOf finds the newest paper of each child for a period.
func papersOf(ctx context.Context, tx *store.Tx, realm int, children []Child, period day.Range) (map[id.ID]Report, error) {
	var units, schools []id.ID
	for _, c := range children {
		switch c.Kind {
		case access.UnitKind:
			units = append(units, c.ID)
		case access.SchoolKind:
			schools = append(schools, c.ID)
		}
	}
	papers := map[id.ID]Report{}
	for _, q := range []struct {
		query string
		ids   []id.ID
	}{{sqlOfUnits, units}, {sqlOfSchools, schools}} {
		if len(q.ids) == 0 {
			continue
		}
		found, err := papersBy(ctx, tx, q.query, realm, store.In(q.ids), period.From, period.Until)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			papers[p.Place.ID] = p
		}
	}
	return papers, nil
}

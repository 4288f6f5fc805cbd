package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"ralop/internal/access"
	"ralop/internal/app"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/report"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/story"
)

// world is one open database that holds the story.
type world struct {
	app   *app.App
	clock day.Instant  // where the story stands
	year  int          // its school year
	top   report.Place // district or province
	calm  bool         // serve without the workers that look for something to do
}

// tell makes the story in an empty database, folder or PostgreSQL, lets the house catch up with it, and opens it.
func tell(ctx context.Context, o options, dir, url string) (*world, error) {
	return tellStory(ctx, o.story(), dir, url, (*app.App).CatchUp)
}

// story is what the bench tells on when it measures no growth.
func (o options) story() story.Options { return story.Options{Story: story.TuanGiao, Size: o.Size} }

// tellStory makes a story in an empty database; after is what else has to be done before it is opened.
func tellStory(ctx context.Context, choice story.Options, dir, url string, after func(*app.App, context.Context) error) (*world, error) {
	a, err := app.Open(ctx, app.Config{Dir: dir, URL: url})
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*world, error) { return nil, errors.Join(err, a.Close()) }
	stage, err := story.Begin(choice)
	if err != nil {
		return fail(err)
	}
	if err := a.OpenRealm(ctx, stage.Realm, choice.Story); err != nil {
		return fail(err)
	}
	if err := a.SetClock(ctx, stage.Clock.Time()); err != nil {
		return fail(err)
	}
	if _, err := story.Build(ctx, a.Store, a.Realm, choice, nil); err != nil {
		return fail(err)
	}
	if err := after(a, ctx); err != nil {
		return fail(err)
	}
	return enter(ctx, a, choice, stage)
}

// reopen opens a database that holds the story already.
func reopen(ctx context.Context, o options, dir, url string) (*world, error) {
	stage, err := story.Begin(o.story())
	if err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, app.Config{Dir: dir, URL: url})
	if err != nil {
		return nil, err
	}
	return enter(ctx, a, o.story(), stage)
}

const sqlTop = `SELECT p.code FROM unit_period p JOIN unit u ON u.id = p.unit WHERE u.kind = $1 AND p.from_day <= $2 AND p.until_day > $2
	AND EXISTS (SELECT 1 FROM unit_closure c JOIN school_period s ON s.located_in = c.descendant WHERE c.ancestor = p.unit AND s.realm = $3) ORDER BY p.code`

func enter(ctx context.Context, a *app.App, choice story.Options, stage story.Stage) (*world, error) {
	w := &world{app: a, clock: stage.Clock, year: stage.Clock.Day().SchoolYear()}
	kind := "district"
	if choice.Size == story.SizeProvince {
		kind = "province"
	}
	err := a.SetClock(ctx, stage.Clock.Time())
	if err == nil {
		err = a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			code, err := store.One[string](ctx, tx, sqlTop, kind, stage.Clock.Day(), a.Realm)
			if err != nil {
				return err
			}
			w.top, err = report.FindPlace(ctx, tx, a.System(), code, stage.Clock.Day())
			return err
		})
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return w, nil
}

func (w *world) close() error { return w.app.Close() }

// copyDatabase copies the SQLite file of a closed database to another folder.
func copyDatabase(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	in, err := os.Open(filepath.Join(from, store.FileName))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(to, store.FileName))
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// class is a class with what a bare program needs to know to write its sheets.
type class struct {
	ID, School id.ID
	Level      string
	Teacher    id.ID // account
	Roll, Size int   // number of its last roll
	pupils     []pupil
	grades     map[string]int // pupils by grade
	plan       *calendar.ClassPlan
}

type pupil struct {
	ID    id.ID
	Group int
	Grade string
}

// sheet is a roll call that is going to be sent, or written by the floor.
type sheet struct {
	*class
	Day     day.Day
	Session calendar.Session
	Main    bool
	Act     [16]byte
	marks   []mark
}

type sheetKey struct {
	Class   id.ID
	Day     day.Day
	Session calendar.Session
}

type mark struct {
	pupil
	Kind rollcall.Kind
}

const (
	sqlCalled  = `SELECT class, day, session FROM sheet WHERE realm = $1 AND day >= $2`
	sqlClasses = `SELECT c.id, c.school, c.level, g.account, r.number, r.size FROM class c
		JOIN role_grant g ON g.realm = c.realm AND g.scope_kind = 'class' AND g.scope = c.id AND g.role = 'homeroom-teacher'
		JOIN roll r ON r.realm = c.realm AND r.class = c.id
		WHERE c.realm = $1 AND r.size > 0 AND r.number = (SELECT MAX(number) FROM roll x WHERE x.realm = c.realm AND x.class = c.id) ORDER BY c.id`
	sqlMembers = `SELECT m.class, m.pupil, m.roll_group, g.grade FROM roll_member m
		JOIN roll_group g ON g.realm = m.realm AND g.class = m.class AND g.roll = m.roll AND g.number = m.roll_group
		WHERE m.realm = $1 AND m.class IN ($2) AND m.roll = (SELECT MAX(number) FROM roll x WHERE x.realm = m.realm AND x.class = m.class) ORDER BY m.class, m.pupil`
)

// sheets lists every roll call that is due, and not taken yet, from the day after the story's clock until the end of its
// school year, day by day, with some 3 of 100 pupils marked. The same database gives the same list.
func (w *world) sheets(ctx context.Context) ([]*sheet, error) {
	classes, err := w.classes(ctx)
	if err != nil {
		return nil, err
	}
	return w.sheetsOf(ctx, classes, 0)
}

// sheetsOf is sheets of some classes; it stops at the end of the week in which there are as many as wanted (0: all).
func (w *world) sheetsOf(ctx context.Context, classes []*class, wanted int) (all []*sheet, err error) {
	called := map[sheetKey]bool{}
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		keys, err := store.All[sheetKey](ctx, tx, sqlCalled, w.app.Realm, w.clock.Day()+1)
		for _, k := range keys {
			called[k] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(7, uint64(len(called)))) // no act is made twice
	for from := w.clock.Day() + 1; from < calendar.Bounds(w.year).Until && (wanted == 0 || len(all) < wanted); from += 7 {
		period := day.Range{From: from, Until: min(from+7, calendar.Bounds(w.year).Until)}
		first := len(all)
		for _, c := range classes {
			for _, v := range c.plan.Due(period) {
				if !called[sheetKey{c.ID, v.Day, v.Session}] {
					all = append(all, c.invent(r, v.Day, v.Session, v.Main))
				}
			}
		}
		// Within a day the classes of a morning come in no order.
		week := all[first:]
		r.Shuffle(len(week), func(i, j int) { week[i], week[j] = week[j], week[i] })
		slices.SortStableFunc(week, func(a, b *sheet) int { return int(a.Day - b.Day) })
	}
	return all, nil
}

// invent makes up the roll call of a session.
func (c *class) invent(r *rand.Rand, on day.Day, session calendar.Session, main bool) *sheet {
	s := &sheet{class: c, Day: on, Session: session, Main: main}
	for i := 0; i < len(s.Act); i += 8 {
		n := r.Uint64()
		for b := range 8 {
			s.Act[i+b] = byte(n >> (8 * b))
		}
	}
	for _, p := range c.pupils {
		switch n := r.IntN(1000); {
		case n < 12:
			s.marks = append(s.marks, mark{p, rollcall.Unknown})
		case n < 24:
			s.marks = append(s.marks, mark{p, rollcall.Excused})
		case n < 30:
			s.marks = append(s.marks, mark{p, rollcall.Unexcused})
		}
	}
	return s
}

// classes gives every class that calls a roll.
func (w *world) classes(ctx context.Context) ([]*class, error) { return w.someClasses(ctx, 0) }

// someClasses gives so many classes from all over, or all (0).
func (w *world) someClasses(ctx context.Context, most int) (classes []*class, err error) {
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		classes = nil
		by := map[id.ID]*class{}
		err := tx.Each(ctx, func(row store.Row) error {
			c := &class{grades: map[string]int{}}
			err := row.Scan(&c.ID, &c.School, &c.Level, &c.Teacher, &c.Roll, &c.Size)
			if by[c.ID] == nil && c.Level != "GDTX" { // that school counts heads
				by[c.ID] = c
				classes = append(classes, c)
			}
			return err
		}, sqlClasses, w.app.Realm)
		if err != nil {
			return err
		}
		if all := classes; most > 0 && len(all) > most {
			classes, by = nil, map[id.ID]*class{}
			for i := range most {
				c := all[i*len(all)/most]
				by[c.ID] = c
				classes = append(classes, c)
			}
		}
		err = tx.Each(ctx, func(row store.Row) error {
			var of id.ID
			var p pupil
			err := row.Scan(&of, &p.ID, &p.Group, &p.Grade)
			if c := by[of]; c != nil {
				c.pupils = append(c.pupils, p)
				c.grades[p.Grade]++
			}
			return err
		}, sqlMembers, w.app.Realm, store.In(slices.Collect(maps.Keys(by))))
		plans := map[id.ID]*calendar.SchoolPlans{}
		for _, c := range classes {
			if plans[c.School] == nil && err == nil {
				plans[c.School], err = calendar.Plans(ctx, tx, w.app.Realm, c.School, w.year)
			}
			if err != nil {
				return err
			}
			c.plan = plans[c.School].Class(c.ID)
			if c.plan == nil || len(c.pupils) != c.Size {
				return fmt.Errorf("class %s: no plan, or %d pupils of %d", c.ID, len(c.pupils), c.Size)
			}
		}
		return err
	})
	return classes, err
}

// official is somebody who may see the board of everything.
func (w *world) official() access.Who { return w.app.System() }

package exchange

import (
	"context"
	"fmt"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// headcountsKind takes counts of schools that do not mark pupil by pupil.
var headcountsKind = Kind{
	Name:     "headcounts",
	Fields:   headcountFields,
	At:       map[access.Kind]access.Action{access.SchoolKind: access.SubmitHeadcount, access.UnitKind: access.SubmitHeadcount, access.RealmKind: access.SubmitHeadcount},
	Settings: []string{"school"},
	Begin: func(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
		t := &headcountsTaker{who: job.Who, school: job.Settings["school"], place: job.Run.Place, seen: map[string]string{}}
		if job.Run.Place.Kind == string(access.SchoolKind) {
			s, err := org.SchoolOn(ctx, tx, job.Who, job.Run.Place.ID, tx.Today())
			if err != nil {
				return nil, err
			}
			t.school = s.Code
		}
		return t, nil
	},
}

type headcountsTaker struct {
	Plainly
	who    access.Who
	school string
	place  intake.Place
	seen   map[string]string // counts of earlier lines
}

func (t *headcountsTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	acts := make([]Act, len(lines))
	for i, l := range lines {
		acts[i] = Act{Row: l.Row.Number, What: Same, Name: l.Get("school"), Where: l.Get("date")}
		s := Sheet{Head: l.Head}
		line, wrong := s.headcount(l.Row)
		if wrong != nil {
			acts[i].Faults = append(acts[i].Faults, wrong)
			continue
		}
		if line.School == "" {
			line.School = t.school
		}
		p, err := rollcall.ReadHeadcountLine(ctx, tx, t.who, line)
		if f, refused := fault.Of(err); refused {
			acts[i].Faults = append(acts[i].Faults, f)
			continue
		} else if err != nil {
			return nil, err
		}
		if t.place.Kind == string(access.SchoolKind) && p.Is.School != t.place.ID {
			acts[i].Faults = append(acts[i].Faults, fault.New(fault.Invalid, "rollcall.other-school", nil).On("school"))
			continue
		}
		key := fmt.Sprint(p.Is.School, p.Is.Day, p.Is.Session, p.Is.Level)
		if other, twice := t.seen[key]; twice && other != p.Text() {
			acts[i].Faults = append(acts[i].Faults, fault.New(fault.Invalid, "rollcall.two-counts", nil).On("date"))
			continue
		} else if twice {
			continue
		}
		t.seen[key] = p.Text()
		switch {
		case !p.Stands:
			acts[i].What = New
		case p.Changed():
			acts[i].What = Changed
		}
		acts[i].Do, acts[i].Digest = p, p.Text()
		for _, f := range []struct {
			field   string
			was, is int
		}{{"enrolled", p.Was.Enrolled, p.Is.Enrolled}, {"present", p.Was.Present, p.Is.Present}, {"absent", p.Was.Absent, p.Is.Absent}} {
			if !p.Stands || f.was != f.is {
				change := FieldChange{Field: f.field, Is: strconv.Itoa(f.is)}
				if p.Stands {
					change.Was = strconv.Itoa(f.was)
				}
				acts[i].Fields = append(acts[i].Fields, change)
			}
		}
	}
	return acts, nil
}

func (t *headcountsTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	var counts []rollcall.Headcount
	var schools []id.ID
	var days []day.Day
	for _, a := range acts {
		p := a.Do.(rollcall.PlannedHeadcount)
		counts, schools, days = append(counts, p.Is), append(schools, p.Is.School), append(days, p.Is.Day)
	}
	for _, table := range []string{"headcount", "headcount_version"} {
		if err := j.Watch(ctx, tx, table, []string{"school", "day"}, store.In(schools), store.In(days)); err != nil {
			return err
		}
	}
	return rollcall.PutHeadcounts(ctx, tx, t.who, counts)
}

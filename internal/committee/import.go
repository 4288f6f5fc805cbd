package committee

import (
	"context"
	"errors"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Line is a row of a list of members: who, and what they are in charge of.
type Line struct {
	Row     int // of the file
	Office  Office
	Body    Body
	Name    string
	Job     string
	Phone   string
	Login   string   // "" works on paper
	Places  []string // codes or names of villages, communes and schools under the committee's unit
	Levels  []string
	Tasks   []Task
	Started day.Day // zero: when the committee's term began
}

// Imported is what became of the lines.
type Imported struct {
	New, Changed, Same int // members; changed: got further duties
	Refused            []RefusedLine
}

// RefusedLine says why a line was not taken.
type RefusedLine struct {
	Row   int
	Fault *fault.Fault
}

var errOnlyTried = errors.New("committee: only tried")

// Import puts the members of a list into a committee with their duties, each line in a
// transaction of its own; one that is wrong is left out whole and says why. The same list
// again changes nothing. With try nothing is written.
func Import(ctx context.Context, s *store.Store, who access.Who, committee id.ID, lines []Line, try bool) (Imported, error) {
	var done Imported
	for _, line := range lines {
		isNew, duties := false, 0
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			isNew, duties, err = line.put(ctx, tx, who, committee)
			if err == nil && try {
				err = errOnlyTried
			}
			return err
		})
		problem, refused := fault.Of(err)
		switch {
		case err == nil || errors.Is(err, errOnlyTried):
		case refused && problem.Kind != fault.Forbidden:
			done.Refused = append(done.Refused, RefusedLine{line.Row, problem})
			continue
		default:
			return done, err
		}
		switch {
		case isNew:
			done.New++
		case duties > 0:
			done.Changed++
		default:
			done.Same++
		}
	}
	return done, nil
}

func (l Line) put(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID) (isNew bool, duties int, err error) {
	d, err := Look(ctx, tx, who, committee, tx.Today())
	if err != nil {
		return false, 0, err
	}
	if l.Started == 0 {
		l.Started = d.Term.From
	}
	in := MemberInput{Office: l.Office, Body: l.Body, Name: viet.Clean(l.Name), Job: l.Job, Phone: l.Phone, Period: day.Range{From: l.Started}}
	if l.Login != "" {
		if in.Account, err = account.ByLogin(ctx, tx, who.Realm, l.Login); err != nil {
			return false, 0, err
		}
	}
	places, err := l.places(ctx, tx, who, d)
	if err != nil {
		return false, 0, err
	}
	var m Member
	if i := slices.IndexFunc(d.Now, func(m MemberRow) bool {
		return m.Name == in.Name && m.Office == in.Office && (in.Account == 0 || m.Account == in.Account)
	}); i >= 0 {
		m = d.Now[i].Member
		places = slices.DeleteFunc(places, func(p Place) bool {
			return slices.ContainsFunc(d.Duties, func(duty DutyRow) bool { return duty.Member == m.ID && duty.At() == p })
		})
	} else if m, err = AddMember(ctx, tx, who, committee, in); err != nil {
		return false, 0, err
	} else {
		isNew = true
	}
	if len(places) == 0 {
		return isNew, 0, nil
	}
	_, err = Assign(ctx, tx, who, DutyInput{Committee: committee, Member: m.ID, Places: places, Levels: l.Levels, Tasks: l.Tasks, Period: day.Range{From: max(l.Started, m.From)}})
	return isNew, len(places), err
}

// places finds what a line names: by code, by full name, by name; more than one of a name
// is a fault. Faults: committee.no-such-place, committee.two-places.
func (l Line) places(ctx context.Context, tx *store.Tx, who access.Who, d Detail) ([]Place, error) {
	if len(l.Places) == 0 {
		return nil, nil
	}
	subtree, err := org.Subtree(ctx, tx, d.Unit, tx.Today())
	if err != nil {
		return nil, err
	}
	schools, err := org.SchoolsUnder(ctx, tx, who, d.Unit, tx.Today(), org.Located)
	if err != nil {
		return nil, err
	}
	var all []Place
	for _, written := range l.Places {
		folded := viet.Fold(viet.Clean(written))
		var found []Place
		for _, u := range subtree {
			if u.Code == written || viet.Fold(u.FullName) == folded || viet.Fold(u.Name) == folded {
				found = append(found, Place{UnitPlace, u.ID})
			}
		}
		for _, s := range schools {
			if s.Code == written || viet.Fold(s.Name) == folded {
				found = append(found, Place{SchoolPlace, s.ID})
			}
		}
		switch len(found) {
		case 0:
			return nil, fault.New(fault.Invalid, "committee.no-such-place", fault.Args{"place": written}).On("places")
		case 1:
			if !slices.Contains(all, found[0]) {
				all = append(all, found[0])
			}
		default:
			return nil, fault.New(fault.Invalid, "committee.two-places", fault.Args{"place": written}).On("places")
		}
	}
	return all, nil
}

// InForceOf gives the committee of a kind that works in a unit on a day; NotFound
// committee.unknown when there is none.
func InForceOf(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, kind Kind, on day.Day) (Committee, error) {
	if _, err := access.May(ctx, tx, who, access.SeeCommittee, access.Residence(unit)); err != nil {
		return Committee{}, err
	}
	all, err := store.All[Committee](ctx, tx, sqlCommitteesOf, who.Realm, store.In([]id.ID{unit}))
	if err != nil {
		return Committee{}, err
	}
	for _, c := range all {
		if c.Kind == kind && c.InForce(on) {
			return c, nil
		}
	}
	return Committee{}, fault.New(fault.NotFound, "committee.unknown", nil)
}

// SplitList parts what a cell lists: by semicolons, else by commas.
func SplitList(cell string) (all []string) {
	separator := ","
	if strings.Contains(cell, ";") {
		separator = ";"
	}
	for part := range strings.SplitSeq(cell, separator) {
		if part = viet.Clean(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

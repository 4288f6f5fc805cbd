package committee

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// DutyInput is what a member or a branch is put in charge of.
type DutyInput struct {
	Committee id.ID
	Member    id.ID // either a member
	Branch    Body  // or a branch
	Places    []Place
	Levels    []string // none is all
	Tasks     []Task   // none is all
	Period    day.Range
	Continues id.ID // a stranded duty that this one takes over: it ends where this begins
}

// Assigned is what Assign did.
type Assigned struct {
	Duties []Duty
	// Unlent is why a right did not come with a duty although the holder has an account: the
	// caller may not lend it, or named themselves. The duties stand; Lend gives the right later.
	Unlent *fault.Fault
}

// Assign puts a member or a branch in charge of places under the committee's unit.
//
// Faults: Invalid committee.no-holder, committee.no-place, committee.unknown-body,
// committee.unknown-task, org.unknown-level, committee.period-empty, committee.place-outside,
// committee.not-in-force, committee.unit-ended; NotFound; Conflict committee.duty-exists.
func Assign(ctx context.Context, tx *store.Tx, who access.Who, in DutyInput) (Assigned, error) {
	c, rule, err := changing(ctx, tx, who, in.Committee)
	if err != nil {
		return Assigned{}, err
	}
	d, holder, err := in.duty(ctx, tx, who)
	if err != nil {
		return Assigned{}, err
	}
	if err := placesUnder(ctx, tx, who, c, in.Places, d.From); err != nil {
		return Assigned{}, err
	}
	if in.Continues != 0 {
		if err := takeOver(ctx, tx, who, c, in.Continues, d.From); err != nil {
			return Assigned{}, err
		}
		d.Continues = in.Continues
	}
	has, err := store.All[Duty](ctx, tx, sqlDutiesOf, who.Realm, c.ID)
	if err != nil {
		return Assigned{}, err
	}
	var done Assigned
	for _, place := range in.Places {
		d.PlaceKind, d.Place = place.Kind, place.ID
		if slices.ContainsFunc(has, func(o Duty) bool {
			return o.Member == d.Member && o.Branch == d.Branch && o.At() == place && o.Period().Overlaps(d.Period())
		}) {
			name, err := placeName(ctx, tx, who, place, d.From)
			if err != nil {
				return Assigned{}, err
			}
			return Assigned{}, fault.New(fault.Conflict, "committee.duty-exists", fault.Args{"place": name}).On("places")
		}
		kept, unlent, err := putDuty(ctx, tx, who, d, holder)
		if err != nil {
			return Assigned{}, err
		}
		if unlent != nil {
			done.Unlent = unlent
		}
		done.Duties = append(done.Duties, kept)
		has = append(has, kept)
	}
	return done, record(ctx, tx, who, "committee.assign", c, rule, map[string]any{"member": d.Member, "branch": d.Branch, "places": len(in.Places), "from": d.From, "until": d.Until})
}

// duty checks the input and gives a duty without a place, with its holder.
func (in DutyInput) duty(ctx context.Context, tx *store.Tx, who access.Who) (Duty, Member, error) {
	var holder Member
	d := Duty{Committee: in.Committee, Member: in.Member, Branch: in.Branch}
	if (in.Member == 0) == (in.Branch == "") {
		return d, holder, invalid("committee.no-holder", "member")
	}
	if len(in.Places) == 0 {
		return d, holder, invalid("committee.no-place", "places")
	}
	for _, task := range in.Tasks {
		if !slices.Contains(Tasks, task) {
			return d, holder, invalid("committee.unknown-task", "tasks")
		}
	}
	var words []string
	for _, task := range Tasks {
		if slices.Contains(in.Tasks, task) {
			words = append(words, string(task))
		}
	}
	d.Tasks = strings.Join(words, " ")
	levels, err := org.ParseLevels(strings.Join(in.Levels, " "))
	if err != nil {
		return d, holder, err
	}
	d.Levels = levels
	period, err := checked(in.Period)
	if err != nil {
		return d, holder, err
	}
	if in.Member != 0 {
		if holder, err = memberByID(ctx, tx, who.Realm, in.Member); err != nil {
			return d, holder, err
		}
		if holder.Committee != in.Committee {
			return d, holder, fault.New(fault.NotFound, "committee.member-unknown", nil).On("member")
		}
		period.Until = min(period.Until, holder.Until)
		if period.From < holder.From || period.Empty() {
			return d, holder, invalid("committee.not-in-force", "from")
		}
	} else if !in.Branch.knownOn(period.From) {
		return d, holder, invalid("committee.unknown-body", "branch")
	}
	d.From, d.Until = period.From, period.Until
	return d, holder, nil
}

// placesUnder refuses places that are not in force on the day or not under the committee's unit.
func placesUnder(ctx context.Context, tx *store.Tx, who access.Who, c Committee, places []Place, on day.Day) error {
	subtree, err := org.Subtree(ctx, tx, c.Unit, on)
	if err != nil {
		return err
	}
	if len(subtree) == 0 {
		return invalid("committee.unit-ended", "places")
	}
	inside := map[Place]bool{}
	for _, u := range subtree {
		inside[Place{UnitPlace, u.ID}] = true
	}
	for _, relation := range []org.Relation{org.Located, org.Managed} {
		schools, err := org.SchoolsUnder(ctx, tx, who, c.Unit, on, relation)
		if err != nil {
			return err
		}
		for _, s := range schools {
			inside[Place{SchoolPlace, s.ID}] = true
		}
	}
	for _, place := range places {
		if !inside[place] {
			return invalid("committee.place-outside", "places")
		}
	}
	return nil
}

// takeOver ends a duty that another continues. When it is of another committee (of a unit
// that is no more), its place must have come to the unit of this one.
func takeOver(ctx context.Context, tx *store.Tx, who access.Who, c Committee, duty id.ID, on day.Day) error {
	d, err := dutyByID(ctx, tx, who.Realm, duty)
	if err != nil {
		return err
	}
	if d.Committee != c.ID {
		ours := false
		if d.PlaceKind == UnitPlace {
			ours, err = cameTo(ctx, tx, d.Place, c.Unit, on)
		} else {
			ours, err = schoolCameTo(ctx, tx, who, d.Place, c.Unit, on)
		}
		if err != nil {
			return err
		}
		if !ours {
			return invalid("committee.place-outside", "places")
		}
	}
	if d.Until <= on {
		return nil
	}
	return endDuty(ctx, tx, who, d, on, "")
}

// putDuty keeps a duty and lends its holder the right that comes with it.
func putDuty(ctx context.Context, tx *store.Tx, who access.Who, d Duty, holder Member) (Duty, *fault.Fault, error) {
	d.ID, d.Lent, d.EndReason = tx.NewID(), 0, ""
	if _, err := tx.Exec(ctx, sqlPutDuty, who.Realm, d.ID, d.Committee, d.Member, d.Branch, d.PlaceKind, d.Place, d.Levels, d.Tasks, d.From, d.Until, 0, d.Continues, "", who.Account, tx.Now()); err != nil {
		return d, nil, err
	}
	unlent, err := lend(ctx, tx, who, &d, holder.Account)
	return d, unlent, err
}

// EndDuty ends a duty from a day on; the right that came with it ends with it.
// Faults: NotFound committee.duty-unknown; Invalid committee.no-reason; Locked committee.duty-ended.
func EndDuty(ctx context.Context, tx *store.Tx, who access.Who, duty id.ID, on day.Day, reason string) error {
	d, err := dutyByID(ctx, tx, who.Realm, duty)
	if err != nil {
		return err
	}
	c, rule, err := changing(ctx, tx, who, d.Committee)
	if err != nil {
		return err
	}
	if reason = viet.Clean(reason); reason == "" {
		return invalid("committee.no-reason", "reason")
	}
	if d.Until <= on {
		return fault.New(fault.Locked, "committee.duty-ended", nil)
	}
	if err := endDuty(ctx, tx, who, d, on, reason); err != nil {
		return err
	}
	return record(ctx, tx, who, "committee.duty-end", c, rule, map[string]any{"duty": d.ID, "on": on})
}

func endDuty(ctx context.Context, tx *store.Tx, who access.Who, d Duty, on day.Day, reason string) error {
	d.Until = max(on, d.From)
	if _, err := tx.Exec(ctx, sqlEndDuty, who.Realm, d.ID, d.Until, reason); err != nil {
		return err
	}
	if d.Lent == 0 {
		return nil
	}
	holder, err := memberByID(ctx, tx, who.Realm, d.Member)
	if err != nil {
		return err
	}
	return takeBack(ctx, tx, who, d, holder.Account)
}

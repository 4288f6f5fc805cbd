package committee

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// MemberInput is a person who is to be in a committee.
type MemberInput struct {
	Office  Office
	Body    Body
	Name    string
	Job     string // title, as printed
	Phone   string
	Account id.ID // 0: works on paper; then a phone is needed
	Period  day.Range
}

// AddMember puts a person into a committee.
//
// Faults: Invalid committee.unknown-office, committee.unknown-body, committee.no-member-name,
// committee.no-contact, committee.bad-phone, committee.period-empty; NotFound account.unknown;
// Conflict committee.chair-exists, committee.is-member.
func AddMember(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, in MemberInput) (Member, error) {
	c, rule, err := changing(ctx, tx, who, committee)
	if err != nil {
		return Member{}, err
	}
	m, err := addMember(ctx, tx, who, c, in)
	if err != nil {
		return m, err
	}
	return m, record(ctx, tx, who, "committee.member", c, rule, map[string]any{"member": m.ID, "office": m.Office, "body": m.Body, "from": m.From, "until": m.Until})
}

func addMember(ctx context.Context, tx *store.Tx, who access.Who, c Committee, in MemberInput) (Member, error) {
	if !slices.Contains(Offices, in.Office) {
		return Member{}, invalid("committee.unknown-office", "office")
	}
	period, err := checked(in.Period)
	if err != nil {
		return Member{}, err
	}
	if !in.Body.knownOn(period.From) {
		return Member{}, invalid("committee.unknown-body", "body")
	}
	m := Member{ID: tx.NewID(), Committee: c.ID, Office: in.Office, Body: in.Body, Name: in.Name, Job: in.Job, Phone: in.Phone, Account: in.Account,
		From: period.From, Until: period.Until, Version: 1}
	if err := m.check(ctx, tx, who.Realm); err != nil {
		return m, err
	}
	others, err := store.All[Member](ctx, tx, sqlMembersOf, who.Realm, store.In([]id.ID{c.ID}))
	if err != nil {
		return m, err
	}
	for _, o := range others {
		if !period.Overlaps(day.Range{From: o.From, Until: o.Until}) {
			continue
		}
		if o.Office == Chair && m.Office == Chair {
			return m, fault.New(fault.Conflict, "committee.chair-exists", fault.Args{"name": o.Name}).On("office")
		}
		if m.Account != 0 && o.Account == m.Account || m.Account == 0 && o.Account == 0 && o.Name == m.Name && o.Phone == m.Phone {
			return m, fault.New(fault.Conflict, "committee.is-member", fault.Args{"name": o.Name}).On("name")
		}
	}
	_, err = tx.Exec(ctx, sqlPutMember, who.Realm, m.ID, m.Committee, m.Office, m.Body, m.Name, viet.NameSortKey(m.Name), m.Job, m.Phone, m.Account,
		m.From, m.Until, 0, "", m.Version, who.Account, tx.Now())
	return m, err
}

// check cleans what is written of a person and says what is wrong with it.
func (m *Member) check(ctx context.Context, tx *store.Tx, realm int) error {
	m.Name, m.Job = viet.Clean(m.Name), viet.Clean(m.Job)
	m.Phone = strings.NewReplacer(" ", "", ".", "", "-", "").Replace(viet.Clean(m.Phone))
	if m.Name == "" {
		return invalid("committee.no-member-name", "name")
	}
	if m.Phone != "" && (len(m.Phone) < 9 || len(m.Phone) > 15 || strings.Trim(m.Phone, "+0123456789") != "") {
		return invalid("committee.bad-phone", "phone")
	}
	if m.Account == 0 {
		if m.Phone == "" {
			return invalid("committee.no-contact", "phone")
		}
		return nil
	}
	_, err := account.Find(ctx, tx, realm, m.Account)
	if f, ok := fault.Of(err); ok {
		return f.On("account")
	}
	return err
}

// CorrectInput is what is written anew of a member. Version is that which the caller saw.
type CorrectInput struct {
	Member  id.ID
	Version int
	Name    string
	Job     string
	Phone   string
	Account id.ID
	Reason  string
}

// CorrectMember corrects name, title, phone and account of a member; what stood before is
// kept. Rights that came with duties follow the account. Another office or body is no
// correction: hand over to a new membership of the same person.
//
// Faults: those of AddMember about the person; Invalid committee.no-reason; Conflict
// committee.changed; Locked committee.member-ended.
func CorrectMember(ctx context.Context, tx *store.Tx, who access.Who, in CorrectInput) error {
	m, err := memberByID(ctx, tx, who.Realm, in.Member)
	if err != nil {
		return err
	}
	c, rule, err := changing(ctx, tx, who, m.Committee)
	if err != nil {
		return err
	}
	if m.Until <= tx.Today() {
		return fault.New(fault.Locked, "committee.member-ended", nil)
	}
	if in.Reason = viet.Clean(in.Reason); in.Reason == "" {
		return invalid("committee.no-reason", "reason")
	}
	if in.Version != m.Version {
		return fault.New(fault.Conflict, "committee.changed", nil)
	}
	now := m
	now.Name, now.Job, now.Phone, now.Account = in.Name, in.Job, in.Phone, in.Account
	if err := now.check(ctx, tx, who.Realm); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlKeepVersion, who.Realm, m.ID, in.Reason, who.Account, tx.Now()); err != nil {
		return err
	}
	done, err := tx.Exec(ctx, sqlCorrectMember, who.Realm, m.ID, in.Version, now.Name, viet.NameSortKey(now.Name), now.Job, now.Phone, now.Account)
	if err != nil {
		return err
	}
	if done == 0 {
		return fault.New(fault.Conflict, "committee.changed", nil)
	}
	if now.Account != m.Account {
		if err := moveLent(ctx, tx, who, m, now); err != nil {
			return err
		}
	}
	return record(ctx, tx, who, "committee.correct", c, rule, map[string]any{"member": m.ID, "version": m.Version + 1, "account": now.Account != m.Account})
}

// EndMember ends a membership on a day with its duties, without a successor.
// Faults: Invalid committee.no-reason, committee.before-start; Locked committee.member-ended.
func EndMember(ctx context.Context, tx *store.Tx, who access.Who, member id.ID, on day.Day, reason string) error {
	m, err := memberByID(ctx, tx, who.Realm, member)
	if err != nil {
		return err
	}
	c, rule, err := changing(ctx, tx, who, m.Committee)
	if err != nil {
		return err
	}
	if reason = viet.Clean(reason); reason == "" {
		return invalid("committee.no-reason", "reason")
	}
	if m.Until <= on {
		return fault.New(fault.Locked, "committee.member-ended", nil)
	}
	if err := endMember(ctx, tx, who, m, on, 0, reason); err != nil {
		return err
	}
	return record(ctx, tx, who, "committee.member-end", c, rule, map[string]any{"member": m.ID, "on": on})
}

// endMember ends a membership and what of its duties is left.
func endMember(ctx context.Context, tx *store.Tx, who access.Who, m Member, on day.Day, successor id.ID, reason string) error {
	if on < m.From {
		return fault.New(fault.Invalid, "committee.before-start", fault.Args{"day": m.From.Vietnamese()}).On("on")
	}
	duties, err := store.All[Duty](ctx, tx, sqlDutiesOfMember, who.Realm, store.In([]id.ID{m.ID}))
	if err != nil {
		return err
	}
	for _, d := range duties {
		if d.Until > on {
			if err := endDuty(ctx, tx, who, d, on, reason); err != nil {
				return err
			}
		}
	}
	_, err = tx.Exec(ctx, sqlEndMember, who.Realm, m.ID, on, successor, reason)
	return err
}

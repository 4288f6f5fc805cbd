package casework

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
)

// This is the one file that tells people. A notice names a village and a school, never a
// child and never a cause; who opens its link sees the case as far as they may.

// address of a case in the product.
func address(case_ id.ID) string { return "/van-dong/" + case_.String() }

func key(c Case, what string) string { return "case/" + c.ID.String() + "/" + what }

// tell writes one notice for each of the accounts, but for the one who acts.
func tell(ctx context.Context, tx *store.Tx, who access.Who, c Case, code, what string, urgent bool, to []id.ID) error {
	facts, err := noticeFacts(ctx, tx, who.Realm, c)
	if err != nil {
		return err
	}
	var messages []notify.Message
	for _, account := range to {
		if account == 0 || account == who.Account || slices.ContainsFunc(messages, func(m notify.Message) bool { return m.To.Account == account }) {
			continue
		}
		messages = append(messages, notify.Message{Realm: who.Realm, To: notify.Recipient{Account: account}, Code: "casework." + code,
			Facts: facts, Key: key(c, what), Link: address(c.ID), Urgent: urgent})
	}
	return notify.Enqueue(ctx, tx, messages...)
}

// tellOwners tells the case's owners of today.
func tellOwners(ctx context.Context, tx *store.Tx, who access.Who, c Case, code, what string, urgent bool) error {
	owners, err := currentOwners(ctx, tx, who.Realm, c.ID)
	if err != nil {
		return err
	}
	return tell(ctx, tx, who, c, code, what, urgent, accounts(owners))
}

// tellPrincipal asks for the confirmation of a dropout.
func tellPrincipal(ctx context.Context, tx *store.Tx, who access.Who, c Case) error {
	principals, err := access.Holders(ctx, tx, who.Realm, access.SchoolScope, []id.ID{c.School}, tx.Today(), access.Principal)
	if err != nil {
		return err
	}
	var to []id.ID
	for _, p := range principals {
		to = append(to, p.Account)
	}
	return tell(ctx, tx, who, c, "notice_dropout", "dropout/"+c.OutcomeOn.String(), true, to)
}

// untell takes back what was said under a key.
func untell(ctx context.Context, tx *store.Tx, realm int, c Case, what string) error {
	return notify.Withdraw(ctx, tx, realm, key(c, what))
}

func noticeFacts(ctx context.Context, tx *store.Tx, realm int, c Case) (fault.Args, error) {
	village, err := access.PlaceName(ctx, tx, realm, access.UnitKind, c.Village)
	if err != nil {
		return nil, err
	}
	school, err := access.PlaceName(ctx, tx, realm, access.SchoolKind, c.School)
	if err != nil {
		return nil, err
	}
	due := ""
	if c.Due != 0 && c.Due.Year() < 9999 {
		due = c.Due.Vietnamese()
	}
	return fault.Args{"village": village, "school": school, "due": due, "days": tx.Today().Sub(c.OpenedOn)}, nil
}

// tellReminder tells a school of the commune's reminder, or the one who reminded of the answer.
func tellReminder(ctx context.Context, tx *store.Tx, who access.Who, r Reminder, code string, to []id.ID) error {
	school, err := access.PlaceName(ctx, tx, who.Realm, access.SchoolKind, r.School)
	if err != nil {
		return err
	}
	var messages []notify.Message
	for _, account := range to {
		if account != 0 && account != who.Account {
			messages = append(messages, notify.Message{Realm: who.Realm, To: notify.Recipient{Account: account}, Code: "casework." + code,
				Facts: fault.Args{"school": school, "due": r.Due.Vietnamese()}, Key: "reminder/" + r.ID.String() + "/" + code, Link: "/truong/" + r.School.String() + "/nhac"})
		}
	}
	return notify.Enqueue(ctx, tx, messages...)
}

package rollcall

import (
	"context"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// schoolDaysAfter counts the days after on, up to and with today, on which the class had
// any session; it stops counting past limit.
func (k known) schoolDaysAfter(on, today day.Day, limit int) int {
	n := 0
	for d := on + 1; d <= today && n <= limit; d++ {
		for _, v := range k.plan.Day(d) {
			if v.Held {
				n++
				break
			}
		}
	}
	return n
}

// closed says whether the time for writing a day is over: for a teacher after so many
// school days, for everybody some days after the end of the month.
func (k known) closed(s Settings, who access.Who, on, today day.Day, days int) bool {
	if today >= day.MonthOf(on).Until.Add(s.MonthGrace) {
		return true
	}
	return !senior(who, k.school, today) && k.schoolDaysAfter(on, today, days) > days
}

// mayWrite gives the fault Locked ("rollcall.locked") when the day is closed and was not
// unlocked. The product itself is never locked out.
func (k known) mayWrite(ctx context.Context, tx *store.Tx, s Settings, who access.Who, on day.Day, days int) error {
	today := tx.Today()
	if who.IsSystem() || on >= today || !k.closed(s, who, on, today, days) {
		return nil
	}
	open, err := store.One[int](ctx, tx, sqlUnlocked, who.Realm, k.class, on, tx.Now())
	if err != nil {
		return err
	}
	if open == 0 {
		return fault.New(fault.Locked, "rollcall.locked", fault.Args{"day": on.Vietnamese()})
	}
	return nil
}

// Unlocking opens days of a class again past the lock.
type Unlocking struct {
	Class  id.ID
	Days   day.Range
	Reason string
	Hours  int // how long; 0 is the setting
}

// Unlock opens days again for a limited time, with a reason, and says until when.
// Faults: rollcall.reason-needed, rollcall.bad-range.
func Unlock(ctx context.Context, tx *store.Tx, who access.Who, u Unlocking) (day.Instant, error) {
	rule, err := access.May(ctx, tx, who, access.UnlockRoll, access.Class(u.Class))
	if err != nil {
		return 0, err
	}
	if u.Reason = viet.Clean(u.Reason); u.Reason == "" {
		return 0, fault.New(fault.Invalid, "rollcall.reason-needed", nil).On("reason")
	}
	if u.Days.Empty() || u.Days.Days() > 366 {
		return 0, fault.New(fault.Invalid, "rollcall.bad-range", nil).On("days")
	}
	settings, err := ReadSettings(ctx, tx, who.Realm)
	if err != nil {
		return 0, err
	}
	if u.Hours <= 0 || u.Hours > 24*14 {
		u.Hours = settings.UnlockHours
	}
	until := tx.Now().Add(time.Duration(u.Hours) * time.Hour)
	if _, err := tx.Exec(ctx, sqlInsertUnlock, who.Realm, tx.NewID(), u.Class, u.Days.From, u.Days.Until, until, u.Reason, who.Account, tx.Now()); err != nil {
		return 0, err
	}
	return until, audit.Record(ctx, tx, who.Audit("rollcall.unlock", access.Class(u.Class), rule,
		map[string]any{"from": u.Days.From, "until": u.Days.Until, "hours": u.Hours}))
}

// Lock closes what is unlocked of a class at once.
func Lock(ctx context.Context, tx *store.Tx, who access.Who, class id.ID) error {
	rule, err := access.May(ctx, tx, who, access.UnlockRoll, access.Class(class))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlEndUnlocks, who.Realm, class, tx.Now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("rollcall.lock", access.Class(class), rule, nil))
}

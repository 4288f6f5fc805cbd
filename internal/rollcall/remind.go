package rollcall

import (
	"context"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/org"
	"ralop/internal/store"
)

// Reminded says of how many classes the roll is missing, and how many people were told.
type Reminded struct {
	Classes int // class-sessions without a sheet
	People  int // teachers, each told once of each of her sessions; those who were told before are not told again
	Nobody  int // class-sessions for which nobody is named
}

// RemindTeachers tells the homeroom and substitute teachers of the classes of a school that
// are due on a day up to today and have no sheet: in the product, by push and, where they
// wish so, by mail or SMS. The caller is not told of her own class. Who may call the roll of
// the school may remind. Faults: rollcall.future.
func RemindTeachers(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, on day.Day) (Reminded, error) {
	rule, err := access.May(ctx, tx, who, access.TakeRoll, access.School(school))
	if err != nil {
		return Reminded{}, err
	}
	if on > tx.Today() {
		return Reminded{}, fault.New(fault.Invalid, "rollcall.future", nil).On("day")
	}
	page, err := Today(ctx, tx, who, school, on)
	if err != nil {
		return Reminded{}, err
	}
	var classes []id.ID
	for _, m := range page.Missing {
		classes = append(classes, m.Class)
	}
	holders, err := access.Holders(ctx, tx, who.Realm, access.ClassScope, classes, on, access.HomeroomTeacher, access.SubstituteTeacher)
	if err != nil {
		return Reminded{}, err
	}
	done := Reminded{Classes: len(page.Missing)}
	told := map[id.ID]bool{}
	var messages []notify.Message
	for _, m := range page.Missing {
		class, err := org.ClassByID(ctx, tx, who, m.Class)
		if err != nil {
			return Reminded{}, err
		}
		named := false
		for _, h := range holders {
			if h.Scope != m.Class {
				continue
			}
			named = true
			if h.Account == who.Account {
				continue
			}
			told[h.Account] = true
			messages = append(messages, notify.Message{Realm: who.Realm, To: notify.Recipient{Account: h.Account}, Code: fmt.Sprintf("rollcall.notice_missing_%d", m.Session),
				Facts: fault.Args{"class": class.Name, "day": on.Vietnamese()}, Key: fmt.Sprintf("rollcall/missing/%s/%s/%d", m.Class, on, m.Session),
				Link: fmt.Sprintf("/lop/%s/diem-danh?ngay=%s&buoi=%d", m.Class, on, m.Session), Urgent: true})
		}
		if !named {
			done.Nobody++
		}
	}
	done.People = len(told)
	if err := notify.Enqueue(ctx, tx, messages...); err != nil {
		return Reminded{}, err
	}
	return done, audit.Record(ctx, tx, who.Audit("rollcall.remind", access.School(school), rule, map[string]any{"day": on, "classes": done.Classes, "people": done.People}))
}

package rollcall

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Settings of the roll call of a realm.
type Settings struct {
	LockDays    int                              // a teacher may write on this many school days after the day
	MonthGrace  int                              // clerk and principal: this many days after the end of the month
	ResolveDays int                              // "chưa rõ" may be resolved on this many school days after the day
	UnlockHours int                              // an unlocked sheet stays open so long, unless said otherwise
	LateAfter   [len(calendar.Sessions)]Duration // time of day after which an entry is late: morning, afternoon, evening
}

// Duration is a time of day, from midnight.
type Duration time.Duration

// DefaultSettings hold where a realm has set nothing.
var DefaultSettings = Settings{LockDays: 3, MonthGrace: 5, ResolveDays: 3, UnlockHours: 24,
	LateAfter: [...]Duration{at(11, 30), at(17, 30), at(21, 30)}}

func at(hour, minute int) Duration {
	return Duration(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

func (d Duration) String() string {
	minutes := int(time.Duration(d).Minutes())
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

// settingNames are the rows of table setting, in the order of Settings.values.
var settingNames = [...]string{"rollcall.lock-days", "rollcall.month-grace", "rollcall.resolve-days", "rollcall.unlock-hours",
	"rollcall.late-morning", "rollcall.late-afternoon", "rollcall.late-evening"}

func (s Settings) values() [len(settingNames)]string {
	return [...]string{strconv.Itoa(s.LockDays), strconv.Itoa(s.MonthGrace), strconv.Itoa(s.ResolveDays), strconv.Itoa(s.UnlockHours),
		s.LateAfter[0].String(), s.LateAfter[1].String(), s.LateAfter[2].String()}
}

func (s *Settings) set(name, value string) error {
	numbers := map[string]*int{settingNames[0]: &s.LockDays, settingNames[1]: &s.MonthGrace, settingNames[2]: &s.ResolveDays, settingNames[3]: &s.UnlockHours}
	if to := numbers[name]; to != nil {
		n, err := strconv.Atoi(value)
		*to = n
		return err
	}
	for i := range s.LateAfter {
		if name == settingNames[4+i] {
			t, err := time.Parse("15:04", value)
			s.LateAfter[i] = at(t.Hour(), t.Minute())
			return err
		}
	}
	return fmt.Errorf("no such setting")
}

// ReadSettings gives the settings of a realm.
func ReadSettings(ctx context.Context, tx *store.Tx, realm int) (Settings, error) {
	return askSettings(ctx, tx, realm).read(ctx)
}

type settingRow struct{ Name, Value string }

// askedSettings are settings on their way.
type askedSettings struct{ *store.Asked[settingRow] }

func askSettings(ctx context.Context, tx *store.Tx, realm int) askedSettings {
	return askedSettings{store.Ask[settingRow](ctx, tx, sqlSettings, realm)}
}

func (a askedSettings) read(ctx context.Context) (Settings, error) {
	s := DefaultSettings
	rows, err := a.All(ctx)
	for _, r := range rows {
		if err := s.set(r.Name, r.Value); err != nil {
			return s, fmt.Errorf("rollcall: setting %s is %q: %w", r.Name, r.Value, err)
		}
	}
	return s, err
}

// ChangeSettings sets all of them. Faults name the field: rollcall.bad-setting.
func ChangeSettings(ctx context.Context, tx *store.Tx, who access.Who, s Settings) error {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return err
	}
	var faults fault.List
	for _, c := range []struct {
		name      string
		n, lo, hi int
	}{
		{"lock-days", s.LockDays, 0, 60}, {"month-grace", s.MonthGrace, 0, 60}, {"resolve-days", s.ResolveDays, 0, 60}, {"unlock-hours", s.UnlockHours, 1, 24 * 14},
	} {
		if c.n < c.lo || c.n > c.hi {
			faults = append(faults, fault.New(fault.Invalid, "rollcall.bad-setting", fault.Args{"least": c.lo, "most": c.hi}).On(c.name))
		}
	}
	if err := faults.OrNil(); err != nil {
		return err
	}
	var rows [][]any
	for i, value := range s.values() {
		rows = append(rows, []any{who.Realm, settingNames[i], value, who.Account, tx.Now()})
	}
	if err := tx.Many(ctx, sqlPutSetting, rows); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("rollcall.settings", access.Realm(), rule, s.values()))
}

// enteredLate says whether a roll call said to be taken at an instant was entered late:
// on a later day, or after the session's time.
func (s Settings) enteredLate(on day.Day, session calendar.Session, taken day.Instant) bool {
	if taken.Day() != on {
		return taken.Day() > on
	}
	t := taken.Time()
	return at(t.Hour(), t.Minute()) > s.LateAfter[session-1]
}

// senior says whether the caller answers for the whole school: its clerk or principal, or the product itself.
func senior(who access.Who, school id.ID, today day.Day) bool {
	if who.IsSystem() {
		return true
	}
	for _, g := range who.Grants {
		if (g.Role == access.SchoolClerk || g.Role == access.Principal) && g.ScopeKind == access.SchoolScope && g.Scope == school && g.Period.Has(today) {
			return true
		}
	}
	return false
}

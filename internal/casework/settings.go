package casework

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// Settings are what a realm may set about cases.
type Settings struct {
	Back   BackRule // when a child is back
	Checks []int    // days after the return on which the marks are looked at
	Keep   int      // years after its end for which the words of a case are kept
}

// DefaultSettings hold until somebody sets others.
func DefaultSettings() Settings { return Settings{BackRule{5, 6}, []int{7, 30, 60, 90}, 5} }

const (
	settingPresent = "casework.back-present"
	settingOf      = "casework.back-of"
	settingChecks  = "casework.checks"
	settingKeep    = "casework.keep-years"
)

// ReadSettings gives the realm's settings. It asks no right: they are no secret.
func ReadSettings(ctx context.Context, tx *store.Tx, realm int) (Settings, error) {
	s := DefaultSettings()
	type row struct{ Name, Value string }
	rows, err := store.All[row](ctx, tx, sqlSettings, realm)
	for _, r := range rows {
		if err := s.set(r.Name, r.Value); err != nil {
			return s, fmt.Errorf("casework: setting %s is %q: %w", r.Name, r.Value, err)
		}
	}
	return s, err
}

func (s *Settings) set(name, value string) (err error) {
	switch name {
	case settingPresent:
		s.Back.Present, err = strconv.Atoi(value)
	case settingOf:
		s.Back.Of, err = strconv.Atoi(value)
	case settingKeep:
		s.Keep, err = strconv.Atoi(value)
	case settingChecks:
		s.Checks = nil
		for _, word := range strings.Fields(value) {
			n, err := strconv.Atoi(word)
			if err != nil {
				return err
			}
			s.Checks = append(s.Checks, n)
		}
	}
	return err
}

// ChangeSettings sets all of them. Fault: casework.bad-setting.
func ChangeSettings(ctx context.Context, tx *store.Tx, who access.Who, s Settings) error {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return err
	}
	if s.Keep < 1 || s.Keep > 20 || s.Back.Present < 1 || s.Back.Of < s.Back.Present || s.Back.Of > 30 || len(s.Checks) == 0 || len(s.Checks) > 6 || !slices.IsSorted(s.Checks) || s.Checks[0] < 1 || s.Checks[len(s.Checks)-1] > 365 {
		return fault.New(fault.Invalid, "casework.bad-setting", nil)
	}
	checks := make([]string, len(s.Checks))
	for i, n := range s.Checks {
		checks[i] = strconv.Itoa(n)
	}
	values := map[string]string{settingPresent: strconv.Itoa(s.Back.Present), settingOf: strconv.Itoa(s.Back.Of), settingChecks: words(checks), settingKeep: strconv.Itoa(s.Keep)}
	for name, value := range values {
		if _, err := tx.Exec(ctx, sqlPutSetting, who.Realm, name, value, who.Account, tx.Now()); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, who.Audit("casework.settings", access.Realm(), rule, values))
}

package main

import (
	"context"
	"encoding/json"
	"fmt"

	"ralop/internal/app"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// settingsCommand shows the settings of the realm and changes those that are named.
type settingsCommand struct {
	LockDays     *int `help:"School days after which a teacher may no longer write. / Số ngày học giáo viên còn được ghi." name:"lock-days"`
	MonthGrace   *int `help:"Days after the month in which clerk and principal still may. / Số ngày sau cuối tháng." name:"month-grace"`
	ResolveDays  *int `help:"School days in which an unknown absence is to be resolved. / Số ngày học để xác định “chưa rõ”." name:"resolve-days"`
	UnlockHours  *int `help:"Hours that an unlocked sheet stays open. / Số giờ phiếu được mở khóa." name:"unlock-hours"`
	PupilYears   *int `help:"Years that names are kept after a child left, at least 5. / Số năm giữ hồ sơ." name:"pupil-years"`
	RequestYears *int `help:"Years that answered requests are kept. / Số năm giữ yêu cầu đã trả lời." name:"request-years"`
}

// settings are what is printed.
type settings struct {
	LockDays     int `json:"lock_days"`
	MonthGrace   int `json:"month_grace"`
	ResolveDays  int `json:"resolve_days"`
	UnlockHours  int `json:"unlock_hours"`
	PupilYears   int `json:"pupil_years"`
	RequestYears int `json:"request_years"`
}

func (c *settingsCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	if c.changes() {
		err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error { return c.change(ctx, tx, a) })
		if err != nil {
			return err
		}
	}
	var now settings
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
		roll, err := rollcall.ReadSettings(ctx, tx, a.Realm)
		if err != nil {
			return err
		}
		keep, err := student.ReadRetention(ctx, tx, a.Realm)
		now = settings{roll.LockDays, roll.MonthGrace, roll.ResolveDays, roll.UnlockHours, keep.PupilYears, keep.RequestYears}
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		return json.NewEncoder(env.Out).Encode(now)
	}
	for _, line := range []struct {
		name  string
		value int
	}{{"lock-days", now.LockDays}, {"month-grace", now.MonthGrace}, {"resolve-days", now.ResolveDays}, {"unlock-hours", now.UnlockHours},
		{"pupil-years", now.PupilYears}, {"request-years", now.RequestYears}} {
		fmt.Fprintf(env.Out, "%-14s %d\n", line.name, line.value)
	}
	return nil
}

func (c *settingsCommand) changes() bool {
	for _, given := range []*int{c.LockDays, c.MonthGrace, c.ResolveDays, c.UnlockHours, c.PupilYears, c.RequestYears} {
		if given != nil {
			return true
		}
	}
	return false
}

func (c *settingsCommand) change(ctx context.Context, tx *store.Tx, a *app.App) error {
	roll, err := rollcall.ReadSettings(ctx, tx, a.Realm)
	if err != nil {
		return err
	}
	take(&roll.LockDays, c.LockDays)
	take(&roll.MonthGrace, c.MonthGrace)
	take(&roll.ResolveDays, c.ResolveDays)
	take(&roll.UnlockHours, c.UnlockHours)
	if err := rollcall.ChangeSettings(ctx, tx, a.System(), roll); err != nil {
		return err
	}
	keep, err := student.ReadRetention(ctx, tx, a.Realm)
	if err != nil {
		return err
	}
	take(&keep.PupilYears, c.PupilYears)
	take(&keep.RequestYears, c.RequestYears)
	return student.SetRetention(ctx, tx, a.System(), keep)
}

// take sets a value when one was given.
func take(value, given *int) {
	if given != nil {
		*value = *given
	}
}

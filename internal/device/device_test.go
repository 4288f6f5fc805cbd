package device_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/device"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

func name(n int) string { return fmt.Sprintf("%08d-6c1c-4f3e-9d6a-0a2b3c4d5e6f", n) }

func register(t *testing.T, h *apptest.House, p apptest.Person, n int) (r device.Registered) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = device.Register(ctx, tx, p.Who(), device.Registration{Device: name(n), Label: "chrome/android"})
		return err
	})
	return r
}

func seal(t *testing.T, r device.Registered, e device.Envelope) []byte {
	t.Helper()
	text := fmt.Sprintf(`{"device":%q,"account":%q,"mac":%q,"act":%q}`, e.Device, e.Account, e.MAC, e.Act)
	sealed, err := device.Seal(r.Key.Public, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// TestEverySecretOfAPairProves: registering again gives another secret, and what was made
// under the ones before is still proved; nothing else is.
func TestEverySecretOfAPairProves(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		open := func(sealed []byte) (e device.Envelope, err error) {
			err = h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				e, err = device.Open(ctx, tx, apptest.Realm, sealed)
				return err
			})
			return e, err
		}
		first := register(t, h, apptest.Hoa, 1)
		second := register(t, h, apptest.Hoa, 1)
		other := register(t, h, apptest.Binh, 1)
		if len(first.Secret) != 32 || string(first.Secret) == string(second.Secret) || string(second.Secret) == string(other.Secret) || len(first.Key.Public) != 65 {
			t.Fatal("secrets are not 32 bytes each of its own")
		}
		for i, secret := range [][]byte{first.Secret, second.Secret, other.Secret} {
			e, err := open(seal(t, first, device.Envelope{Device: name(1), Account: apptest.Hoa.Account, MAC: device.Prove(secret, "act"), Act: "act"}))
			if good := i < 2; (err == nil) != good || good && e.Act != "act" || !good && codeOf(err) != "device.unproved" {
				t.Errorf("secret %d: %+v, %v", i, e, err)
			}
		}
		if _, err := open([]byte("what is this")); codeOf(err) != "device.unreadable" {
			t.Error(err)
		}
		foreign, err := device.Seal(first.Key.Public, []byte(`not an envelope`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := open(foreign); codeOf(err) != "device.unreadable" {
			t.Error(err)
		}
		err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := device.Register(ctx, tx, apptest.Hoa.Who(), device.Registration{Device: "my phone"})
			return err
		})
		if codeOf(err) != "device.bad-id" {
			t.Error(err)
		}
	})
}

func codeOf(err error) string {
	if f, ok := fault.Of(err); ok {
		return f.Code
	}
	return fmt.Sprint(err)
}

func TestQuietIsAPhoneWhoseWorkMayBeMissing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		register(t, h, apptest.Hoa, 1)
		register(t, h, apptest.Hoa, 2)
		register(t, h, apptest.Binh, 3)
		register(t, h, apptest.Mai, 4) // a clerk calls no roll of a class of her own
		push := func(p apptest.Person, n, unsent int) {
			t.Helper()
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := device.Pushed(ctx, tx, p.Who(), device.Contact{Device: name(n), Build: "b", Unsent: unsent, Skew: 11 * 60000})
				return err
			})
		}
		quiet := func(days int) (phones []string) {
			t.Helper()
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				health, err := device.HealthOf(ctx, tx, apptest.Son.Who(), []id.ID{apptest.MuongMunS}, days)
				for _, q := range health.Quiet {
					phones = append(phones, q.Phone.Device[7:8])
				}
				return err
			})
			return phones
		}
		push(apptest.Hoa, 1, 3)
		h.Clock.Advance(25 * time.Hour)
		if got := quiet(1); !slices.Equal(got, []string{"3", "1", "2"}) { // by class: 6A before 8A
			t.Errorf("after a day: %v", got)
		}
		push(apptest.Hoa, 2, 0)
		if got := quiet(1); !slices.Equal(got, []string{"3", "1"}) { // acts lie on her old phone
			t.Errorf("when another phone of hers was heard of: %v", got)
		}
		push(apptest.Hoa, 1, 0)
		h.Clock.Advance(time.Hour)
		if got := quiet(1); !slices.Equal(got, []string{"3"}) || quiet(3) != nil {
			t.Errorf("when all of hers is sent: %v, and for three days %v", got, quiet(3))
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return device.Block(ctx, tx, apptest.Binh.Who(), name(3), apptest.Binh.Account)
		})
		if got := quiet(1); got != nil {
			t.Errorf("a blocked phone is waited for: %v", got)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			health, err := device.HealthOf(ctx, tx, apptest.Son.Who(), []id.ID{apptest.MuongMunS}, 1)
			if health.Callers != 2 || health.WithApp != 1 || health.ClockOff != 2 {
				t.Errorf("the school: %+v", health)
			}
			if _, err := device.HealthOf(ctx, tx, apptest.Lan.Who(), []id.ID{apptest.MuongMunS}, 1); !fault.Is(err, fault.Forbidden) {
				t.Errorf("another school's principal: %v", err)
			}
			return err
		})
	})
}

func TestWhatIsOldGoes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		register(t, h, apptest.Hoa, 1)
		keep := func(n byte, o device.Outcome) {
			t.Helper()
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				if _, err := device.KeepAct(ctx, tx, apptest.Realm, device.Act{ID: [16]byte{n}, Device: name(1), Account: apptest.Hoa.Account, Kind: "roll", Outcome: o}, []byte("sealed")); err != nil {
					return err
				}
				return device.KeepUnread(ctx, tx, apptest.Realm, apptest.Hoa.Account, "device.unreadable", []byte{n})
			})
		}
		keep(1, device.Done)
		keep(2, device.Refused)
		h.Clock.Advance(300 * 24 * time.Hour)
		keep(3, device.Done)
		h.Clock.Advance(200 * 24 * time.Hour)
		purge := func(who access.Who) (n int64, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = device.Purge(ctx, tx, who)
				return err
			})
			return n, err
		}
		if _, err := purge(apptest.Quan.Who()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a person purges: %v", err)
		}
		if n, err := purge(access.System(apptest.Realm)); err != nil || n != 4 {
			t.Errorf("%d rows went (%v), of two acts and two unread things", n, err)
		}
		if left := apptest.Query[int](t, h, `SELECT COUNT(*) FROM device_act WHERE realm = $1`, apptest.Realm)[0]; left != 1 {
			t.Errorf("%d acts are left", left)
		}
	})
}

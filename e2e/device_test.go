package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/device"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// The pages about phones: one's own, the file of one that cannot send, the quiet ones of a
// school and of a commune.
func TestPagesOfPhones(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	ctx := t.Context()
	err := h.App.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		teacher, err := account.ByLogin(ctx, tx, h.App.Realm, "homeroom")
		if err != nil {
			return err
		}
		who, err := access.Load(ctx, tx, h.App.Realm, teacher)
		for _, phone := range []string{"0b1f9f6e-6c1c-4f3e-9d6a-0a2b3c4d5e6f", "7c1f9f6e-6c1c-4f3e-9d6a-0a2b3c4d5e6f", "9c1f9f6e-6c1c-4f3e-9d6a-0a2b3c4d5e6f"} {
			if err == nil {
				_, err = device.Register(ctx, tx, who, device.Registration{Device: phone, Label: "chrome/android"})
			}
			if err == nil {
				_, err = device.Pushed(ctx, tx, who, device.Contact{Device: phone, Build: "e2e", Unsent: 2, Skew: 25 * 60000})
			}
			if err == nil && strings.HasPrefix(phone, "7") {
				err = device.SignOut(ctx, tx, who, phone)
			}
			if err == nil && strings.HasPrefix(phone, "9") {
				err = device.Block(ctx, tx, who, phone, teacher)
			}
		}
		if err != nil {
			return err
		}
		_, err = device.KeepAct(ctx, tx, h.App.Realm, device.Act{ID: [16]byte{1, 2, 3}, Device: "0b1f9f6e-6c1c-4f3e-9d6a-0a2b3c4d5e6f", Account: teacher, Sender: teacher, Kind: "roll", Format: 1,
			TakenAt: tx.Now(), Outcome: device.Refused, Code: "rollcall.bad-reason", Facts: fault.Args{"value": "x"}, About: device.About{Day: tx.Today(), Session: 1}}, []byte("sealed"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.App.SetClock(ctx, h.Plan.Clock.Time().Add(4*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	teacher := NewPage(t, Phone, Light)
	teacher.Enter(h, "homeroom")
	teacher.Look("phones", h.URL+"/toi/may")
	teacher.Look("phones-hand-in", h.URL+"/toi/may/nop-tep")
	clerk := NewPage(t, Desktop, Light)
	clerk.Enter(h, "clerk")
	clerk.Look("phones-school", h.URL+"/quan-tri/may")
	commune := NewPage(t, Desktop, Light)
	commune.Enter(h, "commune")
	commune.Look("phones-commune", h.URL+"/quan-tri/may?so-ngay=3")
	admin := NewPage(t, Desktop, Light)
	admin.Enter(h, "admin")
	admin.Look("phones-admin", h.URL+"/quan-tri/may")
}

package e2e

import (
	"context"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/store"
	"ralop/internal/token"
	"ralop/internal/webhook"
)

// A principal makes a token and sees it once; webhooks and what they were sent; the administrator's page.
func TestPagesOfPrograms(t *testing.T) {
	h, base := cast(t)
	var hook webhook.Webhook
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		if _, _, err = token.Make(ctx, tx, apptest.Son.Who(), token.MakeIn{Account: apptest.Son.Account, Label: "Thời khóa biểu", Scopes: []token.Scope{token.ReadPlaces, token.ReadPupils, token.ReadRosters}}); err != nil {
			return err
		}
		if hook, _, err = webhook.Make(ctx, tx, apptest.Son.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: "Bảng tin của xã Mường Mùn", URL: "https://bang-tin.example.vn/nhan/ralop?khoa=0123456789abcdef"}); err != nil {
			return err
		}
		for _, state := range []string{webhook.Done, webhook.Dead, webhook.Waiting} {
			event, err := webhook.Try(ctx, tx, apptest.Son.Who(), hook.ID)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE webhook_delivery SET state = $1, tries = 3, status = 503, error = 'status' WHERE realm = 1 AND event = $2`, state, event); err != nil {
				return err
			}
		}
		return webhook.AllowHosts(ctx, tx, access.System(apptest.Realm), []string{"smas.noi-bo"})
	})
	p := NewPage(t, Desktop, Light)
	p.signIn(base, apptest.Son)
	p.Look("programs-webhook", base+webhook.Page+hook.ID.String())
	p.Look("programs-mine", base+"/toi/ket-noi")
	p.Go(base + "/toi/ket-noi")
	p.Tap("details.more summary")
	p.Type("#o-label", "Thư viện")
	p.Tap(`input[name="scopes"][value="places.read"]`)
	p.Shot("programs-form")
	p.Clean("programs-form")
	p.Follow(`form[action="/toi/ket-noi/ma"] .button-primary`)
	p.Clean("programs-secret")
	if secret := Eval[string](p, `document.querySelector("#o-secret").value`); !strings.HasPrefix(secret, "ralop_1_") {
		t.Errorf("the page shows %q", secret)
	}
	p.As(Phone, Dark)
	p.Shot("programs-secret")
	quan := NewPage(t, Phone, Light)
	quan.signIn(base, apptest.Quan)
	quan.Look("programs-manage", base+"/quan-tri/ket-noi")
}

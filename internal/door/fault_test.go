package door_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/store/storetest"
)

// On a database that became read-only people stay signed in and read on; who writes is told
// why, and so is who asks for names, because a look is written down before it is shown.
func TestAReadOnlyDatabaseIsReadOn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := open(t, h)
		b := v.browser(t)
		b.signIn(apptest.Hoa, nil)
		storetest.ReadOnly(t, h.Store, true)
		v.machine.Advance(time.Hour) // long enough that the session would be written again
		b.want(200, b.send("GET", "/toi", nil))
		class := "/lop/" + apptest.Class8A.String()
		for _, g := range []got{b.send("POST", class, url.Values{}), b.send("GET", class, nil), v.browser(t).send("POST", "/vao/"+apptest.Dua.Account.String(), nil)} {
			if g.status != 503 || !strings.Contains(g.body, "chỉ cho đọc") {
				t.Errorf("got %d %q", g.status, g.body)
			}
		}
		storetest.ReadOnly(t, h.Store, false)
		b.want(422, b.send("POST", class, url.Values{})) // this one asks for a day
		b.want(200, b.send("GET", class, nil))
	})
}

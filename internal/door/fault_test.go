package door_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/store"
)

// On a database that became read-only people stay signed in and read on; who writes is told
// why, and so is who asks for names, because a look is written down before it is shown.
func TestAReadOnlyDatabaseIsReadOn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := open(t, h)
		b := v.browser(t)
		b.signIn(apptest.Hoa, nil)
		readOnly(t, h.Store, true)
		v.machine.Advance(time.Hour) // long enough that the session would be written again
		b.want(200, b.send("GET", "/toi", nil))
		class := "/lop/" + apptest.Class8A.String()
		for _, g := range []got{b.send("POST", class, url.Values{}), b.send("GET", class, nil), v.browser(t).send("POST", "/vao/"+apptest.Dua.Account.String(), nil)} {
			if g.status != 503 || !strings.Contains(g.body, "chỉ cho đọc") {
				t.Errorf("got %d %q", g.status, g.body)
			}
		}
		readOnly(t, h.Store, false)
		b.want(422, b.send("POST", class, url.Values{})) // this one asks for a day
		b.want(200, b.send("GET", class, nil))
	})
}

func readOnly(t *testing.T, s *store.Store, on bool) {
	t.Helper()
	writer, _ := s.Connections()
	if s.Engine() == store.SQLite {
		if _, err := writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA query_only = %t", on)); err != nil {
			t.Fatal(err)
		}
		return
	}
	conn, err := writer.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	name := ""
	if err := conn.QueryRowContext(t.Context(), `SELECT current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`SET default_transaction_read_only = off`,
		fmt.Sprintf(`ALTER DATABASE %s SET default_transaction_read_only = %t`, name, on),
		`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
		fmt.Sprintf(`SET default_transaction_read_only = %t`, on),
	} {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

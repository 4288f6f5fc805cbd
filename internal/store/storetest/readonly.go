package storetest

import (
	"fmt"
	"testing"

	"ralop/internal/store"
)

// ReadOnly makes a database readable only, or writable again: on PostgreSQL as a server is that became a standby, with
// all connections cut.
func ReadOnly(t *testing.T, s *store.Store, on bool) {
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

package api_test

import (
	"bytes"
	"testing"

	"ralop/internal/api"
	"ralop/internal/apptest"
	"ralop/internal/store"
)

// written exports the roster of a house.
func written(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := api.WriteBundle(t.Context(), s, apptest.Realm, &content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

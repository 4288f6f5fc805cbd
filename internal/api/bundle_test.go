package api_test

import (
	"archive/zip"
	"bytes"
	"io"
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

// parts unpacks a bundle.
func parts(t *testing.T, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[part.Name] = string(text)
	}
	return all
}

package e2e

import (
	"net/http"
	"testing"

	"ralop/internal/store"
)

// The house opens with a demonstration in it and answers.
func TestTheHouseAnswers(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	answer, err := http.Get(h.URL + "/khong-co-trang-nay")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown address answers %s", answer.Status)
	}
	if answer.Header.Get("Content-Security-Policy") == "" {
		t.Error("no Content-Security-Policy")
	}
}

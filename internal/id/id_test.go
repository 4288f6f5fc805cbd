package id_test

import (
	"encoding/json"
	"sync"
	"testing"

	"ralop/internal/id"
)

func TestMakersNeverMakeTheSameTwice(t *testing.T) {
	a, b := id.NewMaker(1), id.NewMaker(2)
	var mu sync.Mutex
	seen := map[id.ID]bool{}
	var wait sync.WaitGroup
	for _, maker := range []*id.Maker{a, a, b} {
		wait.Go(func() {
			made := make([]id.ID, 20000) // five times a millisecond's sequence: some are borrowed
			for i := range made {
				made[i] = maker.Next()
			}
			mu.Lock()
			defer mu.Unlock()
			for _, one := range made {
				if one <= 0 || seen[one] {
					t.Errorf("id %v was made twice or is not positive", one)
				}
				seen[one] = true
			}
		})
	}
	wait.Wait()
}

func TestJSONKeepsEveryBit(t *testing.T) {
	made := id.NewMaker(1023).Next()
	content, err := json.Marshal(made)
	if err != nil || content[0] != '"' {
		t.Fatalf("%s, %v: an id is a string in JSON", content, err)
	}
	var read id.ID
	if err := json.Unmarshal(content, &read); err != nil || read != made {
		t.Errorf("%s came back as %v, %v", content, read, err)
	}
	for _, text := range []string{"", "-1", "0", "x", "99999999999999999999"} {
		if got, err := id.Parse(text); err == nil {
			t.Errorf("%q was read as id %v", text, got)
		}
	}
}

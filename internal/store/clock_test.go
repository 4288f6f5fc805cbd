package store_test

import (
	"sync"
	"testing"
	"time"

	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// jumping is a machine's clock that stands still between jumps, so that every id that could
// be made twice is.
type jumping struct {
	mu sync.Mutex
	at time.Time
}

func (j *jumping) now() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.at
}

func (j *jumping) jump(by time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.at = j.at.Add(by)
}

// The clock of the machine goes back an hour and forward a day while processes work, end
// and begin on one database: no id is made twice, no write is lost.
func TestAClockThatJumpsMakesNoIDTwice(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			clock := &jumping{at: time.Now()}
			config := storetest.Fresh(t, engine)
			config.Machine, config.Clock = clock.now, clock.now
			seen := map[id.ID]bool{}
			written := 0
			work := func(stores ...*store.Store) {
				t.Helper()
				for range 3000 {
					for _, s := range stores {
						made := s.NewID()
						if seen[made] {
							t.Fatalf("id %v was made twice", made)
						}
						seen[made] = true
					}
				}
				for _, s := range stores {
					if number, err := act(t.Context(), s, 10); err != nil || number != written+1 {
						t.Fatalf("write %d after %d: %v", number, written, err)
					}
					written++
				}
			}
			open := func() *store.Store {
				s, err := store.Open(t.Context(), config)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			a := open()
			defer a.Close()
			if err := actTable(t.Context(), a); err != nil {
				t.Fatal(err)
			}
			work(a)
			for _, by := range []time.Duration{-time.Hour, 25 * time.Hour, -24 * time.Hour, 0} {
				clock.jump(by)
				work(a)
				b := open() // its neighbour's lease may seem to have run out long ago
				work(a, b)
				if err := b.Close(); err != nil {
					t.Fatal(err)
				}
				c := open() // and it goes on where b ended, whatever the clock says
				work(a, c)
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := acts(t.Context(), a); err != nil || n != written {
				t.Errorf("%d rows of %d writes: %v", n, written, err)
			}
		})
	}
}

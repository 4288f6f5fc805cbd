package offline

import (
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/store"
)

// BenchmarkPullOfAClass is a pull by a phone that has everything: the morning's commonest.
func BenchmarkPullOfAClass(b *testing.B) {
	w := open(b, apptest.Open(b, store.SQLite))
	p := w.phone(b, apptest.Hoa)
	p.pull()
	for b.Loop() {
		p.pull()
	}
}

// BenchmarkPushOfARoll is one roll call of 35 pupils on its way in.
func BenchmarkPushOfARoll(b *testing.B) {
	w := open(b, apptest.Open(b, store.SQLite))
	p := w.phone(b, apptest.Hoa)
	for b.Loop() {
		p.push(p.seal(p.roll(apptest.Class8A, "2020-05-29", mark(apptest.Class8A, 1, "late"))))
	}
}

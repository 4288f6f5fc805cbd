package rollcall_test

import (
	"context"
	"encoding/binary"
	"sync/atomic"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/student"
)

// BenchmarkSubmit is the hot path without HTTP: 32 senders of 200 classes of 35, three
// absent in each, with rights, audit, version and sums, durable on answer.
func BenchmarkSubmit(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			clock := func() time.Time { return time.Date(2020, 1, 31, 17, 0, 0, 0, day.Place) }
			s := storetest.Open(b, engine, clock)
			w := makeWorld(b, s, 10)
			days := worldDays()
			var next atomic.Int64
			b.SetParallelism(16)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := int(next.Add(1) - 1)
					class := w.classes[i%len(w.classes)]
					s1 := rollcall.Submission{Class: class, Day: days[i/len(w.classes)%len(days)], Session: calendar.Morning, State: rollcall.Taken}
					s1.BaseVersion = i / (len(w.classes) * len(days)) // once every class-day is taken, they are all changed
					if s1.BaseVersion > 0 {
						s1.Reason = "again"
					}
					binary.BigEndian.PutUint64(s1.Act[8:], uint64(i)+1)
					for n := range 3 {
						s1.Marks = append(s1.Marks, rollcall.Mark{Pupil: w.pupil(class, id.ID(3+4*n)), Kind: rollcall.Unknown})
					}
					err := s.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
						_, err := rollcall.Submit(ctx, tx, w.teacher, s1)
						return err
					})
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
		})
	}
}

// BenchmarkLoad is the bulk path: a month of ten schools of 20 classes, three absent in each sheet.
func BenchmarkLoad(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			loaded := 0
			for range b.N {
				b.StopTimer()
				s := storetest.Open(b, engine, nil)
				w := makeWorld(b, s, 10)
				system, days := access.System(worldRealm), worldDays()
				b.StartTimer()
				for school := id.ID(1000); school < 1010; school++ {
					err := s.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
						var sheets []rollcall.LoadedSheet
						for _, class := range w.classes {
							if w.school(class) != school {
								continue
							}
							roll, err := student.RollOn(ctx, tx, worldRealm, class, days[0])
							if err != nil {
								return err
							}
							for _, on := range days {
								sheets = append(sheets, rollcall.LoadedSheet{Class: class, Day: on, Session: calendar.Morning, Roll: &roll, State: rollcall.Taken,
									Marks: []rollcall.Mark{{Pupil: w.pupil(class, 3), Kind: rollcall.Excused}, {Pupil: w.pupil(class, 5), Kind: rollcall.Unexcused}, {Pupil: w.pupil(class, 9), Kind: rollcall.Late}}})
							}
						}
						loaded += len(sheets)
						return rollcall.Load(ctx, tx, system, school, 2019, sheets)
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(loaded)/b.Elapsed().Seconds(), "sheets/s")
		})
	}
}

// BenchmarkOpen is the screen of a class that has two months of sheets behind it: what the roll-call page reads.
func BenchmarkOpen(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			clock := func() time.Time { return time.Date(2020, 1, 31, 17, 0, 0, 0, day.Place) }
			s := storetest.Open(b, engine, clock)
			w := makeWorld(b, s, 2)
			days := worldDays()
			err := s.Write(b.Context(), func(ctx context.Context, tx *store.Tx) error {
				for i, on := range days[:len(days)-1] {
					for _, class := range w.classes {
						in := rollcall.Submission{Class: class, Day: on, Session: calendar.Morning, State: rollcall.Taken,
							Marks: []rollcall.Mark{{Pupil: w.pupil(class, id.ID(3+i%5)), Kind: rollcall.Unknown}, {Pupil: w.pupil(class, 20), Kind: rollcall.Excused, Reason: "far-away"}}}
						binary.BigEndian.PutUint64(in.Act[:8], uint64(i)+1)
						binary.BigEndian.PutUint64(in.Act[8:], uint64(class))
						if _, err := rollcall.Submit(ctx, tx, access.System(worldRealm), in); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				err := s.Read(b.Context(), func(ctx context.Context, tx *store.Tx) error {
					_, err := rollcall.Open(ctx, tx, w.teacher, w.classes[i%len(w.classes)], days[len(days)-1], calendar.Morning)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

// BenchmarkMerge is four acts of two people on a class of 35 who did not see each other's.
func BenchmarkMerge(b *testing.B) {
	var pupils []id.ID
	for i := range id.ID(35) {
		pupils = append(pupils, 1000+i)
	}
	var acts []rollcall.Act
	for i := range 4 {
		act := rollcall.Act{ID: rollcall.ActID{byte(i + 1)}, Account: id.ID(1 + i%2), State: rollcall.Taken, Roll: pupils}
		for n := range 3 {
			act.Marks = append(act.Marks, rollcall.Mark{Pupil: pupils[5*n+i], Kind: rollcall.Unknown})
		}
		acts = append(acts, act)
	}
	b.ReportAllocs()
	for b.Loop() {
		rollcall.Merge(acts, pupils)
	}
}

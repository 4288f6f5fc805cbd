package casework_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// The same act from many lines at once is one act; many who open a case for one child make one.
func TestTheSameActAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				err := h.Store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					_, err := casework.OpenByHand(ctx, tx, apptest.Hoa.Who(), casework.OpenIn{Act: act(), Pupil: child, Why: "em nghỉ"})
					return err
				})
				if err != nil && code(err) != "casework.running" {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		c := runningOf(t, h, child)
		call := casework.Act{ID: act(), Case: c, Kind: "call", Reached: true}
		var mu sync.Mutex
		kept := map[id.ID]int{}
		for range 8 {
			wait.Go(func() {
				var r casework.Receipt
				err := h.Store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
					r, err = casework.Record(ctx, tx, apptest.Hoa.Who(), call)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				kept[r.Act]++
				mu.Unlock()
			})
		}
		wait.Wait()
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_file WHERE realm = 1`); n[0] != 1 {
			t.Errorf("%d cases", n[0])
		}
		if v := view(t, h, system, c); len(kept) != 1 || v.Case.Acts != 1 {
			t.Errorf("kept %v, %d acts", kept, v.Case.Acts)
		}
	})
}

// Whatever is done in whatever order: a child has one running case at most; something is
// owed exactly while a case is open or watched; a closed case has no owner and no place;
// running the workers again changes nothing.
func TestRandomHistories(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, h *apptest.House) { history(t, h, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func history(t *testing.T, h *apptest.House, r *rand.Rand) {
	who := []apptest.Person{apptest.Hoa, apptest.Pao, apptest.Son, apptest.Mai}
	on := today - 25 // after the days off of 30 April and 1 May
	for range 10 {
		on = nextSchoolDay(on) + day.Day(r.IntN(3))
		for on.Weekday() == 0 || on.Weekday() == 6 {
			on++
		}
		at(h, on)
		var away []id.ID
		for n := 1; n <= 5; n++ {
			if r.IntN(3) == 0 {
				away = append(away, apptest.Pupil(apptest.Class8A, n))
			}
		}
		roll(t, h, apptest.Class8A, on, away...)
		for range 3 {
			pupil := apptest.Pupil(apptest.Class8A, 1+r.IntN(5))
			p := who[r.IntN(len(who))].Who()
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				c, err := casework.CaseOf(ctx, tx, system, pupil)
				if err != nil {
					return err
				}
				switch kind := r.IntN(8); {
				case c == 0 || kind == 0:
					_, err = casework.OpenByHand(ctx, tx, p, casework.OpenIn{Pupil: pupil, Why: "em nghỉ"})
				case kind == 1:
					_, err = casework.End(ctx, tx, p, casework.EndIn{Act: act(), Case: c, Outcome: casework.Outcomes[r.IntN(len(casework.Outcomes))]})
				case kind == 2:
					if err = casework.ConfirmDropout(ctx, tx, apptest.Son.Who(), c); err == nil {
						err = casework.SeeDropout(ctx, tx, apptest.Nhung.Who(), c)
					}
				default:
					a := casework.Act{ID: act(), Case: c, Kind: casework.ActKinds[r.IntN(len(casework.ActKinds))].Code, Cause: casework.Causes[r.IntN(len(casework.Causes))].Code,
						Place: &casework.Place{Latitude: 21, Longitude: 103}}
					if r.IntN(2) == 0 {
						a.Promise = on + day.Day(r.IntN(5))
					}
					_, err = casework.Record(ctx, tx, p, a)
				}
				return err
			})
			if _, told := fault.Of(err); err != nil && !told {
				t.Fatal(err)
			}
		}
		run(t, h)
		type row struct {
			Pupil id.ID
			Cases int
		}
		for _, twice := range apptest.Query[row](t, h, `SELECT pupil, COUNT(*) FROM case_file WHERE realm = 1 AND state IN ('open', 'watching', 'away') GROUP BY pupil`) {
			if twice.Cases != 1 {
				t.Fatalf("%s: %d running cases of one child", on, twice.Cases)
			}
		}
		for what, query := range map[string]string{
			"open without a deadline":   `SELECT COUNT(*) FROM case_file WHERE realm = 1 AND state IN ('open', 'watching') AND due_day = $1`,
			"owed by a case that rests": `SELECT COUNT(*) FROM case_file WHERE realm = 1 AND state IN ('away', 'back', 'closed') AND due_day <> $1`,
			"closed without a day":      `SELECT COUNT(*) FROM case_file WHERE realm = 1 AND (state = 'closed') <> (closed_on <> $1)`,
			"an owner after the end":    `SELECT COUNT(*) FROM case_owner o JOIN case_file c ON c.realm = o.realm AND c.id = o.case_id WHERE o.realm = 1 AND c.closed_on <> $1 AND o.until_at < o.from_at`,
			"a place after the end":     `SELECT COUNT(*) FROM case_act a JOIN case_file c ON c.realm = a.realm AND c.id = a.case_id WHERE a.realm = 1 AND c.closed_on <> $1 AND a.latitude > 0`,
		} {
			if n := apptest.Query[int](t, h, query, day.Forever); n[0] != 0 {
				t.Fatalf("%s: %s: %d", on, what, n[0])
			}
		}
		before := apptest.Query[casework.Case](t, h, everything)
		if run(t, h) != 0 {
			t.Fatalf("%s: climbing twice is not climbing once", on)
		}
		for i, c := range apptest.Query[casework.Case](t, h, everything) {
			c.Version, before[i].Version = 0, 0
			if c != before[i] {
				t.Fatalf("%s: the workers changed\n%+v\nto\n%+v", on, before[i], c)
			}
		}
	}
	if n := apptest.Query[int](t, h, `SELECT COUNT(DISTINCT state) FROM case_file WHERE realm = 1`); n[0] < 3 {
		t.Errorf("the history is dull: %d states", n[0])
	}
}

const everything = `SELECT id, pupil, school, class, village, commune, level, grade, ladder, opened_on, opened_at, opened_by, rule, why, rank,
	state, step, due_day, clock, clock_from, clock_days, tier, holder, cause, secondary, protected, promise_day, return_day,
	outcome, outcome_day, confirmed, seen_by, earlier, closed_on, last_act, acts, version FROM case_file WHERE realm = 1 ORDER BY id`

package offline

import (
	"context"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/text"
)

// gate lets so many in at a time; some wait for a moment, the others are asked to come
// again, spread over some time. At seven o'clock two thousand phones come at once, and none
// of them, nor the pages, must stall for the others.
type gate struct {
	inside  chan struct{}
	waiting atomic.Int64
	queue   int64
	patient time.Duration // how long one waits in the queue
	spread  time.Duration // over how long those sent away are to come again
}

func newGate(inside, queue int, patient, spread time.Duration) *gate {
	return &gate{inside: make(chan struct{}, inside), queue: int64(queue), patient: patient, spread: spread}
}

// gates of the door: pushes are short and are written in groups, pulls read more.
func newGates() (push, pull *gate) {
	processors := runtime.GOMAXPROCS(0)
	return newGate(8*processors, 256, 5*time.Second, 30*time.Second), newGate(2*processors, 128, 5*time.Second, 60*time.Second)
}

// enter waits for a place. leave is to be called when done; ok is false when there is none.
func (g *gate) enter(ctx context.Context) (leave func(), ok bool) {
	leave = func() { <-g.inside }
	select {
	case g.inside <- struct{}{}:
		return leave, true
	default:
	}
	if g.waiting.Add(1) > g.queue {
		g.waiting.Add(-1)
		return nil, false
	}
	defer g.waiting.Add(-1)
	timer := time.NewTimer(g.patient)
	defer timer.Stop()
	select {
	case g.inside <- struct{}{}:
		return leave, true
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil, false
}

// guarded lets a request through the gate, or asks it to come again.
func (g *gate) guarded(f func(ctx context.Context, r *door.Request) (door.Answer, error)) door.Handler {
	return door.Act(func(ctx context.Context, r *door.Request) (door.Answer, error) {
		leave, ok := g.enter(ctx)
		if !ok {
			again := 1 + int(rand.Float64()*g.spread.Seconds())
			busy := fault.New(fault.Busy, "offline.busy", nil)
			return door.JSON(503, map[string]any{"status": 503, "code": busy.Code, "detail": text.Fault(r.Lang, busy)}).With("Retry-After", strconv.Itoa(again)), nil
		}
		defer leave()
		return f(ctx, r)
	})
}

package door

import (
	"context"
	"errors"

	"ralop/internal/fault"
	"ralop/internal/store"
)

// Handler answers a Request. Make one with Read, Write or Act.
type Handler struct {
	run   func(ctx context.Context, r *Request) (Answer, error)
	again Again
}

// Func is one room function with its decoding and its page.
type Func = func(ctx context.Context, tx *store.Tx, r *Request) (Answer, error)

// Again shows a form once more with what was wrong in it.
type Again = func(ctx context.Context, tx *store.Tx, r *Request, faults fault.List) (Answer, error)

// Read answers from one snapshot. The looks it notes are committed before the answer is sent.
func Read(f Func) Handler {
	return Handler{run: func(ctx context.Context, r *Request) (a Answer, err error) {
		err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			r.looks = nil
			a, err = f(ctx, tx, r)
			return err
		})
		if err == nil && len(r.looks) > 0 {
			err = r.Store().Write(ctx, r.recordLooks)
		}
		return a, err
	}}
}

// Write answers after the one transaction of the request is committed. f may run twice.
func Write(f Func) Handler {
	return Handler{run: func(ctx context.Context, r *Request) (a Answer, err error) {
		err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			r.looks = nil
			if a, err = f(ctx, tx, r); err != nil {
				return err
			}
			return r.recordLooks(ctx, tx)
		})
		return a, err
	}}
}

// Act is for what cannot be one transaction: checking a password, starting a job, sending
// a long file. f opens its own transactions through Request.Store.
func Act(f func(ctx context.Context, r *Request) (Answer, error)) Handler {
	return Handler{run: func(ctx context.Context, r *Request) (Answer, error) {
		a, err := f(ctx, r)
		if err == nil && len(r.looks) > 0 {
			err = r.Store().Write(ctx, r.recordLooks)
		}
		return a, err
	}}
}

// Or shows the form again, from a fresh snapshot, when what was sent is wrong or came too
// late (kinds Invalid, Conflict, Locked, Busy, Unsupported). Its answer keeps its status,
// 422 where it says 200. Other faults have pages of their own.
func (h Handler) Or(again Again) Handler {
	h.again = again
	return h
}

func (h Handler) answer(ctx context.Context, r *Request) (Answer, error) {
	a, err := h.run(ctx, r)
	if err == nil || h.again == nil {
		return a, err
	}
	faults := faultsOf(err)
	if len(faults) == 0 {
		return a, err
	}
	switch faults[0].Kind {
	case fault.Forbidden, fault.Unsigned, fault.NotFound:
		return a, err
	}
	readErr := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var inner error
		a, inner = h.again(ctx, tx, r, faults)
		return inner
	})
	if readErr != nil {
		return a, readErr
	}
	if a.Status == 200 {
		a.Status = statusOf(faults[0].Kind)
		if a.Status < 400 {
			a.Status = 422
		}
	}
	return a, nil
}

// faultsOf gives all faults in err.
func faultsOf(err error) fault.List {
	var list fault.List
	if errors.As(err, &list) {
		return list
	}
	if one, ok := fault.Of(err); ok {
		return fault.List{one}
	}
	return nil
}

// Sentences gives the faults of one field, or of the whole form with field "".
func Sentences(r *Request, faults fault.List, field string) (sentences []string) {
	for _, f := range faults {
		if f.Field == field {
			sentences = append(sentences, Sentence(r.Lang, f))
		}
	}
	return sentences
}

// FieldError is the first sentence about a field, "" when it is right.
func FieldError(r *Request, faults fault.List, field string) string {
	if all := Sentences(r, faults, field); len(all) > 0 {
		return all[0]
	}
	return ""
}

package casework

import (
	"context"

	"ralop/internal/casework"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

func protect(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(address(number) + "?xong=bao-ve"), casework.Protect(ctx, tx, r.Who, number, r.Value("protect") != "")
}

func entrust(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	var to id.ID
	if r.Value("to") != "0" {
		if to, err = r.ID("to"); err != nil {
			return door.Answer{}, err
		}
	}
	return door.SeeOther(address(number) + "?xong=giao-giu"), casework.Entrust(ctx, tx, r.Who, number, to)
}

func confirmDropout(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(address(number) + "?xong=xac-nhan"), casework.ConfirmDropout(ctx, tx, r.Who, number)
}

func seeDropout(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(address(number) + "?xong=da-biet"), casework.SeeDropout(ctx, tx, r.Who, number)
}

func answerReferral(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := casework.ViewOf(ctx, tx, r.Who, number); err != nil {
		return door.Answer{}, err
	}
	referral, err := r.ID("referral")
	if err != nil {
		return door.Answer{}, err
	}
	if r.Value("answer-"+referral.String()) == "" {
		return door.Answer{}, fault.New(fault.Invalid, "casework.answer-missing", nil)
	}
	return door.SeeOther(address(number) + "?xong=tra-loi"), casework.Answer(ctx, tx, r.Who, referral, r.Value("answer-"+referral.String()))
}

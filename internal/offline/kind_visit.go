package offline

import (
	"context"
	"encoding/json"
	"slices"

	"ralop/internal/access"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// visit is what somebody did for a child who is away: a visit, a call, a reply.
var visit = Kind{Name: "visit", Format: 1, Read: readVisit}

// visitBody is version 1. The place is sent only when the person switched it on.
type visitBody struct {
	Case           id.ID      `json:"case"`
	Kind           string     `json:"kind"`
	Reached        bool       `json:"reached"`
	Met            []string   `json:"met"`
	With           []string   `json:"with"`
	Cause          string     `json:"cause"`
	Secondary      []string   `json:"secondary"`
	Promise        string     `json:"promise"` // a day, "" for none
	SupportSchool  []string   `json:"support_school"`
	SupportCommune []string   `json:"support_commune"`
	Hope           string     `json:"hope"`
	Note           string     `json:"note"`
	Protect        bool       `json:"protect"`
	Place          *placePart `json:"place,omitempty"`
}

type placePart struct {
	Latitude  float64 `json:"lat"`
	Longitude float64 `json:"lon"`
}

// visitReceipt is what the phone shows of a visit that arrived. It names nobody.
type visitReceipt struct {
	Step     string `json:"step"`
	Due      string `json:"due"` // a day, "" when nothing is owed
	State    string `json:"state"`
	Received int64  `json:"received"` // ms
}

// visitKinds are the acts that the form of the phone records.
var visitKinds = []string{"visit", "call", "joint-visit", "reply", "promise-kept", "promise-broken", "note"}

func readVisit(f Frame, _ int, body json.RawMessage) (Work, error) {
	var b visitBody
	if err := strictly(body, &b); err != nil {
		return Work{}, err
	}
	if !slices.Contains(visitKinds, b.Kind) {
		return Work{}, fault.New(fault.Invalid, "casework.bad-act", fault.Args{"value": short(b.Kind)})
	}
	a := casework.Act{ID: f.ID, Case: b.Case, Kind: b.Kind, TakenAt: f.TakenAt, Device: f.Device, Reached: b.Reached, Met: b.Met, With: b.With, Cause: b.Cause, Secondary: b.Secondary,
		SupportSchool: b.SupportSchool, SupportCommune: b.SupportCommune, Hope: b.Hope, Note: b.Note, Protect: b.Protect}
	if b.Promise != "" {
		promise, err := day.Parse(b.Promise)
		if err != nil {
			return Work{}, fault.New(fault.Invalid, "offline.unreadable", nil).Because(err)
		}
		a.Promise = promise
	}
	if b.Place != nil {
		a.Place = &casework.Place{Latitude: b.Place.Latitude, Longitude: b.Place.Longitude}
	}
	w := Work{}
	w.Apply = func(ctx context.Context, tx *store.Tx, who access.Who) (Result, error) {
		kept, err := casework.Record(ctx, tx, who, a)
		if err != nil {
			return Result{}, err
		}
		receipt := visitReceipt{Step: string(kept.Step), State: string(kept.State), Received: millis(tx.Now())}
		if kept.Due != 0 && kept.Due < day.Forever {
			receipt.Due = kept.Due.String()
		}
		return Result{device.Done, receipt}, nil
	}
	return w, nil
}

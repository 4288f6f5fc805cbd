package offline

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/store"
)

// me is who uses the phone.
type me struct {
	Account       id.ID   `json:"account"`
	Name          string  `json:"name"`
	Title         string  `json:"title,omitempty"`
	Language      string  `json:"language"`
	Demonstration bool    `json:"demonstration"`
	Classes       []id.ID `json:"classes"` // whose roll she calls today
}

func partMe(_ context.Context, _ *store.Tx, r *door.Request, _ device.Device) ([]Part, error) {
	return []Part{{Name: "me", Make: func(ctx context.Context, tx *store.Tx) (any, error) {
		scope, err := access.ScopeOf(ctx, tx, r.Who, access.TakeRoll)
		classes := scope.Classes
		if classes == nil {
			classes = []id.ID{}
		}
		return me{r.Who.Account, r.Account.Name, r.Account.Title, string(r.Lang), r.Config().Demonstration, classes}, err
	}}}, nil
}

package student

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Found is a child that the caller may see, enrolled or not.
type Found struct {
	ListedPupil
	Exit      string // how the last spell ended, "" while enrolled
	ExitState string
}

// Search finds children by a part of their name, with or without marks, or by their whole
// code, among those whom the caller may see; at most limit, by given name. Those who left
// are found too. The door writes the look into the audit book. Fault: access.no-grant.
func Search(ctx context.Context, tx *store.Tx, who access.Who, text string, limit int) ([]Found, error) {
	scope, err := access.ScopeOf(ctx, tx, who, access.SeePupils)
	if err != nil {
		return nil, err
	}
	if scope.Empty() {
		return nil, fault.New(fault.Forbidden, "access.no-grant", nil)
	}
	text = viet.Clean(text)
	folded := strings.NewReplacer("%", "", "_", "").Replace(viet.Fold(text))
	if folded == "" {
		return nil, nil
	}
	all := 0
	if scope.All {
		all = 1
	}
	found, err := store.All[Found](ctx, tx, sqlSearchPupils, who.Realm, tx.Today(), "%"+folded+"%", text,
		store.In(scope.Schools), store.In(scope.Classes), store.In(scope.Residences), store.In(scope.Pupils), all, limit)
	page := make([]ListedPupil, len(found))
	for i := range found {
		page[i] = found[i].ListedPupil
	}
	markNamesakes(page)
	for i := range found {
		found[i].ListedPupil = page[i]
	}
	return found, err
}

// Waiting is a child whose last spell ended and of whom nobody has said yet where she is.
type Waiting struct {
	Pupil     id.ID
	Name      string
	Version   int
	Spell     Spell
	ClassName string // where she was last
	From      string // name of that school
	To        string // name of the school offered, "" outside the realm
}

// WaitingAt lists the transfers offered to a school, and those who left it unconfirmed.
// The door writes the look into the audit book. Fault: access.no-grant.
func WaitingAt(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) (offered, left []Waiting, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.ChangePupils, access.School(school)); err != nil {
		return nil, nil, "", err
	}
	all, err := store.All[Waiting](ctx, tx, sqlWaitingAt, who.Realm, school, tx.Today())
	for _, w := range all {
		if w.Spell.School == school {
			left = append(left, w)
		} else {
			offered = append(offered, w)
		}
	}
	return offered, left, rule, err
}

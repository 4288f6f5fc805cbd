package student

import (
	"context"
	"net/url"
	"strings"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
)

// longFile is where a file of a place is asked for when it is too long to wait for; "" when
// it is not, or when no file is asked for. Who is absent today are always few.
func longFile(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource) (string, error) {
	if r.Value("tep") == "" || r.Value("vang") != "" || at.Kind == access.ClassKind {
		return "", nil
	}
	in := inputOf(at)
	in.Text, in.Level, in.Grade, in.Boarding, in.Limit = r.Value("q"), r.Value("cap"), r.Value("khoi"), r.Value("o"), 1
	_, total, err := student.List(ctx, tx, r.Who, in)
	if err != nil || total <= exchange.LargeList {
		return "", err
	}
	address := "/noi-o/" + at.ID.String()
	if at.Kind == access.SchoolKind {
		address = "/truong/" + at.ID.String()
	}
	query := url.Values{"kind": {"pupils"}, "format": {r.Value("tep")}}
	for name, value := range map[string]string{"s-text": in.Text, "s-level": in.Level, "s-grade": in.Grade, "s-boarding": in.Boarding} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return address + "/xuat?" + query.Encode(), nil
}

// longTogether says whether a file of all places of the caller would be too long to wait for.
func longTogether(ctx context.Context, tx *store.Tx, r *door.Request, places []reached) (bool, error) {
	if r.Value("tep") == "" || r.Value("q") != "" {
		return false, nil
	}
	sum := 0
	for _, p := range places {
		in := inputOf(p.resource)
		in.Limit = 1
		_, total, err := student.List(ctx, tx, r.Who, in)
		if err != nil {
			return false, err
		}
		sum += total
	}
	return sum > exchange.LargeList, nil
}

// desk leads from a list of a school or a place to all that can be taken from there.
func (l *listing) desk(r *door.Request) []ui.Button {
	place, found := strings.CutSuffix(l.address, "/hoc-sinh")
	if !found || place == "" {
		return nil
	}
	return []ui.Button{{Label: r.T("handout.desk"), URL: place + "/xuat", Icon: ui.IconTable, Kind: ui.Quiet}}
}

package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web"
)

// The walk of the whole route table: every route × every role × own and foreign ids. What
// access refuses, the page refuses (403, or 404 for what does not exist); nothing breaks;
// and no answer, refused or not, names a pupil whom the caller may not see.

// things are ids of every kind; the last of each does not exist.
var things = map[access.Kind][]id.ID{
	access.UnitKind:      {apptest.DienBien, apptest.TuanGiao, apptest.MuongMun, apptest.PuNhung, apptest.PhiengPi, 99999},
	access.ResidenceKind: {apptest.TuanGiao, apptest.MuongMun, apptest.PuNhung, apptest.PhiengPi, 99999},
	access.SchoolKind:    {apptest.MuongMunS, apptest.PuNhungS, 99999},
	access.ClassKind:     {apptest.Class8A, apptest.Class6A, apptest.Class9A, 99999},
	access.PupilKind:     {apptest.Pupil(apptest.Class8A, 1), apptest.Pupil(apptest.Class8A, 9), apptest.Pupil(apptest.Class9A, 1), 99999},
	"":                   {99999},
}

var parameter = regexp.MustCompile(`\{([a-z]+)\.{0,3}\}`)

func TestWalkOfTheWholeRouteTable(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		routes := web.Routes()
		enter := apptest.Doors(t, h, routes...)
		people := apptest.Everyone
		if h.Store.Engine() == store.Postgres {
			people = []apptest.Person{apptest.Hoa, apptest.Pao, apptest.Thuong, apptest.Quan} // the doors are the same; one of each way to see
		}
		visits, refusals := 0, 0
		for _, person := range people {
			secret := hidden(t, h, person)
			visitor := enter(person)
			for _, route := range routes {
				if route.Method != http.MethodGet && strings.HasPrefix(route.Pattern, "/dang-xuat") || strings.Contains(route.Pattern, "moi-noi") {
					continue // signing out would end the walk
				}
				for _, step := range steps(t, route) {
					answer := ask(visitor, route.Method, step.path)
					visits++
					name := fmt.Sprintf("%s: %s %s", person.Login, route.Method, step.path)
					if answer.Status >= 500 {
						t.Errorf("%s broke: %d", name, answer.Status)
					}
					if refused := refusal(t, h, person, route, step); refused != "" {
						refusals++
						if answer.Status != http.StatusForbidden && answer.Status != http.StatusNotFound {
							t.Errorf("%s: %d, but access says %s", name, answer.Status, refused)
						}
					}
					for _, pupil := range secret {
						if strings.Contains(answer.Body, pupil) {
							t.Errorf("%s names %s, whom she may not see (%d)", name, pupil, answer.Status)
							break
						}
					}
				}
			}
		}
		if refusals < visits/20 {
			t.Errorf("only %d of %d visits were to be refused: the walk does not meet foreign ids", refusals, visits)
		}
		t.Logf("%d visits, %d of them to be refused", visits, refusals)
	})
}

func ask(v *apptest.Visitor, method, path string) apptest.Got {
	if method == http.MethodGet {
		return v.Get(path)
	}
	// Doors decode before rooms ask access: what every form needs to be read is sent along.
	return v.Post(path, url.Values{"ma": {"0196f0a0-0000-7000-8000-000000000001"}})
}

type step struct {
	path string
	ids  map[string]id.ID
}

// steps fills the ids of a pattern with every thing of their kinds.
func steps(t *testing.T, route door.Route) []step {
	t.Helper()
	all := []step{{route.Pattern, map[string]id.ID{}}}
	for _, match := range parameter.FindAllStringSubmatch(route.Pattern, -1) {
		kind, named := route.Names[match[1]]
		var next []step
		for _, s := range all {
			if !named { // a word of the address, not an id
				next = append(next, step{strings.Replace(s.path, match[0], "x", 1), s.ids})
				continue
			}
			for _, one := range things[kind] {
				ids := map[string]id.ID{match[1]: one}
				for name, other := range s.ids {
					ids[name] = other
				}
				next = append(next, step{strings.Replace(s.path, match[0], one.String(), 1), ids})
			}
		}
		all = next
	}
	for i := range all {
		all[i].path = strings.TrimSuffix(all[i].path, "{$}")
	}
	return all
}

// refusal says why access refuses the route's action on one of its ids; "" when it does not.
func refusal(t *testing.T, h *apptest.House, person apptest.Person, route door.Route, s step) (why string) {
	if route.Action == "" {
		return ""
	}
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for name, one := range s.ids {
			kind := route.Names[name]
			if kind == "" {
				continue
			}
			if _, err := access.May(ctx, tx, person.Who(), route.Action, access.Resource{Kind: kind, ID: one}); err != nil {
				if f, ok := fault.Of(err); ok {
					why = f.Code
					return nil
				}
				return err
			}
		}
		return nil
	})
	return why
}

// hidden are the names of pupils whom the person may not see, less the names that a pupil
// she may see bears too.
func hidden(t *testing.T, h *apptest.House, person apptest.Person) []string {
	seen, secret := map[string]bool{}, map[string]bool{}
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, class := range apptest.Classes {
			for n := 1; n <= class.Size; n++ {
				_, err := access.May(ctx, tx, person.Who(), access.SeePupils, access.Pupil(apptest.Pupil(class.ID, n)))
				if err == nil {
					seen[apptest.PupilName(class.ID, n)] = true
				} else if fault.Is(err, fault.Forbidden) {
					secret[apptest.PupilName(class.ID, n)] = true
				} else {
					return err
				}
			}
		}
		return nil
	})
	var names []string
	for name := range secret {
		staff := slices.ContainsFunc(apptest.Everyone, func(p apptest.Person) bool { return p.Name == name })
		if !seen[name] && !staff {
			names = append(names, name)
		}
	}
	return names
}

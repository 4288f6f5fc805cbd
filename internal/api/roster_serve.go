package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	naming "ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/token"
)

// oneRoster serves the rostering service as a provider.
func (d *desk) oneRoster(mux *http.ServeMux) {
	of0 := func(f func(*roster, id.ID, id.ID) ([]userObject, error)) func(*roster, id.ID) ([]userObject, error) {
		return func(r *roster, _ id.ID) ([]userObject, error) { return f(r, 0, 0) }
	}
	inSchool := func(f func(*roster, id.ID, id.ID) ([]userObject, error)) func(*roster, id.ID) ([]userObject, error) {
		return func(r *roster, school id.ID) ([]userObject, error) { return f(r, school, 0) }
	}
	inClass := func(f func(*roster, id.ID, id.ID) ([]userObject, error)) func(*roster, id.ID) ([]userObject, error) {
		return func(r *roster, class id.ID) ([]userObject, error) { return f(r, 0, class) }
	}
	collection(d, mux, token.ReadRosters, "/orgs", "orgs", "", func(r *roster, _ id.ID) ([]orgObject, error) { return r.orgs() })
	single(d, mux, token.ReadRosters, "/orgs", "org", (*roster).orgs)
	collection(d, mux, token.ReadRosters, "/schools", "orgs", "", func(r *roster, _ id.ID) ([]orgObject, error) { return r.schools() })
	single(d, mux, token.ReadRosters, "/schools", "org", (*roster).schools)
	collection(d, mux, token.ReadRosters, "/academicSessions", "academicSessions", "", func(r *roster, _ id.ID) ([]sessionObject, error) { return r.sessions() })
	single(d, mux, token.ReadRosters, "/academicSessions", "academicSession", (*roster).sessions)
	collection(d, mux, token.ReadRosters, "/courses", "courses", "", func(r *roster, _ id.ID) ([]courseObject, error) { return r.courses() })
	single(d, mux, token.ReadRosters, "/courses", "course", (*roster).courses)
	collection(d, mux, token.ReadRosters, "/classes", "classes", "", func(r *roster, _ id.ID) ([]classObject, error) { return r.classes(0) })
	single(d, mux, token.ReadRosters, "/classes", "class", func(r *roster) ([]classObject, error) { return r.classes(0) })
	collection(d, mux, token.ReadRosters, "/enrollments", "enrollments", "", func(r *roster, _ id.ID) ([]enrollmentObject, error) { return r.enrollments(0, 0) })
	single(d, mux, token.ReadRosters, "/enrollments", "enrollment", func(r *roster) ([]enrollmentObject, error) { return r.enrollments(0, 0) })
	collection(d, mux, token.ReadRosters, "/users", "users", "", of0((*roster).users))
	single(d, mux, token.ReadRosters, "/users", "user", func(r *roster) ([]userObject, error) { return r.users(0, 0) })
	collection(d, mux, token.ReadRosters, "/students", "users", "", of0((*roster).students))
	single(d, mux, token.ReadRosters, "/students", "user", func(r *roster) ([]userObject, error) { return r.students(0, 0) })
	collection(d, mux, token.ReadRosters, "/teachers", "users", "", of0((*roster).teachers))
	single(d, mux, token.ReadRosters, "/teachers", "user", func(r *roster) ([]userObject, error) { return r.teachers(0, 0) })
	collection(d, mux, token.ReadDemographics, "/demographics", "demographics", "", func(r *roster, _ id.ID) ([]demographicsObject, error) { return r.demographics() })
	single(d, mux, token.ReadDemographics, "/demographics", "demographics", (*roster).demographics)

	collection(d, mux, token.ReadRosters, "/schools/{id}/classes", "classes", "school", (*roster).classes)
	collection(d, mux, token.ReadRosters, "/schools/{id}/enrollments", "enrollments", "school", func(r *roster, school id.ID) ([]enrollmentObject, error) { return r.enrollments(school, 0) })
	collection(d, mux, token.ReadRosters, "/schools/{id}/students", "users", "school", inSchool((*roster).students))
	collection(d, mux, token.ReadRosters, "/schools/{id}/teachers", "users", "school", inSchool((*roster).teachers))
	collection(d, mux, token.ReadRosters, "/classes/{id}/students", "users", "class", inClass((*roster).students))
	collection(d, mux, token.ReadRosters, "/classes/{id}/teachers", "users", "class", inClass((*roster).teachers))

	mux.HandleFunc(rosterPath+"/", func(w http.ResponseWriter, r *http.Request) {
		d.refuse(w, text.English, &rosterFault{404, "unknownobject", r.Method})
	})
}

// within gives the school or class that an address names; it must be reached.
func (r *roster) within(kind, sourcedID string) (id.ID, error) {
	local, _ := r.names.Local(map[string]naming.Kind{"school": naming.Org, "class": naming.Class}[kind], sourcedID)
	number, ok := strings.CutPrefix(local, kind+"-")
	i, err := id.Parse(number)
	unknown := &rosterFault{404, "unknownobject", kind}
	if !ok || err != nil {
		return 0, unknown
	}
	if kind == "school" {
		if _, reached := r.reach.schools[i]; !reached {
			return 0, unknown
		}
		return i, nil
	}
	classes, err := r.orgClasses(0)
	if err != nil {
		return 0, err
	}
	for _, k := range classes {
		if k.ID == i {
			return i, nil
		}
	}
	return 0, unknown
}

// collection serves a list: in is the kind of object in the address ("" for none).
func collection[T any](d *desk, mux *http.ServeMux, scope token.Scope, path, name, in string, list func(*roster, id.ID) ([]T, error)) {
	paths := pathsOf(reflect.TypeFor[T]())
	mux.HandleFunc("GET "+rosterPath+path, func(w http.ResponseWriter, h *http.Request) {
		q, err := readQuery(h.URL.Query(), paths)
		var body map[string]any
		total := 0
		d.rostered(w, h, scope, err, func(r *roster) error {
			var place id.ID
			r.gone = q.asksChanges()
			if in != "" {
				if place, err = r.within(in, h.PathValue("id")); err != nil {
					return err
				}
			}
			all, err := list(r, place)
			if err != nil {
				return err
			}
			page, found, err := choose(q, all)
			if err != nil {
				return err
			}
			trees := make([]any, len(page))
			for i, line := range page {
				trees[i] = line.tree
			}
			total, body = found, map[string]any{name: trees}
			return r.look(objectsOf(page))
		}, func() any {
			w.Header().Set("X-Total-Count", strconv.Itoa(total))
			w.Header().Set("Link", links(h.URL, q, total))
			return body
		})
	})
}

func objectsOf[T any](page []lineOf[T]) []any {
	objects := make([]any, len(page))
	for i, line := range page {
		objects[i] = line.object
	}
	return objects
}

// single serves one object of a list.
func single[T interface{ id() string }](d *desk, mux *http.ServeMux, scope token.Scope, path, name string, list func(*roster) ([]T, error)) {
	paths := pathsOf(reflect.TypeFor[T]())
	mux.HandleFunc("GET "+rosterPath+path+"/{id}", func(w http.ResponseWriter, h *http.Request) {
		q, err := readQuery(url.Values{"fields": h.URL.Query()["fields"]}, paths)
		var body map[string]any
		d.rostered(w, h, scope, err, func(r *roster) error {
			r.gone = true
			all, err := list(r)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(o T) bool { return o.id() == h.PathValue("id") })
			if i < 0 {
				return &rosterFault{404, "unknownobject", name}
			}
			page, _, err := choose(q, all[i:i+1])
			if err != nil {
				return err
			}
			body = map[string]any{name: page[0].tree}
			return r.look(objectsOf(page))
		}, func() any { return body })
	})
}

// look notes once for each school or class whose pupils are named.
func (r *roster) look(objects []any) error {
	seen := map[access.Resource]bool{}
	for _, o := range objects {
		u, names := o.(interface{ at() access.Resource })
		if names && u.at().Kind != "" && !seen[u.at()] {
			seen[u.at()] = true
			rule, err := access.May(r.ctx, r.tx, r.call.Who, access.SeePupils, u.at())
			if err != nil {
				return err
			}
			r.call.Look(u.at(), rule)
		}
	}
	return nil
}

// rostered answers a request from one snapshot; body is asked for when all went well.
func (d *desk) rostered(w http.ResponseWriter, h *http.Request, scope token.Scope, err error, f func(*roster) error, body func() any) {
	call, refused := d.identify(w, h, scope)
	if refused != nil {
		err = refused
	}
	if err == nil {
		err = d.config.Store.Read(h.Context(), func(ctx context.Context, tx *store.Tx) error {
			call.looks = nil
			r, err := newRoster(ctx, tx, call)
			if err == nil {
				err = f(r)
			}
			return err
		})
	}
	if err == nil && len(call.looks) > 0 {
		err = d.config.Store.Write(h.Context(), call.record)
	}
	if err != nil {
		d.refuse(w, call.Lang, err)
		return
	}
	content, err := json.Marshal(body())
	if err != nil {
		d.refuse(w, call.Lang, err)
		return
	}
	send(w, h, "application/json", content)
}

// refuse tells a refusal in the form of the standard (imsx_StatusInfo).
func (d *desk) refuse(w http.ResponseWriter, lang text.Lang, err error) {
	status, minor, about := 500, "internal_server_error", text.T(lang, "api.broken")
	var own *rosterFault
	if errors.As(err, &own) {
		status, minor, about = own.status, own.minor, own.Error()
	} else if f, known := fault.Of(err); known {
		about = door.Sentence(lang, f)
		if status = statuses[f.Kind]; status == 0 {
			status = 500
		}
		minor = map[int]string{401: "unauthorisedrequest", 403: "forbidden", 404: "unknownobject", 429: "server_busy"}[status]
		if minor == "" {
			minor = "invalid_data"
		}
	} else {
		d.config.Log.Error("request", slog.String("error", err.Error()))
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="ralop"`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"imsx_codeMajor": "failure", "imsx_severity": "error", "imsx_description": about,
		"imsx_CodeMinor": map[string]any{"imsx_codeMinorField": []any{map[string]any{"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}}}})
}

// links are the pages around one, as RFC 8288 writes them.
func links(address *url.URL, q rosterQuery, total int) string {
	var all []string
	add := func(relation string, offset int) {
		query := address.Query()
		query.Set("limit", strconv.Itoa(q.limit))
		query.Set("offset", strconv.Itoa(offset))
		all = append(all, fmt.Sprintf(`<%s?%s>; rel="%s"`, address.EscapedPath(), query.Encode(), relation))
	}
	add("first", 0)
	if q.offset > 0 {
		add("prev", max(0, q.offset-q.limit))
	}
	if q.offset+q.limit < total {
		add("next", q.offset+q.limit)
	}
	add("last", max(0, (total-1)/q.limit*q.limit))
	return strings.Join(all, ", ")
}

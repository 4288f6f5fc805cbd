package api

import (
	"cmp"
	"encoding/json"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"ralop/internal/viet"
)

// rosterQuery is how OneRoster asks for a list: limit, offset, sort, orderBy, filter, fields
// (Rostering Service 1.2, section 3.2 and the REST binding).
type rosterQuery struct {
	limit, offset int
	sort          string
	descending    bool
	filters       []condition
	either        bool // conditions are joined by OR
	fields        []string
}

type condition struct{ field, operator, value string }

// rosterFault is a refusal: the status and the minor code of the standard.
type rosterFault struct {
	status int
	minor  string
	about  string
}

func (f *rosterFault) Error() string { return f.minor + ": " + f.about }

const (
	usualLines = 100   // the default of the standard
	mostLines  = 10000 // of one answer
)

var conditionForm = regexp.MustCompile(`^\s*([A-Za-z.]+)\s*(!=|>=|<=|=|>|<|~)\s*'([^']*)'(?:\s+(AND|OR)\s+(.*))?$`)

// readQuery reads the parameters; paths are the fields that may be named.
func readQuery(q url.Values, paths []string) (rosterQuery, error) {
	r := rosterQuery{limit: usualLines, sort: q.Get("sort")}
	bad := func(minor, about string) (rosterQuery, error) { return r, &rosterFault{400, minor, about} }
	ok := true
	if text := q.Get("limit"); text != "" {
		if r.limit, ok = number(text); !ok || r.limit == 0 {
			return bad("invalid_data", "limit")
		}
	}
	r.limit = min(r.limit, mostLines)
	if text := q.Get("offset"); text != "" {
		if r.offset, ok = number(text); !ok {
			return bad("invalid_data", "offset")
		}
	}
	if r.sort != "" && !slices.Contains(paths, r.sort) {
		return bad("invalid_sort_field", r.sort)
	}
	switch q.Get("orderBy") {
	case "", "asc":
	case "desc":
		r.descending = true
	default:
		return bad("invalid_data", "orderBy")
	}
	for rest, first := q.Get("filter"), true; rest != ""; first = false {
		m := conditionForm.FindStringSubmatch(rest)
		// The standard joins two conditions, by one word.
		if m == nil || !first && m[4] != "" {
			return bad("invalid_filter_field", "filter")
		}
		if !slices.Contains(paths, m[1]) {
			return bad("invalid_filter_field", m[1])
		}
		r.filters = append(r.filters, condition{m[1], m[2], m[3]})
		r.either = r.either || m[4] == "OR"
		rest = m[5]
	}
	if text := q.Get("fields"); text != "" {
		for field := range strings.SplitSeq(text, ",") {
			field = strings.TrimSpace(field)
			if !slices.Contains(paths, field) || strings.Contains(field, ".") {
				return bad("invalid_selection_field", field)
			}
			r.fields = append(r.fields, field)
		}
	}
	return r, nil
}

// plain is an object as a tree, for filters, sorting and choice of fields.
func plain(object any) (map[string]any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	tree := map[string]any{}
	return tree, json.Unmarshal(text, &tree)
}

// at gives the texts at a path; a list has several.
func at(tree any, path string) []string {
	switch v := tree.(type) {
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, at(one, path)...)
		}
		return all
	case map[string]any:
		head, rest, _ := strings.Cut(path, ".")
		if next, found := v[head]; found && path != "" {
			return at(next, rest)
		}
	case string:
		if path == "" {
			return []string{v}
		}
	}
	return nil
}

func (c condition) holds(tree map[string]any) bool {
	values := at(tree, c.field)
	if c.operator == "!=" {
		return !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, c.value) })
	}
	return slices.ContainsFunc(values, func(v string) bool {
		a, b := strings.ToLower(v), strings.ToLower(c.value)
		switch c.operator {
		case "=":
			return a == b
		case ">":
			return a > b
		case ">=":
			return a >= b
		case "<":
			return a < b
		case "<=":
			return a <= b
		}
		return strings.Contains(a, b)
	})
}

func (q rosterQuery) keeps(tree map[string]any) bool {
	for _, c := range q.filters {
		if c.holds(tree) == q.either {
			return q.either
		}
	}
	return !q.either || len(q.filters) == 0
}

// lineOf is an object with its tree.
type lineOf[T any] struct {
	object T
	tree   map[string]any
}

// choose filters, sorts and cuts a list, and says how many lines passed the filter.
func choose[T any](q rosterQuery, list []T) (page []lineOf[T], total int, err error) {
	var lines []lineOf[T]
	needed := len(q.filters) > 0 || q.sort != ""
	for _, object := range list {
		line := lineOf[T]{object: object}
		if needed {
			if line.tree, err = plain(object); err != nil {
				return nil, 0, err
			}
			if !q.keeps(line.tree) {
				continue
			}
		}
		lines = append(lines, line)
	}
	if q.sort != "" {
		slices.SortStableFunc(lines, func(a, b lineOf[T]) int {
			order := cmp.Compare(viet.SortKey(strings.Join(at(a.tree, q.sort), ",")), viet.SortKey(strings.Join(at(b.tree, q.sort), ",")))
			if q.descending {
				return -order
			}
			return order
		})
	}
	start := min(q.offset, len(lines))
	page = lines[start:min(len(lines), start+q.limit)]
	for i := range page {
		if page[i].tree, err = plain(page[i].object); err != nil {
			return nil, 0, err
		}
		if len(q.fields) > 0 {
			for name := range page[i].tree {
				if !slices.Contains(q.fields, name) {
					delete(page[i].tree, name)
				}
			}
		}
	}
	return page, len(lines), nil
}

// pathsOf lists the fields of an object that a query may name, "parent.sourcedId" too.
func pathsOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var paths []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			paths = append(paths, pathsOf(field.Type)...)
		case name != "":
			paths = append(paths, name)
			for _, below := range pathsOf(field.Type) {
				paths = append(paths, name+"."+below)
			}
		}
	}
	return paths
}

package api

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ralop/internal/text"
	"ralop/internal/token"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style []byte

// page serves the description, for machines and for people. It holds no data and asks no token.
func (d *desk) page(mux *http.ServeMux) {
	description, err := document(d.api)
	if err != nil {
		panic("api: the description cannot be written: " + err.Error())
	}
	mux.HandleFunc("GET "+Prefix+"/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		send(w, r, "application/json", description)
	})
	mux.HandleFunc("GET /api/page.css", func(w http.ResponseWriter, r *http.Request) { send(w, r, "text/css; charset=utf-8", style) })
	pages := map[text.Lang][]byte{}
	for _, lang := range []text.Lang{text.Vietnamese, text.English} {
		pages[lang] = draw(d.api.OpenAPI(), lang)
	}
	mux.HandleFunc("GET /api/{$}", func(w http.ResponseWriter, r *http.Request) {
		send(w, r, "text/html; charset=utf-8", pages[text.ParseLang(r.URL.Query().Get("lang"))])
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		p := &Problem{Type: "about:blank", Title: http.StatusText(404), Status: 404, Code: "api.unknown", Detail: text.T(text.ParseLang(r.Header.Get("Accept-Language")), "api.unknown")}
		p.write(w)
	})
}

func send(w http.ResponseWriter, r *http.Request, kind string, content []byte) {
	tag, _ := tagOf(content)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(content)
}

type operationPart struct {
	Method, Path, ID, Summary, About, Scope string
	Parameters                              []*huma.Param
	Body                                    []fieldPart
}

type fieldPart struct{ Name, Kind, About string }

// draw makes the page of one language from the description, so that the two never differ.
func draw(spec *huma.OpenAPI, lang text.Lang) []byte {
	var operations []operationPart
	for path, item := range spec.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post} {
			if op == nil {
				continue
			}
			scope, _ := op.Extensions["x-scope"].(string)
			part := operationPart{op.Method, path, op.OperationID, op.Summary, op.Description, scope, op.Parameters, nil}
			if op.RequestBody != nil {
				part.Body = fieldsOf(spec, op.RequestBody.Content["application/json"].Schema)
			}
			operations = append(operations, part)
		}
	}
	slices.SortFunc(operations, func(a, b operationPart) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	other := text.English
	if lang == text.English {
		other = text.Vietnamese
	}
	page := template.Must(template.New("page").Funcs(template.FuncMap{"t": func(id string) string { return text.T(lang, "api."+id) }}).Parse(pageText))
	var out bytes.Buffer
	if err := page.Execute(&out, map[string]any{"Lang": lang, "Other": other, "Operations": operations, "Scopes": token.Scopes, "Rosters": rosterAddresses}); err != nil {
		panic("api: the page cannot be drawn: " + err.Error())
	}
	return out.Bytes()
}

// rosterAddresses are the lists that oneRoster serves, for the page.
var rosterAddresses = func() []string {
	var all []string
	for path := range strings.FieldsSeq("/orgs /schools /academicSessions /courses /classes /enrollments /users /students /teachers /demographics") {
		all = append(all, rosterPath+path, rosterPath+path+"/{sourcedId}")
	}
	for path := range strings.FieldsSeq("/schools/{sourcedId}/classes /schools/{sourcedId}/enrollments /schools/{sourcedId}/students /schools/{sourcedId}/teachers /classes/{sourcedId}/students /classes/{sourcedId}/teachers") {
		all = append(all, rosterPath+path)
	}
	return all
}()

func fieldsOf(spec *huma.OpenAPI, schema *huma.Schema) []fieldPart {
	if schema.Ref != "" {
		schema = spec.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	var fields []fieldPart
	for name, property := range schema.Properties {
		fields = append(fields, fieldPart{name, property.Type, property.Description})
	}
	slices.SortFunc(fields, func(a, b fieldPart) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

package door

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/text"
)

// Request is one request with its caller. A handler gets everything through it.
type Request struct {
	HTTP    *http.Request
	Number  string          // to quote when something went wrong
	Who     access.Who      // the caller; without grants when nobody is signed in
	Account account.Profile // Account 0 when nobody is signed in
	Session account.Session
	Lang    text.Lang
	Theme   string // "", light, dark
	Today   day.Day
	Now     day.Instant

	door     *Door
	route    Route
	response http.ResponseWriter
	looks    []audit.Entry
}

// SignedIn says whether somebody is.
func (r *Request) SignedIn() bool { return r.Account.Account != 0 }

// Store is for handlers made with Act, which open their own transactions.
func (r *Request) Store() *store.Store { return r.door.config.Store }

// Config is how this door was built; pages ask it for the demonstration's banner and the version.
func (r *Request) Config() Config { return r.door.config }

// Route is the row of the table that answers.
func (r *Request) Route() Route { return r.route }

// T is text.T in the language of the request.
func (r *Request) T(id string, facts ...any) string { return text.T(r.Lang, id, facts...) }

// ID reads an id of the address: of the path, else of the query or form. What is no id
// cannot be found.
func (r *Request) ID(name string) (id.ID, error) {
	value := r.HTTP.PathValue(name)
	if value == "" {
		value = r.HTTP.FormValue(name)
	}
	parsed, err := id.Parse(value)
	if err != nil {
		return 0, fault.New(fault.NotFound, "door.unknown", nil).On(name)
	}
	return parsed, nil
}

// OptionalID is ID, or 0 when nothing was given.
func (r *Request) OptionalID(name string) (id.ID, error) {
	if r.Value(name) == "" && r.HTTP.PathValue(name) == "" {
		return 0, nil
	}
	return r.ID(name)
}

// Path is a part of the address that is no id.
func (r *Request) Path(name string) string { return r.HTTP.PathValue(name) }

// Value is a field of the query or the form, without the spaces around it.
func (r *Request) Value(name string) string { return strings.TrimSpace(r.HTTP.FormValue(name)) }

// Secret is a field of the form exactly as typed, for passwords; never of the address.
func (r *Request) Secret(name string) string { return r.HTTP.PostFormValue(name) }

// Values are all fields of the query and the form with this name.
func (r *Request) Values(name string) []string {
	r.HTTP.FormValue(name)
	return r.HTTP.Form[name]
}

// Form is everything sent, query and body.
func (r *Request) Form() url.Values {
	r.HTTP.FormValue("")
	return r.HTTP.Form
}

// Query is what stands in the address.
func (r *Request) Query() url.Values { return r.HTTP.URL.Query() }

// Day reads a date, YYYY-MM-DD or as people type it; otherwise when nothing was given.
func (r *Request) Day(name string, otherwise day.Day) (day.Day, error) {
	value := r.Value(name)
	if value == "" {
		return otherwise, nil
	}
	parsed, err := day.ParseLoose(value)
	if err != nil {
		return 0, fault.New(fault.Invalid, "door.no-day", nil).On(name)
	}
	return parsed, nil
}

// File is an uploaded file; Invalid ("door.no-file") when none was sent.
func (r *Request) File(name string) (multipart.File, *multipart.FileHeader, error) {
	file, header, err := r.HTTP.FormFile(name)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "door.no-file", nil).On(name).Because(err)
	}
	return file, header, nil
}

// Partial says whether htmx asks for a part of a page only.
func (r *Request) Partial() bool { return r.HTTP.Header.Get("HX-Request") == "true" }

// Address is the address of this request without the machine: path and query.
func (r *Request) Address() string { return r.HTTP.URL.RequestURI() }

// Look notes that this screen names pupils: one line for the screen, with the class,
// school, residence or pupil that it shows, the rule that May gave, and why (a code; may
// be empty). It is in the audit book before the answer is sent.
func (r *Request) Look(object access.Resource, rule, why string) {
	var detail any
	if why != "" {
		detail = map[string]string{"why": why}
	}
	r.looks = append(r.looks, r.Who.Audit("look", object, rule, detail))
}

// Export notes that a list left the product: what (a code), of which object, how many rows.
func (r *Request) Export(what string, object access.Resource, rule string, rows int) {
	r.looks = append(r.looks, r.Who.Audit("export", object, rule, map[string]any{"what": what, "rows": rows}))
}

func (r *Request) recordLooks(ctx context.Context, tx *store.Tx) error {
	for _, look := range r.looks {
		if err := audit.Record(ctx, tx, look); err != nil {
			return err
		}
	}
	r.looks = nil
	return nil
}

// Tag makes an ETag of what a page depends on (versions, dates, ids); the reader, the
// language and the theme are part of every tag.
func (r *Request) Tag(parts ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, r.door.config.Version, r.Who.Account, r.Who.Grants, r.Who.Openings, r.Lang, r.Theme, parts))
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// Fresh says whether the browser has the page with this tag already; then answer NotModified(tag).
func (r *Request) Fresh(tag string) bool {
	for _, known := range strings.Split(r.HTTP.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag {
			return true
		}
	}
	return false
}

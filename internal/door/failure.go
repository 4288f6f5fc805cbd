package door

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/text"
)

// Failure is an answer that is not what was asked for.
type Failure struct {
	Status    int
	Code      string   // of the fault; "door.broken" when it is the machine's error
	Sentences []string // what happened
	Number    string   // to quote; only with the machine's errors
	Faults    fault.List
}

// Face draws failures as pages; web hands it in. nil draws plain text.
type Face func(r *Request, f Failure) templ.Component

// Sentence is what a person reads of a fault.
func Sentence(lang text.Lang, f *fault.Fault) string { return access.Explain(lang, f) }

var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Forbidden: http.StatusForbidden, fault.Unsigned: http.StatusUnauthorized,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict, fault.Locked: http.StatusLocked,
	fault.Busy: http.StatusTooManyRequests, fault.Unsupported: http.StatusUnsupportedMediaType,
}

func statusOf(kind fault.Kind) int {
	if status, ok := statuses[kind]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// failure turns an error into what is shown. Errors that are not for people get a number
// to quote; what they say goes to the log only.
func (d *Door) failure(r *Request, err error) Failure {
	if faults := faultsOf(err); len(faults) > 0 {
		f := Failure{Status: statusOf(faults[0].Kind), Code: faults[0].Code, Faults: faults}
		for _, one := range faults {
			f.Sentences = append(f.Sentences, Sentence(r.Lang, one))
		}
		return f
	}
	f := Failure{Number: r.Number}
	f.Status, f.Code = MachineFault(err)
	f.Sentences = []string{r.T(f.Code)}
	return f
}

// MachineFault says with what status and words an error of the machine is told. With 503
// goes ComeAgain.
func MachineFault(err error) (status int, code string) {
	switch {
	case store.IsBusy(err):
		return http.StatusServiceUnavailable, "door.busy"
	case store.IsSlow(err):
		return http.StatusServiceUnavailable, "door.slow"
	case store.IsAway(err):
		return http.StatusServiceUnavailable, "door.away"
	case store.IsFull(err):
		return http.StatusInsufficientStorage, "door.full"
	case store.IsReadOnly(err):
		return http.StatusServiceUnavailable, "door.read-only"
	}
	return http.StatusInternalServerError, "door.broken"
}

// answerOf draws a failure in the form that was asked for.
func (d *Door) answerOf(r *Request, f Failure) Answer {
	a := d.drawn(r, f)
	if f.Status == http.StatusServiceUnavailable {
		a = a.With("Retry-After", ComeAgain())
	}
	return a
}

func (d *Door) drawn(r *Request, f Failure) Answer {
	if r.wantsJSON() {
		return problem(r, f)
	}
	if d.config.Face == nil {
		return answer(f.Status, "text/plain; charset=utf-8", func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(append(f.Sentences, f.Number), "\n"))
			return err
		})
	}
	return PageWith(f.Status, d.config.Face(r, f))
}

// wantsJSON says whether a program asks rather than a browser.
func (r *Request) wantsJSON() bool {
	accept := r.HTTP.Header.Get("Accept")
	return r.route.Program || strings.HasPrefix(accept, "application/json") || strings.HasPrefix(accept, "application/problem+json") ||
		strings.HasPrefix(r.HTTP.Header.Get("Content-Type"), "application/json")
}

// problem is the form of RFC 9457.
func problem(r *Request, f Failure) Answer {
	type line struct {
		Code   string     `json:"code"`
		Field  string     `json:"field,omitempty"`
		Detail string     `json:"detail"`
		Facts  fault.Args `json:"facts,omitempty"`
	}
	body := struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
		Number string `json:"number,omitempty"`
		Errors []line `json:"errors,omitempty"`
	}{"about:blank", http.StatusText(f.Status), f.Status, f.Code, strings.Join(f.Sentences, " "), f.Number, nil}
	for _, one := range f.Faults {
		body.Errors = append(body.Errors, line{one.Code, one.Field, Sentence(r.Lang, one), one.Args})
	}
	return answer(f.Status, "application/problem+json; charset=utf-8", func(_ context.Context, w io.Writer) error {
		return json.NewEncoder(w).Encode(body)
	})
}

package api

import (
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/text"
)

// Problem is a refusal in the form of RFC 9457.
type Problem struct {
	Type   string        `json:"type" example:"about:blank"`
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Code   string        `json:"code" doc:"Stable name of what was wrong." example:"access.no-grant"`
	Detail string        `json:"detail" doc:"A sentence for people, in the language of the account."`
	Errors []ProblemLine `json:"errors,omitempty"`

	headers http.Header
}

// ProblemLine is one of several things that were wrong.
type ProblemLine struct {
	Code   string `json:"code,omitempty"`
	Field  string `json:"field,omitempty" doc:"Where it stands: a parameter or a path into the body."`
	Detail string `json:"detail"`
}

func (p *Problem) Error() string             { return p.Code + ": " + p.Detail }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to come again. It is the same map each time: huma writes an ETag into it.
func (p *Problem) GetHeaders() http.Header {
	if p.headers == nil {
		p.headers = http.Header{}
		if p.Status == http.StatusServiceUnavailable {
			p.headers.Set("Retry-After", door.ComeAgain())
		}
	}
	return p.headers
}

func (p *Problem) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// What huma itself finds wrong with a request is told in the same form.
func init() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: "api.unreadable", Detail: message}
		for _, err := range errs {
			if err == nil {
				continue
			}
			line := ProblemLine{Detail: err.Error()}
			if d, ok := err.(huma.ErrorDetailer); ok { // without the value: it may be a name
				line.Detail, line.Field = d.ErrorDetail().Message, d.ErrorDetail().Location
			}
			p.Errors = append(p.Errors, line)
		}
		return p
	}
}

var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Forbidden: http.StatusForbidden, fault.Unsigned: http.StatusUnauthorized,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict, fault.Locked: http.StatusLocked,
	fault.Busy: http.StatusTooManyRequests, fault.Unsupported: http.StatusUnsupportedMediaType,
}

// problem turns an error into what is sent; nil stays nil.
func (c *Call) problem(d *desk, err error) error {
	if err == nil {
		return nil
	}
	return problemOf(d, c.Lang, err)
}

// problemOf says what was wrong. What is not for people goes to the log only.
func problemOf(d *desk, lang text.Lang, err error) *Problem {
	var list fault.List
	if !errors.As(err, &list) {
		if one, ok := fault.Of(err); ok {
			list = fault.List{one}
		}
	}
	if len(list) == 0 {
		d.config.Log.Error("request", slog.String("error", err.Error()))
		status, code := door.MachineFault(err)
		if status == http.StatusInternalServerError {
			code = "api.broken"
		}
		return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: text.T(lang, code)}
	}
	status := statuses[list[0].Kind]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: list[0].Code}
	var sentences []string
	for _, f := range list {
		sentence := door.Sentence(lang, f)
		sentences = append(sentences, sentence)
		if f.Field != "" || len(list) > 1 {
			p.Errors = append(p.Errors, ProblemLine{f.Code, f.Field, sentence})
		}
	}
	p.Detail = strings.Join(sentences, " ")
	return p
}

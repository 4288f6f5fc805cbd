// Package client calls the API of Ra Lớp from Go programs.
//
//	c := client.New("https://ralop.example", os.Getenv("RALOP_TOKEN"))
//	for school, err := range c.Schools(ctx, client.SchoolFilter{}) {
//		…
//	}
//
// Lists are read page by page as the loop goes on. A refusal is a *Problem. The
// description of the wire is /api/v1/openapi.json; ids are texts.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Client calls one house with one token. It may be used by several goroutines.
type Client struct {
	Base  string // "https://ralop.example"
	Token string
	HTTP  *http.Client // nil is http.DefaultClient
	Page  int          // lines asked for at a time; 0 is the server's choice
}

// New makes a Client.
func New(base, token string) *Client {
	return &Client{Base: strings.TrimRight(base, "/"), Token: token}
}

// Problem is a refusal (RFC 9457).
type Problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Code   string `json:"code"`
		Field  string `json:"field"`
		Detail string `json:"detail"`
	} `json:"errors"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// Answer is what Get and Post give besides the body.
type Answer struct {
	Status int
	Header http.Header
}

// Get reads JSON from an address below Base; what it is read into may be nil. header may be nil.
func (c *Client) Get(ctx context.Context, path string, query url.Values, header http.Header, into any) (Answer, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.send(ctx, http.MethodGet, path, header, nil, into)
}

func (c *Client) send(ctx context.Context, method, path string, header http.Header, body, into any) (Answer, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return Answer{}, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.Base+path, content)
	if err != nil {
		return Answer{}, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Accept", "application/json")
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	caller := c.HTTP
	if caller == nil {
		caller = http.DefaultClient
	}
	response, err := caller.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	answer := Answer{response.StatusCode, response.Header}
	switch {
	case response.StatusCode >= 400:
		p := &Problem{Status: response.StatusCode}
		if err := json.NewDecoder(response.Body).Decode(p); err != nil {
			p.Detail = response.Status
		}
		return answer, p
	case into == nil || response.StatusCode == http.StatusNotModified:
		return answer, nil
	}
	return answer, json.NewDecoder(response.Body).Decode(into)
}

type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// all follows the pages of a list. It ends with the first error.
func all[T any](ctx context.Context, c *Client, path string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if c.Page > 0 {
			query.Set("limit", strconv.Itoa(c.Page))
		}
		for {
			var got page[T]
			if _, err := c.Get(ctx, "/api/v1"+path, query, nil, &got); err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range got.Items {
				if !yield(item, nil) {
					return
				}
			}
			if got.Next == "" {
				return
			}
			query.Set("cursor", got.Next)
		}
	}
}

// values makes a query of pairs, without the empty ones.
func values(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query
}

// Key makes an idempotency key for Submit: keep it until the receipt has come.
func Key() string {
	var k [16]byte
	rand.Read(k[:])
	k[6], k[8] = k[6]&0x0f|0x40, k[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", k[:4], k[4:6], k[6:8], k[8:10], k[10:])
}

package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"ralop/internal/text"
)

// fill puts a telephone, a text and an id into a template, each escaped.
func fill(template string, escape func(string) string, phone, words, number string) string {
	return strings.NewReplacer("{{phone}}", escape(phone), "{{text}}", escape(words), "{{id}}", escape(number)).Replace(template)
}

func escapeJSON(s string) string {
	quoted, _ := json.Marshal(s) // a string is always written
	return string(quoted[1 : len(quoted)-1])
}

// headersOf reads one "Name: value" a line.
func headersOf(lines string) (http.Header, error) {
	h := http.Header{}
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(name, " \t") {
			return nil, errors.New("notify: a header has no name")
		}
		h.Add(name, strings.TrimSpace(value))
	}
	return h, nil
}

// sendSMS asks the gateway to send one SMS. Idempotency-Key is the same in every try.
func sendSMS(ctx context.Context, s Settings, t Transports, p parcel) error {
	if s.SMSURL == "" {
		return errNoSettings
	}
	if p.contact.Phone == "" {
		return errNoAddress
	}
	q := p.contents[0]
	said, err := say(text.ParseLang(p.contact.Language), q.Code, q.Facts)
	if err != nil {
		return permanent{err}
	}
	number := q.Notice.String()
	var body io.Reader
	kind := ""
	if s.SMSMethod == "POST" {
		escape := escapeJSON
		kind = "application/json; charset=utf-8"
		if s.SMSKind == "form" {
			escape, kind = url.QueryEscape, "application/x-www-form-urlencoded"
		}
		body = strings.NewReader(fill(s.SMSBody, escape, p.contact.Phone, said.SMS, number))
	}
	request, err := http.NewRequestWithContext(ctx, s.SMSMethod, fill(s.SMSURL, url.QueryEscape, p.contact.Phone, said.SMS, number), body)
	if err != nil {
		return err
	}
	headers, err := headersOf(s.SMSHeaders)
	if err != nil {
		return err
	}
	request.Header = headers
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	request.Header.Set("Idempotency-Key", number)
	client := t.Gateway
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		// Without the address: a gateway's may hold a key, and it holds the telephone.
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return unreachable{err}
	}
	defer answer.Body.Close()
	told, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	if !strings.Contains(string(told), s.SMSSuccess) {
		return errors.New("refused-by-gateway")
	}
	return nil
}

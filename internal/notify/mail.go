package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	_ "embed"
	"errors"
	"fmt"
	html "html/template"
	"net/url"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"ralop/internal/text"
)

//go:embed letter.html
var letterHTML string

var letterTemplate = html.Must(html.New("letter").Parse(letterHTML))

// Entry is one notice in a letter.
type Entry struct {
	Title, Body string
	Link        string // whole address, "" when the product's is not known
	When        string
	Urgent      bool
}

// Letter is one mail to one person.
type Letter struct {
	Lang      text.Lang
	Subject   string
	Product   string
	Greeting  string
	Lead      string
	Entries   []Entry
	Corrected []Entry // what was told before and does not hold any more
	Wishes    string  // address of the page of wishes, "" when the product's is not known
}

// T is for the template.
func (l Letter) T(id string, facts ...any) string { return text.T(l.Lang, "notify."+id, facts...) }

// compose puts what is due to one person into a letter.
func compose(s Settings, p parcel) (Letter, error) {
	lang := text.ParseLang(p.contact.Language)
	l := Letter{Lang: lang, Product: text.T(lang, "common.product")}
	for _, q := range p.contents {
		said, err := say(lang, q.Code, q.Facts)
		if err != nil {
			return l, err
		}
		e := Entry{Title: said.Title, Body: said.Body, When: q.MadeAt.Clock() + ", " + q.MadeAt.Day().Vietnamese(), Urgent: q.Urgent}
		if s.Address != "" && q.Link != "" {
			e.Link = s.Address + q.Link
		}
		if q.Withdrawn != 0 {
			l.Corrected = append(l.Corrected, e)
		} else {
			l.Entries = append(l.Entries, e)
		}
	}
	if s.Address != "" {
		l.Wishes = s.Address + WishAddress
	}
	l.Greeting = l.T("greeting", "name", p.contact.Name)
	switch {
	case len(l.Entries) == 1:
		l.Subject, l.Lead = l.Entries[0].Title, l.T("lead_one")
	case len(l.Entries) > 1:
		l.Subject, l.Lead = l.T("subject", "n", len(l.Entries)), l.T("lead", "n", len(l.Entries))
	default:
		l.Subject, l.Lead = l.T("subject_corrected", "n", len(l.Corrected)), l.T("lead_corrected")
	}
	return l, nil
}

// HTML is the letter as a page.
func (l Letter) HTML() (string, error) {
	var b bytes.Buffer
	err := letterTemplate.Execute(&b, l)
	return b.String(), err
}

// Text is the letter for readers that show no pages.
func (l Letter) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n", l.Greeting, l.Lead)
	write := func(entries []Entry) {
		for _, e := range entries {
			fmt.Fprintf(&b, "\n- %s\n", e.Title)
			for _, line := range []string{e.Body, e.When, e.Link} {
				if line != "" {
					fmt.Fprintf(&b, "  %s\n", line)
				}
			}
		}
	}
	write(l.Entries)
	if len(l.Corrected) > 0 && len(l.Entries) > 0 {
		fmt.Fprintf(&b, "\n%s\n", l.T("corrected"))
	}
	write(l.Corrected)
	fmt.Fprintf(&b, "\n--\n%s\n%s\n", l.Product, l.T("foot"))
	if l.Wishes != "" {
		fmt.Fprintf(&b, "%s: %s\n", l.T("wishes"), l.Wishes)
	}
	return b.String()
}

func sendLetter(ctx context.Context, s Settings, t Transports, p parcel) error {
	if s.MailHost == "" {
		return errNoSettings
	}
	if p.contact.Email == "" {
		return errNoAddress
	}
	l, err := compose(s, p)
	if err != nil {
		return permanent{err}
	}
	page, err := l.HTML()
	if err != nil {
		return permanent{err}
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	name := s.MailName
	if name == "" {
		name = l.Product
	}
	if err := m.FromFormat(name, s.MailFrom); err != nil {
		return err
	}
	if err := m.AddToFormat(p.contact.Name, p.contact.Email); err != nil {
		return permanent{err}
	}
	m.Subject(l.Subject)
	m.SetDate()
	// The same in every try: a server or a reader knows the repeat.
	m.SetMessageIDWithValue(p.letter.String() + "." + p.contents[0].Account.String() + "@" + messageDomain(s))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("Content-Language", string(l.Lang))
	m.SetBodyString(gomail.TypeTextPlain, l.Text())
	m.AddAlternativeString(gomail.TypeTextHTML, page)
	client, err := mailClient(s, t)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return unreachable{err}
	}
	err = client.Send(m)
	_ = client.Close() // the letter is out; a server that hangs up first changes nothing
	var refused *gomail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && errors.Is(err, &gomail.SendError{Reason: gomail.ErrSMTPRcptTo}) {
		return permanent{err}
	}
	return err
}

func messageDomain(s Settings) string {
	if u, err := url.Parse(s.Address); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	_, domain, _ := strings.Cut(s.MailFrom, "@")
	return strings.Trim(domain, "> ")
}

func mailClient(s Settings, t Transports) (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.MailPort), gomail.WithTimeout(patience)}
	switch s.MailTLS {
	case TLSWhole:
		options = append(options, gomail.WithSSL())
	case TLSNone:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if t.TLS != nil {
		own := t.TLS.Clone()
		own.ServerName, own.MinVersion = s.MailHost, tls.VersionTLS12
		options = append(options, gomail.WithTLSConfig(own))
	}
	if s.MailUser != "" {
		kind := gomail.SMTPAuthAutoDiscover
		if s.MailTLS == TLSNone {
			kind = gomail.SMTPAuthPlainNoEnc // a server on the same machine
		}
		options = append(options, gomail.WithSMTPAuth(kind), gomail.WithUsername(s.MailUser), gomail.WithPassword(s.MailPassword))
	}
	return gomail.NewClient(s.MailHost, options...)
}

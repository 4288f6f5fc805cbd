package apptest

import (
	"crypto/tls"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mailbox is a mail server that keeps what it is given.
type Mailbox struct {
	Host string
	Port int

	mutex   sync.Mutex
	letters []Posted
	refuse  func(to string) error
	taken   func(Posted)
	user    string
	secret  string
}

// Posted is a letter as it came in.
type Posted struct {
	From, To  string
	Subject   string
	MessageID string
	Header    mail.Header
	Text      string // the part for readers that show no pages
	HTML      string
}

// OpenMailbox starts a mail server on a free port; it ends with the test. config may be nil: no TLS.
func OpenMailbox(t testing.TB, config *tls.Config) *Mailbox {
	t.Helper()
	m := &Mailbox{Host: "127.0.0.1"}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &postman{box: m}, nil }))
	server.Domain, server.AllowInsecureAuth, server.TLSConfig = "thu.example.vn", true, config
	server.ErrorLog = silent{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	m.Port, _ = strconv.Atoi(port)
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return m
}

// Refuse lets f say what is answered to a recipient; nil takes everything again.
func (m *Mailbox) Refuse(f func(to string) error) { m.mutex.Lock(); m.refuse = f; m.mutex.Unlock() }

// Taken is called when a letter has been kept and before the sender hears of it.
func (m *Mailbox) Taken(f func(Posted)) { m.mutex.Lock(); m.taken = f; m.mutex.Unlock() }

// Ask lets in only a user with this password.
func (m *Mailbox) Ask(user, password string) {
	m.mutex.Lock()
	m.user, m.secret = user, password
	m.mutex.Unlock()
}

// Letters are those kept so far; to "" is everybody's.
func (m *Mailbox) Letters(to string) (list []Posted) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, l := range m.letters {
		if to == "" || l.To == to {
			list = append(list, l)
		}
	}
	return list
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

type postman struct {
	box      *Mailbox
	from, to string
	in       bool
}

func (p *postman) AuthMechanisms() []string { return []string{sasl.Plain} }

func (p *postman) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		p.box.mutex.Lock()
		defer p.box.mutex.Unlock()
		if user != p.box.user || password != p.box.secret {
			return smtp.ErrAuthFailed
		}
		p.in = true
		return nil
	}), nil
}

func (p *postman) Reset()        { p.from, p.to = "", "" }
func (p *postman) Logout() error { return nil }

func (p *postman) Mail(from string, _ *smtp.MailOptions) error {
	p.box.mutex.Lock()
	defer p.box.mutex.Unlock()
	if p.box.user != "" && !p.in {
		return smtp.ErrAuthRequired
	}
	p.from = from
	return nil
}

func (p *postman) Rcpt(to string, _ *smtp.RcptOptions) error {
	p.box.mutex.Lock()
	refuse := p.box.refuse
	p.box.mutex.Unlock()
	if refuse != nil {
		if err := refuse(to); err != nil {
			return err
		}
	}
	p.to = to
	return nil
}

func (p *postman) Data(r io.Reader) error {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	letter := Posted{From: p.from, To: p.to, MessageID: message.Header.Get("Message-ID"), Header: message.Header}
	if letter.Subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		return err
	}
	_, facts, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	parts := multipart.NewReader(message.Body, facts["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			letter.HTML = string(content)
		} else {
			letter.Text = strings.ReplaceAll(string(content), "\r\n", "\n")
		}
	}
	p.box.mutex.Lock()
	p.box.letters = append(p.box.letters, letter)
	taken := p.box.taken
	p.box.mutex.Unlock()
	if taken != nil {
		taken(letter)
	}
	return nil
}

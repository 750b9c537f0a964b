package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
	"time"
)

// mailer sends mail through a server (SMTP, RFC 5321).
type mailer struct {
	address, host  string // the server, with and without its port
	from           mail.Address
	user, password string
	roots          *x509.CertPool // nil: those of the system
	now            func() time.Time
}

const (
	mailTime = 30 * time.Second // for one message
	tlsPort  = "465"            // TLS from the first byte (RFC 8314)
)

// mailer is how the hub sends mail, by the environment; nil when it does not.
func (p *program) mailer(now func() time.Time) (*mailer, error) {
	get := func(name string) string { v, _ := p.env("FRITIDSHUB_SMTP_" + name); return strings.TrimSpace(v) }
	server, from := get("SERVER"), get("FROM")
	m := &mailer{address: server, user: get("USER"), password: get("PASSWORD"), now: now}
	if server == "" {
		if from != "" || m.user != "" {
			return nil, usage("FRITIDSHUB_SMTP_SERVER er ikke satt, men FRITIDSHUB_SMTP_FROM eller _USER er det; skriv for eksempel FRITIDSHUB_SMTP_SERVER=smtp.kommunen.no:587")
		}
		return nil, nil
	}
	var port string
	var err error
	if m.host, port, err = net.SplitHostPort(server); err != nil || m.host == "" || port == "" {
		return nil, usage(fmt.Sprintf("FRITIDSHUB_SMTP_SERVER: %q er ikke en tjener med port; skriv for eksempel smtp.kommunen.no:587", server))
	}
	read, err := mail.ParseAddress(from)
	if err != nil {
		return nil, usage(fmt.Sprintf("FRITIDSHUB_SMTP_FROM: %q er ikke en e-postadresse; skriv for eksempel fritid@kommunen.no", from))
	}
	m.from = *read
	if (m.user == "") != (m.password == "") {
		return nil, usage("FRITIDSHUB_SMTP_USER og FRITIDSHUB_SMTP_PASSWORD hører sammen: sett begge, eller ingen")
	}
	return m, nil
}

// send sends a text to one address. A password goes over TLS only.
func (m *mailer) send(ctx context.Context, to, subject, text string) error {
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	wire, err := (&net.Dialer{}).DialContext(ctx, "tcp", m.address)
	if err != nil {
		return err
	}
	conn := wire
	defer context.AfterFunc(ctx, func() { _ = wire.SetDeadline(time.Unix(1, 0)) })()
	secure := &tls.Config{ServerName: m.host, RootCAs: m.roots}
	if strings.HasSuffix(m.address, ":"+tlsPort) {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, m.host)
	if err != nil {
		conn.Close()
		return err
	}
	defer c.Close()
	if offered, _ := c.Extension("STARTTLS"); offered {
		if err := c.StartTLS(secure); err != nil {
			return err
		}
	}
	if m.user != "" {
		_, offered := c.Extension("AUTH")
		if err := c.Auth(m.auth(offered)); err != nil {
			return err
		}
	}
	if err := c.Mail(m.from.Address); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(m.message(to, subject, text)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // it has the message, whatever it says now
	return nil
}

// message is a mail as it is sent (RFC 5322).
func (m *mailer) message(to, subject, text string) []byte {
	var b bytes.Buffer
	_, domain, _ := strings.Cut(m.from.Address, "@")
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s@%s>\r\n", m.from.String(), (&mail.Address{Address: to}).String(),
		mime.QEncoding.Encode("utf-8", subject), m.now().Format(time.RFC1123Z), rand.Text(), domain)
	b.WriteString("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	q := quotedprintable.NewWriter(&b)
	_, _ = q.Write([]byte(text)) // a buffer takes everything
	_ = q.Close()
	return b.Bytes()
}

// auth signs in as the server offers it: PLAIN (RFC 4616), else LOGIN, which is all that some know.
func (m *mailer) auth(offered string) smtp.Auth {
	plain := smtp.PlainAuth("", m.user, m.password, m.host)
	methods := strings.Fields(strings.ToUpper(offered))
	for _, method := range methods {
		if method == "PLAIN" {
			return plain
		}
	}
	return &loginAuth{plain, m.user, m.password}
}

// loginAuth is the method LOGIN (draft-murchison-sasl-login). It refuses what PLAIN refuses: a server that is not reached by TLS.
type loginAuth struct {
	plain          smtp.Auth
	user, password string
}

func (a *loginAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	_, _, err := a.plain.Start(server)
	return "LOGIN", nil, err
}

func (a *loginAuth) Next(asked []byte, more bool) ([]byte, error) {
	switch question := strings.ToLower(string(asked)); {
	case !more:
		return nil, nil
	case strings.HasPrefix(question, "user"):
		return []byte(a.user), nil
	case strings.HasPrefix(question, "pass"):
		return []byte(a.password), nil
	}
	return nil, errors.New("the mail server asks for something else than a name and a password")
}

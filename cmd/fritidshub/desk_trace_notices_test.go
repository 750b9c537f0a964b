package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fritidshub/api/console"
	"fritidshub/api/words"
	"fritidshub/ingest"
	"fritidshub/store"
)

// mailServer takes mail on loopback and keeps it.
type mailServer struct {
	address string
	tls     *tls.Config // nil: it offers none
	login   bool        // it knows LOGIN alone

	mu     sync.Mutex
	refuse string
	got    []sentMail
}

type sentMail struct {
	to, auth string
	secure   bool
	subject  string
	text     string
}

func newMailServer(t *testing.T, secure *tls.Config, login bool) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{address: listener.Addr().String(), tls: secure, login: login}
	var open sync.WaitGroup
	t.Cleanup(func() { listener.Close(); open.Wait() })
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { defer conn.Close(); s.talk(conn) })
		}
	})
	return s
}

func (s *mailServer) talk(conn net.Conn) {
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	r := bufio.NewReader(conn)
	line := func() string { text, _ := r.ReadString('\n'); return strings.TrimSpace(text) }
	say := func(text string) { fmt.Fprintf(conn, "%s\r\n", text) }
	var m sentMail
	say("220 post.example")
	for {
		command := line()
		verb, rest, _ := strings.Cut(command, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-post.example")
			if s.tls != nil && !m.secure {
				say("250-STARTTLS")
			} else if s.login {
				say("250-AUTH LOGIN XOAUTH2")
			} else {
				say("250-AUTH PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 ja")
			secure := tls.Server(conn, s.tls)
			conn, r, m.secure = secure, bufio.NewReader(secure), true
		case "AUTH":
			if method, given, _ := strings.Cut(rest, " "); method == "LOGIN" {
				say("334 " + base64.StdEncoding.EncodeToString([]byte("Username:")))
				user := line()
				say("334 " + base64.StdEncoding.EncodeToString([]byte("Password:")))
				m.auth = plainOf(user) + ":" + plainOf(line())
			} else {
				m.auth = strings.ReplaceAll(strings.TrimPrefix(plainOf(given), "\x00"), "\x00", ":")
			}
			say("235 ja")
		case "RCPT":
			m.to = strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>")
			s.mu.Lock()
			refuse := s.refuse
			s.mu.Unlock()
			if refuse != "" {
				say("550 " + refuse)
				continue
			}
			say("250 ja")
		case "DATA":
			say("354 ja")
			var text strings.Builder
			for row := range lines(r) {
				text.WriteString(row)
			}
			s.keep(m, text.String())
			say("250 ja")
		case "QUIT", "":
			say("221 hei")
			return
		default:
			say("250 ja")
		}
	}
}

func plainOf(text string) string {
	plain, _ := base64.StdEncoding.DecodeString(text)
	return string(plain)
}

// lines gives the lines of a message up to the dot.
func lines(r *bufio.Reader) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			row, err := r.ReadString('\n')
			if err != nil || row == ".\r\n" || !yield(strings.TrimPrefix(row, ".")) {
				return
			}
		}
	}
}

func (s *mailServer) keep(m sentMail, text string) {
	read, err := mail.ReadMessage(strings.NewReader(text))
	if err == nil {
		m.subject, _ = (&mime.WordDecoder{}).DecodeHeader(read.Header.Get("Subject"))
		body, _ := io.ReadAll(quotedprintable.NewReader(read.Body))
		m.text = string(body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, m)
}

// refuseAll lets it take no mail, and say why; "" lets it take mail again.
func (s *mailServer) refuseAll(why string) { s.mu.Lock(); defer s.mu.Unlock(); s.refuse = why }

// take gives the mail that has come since it was asked last.
func (s *mailServer) take() []sentMail {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.got
	s.got = nil
	return got
}

// deskInside is the desk of a hub that does not serve, on a clock of its own.
func deskInside(t *testing.T, yaml string, files, env map[string]string, now func() time.Time) *desk {
	t.Helper()
	dir, _ := setUp(t, yaml, files)
	all := map[string]string{"FRITIDSHUB_EDITOR_TOKEN": deskToken, "FRITIDSHUB_SOURCES": filepath.Join(dir, "sources.yaml"), "FRITIDSHUB_DATA": filepath.Join(dir, "data"),
		"FRITIDSHUB_PUBLIC_URL": "https://hub.example"}
	maps.Copy(all, env)
	p := &program{out: io.Discard, err: io.Discard, env: func(name string) (string, bool) { v, ok := all[name]; return v, ok }}
	in, err := p.defaults()
	if err != nil {
		t.Fatal(err)
	}
	in.now = now
	h, err := p.open(t.Context(), in, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	if err := h.take(t.Context(), h.config); err != nil {
		t.Fatal(err)
	}
	ingester := h.ingester(nil, nil)
	d := newDesk(t.Context(), h, ingester, ingest.NewScheduler(ingester, h.config.Sources))
	if _, err := d.handler(); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestNoticesByMail: a source that fails, shrinks and grows old is told of once each, to each as often as they want; what is well again too, and never
// while it is not.
func TestNoticesByMail(t *testing.T) {
	var mu sync.Mutex
	answer, status := clubs(20), http.StatusOK
	set := func(text string, code int) { mu.Lock(); defer mu.Unlock(); answer, status = text, code }
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	defer provider.Close()
	post := newMailServer(t, nil, false)
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.FixedZone("", 3600)) // a Tuesday
	d := deskInside(t, "  - {id: lag, name: Idrettsrådet, kind: csv, url: \""+provider.URL+"/lag.csv\", licence: CC0-1.0, schedule: \"@hourly\"}\n", nil,
		map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": strings.TrimPrefix(provider.URL, "http://"), "FRITIDSHUB_SMTP_SERVER": post.address, "FRITIDSHUB_SMTP_FROM": "Fritidshuben <hub@kommunen.example>"},
		func() time.Time { return now })
	ctx := t.Context()
	for address, every := range map[string]string{"straks@kommunen.example": "now", "daglig@kommunen.example": "daily", "ukentlig@kommunen.example": "weekly"} {
		if err := d.herald.Subscribe(ctx, address, every); err != nil {
			t.Fatal(err)
		}
	}
	run := func() {
		t.Helper()
		source, err := d.declared("lag")
		if err != nil {
			t.Fatal(err)
		}
		d.ingester.Run(ctx, source, ingest.TriggerHand)
	}
	look := func(settled bool) []sentMail {
		t.Helper()
		if err := d.herald.watch(ctx, settled); err != nil {
			t.Fatal(err)
		}
		if err := d.herald.deliver(ctx); err != nil {
			t.Fatal(err)
		}
		return post.take()
	}
	expect := func(what string, got []sentMail, want map[string][]string) {
		t.Helper()
		to := map[string]sentMail{}
		for _, m := range got {
			to[m.to] = m
		}
		if len(to) != len(want) || len(got) != len(want) {
			t.Errorf("%s: mail to %v, not %v", what, slices.Sorted(maps.Keys(to)), slices.Sorted(maps.Keys(want)))
		}
		for address, parts := range want {
			for _, part := range parts {
				if m := to[address]; !strings.Contains(m.subject+"\n"+m.text, part) {
					t.Errorf("%s: the mail to %s lacks %q:\n%s\n%s", what, address, part, m.subject, m.text)
				}
			}
		}
	}
	const now1, daily, weekly = "straks@kommunen.example", "daglig@kommunen.example", "ukentlig@kommunen.example"

	run()
	expect("all well", look(true), nil)
	set("nei", http.StatusForbidden)
	run()
	expect("failed once", look(true), nil)
	now = now.Add(30 * time.Minute)
	run()
	failing := []string{"Idrettsrådet feiler", "(status 403)", "Nettstedets eier må slippe oss inn", "Innbyggerne ser", "https://hub.example/editor/sources/lag", "https://hub.example/editor/notices", "Prøve"}
	expect("failed twice", look(true), map[string][]string{now1: failing})
	now = now.Add(30 * time.Minute)
	run()
	expect("still failing", look(true), nil)
	now = time.Date(2026, 11, 25, 7, 0, 30, 0, now.Location())
	run()
	expect("next morning", look(true), map[string][]string{daily: failing})
	expect("told", look(true), nil)

	set(clubs(20), http.StatusOK)
	now = now.Add(time.Hour)
	run()
	expect("well again", look(true), map[string][]string{now1: {"Idrettsrådet er frisk igjen"}})
	set(clubs(5), http.StatusOK)
	now = now.Add(time.Minute)
	run()
	expect("nobody is told more often than each quarter of an hour", look(true), nil)
	now = now.Add(15 * time.Minute)
	expect("held", look(true), map[string][]string{now1: {"Idrettsrådet venter på deg", "15 av 20", "En redaktør må si ja eller nei"}})
	now = time.Date(2026, 11, 26, 8, 0, 0, 0, now.Location())
	got := look(true)
	expect("the day after", got, map[string][]string{daily: {"Idrettsrådet venter på deg", "15 av 20"}})
	for _, m := range got {
		if strings.Contains(m.text, "frisk igjen") {
			t.Errorf("it is not well:\n%s", m.text)
		}
	}
	now = time.Date(2026, 11, 30, 7, 5, 0, 0, now.Location())
	expect("Monday", look(true), map[string][]string{weekly: {"Idrettsrådet feiler", "Idrettsrådet venter på deg"}})
	now = now.AddDate(0, 0, 7)
	expect("the Monday after, with nothing new", look(true), map[string][]string{weekly: {"Kilder som trenger hjelp", "FORTSATT SLIK", "15 av 20"}})

	set(clubs(20), http.StatusOK)
	run()
	now = now.Add(time.Minute)
	expect("released", look(true), map[string][]string{now1: {"er frisk igjen"}})
	now = now.Add(5 * time.Hour)
	expect("a hub that was off has time to fetch", look(false), nil)
	post.refuseAll("ukjent mottaker")
	expect("refused", look(true), nil)
	if m := d.herald.Mail(); !strings.Contains(m.Fault, "ukjent mottaker") || m.From != "hub@kommunen.example" {
		t.Errorf("%+v", m)
	}
	post.refuseAll("")
	expect("not asked again at once", look(true), nil)
	now = now.Add(mailRest)
	expect("the second try", look(true), map[string][]string{now1: {"Idrettsrådet er gammel"}})
	if m := d.herald.Mail(); m.Fault != "" {
		t.Errorf("%+v", m)
	}
	if err := d.herald.TryMail(ctx, "en.annen@kommunen.example"); err != console.ErrNoSubscriber {
		t.Errorf("anybody can be sent mail: %v", err)
	}
	if err := d.herald.TryMail(ctx, daily); err != nil {
		t.Error(err)
	}
	expect("a try", post.take(), map[string][]string{daily: {"Prøve på varsel"}})
}

// TestMailer: the password goes over TLS, by PLAIN or by LOGIN, and nowhere else.
func TestMailer(t *testing.T) {
	certified := httptest.NewTLSServer(http.NotFoundHandler())
	defer certified.Close()
	roots := x509.NewCertPool()
	roots.AddCert(certified.Certificate())
	mailerTo := func(s *mailServer, host string) *mailer {
		_, port, _ := net.SplitHostPort(s.address)
		env := map[string]string{"FRITIDSHUB_SMTP_SERVER": net.JoinHostPort(host, port), "FRITIDSHUB_SMTP_FROM": "hub@kommunen.example", "FRITIDSHUB_SMTP_USER": "huben", "FRITIDSHUB_SMTP_PASSWORD": "hemmelig"}
		m, err := (&program{env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}).mailer(time.Now)
		if err != nil {
			t.Fatal(err)
		}
		m.roots = roots
		return m
	}
	text := "Porsgrunn feiler – på grunn av\n.\nen feil" + strings.Repeat(" æøå", 300)
	for _, login := range []bool{false, true} {
		s := newMailServer(t, &tls.Config{Certificates: certified.TLS.Certificates}, login)
		if err := mailerTo(s, "127.0.0.1").send(t.Context(), "a@b.example", "Kilden «Øst»\r\nBcc: c@d.example", text); err != nil {
			t.Fatal(err)
		}
		got := s.take()
		if len(got) != 1 || !got[0].secure || got[0].auth != "huben:hemmelig" || strings.ReplaceAll(strings.TrimSpace(got[0].text), "\r\n", "\n") != text || !strings.HasPrefix(got[0].subject, "Kilden «Øst»") {
			t.Errorf("login %v: %.300v", login, got)
		}
		foreign := mailerTo(s, "127.0.0.1")
		foreign.roots = x509.NewCertPool()
		if err := foreign.send(t.Context(), "a@b.example", "x", "y"); err == nil {
			t.Error("a server with a certificate of nobody's is trusted")
		}
	}
	for _, login := range []bool{false, true} {
		m := mailerTo(newMailServer(t, nil, login), "127.0.0.1")
		m.host = "post.kommunen.example" // elsewhere, and without TLS
		if err := m.send(t.Context(), "a@b.example", "x", "y"); err == nil {
			t.Errorf("login %v: the password goes over the network in the clear", login)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := mailerTo(newMailServer(t, nil, false), "127.0.0.1").send(ctx, "a@b.example", "x", "y"); err == nil {
		t.Error("a mail is sent by a hub that stops")
	}
}

func TestMailSettings(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(1)})
	for _, c := range []struct{ env, want string }{
		{"FROM=hub@kommunen.example", "FRITIDSHUB_SMTP_SERVER er ikke satt"},
		{"SERVER=smtp.kommunen.example FROM=hub@kommunen.example", "ikke en tjener med port"},
		{"SERVER=smtp.kommunen.example:587", "FRITIDSHUB_SMTP_FROM"},
		{"SERVER=smtp.kommunen.example:587 FROM=hub@kommunen.example USER=huben", "FRITIDSHUB_SMTP_PASSWORD"},
	} {
		env := map[string]string{}
		for _, setting := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(setting, "=")
			env["FRITIDSHUB_SMTP_"+name] = value
		}
		if code, _, errs := call(t, env, append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)...); code != exitUsage || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit %d, %s", c.env, code, errs)
		}
	}
}

// TestFailedIsNeverWell: whatever a source's runs have led to, it is told of as well only when its last run was good, nothing waits, and what residents see is no
// older than promised; and no letter says that one is well which is not.
func TestFailedIsNeverWell(t *testing.T) {
	zone := time.FixedZone("", 3600)
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, zone)
	d := deskInside(t, "  - {id: lag, kind: csv, url: \"https://lag.example/lag.csv\", licence: CC0-1.0}\n", nil, nil, func() time.Time { return now })
	d.words = words.Load().For("nb")
	rapid.Check(t, func(t *rapid.T) {
		ago := func(name string) time.Time {
			return now.Add(-time.Duration(rapid.IntRange(0, 72*60).Draw(t, name)) * time.Minute)
		}
		status := rapid.SampledFrom([]store.RunStatus{store.RunOK, store.RunPartial, store.RunUnchanged, store.RunHeld, store.RunFailed, store.RunInterrupted}).Draw(t, "status")
		s := store.SourceState{Source: store.Source{ID: "kilde", Schedule: rapid.SampledFrom([]string{"@hourly", "@daily", "*/5 * * * *"}).Draw(t, "schedule"), Enabled: true}, Declared: true,
			LastStatus: status, LastRun: ago("last run"), LastGood: ago("last good"), Live: rapid.IntRange(0, 3).Draw(t, "live"), Last: &store.Run{Status: status}}
		if status == store.RunFailed {
			s.Failures, s.FailingFrom = rapid.IntRange(1, 5).Draw(t, "failures"), ago("failing from")
		}
		if status == store.RunHeld {
			s.Held = &store.Held{Removals: 3, Of: 4, Kept: rapid.Bool().Draw(t, "kept")}
		}
		glance := d.glance(&s, now)
		kind := happening(&s, &glance, now)
		waits := s.Held != nil && !s.Held.Kept
		if kind == store.NoticeRecovered && (!status.Good() || s.Failures > 0 || waits || now.Sub(s.LastGood) > 25*time.Hour) {
			t.Fatalf("told as well: %+v", s)
		}
		if status == store.RunOK && now.Sub(s.LastGood) < 5*time.Minute && now.Sub(s.LastRun) < 5*time.Minute && kind != store.NoticeRecovered {
			t.Fatalf("what is well is not told of as well but %q: %+v", kind, s)
		}
		said := d.herald.letter([]store.Notice{{ID: 1, Source: "kilde", Name: "Kilden", Kind: store.NoticeRecovered}}, []console.Source{glance}, rapid.Bool().Draw(t, "weekly"))
		if well := strings.Contains(said.subject+said.text, "er frisk igjen"); well && (s.Failures > 0 || waits) {
			t.Fatalf("%+v is told of as well:\n%s", s, said.text)
		}
	})
}

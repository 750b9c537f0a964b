package signin

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const token = "en-lang-nok-nøkkel"

// desk is a console of one page behind a Gate, and a browser.
type desk struct {
	*testing.T
	gate   *Gate
	server *httptest.Server
	http   *http.Client
	now    time.Time
	noted  []string
}

func newDesk(t *testing.T, token string, p *Provider) *desk {
	t.Helper()
	d := &desk{T: t, now: noon}
	mux := http.NewServeMux()
	d.server = httptest.NewServer(mux)
	t.Cleanup(d.server.Close)
	base, _ := url.Parse(d.server.URL + "/editor/")
	gate, err := New(Options{Token: token, Provider: p, Base: base, Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler),
		Noted: func(_ context.Context, u User, what string) {
			d.noted = append(d.noted, u.Name+" "+string(u.Role)+" "+what)
		},
		Show: func(w http.ResponseWriter, _ *http.Request, status int, f Form) {
			w.WriteHeader(status)
			json.NewEncoder(w).Encode(f)
		}})
	if err != nil {
		t.Fatal(err)
	}
	d.gate = gate
	gate.Routes(mux)
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u, _ := UserOf(r.Context())
		fmt.Fprintf(w, "%s %s %s", r.Method, u.Name, u.Role)
	})
	mux.Handle("/editor/", gate.Require(Editor, page))
	mux.Handle("/editor/access", gate.Require(Admin, page))
	jar, _ := cookiejar.New(nil)
	d.http = &http.Client{Jar: jar}
	return d
}

// ask sends a form, or asks for a page when it is nil.
func (d *desk) ask(path string, form url.Values, header ...string) (status int, body string) {
	d.Helper()
	req, _ := http.NewRequest(http.MethodGet, d.server.URL+path, nil)
	if form != nil {
		req, _ = http.NewRequest(http.MethodPost, d.server.URL+path, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := d.http.Do(req)
	if err != nil {
		d.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	if got := resp.Header.Get("Cache-Control"); got != "no-store" && resp.StatusCode < 400 && strings.HasPrefix(resp.Request.URL.Path, "/editor/") {
		d.Errorf("%s may be cached: %q", path, got)
	}
	return resp.StatusCode, strings.TrimSpace(string(text))
}

func (d *desk) want(path string, form url.Values, status int, part string, header ...string) {
	d.Helper()
	if got, body := d.ask(path, form, header...); got != status || !strings.Contains(body, part) {
		d.Errorf("%s: %d %s; want %d with %q", path, got, body, status, part)
	}
}

func TestToken(t *testing.T) {
	d := newDesk(t, token, nil)
	d.want("/editor/sources?a=1", nil, 401, `"Next":"/editor/sources?a=1"`)
	d.want("/editor/sign-in", url.Values{"token": {"feil"}}, 401, "Nøkkelen er feil")
	d.want("/editor/sign-in", url.Values{"token": {token}, "next": {"/editor/sources?a=1"}}, 200, "GET redaktør admin")
	d.want("/editor/access", nil, 200, "admin")
	for _, c := range d.http.Jar.Cookies(&url.URL{Scheme: "http", Host: d.gate.Base.Host, Path: "/"}) {
		t.Errorf("the cookie %s goes with pages of residents", c.Name)
	}
	d.want("/editor/hide", url.Values{}, 200, "POST")
	d.want("/editor/hide", url.Values{}, 403, "annen side", "Sec-Fetch-Site", "cross-site")
	d.want("/editor/hide", url.Values{}, 403, "annen side", "Sec-Fetch-Site", "", "Origin", "https://evil.example")
	d.want("/editor/sign-out", url.Values{}, 200, "")
	d.want("/editor/", nil, 401, "")
	if got := strings.Join(d.noted, ", "); got != "redaktør admin logget inn, redaktør admin logget ut" {
		t.Error(got)
	}
}

// A session ends when it is not used, and in any case.
func TestSessionsEnd(t *testing.T) {
	d := newDesk(t, token, nil)
	in := func() { d.want("/editor/sign-in", url.Values{"token": {token}}, 200, "redaktør") }
	in()
	d.now = d.now.Add(IdleTime)
	d.want("/editor/", nil, 200, "")
	d.now = d.now.Add(IdleTime + time.Second)
	d.want("/editor/", nil, 401, "")
	in()
	for end := d.now.Add(SessionTime); d.now.Before(end); d.now = d.now.Add(time.Hour) {
		d.want("/editor/", nil, 200, "")
	}
	d.now = d.now.Add(time.Second)
	d.want("/editor/", nil, 401, "")
	if in(); len(d.gate.sessions) != 1 {
		t.Errorf("%d sessions are kept", len(d.gate.sessions))
	}
}

// Guessing is slow, and is told how slow.
func TestGuessing(t *testing.T) {
	d := newDesk(t, token, nil)
	for range 5 {
		d.want("/editor/sign-in", url.Values{"token": {"x"}}, 401, "")
	}
	d.want("/editor/sign-in", url.Values{"token": {token}}, 429, "om 13 sekunder")
	d.now = d.now.Add(13 * time.Second)
	d.want("/editor/sign-in", url.Values{"token": {token}}, 200, "redaktør")
}

// One who guesses does not keep others out.
func TestGuessingIsOnesOwn(t *testing.T) {
	who := netip.MustParseAddr("203.0.113.1")
	d := newDesk(t, token, nil)
	d.gate.Client = func(*http.Request) netip.Addr { return who }
	for range 5 {
		d.want("/editor/sign-in", url.Values{"token": {"x"}}, 401, "")
	}
	d.want("/editor/sign-in", url.Values{"token": {token}}, 429, "om 13 sekunder")
	who = netip.MustParseAddr("203.0.113.2")
	d.want("/editor/sign-in", url.Values{"token": {token}}, 200, "redaktør")
}

func TestNextStaysInside(t *testing.T) {
	g := &Gate{Options: Options{Base: &url.URL{Scheme: "https", Host: "hub.example", Path: "/lokalt/editor/"}}}
	for given, want := range map[string]string{
		"/editor/sources/a?b=c#d": "/lokalt/editor/sources/a?b=c", "": "/lokalt/editor/", "https://evil.example/editor/": "/lokalt/editor/", "//evil.example/editor/": "/lokalt/editor/",
		"/editor/../x": "/lokalt/editor/", "/l/a": "/lokalt/editor/", "/editor/\\x": "/lokalt/editor/", "javascript:alert(1)": "/lokalt/editor/",
	} {
		if got := g.inside(given); got != want {
			t.Errorf("%q leads to %q, not %q", given, got, want)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for _, o := range []Options{{Token: "kort"}, {Provider: &Provider{Name: "x"}}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// openID is a provider made after OpenID Connect Core 1.0 (3.1) and Discovery 1.0 (4), for tests: it checks what it is asked.
type openID struct {
	*testing.T
	server    *httptest.Server
	key       *rsa.PrivateKey
	challenge string
	nonce     string
	claims    map[string]any // of the next ID token, over the right ones
	refuse    string
	down      bool
}

func newOpenID(t *testing.T) (*openID, *Provider) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	op := &openID{T: t, key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		at := op.server.URL
		if op.down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
			"response_types_supported": []string{"code"}, "subject_types_supported": []string{"pairwise"}, "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("response_type") != "code" || q.Get("client_id") != "hub" || !strings.Contains(q.Get("scope"), "openid") || q.Get("code_challenge_method") != "S256" {
			t.Errorf("asked with %v", q)
		}
		op.challenge, op.nonce = q.Get("code_challenge"), q.Get("nonce")
		back, _ := url.Parse(q.Get("redirect_uri"))
		answer := url.Values{"state": {q.Get("state")}, "code": {"koden"}}
		if op.refuse != "" {
			answer = url.Values{"state": {q.Get("state")}, "error": {op.refuse}}
		}
		back.RawQuery = answer.Encode()
		http.Redirect(w, r, back.String(), http.StatusFound)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		id, secret, _ := r.BasicAuth()
		if r.PostFormValue("code") != "koden" || base64.RawURLEncoding.EncodeToString(sum[:]) != op.challenge || id != "hub" || secret != "hemmelig" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error": "invalid_grant"}`)
			return
		}
		claims := map[string]any{"iss": op.server.URL, "sub": "abc", "aud": "hub", "iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(), "nonce": op.nonce, "name": "Rolle Rollesen", "roles": []string{"fh-editor"}}
		for k, v := range op.claims {
			claims[k] = v
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: op.key, KeyID: "1"}}, nil)
		if err != nil {
			t.Error(err)
		}
		raw, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": raw})
	})
	op.server = httptest.NewServer(mux)
	t.Cleanup(op.server.Close)
	return op, &Provider{Name: "Kommunens innlogging", Issuer: op.server.URL, ClientID: "hub", ClientSecret: "hemmelig", EditorValue: "fh-editor", AdminValue: "fh-admin", Client: op.server.Client()}
}

func TestProvider(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*openID)
		status int
		part   string
	}{
		"an editor":               {func(*openID) {}, 200, "GET Rolle Rollesen editor"},
		"an admin":                {func(op *openID) { op.claims = map[string]any{"roles": []string{"fh-admin"}} }, 200, "Rolle Rollesen admin"},
		"one role as a text":      {func(op *openID) { op.claims = map[string]any{"roles": "fh-editor", "name": ""} }, 200, "GET abc editor"},
		"nobody":                  {func(op *openID) { op.claims = map[string]any{"roles": []string{"annet"}} }, 403, "ikke fått en rolle"},
		"for another client":      {func(op *openID) { op.claims = map[string]any{"aud": "annen"} }, 502, "kunne ikke brukes"},
		"of another provider":     {func(op *openID) { op.claims = map[string]any{"iss": "https://evil.example"} }, 502, "kunne ikke brukes"},
		"expired":                 {func(op *openID) { op.claims = map[string]any{"exp": noon.Add(-time.Hour).Unix()} }, 502, "kunne ikke brukes"},
		"of another sign-in":      {func(op *openID) { op.claims = map[string]any{"nonce": "gammel"} }, 502, "kunne ikke brukes"},
		"signed by another key":   {func(op *openID) { op.key, _ = rsa.GenerateKey(rand.Reader, 2048) }, 502, "kunne ikke brukes"},
		"refused there":           {func(op *openID) { op.refuse = "access_denied" }, 401, "avbrutt"},
		"a provider that is away": {func(op *openID) { op.down = true }, 502, "svarer ikke"},
	} {
		t.Run(name, func(t *testing.T) {
			op, p := newOpenID(t)
			c.change(op)
			d := newDesk(t, "", p)
			d.want("/editor/", nil, 401, `"Provider":"Kommunens innlogging"`)
			d.want("/editor/sign-in/provider?next=/editor/x", nil, c.status, c.part)
			if name == "an editor" {
				d.want("/editor/access", nil, 403, "gir ikke tilgang")
			}
			d.want("/editor/sign-in/done?state=falsk&code=koden", nil, 400, "Prøv på nytt")
			if op.down {
				op.down = false
				d.want("/editor/sign-in/provider", nil, 200, "editor")
			}
		})
	}
}

// Somebody who was sent a link with another's state does not come in with it.
func TestForeignState(t *testing.T) {
	op, p := newOpenID(t)
	_ = op
	d := newDesk(t, "", p)
	d.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	req, _ := http.NewRequest(http.MethodGet, d.server.URL+"/editor/sign-in/provider", nil)
	resp, err := d.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	at, _ := resp.Location()
	state := at.Query().Get("state")
	d.http.Jar, _ = cookiejar.New(nil)
	d.want("/editor/sign-in/done?code=koden&state="+url.QueryEscape(state), nil, 400, "startet et annet sted")
}

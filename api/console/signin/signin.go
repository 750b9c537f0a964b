// Package signin knows which editor asks: it signs people in with a token of the hub or at an OpenID provider, and out again, and lets nobody else
// through. What it keeps of a person is a name and a role, in memory, until the session ends.
package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Role is what somebody may do.
type Role string

// The roles. An admin may do all that an editor may, and decide who outside is told of what goes on.
const (
	Editor Role = "editor"
	Admin  Role = "admin"
)

// Includes reports whether somebody of the role may do what wanted may.
func (r Role) Includes(wanted Role) bool { return r == wanted || r == Admin && wanted == Editor }

// User is somebody who is signed in.
type User struct {
	Name  string // as the provider gives it; "redaktør" for the holder of the token
	Role  Role
	Since time.Time
}

const (
	// SessionTime is how long a session lasts, IdleTime how long it lasts without a request.
	SessionTime = 12 * time.Hour
	IdleTime    = 2 * time.Hour
	// MinToken is the least length of a token, in bytes.
	MinToken = 16

	mostSessions = 1000
	cookieName   = "fritidshub_editor"
	stateCookie  = "fritidshub_signin"
	startTime    = 10 * time.Minute // to sign in at the provider
	mostStarted  = 1000
	mostClients  = 4096
	mostForm     = 64 << 10
)

// Options say how people sign in.
type Options struct {
	// Token signs its holder in as admin, "" for none. It has at least MinToken bytes.
	Token string
	// Provider is where people sign in, nil for none.
	Provider *Provider
	// Base is the absolute address of the console, ending in "/editor/".
	Base *url.URL
	Now  func() time.Time
	Log  *slog.Logger
	// Client is who tries to sign in, so that each may try now and then; nil: all are one.
	Client func(*http.Request) netip.Addr
	// Show writes the page where people sign in.
	Show func(w http.ResponseWriter, r *http.Request, status int, f Form)
	// Noted, when set, hears who came in and went out.
	Noted func(ctx context.Context, u User, what string)
}

// Form is what the page to sign in shows.
type Form struct {
	Token    bool   // a token can be written
	Provider string // name of the provider, "" for none
	Fault    string // what went wrong, for people
	Wait     time.Duration
	Next     string // address within the console to go on to
}

// Gate lets editors in.
type Gate struct {
	Options
	secret   []byte // salts what is kept of addresses
	origins  *http.CrossOriginProtection
	mu       sync.Mutex
	sessions map[[32]byte]*session
	clients  map[[32]byte]*rate.Limiter
	all      *rate.Limiter
	started  map[string]start // by state
}

type session struct {
	user       User
	seen, made time.Time
}

// New makes a Gate. Without a token and without a provider nobody comes in, and the page says how that is changed.
func New(o Options) (*Gate, error) {
	if o.Token != "" && len(o.Token) < MinToken {
		return nil, fmt.Errorf("FRITIDSHUB_EDITOR_TOKEN har %d tegn; bruk minst %d, for eksempel fra `openssl rand -hex 24`", len(o.Token), MinToken)
	}
	if p := o.Provider; p != nil && p.EditorValue == "" && p.AdminValue == "" {
		return nil, errors.New("innlogging med OpenID Connect trenger FRITIDSHUB_OIDC_EDITOR_ROLE eller FRITIDSHUB_OIDC_ADMIN_ROLE: uten en rolle slipper ingen inn")
	}
	g := &Gate{Options: o, secret: random(32), origins: http.NewCrossOriginProtection(), sessions: map[[32]byte]*session{}, clients: map[[32]byte]*rate.Limiter{},
		all: rate.NewLimiter(1, 30), started: map[string]start{}}
	if o.Base != nil {
		if err := g.origins.AddTrustedOrigin(o.Base.Scheme + "://" + o.Base.Host); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

type userKey struct{}

// UserOf is who asks, in a request that Require let through.
func UserOf(ctx context.Context) (User, bool) {
	u, ok := ctx.Value(userKey{}).(User)
	return u, ok
}

// Routes adds the pages of signing in and out below /editor/.
func (g *Gate) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /editor/sign-in", func(w http.ResponseWriter, r *http.Request) { g.show(w, r, http.StatusOK, Form{}) })
	mux.Handle("POST /editor/sign-in", g.own(http.HandlerFunc(g.withToken)))
	mux.Handle("POST /editor/sign-out", g.own(http.HandlerFunc(g.signOut)))
	if g.Provider != nil {
		mux.HandleFunc("GET /editor/sign-in/provider", g.begin) // a link: a form could not lead to another site under the console's policy
		mux.HandleFunc("GET /editor/sign-in/done", g.done)
	}
}

// own refuses what another site makes a browser send.
func (g *Gate) own(next http.Handler) http.Handler {
	refused := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.show(w, r, http.StatusForbidden, Form{Fault: "Forespørselen kom fra en annen side. Gå til redaktørsidene og prøv på nytt."})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := g.origins.Check(r); err != nil {
			refused(w, r)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		next.ServeHTTP(w, r)
	})
}

// Require lets those of a role through to next, which finds them with UserOf; others are shown where to sign in. A request that changes something
// and comes from another site is refused.
func (g *Gate) Require(role Role, next http.Handler) http.Handler {
	return g.own(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		u, ok := g.user(r)
		switch {
		case !ok:
			g.show(w, r, http.StatusUnauthorized, Form{Next: asked(r)})
		case !u.Role.Includes(role):
			g.show(w, r, http.StatusForbidden, Form{Fault: "Du er logget inn, men rollen din gir ikke tilgang til denne siden. Be en administrator om den."})
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, u)))
		}
	}))
}

// asked is the page that was asked for, when it can be gone to later.
func asked(r *http.Request) string {
	if r.Method != http.MethodGet {
		return ""
	}
	return r.URL.RequestURI()
}

// inside gives an address within the console, its first page for any other one.
func (g *Gate) inside(address string) string {
	if u, err := url.Parse(address); err == nil && !u.IsAbs() && u.Host == "" && strings.HasPrefix(u.Path, "/editor/") && !strings.Contains(u.Path, "..") && !strings.ContainsAny(address, "\\\r\n") {
		return g.Base.Path[:len(g.Base.Path)-len("/editor/")] + u.RequestURI()
	}
	return g.Base.Path
}

func (g *Gate) show(w http.ResponseWriter, r *http.Request, status int, f Form) {
	w.Header().Set("Cache-Control", "no-store")
	f.Token = g.Token != ""
	if g.Provider != nil {
		f.Provider = g.Provider.Name
	}
	if f.Next == "" {
		f.Next = r.FormValue("next")
	}
	if f.Wait > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(int(f.Wait.Seconds())+1))
	}
	g.Show(w, r, status, f)
}

// withToken signs in who knows the token.
func (g *Gate) withToken(w http.ResponseWriter, r *http.Request) {
	if wait := g.tooOften(r); wait > 0 {
		g.show(w, r, http.StatusTooManyRequests, Form{Wait: wait, Fault: fmt.Sprintf("For mange forsøk. Prøv igjen om %d sekunder.", int(wait.Seconds())+1)})
		return
	}
	given, own := sha256.Sum256([]byte(r.PostFormValue("token"))), sha256.Sum256([]byte(g.Token))
	if g.Token == "" || subtle.ConstantTimeCompare(given[:], own[:]) != 1 {
		g.Log.Warn("sign-in refused")
		g.show(w, r, http.StatusUnauthorized, Form{Fault: "Nøkkelen er feil. Den står i FRITIDSHUB_EDITOR_TOKEN der huben kjører."})
		return
	}
	g.enter(w, r, User{Name: "redaktør", Role: Admin, Since: g.Now()}, r.PostFormValue("next"))
}

// tooOften is how long a client must wait before it may try again. Of its address a salted sum is kept, in memory.
func (g *Gate) tooOften(r *http.Request) time.Duration {
	var who netip.Addr
	if g.Client != nil {
		who = g.Client(r)
	}
	key := sha256.Sum256(append(who.AsSlice(), g.secret...))
	now := g.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	one := g.clients[key]
	if one == nil {
		if len(g.clients) >= mostClients {
			clear(g.clients)
		}
		one = rate.NewLimiter(rate.Every(12*time.Second), 5)
		g.clients[key] = one
	}
	for _, l := range []*rate.Limiter{one, g.all} {
		if taken := l.ReserveN(now, 1); taken.DelayFrom(now) > 0 {
			wait := taken.DelayFrom(now)
			taken.CancelAt(now)
			return wait
		}
	}
	return 0
}

// enter begins a session and goes on to next.
func (g *Gate) enter(w http.ResponseWriter, r *http.Request, u User, next string) {
	value := base64.RawURLEncoding.EncodeToString(random(32))
	now := g.Now()
	g.mu.Lock()
	for key, s := range g.sessions {
		if g.over(s, now) {
			delete(g.sessions, key)
		}
	}
	if len(g.sessions) >= mostSessions {
		g.mu.Unlock()
		g.show(w, r, http.StatusServiceUnavailable, Form{Wait: time.Minute, Fault: "For mange er logget inn samtidig. Prøv igjen om litt."})
		return
	}
	g.sessions[sha256.Sum256([]byte(value))] = &session{user: u, seen: now, made: now}
	g.mu.Unlock()
	if g.Noted != nil {
		g.Noted(r.Context(), u, "logget inn")
	}
	http.SetCookie(w, g.cookie(cookieName, value, SessionTime))
	http.Redirect(w, r, g.inside(next), http.StatusSeeOther)
}

// cookie is one that scripts cannot read and other sites cannot use. Of negative age, it takes the one of that name away.
func (g *Gate) cookie(name, value string, age time.Duration) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: g.Base.Path, MaxAge: int(age.Seconds()), HttpOnly: true, Secure: g.Base.Scheme == "https", SameSite: http.SameSiteLaxMode}
}

func (g *Gate) over(s *session, now time.Time) bool {
	return now.Sub(s.made) > SessionTime || now.Sub(s.seen) > IdleTime
}

func (g *Gate) user(r *http.Request) (User, bool) {
	key, ok := sessionKey(r)
	if !ok {
		return User{}, false
	}
	now := g.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.sessions[key]
	if s == nil {
		return User{}, false
	}
	if g.over(s, now) {
		delete(g.sessions, key)
		return User{}, false
	}
	s.seen = now
	return s.user, true
}

func sessionKey(r *http.Request) (key [32]byte, ok bool) {
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) > 100 {
		return key, false
	}
	return sha256.Sum256([]byte(c.Value)), true
}

func (g *Gate) signOut(w http.ResponseWriter, r *http.Request) {
	if u, ok := g.user(r); ok {
		key, _ := sessionKey(r)
		g.mu.Lock()
		delete(g.sessions, key)
		g.mu.Unlock()
		if g.Noted != nil {
			g.Noted(r.Context(), u, "logget ut")
		}
	}
	http.SetCookie(w, g.cookie(cookieName, "", -time.Second))
	http.Redirect(w, r, g.Base.Path+"sign-in", http.StatusSeeOther)
}

// errRole is somebody whom the provider knows and who has no role here.
var errRole = errors.New("no role")

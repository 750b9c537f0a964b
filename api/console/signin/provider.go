package signin

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Provider is an OpenID Connect 1.0 provider, such as Entra ID or ID-porten. People sign in with the authorization code flow and PKCE (RFC 7636).
type Provider struct {
	Name         string // as the button says it
	Issuer       string // https address, below which /.well-known/openid-configuration stands
	ClientID     string
	ClientSecret string // "" for a public client
	// Claim names the claim of the ID token that holds what somebody may do, a text or a list of texts; "" is "roles".
	Claim string
	// EditorValue and AdminValue are the claim's values for the roles, one of them at least: a provider may let in everybody in the country.
	EditorValue, AdminValue string
	// Client asks the provider.
	Client *http.Client

	mu    sync.Mutex
	known *oidc.Provider
}

// start is a sign-in that has begun.
type start struct {
	verifier, nonce, next string
	until                 time.Time
}

// discover asks the provider what it is, until it has answered once.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	// The provider's keys are asked for later with the context that it is made with.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.Client), p.Issuer)
	if err != nil {
		return nil, err
	}
	p.known = found
	return found, nil
}

func (g *Gate) exchange(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: g.Provider.ClientID, ClientSecret: g.Provider.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: g.Base.String() + "sign-in/done", Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

const unreachable = "Innloggingstjenesten svarer ikke. Prøv igjen om litt."

// begin sends somebody to the provider.
func (g *Gate) begin(w http.ResponseWriter, r *http.Request) {
	if wait := g.tooOften(r); wait > 0 {
		g.show(w, r, http.StatusTooManyRequests, Form{Wait: wait, Fault: "For mange forsøk. Prøv igjen om litt."})
		return
	}
	found, err := g.Provider.discover(r.Context())
	if err != nil {
		g.Log.Error("the OpenID provider does not answer", "issuer", g.Provider.Issuer, "error", err)
		g.show(w, r, http.StatusBadGateway, Form{Fault: unreachable})
		return
	}
	state := base64.RawURLEncoding.EncodeToString(random(24))
	s := start{verifier: oauth2.GenerateVerifier(), nonce: base64.RawURLEncoding.EncodeToString(random(24)), next: r.FormValue("next"), until: g.Now().Add(startTime)}
	g.mu.Lock()
	for key, old := range g.started {
		if g.Now().After(old.until) || len(g.started) >= mostStarted {
			delete(g.started, key)
		}
	}
	g.started[state] = s
	g.mu.Unlock()
	http.SetCookie(w, g.cookie(stateCookie, state, startTime))
	http.Redirect(w, r, g.exchange(found).AuthCodeURL(state, oidc.Nonce(s.nonce), oauth2.S256ChallengeOption(s.verifier)), http.StatusSeeOther)
}

// done takes somebody in who comes back from the provider.
func (g *Gate) done(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, g.cookie(stateCookie, "", -time.Second))
	state := r.URL.Query().Get("state")
	g.mu.Lock()
	s, ok := g.started[state]
	delete(g.started, state)
	g.mu.Unlock()
	own, err := r.Cookie(stateCookie)
	if !ok || err != nil || subtle.ConstantTimeCompare([]byte(own.Value), []byte(state)) != 1 || g.Now().After(s.until) {
		g.show(w, r, http.StatusBadRequest, Form{Fault: "Innloggingen tok for lang tid, eller ble startet et annet sted. Prøv på nytt."})
		return
	}
	if said := r.URL.Query().Get("error"); said != "" {
		g.Log.Warn("the OpenID provider refused a sign-in", "error", said)
		g.show(w, r, http.StatusUnauthorized, Form{Fault: "Innloggingen ble avbrutt hos innloggingstjenesten. Prøv på nytt.", Next: s.next})
		return
	}
	u, err := g.identify(r.Context(), s, r.URL.Query().Get("code"))
	switch {
	case errors.Is(err, errRole):
		g.show(w, r, http.StatusForbidden, Form{Fault: "Du er logget inn, men har ikke fått en rolle i huben. Be den som styrer tilgangene om den."})
	case err != nil:
		g.Log.Error("a sign-in at the OpenID provider failed", "error", err)
		g.show(w, r, http.StatusBadGateway, Form{Fault: "Svaret fra innloggingstjenesten kunne ikke brukes. Prøv på nytt."})
	default:
		g.enter(w, r, u, s.next)
	}
}

// identify exchanges the code for an ID token and reads who it is.
func (g *Gate) identify(ctx context.Context, s start, code string) (User, error) {
	found, err := g.Provider.discover(ctx)
	if err != nil {
		return User{}, err
	}
	asking := oidc.ClientContext(ctx, g.Provider.Client)
	got, err := g.exchange(found).Exchange(asking, code, oauth2.VerifierOption(s.verifier))
	if err != nil {
		var bad *oauth2.RetrieveError
		if errors.As(err, &bad) { // its text holds the whole answer
			return User{}, fmt.Errorf("the code was refused: %s", cmp.Or(bad.ErrorCode, bad.Response.Status))
		}
		return User{}, err
	}
	raw, _ := got.Extra("id_token").(string)
	id, err := found.VerifierContext(asking, &oidc.Config{ClientID: g.Provider.ClientID, Now: g.Now}).Verify(ctx, raw)
	if err != nil {
		return User{}, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(s.nonce)) != 1 {
		return User{}, errors.New("the nonce is another one")
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return User{}, err
	}
	role, err := g.Provider.role(claims)
	if err != nil {
		return User{}, err
	}
	name, _ := claims["name"].(string)
	if name == "" {
		name, _ = claims["preferred_username"].(string)
	}
	return User{Name: cut(cmp.Or(name, id.Subject), 80), Role: role, Since: g.Now()}, nil
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// role reads what somebody may do.
func (p *Provider) role(claims map[string]any) (Role, error) {
	var has []string
	switch v := claims[cmp.Or(p.Claim, "roles")].(type) {
	case string:
		has = []string{v}
	case []any:
		for _, one := range v {
			if text, ok := one.(string); ok {
				has = append(has, text)
			}
		}
	}
	switch {
	case p.AdminValue != "" && slices.Contains(has, p.AdminValue):
		return Admin, nil
	case p.EditorValue != "" && slices.Contains(has, p.EditorValue):
		return Editor, nil
	}
	return "", errRole
}

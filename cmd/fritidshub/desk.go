package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fritidshub/api/console"
	"fritidshub/api/console/signin"
	"fritidshub/api/words"
	"fritidshub/config"
	"fritidshub/config/edit"
	"fritidshub/index"
	"fritidshub/ingest"
	"fritidshub/store"
)

// deskPath is below which editors work.
const deskPath = "/editor/"

// desk is what editors work with in a hub that serves.
type desk struct {
	hub       *hub
	ingester  *ingest.Ingester
	scheduler *ingest.Scheduler
	sources   *sources
	keeper    *edit.Keeper // of sources.yaml
	lists     handLists
	approving sync.Mutex // what was sent in is done once
	words     *words.Language
	config    atomic.Pointer[config.Config] // in use
	// reload has a changed sources.yaml taken into use and waits for that.
	reload func(context.Context) error

	// work is done beside what editors wait for, until the hub stops.
	stopping context.Context
	work     sync.WaitGroup

	merged    atomic.Pointer[map[string]int]
	stated    stated
	inquiries inquiries
	herald    *herald
	// engine gives the one that answers residents, nil as long as none does; nil: nobody is answered.
	engine func() index.Engine
}

// newDesk makes the desk of a hub. What it begins goes on until ctx is done; wait waits for it.
func newDesk(ctx context.Context, h *hub, ingester *ingest.Ingester, scheduler *ingest.Scheduler) *desk {
	d := &desk{hub: h, ingester: ingester, scheduler: scheduler, sources: &sources{store: h.store, zone: h.config.Hub.Zone}, words: words.Load().For("nb"), stopping: ctx}
	d.keeper = d.keeperOf(h.in.sources)
	d.config.Store(h.config)
	d.herald = &herald{desk: d}
	return d
}

// keeperOf keeps the versions of a file in the data folder.
func (d *desk) keeperOf(file string) *edit.Keeper {
	return &edit.Keeper{File: file, Versions: filepath.Join(d.hub.in.data, "versions", filepath.Base(file)), Now: d.hub.in.now}
}

// now is the hub's clock in the hub's zone.
func (d *desk) now() time.Time { return d.hub.in.now().In(d.config.Load().Hub.Zone) }

// begin does something beside what an editor waits for.
func (d *desk) begin(f func(context.Context)) {
	d.work.Add(1)
	go func() { defer d.work.Done(); f(d.stopping) }()
}

// handler serves everything below deskPath.
func (d *desk) handler() (http.Handler, error) {
	in := d.hub.in
	public, err := url.Parse(in.publicURL + "/")
	if err != nil {
		return nil, err
	}
	signIn, err := d.hub.program.signIn(public.JoinPath(deskPath))
	if err != nil {
		return nil, err
	}
	signIn.Log = d.hub.log
	signIn.Client = func(r *http.Request) netip.Addr { addr, _ := in.proxies.Client(r); return addr }
	if d.herald.mail, err = d.hub.program.mailer(d.now); err != nil {
		return nil, err
	}
	return console.New(d.options(console.Options{Hub: console.Hub{Name: cmp.Or(d.hub.config.Hub.Name, d.hub.config.Hub.ID), Public: public}, SignIn: signIn,
		Now: d.now, Log: d.hub.log, Version: version()}))
}

// options adds what the areas of the console work with.
func (d *desk) options(o console.Options) console.Options {
	o.Sources, o.Desk, o.Audit = d, d, deskAudit{d.hub.store}
	o.Versions, o.Mapping, o.Adding = d, d, d
	o.Notices, o.Listings = d.herald, d
	o.Tracer, o.Insights = d, d
	o.Lists, o.Guests = d, d
	return o
}

// signIn is how editors sign in, by the environment.
func (p *program) signIn(base *url.URL) (signin.Options, error) {
	get := func(name string) string { v, _ := p.env("FRITIDSHUB_" + name); return strings.TrimSpace(v) }
	o := signin.Options{Token: get("EDITOR_TOKEN"), Base: base, Now: time.Now}
	if o.Token != "" && len(o.Token) < signin.MinToken {
		return o, usage(fmt.Sprintf("FRITIDSHUB_EDITOR_TOKEN har %d tegn; bruk minst %d, for eksempel fra `openssl rand -hex 24`", len(o.Token), signin.MinToken))
	}
	issuer, id := get("OIDC_ISSUER"), get("OIDC_CLIENT_ID")
	if issuer == "" && id == "" {
		return o, nil
	}
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1" {
		return o, usage("FRITIDSHUB_OIDC_ISSUER er ikke adressen til en innloggingstjeneste; skriv for eksempel https://login.microsoftonline.com/LEIETAKER/v2.0")
	}
	if id == "" {
		return o, usage("FRITIDSHUB_OIDC_ISSUER er satt, men ikke FRITIDSHUB_OIDC_CLIENT_ID")
	}
	o.Provider = &signin.Provider{Name: cmp.Or(get("OIDC_NAME"), "kommunens innlogging"), Issuer: issuer, ClientID: id, ClientSecret: get("OIDC_CLIENT_SECRET"),
		Claim: get("OIDC_ROLE_CLAIM"), EditorValue: get("OIDC_EDITOR_ROLE"), AdminValue: get("OIDC_ADMIN_ROLE"), Client: &http.Client{Timeout: oidcTime}}
	if o.Provider.EditorValue == "" && o.Provider.AdminValue == "" {
		return o, usage("innlogging med OpenID Connect trenger FRITIDSHUB_OIDC_EDITOR_ROLE eller FRITIDSHUB_OIDC_ADMIN_ROLE: uten en rolle slipper ingen inn")
	}
	return o, nil
}

// oidcTime is how long one answer of the sign-in service may take.
const oidcTime = 10 * time.Second

// beside serves editors below deskPath, which the world knows as home, and everybody else with next.
func beside(desk http.Handler, home string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, deskPath):
			desk.ServeHTTP(w, r)
		case r.URL.Path+"/" == deskPath && r.Method == http.MethodGet:
			http.Redirect(w, r, home, http.StatusSeeOther)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// deskAudit lets the console keep in the store who changed what.
type deskAudit struct{ store store.Audit }

func (a deskAudit) Note(ctx context.Context, e console.Entry) error {
	_, err := a.store.Note(ctx, store.Entry(e))
	return err
}

func (a deskAudit) Entries(ctx context.Context, before int64, limit int) ([]console.Entry, error) {
	found, err := a.store.Entries(ctx, before, limit)
	entries := make([]console.Entry, len(found))
	for i, e := range found {
		entries[i] = console.Entry(e)
	}
	return entries, err
}

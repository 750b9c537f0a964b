package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/fetch"
	"fritidshub/store"
)

// pull is one source being read: what a connector sees as its Session, and what it leaves behind.
type pull struct {
	in     *Ingester
	source config.Source
	run    *store.Run
	batch  *batch

	spacing time.Duration // between requests to one host; 0: as usual

	kept        map[string]store.Page // the last good responses by address; empty when they must not be believed
	conditional bool
	again       bool      // what is unchanged is read all the same
	replay      bool      // the kept responses answer, nobody is asked
	final       bool      // there is no chunk after it
	before      *progress // of the chunk that this one goes on from; nil for the first
	after       *progress // for the next chunk; nil when there is none
	asOf        int64     // the run whose responses a replay reads; 0: the newest good ones
	gaps        int       // requests of a replay that no kept response answers
	heavy       bool      // has one of the places of heavy runs
	pages       []store.Page
	asked       []string
	last        *fetch.Response            // the newest answer, whose reading may still add warnings
	seen        func(catalog.Record)       // see batch
	read        func(*connectors.Response) // hears every response; nil when nobody listens
}

func (p *pull) session(state []byte) *connectors.Session {
	return &connectors.Session{
		Source: connectors.Source{ID: p.source.ID, Name: p.source.Name, URL: p.source.URL, Language: p.source.Language,
			Zone: p.in.Hub.Zone, Kind: p.source.Defaults.Kind},
		State:     state,
		Now:       p.run.Started,
		Continues: p.before != nil,
		Last:      p.final,
		Get:       p.hand,
		Emit:      func(r catalog.Record) error { return p.in.work(func() error { return p.batch.emit(r) }) },
		Delete:    p.batch.delete,
		Withdraw:  p.batch.withdraw,
		Reject:    p.batch.reject,
		Warn:      p.batch.warn,
	}
}

// hand gives a response to the connector, and to who listens.
func (p *pull) hand(ctx context.Context, req connectors.Request) (*connectors.Response, error) {
	resp, err := p.get(ctx, req)
	if err == nil && p.read != nil {
		p.read(resp)
	}
	return resp, err
}

func (p *pull) get(ctx context.Context, req connectors.Request) (*connectors.Response, error) {
	switch {
	case len(p.asked) >= MaxResponses:
		return nil, fmt.Errorf("mer enn %d forespørsler i én kjøring", MaxResponses)
	case p.run.Bytes > MaxBytes:
		return nil, fmt.Errorf("svarene i én kjøring er til sammen på mer enn %d MiB: del kilden i flere", MaxBytes>>20)
	}
	address, err := resolve(p.source.URL, req.URL)
	if err != nil {
		return nil, err
	}
	p.hear()
	fr := fetch.Request{URL: address, Method: req.Method, Body: req.Body, Accept: req.Accept, MaxBytes: p.source.Limits.Bytes, Robots: req.HTML, Fresh: req.Fresh, Spacing: p.spacing}
	if u, err := url.Parse(p.source.URL); err == nil && u.Host != "" && len(p.source.Headers) > 0 {
		fr.Origin, fr.Header = u.Scheme+"://"+u.Host, http.Header{}
		for name, value := range p.source.Headers {
			fr.Header.Set(name, value)
		}
	}
	key := pageKey(p.batch.echo.Replace(address))
	if req.Method != "" && req.Method != http.MethodGet {
		key = req.Method + " " + key + " " + catalog.Hash(req.Body)
	}
	kept, known := p.kept[key]
	if p.replay {
		return p.recall(ctx, address, kept, known)
	}
	if known && p.conditional && (req.Method == "" || req.Method == http.MethodGet) { // RFC 9110 13.1.2: elsewhere they forbid the request
		fr.ETag, fr.LastModified = kept.ETag, kept.LastModified
	}
	p.in.Progress(Progress{Source: p.source.ID, Step: "fetch", Requests: p.run.Requests, Records: len(p.batch.items), Rejects: p.batch.rejected})
	resp, err := p.in.Fetch.Get(ctx, fr)
	if err != nil {
		var fe *fetch.Error
		if errors.As(err, &fe) {
			p.run.Requests += fe.Requests
			p.run.HTTP = fe.Status
		}
		return nil, err
	}
	p.asked = append(p.asked, key)
	p.run.Requests += resp.Requests
	p.run.Bytes += int64(len(resp.Body))
	p.run.HTTP = resp.Status
	if resp.Moved != "" && p.run.Moved == "" {
		p.run.Moved = fetch.Redact(resp.Moved)
	}
	p.last = resp
	if resp.NotModified {
		resp.MediaType, resp.Charset = kept.MediaType, kept.Charset
		if resp.Body, err = p.in.Store.Payload(ctx, kept.Hash); err != nil {
			return nil, fmt.Errorf("%s: svaret fra sist kan ikke leses: %w", fetch.Redact(address), err)
		}
		return &connectors.Response{Response: resp, Unchanged: !p.again}, nil
	}
	page := store.Page{URL: key, ETag: resp.ETag(), LastModified: resp.LastModified(), Hash: catalog.Hash(resp.Body),
		MediaType: resp.MediaType, Charset: resp.Charset, Location: location(resp.URL, address)}
	same := known && page.Hash == kept.Hash
	if !same {
		if page.Body, err = store.Pack(p.masked(resp.Body)); err != nil {
			return nil, err
		}
	}
	if gained := kept.ETag == "" && kept.LastModified == "" && page.ETag+page.LastModified != ""; !same || gained {
		p.pages = append(p.pages, page)
	}
	if same && !p.again {
		return &connectors.Response{Response: resp, Unchanged: true}, nil
	}
	return &connectors.Response{Response: resp}, p.waitTurn(ctx)
}

// masked is a body without the secrets that a provider has echoed in it.
func (p *pull) masked(body []byte) []byte {
	if len(p.source.Secrets) == 0 {
		return body
	}
	return []byte(p.batch.echo.Replace(string(body)))
}

// remember lists the kept responses, those of one run when asOf is not 0.
func (p *pull) remember(ctx context.Context) error {
	pages, err := p.in.Store.Pages(ctx, p.source.ID, p.asOf)
	if err != nil {
		return err
	}
	p.kept = make(map[string]store.Page, len(pages))
	for _, page := range pages {
		p.kept[page.URL] = page
	}
	return nil
}

// recall answers a request of a replay from what was kept.
func (p *pull) recall(ctx context.Context, address string, page store.Page, known bool) (*connectors.Response, error) {
	if !known {
		p.gaps++
		return nil, &fetch.Error{Step: fetch.StepStatus, URL: fetch.Redact(address), Status: http.StatusNotFound,
			Message: fetch.Redact(address) + ": svaret er ikke tatt vare på, så det kan ikke spilles av. Hent kilden på nytt med sync"}
	}
	body, err := p.in.Store.Payload(ctx, page.Hash)
	if err != nil {
		return nil, fmt.Errorf("%s: svaret som er tatt vare på, kan ikke leses: %w", fetch.Redact(address), err)
	}
	p.run.Bytes += int64(len(body))
	header := http.Header{}
	for name, value := range map[string]string{"Content-Type": page.MediaType, "Etag": page.ETag, "Last-Modified": page.LastModified} {
		if value != "" {
			header.Set(name, value)
		}
	}
	if page.Location != "" {
		address = page.Location
	}
	return &connectors.Response{Response: &fetch.Response{Status: http.StatusOK, URL: address, MediaType: page.MediaType, Charset: page.Charset,
		Header: header, Body: body, FetchedAt: p.run.Started}}, p.waitTurn(ctx)
}

// location is where an answer came from when that is not where it was asked for, without the query, which may be confidential.
func location(from, asked string) string {
	u, err := url.Parse(from)
	if from == asked || err != nil || u.Host == "" {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// waitTurn waits, once a run has read much, until fewer than HeavyRuns others have.
func (p *pull) waitTurn(ctx context.Context) error {
	if p.heavy || p.run.Bytes < HeavyRun {
		return nil
	}
	select {
	case p.in.heavy <- struct{}{}:
		p.heavy = true
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// endTurn lets the next heavy run go on.
func (p *pull) endTurn() {
	if p.heavy {
		<-p.in.heavy
	}
}

// hear takes over the warnings of the newest answer once it has been read.
func (p *pull) hear() {
	if p.last == nil {
		return
	}
	for _, w := range p.last.Warnings {
		p.batch.warn(fetch.Redact(p.last.URL), w)
	}
	p.last = nil
}

// pageKey names a kept response without what is confidential in its address.
func pageKey(address string) string {
	if redacted := fetch.Redact(address); redacted != address {
		return redacted + " " + catalog.Hash([]byte(address))
	}
	return address
}

// resolve gives the address that ref means for a source at base. What a file: source points to lies beside it.
func resolve(base, ref string) (string, error) {
	if ref == "" || ref == base {
		return base, nil
	}
	if file, ok := strings.CutPrefix(base, "file:"); ok {
		name, absolute := strings.CutPrefix(ref, "file:")
		if u, err := url.Parse(name); err != nil || u.Scheme != "" || u.Host != "" || strings.HasPrefix(name, "/") {
			return "", fmt.Errorf("%s: en fil kan bare vise til filer ved siden av seg, ikke %.100q", base, ref)
		}
		folder := path.Dir(file)
		within := func(name string) bool {
			return folder == "." && !strings.HasPrefix(name, "..") || strings.HasPrefix(name, folder+"/")
		}
		beside := path.Clean(name)
		if !absolute || !within(beside) { // a connector resolves links itself; a provider writes file: for what lies beside
			beside = path.Join(folder, name)
		}
		if !within(beside) {
			return "", fmt.Errorf("%s: %.100q ligger ikke i samme mappe eller under den", base, ref)
		}
		return "file:" + beside, nil
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	target, err := u.Parse(ref)
	if err != nil {
		return "", fmt.Errorf("%s: %.100q er ikke en adresse", fetch.Redact(base), ref)
	}
	if target.Scheme != "http" && target.Scheme != "https" {
		return "", fmt.Errorf("%s: %.100q er ikke en nettadresse", fetch.Redact(base), ref)
	}
	return target.String(), nil
}

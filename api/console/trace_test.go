package console

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"
)

// followed gives a trace for every question, and keeps the last one.
type followed struct {
	trace      Trace
	what, seen string
}

func (f *followed) Trace(_ context.Context, what, seen string) (*Trace, error) {
	f.what, f.seen = what, seen
	return &f.trace, nil
}

func TestTrace(t *testing.T) {
	f := &followed{trace: Trace{Trails: []Trail{{Title: "Sjakk <b>", Listing: "abc", Steps: []Step{
		{Name: "Hentet", State: "warn", Text: "Kilden feiler.", At: noon.Add(-time.Hour), Path: "sources/lag", Link: "Se på kilden"}, {Name: "Lest", State: "bad", Text: "Nei vel.", Raw: "<råtekst>"}},
		Filters: []Filter{{Name: "Tema", Values: []FilterValue{{Text: "Sjakk & bridge", Parameter: "category", Value: "chess_bridge"}}}}}}}}
	b := in(t, &fake{tracer: f})
	page := b.get("/editor/trace?"+url.Values{"q": {" Sjakk "}, "seen": {"<fh-list>"}}.Encode(), 200)
	has(t, page, "Sjakk &lt;b&gt;", "Obs", "i dag kl. 11.00", `href="/editor/sources/lag"`, "Nei vel.", "&lt;råtekst&gt;", "/?category=chess_bridge\"", "Sjakk &amp; bridge", "/l/abc\"", "&lt;fh-list&gt;", `value="Sjakk"`)
	if f.what != "Sjakk" || f.seen != "<fh-list>" {
		t.Errorf("asked for %q in %q", f.what, f.seen)
	}
	f.trace = Trace{Steps: []Step{{Name: "Funnet", State: "bad", Text: "Ingen heter det."}}}
	has(t, b.get("/editor/trace?q=x", 200), "Ikke funnet i huben", "Ingen heter det.")
	if page := b.get("/editor/trace", 200); strings.Contains(page, "Ikke funnet") {
		t.Error("nothing was asked for, and it is not found")
	}
	b.get("/editor/trace?q="+strings.Repeat("x", maxAsked+1), 413)
}

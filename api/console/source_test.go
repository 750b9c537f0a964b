package console

import (
	"context"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"
)

// oneDesk is a Desk of one source.
type oneDesk struct {
	page SourcePage
	held *Held
	done []string
}

func (d *oneDesk) Source(_ context.Context, id string) (*SourcePage, error) {
	if id != d.page.ID {
		return nil, ErrNoSource
	}
	page := d.page
	return &page, nil
}

func (d *oneDesk) Items(_ context.Context, _, after string) ([]Item, bool, error) {
	return []Item{{ID: after + "x", Title: "En <b>"}}, after == "", nil
}

func (d *oneDesk) Item(_ context.Context, _, id string) (*ItemPage, error) {
	return &ItemPage{Item: Item{ID: id, Title: "Judo", Listing: "abc"}, SourceName: d.page.Name, Raw: "<script>alert(1)</script>", Fields: []Said{{"Pris", "100 kr", "120 kr", "rettet av en redaktør"}}}, nil
}

func (d *oneDesk) Preview(context.Context, string, bool) (*Preview, error) {
	return &Preview{Fault: "Kan ikke leses."}, nil
}

func (d *oneDesk) note(what string, err error) error {
	d.done = append(d.done, what)
	return err
}

func (d *oneDesk) Run(_ context.Context, id string, replay bool) error {
	if replay {
		return d.note("replay "+id, nil)
	}
	return d.note("run "+id, nil)
}

func (d *oneDesk) Enable(_ context.Context, id string, on bool) error {
	if on {
		return d.note("on "+id, nil)
	}
	return d.note("off "+id, nil)
}

func (d *oneDesk) Held(context.Context, string) (*Held, error) {
	if d.held == nil {
		return nil, ErrNotHeld
	}
	return d.held, nil
}

func (d *oneDesk) Release(context.Context, string, int64) error { return d.note("release", nil) }
func (d *oneDesk) Keep(context.Context, string, int64) error    { return d.note("keep", ErrNotHeld) }

func sample() *oneDesk {
	return &oneDesk{page: SourcePage{
		Source: Source{ID: "klubben", Name: "Klubben", State: "failing", Verdict: "Tredje feil på rad.", Since: noon.Add(-30 * time.Hour), LastGood: noon.Add(-31 * time.Hour), Promise: time.Hour, Live: 1, Ends: noon.Add(5 * 24 * time.Hour), Strip: "of"},
		URL:    "https://klubben.example/feed?nokkel=hemmelig", Enabled: true, Contact: "post@klubben.example",
		Runs: []Run{{ID: 12, Started: noon, Trigger: "hand", Status: "failed", Step: "fetch", Error: "klubben.example slipper oss ikke inn (status 403).", HTTP: 403, Requests: 1, Bytes: 1_234_567, Seconds: 0.25},
			{ID: 11, Started: noon, Trigger: "schedule", Status: "partial", HTTP: 200, Requests: 2, Added: 1, Rejected: 7}},
		Rejects: []RejectGroup{{Reason: "Datoen «31.2.2026» finnes ikke.", Field: "start", Count: 7, Title: "Judo for alle", Locator: "linje 4", Fixer: "source", FixerText: "Kilden må rette det.",
			More: []Place{{"Karate", "linje 5"}, {"Turn", "linje 6"}, {"", "linje 7"}, {"Kor", "linje 8"}, {"Korps", "linje 9"}}},
			{Reason: "Slaget er ukjent.", Count: 1, Fixer: "editor", FixerText: "Dere kan rette det."}},
		Fields: []Field{{"Pris", 10, 80}, {"Bilde", 90, 40}, {"Alder", 5, -1}},
	}}
}

func TestSourcePage(t *testing.T) {
	d := sample()
	b := at(t, d)
	page := b.get("/editor/sources/klubben", 200)
	has(t, page, "Tredje feil på rad.", "feilet ved henting", "HTTP 403, 1 forespørsel, 1,2 MB, 0,2 s", "1 ny, 7 avvist", "tom om 5 dager", "Datoen «31.2.2026» finnes ikke.", "linje 4", "80 %", "post@klubben.example", "31 timer")
	b.get("/editor/sources/andre", 404)
	page = b.get("/editor/sources/klubben/item?id=1", 200)
	has(t, page, "&lt;script&gt;alert(1)", "rettet av en redaktør", "/l/abc")
	page = b.get("/editor/sources/klubben/items", 200)
	has(t, page, "En &lt;b&gt;", "items?after=x")
	if page = b.get("/editor/sources/klubben/items?after=x", 200); strings.Contains(page, ">Flere<") {
		t.Error("there are no more items")
	}
	has(t, b.post("/editor/sources/klubben/preview", nil, 200), "Kan ikke leses.")
}

// Each thing that is done is done once, shown on the page that follows and noted; what could not be done is neither.
func TestSourceActions(t *testing.T) {
	d := sample()
	b := at(t, d)
	for _, c := range []struct {
		path, run, shown string
		status           int
	}{
		{"run", "", "Henting er satt i gang", 200}, {"replay", "", "Henting er satt i gang", 200}, {"pause", "", "satt på pause", 200}, {"resume", "", "hentes igjen", 200},
		{"release", "12", "slippes gjennom", 200}, {"release", "", "Skjemaet", 400}, {"release", "-1", "Skjemaet", 400}, {"keep", "12", "hentet på nytt", 409},
	} {
		has(t, b.post("/editor/sources/klubben/"+c.path, url.Values{"run": {c.run}}, c.status), c.shown)
	}
	if got, want := strings.Join(d.done, ", "), "run klubben, replay klubben, off klubben, on klubben, release, keep"; got != want {
		t.Errorf("done: %s, not %s", got, want)
	}
	var noted []string
	for _, e := range b.entries {
		if e.Subject == "source:klubben" {
			noted = append(noted, e.What)
		}
	}
	if got, want := strings.Join(noted, ", "), "hentet nå, leste det siste svaret på nytt, satte kilden på pause, slo kilden på igjen, slapp gjennom det som ventet"; got != want {
		t.Errorf("noted: %s, not %s", got, want)
	}
}

func TestHeldPage(t *testing.T) {
	d := sample()
	b := at(t, d)
	has(t, b.get("/editor/sources/klubben/held", 409), "Se på kilden en gang til")
	d.held = &Held{Source: "Klubben", Run: 12, Since: noon, Removals: 40, Of: 60, Items: []Item{{ID: "a", Title: "Judo"}}}
	has(t, b.get("/editor/sources/klubben/held", 200), "40 av 60 oppføringer", "Judo", "… og 39 til.", `name="run" value="12"`, "/release", "/keep")
	d.held.Kept = true
	if page := b.get("/editor/sources/klubben/held", 200); strings.Contains(page, "/keep") || !strings.Contains(page, "/release") {
		t.Errorf("what is kept can be let go, and not kept again:\n%s", page)
	}
}

// The letter names what is wrong, in which items and how it is mended, and no key.
func TestLetter(t *testing.T) {
	d := sample()
	b := at(t, d)
	page := html.UnescapeString(b.get("/editor/sources/klubben/letter", 200))
	has(t, page, "i går kl. 6.00 får vi ikke hentet dataene", "status 403", "slippe «fritidshub» inn", "7 oppføringer kan vi ikke vise, fordi: Datoen «31.2.2026» finnes ikke.", "– «Judo for alle» (linje 4)",
		"– linje 7", "– og 2 til", "feltet «start»", "Pris: 10 % hos dere, 80 % hos de fleste andre", "mailto:post@klubben.example?", "Aktiviteter i Prøvik")
	for _, not := range []string{"hemmelig", "Slaget er ukjent", "Bilde:", "Alder:", "Korps"} {
		if strings.Contains(page, not) {
			t.Errorf("the letter says %q:\n%s", not, page)
		}
	}
	d.page.Rejects[0].Reason = strings.Repeat("Lang grunn. ", 300)
	has(t, b.get("/editor/sources/klubben/letter", 200), "for langt for lenken", "Lim%20inn%20brevet")
	d.page = SourcePage{Source: Source{ID: "klubben", Name: "Klubben", State: "healthy"}, URL: "https://klubben.example/"}
	has(t, b.get("/editor/sources/klubben/letter", 200), "Alt ser bra ut nå", "ingen e-postadresse")
	d.page.Waits, d.page.Gone, d.page.Of = true, 40, 60
	has(t, b.get("/editor/sources/klubben/letter", 200), "40 av 60 oppføringer er borte i dataene deres. Er det meningen")
	d.page.Waits, d.page.URL, d.page.Fields = false, "file:klubben.csv", []Field{{"Pris", 10, 80}}
	if page := b.get("/editor/sources/klubben/letter", 200); strings.Contains(page, "kan ikke brukes") || strings.Contains(page, "file:") || strings.Contains(page, "ikke kan brukes") {
		t.Errorf("the letter speaks of what is not so: %s", page)
	}
}

// TestMailLink: an address of mail cannot add readers to a letter.
func TestMailLink(t *testing.T) {
	if got := mailLink("post@laget.example?bcc=annen@laget.example", "Hei", "To\nlinjer & slikt"); got != "mailto:post@laget.example%3Fbcc=annen@laget.example?body=To%0D%0Alinjer%20%26%20slikt&subject=Hei" {
		t.Error(got)
	}
}

// at is somebody who is signed in and works at a desk.
func at(t *testing.T, d Desk) *browser {
	t.Helper()
	f := &fake{Desk: d}
	return in(t, f)
}

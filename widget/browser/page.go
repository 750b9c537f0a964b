package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Page is one open page in a profile of its own. Its methods fail the test when something goes wrong.
//
// Selectors are CSS selectors; ">>>" goes into a shadow root: "fh-search >>> #q".
type Page struct {
	tb    testing.TB
	ctx   context.Context
	close context.CancelFunc
	axe   string

	mu       sync.Mutex
	errors   []string
	requests []Request
	asked    map[network.RequestID]string // the address
	received map[network.RequestID]int    // bytes
}

// Request is one request that the page made.
type Request struct{ Method, URL string }

// Option is how a page is seen.
type Option func(*settings)

type settings struct {
	width, height int64
	media         []*emulation.MediaFeature
	script        string
	noScript      bool
	medium        string
	phone         bool
}

// Size sets the viewport, in CSS pixels. Without it a page is 1280 by 900.
func Size(width, height int) Option {
	return func(s *settings) { s.width, s.height = int64(width), int64(height) }
}

// Media sets a media feature, such as "prefers-color-scheme" to "dark" or "forced-colors" to "active".
func Media(feature, value string) Option {
	return func(s *settings) {
		s.media = append(s.media, &emulation.MediaFeature{Name: feature, Value: value})
	}
}

// Paper shows the page as it is printed.
func Paper() Option { return func(s *settings) { s.medium = "print" } }

// Clock lets the page believe that it is loaded at now; its time goes on from there.
func Clock(now time.Time) Option {
	return Before(fmt.Sprintf(`{
		const Real = Date, ahead = %d - Real.now();
		globalThis.Date = class extends Real {
			constructor(...a) { a.length ? super(...a) : super(Real.now() + ahead); }
			static now() { return Real.now() + ahead; }
		};
	}`, now.UnixMilli()))
}

// Before runs JavaScript in the page before any script of its own.
func Before(script string) Option { return func(s *settings) { s.script += script + "\n;" } }

// NoScript turns JavaScript off.
func NoScript() Option { return func(s *settings) { s.noScript = true } }

// Page opens url and returns when it has loaded.
func (b *Browser) Page(tb testing.TB, url string, options ...Option) *Page {
	tb.Helper()
	s := settings{width: 1280, height: 900}
	for _, option := range options {
		option(&s)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	tb.Cleanup(cancel)
	p := &Page{tb: tb, ctx: ctx, close: cancel, axe: b.axe, asked: map[network.RequestID]string{}, received: map[network.RequestID]int{}}
	p.must(chromedp.Listen(ctx, func(event any) {
		switch event := event.(type) {
		case *network.EventRequestWillBeSent:
			p.mu.Lock()
			p.requests = append(p.requests, Request{event.Request.Method, event.Request.URL})
			p.asked[event.RequestID] = event.Request.URL
			p.mu.Unlock()
		case *network.EventLoadingFinished:
			p.mu.Lock()
			p.received[event.RequestID] = int(event.EncodedDataLength)
			p.mu.Unlock()
		}
	}))
	messages := chromedp.Console(ctx)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			if message.Type == chromedp.ConsoleError || message.Type == chromedp.ConsoleException {
				p.mu.Lock()
				p.errors = append(p.errors, strings.TrimSpace(message.Source+" "+message.Text+" "+message.URL))
				p.mu.Unlock()
			}
		}
	}()
	p.must(chromedp.Do(ctx, chromedp.EmulateViewport(s.width, s.height)))
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: s.medium, Features: s.media})
	p.must(err)
	if s.noScript {
		_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		p.must(err)
	}
	if s.script != "" {
		_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: s.script})
		p.must(err)
	}
	if s.phone {
		p.slow()
	}
	p.Goto(url)
	return p
}

// Close closes the page, which otherwise stays open until the test ends.
func (p *Page) Close() { p.close() }

func (p *Page) must(err error) {
	if err != nil {
		p.tb.Helper()
		p.tb.Fatal(err)
	}
}

func (p *Page) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, patience)
}

// Goto loads another address in the same page.
func (p *Page) Goto(url string) {
	p.tb.Helper()
	ctx, cancel := p.limited()
	defer cancel()
	p.must(chromedp.Do(ctx, chromedp.Navigate(url)))
}

// Back goes one step back in the history.
func (p *Page) Back() {
	p.tb.Helper()
	Eval[any](p, `history.back()`)
}

// deep is $(selector), which goes into shadow roots, and $all(selector), which does so up to its last part.
const deep = `const $all = (selector) => {
	const parts = selector.split(">>>"), last = parts.pop();
	let root = document;
	for (const part of parts) root = root?.querySelector(part.trim())?.shadowRoot;
	return [...(root?.querySelectorAll(last.trim()) ?? [])];
}, $ = (selector) => $all(selector)[0];
`

// Eval gives the value of a JavaScript expression, a promise awaited. In it $ and $all select as Page's selectors do.
func Eval[T any](p *Page, expression string) T {
	p.tb.Helper()
	value, err := try[T](p, expression)
	if err != nil {
		p.tb.Fatalf("%s: %v", expression, err)
	}
	return value
}

func try[T any](p *Page, expression string) (value T, err error) {
	ctx, cancel := p.limited()
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](
		"(async () => {"+deep+"return JSON.stringify((await ("+expression+")) ?? null)})()",
		func(e *runtime.EvaluateParams) { yes := true; e.AwaitPromise = &yes },
	))
	if err != nil {
		return value, err
	}
	var inner string
	if err := json.Unmarshal(text, &inner); err != nil {
		return value, err
	}
	return value, json.Unmarshal([]byte(inner), &value)
}

// Wait returns when a JavaScript condition holds.
func (p *Page) Wait(condition string) {
	p.tb.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := try[bool](p, "!!("+condition+")"); ok && err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			p.tb.Fatalf("waited %v in vain for: %s\nconsole: %q", patience, condition, p.Errors())
		}
	}
}

// WaitText returns when the visible text of the first selected element contains text.
func (p *Page) WaitText(selector, text string) {
	p.tb.Helper()
	p.Wait(fmt.Sprintf("$(%s)?.innerText.includes(%s)", quote(selector), quote(text)))
}

// Text is the visible text of the first selected element.
func (p *Page) Text(selector string) string {
	p.tb.Helper()
	return Eval[string](p, fmt.Sprintf("$(%s).innerText", quote(selector)))
}

// Texts are the visible texts of all selected elements that are shown.
func (p *Page) Texts(selector string) []string {
	p.tb.Helper()
	return Eval[[]string](p, fmt.Sprintf("$all(%s).filter(n => n.checkVisibility()).map(n => n.innerText.replace(/\\s+/g, ' ').trim())", quote(selector)))
}

// Click clicks the middle of the first selected element with the mouse.
func (p *Page) Click(selector string) {
	p.tb.Helper()
	at := Eval[[2]float64](p, fmt.Sprintf(`(() => {
		const node = $(%[1]s);
		if (!node) throw new Error("nothing is %[2]s");
		node.scrollIntoView({ block: "center", behavior: "instant" });
		const box = node.getBoundingClientRect();
		if (!box.width) throw new Error("not shown: %[2]s");
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`, quote(selector), strings.ReplaceAll(selector, `"`, `'`)))
	p.must(chromedp.Do(p.ctx, chromedp.MouseClickXY(at[0], at[1])))
}

// Type types text where the focus is; kb.Tab, kb.Enter and the like are keys.
func (p *Page) Type(text string) {
	p.tb.Helper()
	p.must(chromedp.Do(p.ctx, chromedp.KeyEvent(text)))
}

// Focus describes the focused element, inside shadow roots too: its id, or its tag and text.
func (p *Page) Focus() string {
	p.tb.Helper()
	return Eval[string](p, `(() => {
		let node = document.activeElement;
		while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
		return node?.id || (node ? node.localName + " " + node.innerText : "");
	})()`)
}

// Errors are the errors of the console so far, uncaught exceptions and violations of the content security policy included.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.errors)
}

// Requests are the requests so far.
func (p *Page) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Finding is one rule of WCAG 2.2 A and AA, or of good practice, that axe-core found broken.
type Finding struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Where  []string `json:"where"`
}

// Axe runs axe-core on the whole page, shadow roots included, and fails the test for every finding.
func (p *Page) Axe() {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 3*patience)
	defer cancel()
	if !Eval[bool](p, `"axe" in globalThis`) {
		p.must(chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](p.axe)))
	}
	findings := Eval[[]Finding](p, `(await axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
	})).violations.map(v => ({ id: v.id, impact: v.impact, help: v.help, where: v.nodes.map(n => n.html + " " + n.failureSummary) }))`)
	for _, finding := range findings {
		p.tb.Errorf("axe: %s (%s): %s\n\t%s", finding.ID, finding.Impact, finding.Help, strings.Join(finding.Where, "\n\t"))
	}
}

// Screenshot writes what the viewport shows as name.png into the folder FRITIDSHUB_SHOTS, when that is set.
func (p *Page) Screenshot(name string) {
	p.tb.Helper()
	dir := os.Getenv("FRITIDSHUB_SHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	p.must(err)
	p.must(os.MkdirAll(dir, 0o755))
	p.must(os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}

func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

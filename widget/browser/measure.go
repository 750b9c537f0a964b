package browser

import (
	"fmt"
	"net/url"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Phone slows a page down to a middling phone on a slow 4G net, and gives it 412 by 915 CSS pixels: 1.6 Mbit/s down and
// 750 kbit/s up, a tenth of both lost to the protocol, 150 ms to the first byte, a processor four times slower.
// On loopback, no time goes to setting up connections: compare with another page instead of with a clock.
func Phone() Option {
	return func(s *settings) {
		s.width, s.height = 412, 915
		s.phone = true
	}
}

func (p *Page) slow() {
	p.tb.Helper()
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 150, DownloadThroughput: 1.6 * (1 << 20) / 8 * 0.9, UploadThroughput: 750 * (1 << 10) / 8 * 0.9}},
	})
	p.must(err)
	_, err = chromedp.Call(p.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
	p.must(err)
}

// Received are the bytes that came over the net for each address, headers included and compressed as they came.
func (p *Page) Received() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	sums := map[string]int{}
	for id, bytes := range p.received {
		sums[p.asked[id]] += bytes
	}
	return sums
}

// Stored names all that is kept on the device for the page or for one of these origins: cookies, storage, databases,
// caches, workers.
func (p *Page) Stored(origins ...string) []string {
	p.tb.Helper()
	cookies, err := chromedp.Call(p.ctx, network.GetCookies, network.GetCookiesParams{URLs: append(origins, Eval[string](p, `location.href`))})
	p.must(err)
	kept := Eval[[]string](p, `[
		...Object.keys(localStorage).map(key => "localStorage " + key), ...Object.keys(sessionStorage).map(key => "sessionStorage " + key),
		...(await indexedDB.databases()).map(base => "database " + base.name), ...(await caches.keys()).map(key => "cache " + key),
		...(await navigator.serviceWorker.getRegistrations()).map(worker => "worker " + worker.scope)]`)
	for _, cookie := range cookies.Cookies {
		kept = append(kept, fmt.Sprintf("cookie %s of %s", cookie.Name, cookie.Domain))
	}
	return kept
}

// Strangers are the requests that went to other origins than these, and those that are no mere GET, such as preflights.
func (p *Page) Strangers(origins ...string) (strange []string) {
	known := map[string]bool{}
	for _, origin := range origins {
		known[origin] = true
	}
	for _, r := range p.Requests() {
		u, err := url.Parse(r.URL)
		if err != nil || u.Scheme != "data" && !known[u.Scheme+"://"+u.Host] || r.Method != "GET" {
			strange = append(strange, r.Method+" "+r.URL)
		}
	}
	return strange
}

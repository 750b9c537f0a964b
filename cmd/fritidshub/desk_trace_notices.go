package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"fritidshub/api/console"
	"fritidshub/store"
)

const (
	noticeEvery = 30 * time.Second // how often the sources are looked at
	failedLong  = time.Hour        // one failed run is told of when nothing better came for so long
	settledIn   = 10 * time.Minute // a hub that was off has that long to fetch what it has missed

	mailsApart = 15 * time.Minute // to those who are told at once
	mailHour   = 7                // on the hub's clock, to all others
	mailRest   = time.Minute      // after a mail that was not sent, doubled each time
	mailRests  = time.Hour        // at most
	feedSecret = "notices feed"
)

// herald tells editors what happens to sources while they are not here.
type herald struct {
	desk  *desk
	mail  *mailer // nil: the hub has no mail
	begun time.Time

	mu    sync.Mutex
	fault string // of the last mail
	rests map[string]rest
}

// rest is how long an address is left alone after a mail to it was not sent.
type rest struct {
	until time.Time
	long  time.Duration
}

// run looks at the sources until ctx is done.
func (h *herald) run(ctx context.Context) {
	h.begun = time.Now()
	said := ""
	each(ctx, noticeEvery, func(ctx context.Context) {
		err := errors.Join(h.watch(ctx, time.Since(h.begun) >= settledIn), h.deliver(ctx))
		if err != nil && ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			h.desk.hub.log.Error("editors are not told what happens", "error", err)
		}
	})
}

// watch notes what has happened to sources since it was noted last. Only a hub that has settled is held to what it has promised.
func (h *herald) watch(ctx context.Context, settled bool) error {
	d := h.desk
	if err := d.standBack(ctx); err != nil {
		return err
	}
	states, err := d.hub.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	noted, err := d.hub.store.LastNotices(ctx)
	if err != nil {
		return err
	}
	last := make(map[string]string, len(noted))
	for _, n := range noted {
		last[n.Source] = n.Kind
	}
	now, news := d.now(), []store.Notice(nil)
	for i := range states {
		if !states[i].Declared {
			continue
		}
		glance := d.glance(&states[i], now)
		kind := happening(&states[i], &glance, now)
		was := cmp.Or(last[states[i].ID], store.NoticeRecovered)
		if kind == "" || kind == was || kind == store.NoticeStale && !settled {
			continue
		}
		news = append(news, store.Notice{At: now, Source: glance.ID, Name: glance.Name, Kind: kind, Text: strings.TrimSpace(glance.Verdict + " " + glance.Fixer)})
	}
	if len(news) == 0 {
		return nil
	}
	return d.hub.store.AddNotices(ctx, news)
}

// happening is what there is to tell of a source, one of the Notice constants; "" when that is not certain yet. It has recovered when its last run was good
// and what residents see is as new as promised.
func happening(state *store.SourceState, s *console.Source, now time.Time) string {
	switch s.State {
	case "off", "new":
		return ""
	case "held":
		return store.NoticeHeld
	case "failing":
		if state.Failures < 2 && now.Sub(state.FailingFrom) < failedLong {
			return ""
		}
		return store.NoticeFailing
	}
	switch old := s.Promise > 0 && now.Sub(s.LastGood) > s.Promise; {
	case s.State == "late" || old:
		if s.Running {
			return ""
		}
		return store.NoticeStale
	case !state.LastStatus.Good():
		return ""
	}
	return store.NoticeRecovered
}

// deliver sends mail to those for whom it is time. One who cannot be reached keeps nobody else waiting.
func (h *herald) deliver(ctx context.Context) error {
	if h.mail == nil {
		return nil
	}
	d := h.desk
	subscribers, err := d.hub.store.Subscribers(ctx)
	if err != nil {
		return err
	}
	now := d.now()
	for _, s := range subscribers {
		if !due(s, now) || h.resting(s.Address, now) {
			continue
		}
		if err := h.tell(ctx, s, now); err != nil {
			return err
		}
	}
	return nil
}

// due reports whether it is time to tell somebody what is new.
func due(s store.Subscriber, now time.Time) bool {
	at := time.Date(now.Year(), now.Month(), now.Day(), mailHour, 0, 0, 0, now.Location())
	switch s.Every {
	case "now":
		return now.Sub(s.Told) >= mailsApart
	case "weekly":
		at = at.AddDate(0, 0, -(int(now.Weekday())+6)%7) // Monday
		if at.After(now) {
			at = at.AddDate(0, 0, -7)
		}
	default:
		if at.After(now) {
			at = at.AddDate(0, 0, -1)
		}
	}
	return s.Told.Before(at)
}

// tell tells one subscriber what is new, and each week what is still wrong.
func (h *herald) tell(ctx context.Context, s store.Subscriber, now time.Time) error {
	d := h.desk
	news, err := d.hub.store.Notices(ctx, s.UpTo, mostTold)
	if err != nil {
		return err
	}
	if len(news) == 0 && s.Every == "now" {
		return nil
	}
	upTo := s.UpTo
	if len(news) > 0 {
		upTo = news[0].ID
	}
	sources, err := d.Overview(ctx)
	if err != nil {
		return err
	}
	letter := h.letter(news, sources, s.Every == "weekly")
	if letter.text != "" {
		err := h.mail.send(ctx, s.Address, letter.subject, letter.text)
		h.sent(s.Address, now, err)
		if err != nil {
			return nil // it is shown to editors, and tried again
		}
	}
	if err := d.hub.store.Told(ctx, s.Address, upTo, now); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// mostTold is how many notices one mail has at most.
const mostTold = 200

// resting reports whether an address is left alone for now.
func (h *herald) resting(address string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return now.Before(h.rests[address].until)
}

// sent notes how a mail to an address went.
func (h *herald) sent(address string, now time.Time, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.fault = ""
		delete(h.rests, address)
		return
	}
	h.fault = oneLine(err.Error(), 300)
	h.desk.hub.log.Warn("a mail to an editor was not sent", "error", err)
	if h.rests == nil {
		h.rests = map[string]rest{}
	}
	long := min(max(mailRest, 2*h.rests[address].long), mailRests)
	h.rests[address] = rest{now.Add(long), long}
}

// letter is a mail to an editor.
type letter struct{ subject, text string }

// letter tells the news, the oldest first, and what else is wrong now. Without news it is empty, unless always and something is wrong. That a source has recovered
// is told only as long as it is true.
func (h *herald) letter(news []store.Notice, sources []console.Source, always bool) letter {
	d := h.desk
	bad := map[string]*console.Source{}
	for i, s := range sources {
		switch s.State {
		case "held", "failing", "late":
			bad[s.ID] = &sources[i]
		}
	}
	var told, titles []string
	part := func(name, word, at, text, id string) string {
		return fmt.Sprintf("%s %s%s\n%s\n%s\n", name, word, at, text, h.link("sources", id))
	}
	latest := map[string]string{}
	for _, n := range slices.Backward(news) {
		if n.Kind == store.NoticeRecovered && bad[n.Source] != nil {
			continue
		}
		told = append(told, part(n.Name, console.Notice(n).Said(), " ("+d.at(n.At)+")", n.Text, n.Source))
		titles = append(titles, n.Name+" "+console.Notice(n).Said())
		latest[n.Source] = n.Kind
	}
	var still []string
	for _, s := range sources {
		kind := map[string]string{"held": store.NoticeHeld, "failing": store.NoticeFailing, "late": store.NoticeStale}[s.State]
		if kind != "" && latest[s.ID] != kind {
			still = append(still, part(s.Name, console.Notice{Kind: kind}.Said(), "", strings.TrimSpace(s.Verdict+" "+s.Fixer), s.ID))
		}
	}
	if len(told) == 0 && (!always || len(still) == 0) {
		return letter{}
	}
	var b strings.Builder
	section := func(title string, parts []string) {
		if len(parts) > 0 {
			fmt.Fprintf(&b, "%s\n\n%s\n", title, strings.Join(parts, "\n"))
		}
	}
	section("NYTT", told)
	section("FORTSATT SLIK", still)
	fmt.Fprintf(&b, "-- \nDu får dette fordi adressen din står på %s\nDer kan du endre hvor ofte, eller ta den bort.\n", h.link("notices"))
	l := letter{subject: fmt.Sprintf("%d nyheter om kildene", len(titles)), text: b.String()}
	switch len(titles) {
	case 0:
		l.subject = "Kilder som trenger hjelp"
	case 1:
		l.subject = titles[0]
	}
	l.subject = oneLine(l.subject, 120) + " – " + h.name()
	return l
}

func (h *herald) name() string {
	hub := h.desk.config.Load().Hub
	return cmp.Or(hub.Name, hub.ID)
}

// link is the address of a page for editors.
func (h *herald) link(path ...string) string {
	return h.desk.hub.in.publicURL + deskPath + strings.Join(path, "/")
}

// at says a time as editors read it in a letter.
func (d *desk) at(t time.Time) string { return t.In(d.now().Location()).Format("02.01.2006 kl. 15.04") }

// Notices implements console.Notices.
func (h *herald) Notices(ctx context.Context, limit int) ([]console.Notice, error) {
	found, err := h.desk.hub.store.Notices(ctx, 0, limit)
	list := make([]console.Notice, len(found))
	for i, n := range found {
		list[i] = console.Notice(n)
	}
	return list, err
}

// Subscribers implements console.Notices.
func (h *herald) Subscribers(ctx context.Context) ([]console.Subscriber, error) {
	found, err := h.desk.hub.store.Subscribers(ctx)
	list := make([]console.Subscriber, len(found))
	for i, s := range found {
		list[i] = console.Subscriber{Address: s.Address, Every: s.Every, Told: s.Told}
	}
	return list, err
}

// Subscribe implements console.Notices.
func (h *herald) Subscribe(ctx context.Context, address, every string) error {
	return h.desk.hub.store.Subscribe(ctx, store.Subscriber{Address: address, Every: every})
}

// Unsubscribe implements console.Notices.
func (h *herald) Unsubscribe(ctx context.Context, address string) error {
	err := h.desk.hub.store.Unsubscribe(ctx, address)
	if errors.Is(err, store.ErrNotFound) {
		return console.ErrNoSubscriber
	}
	return err
}

// Mail implements console.Notices.
func (h *herald) Mail() console.Mail {
	if h.mail == nil {
		return console.Mail{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return console.Mail{From: h.mail.from.Address, Fault: h.fault}
}

// TryMail implements console.Notices.
func (h *herald) TryMail(ctx context.Context, address string) error {
	subscribers, err := h.Subscribers(ctx)
	if err != nil {
		return err
	}
	if h.mail == nil || !slices.ContainsFunc(subscribers, func(s console.Subscriber) bool { return s.Address == address }) {
		return console.ErrNoSubscriber
	}
	err = h.mail.send(ctx, address, "Prøve på varsel – "+h.name(), "Dette er en prøve. Slik kommer varslene om kildene.\n\n"+h.link("notices")+"\n")
	h.sent(address, h.desk.now(), err)
	if err != nil {
		return &console.Fault{Status: http.StatusBadGateway, Text: "E-posten gikk ikke ut. Det e-posttjeneren svarte, var: " + oneLine(err.Error(), 300)}
	}
	return nil
}

// FeedKey implements console.Notices.
func (h *herald) FeedKey(ctx context.Context) (string, error) {
	return h.desk.hub.store.Secret(ctx, feedSecret)
}

// NewFeedKey implements console.Notices.
func (h *herald) NewFeedKey(ctx context.Context) error {
	return h.desk.hub.store.SetSecret(ctx, feedSecret, rand.Text())
}

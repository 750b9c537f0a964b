package console

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// told is what editors are told, in memory.
type told struct {
	list        []Notice
	subscribers []Subscriber
	mail        Mail
	key         int
	tried       string
}

func (f *told) Notices(context.Context, int) ([]Notice, error)    { return f.list, nil }
func (f *told) Subscribers(context.Context) ([]Subscriber, error) { return f.subscribers, nil }
func (f *told) Mail() Mail                                        { return f.mail }
func (f *told) TryMail(_ context.Context, address string) error   { f.tried = address; return nil }
func (f *told) NewFeedKey(context.Context) error                  { f.key++; return nil }
func (f *told) Subscribe(_ context.Context, address, every string) error {
	f.subscribers = append(f.subscribers, Subscriber{Address: address, Every: every})
	return nil
}

func (f *told) Unsubscribe(_ context.Context, address string) error {
	n := len(f.subscribers)
	f.subscribers = slices.DeleteFunc(f.subscribers, func(s Subscriber) bool { return s.Address == address })
	if len(f.subscribers) == n {
		return ErrNoSubscriber
	}
	return nil
}

func (f *told) FeedKey(context.Context) (string, error) {
	if f.key == 0 {
		return "", nil
	}
	return fmt.Sprintf("nokkel-%d", f.key), nil
}

func TestNotices(t *testing.T) {
	news := &told{list: []Notice{{ID: 7, At: noon.Add(-time.Hour), Source: "bolgen", Name: "Bølgen <b>", Kind: "failing", Text: "Nettstedet svarer 403."}}}
	b := in(t, &fake{notices: news})
	page := b.get("/editor/notices", 200)
	has(t, page, "Bølgen &lt;b&gt;", "feiler", "Nettstedet svarer 403.", "i dag kl. 11.00", "FRITIDSHUB_SMTP_SERVER", "Lag en privat adresse")

	news.mail = Mail{From: "hub@kommunen.example", Fault: "550 nei"}
	form := func(address, every string) url.Values { return url.Values{"address": {address}, "every": {every}} }
	for _, c := range []url.Values{form("ikke en adresse", "daily"), form("Navn <a@b.example>", "daily"), form("a@b.example", "ofte"), form("a@b.example\r\nBcc: c@d.example", "daily")} {
		b.post("/editor/notices", c, 400)
	}
	page = b.post("/editor/notices", form("fritid@kommunen.example", "weekly"), 200)
	has(t, page, "Varslene kommer på e-post.", "fritid@kommunen.example", "hver mandag kl. 7", "hub@kommunen.example", "550 nei")
	b.post("/editor/notices/try", url.Values{"address": {"fritid@kommunen.example"}}, 200)
	if news.tried != "fritid@kommunen.example" {
		t.Errorf("tried %q", news.tried)
	}
	has(t, b.post("/editor/notices/remove", url.Values{"address": {"fritid@kommunen.example"}}, 200), "ikke flere varsler")
	b.post("/editor/notices/remove", url.Values{"address": {"fritid@kommunen.example"}}, 404)
	for i := range maxSubscribers {
		news.subscribers = append(news.subscribers, Subscriber{Address: fmt.Sprintf("%d@kommunen.example", i)})
	}
	b.post("/editor/notices", form("en.til@kommunen.example", "now"), 409)
	for _, e := range b.entries {
		if strings.Contains(e.What, "@") {
			t.Errorf("the log holds an address: %s", e.What)
		}
	}

	anybody := open(t, &fake{notices: news})
	anybody.get("/editor/feed/", 401)
	anybody.get("/editor/feed/nokkel-0", 404)
	page = b.post("/editor/notices/feed", nil, 200)
	has(t, page, "/editor/feed/nokkel-1")
	var feed rss
	if err := xml.Unmarshal([]byte(anybody.get("/editor/feed/nokkel-1", 200)), &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Items) != 1 || feed.Items[0].Title != "Bølgen <b> feiler" || !strings.HasSuffix(feed.Items[0].Link, "/editor/sources/bolgen") || !strings.HasSuffix(feed.Items[0].GUID.Value, "#7") {
		t.Errorf("%+v", feed.Items)
	}
	b.post("/editor/notices/feed", nil, 200)
	anybody.get("/editor/feed/nokkel-1", 404)
	anybody.get("/editor/notices", 401)
}

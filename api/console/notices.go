package console

import (
	"context"
	"crypto/subtle"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"fritidshub/api/console/signin"
)

// Notices is what editors are told of sources while they are not here.
type Notices interface {
	// Notices gives what has happened to sources, the newest first, at most limit.
	Notices(ctx context.Context, limit int) ([]Notice, error)
	Subscribers(ctx context.Context) ([]Subscriber, error)
	// Subscribe lets an address be told by mail: every is now, daily or weekly. Of one that is told already it changes how often.
	Subscribe(ctx context.Context, address, every string) error
	Unsubscribe(ctx context.Context, address string) error
	// Mail is how mail stands.
	Mail() Mail
	// TryMail sends somebody a mail at once, and gives what the mail server has against it.
	TryMail(ctx context.Context, address string) error
	// FeedKey opens the feed to who knows it; "" when there is none.
	FeedKey(ctx context.Context) (string, error)
	// NewFeedKey makes another one, so that the one before opens nothing.
	NewFeedKey(ctx context.Context) error
}

// Notice is one thing that happened to a source.
type Notice struct {
	ID           int64
	At           time.Time
	Source, Name string
	Kind         string // failing, stale, held or recovered
	Text         string
}

// Subscriber is somebody who is told by mail.
type Subscriber struct {
	Address, Every string
	Told           time.Time // last; zero: not yet
}

// Mail is how mail stands.
type Mail struct {
	From  string // "": the hub has no mail server
	Fault string // why the last mail was not sent; "" when it was
}

// ErrNoSubscriber says that an address is not among the subscribers.
var ErrNoSubscriber = &Fault{http.StatusNotFound, "Adressen står ikke på listen. Kanskje har noen tatt den bort."}

// rhythm is a value of a form with what it means.
type rhythm struct{ Value, Text string }

// often is how often somebody may be told.
var often = []rhythm{{"now", "med en gang, høyst hvert kvarter"}, {"daily", "hver dag kl. 7, når noe er nytt"}, {"weekly", "hver mandag kl. 7, når noe er nytt eller galt"}}

var noticeWords = map[string]string{"failing": "feiler", "stale": "er gammel", "held": "venter på deg", "recovered": "er frisk igjen"}

// Said says what has happened, to stand after the name of the source.
func (n Notice) Said() string { return noticeWords[n.Kind] }

const (
	shownNotices   = 50
	maxSubscribers = 50
	maxAddress     = 254 // characters, RFC 5321
)

type noticesView struct {
	frame
	Mail        Mail
	Feed        string
	Often       []rhythm
	Subscribers []subscriberRow
	Notices     []noticeRow
}

type subscriberRow struct {
	Subscriber
	Often string
	Last  moment
}

type noticeRow struct {
	Notice
	When moment
}

func (c *console) noticePages() {
	const all = "/editor/notices"
	c.page("GET "+all, c.getNotices)
	c.mux.HandleFunc("GET /editor/feed/{key}", c.getFeed)
	c.action(signin.Admin, all, func(r *http.Request) (Done, error) {
		address, every := strings.TrimSpace(r.PostFormValue("address")), r.PostFormValue("every")
		read, err := mail.ParseAddress(address)
		if err != nil || read.Address != address || len(address) > maxAddress {
			return Done{}, &Fault{http.StatusBadRequest, "Adressen er ikke en e-postadresse. Skriv for eksempel fritid@kommunen.no, uten navn foran."}
		}
		if !slices.ContainsFunc(often, func(o rhythm) bool { return o.Value == every }) {
			return Done{}, &Fault{http.StatusBadRequest, "Velg hvor ofte varslene skal komme."}
		}
		list, err := c.Notices.Subscribers(r.Context())
		if err != nil {
			return Done{}, err
		}
		if len(list) >= maxSubscribers && !slices.ContainsFunc(list, func(s Subscriber) bool { return s.Address == address }) {
			return Done{}, &Fault{http.StatusConflict, fmt.Sprintf("Det er plass til %d adresser. Ta bort en først.", maxSubscribers)}
		}
		return Done{To: "notices", Shown: "subscribed", What: "satte opp varsler på e-post"}, c.Notices.Subscribe(r.Context(), address, every)
	})
	c.action(signin.Admin, all+"/remove", func(r *http.Request) (Done, error) {
		return Done{To: "notices", Shown: "unsubscribed", What: "tok bort varsler på e-post"}, c.Notices.Unsubscribe(r.Context(), r.PostFormValue("address"))
	})
	c.action(signin.Editor, all+"/try", func(r *http.Request) (Done, error) {
		return Done{To: "notices", Shown: "mailed"}, c.Notices.TryMail(r.Context(), r.PostFormValue("address"))
	})
	c.action(signin.Admin, all+"/feed", func(r *http.Request) (Done, error) {
		return Done{To: "notices", Shown: "feed", What: "laget en ny adresse til varslene som RSS"}, c.Notices.NewFeedKey(r.Context())
	})
}

func (c *console) getNotices(w http.ResponseWriter, r *http.Request) error {
	view := noticesView{frame: c.frame(r, "Varsler"), Mail: c.Notices.Mail(), Often: often}
	list, err := c.Notices.Notices(r.Context(), shownNotices)
	if err != nil {
		return err
	}
	for _, n := range list {
		view.Notices = append(view.Notices, noticeRow{n, c.moment(n.At)})
	}
	subscribers, err := c.Notices.Subscribers(r.Context())
	if err != nil {
		return err
	}
	for _, s := range subscribers {
		row := subscriberRow{Subscriber: s, Last: c.moment(s.Told)}
		for _, o := range often {
			if o.Value == s.Every {
				row.Often = o.Text
			}
		}
		view.Subscribers = append(view.Subscribers, row)
	}
	key, err := c.Notices.FeedKey(r.Context())
	if err != nil {
		return err
	}
	if key != "" {
		view.Feed = c.SignIn.Base.JoinPath("feed", key).String()
	}
	c.draw(w, r, http.StatusOK, "notices", view)
	return nil
}

// rss is an RSS 2.0 feed (rssboard.org/rss-specification).
type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Lang    string    `xml:"channel>language"`
	Items   []rssItem `xml:"channel>item"`
}

type rssItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	About string `xml:"description"`
	GUID  struct {
		Value     string `xml:",chardata"`
		Permanent bool   `xml:"isPermaLink,attr"`
	} `xml:"guid"`
	Date string `xml:"pubDate"`
}

// getFeed gives what has happened to a reader of feeds that knows the key, and to nobody else.
func (c *console) getFeed(w http.ResponseWriter, r *http.Request) {
	key, err := c.Notices.FeedKey(r.Context())
	if err == nil && (key == "" || subtle.ConstantTimeCompare([]byte(key), []byte(r.PathValue("key"))) != 1) {
		c.fail(w, r, errNoPage)
		return
	}
	var list []Notice
	if err == nil {
		list, err = c.Notices.Notices(r.Context(), shownNotices)
	}
	if err != nil {
		c.fail(w, r, err)
		return
	}
	feed := rss{Version: "2.0", Title: c.Hub.Name + ": kilder", Link: c.SignIn.Base.String(), About: "Kilder som feiler, er gamle, venter på en redaktør eller er friske igjen.", Lang: "nb"}
	for _, n := range list {
		item := rssItem{Title: n.Name + " " + n.Said(), Link: c.SignIn.Base.JoinPath("sources", n.Source).String(), About: n.Text, Date: n.At.Format(time.RFC1123Z)}
		item.GUID.Value = fmt.Sprintf("%s#%d", c.SignIn.Base, n.ID)
		feed.Items = append(feed.Items, item)
	}
	body, err := xml.Marshal(feed)
	if err != nil {
		c.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=60")
	w.Write(append([]byte(xml.Header), body...))
}

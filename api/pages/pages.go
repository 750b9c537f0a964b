// Package pages draws the pages for residents: complete without scripts, in one stylesheet, from views that hold ready texts.
package pages

import (
	"bytes"
	"embed"
	"html/template"
	"strings"

	"fritidshub/catalog"
)

//go:embed templates/*.html style.css dark.css docs.css embed.css frame.js copy.js icon.svg
var files embed.FS

// Pages draws pages and holds the files that they ask for.
type Pages struct {
	below     string // the path of the hub, without a slash at its end
	templates *template.Template
	assets    map[string]asset
}

type asset struct {
	body        []byte
	contentType string
}

// New reads the embedded templates and files. The world reaches the hub below the path below; "" when it has a name of its own.
func New(below string) (*Pages, error) {
	p := &Pages{below: strings.TrimRight(below, "/"), assets: map[string]asset{}}
	paths := map[string]string{}
	for name, contentType := range map[string]string{"style.css": "text/css; charset=utf-8", "dark.css": "text/css; charset=utf-8", "docs.css": "text/css; charset=utf-8", "embed.css": "text/css; charset=utf-8",
		"frame.js": "text/javascript; charset=utf-8", "copy.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"} {
		body, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		hashed := catalog.Hash(body)[:16] + "-" + name
		p.assets[hashed], paths[name] = asset{body, contentType}, "/assets/"+hashed
	}
	var err error
	p.templates, err = template.New("").Funcs(template.FuncMap{"asset": func(name string) string { return paths[name] }}).ParseFS(files, "templates/*.html")
	return p, err
}

// Asset gives a file by its hashed name.
func (p *Pages) Asset(name string) (body []byte, contentType string, ok bool) {
	a, ok := p.assets[name]
	return a.body, a.contentType, ok
}

// Draw makes the page of a view. Templates and views lead to paths of the hub, in quoted attributes; the page leads to where the world has them.
func (p *Pages) Draw(view View) ([]byte, error) {
	var b bytes.Buffer
	err := p.templates.ExecuteTemplate(&b, view.template(), view)
	if err == nil && p.below != "" {
		return bytes.ReplaceAll(b.Bytes(), []byte(`="/`), []byte(`="`+template.HTMLEscapeString(p.below)+"/")), nil
	}
	return b.Bytes(), err
}

// View is what one page shows.
type View interface{ template() string }

func (Search) template() string  { return "search.html" }
func (Listing) template() string { return "listing.html" }
func (List) template() string    { return "list.html" }
func (Print) template() string   { return "print.html" }
func (Message) template() string { return "message.html" }

// Frame is what every page shows around its content.
type Frame struct {
	Lang        string                               // BCP 47
	Dir         string                               // "ltr" or "rtl"
	T           func(key string, args ...any) string // the texts
	Hub         string
	Title       string
	Description string
	Canonical   string // absolute; empty: none
	Home        string
	Sources     string
	Languages   []Link
	NoIndex     bool
	Forms       []Form
	Framed      *Framed // nil: the page stands by itself
}

// Framed is how a page looks in a frame on somebody else's page.
type Framed struct {
	Opens  string   // where what leads out of the frame opens: "_blank" or "_top"
	Theme  string   // "light" or "dark"; empty: what the visitor's device asks for
	Origin string   // of the page around it; empty: not said
	Known  []string // the origins that are told how high the page is; empty: that of the page around it, whichever it is
}

// ColorScheme is for the meta element of that name.
func (f Frame) ColorScheme() string {
	if f.Framed != nil && f.Framed.Theme != "" {
		return f.Framed.Theme
	}
	return "light dark"
}

// DarkWhen is the media query under which the dark colours apply; empty: never.
func (f Frame) DarkWhen() string {
	switch f.ColorScheme() {
	case "dark":
		return "screen"
	case "light":
		return ""
	}
	return "screen and (prefers-color-scheme: dark)"
}

// Form is another form of what a page shows, for programs that look for it in its head.
type Form struct{ Type, Title, URL string }

// Link is a place to go to.
type Link struct {
	Text, URL string
	Dial      template.URL // in place of URL, to call somebody
	Lang      string       // of the text, when it is not the page's
	Current   bool
}

// Field is a parameter that a form carries along.
type Field struct{ Name, Value string }

// Search is the search page.
type Search struct {
	Frame
	Heading, Action            string // Action is the path that the form leads to
	Q, Age, From, To, MaxPrice string
	Free                       bool
	Offered                    map[string]bool // of the filters that are no facets, those that can be chosen
	Kept                       []Field         // parameters that the form has no control for
	Quick, Chips               []Link
	Active                     string // how many filters are chosen; empty: none
	Note                       string // what was read out of the text
	Unstated                   []string
	Literal                    Link // the search for the words alone; without a URL when it is not offered
	Clear                      string
	Groups                     []Group
	Sorts                      []Choice
	Hits, Range                string
	Cards                      []Card
	Advice                     []Link // when there are no hits: what to leave out
	Spelling                   Link   // and how the words are spelt, without a URL when that is not known
	Ways                       []Link // and wider searches
	GuideName                  string // and who can be asked
	Guide                      []Link
	Empty                      bool
	Prev, Next, Here           string
	Calendar                   template.URL // to subscribe to; empty when nothing is found
	ICS, News, Table           string       // the same search for calendars, as a feed and as a table
	Print, Share               string       // for paper, and its own address
	Mail                       template.URL // a letter with that
}

// List is what a search finds, without the search around it.
type List struct {
	Frame
	Heading      string
	HeadingShown bool // else it is read out only
	Groups       []CardGroup
	Empty        string
	More         Link // without a URL when that is all
}

// CardGroup is hits under a heading; with an empty name they are under none that is seen.
type CardGroup struct {
	Name  string
	Cards []Card
}

// Print is what a search finds, by day, for paper.
type Print struct {
	Frame
	Heading, Fetched, Share string
	Span                    string // its days
	Filters                 []string
	Back                    Link
	Days                    []Day
	Cut                     string // what is not on it; empty: nothing
	Code                    Code   // of Share
}

// Code is a QR code as a path of SVG in a field of Side by Side; zero: there is none.
type Code struct {
	Side int
	Path string
}

// Day is the part of a list of a day, or of what has none.
type Day struct {
	Name, Machine string
	Entries       []Entry
}

// Entry is a listing on a printed list.
type Entry struct {
	Card
	Clock, Short string // Short is its address as it is typed
	Facts        []string
	ID           string
}

// Group is one facet.
type Group struct {
	Name, Title string
	Open        bool
	Choices     []Choice
}

// Choice is one value of a facet or a list.
type Choice struct {
	Name                string // of the parameter
	Value, Label, Count string
	Checked, Below      bool // Below: drawn beneath the choice before it
}

// Card is one hit.
type Card struct {
	URL, Name, TextLang, Summary string
	Opens                        string // the frame in which URL opens; empty: this one
	Kind, Status                 string // Status is empty when it goes as planned
	When, Machine, More          string
	Place, Distance              string
	Organizer                    string
	Price, Age                   string
	Free                         bool
	Marks                        []string // adaptation and the like
	Source, Fetched              string
	Image, ImageText             string // a small picture; empty: there is none to show
}

// Listing is the page of one listing.
type Listing struct {
	Frame
	Card
	Over        string
	Notice      string // that it is cancelled, postponed or full
	Back        string
	Categories  []Link
	Paragraphs  []string
	Times       []Time
	TimesTotal  string
	Schedule    string
	Validity    string
	Address     []string
	Map, Way    string       // of the place: on a map, and how to get there
	Geo         template.URL // the same for the map of the visitor's own device
	ICS         string
	Share       string
	Mail        template.URL // a letter with Share
	Report      template.URL // where to tell of what is wrong; empty: nowhere
	Seen        string       // when it was seen, and where; for paper
	Code        Code         // of where
	Fields      []Fact       // which source gave what
	Why         string       // what joined what the sources gave, in Norwegian
	OrganizerAt Link
	OrgNumber   string
	Schemes     []Link
	Inaccess    string
	Contact     []Link
	Offers      []Offer
	Scheme      []Fact
	Read        string // the source's own page
	Origins     []Origin
	Updated     string
	Data        string
	SchemaOrg   []map[string]any // schema.org JSON-LD, a document for each date
	Begin, End  string           // of the next date, for programs; Begin is empty when it has none
}

// Time is one occurrence.
type Time struct{ Text, Machine, Own, Status string }

// Fact is a named text.
type Fact struct{ Name, Text string }

// Offer is one price, ticket or voucher.
type Offer struct {
	Name, Price, URL string
	Notes            []string
	Closed           bool
}

// Origin says where a listing comes from.
type Origin struct {
	Name, URL, Licence, LicenceURL, Attribution, Fetched string
	Kept                                                 string // that it is not passed on; empty: it is
}

// Message is a page that says why there is no other.
type Message struct {
	Frame
	Heading, Text string
	Points        []Fact
	Next          Link
}

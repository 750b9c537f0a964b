// Package pages draws the pages for residents: complete without scripts, in one stylesheet, from views that hold ready texts.
package pages

import (
	"bytes"
	"embed"
	"html/template"

	"fritidshub/catalog"
)

//go:embed templates/*.html style.css docs.css icon.svg
var files embed.FS

// Pages draws pages and holds the files that they ask for.
type Pages struct {
	templates *template.Template
	assets    map[string]asset
}

type asset struct {
	body        []byte
	contentType string
}

// New reads the embedded templates and files.
func New() (*Pages, error) {
	p := &Pages{assets: map[string]asset{}}
	paths := map[string]string{}
	for name, contentType := range map[string]string{"style.css": "text/css; charset=utf-8", "docs.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"} {
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

// Draw makes the page of a view.
func (p *Pages) Draw(view View) ([]byte, error) {
	var b bytes.Buffer
	err := p.templates.ExecuteTemplate(&b, view.template(), view)
	return b.Bytes(), err
}

// View is what one page shows.
type View interface{ template() string }

func (Search) template() string  { return "search.html" }
func (Listing) template() string { return "listing.html" }
func (Message) template() string { return "message.html" }

// Frame is what every page shows around its content.
type Frame struct {
	Lang        string                               // BCP 47
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
}

// Form is another form of what a page shows, for programs that look for it in its head.
type Form struct{ Type, Title, URL string }

// Link is a place to go to.
type Link struct {
	Text, URL string
	Lang      string // of the text, when it is not the page's
	Current   bool
}

// Field is a parameter that a form carries along.
type Field struct{ Name, Value string }

// Search is the search page.
type Search struct {
	Frame
	Q, Age, From, To, MaxPrice string
	Free                       bool
	Kept                       []Field // parameters that the form has no control for
	Quick, Chips               []Link
	Active                     string // how many filters are chosen; empty: none
	Note                       string // what was read out of the text
	Literal                    Link   // the search for the words alone; without a URL when it is not offered
	Clear                      string
	Groups                     []Group
	Sorts                      []Choice
	Hits, Range                string
	Cards                      []Card
	Advice                     []Link // when there are no hits: what to leave out
	Empty                      bool
	Prev, Next, Here           string
	Calendar                   template.URL // to subscribe to; empty when nothing is found
	News, Table                string       // the same search as a feed and as a table
}

// Group is one facet.
type Group struct {
	Name, Title string
	Open        bool
	Choices     []Choice
}

// Choice is one value of a facet or a list.
type Choice struct {
	Value, Label, Count string
	Checked, Below      bool // Below: drawn beneath the choice before it
}

// Card is one hit.
type Card struct {
	URL, Name, TextLang, Summary string
	Kind, Status                 string // Status is empty when it goes as planned
	When, Machine, More          string
	Place, Distance              string
	Organizer                    string
	Price, Age                   string
	Free                         bool
	Marks                        []string // adaptation and the like
	Source, Fetched              string
}

// Listing is the page of one listing.
type Listing struct {
	Frame
	Card
	Over        string
	Back        string
	Categories  []Link
	Paragraphs  []string
	Times       []Time
	TimesTotal  string
	Schedule    string
	Validity    string
	Address     []string
	Map         string
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
type Origin struct{ Name, URL, Licence, LicenceURL, Attribution, Fetched string }

// Message is a page that says why there is no other.
type Message struct {
	Frame
	Heading, Text string
	Points        []Fact
	Next          Link
}

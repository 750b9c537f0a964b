package export

import (
	"encoding/xml"
	"html"
	"io"
	"net/url"
	"strings"
	"time"
)

// urn names a thing of the hub where an address would not hold for ever; a listing's is the same on every hub.
func urn(kind, id string) string { return "urn:fritidshub:" + kind + ":" + url.PathEscape(id) }

// rss writes the listings as RSS 2.0 (https://www.rssboard.org/rss-specification). The date of an item is when the hub last changed the
// listing; when it takes place is said in its text.
func rss(w io.Writer, hub Hub, entries Entries) error {
	type link struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
	}
	type guid struct {
		PermaLink bool   `xml:"isPermaLink,attr"`
		ID        string `xml:",chardata"`
	}
	type item struct {
		XMLName     xml.Name `xml:"item"`
		Title       string   `xml:"title"`
		Link        string   `xml:"link,omitempty"`
		Description string   `xml:"description,omitempty"`
		Creator     string   `xml:"dc:creator,omitempty"`
		Categories  []string `xml:"category"`
		GUID        guid     `xml:"guid"`
		PubDate     string   `xml:"pubDate"`
	}
	x := &xmlWriter{w: w}
	x.text(xml.Header + `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>` + "\n")
	x.element("title", hub.Name)
	x.element("link", hub.home())
	x.element("description", "Det siste nye og endrede fra "+hub.Name)
	if hub.Language != "" {
		x.element("language", hub.Language)
	}
	if !hub.Changed.IsZero() {
		x.element("lastBuildDate", hub.Changed.UTC().Format(time.RFC1123Z))
	}
	x.element("ttl", "60")
	if hub.Self != "" {
		x.value("atom:link", link{hub.Self, "self", "application/rss+xml"})
	}
	for e, err := range entries {
		if err != nil {
			return err
		}
		x.value("item", item{Title: e.Title, Link: hub.link(&e), Description: story(&e), Creator: organizer(&e).Name, Categories: e.Categories,
			GUID: guid{ID: urn("listing", e.ID)}, PubDate: e.UpdatedAt.UTC().Format(time.RFC1123Z)})
		if x.err != nil {
			return x.err
		}
	}
	x.text("</channel></rss>\n")
	return x.err
}

// atom writes the listings as Atom (RFC 4287).
func atom(w io.Writer, hub Hub, entries Entries) error {
	type link struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr,omitempty"`
		Type string `xml:"type,attr,omitempty"`
	}
	type person struct {
		Name string `xml:"name"`
	}
	type category struct {
		Term string `xml:"term,attr"`
	}
	type content struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
	type entry struct {
		XMLName    xml.Name   `xml:"entry"`
		ID         string     `xml:"id"`
		Title      string     `xml:"title"`
		Updated    string     `xml:"updated"`
		Link       *link      `xml:"link,omitempty"`
		Author     *person    `xml:"author,omitempty"`
		Categories []category `xml:"category"`
		Content    content    `xml:"content"`
	}
	x := &xmlWriter{w: w}
	begun := false
	begin := func(updated time.Time) {
		begun = true
		x.text(xml.Header + "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n")
		id := hub.Self
		if id == "" {
			id = urn("hub", hub.ID)
		}
		x.element("id", id)
		x.element("title", hub.Name)
		x.element("updated", updated.UTC().Format(time.RFC3339))
		x.value("author", person{hub.Name})
		if hub.URL != "" {
			x.value("link", link{hub.home(), "alternate", "text/html"})
		}
		if hub.Self != "" {
			x.value("link", link{hub.Self, "self", "application/atom+xml"})
		}
	}
	for e, err := range entries {
		if err != nil {
			return err
		}
		if !begun {
			begin(later(hub.Changed, e.UpdatedAt))
		}
		out := entry{ID: urn("listing", e.ID), Title: e.Title, Updated: e.UpdatedAt.UTC().Format(time.RFC3339), Content: content{"html", story(&e)}}
		if page := hub.link(&e); page != "" {
			out.Link = &link{Href: page}
		}
		if by := organizer(&e).Name; by != "" {
			out.Author = &person{by}
		}
		for _, c := range e.Categories {
			out.Categories = append(out.Categories, category{c})
		}
		if x.value("entry", out); x.err != nil {
			return x.err
		}
	}
	if !begun {
		begin(later(hub.Changed, hub.Now))
	}
	x.text("</feed>\n")
	return x.err
}

// later gives first, or second when there is no first.
func later(first, second time.Time) time.Time {
	if first.IsZero() {
		return second
	}
	return first
}

// story is the text of a listing as HTML: when and where, what, what it costs and whom to thank.
func story(e *Entry) string {
	p := place(e)
	parts := []string{e.When, strings.Join(nonEmpty([]string{p.Name, p.Address, strings.TrimSpace(p.PostalCode + " " + p.Locality)}), ", ")}
	if text := e.Description; text != "" {
		parts = append(parts, strings.Split(text, "\n\n")...)
	} else {
		parts = append(parts, e.Summary)
	}
	parts = append(parts, price(e).Text)
	parts = append(parts, credits(e)...)
	var b strings.Builder
	for _, part := range nonEmpty(parts) {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>")
	}
	return b.String()
}

// Sitemap gives the format of one file of a sitemap (https://www.sitemaps.org/protocol.html) of the listings' pages, with more pages
// of the hub before them.
func Sitemap(more ...string) Format {
	return Format{MediaType: "application/xml; charset=utf-8", Write: func(w io.Writer, hub Hub, entries Entries) error {
		type address struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod,omitempty"`
		}
		x := &xmlWriter{w: w}
		x.text(xml.Header + "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
		for _, path := range more {
			x.value("url", address{Loc: hub.URL + path})
		}
		for e, err := range entries {
			if err != nil {
				return err
			}
			if x.value("url", address{hub.page(e.ID), e.UpdatedAt.UTC().Format(time.RFC3339)}); x.err != nil {
				return x.err
			}
		}
		x.text("</urlset>\n")
		return x.err
	}}
}

// SitemapIndex writes the list of the files that a sitemap is in.
func SitemapIndex(w io.Writer, changed time.Time, files []string) error {
	type file struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod,omitempty"`
	}
	x := &xmlWriter{w: w}
	x.text(xml.Header + "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
	for _, address := range files {
		f := file{Loc: address}
		if !changed.IsZero() {
			f.LastMod = changed.UTC().Format(time.RFC3339)
		}
		x.value("sitemap", f)
	}
	x.text("</sitemapindex>\n")
	return x.err
}

// xmlWriter writes elements, one a line, until something fails.
type xmlWriter struct {
	w   io.Writer
	err error
}

func (x *xmlWriter) text(s string) {
	if x.err == nil {
		_, x.err = io.WriteString(x.w, s)
	}
}

func (x *xmlWriter) element(name, value string) { x.value(name, value) }

func (x *xmlWriter) value(name string, v any) {
	if x.err != nil {
		return
	}
	e := xml.NewEncoder(x.w)
	if x.err = e.EncodeElement(v, xml.StartElement{Name: xml.Name{Local: name}}); x.err == nil {
		x.text("\n")
	}
}

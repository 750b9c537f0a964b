package markup

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"fritidshub/catalog"
	"fritidshub/connectors/when"
)

// The class names of h-event (microformats2) and hCalendar, and the property of schema.org that they mean.
var (
	textClasses = map[string]string{
		"p-name": "name", "summary": "name", "p-summary": "abstract", "p-description": "description", "description": "description",
		"p-location": "location", "location": "location", "p-category": "keywords", "category": "keywords",
		"p-organizer": "organizer", "organizer": "organizer",
	}
	dateClasses = map[string]string{"dt-start": "startDate", "dtstart": "startDate", "dt-end": "endDate", "dtend": "endDate", "dt-duration": "duration", "duration": "duration"}
	linkClasses = map[string]string{"u-url": "url", "url": "url", "u-photo": "image", "photo": "image", "u-uid": "uid", "uid": "uid"}
	placeParts  = map[string]string{
		"p-name": "name", "fn": "name", "org": "name", "p-street-address": "streetAddress", "street-address": "streetAddress",
		"p-locality": "addressLocality", "locality": "addressLocality", "p-postal-code": "postalCode", "postal-code": "postalCode",
		"p-latitude": "latitude", "latitude": "latitude", "p-longitude": "longitude", "longitude": "longitude",
	}
)

// microformats reads the events of h-event and hCalendar in a parsed page or piece of one.
func microformats(doc *html.Node) []*Node {
	var out []*Node
	var inside *html.Node
	eachElement(doc, func(e *html.Node) {
		classes := classesOf(e)
		if !slices.Contains(classes, "h-event") && !slices.Contains(classes, "vevent") || inside != nil && within(e, inside) {
			return
		}
		inside = e
		out = append(out, hEvent(e))
	})
	return out
}

func hEvent(root *html.Node) *Node {
	n := &Node{Types: []string{"Event"}, Props: map[string][]any{}}
	var walk func(*html.Node)
	walk = func(e *html.Node) {
		for c := e.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			deeper := true
			for _, class := range classesOf(c) {
				if p := dateClasses[class]; p != "" && n.Props[p] == nil {
					n.set(p, textValue(c))
				}
				if p := linkClasses[class]; p != "" {
					n.set(p, linkValue(c))
				}
				switch p := textClasses[class]; {
				case p == "keywords" && len(n.Props[p]) < catalog.MaxKeywords:
					n.Props[p] = append(n.Props[p], textValue(c))
				case p == "" || n.Props[p] != nil:
				case p == "location":
					n.set(p, placeValue(c))
					deeper = false
				default:
					n.set(p, textValue(c))
				}
			}
			if deeper {
				walk(c)
			}
		}
	}
	walk(root)
	if n.text("name") == "" {
		n.set("name", innerText(root))
	}
	if last, err := when.Parse(n.plain("endDate"), time.UTC); err == nil && last.Day && !slices.Contains(classesOf(root), "h-event") {
		// The last day of hCalendar is exclusive, as in iCalendar; that of h-event is inclusive.
		n.Props["endDate"] = []any{last.Time.AddDate(0, 0, -1).Format(time.DateOnly)}
	}
	return n
}

// set keeps the first value of a property.
func (n *Node) set(prop string, v any) {
	if v != "" && v != nil && n.Props[prop] == nil {
		n.Props[prop] = []any{v}
	}
}

// valued gives the text of value-class parts (microformats value-class-pattern), "" when there are none.
func valued(e *html.Node) string {
	var parts []string
	eachElement(e, func(c *html.Node) {
		classes := classesOf(c)
		switch {
		case slices.Contains(classes, "value-title"):
			parts = append(parts, strings.TrimSpace(attr(c, "title")))
		case slices.Contains(classes, "value"):
			parts = append(parts, ownValue(c))
		}
	})
	return strings.Join(parts, " ")
}

func ownValue(e *html.Node) string {
	names := map[string]string{"time": "datetime", "ins": "datetime", "del": "datetime", "abbr": "title", "data": "value", "input": "value", "img": "alt", "area": "alt"}
	if v := strings.TrimSpace(attr(e, names[e.Data])); v != "" {
		return v
	}
	return innerText(e)
}

func textValue(e *html.Node) string {
	if v := valued(e); v != "" {
		return v
	}
	return ownValue(e)
}

func linkValue(e *html.Node) string {
	for _, name := range []string{"href", "src", "data"} {
		if v := strings.TrimSpace(attr(e, name)); v != "" {
			return v
		}
	}
	return ownValue(e)
}

func placeValue(e *html.Node) any {
	address := &Node{Types: []string{"PostalAddress"}, Props: map[string][]any{}}
	place := &Node{Types: []string{"Place"}, Props: map[string][]any{}}
	eachElement(e, func(c *html.Node) {
		for _, class := range classesOf(c) {
			switch p := placeParts[class]; p {
			case "":
			case "name", "latitude", "longitude":
				place.set(p, textValue(c))
			default:
				address.set(p, textValue(c))
			}
		}
	})
	if len(place.Props)+len(address.Props) == 0 {
		return textValue(e)
	}
	if len(address.Props) > 0 {
		place.set("address", address)
	}
	return place
}

func classesOf(e *html.Node) []string { return strings.Fields(attr(e, "class")) }

func within(e, ancestor *html.Node) bool {
	for p := e.Parent; p != nil; p = p.Parent {
		if p == ancestor {
			return true
		}
	}
	return false
}

package api

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/export"
	"fritidshub/api/pages"
	"fritidshub/api/words"
	"fritidshub/catalog"
)

// addWays offers what can be done with a listing: put it in a calendar, pass it on, tell of what is wrong in it.
func (s *server) addWays(v *pages.Listing, state *catalog.ListingState, item *catalog.Item, l *words.Language, now time.Time) {
	if state.Schedule.Dated() && v.Over == "" {
		v.ICS = "/l/" + item.ID + "/calendar.ics"
	}
	v.Share = s.base() + "/l/" + item.ID
	v.Code = s.drawn.get(v.Share)
	v.Mail = mailed("", item.Title, v.Share)
	v.Seen = l.T("print.fetched", l.Day(now, time.Time{})+" "+l.T("time.at", l.Clock(now))) + " " + v.Share
	if _, err := mail.ParseAddress(s.Hub.Contact); err == nil {
		v.Report = mailed(s.Hub.Contact, l.T("report.subject", item.Title), l.T("report.body", v.Share)+"\n\n")
	} else {
		v.Report = template.URL(webAddress(s.Hub.Contact))
	}
}

// ways lead to a place: a map, the way there, and the map of the visitor's own device. Nothing is asked of anybody before they are followed.
func ways(p *catalog.ItemPlace) (onMap, there string, own template.URL) {
	if p.Online {
		return "", "", ""
	}
	if p.Lat == nil || p.Lon == nil {
		if p.Address == "" {
			return "", "", ""
		}
		wanted := strings.Join(distinct(p.Address, strings.TrimSpace(p.PostalCode+" "+p.Locality)), ", ")
		return "https://www.openstreetmap.org/search?" + url.Values{"query": {wanted}}.Encode(), "", ""
	}
	at := fmt.Sprintf("%.6f,%.6f", *p.Lat, *p.Lon)
	onMap = fmt.Sprintf("https://www.openstreetmap.org/?mlat=%.6f&mlon=%.6f#map=17/%.6f/%.6f", *p.Lat, *p.Lon, *p.Lat, *p.Lon)
	there = "https://www.openstreetmap.org/directions?" + url.Values{"to": {at}}.Encode()
	return onMap, there, template.URL("geo:" + at + "?q=" + url.QueryEscape(at))
}

// getListingCalendar gives one listing to a calendar.
func (s *server) getListingCalendar(c *gin.Context) error {
	state, err := s.listing(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if state.MergedInto != "" {
		s.redirect(c, "/l/"+url.PathEscape(state.MergedInto)+"/calendar.ics")
		return nil
	}
	if !state.Schedule.Dated() {
		return problem(http.StatusNotFound, "no-such-address", "There is nothing at this address", "The listing has no dates.")
	}
	p, err := s.printer(c.Request.Context(), s.language(c).Tag)
	if err != nil {
		return err
	}
	p.timeless = true
	var b bytes.Buffer
	err = export.Write(&b, "ics", s.exportHub(), func(yield func(export.Entry, error) bool) { yield(p.entry(&state), nil) })
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `inline; filename="`+state.ID+`.ics"`)
	s.send(c, http.StatusOK, export.Formats()["ics"].MediaType, cacheShort, b.Bytes())
	return nil
}

// shownFields are the fields of a listing whose origin its page tells, in its order.
var shownFields = []string{"title", "summary", "description", "schedule", "place", "place.geo", "organizer", "age", "price", "offers", "categories", "accessibility", "schemes", "contact"}

// fieldsOf says of each field which source gave it, when that is not the same one for all.
func fieldsOf(state *catalog.ListingState, item *catalog.Item, l *words.Language) ([]pages.Fact, error) {
	given, err := provenanceOf(state, item.Sources)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, src := range item.Sources {
		names[src.Hub+" "+src.ID+" "+src.NativeID] = cmp.Or(src.Name, src.ID)
	}
	var out []pages.Fact
	said := map[string]bool{}
	for _, field := range shownFields {
		p, ok := given[field]
		if !ok {
			continue
		}
		text := names[p.Hub+" "+p.Source+" "+p.NativeID]
		switch {
		case p.Edited:
			text = l.T("origin.edited")
		case p.By != "":
			text = l.T("origin.by", p.By)
		case p.Derived:
			text = l.T("origin.derived", text)
		}
		said[text] = true
		out = append(out, pages.Fact{Name: l.T("field." + field), Text: text})
	}
	if len(said) < 2 {
		return nil, nil
	}
	return out, nil
}

// credits are the registers that a listing has something from.
func (s *server) credits(l *catalog.ListingState) []pages.Origin {
	var out []pages.Origin
	for _, c := range s.Hub.Credits {
		if slices.ContainsFunc(l.Derived, func(derived string) bool { return strings.HasSuffix(derived, ":"+c.Name) }) {
			out = append(out, pages.Origin{Name: c.Name, URL: c.URL, Attribution: c.Attribution})
		}
	}
	return out
}

func origins(item *catalog.Item, l *words.Language, now time.Time) []pages.Origin {
	var out []pages.Origin
	for _, src := range item.Sources {
		o := pages.Origin{Name: cmp.Or(src.Name, src.ID), URL: webAddress(src.URL), LicenceURL: licenceURL(src.Licence)}
		switch src.Licence {
		case "":
		case "permission":
			o.Licence = l.T("listing.permission")
		default:
			o.Licence = l.T("listing.licence", src.Licence)
		}
		if src.Attribution != o.Name {
			o.Attribution = src.Attribution
		}
		if !src.FetchedAt.IsZero() {
			o.Fetched = l.T("item.fetched", l.Ago(src.FetchedAt, now))
		}
		out = append(out, o)
	}
	return out
}

// licenceURL is where a common licence is explained to people.
func licenceURL(id string) string {
	text := licenceTexts[id]
	if strings.HasPrefix(text, "https://creativecommons.org/") {
		return text + "deed.no"
	}
	return text
}

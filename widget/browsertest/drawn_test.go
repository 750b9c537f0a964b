package browsertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// listing draws one listing as the hub does: what tests look for, and what no hub should draw.
func (h *hub) listing(w http.ResponseWriter, r *http.Request) {
	for _, item := range h.items {
		if item["id"] != r.PathValue("id") {
			continue
		}
		drawn, ok := item["drawn"]
		if !ok {
			drawn = []any{node("p", nil, item["title"]), node("ul", listing{"role": "list"}, node("li", nil, "Fritidskort"))}
		}
		h.draw(w, "listings", drawn)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	http.Error(w, "{}", http.StatusNotFound)
}

// node is an element as the hub draws it.
func node(tag string, attributes listing, children ...any) []any {
	if attributes == nil {
		attributes = listing{}
	}
	return append([]any{tag, attributes}, children...)
}

// draw answers with what is drawn, or what a test has put in its place.
func (h *hub) draw(w http.ResponseWriter, path string, drawn any) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	h.mu.Lock()
	instead, ok := h.drawn[path]
	h.mu.Unlock()
	if wait, is := instead.(chan struct{}); is {
		<-wait
	} else if ok && instead == nil {
		http.Error(w, "{}", http.StatusInternalServerError)
		return
	} else if ok {
		drawn = instead
	}
	json.NewEncoder(w).Encode(drawn)
}

// instead lets this be drawn at a path from now on; an error when it is nil, what would be drawn once a channel is closed when it is one.
func (h *hub) instead(path string, drawn any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drawn = map[string]any{path: drawn}
}

// advice draws what to do when nothing was found, from the data set.
func (h *hub) advice(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	fixed := strings.Split(q.Get("fixed"), ",")
	ways := node("ul", nil)
	for _, name := range append([]string{"q", "age", "free", "from", "to"}, facetNames...) {
		if hits := len(h.count(q, name)); q.Has(name) && hits > 0 && !slices.Contains(fixed, name) {
			rest := url.Values{}
			for other := range q {
				if other != name && !slices.Contains(append(fixed, "fixed", "neighbours", "facets", "limit", "lang"), other) {
					rest[other] = q[other]
				}
			}
			ways = append(ways, node("li", nil, node("a", listing{"href": "?" + rest.Encode(), "rel": "nofollow"}, fmt.Sprintf("Fjern «%s»: %d treff", name, hits))))
		}
	}
	h.draw(w, "advice", []any{node("p", nil, "Vi fant ingenting som passer med alt du har valgt."), ways, node("p", nil, node("a", listing{"href": "?"}, "Se alt som finnes"))})
}

// month draws a month of the data set.
func (h *hub) month(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	h.mu.Lock()
	h.queries = append(h.queries, q)
	h.mu.Unlock()
	day := q.Get("day")
	if len(day) < 7 || day < today[:7] {
		day = max(today[:7], q.Get("from")[:min(7, len(q.Get("from")))])
	}
	from, _ := time.Parse("2006-01", day[:7])
	days := map[int][]listing{}
	begin := max(from.Format(time.DateOnly), today, q.Get("from"))
	end := from.AddDate(0, 1, -1).Format(time.DateOnly)
	found := map[any]bool{}
	q.Del("from")
	for _, item := range h.count(q, "") {
		start, _ := item["start"].(string)
		last, _ := item["end"].(string)
		if start == "" {
			continue
		}
		for one := range from.AddDate(0, 1, -1).Day() {
			date := from.AddDate(0, 0, one).Format(time.DateOnly)
			if date >= begin && date <= end && date >= start[:10] && date <= max(last, start)[:10] {
				days[one+1] = append(days[one+1], item)
				found[item["id"]] = true
			}
		}
	}
	chosen := 0
	if len(day) > 7 {
		fmt.Sscan(strings.TrimLeft(day[8:], "0"), &chosen)
	}
	h.draw(w, "month", drawnMonth(from, days, chosen, len(found)))
}

var today = now.Format(time.DateOnly)

var months = strings.Fields("januar februar mars april mai juni juli august september oktober november desember")

// hits says how many there are.
func hits(n int) string {
	if n == 0 {
		return "Ingen treff"
	}
	return fmt.Sprint(n, " treff")
}

// drawnMonth is a month as the hub draws it, with the first day that has hits when none is chosen.
func drawnMonth(from time.Time, days map[int][]listing, chosen, total int) []any {
	heads := []any{node("th", nil, "Uke")}
	for _, name := range weekdays {
		heads = append(heads, node("th", nil, name))
	}
	number := func(day time.Time) []any {
		_, n := day.ISOWeek()
		return node("th", listing{"role": "rowheader"}, fmt.Sprint(n))
	}
	week := node("tr", nil, number(from))
	for range (int(from.Weekday()) + 6) % 7 {
		week = append(week, node("td", nil))
	}
	table, lists := node("tbody", nil), node("div", listing{"class": "list"})
	for n := 1; n <= from.AddDate(0, 1, -1).Day(); n++ {
		if chosen == 0 && len(days[n]) > 0 {
			chosen = n
		}
	}
	for n := 1; n <= from.AddDate(0, 1, -1).Day(); n++ {
		day := from.AddDate(0, 0, n-1)
		date := day.Format(time.DateOnly)
		label := fmt.Sprintf("%s %d. %s: %s", weekdays[(int(day.Weekday())+6)%7], n, months[day.Month()-1], hits(len(days[n])))
		attributes, cell := listing{"value": date, "tabindex": "-1", "aria-label": label}, listing{}
		if len(days[n]) > 0 {
			attributes["data-hits"] = fmt.Sprint(len(days[n]))
		}
		if date == today {
			attributes["aria-current"] = "date"
		}
		if n == chosen {
			cell["aria-selected"] = "true"
		}
		if n == chosen || chosen == 0 && (date == today || n == 1 && date > today) {
			attributes["tabindex"] = "0"
		}
		if len(week) == 10 {
			table, week = append(table, week), node("tr", nil, number(day))
		}
		week = append(week, node("td", cell, node("button", attributes, fmt.Sprint(n))))
		if len(days[n]) == 0 && n != chosen {
			continue
		}
		entries := node("ol", listing{"role": "list"})
		for _, item := range days[n] {
			badge := []any{}
			if item["status"] == "cancelled" {
				badge = append(badge, node("strong", listing{"part": "badge"}, "Avlyst"), " ")
			}
			heading := append(node("h1", listing{"part": "title"}, badge...), node("a", listing{"data-id": item["id"]}, node("bdi", nil, item["title"])))
			entries = append(entries, node("li", nil, node("article", listing{"part": "card"}, heading, node("p", listing{"part": "time"}, node("time", listing{"datetime": item["start"]}, label)))))
		}
		list := listing{"data-day": date}
		if n == chosen {
			list["class"] = "chosen"
		}
		lists = append(lists, node("div", list, node("h1", nil, label), entries))
	}
	back := listing{"id": "back", "value": from.AddDate(0, -1, 0).Format("2006-01")}
	if from.Format("2006-01") <= today[:7] {
		back = listing{"id": "back", "value": "", "aria-disabled": "true"}
	}
	return []any{
		node("div", listing{"class": "line"}, node("h1", listing{"id": "month"}, fmt.Sprint(months[from.Month()-1], " ", from.Year())),
			node("div", listing{"class": "bar"}, node("button", back, "Forrige måned"), node("button", listing{"id": "on", "value": from.AddDate(0, 1, 0).Format("2006-01")}, "Neste måned"))),
		node("table", listing{"class": "days", "role": "grid", "part": "calendar", "aria-labelledby": "month"}, node("thead", nil, node("tr", nil, heads...)), append(table, week)),
		node("p", listing{"tabindex": "-1"}, hits(total)), lists,
	}
}

var weekdays = strings.Fields("mandag tirsdag onsdag torsdag fredag lørdag søndag")

package jsonapi

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"fritidshub/connectors"
	"fritidshub/connectors/when"
)

// Bounds of the search for a list.
const (
	searchDepth = 6   // levels below the top
	searchLists = 200 // lists looked at
	searchItems = 20  // items of a list looked at
)

// clue is how a field is known: by a name and, where the name may mean much, by what its values are.
type clue struct {
	field string
	names *regexp.Regexp // of the last part of a path, without _ and -
	fits  func(gjson.Result) bool
	worth int
}

func name(pattern string) *regexp.Regexp { return regexp.MustCompile("(?i)^(?:" + pattern + ")$") }

func isText(r gjson.Result) bool {
	return r.Type == gjson.String && strings.TrimSpace(r.Str) != "" && !strings.HasPrefix(r.Str, "http")
}
func isWord(r gjson.Result) bool { return isText(r) || r.IsArray() }
func isID(r gjson.Result) bool {
	return r.Type == gjson.Number || r.Type == gjson.String && r.Str != ""
}
func isURL(r gjson.Result) bool {
	return strings.HasPrefix(r.Str, "http") || strings.HasPrefix(r.Str, "/")
}
func isNumber(r gjson.Result) bool {
	return r.Type == gjson.Number || r.Type == gjson.String && r.Float() != 0
}
func isMoment(r gjson.Result) bool { return formOf(r) != unread }

// clues are in the order in which a path is taken: the surest first.
var clues = []clue{
	{"start", name(`.*start(?:s|at|date|time|datetime|tid|dato|local|utc)*|.*(?:event|meeting|mm)?(?:date|datetime|dateandtime|dato|tidspunkt)(?:local|utc)?|datetimelocal|begin|begins|from|fra|frå|time|when|når`), isMoment, 6},
	{"end", name(`.*(?:end|slutt|finish|stop)(?:s|at|date|time|datetime|tid|dato|local|utc)*|to|til`), isMoment, 2},
	{"title", name(`.*(?:title|tittel|navn|headline|overskrift|name)(?:text|nb|no)?|summary|subject|source_?text`), isText, 5},
	{"description", name(`(?:.*description|.*beskrivelse|body|content|text|teaser|ingress|lead|omtale|excerpt|about|info)(?:nb|no|text|html)?`), isText, 1},
	{"venue", name(`.*(?:venue|location|place|sted|stad|lokale|arena|where|room|locationname|venuename)(?:name)?`), isText, 2},
	{"address", name(`.*(?:address|adresse|street)(?:line|text)?1?`), isText, 1},
	{"locality", name(`city|town|locality|poststed|by`), isText, 1},
	{"postal_code", name(`zip|zipcode|postal_?code|postnr|postnummer`), isID, 1},
	{"lat", name(`lat|latitude|breddegrad`), isNumber, 1},
	{"lon", name(`lon|lng|long|longitude|lengdegrad`), isNumber, 1},
	{"organizer", name(`.*(?:organi[sz]er|organi[sz]ation|arrangør|arranger|host|promoter|forening|tilbyder)(?:name)?`), isText, 2},
	{"price", name(`.*(?:price|pris|cost|fee|lowestprice|minprice|pricetext)`), isNumber, 1},
	{"age", name(`age|ages|alder|agegroup|aldersgruppe|age_?groups?`), isText, 1},
	{"categories", name(`tags?|categor(?:y|ies)|categoryname|categorytitle|kategori(?:er)?|genre|keywords|topics?|emneord`), isWord, 1},
	{"url", name(`url|link|href|eventurl|permalink|weblink|lenke|nettside|website|detailurl|canonicalurl`), isURL, 1},
	{"image", name(`.*(?:image|img|picture|bilde|thumbnail|photo)(?:url|src)?`), isURL, 0},
	{"id", name(`id|uuid|guid|identifier|_id|eventid|sourceid|slug|.*eventid|.*meetingid`), isID, 1},
	{"updated", name(`updated|updatedat|modified|lastmodified|changed|updatedtime|sistendret`), isMoment, 0},
}

// recognise looks for the list of the answer that is most like activities, and for where their fields are.
func recognise(a *connectors.Answer) []connectors.Reading {
	if !a.JSON.Exists() {
		return nil
	}
	lists := &search{}
	lists.walk(a.JSON, "", 0)
	var best Options
	most := 0
	for _, l := range lists.found {
		if o, worth := propose(l); worth > most {
			best, most = o, worth
		}
	}
	if most == 0 {
		return nil
	}
	best.Paging = paging(a.URL.Query())
	return []connectors.Reading{{Options: best, Note: "Stiene er gjettet av navnene i svaret. Se med preview om hvert felt er lest riktig."}}
}

// paging is how pages are asked for, as far as the parameters of the address say it.
func paging(q url.Values) (p Paging) {
	for _, name := range []string{"page", "side", "pageNumber", "page_number"} {
		if first, err := strconv.Atoi(q.Get(name)); err == nil && (first == 0 || first == 1) {
			return Paging{Page: name, First: &first}
		}
	}
	for _, name := range []string{"offset", "skip", "startIndex"} {
		if q.Get(name) == "0" {
			return Paging{Offset: name}
		}
	}
	return p
}

type list struct {
	path  string
	items []gjson.Result
}

type search struct{ found []list }

// walk collects the lists of objects below r, and r itself when it is one object.
func (s *search) walk(r gjson.Result, path string, depth int) {
	if depth > searchDepth || len(s.found) >= searchLists {
		return
	}
	switch {
	case r.IsArray():
		var items []gjson.Result
		r.ForEach(func(_, item gjson.Result) bool {
			if item.IsObject() {
				items = append(items, item)
			}
			return len(items) < searchItems
		})
		if len(items) > 0 {
			s.found = append(s.found, list{path, items})
		}
	case r.IsObject():
		if depth == 0 {
			s.found = append(s.found, list{"@this", []gjson.Result{r}})
		}
		r.ForEach(func(key, v gjson.Result) bool {
			if v.IsArray() || v.IsObject() {
				s.walk(v, join(path, key.Str), depth+1)
			}
			return true
		})
	}
}

func join(path, key string) string {
	key = special.ReplaceAllString(key, `\$0`)
	if path == "" {
		return key
	}
	return path + "." + key
}

var special = regexp.MustCompile(`[.*?|#@!{}\[\]()=<>%\\]`)

// propose finds the fields of a list's items. Worth is 0 when they are not like activities: a title and a time, or a title and enough else.
func propose(l list) (o Options, worth int) {
	paths := map[string]int{} // how many items have it
	values := map[string]gjson.Result{}
	for _, item := range l.items {
		leaves(item, "", 0, func(path string, v gjson.Result) {
			if paths[path]++; paths[path] == 1 {
				values[path] = v
			}
		})
	}
	taken := map[string]bool{}
	o.Fields = map[string]string{}
	for _, c := range clues {
		best, rank := "", 0
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			if r := c.rank(path, values[path], paths[path], len(l.items)); r > rank && !taken[path] {
				best, rank = path, r
			}
		}
		if best == "" {
			continue
		}
		taken[best] = true
		o.Fields[c.field] = best
		worth += c.worth
		switch c.field {
		case "start":
			o.Dates = dates[formOf(values[best])]
			fallthrough
		case "end":
			o.Fields[c.field] = strings.ReplaceAll(best, ".0.", ".#.") // all the dates of a list
		}
	}
	_, titled := o.Fields["title"]
	_, dated := o.Fields["start"]
	if !titled || !dated && worth < 9 {
		return o, 0
	}
	if len(l.items) == 1 && l.path == "@this" {
		worth -= 4 // an answer's own members are more often about the list than one activity
	}
	o.Items = l.path
	if o.Items == "" || slices.Contains(lists, o.Items) {
		o.Items = "" // found without being named
	}
	for field, path := range o.Fields {
		if fields[field] == path {
			delete(o.Fields, field)
		}
	}
	for field, usual := range fields { // what usually is the field's, is another's here
		if _, own := o.Fields[field]; !own && taken[usual] && usual != "" && pathOf(o.Fields, usual) {
			o.Fields[field] = none
		}
	}
	return o, worth + 3*min(len(l.items), 5)
}

func pathOf(declared map[string]string, path string) bool {
	for _, p := range declared {
		if p == path {
			return true
		}
	}
	return false
}

// rank says how well a path fits a clue, 0 for not at all: a whole name, near the top, that most items have.
func (c clue) rank(path string, v gjson.Result, have, of int) int {
	parts := slices.DeleteFunc(strings.Split(path, "."), func(p string) bool { return p == "0" })
	if len(parts) == 0 {
		return 0
	}
	last := strings.NewReplacer("_", "", "-", "").Replace(parts[len(parts)-1])
	if len(parts) > 1 && (last == "name" || last == "title" || last == "text") { // venue.name is a venue, and no title
		if c.field == "title" {
			return 0
		}
		last = strings.NewReplacer("_", "", "-", "").Replace(parts[len(parts)-2])
	}
	if of := imagery.MatchString(path); of && c.field == "image" && (last == "url" || last == "src") {
		last = "image"
	} else if of && c.field == "url" {
		return 0
	}
	if c.field == "id" && len(parts) > 1 || !c.names.MatchString(last) || !c.fits(v) {
		return 0
	}
	r := 100 - 10*len(parts) - min(len(last), 30) + 40*have/of
	if c.field == "start" {
		switch {
		case created.MatchString(last):
			r -= 100
		case strings.HasPrefix(strings.ToLower(last), "start"):
			r += 30
		case strings.Contains(strings.ToLower(last), "start"):
			r += 20
		}
		if !strings.Contains(v.Str, ":") || strings.Contains(v.Str, "T00:00:00") {
			r -= 15 // a day; another may say when
		}
	}
	return max(r, 0)
}

var imagery = regexp.MustCompile(`(?i)image|img|picture|bilde|photo|logo|icon|thumbnail`)

var created = regexp.MustCompile(`(?i)create|updat|modif|publish|posted|seen|end|announce|visible|expire|sale`)

// leaves gives the plain values of an item and its lists of texts, two objects deep, with their paths; of a list of objects the first.
func leaves(r gjson.Result, path string, depth int, give func(string, gjson.Result)) {
	r.ForEach(func(key, v gjson.Result) bool {
		at := join(path, key.Str)
		switch {
		case v.IsObject() && depth < 2:
			leaves(v, at, depth+1, give)
		case v.IsArray() && depth < 2 && v.Get("0").IsObject():
			leaves(v.Get("0"), at+".0", depth+1, give)
		case v.IsArray() && v.Get("0").Type == gjson.String:
			give(at, v)
		case v.Type == gjson.String || v.Type == gjson.Number:
			give(at, v)
		}
		return true
	})
}

// form is how a date is written.
type form int

const (
	unread form = iota
	plain       // as package when reads it
	seconds
	milliseconds
	dayFirst
	monthFirst
)

var (
	dates   = map[form]string{seconds: epoch, milliseconds: epochMS, dayFirst: "DD/MM/YYYY", monthFirst: "MM/DD/YYYY"}
	slashed = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/\d{4}$`)
)

func formOf(r gjson.Result) form {
	switch r.Type {
	case gjson.Number:
		switch n := r.Num; {
		case n > 9e8 && n < 4e9:
			return seconds
		case n > 9e11 && n < 4e12:
			return milliseconds
		}
	case gjson.String:
		if _, err := when.Parse(strings.TrimSpace(r.Str), time.UTC); err == nil {
			return plain
		}
		if m := slashed.FindStringSubmatch(r.Str); m != nil {
			if cmp.Compare(m[2], "12") > 0 && len(m[2]) == 2 {
				return monthFirst
			}
			return dayFirst
		}
	}
	return unread
}

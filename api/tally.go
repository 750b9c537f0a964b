package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fritidshub/api/params"
	"fritidshub/catalog"
	"fritidshub/index"
)

// Tally counts what is asked for, day by day and without by whom.
type Tally interface {
	// Count counts each of some things once more. It is called while somebody waits.
	Count(asked []Asked)
}

// Asked is one thing that was asked for.
type Asked struct{ Name, Value string }

// The names of what is counted. What people and pages write themselves are AskedInVain and AskedFrom: whoever keeps them sees to it that
// none tells of somebody.
const (
	AskedSearch = "search" // first pages of searches, by way: "page", "element" or "program"
	AskedFilter = "filter" // parameters that narrow them, and parameter=value where the values are a short list
	AskedInVain = "vain"   // words that find nothing, folded
	AskedFrom   = "from"   // hosts of pages that have an element
)

// The bounds of words that are counted. What is longer, or has the digits of a telephone number, is no word for an activity.
const (
	maxTalliedWords   = 5
	maxTalliedLetters = 50
	maxTalliedDigits  = 4
)

// talliedValues are the parameters whose values are counted too: each has few, and none is written by somebody.
var talliedValues = []string{string(index.FacetKind), string(index.FacetCategory), string(index.FacetWeekday), string(index.FacetTime), string(index.FacetAccessibility),
	string(index.FacetStatus), string(index.FacetLowThreshold), string(index.FacetEquipmentLoan), "when"}

// askedIn is what of a search is counted when its first page has been answered; nil for any other page. Words are in vain when no filter is to blame.
func askedIn(search *params.Search, a *answer) []Asked {
	if search.Query.After != nil || search.Query.Offset > 0 {
		return nil
	}
	asked := []Asked{}
	for _, name := range filterNames() {
		values, given := search.Values[name]
		if !given || name == "radius" {
			continue
		}
		asked = append(asked, Asked{AskedFilter, name})
		if slices.Contains(talliedValues, name) {
			for _, v := range values {
				asked = append(asked, Asked{AskedFilter, name + "=" + v})
			}
		}
	}
	vain := a.Total == 0
	for filter, hits := range a.Without {
		vain = vain && (filter == "q" || hits == 0)
	}
	if text := talliedText(search.Query.Text); vain && text != "" {
		asked = append(asked, Asked{AskedInVain, text})
	}
	return asked
}

// talliedText is a text as it is counted; "" when it is not, since it may tell of somebody.
func talliedText(text string) string {
	words := strings.Fields(catalog.Fold(text))
	digits := strings.Count(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '0'
		}
		return r
	}, text), "0")
	folded := strings.Join(words, " ")
	if len(words) > maxTalliedWords || utf8.RuneCountInString(folded) > maxTalliedLetters || digits > maxTalliedDigits || strings.Contains(text, "@") {
		return ""
	}
	return folded
}

// counted counts a search that was answered. Machines that read the whole web are not counted.
func (s *server) counted(r *http.Request, asked []Asked, framed bool) {
	if s.Tally == nil || asked == nil || r.Method == http.MethodHead || isRobot(r.UserAgent()) {
		return
	}
	way, from := "program", ""
	switch {
	case framed:
		way, from = "element", hostOf(r.Referer())
	case !forPrograms(r.URL.Path):
		way = "page"
	case r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Mode") == "cors": // a page in a browser asked
		way, from = "element", hostOf(r.Header.Get("Origin"))
	}
	asked = append(slices.Clip(asked), Asked{AskedSearch, way})
	if from != "" && from != hostOf(s.Hub.PublicURL) && from != r.Host {
		asked = append(asked, Asked{AskedFrom, from})
	}
	s.Tally.Count(asked)
}

func isRobot(agent string) bool {
	agent = strings.ToLower(agent)
	return slices.ContainsFunc([]string{"bot", "crawl", "spider"}, func(word string) bool { return strings.Contains(agent, word) })
}

// hostOf is the host of an address, "" when it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || len(u.Host) > maxHost {
		return ""
	}
	return strings.ToLower(u.Host)
}

// maxHost is the longest name of a host, in bytes (RFC 1035), with a port.
const maxHost = 253 + 6

package api

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
)

// grown reads a tree and gives its text, and all elements by name with their attributes.
func grown(t *testing.T, body string) (text string, all []string, links []string) {
	t.Helper()
	var tree []any
	if err := json.Unmarshal([]byte(body), &tree); err != nil {
		t.Fatal(err, body)
	}
	var b strings.Builder
	var walk func(any)
	walk = func(node any) {
		if text, ok := node.(string); ok {
			b.WriteString(text + " ")
			return
		}
		branch := node.([]any)
		name := branch[0].(string)
		for attribute, value := range branch[1].(map[string]any) {
			all = append(all, name+" "+attribute)
			if attribute == "href" {
				links = append(links, value.(string))
			}
		}
		all = append(all, name)
		for _, child := range branch[2:] {
			walk(child)
		}
	}
	for _, node := range tree {
		walk(node)
	}
	return strings.Join(strings.Fields(b.String()), " "), all, links
}

// What a widget shows of a listing is what its page says below the name.
func TestTreeOfAListing(t *testing.T) {
	h := newHub(t)
	football, concert, dead := h.store.listings[0].ID, h.store.listings[1].ID, h.store.listings[7].ID
	for id, want := range map[string][]string{
		football: {"Når tirsdager kl. 18–19.30", "Pris", "For hvem", "Arrangør", "Hvor kommer dette fra?"},
		concert:  {"Billetter og påmelding", "Hvor kommer dette fra?"},
	} {
		said, elements, links := grown(t, h.get("/embed/v1/listings/"+id, 200))
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s does not say %q: %s", id, w, said)
			}
		}
		for _, name := range []string{"main", "script", "details", "summary", "data"} {
			if slices.Contains(elements, name) {
				t.Errorf("%s has %s", id, name)
			}
		}
		page := h.get("/l/"+id, 200)
		for _, link := range links {
			if escaped := strings.ReplaceAll(link, "&", "&amp;"); !strings.Contains(page, `href="`+escaped+`"`) && !strings.HasPrefix(link, "mailto:") {
				t.Errorf("%s leads to %s, its page does not", id, link)
			}
		}
	}
	if said, _, _ := grown(t, h.get("/embed/v1/listings/"+football+"?lang=en", 200)); !strings.Contains(said, "Where does this come from?") {
		t.Errorf("in English: %s", said)
	}
	h.get("/embed/v1/listings/"+dead, 410)
	h.get("/embed/v1/listings/ingen", 404)
}

var harmless = regexp.MustCompile(`^(a|article|bdi|button|dd|div|dl|dt|h1|h2|h3|li|ol|p|section|strong|table|tbody|td|th|thead|time|tr|ul)( (aria-(current|disabled|label|labelledby|selected)|class|data-(day|hits|id)|datetime|dir|href|id|lang|part|rel|role|tabindex|value))?$`)

// Weeks have their numbers by ISO 8601, of which the first of a year may be the last of the year before.
func TestWeeksOfMonth(t *testing.T) {
	h := newHub(t)
	for month, want := range map[string][]string{"2026-12": {"49", "50", "51", "52", "53"}, "2027-01": {"53", "1", "2", "3", "4"}} {
		var numbers []string
		for _, m := range regexp.MustCompile(`\["th",\{"role":"rowheader"\},"(\d+)"\]`).FindAllStringSubmatch(h.get("/embed/v1/month?day="+month, 200), -1) {
			numbers = append(numbers, m[1])
		}
		if !slices.Equal(numbers, want) {
			t.Errorf("%s: weeks %q, want %q", month, numbers, want)
		}
	}
}

// treesAreHarmless holds the trees of a hub whose texts are payloads to what a script may build of them.
func treesAreHarmless(t *testing.T, h *hub, payload string) {
	t.Helper()
	paths := []string{"month?day=2026-11", "advice?kind=facility&q=" + url.QueryEscape(payload), "advice?kind=facility&fixed=" + url.QueryEscape(payload) + "&neighbours=" + url.QueryEscape(payload)}
	for _, l := range h.store.listings {
		if l.DeletedAt.IsZero() && l.MergedInto == "" && !l.Hidden {
			paths = append(paths, "listings/"+l.ID)
		}
	}
	for _, path := range paths {
		_, elements, links := grown(t, h.get("/embed/v1/"+path, 200))
		for _, name := range elements {
			if !harmless.MatchString(name) {
				t.Errorf("%q: there is %s", payload, name)
			}
		}
		for _, link := range links {
			if u, err := url.Parse(link); err == nil && !slices.Contains([]string{"", "https", "http", "mailto", "tel", "geo"}, u.Scheme) {
				t.Errorf("%q: there is a link to %s", payload, link)
			}
		}
	}
}

func TestTreeOfAdvice(t *testing.T) {
	h := newHub(t, func(o *Options) { o.Hub.Guide = &Guide{Name: "Aktivitetsguiden", Phone: "33 17 10 00"} })
	for _, test := range []struct {
		query string
		says  []string
		leads []string
	}{
		{"q=fotball&kind=facility", []string{"Fjern «fotball»", "Fjern «Type»", "Aktivitetsguiden"}, []string{"?q=fotball", "?kind=facility", "?", "tel:33171000"}},
		{"q=fotball&kind=facility&fixed=kind&lang=nb", []string{"Fjern «fotball»"}, []string{"?", "?", "tel:33171000"}},
		{"q=fotball&kind=facility&fixed=kind&neighbours=true", nil, []string{"?", "?", "tel:33171000"}},
		{"q=fotball&municipality=1804&fixed=municipality&neighbours=3909,3907", []string{"Ta med nabokommunene: 1 treff"}, []string{"?neighbours=true&q=fotball", "?", "tel:33171000"}},
		{"q=fotball&kind=facility&free=true&fixed=municipality&neighbours=true", nil, []string{"?free=true&kind=facility&neighbours=true", "?", "tel:33171000"}},
	} {
		said, _, links := grown(t, h.get("/embed/v1/advice?"+test.query, 200))
		for _, want := range test.says {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q: %s", test.query, want, said)
			}
		}
		if diff := cmp.Diff(test.leads, links); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.query, diff)
		}
	}
	h.get("/embed/v1/advice?age=x", 400)
}

func TestTreeOfAMonth(t *testing.T) {
	h := newHub(t)
	for _, test := range []struct {
		query string
		says  []string
		not   string
	}{
		{"", []string{"november 2026 Forrige måned", "6 treff. Alle treff står i listevisningen.", "søndag 22. november: 1 treff Fullt Розмовний", "kl. 18–19.30", "Avlyst Familieforestilling"}, "tirsdag 17."},
		{"day=2026-10-01", []string{"november 2026"}, "oktober"},
		{"day=2026-12", []string{"desember 2026", "torsdag 3. desember: 1 treff"}, "november"},
		{"day=2026-11-26", []string{"torsdag 26. november: Ingen treff"}, "desember"},
		{"day=2026-12&q=fotball", []string{"desember 2026", "tirsdag 1. desember: 1 treff"}, "Розмовний"},
		{"from=2026-12-09", []string{"desember 2026", "onsdag 9. desember: 1 treff"}, "tirsdag 8."},
		{"day=2026-12&to=2026-12-02", []string{"tirsdag 1. desember: 1 treff"}, "torsdag 3."},
		{"day=2026-12&to=2026-11-30", []string{"desember 2026", "Ingen treff"}, "tirsdag"},
		{"when=week&day=2026-11", []string{"november 2026"}, "tirsdag 24."},
		{"day=ingen&lang=en", []string{"November 2026", "Next month", "Tuesday"}, "tirsdag"},
	} {
		said, _, _ := grown(t, h.get("/embed/v1/month?"+test.query, 200))
		said = strings.Replace(said, "mandag tirsdag onsdag", "", 1)
		for _, want := range test.says {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q: %s", test.query, want, said)
			}
		}
		if strings.Contains(said, test.not) {
			t.Errorf("%s says %q: %s", test.query, test.not, said)
		}
	}
	body := h.get("/embed/v1/month", 200)
	for want, times := range map[string]int{`"aria-selected":"true"`: 1, `"tabindex":"0"`: 1, `"class":"chosen"`: 1, `"aria-current":"date"`: 1, `["td",`: 36, `"aria-disabled":"true"`: 1, `"data-hits"`: 5} {
		if n := strings.Count(body, want); n != times {
			t.Errorf("%s stands there %d times, not %d", want, n, times)
		}
	}
	h.get("/embed/v1/month?age=x", 400)
}

// A month of many hits is told in full numbers, and drawn in part.
func TestTreeOfAFullMonth(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	noon := func(day int) time.Time { return time.Date(2026, 11, day, 12, 0, 0, 0, oslo(t)) }
	one := sample(t)[0]
	m := &month{today: noon(22), from: noon(1), to: noon(31), chosen: 3, days: make([][]once, 30)}
	for i := range m.days {
		for range 150 {
			m.days[i] = append(m.days[i], once{&one, catalog.Occurrence{Start: noon(i + 1)}})
		}
	}
	s := &server{Options: Options{Hub: HubInfo{Zone: oslo(t)}, Taxonomy: tax}, words: words.Load(), rules: params.Rules{Languages: []string{"nb"}}}
	p := &searchPage{server: s, words: wordsFor("nb"), now: noon(22)}
	v := p.monthView(m, &printer{hub: s.Hub, now: noon(22), words: wordsFor("nb")}, 900, 500)
	drawn := map[bool]int{}
	for _, week := range v.Weeks {
		for _, day := range week.Days {
			drawn[day.Chosen] += len(day.Entries)
			if day.Day != "" && (day.Hits != 150 || day.Cut == "") {
				t.Errorf("%s has %d hits, %q", day.Day, day.Hits, day.Cut)
			}
		}
	}
	if drawn[true] != maxOnDay || drawn[false] != maxElsewhen || v.Sum != "Viser 500 av 900. Alle treff står i listevisningen." {
		t.Errorf("%v, %s", drawn, v.Sum)
	}
}

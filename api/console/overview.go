package console

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sources is what the console reads of sources and does with them.
type Sources interface {
	// Overview gives all declared sources, in no order.
	Overview(ctx context.Context) ([]Source, error)
}

// Source is a source as the overview shows it.
type Source struct {
	ID, Name, Kind string
	State          string // healthy, noted (well, but something was noticed), partial, empty, late, failing, held, new or off
	Verdict        string // the state in a sentence, ending with what residents see
	Fixer          string // who can mend it, in a sentence; "" when nothing is wrong
	Since          time.Time
	LastGood, Next time.Time
	Promise        time.Duration // how old what residents see may become by the schedule; 0: not known
	Live           int
	Added, Updated int // of the last run
	Removed        int
	Rejected       int
	Merged         int       // of the live ones, those that share a listing with other sources'
	Ends           time.Time // when the last of them is over; zero: not known, or never
	Strip          string    // the last runs, the oldest first: a letter each of "opuhfi" (ok, partial, unchanged, held, failed, interrupted)
	Running        bool
}

// urgency is how soon somebody should look at a state; the lower the sooner.
var urgency = map[string]int{"held": 0, "failing": 1, "late": 2, "empty": 3, "partial": 4, "noted": 5, "new": 6, "healthy": 7, "off": 8}

// perPage is how many sources one page shows.
const perPage = 50

type overviewView struct {
	frame
	Health  int // per cent of the sources in use that are well
	Sum     string
	Sources []sourceRow
	Show    string // "" or the state that is shown alone
	States  []link
	Pages   []link // when there are several
}

type sourceRow struct {
	Source
	URL        string
	Word       string
	Seen, Then moment
	From       moment
	Empty      string // that it will soon have nothing to show
	Old        string // how old what residents see is, when older than promised
	Strip      []stripe
	StripText  string
}

// soonEmpty is how long before a source has nothing left to show it is said.
const soonEmpty = 21 * 24 * time.Hour

// stripe is a run in the strip.
type stripe struct{ Class, Text string }

var stripes = map[rune]stripe{'o': {"ok", "hentet"}, 'p': {"partial", "delvis hentet"}, 'u': {"unchanged", "uendret"}, 'h': {"held", "holdt tilbake"}, 'f': {"failed", "feilet"}, 'i': {"failed", "avbrutt"}}

var stateWords = map[string]string{"healthy": "Frisk", "noted": "Merknad", "partial": "Delvis", "empty": "Tom", "late": "Forsinket", "failing": "Feiler", "held": "Venter på deg", "new": "Ny", "off": "Av"}

func (c *console) getOverview(w http.ResponseWriter, r *http.Request) error {
	list, err := c.Sources.Overview(r.Context())
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b Source) int {
		return cmp.Or(cmp.Compare(urgency[a.State], urgency[b.State]), b.Since.Compare(a.Since), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	view := overviewView{frame: c.frame(r, "Oversikt"), Show: r.URL.Query().Get("state")}
	count := map[string]int{}
	page, err := number(r, "page")
	if err != nil {
		return err
	}
	page = max(page, 1)
	shown := 0
	for _, s := range list {
		count[s.State]++
		if view.Show == "" || view.Show == s.State {
			if shown/perPage == int(page)-1 {
				view.Sources = append(view.Sources, c.row(s))
			}
			shown++
		}
	}
	for n := 1; shown > perPage && (n-1)*perPage < shown; n++ {
		q := url.Values{"page": {strconv.Itoa(n)}}
		if view.Show != "" {
			q.Set("state", view.Show)
		}
		view.Pages = append(view.Pages, link{Text: strconv.Itoa(n), URL: view.Base + "?" + q.Encode(), Current: n == int(page)})
	}
	view.Health, view.Sum = health(len(list), count)
	view.States = append(view.States, link{Text: fmt.Sprintf("Alle (%d)", len(list)), URL: view.Base, Current: view.Show == ""})
	for _, state := range []string{"held", "failing", "late", "empty", "partial", "noted", "new", "healthy", "off"} {
		if count[state] > 0 {
			view.States = append(view.States, link{Text: fmt.Sprintf("%s (%d)", stateWords[state], count[state]), URL: view.Base + "?state=" + state, Current: view.Show == state})
		}
	}
	c.draw(w, r, http.StatusOK, "overview", view)
	return nil
}

// health is how many of a hundred sources in use are well, and that in a sentence.
func health(all int, count map[string]int) (int, string) {
	used := all - count["off"]
	if used == 0 {
		return 0, "Ingen kilder er i bruk ennå."
	}
	well := count["healthy"] + count["noted"] + count["partial"] + count["new"]
	waiting := ""
	if n := count["held"]; n > 0 {
		waiting = fmt.Sprintf(" %d venter på at du sier ja eller nei.", n)
	}
	if well == used {
		minor := count["noted"] + count["partial"]
		switch {
		case used == 1 && minor > 0:
			return 100, "Kilden virker, men har noe å se på."
		case used == 1:
			return 100, "Kilden er frisk."
		case minor > 0:
			return 100, fmt.Sprintf("Alle %d kilder virker, %d av dem med noe å se på.", used, minor)
		}
		return 100, fmt.Sprintf("Alle %d kilder er friske.", used)
	}
	return well * 100 / used, fmt.Sprintf("%d av %s.%s", well, plural(used, "kilde er frisk", "kilder er friske"), waiting)
}

func (c *console) row(s Source) sourceRow {
	row := sourceRow{Source: s, URL: c.SignIn.Base.Path + "sources/" + s.ID, Word: stateWords[s.State], Seen: c.moment(s.LastGood), Then: c.moment(s.Next), From: c.moment(s.Since)}
	if age := c.Now().Sub(s.LastGood); s.Promise > 0 && !s.LastGood.IsZero() && age > s.Promise && s.State != "off" {
		row.Old = span(age)
	}
	if left := s.Ends.Sub(c.Now()); !s.Ends.IsZero() && left > 0 && left < soonEmpty && s.State != "off" {
		days := int(midnight(s.Ends.In(c.Now().Location())).Sub(midnight(c.Now())).Hours()+12) / 24
		row.Empty = fmt.Sprintf("tom om %d dager", days)
		if days <= 1 {
			row.Empty = []string{"tom i dag", "tom i morgen"}[days]
		}
	}
	n := map[string]int{}
	for _, letter := range s.Strip {
		if one, ok := stripes[letter]; ok {
			row.Strip = append(row.Strip, one)
			n[one.Text]++
		}
	}
	var parts []string
	for _, word := range []string{"hentet", "uendret", "delvis hentet", "holdt tilbake", "feilet", "avbrutt"} {
		if n[word] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[word], word))
		}
	}
	if len(parts) > 0 {
		row.StripText = fmt.Sprintf("Siste %d kjøringer: %s.", len(row.Strip), strings.Join(parts, ", "))
		if len(row.Strip) == 1 {
			row.StripText = "Siste kjøring: " + row.Strip[0].Text + "."
		}
	}
	return row
}

// span says how long a time is: "40 minutter", "5 timer", "3 døgn".
func span(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutter", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d timer", int(d.Hours()))
	}
	return fmt.Sprintf("%d døgn", int(d.Hours()/24))
}

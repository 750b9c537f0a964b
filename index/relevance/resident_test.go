package relevance_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/index"
	"fritidshub/index/intent"
)

// resident makes queries of what is typed, as the API does: what says a filter is one.
type resident struct {
	reader  *intent.Reader
	context intent.Context
}

func newResident(t testing.TB, docs []index.Document) *resident {
	t.Helper()
	tax, zone := builtIn(t), oslo(t)
	schools, err := calendar.LoadSchools(nil)
	if err != nil {
		t.Fatal(err)
	}
	towns, pairs := map[string]string{}, map[string]bool{}
	for _, d := range docs {
		towns[intent.Key(tax.FacetLabel(string(index.FacetMunicipality), d.Municipality, "nb"))] = d.Municipality
		for _, name := range []string{d.Organizer, d.Place} {
			words := strings.Fields(intent.Key(name))
			for i := 1; i < len(words); i++ {
				pairs[words[i-1]+" "+words[i]] = true
			}
		}
	}
	return &resident{intent.New(tax), intent.Context{Now: now.In(zone), School: schools.In("3909"), Towns: towns,
		Named: func(a, b string) bool { return pairs[a+" "+b] }}}
}

// With fewer hits than fewHits, and a share of less than one in fewShare of what the words alone find, the API takes the filters that it read
// to be misread.
const (
	fewHits  = 3
	fewShare = 10
)

// find searches as the API does for what is typed, within what base asks for, and gives the query that was answered.
func (r *resident) find(t testing.TB, e index.Engine, base index.Query, text string) (index.Query, index.Result) {
	t.Helper()
	base.Now = now
	rest, said, q := r.reads(t, base, text)
	if said != "" {
		asked := q
		asked.Text = said
		if result := search(t, e, asked); result.Total > 0 {
			return asked, result
		}
	}
	result := search(t, e, q)
	if rest == text || result.Total >= fewHits {
		return q, result
	}
	for i, words := range []string{text, rest} {
		if words == "" || i > 0 && result.Total > 0 {
			continue
		}
		plain := base
		plain.Text = words
		if other := search(t, e, plain); other.Total > 0 && other.Total >= result.Total*fewShare {
			return plain, other
		}
	}
	return q, result
}

// reads gives the words that are left, those that listings say too, and the query.
func (r *resident) reads(t testing.TB, q index.Query, text string) (rest, said string, asked index.Query) {
	t.Helper()
	read := r.reader.Read(text, r.context)
	filters := map[index.Facet][]string{}
	maps.Copy(filters, q.Filters)
	q.Text, q.Filters = read.Rest, filters
	day := func(value string, days int) time.Time {
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return at
		}
		at, err := time.ParseInLocation(time.DateOnly, value, r.context.Now.Location())
		if err != nil {
			t.Fatalf("%q is read as %q", text, value)
		}
		return at.AddDate(0, 0, days)
	}
	for _, found := range read.Found {
		for _, p := range found.Params {
			switch p.Name {
			case "free":
				q.Free = true
			case "age":
				n, err := strconv.Atoi(p.Value)
				if err != nil {
					t.Fatalf("%q is read as the age %q", text, p.Value)
				}
				q.Age = &n
			case "max_price":
				n, err := strconv.ParseInt(p.Value, 10, 64)
				if err != nil {
					t.Fatalf("%q is read as the price %q", text, p.Value)
				}
				price := catalog.Kroner(n)
				q.MaxPrice = &price
			case "from":
				q.From = day(p.Value, 0)
			case "to":
				q.To = day(p.Value, 1)
			default:
				q.Filters[index.Facet(p.Name)] = append(q.Filters[index.Facet(p.Name)], p.Value)
			}
		}
	}
	return read.Rest, read.Said, q
}

// filters tells what is read in a text, in order: without the value where only the name is wanted, municipalities by name.
func (r *resident) filters(t testing.TB, text string, wanted []string) []string {
	t.Helper()
	all := []string{}
	for _, found := range r.reader.Read(text, r.context).Found {
		for _, p := range found.Params {
			value := p.Value // municipalities have the keys of their names: tonsberg
			for name, number := range r.context.Towns {
				if p.Name == "municipality" && number == value {
					value = name
				}
			}
			if slices.Contains(wanted, p.Name) {
				all = append(all, p.Name)
			} else {
				all = append(all, p.Name+"="+value)
			}
		}
	}
	slices.Sort(all)
	return all
}

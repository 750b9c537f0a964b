package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/index"
	"fritidshub/index/analysis"
	"fritidshub/index/indextest"
)

func holding(t testing.TB, docs ...index.Document) *Engine {
	t.Helper()
	e := New()
	if err := e.Apply(context.Background(), index.Batch{Upserts: docs, Change: 1}); err != nil {
		t.Fatal(err)
	}
	return e
}

func titled(titles ...string) (docs []index.Document) {
	for _, title := range titles {
		docs = append(docs, index.Document{ID: title, Title: title, Standing: true})
	}
	return docs
}

func asking(t testing.TB, e *Engine, text string) []string {
	t.Helper()
	r, err := e.Search(context.Background(), index.Query{Text: text, Limit: 100, Now: indextest.Now})
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, h := range r.Hits {
		found = append(found, h.ID)
	}
	if r.Total != len(found) {
		t.Errorf("%q: %d hits, total %d", text, len(found), r.Total)
	}
	return found
}

// What a query finds, in order.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		titles []string
		finds  map[string][]string
	}{
		{[]string{"Barneteater", "Teaterkurs", "Teater", "Poker"}, map[string][]string{
			"teater":             {"Teater", "Barneteater", "Teaterkurs"}, // a head before a modifier
			"barne teater":       {"Barneteater"},
			"barneteter":         {"Barneteater"},
			"theatre":            {"Teater", "Barneteater", "Teaterkurs"},
			"teter":              {"Teater", "Barneteater", "Teaterkurs"},
			"finn noe om teater": {"Teater", "Barneteater", "Teaterkurs"},
		}},
		{[]string{"Sykkelverksted", "Keramikkverksted", "Sykkeltur"}, map[string][]string{
			"verksted sykkel": {"Sykkelverksted"},
			"sykkelverkstad":  {"Sykkelverksted"}, // the other form of Norwegian
			"sykel":           {"Sykkeltur", "Sykkelverksted"},
			"sykkelverkst":    {"Sykkelverksted"},
		}},
		{[]string{"Kammerkor", "Korleis strikke", "Skolekorps", "Dekor", "Kort og godt"}, map[string][]string{
			"kammerkor": {"Kammerkor"},
			"korps":     {"Skolekorps"},
			"korkurs":   {"Kammerkor"}, // there is none, so what is about it
		}},
		{[]string{"Poesi", "Pongturnering", "Poengjakt", "Haakons tur", "Skøyter", "Øving", "Aasen"}, map[string][]string{
			"poesi": {"Poesi"}, "poe": {"Poengjakt", "Poesi"}, "pong": {"Pongturnering"}, "haakon": {"Haakons tur"}, "håkon": {"Haakons tur"},
			"skoyter": {"Skøyter"}, "skoeyter": {"Skøyter"}, "skøyte": {"Skøyter"}, "oving": {"Øving"}, "oeving": {"Øving"}, "åsen": {"Aasen"},
		}},
		{[]string{"Haustferieklubb", "Høstmarked"}, map[string][]string{
			"hausferieklubb": {"Haustferieklubb"}, "høstferie": {"Haustferieklubb"}, "haust ferie": {"Haustferieklubb"},
		}},
		{[]string{"Symjing", "Ishockey", "Runde 2016", "Runde 2017", "Mobil og nettbrett"}, map[string][]string{
			"svømming": {"Symjing"}, "svøming": {"Symjing"}, // a synonym of what was meant
			"ishokey": {"Ishockey"}, "hockey": {"Ishockey"}, "2015": {}, "201": {}, "mobilkurs": {"Mobil og nettbrett"},
			"fotball": {}, "turbin": {},
		}},
		{[]string{"Hesteridning", "Helgekurs"}, map[string][]string{
			"hestekurs": {"Hesteridning"}, "helgekrs": {"Helgekurs"}, // a compound of known words is no typing error
		}},
		{[]string{"Fotball for jenter", "Fotball", "Dans"}, map[string][]string{
			"fotball jenter":        {"Fotball for jenter"},
			"fotball voksne":        {"Fotball", "Fotball for jenter"}, // for whom is a wish
			"dans kajakk":           {},
			"fotball jenter kajakk": {"Fotball for jenter"}, // all but one of many
		}},
	} {
		e := holding(t, titled(c.titles...)...)
		for text, want := range c.finds {
			if diff := cmp.Diff(want, asking(t, e, text)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", text, diff)
			}
		}
	}
}

// The buckets: how many words, then how near, then the field, then how exactly, then what begins soonest.
func TestBuckets(t *testing.T) {
	at := func(days int) []index.Span {
		s := indextest.Now.AddDate(0, 0, days).Unix()
		return []index.Span{{Start: s, End: s + 3600}}
	}
	e := holding(t,
		index.Document{ID: "title later", Title: "Sjakk", Spans: at(5)},
		index.Document{ID: "title sooner", Title: "Sjakk", Spans: at(2)},
		index.Document{ID: "title never", Title: "Sjakk", Standing: true},
		index.Document{ID: "compound in the title", Title: "Lynsjakk", Spans: at(1)},
		index.Document{ID: "keyword", Title: "Kveld", Keywords: []string{"sjakk"}, Spans: at(1)},
		index.Document{ID: "description", Title: "Kveld", Description: "Vi har sjakk.", Spans: at(1)})
	want := []string{"title sooner", "title later", "title never", "compound in the title", "keyword", "description"}
	if diff := cmp.Diff(want, asking(t, e, "sjakk")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, asking(t, e, "sjakkk")); diff != "" {
		t.Errorf("mistyped:\n%s", diff)
	}
}

func TestSetSynonyms(t *testing.T) {
	e := holding(t, titled("Kubb")...)
	if got := asking(t, e, "vikingsjakk"); len(got) > 0 {
		t.Fatalf("found %v before it is known", got)
	}
	s, faults := analysis.ReadSynonyms(strings.NewReader("version: 1\nsame:\n  - [kubb, vikingsjakk]\n"), analysis.BuiltInSynonyms())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	e.SetSynonyms(s)
	if diff := cmp.Diff([]string{"Kubb"}, asking(t, e, "vikingsjakk")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Kubb"}, asking(t, e, "vikingsjak")); diff != "" {
		t.Errorf("mistyped:\n%s", diff)
	}
}

// The walk over the sorted words finds what comparing with each of them finds.
func TestMisspeltIsComplete(t *testing.T) {
	letters := rapid.SampledFrom([]rune("abkkosø1"))
	rapid.Check(t, func(t *rapid.T) {
		var l lexicon
		names := rapid.SliceOfDistinct(rapid.StringOfN(letters, 1, 9, -1), rapid.ID[string]).Draw(t, "words")
		slices.Sort(names)
		for i, name := range names {
			add(&l.terms, name)
			l.byStem = append(l.byStem, uint32(i))
		}
		word, errors, begins := rapid.StringOfN(letters, 2, 8, -1).Draw(t, "word"), rapid.IntRange(0, 4).Draw(t, "errors"), rapid.Bool().Draw(t, "begins")
		got, want := map[string]string{}, map[string]string{}
		words{&l.terms, l.byStem, newCommon(&l.terms, l.byStem)}.misspelt(word, errors, begins, func(place, errors int, begun bool) {
			got[names[place]] = fmt.Sprint(errors, begun)
		})
		for _, name := range names {
			whole, begun := difference([]rune(word), []rune(name))
			if whole <= errors {
				want[name] = fmt.Sprint(whole, false)
			} else if begins && begun <= errors {
				want[name] = fmt.Sprint(begun, true)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q with %d errors (-want +got):\n%s", word, errors, diff)
		}
	})
}

// difference counts the errors between a word and another, and between it and the beginning that is most like it.
func difference(want, word []rune) (whole, begun int) {
	rows := make([][]int, len(word)+1)
	begun = far
	for i := range rows {
		rows[i] = make([]int, len(want)+1)
		for j := range rows[i] {
			n := far
			if i == 0 && j == 0 {
				n = 0
			}
			if i-j > band || j-i > band {
				rows[i][j] = n
				continue
			}
			if i == 0 && j > 0 {
				n = 2 * j * oneError
			}
			if i > 0 {
				insert := oneError
				if i > 1 && word[i-1] == word[i-2] {
					insert = halfError
				}
				if j == 0 {
					insert = 2 * oneError
				}
				n = min(n, rows[i-1][j]+insert)
			}
			if i > 0 && j > 0 {
				q, r := want[j-1], word[i-1]
				change := 0
				switch {
				case q == r:
				case i == 1 && j == 1:
					change = 2 * oneError
				case q < 128 && r < 128 && alike[q][r]:
					change = halfError
				default:
					change = oneError
				}
				left := oneError
				if j > 1 && want[j-2] == q {
					left = halfError
				}
				n = min(n, rows[i-1][j-1]+change, rows[i][j-1]+left)
				if i > 1 && j > 1 && q == word[i-2] && want[j-2] == r && q != r {
					n = min(n, rows[i-2][j-2]+oneError)
				}
			}
			rows[i][j] = min(n, far)
		}
		if i > 0 {
			begun = min(begun, rows[i][len(want)])
		}
	}
	return rows[len(word)][len(want)], begun
}

// A document is found by each word of its title, in any case, and with a letter left out of a long one.
func TestFoundByItsOwnTitle(t *testing.T) {
	docs := indextest.Generate(400, 5)
	e := holding(t, docs...)
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SampledFrom(docs).Draw(t, "document")
		if d.Ends != 0 && d.Ends <= indextest.Now.Unix() {
			return
		}
		tokens := analysis.Tokens(d.Title)
		w := rapid.SampledFrom(tokens).Draw(t, "word")
		search := func(text string) index.Result {
			r, err := e.Search(context.Background(), index.Query{Text: text, Limit: len(docs), Now: indextest.Now})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		has := func(r index.Result) bool {
			return slices.ContainsFunc(r.Hits, func(h index.Hit) bool { return h.ID == d.ID })
		}
		if !has(search(strings.ToUpper(w.Term))) {
			t.Fatalf("%q is not found by %q", d.Title, w.Term)
		}
		if letters := []rune(w.Term); len(letters) >= 9 && !analysis.IsNumber(w.Term) {
			i := rapid.IntRange(1, len(letters)-1).Draw(t, "letter")
			if r := search(string(slices.Delete(letters, i, i+1))); r.Total == 0 {
				t.Fatalf("nothing is found by %q without letter %d", w.Term, i)
			}
		}
	})
}

func FuzzQuery(f *testing.F) {
	e := holding(f, append(titled("Barneteater", "Øvelse i kor", "Плавання", "السباحة", "3D-printing"), indextest.Generate(60, 1)...)...)
	for _, s := range []string{"barne teater", "hvor er det noe gøy", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "oeoeoeoe aaaaa", "плаваня", "\xff\xfe", "d&d 17. mai uke 40", "ungdomskulturhusetsvenner"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := e.Search(context.Background(), index.Query{Text: text, Limit: 100, Now: indextest.Now})
		if err != nil || r.Total != len(r.Hits) || r.Total > 65 {
			t.Fatalf("%q: %d found, %d hits, %v", text, r.Total, len(r.Hits), err)
		}
		for i := 1; i < len(r.Hits); i++ {
			if r.Hits[i].Score > r.Hits[i-1].Score {
				t.Fatalf("%q: out of order", text)
			}
		}
		if utf8.ValidString(text) && len(text) < 50 {
			if again, _ := e.Search(context.Background(), index.Query{Text: strings.ToUpper(strings.ToLower(text)), Limit: 100, Now: indextest.Now}); isLatin(text) && again.Total != r.Total {
				t.Fatalf("%q: %d found, %d in capitals", text, r.Total, again.Total)
			}
		}
	})
}

func isLatin(text string) bool {
	return strings.Trim(text, "abcdefghijklmnopqrstuvwxyzæøå0123456789 ") == ""
}

package all_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/merge"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/connectors/all"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

// exampleRecords pulls the five sources of the matching examples with the real kinds, and brings their records into the form in which
// a run stores them.
func exampleRecords(t testing.TB) (records []catalog.Record, priority map[string]int, zone *time.Location) {
	folder := filepath.Join(connectortest.Shared(t), "merge-examples")
	registry := all.Registry()
	var kinds []string
	for _, k := range registry.Kinds() {
		kinds = append(kinds, k.Name)
	}
	cfg, err := config.Load(filepath.Join(folder, "sources.yaml"), config.Environment{Lookup: os.LookupEnv, Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	priority = make(map[string]int)
	for _, src := range cfg.Sources {
		priority[src.ID] = src.Priority
		kind, _ := registry.Kind(src.Kind)
		connector, err := kind.New(src.Options.Decode)
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := connector.Pull(t.Context(), &connectors.Session{
			Source: connectors.Source{ID: src.ID, Name: src.Name, URL: src.URL, Language: src.Language, Zone: cfg.Hub.Zone, Kind: src.Defaults.Kind},
			Now:    time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC),
			Get: func(context.Context, connectors.Request) (*connectors.Response, error) {
				name := strings.TrimPrefix(src.URL, "file:")
				body, err := os.ReadFile(filepath.Join(folder, filepath.Base(name)))
				return &connectors.Response{Response: &fetch.Response{Status: http.StatusOK, URL: src.URL, MediaType: connectortest.ContentType(name), Header: http.Header{}, Body: body}}, err
			},
			Emit: func(r catalog.Record) error {
				r.Source = src.ID
				if r.Kind == "" {
					r.Kind = catalog.KindActivity
					if r.Schedule.Dated() {
						r.Kind = catalog.KindEvent
					}
				}
				if src.Municipality != "" && (r.Place == nil || r.Place.Municipality == "" && !r.Place.Online) {
					place := catalog.Place{}
					if r.Place != nil {
						place = *r.Place
					}
					place.Municipality = src.Municipality
					r.Place = &place
				}
				if _, bad := r.Normalise(""); bad != nil {
					t.Errorf("%s %s: %+v", src.ID, r.NativeID, bad)
					return nil
				}
				records = append(records, r)
				return nil
			},
			Delete: func(string) error { return nil },
			Reject: func(r catalog.Reject) { t.Logf("%s: reject %s %s: %s", src.ID, r.Locator, r.Title, r.Reason) },
			Warn:   func(where, text string) { t.Logf("%s: %s: %s", src.ID, where, text) },
		})
		if err != nil || !outcome.Complete {
			t.Fatalf("%s: %+v, error %v", src.ID, outcome, err)
		}
	}
	return records, priority, cfg.Hub.Zone
}

// matchTruth is truth.json of the matching examples.
type matchTruth struct {
	Clusters []struct {
		ID      string `json:"id"`
		Members []struct {
			merge.Ref
			MayBeAbsent bool `json:"may_be_absent"`
			Locator     struct {
				Title string `json:"title"`
			} `json:"locator"`
		} `json:"members"`
		Want map[string]struct {
			Value any    `json:"value"`
			Why   string `json:"why"`
		} `json:"want"`
	} `json:"clusters"`
	HardNegatives []struct {
		A, B   merge.Ref
		Reason string
	} `json:"hard_negatives"`
	Neutral []struct {
		Records []merge.Ref `json:"records"`
	} `json:"neutral"`
}

// TestMergeExamples groups the records of the matching examples and scores the pairs: precision at least 0.99, recall at least 0.90, and
// no pair together that is said to be two things.
func TestMergeExamples(t *testing.T) {
	records, priority, zone := exampleRecords(t)
	b, err := os.ReadFile(filepath.Join(connectortest.Shared(t), "merge-examples", "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth matchTruth
	if err := json.Unmarshal(b, &truth); err != nil {
		t.Fatal(err)
	}
	items, whole := make(map[merge.Ref]*merge.Item), make(map[merge.Ref]*catalog.Record)
	var list []*merge.Item
	for i := range records {
		r := &records[i]
		from, to := merge.Window(r.Schedule)
		occurrences, _ := calendar.Expand(r.Schedule, zone, from, to, merge.MaxStarts)
		it := merge.Describe("larvik", zone, r, occurrences)
		items[it.Ref], whole[it.Ref], list = it, r, append(list, it)
	}
	group := make(map[merge.Ref]int)
	var listings []catalog.Listing
	for i, g := range merge.Groups(list, nil) {
		var members []merge.Member
		for _, it := range g.Items {
			group[it.Ref] = i
			members = append(members, merge.Member{Record: whole[it.Ref], Item: it, Priority: priority[it.Source]})
		}
		listings = append(listings, merge.Fuse("larvik", zone, members, g.Links))
		if l := listings[i]; len(l.Members) > 1 {
			t.Logf("%s: %s", l.Title, l.Why)
		}
	}
	cluster, title := make(map[merge.Ref]string), make(map[merge.Ref]string)
	for _, c := range truth.Clusters {
		for _, m := range c.Members {
			if items[m.Ref] == nil {
				if !m.MayBeAbsent {
					t.Errorf("%v is not there", m.Ref)
				}
				continue
			}
			cluster[m.Ref], title[m.Ref] = c.ID, m.Locator.Title
		}
	}
	neutral := make(map[[2]merge.Ref]bool)
	for _, n := range truth.Neutral {
		for _, a := range n.Records {
			for _, b := range n.Records {
				neutral[[2]merge.Ref{a, b}] = cluster[a] != cluster[b]
			}
		}
	}
	refs := make([]merge.Ref, 0, len(cluster))
	for ref := range cluster {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, merge.Ref.Compare)
	right, found, wanted := 0, 0, 0
	for i, a := range refs {
		for _, b := range refs[i+1:] {
			together, same := group[a] == group[b], cluster[a] == cluster[b]
			if neutral[[2]merge.Ref{a, b}] {
				continue
			}
			if together {
				found++
			}
			if same {
				wanted++
			}
			if together && same {
				right++
			} else if together != same {
				v := merge.Compare(items[a], items[b])
				t.Logf("together %v: %q %v and %q %v: %.1f, apart %v: %s", together, title[a], a, title[b], b, v.Score, v.Apart, v.Text())
			}
		}
	}
	precision, recall := float64(right)/float64(max(found, 1)), float64(right)/float64(max(wanted, 1))
	t.Logf("%d records, %d pairs: precision %.3f, recall %.3f", len(refs), wanted, precision, recall)
	if precision < 0.99 || recall < 0.90 {
		t.Errorf("precision %.3f, recall %.3f; want at least 0.99 and 0.90", precision, recall)
	}
	wantFields(t, &truth, listings, group, zone)
	for _, n := range truth.HardNegatives {
		if a, b := items[n.A], items[n.B]; a != nil && b != nil && group[n.A] == group[n.B] {
			t.Errorf("together: %v and %v (%s): %s", n.A, n.B, n.Reason, merge.Compare(a, b).Text())
		}
	}
}

// wantFields compares what truth.json wants of a cluster's fields with its listing.
func wantFields(t *testing.T, truth *matchTruth, listings []catalog.Listing, group map[merge.Ref]int, zone *time.Location) {
	t.Helper()
	right, asked := 0, 0
	for _, c := range truth.Clusters {
		l := listings[group[c.Members[0].Ref]]
		for name, want := range c.Want {
			var have any
			switch name {
			case "title":
				have = l.Title
			case "status":
				have = string(l.Status.Or())
			case "price_min":
				if l.Price != nil && l.Price.Min != nil {
					have = float64(*l.Price.Min) / 100
				}
			case "organizer":
				if l.Organizer != nil {
					have = l.Organizer.Name
				}
			case "start":
				if occ, _ := calendar.Expand(l.Schedule, zone, time.Date(2026, 11, 22, 0, 0, 0, 0, zone), time.Date(2028, 1, 1, 0, 0, 0, 0, zone), 1); len(occ) > 0 {
					have = occ[0].Start.Format(time.RFC3339)
				}
			}
			if asked++; have == want.Value {
				right++
			} else {
				t.Logf("%s: %s is %v, want %v: %s", c.ID, name, have, want.Value, want.Why)
			}
		}
	}
	t.Logf("%d of %d fields right", right, asked)
}

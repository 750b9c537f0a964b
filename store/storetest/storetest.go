// Package storetest is the suite that every implementation of store.Store passes.
package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/store"
)

// Open opens the store that lives in dir, and makes it when it is not there. It closes it when the test ends, unless the test did.
type Open func(t testing.TB, dir string) store.Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"sources", testSources},
		{"runs", testRuns},
		{"quiet runs", testQuietRuns},
		{"glance", testGlance},
		{"audit", testAudit},
		{"daily", testDaily},
		{"invitations", testInvitations},
		{"notices", testNotices},
		{"leases", testLeases},
		{"plans", testPlans},
		{"located", testLocated},
		{"visibility", testVisibility},
		{"gone", testGone},
		{"merging", testMerging},
		{"matching", testMatching},
		{"changes", testChanges},
		{"registers", testRegisters},
		{"passing", testPassing},
		{"municipalities", testMunicipalities},
		{"sharing", testSharing},
		{"walkers", testWalkers},
		{"pages", testPages},
		{"twoHandles", testTwoHandles},
		{"readersDuringWrite", testReadersDuringWrite},
		{"backup", testBackup},
		{"model", testModel},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

// Start is the moment at which every test begins.
var Start = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

const ttl = 2 * time.Minute

// Source is a declared and enabled source for tests.
func Source(id string) store.Source {
	return store.Source{ID: id, Name: "Kilde " + id, Kind: "json", URL: "https://" + id + ".example/feed", Licence: "CC-BY-4.0",
		Attribution: "Kilde " + id, Language: "nb", Schedule: "@hourly", Priority: 50, Enabled: true}
}

// Activity is a record with realistic content for tests, whose text the revision n is part of.
func Activity(source, nativeID string, n int) catalog.Record {
	years := 6
	price := catalog.Kroner(150)
	return catalog.Record{
		Source: source, NativeID: nativeID, Kind: catalog.KindActivity,
		Title:       "Åpen turnhall " + nativeID,
		Summary:     "Lek og turn for barn i Mesterfjellet skole, ingen påmelding.",
		Description: fmt.Sprintf("Vi åpner hallen for barn og unge som vil leke, klatre og turne. Ta med innesko og vannflaske.\n\nUtgave %d.", n),
		Language:    "nb", URL: "https://" + source + ".example/" + nativeID,
		Categories: []string{"gymnastics", "children"}, Keywords: []string{"turn", "åpen hall"},
		Organizer: &catalog.Organizer{Name: "Larvik Turn", Kind: "club"},
		Place: &catalog.Place{Name: "Mesterfjellet skole", Address: "Jegersborggata 8", PostalCode: "3257", Locality: "Larvik", Municipality: "3909",
			Geo: &catalog.Point{Lat: 59.0565, Lon: 10.0305}},
		Age: &catalog.Age{Min: &years}, Price: &catalog.Price{Min: &price, Text: "150 kr"},
	}
}

// WriteOf is the plan's entry for a record that leads to a listing of its own.
func WriteOf(r catalog.Record) store.Write {
	l := catalog.Single("larvik", &r)
	return store.Write{
		NativeID: r.NativeID, Hash: catalog.Hash(mustJSON(r)), ContentKey: catalog.ID("content", r.Title),
		Record: mustJSON(r), Listing: mustJSON(l), ListingID: l.ID, New: true, Organizer: r.Organizer, Place: r.Place,
	}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

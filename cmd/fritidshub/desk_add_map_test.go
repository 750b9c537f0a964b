package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDeskMap: a word of a source is given a category in sources.yaml, and nothing else of the file is touched.
func TestDeskMap(t *testing.T) {
	dir, e, stop := deskWith(t, "Id;Navn;Sted;Kategori;Ukedag;Fra kl.;Til kl.\n1;Onsdagsklubben;Kvelde;Kvistværk;onsdag;18.00;19.00\n")
	defer stop()
	file := filepath.Join(dir, "sources.yaml")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e.has(e.get("/editor/map?source=lag", http.StatusOK), "Kvistværk", "Onsdagsklubben")
	e.get("/editor/map?source=finnes-ikke", http.StatusNotFound)
	page := e.post("/editor/map", url.Values{"source": {"lag"}, "word0": {"Kvistværk"}, "category0": {"choir"}}, http.StatusOK)
	e.has(page, "Endringen er lagret.", "Alle ordene fra kilden har en kategori.")
	after, err := os.ReadFile(file)
	if want := string(before) + "    categories: {Kvistværk: choir}\n"; err != nil || string(after) != want {
		t.Errorf("%v: sources.yaml is\n%s, not\n%s", err, after, want)
	}
	if page := e.get("/editor/versions", http.StatusOK); !strings.Contains(page, "ga kategori til 1 ord fra lag") {
		t.Errorf("the change is no version: %s", page)
	}
}

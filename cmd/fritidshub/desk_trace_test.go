package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTrace: whatever became of an item, an editor who pastes its address or its title is told where on the way it is, why, and since when.
func TestTrace(t *testing.T) {
	past := time.Now().AddDate(0, -2, 0).Format("02.01.2006")
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address := "http://" + r.Host
		fmt.Fprintf(w, "Id;Navn;Sted;Kommune;Ukedag;Fra kl.;Til kl.;Startdato;Nettside;Kategori\n"+
			"1;Sjakk for alle på Kvelde;Kvelde skole;Larvik;onsdag;18.00;19.00;;%[1]s/tilbud/1;Sjakk\n"+
			"2;Høstkonsert i kirken;Kvelde kirke;Larvik;;19.00;20.00;%[2]s;%[1]s/tilbud/2;Konsert\n"+
			"3;Korøvelse i kapellet;Kvelde;Larvik;;18.00;19.00;32.13.2026;%[1]s/tilbud/3;Kor\n"+
			"4;Styremøte i lauget;Kvelde;Larvik;mandag;18.00;19.00;;%[1]s/tilbud/4;Møte\n"+
			"5;Åpent verksted i garasjen;Kvelde;;torsdag;18.00;19.00;;%[1]s/tilbud/5;Verksted\n"+
			"6;Leksehjelp på Kvelde;Kvelde;;fredag;15.00;16.00;;%[1]s/leksehjelp;Leksehjelp\n", address, past)
	}))
	defer provider.Close()
	yaml := "  - {id: laget, name: Laget, kind: csv, url: \"" + provider.URL + "/feed.csv\", licence: CC0-1.0, drop: [{title: styremøte}]}\n" +
		"  - {id: bib, name: Biblioteket, kind: csv, url: \"file:bib.csv\", licence: CC0-1.0}\n"
	yaml += "  - {id: turlag, kind: csv, url: \"file:turlag.csv\", licence: CC0-1.0, guard: {grace: 0h}}\n"
	dir, flags := setUp(t, yaml, map[string]string{"turlag.csv": clubs(12), "bib.csv": "Id;Navn;Sted;Kommune;Ukedag;Fra kl.;Til kl.;Nettside\n77;Sjakk for alle på Kvelde;Kvelde skole;Larvik;onsdag;18.00;19.00;" + provider.URL + "/tilbud/1\n"})
	base, stop := startServe(t, []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken, "FRITIDSHUB_ALLOW_PRIVATE=" + strings.TrimPrefix(provider.URL, "http://")}, flags)
	defer stop()
	within(t, 10*time.Second, "both are there", func() bool {
		return total(t, base, "q="+url.QueryEscape("sjakk Kvelde")) == 1 && total(t, base, "q=verksted") == 1
	})
	(&editor{t, base, http.DefaultClient}).get("/editor/trace?q=x", http.StatusUnauthorized)
	e := signedIn(t, base)
	trace := func(what, seen string, want ...string) string {
		t.Helper()
		page := e.get("/editor/trace?"+url.Values{"q": {what}, "seen": {seen}}.Encode(), http.StatusOK)
		e.has(page, want...)
		return page
	}
	e.has(e.get("/editor/trace", http.StatusOK), "Adressen eller tittelen")

	merged := []string{"Fra Laget.", "Fra Biblioteket.", "Kilden kaller den 77", "2 oppføringer er slått sammen", "Slik den ble da.", "Den vises i et søk uten filtre.", "Slik innbyggerne ser den", "category="}
	page := trace(provider.URL+"/tilbud/1", "", merged...)
	trace(provider.URL+"/tilbud/1?utm_source=epost#topp", "", merged...)
	trace("Sjakk for alle på KVELDE", "", merged...)
	trace(provider.URL+"/leksehjelp/?utm_source=epost", "", "Leksehjelp på Kvelde", "Den vises i et søk uten filtre.")
	id := regexp.MustCompile(`/l/([A-Za-z0-9_-]+)`).FindStringSubmatch(page)[1]
	trace(base+"/l/"+id+"?lang=en", "", merged...)
	trace(base+"/api/v1/listings/"+id, "", merged...)
	trace(id, "", merged...)

	address := provider.URL + "/tilbud/5"
	trace(address, base+"/?weekday=th&page=2", "Ingen av filtrene der skjuler den.")
	trace(address, base+"/?weekday=mo&accessibility=wheelchair&municipality=3909&q=verksted", "Filteret «Ukedag» skjuler den.", "Filteret «Tilrettelegging» skjuler den, fordi kilden ikke sier noe om det.")
	trace(address, `<fh-search hub="x" category="football,chess_bridge" lang="nb"></fh-search>`, "Filteret «Tema» skjuler den.")
	trace(address, `<div data-fh="search" data-weekday='th'></div>`, "Ingen av filtrene der skjuler den.")
	trace(address, `<iframe src="https://hub.example/embed/frame?free=true&amp;q=trommer"></iframe>`, "Filteret «Gratis» skjuler den, fordi", "Ordene «trommer» finner den ikke.")
	trace(address, base+"/?"+url.Values{"q": {"gratis verksted på torsdag"}}.Encode(), "Filteret «Gratis» skjuler den, fordi kilden ikke sier noe om det.")
	trace(address, base+"/?"+url.Values{"q": {"verksted på torsdag"}}.Encode(), "Ingen av filtrene der skjuler den.")
	e.has(e.get("/editor/trace?"+url.Values{"q": {address}, "seen": {"https://hub.example/?weekday=fleirdag"}}.Encode(), http.StatusBadRequest), "fleirdag", "ukedag")
	e.get("/editor/trace?q="+strings.Repeat("x", 5000), http.StatusRequestEntityTooLarge)

	trace(provider.URL+"/tilbud/2", "", "Den er over, og vises ikke i søk.")
	trace("Høstkonsert i kirken", "", "Den er over, og vises ikke i søk.")
	trace("Korøvelse i kapellet", "", "Kan brukes", "Nei", "32.13.2026", "Kilden må rette det.")
	trace(provider.URL+"/tilbud/4", "", "Ikke funnet i huben", "Reglene i drop", "utelot 1 oppføring,", "Styremøte i lauget")
	trace(provider.URL+"/tilbud/99", "", "Adressen står ikke i det kilden svarte sist.")
	trace("https://ukjent.example/arrangement/7", "", "Ingen kilde er fra ukjent.example.", "/editor/add?url=")
	e.has(e.get("/editor/add?url=https%3A%2F%2Fukjent.example%2F", http.StatusOK), `value="https://ukjent.example/"`)
	write(t, filepath.Join(dir, "turlag.csv"), clubs(11))
	e.post("/editor/sources/turlag/run", nil, http.StatusOK)
	within(t, 10*time.Second, "one is gone", func() bool { return total(t, base, "source=turlag&limit=1") == 11 })
	trace("Turlag 11", "", "Kilden kalte den 11, men tilbyr den ikke lenger.", "Tilbys fortsatt", "innbyggerne ser den ikke.")
	trace("Sjakk for alle", "", merged...)
	trace("Noe som aldri har vært", "", "Ingen oppføring heter dette")

	if code, _, errs := call(t, map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": strings.TrimPrefix(provider.URL, "http://")}, append(append([]string{"edit"}, flags...), "hide", "laget/5")...); code != exitOK {
		t.Fatal(errs)
	}
	within(t, 10*time.Second, "it is hidden", func() bool { return total(t, base, "q=verksted") == 0 })
	trace(address, "", "En redaktør har skjult den.")
	trace("Åpent verksted i garasjen", "", "En redaktør har skjult den.")

	write(t, filepath.Join(dir, "bib.csv"), "Id;Navn;Ukedag\n1;Lesering for voksne;mandag\n")
	e.post("/editor/sources/bib/run", nil, http.StatusOK)
	e.post("/editor/sources/laget/pause", nil, http.StatusOK)
	trace(id, "", "Biblioteket. Venter på en redaktør: 1 av 1", "Står for seg selv.")
	trace(provider.URL+"/tilbud/2", "", "Laget er på pause, og oppføringene derfra er skjult.", "Adressen står i det kilden svarte sist.")
}

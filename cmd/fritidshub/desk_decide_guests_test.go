package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const guestList = `organizers:
  - id: havna
    name: Havna kulturlag
    contact: {email: post@havna.example}
  - id: koret
    name: Kvelde kor

listings:
  - id: dans
    title: Dans på brygga
    organizer: havna
    price: gratis
  - id: kor
    title: Kor for alle
    organizer: koret
`

// TestDeskGuests: an organisation keeps its own entries of a list by a link and no others; nothing of it is shown before an editor has approved it, and a link
// that was revoked, is over, or is not ours lets nobody in.
func TestDeskGuests(t *testing.T) {
	yaml := "  - {id: liste, name: Lag og foreninger, kind: list, url: \"file:liste.yaml\", licence: permission}\n"
	dir, flags := setUp(t, yaml, map[string]string{"liste.yaml": guestList})
	env := []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken}
	base, stop := startServe(t, env, flags)
	defer func() { stop() }()
	e := signedIn(t, base)
	within(t, 10*time.Second, "the list is read", func() bool { return total(t, e.base, "limit=1") == 2 })
	file := func() string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, "liste.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}

	const at = "/editor/lists/liste/invitations"
	e.post(at, url.Values{"organizer": {"finnes-ikke"}, "days": {"30"}}, http.StatusNotFound)
	e.post(at, url.Values{"organizer": {"havna"}, "days": {"0"}}, http.StatusBadRequest)
	page := e.post(at, url.Values{"organizer": {"havna"}, "days": {"30"}}, http.StatusOK)
	e.has(page, "Lenken er laget", "mailto:post@havna.example", "Havna kulturlag")
	link := regexp.MustCompile(`/editor/own/[A-Za-z0-9_-]+`).FindString(page)
	forged := link[:len(link)-1] + string(link[len(link)-1]^1)
	guest := &editor{t, base, http.DefaultClient}
	page = guest.get(link, http.StatusOK)
	guest.has(page, "Havna kulturlag", "Dans på brygga")
	if strings.Contains(page, "Kor for alle") || strings.Contains(page, "Logg ut") || strings.Contains(page, "Oppføringer") {
		t.Errorf("a guest sees what is not theirs: %s", page)
	}
	for _, path := range []string{link + "/listings/entry?id=kor", link + "/organizers/entry?id=koret", link + "/organizers/entry", link + "/places/entry", link + "/schemes/entry?id=x", forged, "/editor/own/x"} {
		guest.get(path, http.StatusNotFound)
	}
	guest.get("/editor/lists/liste", http.StatusUnauthorized)
	guest.post(link+"/listings/entry", url.Values{"id": {"kor"}, "title": {"Vårt kor"}}, http.StatusNotFound)
	guest.post(link+"/organizers/entry", url.Values{"id": {"havna"}, "name": {"x"}, "remove": {"1"}}, http.StatusNotFound)
	guest.has(guest.post(link+"/listings/entry", url.Values{"title": {strings.Repeat("a", 70_000)}}, http.StatusBadRequest), "Skjemaet er for stort")

	entry := guest.get(link+"/listings/entry?id=dans", http.StatusOK)
	guest.has(guest.post(link+"/listings/entry", guest.filledWith(entry, url.Values{"age": {"mange"}}), http.StatusUnprocessableEntity), "Dette må rettes")
	guest.has(guest.post(link+"/listings/entry", guest.filledWith(entry, url.Values{"price": {"50"}, "organizer": {"koret"}}), http.StatusOK), "Takk!", "Venter på svar")
	guest.post(link+"/listings/entry", url.Values{"title": {"Sjakk"}, "new_place.name": {"Brygga"}, "rows.weekly": {"1"}, "weekly.0.weekdays": {"onsdag"}, "weekly.0.from": {"18"}}, http.StatusOK)
	guest.post(link+"/listings/entry", guest.filledWith(entry, url.Values{"remove": {"1"}}), http.StatusOK)
	if got := file(); got != guestList {
		t.Errorf("what nobody has approved stands in the list:\n%s", got)
	}

	page = e.get("/editor/proposals", http.StatusOK)
	e.has(page, "Sendt inn (3)", "endre «Dans på brygga»", "legge «Sjakk» til", "ta «Dans på brygga» ut")
	page = e.get("/editor/proposals/1", http.StatusOK)
	e.has(page, "Pris: gratis → 50")
	if strings.Contains(page, "Organisasjon:") {
		t.Errorf("a guest can give an entry away: %s", page)
	}
	was := regexp.MustCompile(`name="was" value="(\w+)"`).FindStringSubmatch(page)[1]
	write(t, filepath.Join(dir, "liste.yaml"), strings.Replace(guestList, "title: Dans på brygga", "title: Dans ved brygga", 1))
	e.post("/editor/proposals/1/approve", url.Values{"was": {was}}, http.StatusConflict)
	was = regexp.MustCompile(`name="was" value="(\w+)"`).FindStringSubmatch(e.get("/editor/proposals/1", http.StatusOK))[1]
	e.has(e.post("/editor/proposals/1/approve", url.Values{"was": {was}}, http.StatusOK), "Godkjent", "Sendt inn (2)")
	if got, want := file(), strings.Replace(guestList, "price: gratis", `price: "50"`, 1); got != want {
		t.Errorf("the list is\n%s, not\n%s", got, want)
	}
	e.post("/editor/proposals/1/approve", url.Values{"was": {was}}, http.StatusConflict)
	e.has(e.get("/editor/proposals/2", http.StatusOK), "Nytt sted", "Ukentlig, rad 1, ukedager: (ingenting) → onsdag")
	e.post("/editor/proposals/2/approve", nil, http.StatusOK)
	e.has(file(), "title: Sjakk\n", "organizer: havna\n    place: brygga\n", "  - id: brygga\n")
	e.has(e.get("/editor/lists/liste", http.StatusOK), "Havna kulturlag, godkjent av redaktør")
	within(t, 10*time.Second, "residents see it", func() bool { return total(t, e.base, "q=sjakk") == 1 })
	e.post("/editor/proposals/3/decline", url.Values{"note": {"Dansen går hver fredag."}}, http.StatusOK)
	guest.has(guest.get(link, http.StatusOK), "Sjakk", "Godkjent", "Ikke tatt med", "Dansen går hver fredag.")
	e.has(e.get("/editor/log", http.StatusOK), "Havna kulturlag (invitert)", "godkjente at Havna kulturlag", "sa nei til at")

	stop()
	base, stop = startServe(t, env, flags)
	guest.base = base
	e = signedIn(t, base)
	guest.get(link, http.StatusOK) // a restart keeps it
	e.post(at+"/revoke", url.Values{"id": {"1"}}, http.StatusOK)
	guest.get(link, http.StatusNotFound)
	guest.post(link+"/listings/entry", url.Values{"title": {"Sjakk igjen"}}, http.StatusNotFound)
	e.post(at+"/revoke", url.Values{"id": {"1"}}, http.StatusNotFound)
	e.has(e.get(at, http.StatusOK), "Trukket tilbake")
}

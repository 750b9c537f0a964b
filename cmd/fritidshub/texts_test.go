package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// said gets a page of a serving hub.
func said(t *testing.T, address string) (int, string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// TestLanguageFile: a language that an editor adds by a file is one of the hub's while it serves, a wrong file changes nothing and is
// told, and check tells what is wrong by line and which languages lack texts.
func TestLanguageFile(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": "Navn;Ukedag;Pris\nSjakk i kantina;onsdag;gratis\n",
		"sources.yaml": "hub: {id: prove, name: Prøve, languages: [nb, qya]}\nsources:\n" + csvSource})
	if code, out, errs := call(t, nil, append([]string{"check"}, flags...)...); code != exitOK || !strings.Contains(out, `ingen tekster på "qya"`) {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	base, stop := startServe(t, nil, flags)
	within(t, 5e9, "the content", func() bool { return total(t, base, "limit=1") == 1 })
	if code, _ := said(t, base+"/embed/v1/texts/qya.json"); code != http.StatusNotFound {
		t.Errorf("a language without texts: %d", code)
	}
	folder := filepath.Join(dir, textsFolder)
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "qya.json")
	write(t, file, `{"name": "Quenya", "page": {"search.title": "Cesta"}, "price": {"free": "Muina"}, "panel": {"free": "Muina"}}`)
	within(t, 10e9, "the language", func() bool {
		code, body := said(t, base+"/embed/v1/texts/qya.json")
		return code == http.StatusOK && strings.Contains(body, `"free":"Muina"`) && strings.Contains(body, `"from":"From {0}"`)
	})
	for address, want := range map[string]string{"/?lang=qya": "Cesta", "/": ">Quenya</a>", "/api/v1/search?lang=qya": `"text":"Muina"`} {
		if code, body := said(t, base+address); code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, lacks %s", address, code, want)
		}
	}
	write(t, file, "{\"name\": \"Quenya\",\n\"page\": {\"search.title\": \"<b>\"}}")
	within(t, 10e9, "that the file is wrong is said", func() bool {
		r := look(t, base)
		return r.Degraded && strings.Contains(strings.Join(r.Reasons, " "), "tekster")
	})
	if _, body := said(t, base+"/?lang=qya"); !strings.Contains(body, "Cesta") {
		t.Error("with a wrong file the texts before are forgotten")
	}
	write(t, filepath.Join(folder, "Alvisk.json"), "{}")
	code, out, errs := call(t, nil, append([]string{"check"}, flags...)...)
	for _, want := range []string{file + ":2:10: «page.search.title»", "Alvisk.json: filnavnet er ikke en språkkode"} {
		if code != exitUsage || !strings.Contains(out, want) {
			t.Errorf("exit %d, %q, %q lacks %s", code, out, errs, want)
		}
	}
	stop()
}

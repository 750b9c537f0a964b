package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A page is got as it is; what is none, or may not be asked for, is told of in a sentence.
func TestVisitor(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/fritid":
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write([]byte("<!DOCTYPE html><title>Fritid</title>"))
		case "/flyttet":
			http.Redirect(w, r, "/fritid", http.StatusFound)
		case "/stor":
			w.Header().Set("Content-Type", "text/html")
			w.Write(make([]byte, pageBytes+1))
		case "/fil":
			w.Header().Set("Content-Type", "application/pdf")
			w.Write([]byte("%PDF-1.7 "))
		default:
			http.Error(w, "nei", http.StatusForbidden)
		}
	}))
	defer site.Close()
	visit := visitor(&invocation{now: time.Now, allowPrivate: strings.TrimPrefix(site.URL, "http://")})
	page, err := visit(t.Context(), site.URL+"/flyttet")
	if err != nil || page.URL != site.URL+"/fritid" || page.Header.Get("Content-Security-Policy") != "default-src 'self'" || !strings.Contains(string(page.Body), "Fritid") {
		t.Fatalf("%+v, %v", page, err)
	}
	for path, want := range map[string]string{"/hemmelig": "Siden svarer med status 403, så den kan ikke ses av alle.", "/stor": "Siden er tom, for stor eller for treg.", "/fil": "Det er ingen side på adressen, men noe annet."} {
		if _, err := visit(t.Context(), site.URL+path); err == nil || err.Error() != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := visitor(&invocation{now: time.Now})(t.Context(), site.URL+"/fritid"); err == nil || err.Error() != "Adressen leder til et privat nett, og dit spør ikke huben." {
		t.Errorf("a private address: %v", err)
	}
}

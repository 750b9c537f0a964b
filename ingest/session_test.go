package ingest

import (
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	tests := []struct{ base, ref, want string }{ // an empty want is an error
		{"https://hus.example/a/b", "c?d=1", "https://hus.example/a/c?d=1"},
		{"https://hus.example/a", "ftp://hus.example/b", ""},
		{"file:a.html", "", "file:a.html"},
		{"file:a.html", "b.html", "file:b.html"},
		{"file:a.html", "file:b.html", "file:b.html"},
		{"file:samples/a.html", "b.html", "file:samples/b.html"},
		{"file:samples/a.html", "file:b.html", "file:samples/b.html"},
		{"file:samples/a.html", "file:samples/b.html", "file:samples/b.html"},
		{"file:samples/a.html", "more/b.html", "file:samples/more/b.html"},
		{"file:samples/a.html", "../b.html", ""},
		{"file:samples/a.html", "file:../b.html", ""},
		{"file:a.html", "../b.html", ""},
		{"file:a.html", "/etc/b.html", ""},
		{"file:a.html", "file:///etc/b.html", ""},
		{"file:a.html", "https://hus.example/b", ""},
	}
	for _, tt := range tests {
		if got, err := resolve(tt.base, tt.ref); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q at %q: %q (%v), want %q", tt.ref, tt.base, got, err, tt.want)
		}
	}
}

func TestPageKeyTellsNoSecret(t *testing.T) {
	a, b := pageKey("https://hus.example/api?apikey=hemmelig&page=1"), pageKey("https://hus.example/api?apikey=hemmelig&page=2")
	if a == b || strings.Contains(a+b, "hemmelig") {
		t.Errorf("keys %q and %q", a, b)
	}
	if plain := "https://hus.example/kalender.ics"; pageKey(plain) != plain {
		t.Errorf("key %q", pageKey(plain))
	}
}

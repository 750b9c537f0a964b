package api

import (
	"os"
	"testing"
)

// The widgets' budgets are those of what comes over the net, so what the hub sends is weighed as well as what is built.
func TestWidgetsAreSmallOnTheWire(t *testing.T) {
	for name, most := range map[string]int{"search.js": 8000, "list.js": 3000} {
		body, err := os.ReadFile("../widget/dist/" + name)
		if err != nil {
			t.Fatal(err)
		}
		h := newHub(t, func(o *Options) {
			o.Assets = func(string) ([]byte, string, bool, bool) {
				return body, "text/javascript; charset=utf-8", false, true
			}
		})
		w := h.do("GET", "/embed/v1/"+name, "Accept-Encoding", "gzip")
		if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > most {
			t.Errorf("%s is sent as %d bytes with coding %q, at most %d with gzip", name, w.Body.Len(), w.Header().Get("Content-Encoding"), most)
		}
	}
}

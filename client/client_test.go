package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fritidshub/client"
)

// hub is a stand-in that answers as DESIGN.md section 5.4 says, with five listings on pages of two.
func hub(t *testing.T) *client.Client {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/search", func(w http.ResponseWriter, r *http.Request) {
		switch r.FormValue("q") {
		case "travelt":
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case "seg-selv":
			fmt.Fprint(w, `{"total":1,"items":[{"id":"a"}],"next":"/api/v1/search?q=seg-selv"}`)
			return
		case "bort":
			fmt.Fprint(w, `{"total":2,"items":[{"id":"a"}],"next":"//annet.example/api"}`)
			return
		case "feil":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"type":"urn:x","title":"A parameter cannot be used","status":400,"detail":"q is wrong"}`)
			return
		case "stort":
			fmt.Fprint(w, strings.Repeat(" ", client.MaxAnswer+1))
			return
		}
		page := 0
		fmt.Sscan(r.FormValue("cursor"), &page)
		var items []string
		for i := page * 2; i < min(page*2+2, 5); i++ {
			items = append(items, fmt.Sprintf(`{"id":"l%d","title":"Listing %d","price":{"min":0,"free":true},"extra":%d}`, i, i, i))
		}
		next := ""
		if page < 2 {
			next = fmt.Sprintf(`,"next":"/api/v1/search?cursor=%d"`, page+1)
		}
		fmt.Fprintf(w, `{"total":5,"items":[%s]%s}`, strings.Join(items, ","), next)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return client.New(server.URL+"/", nil)
}

func TestAll(t *testing.T) {
	var ids []string
	for item, err := range hub(t).All(t.Context(), url.Values{}) {
		if err != nil {
			t.Fatal(err)
		}
		if item.Price == nil || item.Price.Free == nil || !*item.Price.Free || !strings.Contains(string(item.Raw), `"extra":`) {
			t.Errorf("item is %+v", item)
		}
		ids = append(ids, item.ID)
	}
	if got := strings.Join(ids, " "); got != "l0 l1 l2 l3 l4" {
		t.Errorf("got %s", got)
	}
}

func TestRefusals(t *testing.T) {
	c := hub(t)
	var p *client.Problem
	if _, err := c.Search(t.Context(), url.Values{"q": {"feil"}}); !errors.As(err, &p) || p.Status != 400 || p.Detail != "q is wrong" {
		t.Errorf("bad request: %v", err)
	}
	if _, err := c.Search(t.Context(), url.Values{"q": {"travelt"}}); !errors.As(err, &p) || p.RetryAfter != 3*time.Second {
		t.Errorf("busy: %v", err)
	}
	if _, err := c.Listing(t.Context(), "finnes ikke"); !errors.As(err, &p) || p.Status != 404 {
		t.Errorf("missing: %v", err)
	}
	for _, q := range []string{"seg-selv", "bort", "stort"} {
		ended := false
		for _, err := range c.All(t.Context(), url.Values{"q": {q}}) {
			ended = ended || err != nil
		}
		if !ended {
			t.Errorf("%s: no error", q)
		}
	}
}

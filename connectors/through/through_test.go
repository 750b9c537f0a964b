package through_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"fritidshub/connectors"
	"fritidshub/connectors/through"
	"fritidshub/fetch"
)

// TestAsker: what a client asks for is asked for by the session, and comes back in UTF-8; the session's errors are told as they are.
func TestAsker(t *testing.T) {
	var asked connectors.Request
	refused := &fetch.Error{Status: http.StatusNotFound}
	session := &connectors.Session{Get: func(_ context.Context, r connectors.Request) (*connectors.Response, error) {
		asked = r
		if strings.HasSuffix(r.URL, "/borte") {
			return nil, refused
		}
		return &connectors.Response{Response: &fetch.Response{URL: "https://ny.example/side", MediaType: "text/plain", Charset: "iso-8859-1", Body: []byte("P\xe5melding")}}, nil
	}}
	asker := &through.Asker{Session: session, Fresh: true}
	c := asker.Client()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://hub.example/side", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/plain")
	req.Header.Set("Authorization", "hemmelig")
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != "Påmelding" || asker.Text != "Påmelding" || asker.Address != "https://ny.example/side" {
		t.Errorf("%q, %v; at %s", body, err, asker.Address)
	}
	if asked.URL != "https://hub.example/side" || asked.Accept != "text/plain" || !asked.Fresh || asked.HTML || asked.Method != "" {
		t.Errorf("the session is asked for %+v", asked)
	}
	if _, err := c.Get("https://hub.example/borte"); through.Cause(err) != error(refused) || asker.Text != "" { //nolint:bodyclose,noctx // there is none
		t.Errorf("refused: %v", err)
	}
	if _, err := c.Post("https://hub.example/side", "text/plain", nil); err == nil { //nolint:bodyclose,noctx // there is none
		t.Error("a POST goes through")
	}
	if plain := errors.New("x"); through.Cause(plain) != plain {
		t.Error("an error of another sort is not itself")
	}
}

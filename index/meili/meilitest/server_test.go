package meilitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// call sends a request and gives the status and the body.
func call(t *testing.T, s *Server, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if s.Key != "" {
		r.Header.Set("Authorization", "Bearer "+s.Key)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return response.StatusCode, out
}

// filled is a server with some documents.
func filled(t *testing.T) *Server {
	s := Start(t)
	call(t, s, "POST", "/indexes", `{"uid":"x","primaryKey":"id"}`)
	call(t, s, "PATCH", "/indexes/x/settings", `{"filterableAttributes":["n","s","_geo","free","list","empty"],"sortableAttributes":["n"],"searchableAttributes":["s"]}`)
	call(t, s, "POST", "/indexes/x/documents", `[
		{"id":1,"n":1,"s":"Tur","list":[1,10],"free":true,"_geo":{"lat":59,"lng":10}},
		{"id":2,"n":2,"s":"tur for \"alle\"","list":[5],"_geo":{"lat":-17,"lng":179.9}},
		{"id":"c","n":3,"s":"Ærlig \\ talt","list":[],"empty":null}]`)
	for s.Step() {
	}
	if s.Documents("x") != 3 {
		t.Fatal("the documents have not arrived")
	}
	return s
}

func find(t *testing.T, s *Server, q map[string]any) (int, map[string]any) {
	t.Helper()
	base := map[string]any{"indexUid": "x", "q": "", "matchingStrategy": "all"}
	for k, v := range q {
		base[k] = v
	}
	body, err := json.Marshal(map[string]any{"queries": []any{base}})
	if err != nil {
		t.Fatal(err)
	}
	status, out := call(t, s, "POST", "/multi-search", string(body))
	if status != 200 {
		return status, out
	}
	return status, out["results"].([]any)[0].(map[string]any)
}

func TestFilters(t *testing.T) {
	s := filled(t)
	for filter, want := range map[string]string{
		`n = 1`: "1", `n != 1`: "2 c", `n > 1 AND n < 3`: "2", `n >= 2`: "2 c", `n <= 1`: "1", `n 1 TO 2`: "1 2", `n IN [1, 3]`: "1 c", `n NOT IN [1, 3]`: "2",
		`s = tur`: "1", `s = "TUR"`: "1", `s = "tur for \"alle\""`: "2", `s = 'tur for "alle"'`: "2", `s = "Ærlig \\ talt"`: "c",
		`s STARTS WITH tur`: "1 2", `s NOT STARTS WITH tur`: "c", `NOT s STARTS WITH tur`: "c",
		`free = true`: "1", `free EXISTS`: "1", `free NOT EXISTS`: "2 c", `empty EXISTS`: "c",
		`n = 1 OR n = 2 AND s = "nothing"`: "1", `(n = 1 OR n = 2) AND s = tur`: "1", `NOT n = 1 AND NOT n = 2`: "c",
		`list > 2 AND list < 8`:    "1 2", // each condition may hold for another element
		`list 2 TO 8`:              "2",   // one condition holds for one
		`_geoRadius(59, 10, 1000)`: "1", `_geoBoundingBox([60, 11], [58, 9])`: "1", `_geoBoundingBox([0, -179], [-20, 179])`: "2",
	} {
		status, out := find(t, s, map[string]any{"filter": filter, "sort": []string{"n:asc"}})
		var ids []string
		if hits, ok := out["hits"].([]any); ok {
			for _, h := range hits {
				ids = append(ids, fmt.Sprint(h.(map[string]any)["id"]))
			}
		}
		if got := strings.Join(ids, " "); status != 200 || got != want {
			t.Errorf("%s: %d, %q, want %q (%v)", filter, status, got, want, out["message"])
		}
	}
	for _, filter := range []string{`n`, `n =`, `n = 1 AND`, `(n = 1`, `n = 1)`, `s = "open`, `s = a b`, `unknown = 1`, `n IN [1`, `n > many`, `s = AND`, `s = "\x"`,
		`_geoRadius(91, 0, 1)`, `_geoRadius(1, 2)`, `_geoBoundingBox([1, 2], [3, 4])`, `s = "` + strings.Repeat("x", 469) + `"`, strings.Repeat("(", 300) + "n = 1"} {
		if status, out := find(t, s, map[string]any{"filter": filter}); status != 400 || out["code"] != "invalid_search_filter" {
			t.Errorf("%.40s: %d %v", filter, status, out["code"])
		}
	}
}

func TestStrict(t *testing.T) {
	s := filled(t)
	for name, q := range map[string]map[string]any{
		"unknown field": {"colour": 1}, "sort by what is not sortable": {"sort": []string{"s:asc"}}, "sort without a way": {"sort": []string{"n"}},
		"facet of what is not filterable": {"facets": []string{"id"}}, "strategy": {"matchingStrategy": "some"},
	} {
		if status, _ := find(t, s, q); status != 400 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, out := find(t, s, map[string]any{"indexUid": "y"}); status != 404 || out["code"] != "index_not_found" {
		t.Errorf("an index that is not there: %d %v", status, out)
	}
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/nothing", ""}, {"PATCH", "/indexes/x/settings", `{"colour":1}`}, {"PATCH", "/indexes/x/settings", `{"rankingRules":["beauty"]}`},
		{"POST", "/indexes", `{"uid":"a b"}`}, {"POST", "/indexes/x/documents", `{`}, {"POST", "/swap-indexes", `[{"indexes":["x"]}]`},
	} {
		if status, _ := call(t, s, c.method, c.path, c.body); status < 400 {
			t.Errorf("%s %s %s: %d", c.method, c.path, c.body, status)
		}
	}
	s.Key = "key"
	r, err := http.Get(s.URL + "/version")
	if err != nil {
		t.Fatal(err)
	}
	if r.Body.Close(); r.StatusCode != 401 {
		t.Errorf("without a key: %d", r.StatusCode)
	}
}

// Documents are read without a search, in pages, also beyond the limits of one.
func TestFetch(t *testing.T) {
	s := filled(t)
	for body, want := range map[string]string{
		`{}`: "1 2 c of 3", `{"limit":2}`: "1 2 of 3", `{"offset":2,"limit":2}`: "c of 3", `{"filter":"n > 1","fields":["id"]}`: "2 c of 2", `{"offset":9}`: " of 3",
		`{"filter":"colour = 1"}`: "invalid_document_filter", `{"colour":1}`: "bad_request", `{"limit":-1}`: "invalid_document_offset",
	} {
		_, out := call(t, s, "POST", "/indexes/x/documents/fetch", body)
		got, _ := out["code"].(string)
		if got == "" {
			var ids []string
			for _, d := range out["results"].([]any) {
				ids = append(ids, fmt.Sprint(d.(map[string]any)["id"]))
			}
			got = fmt.Sprint(strings.Join(ids, " "), " of ", out["total"])
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// A task is done later, in turn, and as a whole or not at all.
func TestTasks(t *testing.T) {
	s := filled(t)
	s.Stepped = true
	for _, body := range []string{`[{"id":9,"n":9},{"id":"source:123"}]`, `[{"id":9,"n":9},{"id":8,"_geo":{"lat":95,"lng":1}}]`, `[{"n":9}]`, `[{"id":7,"n":7}]`} {
		if status, _ := call(t, s, "POST", "/indexes/x/documents", body); status != 202 {
			t.Errorf("%s is refused at once: %d", body, status)
		}
	}
	first := len(s.tasks) - 4
	for i, want := range []string{"invalid_document_id", "invalid_document_geo_field", "missing_document_id", ""} {
		at := fmt.Sprintf("/tasks/%d", first+i)
		if _, out := call(t, s, "GET", at, ""); out["status"] != "enqueued" {
			t.Errorf("before its turn task %d is %v", i, out["status"])
		}
		s.Step()
		_, out := call(t, s, "GET", at, "")
		failed, _ := out["error"].(map[string]any)
		if got, _ := failed["code"].(string); got != want || (out["status"] == "failed") != (want != "") {
			t.Errorf("task %d: %v %v, want %q", i, out["status"], failed, want)
		}
	}
	if s.Documents("x") != 4 {
		t.Errorf("%d documents, want 4", s.Documents("x"))
	}
}

// Without settings totals end at 1,000 and facets at 100 values, and a page of no hits tells the total.
func TestLimits(t *testing.T) {
	s := filled(t)
	var docs []string
	for i := range 1200 {
		docs = append(docs, fmt.Sprintf(`{"id":"n%d","s":"v%d"}`, i, i%300))
	}
	call(t, s, "POST", "/indexes/x/documents", "["+strings.Join(docs, ",")+"]")
	s.Step()
	_, out := find(t, s, map[string]any{"hitsPerPage": 0, "facets": []string{"s"}})
	if out["totalHits"] != 1000.0 || len(out["hits"].([]any)) != 0 || len(out["facetDistribution"].(map[string]any)["s"].(map[string]any)) != 100 {
		t.Errorf("%v hits in all", out["totalHits"])
	}
	if _, out := find(t, s, nil); len(out["hits"].([]any)) != 20 || out["totalHits"] != nil {
		t.Errorf("%d hits by default, in all %v", len(out["hits"].([]any)), out["totalHits"])
	}
	if _, out := find(t, s, map[string]any{"q": "trur", "hitsPerPage": 5}); out["totalHits"] != 0.0 {
		t.Error("words of four letters are corrected by default")
	}
}

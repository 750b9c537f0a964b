package browsertest

import (
	"net/http"
	"strings"
	"testing"

	"fritidshub/widget/browser"
)

// readNote: what the hub has read out of the text stands over the hits, as long as it holds.
func readNote(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.hub.answer(func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Access-Control-Allow-Origin", "*")
		body := `{"total": 8, "items": [], "facets": {}}`
		if strings.Contains(r.URL.Query().Get("q"), "lørdag") {
			body = `{"total": 7, "items": [], "facets": {}, "note": "Lest ut av det du skrev: <b>«lørdag»</b>."}`
		}
		out.Write([]byte(body))
	})
	w.Click(el + "#q")
	w.Type("kor lørdag")
	w.hits(t, "7 treff")
	w.WaitText(el+"[part=notice]", "Lest ut av det du skrev: <b>«lørdag»</b>.")
	w.sound(t)
	browser.Eval[any](w.Page, `$("fh-search").setFilters({ q: "kor" })`)
	w.hits(t, "8 treff")
	same(t, "notes", w.Texts(el+"[part=notice]"), []string{""})
}

package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// history is a Versions of two changes.
type history struct{ undone []string }

func (h *history) Versions(context.Context) ([]Version, error) {
	return []Version{{"b", "a", noon, "Kari <b>", "slo på lag"}, {"a", "0", noon, "Ola", "satte lag på pause"}}, nil
}

func (h *history) Difference(_ context.Context, id, _ string) ([]DiffLine, error) {
	if id == "a" {
		return nil, ErrNoVersion
	}
	return []DiffLine{{" ", 1, "sources:"}, {"-", 2, "  enabled: false"}, {"+", 2, "  enabled: true # <i>"}}, nil
}

func (h *history) UndoVersion(_ context.Context, id, base string) error {
	if id != "b" {
		return &Fault{http.StatusConflict, "Ikke den nyeste."}
	}
	h.undone = append(h.undone, id+base)
	return nil
}

func TestVersions(t *testing.T) {
	h := &history{}
	b := in(t, &fake{versions: h})
	has(t, b.get("/editor/versions", 200), "slo på lag", "Kari &lt;b&gt;", "version?base=a&amp;id=b", `aria-current="page"`)
	has(t, b.get("/editor/version?id=b&base=a", 200), "- "+"  enabled: false", "&#43; "+"  enabled: true # &lt;i&gt;", "Angre endringen")
	b.get("/editor/version?id=a&base=0", 404)
	b.get("/editor/version?id=b&base=0", 404)
	b.post("/editor/versions/undo", url.Values{"id": {"a"}, "base": {"0"}}, 409)
	has(t, b.post("/editor/versions/undo", url.Values{"id": {"b"}, "base": {"a"}}, 200), "Endringen er angret.")
	if got := strings.Join(h.undone, ","); got != "ba" {
		t.Errorf("undone: %s", got)
	}
	has(t, b.get("/editor/log", 200), "angret den siste endringen i sources.yaml")
}

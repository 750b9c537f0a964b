package storetest

import (
	"testing"

	"fritidshub/catalog"
	"fritidshub/store"
)

// testGone: what is gone is found by what it was called and where it was.
func testGone(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"))
	var writes []store.Write
	for _, id := range []string{"a", "b", "c"} {
		writes = append(writes, WriteOf(Activity("bolgen", id, 1)))
	}
	r.run("bolgen", func(p *store.Plan) { p.Write = writes })
	r.run("bolgen", func(p *store.Plan) { p.Remove = []string{"a"} })
	r.run("bolgen", func(p *store.Plan) { p.Remove = []string{"b"} })
	for named, want := range map[string][]string{"Åpen turnhall a": {writes[0].ListingID}, "https://bolgen.example/b": {writes[1].ListingID}, "Åpen turnhall c": nil, "https://bolgen.example/": nil} {
		found, err := r.Gone(t.Context(), named, 5)
		r.must(err)
		same(t, named, ids(found), want)
		if len(found) > 0 {
			same(t, "whole", &found[0], r.listing(want[0]))
		}
	}
	named := Activity("bolgen", "d", 1)
	named.Title = "Åpen turnhall a"
	again := WriteOf(named)
	r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{again} })
	r.run("bolgen", func(p *store.Plan) { p.Remove = []string{"d"} })
	found, err := r.Gone(t.Context(), "Åpen turnhall a", 1)
	r.must(err)
	if len(found) != 1 || found[0].ID != again.ListingID {
		t.Errorf("the latest is not found first: %v", ids(found))
	}
}

func ids(list []catalog.ListingState) (ids []string) {
	for _, l := range list {
		ids = append(ids, l.ID)
	}
	return ids
}

package api

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"fritidshub/index"
)

// tally keeps what is counted.
type tally struct {
	mu   sync.Mutex
	list []string
}

func (t *tally) Count(asked []Asked) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range asked {
		t.list = append(t.list, a.Name+" "+a.Value)
	}
}

// take gives what has been counted since it was asked last, sorted.
func (t *tally) take() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.list
	t.list = nil
	slices.Sort(list)
	return list
}

// TestTally: searches are counted by way, filter and host of the page, and words that find nothing; never who asked, nor words that may tell of somebody.
func TestTally(t *testing.T) {
	counted := &tally{}
	h := newHub(t, func(o *Options) {
		engine := &stampedEngine{fakeEngine: o.Engine().(*fakeEngine)} // so that answers are kept
		o.Engine, o.Tally, o.Clock = func() index.Engine { return engine }, counted, o.Now
	})
	const browser, site = "Sec-Fetch-Mode", "https://www.kommunen.example"
	for _, c := range []struct {
		target  string
		headers []string
		want    string
	}{
		{"/api/v1/search", nil, "search program"},
		{"/api/v1/search?limit=3", nil, "search program"},
		{"/api/v1/search", []string{"Origin", site}, "from www.kommunen.example,search element"},
		{"/api/v1/search", []string{"Origin", site}, "from www.kommunen.example,search element"},
		{"/api/v1/search", []string{"Origin", "https://aktiviteter.example"}, "search element"},
		{"/api/v1/search", []string{"Origin", "null"}, "search element"},
		{"/api/v1/search", []string{browser, "cors"}, "search element"},
		{"/api/v1/search?category=football&category=music&organizer=abc&near=59.05,10.03&radius=3&age=9", nil,
			"filter age,filter category,filter category=football,filter category=music,filter near,filter organizer,search program"},
		{"/?free=true&weekday=tu", nil, "filter free,filter weekday,filter weekday=tu,search page"},
		{"/?page=2", nil, ""},
		{"/", []string{"User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"}, ""},
		{"/embed/frame?q=jentefotball", []string{"Referer", site + "/fritid"}, "from www.kommunen.example,search element"},
		{"/embed/frame?view=list", []string{"Referer", site + "/"}, "from www.kommunen.example,search element"},
		{"/?q=Xyzzy++KVIST", nil, "search page,vain xyzzy kvist"},
		{"/api/v1/search?q=xyzzy&interpret=false", nil, "search program,vain xyzzy"},
		{"/api/v1/search?q=xyzzy+99887&interpret=false", nil, "search program"},
		{"/api/v1/search?q=xyzzy%40kommunen.example&interpret=false", nil, "search program"},
		{"/api/v1/search?q=" + strings.Repeat("x", 51), nil, "search program"},
		{"/api/v1/search?q=xyzzy+a+b+c+d+e&interpret=false", nil, "search program"},
		{"/api/v1/listings/finnes-ikke", nil, ""},
		{"/api/v1/search?kategori=x", nil, ""},
	} {
		h.do("GET", c.target, c.headers...)
		if got := strings.Join(counted.take(), ","); got != c.want {
			t.Errorf("%s %v: counted %q, not %q", c.target, c.headers, got, c.want)
		}
	}
	h.do("HEAD", "/api/v1/search")
	if got := counted.take(); len(got) > 0 {
		t.Errorf("a request for the head alone is counted: %v", got)
	}
}

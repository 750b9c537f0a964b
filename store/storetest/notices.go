package storetest

import (
	"errors"
	"testing"
	"time"

	"fritidshub/store"
)

// testNotices: what has happened to sources, and who is told of it.
func testNotices(t *testing.T, open Open) {
	r := newRig(t, open)
	notice := func(id int64, after time.Duration, source, kind string) store.Notice {
		return store.Notice{ID: id, At: Start.Add(after), Source: source, Name: "Kilden " + source, Kind: kind, Text: "Nettstedet svarer 403."}
	}
	r.must(r.Subscribe(t.Context(), store.Subscriber{Address: "tidlig@kommunen.example", Every: "daily"}))
	first, second, third := notice(1, 0, "bolgen", store.NoticeFailing), notice(2, time.Hour, "sluppen", store.NoticeHeld), notice(3, 2*time.Hour, "bolgen", store.NoticeRecovered)
	r.must(r.AddNotices(t.Context(), []store.Notice{first, second}))
	r.must(r.AddNotices(t.Context(), []store.Notice{third}))
	got, err := r.Notices(t.Context(), 1, 10)
	r.must(err)
	same(t, "after the first", got, []store.Notice{third, second})
	got, err = r.Notices(t.Context(), 0, 1)
	r.must(err)
	same(t, "the newest", got, []store.Notice{third})
	got, err = r.LastNotices(t.Context())
	r.must(err)
	same(t, "the newest of each source", got, []store.Notice{third, second})

	r.must(r.Subscribe(t.Context(), store.Subscriber{Address: "sen@kommunen.example", Every: "weekly", UpTo: 77}))
	r.must(r.Told(t.Context(), "tidlig@kommunen.example", 2, Start))
	r.must(r.Subscribe(t.Context(), store.Subscriber{Address: "tidlig@kommunen.example", Every: "now"}))
	subscribers := []store.Subscriber{{Address: "sen@kommunen.example", Every: "weekly", UpTo: 3}, {Address: "tidlig@kommunen.example", Every: "now", UpTo: 2, Told: Start}}
	list, err := r.Subscribers(t.Context())
	r.must(err)
	same(t, "subscribers", list, subscribers)
	r.must(r.Unsubscribe(t.Context(), "sen@kommunen.example"))
	for what, err := range map[string]error{"out": r.Unsubscribe(t.Context(), "sen@kommunen.example"), "told": r.Told(t.Context(), "sen@kommunen.example", 3, Start)} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	list, err = r.Subscribers(t.Context())
	r.must(err)
	same(t, "the other stays", list, subscribers[1:])

	late := notice(4, store.KeepNotices+90*time.Minute, "bolgen", store.NoticeStale)
	r.must(r.AddNotices(t.Context(), []store.Notice{late}))
	got, err = r.Notices(t.Context(), 0, 10)
	r.must(err)
	same(t, "what is old is forgotten, but not what each source was told of last", got, []store.Notice{late, third, second})

	value, err := r.Secret(t.Context(), "feed")
	r.must(err)
	same(t, "no secret", value, "")
	for _, value := range []string{"en", "to"} {
		r.must(r.SetSecret(t.Context(), "feed", value))
	}
	value, err = r.Secret(t.Context(), "feed")
	r.must(err)
	same(t, "the secret", value, "to")
}

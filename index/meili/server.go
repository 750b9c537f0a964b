package meili

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	sdk "github.com/meilisearch/meilisearch-go"
)

// server speaks with Meilisearch. No other file knows the SDK, whose types change between its patch releases.
type server struct {
	api   sdk.ServiceManager
	key   string        // only so that it can be kept out of errors
	pause time.Duration // before what a busy server refused is tried again
	poll  time.Duration // between two looks at a task, at most
}

// tries is how often a write is sent to a server that says it is busy.
const tries = 4

func dial(o Options) *server {
	client := &http.Client{Transport: bounded{&http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: o.Timeout}).DialContext, TLSHandshakeTimeout: o.Timeout,
		ResponseHeaderTimeout: o.Timeout, MaxIdleConns: maxConns, MaxIdleConnsPerHost: maxConns, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
	}}}
	return &server{sdk.New(o.URL, sdk.WithAPIKey(o.Key), sdk.DisableRetries(), sdk.WithCustomClient(client)), o.Key, o.Pause, o.Poll}
}

// maxConns is how many connections are kept for the next searches, maxAnswer how many bytes of an answer are read.
const (
	maxConns  = 100
	maxAnswer = 64 << 20
)

// bounded ends answers that are too large, so that they cannot be read as what they claim to be.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(response.Body, maxAnswer), response.Body}
	}
	return response, err
}

// Error is a refusal by Meilisearch, or that it cannot be reached. It holds neither the key nor what was searched for.
type Error struct {
	Doing   string
	Status  int    // of HTTP; 0 when there was no answer, or a task failed
	Code    string // Meilisearch's, such as index_not_found
	Message string
	Err     error // why there was no answer
}

func (e *Error) Error() string {
	text := "meilisearch: " + e.Doing
	if e.Status != 0 {
		text += fmt.Sprintf(": status %d", e.Status)
	}
	for _, more := range []string{e.Code, e.Message} {
		if more != "" {
			text += ": " + more
		}
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Forbidden reports whether the key is a wrong one, or may not do what was asked.
func (e *Error) Forbidden() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

func isCode(err error, codes ...string) bool {
	var refused *Error
	return errors.As(err, &refused) && slices.Contains(codes, refused.Code)
}

// told makes an Error of what the SDK says. The message of a search is left out, as it repeats the search.
func (s *server) told(doing string, err error, private bool) error {
	if err == nil {
		return nil
	}
	out := &Error{Doing: doing}
	var from *sdk.Error
	if !errors.As(err, &from) {
		out.Err = errors.New(s.clean(err.Error()))
		return out
	}
	if cause := from.OriginError; cause != nil {
		var at *url.Error // would repeat the address, which may hold a password
		if errors.As(cause, &at) {
			cause = at.Err
		}
		for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
			if errors.Is(cause, known) {
				out.Err = known
			}
		}
		if out.Err == nil {
			out.Err = errors.New(s.clean(cause.Error()))
		}
		return out
	}
	out.Status, out.Code = from.StatusCode, s.clean(from.MeilisearchApiError.Code)
	if !private {
		out.Message = s.clean(from.MeilisearchApiError.Message)
	}
	return out
}

func (s *server) clean(text string) string {
	if s.key != "" {
		text = strings.ReplaceAll(text, s.key, "…")
	}
	return strings.ToValidUTF8(text[:min(len(text), 500)], "")
}

// ask is one query of a multi-search. With limit 0 the answer holds the exact total and facets but no hits; else it holds the hits.
type ask struct {
	text, filter  string
	facets        []string
	sort, fields  []string
	offset, limit int
}

type hit map[string]json.RawMessage

// field decodes one attribute of a hit, when it has it.
func field[T any](h hit, name string) (v T, err error) {
	if raw, has := h[name]; has {
		err = json.Unmarshal(raw, &v)
	}
	return v, err
}

type answer struct {
	total  int
	hits   []hit
	facets map[string]map[string]int
}

// ErrPartial says that Meilisearch reached its cut-off, so that its answer may lack what was to come.
var ErrPartial = errors.New("meilisearch: the search was cut off")

// search asks everything in one request; the server answers in turn.
func (s *server) search(ctx context.Context, uid string, asks []ask) ([]answer, error) {
	request := &sdk.MultiSearchRequest{}
	for _, a := range asks {
		q := &sdk.SearchRequest{IndexUID: uid, Query: a.text, MatchingStrategy: sdk.All, Facets: a.facets, Sort: a.sort,
			AttributesToRetrieve: a.fields}
		if a.filter != "" {
			q.Filter = a.filter
		}
		if a.limit > 0 {
			q.Offset, q.Limit = int64(a.offset), int64(a.limit)
		} else {
			q.HitsPerPage = new(int64) // a limit of 0 cannot be said: the SDK leaves it out and the server sends 20 hits
		}
		request.Queries = append(request.Queries, q)
	}
	response, err := s.api.MultiSearchWithContext(ctx, request)
	if err != nil {
		return nil, s.told("search", err, true)
	}
	if len(response.Results) != len(asks) {
		return nil, &Error{Doing: "search", Message: fmt.Sprintf("%d answers to %d questions", len(response.Results), len(asks))}
	}
	answers := make([]answer, len(asks))
	for i, r := range response.Results {
		if r.ProcessingTimeMs >= cutoffMs {
			return nil, ErrPartial
		}
		answers[i].total = int(r.TotalHits)
		for _, h := range r.Hits {
			answers[i].hits = append(answers[i].hits, hit(h))
		}
		if len(r.FacetDistribution) > 0 {
			if err := json.Unmarshal(r.FacetDistribution, &answers[i].facets); err != nil {
				return nil, &Error{Doing: "search", Message: "facets that cannot be read", Err: err}
			}
		}
	}
	return answers, nil
}

// eachPage is how many documents each reads at once.
const eachPage = 1_000

// each calls f for all documents that a filter admits, a page at a time. No search does, since that is cut off when it takes long.
func (s *server) each(ctx context.Context, uid, filter string, fields []string, f func(hit) error) error {
	for offset := int64(0); ; {
		var page sdk.DocumentsResult
		query := &sdk.DocumentsQuery{Filter: filter, Fields: fields, Offset: offset, Limit: eachPage}
		if err := s.api.Index(uid).GetDocumentsWithContext(ctx, query, &page); err != nil {
			return s.told("read documents", err, false)
		}
		for _, h := range page.Results {
			if err := f(hit(h)); err != nil {
				return err
			}
		}
		if offset += int64(len(page.Results)); len(page.Results) == 0 || offset >= page.Total {
			return nil
		}
	}
}

// write sends something that makes a task, again after a pause when the server is busy.
func (s *server) write(ctx context.Context, doing string, send func() (*sdk.TaskInfo, error)) (task int64, err error) {
	for try := 1; ; try++ {
		info, err := send()
		if err == nil {
			return info.TaskUID, nil
		}
		err = s.told(doing, err, false)
		var refused *Error
		if busy := errors.As(err, &refused) && (refused.Status == 503 || refused.Status == 429); !busy || try == tries {
			return 0, err
		}
		if err := sleep(ctx, s.pause); err != nil {
			return 0, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// wait gives the end of a task: nil when it succeeded. The longer it takes, the more seldom it is looked at, at the price of a quarter of that.
func (s *server) wait(ctx context.Context, task int64) error {
	for pause := s.poll / 256; ; pause = min(pause+pause/4+1, s.poll) {
		t, err := s.api.GetTaskWithContext(ctx, task)
		if err != nil {
			return s.told("look at task", err, false)
		}
		switch t.Status {
		case sdk.TaskStatusSucceeded:
			return nil
		case sdk.TaskStatusFailed:
			return &taskFailed{Error{Doing: fmt.Sprintf("task %d (%s)", task, t.Type), Code: t.Error.Code, Message: s.clean(t.Error.Message)},
				t.Error.Type == "invalid_request"}
		case sdk.TaskStatusCanceled:
			return &taskFailed{Error{Doing: fmt.Sprintf("task %d (%s)", task, t.Type), Message: "was cancelled"}, false}
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// taskFailed says why a task changed nothing; ours says that what was sent is at fault.
type taskFailed struct {
	reason Error
	ours   bool
}

func (e *taskFailed) Error() string { return e.reason.Error() }
func (e *taskFailed) Unwrap() error { return &e.reason }

func (s *server) put(ctx context.Context, uid string, documents [][]byte) (int64, error) {
	body := bytes.Join(documents, []byte("\n"))
	return s.write(ctx, "send documents", func() (*sdk.TaskInfo, error) {
		return s.api.Index(uid).AddDocumentsNdjsonWithContext(ctx, body, nil)
	})
}

func (s *server) remove(ctx context.Context, uid string, ids []string) (int64, error) {
	return s.write(ctx, "delete documents", func() (*sdk.TaskInfo, error) {
		return s.api.Index(uid).DeleteDocumentsWithContext(ctx, ids, nil)
	})
}

// done is write and wait.
func (s *server) done(ctx context.Context, doing string, send func() (*sdk.TaskInfo, error)) error {
	task, err := s.write(ctx, doing, send)
	if err != nil {
		return err
	}
	return s.wait(ctx, task)
}

func (s *server) create(ctx context.Context, uid string) error {
	err := s.done(ctx, "create index", func() (*sdk.TaskInfo, error) {
		return s.api.CreateIndexWithContext(ctx, &sdk.IndexConfig{Uid: uid, PrimaryKey: "id"})
	})
	if isCode(err, "index_already_exists") {
		return nil
	}
	return err
}

// drop deletes an index, when there is one.
func (s *server) drop(ctx context.Context, uid string) error {
	err := s.done(ctx, "delete index", func() (*sdk.TaskInfo, error) { return s.api.DeleteIndexWithContext(ctx, uid) })
	if isCode(err, "index_not_found") {
		return nil
	}
	return err
}

func (s *server) swap(ctx context.Context, a, b string) error {
	return s.done(ctx, "swap indexes", func() (*sdk.TaskInfo, error) {
		return s.api.SwapIndexesWithContext(ctx, []*sdk.SwapIndexesParams{{Indexes: []string{a, b}}})
	})
}

// settle gives the index its settings where they differ. An index that is not there is index_not_found.
func (s *server) settle(ctx context.Context, uid string) error {
	idx := s.api.Index(uid)
	has, err := idx.GetSettingsWithContext(ctx)
	if err != nil {
		return s.told("read settings", err, false)
	}
	wanted := settings()
	for _, part := range []struct {
		right bool
		set   func() (*sdk.TaskInfo, error)
	}{
		{sameSettings(has, wanted), func() (*sdk.TaskInfo, error) { return idx.UpdateSettingsWithContext(ctx, wanted) }},
		// what cannot be said together with the others, since the SDK leaves out what is false or empty
		{!has.FacetSearch, func() (*sdk.TaskInfo, error) { return idx.UpdateFacetSearchWithContext(ctx, false) }},
		{len(has.LocalizedAttributes) == 0, func() (*sdk.TaskInfo, error) { return idx.ResetLocalizedAttributesWithContext(ctx) }},
		{has.DistinctAttribute == nil, func() (*sdk.TaskInfo, error) { return idx.ResetDistinctAttributeWithContext(ctx) }},
		{len(has.StopWords) == 0, func() (*sdk.TaskInfo, error) { return idx.ResetStopWordsWithContext(ctx) }},
		{len(has.Synonyms) == 0, func() (*sdk.TaskInfo, error) { return idx.ResetSynonymsWithContext(ctx) }},
	} {
		if part.right {
			continue
		}
		if err := s.done(ctx, "change settings", part.set); err != nil {
			return err
		}
	}
	return nil
}

// sameSettings compares what we set; what the server has beside that is its own.
func sameSettings(has, wanted *sdk.Settings) bool {
	sorted := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	return slices.Equal(has.RankingRules, wanted.RankingRules) &&
		slices.Equal(has.SearchableAttributes, wanted.SearchableAttributes) &&
		slices.Equal(sorted(has.DisplayedAttributes), sorted(wanted.DisplayedAttributes)) &&
		slices.Equal(sorted(has.FilterableAttributes), sorted(wanted.FilterableAttributes)) &&
		slices.Equal(sorted(has.SortableAttributes), sorted(wanted.SortableAttributes)) &&
		has.SearchCutoffMs == wanted.SearchCutoffMs &&
		has.Pagination != nil && *has.Pagination == *wanted.Pagination &&
		has.Faceting != nil && has.Faceting.MaxValuesPerFacet == wanted.Faceting.MaxValuesPerFacet &&
		has.TypoTolerance != nil && has.TypoTolerance.Enabled && has.TypoTolerance.DisableOnNumbers &&
		has.TypoTolerance.MinWordSizeForTypos == wanted.TypoTolerance.MinWordSizeForTypos &&
		len(has.TypoTolerance.DisableOnAttributes)+len(has.TypoTolerance.DisableOnWords) == 0
}

// settings are those of the index. localizedAttributes stay unset: without a list of languages no text is taken for Swedish or German.
func settings() *sdk.Settings {
	return &sdk.Settings{
		RankingRules:         []string{"sort", "words", "typo", "proximity", "attribute", "exactness"},
		SearchableAttributes: []string{fieldText},
		DisplayedAttributes:  []string{fieldListing, fieldOrder, fieldStarts, fieldUntil, fieldWords, "_geo", fieldOwnChange, fieldChange, fieldBuild, fieldPart, fieldModel},
		FilterableAttributes: filterFields(),
		SortableAttributes:   []string{fieldOrder, fieldPrice, fieldUpdated},
		SearchCutoffMs:       cutoffMs,
		Pagination:           &sdk.Pagination{MaxTotalHits: maxDocuments},
		Faceting:             &sdk.Faceting{MaxValuesPerFacet: maxDocuments, SortFacetValuesBy: map[string]sdk.SortFacetType{"*": sdk.SortFacetTypeCount}},
		TypoTolerance: &sdk.TypoTolerance{Enabled: true, DisableOnNumbers: true, DisableOnWords: []string{}, DisableOnAttributes: []string{},
			MinWordSizeForTypos: sdk.MinWordSizeForTypos{OneTypo: oneTypo, TwoTypos: twoTypos}},
	}
}

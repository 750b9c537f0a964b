package tolerant

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// MaxOnPage is how many items one page of an Envelope may hold; honest providers give at most some hundred.
const MaxOnPage = 5_000

// Envelope is what a page of a list looks like: {"meta": {…}, "data": […]}.
type Envelope struct {
	Kind     string // of the source
	Expected string // the page in words, in Norwegian
}

// ReadEnvelope reads a page that came from address: each item of data into take, with its locator, and meta, whose fields are of type
// Field. What is no object is in bad. A page that cannot be read is a connectors.PayloadError.
func ReadEnvelope[T any](v Envelope, text, address string, meta any, take func(where string, item T)) (bad []catalog.Reject, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	fail := func(expected, found string, err error) ([]catalog.Reject, error) {
		where := fmt.Sprintf("byte %d", d.InputOffset())
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			where += ", der svaret slutter"
		}
		return nil, &connectors.PayloadError{URL: fetch.Redact(address), Locator: where, Expected: expected, Found: catalog.CleanText(found, 100), Advice: connectors.Mistaken(v.Kind, text)}
	}
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return fail(v.Expected, text[:min(len(text), 100)], err)
	}
	listed, n := false, 0
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fail("gyldig JSON", "", err)
		}
		var wrong *json.UnmarshalTypeError
		switch key {
		case "data":
			if open, err := d.Token(); err != nil || open != json.Delim('[') {
				return fail(`en liste i "data"`, fmt.Sprint(open), err)
			}
			for listed = true; d.More() && n < MaxOnPage; n++ {
				var item T
				where := fmt.Sprintf("data[%d]", n)
				switch err = d.Decode(&item); {
				case errors.As(err, &wrong):
					bad = append(bad, catalog.Reject{Locator: where, Reason: "Ventet et arrangement (et JSON-objekt), fant " + wrong.Value + ".", Fixer: catalog.FixSource})
				case err != nil:
					return fail(fmt.Sprintf("gyldig JSON i %s", where), "", err)
				default:
					take(where, item)
				}
			}
			if end, err := d.Token(); err != nil || end != json.Delim(']') {
				return fail(fmt.Sprintf("gyldig JSON i data[%d], og høyst %d på en side", n, MaxOnPage), "", err)
			}
		case "meta":
			if err := d.Decode(meta); err != nil && !errors.As(err, &wrong) {
				return fail(`gyldig JSON i "meta"`, "", err)
			}
		default:
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return fail("gyldig JSON", "", err)
			}
		}
	}
	if _, err := d.Token(); err != nil {
		return fail("gyldig JSON", "", err)
	}
	if !listed {
		return fail(v.Expected, text[:min(len(text), 100)], nil)
	}
	if said := connectors.Refusal(text); n == 0 && said != "" {
		return fail(v.Expected, said, nil)
	}
	return bad, nil
}

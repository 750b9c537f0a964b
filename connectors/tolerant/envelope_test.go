package tolerant

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fritidshub/connectors"
)

func TestReadEnvelope(t *testing.T) {
	const many = MaxOnPage + 1
	for text, want := range map[string]string{
		`{"meta":{"total":"x"},"data":[{"id":"a"},7,{"id":8}],"x":[{}]}`: "data[0]=a data[2]= bad data[1] total 0",
		`{"data":[],"meta":{"total":3}}`:                                 "total 3",
		`{"data":[null]}`:                                                "data[0]= total 0",
		`{"data":{}}`:                                                    `en liste i "data"`,
		`{"data":[{"id":"a"}`:                                            "der svaret slutter",
		`{"data":[{"id":"a"},{"id"`:                                      "gyldig JSON i data[1]",
		`{"data":[` + strings.Repeat("{},", many) + `{}]}`:               "høyst 5000 på en side",
		`{"meta":{}}`:                                                    "ventet lista",
		`[]`:                                                             "ventet lista",
		`{"meta":[1`:                                                     `gyldig JSON i "meta"`,
		`<!doctype html><title>Logg inn</title>`:                         "Dette er en nettside",
	} {
		var meta struct {
			Total Field[int] `json:"total"`
		}
		got := ""
		bad, err := ReadEnvelope(Envelope{Kind: "prøve", Expected: "lista"}, text, "https://a.example/?nokkel=hemmelig", &meta, func(where string, x struct {
			ID Field[string] `json:"id"`
		}) {
			got += where + "=" + x.ID.Value + " "
		})
		for _, r := range bad {
			got += "bad " + r.Locator + " "
		}
		got += fmt.Sprint("total ", meta.Total.Value)
		if err != nil {
			got = err.Error()
			if !errors.Is(err, connectors.ErrUnreadable) || strings.Contains(got, "hemmelig") {
				t.Errorf("%.40s: %v", text, err)
			}
		}
		if !strings.Contains(got, want) {
			t.Errorf("%.40s: %q, want %q", text, got, want)
		}
	}
}

package brreg

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"fritidshub/connectors/connectortest"
)

// TestLarge reads 50,000 organisations in five municipalities, a hundred on a page, with a register of twice as many, and then the same again.
func TestLarge(t *testing.T) {
	const each, first = 10_000, 900_000_000
	options := `{municipalities: ["1001", "1002", "1003", "1004", "1005"], max_pages: 2000}`
	connectortest.Large(t, Kind, "https://data.brreg.no/", options, 5*each, func(address string) ([]byte, string, bool) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q, items := u.Query(), []string{}
		if strings.HasPrefix(u.Path, registerPath) {
			after, next := first-1, ""
			_, _ = fmt.Sscan(q.Get("searchAfter"), &after)
			last := min(after+100, first+10*each-1)
			for n := after + 1; n <= last; n++ {
				items = append(items, fmt.Sprintf(`{"organisasjonsnummer":"%d","frivilligOrganisasjonsstatus":"x","kontonummer":"12345678901","icnpoKategorier":[{"icnpoNummer":"1200","kategori":"x","navn":null,"rekkefoelge":1},{"icnpoNummer":"1300","rekkefoelge":2}]}`, n))
			}
			if last < first+10*each-1 {
				next = `,"next":{"href":"x"}`
			}
			return fmt.Appendf(nil, `{"_embedded":{"frivilligeOrganisasjoner":[%s]},"_links":{"self":{}%s}}`, strings.Join(items, ","), next), "application/hal+json", true
		}
		page, municipality := 0, 1001
		_, _ = fmt.Sscan(q.Get("page"), &page)
		_, _ = fmt.Sscan(q.Get("kommunenummer"), &municipality)
		for i := page * pageSize; i < min((page+1)*pageSize, each); i++ {
			n := first + 2*((municipality-1001)*each+i)
			items = append(items, fmt.Sprintf(`{"organisasjonsnummer":"%d","navn":"PRØVELAG %d","organisasjonsform":{"kode":"FLI","beskrivelse":"Forening/lag/innretning"},"hjemmeside":"www.lag%d.example","epostadresse":"post@lag%d.example","vedtektsfestetFormaal":["Idrett for barn og unge i bygda"],`+
				`"forretningsadresse":{"land":"Norge","landkode":"NO","postnummer":"3290","poststed":"STAVERN","adresse":["Prøveveien 1"],"kommune":"LARVIK","kommunenummer":"%d"},"registrertIFrivillighetsregisteret":true,"konkurs":false,"underAvvikling":false,"maalform":"Bokmål"}`, n, n, n, n, municipality))
		}
		return fmt.Appendf(nil, `{"_embedded":{"enheter":[%s]},"page":{"size":%d,"totalElements":%d,"totalPages":%d,"number":%d}}`, strings.Join(items, ","), pageSize, each, each/pageSize, page), "application/json", true
	})
}

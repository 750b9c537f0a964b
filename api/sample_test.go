package api

import (
	"testing"
	"time"

	"fritidshub/catalog"
)

func ptr[T any](v T) *T { return &v }

// sample is a small hub of made-up listings, at 2026-11-22.
func sample(t testing.TB) []catalog.ListingState {
	zone := oslo(t)
	at := func(s string) time.Time { return instant(t, s).In(zone) }
	hall := &catalog.Place{Name: "Furulund flerbrukshall", Address: "Furuveien 3", PostalCode: "3262", Locality: "Larvik", Municipality: "3909",
		Neighbourhood: "Tagtvedt", Geo: &catalog.Point{Lat: 59.0664, Lon: 10.0331}}
	library := &catalog.Place{Name: "Eksempelbiblioteket", Address: "Torget 1", PostalCode: "3256", Locality: "Larvik", Municipality: "3909",
		Geo: &catalog.Point{Lat: 59.0531, Lon: 10.0352}}
	club := &catalog.Organizer{Name: "Furulund IL (eksempel)", Kind: "sport", OrgNumber: "999999999", URL: "https://furulund.example"}
	centre := &catalog.Organizer{Name: "Frivilligsentralen Eksempel", Kind: "volunteer-centre"}
	records := []catalog.Record{
		{Source: "klubber", NativeID: "jenter-8", Kind: catalog.KindActivity, Title: "Jentefotball for nybegynnere",
			Summary:     "Vi leker med ball, lærer nye triks og blir kjent. Ingen uttak og ingen tabeller.",
			Description: "Vi møtes i hallen om vinteren og på løkka når våren kommer.\n\nSko kan lånes. Ta med vannflaske.", Language: "nb", URL: "https://furulund.example/jenter",
			Categories: []string{"football"}, Organizer: club, Place: hall, Age: &catalog.Age{Min: ptr(6), Max: ptr(12)},
			Schedule: catalog.Schedule{Series: []catalog.Series{{Start: at("2026-08-18T18:00:00+02:00"), End: at("2026-08-18T19:30:00+02:00"),
				Rules: []string{"FREQ=WEEKLY;UNTIL=20270601T200000Z"}}}, Text: "tirsdager kl. 18-19.30"},
			Price: &catalog.Price{Min: ptr(catalog.Kroner(0)), Max: ptr(catalog.Kroner(150))}, Accessibility: []string{"wheelchair"},
			Schemes: []string{"fritidskort"}, LowThreshold: catalog.Yes, EquipmentLoan: catalog.Yes, Contact: &catalog.Contact{Email: "post@furulund.example"}},
		{Source: "kulturhus", NativeID: "julekonsert", Kind: catalog.KindEvent, Title: "Julekonsert med korps og kor",
			Summary: "Korpset og barnekoret spiller jula inn.", Language: "nb", URL: "https://kulturhus.example/julekonsert", Categories: []string{"music"},
			Organizer: &catalog.Organizer{Name: "Kulturhuset Eksempel"}, Place: &catalog.Place{Name: "Store sal", PostalCode: "3256", Locality: "Larvik", Municipality: "3909"},
			Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: at("2026-12-03T18:00:00+01:00"), End: at("2026-12-03T20:00:00+01:00")}}},
			Price:    &catalog.Price{Min: ptr(catalog.Kroner(250)), Max: ptr(catalog.Kroner(250))},
			Offers: []catalog.Offer{{Name: "Voksen", Price: ptr(catalog.Kroner(250)), URL: "https://billett.example/1", Availability: catalog.Available, Remaining: ptr(7),
				RemainingAt: at("2026-11-22T11:48:00+01:00"), ValidThrough: at("2026-12-03T17:00:00+01:00")}}},
		{Source: "kommune", NativeID: "strikk", Kind: catalog.KindFacility, Title: "Strikkekafé på biblioteket", Summary: "Ta med strikketøyet, eller lån pinner av oss. Kaffe og kake.",
			Language: "nb", Categories: []string{"arts"}, Organizer: centre, Place: library, Schedule: catalog.Schedule{Series: []catalog.Series{{Start: at("2026-01-07T11:00:00+01:00"),
				End: at("2026-01-07T13:00:00+01:00"), Rules: []string{"FREQ=WEEKLY"}}}}, Price: &catalog.Price{Free: catalog.Yes}, Accessibility: []string{"wheelchair", "hearing_loop"}},
		{Source: "kommune", NativeID: "utlan", Kind: catalog.KindEquipment, Title: "Lån ski, skøyter og kajakk", Summary: "Gratis utlån av turutstyr og sportsutstyr i sju dager.",
			Language: "nb", Categories: []string{"outdoor"}, Organizer: &catalog.Organizer{Name: "Utlånsboden (eksempel)"}, Place: hall, Price: &catalog.Price{Free: catalog.Yes},
			Schedule: catalog.Schedule{ValidFrom: catalog.Date(2026, time.November, 1), ValidThrough: catalog.Date(2027, time.April, 30), Text: "man-fre kl. 10-16"}},
		{Source: "kommune", NativeID: "kort", Kind: catalog.KindScheme, Title: "Opplevelseskortet (eksempel)", Summary: "Betaler kino, bading og bowling for barn i familier med lav inntekt.",
			Language: "nb", Scheme: &catalog.Scheme{ID: "fritidskort", Pays: "Enkeltopplevelser: kino, bading, bowling", NotFor: "Kontingent", ForWhom: "Barn 6-18 år", RunBy: "Kommunen",
				Amount: ptr(catalog.Kroner(1500)), PerWhat: "barn og kalenderår", Year: 2026}},
		{Source: "kulturhus", NativeID: "avlyst", Kind: catalog.KindEvent, Title: "Familieforestilling: Reven i snøen", Summary: "Figurteater for de minste.", Language: "nb",
			Categories: []string{"stage"}, Organizer: &catalog.Organizer{Name: "Kulturhuset Eksempel"}, Status: catalog.StatusCancelled, Age: &catalog.Age{Min: ptr(3)},
			Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: catalog.Date(2026, time.November, 28), AllDay: true}}}},
		{Source: "klubber", NativeID: "norsk", Kind: catalog.KindCourse, Title: "Розмовний клуб норвезької", Summary: "Вчимо норвезьку разом за кавою.", Language: "uk", Categories: []string{"learning"},
			Organizer: centre, Place: library, Status: catalog.StatusFull, Schedule: catalog.Schedule{Dates: []catalog.Occurrence{
				{Start: at("2026-11-22T17:00:00+01:00"), End: at("2026-11-22T18:30:00+01:00")}, {Start: at("2026-11-29T17:00:00+01:00"), End: at("2026-11-29T18:30:00+01:00")}}}},
	}
	var out []catalog.ListingState
	for i := range records {
		out = append(out, catalog.ListingState{Listing: catalog.Single("larvik", &records[i]), UpdatedAt: at("2026-11-22T09:15:00+01:00")})
	}
	out[1].Members = append(out[1].Members, catalog.Member{Source: "arrangementer", NativeID: "77", URL: "https://nabo.example/77",
		Origin: &catalog.Origin{Hub: "sandefjord", Source: "kalender", NativeID: "k-77", Name: "Kalenderen", Licence: "CC0-1.0", FetchedAt: at("2026-11-20T08:00:00+01:00")}})
	out[1].Provenance, out[1].Why = map[string]int{"offers": 1}, "samme tittel, sted og tid"
	dead := catalog.Record{Source: "klubber", NativeID: "borte", Kind: catalog.KindActivity, Title: "Turn for <b>alle</b>"}
	out = append(out,
		catalog.ListingState{Listing: catalog.Single("larvik", &dead), DeletedAt: at("2026-11-20T10:00:00+01:00")},
		catalog.ListingState{Listing: catalog.Listing{ID: "sammen", Record: catalog.Record{Title: "Dublett"}}, MergedInto: out[0].ID},
		catalog.ListingState{Listing: catalog.Listing{ID: "skjult", Record: catalog.Record{Title: "Skjult"}}, Hidden: true},
	)
	return out
}

func sampleSources(t testing.TB) []Source {
	at := func(s string) time.Time { return instant(t, s) }
	return []Source{
		{ID: "kulturhus", Name: "Kulturhuset", Kind: "jsonld", URL: "https://bruker:pass@kulturhus.example/kalender?key=hemmelig#x", Licence: "CC-BY-4.0", Attribution: "Kulturhuset Eksempel",
			Enabled: true, Share: true, Status: "ok", LastRun: at("2026-11-22T11:46:00+01:00"), LastGood: at("2026-11-22T11:46:00+01:00"), NextRun: at("2026-11-22T12:15:00+01:00"), Live: 312},
		{ID: "klubber", Name: "Klubblista", Kind: "csv", URL: "file:samples/klubber.csv", Licence: "CC0-1.0", Enabled: true, Share: true, Status: "failed", Failures: 3, Live: 2,
			Error: "nettstedet svarer 403 (https://klubber.example/api?token=hemmelig)", LastGood: at("2026-11-21T20:00:00+01:00"), FailingFrom: at("2026-11-22T06:00:00+01:00")},
		{ID: "kommune", Name: "Kommunens egne", Kind: "list", URL: "file:samples/kommune.yaml", Licence: "NLOD-2.0", Attribution: "Eksempel kommune", Enabled: true, Status: "unchanged",
			LastGood: at("2026-11-22T11:00:00+01:00"), Live: 3},
	}
}

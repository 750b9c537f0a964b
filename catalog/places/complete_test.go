package places

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
)

func at(lat, lon float64) *catalog.Point { return &catalog.Point{Lat: lat, Lon: lon} }

func TestComplete(t *testing.T) {
	d := load(t)
	for _, c := range []struct {
		name    string
		in      catalog.Place
		want    catalog.Place
		warning string // a part of the only warning
	}{
		{"a postal code tells poststed, municipality and neighbourhood", catalog.Place{Name: "Klubbhuset", PostalCode: "3290"},
			catalog.Place{Name: "Klubbhuset", PostalCode: "3290", Locality: "Stavern", Municipality: "3909", Neighbourhood: "Stavern"}, ""},
		{"an address in one field", catalog.Place{Name: "Bølgen", Address: "Sanden 2, 3264 LARVIK, Norge"},
			catalog.Place{Name: "Bølgen", Address: "Sanden 2", PostalCode: "3264", Locality: "Larvik", Municipality: "3909"}, ""},
		{"an address in the name", catalog.Place{Name: "Bølgen kulturhus, Storsalen, Sanden 2, 3264 LARVIK"},
			catalog.Place{Name: "Bølgen kulturhus, Storsalen", Address: "Sanden 2", PostalCode: "3264", Locality: "Larvik", Municipality: "3909"}, ""},
		{"only an address in the name", catalog.Place{Name: "Storgata 12 B, 3256 Larvik"},
			catalog.Place{Address: "Storgata 12 B", PostalCode: "3256", Locality: "Larvik", Municipality: "3909"}, ""},
		{"the name is in the address too", catalog.Place{Name: "Bølgen", Address: "Bølgen kulturhus, Sanden 2, 3264 Larvik"},
			catalog.Place{Name: "Bølgen", Address: "Sanden 2", PostalCode: "3264", Locality: "Larvik", Municipality: "3909"}, ""},
		{"a former municipality's number", catalog.Place{Name: "Kvelde skole", Municipality: "0709"}, catalog.Place{Name: "Kvelde skole", Municipality: "3909"}, ""},
		{"a municipality by name", catalog.Place{Name: "Kvelde skole", Municipality: "Larvik kommune"}, catalog.Place{Name: "Kvelde skole", Municipality: "3909"}, ""},
		{"a town alone as name", catalog.Place{Name: "Svarstad"},
			catalog.Place{Name: "Svarstad", Locality: "Svarstad", Municipality: "3909", Neighbourhood: "Svarstad"}, ""},
		{"a town after the name", catalog.Place{Name: "Samfunnshuset, Kvelde"},
			catalog.Place{Name: "Samfunnshuset, Kvelde", Locality: "Kvelde", Municipality: "3909", Neighbourhood: "Kvelde"}, ""},
		{"a spreadsheet ate the zero", catalog.Place{PostalCode: "150", Locality: "OSLO", Address: "Rådhusgata 1"},
			catalog.Place{PostalCode: "0150", Locality: "Oslo", Address: "Rådhusgata 1", Municipality: "0301"}, ""},
		{"three digits that nothing explains", catalog.Place{PostalCode: "256", Locality: "Larvik"},
			catalog.Place{Locality: "Larvik", Municipality: "3909"}, "har ikke fire sifre"},
		{"code and place contradict each other", catalog.Place{PostalCode: "3256", Locality: "Sandefjord"},
			catalog.Place{PostalCode: "3256", Locality: "Sandefjord"}, "hører til Larvik"},
		{"code and municipality contradict each other", catalog.Place{PostalCode: "3256", Municipality: "3907"},
			catalog.Place{PostalCode: "3256", Municipality: "3907", Locality: "Larvik"}, "kommunen er oppgitt som 3907"},
		{"swapped", catalog.Place{Name: "Bølgen", Geo: at(10.03, 59.05)}, catalog.Place{Name: "Bølgen", Geo: at(59.05, 10.03)}, "byttet om"},
		{"zero", catalog.Place{Name: "Bølgen", Geo: at(0, 0)}, catalog.Place{Name: "Bølgen"}, "utelatt"},
		{"a position as name", catalog.Place{Name: "59.0512,10.0321"}, catalog.Place{Geo: at(59.0512, 10.0321)}, ""},
		{"on the net", catalog.Place{Name: "Digitalt på Teams"}, catalog.Place{Name: "Digitalt på Teams", Online: true}, ""},
		{"nothing to say", catalog.Place{Name: "Torget"}, catalog.Place{Name: "Torget"}, ""},
		{"a farm that bears a distant post office's name", catalog.Place{Name: "Klubbhuset, Moen"}, catalog.Place{Name: "Klubbhuset, Moen", Locality: "Moen"}, ""},
		{"a room in the field for the street", catalog.Place{Name: "Bølgen", Address: "Sal 2"}, catalog.Place{Name: "Bølgen", Address: "Sal 2"}, ""},
	} {
		p := c.in
		warnings := Complete(&p, d)
		if diff := cmp.Diff(c.want, p); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
		switch {
		case c.warning == "" && len(warnings) > 0:
			t.Errorf("%s: warnings %q", c.name, warnings)
		case c.warning != "" && (len(warnings) != 1 || !strings.Contains(warnings[0], c.warning)):
			t.Errorf("%s: warnings %q, want %q", c.name, warnings, c.warning)
		}
	}
	if Complete(nil, d) != nil {
		t.Error("nil")
	}
}

func TestRepair(t *testing.T) {
	for _, c := range []struct {
		in, want catalog.Point
		warned   bool
		ok       bool
	}{
		{*at(59.05, 10.03), *at(59.05, 10.03), false, true},
		{*at(10.03, 59.05), *at(59.05, 10.03), true, true},
		{*at(71.1, 25.8), *at(71.1, 25.8), false, true},
		{*at(25.8, 71.1), *at(71.1, 25.8), true, true},
		{*at(0, 0), catalog.Point{}, true, false},
		{*at(59.05, 0), catalog.Point{}, true, false},
		{*at(math.NaN(), 10), catalog.Point{}, true, false},
		{*at(math.Inf(1), 10), catalog.Point{}, true, false},
		{*at(6546000, 215000), catalog.Point{}, true, false},
		{*at(95, 10), catalog.Point{}, true, false},
		{*at(52.5, 13.4), *at(52.5, 13.4), true, true},
	} {
		got, warning, ok := Repair(c.in)
		if got != c.want || (warning != "") != c.warned || ok != c.ok {
			t.Errorf("%v: %v %q %v", c.in, got, warning, ok)
		}
	}
	if m := Metres(*at(59, 10), *at(60, 10)); math.Abs(m-111195) > 5 {
		t.Errorf("a degree of latitude is %.0f m", m)
	}
}

func TestPostal(t *testing.T) {
	d := load(t)
	for code, want := range map[string]Post{
		"3256": {"3256", "Larvik", "3909"}, "3277": {"3277", "Steinsholt", "3909"}, "3210": {"3210", "Sandefjord", "3907"}, "3915": {"3915", "Porsgrunn", "4001"},
		"3970": {"3970", "Langesund", "4012"}, "3173": {"3173", "Vear", "3905"}, "3160": {"3160", "Stokke", "3907"}, "0150": {"0150", "Oslo", "0301"},
		"8610": {"8610", "Mo i Rana", "1833"}, "4610": {"4610", "Kristiansand S", "4204"}, "1970": {"1970", "Hemnes", "3226"}, "8270": {"8270", "Drag", "1875"},
		"8591": {"8591", "Kjøpsvik", "1806"}, "6270": {"6270", "Brattvåg", "1580"}, "6708": {"6708", "Bryggja", "4649"}, "7257": {"7257", "Snillfjord", ""},
		"9170": {"9170", "Longyearbyen", ""}, "3340": {"3340", "Åmot", "3316"}, "3523": {"3523", "Nes i Ådal", "3305"},
	} {
		if got, ok := d.Postal(code); !ok || got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
	placed := 0
	for code, p := range d.posts {
		if !digits(code, 4) || p.Locality == "" || p.Municipality != "" && d.names[p.Municipality] == "" {
			t.Errorf("%+v", p)
		}
		if p.Municipality != "" {
			placed++
		}
		// Where a poststed bears a municipality's name, it is that one, but for those that are known to mislead.
		if n, ok := d.MunicipalityNumber(p.Locality); ok && p.Municipality != "" && n != p.Municipality &&
			!slices.Contains([]string{"Hemnes", "Osen", "Kvam", "Åmot", "Os", "Sula", "Molde", "Sortland"}, p.Locality) {
			t.Errorf("%s %s is in %s", code, p.Locality, p.Municipality)
		}
	}
	if len(d.names) != 357 || len(d.posts) < 5000 || placed < len(d.posts)-25 {
		t.Errorf("%d municipalities, %d codes, %d of them placed", len(d.names), len(d.posts), placed)
	}
	for former, want := range map[string]string{"0709": "3909", "0712": "3909", "0728": "3909", "3805": "3909", "3909": "3909", "3804": "3907", "0805": "4001", "1601": "5001", "5444": "5605"} {
		if got, ok := d.Current(former); !ok || got != want {
			t.Errorf("%s: %s", former, got)
		}
	}
	for _, none := range []string{"", "9999", "1507", "1850", "1613"} {
		if got, ok := d.Current(none); ok {
			t.Errorf("%s: %s", none, got)
		}
	}
	for name, want := range map[string]string{"Larvik": "3909", "LARVIK KOMMUNE": "3909", "Herøy": "", "Våler": "", "Midt-Telemark": "4020", "": ""} {
		if got, ok := d.MunicipalityNumber(name); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v", name, got, ok)
		}
	}
}

func TestAreas(t *testing.T) {
	d := load(t)
	mine := []Area{{Name: "Kysten", Municipality: "3909", PostalCodes: []string{"3290"}, Localities: []string{"Helgeroa"}, Circle: &Circle{Lat: 58.99, Lon: 9.86, KM: 2}},
		{Name: "Byen", Municipality: "3909", Circle: &Circle{Lat: 59.05, Lon: 10.03, KM: 3}}}
	own := d.WithAreas(mine)
	for _, c := range []struct {
		in   catalog.Place
		d    *Data
		want string
	}{
		{catalog.Place{PostalCode: "3296"}, d, "Nevlunghavn"},
		{catalog.Place{Locality: "Nevlunghamn", Municipality: "3909"}, d, "Nevlunghavn"},
		{catalog.Place{PostalCode: "3280"}, d, "Tjøllingvollen"},
		{catalog.Place{PostalCode: "3256"}, d, ""},
		{catalog.Place{Locality: "Stavern", Municipality: "3907"}, d, ""},
		{catalog.Place{PostalCode: "3290"}, own, "Kysten"},
		{catalog.Place{PostalCode: "3282"}, own, ""},
		{catalog.Place{Municipality: "3909", Geo: at(58.995, 9.865)}, own, "Kysten"},
		{catalog.Place{Municipality: "3909", Geo: at(59.051, 10.031)}, own, "Byen"},
		{catalog.Place{Municipality: "3909", Geo: at(59.3, 10.031)}, own, ""},
		{catalog.Place{Geo: at(59.051, 10.031)}, own, ""},
		{catalog.Place{PostalCode: "3290", Neighbourhood: "Agnes"}, d, "Agnes"},
	} {
		p := c.in
		Complete(&p, c.d)
		if p.Neighbourhood != c.want {
			t.Errorf("%+v: %q, want %q", c.in, p.Neighbourhood, c.want)
		}
	}
}

func TestRegister(t *testing.T) {
	d := load(t)
	told := []catalog.Place{
		{Name: "Bølgen kulturhus", Address: "Sanden 2, 3264 Larvik", Geo: at(59.0486, 10.0345)},
		{Name: "Kulturhuset Bølgen, Storsalen", Municipality: "3909", Geo: at(59.0488, 10.0349)},
		{Name: "Klubbhuset", Address: "Idrettsveien 1, 3290 Stavern"},
		{Name: "Farrishallen", Address: "Hoffs gate 1, 3262 Larvik"},
		{Name: "Farris hall", Address: "Hoffs gate 3, 3262 Larvik"},
		{Name: "Fabrikken", Address: "Storgata 1, 3256 Larvik"},
		{Name: "Fabrikken", Address: "Storgata 1, 3915 Porsgrunn"},
		{Name: "Storsalen", Address: "Kongegata 1, 3256 Larvik"},
		{Name: "Sentrum", Address: "Kongegata 1, 3256 Larvik"},
	}
	with := d.WithRegister(d.Learn(Once(told)))
	for _, c := range []struct{ in, want catalog.Place }{
		{catalog.Place{Name: "Bølgen, Lillesalen", Municipality: "3909"},
			catalog.Place{Name: "Bølgen, Lillesalen", Address: "Sanden 2", PostalCode: "3264", Locality: "Larvik", Municipality: "3909", Geo: at(59.0488, 10.0349)}},
		{catalog.Place{Name: "Bølgen kulturhus"},
			catalog.Place{Name: "Bølgen kulturhus", Address: "Sanden 2", PostalCode: "3264", Locality: "Larvik", Municipality: "3909", Geo: at(59.0488, 10.0349)}},
		{catalog.Place{Name: "Bølgen"}, catalog.Place{Name: "Bølgen"}},
		{catalog.Place{Name: "Bølgen", Municipality: "3907"}, catalog.Place{Name: "Bølgen", Municipality: "3907"}},
		{catalog.Place{Name: "Bølgen", Municipality: "3909", Address: "Havnegata 9"}, catalog.Place{Name: "Bølgen", Municipality: "3909", Address: "Havnegata 9"}},
		{catalog.Place{Name: "Klubbhuset", Municipality: "3909"}, catalog.Place{Name: "Klubbhuset", Municipality: "3909"}},
		{catalog.Place{Name: "Klubbhuset", Locality: "Stavern", Municipality: "3909"},
			catalog.Place{Name: "Klubbhuset", Address: "Idrettsveien 1", PostalCode: "3290", Locality: "Stavern", Municipality: "3909", Neighbourhood: "Stavern"}},
		{catalog.Place{Name: "Farrishallen", Municipality: "3909"},
			catalog.Place{Name: "Farrishallen", Municipality: "3909", PostalCode: "3262", Locality: "Larvik"}},
		{catalog.Place{Name: "Fabrikken"}, catalog.Place{Name: "Fabrikken"}},
		{catalog.Place{Name: "Storsalen", Municipality: "3909"}, catalog.Place{Name: "Storsalen", Municipality: "3909"}},
		{catalog.Place{Name: "Sentrum", Municipality: "3909"}, catalog.Place{Name: "Sentrum", Municipality: "3909"}},
	} {
		p := c.in
		if warnings := Complete(&p, with); len(warnings) > 0 {
			t.Errorf("%+v: %q", c.in, warnings)
		}
		if diff := cmp.Diff(c.want, p); diff != "" {
			t.Errorf("%+v:\n%s", c.in, diff)
		}
	}
}

// TestLearnIsOrderIndependent: the register is a function of the set, and completing twice changes nothing more.
func TestLearnIsOrderIndependent(t *testing.T) {
	d := load(t)
	rapid.Check(t, func(t *rapid.T) {
		var told []catalog.Place
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			told = append(told, drawPlace(t, "p"))
		}
		before := slices.Clone(told)
		a := d.WithRegister(d.Learn(Once(told)))
		if diff := cmp.Diff(before, told); diff != "" {
			t.Fatalf("Learn changed what it read:\n%s", diff)
		}
		b := d.WithRegister(d.Learn(Once(rapid.Permutation(told).Draw(t, "order"))))
		p := drawPlace(t, "q")
		x, y := p, p
		Complete(&x, a)
		Complete(&y, b)
		if diff := cmp.Diff(x, y); diff != "" {
			t.Fatalf("order matters:\n%s", diff)
		}
		again := x
		Complete(&again, a)
		if diff := cmp.Diff(x, again); diff != "" {
			t.Fatalf("completing twice changes more:\n%s", diff)
		}
	})
}

func BenchmarkComplete(b *testing.B) {
	d := load(b)
	told := []catalog.Place{{Name: "Bølgen kulturhus", Address: "Sanden 2, 3264 Larvik", Geo: at(59.0486, 10.0345)}}
	d = d.WithRegister(d.Learn(Once(told)))
	b.ReportAllocs()
	for b.Loop() {
		p := catalog.Place{Name: "Bølgen kulturhus, Storsalen, Sanden 2, 3264 LARVIK"}
		Complete(&p, d)
	}
}

func BenchmarkSame(b *testing.B) {
	d := load(b)
	x, y := catalog.Place{Name: "Bølgen, Storsalen", Municipality: "3909"}, catalog.Place{Name: "Kulturhuset Bølgen", Municipality: "3909", Address: "Sanden 2"}
	b.ReportAllocs()
	for b.Loop() {
		d.Same(x, y)
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b)
	}
}

// BenchmarkLearn is what a register of 10,000 places costs, most of which state a name and a municipality alone.
func BenchmarkLearn(b *testing.B) {
	d := load(b)
	var told []catalog.Place
	for i := range 10_000 {
		p := catalog.Place{Name: []string{"Bølgen kulturhus, Storsalen", "Farrishallen", "Langestrand skole", "Samfunnshuset"}[i%4] + strings.Repeat("a", i%50), Municipality: "3909"}
		if i%5 == 0 {
			p.Address, p.PostalCode = "Kongegata 5", "3256"
		}
		told = append(told, p)
	}
	b.ReportAllocs()
	for b.Loop() {
		d.Learn(Once(told))
	}
}

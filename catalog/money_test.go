package catalog_test

import (
	"encoding/json"
	"math"
	"testing"

	"fritidshub/catalog"
)

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		in   string
		want catalog.Money // -1: refused
	}{
		{"0", 0}, {"150", 150_00}, {" 150 ", 150_00}, {"150.5", 150_50}, {"150,50", 150_50}, {"0,05", 5}, {"5.", 5_00}, {"007", 7_00},
		{"150.5000", 150_50}, {"10000000", catalog.MaxMoney}, {"10000000.00", catalog.MaxMoney},
		{"", -1}, {" ", -1}, {".", -1}, {",", -1}, {".5", -1}, {"-1", -1}, {"+1", -1}, {"-0", -1}, {"1e3", -1}, {"1e400", -1}, {"0x10", -1}, {"1_000", -1},
		{"2.500", -1}, {"2,500", -1}, {"1.000", -1}, {"1.234,50", -1}, {"1,250.50", -1}, {"1 250", -1}, {"150.123", -1}, {"150.1234", -1},
		{"10000000.01", -1}, {"4294967296", -1}, {"99999999999999999999", -1}, {"NaN", -1}, {"Inf", -1}, {"150,-", -1}, {"kr 150", -1}, {"١٥٠", -1}, {"1.é", -1}, {"1\x00", -1},
	} {
		got, err := catalog.ParseMoney(c.in)
		if (err != nil) != (c.want < 0) || err == nil && got != c.want {
			t.Errorf("ParseMoney(%q) = %d, %v, want %d", c.in, got, err, c.want)
		}
	}
}

func TestMoneyString(t *testing.T) {
	for m, want := range map[catalog.Money]string{
		0: "0", 5: "0.05", 150_00: "150", 1250_50: "1250.50", -5: "-0.05", -100: "-1", -150_05: "-150.05",
		math.MaxInt64: "92233720368547758.07", math.MinInt64: "-92233720368547758.08",
	} {
		if got := m.String(); got != want {
			t.Errorf("Money(%d) prints %q, want %q", int64(m), got, want)
		}
	}
}

func TestMoneyJSON(t *testing.T) {
	var in struct {
		A, B *catalog.Money
		C    catalog.Money
	}
	if err := json.Unmarshal([]byte(`{"A": 99.5, "B": null, "C": null}`), &in); err != nil || *in.A != 99_50 || in.B != nil || in.C != 0 {
		t.Errorf("%+v, %v", in, err)
	}
	for _, bad := range []string{`"150"`, `-1`, `1e3`, `true`, `{}`, `1e400`} {
		if err := json.Unmarshal([]byte(`{"C": `+bad+`}`), &in); err == nil {
			t.Errorf("%s is read as %s", bad, in.C)
		}
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"0", "150", "150,50", "150.5000", "2.500", "1e3", "-1", "10000000.01", "99999999999999999999", "1,2,3", "", ".", "\x00", "١٥٠", "1.é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := catalog.ParseMoney(s)
		if err != nil {
			return
		}
		if m < 0 || m > catalog.MaxMoney {
			t.Errorf("ParseMoney(%q) = %d", s, m)
		}
		if again, err := catalog.ParseMoney(m.String()); err != nil || again != m {
			t.Errorf("ParseMoney(%q) = %d, its print %q is %d, %v", s, m, m, again, err)
		}
	})
}

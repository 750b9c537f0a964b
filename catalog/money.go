package catalog

import (
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in øre (hundredths of the currency), never a float. Its JSON form is a decimal number of kroner.
type Money int64

// MaxMoney bounds a believable price: ten million kroner.
const MaxMoney Money = 10_000_000_00

// Kroner makes a Money of whole kroner.
func Kroner(n int64) Money { return Money(n * 100) }

// String prints kroner with a point and at most two decimals: "1250.5" is printed "1250.50", "150" as "150".
func (m Money) String() string {
	kroner, cents, sign := m/100, m%100, ""
	if m < 0 {
		kroner, cents, sign = -kroner, -cents, "-"
	}
	if cents == 0 {
		return sign + strconv.FormatInt(int64(kroner), 10)
	}
	return fmt.Sprintf("%s%d.%02d", sign, kroner, cents)
}

// ParseMoney reads a plain decimal number of kroner with a point or a comma and at most two decimals (more, when they are zeros), 0 to
// MaxMoney. Exactly three decimals are refused: "2.500" is two thousand and five hundred to most who write it.
// Words and thousands separators are the business of the reader of prose, not of this function.
func ParseMoney(s string) (Money, error) {
	whole, frac, _ := strings.Cut(strings.Replace(strings.TrimSpace(s), ",", ".", 1), ".")
	if len(frac) > 2 {
		if len(frac) == 3 || strings.Trim(frac[2:], "0") != "" {
			return 0, fmt.Errorf("catalog: amount %.40q has more than two decimals", s)
		}
		frac = frac[:2]
	}
	n, err := strconv.ParseUint(whole, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("catalog: %.40q is not an amount", s)
	}
	cents := uint64(0)
	if frac != "" {
		if cents, err = strconv.ParseUint((frac + "0")[:2], 10, 8); err != nil {
			return 0, fmt.Errorf("catalog: %.40q is not an amount", s)
		}
	}
	if m := Money(n*100 + cents); m <= MaxMoney {
		return m, nil
	}
	return 0, fmt.Errorf("catalog: amount %.40q is above %s", s, MaxMoney)
}

// MarshalJSON implements json.Marshaler.
func (m Money) MarshalJSON() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (m *Money) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	v, err := ParseMoney(string(b))
	if err != nil {
		return err
	}
	*m = v
	return nil
}

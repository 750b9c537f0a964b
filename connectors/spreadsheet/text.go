package spreadsheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// look says as what the value of a cell is shown; without one it is text or a whole number and stays as it is.
type look uint8

const (
	number look = iota + 1
	money       // a number that is shown as kroner: two decimals
	day
	clock
	moment
	truth // yes or no
	fault // an error such as #REF!
)

// write gives the text of a value as a Norwegian would write it: 3.12.2026 as 03.12.2026, half past six as 18:30, 1250.5 as 1250,5.
func (l look) write(value string, from1904 bool) string {
	switch l {
	case truth:
		return map[string]string{"1": "ja", "true": "ja", "0": "nei", "false": "nei"}[strings.ToLower(value)]
	case fault:
		return ""
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		if l == day { // a cell may also hold its date as ISO 8601
			value, _, _ = strings.Cut(value, "T")
		}
		return value
	}
	if l == number || l == money {
		text := strconv.FormatFloat(v, 'g', 15, 64) // a spreadsheet counts with 15 digits
		if l == money {
			text = strconv.FormatFloat(v, 'f', 2, 64)
		}
		short, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(short) > 1e15 {
			return value
		}
		return strings.Replace(strconv.FormatFloat(short, 'f', -1, 64), ".", ",", 1)
	}
	const year10000 = 2_958_466
	if v < 0 || v >= year10000 || math.IsNaN(v) {
		return value
	}
	whole := math.Floor(v)
	seconds := math.Round((v - whole) * 24 * 60 * 60)
	date, err := excelize.ExcelDateToTime(whole, from1904)
	if err != nil {
		return value
	}
	t := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, int(seconds), 0, time.UTC)
	hour := "15:04"
	if t.Second() != 0 {
		hour = "15:04:05"
	}
	switch l {
	case day:
		return date.Format("02.01.2006")
	case clock:
		return t.Format(hour)
	}
	return t.Format("02.01.2006 " + hour)
}

// builtin is the look of the number formats that have a number and no code (ECMA-376 part 1, 18.8.30).
func builtin(id int) look {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return day
	case id >= 18 && id <= 21, id >= 45 && id <= 47, id >= 32 && id <= 35:
		return clock
	case id == 22:
		return moment
	case id >= 5 && id <= 8, id >= 41 && id <= 44:
		return money
	}
	return number
}

// lookOf reads a format code such as «dd.mm.yyyy hh:mm» (ECMA-376 part 1, 18.8.31): its first section, without quoted text.
func lookOf(code string) look {
	var plain strings.Builder
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i]; c {
		case '"', '[':
			closing := byte('"')
			if c == '[' {
				closing = ']'
			}
			n := strings.IndexByte(code[i+1:], closing)
			if n < 0 {
				return number
			}
			if c == '[' && n > 0 && strings.Trim(strings.ToLower(code[i+1:i+1+n]), "hms") == "" { // [h]:mm, hours that go on past 24
				plain.WriteByte('h')
			}
			i += n + 1
		case '\\', '_', '*':
			i++
		default:
			plain.WriteByte(c)
		}
	}
	s := strings.NewReplacer("general", "", "standard", "", "am/pm", "", "a/p", "").Replace(strings.ToLower(plain.String()))
	dated, timed := strings.ContainsAny(s, "yd"), strings.ContainsAny(s, "hs")
	switch {
	case strings.ContainsAny(s, "#?%0") && strings.Contains(strings.ToLower(code), "kr"):
		return money
	case strings.ContainsAny(s, "#?%"):
		return number
	case dated && timed:
		return moment
	case timed:
		return clock
	case dated, strings.Contains(s, "m"):
		return day
	}
	return number
}

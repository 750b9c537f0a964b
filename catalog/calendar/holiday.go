package calendar

import "time"

// publicHoliday names the Norwegian public holiday of a day, empty when it is none: those of the act on public
// holidays (lov 24. februar 1995 nr. 12 § 2), and 1 and 17 May (lov 26. april 1947 nr. 1).
func publicHoliday(day int) string {
	y, m, d := moment{day: day}.wall().Date()
	switch {
	case m == time.January && d == 1:
		return "1. nyttårsdag"
	case m == time.May && d == 1:
		return "1. mai"
	case m == time.May && d == 17:
		return "17. mai"
	case m == time.December && d == 25:
		return "1. juledag"
	case m == time.December && d == 26:
		return "2. juledag"
	}
	switch day - easter(y) {
	case -3:
		return "skjærtorsdag"
	case -2:
		return "langfredag"
	case 0:
		return "1. påskedag"
	case 1:
		return "2. påskedag"
	case 39:
		return "Kristi himmelfartsdag"
	case 49:
		return "1. pinsedag"
	case 50:
		return "2. pinsedag"
	}
	return ""
}

// easter gives the day number of Easter Sunday in the Gregorian calendar, by the algorithm of Meeus (Astronomical Algorithms, chapter 8).
func easter(year int) int {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return dayNumber(year, time.Month(month), (h+l-7*m+33*month+19)%32)
}

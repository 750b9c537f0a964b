package calendar

import (
	"strings"
	"time"

	"fritidshub/catalog"
)

// Names are the words for times in every language that has some, in lower case in each of their forms.
type Names struct {
	Weekdays map[string]time.Weekday
	Months   map[string]time.Month
	Breaks   map[string]string // to the name in catalog.SchoolBreaks
}

// LoadNames gives the words for times; the maps are the caller's own.
func LoadNames() Names {
	n := Names{Weekdays: map[string]time.Weekday{}, Months: map[string]time.Month{}, Breaks: map[string]string{}}
	for tag, l := range wordings {
		if tag == "und" {
			continue
		}
		gather(n.Weekdays, l.Nouns["weekday"], func(i int) (time.Weekday, bool) { return time.Weekday((i + 1) % 7), i < 7 })
		gather(n.Months, l.Nouns["month"], func(i int) (time.Month, bool) { return time.Month(i + 1), i < 12 })
		gather(n.Breaks, l.Nouns["break"], func(i int) (string, bool) { return catalog.SchoolBreaks()[i%5], i < 5 })
	}
	return n
}

func gather[T comparable](into map[string]T, forms map[string][]string, of func(i int) (T, bool)) {
	for _, words := range forms {
		for i, word := range words {
			v, ok := of(i)
			if ok && word != "" {
				into[strings.ToLower(word)] = v
			}
		}
	}
}

package api

import (
	"slices"
	"strings"
	"testing"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// TestSchoolHolidays: what rests with the schools is not listed in their holidays, where the place's calendar is known.
func TestSchoolHolidays(t *testing.T) {
	schools, err := calendar.LoadSchools(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := newHub(t, func(o *Options) { o.Hub.Schools = schools })
	i := slices.IndexFunc(h.store.listings, func(l catalog.ListingState) bool { return l.Title == "Jentefotball for nybegynnere" })
	l := &h.store.listings[i]
	l.Schedule.Text = ""
	l.Schedule.Series[0].SchoolCalendar = true
	starts := func() string {
		var answer struct {
			Occurrences []struct {
				Start, End, Status, URL string
				AllDay                  bool `json:"all_day"`
			}
			Next string
		}
		h.getJSON("/api/v1/listings/"+l.ID+"/occurrences?from=2026-12-14&to=2027-01-13", &answer)
		var days []string
		for _, o := range answer.Occurrences {
			days = append(days, o.Start[:10])
		}
		return strings.Join(days, " ")
	}
	if got := starts(); got != "2026-12-15 2027-01-05 2027-01-12" {
		t.Errorf("in Larvik: %s", got)
	}
	for lang, want := range map[string]string{"nb": "tirsdager kl. 18-19.30, til 1. juni, ikke i skoleferier", "en": "Tuesdays 18:00-19:30, until 1 June, not in school holidays",
		"uk": "щовівторка з 18:00 до 19:30, до 1 червня, крім шкільних канікул"} {
		if body := h.get("/api/v1/listings/"+l.ID+"?lang="+lang, 200); !strings.Contains(body, `"schedule_text":"`+want+`"`) {
			t.Errorf("%s: no %q in %s", lang, want, body)
		}
	}
	place := *l.Place
	place.Municipality = "4001" // the schools of Telemark are not known
	l.Place = &place
	if got := starts(); got != "2026-12-15 2026-12-22 2026-12-29 2027-01-05 2027-01-12" {
		t.Errorf("in Porsgrunn: %s", got)
	}
}

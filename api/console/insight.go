package console

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// Insights tells what residents ask for, as sums of days.
type Insights interface {
	// Insight sums up the last days, today included.
	Insight(ctx context.Context, days int) (*Insight, error)
}

// Insight is what was asked for.
type Insight struct {
	Days    []DayCount // every one, the oldest first
	Ways    []Count    // how searches came
	Vain    []Count    // words that found nothing
	Filters []Count
	From    []Count // pages of others that have an element
}

// DayCount is how many searches a day had.
type DayCount struct {
	Day time.Time
	N   int64
}

// Count is how often something was asked for.
type Count struct {
	Text, Value string
	N           int64
}

// spans are the numbers of days that can be summed up.
var spans = []struct {
	days int
	text string
}{{7, "7 dager"}, {30, "30 dager"}, {90, "3 måneder"}, {365, "et år"}}

type insightView struct {
	frame
	Insight
	Spans []link
	Rows  []dayRow // the newest first
	Most  int64
	All   int64
}

type dayRow struct {
	Day moment
	N   int64
}

func (c *console) insightPages() {
	c.page("GET /editor/insight", c.getInsight)
}

func (c *console) getInsight(w http.ResponseWriter, r *http.Request) error {
	days, err := number(r, "days")
	if err != nil {
		return err
	}
	chosen := spans[1]
	view := insightView{frame: c.frame(r, "Innsikt")}
	for _, s := range spans {
		if int64(s.days) == days {
			chosen = s
		}
	}
	for _, s := range spans {
		view.Spans = append(view.Spans, link{Text: s.text, URL: view.Base + "insight?days=" + strconv.Itoa(s.days), Current: s == chosen})
	}
	found, err := c.Insights.Insight(r.Context(), chosen.days)
	if err != nil {
		return err
	}
	view.Insight = *found
	for i := len(found.Days) - 1; i >= 0; i-- {
		d := found.Days[i]
		view.Rows = append(view.Rows, dayRow{c.day(d.Day), d.N})
		view.Most, view.All = max(view.Most, d.N), view.All+d.N
	}
	c.draw(w, r, http.StatusOK, "insight", view)
	return nil
}

var weekdays = []string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"}

// day says a day: "mandag 23. nov.".
func (c *console) day(t time.Time) moment {
	text := weekdays[t.Weekday()] + " " + strconv.Itoa(t.Day()) + ". " + months[t.Month()-1]
	if t.Year() != c.Now().Year() {
		text += " " + strconv.Itoa(t.Year())
	}
	return moment{text, t.Format(time.DateOnly)}
}

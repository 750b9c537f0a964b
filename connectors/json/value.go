package jsonapi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors/when"
)

// The forms of a date that are counts.
const (
	epoch   = "epoch"    // seconds since 1970
	epochMS = "epoch_ms" // milliseconds since 1970
)

var tokens = strings.NewReplacer("YYYY", "2006", "MM", "1", "M", "1", "DD", "2", "D", "2", "HH", "15", "H", "15", "hh", "3", "h", "3", "mm", "04", "ss", "05", "A", "PM", "Z", "Z07:00")

// layout turns DD/MM/YYYY HH:mm into a layout of the package time.
func layout(form string) string { return tokens.Replace(form) }

// moment reads one date or time: in the declared form, else as package when does.
func (it *item) moment(r gjson.Result) (when.Time, error) {
	s := strings.TrimSpace(r.String())
	if r.Type == gjson.Number {
		s = r.Raw
	}
	if form := it.o.Dates; form == epoch || form == epochMS {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			t := time.Unix(n, 0)
			if form == epochMS {
				t = time.UnixMilli(n)
			}
			if year := t.UTC().Year(); n <= 0 || year > catalog.LastYear {
				return when.Time{}, fmt.Errorf("%s er ingen tid i %s", catalog.CleanText(s, 40), form)
			}
			return when.Time{Time: t.In(it.Source.Zone)}, nil
		}
	} else if form != "" && r.Type == gjson.String {
		l := layout(form)
		t, err := time.Parse(l, s)
		if err != nil {
			t, err = time.Parse(l, strings.ToUpper(s)) // am and pm
		}
		if err == nil && t.Year() >= catalog.FirstYear && t.Year() <= catalog.LastYear {
			switch {
			case !strings.Contains(l, "15") && !strings.Contains(l, "3"):
				return when.Time{Time: catalog.Date(t.Year(), t.Month(), t.Day()), Day: true}, nil
			case strings.Contains(l, "Z07:00"):
				return when.Time{Time: t}, nil
			}
			return when.Time{Time: catalog.LocalTime(it.Source.Zone, t)}, nil
		}
	}
	switch r.Type {
	case gjson.String:
		t, err := when.Parse(s, it.Source.Zone)
		if err != nil && it.o.Dates != "" {
			err = fmt.Errorf("«%s» er verken %s eller en dato som kan leses sikkert", catalog.CleanText(s, 40), it.o.Dates)
		}
		return t, err
	case gjson.Number:
		return when.Time{}, fmt.Errorf("tallet %s er ingen dato; er det sekunder eller millisekunder siden 1970, så skriv options.dates: epoch eller epoch_ms", catalog.CleanText(s, 40))
	}
	return when.Time{}, fmt.Errorf("verdien er %s, ikke en dato", what(r))
}

// moments reads a field that holds one date or a list of them (zero for one that is not stated), with the clock of another field when it holds days.
func (it *item) moments(field, clock string) ([]when.Time, error) {
	r := it.get(field)
	list := []gjson.Result{r}
	if r.IsArray() {
		list = r.Array()
	}
	if len(list) > catalog.MaxDates {
		it.note(field, it.where, fmt.Sprintf("%d datoer, bare de første %d er med", len(list), catalog.MaxDates))
		list = list[:catalog.MaxDates]
	}
	var out []when.Time
	for _, r := range list {
		if r.Type == gjson.Null || r.Type == gjson.String && (strings.TrimSpace(r.Str) == "" || r.Str == "null") {
			if len(list) > 1 { // keeps its place, so that starts and ends stay together
				out = append(out, when.Time{})
			}
			continue
		}
		t, err := it.moment(r)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	allDay, _ := cell.Fact(it.text("all_day"))
	if allDay == catalog.Yes {
		for i, t := range out {
			if !t.Day && !t.Time.IsZero() {
				local := t.Time.In(it.Source.Zone)
				out[i] = when.Time{Time: catalog.Date(local.Year(), local.Month(), local.Day()), Day: true}
			}
		}
		return out, nil
	}
	s := it.text(clock)
	if s == "" || len(out) != 1 {
		return out, nil
	}
	at, err := cell.ParseClock(s)
	if err != nil {
		return nil, fmt.Errorf("feltet %s: %w", clock, err)
	}
	day := out[0].Time
	if !out[0].Day { // the day may be written as its midnight
		local := day.In(it.Source.Zone)
		if local.Hour() != 0 || local.Minute() != 0 {
			return out, nil
		}
		day = catalog.Date(local.Year(), local.Month(), local.Day())
	}
	return []when.Time{{Time: when.Clock(day, int(at), it.Source.Zone)}}, nil
}

// season is the least number of days from start to end of which an item without a kind means something standing.
const season = 31

// schedule reads start and end. Between two days something standing is open; an event takes place.
func (it *item) schedule(kind catalog.Kind) catalog.Schedule {
	starts, err := it.moments("start", "start_time")
	if err != nil {
		it.fail("start", err)
		return catalog.Schedule{}
	}
	ends, err := it.moments("end", "end_time")
	if err != nil {
		it.skip("end", err)
		ends = nil
	}
	if len(ends) == 0 && len(starts) == 1 && !starts[0].Day { // only the clock of the end is stated
		if at := value(it, "end_time", cell.ParseClock); it.text("end_time") != "" {
			local := starts[0].Time.In(it.Source.Zone)
			end := when.Clock(catalog.Date(local.Year(), local.Month(), local.Day()), int(at), it.Source.Zone)
			if !end.After(starts[0].Time) {
				end = when.Clock(catalog.Date(local.Year(), local.Month(), local.Day()+1), int(at), it.Source.Zone)
			}
			ends = []when.Time{{Time: end}}
		}
	}
	if len(ends) > 0 && len(ends) != len(starts) {
		it.skip("end", fmt.Errorf("%d slutter til %d starter", len(ends), len(starts)))
		ends = nil
	}
	if len(starts) == 0 {
		return catalog.Schedule{}
	}
	zone := it.Source.Zone
	s := catalog.Schedule{Zone: zone.String()}
	for i, from := range starts {
		if from.Time.IsZero() {
			continue
		}
		o := catalog.Occurrence{Start: from.Time, AllDay: from.Day}
		if len(ends) > 0 && !ends[i].Time.IsZero() {
			o.End = it.end(from, ends[i])
		}
		s.Dates = append(s.Dates, o)
	}
	if len(s.Dates) == 0 {
		return catalog.Schedule{}
	}
	if first := s.Dates[0]; len(s.Dates) == 1 && !first.End.IsZero() {
		from, to := it.day(first.Start, first.AllDay), it.day(first.End, first.AllDay)
		if days := int(to.Sub(from) / (24 * time.Hour)); days > 0 && kind != "" && !kind.NeedsDate() && (first.AllDay || days > 1) || kind == "" && days > season {
			return catalog.Schedule{ValidFrom: from, ValidThrough: to}
		}
	}
	return s
}

// end fits an end to its start: both days or both instants, and not before it.
func (it *item) end(from, to when.Time) time.Time {
	end := to.Time
	switch {
	case from.Day && !to.Day:
		end = it.day(to.Time, false)
	case !from.Day && to.Day:
		if !to.Time.After(it.day(from.Time, false)) {
			return time.Time{} // the day of the start says nothing more
		}
		end = catalog.LocalTime(it.Source.Zone, to.Time.AddDate(0, 0, 1))
	}
	if end.Before(from.Time) {
		it.skip("end", errors.New("slutten er før starten"))
		return time.Time{}
	}
	return end
}

// day is the calendar day of a time.
func (it *item) day(t time.Time, day bool) time.Time {
	if day {
		return t
	}
	t = t.In(it.Source.Zone)
	return catalog.Date(t.Year(), t.Month(), t.Day())
}

func (it *item) place() *catalog.Place {
	p := catalog.Place{
		Name: catalog.PlainText(it.text("venue")), Address: catalog.PlainText(it.text("address")), Locality: it.text("locality"),
		PostalCode: value(it, "postal_code", fourDigits), Municipality: value(it, "municipality", fourDigits),
	}
	if online, err := cell.Fact(it.text("online")); err == nil {
		p.Online = online == catalog.Yes
	}
	lat, lon := it.text("lat"), it.text("lon")
	y, errY := cell.Degrees(lat, 90)
	x, errX := cell.Degrees(lon, 180)
	switch {
	case lat == "" || lon == "" || errY == nil && errX == nil && y == 0 && x == 0: // what is not filled in is often zero
	case errY != nil:
		it.skip("lat", errY)
	case errX != nil:
		it.skip("lon", errX)
	default:
		p.Geo = &catalog.Point{Lat: y, Lon: x}
	}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

// fourDigits gives back the zero that a number loses: 301 is 0301.
func fourDigits(s string) (string, error) {
	if strings.Trim(s, "0123456789") != "" || len(s) > 4 || len(s) < 3 {
		return "", fmt.Errorf("«%s» er ikke et nummer på fire siffer", catalog.CleanText(s, 40))
	}
	return fmt.Sprintf("%04s", s), nil
}

func (it *item) status() catalog.Status {
	if it.get("cancelled").Type == gjson.True {
		return catalog.StatusCancelled
	}
	if f, err := cell.Fact(it.text("cancelled")); err == nil && f == catalog.Yes {
		return catalog.StatusCancelled
	}
	return value(it, "status", cell.Status)
}

func (it *item) age() *catalog.Age {
	a := value(it, "age", cell.Age)
	years := func(field string) *int {
		return value(it, field, func(s string) (*int, error) {
			if whole, ok := strings.CutSuffix(s, ".0"); ok {
				s = whole
			}
			n, err := cell.Years(s)
			return &n, err
		})
	}
	low, high := years("age_min"), years("age_max")
	if high != nil && *high == 0 { // what is not filled in is often zero
		high = nil
		if low != nil && *low == 0 {
			low = nil
		}
	}
	if low == nil && high == nil {
		return a
	}
	if low != nil && high != nil && *low > *high {
		it.skip("age_max", fmt.Errorf("alderen til og med %d er lavere enn alderen fra %d", *high, *low))
		return a
	}
	return &catalog.Age{Min: low, Max: high}
}

func (it *item) price() *catalog.Price {
	p := it.amount("price")
	if top := it.amount("price_max"); top != nil && top.Max != nil {
		if p == nil {
			p = &catalog.Price{}
		}
		if p.Max = top.Max; *p.Max > 0 {
			p.Free = catalog.No
		}
	}
	free, err := cell.Fact(it.text("free"))
	if err != nil {
		it.skip("free", err)
	}
	if free != catalog.NotStated {
		if p == nil {
			p = &catalog.Price{}
		}
		p.Free = free
	}
	if p != nil {
		p.Currency = strings.ToUpper(it.text("currency"))
	}
	return p
}

// amount reads a price. Zero is free when that is what this source means by it, else not stated.
func (it *item) amount(field string) *catalog.Price {
	r := it.get(field)
	s := it.text(field)
	if s == "" {
		return nil
	}
	plain, err := catalog.ParseMoney(s)
	if r.Type == gjson.Number {
		plain, err = catalog.ParseMoney(strconv.FormatFloat(r.Num, 'f', -1, 64))
		if err != nil {
			it.skip(field, fmt.Errorf("%s er ikke et beløp", catalog.CleanText(s, 40)))
			return nil
		}
	}
	if err == nil && plain == 0 {
		if it.o.ZeroPrice == "unknown" || it.o.ZeroPrice == "" && it.o.Fields["price"] != "" {
			return nil
		}
		return &catalog.Price{Min: &plain, Max: &plain, Free: catalog.Yes}
	}
	if r.Type == gjson.Number {
		return &catalog.Price{Min: &plain, Max: &plain, Free: catalog.No}
	}
	p, err := cell.Price(s)
	if err != nil {
		it.note(field, it.where, err.Error()+". Ordene vises som de står, men kan ikke søkes i")
	}
	return p
}

package when

import (
	"strings"
	"time"
)

// Zones finds time zones by name and keeps those it has found: a zone takes some kilobytes, and would be loaded anew for every item.
// Its zero value is empty.
type Zones struct{ found map[string]*time.Location }

// Place gives the zone of an IANA name that is a place's: Europe/Oslo, but neither UTC nor Etc/UTC; nil for any other name.
func (z *Zones) Place(name string) *time.Location {
	if zone, ok := z.found[name]; ok {
		return zone
	}
	if !strings.Contains(name, "/") || strings.HasPrefix(name, "Etc/") || len(name) > 64 {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	if z.found == nil {
		z.found = map[string]*time.Location{}
	}
	z.found[name] = zone
	return zone
}

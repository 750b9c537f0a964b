package places

import (
	"math"

	"fritidshub/catalog"
)

// The box round mainland Norway, degrees. No point of it has its mirror image in it.
const (
	southernmost, northernmost = 57.0, 72.0
	westernmost, easternmost   = 4.0, 32.0
)

func inNorway(p catalog.Point) bool {
	return p.Lat >= southernmost && p.Lat <= northernmost && p.Lon >= westernmost && p.Lon <= easternmost
}

// Repair mends a position as sources give it: latitude and longitude that stand in each other's place are swapped back, and what is
// no position (a zero, a number that no degree has) is dropped, which ok tells. The warning is Norwegian, "" when there is nothing to
// say. A position abroad is kept and warned of.
func Repair(p catalog.Point) (repaired catalog.Point, warning string, ok bool) {
	swapped := catalog.Point{Lat: p.Lon, Lon: p.Lat}
	switch {
	case math.IsNaN(p.Lat) || math.IsNaN(p.Lon) || math.IsInf(p.Lat, 0) || math.IsInf(p.Lon, 0):
		return catalog.Point{}, "koordinatene er ikke tall og er utelatt", false
	case math.Abs(p.Lat) < 1e-3 || math.Abs(p.Lon) < 1e-3:
		return catalog.Point{}, "en koordinat er 0 og er utelatt", false
	case inNorway(p):
		return p, "", true
	case inNorway(swapped):
		return swapped, "bredde- og lengdegrad var byttet om og er rettet", true
	case math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 180:
		return catalog.Point{}, "koordinatene finnes ikke på jorda og er utelatt", false
	}
	return p, "koordinatene er utenfor Fastlands-Norge", true
}

// Metres is the distance between two positions along the earth's surface (haversine, radius 6 371 009 m).
func Metres(a, b catalog.Point) float64 {
	rad := func(deg float64) float64 { return deg * math.Pi / 180 }
	sin2 := func(x float64) float64 { s := math.Sin(x / 2); return s * s }
	h := sin2(rad(b.Lat-a.Lat)) + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*sin2(rad(b.Lon-a.Lon))
	return 2 * 6371009 * math.Asin(math.Min(1, math.Sqrt(h)))
}

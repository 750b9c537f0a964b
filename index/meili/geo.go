package meili

import (
	"math"

	"fritidshub/catalog"
)

// position is that of a hit, nil when it has none.
func position(h hit) (*catalog.Point, error) {
	if _, has := h["_geo"]; !has {
		return nil, nil
	}
	at, err := field[struct{ Lat, Lng float64 }](h, "_geo")
	return &catalog.Point{Lat: at.Lat, Lon: at.Lng}, err
}

// distance is the great-circle distance in km.
func distance(a, b catalog.Point) float64 {
	const rad, radius = math.Pi / 180, 6371.0088
	sinLat, sinLon := math.Sin((b.Lat-a.Lat)*rad/2), math.Sin((b.Lon-a.Lon)*rad/2)
	h := sinLat*sinLat + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*sinLon*sinLon
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}

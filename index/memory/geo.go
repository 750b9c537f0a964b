package memory

import (
	"math"

	"fritidshub/catalog"
)

const earthRadius = 6371.0088 // km, mean

// onSphere is the point on the unit sphere. The square of the chord between two of them is 4 times the haversine of their angle,
// so it orders and bounds distances as exactly as the haversine formula does, without trigonometry for each document.
func onSphere(p catalog.Point) [3]float64 {
	lat, lon := p.Lat*math.Pi/180, p.Lon*math.Pi/180
	sinLat, cosLat := math.Sincos(lat)
	sinLon, cosLon := math.Sincos(lon)
	return [3]float64{cosLat * cosLon, cosLat * sinLon, sinLat}
}

func chord2(a, b [3]float64) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return x*x + y*y + z*z
}

// kilometres is the great-circle distance of a squared chord.
func kilometres(chord2 float64) float64 {
	return 2 * earthRadius * math.Asin(math.Sqrt(min(chord2/4, 1)))
}

// squaredChord is the opposite of kilometres.
func squaredChord(km float64) float64 {
	half := math.Sin(min(km/(2*earthRadius), math.Pi/2))
	return 4 * half * half
}

package api

import (
	"context"
	"math"
	"slices"

	"fritidshub/catalog"
)

// maxNeighbours is how far away a neighbour may be, in kilometres.
const maxNeighbours = 200

// neighbour is a municipality that lies near another one.
type neighbour struct {
	number string
	km     float64
}

// neighbours are the municipalities within so many kilometres of one, the nearest first. A municipality lies where the middle of the places is that the hub knows
// there: it holds no map of borders, and one that nothing is known of is nobody's neighbour.
func (s *server) neighbours(ctx context.Context, of string, km int) ([]neighbour, error) {
	all, err := s.Listings.Places(ctx)
	if err != nil {
		return nil, err
	}
	lat, lon := map[string][]float64{}, map[string][]float64{}
	for _, p := range all {
		if n := p.Value.Municipality; n != "" && p.Value.Geo != nil {
			lat[n], lon[n] = append(lat[n], p.Value.Geo.Lat), append(lon[n], p.Value.Geo.Lon)
		}
	}
	if lat[of] == nil {
		return nil, nil
	}
	middle := func(n string) catalog.Point { return catalog.Point{Lat: median(lat[n]), Lon: median(lon[n])} }
	home := middle(of)
	var out []neighbour
	for n := range lat {
		if away := kilometres(home, middle(n)); n != of && away <= float64(km) {
			out = append(out, neighbour{n, away})
		}
	}
	slices.SortFunc(out, func(a, b neighbour) int {
		if a.km < b.km {
			return -1
		}
		return 1
	})
	return out, nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// kilometres is how far it is between two points that are not half a world apart, on a plane, to about one percent in Norway.
func kilometres(a, b catalog.Point) float64 {
	const degree = 111.2 // kilometres of a degree of latitude
	east := (b.Lon - a.Lon) * math.Cos((a.Lat+b.Lat)/2*math.Pi/180)
	return degree * math.Hypot(east, b.Lat-a.Lat)
}

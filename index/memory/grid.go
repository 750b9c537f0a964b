package memory

import (
	"math"
	"slices"
	"sort"

	"fritidshub/catalog"
	"fritidshub/index"
)

// grid knows the documents with a position by cells of cellLat by cellLon degrees, which in Norway is about one square kilometre. A search
// takes whole cells where it can, and looks at positions only in cells at the edge of what it wants.
type grid struct {
	cells   []uint32     // row<<16 | column, rising
	off     []uint32     // by cell: where its documents begin
	docs    []uint32     // by cell, rising in each
	centres [][3]float64 // by cell: its middle on the unit sphere
}

const (
	cellLat = 0.01 // degrees
	cellLon = 0.02
	// kmPerDegree is a degree's length along a meridian.
	kmPerDegree = earthRadius * math.Pi / 180
	// slack is more than rounding can amount to, in km.
	slack = 1e-5
)

func cellRow(lat float64) uint32 { return uint32((min(max(lat, -90), 90) + 90) / cellLat) }
func cellCol(lon float64) uint32 { return uint32((min(max(lon, -180), 180) + 180) / cellLon) }

func newGrid(s *segment) *grid {
	if s.n < fewDocuments {
		return nil
	}
	g := new(grid)
	placed := make([]uint64, 0, s.n)
	for d := range s.n {
		if lat, lon := s.lat[d], s.lon[d]; lat == lat && lon == lon { // not NaN
			placed = append(placed, uint64(cellRow(lat)<<16|cellCol(lon))<<32|uint64(d))
		}
	}
	slices.Sort(placed)
	g.docs = make([]uint32, len(placed))
	for i, p := range placed {
		cell := uint32(p >> 32)
		if len(g.cells) == 0 || g.cells[len(g.cells)-1] != cell {
			g.cells, g.off = append(g.cells, cell), append(g.off, uint32(i))
			g.centres = append(g.centres, onSphere(catalog.Point{
				Lat: (float64(cell>>16)+0.5)*cellLat - 90, Lon: (float64(cell&0xffff)+0.5)*cellLon - 180}))
		}
		g.docs[i] = uint32(p)
	}
	g.off = append(g.off, uint32(len(placed)))
	g.cells, g.off, g.centres = slices.Clip(g.cells), slices.Clip(g.off), slices.Clip(g.centres)
	return g
}

// row gives the places of the cells of a row from column west to column east.
func (g *grid) row(row, west, east uint32) (from, to int) {
	from = sort.Search(len(g.cells), func(i int) bool { return g.cells[i] >= row<<16|west })
	to = from
	for to < len(g.cells) && g.cells[to] <= row<<16|east {
		to++
	}
	return from, to
}

// of is the documents of the cells in places from to to.
func (g *grid) of(from, to int) []uint32 { return g.docs[g.off[from]:g.off[to]] }

// sparse: a set with less than one of so many documents is looked at one by one.
const sparse = 64

// within removes from set what is not within km of a point.
func (s *segment) within(set bitset, point catalog.Point, centre [3]float64, km float64, lent *scratch) {
	bound := squaredChord(km)
	g, angle := s.grid, km/earthRadius
	south, north := point.Lat-km/kmPerDegree-cellLat, point.Lat+km/kmPerDegree+cellLat
	reach := 180.0 // degrees of longitude
	if angle < math.Pi/2 && math.Sin(angle) < math.Cos(point.Lat*math.Pi/180) {
		reach = math.Asin(math.Sin(angle)/math.Cos(point.Lat*math.Pi/180))*180/math.Pi + cellLon
	}
	west, east := point.Lon-reach, point.Lon+reach
	if g == nil || south < -90 || north > 90 || west < -180 || east > 180 || set.count() < s.n/sparse {
		set.keep(func(d uint32) bool { return chord2(s.pos[d], centre) <= bound })
		return
	}
	found := lent.set(s.n)
	clear(found)
	for row := cellRow(south); row <= cellRow(north); row++ {
		nearest := max(0, min(math.Abs(float64(row)*cellLat-90), math.Abs(float64(row+1)*cellLat-90)))
		half := (cellLat+cellLon*math.Cos(nearest*math.Pi/180))/2*kmPerDegree + slack // from the middle of a cell to any point of it, at most
		inside, outside := -1.0, squaredChord(km+half)
		if km > half {
			inside = squaredChord(km - half)
		}
		from, to := g.row(row, cellCol(west), cellCol(east))
		for cell := from; cell < to; cell++ {
			switch far := chord2(g.centres[cell], centre); {
			case far <= inside:
				for _, d := range g.of(cell, cell+1) {
					found.set(d)
				}
			case far <= outside:
				for _, d := range g.of(cell, cell+1) {
					if set.has(d) && chord2(s.pos[d], centre) <= bound {
						found.set(d)
					}
				}
			}
		}
	}
	set.and(found)
}

// inBox removes from set what is not in a box.
func (s *segment) inBox(set bitset, b *index.BBox, lent *scratch) {
	g := s.grid
	if g == nil || set.count() < s.n/sparse {
		set.keep(func(d uint32) bool { return s.isIn(d, b) })
		return
	}
	found := lent.set(s.n)
	clear(found)
	part := func(west, east float64) {
		if b.South > b.North || west > east {
			return
		}
		south, north, first, last := cellRow(b.South), cellRow(b.North), cellCol(west), cellCol(east)
		for row := south; row <= north; row++ {
			from, to := g.row(row, first, last)
			for cell := from; cell < to; cell++ {
				col := g.cells[cell] & 0xffff
				whole := row > south && row < north && col > first && col < last
				for _, d := range g.of(cell, cell+1) {
					if whole || set.has(d) && s.isIn(d, b) {
						found.set(d)
					}
				}
			}
		}
	}
	if b.West <= b.East {
		part(b.West, b.East)
	} else {
		part(b.West, 180)
		part(-180, b.East)
	}
	set.and(found)
}

func (s *segment) isIn(d uint32, b *index.BBox) bool {
	lat, lon := s.lat[d], s.lon[d]
	if !(lat >= b.South && lat <= b.North) {
		return false
	}
	if b.West <= b.East {
		return lon >= b.West && lon <= b.East
	}
	return lon >= b.West || lon <= b.East
}

// firstRing and lastRing are the radii in km between which the nearest are looked for in wider and wider circles.
const (
	firstRing = 2
	lastRing  = 500
)

// nearest offers the documents of hits to b in circles around the query's point, until b has what it wants. It reports false, and has done
// nothing, when looking at all of them is as good.
func (p *plan) nearest(s *segment, hits bitset, count int, offer func(d uint32, key uint64), b *best[entry], lent *scratch) bool {
	if s.grid == nil || count < s.n/sparse {
		return false
	}
	left, ring := lent.set(s.n), lent.set(s.n)
	copy(left, hits)
	all := func(set bitset) {
		set.each(func(d uint32) bool {
			offer(d, p.distanceKey(s, d))
			return true
		})
	}
	for km, lentBefore := float64(firstRing), lent.words.lent; km < lastRing; km *= 3 {
		lent.words.lent = lentBefore
		copy(ring, left)
		s.within(ring, *p.Near, p.centre, km, lent)
		all(ring)
		left.andNot(ring)
		if len(b.heap) == b.most && b.heap[0].key < math.Float64bits(squaredChord(km)) {
			return true
		}
	}
	all(left)
	return true
}

// distanceKey orders by distance; what has no position comes last.
func (p *plan) distanceKey(s *segment, d uint32) uint64 {
	if far := chord2(s.pos[d], p.centre); far >= 0 {
		return math.Float64bits(far)
	}
	return math.MaxUint64
}

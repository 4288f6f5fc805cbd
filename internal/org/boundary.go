package org

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/simplify"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// tolerance of the simplification at import, in degrees: some 100 m, less than a pixel of
// a province on a wide screen.
const tolerance = 0.001

// BoundaryLine is one shape of a file: the unit's code and its geometry (polygon or
// several) in degrees, longitude first.
type BoundaryLine struct {
	Row      int
	Code     string
	Geometry orb.Geometry
}

// BoundariesPlan is what an import of boundaries would do.
type BoundariesPlan struct {
	Rows   int
	Errors []RowFault

	shapes []shape
}

type shape struct {
	unit     Unit
	geometry string
}

// PlanBoundaries plans the import of shapes for the units in force on a day. A shape holds
// as long as the unit stands as it does on that day.
//
// Faults of rows: org.no-unit, org.ambiguous-code, org.no-shape, org.code-twice.
func PlanBoundaries(ctx context.Context, tx *store.Tx, who access.Who, on day.Day, lines []BoundaryLine) (*BoundariesPlan, error) {
	if _, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm()); err != nil {
		return nil, err
	}
	p := &BoundariesPlan{Rows: len(lines)}
	rowOf := map[id.ID]int{}
	for _, l := range lines {
		s, err := planShape(ctx, tx, on, l)
		if first, twice := rowOf[s.unit.ID]; err == nil && twice {
			err = fault.New(fault.Conflict, "org.code-twice", fault.Args{"code": l.Code, "first": first}).On("code")
		}
		if f, ok := fault.Of(err); ok {
			p.Errors = append(p.Errors, RowFault{l.Row, f})
			continue
		}
		if err != nil {
			return nil, err
		}
		rowOf[s.unit.ID] = l.Row
		p.shapes = append(p.shapes, s)
	}
	return p, nil
}

func planShape(ctx context.Context, tx *store.Tx, on day.Day, l BoundaryLine) (shape, error) {
	unit, err := Resolve(ctx, tx, l.Code, on)
	if err != nil {
		return shape{}, err
	}
	if on < unit.From || unit.Until <= on {
		return shape{}, noUnit(l.Code, on)
	}
	switch l.Geometry.(type) {
	case orb.Polygon, orb.MultiPolygon:
	default:
		return shape{}, fault.New(fault.Invalid, "org.no-shape", fault.Args{"code": l.Code}).On("geometry")
	}
	text, err := json.Marshal(geojson.NewGeometry(rounded(simplify.DouglasPeucker(tolerance).Simplify(orb.Clone(l.Geometry)))))
	return shape{unit, string(text)}, err
}

// rounded keeps four decimals of a degree: 10 m.
func rounded(g orb.Geometry) orb.Geometry { return orb.Round(g, 10_000) }

// CommitBoundaries writes the good shapes of a plan.
func CommitBoundaries(ctx context.Context, db *store.Store, who access.Who, p *BoundariesPlan, progress Progress) error {
	done := 0
	for part := range slices.Chunk(p.shapes, sliceRows) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			rule, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm())
			if err != nil {
				return err
			}
			rows := make([][]any, len(part))
			for i, s := range part {
				rows[i] = []any{s.unit.ID, s.unit.From, s.unit.Until, s.geometry}
			}
			if err := tx.Many(ctx, sqlPutBoundary, rows); err != nil {
				return err
			}
			return audit.Record(ctx, tx, who.Audit("unit.boundary", access.Realm(), rule, map[string]any{"shapes": len(part)}))
		})
		if err != nil {
			return err
		}
		if done += len(part); progress != nil {
			progress(done, len(p.shapes))
		}
	}
	return nil
}

// Boundaries gives the shapes of those units that have one on the day.
func Boundaries(ctx context.Context, tx *store.Tx, units []id.ID, asOf day.Day) (map[id.ID]orb.Geometry, error) {
	shapes := map[id.ID]orb.Geometry{}
	err := tx.Each(ctx, func(row store.Row) error {
		var unit id.ID
		var text string
		if err := row.Scan(&unit, &text); err != nil {
			return err
		}
		g, err := geojson.UnmarshalGeometry([]byte(text))
		if err != nil {
			return fmt.Errorf("org: boundary of unit %s: %w", unit, err)
		}
		shapes[unit] = g.Geometry()
		return nil
	}, sqlBoundaries, store.In(units), asOf)
	return shapes, err
}

// OutlinePath is a shape drawn for a screen or a page.
type OutlinePath struct {
	Unit           id.ID
	D              string // of an SVG path, whole numbers
	LabelX, LabelY int    // middle of the largest part
}

// Outline draws shapes together into a picture of the given width: it gives the paths, in
// the order of their units, and the height that keeps the land's proportions. Degrees of
// longitude are shortened by the cosine of the middle latitude, which is true enough for
// a province. It gives no paths for no shapes.
func Outline(shapes map[id.ID]orb.Geometry, width int) (paths []OutlinePath, height int) {
	if len(shapes) == 0 || width <= 0 {
		return nil, 0
	}
	units := make([]id.ID, 0, len(shapes))
	bound, first := orb.Bound{}, true
	for unit, g := range shapes {
		units = append(units, unit)
		if first {
			bound, first = g.Bound(), false
		} else {
			bound = bound.Union(g.Bound())
		}
	}
	slices.Sort(units)
	squeeze := math.Cos(bound.Center().Lat() * math.Pi / 180)
	across := (bound.Max.Lon() - bound.Min.Lon()) * squeeze
	if across == 0 {
		return nil, 0
	}
	scale := float64(width) / across
	at := func(p orb.Point) (int, int) {
		return int(math.Round((p.Lon() - bound.Min.Lon()) * squeeze * scale)), int(math.Round((bound.Max.Lat() - p.Lat()) * scale))
	}
	for _, unit := range units {
		path := OutlinePath{Unit: unit}
		var d strings.Builder
		largest := 0.0
		for _, polygon := range polygons(shapes[unit]) {
			for _, ring := range polygon {
				drawRing(&d, ring, at)
			}
			b := polygon.Bound()
			if size := (b.Max[0] - b.Min[0]) * (b.Max[1] - b.Min[1]); size > largest {
				largest = size
				path.LabelX, path.LabelY = at(b.Center())
			}
		}
		path.D = d.String()
		paths = append(paths, path)
	}
	return paths, int(math.Ceil((bound.Max.Lat() - bound.Min.Lat()) * scale))
}

func polygons(g orb.Geometry) []orb.Polygon {
	switch g := g.(type) {
	case orb.Polygon:
		return []orb.Polygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// drawRing writes one closed ring, without points that fall on the one before.
func drawRing(d *strings.Builder, ring orb.Ring, at func(orb.Point) (int, int)) {
	lastX, lastY := math.MinInt, math.MinInt
	for i, p := range ring {
		x, y := at(p)
		if x == lastX && y == lastY {
			continue
		}
		letter := byte('L')
		if i == 0 {
			letter = 'M'
		}
		d.WriteByte(letter)
		d.WriteString(strconv.Itoa(x) + " " + strconv.Itoa(y))
		lastX, lastY = x, y
	}
	d.WriteByte('Z')
}

package exchange

import (
	"fmt"
	"io"

	"github.com/paulmach/orb/geojson"

	"ralop/internal/fault"
	"ralop/internal/org"
)

// MaxGeoJSON is the most a file of boundaries may weigh, in bytes.
const MaxGeoJSON = 256 << 20

// codeProperties are where files of boundaries keep a unit's code.
var codeProperties = []string{"code", "ma", "ma_xa", "ma_dvhc", "maXa", "ward_code", "gso_code"}

// ReadBoundaries reads a GeoJSON FeatureCollection: each feature has a polygon and the
// unit's code in its properties (code, ma, ma_xa, ma_dvhc, maXa, ward_code, gso_code, or
// the property named by property). Rows count features from 1.
//
// Faults: exchange.not-geojson, exchange.too-large; org.no-code of a feature.
func ReadBoundaries(name string, r io.Reader, property string) ([]org.BoundaryLine, []RowFault, error) {
	content, err := io.ReadAll(&limited{r: r, left: MaxGeoJSON})
	if err != nil {
		return nil, nil, (&Table{name: name}).broken(0, err)
	}
	collection, err := geojson.UnmarshalFeatureCollection(content)
	if err != nil {
		return nil, nil, fault.New(fault.Unsupported, "exchange.not-geojson", fault.Args{"file": name}).Because(err)
	}
	properties := codeProperties
	if property != "" {
		properties = []string{property}
	}
	var lines []org.BoundaryLine
	var faults []RowFault
	for i, feature := range collection.Features {
		code := ""
		for _, p := range properties {
			if value, ok := feature.Properties[p]; ok && value != nil && code == "" {
				code = fmt.Sprint(value)
			}
		}
		if code == "" {
			faults = append(faults, RowFault{i + 1, fault.New(fault.Invalid, "org.no-code", nil).On("code")})
			continue
		}
		lines = append(lines, org.BoundaryLine{Row: i + 1, Code: code, Geometry: feature.Geometry})
	}
	return lines, faults, nil
}

package exchange

import (
	"strings"

	"ralop/internal/fault"
	"ralop/internal/org"
)

var zoneFields = []Field{
	{Name: "code", Aliases: []string{"mã", "mã xã", "mã thôn", "mã đơn vị"}, Required: true},
	{Name: "zone", Aliases: []string{"vùng", "khu vực", "loại vùng"}, Required: true},
	{Name: "valid_from", Aliases: []string{"từ ngày"}, Required: true},
	{Name: "valid_until", Aliases: []string{"đến ngày"}},
	{Name: "source", Aliases: []string{"văn bản", "căn cứ", "quyết định"}},
}

// zoneWords are the ways decisions write zones, folded.
var zoneWords = map[string]string{
	"i": "khu-vuc-1", "ii": "khu-vuc-2", "iii": "khu-vuc-3", "1": "khu-vuc-1", "2": "khu-vuc-2", "3": "khu-vuc-3",
	"khu vuc i": "khu-vuc-1", "khu vuc ii": "khu-vuc-2", "khu vuc iii": "khu-vuc-3",
}

// ReadZones reads the list of a decision: code, zone, valid_from, valid_until (the first
// day after), source. source, where a row has none, is the one given for all.
func ReadZones(t *Table, mapping []Mapped, source string) (*Sheet, []org.ZoneLine, []RowFault, error) {
	s, err := ReadSheet(t, zoneFields, mapping)
	if err != nil {
		return nil, nil, nil, err
	}
	var lines []org.ZoneLine
	var faults []RowFault
	for _, row := range s.rows {
		l := org.ZoneLine{Row: row.Number, Code: s.Head.Get(row, "code"), Zone: zoneOf(s.Head.Get(row, "zone")), Source: s.Head.Get(row, "source")}
		if l.Source == "" {
			l.Source = source
		}
		var f *fault.Fault
		if l.From, f = s.day(row, "valid_from"); f == nil {
			l.Until, f = s.day(row, "valid_until")
		}
		if f != nil {
			faults = append(faults, RowFault{row.Number, f})
			continue
		}
		lines = append(lines, l)
	}
	return s, lines, faults, nil
}

// zoneOf gives the code of a zone as a list writes it; what is not known stays as it is
// and is refused by the room.
func zoneOf(written string) string {
	folded := FoldHeading(written)
	if zone, ok := zoneWords[folded]; ok {
		return zone
	}
	for _, zone := range org.Zones {
		if strings.ReplaceAll(folded, " ", "-") == zone {
			return zone
		}
	}
	return written
}

package rollcall

import (
	"strings"

	"ralop/internal/fault"
	"ralop/internal/viet"
)

// Legend says what the codes of a register mean, beside the usual ones. Its keys are
// codes as FoldCode gives them.
type Legend map[string]Meaning

// Meaning is what a code in a register says of a pupil.
type Meaning string

// Meanings. Blank is an empty cell: what it says is told by Blanks, never assumed.
const (
	MeansPresent   Meaning = "present"
	MeansUnknown   Meaning = "unknown"
	MeansExcused   Meaning = "excused"
	MeansUnexcused Meaning = "unexcused"
	MeansLate      Meaning = "late"
	MeansBlank     Meaning = "blank"
)

// Meanings lists them in the order in which they are shown.
var Meanings = []Meaning{MeansPresent, MeansUnknown, MeansExcused, MeansUnexcused, MeansLate, MeansBlank}

// kind is the mark of a meaning; Present for none.
func (m Meaning) kind() Kind {
	switch m {
	case MeansUnknown:
		return Unknown
	case MeansExcused:
		return Excused
	case MeansUnexcused:
		return Unexcused
	case MeansLate:
		return Late
	}
	return Present
}

// usual codes of the sổ theo dõi và đánh giá học sinh and of exports, folded. Codes that
// books use in opposite ways (v: a tick or "vắng"; 0, 1; b, h, n) are not here: a person
// is asked.
var usualCodes = map[string]Meaning{
	"x": MeansPresent, "•": MeansPresent, ".": MeansPresent, "+": MeansPresent, "✓": MeansPresent, "√": MeansPresent,
	"co": MeansPresent, "co mat": MeansPresent, "cm": MeansPresent, "di hoc": MeansPresent, "present": MeansPresent,
	"p": MeansExcused, "cp": MeansExcused, "vp": MeansExcused, "phep": MeansExcused, "co phep": MeansExcused, "vang co phep": MeansExcused, "nghi co phep": MeansExcused, "excused": MeansExcused,
	"k": MeansUnexcused, "kp": MeansUnexcused, "vk": MeansUnexcused, "khong phep": MeansUnexcused, "vang khong phep": MeansUnexcused, "nghi khong phep": MeansUnexcused, "unexcused": MeansUnexcused,
	"m": MeansLate, "muon": MeansLate, "di muon": MeansLate, "tre": MeansLate, "di tre": MeansLate, "late": MeansLate,
	"?": MeansUnknown, "vang": MeansUnknown, "chua ro": MeansUnknown, "vang chua ro": MeansUnknown, "unknown": MeansUnknown, "absent": MeansUnknown,
	"": MeansBlank,
}

// FoldCode is the form in which codes are compared.
func FoldCode(written string) string { return viet.Fold(viet.Clean(written)) }

// Of gives what a code means: as the legend says, else as usual. ok is false for a code
// that nobody has explained.
func (l Legend) Of(written string) (m Meaning, ok bool) {
	code := FoldCode(written)
	if m, ok = l[code]; ok {
		return m, true
	}
	m, ok = usualCodes[code]
	return m, ok
}

// ParseLegend reads "v=present, 0=unexcused". A meaning may be written as a usual code or
// word of it: "v=x, 0=K". Fault: rollcall.import-legend.
func ParseLegend(written string) (Legend, error) {
	l := Legend{}
	for part := range strings.SplitSeq(written, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		code, meaning, found := strings.Cut(part, "=")
		m, known := usualCodes[FoldCode(meaning)]
		if FoldCode(meaning) == string(MeansBlank) {
			m, known = MeansBlank, true
		}
		if !found || !known || FoldCode(code) == "" || FoldCode(meaning) == "" {
			return nil, fault.New(fault.Invalid, "rollcall.import-legend", fault.Args{"value": viet.Clean(part)}).On("legend")
		}
		l[FoldCode(code)] = m
	}
	return l, nil
}

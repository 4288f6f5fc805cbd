package indicator

import (
	_ "embed"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/day"
	"ralop/internal/fault"
)

// ID names an indicator.
type ID string

const (
	Attendance                  ID = "attendance"
	AttendanceUnexcused         ID = "attendance_unexcused"
	AttendanceMoment            ID = "attendance_moment"
	AttendanceExcludingReleased ID = "attendance_excluding_released"
	Retention                   ID = "retention"
	RetentionGross              ID = "retention_gross"
	Dropout                     ID = "dropout"
	TransferUnconfirmed         ID = "transfer_unconfirmed"
	TransferIn                  ID = "transfer_in"
	TransferOut                 ID = "transfer_out"
	Repeat                      ID = "repeat"
	LongAbsence                 ID = "long_absence"
	Mobilisation                ID = "mobilisation"
	EnrolmentGross              ID = "enrolment_gross"
	EnrolmentNet                ID = "enrolment_net"
)

// View says where a child is counted.
type View string

const (
	BySchool    View = "truong" // where it learns
	ByResidence View = "cu-tru" // where it lives
)

// Definition is what a figure means, as data with validity.
type Definition struct {
	ID        ID      `toml:"id"`
	Version   int     `toml:"version"`
	ValidFrom day.Day `toml:"valid_from"`
	Formula   string  `toml:"formula"`
	Source    string  `toml:"source"`
	Views     []View  `toml:"views"` // the first is the default
}

//go:embed definitions.toml
var definitionsFile []byte

var definitions = func() []Definition {
	var file struct {
		Definition []Definition `toml:"definition"`
	}
	if err := toml.Unmarshal(definitionsFile, &file); err != nil {
		panic("indicator: definitions.toml: " + err.Error())
	}
	return file.Definition
}()

// Definitions lists all definitions, the newest version of each that is valid on a day.
func Definitions(on day.Day) []Definition {
	var valid []Definition
	for _, d := range definitions {
		if d.ValidFrom > on {
			continue
		}
		if i := slices.IndexFunc(valid, func(o Definition) bool { return o.ID == d.ID }); i >= 0 {
			valid[i] = d
			continue
		}
		valid = append(valid, d)
	}
	return valid
}

// Lookup finds the definition that is valid on a day. An unknown id is a fault "indicator.unknown".
func Lookup(indicator ID, on day.Day) (Definition, error) {
	for _, d := range Definitions(on) {
		if d.ID == indicator {
			return d, nil
		}
	}
	return Definition{}, fault.New(fault.Invalid, "indicator.unknown", fault.Args{"indicator": string(indicator)}).On("indicator")
}

// view gives the view asked for, or the definition's own when none is; a view that the
// definition has not is a fault.
func (d Definition) view(asked View) (View, error) {
	if asked == "" {
		return d.Views[0], nil
	}
	if !slices.Contains(d.Views, asked) {
		return "", fault.New(fault.Invalid, "indicator.no-view", fault.Args{"indicator": string(d.ID), "view": string(asked)}).On("view")
	}
	return asked, nil
}

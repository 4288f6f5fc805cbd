package rollcall

import (
	_ "embed"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Reason is a cause of absence; its words are "rollcall.reason-<code>".
type Reason struct {
	Code     string `toml:"code"`
	Ministry int    `toml:"ministry"` // number on the ministry's list; 0 for a local cause
	Under    int    `toml:"under"`    // the ministry's number that a local cause is counted under
	Months   []int  `toml:"months"`   // its season; empty for none
	Guarded  bool   `toml:"guarded"`  // not offered and not named: whoever answers for the child reads it in the case
}

//go:embed reasons.toml
var reasonFile []byte

// Reasons lists the causes in the order of the form. An unknown code is an error.
var Reasons = func() []Reason {
	var file struct {
		Reason []Reason `toml:"reason"`
	}
	if err := toml.Unmarshal(reasonFile, &file); err != nil {
		panic("rollcall: reasons.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return file.Reason
}()

var reasonIndex = func() map[string]int {
	at := map[string]int{}
	for i, r := range Reasons {
		at[r.Code] = i
	}
	return at
}()

func knownReason(code string) bool { _, ok := reasonIndex[code]; return ok }

// Offered says whether a form may offer a cause. One that is not is still kept when it comes
// from a phone or file that knows it.
func (r Reason) Offered() bool { return !r.Guarded }

// GuardedReason is what a page, list or paper names instead of a cause that is guarded.
const GuardedReason = "guarded"

// Spoken is the code whose words a page, list or paper may show for a cause.
func Spoken(code string) string {
	if i, ok := reasonIndex[code]; ok && Reasons[i].Guarded {
		return GuardedReason
	}
	return code
}

// MinistryNumber is the number on the ministry's list that a cause is counted under, 0 for an unknown code.
func MinistryNumber(code string) int {
	i, ok := reasonIndex[code]
	if !ok {
		return 0
	}
	if Reasons[i].Ministry != 0 {
		return Reasons[i].Ministry
	}
	return Reasons[i].Under
}

// InSeason says whether a cause is usual in a month, as harvest is from August to October.
func (r Reason) InSeason(month time.Month) bool { return slices.Contains(r.Months, int(month)) }

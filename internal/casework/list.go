package casework

import (
	_ "embed"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Cause is why a child is away, as found out; its words are "casework.cause-<code>".
type Cause struct {
	Code      string `toml:"code"`
	Ministry  int    `toml:"ministry"`  // number on the ministry's list; 0 for a local cause
	Under     int    `toml:"under"`     // the ministry's number that a local cause is counted under
	Months    []int  `toml:"months"`    // its season; empty for none
	Protected bool   `toml:"protected"` // read by few
}

// MinistryNumber is the number on the ministry's list that the cause is counted under.
func (c Cause) MinistryNumber() int { return max(c.Ministry, c.Under) }

// InSeason says whether the cause is usual in a month.
func (c Cause) InSeason(month time.Month) bool { return slices.Contains(c.Months, int(month)) }

// ActKind is a kind of act; its words are "casework.act-<code>".
type ActKind struct {
	Code     string `toml:"code"`
	Counts   bool   `toml:"counts"`   // moves the clock
	Solution bool   `toml:"solution"` // counted among the solutions
}

// Body is to whom a cause is referred; its words are "casework.body-<code>".
type Body struct {
	Code  string `toml:"code"`
	Named bool   `toml:"named"` // only to a named person, with a reason, minimal fields and an end
}

//go:embed causes.toml
var causeFile []byte

//go:embed lists.toml
var listFile []byte

type codes struct {
	Codes []string `toml:"codes"`
}

var lists = func() (l struct {
	Act     []ActKind `toml:"act"`
	Met     codes     `toml:"met"`
	With    codes     `toml:"with"`
	Support codes     `toml:"support"`
	Body    []Body    `toml:"body"`
}) {
	if err := toml.Unmarshal(listFile, &l); err != nil {
		panic("casework: lists.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	return l
}()

// The lists in the order of the forms. An unknown code is an error.
var (
	Causes = func() []Cause {
		var file struct {
			Cause []Cause `toml:"cause"`
		}
		if err := toml.Unmarshal(causeFile, &file); err != nil {
			panic("casework: causes.toml: " + err.Error())
		}
		return file.Cause
	}()
	ActKinds = lists.Act           // call, visit, joint-visit, …
	Met      = lists.Met.Codes     // "casework.met-<code>"
	With     = lists.With.Codes    // who came along: "casework.with-<code>"
	Supports = lists.Support.Codes // "casework.support-<code>"
	Bodies   = lists.Body          // "casework.body-<code>"
)

// CauseOf finds a cause by its code.
func CauseOf(code string) (Cause, bool) {
	i := slices.IndexFunc(Causes, func(c Cause) bool { return c.Code == code })
	if i < 0 {
		return Cause{}, false
	}
	return Causes[i], true
}

func actKind(code string) (ActKind, bool) {
	i := slices.IndexFunc(ActKinds, func(k ActKind) bool { return k.Code == code })
	if i < 0 {
		return ActKind{}, false
	}
	return ActKinds[i], true
}

func bodyOf(code string) (Body, bool) {
	i := slices.IndexFunc(Bodies, func(b Body) bool { return b.Code == code })
	if i < 0 {
		return Body{}, false
	}
	return Bodies[i], true
}

func isProtected(cause string) bool { c, _ := CauseOf(cause); return c.Protected }

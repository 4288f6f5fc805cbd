package national

import (
	_ "embed"
	"strings"
)

//go:embed form02.tsv
var form02 string

// Indicator is a line of the form as the Ministry wrote it.
type Indicator struct {
	Section string
	Code    string
	Item    string // "3.1.", "" for most
	Unit    string // trường, điểm, lớp, người
	Label   string
	rule    string // how it is counted here; "-": not known
}

// Form02 are the indicators of form 02-TH-ĐN, in its order.
var Form02 = func() (all []Indicator) {
	for line := range strings.Lines(form02) {
		if cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t"); len(cells) == 6 {
			all = append(all, Indicator{Section: cells[0], Code: cells[1], Item: cells[2], Unit: cells[3], rule: cells[4], Label: cells[5]})
		}
	}
	return all
}()

// Split says whether the line counts people and so has columns of girls and minorities.
func (i Indicator) Split() bool { return i.Section == "III" }

// Count is what a line counts; the parts only where the line is split.
type Count struct {
	Total, Girls, Minority, MinorityGirls int
}

func (c *Count) add(e Enrolled) {
	c.Total++
	if e.Sex == "F" {
		c.Girls++
	}
	if e.Minority() {
		c.Minority++
		if e.Sex == "F" {
			c.MinorityGirls++
		}
	}
}

// Line is a line of the form with what is known of it.
type Line struct {
	Indicator
	Known bool
	Count
	Note string // why nothing is known, or by which reading it was counted: message "national.note-…", "" for nothing to say
}

// Notes of lines; their words are "national.note-<note>".
const (
	NoteUnknown      = "unknown"       // no room keeps it
	NoteLevels       = "levels"        // a school of several levels: on whose form it stands is not for the school to say
	NoteZone         = "zone"          // no zone of its commune tells whether it is highland
	NoteType         = "type"          // the school's type is not known
	NoteTimetable    = "timetable"     // there is no timetable for all its classes
	NoteTwoSessions  = "two-sessions"  // counted: nine sessions a week or more
	NoteCombined     = "combined"      // counted: a combined class under the grade with most pupils
	NoteSites        = "sites"         // counted: with the main site
	NoteEntry        = "entry"         // how the pupils came is not on record
	NoteBenefits     = "benefits"      // no list of that support was brought in
	NoteBenefitRight = "benefit-right" // the reader may not see supports
	NoteBoarding     = "boarding"      // counted: any of meals, lodging, rice
	NoteBoarders     = "boarders"      // counted: minority children who are semi-boarders
	NoteDisabled     = "disabled"      // counted: all on the rolls with a disability; special classes are not kept apart
	NoteEthnicity    = "ethnicity"     // of some pupils the group is not known: they are not among the minorities
)

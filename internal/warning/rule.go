package warning

import "slices"

// Rule is one rule. Exactly one of its faces is set.
type Rule struct {
	Code    string
	Version int
	Subject SubjectKind
	// Covers are rules that say nothing of a pupil of whom this one speaks: it tells the same absence better.
	Covers []string
	// Pupil finds at most one matter, the one that goes on at the end of the history.
	Pupil func(h *History, l Limits) (Finding, bool)
	// Fact finds from something other than marks: an exit, an expected child, support that ended.
	Fact func(f Fact, l Limits) (Finding, bool)
	// Class finds from the days of a class.
	Class func(c ClassDays, l Limits) (Finding, bool)
	// Cluster finds from the runs of absence of one village or household.
	Cluster func(c Cluster, l Limits) (Finding, bool)
}

// Rules are all rules in order: an earlier one covers later ones.
var Rules = []Rule{
	notArrived, noReturn, absentRun, leaveRun, leaveMonth, collapse, rate20, rateYear, sessions45, pattern,
	villageCluster, siblingCluster, classUnmarked, unconfirmedExit, supportLost,
}

// RuleOf gives a rule by its code.
func RuleOf(code string) (Rule, bool) {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Code == code })
	if i < 0 {
		return Rule{}, false
	}
	return Rules[i], true
}

// Judge gives what the rules find of one pupil: a pure function of the history and the
// numbers. Keys are rule codes.
func Judge(h *History, l Limits) map[string]Finding {
	var found map[string]Finding
	var covered []string
	for i := range Rules {
		r := &Rules[i]
		if r.Pupil == nil || slices.Contains(covered, r.Code) {
			continue
		}
		if f, ok := r.Pupil(h, l); ok {
			if found == nil {
				found = map[string]Finding{}
			}
			found[r.Code] = f
			covered = append(covered, r.Covers...)
		}
	}
	return found
}

package warning

import (
	"ralop/internal/day"
	"ralop/internal/id"
)

// Cluster is the runs of absence that go on now among children of one village at one
// school, or of one household.
type Cluster struct {
	Rule    string // village-cluster, sibling-cluster
	Subject id.ID  // the village, the household
	Runs    []ClusterRun
}

// ClusterRun is one child's run.
type ClusterRun struct {
	Pupil id.ID
	Since day.Day
	Last  day.Day
	Days  int
}

func clusterOf(rule string) func(Cluster, Limits) (Finding, bool) {
	return func(c Cluster, l Limits) (Finding, bool) {
		var f Finding
		seen := map[id.ID]bool{}
		for _, run := range c.Runs {
			if f.Since == 0 || run.Since < f.Since {
				f.Since = run.Since
			}
			f.Last = max(f.Last, run.Last)
			f.Facts.Days = max(f.Facts.Days, run.Days)
			seen[run.Pupil] = true
		}
		f.Facts.Pupils = len(seen)
		f.Reached = l.reached(rule, "pupils", len(seen))
		return f, f.Reached >= 0
	}
}

// villageCluster: several children of one village away from one school at the same time:
// a festival, a harvest, a road. It is one matter for the village, not ten.
var villageCluster = Rule{Code: "village-cluster", Version: 1, Subject: OfVillage, Cluster: clusterOf("village-cluster")}

// siblingCluster: children of one household away at the same time.
var siblingCluster = Rule{Code: "sibling-cluster", Version: 1, Subject: OfHousehold, Cluster: clusterOf("sibling-cluster")}

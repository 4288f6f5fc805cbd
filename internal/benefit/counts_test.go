package benefit

import (
	"slices"
	"testing"

	"ralop/internal/access"
	"ralop/internal/id"
)

// tree makes nodes of one column from the counts of schools below communes.
func tree(communes ...[]int64) *node {
	top := newNode(access.Realm(), "", 1)
	for i, schools := range communes {
		c := top.part(access.Unit(id.ID(i+1)), "", "")
		for j, n := range schools {
			top.add([]int64{n})
			c.add([]int64{n})
			c.part(access.School(id.ID(100*(i+1)+j)), "", "").add([]int64{n})
		}
	}
	top.hide[0] = top.counts[0] > 0 && top.counts[0] < 5
	top.protect()
	return top
}

func hidden(parts []*node) (all []bool) {
	for _, p := range parts {
		all = append(all, p.hide[0])
	}
	return all
}

func TestNoPageGivesAwayWhatAnotherHides(t *testing.T) {
	// One small commune: the next smallest is hidden with it, and one of that one's schools.
	top := tree([]int64{3}, []int64{9, 8}, []int64{40})
	if got := hidden(top.parts); !slices.Equal(got, []bool{true, true, false}) {
		t.Errorf("communes hidden: %v", got)
	}
	if got := hidden(top.parts[1].parts); !slices.Equal(got, []bool{false, true}) {
		t.Errorf("schools of the second: %v", got)
	}
	// A small school in a commune whose sum is shown takes another school with it.
	top = tree([]int64{20, 2, 30}, []int64{50})
	if got := hidden(top.parts); !slices.Equal(got, []bool{false, false}) {
		t.Errorf("communes hidden: %v", got)
	}
	if got := hidden(top.parts[0].parts); !slices.Equal(got, []bool{true, true, false}) {
		t.Errorf("schools of the first: %v", got)
	}
	// Nothing is small: nothing is hidden.
	if top = tree([]int64{20, 7}, []int64{50, 0}); slices.Contains(hidden(top.parts), true) || slices.Contains(hidden(top.parts[0].parts), true) || slices.Contains(hidden(top.parts[1].parts), true) {
		t.Error("numbers are hidden that tell nobody")
	}
	if n := tree([]int64{3}).parts[0].cell(0); n.Pupils != 0 || !n.Hidden {
		t.Errorf("a hidden cell holds %+v", n)
	}
}

package ratio_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"ralop/internal/ratio"
)

func TestPercent(t *testing.T) {
	cases := []struct {
		r        ratio.Ratio
		decimals int
		want     string
	}{
		{ratio.Of(711, 770), 2, "92,34"},
		{ratio.Of(138, 202), 1, "68,3"}, // printed as 65 % in a report of 2014: the reason why n and d stand beside every rate
		{ratio.Of(1, 3), 0, "33"},
		{ratio.Of(1, 200), 0, "1"}, // half away from zero
		{ratio.Of(410, 400), 2, "102,50"},
		{ratio.Of(0, 5), 2, "0,00"},
		{ratio.Of(-1, 2000), 2, "-0,05"},
		{ratio.Of(5, 0), 2, "–"},
	}
	for _, c := range cases {
		if got := c.r.Percent(c.decimals); got != c.want {
			t.Errorf("%v with %d decimals: got %q, want %q", c.r, c.decimals, got, c.want)
		}
	}
	if got := ratio.Of(92, 100).PointsFrom(ratio.Of(93, 100), 2); got != "-1,00" {
		t.Errorf("a fall of one point was %q", got)
	}
	if got := ratio.Of(94, 100).PointsFrom(ratio.Of(93, 100), 1); got != "+1,0" {
		t.Errorf("a rise of one point was %q", got)
	}
}

func TestThresholdsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ratio.Of(rapid.Int64Range(0, 1<<40).Draw(t, "n"), rapid.Int64Range(1, 1<<40).Draw(t, "d"))
		n, d := rapid.Int64Range(0, 1<<40).Draw(t, "threshold n"), rapid.Int64Range(1, 1<<40).Draw(t, "threshold d")
		want := big.NewRat(r.N, r.D).Cmp(big.NewRat(n, d)) >= 0
		if got := r.AtLeast(n, d); got != want {
			t.Fatalf("%v ≥ %d/%d: got %v", r, n, d, got)
		}
		exact := new(big.Rat).Mul(big.NewRat(r.N, r.D), big.NewRat(100, 1)).FloatString(2)
		if got := r.Percent(2); fmt.Sprint(got[:len(got)-3], ".", got[len(got)-2:]) != exact {
			t.Fatalf("%v: got %s %%, want %s", r, got, exact)
		}
	})
}

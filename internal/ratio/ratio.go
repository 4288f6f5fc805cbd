// Package ratio is the one shape of every rate: two whole numbers.
//
// It is on the words floor and every package may import it. Rates of several units
// are ratios of sums, never means of rates, and thresholds are compared in whole
// numbers, so 98.00 % is never missed by a rounding (domain.md 1.2 and 1.5).
package ratio

import (
	"math/big"
	"strconv"
	"strings"
)

// Ratio is N of D. D = 0 means that there is nothing to divide by: the value is unknown, not zero.
type Ratio struct {
	N int64 `json:"n"`
	D int64 `json:"d"`
}

// Of makes a Ratio.
func Of(n, d int64) Ratio { return Ratio{n, d} }

// Known says whether the ratio has a value.
func (r Ratio) Known() bool { return r.D != 0 }

// Add is the ratio of sums.
func (r Ratio) Add(o Ratio) Ratio { return Ratio{r.N + o.N, r.D + o.D} }

// Float is N/D, 0 when unknown. For charts and JSON, never for a decision.
func (r Ratio) Float() float64 {
	if r.D == 0 {
		return 0
	}
	return float64(r.N) / float64(r.D)
}

// AtLeast says whether N/D ≥ n/d, exactly. An unknown ratio reaches nothing.
func (r Ratio) AtLeast(n, d int64) bool { return r.Known() && r.Compare(Ratio{n, d}) >= 0 }

// Compare is -1, 0 or 1 as r is below, at or above o. Both must be Known.
func (r Ratio) Compare(o Ratio) int {
	left := new(big.Int).Mul(big.NewInt(r.N), big.NewInt(o.D))
	right := new(big.Int).Mul(big.NewInt(o.N), big.NewInt(r.D))
	return left.Cmp(right) * sign(r.D) * sign(o.D)
}

func sign(n int64) int {
	if n < 0 {
		return -1
	}
	return 1
}

// Percent gives 100·N/D with this many decimals, rounded half away from zero in
// whole numbers, with a decimal comma: "92,34". Unknown is "–".
func (r Ratio) Percent(decimals int) string {
	if !r.Known() {
		return "–"
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals+2)), nil)
	return comma(divideRounded(new(big.Int).Mul(big.NewInt(r.N), scale), big.NewInt(r.D)), decimals)
}

// PointsFrom gives the change in percentage points from an earlier ratio, signed:
// "+1,20", "-0,35", "0,00". "–" when either is unknown.
func (r Ratio) PointsFrom(earlier Ratio, decimals int) string {
	if !r.Known() || !earlier.Known() {
		return "–"
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals+2)), nil)
	a := new(big.Int).Mul(big.NewInt(r.N), big.NewInt(earlier.D))
	b := new(big.Int).Mul(big.NewInt(earlier.N), big.NewInt(r.D))
	d := new(big.Int).Mul(big.NewInt(r.D), big.NewInt(earlier.D))
	change := divideRounded(a.Sub(a, b).Mul(a, scale), d)
	text := comma(change, decimals)
	if change.Sign() > 0 {
		return "+" + text
	}
	return text
}

func divideRounded(n, d *big.Int) *big.Int {
	if d.Sign() < 0 {
		n, d = new(big.Int).Neg(n), new(big.Int).Neg(d)
	}
	negative := n.Sign() < 0
	q := new(big.Int).Abs(n)
	q.Mul(q, big.NewInt(2)).Add(q, d)
	q.Quo(q, new(big.Int).Mul(d, big.NewInt(2)))
	if negative {
		q.Neg(q)
	}
	return q
}

func comma(n *big.Int, decimals int) string {
	digits := new(big.Int).Abs(n).String()
	if decimals > 0 {
		if len(digits) <= decimals {
			digits = strings.Repeat("0", decimals-len(digits)+1) + digits
		}
		digits = digits[:len(digits)-decimals] + "," + digits[len(digits)-decimals:]
	}
	if n.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

// String gives "711/770".
func (r Ratio) String() string { return strconv.FormatInt(r.N, 10) + "/" + strconv.FormatInt(r.D, 10) }

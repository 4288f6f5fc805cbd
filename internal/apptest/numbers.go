package apptest

import (
	"strconv"
	"strings"
	"time"

	"ralop/internal/id"
)

func gradeNumber(grade string) int {
	n, err := strconv.Atoi(grade)
	if err != nil {
		panic("the cast has only numbered grades")
	}
	return n
}

func monthOf(n int) time.Month { return time.Month(n % 12) }

func pad(n id.ID, digits int) string {
	text := n.String()
	return strings.Repeat("0", max(0, digits-len(text))) + text
}

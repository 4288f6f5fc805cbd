package ui_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// themes reads the colours of tokens.css: light, chosen dark, the system's dark.
func themes(t *testing.T) (light, chosen, system map[string]string) {
	t.Helper()
	content, err := os.ReadFile("assets/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s):root([^{]*)\{(.*?)\}`).FindAllStringSubmatch(string(content), -1)
	if len(blocks) != 3 {
		t.Fatalf("tokens.css has %d blocks, not 3", len(blocks))
	}
	read := func(block string) map[string]string {
		values := map[string]string{}
		for _, match := range regexp.MustCompile(`(--[a-z0-9-]+|color-scheme):\s*([^;]+);`).FindAllStringSubmatch(block, -1) {
			values[match[1]] = strings.TrimSpace(match[2])
		}
		return values
	}
	return read(blocks[0][2]), read(blocks[1][2]), read(blocks[2][2])
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatalf("not a colour: %q", colour)
	}
	part := func(shift uint) float64 {
		v := float64(n>>shift&255) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func contrast(t *testing.T, a, b string) float64 {
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestTheTwoDarksAreOne(t *testing.T) {
	_, chosen, system := themes(t)
	if fmt.Sprint(chosen) != fmt.Sprint(system) {
		t.Errorf("the chosen dark and the system's dark differ:\n%v\n%v", chosen, system)
	}
}

func TestContrast(t *testing.T) {
	words := [][2]string{ // AA for text: 4.5
		{"ink", "paper"}, {"ink", "surface"}, {"ink", "sunken"}, {"ink-2", "paper"}, {"ink-2", "surface"}, {"ink-2", "sunken"}, {"ink-2", "cham-tint"}, {"ink-2", "grey-tint"},
		{"ink-2", "red-tint"}, {"ink-2", "amber-tint"}, {"ink-2", "green-tint"},
		{"cham", "paper"}, {"cham", "surface"}, {"cham", "cham-tint"}, {"cham", "sunken"}, {"cham", "red-tint"}, {"cham", "amber-tint"}, {"cham", "green-tint"}, {"cham-deep", "cham-tint"}, {"on-cham", "cham"}, {"on-cham", "cham-deep"},
		{"red", "surface"}, {"red", "paper"}, {"red", "red-tint"}, {"amber", "surface"}, {"amber", "paper"}, {"amber", "amber-tint"}, {"green", "surface"}, {"green", "paper"}, {"green", "green-tint"},
		{"ink", "red-tint"}, {"ink", "amber-tint"}, {"ink", "green-tint"}, {"ink", "cham-tint"}, {"ink", "grey-tint"}, {"surface", "red"},
		{"on-bar", "bar"}, {"on-bar-2", "bar"}, {"on-bar", "bar-2"}, {"on-bar-2", "bar-2"},
		{"on-step-low", "step-0"}, {"on-step-low", "step-1"}, {"on-step-mid", "step-2"}, {"on-step-high", "step-3"}, {"on-step-high", "step-4"},
	}
	signs := [][2]string{ // AA for edges of controls, marks and the focus ring: 3
		{"line-strong", "surface"}, {"line-strong", "paper"}, {"focus", "paper"}, {"focus", "surface"}, {"focus", "cham-tint"}, {"red-fill", "surface"}, {"green-fill", "surface"}, {"cham", "sunken"},
	}
	light, dark, _ := themes(t)
	for name, theme := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, pair := range words {
			if c := contrast(t, theme["--"+pair[0]], theme["--"+pair[1]]); c < 4.5 {
				t.Errorf("%s: %s on %s has %.2f, needs 4.5", name, pair[0], pair[1], c)
			}
		}
		for _, pair := range signs {
			if c := contrast(t, theme["--"+pair[0]], theme["--"+pair[1]]); c < 3 {
				t.Errorf("%s: %s on %s has %.2f, needs 3", name, pair[0], pair[1], c)
			}
		}
	}
}

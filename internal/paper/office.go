package paper

import "strings"

// The offices that stand in the upper left of a paper. Tiers are "province", "district",
// "commune"; a unit's name is its full one ("Xã Mường Mùn").

// Committee is the people's committee of a unit: "ỦY BAN NHÂN DÂN" over its name.
func Committee(unit string) string { return wordCommittee + "\n" + strings.ToUpper(unit) }

// Department is the education department of a tier; a commune has none.
func Department(tier string) string {
	switch tier {
	case "province":
		return wordProvinceDepartment
	case "district":
		return wordDistrictDepartment
	}
	return ""
}

// Managing is the office above a school's own name: the body of the unit that manages it.
// Other tiers have none.
func Managing(tier, unit string) string {
	if tier == "commune" {
		return Committee(unit)
	}
	if department := Department(tier); department != "" {
		return department + "\n" + strings.ToUpper(unit)
	}
	return ""
}

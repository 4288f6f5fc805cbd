// Package org knows places: units (province, district, commune, village), schools, their
// sites and classes, each with the time in which it is what it is.
//
// Words. A unit is an identity: kind, code and full name together. A period says under
// which parent it stands from a day until (not including) another. A listing is the whole
// of the units of one kind under one top unit on one day; a map says which unit became
// which. The tree over all time is grown from listings and maps and kept in unit_period,
// unit_closure and unit_succession: a function of what was imported, so the order in
// which lists and maps came never matters. located_in is the unit that a school stands
// in, managed_by the unit whose body manages it (a THPT stands in a commune and is
// managed by the Department of the province).
//
// Law. Luật Tổ chức chính quyền địa phương 2025 ended the district tier on 1 July 2025;
// Nghị quyết 1661 and 1670/NQ-UBTVQH15 made the communes of Điện Biên and Lai Châu; the
// letters of 2015 and 2020 speak of four tiers. No tier is a type here: kinds are rows of
// reference/kinds.tsv, and every question names the day whose tree it uses.
//
// Who may enter. Places are no secret: anybody signed in may read them. Lists, maps,
// zones and boundaries are brought by the administrator; schools and classes by those
// who may manage places in the unit or school.
package org

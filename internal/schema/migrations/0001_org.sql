-- Places. Reference tables have no realm; a realm's own places do.
-- Periods are half-open: until_day is not part of the period, 9999-12-31 is "no end".

-- The authority that holds facts, one per province, given once and never changed.
CREATE TABLE realm (
  realm INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  story TEXT NOT NULL,            -- '' for real data, else the name of the demonstration story
  opened_at {{instant}} NOT NULL
) {{table}};

-- A unit is an identity; what it is called, under which code and parent, is dated.
-- Two rows of different dates are one unit only if kind, code and full name agree: that is what the columns here hold.
CREATE TABLE unit (
  id {{bigint}} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,             -- province, district, commune, village: data, never a type of the program
  code TEXT NOT NULL,
  full_name TEXT NOT NULL,        -- "Xã Nà Tòng"
  UNIQUE (kind, code, full_name)
) {{table}};

CREATE TABLE unit_period (
  unit {{bigint}} NOT NULL REFERENCES unit (id),
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  code TEXT NOT NULL,
  full_name TEXT NOT NULL,        -- "Xã Nà Tòng"
  name TEXT NOT NULL,             -- "Nà Tòng"
  kind_word TEXT NOT NULL,        -- "Xã"
  name_fold TEXT NOT NULL,
  name_sort TEXT NOT NULL,
  parent {{bigint}} NOT NULL,     -- 0 for a top unit
  PRIMARY KEY (unit, from_day)
) {{facts}};
CREATE INDEX unit_period_by_code ON unit_period (code, from_day);
CREATE INDEX unit_period_by_parent ON unit_period (parent, from_day);
CREATE INDEX unit_period_by_name ON unit_period (name_fold);

CREATE TABLE unit_succession (
  old_unit {{bigint}} NOT NULL REFERENCES unit (id),
  new_unit {{bigint}} NOT NULL REFERENCES unit (id),
  on_day {{day}} NOT NULL,
  part TEXT NOT NULL,             -- whole, split
  PRIMARY KEY (old_unit, new_unit, on_day)
) {{facts}};
CREATE INDEX unit_succession_by_new ON unit_succession (new_unit);

-- Every ancestor of every unit, itself too, with the days on which that is so.
CREATE TABLE unit_closure (
  ancestor {{bigint}} NOT NULL,
  descendant {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  depth INTEGER NOT NULL,         -- 0 for itself
  PRIMARY KEY (ancestor, descendant, from_day)
) {{facts}};
CREATE INDEX unit_closure_by_descendant ON unit_closure (descendant, ancestor);

-- vung-cao, vung-xa, khu-vuc-1, khu-vuc-2, khu-vuc-3, dac-biet-kho-khan, bien-gioi
CREATE TABLE unit_zone (
  unit {{bigint}} NOT NULL REFERENCES unit (id),
  zone TEXT NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (unit, zone, from_day)
) {{facts}};

-- GeoJSON geometry, simplified once at import.
CREATE TABLE unit_boundary (
  unit {{bigint}} NOT NULL REFERENCES unit (id),
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  geometry TEXT NOT NULL,
  PRIMARY KEY (unit, from_day)
) {{facts}};

-- Which realm holds the facts of a unit.
CREATE TABLE unit_holder (
  unit {{bigint}} NOT NULL REFERENCES unit (id),
  realm INTEGER NOT NULL REFERENCES realm (realm),
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  PRIMARY KEY (unit, from_day)
) {{facts}};

-- The lists and maps as imported, from which unit_period, unit_closure and unit_succession are grown, so that they give
-- one tree in whatever order they come. A list is whole for its kind under one top unit on its day.
CREATE TABLE unit_list (
  kind TEXT NOT NULL,             -- a kind of units, or "map"
  valid_from {{day}} NOT NULL,
  top TEXT NOT NULL,              -- code of the top unit covered; '' none above; '*' everywhere (a closure)
  body TEXT NOT NULL,             -- the lines, csv
  imported_at {{instant}} NOT NULL,
  PRIMARY KEY (kind, valid_from, top)
) {{facts}};

CREATE TABLE school (
  realm INTEGER NOT NULL REFERENCES realm (realm),
  id {{bigint}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};

CREATE TABLE school_period (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  name_sort TEXT NOT NULL,
  type TEXT NOT NULL,             -- MN, TH, THCS, TH&THCS, PTDTBT TH, PTDTBT THCS, PTDTBT TH&THCS, PTDTNT, THPT, THCS&THPT, GDTX, GDNN-GDTX …
  levels TEXT NOT NULL,           -- the levels it teaches, separated by spaces: "TH THCS"
  located_in {{bigint}} NOT NULL REFERENCES unit (id),  -- the commune (or village) that it stands in
  managed_by {{bigint}} NOT NULL REFERENCES unit (id),  -- the unit whose body manages it
  PRIMARY KEY (realm, school, from_day),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};
CREATE INDEX school_period_by_code ON school_period (realm, code);
CREATE INDEX school_period_by_location ON school_period (realm, located_in);
CREATE INDEX school_period_by_manager ON school_period (realm, managed_by);

-- What became of a school: merged into another, split, renamed with a new code.
CREATE TABLE school_succession (
  realm INTEGER NOT NULL,
  old_school {{bigint}} NOT NULL,
  new_school {{bigint}} NOT NULL,
  on_day {{day}} NOT NULL,
  part TEXT NOT NULL,             -- whole, split
  PRIMARY KEY (realm, old_school, new_school, on_day),
  FOREIGN KEY (realm, old_school) REFERENCES school (realm, id),
  FOREIGN KEY (realm, new_school) REFERENCES school (realm, id)
) {{facts}};

-- Điểm trường.
CREATE TABLE site (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  name TEXT NOT NULL,
  village {{bigint}} NOT NULL,    -- 0 when not known
  main {{bool}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};
CREATE INDEX site_by_school ON site (realm, school);

-- A class belongs to one school year and one level; a lớp ghép has pupils of several grades.
CREATE TABLE class (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  year INTEGER NOT NULL,          -- the year in which the school year begins
  name TEXT NOT NULL,
  name_sort TEXT NOT NULL,
  level TEXT NOT NULL,            -- MN, TH, THCS, THPT, GDTX, GDNN
  grades TEXT NOT NULL,           -- separated by spaces; "1 2 3" is a lớp ghép; kindergarten: "NT", "3T", "4T", "5T"
  site {{bigint}} NOT NULL,       -- 0 for the main site
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};
CREATE INDEX class_by_school ON class (realm, school, year);

-- Targets, the register of age, and what is kept of figures by residence.

CREATE TABLE target (
  realm INTEGER NOT NULL,
  unit {{bigint}} NOT NULL,       -- 0 when it is a school's
  school {{bigint}} NOT NULL,     -- 0 when it is a unit's
  indicator TEXT NOT NULL,
  level TEXT NOT NULL,            -- '' for all
  year INTEGER NOT NULL,
  n {{bigint}} NOT NULL,          -- a rate is n/d; a number of children is n with d = 1
  d {{bigint}} NOT NULL,
  source TEXT NOT NULL,           -- the document that sets it
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, unit, school, indicator, level, year)
) {{facts}};

-- Children of an age who live in a unit: the denominator of mobilisation, from the household survey.
CREATE TABLE age_register (
  realm INTEGER NOT NULL,
  unit {{bigint}} NOT NULL,
  year INTEGER NOT NULL,
  age INTEGER NOT NULL,           -- school year's first year less the year of birth
  children INTEGER NOT NULL,
  exempt INTEGER NOT NULL,        -- cannot learn (disability), not counted as to be mobilised
  elsewhere INTEGER NOT NULL,     -- known to learn outside the realm
  source TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, unit, year, age)
) {{facts}};

-- Kept sums of a school and month for each combination of what figures are broken down by; valid while changes equals
-- Σ school_month.changes. From here come all breakdowns and all figures by residence.
CREATE TABLE group_month (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  month {{day}} NOT NULL,
  number INTEGER NOT NULL,
  level TEXT NOT NULL,
  grade TEXT NOT NULL,
  sex TEXT NOT NULL,
  ethnicity TEXT NOT NULL,
  boarding TEXT NOT NULL,
  poverty TEXT NOT NULL,
  residence {{bigint}} NOT NULL,
  roll INTEGER NOT NULL,          -- lượt: pupils × sessions
  unknown INTEGER NOT NULL,
  excused INTEGER NOT NULL,
  unexcused INTEGER NOT NULL,
  late INTEGER NOT NULL,
  PRIMARY KEY (realm, school, month, number)
) {{facts}};
CREATE INDEX group_month_by_residence ON group_month (realm, month, residence);

CREATE TABLE group_month_state (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  month {{day}} NOT NULL,
  changes {{bigint}} NOT NULL,
  PRIMARY KEY (realm, school, month)
) {{facts}};

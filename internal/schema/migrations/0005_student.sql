-- Children, their guardians, and where they are enrolled.

CREATE TABLE pupil (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  code TEXT NOT NULL,             -- mã định danh of the Ministry, '' when not known
  national_id TEXT NOT NULL,      -- số định danh cá nhân, '' when not known
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  name_sort TEXT NOT NULL,
  sex TEXT NOT NULL,              -- F, M
  born {{day}} NOT NULL,
  birthplace TEXT NOT NULL,
  ethnicity TEXT NOT NULL,        -- key of the embedded list, 'foreign' for foreigners, '' when not known
  address TEXT NOT NULL,          -- chỗ ở hiện nay
  phone TEXT NOT NULL,
  disability TEXT NOT NULL,       -- code, '' for none
  version INTEGER NOT NULL,       -- grows with every change; keeps spells from overlapping
  changed_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm) REFERENCES realm (realm)
) {{facts}};
CREATE INDEX pupil_by_code ON pupil (realm, code) WHERE code <> '';
CREATE INDEX pupil_by_national_id ON pupil (realm, national_id) WHERE national_id <> '';
CREATE INDEX pupil_by_name ON pupil (realm, name_fold, born);

CREATE TABLE guardian (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  relation TEXT NOT NULL,         -- father, mother, guardian
  name TEXT NOT NULL,
  born_year INTEGER NOT NULL,     -- 0 when not known
  phone TEXT NOT NULL,
  PRIMARY KEY (realm, pupil, number),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};

-- The village (or, when that is not known, the commune) where the child lives.
CREATE TABLE pupil_residence (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  unit {{bigint}} NOT NULL REFERENCES unit (id),
  PRIMARY KEY (realm, pupil, from_day),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX pupil_residence_by_unit ON pupil_residence (realm, unit);

CREATE TABLE pupil_boarding (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  kind TEXT NOT NULL,             -- boarding (nội trú), semi-boarding (bán trú), lodging (trọ)
  PRIMARY KEY (realm, pupil, from_day),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};

CREATE TABLE pupil_poverty (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  year INTEGER NOT NULL,
  status TEXT NOT NULL,           -- poor (hộ nghèo), near-poor (cận nghèo)
  PRIMARY KEY (realm, pupil, year),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};

-- One spell at one school in one grade of one school year.
CREATE TABLE enrolment (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  pupil {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  year INTEGER NOT NULL,
  level TEXT NOT NULL,
  grade TEXT NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  entry_kind TEXT NOT NULL,       -- opening, entrant, repeater, transfer-in, return, other
  exit_kind TEXT NOT NULL,        -- '' while enrolled; year-end, transfer-out, dropout, vocational, moved, died, other
  exit_state TEXT NOT NULL,       -- '', confirmed, unconfirmed ("chưa xác nhận"), came-back
  exit_reason TEXT NOT NULL,      -- cause code of a dropout
  other_school {{bigint}} NOT NULL, -- where to, inside the realm; 0 else
  paper TEXT NOT NULL,            -- number of the paper that confirms
  from_school {{bigint}} NOT NULL DEFAULT 0, -- where from, inside the realm; 0 else
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};
CREATE INDEX enrolment_by_pupil ON enrolment (realm, pupil, from_day);
-- Holds all that the ledger counts, so that a province is counted from the index alone.
CREATE INDEX enrolment_by_school ON enrolment (realm, school, year, level, grade, from_day, until_day, entry_kind, exit_kind, exit_state, from_school, other_school);
-- The few children who came back, for cumulative columns.
CREATE INDEX enrolment_by_return ON enrolment (realm, from_day) WHERE entry_kind = 'return';

CREATE TABLE class_membership (
  realm INTEGER NOT NULL,
  enrolment {{bigint}} NOT NULL,
  class {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  PRIMARY KEY (realm, enrolment, from_day),
  FOREIGN KEY (realm, enrolment) REFERENCES enrolment (realm, id),
  FOREIGN KEY (realm, class) REFERENCES class (realm, id)
) {{facts}};
CREATE INDEX class_membership_by_class ON class_membership (realm, class, from_day);

-- Whom a school expects at the opening of a year, from the year before, and what became of them.
CREATE TABLE expected_pupil (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  year INTEGER NOT NULL,          -- the year that opens
  school {{bigint}} NOT NULL,
  level TEXT NOT NULL,
  grade TEXT NOT NULL,
  origin TEXT NOT NULL,           -- opening (from the grade below), repeater, entrant
  state TEXT NOT NULL,            -- expected, arrived, elsewhere (arrived at another school), lost, moved, vocational, died
  settled_on {{day}} NOT NULL,    -- 9999-12-31 while expected
  reason TEXT NOT NULL,
  PRIMARY KEY (realm, pupil, year),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX expected_pupil_by_school ON expected_pupil (realm, school, year);

-- The immutable list that a teacher sees. The same list again is the same roll.
CREATE TABLE roll (
  realm INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, class, number),
  FOREIGN KEY (realm, class) REFERENCES class (realm, id)
) {{facts}};

-- One combination of the attributes that figures are broken down by.
CREATE TABLE roll_group (
  realm INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  roll INTEGER NOT NULL,
  number INTEGER NOT NULL,
  grade TEXT NOT NULL,
  sex TEXT NOT NULL,
  ethnicity TEXT NOT NULL,
  boarding TEXT NOT NULL,
  poverty TEXT NOT NULL,
  residence {{bigint}} NOT NULL,  -- unit where they live; 0 when not known
  pupils INTEGER NOT NULL,
  PRIMARY KEY (realm, class, roll, number),
  FOREIGN KEY (realm, class, roll) REFERENCES roll (realm, class, number)
) {{facts}};

CREATE TABLE roll_member (
  realm INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  roll INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  roll_group INTEGER NOT NULL,
  PRIMARY KEY (realm, class, roll, pupil),
  FOREIGN KEY (realm, class, roll) REFERENCES roll (realm, class, number)
) {{facts}};

-- A guardian's request to see or correct what is kept about a child.
CREATE TABLE guardian_request (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  pupil {{bigint}} NOT NULL,
  kind TEXT NOT NULL,             -- see, correct, delete
  body TEXT NOT NULL,
  state TEXT NOT NULL,            -- open, done, refused
  answer TEXT NOT NULL,
  received_at {{instant}} NOT NULL,
  received_by {{bigint}} NOT NULL,
  answered_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};

-- What lists bring that no other room keeps: results of learning, support received, households surveyed.

-- Results of a pupil in a term (1, 2) or the year (0), on the scale that held then.
CREATE TABLE learning_result (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  year INTEGER NOT NULL,
  term INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  grade TEXT NOT NULL,
  scale TEXT NOT NULL,            -- of the embedded list: tt22-2021, tt58-2011, tt27-2020, tt22-2016
  study TEXT NOT NULL,            -- code of the scale, '' when not told
  conduct TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, pupil, year, term),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX learning_result_by_school ON learning_result (realm, school, year, term);

-- A support that a pupil is entitled to, from when until when.
CREATE TABLE benefit (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  scheme TEXT NOT NULL,           -- of the embedded list
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  school {{bigint}} NOT NULL,     -- that keeps the list
  ground TEXT NOT NULL,           -- why: poor, near-poor, disabled, orphan, far …, '' when not told
  paper TEXT NOT NULL,            -- number of the decision
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, pupil, scheme, from_day),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};
CREATE INDEX benefit_by_school ON benefit (realm, school, scheme, from_day);

-- What was paid or handed out for a month.
CREATE TABLE benefit_month (
  realm INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  scheme TEXT NOT NULL,
  month {{day}} NOT NULL,         -- its first day
  school {{bigint}} NOT NULL,
  dong {{bigint}} NOT NULL,
  grams {{bigint}} NOT NULL,      -- of rice
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, pupil, scheme, month),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX benefit_month_by_school ON benefit_month (realm, school, month);

-- A household of a village as the survey of a year found it (phiếu điều tra).
CREATE TABLE household (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  village {{bigint}} NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  number TEXT NOT NULL,           -- số phiếu
  head TEXT NOT NULL,             -- chủ hộ
  address TEXT NOT NULL,
  residency TEXT NOT NULL,        -- permanent, temporary, '' when not told
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE UNIQUE INDEX household_by_number ON household (realm, village, year, number);

CREATE TABLE household_person (
  realm INTEGER NOT NULL,
  household {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  sex TEXT NOT NULL,              -- F, M, '' when not told
  born_year INTEGER NOT NULL,
  born {{day}} NOT NULL,          -- 1970-01-01 when only the year is known
  relation TEXT NOT NULL,         -- to the head, as written
  schooling TEXT NOT NULL,        -- learning, dropped, never, finished, moved, died, '' when not told
  grade TEXT NOT NULL,            -- learning in, or reached
  school TEXT NOT NULL,           -- as written
  exempt {{bool}} NOT NULL,       -- cannot learn because of a disability: need not be mobilised
  pupil {{bigint}} NOT NULL,      -- 0 when no pupil of the realm was recognised
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, household, number),
  FOREIGN KEY (realm, household) REFERENCES household (realm, id)
) {{facts}};
CREATE INDEX household_person_by_pupil ON household_person (realm, pupil);

-- Who is expected back after a break, and who came.

-- A closure of five days or more, or the opening of a school year, as the schools of the realm had it.
CREATE TABLE study_break (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  year INTEGER NOT NULL,
  kind TEXT NOT NULL,             -- closure, opening
  reasons TEXT NOT NULL,          -- codes of the closures it is made of, by spaces
  from_day {{day}} NOT NULL,      -- earliest of its schools
  return_day {{day}} NOT NULL,    -- earliest of its schools
  last_return {{day}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm) REFERENCES realm (realm)
) {{facts}};

-- One level of one school in a break; their days differ.
CREATE TABLE break_school (
  realm INTEGER NOT NULL,
  study_break {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  level TEXT NOT NULL,            -- '' where a school counts all levels together
  from_day {{day}} NOT NULL,
  return_day {{day}} NOT NULL,
  held {{bigint}} NOT NULL,       -- bit i: school is held i days after the return
  reasons TEXT NOT NULL,
  by_count {{bool}} NOT NULL,     -- nobody is marked by name here: the school's own counts say who is back
  as_of {{day}} NOT NULL,         -- the day whose enrolments the list holds; 9999-12-31 without a list
  frozen_on {{day}} NOT NULL,     -- the day on which the list was settled; 9999-12-31 while it still follows the enrolments
  frozen_at {{instant}} NOT NULL,
  frozen_by {{bigint}} NOT NULL,  -- 0: by the product, when the break began
  PRIMARY KEY (realm, study_break, school, level),
  FOREIGN KEY (realm, study_break) REFERENCES study_break (realm, id),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};
CREATE INDEX break_school_by_school ON break_school (realm, school);

-- The expected-back list, with what is known of each child's return.
CREATE TABLE break_pupil (
  realm INTEGER NOT NULL,
  study_break {{bigint}} NOT NULL,
  pupil {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  level TEXT NOT NULL,
  class {{bigint}} NOT NULL,      -- 0 before a class is given
  unit {{bigint}} NOT NULL,       -- where the child lives; 0 when not known
  place_in_line INTEGER NOT NULL, -- the greater, the sooner to be talked to; never shown
  facts TEXT NOT NULL,            -- what the sentences are made of, JSON
  note TEXT NOT NULL,             -- '', promised, with-parents, ill, other
  note_text TEXT NOT NULL,
  noted_by {{bigint}} NOT NULL,
  noted_at {{instant}} NOT NULL,
  seen_on {{day}} NOT NULL,       -- first day since the return on which a roll with the child was called; 9999-12-31: none
  back_on {{day}} NOT NULL,       -- first day present; 9999-12-31: not yet
  cause TEXT NOT NULL,            -- of the last absence before coming back, '' when not known
  PRIMARY KEY (realm, study_break, pupil),
  FOREIGN KEY (realm, study_break) REFERENCES study_break (realm, id)
) {{facts}};
CREATE INDEX break_pupil_by_school ON break_pupil (realm, study_break, school, back_on, seen_on, level, cause);
CREATE INDEX break_pupil_by_unit ON break_pupil (realm, study_break, unit, back_on, seen_on, level, cause);
CREATE INDEX break_pupil_by_pupil ON break_pupil (realm, pupil);

-- How many more are expected, seen and back with each day: by school, and by where they live. Sums over the days up to
-- one are how it stood then.
CREATE TABLE break_day (
  realm INTEGER NOT NULL,
  study_break {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  level TEXT NOT NULL,
  day {{day}} NOT NULL,
  expected INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  back INTEGER NOT NULL,
  PRIMARY KEY (realm, study_break, school, level, day),
  FOREIGN KEY (realm, study_break) REFERENCES study_break (realm, id)
) {{facts}};

CREATE TABLE break_home (
  realm INTEGER NOT NULL,
  study_break {{bigint}} NOT NULL,
  unit {{bigint}} NOT NULL,       -- 0: not known where they live
  school {{bigint}} NOT NULL,
  level TEXT NOT NULL,
  day {{day}} NOT NULL,
  expected INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  back INTEGER NOT NULL,
  PRIMARY KEY (realm, study_break, unit, school, level, day),
  FOREIGN KEY (realm, study_break) REFERENCES study_break (realm, id)
) {{facts}};
CREATE INDEX break_home_by_school ON break_home (realm, study_break, school);

-- Of what the counts were made: equal to what stands now, they hold.
CREATE TABLE break_mark (
  realm INTEGER NOT NULL,
  study_break {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  changes {{bigint}} NOT NULL,    -- of school_month in the weeks that are followed
  counts {{bigint}} NOT NULL,     -- versions of the school's own counts in them
  counted_on {{day}} NOT NULL,
  PRIMARY KEY (realm, study_break, school),
  FOREIGN KEY (realm, study_break) REFERENCES study_break (realm, id)
) {{facts}};

-- The calendar whose breaks were found.
CREATE TABLE break_state (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  generation {{bigint}} NOT NULL,
  year INTEGER NOT NULL,
  PRIMARY KEY (realm, school),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};

-- The few who dropped out: a brother or sister who left tells of a child who may not come back.
CREATE INDEX enrolment_by_dropout ON enrolment (realm, until_day) WHERE exit_kind = 'dropout';

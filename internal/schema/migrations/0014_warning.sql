-- Warnings: signals that a child may be leaving school, what raised them, and from when they are raised.

-- One signal is one matter about one subject; the same run of absences steps one signal up.
CREATE TABLE warning_signal (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  rule TEXT NOT NULL,
  rule_version INTEGER NOT NULL,
  subject_kind TEXT NOT NULL,     -- pupil, class, village, household
  subject {{bigint}} NOT NULL,    -- the pupil, the class, the village, the youngest id of the household
  pupil {{bigint}} NOT NULL,      -- 0 when it is about no single pupil
  class {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  village {{bigint}} NOT NULL,    -- where the child lives: a village or, when that is not known, the commune; 0 unknown
  commune {{bigint}} NOT NULL,
  household {{bigint}} NOT NULL,  -- the smallest pupil id among those who share a guardian's telephone
  since_day {{day}} NOT NULL,
  last_day {{day}} NOT NULL,      -- the last marked day that it rests on
  step TEXT NOT NULL,
  urgency INTEGER NOT NULL,       -- decides the order and nothing else; never shown
  facts TEXT NOT NULL,            -- counts, days and codes as JSON: what the sentence is made of
  state TEXT NOT NULL,            -- open, over (the child came back, the matter ended), withdrawn (a correction took its ground)
  raised_at {{instant}} NOT NULL,
  changed_at {{instant}} NOT NULL,
  ended_reason TEXT NOT NULL,     -- '' while open; returned, left, year-end, corrected …
  part_of {{bigint}} NOT NULL,    -- the signal of the village or household that speaks for it; 0 for none
  version INTEGER NOT NULL,
  taken_version INTEGER NOT NULL, -- the version that casework has taken up
  taken_case {{bigint}} NOT NULL, -- the case it belongs to; 0 for none
  PRIMARY KEY (realm, id)
) {{facts}};
-- One open signal for one matter, however many passes run at once.
CREATE UNIQUE INDEX warning_signal_open ON warning_signal (realm, rule, subject, school) WHERE state = 'open';
CREATE INDEX warning_signal_by_school ON warning_signal (realm, school) WHERE state = 'open';
CREATE INDEX warning_signal_by_village ON warning_signal (realm, village) WHERE state = 'open';
CREATE INDEX warning_signal_by_household ON warning_signal (realm, household) WHERE state = 'open' AND household <> 0;
CREATE INDEX warning_signal_by_pupil ON warning_signal (realm, pupil);
CREATE INDEX warning_signal_untaken ON warning_signal (realm, id) WHERE version > taken_version;

-- What was said, when: a row for each step, withdrawal and end.
CREATE TABLE warning_event (
  realm INTEGER NOT NULL,
  signal {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  at {{instant}} NOT NULL,
  state TEXT NOT NULL,
  step TEXT NOT NULL,
  rule_version INTEGER NOT NULL,
  since_day {{day}} NOT NULL,
  last_day {{day}} NOT NULL,
  facts TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (realm, signal, number),
  FOREIGN KEY (realm, signal) REFERENCES warning_signal (realm, id)
) {{facts}};

-- From when a rule speaks, where it differs from what is delivered. Never changed: a new row, or withdrawn.
CREATE TABLE warning_threshold (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  scope_kind TEXT NOT NULL,       -- realm, unit, school: the nearest to the class wins
  scope {{bigint}} NOT NULL,
  rule TEXT NOT NULL,
  name TEXT NOT NULL,
  level TEXT NOT NULL,            -- '' for all
  season_from INTEGER NOT NULL,   -- month × 100 + day, 0 for the whole year
  season_until INTEGER NOT NULL,  -- the last day of the season; before season_from: over the new year
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  numbers TEXT NOT NULL,          -- separated by spaces
  reason TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  withdrawn_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX warning_threshold_by_scope ON warning_threshold (realm, scope, rule);

-- Up to which marks a school's signals are worked out. Whoever writes them moves the generation on.
CREATE TABLE warning_school (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  generation {{bigint}} NOT NULL,
  evaluated_on {{day}} NOT NULL,
  PRIMARY KEY (realm, school)
) {{facts}};

CREATE TABLE warning_seen (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  month {{day}} NOT NULL,
  changes {{bigint}} NOT NULL,    -- Σ school_month.changes
  classes TEXT NOT NULL,          -- Σ versions of the sheets of each class: which of them changed
  PRIMARY KEY (realm, school, month)
) {{facts}};

-- The marks of a past month of a school in few bytes, so that the nightly pass need not read them again; valid while
-- Σ school_month.changes stands. Ids and codes only.
CREATE TABLE warning_past (
  realm INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  month {{day}} NOT NULL,
  changes {{bigint}} NOT NULL,
  body {{bytes}} NOT NULL,
  PRIMARY KEY (realm, school, month)
) {{facts}};

-- The few that a pass looks for without reading everybody.
CREATE INDEX enrolment_by_doubt ON enrolment (realm, until_day) WHERE exit_state = 'unconfirmed';
CREATE INDEX pupil_boarding_by_end ON pupil_boarding (realm, until_day);
CREATE INDEX guardian_by_phone ON guardian (realm, phone) WHERE phone <> '';

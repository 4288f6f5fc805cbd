-- What is done for a child who is away: cases, owners, acts, referrals, checks, reminders.

CREATE TABLE case_file (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  pupil {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  class {{bigint}} NOT NULL,
  village {{bigint}} NOT NULL,    -- unit in which the child lives; 0 when not known
  commune {{bigint}} NOT NULL,    -- of that village; 0 when not known
  level TEXT NOT NULL,
  grade TEXT NOT NULL,
  ladder TEXT NOT NULL,           -- full, advice, counsel
  opened_on {{day}} NOT NULL,
  opened_at {{instant}} NOT NULL,
  opened_by {{bigint}} NOT NULL,  -- 0: a signal
  rule TEXT NOT NULL,             -- of the signal that opened it, '' by hand
  why TEXT NOT NULL,              -- by hand: in words
  rank INTEGER NOT NULL,          -- of the signals: only the order
  state TEXT NOT NULL,            -- open, watching, away, back, closed
  step TEXT NOT NULL,
  due_day {{day}} NOT NULL,       -- 9999-12-31 while nothing is owed
  clock TEXT NOT NULL,            -- school, working: what the deadline is counted in
  clock_from {{day}} NOT NULL,    -- from when; a closure declared later moves the deadline
  clock_days INTEGER NOT NULL,
  tier TEXT NOT NULL,             -- teacher, school, commune, committee, office
  holder {{bigint}} NOT NULL,     -- account that keeps the file; 0: the homeroom teacher
  cause TEXT NOT NULL,
  secondary TEXT NOT NULL,        -- codes, separated by blanks
  protected {{bool}} NOT NULL,
  promise_day {{day}} NOT NULL,   -- 1970-01-01: none
  return_day {{day}} NOT NULL,    -- first day in class again; 1970-01-01: none
  outcome TEXT NOT NULL,
  outcome_day {{day}} NOT NULL,   -- 1970-01-01: none
  confirmed {{bool}} NOT NULL,
  seen_by {{bigint}} NOT NULL,    -- of a dropout: who of the commune has seen it
  earlier {{bigint}} NOT NULL,    -- the case before, 0: none
  closed_on {{day}} NOT NULL,     -- 9999-12-31 while open
  last_act {{day}} NOT NULL,      -- 1970-01-01: nobody has done anything
  acts INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
-- A child has one running case at most.
CREATE UNIQUE INDEX case_file_running ON case_file (realm, pupil) WHERE state = 'open' OR state = 'watching' OR state = 'away';
CREATE INDEX case_file_by_pupil ON case_file (realm, pupil, opened_on);
CREATE INDEX case_file_by_school ON case_file (realm, school, state);
CREATE INDEX case_file_by_village ON case_file (realm, village, state);
CREATE INDEX case_file_by_state ON case_file (realm, state, due_day);

-- The signals that a case rests on.
CREATE TABLE case_signal (
  realm INTEGER NOT NULL,
  case_id {{bigint}} NOT NULL,
  signal {{bigint}} NOT NULL,
  rule TEXT NOT NULL,
  step TEXT NOT NULL,
  on_day {{day}} NOT NULL,
  taken_at {{instant}} NOT NULL,
  withdrawn_on {{day}} NOT NULL,  -- 9999-12-31 while it stands
  PRIMARY KEY (realm, case_id, signal),
  FOREIGN KEY (realm, case_id) REFERENCES case_file (realm, id)
) {{facts}};
CREATE INDEX case_signal_by_signal ON case_signal (realm, signal);

-- Who answers for a case; history is kept.
CREATE TABLE case_owner (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  case_id {{bigint}} NOT NULL,
  role TEXT NOT NULL,             -- teacher, village, school, commune, committee, office, deputy
  account {{bigint}} NOT NULL,    -- 0: a member of a committee without an account
  member {{bigint}} NOT NULL,     -- member of a committee, 0: by grant
  from_at {{instant}} NOT NULL,
  until_at {{instant}} NOT NULL,  -- 1970-01-01 while it holds
  source TEXT NOT NULL,           -- grant, duty, hand, climb
  reason TEXT NOT NULL,
  given_by {{bigint}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, case_id) REFERENCES case_file (realm, id)
) {{facts}};
CREATE INDEX case_owner_by_case ON case_owner (realm, case_id, from_at);
CREATE INDEX case_owner_by_account ON case_owner (realm, account, until_at);

-- What was done; append-only but for the place, which goes when the case closes.
CREATE TABLE case_act (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  act {{bytes}} NOT NULL,         -- UUIDv7 made by the sender, 16 bytes: the same act twice is one act
  case_id {{bigint}} NOT NULL,
  kind TEXT NOT NULL,
  account {{bigint}} NOT NULL,    -- 0: the product itself
  device TEXT NOT NULL,
  taken_at {{instant}} NOT NULL,  -- by the device's clock
  received_at {{instant}} NOT NULL,
  reached {{bool}} NOT NULL,
  met TEXT NOT NULL,              -- codes, separated by blanks
  companions TEXT NOT NULL,
  cause TEXT NOT NULL,
  secondary TEXT NOT NULL,
  promise_day {{day}} NOT NULL,   -- 1970-01-01: none
  support_school TEXT NOT NULL,
  support_commune TEXT NOT NULL,
  hope TEXT NOT NULL,
  note TEXT NOT NULL,
  protected {{bool}} NOT NULL,
  placed {{bool}} NOT NULL,
  latitude {{double}} NOT NULL,
  longitude {{double}} NOT NULL,
  detail TEXT NOT NULL,           -- of acts of the product: codes and days
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, case_id) REFERENCES case_file (realm, id)
) {{facts}};
CREATE UNIQUE INDEX case_act_once ON case_act (realm, act);
CREATE INDEX case_act_by_case ON case_act (realm, case_id, taken_at);

-- Silence that climbed, or went sideways; one a day at most.
CREATE TABLE case_climb (
  realm INTEGER NOT NULL,
  case_id {{bigint}} NOT NULL,
  on_day {{day}} NOT NULL,
  from_tier TEXT NOT NULL,
  to_tier TEXT NOT NULL,          -- the same tier: sideways, or held
  cause TEXT NOT NULL,            -- late, unsynced, leave, nobody
  account {{bigint}} NOT NULL,    -- to whom; 0: nobody was found
  PRIMARY KEY (realm, case_id, on_day),
  FOREIGN KEY (realm, case_id) REFERENCES case_file (realm, id)
) {{facts}};

-- To the body that can remove the cause.
CREATE TABLE case_referral (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  act {{bytes}} NOT NULL,
  case_id {{bigint}} NOT NULL,
  body TEXT NOT NULL,
  to_account {{bigint}} NOT NULL, -- a named person; 0: the body
  reason TEXT NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  account {{bigint}} NOT NULL,
  answer TEXT NOT NULL,
  answered_on {{day}} NOT NULL,   -- 1970-01-01: open
  answered_by {{bigint}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, case_id) REFERENCES case_file (realm, id)
) {{facts}};
CREATE UNIQUE INDEX case_referral_once ON case_referral (realm, act);
CREATE INDEX case_referral_by_case ON case_referral (realm, case_id);
CREATE INDEX case_referral_by_account ON case_referral (realm, to_account, until_day);

-- The four looks at the marks after a return.
CREATE TABLE case_check (
  realm INTEGER NOT NULL,
  case_id {{bigint}} NOT NULL,
  number INTEGER NOT NULL,        -- 1 to 4
  due_day {{day}} NOT NULL,
  state TEXT NOT NULL,            -- waiting, held, relapsed, cancelled
  present INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  done_on {{day}} NOT NULL,       -- 1970-01-01 while waiting
  PRIMARY KEY (realm, case_id, number),
  FOREIGN KEY (realm, case_id) REFERENCES case_file (realm, id)
) {{facts}};
CREATE INDEX case_check_by_due ON case_check (realm, state, due_day);

-- The commune reminds a school; the school answers (letter 610, point 1).
CREATE TABLE school_reminder (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  school {{bigint}} NOT NULL,
  body TEXT NOT NULL,             -- names no child
  due_day {{day}} NOT NULL,
  account {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  answer TEXT NOT NULL,
  answered_by {{bigint}} NOT NULL,
  answered_at {{instant}} NOT NULL, -- 1970-01-01: open
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, school) REFERENCES school (realm, id)
) {{facts}};
CREATE INDEX school_reminder_by_school ON school_reminder (realm, school, made_at);

-- What a guardian allowed, on paper: a new row for every change.
CREATE TABLE guardian_consent (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  pupil {{bigint}} NOT NULL,
  purpose TEXT NOT NULL,          -- case (use of data for the case), message (SMS and calls)
  given {{bool}} NOT NULL,
  relation TEXT NOT NULL,         -- mother, father, guardian
  on_day {{day}} NOT NULL,
  account {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX guardian_consent_by_pupil ON guardian_consent (realm, pupil, made_at);

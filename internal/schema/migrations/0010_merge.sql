-- Roll calls that were made without a network, and what differs between them.

ALTER TABLE sheet ADD COLUMN conflicts INTEGER NOT NULL DEFAULT 0;         -- open ones
ALTER TABLE sheet_version ADD COLUMN base INTEGER NOT NULL DEFAULT -1;     -- highest version that its author saw; -1 all before it
ALTER TABLE sheet_version ADD COLUMN sequence {{bigint}} NOT NULL DEFAULT 0; -- of the device and account; 0 no phone
ALTER TABLE sheet_version ADD COLUMN seen_roll INTEGER NOT NULL DEFAULT -1; -- roll that its author saw; 0 not stored then, -1 as roll
ALTER TABLE sheet_version ADD COLUMN sent TEXT NOT NULL DEFAULT '';        -- what the act itself says, where body and state are another thing
ALTER TABLE sheet_version ADD COLUMN clock_off {{bigint}} NOT NULL DEFAULT 0; -- milliseconds by which the device's clock was ahead

-- A pupil of whom two acts that did not know of each other say two things; pupil 0 is the
-- whole sheet (taken, no class). What they say stands in the versions.
CREATE TABLE sheet_conflict (
  realm INTEGER NOT NULL,
  class {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  pupil {{bigint}} NOT NULL,
  since INTEGER NOT NULL,         -- version with which it arose
  school {{bigint}} NOT NULL,
  state INTEGER NOT NULL,         -- 1 open, 2 decided by somebody, 3 of no account any more (the pupil left the class, the session had no class)
  opened_at {{instant}} NOT NULL,
  closed_version INTEGER NOT NULL, -- 0 while open
  closed_by {{bigint}} NOT NULL,
  closed_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, class, day, session, pupil, since)
) {{facts}};
CREATE INDEX sheet_conflict_by_school ON sheet_conflict (realm, school, state, day);

-- Acts that came after the lock: kept whole until the principal says yes or no.
CREATE TABLE sheet_waiting (
  realm INTEGER NOT NULL,
  act {{bytes}} NOT NULL,
  class {{bigint}} NOT NULL,
  day {{day}} NOT NULL,
  session INTEGER NOT NULL,
  school {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,    -- who made it
  device TEXT NOT NULL,
  sequence {{bigint}} NOT NULL,
  base INTEGER NOT NULL,
  roll INTEGER NOT NULL,          -- that its author saw
  said INTEGER NOT NULL,          -- 1 taken, 2 no class today
  cause TEXT NOT NULL,
  reason TEXT NOT NULL,
  body TEXT NOT NULL,             -- the exceptions, compact
  taken_at {{instant}} NOT NULL,  -- by the device's clock
  clock_off {{bigint}} NOT NULL,
  received_at {{instant}} NOT NULL,
  state INTEGER NOT NULL,         -- 1 waiting, 2 accepted, 3 refused
  decided_by {{bigint}} NOT NULL,
  decided_at {{instant}} NOT NULL,
  decision TEXT NOT NULL,         -- why
  PRIMARY KEY (realm, act)
) {{facts}};
CREATE INDEX sheet_waiting_by_school ON sheet_waiting (realm, school, state, day);
CREATE INDEX sheet_waiting_by_class ON sheet_waiting (realm, class, state, day);

-- One child, one record: offers between schools, doubles, records that became one.

-- The record that this one became a part of; 0 while it stands for itself.
ALTER TABLE pupil ADD COLUMN merged_into {{bigint}} NOT NULL DEFAULT 0;

-- A transfer from the offer to its answer. The sender's spell says where the child counts; this, who owes an answer by when.
CREATE TABLE transfer_offer (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  pupil {{bigint}} NOT NULL,
  enrolment {{bigint}} NOT NULL,    -- the sender's spell
  from_school {{bigint}} NOT NULL,
  to_school {{bigint}} NOT NULL,    -- 0 outside the realm
  left_on {{day}} NOT NULL,         -- first day on which the child is no longer at the sender's
  offered_at {{instant}} NOT NULL,
  offered_by {{bigint}} NOT NULL,   -- 0: the product, for an offer that came in by a list
  reason TEXT NOT NULL,
  due_day {{day}} NOT NULL,         -- last day of the answer
  state TEXT NOT NULL,              -- offered, accepted, refused, taken-back, confirmed (by a paper), ended (the spell was mended)
  answered_at {{instant}} NOT NULL, -- 0 while offered
  answered_by {{bigint}} NOT NULL,
  answer TEXT NOT NULL,             -- why it was refused or taken back
  arrival {{bigint}} NOT NULL,      -- the receiver's spell, 0 while there is none
  told INTEGER NOT NULL,            -- how far reminders have gone: 1 offered, 2 due soon, 3 overdue, 4 the commune
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};
CREATE UNIQUE INDEX transfer_offer_open ON transfer_offer (realm, enrolment) WHERE state = 'offered';
CREATE INDEX transfer_offer_by_due ON transfer_offer (realm, due_day) WHERE state = 'offered';
CREATE INDEX transfer_offer_by_receiver ON transfer_offer (realm, to_school, offered_at);
CREATE INDEX transfer_offer_by_sender ON transfer_offer (realm, from_school, offered_at);
CREATE INDEX transfer_offer_by_pupil ON transfer_offer (realm, pupil);

-- Two records that may be one child, the smaller id first.
CREATE TABLE duplicate_pair (
  realm INTEGER NOT NULL,
  one {{bigint}} NOT NULL,
  other {{bigint}} NOT NULL,
  score INTEGER NOT NULL,
  reasons TEXT NOT NULL,            -- codes separated by spaces
  state TEXT NOT NULL,              -- open, not-same, merged
  found_on {{day}} NOT NULL,
  agreed_one {{bigint}} NOT NULL,   -- account of the first record's school that offers it for merging, 0
  agreed_other {{bigint}} NOT NULL,
  said_by {{bigint}} NOT NULL,      -- who said that they are not the same
  said_at {{instant}} NOT NULL,
  said TEXT NOT NULL,               -- why
  PRIMARY KEY (realm, one, other),
  FOREIGN KEY (realm, one) REFERENCES pupil (realm, id),
  FOREIGN KEY (realm, other) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX duplicate_pair_by_other ON duplicate_pair (realm, other);
CREATE INDEX duplicate_pair_by_score ON duplicate_pair (realm, state, score);

-- One record became a part of another, with what is needed to take it back.
CREATE TABLE pupil_merge (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  kept {{bigint}} NOT NULL,
  gone {{bigint}} NOT NULL,
  state TEXT NOT NULL,              -- merged, undone, kept (its images were forgotten: it stays)
  merged_at {{instant}} NOT NULL,
  merged_by {{bigint}} NOT NULL,
  ended_at {{instant}} NOT NULL,
  ended_by {{bigint}} NOT NULL,
  before TEXT NOT NULL,             -- rows of both records as they were, '' once forgotten
  after TEXT NOT NULL,              -- and as the merge left them
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, kept) REFERENCES pupil (realm, id),
  FOREIGN KEY (realm, gone) REFERENCES pupil (realm, id)
) {{facts}};
CREATE INDEX pupil_merge_by_kept ON pupil_merge (realm, kept);
CREATE INDEX pupil_merge_by_gone ON pupil_merge (realm, gone);

-- Numbers that records had before they became a part of another: old lists still carry them.
CREATE TABLE pupil_number (
  realm INTEGER NOT NULL,
  number TEXT NOT NULL,
  pupil {{bigint}} NOT NULL,        -- the record that had it
  PRIMARY KEY (realm, number, pupil),
  FOREIGN KEY (realm, pupil) REFERENCES pupil (realm, id)
) {{facts}};

-- Frozen papers.

CREATE TABLE report (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  kind TEXT NOT NULL,             -- monthly
  unit {{bigint}} NOT NULL,       -- 0 when it is a school's
  school {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,     -- exclusive
  revision INTEGER NOT NULL,      -- 1, then one more for each paper made again after a return
  state TEXT NOT NULL,            -- draft, submitted, approved, issued, accepted, returned
  number TEXT NOT NULL,           -- số, from the agency's book, never invented
  issued_on {{day}} NOT NULL,
  figures TEXT NOT NULL,          -- JSON; live until frozen
  frozen_at {{instant}} NOT NULL, -- zero while a draft
  audit_head TEXT NOT NULL,       -- head of the audit book at freezing
  version INTEGER NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};
-- Two people who begin the same paper at the same time make one.
CREATE UNIQUE INDEX report_by_place ON report (realm, unit, school, from_day, until_day, kind, revision);

CREATE TABLE report_section (
  realm INTEGER NOT NULL,
  report {{bigint}} NOT NULL,
  section TEXT NOT NULL,          -- situation, results, solutions, difficulties, tasks, proposals
  generated TEXT NOT NULL,        -- sentences made from the figures
  body TEXT NOT NULL,             -- what the person made of them
  edited {{bool}} NOT NULL,
  PRIMARY KEY (realm, report, section),
  FOREIGN KEY (realm, report) REFERENCES report (realm, id)
) {{facts}};

CREATE TABLE report_event (
  realm INTEGER NOT NULL,
  report {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,            -- the state it came to
  account {{bigint}} NOT NULL,
  at {{instant}} NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (realm, report, number),
  FOREIGN KEY (realm, report) REFERENCES report (realm, id)
) {{facts}};

CREATE TABLE report_file (
  realm INTEGER NOT NULL,
  report {{bigint}} NOT NULL,
  format TEXT NOT NULL,           -- docx, pdf, xlsx, json, signed
  name TEXT NOT NULL,
  digest TEXT NOT NULL,           -- hex SHA-256
  content {{bytes}} NOT NULL,
  PRIMARY KEY (realm, report, format),
  FOREIGN KEY (realm, report) REFERENCES report (realm, id)
) {{facts}};

-- What each class contributed, so that a later correction of any cause can be named. Of a class whose school or commune
-- was summed from an accepted paper these are that paper's.
CREATE TABLE report_source (
  realm INTEGER NOT NULL,
  report {{bigint}} NOT NULL,
  class {{bigint}} NOT NULL,      -- the school's id: what the school counted without names
  school {{bigint}} NOT NULL,
  sheets INTEGER NOT NULL,
  versions {{bigint}} NOT NULL,   -- Σ versions of its sheets
  rolls TEXT NOT NULL,            -- roll numbers used
  calendar_generation INTEGER NOT NULL,
  enrolled_open INTEGER NOT NULL,
  enrolled_close INTEGER NOT NULL,
  n {{bigint}} NOT NULL,
  d {{bigint}} NOT NULL,
  spells TEXT NOT NULL,           -- how its spells began and ended, counted
  taken_at {{instant}} NOT NULL,  -- of the snapshot
  PRIMARY KEY (realm, report, class),
  FOREIGN KEY (realm, report) REFERENCES report (realm, id)
) {{facts}};

-- Kiến nghị, đề xuất: answered by the tier above and followed to the end.
CREATE TABLE report_proposal (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  report {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,            -- open, answered, done, refused
  answer TEXT NOT NULL,
  answered_by {{bigint}} NOT NULL,
  answered_at {{instant}} NOT NULL,
  due_day {{day}} NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, report) REFERENCES report (realm, id)
) {{facts}};
CREATE INDEX report_proposal_by_report ON report_proposal (realm, report);

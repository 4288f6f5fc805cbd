-- The import desk: files that came in, what a run plans and did with them, and how to take it back.

-- A file as it was uploaded; personal, so it is forgotten (docs/privacy.md).
CREATE TABLE intake_file (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  name TEXT NOT NULL,
  size {{bigint}} NOT NULL,       -- bytes; 0 while it still comes in
  digest TEXT NOT NULL,           -- SHA-256, hexadecimal
  account {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};

CREATE TABLE intake_chunk (
  realm INTEGER NOT NULL,
  file {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  body {{bytes}} NOT NULL,
  PRIMARY KEY (realm, file, number),
  FOREIGN KEY (realm, file) REFERENCES intake_file (realm, id)
) {{facts}};

CREATE TABLE intake_run (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,    -- who began it; 0 for the command line
  kind TEXT NOT NULL,             -- students, registers …
  place_kind TEXT NOT NULL,       -- realm, unit, school
  place {{bigint}} NOT NULL,
  file {{bigint}} NOT NULL,
  file_name TEXT NOT NULL,
  choice TEXT NOT NULL,           -- JSON: sheet, mapping, encodings, settings of the kind
  source TEXT NOT NULL,           -- digest of the headings with kind and place: what a mapping is remembered under
  state TEXT NOT NULL,            -- uploaded, planning, planned, committing, done, failed, undoing, undone
  position {{bigint}} NOT NULL,   -- rows that are done: a run that was stopped goes on here
  total {{bigint}} NOT NULL,      -- rows of the file; 0 while not known
  counts TEXT NOT NULL,           -- JSON
  digest TEXT NOT NULL,           -- of the plan; '' when none was shown
  moved {{bool}} NOT NULL,        -- what is there changed after the plan was shown
  error TEXT NOT NULL,            -- JSON of the fault that ended it
  failed_in TEXT NOT NULL,        -- the state in which it failed
  entries {{bigint}} NOT NULL,    -- of the journal
  pass_from {{bigint}} NOT NULL,  -- journal entries before the pass that runs now
  holder {{bigint}} NOT NULL,     -- id made by the process that works on it, by the machine's clock; 0 for nobody
  made_at {{instant}} NOT NULL,
  ended_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX intake_run_by_place ON intake_run (realm, place_kind, place, id);
CREATE INDEX intake_run_waiting ON intake_run (realm, state) WHERE state IN ('planning', 'committing', 'undoing');

-- Digests of the acts of a plan, row by row: a commit does exactly these.
CREATE TABLE intake_plan (
  realm INTEGER NOT NULL,
  run {{bigint}} NOT NULL,
  batch INTEGER NOT NULL,
  digests {{bytes}} NOT NULL,     -- 8 bytes a row
  PRIMARY KEY (realm, run, batch),
  FOREIGN KEY (realm, run) REFERENCES intake_run (realm, id)
) {{facts}};

CREATE TABLE intake_mapping (
  realm INTEGER NOT NULL,
  source TEXT NOT NULL,
  choice TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, source)
) {{facts}};

-- What a plan or a commit says of a row.
CREATE TABLE intake_line (
  realm INTEGER NOT NULL,
  run {{bigint}} NOT NULL,
  number {{bigint}} NOT NULL,
  row_number INTEGER NOT NULL,
  sort TEXT NOT NULL,             -- refused, note, new, changed
  code TEXT NOT NULL,
  field TEXT NOT NULL,
  args TEXT NOT NULL,             -- JSON
  link_kind TEXT NOT NULL,        -- pupil, school … or ''
  link {{bigint}} NOT NULL,
  body TEXT NOT NULL,             -- JSON of what changes, for a preview
  PRIMARY KEY (realm, run, number),
  FOREIGN KEY (realm, run) REFERENCES intake_run (realm, id)
) {{facts}};
CREATE INDEX intake_line_by_sort ON intake_line (realm, run, sort, number);

-- A cell that somebody mended on the screen; the file stays as it came.
CREATE TABLE intake_fix (
  realm INTEGER NOT NULL,
  run {{bigint}} NOT NULL,
  row_number INTEGER NOT NULL,
  column_number INTEGER NOT NULL, -- from 0
  text TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, run, row_number, column_number),
  FOREIGN KEY (realm, run) REFERENCES intake_run (realm, id)
) {{facts}};

-- What one transaction of a run did to the rows of one table, so that it can be taken back.
CREATE TABLE intake_image (
  realm INTEGER NOT NULL,
  run {{bigint}} NOT NULL,
  number {{bigint}} NOT NULL,
  slice {{bigint}} NOT NULL,      -- entries of one transaction have one number
  table_name TEXT NOT NULL,
  body {{bytes}} NOT NULL,        -- keys with a hash of rows made; images before and after of rows changed; packed JSON
  PRIMARY KEY (realm, run, number),
  FOREIGN KEY (realm, run) REFERENCES intake_run (realm, id)
) {{facts}};

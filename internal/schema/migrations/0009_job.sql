-- Long work and how far it is. Local: no realm in the key.
CREATE TABLE job_run (
  id {{bigint}} NOT NULL PRIMARY KEY,
  realm INTEGER NOT NULL,
  account {{bigint}} NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,            -- waiting, running, done, failed
  done {{bigint}} NOT NULL,
  total {{bigint}} NOT NULL,
  result TEXT NOT NULL,           -- JSON
  made_at {{instant}} NOT NULL,
  ended_at {{instant}} NOT NULL
) {{table}};

-- Settings of a realm: thresholds, locks, retention; changed through the room that owns the name.
CREATE TABLE setting (
  realm INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  set_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, name)
) {{facts}};

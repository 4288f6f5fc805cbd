-- The audit book: ids and codes, never names.

CREATE TABLE audit_entry (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  at {{instant}} NOT NULL,
  account {{bigint}} NOT NULL,    -- 0 for the system itself
  action TEXT NOT NULL,           -- "rollcall.submit", "look", "export" …
  object_kind TEXT NOT NULL,      -- class, pupil, sheet, report …
  object {{bigint}} NOT NULL,
  rule TEXT NOT NULL,             -- id of the access rule that allowed it
  detail TEXT NOT NULL,           -- codes and ids as JSON, '' when nothing more is to be said
  seal {{bigint}},                -- the block that sealed it; NULL until then
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX audit_entry_unsealed ON audit_entry (realm, id) WHERE seal IS NULL;
CREATE INDEX audit_entry_by_seal ON audit_entry (realm, seal);
CREATE INDEX audit_entry_by_object ON audit_entry (realm, object, at);

CREATE TABLE audit_block (
  realm INTEGER NOT NULL,
  number {{bigint}} NOT NULL,
  made_at {{instant}} NOT NULL,
  entries INTEGER NOT NULL,
  digest TEXT NOT NULL,           -- of its rows, hex SHA-256
  previous TEXT NOT NULL,         -- hash of the block before, '' for the first
  hash TEXT NOT NULL,
  PRIMARY KEY (realm, number)
) {{facts}};

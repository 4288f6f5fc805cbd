-- Lists that are handed out as files: who asked for which, how far it is, and the bytes until they are forgotten.
CREATE TABLE handout (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,    -- who asked, and alone may fetch it
  kind TEXT NOT NULL,             -- pupils, month, outside …
  action TEXT NOT NULL,           -- the right that is asked for at the place: when it is ordered, made and fetched
  place_kind TEXT NOT NULL,       -- unit, school, class, residence
  place {{bigint}} NOT NULL,
  place_name TEXT NOT NULL,
  asked TEXT NOT NULL,            -- JSON: filters, month, year
  name TEXT NOT NULL,             -- of the file
  format TEXT NOT NULL,           -- xlsx, csv
  language TEXT NOT NULL,
  banner TEXT NOT NULL,           -- a line above the heads, '' for none
  state TEXT NOT NULL,            -- waiting, running, done, failed
  done {{bigint}} NOT NULL,       -- rows written
  total {{bigint}} NOT NULL,      -- rows expected; 0 while not known
  size {{bigint}} NOT NULL,       -- bytes, once it is done
  error TEXT NOT NULL,            -- code of what stood in the way, '' for nothing
  holder {{bigint}} NOT NULL,     -- id made by the process that works on it, by the machine's clock; 0 for nobody
  made_at {{instant}} NOT NULL,
  ended_at {{instant}} NOT NULL,
  until_at {{instant}} NOT NULL,  -- when it is forgotten; 0 while it is being made
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, account) REFERENCES account (realm, id)
) {{facts}};
CREATE INDEX handout_by_account ON handout (realm, account, id);
CREATE INDEX handout_waiting ON handout (realm, state) WHERE state IN ('waiting', 'running');

CREATE TABLE handout_chunk (
  realm INTEGER NOT NULL,
  handout {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  body {{bytes}} NOT NULL,
  PRIMARY KEY (realm, handout, number),
  FOREIGN KEY (realm, handout) REFERENCES handout (realm, id)
) {{facts}};

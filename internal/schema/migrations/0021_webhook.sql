-- Webhooks: what happened is told to other programs, in ids only. The audit book is the outbox: an act and its line are one
-- transaction, and the pass reads sealed blocks, each once.
CREATE TABLE webhook (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,    -- for whom: only what this account may see is told
  label TEXT NOT NULL,            -- what it is for, as its owner calls it
  url TEXT NOT NULL,
  events TEXT NOT NULL,           -- codes separated by spaces
  secret TEXT NOT NULL,           -- the key of the signature; shown once
  made_by {{bigint}} NOT NULL,    -- 0: the owner of the machine
  made_at {{instant}} NOT NULL,
  ended_at {{instant}} NOT NULL,  -- 0 while it stands
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, account) REFERENCES account (realm, id)
) {{facts}};
CREATE INDEX webhook_by_account ON webhook (realm, account);

-- What happened; its id is the id of the line of the audit book, and stays the same however often it is told.
CREATE TABLE webhook_event (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  event TEXT NOT NULL,            -- sheet.received, case.opened, report.frozen, webhook.tried
  at {{instant}} NOT NULL,
  data TEXT NOT NULL,             -- ids, days and codes as JSON
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX webhook_event_by_time ON webhook_event (realm, at);

CREATE TABLE webhook_delivery (
  realm INTEGER NOT NULL,
  webhook {{bigint}} NOT NULL,
  event {{bigint}} NOT NULL,
  state TEXT NOT NULL,            -- waiting, sending, sent, dead, dropped
  due_at {{instant}} NOT NULL,    -- when it is tried next; of one that is being sent: when it is taken up again
  tries INTEGER NOT NULL,         -- since it was made or replayed
  status INTEGER NOT NULL,        -- of the last answer, 0 when none came
  error TEXT NOT NULL,            -- code of what went wrong last
  replays INTEGER NOT NULL,
  replay_key TEXT NOT NULL,       -- of the last replay that a program asked for
  ended_at {{instant}} NOT NULL,  -- 0 until it is sent, dead or dropped
  PRIMARY KEY (realm, webhook, event),
  FOREIGN KEY (realm, webhook) REFERENCES webhook (realm, id),
  FOREIGN KEY (realm, event) REFERENCES webhook_event (realm, id)
) {{facts}};
CREATE INDEX webhook_delivery_due ON webhook_delivery (realm, due_at) WHERE state IN ('waiting', 'sending');

-- Up to which block of the audit book events have been gathered.
CREATE TABLE webhook_mark (
  realm INTEGER NOT NULL,
  block {{bigint}} NOT NULL,
  PRIMARY KEY (realm)
) {{facts}};

-- What an object was called in the OneRoster bundle that it came with, so that it is called the same when it goes out.
CREATE TABLE roster_source (
  realm INTEGER NOT NULL,
  kind TEXT NOT NULL,             -- unit, school, class, pupil, account, year, term, course, enrollment, role
  object TEXT NOT NULL,           -- what it is called here when nothing else is known
  sourced_id TEXT NOT NULL,
  PRIMARY KEY (realm, kind, object),
  UNIQUE (realm, kind, sourced_id)
) {{facts}};

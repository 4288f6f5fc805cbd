-- What people are told, and how it reached them. Written in the transaction of the act, sent after it.

CREATE TABLE notice (
  realm INTEGER NOT NULL REFERENCES realm (realm),
  id {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,    -- who is told; 0: a family, by telephone only
  phone TEXT NOT NULL,            -- of a family; '' with an account
  language TEXT NOT NULL,         -- of a family; '' with an account
  code TEXT NOT NULL,             -- message id of its sentence
  facts TEXT NOT NULL,            -- JSON; never a child's name, never a protected cause
  once TEXT NOT NULL,             -- what must not be said twice
  link TEXT NOT NULL,             -- address in the product
  urgent {{bool}} NOT NULL,
  made_at {{instant}} NOT NULL,
  read_at {{instant}} NOT NULL,   -- 0: not yet
  withdrawn_at {{instant}} NOT NULL, -- 0: it holds
  PRIMARY KEY (realm, id),
  UNIQUE (realm, once, account, phone)
) {{facts}};
CREATE INDEX notice_by_account ON notice (realm, account, id);

CREATE TABLE notice_delivery (
  realm INTEGER NOT NULL,
  notice {{bigint}} NOT NULL,
  channel TEXT NOT NULL,          -- mail, push, sms
  account {{bigint}} NOT NULL,    -- as in notice: letters of one person go together
  state TEXT NOT NULL,            -- waiting, sending, sent, dead, dropped, skipped, recall, recalled
  due_at {{instant}} NOT NULL,    -- when it may go; while sending: when it is taken up again
  tries INTEGER NOT NULL,
  letter {{bigint}} NOT NULL,     -- the mail that it stands in; 0: none yet. The same in every try
  error TEXT NOT NULL,            -- of the last try: a code and what the other side said
  ended_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, notice, channel),
  FOREIGN KEY (realm, notice) REFERENCES notice (realm, id)
) {{facts}};
CREATE INDEX notice_delivery_by_due ON notice_delivery (realm, state, due_at);
CREATE INDEX notice_delivery_by_account ON notice_delivery (realm, account, channel, state);

-- What a person wishes; no row: the defaults.
CREATE TABLE notice_wish (
  realm INTEGER NOT NULL REFERENCES realm (realm),
  account {{bigint}} NOT NULL,
  mail TEXT NOT NULL,             -- digest, each, none
  push {{bool}} NOT NULL,
  sms {{bool}} NOT NULL,          -- of what is urgent
  quiet_from INTEGER NOT NULL,    -- minutes of the day
  quiet_until INTEGER NOT NULL,
  digest_at INTEGER NOT NULL,     -- minutes of the day
  PRIMARY KEY (realm, account)
) {{facts}};

-- Browsers that show notices.
CREATE TABLE push_subscription (
  realm INTEGER NOT NULL REFERENCES realm (realm),
  account {{bigint}} NOT NULL,
  hash TEXT NOT NULL,             -- of the address
  endpoint TEXT NOT NULL,         -- address at the browser's push service
  p256dh TEXT NOT NULL,           -- key of the browser, base64url
  auth TEXT NOT NULL,
  device TEXT NOT NULL,           -- kind of browser and system, as a code
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, account, hash)
) {{facts}};

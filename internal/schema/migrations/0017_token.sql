-- API tokens: with which a program calls for an account. Only the hash of a token is kept.
CREATE TABLE api_token (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,
  label TEXT NOT NULL,            -- what it is for, as its owner calls it: "máy chủ SMAS"
  hash TEXT NOT NULL,             -- SHA-256 of the token
  scopes TEXT NOT NULL,           -- codes separated by spaces
  made_by {{bigint}} NOT NULL,    -- 0: the owner of the machine
  made_at {{instant}} NOT NULL,
  expires_at {{instant}} NOT NULL,
  used_at {{instant}} NOT NULL,   -- kept to a few minutes; 0 while it was never used
  revoked_at {{instant}} NOT NULL, -- 0 while it is good
  PRIMARY KEY (realm, id),
  UNIQUE (realm, hash),
  FOREIGN KEY (realm, account) REFERENCES account (realm, id)
) {{facts}};
CREATE INDEX api_token_by_account ON api_token (realm, account);

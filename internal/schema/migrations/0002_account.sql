-- Who signs in, and who may do what where.

CREATE TABLE account (
  realm INTEGER NOT NULL REFERENCES realm (realm),
  id {{bigint}} NOT NULL,
  name TEXT NOT NULL,             -- of the official, teacher …; accounts are not pupils
  name_sort TEXT NOT NULL,
  title TEXT NOT NULL,            -- office held, as printed: "Phó Hiệu trưởng"
  login TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  language TEXT NOT NULL,
  theme TEXT NOT NULL,            -- '', light, dark
  password TEXT NOT NULL,         -- argon2id, '' when none is set
  must_change {{bool}} NOT NULL,
  failures INTEGER NOT NULL,
  locked_until {{instant}} NOT NULL,
  disabled {{bool}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};

-- Local: from what is typed at sign-in to the account.
CREATE TABLE login (
  name TEXT NOT NULL PRIMARY KEY, -- folded
  realm INTEGER NOT NULL,
  account {{bigint}} NOT NULL
) {{facts}};

-- Local: signed-in sessions; the token is kept as a hash. Times are of the machine, not of a demonstration's clock.
CREATE TABLE signed_in (
  token TEXT NOT NULL PRIMARY KEY,
  realm INTEGER NOT NULL,
  account {{bigint}} NOT NULL,
  device TEXT NOT NULL,           -- kind of browser and system, as a code: "chrome/android"
  made_at {{instant}} NOT NULL,
  seen_at {{instant}} NOT NULL,   -- kept to a few minutes
  expires_at {{instant}} NOT NULL,
  data {{bytes}} NOT NULL
) {{facts}};
CREATE INDEX signed_in_by_expiry ON signed_in (expires_at);
CREATE INDEX signed_in_by_account ON signed_in (realm, account);

-- Local: failed sign-ins under names that no account has, so that they are locked out like those that exist.
CREATE TABLE sign_in_failure (
  name TEXT NOT NULL PRIMARY KEY, -- folded
  failures INTEGER NOT NULL,
  locked_until {{instant}} NOT NULL,
  last_at {{instant}} NOT NULL
) {{facts}};
CREATE INDEX sign_in_failure_by_time ON sign_in_failure (last_at);

CREATE TABLE account_reset (
  realm INTEGER NOT NULL,
  account {{bigint}} NOT NULL,
  code_hash TEXT NOT NULL,
  expires_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, account)
) {{facts}};

CREATE TABLE role_grant (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,
  role TEXT NOT NULL,
  scope_kind TEXT NOT NULL,       -- unit, school, class, residence
  scope {{bigint}} NOT NULL,
  from_day {{day}} NOT NULL,
  until_day {{day}} NOT NULL,
  given_by {{bigint}} NOT NULL,
  given_at {{instant}} NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (realm, id),
  FOREIGN KEY (realm, account) REFERENCES account (realm, id)
) {{facts}};
CREATE INDEX role_grant_by_account ON role_grant (realm, account);
CREATE INDEX role_grant_by_scope ON role_grant (realm, scope_kind, scope);

-- Pupils opened by somebody who does not answer for them: for a stated purpose, for a limited time.
CREATE TABLE purpose_opening (
  realm INTEGER NOT NULL,
  id {{bigint}} NOT NULL,
  account {{bigint}} NOT NULL,
  scope_kind TEXT NOT NULL,       -- unit, school, class, pupil
  scope {{bigint}} NOT NULL,
  purpose TEXT NOT NULL,          -- code of the purpose
  note TEXT NOT NULL,
  opened_at {{instant}} NOT NULL,
  until_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, id)
) {{facts}};
CREATE INDEX purpose_opening_by_account ON purpose_opening (realm, account, until_at);

-- Phones: which ones, whose, when last heard of; and the acts that came from them.

-- The realm's key pairs, to which unsent acts are sealed. A retired one still opens what was sealed to it.
CREATE TABLE device_key (
  realm INTEGER NOT NULL,
  number INTEGER NOT NULL,
  private {{bytes}} NOT NULL,
  public {{bytes}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, number)
) {{facts}};

-- One person on one phone. A phone that two people share is two rows.
CREATE TABLE device (
  realm INTEGER NOT NULL,
  device TEXT NOT NULL,           -- UUID made by the browser
  account {{bigint}} NOT NULL,
  label TEXT NOT NULL,            -- kind of browser and system, as a code: "chrome/android"
  state TEXT NOT NULL,            -- active, signing-out, signed-out, blocked
  state_by {{bigint}} NOT NULL,   -- who said so last
  state_at {{instant}} NOT NULL,
  registered_at {{instant}} NOT NULL,
  pushed_at {{instant}} NOT NULL,
  pulled_at {{instant}} NOT NULL,
  build TEXT NOT NULL,            -- of the app on it
  skew {{bigint}} NOT NULL,       -- milliseconds by which its clock is ahead
  unsent INTEGER NOT NULL,        -- acts on it that had not been sent at the last contact
  persisted {{bool}} NOT NULL,    -- the browser promised to keep its data
  session TEXT NOT NULL,          -- hash of the session it was last seen with
  PRIMARY KEY (realm, device, account),
  FOREIGN KEY (realm, account) REFERENCES account (realm, id)
) {{facts}};
CREATE INDEX device_by_account ON device (realm, account);

-- What proves that an act was made on this phone by this person. A newer one replaces none: older acts may be on the way.
CREATE TABLE device_secret (
  realm INTEGER NOT NULL,
  device TEXT NOT NULL,
  account {{bigint}} NOT NULL,
  number INTEGER NOT NULL,
  secret {{bytes}} NOT NULL,
  made_at {{instant}} NOT NULL,
  PRIMARY KEY (realm, device, account, number),
  FOREIGN KEY (realm, device, account) REFERENCES device (realm, device, account)
) {{facts}};

-- What became of each act, so that the same act is answered the same.
CREATE TABLE device_act (
  realm INTEGER NOT NULL,
  act {{bytes}} NOT NULL,         -- UUIDv7 made by the phone
  device TEXT NOT NULL,
  account {{bigint}} NOT NULL,    -- who made it
  sender {{bigint}} NOT NULL,     -- who was signed in when it came; 0: a gateway
  kind TEXT NOT NULL,
  format INTEGER NOT NULL,
  sequence {{bigint}} NOT NULL,   -- of the phone and person
  taken_at {{instant}} NOT NULL,  -- as the phone told
  received_at {{instant}} NOT NULL,
  clock_off {{bigint}} NOT NULL,  -- milliseconds by which its clock was ahead, 0 while within bounds
  outcome TEXT NOT NULL,          -- done, conflict, waiting, refused
  code TEXT NOT NULL,             -- of the refusal
  facts TEXT NOT NULL,            -- of its sentence, JSON; never a name of a child
  receipt TEXT NOT NULL,          -- JSON, without names
  school {{bigint}} NOT NULL,     -- of the author then; 0 when none
  about_class {{bigint}} NOT NULL,
  about_day {{day}} NOT NULL,
  about_session INTEGER NOT NULL,
  sealed {{bytes}} NOT NULL,      -- as it came, kept while it is refused
  PRIMARY KEY (realm, act)
) {{facts}};
CREATE INDEX device_act_by_account ON device_act (realm, account, outcome);
CREATE INDEX device_act_by_school ON device_act (realm, school, outcome);

-- What came as an act and could not be opened or proves nothing: kept for whoever sent it.
CREATE TABLE device_unread (
  realm INTEGER NOT NULL,
  digest {{bytes}} NOT NULL,      -- of what came
  sender {{bigint}} NOT NULL,
  code TEXT NOT NULL,
  received_at {{instant}} NOT NULL,
  sealed {{bytes}} NOT NULL,
  PRIMARY KEY (realm, sender, digest)
) {{facts}};
